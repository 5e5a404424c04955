//! What is known of a call besides its transcript, and how sure a mark must be.

use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::{
    Invalid,
    appeals::{AnswerDirection, Nature},
    calls,
    reference::Reference,
    sheets::SheetClass,
};
use serde::{Deserialize, Serialize};

/// The call's records. `None` is "not known (yet)"; an empty list is "known, and there were none".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallFacts {
    pub line: Option<String>,
    pub representative: Option<String>,
    pub telephony: Option<Telephony>,
    pub appeals: Option<Vec<AppealFact>>,
    /// Classes of the sheets opened for the call.
    pub sheets: Option<Vec<SheetClass>>,
}

/// Moments are milliseconds from the recording's start, as in the transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telephony {
    pub holds: Vec<Span>,
    pub transfers: Vec<TransferFact>,
    pub ended_by: Option<calls::Side>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    pub start_ms: u64,
    pub end_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferFact {
    pub at_ms: u64,
    pub to: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppealFact {
    pub nature: Nature,
    #[serde(default)]
    pub topics: Vec<String>,
    pub direction: AnswerDirection,
    #[serde(default)]
    pub urgent: bool,
}

impl Telephony {
    /// From a call's events in any order, relative to the moment the recording began. `None` when nothing tells how the call
    /// went after it was answered.
    pub fn from_events(events: &[calls::CallEvent], recording_started_at: DateTime<Utc>) -> Option<Self> {
        let mut events: Vec<&calls::CallEvent> = events.iter().collect();
        // Of events of one instant, what begins goes before what ends.
        events.sort_by_key(|event| {
            (event.at, u8::from(!matches!(event.step, calls::CallStep::Hold { phase: calls::Phase::Started })))
        });
        let at_ms =
            |event: &calls::CallEvent| u64::try_from((event.at - recording_started_at).num_milliseconds()).unwrap_or(0);
        let mut telephony = Telephony::default();
        let mut hold_since: Option<u64> = None;
        let mut known = false;
        for event in events {
            let now = at_ms(event);
            match &event.step {
                calls::CallStep::Hold { phase: calls::Phase::Started } => hold_since = hold_since.or(Some(now)),
                calls::CallStep::Hold { phase: calls::Phase::Ended } => {
                    if let Some(start_ms) = hold_since.take() {
                        telephony.holds.push(Span { start_ms, end_ms: now });
                    }
                }
                calls::CallStep::Transferred { to, .. } => {
                    telephony.transfers.push(TransferFact { at_ms: now, to: to.clone() })
                }
                calls::CallStep::Ended { ended_by, .. } => {
                    known = true;
                    telephony.ended_by = Some(*ended_by);
                    if let Some(start_ms) = hold_since.take() {
                        telephony.holds.push(Span { start_ms, end_ms: now });
                    }
                }
                _ => {}
            }
        }
        known.then_some(telephony)
    }
}

/// How sure the transcript must be: thresholds of the reference data on the day of the call.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// A transcript below this carries no mark that rests on words.
    pub confidence_floor: f64,
    /// A segment below this is no evidence.
    pub segment_floor: f64,
    /// Words not found count as not said only where the speech looked through is at least this sure.
    pub absence_floor: f64,
}

impl Settings {
    pub fn on(reference: &Reference, day: NaiveDate) -> Result<Self, Invalid> {
        Ok(Settings {
            confidence_floor: reference.threshold("transcript_min_confidence", day)?,
            segment_floor: reference.threshold("segment_min_confidence", day)?,
            absence_floor: reference.threshold("absence_min_confidence", day)?,
        })
    }
}

/// What the shipped reference says, for those who have none at hand; a test holds the two together.
impl Default for Settings {
    fn default() -> Self {
        Settings { confidence_floor: 0.5, segment_floor: 0.35, absence_floor: 0.65 }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::calls::{CallEvent, CallStep, Phase, Side};

    fn event(at: &str, step: CallStep) -> CallEvent {
        CallEvent { call_id: "c".into(), at: at.parse().unwrap(), line: "195-1-1".into(), caller_key: None, step }
    }

    #[test]
    fn the_floors_without_a_reference_are_those_that_are_shipped() {
        let reference = Reference::load(None).unwrap();
        assert_eq!(Settings::on(&reference, "2026-01-14".parse().unwrap()).unwrap(), Settings::default());
    }

    #[test]
    fn holds_pair_up_whatever_the_order_of_the_events() {
        let start = "2026-01-14T09:00:00Z".parse().unwrap();
        let mut events = vec![
            event("2026-01-14T09:00:20Z", CallStep::Hold { phase: Phase::Started }),
            event("2026-01-14T09:01:00Z", CallStep::Hold { phase: Phase::Ended }),
            event("2026-01-14T09:02:00Z", CallStep::Ended { ended_by: Side::Caller, recorded: true, wrap_up_ms: None }),
        ];
        let forward = Telephony::from_events(&events, start).unwrap();
        events.reverse();
        assert_eq!(Telephony::from_events(&events, start).unwrap(), forward);
        assert_eq!(forward.holds, vec![Span { start_ms: 20_000, end_ms: 60_000 }]);
        assert_eq!(
            Telephony::from_events(&events[1..], start),
            None,
            "without the end the call's telephony is not known"
        );
    }
}
