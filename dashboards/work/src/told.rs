//! What the stream is told of people's work: the payloads of `qa.assessments` and `qa.records`. Tests hold them against the contracts.

use crate::assessment::{Assessment, Dispute, Judged, Mark};
use crate::error::Result;
use crate::people::Person;
use crate::store::{Kept, Record, Tx};
use crate::terms;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use meyar_schemas::assessments::Outcome;
use serde_json::{Map, Value, json};

pub const ASSESSMENTS: &str = "qa.assessments";

pub const RECORDS: &str = "qa.records";

/// A record that is told as a whole at every step, as `qa.records`. The methods say what lists over the lake are made by.
/// Its id must be unlike those of all other kinds (a UUID, or derived from its kind).
pub trait Told: Kept {
    fn title(&self) -> Option<&str> {
        None
    }
    /// Criterion of a form.
    fn criterion(&self) -> Option<&str> {
        None
    }
    /// What came of it, as a code of its kind.
    fn outcome(&self) -> Option<&str> {
        None
    }
    /// Its one number, where it has one: a score, a share.
    fn value(&self) -> Option<f64> {
        None
    }
}

/// Told at every step; the version is the revision.
pub async fn record<T: Told>(
    tx: &mut Tx,
    record: &Record<T>,
    by: &Person,
    action: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let revision = u32::try_from(record.version - 1).unwrap_or(u32::MAX);
    tx.tell(RECORDS, record.id(), revision, at, &record_payload(record, by, action, at)).await
}

pub fn record_payload<T: Told>(record: &Record<T>, by: &Person, action: &str, at: DateTime<Utc>) -> Value {
    object([
        ("record_id", json!(record.id())),
        ("kind", json!(T::KIND)),
        ("at", json!(at)),
        ("made_at", json!(record.made_at)),
        ("state", json!(record.state())),
        ("action", json!(action)),
        ("by", json!(by.person_id)),
        ("owner", json!(record.owner())),
        ("about", json!(record.about())),
        ("call_id", json!(record.call_id())),
        ("parent", json!(record.parent())),
        ("due_at", json!(record.due_at())),
        ("title", json!(record.title())),
        ("criterion", json!(record.criterion())),
        ("outcome", json!(record.outcome())),
        ("value", json!(record.value())),
        ("content", json!(record.content)),
    ])
}

/// Told once for each state that is reached; the same id, the next revision.
pub fn assessment<'a>(
    tx: &'a mut Tx,
    assessment: &'a Assessment,
    revision: u32,
    at: DateTime<Utc>,
) -> BoxFuture<'a, Result<()>> {
    Box::pin(
        async move { tx.tell(ASSESSMENTS, &assessment.assessment_id, revision, at, &payload(assessment, at)).await },
    )
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
        ("method", json!(assessment.method)),
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
