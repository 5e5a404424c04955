//! Views: the latest revision of every event, and what `schemas/views/*.sql` makes of them.

use crate::{clock::Month, dictionary, error::LakeError, kept::Kept, period::Period};
use chrono::{Datelike, Days};
use datafusion::{catalog::TableProvider, prelude::SessionContext};
use rust_embed::RustEmbed;
use std::sync::Arc;

const CALLS: &str = "calls";

/// Made of reference data alone: worked out once for a lake.
const SETTLED: [&str; 2] = ["days", "live_days"];

pub type Settled = Vec<(String, Arc<dyn TableProvider>)>;

/// Numbered, as later ones may use earlier ones.
#[derive(RustEmbed)]
#[folder = "../../schemas/views/"]
#[include = "*.sql"]
struct Files;

/// A revision stands as long as no higher one of the same event is told, whichever came first (P4). Hardly any event is ever revised, so
/// the search for higher revisions reads next to nothing.
pub fn latest(table: &str) -> String {
    format!(
        "SELECT * FROM {table}_all e WHERE NOT EXISTS (\
         SELECT 1 FROM {table}_all r WHERE r.revision > 0 AND r.revision > e.revision AND r.source = e.source AND r.event_id = e.event_id)"
    )
}

/// Only the call events that a period's calls can have: its days, and some more on either side for calls that cross midnight. An
/// aggregation hides this from the optimiser, and it spares a month's report the reading of all other months.
#[derive(Debug, Clone, Copy)]
pub struct Window<'a> {
    pub period: &'a Period,
    pub days: u64,
}

impl Window<'_> {
    fn condition(&self) -> String {
        let (first, last) = (self.period.first - Days::new(self.days), self.period.last + Days::new(self.days));
        let month = |day: chrono::NaiveDate| Month { year: day.year(), month: day.month() };
        format!(
            " AND e.month BETWEEN '{}' AND '{}' AND e.day BETWEEN DATE '{first}' AND DATE '{last}'",
            month(first),
            month(last)
        )
    }
}

/// Every view as (name, SQL), in an order in which each finds those it needs.
pub fn all(window: Option<Window<'_>>) -> Vec<(String, String)> {
    let revised = dictionary::tables().map(move |(subject, table)| {
        let window = window.filter(|_| subject == meyar_schemas::Subject::CallEvents);
        (table.name.clone(), latest(&table.name) + &window.map_or_else(String::new, |w| w.condition()))
    });
    let mut files: Vec<_> = Files::iter().collect();
    files.sort();
    let written = files.into_iter().filter_map(|file| {
        let sql = String::from_utf8(Files::get(&file)?.data.into_owned()).ok()?;
        let name = file.trim_end_matches(".sql").split_once('_').map(|(_, name)| name.to_owned())?;
        Some((name, sql))
    });
    revised.chain(written).collect()
}

/// `session` has the reference tables.
pub async fn settle(session: &SessionContext) -> Result<Settled, LakeError> {
    let mut settled = Settled::new();
    for (name, sql) in all(None).into_iter().filter(|(name, _)| SETTLED.contains(&name.as_str())) {
        let frame = session.sql(&sql).await.map_err(|e| LakeError::Bug(format!("view {name}: {e}")))?;
        let table = frame.cache().await?.into_view();
        session.register_table(&name, table.clone())?;
        settled.push((name, table));
    }
    Ok(settled)
}

/// Worked out once for a period, when the first figure reads them: several figures read each, and a figure may read one twice.
const KEPT: [&str; 4] = ["lost_calls", "call_appeals", "sheets", "sheet_moves"];

pub async fn register(
    session: &SessionContext,
    settled: &Settled,
    window: Option<Window<'_>>,
) -> Result<(), LakeError> {
    for (name, table) in settled {
        session.register_table(name, table.clone())?;
    }
    for (name, sql) in all(window).into_iter().filter(|(name, _)| !SETTLED.contains(&name.as_str())) {
        let plan = session.sql(&sql).await.map_err(|e| LakeError::Bug(format!("view {name}: {e}")))?;
        if window.is_some() && name == CALLS {
            // Every figure of a period asks for its calls, and to put them together is most of the work.
            session.register_table(name, plan.cache().await?.into_view())?;
        } else if window.is_some() && KEPT.contains(&name.as_str()) {
            session.register_table(name, Arc::new(Kept::new(&plan)))?;
        } else {
            session.register_table(name, plan.into_view())?;
        }
    }
    Ok(())
}
