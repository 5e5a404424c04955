//! JSON values into Arrow columns, without a copy between.

use crate::dictionary::{Column, Shape};
use arrow::{
    array::{
        ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListArray,
        NullBufferBuilder, StringBuilder, StructArray, TimestampMicrosecondBuilder,
    },
    buffer::OffsetBuffer,
    datatypes::{FieldRef, Fields},
};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use std::sync::Arc;

/// One column under construction.
pub enum Sink {
    String(StringBuilder),
    Json(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Binary(BinaryBuilder),
    List { offsets: Vec<i32>, length: i32, valid: NullBufferBuilder, item: Box<Sink>, field: FieldRef },
    Struct { valid: NullBufferBuilder, members: Vec<(Path, Sink)>, fields: Fields },
}

/// A member's place inside a message.
pub struct Path(Vec<String>);

impl Path {
    pub fn new(dotted: &str) -> Self {
        Self(dotted.split('.').map(str::to_owned).collect())
    }

    /// A missing member and a null are the same.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        let found = self.0.iter().try_fold(value, |at, step| match at {
            // Messages have few members: comparing them all is quicker than hashing the name of each column for each row.
            Value::Object(members) if members.len() <= 16 => members.iter().find(|(k, _)| *k == step).map(|(_, v)| v),
            Value::Object(members) => members.get(step),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })?;
        (!found.is_null()).then_some(found)
    }
}

pub fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

impl Sink {
    pub fn of(column: &Column, rows: usize) -> Self {
        match (column.shape, &column.item) {
            (Shape::List, Some(item)) => {
                let inner = match item.shape {
                    Shape::Struct => Sink::Struct {
                        valid: NullBufferBuilder::new(rows),
                        members: item.field.iter().map(|c| (Path::new(&c.path), Sink::of(c, rows))).collect(),
                        fields: item.fields(),
                    },
                    shape => Sink::simple(shape, rows),
                };
                Sink::List {
                    offsets: Vec::from([0]),
                    length: 0,
                    valid: NullBufferBuilder::new(rows),
                    item: Box::new(inner),
                    field: Arc::new(item.element()),
                }
            }
            (shape, _) => Sink::simple(shape, rows),
        }
    }

