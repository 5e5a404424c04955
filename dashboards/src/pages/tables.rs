//! A figure's rows as a table for people: the head comes from the figure's own SQL file, the cells by each column's format.

use crate::data::Row;
use crate::format::{self, NONE};
use crate::text::{Lang, Texts};
use meyar_lake::{Figure, FigureColumn};
use serde_json::Value;

/// The figure whose shares are withheld while answers are few.
pub const SATISFACTION: &str = "satisfaction";

pub struct Table {
    pub code: String,
    pub figure: String,
    pub title: String,
    pub lead: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
}

pub struct Head {
    pub text: String,
    pub number: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub text: String,
    pub number: bool,
    /// `good`, `bad`, `total`, `code` or nothing.
    pub state: &'static str,
}

impl Cell {
    /// Leads the row of all.
    pub fn is_total(&self) -> bool {
        self.state == "total"
    }
}

pub fn title(figure: &Figure, lang: Lang) -> &str {
    match lang {
        Lang::Az => &figure.name_az,
        Lang::En => &figure.name_en,
    }
}

pub fn column_name(column: &FigureColumn, lang: Lang) -> &str {
    match lang {
        Lang::Az => &column.az,
        Lang::En => &column.en,
    }
}

fn head(column: &FigureColumn, lang: Lang) -> Head {
    Head { text: column_name(column, lang).to_owned(), number: is_number(&column.format) }
}

fn is_number(format: &str) -> bool {
    matches!(format, "count" | "percent" | "seconds" | "score")
}

/// One value, by the format that the figure's file gives its column.
pub fn cell(t: Texts, format: &str, value: &Value) -> Cell {
    let mut state = "";
    let number = is_number(format);
    let text = match (format, value) {
        (_, Value::Null) => NONE.to_owned(),
        ("count", value) => value.as_f64().map_or_else(|| NONE.to_owned(), |n| format::decimal(t.0, n, 0)),
        ("percent", value) => value.as_f64().map_or_else(|| NONE.to_owned(), |n| format::percent(t.0, n)),
        ("seconds", value) => value.as_f64().map_or_else(|| NONE.to_owned(), |n| format::decimal(t.0, n, 1)),
        ("score", value) => value
            .as_f64()
            .map_or_else(|| NONE.to_owned(), |n| format::decimal(t.0, n, if n.abs() <= 1.0 { 2 } else { 1 })),
        ("date", Value::String(day)) => {
            day.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| day.clone(), format::date)
        }
        ("yes", Value::Bool(yes)) => {
            state = if *yes { "good" } else { "bad" };
            t.get(if *yes { "figures.yes" } else { "figures.no" }).to_owned()
        }
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    };
    Cell { text, number, state }
}

/// The whole figure. The row whose `total` column is empty is the row of all.
pub fn table(t: Texts, figure: &Figure, rows: &[Row]) -> Table {
    let lang = t.0;
    let heads = figure.columns.iter().map(|column| head(column, lang)).collect();
    let rows = rows
        .iter()
        .map(|row| {
            let is_total = figure.total.as_ref().is_some_and(|column| row.get(column).is_none_or(Value::is_null));
            let cells = figure.columns.iter().map(|column| {
                let value = row.get(&column.name).unwrap_or(&Value::Null);
                if is_total && figure.total.as_ref() == Some(&column.name) {
                    return Cell { text: t.get("figures.total").to_owned(), number: false, state: "total" };
                }
                cell(t, &column.format, value)
            });
            cells.collect()
        })
        .collect();
    let lead = String::new();
    Table {
        code: figure.name.clone(),
        figure: figure.name.clone(),
        title: title(figure, lang).to_owned(),
        lead,
        heads,
        rows,
    }
}

/// The row of all, or the only row.
pub fn total<'a>(figure: &Figure, rows: &'a [Row]) -> Option<&'a Row> {
    match &figure.total {
        Some(column) => rows.iter().find(|row| row.get(column).is_none_or(Value::is_null)),
        None => rows.first(),
    }
}

/// The shares of too few answers are not sent to any page at all.
pub fn withhold(figure: &Figure, rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    if figure.name != SATISFACTION {
        return rows;
    }
    for row in &mut rows {
        if row.get("enough").and_then(Value::as_bool) != Some(true) {
            for column in ["satisfied", "percent", "low_pct", "high_pct"] {
                row.insert(column.to_owned(), Value::Null);
            }
        }
    }
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_lake::{Lake, LakeOptions};
    use serde_json::json;

    #[test]
    fn cells_follow_the_format_of_their_column() {
        let az = |format: &str, value: Value| cell(Texts(Lang::Az), format, &value).text;
        assert_eq!(az("count", json!(513_423)), "513\u{a0}423");
        assert_eq!(az("percent", json!(91.36)), "91,4\u{a0}%");
        assert_eq!(az("seconds", json!(20.04)), "20,0");
        assert_eq!(az("score", json!(0.75)), "0,75");
        assert_eq!(az("score", json!(87.5)), "87,5");
        assert_eq!(az("date", json!("2026-01-14")), "14.01.2026");
        assert_eq!(az("text", json!("Aparat")), "Aparat");
        assert_eq!(az("percent", Value::Null), NONE);
        assert_eq!(
            cell(Texts(Lang::Az), "yes", &json!(false)),
            Cell { text: "Xeyr".into(), number: false, state: "bad" }
        );
    }

    #[test]
    fn shares_of_too_few_answers_never_reach_a_page() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        let row = |n: i64, enough: bool| json!({ "answered": n, "satisfied": 9, "percent": 90.0, "low_pct": 80.0, "high_pct": 95.0, "enough": enough });
        let rows: Vec<Row> =
            [row(10, false), row(40, true)].into_iter().map(|row| row.as_object().unwrap().clone()).collect();
        let shown = withhold(lake.figure_named(SATISFACTION).unwrap(), &rows);
        assert_eq!(
            (&shown[0]["percent"], &shown[0]["satisfied"], &shown[0]["answered"]),
            (&Value::Null, &Value::Null, &json!(10))
        );
        assert_eq!(shown[1]["percent"], json!(90.0));
        assert_eq!(withhold(lake.figure_named("calls_by_line").unwrap(), &rows), rows);
    }
}
