//! Views: the latest revision of every event, and what `schemas/views/*.sql` makes of them.

use crate::{
    clock::Month,
    dictionary::{self, Table},
    error::LakeError,
    kept::{Kept, Place},
    period::Period,
};
use chrono::{Datelike, Days, NaiveDate};
use datafusion::{catalog::TableProvider, dataframe::DataFrame, prelude::SessionContext};
use meyar_schemas::Subject;
use rust_embed::RustEmbed;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

const CALLS: &str = "calls";

/// What most takes memory and time beside the calls.
pub const APPEALS: &str = "call_appeals";

/// Made of reference data alone: worked out once for a lake.
const SETTLED: [&str; 2] = ["days", "live_days"];

/// Made of one table that no window narrows, and at most of others of these over the same: worked out once for a version of that table, whatever
/// the period.
pub const SHARED: [(&str, Subject); 5] = [
    ("sheets", Subject::ApplicationSheets),
    ("sheet_moves", Subject::ApplicationSheets),
    ("opinions", Subject::ApplicationSheets),
    ("live_stretches", Subject::StaffSessions),
    ("surveys", Subject::SurveyResponses),
];

/// Worked out once for a period: several figures read each, and a figure may read one twice.
const WITHIN: [&str; 4] = ["lost_calls", "due_callbacks", "orders", "call_appeals"];

pub type Settled = Vec<(String, Arc<dyn TableProvider>)>;

/// By name.
pub type Shared = BTreeMap<&'static str, Arc<dyn TableProvider>>;

/// By the view whose rows are written there.
pub type Places = BTreeMap<&'static str, Place>;

/// Numbered, as later ones may use earlier ones.
#[derive(RustEmbed)]
#[folder = "../../schemas/views/"]
#[include = "*.sql"]
struct Files;

/// A revision stands as long as no higher one of the same event is told, whichever came first (P4). Hardly any event is ever revised: where
/// the log knows of no revision at all, there is nothing to search for.
fn latest(table: &Table, revised: bool) -> String {
    let name = &table.name;
    let all = format!("SELECT * FROM {name}_all e WHERE ");
    let standing = if revised {
        format!(
            "{all}NOT EXISTS (\
             SELECT 1 FROM {name}_all r WHERE r.revision > 0 AND r.revision > e.revision AND r.source = e.source AND r.event_id = e.event_id)"
        )
    } else {
        all + "true"
    };
    if table.one_of_each.is_empty() {
        return standing;
    }
    let same: String = table.one_of_each.iter().map(|column| format!("n.{column} = e.{column} AND ")).collect();
    format!(
        "SELECT * FROM ({standing}) e WHERE NOT EXISTS (SELECT 1 FROM ({standing}) n WHERE {same}(\
         n.event_time > e.event_time OR (n.event_time = e.event_time AND n.event_id > e.event_id) \
         OR (n.event_time = e.event_time AND n.event_id = e.event_id AND n.source > e.source)))"
    )
}

/// Only the events that a period's calls can have: its days, and some more on either side for calls that cross midnight. An
/// aggregation hides this from the optimiser, and it spares a month's report the reading of all other months.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// Appeals are made in calls, or soon after.
const NARROWED: [Subject; 2] = [Subject::CallEvents, Subject::Appeals];

impl Window {
    pub fn around(period: &Period, days: u64) -> Self {
        Self { first: period.first - Days::new(days), last: period.last + Days::new(days) }
    }

    fn condition(self) -> String {
        let Self { first, last } = self;
        let month = |day: NaiveDate| Month { year: day.year(), month: day.month() };
        format!(
            " AND e.month BETWEEN '{}' AND '{}' AND e.day BETWEEN DATE '{first}' AND DATE '{last}'",
            month(first),
            month(last)
        )
    }
}

/// What the views of a session stand on.
pub struct Ground<'a> {
    pub settled: &'a Settled,
    /// Subjects of which an event may have been revised.
    pub revised: &'a BTreeSet<Subject>,
    pub window: Option<Window>,
    pub keeping: Keeping<'a>,
}

/// What is worked out once and kept.
pub enum Keeping<'a> {
    Nothing,
    /// Nothing is kept, and only calls are there.
    OnlyCalls,
    /// What every period can use, each where it may be written down.
    Shared(Places),
    /// What they share is there, and all else is worked out for each question.
    Whole(&'a Shared),
    /// What one period needs, beside what all share; its calls are put together already, its appeals may have a place where they are written
    /// down. Not to `keep` the rest spares memory.
    Within {
        shared: &'a Shared,
        calls: Arc<dyn TableProvider>,
        appeals: Option<Place>,
        keep: bool,
    },
}

/// Every view that is written, as (name, SQL), in an order in which each finds those it needs.
fn written() -> impl Iterator<Item = (String, String)> {
    let mut files: Vec<_> = Files::iter().collect();
    files.sort();
    files.into_iter().filter_map(|file| {
        let sql = String::from_utf8(Files::get(&file)?.data.into_owned()).ok()?;
        let name = file.trim_end_matches(".sql").split_once('_').map(|(_, name)| name.to_owned())?;
        Some((name, sql))
    })
}

/// All that calls are made by, beside their events.
pub fn rules_of_calls() -> String {
    written().filter(|(name, _)| name == CALLS || SETTLED.contains(&name.as_str())).map(|(_, sql)| sql).collect()
}

/// The same for the appeals of calls, beside the calls and the appeals.
pub fn rules_of_appeals() -> String {
    written().filter(|(name, _)| name == APPEALS).map(|(_, sql)| sql).collect()
}

