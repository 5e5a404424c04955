//! Lines → rows with named cells, and what every kind of row has: key, caller, line, representative.

use crate::{
    lines::{Line, MAX_LINE_BYTES},
    mapping::Mapping,
    summary::BadRow,
    text,
};
use meyar_schemas::{
    Invalid,
    caller::CallerKey,
    calls::{Direction, Location},
    envelope::derived_id,
};
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub raw: Vec<u8>,
    cells: Vec<String>,
}

impl Row {
    pub fn bad(self, invalid: Invalid) -> BadRow {
        BadRow::new(self.line, self.raw, invalid)
    }
}

/// Who called, as far as the row tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    pub key: Option<String>,
    pub damaged: bool,
}

/// A mapping laid over the columns of one file.
#[derive(Clone)]
pub struct Sheet {
    pub mapping: Mapping,
    callers: CallerKey,
    index: HashMap<String, usize>,
    width: usize,
}

impl Sheet {
    pub fn new(mapping: Mapping, callers: CallerKey, columns: &[String]) -> Result<Self, Invalid> {
        mapping.check_columns(columns)?;
        let index = columns.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Ok(Self { mapping, callers, index, width: columns.len() })
    }

    pub fn row(&self, line: Line) -> Result<Row, Box<BadRow>> {
        let Line { number, bytes, overlong } = line;
        // The messages are read by people: they name what is wrong with the line, never the caller's data in it.
        let refuse = |value: String, problem: &str, remedy: &str| Invalid::new("line", value, problem, remedy);
        let size = format!("{} bytes", bytes.len());
        let file = &self.mapping.file;
        let cells = if overlong {
            let remedy = "check file.delimiter and the line endings; this is no row of calls";
            Err(refuse(size, &format!("are the beginning of a line of more than {MAX_LINE_BYTES}"), remedy))
        } else if let Some(text) = file.encoding.decode(&bytes) {
            text::split(&text, file.delimiter, file.quotes)
                .map_err(|problem| refuse(size, problem, "quote cells as \"a \"\"b\"\"\", or set file.quotes = false"))
        } else {
            let remedy = "set file.encoding to latin-1 or windows-1254, or save the file as UTF-8";
            Err(refuse(size, "are not UTF-8", remedy))
        };
        let cells = cells.and_then(|cells| {
            if file.ragged || cells.len() == self.width {
                return Ok(cells);
            }
            let problem = format!("are in the row, and not {}", self.width);
            let remedy = "remove the stray delimiter, or add the missing cells";
            Err(refuse(format!("{} cells", cells.len()), &problem, remedy))
        });
        match cells {
            Ok(mut cells) => {
                for cell in &mut cells {
                    if self.mapping.file.null.contains(cell) {
                        cell.clear();
                    }
                }
                Ok(Row { line: number, raw: bytes, cells })
            }
            Err(invalid) => Err(Box::new(BadRow::new(number, bytes, invalid))),
        }
    }

