//! The reconciliation: three figures, asked together. What a law means and what breaks it stands in their SQL (`schemas/figures`).

use crate::{clock::Local, error::LakeError, lake::Lake, output, period::Period};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use meyar_schemas::reference::{Table, Threshold};
use serde_json::{Map, Value};

type Row = Map<String, Value>;

/// Whether the laws hold, what came of the messages read, what the stream has not made yet.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    pub at: DateTime<Utc>,
    pub period: Period,
    pub laws: Vec<Row>,
    pub balance: Vec<Row>,
    pub gaps: Vec<Row>,
}

impl Reconciliation {
    pub const LAWS: &'static str = "laws";
    pub const BALANCE: &'static str = "stream_balance";
    pub const GAPS: &'static str = "reconciliation";

    pub fn broken(&self) -> impl Iterator<Item = &Row> {
        self.laws.iter().filter(|law| law.get("state").and_then(Value::as_str) == Some("broken"))
    }
}

impl Lake {
    /// The last days up to now of which an alarm is raised: threshold `reconcile_alarm_days`.
    pub fn alarm_period(&self) -> Result<Period, LakeError> {
        let today = Local::of(self.now()).day;
        let thresholds = Table::<Threshold>::load(self.reference_dir())?;
        Ok(Period::ending(today, thresholds.on("reconcile_alarm_days", today)?.value as u64))
    }

    pub fn reconciliation<'a>(&'a self, period: &'a Period) -> BoxFuture<'a, Result<Reconciliation, LakeError>> {
        Box::pin(async move {
            let ask = async |name| output::rows(&self.figure(name, period, None).await?);
            Ok(Reconciliation {
                at: self.now(),
                period: period.clone(),
                laws: ask(Reconciliation::LAWS).await?,
                balance: ask(Reconciliation::BALANCE).await?,
                gaps: ask(Reconciliation::GAPS).await?,
            })
        })
    }
}
