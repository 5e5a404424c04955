//! Deleting what a retention rule orders: rows of a month, or their content. What is planned is written down first, so that a deletion that was
//! cut off at any moment is gone on with, and nothing is told as deleted that is still there (docs/decisions/0009).
//!
//! Plan → begin (a journal beside the table: which rows) → erase (one commit takes them out) → sweep (files of older versions that still hold
//! such rows) → finish. Each step may be done again.

mod history;
mod journal;
mod rows;
mod statistics;

pub use history::{Swept, is_unfinished, sweep};

use crate::{
    census::Census,
    clock::Month,
    content::Key,
    dictionary::{self, PARTITION, Table},
    error::LakeError,
    files::{File, Repack},
    forgotten,
    joining::Turn,
    log::TableLog,
    positions::Marks,
    root::LakeRoot,
};
use chrono::{DateTime, NaiveDate, Utc};
use deltalake::{DeltaTable, kernel::Remove, protocol::DeltaOperation};
use futures::future::BoxFuture;
use journal::Journal;
use meyar_faults::step;
use meyar_schemas::{
    Invalid, Subject,
    deletions::{Deletion, Found, Order, Phase, What},
    envelope::derived_id,
};
use rows::{Chosen, Identities, Places};
use std::{
    collections::{BTreeMap, HashSet},
    io,
    time::{Duration, Instant},
};

/// How often others may be faster before it is tried again at another time.
const ATTEMPTS: u32 = 20;
/// A joining of files takes seconds, and the last minute of an hour is nobody's.
const PATIENCE: Duration = Duration::from_secs(120);
const TICK: Duration = Duration::from_millis(100);
/// In a joiner's mark.
const KIND: &str = "retention";

/// One deletion of one month of a table, from its plan on.
pub struct Erasure {
    log: TableLog,
    table: &'static Table,
    journal: Journal,
}

/// A deletion that is not begun yet.
pub struct Planned {
    pub erasure: Erasure,
    keys: Vec<Key>,
}

/// The log of an ordered table, and what can be told of the order before anything is read.
fn open(root: &LakeRoot, order: &Order) -> Result<(TableLog, &'static Table), LakeError> {
    let table = dictionary::table(Subject::of_table(&order.table)?);
    if order.what == What::Content && table.content().is_empty() {
        let problem = "has no content apart from its numbers";
        return Err(Invalid::new("retention.toml", &table.name, problem, "write what = \"row\" for this table").into());
    }
    if order.error_code.is_some() && table.name != Subject::DeadLetters.table() {
        let remedy = "name no error, or delete from dead_letters";
        return Err(Invalid::new("error_code", &table.name, "has no errors", remedy).into());
    }
    Ok((TableLog::new(root.table(&table.name)?, table, root.to_string()), table))
}

/// A file of the newest version that may hold rows of an order.
struct Candidate {
    path: String,
    size: i64,
    remove: Remove,
}

/// Files of a month, or of all months, that may hold rows of the order.
fn candidates(loaded: &DeltaTable, order: &Order, log: &TableLog) -> Result<Vec<(String, Candidate)>, LakeError> {
    let state = loaded.snapshot().map_err(|e| log.storage(&e))?;
    let (views, facts) = (state.log_data(), Census::of(loaded).0);
    let found = views.iter().zip(facts).filter_map(|(view, facts)| {
        let month = view.partition_values_map().remove(PARTITION).flatten()?;
        let done = order.what == What::Content && facts.blank;
        (facts.first < order.before && may_hold(&month, order.before) && !done)
            .then(|| (month, Candidate { path: facts.path, size: view.size(), remove: view.remove_action(true) }))
    });
    Ok(found.collect())
}

/// Whether a month has days before one.
fn may_hold(month: &str, before: NaiveDate) -> bool {
    let first = format!("{month}-01").parse::<NaiveDate>();
    first.is_ok_and(|first| first < before)
}

/// The months in which rows may be to go, oldest first.
pub fn months<'a>(root: &'a LakeRoot, order: &'a Order) -> BoxFuture<'a, Result<Vec<Month>, LakeError>> {
    Box::pin(async move {
        let (log, table) = open(root, order)?;
        let Some(loaded) = log.load().await? else { return Ok(Vec::new()) };
        let found = candidates(&loaded, order, &log)?;
        let parse = |(month, _): &(String, Candidate)| {
            month.parse::<Month>().map_err(|problem| LakeError::Table { table: table.name.clone(), problem })
        };
        let mut months: Vec<Month> = found.iter().map(parse).collect::<Result<_, _>>()?;
        months.sort_unstable();
        months.dedup();
        Ok(months)
    })
}

