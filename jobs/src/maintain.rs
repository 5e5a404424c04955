//! `meyar maintain`: keeps the lake's tables in order, once a day or so, beside whatever runs.

use crate::args::Common;
use anyhow::{Context as _, Result};
use meyar_dashboards::reports::editions::Store;
use meyar_lake::{Sweep, Upkeep, maintain};
use meyar_schemas::Subject;
use std::{num::NonZeroU64, path::PathBuf, time::Duration};

#[derive(clap::Args)]
pub struct Args {
    /// Only these tables, e.g. call_events
    tables: Vec<String>,
    /// Small files are joined up to this size
    #[arg(long, default_value = "128")]
    target_mb: NonZeroU64,
    /// Replaced and left-over files are deleted after so many days; what a kept document was made of stays
    #[arg(long, default_value_t = 30)]
    keep_days: u64,
    /// Only join small files, delete nothing
    #[arg(long)]
    join_only: bool,
    /// Goes on, and does it again after so many hours
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    every_hours: Option<u64>,
    /// Where documents are kept [default: <data>/documents]
    #[arg(long, env = "MEYAR_DOCUMENTS")]
    documents: Option<PathBuf>,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let subjects = chosen(&args.tables)?;
    let Some(hours) = args.every_hours else { return once(common, &args, &subjects).await };
    loop {
        // A store that is away today is there tomorrow.
        if let Err(error) = once(common, &args, &subjects).await {
            tracing::warn!(error = format!("{error:#}"), "upkeep did not succeed; it is tried again in {hours} h");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(hours * 3_600)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

async fn once(common: &Common, args: &Args, subjects: &[Subject]) -> Result<()> {
    let lake = common.open_lake()?;
    let there = lake.versions().await?;
    let store = Store::new(args.documents.clone().unwrap_or_else(|| common.data.join("documents")));
    let target_bytes = args.target_mb.saturating_mul(NonZeroU64::MIN.saturating_add((1 << 20) - 1));
    for subject in subjects.iter().filter(|subject| there.contains_key(subject.table())) {
        let sweep = (!args.join_only)
            .then(|| {
                let keep_versions = store.versions_of(subject.table())?;
                anyhow::Ok(Sweep { keep: Duration::from_secs(args.keep_days * 86_400), keep_versions })
            })
            .transpose()?;
        let done = maintain(lake.root(), *subject, &Upkeep { target_bytes, sweep })
            .await
            .with_context(|| format!("{} was not put in order; it is as it was, try again", subject.table()))?;
        println!(
            "{:<20} {:>6} files joined into {}, {} swept, {} log entries removed",
            subject.table(),
            done.files_joined,
            done.files_made,
            done.files_swept,
            done.log_entries_removed
        );
    }
    Ok(())
}

fn chosen(tables: &[String]) -> Result<Vec<Subject>> {
    if tables.is_empty() {
        return Ok(Subject::ALL.to_vec());
    }
    let known = || Subject::ALL.map(|subject| subject.table()).join(", ");
    let found = tables.iter().map(|name| {
        Subject::ALL
            .into_iter()
            .find(|subject| subject.table() == name)
            .with_context(|| format!("table: `{name}` is not a table of the lake; use {}", known()))
    });
    found.collect()
}
