//! The bars of a period: a table for everybody, and the same as data for the drawing.

use super::links::link;
use super::script_json;
use super::tables::{Cell, cell, column_name};
use crate::data::{Row, Scope};
use crate::format::{self, NONE};
use crate::period::Period;
use crate::text::Texts;
use chrono::{Datelike, NaiveDate};
use meyar_lake::Figure;
use serde_json::{Value, json};

#[derive(Default)]
pub struct Chart {
    /// What a bar stands for: a day, a month, an hour.
    pub head: String,
    pub bars: Vec<Bar>,
    pub json: String,
}

pub struct Bar {
    pub label: String,
    /// Offered, answered, lost, and the mean wait.
    pub cells: Vec<Cell>,
}

/// The bars of the period for the table and, with the days between that had no call, for the drawing.
pub fn chart(t: Texts, figure: &Figure, rows: &[Row], scope: &Scope) -> Chart {
    let Some((axis, _)) = &figure.chart else { return Chart::default() };
    let head = figure.columns.iter().find(|column| column.name == *axis).map(|column| column_name(column, t.0));
    let head = head.unwrap_or(axis).to_owned();
    let read = |row: &Row, column: &str| cell(t, "count", row.get(column).unwrap_or(&Value::Null)).text;
    let mut bars = Vec::new();
    let (mut labels, mut ticks) = (Vec::new(), Vec::new());
    let mut series: Vec<(&str, Vec<Value>, Vec<String>)> =
        ["offered", "answered", "lost"].map(|code| (code, vec![], vec![])).into();
    let mut expected: Option<NaiveDate> = None;
    for row in rows {
        let at = row.get(axis).unwrap_or(&Value::Null);
        if axis == "day" {
            let Some(day) = at.as_str().and_then(|day| day.get(..10)?.parse::<NaiveDate>().ok()) else { continue };
            while let Some(empty) = expected.filter(|expected| *expected < day) {
                labels.push(format::date(empty));
                ticks.push(empty.format("%d.%m").to_string());
                for (_, values, texts) in &mut series {
                    values.push(Value::Null);
                    texts.push(NONE.to_owned());
                }
                expected = empty.succ_opt();
            }
            expected = day.succ_opt();
        }
        let (label, tick) = names(t, axis, at);
        let mean_wait = row.get("mean_wait_s").and_then(Value::as_f64);
        let texts = ["offered", "answered", "lost"].map(|column| (column, read(row, column))).into_iter();
        let wait = mean_wait.map_or_else(|| NONE.to_owned(), |s| format::duration_ms(s * 1000.0));
        let cells = texts.chain([("mean_wait_s", wait)]).map(|(name, text)| {
            let column = figure.columns.iter().find(|column| column.name == name);
            let link = column.and_then(|column| link(t, figure, column, row, scope, &text));
            Cell { text, number: true, link, ..Cell::default() }
        });
        bars.push(Bar { label: label.clone(), cells: cells.collect() });
        labels.push(label);
        ticks.push(tick);
        for (code, values, texts) in &mut series {
            values.push(row.get(*code).cloned().unwrap_or_default());
            texts.push(read(row, code));
        }
    }
    let series: Vec<Value> = series
        .into_iter()
        .map(|(code, values, texts)| json!({ "code": code, "name": t.name("figures", code), "values": values, "texts": texts }))
        .collect();
    let json = json!({ "labels": labels, "ticks": ticks, "series": series, "dayName": head });
    Chart { head, bars, json: script_json(&json) }
}

/// What stands at a bar in the table, and under it in the drawing.
fn names(t: Texts, axis: &str, at: &Value) -> (String, String) {
    match (axis, at) {
        ("day", Value::String(day)) => match day.get(..10).and_then(|day| day.parse::<NaiveDate>().ok()) {
            Some(day) => (format::date(day), day.format("%d.%m").to_string()),
            None => (day.clone(), day.clone()),
        },
        ("month", Value::String(month)) => match Period::parse(month) {
            Ok(period) => (period.label(&t), period.from.month().to_string()),
            Err(_) => (month.clone(), month.clone()),
        },
        ("hour", hour) => {
            let hour = format!("{:02}:00", hour.as_i64().unwrap_or_default());
            (hour.clone(), hour)
        }
        (_, other) => (other.to_string(), other.to_string()),
    }
}
