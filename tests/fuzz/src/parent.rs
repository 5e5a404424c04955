//! Starts a child for each target and outlives it: an abort, a full stack, a full memory or a hang ends only the child.

use crate::{corpus, targets::Target, work};
use anyhow::{Context as _, Result};
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// An input that is still being read after this is a hang.
const HANG: Duration = Duration::from_secs(20);

/// Address space of a child. No event, file or message is worth more.
const MEMORY_KB: u64 = 4 << 20;

/// A child that ends this often is not tried again: each end costs a start.
const MOST_ENDS: usize = 20;

#[derive(Debug, Default)]
pub struct Outcome {
    pub inputs: u64,
    pub findings: Vec<String>,
    pub seconds: f64,
}

pub fn run(target: &Target, inputs: u64, seed: u64) -> Result<Outcome> {
    let folder = TempDir::new().context("a temporary folder cannot be made")?;
    let file = folder.path().join("input");
    let begun = Instant::now();
    let mut outcome = Outcome::default();
    let mut ends = 0;
    while outcome.inputs < inputs && ends < MOST_ENDS {
        std::fs::write(&file, [0; 16])?;
        let child = start(target, (outcome.inputs, inputs), seed, folder.path())?;
        let end = watch(child, target, &file, &mut outcome)?;
        let Some(end) = end else {
            outcome.inputs = inputs;
            break;
        };
        ends += 1;
        let (number, bytes) = work::written(&file).unwrap_or((outcome.inputs, Vec::new()));
        let kept = corpus::keep(&target.name, &bytes)?;
        outcome.findings.push(format!("{}\t{end}", kept.display()));
        outcome.inputs = number.max(outcome.inputs) + 1;
    }
    outcome.seconds = begun.elapsed().as_secs_f64();
    Ok(outcome)
}

fn start(target: &Target, (from, to): (u64, u64), seed: u64, folder: &Path) -> Result<Child> {
    let own = std::env::current_exe()?;
    // The shell limits the child's memory: no safe Rust does.
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -c 0; ulimit -v \"$1\"; shift; exec \"$@\"", "sh", &MEMORY_KB.to_string()]);
    command.arg(own).args([&target.name, "--child"]).arg(folder.join("input"));
    command.args([format!("--from={from}"), format!("--inputs={to}"), format!("--seed={seed}")]);
    // What a child that ended left behind goes with this folder.
    command.env("TMPDIR", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().context("a child cannot be started")
}

/// Why the child ended before its time; none when it came to the end.
fn watch(mut child: Child, target: &Target, file: &Path, outcome: &mut Outcome) -> Result<Option<String>> {
    let (tell, told) = mpsc::channel();
    let lines = BufReader::new(child.stdout.take().context("a child has no output")?).lines();
    let output = thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(tell.send(line))));
    let complaints = BufReader::new(child.stderr.take().context("a child has no error output")?).lines();
    let complaints = thread::spawn(move || complaints.map_while(Result::ok).last().unwrap_or_default());
    let (mut shown, mut moved, mut last) = (Instant::now(), Instant::now(), u64::MAX);
    let (begun, first) = (Instant::now(), outcome.inputs);
    let mut end = None;
    let status = loop {
        outcome.findings.extend(told.try_iter());
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(50));
        let number = std::fs::File::open(file).ok().and_then(|open| {
            let mut head = [0; 8];
            std::os::unix::fs::FileExt::read_exact_at(&open, &mut head, 0).ok().map(|()| u64::from_le_bytes(head))
        });
        if number.is_some_and(|number| number != last) {
            (last, moved) = (number.unwrap_or(last), Instant::now());
        }
        if moved.elapsed() > HANG {
            end = Some(format!("hang: more than {} s", HANG.as_secs()));
            child.kill()?;
        }
        if shown.elapsed() > Duration::from_secs(5) {
            let rate = last.saturating_sub(first) as f64 / begun.elapsed().as_secs_f64();
            eprintln!("{:<28} {last:>9} inputs  {rate:>8.0}/s  {} findings", target.name, outcome.findings.len());
            shown = Instant::now();
        }
    };
    let complaint = complaints.join().unwrap_or_default();
    drop(output.join());
    outcome.findings.extend(told.try_iter());
    Ok(if status.success() { None } else { Some(end.unwrap_or_else(|| format!("process ends: {status} {complaint}"))) })
}
