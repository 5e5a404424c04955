//! Our side of the report benchmark from within: each figure's rows and times, and the processor time of the first, without the start of a process.

use crate::speech::cpu_s;
use anyhow::Result;
use meyar_lake::{Lake, LakeOptions, Period, output};
use serde_json::{Map, Value, json};
use std::{path::PathBuf, time::Instant};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    lake: String,
    #[arg(long)]
    period: Period,
    /// After the first, which opens the tables
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Where calls that were put together are kept; else they are put together anew
    #[arg(long)]
    kept: Option<PathBuf>,
    /// Figures that replace ours, or stand beside them
    #[arg(long)]
    figures: Option<PathBuf>,
    /// Only these figures
    #[arg(long)]
    figure: Vec<String>,
}

pub fn run(args: &Args) -> Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(args.threads)
        .enable_all()
        .build()?
        .block_on(figures(args))
}

async fn figures(args: &Args) -> Result<()> {
    let begun = Instant::now();
    let options = LakeOptions {
        partitions: args.threads,
        kept_dir: args.kept.clone(),
        figures_dir: args.figures.clone(),
        ..LakeOptions::default()
    };
    let lake = Lake::open(&args.lake, options)?;
    let asked = |name: &str| args.figure.is_empty() || args.figure.iter().any(|wanted| wanted == name);
    let names: Vec<String> =
        lake.figures().filter(|f| !f.tells_ages()).map(|f| f.name.clone()).filter(|name| asked(name)).collect();
    lake.session().await?;
    let open_s = begun.elapsed().as_secs_f64();
    let open_cpu_s = cpu_s()?;
    let begun = Instant::now();
    lake.prepare(&args.period, names.iter().map(String::as_str)).await?;
    let prepare_s = begun.elapsed().as_secs_f64();
    let prepare_cpu_s = cpu_s()? - open_cpu_s;
    let mut told = Map::new();
    for name in &names {
        let mut seconds = Vec::new();
        let mut rows = Vec::new();
        let before = cpu_s()?;
        let mut first_cpu_s = None;
        for _ in 0..=args.rounds {
            let begun = Instant::now();
            rows = output::rows(&lake.figure(name, &args.period, None).await?)?;
            seconds.push(begun.elapsed().as_secs_f64());
            let used_s = cpu_s()? - before;
            first_cpu_s.get_or_insert(used_s);
        }
        told.insert(name.clone(), json!({ "rows": rows, "seconds": seconds, "cpu_s": first_cpu_s }));
    }
    println!(
        "{}",
        json!({ "open_s": open_s, "prepare_s": prepare_s, "open_cpu_s": open_cpu_s, "prepare_cpu_s": prepare_cpu_s, "figures": Value::Object(told) })
    );
    Ok(())
}
