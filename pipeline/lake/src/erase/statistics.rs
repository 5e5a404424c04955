//! A table that was made by an earlier program tells the least and greatest values of all columns of its joined files: words that somebody said or
//! wrote would stand in the log when their rows are long gone. They are taken out of it once, and not told again. Statistics are no part of what a
//! commit says, and no version changes.

use crate::{
    error::LakeError,
    joining::Turn,
    log::{STATISTICS, TableLog},
};
use arrow::{
    array::{Array as _, ArrayRef, AsArray, RecordBatch, StringArray, StructArray, new_null_array},
    compute::cast,
    datatypes::DataType,
};
use bytes::Bytes;
use deltalake::{DeltaTable, checkpoints::create_checkpoint};
use futures::TryStreamExt as _;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _, path::Path};
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};
use serde_json::Value;
use std::sync::Arc;

/// Cleans the log of a table that has not been cleaned: the table's own setting tells.
pub async fn clean(log: &TableLog, loaded: DeltaTable) -> Result<(), LakeError> {
    let state = loaded.snapshot().map_err(|e| log.storage(&e))?;
    if state.table_config().data_skipping_stats_columns.is_some() {
        return Ok(());
    }
    let store = log.store().object_store(None);
    // A joiner would tell them again meanwhile.
    let Some(turn) = Turn::take_as(store, super::KIND).await.map_err(|e| log.storage(&e))? else {
        return Err(log.storage(&std::io::Error::other("another one joins the table's files; run it again")));
    };
    let cleaned = clean_all(log).await;
    turn.give_back().await;
    cleaned
}

async fn clean_all(log: &TableLog) -> Result<(), LakeError> {
    // A lander sums the log up meanwhile, perhaps from commits that were not clean yet.
    while clean_files(log).await? {}
    let Some(loaded) = log.load().await? else { return Ok(()) };
    // Last: who is cut off before it begins anew.
    let setting = [("delta.dataSkippingStatsColumns".to_owned(), STATISTICS.to_owned())].into();
    let loaded = loaded.set_tbl_properties().with_properties(setting).await.map_err(|e| log.storage(&e))?;
    create_checkpoint(&loaded, None).await.map_err(|e| log.storage(&e))?;
    while clean_files(log).await? {}
    Ok(())
}

/// Whether any file had to be cleaned.
async fn clean_files(log: &TableLog) -> Result<bool, LakeError> {
    let mut some = false;
    let store = log.store().object_store(None);
    let folder = Path::from("_delta_log");
    let files: Vec<ObjectMeta> = store.list(Some(&folder)).try_collect().await.map_err(|e| log.storage(&e))?;
    for file in files {
        let name = file.location.filename().unwrap_or_default();
        let lean: fn(Bytes) -> Result<Option<Vec<u8>>, LakeError> = match file.location.extension() {
            Some("json") => lean_commit,
            Some("parquet") if name.contains(".checkpoint.") => lean_checkpoint,
            _ => continue,
        };
        let bytes = async { store.get(&file.location).await?.bytes().await }.await.map_err(|e| log.storage(&e))?;
        if let Some(bytes) = lean(bytes)? {
            store.put(&file.location, bytes.into()).await.map_err(|e| log.storage(&e))?;
            some = true;
        }
    }
    Ok(some)
}

/// Statistics with nothing but the columns that may be told; `None` where that is so already.
fn lean(told: &str) -> Option<String> {
    let mut stats: Value = serde_json::from_str(told).ok()?;
    let mut changed = false;
    for kind in ["minValues", "maxValues", "nullCount"] {
        if let Some(columns) = stats.get_mut(kind).and_then(Value::as_object_mut) {
            let before = columns.len();
            columns.retain(|name, _| STATISTICS.split(',').any(|known| known == name));
            changed |= columns.len() != before;
        }
    }
    changed.then(|| stats.to_string())
}

/// A commit is a line of JSON an action.
fn lean_commit(bytes: Bytes) -> Result<Option<Vec<u8>>, LakeError> {
    let mut changed = false;
    let mut written = Vec::with_capacity(bytes.len());
    for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let mut action: Value = serde_json::from_slice(line).map_err(|e| LakeError::Bug(format!("a commit: {e}")))?;
        let told = action.pointer("/add/stats").and_then(Value::as_str).and_then(lean);
        match told {
            Some(told) => {
                action["add"]["stats"] = told.into();
                written.extend(action.to_string().into_bytes());
                changed = true;
            }
            None => written.extend(line),
        }
        written.push(b'\n');
    }
    Ok(changed.then_some(written))
}

/// A checkpoint holds the same statistics as texts, and perhaps as columns.
fn lean_checkpoint(bytes: Bytes) -> Result<Option<Vec<u8>>, LakeError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)?;
    let schema = builder.schema().clone();
    let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), None)?;
    let mut changed = false;
    for batch in builder.build()? {
        let batch = batch?;
        let mut columns = batch.columns().to_vec();
        if let Ok(at) = schema.index_of("add") {
            let (adds, some) = lean_adds(&columns[at])?;
            columns[at] = adds;
            changed |= some;
        }
        writer.write(&RecordBatch::try_new(schema.clone(), columns)?)?;
    }
    let written = writer.into_inner()?;
    Ok(changed.then_some(written))
}

/// The same actions without what may not be told, and whether they are others now.
fn lean_adds(adds: &ArrayRef) -> Result<(ArrayRef, bool), LakeError> {
    let DataType::Struct(fields) = adds.data_type() else { return Ok((adds.clone(), false)) };
    let mut changed = false;
    let members = adds.as_struct();
    let mut columns = members.columns().to_vec();
    for (field, column) in fields.iter().zip(&mut columns) {
        if field.name() == "stats" {
            let told = cast(column, &DataType::Utf8)?;
            let told = told.as_string::<i32>().iter();
            let told: StringArray = told
                .map(|text| {
                    let text = text?;
                    let left = lean(text);
                    changed |= left.is_some();
                    Some(left.unwrap_or_else(|| text.to_owned()))
                })
                .collect();
            *column = cast(&told, field.data_type())?;
        } else if field.name() == "stats_parsed" && column.null_count() < column.len() {
            changed = true;
            *column = new_null_array(field.data_type(), column.len());
        }
    }
    Ok((Arc::new(StructArray::try_new(fields.clone(), columns, members.nulls().cloned())?), changed))
}

#[cfg(test)]
mod tests {
    use super::lean;

    #[test]
    fn words_go_out_of_statistics_and_days_stay() {
        let told = r#"{"maxValues":{"comment":"z","day":"2026-01-02"},"minValues":{"comment":"a","day":"2026-01-01"},"nullCount":{"comment":0,"day":0},"numRecords":2}"#;
        let left = r#"{"maxValues":{"day":"2026-01-02"},"minValues":{"day":"2026-01-01"},"nullCount":{"day":0},"numRecords":2}"#;
        assert_eq!(lean(told).as_deref(), Some(left));
        assert_eq!(lean(left), None);
    }
}
