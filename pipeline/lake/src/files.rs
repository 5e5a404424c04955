//! Rows of one month as the bytes of one Parquet file, with the statistics that let queries skip it.

use crate::{
    clock::{Local, Month},
    dictionary::{Column, PARTITION, Table},
    error::LakeError,
    row::Row,
    sink::{Path, Sink, days},
};
use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter,
    datatypes::{Schema, SchemaRef},
};
use bytes::Bytes;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use deltalake::kernel::Add;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties},
    schema::types::ColumnPath,
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};

/// A row that was found to be new, with what was computed on the way.
pub struct Fresh<'a> {
    pub index: usize,
    pub row: &'a Row,
    pub time: DateTime<Utc>,
    pub local: Local,
    pub hash: i64,
}

/// One file, not yet written.
#[derive(Debug)]
pub struct File {
    pub month: Month,
    pub bytes: Bytes,
    pub rows: usize,
    stats: String,
}

/// A file, and the rows that did not fit its columns: (index, column).
pub struct Encoded {
    pub file: Option<File>,
    pub misfits: Vec<(usize, String)>,
}

enum From {
    Source,
    Id,
    Revision,
    Type,
    Time,
    Topic,
    Partition,
    Offset,
    Landed,
    Hash,
    Day,
    Hour,
    Payload,
    Data(Path),
}

impl From {
    fn of(column: &Column) -> Self {
        match column.path.as_str() {
            "@source" => From::Source,
            "@id" => From::Id,
            "@revision" => From::Revision,
            "@type" => From::Type,
            "@time" => From::Time,
            "@topic" => From::Topic,
            "@partition" => From::Partition,
            "@offset" => From::Offset,
            "@landed" => From::Landed,
            "@hash" => From::Hash,
            "@day" => From::Day,
            "@hour" => From::Hour,
            "@payload" => From::Payload,
            path => From::Data(Path::new(path)),
        }
    }

    fn put(&self, fresh: &Fresh<'_>, landed: i64, required: bool, sink: &mut Sink) -> bool {
        let Row { envelope, data, payload, place } = fresh.row;
        match self {
            From::Source => sink.push_text(&envelope.source),
            From::Id => sink.push_text(&envelope.id),
            From::Revision => sink.push_whole(envelope.revision.into()),
            From::Type => sink.push_text(&envelope.event_type),
            From::Time => sink.push_whole(fresh.time.timestamp_micros()),
            From::Topic => sink.push_text(&place.topic),
            From::Partition => sink.push_whole(place.partition.into()),
            From::Offset => sink.push_whole(place.offset),
            From::Landed => sink.push_whole(landed),
            From::Hash => sink.push_whole(fresh.hash),
            From::Day => sink.push_whole(days(fresh.local.day).into()),
            From::Hour => sink.push_whole(fresh.local.hour.into()),
            From::Payload => sink.push_bytes(payload.as_deref()),
            From::Data(path) => {
                let found = path.find(data);
                return sink.push(found) && (found.is_some() || !required);
            }
        }
        true
    }
}

/// Lays rows of one month out as columns, and these as Parquet.
pub fn encode(table: &Table, month: Month, rows: &[Fresh<'_>], landed: DateTime<Utc>) -> Result<Encoded, LakeError> {
    let landed = landed.timestamp_micros();
    let mut keep = vec![true; rows.len()];
    let mut misfits = Vec::new();
    let mut arrays = Vec::new();
    for column in table.file_columns() {
        let (from, mut sink) = (From::of(column), Sink::of(column, rows.len()));
        for (at, fresh) in rows.iter().enumerate() {
            if !from.put(fresh, landed, column.required, &mut sink) && keep[at] {
                keep[at] = false;
                misfits.push((fresh.index, column.path.clone()));
            }
        }
        arrays.push(sink.finish());
    }
    let kept: Vec<_> = rows.iter().zip(&keep).filter(|(_, k)| **k).map(|(r, _)| r).collect();
    if kept.is_empty() {
        return Ok(Encoded { file: None, misfits });
    }
    if !misfits.is_empty() {
        let mask = BooleanArray::from(keep);
        arrays = arrays.iter().map(|a| filter(a, &mask)).collect::<Result<_, _>>()?;
    }
    let schema: SchemaRef = Arc::new(Schema::new(table.file_columns().map(Column::field).collect::<Vec<_>>()));
    let batch = RecordBatch::try_new(schema.clone(), arrays)?;
    let mut writer = ArrowWriter::try_new(Vec::with_capacity(batch.num_rows() * 64), schema, Some(properties()))?;
    writer.write(&batch)?;
    let bytes = writer.into_inner()?.into();
    Ok(Encoded { file: Some(File { month, bytes, rows: kept.len(), stats: statistics(&kept) }), misfits })
}

pub fn properties() -> WriterProperties {
    // A dictionary of values that never repeat only costs time.
    let unique = ["event_id", "event_time", "kafka_offset", "content_hash"].map(ColumnPath::from);
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("meyar".into());
    for column in unique {
        properties = properties.set_column_dictionary_enabled(column, false);
    }
    properties.set_column_encoding("kafka_offset".into(), Encoding::DELTA_BINARY_PACKED).build()
}

/// Delta keeps times to the millisecond: the least is cut, the greatest is rounded up.
fn statistics(rows: &[&Fresh<'_>]) -> String {
    let stamp = |t: DateTime<Utc>| t.to_rfc3339_opts(SecondsFormat::Millis, true);
    let times = || rows.iter().map(|r| r.time);
    let days = || rows.iter().map(|r| r.local.day);
    let revisions = || rows.iter().map(|r| r.row.envelope.revision);
    let latest = times().max().map(|t| stamp(t + Duration::microseconds(999)));
    json!({
        "numRecords": rows.len(),
        "minValues": { "event_time": times().min().map(stamp), "day": days().min(), "revision": revisions().min() },
        "maxValues": { "event_time": latest, "day": days().max(), "revision": revisions().max() },
        "nullCount": { "event_time": 0, "day": 0, "revision": 0 },
    })
    .to_string()
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
