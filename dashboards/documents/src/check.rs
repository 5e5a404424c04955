//! Whether a document is sound: every reference leads somewhere, every value is of its column's format.

use crate::chart::{Chart, ChartKind, Data};
use crate::document::{Block, Document, MODEL, TableRef};
use crate::error::Invalid;
use crate::format::Format;
use crate::table::{Cell, Datum, Row, RowKind, Table};
use crate::text::{Lang, Text};
use std::collections::HashSet;

pub fn check(document: &Document) -> Result<(), Invalid> {
    if document.model != MODEL {
        let remedy = format!("this program reads version {MODEL}");
        return Err(invalid("model", document.model, "is another version of the document model", remedy));
    }
    id("id", &document.id)?;
    said("title", &document.title)?;
    let mut sections = HashSet::new();
    let mut tables = HashSet::new();
    let mut charts = HashSet::new();
    for section in &document.sections {
        let at = format!("sections.{}", section.id);
        id(&at, &section.id)?;
        once(&at, &section.id, &mut sections)?;
        said(&format!("{at}.title"), &section.title)?;
        for block in &section.blocks {
            match block {
                Block::Table(found) => {
                    let at = format!("{at}.tables.{}", found.id);
                    id(&at, &found.id)?;
                    once(&at, &found.id, &mut tables)?;
                    table(&at, found)?;
                }
                Block::Charts(found) => {
                    for one in found {
                        let at = format!("{at}.charts.{}", one.id);
                        id(&at, &one.id)?;
                        once(&at, &one.id, &mut charts)?;
                        chart(&at, document, one)?;
                    }
                }
                Block::Headlines(headlines) => {
                    for headline in headlines {
                        refers(&format!("{at}.headlines.{}", headline.name.en), document, &headline.cell)?;
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn invalid(field: &str, value: impl ToString, problem: &'static str, remedy: impl Into<String>) -> Invalid {
    Invalid { field: field.to_owned(), value: value.to_string(), problem, remedy: remedy.into() }
}

/// Ids become names of sheets, of cells' ranges and of links.
fn id(at: &str, value: &str) -> Result<(), Invalid> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if value.is_empty() || !value.chars().all(fits) {
        return Err(invalid(at, value, "cannot be an id", "use a–z, 0–9, `_` and `-`"));
    }
    Ok(())
}

fn once<'a>(at: &str, value: &'a str, seen: &mut HashSet<&'a str>) -> Result<(), Invalid> {
    if seen.insert(value) {
        return Ok(());
    }
    Err(invalid(at, value, "stands here twice", "give each an id of its own"))
}

fn said(at: &str, text: &Text) -> Result<(), Invalid> {
    for lang in Lang::ALL {
        if text.get(lang).trim().is_empty() {
            return Err(invalid(&format!("{at}.{}", lang.code()), "", "is empty", "say it in both languages"));
        }
    }
    Ok(())
}

fn table(at: &str, table: &Table) -> Result<(), Invalid> {
    said(&format!("{at}.title"), &table.title)?;
    if table.columns.is_empty() {
        return Err(invalid(&format!("{at}.columns"), 0, "are too few", "give the table at least one column"));
    }
    let mut columns = HashSet::new();
    for column in &table.columns {
        let at = format!("{at}.columns.{}", column.id);
        id(&at, &column.id)?;
        once(&at, &column.id, &mut columns)?;
        said(&at, &column.name)?;
        marked(&at, table, &column.notes)?;
    }
    let mut rows = HashSet::new();
    for (place, row) in table.rows.iter().enumerate() {
        let at = format!("{at}.rows.{}", if row.id.is_empty() { place.to_string() } else { row.id.clone() });
        if !row.id.is_empty() {
            once(&at, &row.id, &mut rows)?;
        }
        self::row(&at, table, row)?;
    }
    Ok(())
}

fn row(at: &str, table: &Table, row: &Row) -> Result<(), Invalid> {
    let width = if row.kind == RowKind::Subhead { 1 } else { table.columns.len() };
    if row.cells.len() != width {
        let remedy = format!("give it {width}");
        return Err(invalid(at, row.cells.len(), "is not the number of cells it needs", remedy));
    }
    for (cell, column) in row.cells.iter().zip(&table.columns) {
        let at = format!("{at}.{}", column.id);
        if column.format == Format::ByRow && row.format.is_none() && row.kind != RowKind::Subhead {
            return Err(invalid(&at, "by_row", "leaves the format to the row", "give the row a `format`"));
        }
        let format = if row.kind == RowKind::Subhead { Format::Text } else { table.format_of(row, column) };
        self::cell(&at, table, cell, format)?;
    }
    Ok(())
}

fn cell(at: &str, table: &Table, cell: &Cell, format: Format) -> Result<(), Invalid> {
    marked(at, table, &cell.notes)?;
    let finite = !matches!(cell.value, Datum::Number(n) if !n.is_finite());
    if !finite || format.show(Lang::Az, &cell.value).is_none() {
        let value = serde_json::to_string(&cell.value).unwrap_or_default();
        return Err(invalid(at, value, "is not of the cell's format", format!("give a value of `{}`", format.name())));
    }
    match &cell.withheld {
        Some(word) => said(at, word),
        None => Ok(()),
    }
}

fn marked(at: &str, table: &Table, markers: &[String]) -> Result<(), Invalid> {
    match markers.iter().find(|marker| !table.notes.iter().any(|note| note.marker == **marker)) {
        Some(marker) => Err(invalid(at, marker, "marks no note of the table", "add the note, or take the marker away")),
        None => Ok(()),
    }
}

fn refers(at: &str, document: &Document, cell: &TableRef) -> Result<(), Invalid> {
    let table = found_table(at, document, &cell.table)?;
    has_row(at, table, &cell.row)?;
    has_column(at, table, &cell.column)
}

fn found_table<'a>(at: &str, document: &'a Document, table: &str) -> Result<&'a Table, Invalid> {
    document.table(table).ok_or_else(|| invalid(at, table, "is no table of the document", "name one by its id"))
}

fn has_row(at: &str, table: &Table, row: &str) -> Result<(), Invalid> {
    match table.row(row) {
        Some(_) => Ok(()),
        None => Err(invalid(at, row, "is no row of the table", format!("name a row of `{}` by its id", table.id))),
    }
}

fn has_column(at: &str, table: &Table, column: &str) -> Result<(), Invalid> {
    let ids = || table.columns.iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(", ");
    match table.column(column) {
        Some(_) => Ok(()),
        None => Err(invalid(at, column, "is no column of the table", format!("it has {}", ids()))),
    }
}

fn chart(at: &str, document: &Document, chart: &Chart) -> Result<(), Invalid> {
    said(&format!("{at}.title"), &chart.title)?;
    let table = found_table(at, document, &chart.table)?;
    let (values, shares) = match &chart.data {
        Data::Rows { label, values, share, rows } => {
            has_column(at, table, label)?;
            rows.iter().try_for_each(|row| has_row(at, table, row))?;
            if chart.kind == ChartKind::Donut && values.len() != 1 {
                return Err(invalid(at, values.join(", "), "are not one series", "give a donut one column of values"));
            }
            (values, share.iter().collect::<Vec<_>>())
        }
        Data::Columns { row, values, shares } => {
            has_row(at, table, row)?;
            if !shares.is_empty() && shares.len() != values.len() {
                let remedy = "give as many shares as values";
                return Err(invalid(at, shares.join(", "), "do not go with the values", remedy));
            }
            (values, shares.iter().collect())
        }
    };
    if values.is_empty() {
        return Err(invalid(at, "", "draws no column", "name the columns of `values`"));
    }
    shares.into_iter().try_for_each(|share| has_column(at, table, share))?;
    for value in values {
        has_column(at, table, value)?;
        let number = table.column(value).is_some_and(|i| {
            let format = table.columns[i].format;
            format.is_number() || format == Format::ByRow
        });
        if !number {
            return Err(invalid(at, value, "is not a column of numbers", "draw one that is"));
        }
    }
    Ok(())
}
