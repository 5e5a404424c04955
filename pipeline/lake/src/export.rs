//! Rows as CSV or JSON, one batch after the other: an export is never held whole.

use crate::{
    error::LakeError,
    output::{self, Format},
};
use arrow::{
    array::{ArrayRef, RecordBatch, StringArray},
    csv,
    datatypes::{DataType, Field, Schema},
};
use serde_json::Value;
use std::sync::Arc;

/// Writes what the batches before it left to write.
#[derive(Debug)]
pub struct Export {
    json: bool,
    begun: bool,
}

impl Export {
    /// CSV with a line of names, or a JSON array with a row a line.
    pub fn new(format: Format) -> Self {
        Self { json: format == Format::Json, begun: false }
    }

    pub fn write(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, LakeError> {
        if self.json { self.objects(batch) } else { self.lines(batch) }
    }

    fn lines(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, LakeError> {
        let mut text = Vec::new();
        let header = !std::mem::replace(&mut self.begun, true);
        csv::WriterBuilder::new().with_header(header).build(&mut text).write(&flat(batch)?)?;
        Ok(text)
    }

    fn objects(&mut self, batch: &RecordBatch) -> Result<Vec<u8>, LakeError> {
        let mut text = Vec::new();
        for row in output::rows(std::slice::from_ref(batch))? {
            text.extend_from_slice(if std::mem::replace(&mut self.begun, true) { b",\n" } else { b"[\n" });
            serde_json::to_writer(&mut text, &row).map_err(|e| LakeError::Bug(e.to_string()))?;
        }
        Ok(text)
    }

    pub fn end(self) -> &'static [u8] {
        match (self.json, self.begun) {
            (true, true) => b"\n]\n",
            (true, false) => b"[]\n",
            (false, _) => b"",
        }
    }
}

/// CSV knows no lists: they are written as JSON in their field.
fn flat(batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
    if batch.schema().fields().iter().all(|field| !field.data_type().is_nested()) {
        return Ok(batch.clone());
    }
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (at, field) in batch.schema().fields().iter().enumerate() {
        if field.data_type().is_nested() {
            let texts = output::rows(&[batch.project(&[at])?])?.into_iter().map(|row| match row.into_iter().next() {
                Some((_, value)) if value != Value::Null => Some(value.to_string()),
                _ => None,
            });
            columns.push(Arc::new(texts.collect::<StringArray>()) as ArrayRef);
            fields.push(Field::new(field.name(), DataType::Utf8, true));
        } else {
            columns.push(batch.column(at).clone());
            fields.push(field.as_ref().clone());
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, ListArray};
    use arrow::datatypes::Int32Type;

    fn batch(numbers: Vec<i64>) -> RecordBatch {
        let lists = numbers.iter().map(|n| (*n > 1).then(|| vec![Some(*n as i32), None]));
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>(lists);
        let columns: [(&str, ArrayRef); 2] =
            [("n", Arc::new(Int64Array::from(numbers.clone()))), ("list", Arc::new(lists))];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn exported(format: Format, batches: &[RecordBatch]) -> String {
        let mut export = Export::new(format);
        let mut text: Vec<u8> = batches.iter().flat_map(|batch| export.write(batch).unwrap()).collect();
        text.extend_from_slice(export.end());
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn batches_become_one_file() {
        let batches = [batch(vec![1, 2]), batch(vec![]), batch(vec![3])];
        assert_eq!(exported(Format::Csv, &batches), "n,list\n1,\n2,\"[2,null]\"\n3,\"[3,null]\"\n");
        let rows: Vec<Value> = serde_json::from_str(&exported(Format::Json, &batches)).unwrap();
        assert_eq!((rows.len(), &rows[0]["list"], &rows[2]["n"]), (3, &Value::Null, &Value::from(3)));
    }

    #[test]
    fn nothing_is_an_empty_file_of_its_kind() {
        assert_eq!(exported(Format::Csv, &[batch(vec![])]), "n,list\n");
        assert_eq!(exported(Format::Json, &[batch(vec![])]), "[]\n");
    }
}
