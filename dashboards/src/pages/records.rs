//! Rows of the lake as people read them: by the type of each column, under the column's own name.

use super::encoded;
use crate::data::Row;
use crate::format::{self, NONE};
use crate::text::Texts;
use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use serde_json::Value;

/// Longer texts are cut; the files have them whole.
const LONGEST: usize = 160;

pub struct Head {
    pub name: String,
    pub number: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub text: String,
    pub number: bool,
    /// The page of the call that it names.
    pub url: Option<String>,
}

pub fn heads(schema: &Schema) -> Vec<Head> {
    let head = |field: &FieldRef| Head { name: field.name().clone(), number: field.data_type().is_numeric() };
    schema.fields().iter().map(head).collect()
}

pub fn fields(t: Texts, schema: &Schema, rows: &[Row]) -> Vec<Vec<Field>> {
    let field = |row: &Row, column: &FieldRef| {
        let value = row.get(column.name()).unwrap_or(&Value::Null);
        let call = matches!(column.name().as_str(), "call_id" | "returns");
        Field {
            text: text(t, column.data_type(), value),
            number: column.data_type().is_numeric(),
            url: value.as_str().filter(|_| call).map(|id| format!("/calls/{}", encoded(id))),
        }
    };
    rows.iter().map(|row| schema.fields().iter().map(|column| field(row, column)).collect()).collect()
}

fn text(t: Texts, kind: &DataType, value: &Value) -> String {
    let text = match value {
        Value::Null => return NONE.to_owned(),
        Value::Bool(yes) => return t.get(if *yes { "figures.yes" } else { "figures.no" }).to_owned(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => return format::count(t.0, whole),
            None => number.to_string(),
        },
        Value::String(text) => text.clone(),
        nested => nested.to_string(),
    };
    let read = match kind {
        DataType::Timestamp(..) => text.parse::<DateTime<Utc>>().ok().map(format::date_time_seconds),
        DataType::Date32 => text.parse().ok().map(format::date),
        _ => None,
    };
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => read.unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;
    use datafusion::arrow::datatypes::{Field as Column, TimeUnit};
    use serde_json::json;

    #[test]
    fn a_row_is_shown_in_bakus_time_and_leads_to_its_call() {
        let at = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Schema::new(vec![
            Column::new("call_id", DataType::Utf8, true),
            Column::new("offered_at", at, true),
            Column::new("wait_ms", DataType::Int64, true),
            Column::new("recorded", DataType::Boolean, true),
            Column::new("reason", DataType::Utf8, true),
        ]);
        let row = json!({ "call_id": "zəng/1", "offered_at": "2026-01-14T20:30:05Z", "wait_ms": 1234, "recorded": true, "reason": null });
        let row: Vec<Row> = row.as_object().cloned().into_iter().collect();
        let shown = &fields(Texts(Lang::Az), &schema, &row)[0];
        let texts: Vec<&str> = shown.iter().map(|field| field.text.as_str()).collect();
        assert_eq!(texts, ["zəng/1", "15.01.2026 00:30:05", "1\u{a0}234", "Bəli", NONE]);
        assert_eq!(shown[0].url.as_deref(), Some("/calls/z%C9%99ng%2F1"));
        assert!(shown[2].number && shown[1].url.is_none());
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let long = "ə".repeat(1000);
        assert_eq!(text(Texts(Lang::Az), &DataType::Utf8, &json!(long)).chars().count(), LONGEST + 1);
    }
}
