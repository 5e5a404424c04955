//! What the lake knows of calls, for whoever judges them: telephony, appeals, sheets.

use chrono::{DateTime, NaiveDate, Utc};
use meyar_lake::{Lake, LakeError, output};
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

/// Days of Baku in which something is looked for, the first and the last one among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Days {
    /// Where calls lie whose texts were just made.
    pub fn before(texts: impl Iterator<Item = DateTime<Utc>>) -> Option<Self> {
        let (first, last) = texts.map(|at| (day(at), day(at))).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
        Some(Self { first: first - chrono::Days::new(REACH_DAYS), last: last + chrono::Days::new(1) })
    }

    /// Where calls lie that were recorded in a span, and whatever was written of them until now.
    pub fn since(from: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { first: day(from) - chrono::Days::new(REACH_DAYS), last: day(now) + chrono::Days::new(1) }
    }

    /// Whether a call that was looked for in these days lies in them as a whole.
    pub fn hold(self, call: Option<&Known>) -> bool {
        call.and_then(Known::day).is_some_and(|day| day > self.first)
    }

    fn condition(self) -> String {
        let Self { first, last } = self;
        let month = |day: NaiveDate| day.format("%Y-%m").to_string();
        format!(
            " AND month BETWEEN '{}' AND '{}' AND day BETWEEN DATE '{first}' AND DATE '{last}'",
            month(first),
            month(last)
        )
    }
}

/// A text comes minutes after its call; a machine that stood still over a weekend makes it days.
const REACH_DAYS: u64 = 3;

/// Looks calls up in one pass: in some days, or in the whole lake, which takes the longer the more years it holds.
pub async fn look_up(
    lake: &Lake,
    call_ids: &[String],
    days: Option<Days>,
) -> Result<HashMap<String, Known>, LakeError> {
    let mut known: HashMap<String, Known> = HashMap::new();
    let ids = call_ids.iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect::<Vec<_>>().join(", ");
    let within = days.map_or_else(String::new, Days::condition);
    let ids = format!("({ids}){within}");
    let rows = async |query: String| -> Result<Vec<Map<String, Value>>, LakeError> {
        output::rows(&lake.events(&query).await?)
    };
    for row in rows(format!("SELECT * FROM call_events WHERE call_id IN {ids}")).await? {
        if let Some(event) = event(&row) {
            known.entry(event.call_id.clone()).or_default().events.push(event);
        }
    }
    for row in
        rows(format!("SELECT call_id, nature, topics, direction, urgent FROM appeals WHERE call_id IN {ids}")).await?
    {
        if let (Some(id), Ok(appeal)) = (call_id(&row), serde_json::from_value(without_call(&row))) {
            known.entry(id).or_default().appeals.push(appeal);
        }
    }
    for row in rows(format!("SELECT call_id, class FROM application_sheets WHERE kind = 'opened' AND call_id IN {ids}"))
        .await?
    {
        let class = row.get("class").cloned().and_then(|v| serde_json::from_value(v).ok());
        if let (Some(id), Some(class)) = (call_id(&row), class) {
            known.entry(id).or_default().sheets.push(class);
        }
    }
    for row in rows(format!(
        "SELECT call_id, min(event_time) AS started_at FROM recordings WHERE call_id IN {ids} GROUP BY call_id"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_looked_for_around_the_days_of_their_texts() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap_or_default();
        // In Baku it is the day after.
        let days = Days::before([at("2026-03-02T21:00:00Z"), at("2026-02-28T05:00:00Z")].into_iter());
        let (first, last) = ("2026-02-25".parse().unwrap_or_default(), "2026-03-04".parse().unwrap_or_default());
        assert_eq!(days, Some(Days { first, last }));
        assert_eq!(Days::before(std::iter::empty()), None);
        let recorded = |day: &str| Known { recording_started_at: Some(at(day)), ..Known::default() };
        let holds = |known: Option<&Known>| days.is_some_and(|days| days.hold(known));
        assert!(holds(Some(&recorded("2026-02-26T05:00:00Z"))));
        // Its first steps may lie a day earlier, where nobody has looked.
        assert!(!holds(Some(&recorded("2026-02-25T05:00:00Z"))) && !holds(Some(&Known::default())) && !holds(None));
    }
}