/// The same for a view that periods share, beside its table: its own SQL, and that of the others over this table.
pub fn rules_of_shared(subject: Subject) -> String {
    written().filter(|(name, _)| SHARED.contains(&(name.as_str(), subject))).map(|(_, sql)| sql).collect()
}

/// Views that may be written down beside the lake and hold what rows of this subject told.
pub fn kept_of(subject: Subject) -> Vec<&'static str> {
    match subject {
        Subject::CallEvents => vec![CALLS, APPEALS],
        Subject::Appeals => vec![APPEALS],
        _ => SHARED.iter().filter(|(_, of)| *of == subject).map(|(view, _)| *view).collect(),
    }
}

/// `session` has the reference tables.
pub async fn settle(session: &SessionContext) -> Result<Settled, LakeError> {
    let mut settled = Settled::new();
    for (name, sql) in written().filter(|(name, _)| SETTLED.contains(&name.as_str())) {
        let frame = session.sql(&sql).await.map_err(|e| LakeError::Bug(format!("view {name}: {e}")))?;
        let table = frame.cache().await?.into_view();
        session.register_table(&name, table.clone())?;
        settled.push((name, table));
    }
    Ok(settled)
}

/// Registers every view; tells those that others may share.
pub async fn register(session: &SessionContext, ground: Ground<'_>) -> Result<Shared, LakeError> {
    for (name, table) in ground.settled {
        session.register_table(name, table.clone())?;
    }
    let wanted = |subject: Subject| match ground.keeping {
        Keeping::OnlyCalls => subject == Subject::CallEvents,
        Keeping::Shared(_) => SHARED.iter().any(|(_, of)| *of == subject),
        _ => true,
    };
    events(session, ground.revised, ground.window, wanted).await?;
    let mut made = Shared::new();
    for (name, sql) in written().filter(|(name, _)| !SETTLED.contains(&name.as_str())) {
        match &ground.keeping {
            Keeping::Within { calls, .. } if name == CALLS => {
                session.register_table(name, calls.clone())?;
            }
            Keeping::Within { shared, .. } | Keeping::Whole(shared) if shared.contains_key(name.as_str()) => {
                session.register_table(&name, shared[name.as_str()].clone())?;
            }
            Keeping::Within { appeals: Some(place), .. } if name == APPEALS => {
                let kept = Kept::at(Some(place.clone()), &planned(session, &name, &sql).await?);
                session.register_table(name, Arc::new(kept))?;
            }
            Keeping::Within { keep: true, .. } if WITHIN.contains(&name.as_str()) => {
                let kept = Kept::new(&planned(session, &name, &sql).await?);
                session.register_table(name, Arc::new(kept))?;
            }
            Keeping::Shared(places) => {
                // They are made of nothing but their tables and each other.
                let Some((shared, _)) = SHARED.iter().find(|(shared, _)| *shared == name) else { continue };
                let place = places.get(shared).cloned();
                let kept: Arc<dyn TableProvider> = Arc::new(Kept::at(place, &planned(session, &name, &sql).await?));
                session.register_table(name, kept.clone())?;
                made.insert(*shared, kept);
            }
            Keeping::OnlyCalls if name != CALLS => {}
            _ => view(session, &name, &sql).await?,
        }
    }
    Ok(made)
}

/// Registers the newest revision of every event of some tables.
pub async fn events(
    session: &SessionContext,
    revised: &BTreeSet<Subject>,
    window: Option<Window>,
    wanted: impl Fn(Subject) -> bool,
) -> Result<(), LakeError> {
    for (subject, table) in dictionary::tables().filter(|(subject, _)| wanted(*subject)) {
        let window = window.filter(|_| NARROWED.contains(&subject));
        let sql = latest(table, revised.contains(&subject)) + &window.map_or_else(String::new, Window::condition);
        view(session, &table.name, &sql).await?;
    }
    Ok(())
}

async fn planned(session: &SessionContext, name: &str, sql: &str) -> Result<DataFrame, LakeError> {
    session.sql(sql).await.map_err(|e| LakeError::Bug(format!("view {name}: {e}")))
}

async fn view(session: &SessionContext, name: &str, sql: &str) -> Result<(), LakeError> {
    session.register_table(name, planned(session, name, sql).await?.into_view())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables and views that stand in this SQL.
    fn read(sql: &str) -> BTreeSet<String> {
        let sql: String = sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        let words: BTreeSet<&str> = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let tables = dictionary::tables().map(|(_, table)| table.name.clone());
        tables.chain(written().map(|(name, _)| name)).filter(|name| words.contains(name.as_str())).collect()
    }

    #[test]
    fn appeals_that_are_kept_are_made_of_nothing_that_their_name_does_not_tell() {
        let told = BTreeSet::from(["appeals", "days", "calls"].map(str::to_owned));
        assert_eq!(read(&rules_of_appeals()), told, "tell `place_of_appeals` of the others too");
    }

    #[test]
    fn shared_views_that_are_kept_are_made_of_nothing_that_their_name_does_not_tell() {
        for (view, subject) in SHARED {
            let over = |name: &str| SHARED.contains(&(name, subject));
            let others: Vec<String> = read(&rules_of_shared(subject))
                .into_iter()
                .filter(|name| name != subject.table() && !SETTLED.contains(&name.as_str()) && !over(name))
                .collect();
            assert!(others.is_empty(), "{view}: tell `places_of_shared` of {others:?} too");
        }
    }
}
