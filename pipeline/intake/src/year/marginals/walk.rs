//! A place in the file that knows its path, so that whatever is wrong there is told with field, value and remedy.

use meyar_schemas::Invalid;
use serde_json::{Map, Value};

/// No centre has more of anything in a year; sums of such counts stay far from overflowing.
const MOST: u64 = 1_000_000_000;

/// Notes that a report's extract carries beside its numbers; nothing here reads them.
const NOTES: [&str; 14] = [
    "assignment",
    "az",
    "candidates",
    "derived",
    "determined",
    "en",
    "incoming_derived",
    "label_assignment",
    "lines",
    "note",
    "pct",
    "provenance",
    "target",
    "title",
];
/// … and how the names of others begin or end: `_comment`, `answered_pct`, `met_2024`, `total_2023`, `note_az`.
const NOTE_STARTS: [&str; 6] = ["_", "met_", "total_", "note_", "az_", "en_"];
const NOTE_ENDS: [&str; 5] = ["_pct", "_derived", "_note", "_az", "_en"];

pub(super) struct At<'a> {
    pub field: String,
    pub value: &'a Value,
}

/// A row of a list.
pub(super) struct Row<'a> {
    pub id: &'a str,
    pub at: At<'a>,
    pub row: At<'a>,
}

impl<'a> At<'a> {
    pub fn root(value: &'a Value) -> Self {
        Self { field: String::new(), value }
    }

    pub fn refused(&self, problem: impl Into<String>, remedy: impl Into<String>) -> Invalid {
        let field = if self.field.is_empty() { "marginals" } else { &self.field };
        let shown = match self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Invalid::new(field, shown, problem, remedy)
    }

    fn inner(&self, name: &str, value: &'a Value) -> Self {
        let dot = if self.field.is_empty() { "" } else { "." };
        Self { field: format!("{}{dot}{name}", self.field), value }
    }

    fn members(&self) -> Result<&'a Map<String, Value>, Invalid> {
        self.value.as_object().ok_or_else(|| {
            self.refused("is not an object", "write {…} as at the same place in schemas/marginals/2024.json")
        })
    }

    /// What is given under a name; `null` is nothing.
    pub fn get(&self, name: &str) -> Result<Option<Self>, Invalid> {
        let found = self.members()?.get(name).filter(|value| !value.is_null());
        Ok(found.map(|value| self.inner(name, value)))
    }

    pub fn need(&self, name: &str) -> Result<Self, Invalid> {
        self.get(name)?.ok_or_else(|| {
            let missing = self.inner(name, &Value::Null);
            Invalid::new(&missing.field, "", "is missing", "add it as in schemas/marginals/2024.json")
        })
    }

    /// Refuses members that are not read but hold numbers (they would be dropped without a word), and misspelt ones.
    pub fn only(&self, known: &[&str]) -> Result<(), Invalid> {
        self.members()?.iter().try_for_each(|(name, value)| {
            let unknown = !known.contains(&name.as_str()) && !is_note(name);
            if unknown && (holds_numbers(value) || misspelt(name, known).is_some()) {
                return Err(self.inner(name, value).unknown(name, known));
            }
            Ok(())
        })
    }

    /// Leaves alone what is not read, but for what looks like a misspelt name of what is.
    pub fn nearly(&self, known: &[&str]) -> Result<(), Invalid> {
        let unknown = self.members()?.iter().filter(|(name, _)| !known.contains(&name.as_str()) && !is_note(name));
        for (name, value) in unknown {
            if misspelt(name, known).is_some() {
                return Err(self.inner(name, value).unknown(name, known));
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str, known: &[&str]) -> Invalid {
        let remedy = match misspelt(name, known) {
            Some(meant) => format!("write `{meant}` if that is meant, or leave it out"),
            None => format!("use {}; leave it out, or begin the name of a note with `_`", known.join(", ")),
        };
        self.refused("is not known here and would not be counted", remedy)
    }

    pub fn count(&self, of: &str) -> Result<u64, Invalid> {
        match self.value.as_u64() {
            Some(count) if count <= MOST => Ok(count),
            Some(_) => Err(self.refused("is more than a year can have", format!("give at most {MOST} {of}"))),
            None if self.value.is_string() => {
                Err(self.refused("is a text, not a count", format!("give a whole number of {of} without quotes")))
            }
            None => Err(self.refused("is not a count", format!("give a whole number of {of}, 0 or more"))),
        }
    }

    /// The rows of a list of `{"id": …}` by id, each once; a row's path names the id, the id's own path its place.
    pub fn rows(&self) -> Result<Vec<Row<'a>>, Invalid> {
        let list = self.value.as_array().ok_or_else(|| self.refused("is not a list", "write [{\"id\": …}, …]"))?;
        let mut rows: Vec<Row> = Vec::with_capacity(list.len());
        for (place, value) in list.iter().enumerate() {
            let at = self.inner(&place.to_string(), value).need("id")?;
            let id = at.value.as_str().ok_or_else(|| at.refused("is not a name", "write the id as a text"))?;
            if let Some(first) = rows.iter().find(|row| row.id == id) {
                let remedy = format!("give one row with the whole of it; {} has it already", first.at.field);
                return Err(at.refused("is listed twice", remedy));
            }
            rows.push(Row { id, at, row: self.inner(id, value) });
        }
        Ok(rows)
    }

    /// Counts of a list by id: all of these, and no others.
    pub fn counts<const N: usize>(&self, ids: [&str; N], of: &str) -> Result<[u64; N], Invalid> {
        let mut counts = [None; N];
        for Row { id, at, row } in self.rows()? {
            let Some(place) = ids.iter().position(|known| *known == id) else {
                return Err(at.refused("is not known in this list", format!("use {}", ids.join(", "))));
            };
            row.only(&["id", "count"])?;
            counts[place] = Some(row.need("count")?.count(of)?);
        }
        for (count, id) in counts.iter().zip(ids) {
            if count.is_none() {
                let remedy = format!("add {{\"id\": \"{id}\", \"count\": …}} to the list");
                return Err(Invalid::new(&self.field, id, "is missing", remedy));
            }
        }
        Ok(counts.map(Option::unwrap_or_default))
    }
}

fn is_note(name: &str) -> bool {
    NOTES.contains(&name)
        || NOTE_STARTS.iter().any(|start| name.starts_with(start))
        || NOTE_ENDS.iter().any(|end| name.ends_with(end))
}

fn holds_numbers(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::Array(list) => list.iter().any(holds_numbers),
        Value::Object(members) => members.values().any(holds_numbers),
        _ => false,
    }
}

/// The known name that a slip of one or two letters makes this one of.
fn misspelt<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let slips = |known: &str| if known.len() < 5 { 1 } else { 2 };
    let near = known.iter().map(|known| (distance(&name.to_lowercase(), &known.to_lowercase()), *known)).min()?;
    (near.0 <= slips(near.1)).then_some(near.1)
}

fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let changed = before + usize::from(letter != *other);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
