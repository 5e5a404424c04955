//! Rows straight into tables that are empty yet, past the broker, for lakes of many million calls.
//!
//! Nothing was read from a topic, so no positions are kept; keys of earlier batches are not held either, so whoever fills a lake this way
//! answers for telling every event once.

use crate::{
    dictionary,
    error::LakeError,
    judge::judge,
    keys::Keys,
    layout::{Laid, lay_out},
    log::{Appended, TableLog},
    root::LakeRoot,
    row::Row,
};
use deltalake::DeltaTable;
use futures::future::BoxFuture;
use meyar_schemas::{Invalid, Subject};
use std::collections::BTreeMap;

/// Rows of a file: it is some twenty megabytes, and a week of a hundredfold year.
const FILE_ROWS: usize = 500_000;

/// The log is summed up after so many commits.
const CHECKPOINT_EVERY: u64 = 100;

pub struct Bulk {
    root: LakeRoot,
    tables: BTreeMap<Subject, Pile>,
}

struct Pile {
    log: TableLog,
    shares: Vec<Laid>,
    rows: usize,
}

impl Bulk {
    pub fn new(root: &LakeRoot) -> Self {
        Self { root: root.clone(), tables: BTreeMap::new() }
    }

    /// Takes rows of one subject; they are in the lake after [`Bulk::finish`] at the latest.
    pub fn take<'a>(&'a mut self, subject: Subject, rows: &'a [Row]) -> BoxFuture<'a, Result<(), LakeError>> {
        Box::pin(async move {
            if !self.tables.contains_key(&subject) {
                let pile = Pile::open(&self.root, subject).await?;
                self.tables.insert(subject, pile);
            }
            let Some(pile) = self.tables.get_mut(&subject) else { return Ok(()) };
            pile.shares.push(lay_out(subject, rows)?);
            pile.rows += rows.len();
            if pile.rows >= FILE_ROWS { pile.write(subject).await } else { Ok(()) }
        })
    }

    pub async fn finish(mut self) -> Result<(), LakeError> {
        for (subject, pile) in &mut self.tables {
            pile.write(*subject).await?;
            pile.log.checkpoint().await;
        }
        Ok(())
    }
}

impl Pile {
    async fn open(root: &LakeRoot, subject: Subject) -> Result<Self, LakeError> {
        let table = dictionary::table(subject);
        let (log, loaded) = TableLog::open(root.table(&table.name)?, table, root.to_string()).await?;
        if has_files(&loaded) {
            let problem = format!("holds {} already, and a repeat would not be seen", table.name);
            return Err(Invalid::new("lake", root.to_string(), problem, "name a folder without a lake").into());
        }
        Ok(Self { log, shares: Vec::new(), rows: 0 })
    }

    async fn write(&mut self, subject: Subject) -> Result<(), LakeError> {
        let shares = std::mem::take(&mut self.shares);
        self.rows = 0;
        if shares.is_empty() {
            return Ok(());
        }
        let batch = judge(subject, &Keys::default(), &shares)?;
        if let Some(refused) = batch.refused.first() {
            return Err(LakeError::Bug(format!("a row of {} does not fit: {:?}", subject.name(), refused.error)));
        }
        let adds = self.log.put(&batch.files).await?;
        match self.log.append(&adds, Vec::new()).await? {
            Appended::At(version) if (version + 1).is_multiple_of(CHECKPOINT_EVERY) => self.log.checkpoint().await,
            Appended::At(_) => {}
            Appended::Taken => return Err(LakeError::Raced { table: subject.table() }),
        }
        Ok(())
    }
}

fn has_files(table: &DeltaTable) -> bool {
    table.get_file_uris().is_ok_and(|mut files| files.next().is_some())
}
