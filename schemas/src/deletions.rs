//! `retention.deletions/v1`: that something was deleted, by which rule and how much of it, never what it was. Each deletion is told twice: before
//! anything is touched, and when nothing of it is left.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    pub deletion_id: String,
    pub at: DateTime<Utc>,
    pub phase: Phase,
    #[serde(flatten)]
    pub order: Order,
    #[serde(flatten)]
    pub found: Found,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It is known what is to go, and nothing has been touched.
    Begun,
    /// Nothing of it is left.
    Done,
}

/// What is left of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Nothing.
    Row,
    /// Everything but its content: the columns that `schemas/tables` marks so.
    Content,
}

impl What {
    pub const fn name(self) -> &'static str {
        match self {
            What::Row => "row",
            What::Content => "content",
        }
    }
}

/// What is to go, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Table of the lake.
    pub table: String,
    /// What it had been kept for.
    pub purpose: String,
    pub what: What,
    /// Rows of days before this one, in Baku.
    pub before: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_months: Option<u32>,
    /// Only dead letters with this error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// Where the rule comes from.
    pub source: String,
    /// The person who chose it; nobody where a rule did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// How much it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub rows: u64,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// Data files that hold such rows, and their size.
    pub files: u64,
    pub bytes: u64,
    /// Recordings, and the size of those that were still there.
    pub objects: u64,
    pub object_bytes: u64,
    /// SHA-256 over the sorted identities of the rows (`source`, `event_id` and `revision`, each followed by a line feed).
    pub ids_sha256: String,
}
