//! A table's Delta log as a lander sees it: open or create, append if nobody was faster, read what others appended.

use crate::{
    dictionary::{PARTITION, Table},
    error::LakeError,
    files::File,
};
use arrow::{array::AsArray as _, datatypes::Int64Type};
use deltalake::{
    DeltaTable, DeltaTableError,
    checkpoints::create_checkpoint,
    kernel::{
        Action, Add, Remove, StructField, Transaction,
        engine::arrow_conversion::TryIntoKernel,
        transaction::{CommitData, TransactionError},
    },
    logstore::{CommitOrBytes, LogStoreRef, get_actions},
    protocol::{DeltaOperation, SaveMode},
    table::config::TableProperty,
};
use futures::future::try_join_all;
use meyar_faults::step;
use object_store::{ObjectStoreExt, path::Path};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

/// The columns whose least and greatest values the log tells, whoever writes a file. Of other columns it would keep what people said or wrote,
/// long after the rows are deleted.
pub const STATISTICS: &str = "event_time,day,revision,content_hash";

/// What stands in one commit of another writer.
#[derive(Debug, Default)]
pub struct Others {
    /// New files; a compaction's rewrites are not among them.
    pub files: Vec<Add>,
    /// Whether rows were taken out.
    pub deleted: bool,
    pub marks: Vec<Transaction>,
}

/// The log of one table, up to the version that is known here.
pub struct TableLog {
    store: LogStoreRef,
    table: &'static Table,
    place: String,
    version: u64,
}

/// Somebody else's commit has the version that was ours to take.
#[derive(Debug)]
pub enum Appended {
    At(u64),
    Taken,
}

impl TableLog {
    /// The log of a table that may not be there yet; nothing is known of it.
    pub fn new(store: LogStoreRef, table: &'static Table, place: String) -> Self {
        Self { store, table, place, version: 0 }
    }

    /// Opens the table, makes it when there is none, adds the columns that a newer dictionary has.
    pub async fn open(
        store: LogStoreRef,
        table: &'static Table,
        place: String,
    ) -> Result<(Self, DeltaTable), LakeError> {
        let mut log = Self::new(store, table, place);
        let loaded = match log.load().await? {
            Some(loaded) => loaded,
            None => log.create().await?,
        };
        let loaded = log.widen(loaded).await?;
        log.version = loaded.version().unwrap_or_default();
        Ok((log, loaded))
    }

    /// The table as it is, for readers: nothing is made or changed.
    pub async fn read(
        store: LogStoreRef,
        table: &'static Table,
        place: String,
    ) -> Result<Option<DeltaTable>, LakeError> {
        Self::new(store, table, place).load().await
    }

