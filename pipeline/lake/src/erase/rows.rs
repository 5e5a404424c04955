//! Which rows are to go, and what is left of a batch without them. No I/O but the reading of a file.

use crate::{
    content::{self, Key},
    dictionary::Table,
    error::LakeError,
    keys::DELETED,
    log::TableLog,
    sink::days,
};
use arrow::{
    array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, RecordBatch, StructArray, UInt64Array},
    compute::{cast, filter_record_batch, not, take},
    datatypes::{DataType, Date32Type, Field, Int32Type, Int64Type, Schema},
};
use chrono::{Duration, NaiveDate};
use meyar_schemas::deletions::{Order, What};
use object_store::{ObjectStoreExt as _, path::Path};
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

/// Offsets by topic and partition.
pub type Places = BTreeMap<String, BTreeMap<i32, Vec<i64>>>;

/// What tells whether a row is to go, where it stood in the stream, and where its recording stands.
pub fn needed(table: &Table) -> Vec<&'static str> {
    let known = |name: &&&str| table.column.iter().any(|column| column.name == **name);
    let names = [
        "source",
        "event_id",
        "revision",
        "content_hash",
        "day",
        "error_code",
        "path",
        "topic",
        "kafka_partition",
        "kafka_offset",
    ];
    names.iter().filter(known).copied().collect()
}

/// A file's rows, with some of the columns or all.
pub async fn read(
    log: &TableLog,
    path: &str,
    columns: Option<&[&str]>,
) -> Result<impl Iterator<Item = Result<RecordBatch, LakeError>>, LakeError> {
    let path = Path::parse(path).map_err(|e| LakeError::Bug(e.to_string()))?;
    let store = log.store().object_store(None);
    let bytes = async { store.get(&path).await?.bytes().await }.await.map_err(|e| log.storage(&e))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let mask = columns.map(|names| ProjectionMask::columns(builder.parquet_schema(), names.iter().copied()));
    let builder = if let Some(mask) = mask { builder.with_projection(mask) } else { builder };
    Ok(builder.build()?.map(|batch| Ok(batch?)))
}

/// The rows that an order, or one part of it, is about.
pub struct Chosen<'a> {
    pub order: &'a Order,
    /// Those that were planned.
    pub keys: Option<&'a HashSet<Key>>,
}

impl Chosen<'_> {
    pub fn mask(&self, batch: &RecordBatch) -> Result<BooleanArray, LakeError> {
        let Order { before, what, error_code, .. } = self.order;
        let day = column(batch, "day")?;
        let day = day.as_primitive_opt::<Date32Type>().ok_or_else(|| odd("day"))?;
        let hash = whole(batch, "content_hash")?;
        let errors = error_code.as_ref().map(|_| text(batch, "error_code")).transpose()?;
        let ids = self.keys.map(|_| Ids::of(batch)).transpose()?;
        let goes = |row: usize| {
            day.value(row) < days(*before)
                && (*what == What::Row || hash.value(row) != DELETED)
                && errors
                    .as_ref()
                    .is_none_or(|errors| Some(errors.as_string::<i32>().value(row)) == error_code.as_deref())
                && ids.as_ref().zip(self.keys).is_none_or(|(ids, keys)| keys.contains(&ids.key(row)))
        };
        Ok((0..batch.num_rows()).map(|row| Some(goes(row))).collect())
    }
}

/// Adds where the chosen rows of a batch stood in the stream.
pub fn places(batch: &RecordBatch, chosen: &Chosen<'_>, places: &mut Places) -> Result<(), LakeError> {
    let batch = filter_record_batch(batch, &chosen.mask(batch)?)?;
    let (topics, partitions) = (text(&batch, "topic")?, cast(column(&batch, "kafka_partition")?, &DataType::Int32)?);
    let (partitions, offsets) = (partitions.as_primitive::<Int32Type>(), whole(&batch, "kafka_offset")?);
    for row in 0..batch.num_rows() {
        let topic = places.entry(topics.as_string::<i32>().value(row).to_owned()).or_default();
        topic.entry(partitions.value(row)).or_default().push(offsets.value(row));
    }
    Ok(())
}

/// Rows that were found, by what they are known by.
#[derive(Default)]
pub struct Identities {
    pub keys: Vec<Key>,
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub paths: Vec<String>,
    lines: Vec<String>,
}

