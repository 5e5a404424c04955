//! Calls that were put together once and are read again, and their appeals: Parquet files beside the lake, one a span of days.
//!
//! Nothing here is the lake's: a file is made again whenever it is missing, and it is known by all that its rows were made of, so that it
//! is never out of date. To put a month's calls together costs most of what a report costs; months that are over do not change.

use crate::{error::LakeError, kept::typed, spans::Span};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use chrono::NaiveDate;
use datafusion::{
    catalog::TableProvider,
    dataframe::DataFrame,
    datasource::MemTable,
    execution::SendableRecordBatchStream,
    prelude::{ParquetReadOptions, SessionContext},
};
use futures::TryStreamExt;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{metadata::ParquetMetaDataReader, properties::WriterProperties},
};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tempfile::{NamedTempFile, TempDir};
use tokio::task::JoinHandle;

/// So many rows are read into memory, about a quarter of a kilobyte each; more are read from their files by each figure.
pub const IN_MEMORY: u64 = 2_000_000;

/// A file that was replaced may still be read by another program.
const GRACE: Duration = Duration::from_secs(3_600);

/// The folder of the parts. One that was not named, or cannot be written, is a temporary one, and goes with the program.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    _temporary: Option<TempDir>,
    writing: Mutex<Vec<JoinHandle<()>>>,
}

impl Parts {
    pub fn at(folder: Option<&Path>) -> Result<Self, LakeError> {
        if let Some(folder) = folder {
            match fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)) {
                Ok(_) => return Ok(Self { folder: folder.to_owned(), _temporary: None, writing: Mutex::default() }),
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "calls cannot be kept here; they are put together again by every program");
                }
            }
        }
        let made = tempfile::Builder::new().prefix("meyar-kept-").tempdir();
        let folder = made.map_err(|e| Self::trouble(std::env::temp_dir().display().to_string(), &e))?;
        Ok(Self { folder: folder.path().to_owned(), _temporary: Some(folder), writing: Mutex::default() })
    }

    fn trouble(place: impl Into<String>, error: &std::io::Error) -> LakeError {
        LakeError::storage(place, error)
    }

    fn file(&self, span: &Span) -> PathBuf {
        self.folder.join(format!("{}{}.parquet", of_days(span), span.key))
    }

    /// Rows of a span. A file that is not whole, as after a power cut, is none.
    fn count(&self, span: &Span) -> Option<u64> {
        let open = File::open(self.file(span)).ok()?;
        let told = ParquetMetaDataReader::new().parse_and_finish(&open).ok()?;
        u64::try_from(told.file_metadata().num_rows()).ok()
    }

    pub fn has(&self, span: &Span) -> bool {
        self.count(span).is_some()
    }

    /// Writes the rows of a span as they come; whole, or not at all.
    pub async fn write(&self, span: &Span, mut rows: SendableRecordBatchStream) -> Result<(), LakeError> {
        let mut unfinished = self.begin(rows.schema())?;
        while let Some(batch) = rows.try_next().await? {
            unfinished.write(&batch)?;
        }
        self.finish(span, unfinished)
    }

    /// Writes rows while those who asked for them go on. What cannot be written is worked out again by the next program.
    pub fn write_beside(self: &Arc<Self>, span: &Span, schema: SchemaRef, rows: Vec<RecordBatch>) {
        let (parts, span) = (self.clone(), span.clone());
        let written = move || {
            let write = || {
                let mut unfinished = parts.begin(schema)?;
                rows.iter().try_for_each(|batch| unfinished.write(batch))?;
                parts.finish(&span, unfinished)
            };
            if let Err(error) = write() {
                tracing::warn!(%error, view = span.view, "cannot be kept; it is worked out again by the next program");
            }
        };
        // A program that ends waits for it.
        let task = tokio::task::spawn_blocking(written);
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.retain(|task| !task.is_finished());
        writing.push(task);
    }

    /// Waits for what is being written beside.
    pub async fn written(&self) {
        let tasks = std::mem::take(&mut *self.writing.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            let _ = task.await;
        }
    }

    fn begin(&self, schema: SchemaRef) -> Result<ArrowWriter<NamedTempFile>, LakeError> {
        let file = NamedTempFile::new_in(&self.folder).map_err(|e| self.unwritable(&e))?;
        Ok(ArrowWriter::try_new(file, schema, Some(properties()))?)
    }

    fn finish(&self, span: &Span, unfinished: ArrowWriter<NamedTempFile>) -> Result<(), LakeError> {
        unfinished.into_inner()?.persist(self.file(span)).map_err(|e| self.unwritable(&e.error))?;
        self.sweep(span);
        Ok(())
    }

    fn unwritable(&self, error: &std::io::Error) -> LakeError {
        Self::trouble(self.folder.display().to_string(), error)
    }

    /// Removes what an earlier state of the lake left for these days.
    fn sweep(&self, span: &Span) {
        let same_days = of_days(span);
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let old =
                entry.metadata().and_then(|m| m.modified()).is_ok_and(|t| t.elapsed().is_ok_and(|age| age > GRACE));
            if old && name.to_string_lossy().starts_with(&same_days) && entry.path() != self.file(span) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The rows of these spans as a table with the columns of `schema`.
    pub async fn table(
        &self,
        session: &SessionContext,
        spans: &[Span],
        schema: &SchemaRef,
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        if spans.iter().filter_map(|span| self.count(span)).sum::<u64>() > IN_MEMORY {
            return Ok(self.frame(session, spans, schema).await?.into_view());
        }
        Ok(Arc::new(MemTable::try_new(schema.clone(), self.rows(session, spans, schema).await?)?))
    }

    /// The same rows in memory, by partition.
    pub async fn rows(
        &self,
        session: &SessionContext,
        spans: &[Span],
        schema: &SchemaRef,
    ) -> Result<Vec<Vec<RecordBatch>>, LakeError> {
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let mut partitions = self.frame(session, spans, schema).await?.collect_partitioned().await?;
        for batch in partitions.iter_mut().flatten() {
            *batch = typed(batch, schema)?;
        }
        Ok(partitions)
    }

    async fn frame(
        &self,
        session: &SessionContext,
        spans: &[Span],
        schema: &SchemaRef,
    ) -> Result<DataFrame, LakeError> {
        let files: Vec<String> = spans.iter().map(|span| self.file(span).display().to_string()).collect();
        Ok(session.read_parquet(files, ParquetReadOptions::default().schema(schema)).await?)
    }
}