    /// The log up to a version that was loaded elsewhere.
    pub fn at_version(store: LogStoreRef, table: &'static Table, place: String, version: u64) -> Self {
        Self { store, table, place, version }
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn store(&self) -> &LogStoreRef {
        &self.store
    }

    pub fn storage(&self, error: &(dyn std::error::Error + 'static)) -> LakeError {
        LakeError::storage(&self.place, error)
    }

    /// The newest state; `None` when there is no table.
    pub async fn load(&self) -> Result<Option<DeltaTable>, LakeError> {
        // A local table without a folder is refused by the layer below, and it is only a table that is not there yet.
        if self.folder().is_some_and(|f| !f.exists()) {
            return Ok(None);
        }
        let mut table = DeltaTable::new(self.store.clone());
        match table.load().await {
            Ok(()) => Ok(Some(table)),
            Err(DeltaTableError::NotATable(_)) => Ok(None),
            Err(e) => Err(self.storage(&e)),
        }
    }

    /// Takes a state that was loaded as the one known here.
    pub fn at(&mut self, loaded: &DeltaTable) {
        self.version = loaded.version().unwrap_or_default();
    }

    fn fields(&self) -> Result<Vec<StructField>, LakeError> {
        let to_delta = |field: &arrow::datatypes::Field| field.try_into_kernel();
        let schema = self.table.schema();
        schema
            .fields()
            .iter()
            .map(|f| to_delta(f.as_ref()))
            .collect::<Result<_, _>>()
            .map_err(|e| LakeError::Table { table: self.table.name.clone(), problem: e.to_string() })
    }

    /// Where the table lies, when that is on a disk.
    pub fn folder(&self) -> Option<PathBuf> {
        let url = self.store.root_url();
        (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten()
    }

    async fn create(&self) -> Result<DeltaTable, LakeError> {
        if let Some(folder) = self.folder() {
            std::fs::create_dir_all(folder).map_err(|e| self.storage(&e))?;
        }
        let made = DeltaTable::new(self.store.clone())
            .create()
            .with_table_name(&self.table.name)
            .with_comment(&self.table.en)
            .with_columns(self.fields()?)
            .with_partition_columns([PARTITION])
            .with_configuration_property(TableProperty::DataSkippingStatsColumns, Some(STATISTICS))
            .with_save_mode(SaveMode::Ignore)
            .await;
        match made {
            Ok(table) => Ok(table),
            // Another lander made it at the same moment.
            Err(error) => self.load().await?.ok_or_else(|| self.storage(&error)),
        }
    }

    async fn widen(&self, loaded: DeltaTable) -> Result<DeltaTable, LakeError> {
        let known = loaded.snapshot().map_err(|e| self.storage(&e))?.schema();
        let new: Vec<_> = self.fields()?.into_iter().filter(|f| known.field(f.name()).is_none()).collect();
        if new.is_empty() {
            return Ok(loaded);
        }
        let nullable = new.into_iter().map(|f| StructField::nullable(f.name(), f.data_type().clone()));
        loaded.add_columns().with_fields(nullable.collect::<Vec<_>>()).await.map_err(|e| self.storage(&e))
    }

    /// Writes files that no commit tells of yet.
    pub async fn put(&self, files: &[File]) -> Result<Vec<Add>, LakeError> {
        step!("lake.put.before", Err(self.storage(&std::io::Error::other("made to fail"))));
        let store = self.store.object_store(None);
        let put = |file: &File| {
            let (store, add, bytes) = (store.clone(), file.add(), file.bytes.clone());
            async move { store.put(&Path::from(add.path.as_str()), bytes.into()).await.map(|_| add) }
        };
        let adds = try_join_all(files.iter().map(put)).await.map_err(|e| self.storage(&e))?;
        step!("lake.put.after");
        Ok(adds)
    }

    /// Writes the next commit; all its actions, or nothing.
    pub async fn append(&mut self, files: &[Add], marks: Vec<Transaction>) -> Result<Appended, LakeError> {
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![PARTITION.to_owned()]),
            predicate: None,
        };
        let actions = files.iter().cloned().map(Action::Add).collect();
        let commit = CommitData::new(actions, operation, HashMap::new(), marks);
        let bytes = commit.get_bytes().map_err(|e| LakeError::Bug(e.to_string()))?;
        let next = self.version + 1;
        step!("lake.commit.before", Err(self.storage(&std::io::Error::other("made to fail"))));
        match self.store.write_commit_entry(next, CommitOrBytes::LogBytes(bytes), uuid::Uuid::new_v4()).await {
            Ok(()) => {
                step!("lake.commit.after");
                self.version = next;
                Ok(Appended::At(next))
            }
            Err(TransactionError::VersionAlreadyExists(_)) => Ok(Appended::Taken),
            Err(e) => Err(self.storage(&e)),
        }
    }

    /// Every mark (`txn` action) as it stands at the known version, by its name: what the last summary of the log has, and the commits since.
    pub async fn marks(&self) -> Result<BTreeMap<String, i64>, LakeError> {
        let (mut marks, first) = match self.summary().await? {
            Some((version, bytes)) => (summed_up(bytes)?, version + 1),
            None => (BTreeMap::new(), 0),
        };
        for version in first..=self.version {
            let bytes = self.store.read_commit_entry(version).await.map_err(|e| self.storage(&e))?;
            let missing = || LakeError::Table {
                table: self.table.name.clone(),
                problem: format!("entry {version} of its log is gone, and no summary stands in for it"),
            };
            for action in get_actions(version, &bytes.ok_or_else(missing)?).map_err(|e| self.storage(&e))? {
                if let Action::Txn(mark) = action {
                    marks.insert(mark.app_id, mark.version);
                }
            }
        }
        Ok(marks)
    }

    /// The newest summary that is not newer than the known version.
    async fn summary(&self) -> Result<Option<(u64, bytes::Bytes)>, LakeError> {
        let store = self.store.object_store(None);
        let place = |version: u64| Path::from(format!("_delta_log/{version:020}.checkpoint.parquet"));
        let read = async |path: Path| match store.get(&path).await {
            Ok(found) => found.bytes().await.map(Some),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        };
        let hint = read(Path::from("_delta_log/_last_checkpoint")).await.map_err(|e| self.storage(&e))?;
        let hint = hint.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
        let hinted = hint.and_then(|hint| hint["version"].as_u64()).filter(|version| *version <= self.version);
        if let Some(version) = hinted
            && let Some(bytes) = read(place(version)).await.map_err(|e| self.storage(&e))?
        {
            return Ok(Some((version, bytes)));
        }
        // An older version than the last summary is asked for, or nobody noted which one is the last.
        let log = store.list_with_delimiter(Some(&Path::from("_delta_log"))).await.map_err(|e| self.storage(&e))?;
        let versions = log
            .objects
            .iter()
            .filter_map(|file| file.location.filename()?.strip_suffix(".checkpoint.parquet")?.parse::<u64>().ok());
        let Some(version) = versions.filter(|version| *version <= self.version).max() else { return Ok(None) };
        Ok(read(place(version)).await.map_err(|e| self.storage(&e))?.map(|bytes| (version, bytes)))
    }

    /// Writes a commit that takes files away and puts others in their place. `false`: somebody else took one away, or changed the table
    /// itself, since the known version; nothing was written. What was appended meanwhile stays.
    pub async fn replace(
        &mut self,
        gone: &[Remove],
        files: &[Add],
        marks: Vec<Transaction>,
        operation: DeltaOperation,
    ) -> Result<bool, LakeError> {
        let actions = gone.iter().cloned().map(Action::Remove).chain(files.iter().cloned().map(Action::Add)).collect();
        let commit = CommitData::new(actions, operation, HashMap::new(), marks);
        let bytes = commit.get_bytes().map_err(|e| LakeError::Bug(e.to_string()))?;
        step!("retention.commit.before", Err(self.storage(&std::io::Error::other("made to fail"))));
        loop {
            let next = self.version + 1;
            let entry = CommitOrBytes::LogBytes(bytes.clone());
            match self.store.write_commit_entry(next, entry, uuid::Uuid::new_v4()).await {
                Ok(()) => break,
                Err(TransactionError::VersionAlreadyExists(_)) => {}
                Err(e) => return Err(self.storage(&e)),
            }
            let Some(theirs) = self.store.read_commit_entry(next).await.map_err(|e| self.storage(&e))? else {
                return Ok(false);
            };
            let theirs = get_actions(next, &theirs).map_err(|e| self.storage(&e))?;
            if theirs.iter().any(|a| matches!(a, Action::Remove(_) | Action::Metadata(_) | Action::Protocol(_))) {
                return Ok(false);
            }
            self.version = next;
        }
        step!("retention.commit.after");
        self.version += 1;
        Ok(true)
    }

    /// Reads the commits that came after the known version.
    pub async fn catch_up(&mut self) -> Result<Others, LakeError> {
        let mut others = Others::default();
        while let Some(bytes) = self.store.read_commit_entry(self.version + 1).await.map_err(|e| self.storage(&e))? {
            for action in get_actions(self.version + 1, &bytes).map_err(|e| self.storage(&e))? {
                match action {
                    Action::Add(add) if add.data_change => others.files.push(add),
                    Action::Remove(gone) => others.deleted |= gone.data_change,
                    Action::Txn(mark) => others.marks.push(mark),
                    _ => {}
                }
            }
            self.version += 1;
        }
        Ok(others)
    }

    /// Sums the log up, so that opening stays quick. A failure costs time later, never data.
    pub async fn checkpoint(&self) {
        step!("lake.checkpoint.before");
        let made = match self.load().await {
            Ok(Some(table)) => create_checkpoint(&table, None).await.map_err(|e| e.to_string()),
            Ok(None) => Ok(()),
            Err(e) => Err(e.to_string()),
        };
        step!("lake.checkpoint.after");
        if let Err(error) = made {
            tracing::warn!(table = self.table.name, %error, "checkpoint failed; opening the table will take longer");
        }
    }
}

/// The marks of a summary.
fn summed_up(bytes: bytes::Bytes) -> Result<BTreeMap<String, i64>, LakeError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["txn.appId", "txn.version"]);
    let mut marks = BTreeMap::new();
    for batch in builder.with_projection(mask).build()? {
        let batch = batch?;
        let Some(txn) = batch.column_by_name("txn").and_then(|column| column.as_struct_opt()) else { continue };
        let (Some(names), Some(versions)) = (txn.column_by_name("appId"), txn.column_by_name("version")) else {
            continue;
        };
        let names = arrow::compute::cast(names, &arrow::datatypes::DataType::Utf8)?;
        let (names, versions) = (names.as_string::<i32>(), versions.as_primitive_opt::<Int64Type>());
        let told = names.iter().zip(versions.into_iter().flatten());
        marks.extend(told.filter_map(|(name, version)| Some((name?.to_owned(), version?))));
    }
    Ok(marks)
}
