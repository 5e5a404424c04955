//! What the stream is told of people's work: the payload of `qa.assessments`. A test holds it against the contract.

use crate::assessment::{Assessment, Dispute, Judged, Mark};
use crate::error::Result;
use crate::store::Tx;
use crate::terms;
use chrono::{DateTime, Utc};
use meyar_schemas::assessments::Outcome;
use serde_json::{Map, Value, json};

pub const ASSESSMENTS: &str = "qa.assessments";

/// Told once for each state that is reached; the same id, the next revision.
pub async fn assessment(tx: &mut Tx, assessment: &Assessment, revision: u32, at: DateTime<Utc>) -> Result<()> {
    tx.tell(ASSESSMENTS, &assessment.assessment_id, revision, at, &payload(assessment, at)).await
}

/// Absent members are left out, as the contracts have it.
fn object(members: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let empty = |value: &Value| value.is_null() || value.as_str().is_some_and(str::is_empty);
    Value::Object(
        members
            .into_iter()
            .filter(|(_, value)| !empty(value))
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

pub fn payload(assessment: &Assessment, at: DateTime<Utc>) -> Value {
    let (outcome, effective_score) = Outcome::of(assessment.raw_score, &assessment.gates);
    object([
        ("assessment_id", json!(assessment.assessment_id)),
        ("at", json!(at)),
        ("call_id", json!(assessment.call_id)),
        ("line", json!(assessment.line)),
        ("representative", json!(assessment.representative)),
        ("form", json!({ "id": assessment.form.id, "version": assessment.form.version })),
        ("evaluation_id", json!(assessment.evaluation_id)),
        ("purpose", json!(assessment.purpose)),
        ("plan_id", json!(assessment.plan_id)),
        ("probability", json!(assessment.probability)),
        ("assessor", json!(assessment.assessor)),
        ("state", json!(assessment.state)),
        ("outcome", json!(outcome)),
        ("raw_score", json!(assessment.raw_score)),
        ("effective_score", json!(effective_score)),
        ("gates", json!(assessment.gates)),
        ("marks", Value::Array(assessment.marks.iter().filter_map(mark).collect())),
        ("comment", json!(assessment.comment)),
        ("assessed_at", json!(assessment.published_at.unwrap_or(at))),
        ("published_at", json!(assessment.published_at.unwrap_or(at))),
        ("dispute", assessment.dispute.as_ref().map_or(Value::Null, dispute)),
    ])
}

fn state_and_mark(judged: Judged) -> (Value, Value) {
    match judged {
        Judged::Marked(mark) => (json!("marked"), json!(mark)),
        Judged::NotApplicable => (json!("not_applicable"), Value::Null),
    }
}

fn mark(mark: &Mark) -> Option<Value> {
    let (state, value) = state_and_mark(mark.judged?);
    Some(object([
        ("criterion", json!(mark.criterion)),
        ("state", state),
        ("mark", value),
        ("proposed_state", json!(mark.proposed.as_ref().map(|proposed| proposed.state))),
        ("proposed_mark", json!(mark.proposed.as_ref().and_then(|proposed| proposed.mark))),
        ("changed", json!(mark.is_changed())),
        ("critical", json!(mark.critical)),
        ("reason", json!(mark.reason)),
        ("comment", json!(mark.comment)),
    ]))
}

fn dispute(dispute: &Dispute) -> Value {
    let points = dispute.points.iter().map(|point| {
        object([
            ("criterion", json!(point.criterion)),
            ("reason", json!(point.reason)),
            ("decision", json!(point.decision)),
            (
                "decided_mark",
                json!(match point.decided {
                    Some(Judged::Marked(mark)) => Some(mark),
                    _ => None,
                }),
            ),
            ("decision_reason", json!(point.decision_reason)),
        ])
    });
    object([
        ("opened_at", json!(dispute.opened_at)),
        ("due_on", json!(terms::day(dispute.due_at - chrono::Duration::microseconds(1)))),
        ("decided_at", json!(dispute.decided_at)),
        ("decided_by", json!(dispute.decided_by)),
        ("points", points.collect()),
    ])
}
