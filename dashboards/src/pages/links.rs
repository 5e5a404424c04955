//! From a place of a figure's table to the page with the rows behind it.

use super::choose::scope_query;
use super::encoded;
use super::tables::{column_name, said};
use crate::data::{Row, Scope};
use crate::text::Texts;
use meyar_lake::{Cell, Figure, FigureColumn};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub url: String,
    /// For those who hear the page: what the link opens.
    pub label: String,
}

/// A key as the lake writes it; nothing where it has no value.
pub fn key(row: &Row, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// `/figures/{name}/rows{kind}?…`; kind is empty, `.csv` or `.json`.
pub fn rows_url(figure: &str, kind: &str, scope: &Scope, cell: &Cell) -> String {
    // A query may hold these two as they are, and people read them.
    let cell = encoded(&cell.to_string()).replace("%2C", ",").replace("%3D", "=");
    format!("/figures/{}/rows{kind}{}&cell={cell}", encoded(figure), scope_query(scope))
}

/// `Aysel N. · 05.01.2026`: which row of the table it is.
pub fn row_said(t: Texts, figure: &Figure, row: &Row) -> String {
    let keys = figure.drill.keys.iter().map(|key| said(t, figure, row, key));
    let mut keys: Vec<String> = keys.collect();
    keys.dedup();
    keys.join(" · ")
}

/// Nothing stands behind an empty place or behind none of something.
pub fn link(t: Texts, figure: &Figure, column: &FigureColumn, row: &Row, scope: &Scope, shown: &str) -> Option<Link> {
    let value = row.get(&column.name).filter(|value| !value.is_null())?;
    if matches!(column.format.as_str(), "count" | "number") && value.as_f64() == Some(0.0) {
        return None;
    }
    let cell = figure.cell(&column.name, |name| key(row, name));
    figure.has_rows(&cell).then(|| Link {
        url: rows_url(&figure.name, "", scope, &cell),
        label: t.fill("rows.open", &[column_name(column, t.0), &row_said(t, figure, row), shown]),
    })
}
