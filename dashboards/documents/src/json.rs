//! The document's data: raw numbers in both languages, one object a table. The shape is told in README.md.

use crate::chart::Chart;
use crate::document::{Document, Issuer, Kind, State, Step};
use crate::error::Error;
use crate::format::Format;
use crate::table::{Cell, Column, Datum, Mark, Row, RowKind, Table, TableNote, Trend};
use crate::text::Text;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};

#[derive(Serialize)]
struct Data<'a> {
    document: Meta<'a>,
    tables: Vec<TableData<'a>>,
    charts: Vec<&'a Chart>,
}

#[derive(Serialize)]
struct Meta<'a> {
    model: u32,
    kind: Kind,
    id: &'a str,
    title: &'a Text,
    subtitle: &'a Text,
    issuer: &'a Issuer,
    period: &'a Text,
    edition: u32,
    state: State,
    steps: &'a [Step],
    created_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct TableData<'a> {
    id: &'a str,
    section: &'a str,
    title: &'a Text,
    columns: Vec<ColumnData<'a>>,
    rows: Vec<RowData<'a>>,
    #[serde(skip_serializing_if = "<[TableNote]>::is_empty")]
    notes: &'a [TableNote],
}

#[derive(Serialize)]
struct ColumnData<'a> {
    id: &'a str,
    name: &'a Text,
    #[serde(flatten)]
    format: FormatData,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a Text>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct FormatData {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<u8>,
    unit: Option<&'static str>,
}

#[derive(Serialize)]
struct RowData<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    kind: RowKind,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    format: Option<FormatData>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a Datum>,
    values: Fields<'a, Datum>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    withheld: Fields<'a, Text>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    marks: Fields<'a, Mark>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    trends: Fields<'a, Trend>,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    notes: Fields<'a, Vec<String>>,
}

/// An object whose fields are columns, in their order.
struct Fields<'a, T>(Vec<(&'a str, &'a T)>);

impl<T> Fields<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Fields<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl From<Format> for FormatData {
    fn from(format: Format) -> Self {
        Self { format: format.name(), places: format.places(), unit: format.unit() }
    }
}

pub fn json(document: &Document) -> Result<Vec<u8>, Error> {
    let data = Data {
        document: Meta {
            model: document.model,
            kind: document.kind,
            id: &document.id,
            title: &document.title,
            subtitle: &document.subtitle,
            issuer: &document.issuer,
            period: &document.period,
            edition: document.edition,
            state: document.state,
            steps: &document.steps,
            created_at: document.created_at,
        },
        tables: document.tables().map(|(section, table)| data(&section.id, table)).collect(),
        charts: document.charts().collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&data).map_err(|cause| Error::Json { id: document.id.clone(), cause })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn data<'a>(section: &'a str, table: &'a Table) -> TableData<'a> {
    let column = |column: &'a Column| ColumnData {
        id: &column.id,
        name: &column.name,
        format: column.format.into(),
        group: column.group.as_ref(),
        notes: &column.notes,
    };
    TableData {
        id: &table.id,
        section,
        title: &table.title,
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(|row| self::row(table, row)).collect(),
        notes: &table.notes,
    }
}

fn row<'a>(table: &'a Table, row: &'a Row) -> RowData<'a> {
    let subhead = row.kind == RowKind::Subhead;
    RowData {
        id: &row.id,
        kind: row.kind,
        format: row.format.map(Into::into),
        title: row.cells.first().filter(|_| subhead).map(|cell| &cell.value),
        values: fields(table, row, |cell| match (subhead, &cell.withheld) {
            (true, _) => None,
            (_, Some(_)) => Some(&Datum::Nothing),
            (_, None) => Some(&cell.value),
        }),
        withheld: fields(table, row, |cell| cell.withheld.as_ref()),
        marks: fields(table, row, |cell| cell.mark.as_ref()),
        trends: fields(table, row, |cell| cell.trend.as_ref()),
        notes: fields(table, row, |cell| Some(&cell.notes).filter(|notes| !notes.is_empty())),
    }
}

fn fields<'a, T>(table: &'a Table, row: &'a Row, field: impl Fn(&'a Cell) -> Option<&'a T>) -> Fields<'a, T> {
    let columns = table.columns.iter().map(|column| column.id.as_str());
    Fields(columns.zip(&row.cells).filter_map(|(id, cell)| Some((id, field(cell)?))).collect())
}
