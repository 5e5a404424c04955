//! Columns of one month as the bytes of one Parquet file, with the statistics that let queries skip it.

use crate::{clock::Month, dictionary::PARTITION, error::LakeError, keys::DELETED, log::STATISTICS};
use arrow::{
    array::{ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray},
    compute::{max, min},
    datatypes::{ArrowPrimitiveType, Date32Type, Int64Type, SchemaRef, TimestampMicrosecondType},
};
use bytes::Bytes;
use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use deltalake::kernel::Add;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};

/// How often a file may be read for a call that is not in it.
const CALL_MISTAKEN: f64 = 0.01;

/// One file, not yet written.
#[derive(Debug)]
pub struct File {
    pub month: Month,
    pub bytes: Bytes,
    pub rows: usize,
    stats: String,
}

/// Rows of one month as Parquet.
pub fn encode(month: Month, batches: &[RecordBatch], landed: DateTime<Utc>) -> Result<File, LakeError> {
    let schema = batches.first().ok_or_else(|| LakeError::Bug("a file without rows".into()))?.schema();
    let landed_at = schema.index_of("landed_at")?;
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    let mut writer = ArrowWriter::try_new(Vec::with_capacity(rows * 64), schema.clone(), Some(properties()))?;
    for batch in batches {
        let stamp = TimestampMicrosecondArray::from_value(landed.timestamp_micros(), batch.num_rows());
        let mut columns = batch.columns().to_vec();
        columns[landed_at] = Arc::new(stamp.with_timezone("UTC")) as ArrayRef;
        writer.write(&RecordBatch::try_new(schema.clone(), columns)?)?;
    }
    let bytes = writer.into_inner()?.into();
    Ok(File { month, bytes, rows, stats: statistics(batches, rows).to_string() })
}

/// The rows that are left of a file whose other rows, or their content, were deleted, batch by batch.
pub struct Repack {
    month: Month,
    writer: ArrowWriter<Vec<u8>>,
    /// Of each batch only what the log tells.
    told: Vec<RecordBatch>,
    rows: usize,
}

impl Repack {
    pub fn new(month: Month, schema: &SchemaRef) -> Result<Self, LakeError> {
        let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties()))?;
        Ok(Self { month, writer, told: Vec::new(), rows: 0 })
    }

    pub fn take(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        let columns = STATISTICS.split(',').map(|name| batch.schema().index_of(name)).collect::<Result<Vec<_>, _>>()?;
        self.told.push(batch.project(&columns)?);
        self.rows += batch.num_rows();
        Ok(self.writer.write(batch)?)
    }

    /// `None`: no row is left.
    pub fn finish(self) -> Result<Option<File>, LakeError> {
        let Self { month, writer, told, rows } = self;
        let bytes = writer.into_inner()?.into();
        let mut stats = statistics(&told, rows);
        if bounds::<Int64Type>(&told, "content_hash") == Some((DELETED, DELETED)) {
            for bound in ["minValues", "maxValues"] {
                stats[bound]["content_hash"] = DELETED.into();
            }
        }
        Ok((rows > 0).then(|| File { month, bytes, rows, stats: stats.to_string() }))
    }
}

pub fn properties() -> WriterProperties {
    // A dictionary of values that never repeat only costs time.
    // A call's few events stand together, and their pages compress as well without one.
    let unique = ["event_id", "call_id", "event_time", "kafka_offset", "content_hash"].map(ColumnPath::from);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Who asks for one call reads the few files that may have it. What a filter has too much of is folded away by the writer.
        .set_column_bloom_filter_fpp("call_id".into(), CALL_MISTAKEN)
        .set_created_by("meyar".into());
    for column in unique {
        properties = properties.set_column_dictionary_enabled(column, false);
    }
    properties.set_column_encoding("kafka_offset".into(), Encoding::DELTA_BINARY_PACKED).build()
}

/// Least and greatest value of a column over all batches.
fn bounds<T: ArrowPrimitiveType<Native: Ord>>(batches: &[RecordBatch], column: &str) -> Option<(T::Native, T::Native)> {
    let columns = || batches.iter().filter_map(|b| b.column_by_name(column)?.as_primitive_opt::<T>());
    Some((columns().filter_map(min).min()?, columns().filter_map(max).max()?))
}

/// Delta keeps times to the millisecond: the least is cut, the greatest is rounded up.
fn statistics(batches: &[RecordBatch], rows: usize) -> Value {
    let stamp =
        |micros| DateTime::from_timestamp_micros(micros).map(|t| t.to_rfc3339_opts(SecondsFormat::Millis, true));
    let date = |days: i32| NaiveDate::default().checked_add_signed(Duration::days(days.into()));
    let (earliest, latest) = bounds::<TimestampMicrosecondType>(batches, "event_time").unzip();
    let (first, last) = bounds::<Date32Type>(batches, "day").unzip();
    let (least, most) = bounds::<Int64Type>(batches, "revision").unzip();
    json!({
        "numRecords": rows,
        "minValues": { "event_time": earliest.and_then(stamp), "day": first.and_then(date), "revision": least },
        "maxValues": { "event_time": latest.and_then(|t| stamp(t + 999)), "day": last.and_then(date), "revision": most },
        "nullCount": { "event_time": 0, "day": 0, "revision": 0 },
    })
}

impl File {
    /// Where it will stand below the table, and how the log tells of it.
    pub fn add(&self) -> Add {
        let month = self.month.to_string();
        Add {
            path: format!("{PARTITION}={month}/part-{}.zstd.parquet", uuid::Uuid::now_v7()),
            partition_values: HashMap::from([(PARTITION.to_owned(), Some(month))]),
            size: self.bytes.len() as i64,
            modification_time: Utc::now().timestamp_millis(),
            data_change: true,
            stats: Some(self.stats.clone()),
            ..Default::default()
        }
    }
}
