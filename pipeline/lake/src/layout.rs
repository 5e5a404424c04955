//! Rows laid out as columns, with what tells a repeat from news: made share by share, beside the landing. Pure.

use crate::{
    clock::{Local, Month},
    content::{self, Key},
    dictionary::{self, Column, Table},
    error::LakeError,
    row::Row,
    sink::{Path, Sink, days},
};
use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter,
    datatypes::Schema,
};
use chrono::{DateTime, Utc};
use meyar_schemas::{Invalid, Subject, deadletter::DeadLetterError, migrate};
use serde_json::Value;
use std::sync::Arc;

/// Rows of one subject as the columns of its table. Rows that do not fit them are told, and left out of the columns.
#[derive(Debug, Clone)]
pub struct Laid {
    pub(crate) told: Vec<Result<Told, DeadLetterError>>,
    pub(crate) columns: RecordBatch,
}

/// What a row is known by, and the month it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    pub key: Key,
    pub hash: i64,
    pub month: Month,
}

/// What is computed of a row before it is laid out.
struct Known {
    time: DateTime<Utc>,
    local: Local,
    hash: i64,
}

/// The time at which a machine made its result is not part of what it says: work done twice after a crash is a repeat.
fn made_at(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::CallTranscripts | Subject::CallEvaluations => Some("created_at"),
        Subject::DeadLetters => Some("at"),
        _ => None,
    }
}

/// The hash that a row with this content has in the lake: who makes a result anew can tell whether it came out otherwise.
pub fn content_hash(subject: Subject, data: &Value) -> i64 {
    content::content(data, made_at(subject), None)
}

/// Lays rows out as the columns of their subject's table.
pub fn lay_out(subject: Subject, rows: &[Row]) -> Result<Laid, LakeError> {
    let table: &Table = dictionary::table(subject);
    let mut columns: Vec<_> =
        table.file_columns().map(|column| (column, From::of(column), Sink::of(column, rows.len()))).collect();
    let mut guide = Guide::of(table.file_columns());
    let mut members = Vec::new();
    let (mut told, mut fits) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let time = row.time(subject);
        // A lake keeps the hashes of what it was told in older versions: the same in a newer one is a repeat of it.
        let said = migrate::oldest(subject, &row.data);
        let hash = content::content(&said, made_at(subject), row.payload.as_deref());
        let known = Known { time, local: Local::of(time), hash };
        let mut misfit = None;
        guide.sort(&row.data, &mut members);
        for ((column, from, sink), member) in columns.iter_mut().zip(&members) {
            if !from.put(row, &known, *member, column.required, sink) {
                misfit.get_or_insert(&column.path);
            }
        }
        fits.push(misfit.is_none());
        told.push(match misfit {
            Some(path) => Err(refusal(row, path)),
            None => {
                let Row { envelope, .. } = row;
                let key = content::key(&envelope.source, &envelope.id, envelope.revision.into());
                Ok(Told { key, hash, month: known.local.month() })
            }
        });
    }
    let mut arrays: Vec<_> = columns.into_iter().map(|(_, _, sink)| sink.finish()).collect();
    if fits.contains(&false) {
        let mask = BooleanArray::from(fits);
        arrays = arrays.iter().map(|a| filter(a, &mask)).collect::<Result<_, _>>()?;
    }
    let schema = Schema::new(table.file_columns().map(Column::field).collect::<Vec<_>>());
    Ok(Laid { told, columns: RecordBatch::try_new(Arc::new(schema), arrays)? })
}

fn refusal(row: &Row, path: &str) -> DeadLetterError {
    let found = Path::new(path).find(&row.data).map_or_else(String::new, ToString::to_string);
    DeadLetterError::new(
        "invalid",
        Invalid::new(path, found, "does not fit its column in the lake", "see schemas/tables for the column's type"),
    )
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
    /// A member of the message itself, which [`Guide`] has found.
    Member,
    Within(Path),
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
            path if path.contains('.') => From::Within(Path::new(path)),
            _ => From::Member,
        }
    }

    fn put(&self, row: &Row, known: &Known, member: Option<&Value>, required: bool, sink: &mut Sink) -> bool {
        let Row { envelope, data, payload, place } = row;
        match self {
            From::Source => sink.push_text(&envelope.source),
            From::Id => sink.push_text(&envelope.id),
            From::Revision => sink.push_whole(envelope.revision.into()),
            From::Type => sink.push_text(&envelope.event_type),
            From::Time => sink.push_whole(known.time.timestamp_micros()),
            From::Topic => sink.push_text(&place.topic),
            From::Partition => sink.push_whole(place.partition.into()),
            From::Offset => sink.push_whole(place.offset),
            // Written with the file.
            From::Landed => sink.push_whole(0),
            From::Hash => sink.push_whole(known.hash),
            From::Day => sink.push_whole(days(known.local.day).into()),
            From::Hour => sink.push_whole(known.local.hour.into()),
            From::Payload => sink.push_bytes(payload.as_deref()),
            From::Member => return sink.push(member) && (member.is_some() || !required),
            From::Within(path) => {
                let found = path.find(data);
                return sink.push(found) && (found.is_some() || !required);
            }
        }
        true
    }
}

/// Brings a message's members to their columns in one walk. Messages of a kind name their members in the same order, so the column
/// that a place led to last time is tried first.
struct Guide<'t> {
    names: Vec<&'t str>,
    last: Vec<usize>,
}

impl<'t> Guide<'t> {
    fn of(columns: impl Iterator<Item = &'t Column>) -> Self {
        let names: Vec<&str> = columns.map(|column| column.path.as_str()).collect();
        Self { last: vec![0; names.len()], names }
    }

    /// Leaves one place a column in `members`. A missing member and a null are the same.
    fn sort<'v>(&mut self, data: &'v Value, members: &mut Vec<Option<&'v Value>>) {
        members.clear();
        members.resize(self.names.len(), None);
        for (place, (name, value)) in data.as_object().into_iter().flatten().enumerate() {
            let last = self.last.get(place).copied().filter(|last| self.names[*last] == name);
            let Some(column) = last.or_else(|| self.names.iter().position(|known| known == name)) else { continue };
            if let Some(last) = self.last.get_mut(place) {
                *last = column;
            }
            members[column] = (!value.is_null()).then_some(value);
        }
    }
}
