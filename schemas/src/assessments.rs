//! `qa.assessments/v1`: what a person judged of one call by one form, from its publication on (P10). One assessment is one event: each state that it
//! comes to later is a revision of it, with the whole content.

use crate::{Envelope, Subject, evaluations::VerdictState};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    pub assessment_id: String,
    /// When `state` was reached.
    pub at: DateTime<Utc>,
    pub call_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    pub form: FormVersion,
    /// The machine's proposal that it started from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation_revision: Option<u32>,
    pub purpose: Purpose,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_id: Option<String>,
    /// Present only, and always, when `purpose` is `random`: above 0, up to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// A person's id, never a name.
    pub assessor: String,
    pub state: State,
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw_score: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_score: Option<f64>,
    /// Criteria that fail the call; each stands among the marks.
    pub gates: Vec<String>,
    pub marks: Vec<Mark>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    pub assessed_at: DateTime<Utc>,
    pub published_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Dispute>,
}

impl Assessment {
    /// What it is told in. `revision` counts the states that were told before this one, so that a state that is told twice after a crash is
    /// the same revision (P1).
    pub fn envelope(&self, source: &str, revision: u32) -> Envelope {
        Envelope { revision, ..Envelope::new(Subject::Assessments, source, &self.assessment_id, self.at) }
    }
}

/// A form, whatever its language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormVersion {
    pub id: String,
    pub version: String,
}

/// Why the call was judged. Only `Random` ones stand for all calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Random,
    Risk,
    Complaint,
    /// Several people judge the same call.
    Calibration,
    Review,
}

/// How the call was judged (register F9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Recording,
    Live,
    SideBySide,
    MysteryCall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Published,
    Seen,
    Acknowledged,
    Disputed,
    /// A dispute changed nothing.
    Upheld,
    Changed,
    /// It does not count.
    Voided,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Scored,
    /// A gate failed: the call is worth 0.
    Critical,
    /// Nothing that counts applied.
    NotScored,
}

impl Outcome {
    /// The outcome of a score and of the gates that failed, with the score that counts. A gate weighs nothing, so a call may fail without a score.
    pub fn of(raw_score: Option<f64>, gates: &[String]) -> (Self, Option<f64>) {
        match raw_score {
            _ if !gates.is_empty() => (Self::Critical, Some(0.0)),
            Some(score) => (Self::Scored, Some(score)),
            None => (Self::NotScored, None),
        }
    }
}

/// What the person decided about one criterion, beside what the machine had proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// e.g. `K01`.
    pub criterion: String,
    pub state: MarkState,
    /// Present only, and always, when `state` is `marked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_state: Option<VerdictState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_mark: Option<f64>,
    /// What [`Mark::differs`] says.
    pub changed: bool,
    /// A critical error that the person confirmed; the criterion stands in `gates` then.
    pub critical: bool,
    /// Required when changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Mark {
    /// Whether it is otherwise than was proposed. What the machine abstained from, or only suspected, is no proposal.
    pub fn differs(&self) -> bool {
        match self.proposed_state {
            Some(VerdictState::Marked) => self.state != MarkState::Marked || self.mark != self.proposed_mark,
            Some(VerdictState::NotApplicable) => self.state != MarkState::NotApplicable,
            Some(VerdictState::Abstained | VerdictState::Suspected) | None => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkState {
    Marked,
    NotApplicable,
}

/// The representative's objection, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    pub opened_at: DateTime<Utc>,
    /// The last day for deciding it, in Baku.
    pub due_on: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// A person's id, never a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    pub points: Vec<Point>,
}

/// One criterion that is disputed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub criterion: String,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// Of a change: the new mark; absent where the criterion was found not to apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_mark: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The mark stays.
    Upheld,
    Changed,
    /// The criterion does not apply any more.
    Voided,
}
