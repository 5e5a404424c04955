//! `appeals.events/v1`: the appeals (müraciət) made in a call. One call may carry several.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    pub appeal_id: String,
    pub at: DateTime<Utc>,
    pub call_id: String,
    pub line: String,
    pub nature: Nature,
    /// Codes of the topic list, most general first (`operation_support`, then finer levels).
    pub topics: Vec<String>,
    pub direction: AnswerDirection,
    /// Life, health, liberty, or information that would lose its meaning (ST 6.1.5).
    #[serde(default)]
    pub urgent: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    Question,
    Enquiry,
    Complaint,
    Application,
    Proposal,
    Information,
}

/// Cavablandırma istiqaməti.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerDirection {
    Immediate,
    SheetAnswered,
    SheetForwarded,
    Redirected,
}
