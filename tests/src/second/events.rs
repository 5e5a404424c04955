//! The events that the figures need, one type a subject: highest revisions only, in no order.

use super::{line::Line, names::Name};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// Everything that was told.
#[derive(Debug, Default)]
pub struct Events {
    pub(super) calls: Vec<CallEvent>,
    pub(super) appeals: Vec<AppealEvent>,
    pub(super) sheets: Vec<SheetEvent>,
    pub(super) surveys: Vec<SurveyEvent>,
    pub(super) incidents: Vec<IncidentEvent>,
    pub(super) sessions: Vec<SessionEvent>,
    pub(super) conflicts: usize,
}

impl Events {
    /// The latest moment that any event tells of: the end of the records.
    pub(super) fn end(&self) -> Option<DateTime<Utc>> {
        [
            self.calls.iter().map(|e| e.at).max(),
            self.appeals.iter().map(|e| e.at).max(),
            self.sheets.iter().map(|e| e.at).max(),
            self.surveys.iter().map(|e| e.at).max(),
            self.incidents.iter().map(|e| e.at).max(),
            self.sessions.iter().map(|e| e.at).max(),
        ]
        .into_iter()
        .flatten()
        .max()
    }
}

// `at` stands first everywhere and steps stand in the order of a life, so that sorting tells a story in whatever order it
// arrived.

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallEvent {
    pub at: DateTime<Utc>,
    pub step: CallStep,
    pub call: Name,
    pub line: Line,
    pub caller: Option<Name>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallStep {
    Offered {
        outbound: bool,
        returns: Option<Name>,
    },
    ZeroPressed,
    Queued,
    Ordered,
    Answered,
    Transferred,
    Lost {
        reason: LostReason,
        waited_ms: i64,
    },
    Ended {
        wrap_up_ms: Option<i64>,
    },
    /// Another key of the menu, a hold.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LostReason {
    AbandonedInQueue,
    AbandonedInIvr,
    SystemError,
    Refused,
    NoAnswer,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppealEvent {
    pub at: DateTime<Utc>,
    pub appeal: Name,
    pub call: Name,
    pub line: Line,
    /// The first of its topics.
    pub topic: Name,
    pub immediate: bool,
    pub urgent: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SheetEvent {
    pub at: DateTime<Utc>,
    pub step: SheetStep,
    pub sheet: Name,
    pub line: Line,
    pub class: Class,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetStep {
    Opened { origin: Origin, call: Option<Name> },
    OpinionRequested { due_on: NaiveDate },
    OpinionReceived,
    DeemedAgreed,
    Answered,
    Forwarded,
    ResultReturned,
    Reopened,
    Carried,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Live,
    Callback,
    Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    ComplexQuestion,
    EServiceError,
    ThirdPartyComplaint,
    BodyComplaint,
    ReceptionBooking,
    Proposal,
}

pub const CLASSES: [(Class, &str); 6] = [
    (Class::ComplexQuestion, "complex_question"),
    (Class::EServiceError, "e_service_error"),
    (Class::ThirdPartyComplaint, "third_party_complaint"),
    (Class::BodyComplaint, "body_complaint"),
    (Class::ReceptionBooking, "reception_booking"),
    (Class::Proposal, "proposal"),
];

impl Class {
    pub fn is_query(self) -> bool {
        matches!(self, Self::ComplexQuestion | Self::EServiceError)
    }

    pub fn is_complaint(self) -> bool {
        matches!(self, Self::ThirdPartyComplaint | Self::BodyComplaint)
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SurveyEvent {
    pub at: DateTime<Utc>,
    pub step: SurveyStep,
    pub survey: Name,
    pub line: Line,
    /// Not a representative, who is asked about the work.
    pub caller: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SurveyStep {
    Invited,
    Declined,
    Answered { question: Name, score: u32, scale_max: u32 },
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IncidentEvent {
    pub at: DateTime<Utc>,
    pub started: bool,
    pub incident: Name,
    pub outage: bool,
    pub lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionEvent {
    pub at: DateTime<Utc>,
    pub step: SessionStep,
    pub session: Name,
    pub representative: Name,
    pub remote: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStep {
    Started,
    Paused,
    Resumed,
    Ended,
}
