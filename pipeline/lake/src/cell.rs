//! One cell of a figure's table, as an address: `answered,line=195-1-1`.

use meyar_schemas::Invalid;
use std::{fmt, str::FromStr};

/// A column of the table, and the values that tell which row of it; without any, the row of all. An empty value is a key
/// that is told of nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub column: String,
    pub keys: Vec<(String, String)>,
}

impl Cell {
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether both stand in one row, in whatever order their keys are told.
    pub fn same_row(&self, other: &Cell) -> bool {
        self.keys.len() == other.keys.len() && self.keys.iter().all(|(key, value)| other.key(key) == Some(value))
    }
}

/// The parts between commas; a comma or a backslash behind a backslash stands for itself.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let last = parts.len() - 1;
        match letter {
            ',' => parts.push(String::new()),
            '\\' => parts[last].extend(letters.next()),
            _ => parts[last].push(letter),
        }
    }
    parts
}

impl FromStr for Cell {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = |problem: &str| {
            Invalid::new("cell", text, problem, "write a column and what tells its row: answered,line=195-1-1")
        };
        let mut parts = parts(text).into_iter();
        let column = parts.next().map(|column| column.trim().to_owned());
        let column = column.filter(|c| !c.is_empty() && !c.contains('=')).ok_or_else(|| bad("names no column"))?;
        let keys = parts
            .map(|part| part.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| bad("has a part that is not key=value"))?;
        Ok(Self { column, keys })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.column)?;
        for (key, value) in &self.keys {
            write!(f, ",{key}={}", value.replace('\\', "\\\\").replace(',', "\\,"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_column_and_what_tells_its_row() {
        let cell: Cell = "answered, line=195-1-1".parse().unwrap();
        assert_eq!(
            (cell.column.as_str(), cell.keys.as_slice()),
            ("answered", &[("line".into(), "195-1-1".into())][..])
        );
        assert!("lost".parse::<Cell>().unwrap().keys.is_empty());
        assert_eq!("calls,location=".parse::<Cell>().unwrap().key("location"), Some(""));
        for bad in ["", "line=195-1-1", "answered,195-1-1"] {
            assert!(bad.parse::<Cell>().unwrap_err().remedy.contains("answered,line="), "{bad}");
        }
    }

    #[test]
    fn a_cell_is_written_as_it_is_read() {
        for name in ["Nəbiyev, A.", "a\\b", "x=y", "\\,", ""] {
            let keys =
                vec![("representative".to_owned(), name.to_owned()), ("week".to_owned(), "2026-01-05".to_owned())];
            let cell = Cell { column: "live_h".into(), keys };
            assert_eq!(cell.to_string().parse::<Cell>().unwrap(), cell, "{cell}");
        }
    }
}
