//! Landing: rows and the positions they were read from go into a table in one commit, or not at all (P1, P2).

use crate::{
    account::{Account, Handled},
    dictionary::{self, Table},
    error::LakeError,
    judge::{Prepared, judge},
    keys::Keys,
    layout::{Laid, lay_out},
    log::{Appended, TableLog},
    positions::{self, Marks, Positions},
    root::LakeRoot,
    row::{Refused, Row},
};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use meyar_schemas::Subject;
use std::collections::BTreeMap;

/// How often others may be faster in a row before the caller is asked to come back.
const ATTEMPTS: u32 = 50;

#[derive(Debug, Clone)]
pub struct LandingOptions {
    /// The topic that feeds the table, with the deployment's prefix.
    pub topic: String,
    /// The log is summed up after so many commits.
    pub checkpoint_every: u64,
}

impl LandingOptions {
    pub fn new(topic: impl Into<String>) -> Self {
        Self { topic: topic.into(), checkpoint_every: 50 }
    }
}

/// One lander's hold on one table. It may read any of the topic's partitions; other landers may hold the table at the same time.
pub struct Landing {
    subject: Subject,
    table: &'static Table,
    options: LandingOptions,
    log: TableLog,
    marks: Marks,
    keys: Option<Keys>,
    /// Seen before the first commit, which will store it.
    first_identity: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitReport {
    pub rows: usize,
    pub repeats: usize,
    pub refused: Vec<Refused>,
    /// The table's version that holds them.
    pub version: u64,
}

/// How a partition's stored position stands to what the broker still has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watermark {
    Fits,
    /// The broker has thrown away so many messages that were never landed.
    Missed(i64),
}