    fn simple(shape: Shape, rows: usize) -> Self {
        match shape {
            Shape::String => Sink::String(StringBuilder::with_capacity(rows, rows * 16)),
            Shape::Json => Sink::Json(StringBuilder::with_capacity(rows, rows * 256)),
            Shape::Int => Sink::Int(Int64Builder::with_capacity(rows)),
            Shape::Float => Sink::Float(Float64Builder::with_capacity(rows)),
            Shape::Bool => Sink::Bool(BooleanBuilder::with_capacity(rows)),
            Shape::Timestamp => Sink::Time(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC")),
            Shape::Date => Sink::Day(Date32Builder::with_capacity(rows)),
            Shape::Binary => Sink::Binary(BinaryBuilder::new()),
            Shape::List | Shape::Struct => unreachable!("a list or struct column names its item"),
        }
    }

    /// Adds a value; one that does not fit becomes null and is told by `false`.
    pub fn push(&mut self, value: Option<&Value>) -> bool {
        let Some(value) = value else {
            self.push_null();
            return true;
        };
        match self {
            Sink::String(b) => put(value.as_str(), |v| b.append_option(v)),
            Sink::Json(b) => put(serde_json::to_string(value).ok(), |v| b.append_option(v)),
            Sink::Int(b) => put(value.as_i64(), |v| b.append_option(v)),
            Sink::Float(b) => put(value.as_f64(), |v| b.append_option(v)),
            Sink::Bool(b) => put(value.as_bool(), |v| b.append_option(v)),
            Sink::Time(b) => {
                let instant = value.as_str().and_then(|s| DateTime::parse_from_rfc3339(s).ok());
                put(instant.map(|t| t.timestamp_micros()), |v| b.append_option(v))
            }
            Sink::Day(b) => put(value.as_str().and_then(|s| s.parse().ok()).map(days), |v| b.append_option(v)),
            Sink::Binary(b) => put(value.as_str().map(str::as_bytes), |v| b.append_option(v)),
            Sink::List { offsets, length, valid, item, .. } => {
                let items = value.as_array();
                let mut fits = items.is_some();
                for each in items.into_iter().flatten() {
                    fits &= item.push((!each.is_null()).then_some(each));
                    *length += 1;
                }
                offsets.push(*length);
                valid.append(items.is_some());
                fits
            }
            Sink::Struct { valid, members, .. } => {
                valid.append_non_null();
                members.iter_mut().fold(true, |fits, (path, sink)| sink.push(path.find(value)) & fits)
            }
        }
    }

    fn push_null(&mut self) {
        match self {
            Sink::String(b) | Sink::Json(b) => b.append_null(),
            Sink::Int(b) => b.append_null(),
            Sink::Float(b) => b.append_null(),
            Sink::Bool(b) => b.append_null(),
            Sink::Time(b) => b.append_null(),
            Sink::Day(b) => b.append_null(),
            Sink::Binary(b) => b.append_null(),
            Sink::List { offsets, length, valid, .. } => {
                offsets.push(*length);
                valid.append_null();
            }
            Sink::Struct { valid, members, .. } => {
                valid.append_null();
                members.iter_mut().for_each(|(_, sink)| sink.push_null());
            }
        }
    }

    /// The columns that come from the envelope and the place.
    pub fn push_text(&mut self, text: &str) {
        if let Sink::String(b) = self {
            b.append_value(text);
        }
    }

    pub fn push_whole(&mut self, number: i64) {
        match self {
            Sink::Int(b) => b.append_value(number),
            Sink::Time(b) => b.append_value(number),
            Sink::Day(b) => b.append_value(number as i32),
            _ => {}
        }
    }

    pub fn push_bytes(&mut self, bytes: Option<&[u8]>) {
        if let Sink::Binary(b) = self {
            b.append_option(bytes);
        }
    }

    pub fn finish(self) -> ArrayRef {
        match self {
            Sink::String(mut b) | Sink::Json(mut b) => Arc::new(b.finish()),
            Sink::Int(mut b) => Arc::new(b.finish()),
            Sink::Float(mut b) => Arc::new(b.finish()),
            Sink::Bool(mut b) => Arc::new(b.finish()),
            Sink::Time(mut b) => Arc::new(b.finish()),
            Sink::Day(mut b) => Arc::new(b.finish()),
            Sink::Binary(mut b) => Arc::new(b.finish()),
            Sink::List { offsets, mut valid, item, field, .. } => {
                Arc::new(ListArray::new(field, OffsetBuffer::new(offsets.into()), item.finish(), valid.finish()))
            }
            Sink::Struct { mut valid, members, fields } => {
                let arrays = members.into_iter().map(|(_, sink)| sink.finish()).collect();
                Arc::new(StructArray::new(fields, arrays, valid.finish()))
            }
        }
    }
}

fn put<T>(value: Option<T>, append: impl FnOnce(Option<T>)) -> bool {
    let fits = value.is_some();
    append(value);
    fits
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow::array::{Array as _, AsArray as _};
    use serde_json::json;

    #[test]
    fn whatever_stands_in_a_json_column_comes_back_from_its_text() {
        let values = [json!({"b": [1, 2.5, null], "a": {"ş": "\"\n"}}), json!([]), json!("söz"), json!(7)];
        let mut sink = Sink::simple(Shape::Json, values.len());
        assert!(values.iter().all(|value| sink.push(Some(value))) && sink.push(None));
        let column = sink.finish();
        let column = column.as_string::<i32>();
        for (row, value) in values.iter().enumerate() {
            assert_eq!(serde_json::from_str::<Value>(column.value(row)).unwrap(), *value);
        }
        assert!(column.is_null(values.len()));
    }
}