    /// Empty when the row is shorter, or the column optional and missing.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        self.index.get(column).and_then(|&at| row.cells.get(at)).map_or("", String::as_str)
    }

    pub fn optional_cell<'r>(&self, row: &'r Row, column: Option<&String>) -> &'r str {
        column.map_or("", |column| self.cell(row, column))
    }

    /// The values that name the row's call; `None` for a row that belongs to no call.
    pub fn key<'r>(&self, row: &'r Row) -> Option<Vec<&'r str>> {
        let rules = &self.mapping.call;
        let key: Vec<&str> = rules.key.iter().map(|column| self.cell(row, column)).collect();
        let none =
            key.iter().all(|part| part.is_empty()) || key.iter().any(|part| rules.none.iter().any(|n| n == part));
        (!none).then_some(key)
    }

    pub fn caller(&self, number: &str) -> Caller {
        let rules = &self.mapping.caller;
        if rules.none.iter().any(|none| none == number) {
            return Caller::default();
        }
        if text::matches_any(&rules.damaged, number) {
            return Caller { key: None, damaged: true };
        }
        Caller { key: self.callers.of(number), damaged: false }
    }

    pub fn line(&self, row: &Row) -> Result<String, Invalid> {
        let rules = &self.mapping.line;
        let values = || rules.columns.iter().map(|column| (column, self.cell(row, column)));
        if let Some(line) = values().find_map(|(_, value)| rules.of_value(value)).or(rules.default.as_deref()) {
            return Ok(line.to_owned());
        }
        let (column, value) = values()
            .find(|(_, v)| !v.is_empty())
            .or_else(|| values().next())
            .map_or(("line", ""), |(c, v)| (c.as_str(), v));
        Err(Invalid::new(
            column,
            value,
            "is not a value that the mapping knows a line for",
            "correct the row, or add the value to [line.values] of the mapping",
        ))
    }

    /// The centre's code of a representative; `None` when the cell names nobody.
    pub fn representative(&self, cell: &str) -> Option<String> {
        let rules = &self.mapping.representative;
        if rules.none.iter().any(|none| none == cell) {
            return None;
        }
        let start = rules.after.as_deref().and_then(|after| cell.split_once(after)).map_or(cell, |(_, rest)| rest);
        let end = rules.before.iter().filter_map(|before| start.find(before.as_str())).min().unwrap_or(start.len());
        let code = &start[..end];
        if code.is_empty() {
            return None;
        }
        let unlisted = || if rules.names { self.callers.person(code) } else { identifier(code) };
        Some(rules.values.get(code).cloned().unwrap_or_else(unlisted))
    }

    pub fn location(&self, representative: &str) -> Location {
        if text::matches_any(&self.mapping.representative.remote, representative) {
            Location::Remote
        } else {
            Location::Hall
        }
    }

    pub fn recorded(&self, row: &Row) -> bool {
        let rules = &self.mapping.recording;
        rules.always || rules.column.as_ref().is_some_and(|column| !self.cell(row, column).is_empty())
    }

    pub fn direction(&self, row: &Row) -> Direction {
        let rules = self.mapping.call.direction.as_ref();
        rules.and_then(|d| d.values.get(self.cell(row, &d.column)).copied()).unwrap_or_default()
    }
}

/// The contracts' identifiers: no spaces, not endless. What does not fit is told apart by a digest.
pub fn identifier(text: &str) -> String {
    const LONGEST: usize = 100;
    let fits = |c: char| !(c.is_whitespace() || c.is_control());
    if !text.is_empty() && text.chars().all(fits) && text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST).map(|c| if fits(c) { c } else { '_' }).collect();
    format!("{kept}~{}", &derived_id(&[text])[..8])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sheet(name: &str) -> Sheet {
        let mapping = Mapping::load(name).unwrap();
        let columns = mapping.columns().into_iter().map(|(_, column)| column).collect::<Vec<_>>();
        Sheet::new(mapping, CallerKey::new("k"), &columns).unwrap()
    }

    #[test]
    fn a_damaged_number_identifies_nobody_and_a_good_one_its_owner() {
        let sheet = sheet("anonymous-bank-1999");
        assert_eq!(sheet.caller("6.02E+11"), Caller { key: None, damaged: true });
        assert_eq!(sheet.caller("0"), Caller::default());
        assert_eq!(sheet.caller("9664491").key, CallerKey::new("k").of("9664491"));
    }

    #[test]
    fn a_phone_gives_the_representatives_code() {
        let sheet = sheet("asterisk-cdr");
        for (cell, code) in [("PJSIP/201-0000001f", "201"), ("Local/202@from-queue-1;1", "202"), ("203", "203")] {
            assert_eq!(sheet.representative(cell).as_deref(), Some(code));
        }
        assert_eq!(sheet.representative(""), None);
        assert_eq!(sheet.representative("PJSIP/-1"), None);
    }

    #[test]
    fn identifiers_fit_the_contract_and_stay_distinct() {
        assert_eq!(identifier("AA0101-1"), "AA0101-1");
        assert_ne!(identifier("a b"), identifier("a\tb"));
        assert!(identifier("a b").starts_with("a_b~"));
        assert!(identifier(&"x".repeat(500)).len() < 120 && !identifier("").is_empty());
    }
}