impl Landing {
    /// Opens (or makes) the subject's table. Keys are read when the first batch comes.
    pub fn open<'a>(
        root: &'a LakeRoot,
        subject: Subject,
        options: LandingOptions,
    ) -> BoxFuture<'a, Result<Self, LakeError>> {
        Box::pin(async move {
            let table = dictionary::table(subject);
            let (log, _) = TableLog::open(root.table(&table.name)?, table, root.to_string()).await?;
            let marks = Marks::load(&options.topic, &log).await?;
            Ok(Self { subject, table, options, log, marks, keys: None, first_identity: None })
        })
    }

    /// The next offset to read, by topic and partition, as the table's log has it (P2). A partition that is missing was never read.
    pub fn positions(&self) -> Positions {
        self.marks.positions()
    }

    /// Reads again what others have committed: call it when partitions are assigned.
    pub fn refresh<'a>(&'a mut self) -> BoxFuture<'a, Result<Positions, LakeError>> {
        Box::pin(async move {
            let followed = self.follow().await;
            if followed.is_err() {
                // The version may have moved past rows whose keys were not read: `prepare` begins anew.
                self.keys = None;
            }
            followed
        })
    }

    async fn follow(&mut self) -> Result<Positions, LakeError> {
        let others = self.log.catch_up().await?;
        self.marks.merge(&others.marks)?;
        if let Some(keys) = &mut self.keys {
            match keys.read(&self.log, &others.files).await {
                // Its rows were joined or deleted since: the keys are read anew with the next batch.
                Err(LakeError::Gone { .. }) => self.keys = None,
                read => read?,
            }
        }
        if let Some(keys) = self.keys.as_mut().filter(|_| others.deleted) {
            keys.forget(&self.log).await?;
        }
        Ok(self.positions())
    }

    /// Fingerprint of the last message that was read of a partition, when it is known (P7).
    pub fn anchor(&self, partition: i32) -> Option<i64> {
        self.marks.anchors.get(&partition).copied()
    }

    pub fn version(&self) -> u64 {
        self.log.version()
    }

    /// Judges a batch: what is new is made Parquet, repeats are counted, contradictions are refused. Writes nothing.
    pub fn prepare<'a>(&'a mut self, shares: &'a [Laid]) -> BoxFuture<'a, Result<Prepared, LakeError>> {
        Box::pin(async move {
            if self.keys.is_none() {
                let loaded = self.log.load().await?.ok_or_else(|| self.gone())?;
                self.log.at(&loaded);
                self.marks = Marks::load(&self.options.topic, &self.log).await?;
                self.keys = Some(Keys::of(&self.log, &loaded).await?);
            }
            let known = self.keys.get_or_insert_default();
            judge(self.subject, known, shares)
        })
    }

    /// Writes a prepared batch, the positions after it, and what became of its messages as one commit of the table. `Raced`: another lander
    /// brought one of the rows meanwhile; prepare the batch again.
    pub fn commit<'a>(
        &'a mut self,
        batch: Prepared,
        positions: &'a Positions,
        anchors: &'a BTreeMap<i32, i64>,
        handled: &'a Handled,
    ) -> BoxFuture<'a, Result<CommitReport, LakeError>> {
        Box::pin(async move {
            let at = Utc::now();
            let report = |version| CommitReport {
                rows: batch.rows,
                repeats: batch.repeats,
                refused: batch.refused.clone(),
                version,
            };
            if batch.files.is_empty() && self.advanced(positions, anchors, handled, at)? == self.marks {
                return Ok(report(self.log.version()));
            }
            let adds = self.log.put(&batch.files).await?;
            for _ in 0..ATTEMPTS {
                let marks = self.advanced(positions, anchors, handled, at)?;
                if let Appended::At(version) = self.log.append(&adds, marks.actions(&self.marks)).await? {
                    self.marks = marks;
                    let known = self.keys.get_or_insert_default();
                    batch.keys.iter().for_each(|(key, hash)| known.insert(*key, *hash));
                    let held = known.len();
                    self.tell(&batch, held);
                    if (version + 1).is_multiple_of(self.options.checkpoint_every) {
                        self.log.checkpoint().await;
                    }
                    return Ok(report(version));
                }
                self.refresh().await?;
                let Some(known) = &self.keys else { return Err(LakeError::Raced { table: self.subject.table() }) };
                if batch.keys.iter().any(|(key, _)| known.get(*key).is_some()) {
                    // Its files stay behind for `maintain`: a store that answered late may have taken the commit after all.
                    return Err(LakeError::Raced { table: self.subject.table() });
                }
            }
            Err(LakeError::Raced { table: self.subject.table() })
        })
    }

    /// Prepares and commits, again when another lander was faster. For callers that need not publish refusals before the commit.
    pub async fn land(&mut self, rows: &[Row], positions: &Positions) -> Result<CommitReport, LakeError> {
        let laid = lay_out(self.subject, rows)?;
        loop {
            let batch = self.prepare(std::slice::from_ref(&laid)).await?;
            let handled = handled(rows, &batch);
            match self.commit(batch, positions, &BTreeMap::new(), &handled).await {
                Err(LakeError::Raced { .. }) => continue,
                done => return done,
            }
        }
    }

    /// Holds the topic's identity (an opaque text of the broker, e.g. Kafka's topic id) against the one that the table was read from. The
    /// first one seen is stored with the next commit (P7).
    pub fn check_topic_identity(&mut self, identity: &str) -> Result<(), LakeError> {
        let now = positions::identity(identity);
        match self.marks.identity {
            Some(known) if known != now => Err(LakeError::Recreated {
                topic: self.options.topic.clone(),
                proof: format!("its identity is now {identity}, the lake has read another"),
            }),
            Some(_) => Ok(()),
            None => {
                self.first_identity = Some(now);
                Ok(())
            }
        }
    }

    /// Holds the stored position of a partition against the broker's first and next offset. A position beyond the end proves a recreated
    /// topic where the broker tells no identity (P7).
    pub fn check_watermarks(&self, partition: i32, low: i64, high: i64) -> Result<Watermark, LakeError> {
        match self.marks.next.get(&partition) {
            Some(next) if *next > high => Err(LakeError::Recreated {
                topic: self.options.topic.clone(),
                proof: format!("partition {partition} ends at {high}, the lake has read up to {next}"),
            }),
            Some(next) if *next < low => Ok(Watermark::Missed(low - next)),
            None if low > 0 => Ok(Watermark::Missed(low)),
            _ => Ok(Watermark::Fits),
        }
    }

    /// A person has decided that the recreated topic is the right one: its partitions are read from the start. Rows stay.
    pub fn adopt_topic<'a>(&'a mut self, identity: Option<&'a str>) -> BoxFuture<'a, Result<(), LakeError>> {
        Box::pin(async move {
            for _ in 0..ATTEMPTS {
                let mut marks = self.marks.clone();
                marks.next.values_mut().for_each(|next| *next = 0);
                marks.accounts = marks.next.keys().map(|partition| (*partition, Account::closed(Utc::now()))).collect();
                marks.identity = identity.map(positions::identity).or(Some(0));
                if let Appended::At(_) = self.log.append(&[], marks.actions(&self.marks)).await? {
                    self.marks = marks;
                    return Ok(());
                }
                self.refresh().await?;
            }
            Err(LakeError::Raced { table: self.subject.table() })
        })
    }

    fn advanced(
        &self,
        positions: &Positions,
        anchors: &BTreeMap<i32, i64>,
        handled: &Handled,
        at: DateTime<Utc>,
    ) -> Result<Marks, LakeError> {
        let mut marks = self.marks.advanced(positions, anchors, handled, at)?;
        marks.identity = marks.identity.or(self.first_identity);
        Ok(marks)
    }

    fn gone(&self) -> LakeError {
        LakeError::Table { table: self.table.name.clone(), problem: "its log has vanished".into() }
    }

    fn tell(&self, batch: &Prepared, keys: usize) {
        let table = self.subject.table();
        metrics::counter!("meyar_lake_rows_total", "table" => table).increment(batch.rows as u64);
        metrics::counter!("meyar_lake_repeats_total", "table" => table).increment(batch.repeats as u64);
        metrics::counter!("meyar_lake_refused_total", "table" => table).increment(batch.refused.len() as u64);
        metrics::counter!("meyar_lake_commits_total", "table" => table).increment(1);
        metrics::gauge!("meyar_lake_keys", "table" => table).set(keys as f64);
    }
}

/// What becomes of rows that are landed as they are, by the places that they name.
fn handled(rows: &[Row], batch: &Prepared) -> Handled {
    let mut handled = Handled::new();
    for row in rows {
        handled.entry(row.place.partition).or_default().read.push(row.place.offset);
    }
    for at in &batch.repeated {
        handled.entry(rows[*at].place.partition).or_default().repeats.push(rows[*at].place.offset);
    }
    for refused in &batch.refused {
        let place = &rows[refused.index].place;
        handled.entry(place.partition).or_default().letters.push(place.offset);
    }
    handled
}