impl Erasure {
    /// Deletions that were begun and not finished, oldest first.
    pub fn pending<'a>(root: &'a LakeRoot) -> BoxFuture<'a, Result<Vec<Self>, LakeError>> {
        Box::pin(async move {
            let mut pending = Vec::new();
            for (_, table) in dictionary::tables() {
                let log = TableLog::new(root.table(&table.name)?, table, root.to_string());
                for journal in Journal::all(&log).await? {
                    let log = TableLog::new(root.table(&table.name)?, table, root.to_string());
                    pending.push(Self { log, table, journal });
                }
            }
            pending.sort_by_key(|erasure| erasure.journal.begun.at);
            Ok(pending)
        })
    }

    /// Looks for what is to go of a month; nothing is written. `None`: nothing is.
    pub fn plan<'a>(
        root: &'a LakeRoot,
        order: &'a Order,
        month: Month,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Option<Planned>, LakeError>> {
        Box::pin(async move {
            let (log, table) = open(root, order)?;
            let Some(loaded) = log.load().await? else { return Ok(None) };
            let mut ids = Identities::default();
            let (mut files, mut bytes) = (0, 0);
            for (of, candidate) in candidates(&loaded, order, &log)? {
                if of != month.to_string() {
                    continue;
                }
                let before = ids.rows();
                for batch in rows::read(&log, &candidate.path, Some(&rows::needed(table))).await? {
                    let batch = batch?;
                    ids.take(&batch, &Chosen { order, keys: None })?;
                }
                if ids.rows() > before {
                    files += 1;
                    bytes += u64::try_from(candidate.size).unwrap_or_default();
                }
            }
            let Some((first_day, last_day)) = ids.days else { return Ok(None) };
            let found = Found {
                rows: ids.rows(),
                first_day,
                last_day,
                files,
                bytes,
                objects: 0,
                object_bytes: 0,
                ids_sha256: ids.digest(),
            };
            // Two runs that plan the same at the same time have one journal, and one record.
            let ordered = serde_json::to_string(order).map_err(|e| LakeError::Bug(e.to_string()))?;
            let deletion_id = derived_id(&["deletion", &ordered, &month.to_string(), &found.ids_sha256]);
            let begun = Deletion { deletion_id, at, phase: Phase::Begun, order: order.clone(), found };
            let journal = Journal { month: month.to_string(), begun, done: None, recordings: ids.paths };
            Ok(Some(Planned { erasure: Self { log, table, journal }, keys: ids.keys }))
        })
    }

    pub fn begun(&self) -> &Deletion {
        &self.journal.begun
    }

    pub fn month(&self) -> &str {
        &self.journal.month
    }

    /// Where the rows' recordings stand in their store.
    pub fn recordings(&self) -> &[String] {
        &self.journal.recordings
    }

    /// Takes what was planned out of the table, and nothing else. Landers may go on.
    pub fn erase<'a>(&'a mut self) -> BoxFuture<'a, Result<(), LakeError>> {
        Box::pin(async move {
            if self.journal.done.is_some() {
                return Ok(());
            }
            // Gone: another run has come to the end of it.
            let Some(keys) = self.journal.keys(&self.log).await? else { return Ok(()) };
            if self.journal.begun.order.what == What::Row {
                forgotten::keep(&self.log, &self.journal.begun.deletion_id, &keys).await?;
                step!("retention.keys.after");
            }
            let keys: HashSet<Key> = keys.into_iter().collect();
            let mut swept = None;
            for _ in 0..ATTEMPTS {
                let turn = self.turn().await?;
                let done = tokio::time::timeout(turn.left, self.attempt(&keys)).await;
                turn.give_back().await;
                match done {
                    Ok(Ok(true)) => return Ok(()),
                    // Another run swept away what this one was reading: the next attempt reads what stands then.
                    Ok(Err(gone @ LakeError::Gone { .. })) => swept = Some(gone),
                    Ok(Err(error)) => return Err(error),
                    // Others changed the files, or the slot was over: the next one is another turn.
                    Ok(Ok(false)) | Err(_) => {}
                }
            }
            let others = || self.log.storage(&io::Error::other("others changed the table's files each time"));
            Err(swept.unwrap_or_else(others))
        })
    }

    async fn turn(&self) -> Result<Turn, LakeError> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let turn = Turn::take_as(self.log.store().object_store(None), KIND).await;
            if let Some(turn) = turn.map_err(|e| self.log.storage(&e))? {
                return Ok(turn);
            }
            tokio::time::sleep(TICK).await;
        }
        Err(self.log.storage(&io::Error::other(
            "another one joins the table's files; a mark left behind is void within the hour",
        )))
    }

    /// Whether it is done; else others changed the files meanwhile.
    async fn attempt(&mut self, keys: &HashSet<Key>) -> Result<bool, LakeError> {
        let Some(loaded) = self.log.load().await? else { return Ok(true) };
        self.log.at(&loaded);
        let order = self.journal.begun.order.clone();
        let (mut gone, mut left, mut places) = (Vec::new(), Vec::new(), Places::new());
        for (month, candidate) in candidates(&loaded, &order, &self.log)? {
            if month != self.journal.month {
                continue;
            }
            let chosen = Chosen { order: &order, keys: Some(keys) };
            if let Some(file) = self.without(&candidate.path, &chosen, &mut places).await? {
                gone.push(candidate.remove);
                left.extend(file);
            }
        }
        if gone.is_empty() {
            return Ok(true);
        }
        let adds = self.log.put(&left).await?;
        // In the same commit, so that rows deleted on purpose are never told as lost. Two of these cannot count from the same total: the slower
        // one finds its files taken away.
        let known = if places.is_empty() { BTreeMap::new() } else { Marks::all(&self.log.marks().await?) };
        let marks = places.iter().filter_map(|(topic, offsets)| Some(known.get(topic)?.without(offsets))).flatten();
        let predicate = Some(format!("day < DATE '{}'", order.before));
        let operation = match order.what {
            What::Row => DeltaOperation::Delete { predicate },
            What::Content => DeltaOperation::Update { predicate },
        };
        self.log.replace(&gone, &adds, marks.collect(), operation).await
    }

    /// A file without what is to go of it; `None` where nothing is, `Some(None)` where nothing would be left.
    async fn without(
        &self,
        path: &str,
        chosen: &Chosen<'_>,
        places: &mut Places,
    ) -> Result<Option<Option<File>>, LakeError> {
        let mut some = false;
        for batch in rows::read(&self.log, path, Some(&rows::needed(self.table))).await? {
            let batch = batch?;
            some |= chosen.mask(&batch)?.true_count() > 0;
            if chosen.order.what == What::Row {
                rows::places(&batch, chosen, places)?;
            }
        }
        if !some {
            return Ok(None);
        }
        let month = self.journal.month.parse::<Month>().map_err(LakeError::Bug)?;
        let mut repack: Option<Repack> = None;
        for batch in rows::read(&self.log, path, None).await? {
            let left = rows::left(&batch?, chosen, self.table)?;
            if repack.is_none() {
                repack = Some(Repack::new(month, &left.schema())?);
            }
            if let Some(repack) = &mut repack {
                repack.take(&left)?;
            }
        }
        repack.map_or(Ok(None), Repack::finish).map(Some)
    }

    /// Writes down that nothing of it is left. What another run has written down meanwhile counts; `None`: it has told it, too.
    pub fn finish<'a>(&'a mut self, at: DateTime<Utc>) -> BoxFuture<'a, Result<Option<Deletion>, LakeError>> {
        Box::pin(async move {
            let done = Deletion { at, phase: Phase::Done, ..self.journal.begun.clone() };
            let done = self.journal.end(&self.log, done).await?;
            step!("retention.finish.after");
            Ok(done)
        })
    }

    /// Forgets the journal: the record of it is where all records are.
    pub fn close(self) -> BoxFuture<'static, Result<(), LakeError>> {
        Box::pin(async move { self.journal.remove(&self.log).await })
    }
}

impl Planned {
    /// From here on it will be done, however often it is cut off. `objects` and their size: the recordings that were found.
    pub fn begin(self, objects: u64, object_bytes: u64) -> BoxFuture<'static, Result<Erasure, LakeError>> {
        Box::pin(async move {
            let Self { mut erasure, keys } = self;
            let found = &mut erasure.journal.begun.found;
            (found.objects, found.object_bytes) = (objects, object_bytes);
            step!("retention.begin.before");
            erasure.journal = erasure.journal.begin(&erasure.log, &keys).await?;
            step!("retention.begin.after");
            Ok(erasure)
        })
    }
}
