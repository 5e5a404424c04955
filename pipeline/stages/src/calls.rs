//! What the lake knows of calls, for the evaluator: telephony, appeals, sheets.

use chrono::{DateTime, NaiveDate, Utc};
use meyar_lake::{Lake, LakeError, ScalarValue, output};
use meyar_schemas::{
    calls::{CallEvent, CallStep},
    sheets::SheetClass,
};
use meyar_scoring::{AppealFact, CallFacts, Telephony};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// Everything known of some calls, before it is set against a recording's start.
#[derive(Debug, Default)]
pub struct Known {
    events: Vec<CallEvent>,
    appeals: Vec<AppealFact>,
    sheets: Vec<SheetClass>,
    recording_started_at: Option<DateTime<Utc>>,
}

impl Known {
    /// A call is over when its end or its loss is told; what came after (sheets, appeals) is told before the transcript as a rule.
    pub fn is_over(&self) -> bool {
        self.events.iter().any(|e| matches!(e.step, CallStep::Ended { .. } | CallStep::Lost { .. }))
    }

    /// The day it came in on, in Baku; the recording's where no step of the call is known.
    pub fn day(&self) -> Option<NaiveDate> {
        self.events.iter().map(|e| e.at).min().or(self.recording_started_at).map(day)
    }

    pub fn facts(&self) -> CallFacts {
        if self.events.is_empty() {
            return CallFacts::default();
        }
        let answered = self.events.iter().filter(|e| matches!(e.step, CallStep::Answered { .. })).min_by_key(|e| e.at);
        let representative = answered.and_then(|e| match &e.step {
            CallStep::Answered { representative, .. } => Some(representative.clone()),
            _ => None,
        });
        // Without a recording of its own the transcript's clock starts when the call was answered.
        let start = self.recording_started_at.or(answered.map(|e| e.at));
        CallFacts {
            line: self.events.first().map(|e| e.line.clone()),
            representative,
            telephony: start.and_then(|start| Telephony::from_events(&self.events, start)),
            appeals: Some(self.appeals.clone()),
            sheets: Some(self.sheets.clone()),
        }
    }
}

pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Asia::Baku).date_naive()
}

/// Looks calls up in one pass.
pub async fn look_up(lake: &Lake, call_ids: &[String]) -> Result<HashMap<String, Known>, LakeError> {
    let mut known: HashMap<String, Known> = HashMap::new();
    let ids = call_ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
    let rows = async |query: String| -> Result<Vec<Map<String, Value>>, LakeError> {
        output::rows(&lake.sql(&query, none()).await?)
    };
    for row in rows(format!("SELECT * FROM call_events WHERE call_id IN ({ids})")).await? {
        if let Some(event) = event(&row) {
            known.entry(event.call_id.clone()).or_default().events.push(event);
        }
    }
    for row in
        rows(format!("SELECT call_id, nature, topics, direction, urgent FROM appeals WHERE call_id IN ({ids})")).await?
    {
        if let (Some(id), Ok(appeal)) = (call_id(&row), serde_json::from_value(without_call(&row))) {
            known.entry(id).or_default().appeals.push(appeal);
        }
    }
    for row in
        rows(format!("SELECT call_id, class FROM application_sheets WHERE kind = 'opened' AND call_id IN ({ids})"))
            .await?
    {
        let class = row.get("class").cloned().and_then(|v| serde_json::from_value(v).ok());
        if let (Some(id), Some(class)) = (call_id(&row), class) {
            known.entry(id).or_default().sheets.push(class);
        }
    }
    for row in rows(format!(
        "SELECT call_id, min(event_time) AS started_at FROM recordings WHERE call_id IN ({ids}) GROUP BY call_id"
    ))
    .await?
    {
        if let (Some(id), Some(start)) = (call_id(&row), time(&row, "started_at")) {
            known.entry(id).or_default().recording_started_at = Some(start);
        }
    }
    // The figures do not depend on the order in which rows come; neither may a verdict (P4).
    for call in known.values_mut() {
        call.events.sort_by_key(|e| e.at);
    }
    Ok(known)
}

fn call_id(row: &Map<String, Value>) -> Option<String> {
    row.get("call_id")?.as_str().map(str::to_owned)
}

fn time(row: &Map<String, Value>, name: &str) -> Option<DateTime<Utc>> {
    row.get(name)?.as_str()?.parse().ok()
}

fn without_call(row: &Map<String, Value>) -> Value {
    let mut row = row.clone();
    row.remove("call_id");
    Value::Object(row)
}

/// The lake's columns back to the contract's fields (`schemas/tables/call_events.toml` names the paths).
fn event(row: &Map<String, Value>) -> Option<CallEvent> {
    let get = |name: &str| row.get(name).cloned().unwrap_or(Value::Null);
    let mut data = json!({
        "call_id": get("call_id"), "line": get("line"), "at": time(row, "event_time")?, "kind": get("kind"),
        "direction": get("direction"), "returns": get("returns"), "node": get("ivr_node"), "key": get("ivr_key"),
        "queue": get("queue"), "representative": get("representative"), "location": get("location"),
        "phase": get("hold_phase"), "to_kind": get("transfer_kind"), "to": get("transfer_to"),
        "ended_by": get("ended_by"), "recorded": get("recorded"), "wrap_up_ms": get("wrap_up_ms"),
        "reason": get("lost_reason"), "waited_ms": get("waited_ms"),
    });
    if let Some(fields) = data.as_object_mut() {
        fields.retain(|_, v| !v.is_null());
    }
    serde_json::from_value(data).ok()
}

/// A query without parameters.
fn none() -> Vec<(&'static str, ScalarValue)> {
    Vec::new()
}
