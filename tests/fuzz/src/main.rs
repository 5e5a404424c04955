//! Fuzzing: anything at all is held against every parser of outside bytes, and none of it may end, hang or fill the program.
//!
//! ```text
//! make fuzz INPUTS=1000000 SEED=1          # every target
//! meyar-fuzz audio.ogg sql. --inputs 100000   # those whose names begin so
//! meyar-fuzz --list
//! ```
//!
//! - Inputs are made from the repository's own examples (`examples.rs`, `sources.rs`) by a seed: the same seed makes the same inputs.
//!   What is answered in a new way is built upon (`work.rs`), which leads deeper than examples alone.
//! - A panic, an end of the process (a full stack, a full memory, an abort), a hang and an input that takes over a second are findings.
//!   Each target runs in a process of its own with 4 GiB of address space and a stack of 2 MiB, as worker threads have (`parent.rs`).
//! - A finding's bytes are kept in `corpus/<target>/`. Mend the program, leave the file: `tests/corpus.rs` replays all of them with every
//!   `make test`, beside a quick run of 2 000 inputs a target.
//! - A new parser: a `Target` in the file of `targets/` that fits, its examples, and the words that mean something to it.

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use meyar_fuzz::{parent, targets, targets::Target, work};
use std::{path::PathBuf, process::ExitCode, thread};

#[derive(Parser)]
#[command(about = "Holds random inputs against every parser of outside bytes")]
struct Args {
    /// Targets, or beginnings of their names; all without
    targets: Vec<String>,
    /// Inputs for each target
    #[arg(long, default_value_t = 1_000_000)]
    inputs: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Tells the targets' names
    #[arg(long)]
    list: bool,
    #[arg(long, hide = true)]
    child: Option<PathBuf>,
    #[arg(long, hide = true, default_value_t = 0)]
    from: u64,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let all = targets::all();
    if args.list {
        all.iter().for_each(|target| println!("{}", target.name));
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(file) = &args.child {
        return child(all, &args, file.clone());
    }
    let named = |target: &Target| args.targets.iter().any(|name| target.name.starts_with(name.as_str()));
    let chosen: Vec<&Target> = all.iter().filter(|target| args.targets.is_empty() || named(target)).collect();
    if chosen.is_empty() {
        bail!("target: `{}` is not known; --list tells their names", args.targets.join(" "));
    }
    let mut rows = Vec::new();
    for target in chosen {
        let outcome = parent::run(target, args.inputs, args.seed)?;
        let rate = outcome.inputs as f64 / outcome.seconds.max(0.001);
        eprintln!(
            "{:<28} {:>9} inputs  {rate:>8.0}/s  {} findings",
            target.name,
            outcome.inputs,
            outcome.findings.len()
        );
        outcome.findings.iter().for_each(|finding| eprintln!("    {finding}"));
        rows.push((target.name.as_str(), outcome.inputs, outcome.findings.len(), rate));
    }
    println!("| target | inputs | findings | inputs/s |\n|---|---:|---:|---:|");
    rows.iter().for_each(|(name, inputs, findings, rate)| println!("| {name} | {inputs} | {findings} | {rate:.0} |"));
    let (inputs, findings) = rows.iter().fold((0, 0), |all, row| (all.0 + row.1, all.1 + row.2));
    println!("\n{} targets, {inputs} inputs, {findings} findings, seed {}", rows.len(), args.seed);
    Ok(if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn child(all: Vec<Target>, args: &Args, file: PathBuf) -> Result<ExitCode> {
    let name = args.targets.first().context("a child needs a target")?;
    let target = all.into_iter().find(|target| target.name == *name).context("a child needs a known target")?;
    let (seed, from, to) = (args.seed, args.from, args.inputs);
    let work = thread::Builder::new()
        .stack_size(work::STACK_BYTES)
        .spawn(move || work::run(&target, seed, from, to, &file))?;
    work.join().map_err(|_| anyhow::anyhow!("the harness itself panicked"))??;
    Ok(ExitCode::SUCCESS)
}
