//! Every row's identity, in memory: what makes a repeat change nothing (P1).
//!
//! All months are held, because a repeat may claim another time than the first telling did. A row costs 24 bytes and the table's slack:
//! about 40 MiB a million. They are read back from the lake when a lander starts.

use crate::{
    content::{self, Key},
    error::LakeError,
    forgotten,
    log::TableLog,
};
use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use datafusion::{
    execution::context::SessionContext, physical_plan::SendableRecordBatchStream, prelude::SessionConfig,
};
use deltalake::{DeltaTable, kernel::Add};
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, path::Path};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// Names of the columns that make a key, and the content beside them.
const COLUMNS: [&str; 4] = ["source", "event_id", "revision", "content_hash"];

/// Stands where a content's hash was when the content has been deleted: whatever is told again of that key is a repeat.
pub const DELETED: i64 = 0;

/// Keys are hashes already.
#[derive(Default)]
pub struct Folded(u64);

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_le_bytes(word);
        }
    }
}

pub type ByKey<V> = HashMap<Key, V, BuildHasherDefault<Folded>>;

/// Key to content hash.
#[derive(Default)]
pub struct Keys(ByKey<i64>);

impl Keys {
    pub fn get(&self, key: Key) -> Option<i64> {
        self.0.get(&key).copied()
    }

    /// The first telling counts, until it is deleted.
    pub fn insert(&mut self, key: Key, hash: i64) {
        let known = self.0.entry(key).or_insert(hash);
        if hash == DELETED {
            *known = DELETED;
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Reads the keys of a whole table, and those of rows that were deleted from it.
    pub async fn of(log: &TableLog, table: &DeltaTable) -> Result<Self, LakeError> {
        let mut keys = Self::default();
        let session = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
        session.register_table("rows", table.table_provider().await?)?;
        let frame = session.table("rows").await?.select_columns(&COLUMNS)?;
        let mut rows: SendableRecordBatchStream = frame.execute_stream().await?;
        while let Some(batch) = rows.try_next().await? {
            keys.add(&batch)?;
        }
        // After the rows: who deletes rows writes their keys first.
        keys.forget(log).await?;
        Ok(keys)
    }

    /// Takes what has been deleted as a whole as told, whatever it was.
    pub async fn forget(&mut self, log: &TableLog) -> Result<(), LakeError> {
        for key in forgotten::all(log).await? {
            self.insert(key, DELETED);
        }
        Ok(())
    }

    /// Reads the keys of files that another lander added.
    pub async fn read(&mut self, log: &TableLog, files: &[Add]) -> Result<(), LakeError> {
        for file in files {
            let path = Path::parse(&file.path).map_err(|e| LakeError::Bug(e.to_string()))?;
            let store = log.store().object_store(None);
            let bytes = async { store.get(&path).await?.bytes().await }.await.map_err(|e| log.storage(&e))?;
            let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
            let mask = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
            for batch in builder.with_projection(mask).build()? {
                self.add(&batch?)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let missing = |name: &str| LakeError::Bug(format!("column {name} is missing"));
        let text = |name: &str| {
            let column = batch.column_by_name(name).ok_or_else(|| missing(name))?;
            Ok::<_, LakeError>(arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8)?)
        };
        let whole = |name: &str| {
            let column = batch.column_by_name(name).ok_or_else(|| missing(name))?;
            column.as_primitive_opt::<Int64Type>().cloned().ok_or_else(|| missing(name))
        };
        let (sources, ids) = (text("source")?, text("event_id")?);
        let (sources, ids) = (sources.as_string::<i32>(), ids.as_string::<i32>());
        let (revisions, hashes) = (whole("revision")?, whole("content_hash")?);
        self.0.reserve(batch.num_rows());
        for at in 0..hashes.len() {
            self.insert(content::key(sources.value(at), ids.value(at), revisions.value(at)), hashes.value(at));
        }
        Ok(())
    }
}
