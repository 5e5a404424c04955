//! `appeals.sheets/v2`: the life of an application sheet (müraciət vərəqəsi, MV).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetEvent {
    pub sheet_id: String,
    pub at: DateTime<Utc>,
    pub line: String,
    pub class: SheetClass,
    #[serde(flatten)]
    pub step: SheetStep,
}

/// The six classes of the annual report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetClass {
    ComplexQuestion,
    EServiceError,
    ThirdPartyComplaint,
    BodyComplaint,
    ReceptionBooking,
    Proposal,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SheetStep {
    Opened {
        origin: SheetOrigin,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        representative: Option<String>,
    },
    Answered,
    Forwarded {
        to_unit: String,
    },
    /// The unit's answer to a forwarded complaint came back to the centre.
    ResultReturned,
    OpinionRequested {
        to_unit: String,
        basis: TermBasis,
        term_working_days: u8,
        due_on: NaiveDate,
    },
    OpinionReceived,
    /// The term passed in silence; only an opinion on a draft answer can be taken for given (ST 4.0.3).
    DeemedAgreed,
    Reopened,
    /// Still open at the end of a month: it is carried into the next.
    Carried {
        into_month: String,
    },
}

/// What a unit is asked for; the terms are the same, what silence means is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermBasis {
    /// An opinion on the draft of an answer: silence is agreement (ST 4.0.3).
    DraftAnswer,
    /// A help desk's answer about an e-service: silence is none (ST 4.0.24).
    EServiceHelp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetOrigin {
    Live,
    Callback,
    Order,
}