/// Deletes what was put together from days before one: rows of theirs have been deleted from the lake.
pub fn forget(folder: &Path, views: &[&str], before: NaiveDate) -> Result<u64, LakeError> {
    let mut deleted = 0;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // `<view>-<first>-<last>-<key>`; a view over all days has no first one. What is being written has another name, and is anybody's to finish
        // until it is old; all else is none of ours.
        let goes = match name.split_once('-') {
            Some((view, rest)) => {
                let first = rest.get(..10).and_then(|first| first.parse::<NaiveDate>().ok());
                views.contains(&view) && first.is_none_or(|first| first < before)
            }
            None => name.starts_with(".tmp") && is_older_than(&entry, GRACE),
        };
        if goes {
            match fs::remove_file(entry.path()) {
                Ok(()) => deleted += 1,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Parts::trouble(folder.display().to_string(), &error)),
            }
        }
    }
    Ok(deleted)
}

fn is_older_than(entry: &fs::DirEntry, age: Duration) -> bool {
    let modified = entry.metadata().and_then(|known| known.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|elapsed| elapsed > age))
}

/// What the names of all files begin with that were ever made for these days.
fn of_days(span: &Span) -> String {
    format!("{}-{}-{}-", span.view, span.first, span.last)
}

/// Texts that differ in every row gain nothing by a dictionary, and numbers too little for what it costs to look each one up.
fn properties() -> WriterProperties {
    let few = [
        "line",
        "structure",
        "direction",
        "outcome",
        "lost_reason",
        "representative",
        "location",
        "month",
        "topic",
        "nature",
    ];
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_max_row_group_row_count(Some(131_072))
        .set_dictionary_enabled(false);
    few.iter()
        .fold(properties, |properties, column| properties.set_column_dictionary_enabled((*column).into(), true))
        .build()
}
