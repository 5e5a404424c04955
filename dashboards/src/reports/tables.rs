//! A figure's rows as a table of a document, by the columns that a template chooses.

use super::{facts::Row, template};
use meyar_documents::{Cell, Column, Datum, Format, Row as TableRow, Table, Text};
use meyar_lake::{Figure, FigureColumn};
use meyar_schemas::Invalid;
use serde_json::Value;
use std::collections::BTreeMap;

/// A code's words, where a table shows codes: lines, classes, places.
pub type Codes = BTreeMap<String, Text>;

pub fn total_name() -> Text {
    Text::new("Cəmi", "Total")
}

/// The pair of columns `name_az` and `name_en` is one column `name` in both languages.
pub fn table(figure: &Figure, rows: &[Row], wanted: &template::Table, codes: &Codes) -> Result<Table, Invalid> {
    let columns = wanted.columns.iter().map(|name| column(figure, name, wanted)).collect::<Result<Vec<_>, _>>()?;
    let made = rows
        .iter()
        .filter(|row| is_total(figure, row) || wanted.only.iter().all(|(key, value)| said(row, key) == *value))
        .map(|row| table_row(figure, row, wanted, codes))
        .collect();
    let mut table = Table::new(&wanted.id, wanted.title.clone(), columns, made);
    for note in &wanted.notes {
        table = table.note("", note.clone());
    }
    Ok(table)
}

fn said(row: &Row, key: &str) -> String {
    match row.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    }
}

pub fn is_total(figure: &Figure, row: &Row) -> bool {
    figure.total.as_ref().is_some_and(|key| row.get(key).is_none_or(Value::is_null))
}

fn column(figure: &Figure, name: &str, wanted: &template::Table) -> Result<Column, Invalid> {
    let find = |name: &str| figure.columns.iter().find(|c| c.name == name);
    let found = if name == "name" { find("name_az").zip(find("name_en")) } else { find(name).map(|c| (c, c)) };
    let (az, en) = found.ok_or_else(|| {
        Invalid::new(
            "template",
            name,
            format!("is not a column of {}", figure.name),
            "use those of its head in schemas/figures",
        )
    })?;
    let words = wanted.names.get(name).cloned().unwrap_or_else(|| Text::new(&*az.az, &*en.en));
    Ok(Column::new(name, words, shown_as(figure, az)))
}

/// The column that says "total" in the row of all has words in it, whatever it has in the others.
fn shown_as(figure: &Figure, column: &FigureColumn) -> Format {
    if figure.total.as_ref() == Some(&column.name) { Format::Text } else { format(column) }
}

fn format(column: &FigureColumn) -> Format {
    match column.format.as_str() {
        "count" => Format::Count,
        "percent" => Format::percent(1),
        "seconds" => Format::Seconds { places: 1 },
        "days" => Format::Days { places: 1 },
        "ms" => Format::Duration,
        "number" => Format::Ratio { places: 1 },
        "score" => Format::Score { places: 1 },
        "date" => Format::Date,
        "yes" => Format::Yes,
        _ => Format::Text,
    }
}

fn table_row(figure: &Figure, row: &Row, wanted: &template::Table, codes: &Codes) -> TableRow {
    let total = is_total(figure, row);
    let lead = wanted.columns.first().map(String::as_str).unwrap_or_default();
    // A share of too few answers is withheld with a word.
    let few = row.get("enough") == Some(&Value::Bool(false));
    let cells = wanted.columns.iter().map(|name| {
        let value = row.get(name).unwrap_or(&Value::Null);
        let shown = figure.columns.iter().find(|c| c.name == *name);
        let percent = shown.is_some_and(|c| c.format == "percent");
        if total && (name == lead || figure.total.as_ref() == Some(name)) {
            return if name == lead { total_name().into() } else { Cell::default() };
        }
        if few && percent && value.is_null() && name != "response_pct" {
            return Cell::withheld(Text::new("cavab azdır", "too few answers"));
        }
        if name == "name" {
            let word = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            return Text::new(word("name_az"), word("name_en")).into();
        }
        datum(value, shown.map_or(Format::Text, |column| shown_as(figure, column)), codes).into()
    });
    let cells: Vec<Cell> = cells.collect();
    let id = if total { "total".to_owned() } else { identity(figure, row, wanted) };
    if total { TableRow::total(&id, cells) } else { TableRow::new(&id, cells) }
}

/// What charts and other editions know the row by.
fn identity(figure: &Figure, row: &Row, wanted: &template::Table) -> String {
    let keys = if figure.drill.keys.is_empty() {
        figure.columns.iter().filter(|c| c.format == "code").map(|c| c.name.clone()).take(1).collect()
    } else {
        figure.drill.keys.clone()
    };
    let parts: Vec<String> = keys.iter().map(|key| said(row, key)).collect();
    if parts.is_empty() { said(row, wanted.columns.first().map_or("", |c| c)) } else { parts.join("/") }
}

pub fn datum(value: &Value, format: Format, codes: &Codes) -> Datum {
    match value {
        Value::Null => Datum::Nothing,
        Value::Bool(yes) => (*yes).into(),
        Value::Number(n) if format == Format::Text => Datum::Word(n.to_string()),
        Value::Number(n) => n.as_i64().map_or_else(|| n.as_f64().into(), Datum::Whole),
        Value::String(text) => codes.get(text).map_or_else(|| Datum::Word(text.clone()), |t| t.clone().into()),
        other => Datum::Word(other.to_string()),
    }
}
