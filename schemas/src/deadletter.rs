//! `deadletters/v1`: what could not be read or judged valid, with its place, its bytes and what to do about it (P3).
//! The message's value is the original value, byte for byte; this record travels in the `meyar_deadletter` header.

use crate::Invalid;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub const HEADER: &str = "meyar_deadletter";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub id: String,
    pub at: DateTime<Utc>,
    /// Who refused it: a stage, or `publish` / `import`.
    pub stage: String,
    /// The topic it came from, or was meant for.
    pub topic: String,
    /// -1 when it never reached the broker (a line of a file).
    pub partition: i32,
    /// Offset in the partition, or the line number of the file.
    pub offset: i64,
    /// File name when it came from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The original key, as text where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The original headers.
    pub headers: Vec<(String, String)>,
    pub error: DeadLetterError,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterError {
    /// `unreadable`, `invalid`, `oversized`, `unknown_version`, `conflict`, …
    pub code: String,
    pub field: String,
    pub value: String,
    pub problem: String,
    pub remedy: String,
}

impl DeadLetterError {
    pub fn new(code: &str, invalid: Invalid) -> Self {
        Self {
            code: code.into(),
            field: invalid.field,
            value: invalid.value,
            problem: invalid.problem,
            remedy: invalid.remedy,
        }
    }
}
