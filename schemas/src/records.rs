//! `qa.records/v1`: what the quality sector makes besides assessments: recommendations, discussions, trainings, complaints, result cards … One record is
//! one event: each step that is taken with it is a revision of it, with the whole content.

use crate::{Envelope, Subject};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Kinds, states, actions and outcomes are codes that whoever reads must be ready to meet for the first time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub record_id: String,
    pub kind: String,
    /// When this step was taken.
    pub at: DateTime<Utc>,
    pub made_at: DateTime<Utc>,
    pub state: String,
    pub action: String,
    /// A person's id, never a name.
    pub by: String,
    /// Whose turn it is: a person's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The representative's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// What it came from: an assessment, another record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// e.g. `K01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// As its kind writes it; the contract fixes no member.
    pub content: Map<String, Value>,
}

impl Record {
    /// What it is told in. `revision` counts the steps that were told before this one, so that a step that is told twice after a crash is the
    /// same revision (P1).
    pub fn envelope(&self, source: &str, revision: u32) -> Envelope {
        Envelope { revision, ..Envelope::new(Subject::Records, source, &self.record_id, self.at) }
    }
}
