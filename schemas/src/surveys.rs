//! `surveys.responses/v1`: satisfaction surveys, the invitation as well as the answer, so that non-response can be told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyEvent {
    /// One survey of one person about one call.
    pub survey_id: String,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    pub line: String,
    pub channel: SurveyChannel,
    #[serde(flatten)]
    pub step: SurveyStep,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurveyChannel {
    Ivr,
    Sms,
    Call,
    Web,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SurveyStep {
    Invited,
    Answered {
        /// Question code of the survey's definition; the overall satisfaction question is `overall`.
        question: String,
        score: u8,
        scale_max: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    Declined,
}
