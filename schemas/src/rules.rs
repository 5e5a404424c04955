//! What JSON Schema cannot say: one field held against another, and against the envelope.

mod assessments;

use crate::{Envelope, Invalid, Subject};
use serde_json::Value;

/// Judges the envelope of a message before its content.
pub(crate) fn check_envelope(subject: Subject, envelope: &Envelope) -> Result<(), Invalid> {
    match subject {
        Subject::Access if envelope.revision > 0 => Err(Invalid::new(
            "ce_revision",
            envelope.revision.to_string(),
            "is a correction, and an entry of the access log is never told otherwise",
            "send 0; what was done later is an entry of its own",
        )),
        _ => Ok(()),
    }
}

/// Judges a value that its schema has already accepted.
pub(crate) fn check(subject: Subject, value: &Value) -> Result<(), Invalid> {
    match subject {
        Subject::CallAudio => a_party_a_channel(value),
        Subject::CallRecordings => {
            a_party_a_channel(value)?;
            each(value, "gaps", "gaps", |gap, at| in_order(gap, at, "from", "to"))
        }
        Subject::CallTranscripts => {
            each(value, "segments", "segments", |segment, at| in_order(segment, at, "start_ms", "end_ms"))
        }
        Subject::CallEvaluations => each(value, "verdicts", "verdicts", |verdict, at| {
            each(verdict, "evidence", &format!("{at}.evidence"), |quote, at| in_order(quote, at, "start_ms", "end_ms"))
        }),
        Subject::SurveyResponses => within_the_scale(value),
        Subject::Assessments => assessments::check(value),
        _ => Ok(()),
    }
}

/// A scale without `scale_min` (v1) begins at 0.
fn within_the_scale(value: &Value) -> Result<(), Invalid> {
    let min = number(value, "scale_min");
    let (Some(score), Some(max)) = (number(value, "score"), number(value, "scale_max")) else { return Ok(()) };
    let from = if min.is_some() { "scale_min" } else { "0" };
    let score_is = |problem: String| {
        Err(Invalid::new("score", score.to_string(), problem, format!("send a score from {from} to scale_max")))
    };
    match min {
        Some(min) if min >= max => Err(Invalid::new(
            "scale_min",
            min.to_string(),
            format!("is not below scale_max ({max})"),
            "send the lowest and the highest score that could be given",
        )),
        _ if score > max => score_is(format!("is above scale_max ({max})")),
        Some(min) if score < min => score_is(format!("is below scale_min ({min})")),
        _ => Ok(()),
    }
}

fn number(value: &Value, field: &str) -> Option<f64> {
    value.get(field).and_then(Value::as_f64)
}

fn each(
    value: &Value,
    list: &str,
    path: &str,
    check: impl Fn(&Value, &str) -> Result<(), Invalid>,
) -> Result<(), Invalid> {
    let items = value.get(list).and_then(Value::as_array);
    items.into_iter().flatten().enumerate().try_for_each(|(i, item)| check(item, &format!("{path}.{i}")))
}

fn in_order(value: &Value, path: &str, first: &str, last: &str) -> Result<(), Invalid> {
    match (number(value, first), number(value, last)) {
        (Some(a), Some(b)) if b < a => Err(Invalid::new(
            &format!("{path}.{last}"),
            b.to_string(),
            format!("is before {first} ({a})"),
            format!("send {last} equal to {first} or later"),
        )),
        _ => Ok(()),
    }
}

/// An audio reference has no `channels`: its file tells.
fn a_party_a_channel(value: &Value) -> Result<(), Invalid> {
    let parties = value.get("parties").and_then(Value::as_array);
    match (number(value, "channels"), parties) {
        (Some(channels), Some(parties)) if parties.len() as f64 != channels => Err(Invalid::new(
            "parties",
            format!("{} parties", parties.len()),
            format!("do not match channels ({channels})"),
            "name one party a channel, in channel order",
        )),
        _ => Ok(()),
    }
}
