//! A table: columns that know their format, rows of raw values.

use crate::format::Format;
use crate::number;
use crate::text::Text;
use serde::{Deserialize, Serialize, Serializer};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Stable from edition to edition: data files, sheets' names and charts hang on it.
    pub id: String,
    pub title: Text,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    #[serde(default)]
    pub notes: Vec<TableNote>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub id: String,
    pub name: Text,
    pub format: Format,
    /// A head above the heads; neighbours with the same one share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What charts and headlines name the row by; empty when nothing does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(default)]
    pub kind: RowKind,
    /// How deep under the row above: "O cümlədən".
    #[serde(default, skip_serializing_if = "is_zero")]
    pub indent: u8,
    /// For columns of the format `by_row`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// One for each column; a subhead has only the first.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    #[default]
    Normal,
    Total,
    /// A title across the table.
    Subhead,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    #[serde(default)]
    pub value: Datum,
    /// The word that stands where a number may not: too few answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// Markers of the table's notes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A raw value. Dates are words: `2025-12-31`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Datum {
    #[default]
    Nothing,
    Yes(bool),
    Whole(i64),
    #[serde(serialize_with = "exactly")]
    Number(f64),
    Word(String),
    Words(Text),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Met,
    Missed,
}

/// Against the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    Up,
    Down,
    Same,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableNote {
    /// `*` or `1`, as cells and columns have it; empty for a note on the whole table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub marker: String,
    pub text: Text,
}

fn is_zero(indent: &u8) -> bool {
    *indent == 0
}

/// Written with the digits that count, a number is read back as the same number by every reader of JSON.
fn exactly<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(number::exact(*value))
}

impl Datum {
    pub fn number(&self) -> Option<f64> {
        match self {
            Datum::Whole(n) => Some(*n as f64),
            Datum::Number(n) => Some(number::exact(*n)),
            _ => None,
        }
    }
}

impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Datum::Whole(value)
    }
}

impl From<f64> for Datum {
    fn from(value: f64) -> Self {
        if value.is_finite() { Datum::Number(value) } else { Datum::Nothing }
    }
}

impl From<bool> for Datum {
    fn from(value: bool) -> Self {
        Datum::Yes(value)
    }
}

impl From<&str> for Datum {
    fn from(value: &str) -> Self {
        Datum::Word(value.to_owned())
    }
}

impl From<String> for Datum {
    fn from(value: String) -> Self {
        Datum::Word(value)
    }
}

impl From<Text> for Datum {
    fn from(value: Text) -> Self {
        Datum::Words(value)
    }
}

impl<T: Into<Datum>> From<Option<T>> for Datum {
    fn from(value: Option<T>) -> Self {
        value.map_or(Datum::Nothing, Into::into)
    }
}

impl<T: Into<Datum>> From<T> for Cell {
    fn from(value: T) -> Self {
        Cell { value: value.into(), ..Cell::default() }
    }
}

impl Cell {
    pub fn withheld(word: Text) -> Self {
        Cell { withheld: Some(word), ..Cell::default() }
    }

    /// Whether the target is met.
    pub fn met(self, met: bool) -> Self {
        Cell { mark: Some(if met { Mark::Met } else { Mark::Missed }), ..self }
    }

    /// The arrow of this number against the same one of the period before, as far as both are known.
    pub fn against(self, prior: Option<f64>) -> Self {
        let trend = self.value.number().zip(prior).map(|(now, before)| match now.total_cmp(&number::exact(before)) {
            std::cmp::Ordering::Greater => Trend::Up,
            std::cmp::Ordering::Less => Trend::Down,
            std::cmp::Ordering::Equal => Trend::Same,
        });
        Cell { trend, ..self }
    }

    pub fn note(mut self, marker: &str) -> Self {
        self.notes.push(marker.to_owned());
        self
    }
}

impl Column {
    pub fn new(id: &str, name: Text, format: Format) -> Self {
        Self { id: id.to_owned(), name, format, group: None, notes: Vec::new() }
    }

    pub fn under(self, group: Text) -> Self {
        Self { group: Some(group), ..self }
    }
}

impl Row {
    pub fn new(id: &str, cells: Vec<Cell>) -> Self {
        Self { id: id.to_owned(), kind: RowKind::Normal, indent: 0, format: None, cells }
    }

    pub fn total(id: &str, cells: Vec<Cell>) -> Self {
        Self { kind: RowKind::Total, ..Self::new(id, cells) }
    }

    pub fn subhead(title: Text) -> Self {
        Self { kind: RowKind::Subhead, ..Self::new("", vec![title.into()]) }
    }

    pub fn indent(self, indent: u8) -> Self {
        Self { indent, ..self }
    }

    pub fn format(self, format: Format) -> Self {
        Self { format: Some(format), ..self }
    }
}

impl Table {
    pub fn new(id: &str, title: Text, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        Self { id: id.to_owned(), title, columns, rows, notes: Vec::new() }
    }

    pub fn note(mut self, marker: &str, text: Text) -> Self {
        self.notes.push(TableNote { marker: marker.to_owned(), text });
        self
    }

    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.id == id)
    }

    pub fn row(&self, id: &str) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id && !id.is_empty())
    }

    /// The format of one cell: its column's, or its row's where the column says so.
    pub fn format_of(&self, row: &Row, column: &Column) -> Format {
        match column.format {
            Format::ByRow => row.format.unwrap_or(Format::Text),
            format => format,
        }
    }
}