impl Identities {
    pub fn take(&mut self, batch: &RecordBatch, chosen: &Chosen<'_>) -> Result<(), LakeError> {
        let batch = filter_record_batch(batch, &chosen.mask(batch)?)?;
        let ids = Ids::of(&batch)?;
        let day = column(&batch, "day")?;
        let day = day.as_primitive_opt::<Date32Type>().ok_or_else(|| odd("day"))?;
        for row in 0..batch.num_rows() {
            self.keys.push(ids.key(row));
            self.lines.push(ids.line(row));
            let day = NaiveDate::default() + Duration::days(day.value(row).into());
            let (first, last) = self.days.unwrap_or((day, day));
            self.days = Some((first.min(day), last.max(day)));
        }
        if batch.column_by_name("path").is_some() {
            let paths = text(&batch, "path")?;
            self.paths.extend(paths.as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        Ok(())
    }

    pub fn rows(&self) -> u64 {
        self.keys.len() as u64
    }

    pub fn digest(&mut self) -> String {
        self.lines.sort_unstable();
        let mut hash = Sha256::new();
        self.lines.iter().for_each(|line| hash.update(line));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

struct Ids {
    source: ArrayRef,
    id: ArrayRef,
    revision: Int64Array,
}

impl Ids {
    fn of(batch: &RecordBatch) -> Result<Self, LakeError> {
        Ok(Self { source: text(batch, "source")?, id: text(batch, "event_id")?, revision: whole(batch, "revision")? })
    }

    fn parts(&self, row: usize) -> (&str, &str, i64) {
        (self.source.as_string::<i32>().value(row), self.id.as_string::<i32>().value(row), self.revision.value(row))
    }

    fn key(&self, row: usize) -> Key {
        let (source, id, revision) = self.parts(row);
        content::key(source, id, revision)
    }

    fn line(&self, row: usize) -> String {
        let (source, id, revision) = self.parts(row);
        format!("{source}\n{id}\n{revision}\n")
    }
}

/// What is left of a batch.
pub fn left(batch: &RecordBatch, chosen: &Chosen<'_>, table: &Table) -> Result<RecordBatch, LakeError> {
    let goes = chosen.mask(batch)?;
    match chosen.order.what {
        What::Row => Ok(filter_record_batch(batch, &not(&goes)?)?),
        What::Content => {
            let mut columns = batch.columns().to_vec();
            let schema = batch.schema();
            let mut fields: Vec<_> = schema.fields().iter().cloned().collect();
            for path in table.content() {
                // A file that is older than a column has none of it.
                let Ok(at) = schema.index_of(path[0]) else { continue };
                columns[at] = emptied(&columns[at], &path[1..], &goes)?;
                fields[at] = Arc::new(Field::new(path[0], columns[at].data_type().clone(), true));
            }
            let hash = schema.index_of("content_hash")?;
            let told = whole(batch, "content_hash")?;
            let hashes = told.values().iter().zip(goes.values().iter());
            columns[hash] =
                Arc::new(hashes.map(|(hash, goes)| if goes { DELETED } else { *hash }).collect::<Int64Array>());
            Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
        }
    }
}

/// The same array with nothing where the mask says so. Its values are copied: an array that only hides some would still hold them.
fn emptied(array: &ArrayRef, path: &[&str], goes: &BooleanArray) -> Result<ArrayRef, LakeError> {
    let Some((name, rest)) = path.split_first() else {
        let kept = (0..array.len()).map(|row| (!goes.value(row)).then_some(row as u64)).collect::<UInt64Array>();
        return Ok(take(array, &kept, None)?);
    };
    match array.data_type() {
        DataType::List(item) => {
            let list: &ListArray = array.as_list();
            let mut within = vec![false; list.values().len()];
            for row in (0..list.len()).filter(|row| goes.value(*row)) {
                let (from, to) = (list.value_offsets()[row] as usize, list.value_offsets()[row + 1] as usize);
                within[from..to].fill(true);
            }
            let values = emptied(list.values(), path, &within.into())?;
            let item = Field::new(item.name(), values.data_type().clone(), true);
            Ok(Arc::new(ListArray::try_new(Arc::new(item), list.offsets().clone(), values, list.nulls().cloned())?))
        }
        DataType::Struct(fields) => {
            let members = array.as_struct();
            let at = fields.iter().position(|field| field.name() == name);
            let Some(at) = at else { return Ok(array.clone()) };
            let mut columns = members.columns().to_vec();
            columns[at] = emptied(&columns[at], rest, goes)?;
            let as_they_are = fields.iter().zip(&columns);
            let fields =
                as_they_are.map(|(f, c)| Field::new(f.name(), c.data_type().clone(), true)).collect::<Vec<_>>();
            Ok(Arc::new(StructArray::try_new(fields.into(), columns, members.nulls().cloned())?))
        }
        other => Err(LakeError::Bug(format!("content cannot be deleted within {other}"))),
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, LakeError> {
    batch.column_by_name(name).ok_or_else(|| odd(name))
}

fn text(batch: &RecordBatch, name: &str) -> Result<ArrayRef, LakeError> {
    Ok(cast(column(batch, name)?, &DataType::Utf8)?)
}

fn whole(batch: &RecordBatch, name: &str) -> Result<Int64Array, LakeError> {
    column(batch, name)?.as_primitive_opt::<Int64Type>().cloned().ok_or_else(|| odd(name))
}

fn odd(name: &str) -> LakeError {
    LakeError::Bug(format!("column {name} is missing, or of another type"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::dictionary;
    use meyar_schemas::Subject;

    #[test]
    fn what_goes_of_each_table_is_named_by_the_dictionary() {
        let content = |subject| dictionary::table(subject).content();
        assert_eq!(content(Subject::CallTranscripts), [["segments", "text"]]);
        assert_eq!(content(Subject::CallEvaluations), [["verdicts", "evidence", "quote"]]);
        assert_eq!(content(Subject::CallRecordings), [["path"]]);
        let written = [
            &["marks", "reason"][..],
            &["marks", "comment"],
            &["comment"],
            &["dispute_points", "reason"],
            &["dispute_points", "decision_reason"],
        ];
        assert_eq!(content(Subject::Assessments), written);
        assert_eq!(content(Subject::Records), [["title"], ["content"]]);
        assert_eq!(content(Subject::Access), [["detail"]]);
        assert_eq!(content(Subject::DeadLetters).len(), 4);
        assert!(content(Subject::SystemIncidents).is_empty() && content(Subject::Deletions).is_empty());
    }
}
