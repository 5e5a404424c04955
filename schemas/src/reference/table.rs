//! Tables of rows that hold from a day to a day: reading, overlaps and gaps, and the row of a day.

use super::Embedded;
use crate::Invalid;
use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fs, path::Path};

/// Every line on every weekday is 28.
const MOST_OF_ONE: usize = 100;

/// A row that holds from `valid_from` to `valid_to`, both days included.
pub trait Row: Serialize + DeserializeOwned {
    /// Name of the file (without `.toml`); the SQL table is `ref_<name>`.
    const NAME: &'static str;
    /// Rows with equal keys follow one another in time.
    fn key(&self) -> String;
    fn valid_from(&self) -> NaiveDate;
    fn valid_to(&self) -> Option<NaiveDate>;
    /// Whether nothing at all may be told.
    const OPTIONAL: bool;
    /// What the types cannot say.
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from() <= day && self.valid_to().is_none_or(|last| day <= last)
    }
}

/// One reference table, checked: no two rows of a key overlap, and none leaves days without a row between two others.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<T>(Vec<T>);

impl<T: Row> Table<T> {
    pub fn load(dir: Option<&Path>) -> Result<Self, Invalid> {
        Self::parse(&text(T::NAME, dir)?)
    }

    /// Reads the text of one file.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let file = format!("{}.toml", T::NAME);
        let unreadable = |e: toml::de::Error| {
            let place = e.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count());
            Invalid::new(
                &file,
                "",
                format!("cannot be read near line {place} ({})", e.message()),
                "compare it with the file Meyar ships",
            )
        };
        let parsed: toml::Table = text.parse().map_err(unreadable)?;
        if let Some(other) = parsed.keys().find(|k| *k != "row") {
            return Err(Invalid::new(
                &file,
                other.as_str(),
                "is not a part of a reference file",
                "begin every row with [[row]]",
            ));
        }
        let mut rows = Vec::new();
        for (i, row) in parsed.get("row").and_then(toml::Value::as_array).into_iter().flatten().enumerate() {
            let at = |field: &str| format!("{file} row {}{}{field}", i + 1, if field.is_empty() { "" } else { " " });
            // Lists multiply: two long ones in a row would be millions of rows.
            if stands_for(row) > MOST_OF_ONE {
                let problem = format!("stands for more than {MOST_OF_ONE} rows, its lists multiplied");
                return Err(Invalid::new(&at(""), "", problem, "name every line and weekday once"));
            }
            for one in expanded(row.clone()) {
                let one: T = one.try_into().map_err(|e: toml::de::Error| {
                    Invalid::new(&at(""), "", e.message().replace('\n', " "), "compare it with the file Meyar ships")
                })?;
                one.check().map_err(|e| Invalid { field: at(&e.field), ..e })?;
                rows.push(one);
            }
        }
        if rows.is_empty() && !T::OPTIONAL {
            let remedy = "write its rows, or take the file away: Meyar's own then holds";
            return Err(Invalid::new(&file, "", "has no rows", remedy));
        }
        let table = Self(rows);
        table.follow_in_time(&file)?;
        Ok(table)
    }

    fn follow_in_time(&self, file: &str) -> Result<(), Invalid> {
        let mut by_key: BTreeMap<String, Vec<(NaiveDate, Option<NaiveDate>)>> = BTreeMap::new();
        for row in &self.0 {
            by_key.entry(row.key()).or_default().push((row.valid_from(), row.valid_to()));
        }
        for (key, mut spans) in by_key {
            spans.sort();
            let field = format!("{file} {key}");
            for (first, last) in &spans {
                if last.is_some_and(|last| last < *first) {
                    return Err(Invalid::new(
                        &field,
                        first.to_string(),
                        "ends before it starts",
                        "write valid_to on or after valid_from",
                    ));
                }
            }
            for pair in spans.windows(2) {
                let ((_, last), (next, _)) = (pair[0], pair[1]);
                let day_after = last.and_then(|last| last.succ_opt());
                if day_after == Some(next) {
                    continue;
                }
                let (problem, remedy) = if day_after.is_some_and(|day| day < next) {
                    (
                        "leaves days without a row before it",
                        "close the gap: valid_from must be the day after the earlier row's valid_to",
                    )
                } else {
                    (
                        "overlaps the row before it",
                        "end the earlier row: its valid_to must be the day before valid_from",
                    )
                };
                return Err(Invalid::new(&field, next.to_string(), problem, remedy));
            }
        }
        Ok(())
    }

    /// The row of a key that holds on a day.
    pub fn on(&self, key: &str, day: NaiveDate) -> Result<&T, Invalid> {
        self.0.iter().find(|row| row.key() == key && row.is_valid_on(day)).ok_or_else(|| {
            let known = self.0.iter().any(|row| row.key() == key);
            let problem = if known { format!("has no row valid on {day}") } else { "is not in the table".to_owned() };
            Invalid::new(
                &format!("{}.toml", T::NAME),
                key,
                problem,
                "add a row whose valid_from … valid_to includes the day",
            )
        })
    }

    /// Every row that holds on a day, in the file's order.
    pub fn all_on(&self, day: NaiveDate) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |row| row.is_valid_on(day))
    }

    pub fn rows(&self) -> &[T] {
        &self.0
    }

    /// The rows as plain columns.
    pub(super) fn flat(&self) -> Vec<Map<String, Value>> {
        let flat = |row: &T| match serde_json::to_value(row) {
            Ok(Value::Object(fields)) => fields,
            _ => unreachable!("a row is a struct of plain fields"),
        };
        self.0.iter().map(flat).collect()
    }
}

/// How many rows [`expanded`] makes of one.
fn stands_for(row: &toml::Value) -> usize {
    fn leaves(value: &toml::Value) -> usize {
        value.as_array().map_or(1, |items| items.iter().map(leaves).sum())
    }
    row.as_table().map_or(1, |fields| fields.values().map(leaves).fold(1, usize::saturating_mul))
}

/// `lines` and `weekdays` stand for a row each: `weekdays = [1, 2]` is two rows with a `weekday`.
fn expanded(row: toml::Value) -> Vec<toml::Value> {
    let toml::Value::Table(fields) = row else { return vec![row] };
    let Some((many, items)) = fields.iter().find_map(|(k, v)| Some((k.clone(), v.as_array()?.clone()))) else {
        return vec![toml::Value::Table(fields)];
    };
    let single = many.strip_suffix('s').unwrap_or(&many).to_owned();
    let one = |item: toml::Value| {
        let mut fields = fields.clone();
        fields.remove(&many);
        fields.insert(single.clone(), item);
        expanded(toml::Value::Table(fields))
    };
    items.into_iter().flat_map(one).collect()
}

fn text(name: &str, dir: Option<&Path>) -> Result<String, Invalid> {
    let file = format!("{name}.toml");
    if let Some(path) = dir.map(|dir| dir.join(&file)).filter(|path| path.exists()) {
        return fs::read_to_string(&path).map_err(|e| {
            Invalid::new(
                &path.display().to_string(),
                "",
                format!("cannot be read ({e})"),
                "make it a readable UTF-8 file, or remove it",
            )
        });
    }
    let embedded = Embedded::get(&file).expect("every table has a file in schemas/reference");
    Ok(String::from_utf8(embedded.data.into_owned()).expect("reference files are UTF-8"))
}
