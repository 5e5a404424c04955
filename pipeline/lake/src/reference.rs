//! Reference rows (`schemas/reference`) as SQL tables `ref_…`.

use crate::{error::LakeError, sink::days};
use arrow::{
    array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray},
    datatypes::{Field, Schema},
};
use datafusion::{datasource::MemTable, prelude::SessionContext};
use serde_json::{Map, Value};
use std::{path::Path, sync::Arc};

/// Registers every reference table; `dir` holds files that replace the embedded ones.
pub fn register(session: &SessionContext, dir: Option<&Path>) -> Result<(), LakeError> {
    for (name, rows) in meyar_schemas::reference::tables(dir)? {
        let batch = if rows.is_empty() { shipped(&name)? } else { batch(&rows)? };
        session.register_table(name, Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))?;
    }
    Ok(())
}

/// A table without rows has the columns of the one Meyar ships.
fn shipped(name: &str) -> Result<RecordBatch, LakeError> {
    let rows = meyar_schemas::reference::tables(None)?.remove(name).unwrap_or_default();
    Ok(batch(&rows)?.slice(0, 0))
}

fn batch(rows: &[Map<String, Value>]) -> Result<RecordBatch, LakeError> {
    let names: Vec<&String> = rows.first().map(|row| row.keys().collect()).unwrap_or_default();
    let arrays: Vec<ArrayRef> = names.iter().map(|name| column(name, rows)).collect();
    let fields: Vec<Field> =
        names.iter().zip(&arrays).map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

/// The column's type is that of its values; days are told by their name, as JSON has none.
fn column(name: &str, rows: &[Map<String, Value>]) -> ArrayRef {
    let values = || rows.iter().map(|row| row.get(name).filter(|v| !v.is_null()));
    let all = |is: fn(&Value) -> bool| values().flatten().all(is) && values().flatten().next().is_some();
    if name.starts_with("valid_") {
        let day = |v: &Value| v.as_str().and_then(|s| s.parse().ok()).map(days);
        Arc::new(values().map(|v| v.and_then(day)).collect::<Date32Array>())
    } else if all(Value::is_boolean) {
        Arc::new(values().map(|v| v.and_then(Value::as_bool)).collect::<BooleanArray>())
    } else if all(|v| v.is_i64() || v.is_u64()) {
        Arc::new(values().map(|v| v.and_then(Value::as_i64)).collect::<Int64Array>())
    } else if all(Value::is_number) {
        Arc::new(values().map(|v| v.and_then(Value::as_f64)).collect::<Float64Array>())
    } else {
        Arc::new(values().map(|v| v.and_then(Value::as_str)).collect::<StringArray>())
    }
}
