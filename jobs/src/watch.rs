//! The reconciliation, asked again and again while a program runs: gauges for alarms, and one line in the log when a law breaks.

use crate::args::Common;
use anyhow::Result;
use meyar_lake::{Lake, LakeOptions, Reconciliation};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// Looking must stay a small part of the work, however large the lake is.
const REST_TO_WORK: u32 = 20;

#[derive(clap::Args, Debug, Clone, Copy)]
pub struct Watch {
    /// The laws of the stream are looked after so often, for /metrics; over a large lake less often
    #[arg(long, env = "MEYAR_RECONCILE_EVERY_S", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    reconcile_every_s: u64,
}

/// A lake of its own: nothing of a moment that is over in a minute is kept on disk.
pub fn lake(common: &Common) -> Result<Lake> {
    Ok(Lake::at(common.lake_root()?, LakeOptions { kept_dir: None, ..common.lake_options() })?)
}

pub async fn run(watch: Watch, lake: Lake, shutdown: CancellationToken) -> Result<()> {
    let mut broken = BTreeSet::new();
    while !shutdown.is_cancelled() {
        let begun = Instant::now();
        let looked = async { lake.reconciliation(&lake.alarm_period()?).await };
        let looked = tokio::select! {
            looked = looked => looked,
            () = shutdown.cancelled() => break,
        };
        match looked {
            Ok(found) => {
                gauges(&found);
                broken = told(&found, &broken);
            }
            // Whoever is called has `meyar_reconciled_timestamp_seconds` to know it by.
            Err(error) => tracing::warn!(%error, "the laws of the stream could not be looked after; it is tried again"),
        }
        let rest = Duration::from_secs(watch.reconcile_every_s).max(begun.elapsed() * REST_TO_WORK);
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = shutdown.cancelled() => {}
        }
    }
    Ok(())
}

fn text(row: &serde_json::Map<String, Value>, column: &str) -> String {
    row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn gauges(found: &Reconciliation) {
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    for law in &found.laws {
        metrics::gauge!("meyar_law_broken", "law" => text(law, "law")).set(number(&law["broken"]));
    }
    // What is no gap has neither an age nor a time by which it is due.
    for gap in found.gaps.iter().filter(|gap| !gap["overdue"].is_null()) {
        let item = text(gap, "item");
        metrics::gauge!("meyar_gap_rows", "item" => item.clone()).set(number(&gap["rows"]));
        metrics::gauge!("meyar_gap_overdue", "item" => item.clone()).set(number(&gap["overdue"]));
        metrics::gauge!("meyar_gap_oldest_seconds", "item" => item).set(number(&gap["age_ms"]) / 1_000.0);
    }
    metrics::gauge!("meyar_reconciled_timestamp_seconds").set(found.at.timestamp() as f64);
}

/// One line when a law breaks, one when it holds again; which ones are broken now.
fn told(found: &Reconciliation, before: &BTreeSet<String>) -> BTreeSet<String> {
    let broken: BTreeSet<String> = found.broken().map(|law| text(law, "law")).collect();
    for law in found.broken().filter(|law| !before.contains(&text(law, "law"))) {
        let (name, remedy) = (text(law, "name_en"), text(law, "remedy_en"));
        tracing::error!(law = text(law, "law"), name, by = %law["broken"], remedy, "a law is broken; meyar reconcile tells where");
    }
    for law in before.difference(&broken) {
        tracing::info!(law, "the law holds again");
    }
    broken
}

pub fn describe_metrics() {
    metrics::describe_gauge!(
        "meyar_law_broken",
        "What breaks a law of the stream: rows, messages or gaps; 0 while it holds"
    );
    metrics::describe_gauge!("meyar_gap_rows", "What the next step of the stream has not made yet, by kind of gap");
    metrics::describe_gauge!("meyar_gap_overdue", "Those of them that are past the time by which they were due");
    metrics::describe_gauge!(
        "meyar_gap_oldest_seconds",
        metrics::Unit::Seconds,
        "Age of the oldest of them, also of those not due yet"
    );
    metrics::describe_gauge!(
        "meyar_reconciled_timestamp_seconds",
        metrics::Unit::Seconds,
        "When the laws were last looked after"
    );
}
