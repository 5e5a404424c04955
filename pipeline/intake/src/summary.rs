//! What an import met, counted; and the rows it could not use.

use meyar_schemas::Invalid;
use serde::Serialize;

/// Every row is in exactly one of the first five ([`Summary::is_accounted`]); the others say what the rows were like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of the file, without the header and empty lines.
    pub rows: u64,
    /// Rows that became calls (several a call when rows are legs or events).
    pub rows_of_calls: u64,
    pub bad: u64,
    /// Rows that the mapping says to pass over.
    pub ignored: u64,
    /// Rows that stand in the file more than once, to the letter; they add nothing.
    pub repeats: u64,

    pub calls: u64,
    pub events: u64,
    pub answered: u64,
    pub lost_in_queue: u64,
    pub lost_in_menu: u64,
    pub lost_otherwise: u64,
    /// Calls whose key belongs to several different calls; each got a suffix made from its row.
    pub repeated_ids: u64,
    /// Calls that came in from midnight to six.
    pub night: u64,
    pub past_midnight: u64,
    pub unidentified_callers: u64,
    /// Of these, numbers that were spoilt on the way.
    pub damaged_callers: u64,
    /// Stays whose zero times meant that there was none.
    pub zero_times: u64,
    /// Answered, and the row does not say by whom.
    pub answered_by_unknown: u64,
    /// Answered, and the row does not say for how long: no end is told.
    pub answered_without_end: u64,
    /// Lost according to the outcome, though a conversation's times follow.
    pub lost_with_service: u64,
    /// A step that stands before the call's arrival: the arrival is told at the earliest time of the row.
    pub clock_disagreements: u64,
    /// Calls whose beginning is not in the file (a log that was rotated).
    pub without_beginning: u64,
    /// Calls whose end is not in the file.
    pub unfinished: u64,
}

impl Summary {
    pub fn is_accounted(&self) -> bool {
        self.rows == self.rows_of_calls + self.bad + self.ignored + self.repeats
    }

    pub fn lost(&self) -> u64 {
        self.lost_in_queue + self.lost_in_menu + self.lost_otherwise
    }

    /// Name and count of each counter, in order, for tables.
    pub fn counters(&self) -> Vec<(String, u64)> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(map)) => {
                map.into_iter().filter_map(|(name, count)| count.as_u64().map(|count| (name, count))).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A row that could not be used: where it is, what is wrong and what to do (it goes to the dead letters, P3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {column}: `{value}` {problem}; {remedy}")]
pub struct BadRow {
    /// Number of the line in the file, from 1.
    pub line: u64,
    pub column: String,
    pub value: String,
    pub problem: String,
    pub remedy: String,
    /// The line's bytes as they stand in the file.
    pub raw: Vec<u8>,
}

impl BadRow {
    pub fn new(line: u64, raw: Vec<u8>, invalid: Invalid) -> Self {
        let Invalid { field: column, value, problem, remedy } = invalid;
        Self { line, column, value, problem, remedy, raw }
    }

    pub fn invalid(&self) -> Invalid {
        Invalid::new(&self.column, &self.value, &self.problem, &self.remedy)
    }
}
