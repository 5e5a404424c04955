//! `surveys.responses/v2`: surveys of callers and of representatives, the invitation as well as the answer, so that non-response can be told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyEvent {
    /// One survey of one person.
    pub survey_id: String,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    pub line: String,
    pub channel: SurveyChannel,
    pub respondent: Respondent,
    /// Which questionnaire it is, and which edition of it; question codes are its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questionnaire: Option<String>,
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

/// Who is asked. What representatives say of their work is never counted with what callers say of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Respondent {
    Caller,
    Representative,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SurveyStep {
    Invited,
    Answered {
        /// Question code of the survey's definition; the overall satisfaction question is `overall`.
        question: String,
        score: u8,
        scale_min: u8,
        scale_max: u8,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
    },
    Declined,
}
