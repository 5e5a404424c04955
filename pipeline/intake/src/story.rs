//! What is known of one call, in the order of time, and the events that tell it.

use crate::clock::Shift;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use meyar_schemas::{
    Envelope, Invalid, Subject,
    calls::{CallEvent, CallStep, Direction, Location, LostReason, Side},
    envelope::derived_id,
};

/// The events of one call.
pub type Call = Vec<(Envelope, CallEvent)>;

/// The longest span that the contracts carry.
pub const MAX_SPAN_MS: i64 = 86_400_000;

/// One step with the part of its id that tells it from the call's other steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub at: DateTime<Utc>,
    pub step: CallStep,
    pub id_part: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    pub call_id: String,
    pub line: String,
    pub caller_key: Option<String>,
    pub steps: Vec<Told>,
}

impl Story {
    /// Ids come from the source, the call and the step alone: telling the story twice gives the same ids (P1), and the order
    /// of calls in the file does not matter (P4).
    pub fn into_events(mut self, source: &str, revision: u32) -> Call {
        self.steps.sort_by_key(|told| (told.at, rank(&told.step)));
        self.steps
            .into_iter()
            .map(|told| {
                let id = derived_id(&[source, &self.call_id, &told.id_part]);
                let mut envelope = Envelope::new(Subject::CallEvents, source, id, told.at);
                envelope.revision = revision;
                let event = CallEvent {
                    call_id: self.call_id.clone(),
                    at: told.at,
                    line: self.line.clone(),
                    caller_key: self.caller_key.clone(),
                    step: told.step,
                };
                (envelope, event)
            })
            .collect()
    }
}

/// The natural order of steps that happen at the same moment.
pub fn rank(step: &CallStep) -> u8 {
    match step {
        CallStep::Offered { .. } => 0,
        CallStep::IvrStep { .. } => 1,
        CallStep::Transferred { .. } => 2,
        CallStep::Queued { .. } => 3,
        CallStep::Ordered => 4,
        CallStep::Answered { .. } => 4,
        CallStep::Hold { .. } => 5,
        CallStep::Ended { .. } | CallStep::Lost { .. } => 6,
    }
}

/// A call that went one way: arrival, perhaps a menu, perhaps a queue, an answer or a loss. Times are the exchange's.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainCall {
    pub call_id: String,
    pub line: String,
    pub caller_key: Option<String>,
    pub direction: Direction,
    pub offered: NaiveDateTime,
    /// The menu's node, when the call spent time in it.
    pub menu: Option<String>,
    pub queued: Option<(NaiveDateTime, String)>,
    pub fate: Fate,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    Answered {
        at: NaiveDateTime,
        representative: String,
        location: Location,
        /// `None`: the row does not say how long the conversation was; no end is told.
        talk: Option<TimeDelta>,
        ended_by: Side,
        recorded: bool,
    },
    Lost {
        at: NaiveDateTime,
        reason: LostReason,
    },
}

impl PlainCall {
    pub fn into_story(self, field: &str, shift: Shift) -> Result<Story, Invalid> {
        let utc = |at| shift.utc(field, at);
        let mut steps =
            vec![told(utc(self.offered)?, "offered", CallStep::Offered { direction: self.direction, returns: None })];
        if let Some(node) = self.menu {
            steps.push(told(utc(self.offered)?, "ivr_step", CallStep::IvrStep { node, key: None }));
        }
        let waiting_since = self.queued.as_ref().map_or(self.offered, |(at, _)| *at);
        if let Some((at, queue)) = self.queued {
            steps.push(told(utc(at)?, "queued", CallStep::Queued { queue }));
        }
        match self.fate {
            Fate::Answered { at, representative, location, talk, ended_by, recorded } => {
                steps.push(told(utc(at)?, "answered", CallStep::Answered { representative, location }));
                if let Some(talk) = talk {
                    let ended = CallStep::Ended { ended_by, recorded, wrap_up_ms: None };
                    steps.push(told(utc(at)? + talk, "ended", ended));
                }
            }
            Fate::Lost { at, reason } => {
                let waited_ms = (at - waiting_since).num_milliseconds().clamp(0, MAX_SPAN_MS).unsigned_abs();
                steps.push(told(utc(at)?, "lost", CallStep::Lost { reason, waited_ms }));
            }
        }
        Ok(Story { call_id: self.call_id, line: self.line, caller_key: self.caller_key, steps })
    }
}

fn told(at: DateTime<Utc>, id_part: &str, step: CallStep) -> Told {
    Told { at, step, id_part: id_part.to_owned() }
}
