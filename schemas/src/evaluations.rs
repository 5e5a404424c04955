//! `calls.evaluations/v1`: the marks a machine proposes for one call by one form. People decide (P10).

use crate::{audio::Party, envelope::derived_id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub evaluation_id: String,
    pub call_id: String,
    pub created_at: DateTime<Utc>,
    pub form: FormRef,
    pub transcript_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    pub outcome: Outcome,
    /// 100 · Σ w·s·a / Σ w·a over the criteria that were marked; absent when none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_score: Option<f64>,
    /// Share of the form's applicable weight that the machine marked (the rest abstained), 0 … 1.
    pub coverage: f64,
    pub verdicts: Vec<Verdict>,
}

impl Evaluation {
    /// A transcript has one evaluation by a form; another version of the form, or the form in another language, makes a revision of it.
    pub fn id_of(transcript_id: &str, form_id: &str) -> String {
        derived_id(&["evaluation", transcript_id, form_id])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRef {
    pub id: String,
    pub version: String,
    pub language: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Marks are proposed.
    Proposed,
    /// Marks are proposed and at least one gate or critical error is suspected: a person must look first.
    CriticalSuspected,
    /// Nothing could be judged.
    Abstained,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// e.g. `K01`.
    pub criterion: String,
    pub state: VerdictState,
    /// Present only when `state` is `marked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<f64>,
    /// 0 … 1.
    pub confidence: f64,
    /// Why: one sentence in the form's language.
    pub reason: String,
    pub evidence: Vec<Evidence>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictState {
    Marked,
    NotApplicable,
    Abstained,
    /// A gate or a critical error is suspected; only a person may confirm it.
    Suspected,
}

/// Words that stand in the transcript, or a moment of the call's telephony.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub party: Party,
    pub start_ms: u64,
    pub end_ms: u64,
    /// Exactly as in the transcript's segment (a substring of it).
    pub quote: String,
    /// Index into the transcript's segments.
    pub segment: u32,
    /// The part of the criterion it shows, e.g. `greeting`.
    pub part: String,
}
