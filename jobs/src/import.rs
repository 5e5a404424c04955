//! `meyar import`: an exchange's export, row by row, through a mapping file.

use crate::{
    args::{Common, readable},
    connect::Connection,
    publish::counter,
};
use anyhow::{Context as _, Result, bail};
use meyar_broker::{
    Publisher,
    publisher::{Burst, Outgoing},
};
use meyar_intake::{BadRow, Importer, Mapping, Options, Redate, Speed, Summary, pace};
use meyar_schemas::{Envelope, Subject, calls::CallEvent, contract::Refusal};
use meyar_stages::publish;
use std::path::{Path, PathBuf};
use tokio::time::Instant;

#[derive(clap::Args)]
pub struct Args {
    /// A mapping file, or the name of a shipped one: asterisk-cdr, asterisk-queue-log, anonymous-bank-1999
    #[arg(long)]
    mapping: String,
    /// The export: CSV, TSV or a log, plain or .gz
    file: PathBuf,
    /// Names the exchange; overlapping exports of one exchange then tell the same events [default: the mapping's name]
    #[arg(long)]
    source: Option<String>,
    /// Other days for an old file: 2026-01 (the file's month becomes that one) or +9863d
    #[arg(long)]
    redate: Option<Redate>,
    /// How much faster than life to send: 60, 0 for no waiting
    #[arg(long, default_value = "0")]
    speed: Speed,
    /// Above 0: a corrected export of calls that were imported before
    #[arg(long, default_value_t = 0)]
    revision: u32,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let mapping = Mapping::load(&args.mapping)?;
    readable("file", &args.file)?;
    let source = args
        .source
        .unwrap_or_else(|| Path::new(&args.mapping).file_stem().unwrap_or_default().to_string_lossy().into_owned());
    let options = Options { redate: args.redate, revision: args.revision };
    let importer = Importer::new(mapping, &source, common.caller_key()?, options);
    let connection = Connection::open(common).await?;
    let summary = file(&connection.publisher()?, &importer, &args.file, args.speed).await?;
    for (name, count) in summary.counters() {
        println!("{name:>24} {count}");
    }
    if summary.bad > 0 {
        bail!("{} rows were refused and kept as dead letters; see `meyar deadletters list`", summary.bad);
    }
    Ok(())
}

/// Sends a file's calls; rows that cannot be used are kept as dead letters.
pub async fn file(publisher: &Publisher, importer: &Importer, path: &Path, speed: Speed) -> Result<Summary> {
    let bar = counter("calls");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut import = importer.open(path)?;
    let mut burst = Burst::new(publisher);
    let mut calls = Vec::new();
    // Told one after the other as they happened, or, without a speed, as they stand in the file.
    let live = speed != Speed::AsFastAsPossible;
    for item in import.by_ref() {
        match item {
            Ok(call) if live => calls.push(call),
            Ok(call) => {
                for (envelope, event) in &call {
                    send(&mut burst, envelope, event).await?;
                }
                bar.inc(1);
            }
            Err(bad) => refuse(publisher, &name, &bad).await?,
        }
    }
    let events = pace::in_time_order(calls);
    let begun = Instant::now();
    let first = events.first().map(|(_, event)| event.at);
    for (envelope, event) in &events {
        if let Some(first) = first {
            tokio::time::sleep_until(begun + speed.due_after(first, event.at)).await;
        }
        send(&mut burst, envelope, event).await?;
        bar.inc(1);
    }
    burst.finish().await?;
    bar.finish_and_clear();
    Ok(import.summary().clone())
}

pub async fn send(burst: &mut Burst, envelope: &Envelope, event: &CallEvent) -> Result<()> {
    let value = serde_json::to_vec(event).context("a call event cannot be written")?;
    burst.send(&Outgoing::event(Subject::CallEvents, &event.call_id, envelope, &value)).await?;
    Ok(())
}

async fn refuse(publisher: &Publisher, file: &str, bad: &BadRow) -> Result<()> {
    let refusal = Refusal { code: "unreadable", invalid: bad.invalid() };
    tracing::warn!(file, line = bad.line, problem = %refusal.invalid, "row refused and kept as a dead letter");
    let letter = publish::letter("import", Subject::CallEvents.name(), file, bad.line, &bad.raw, &refusal);
    publish::keep(publisher, &letter, &bad.raw).await?;
    Ok(())
}
