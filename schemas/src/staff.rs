//! `staff.sessions/v1`: when a representative was at work, and where.

use crate::calls::Location;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffEvent {
    pub session_id: String,
    pub at: DateTime<Utc>,
    pub representative: String,
    pub location: Location,
    pub kind: StaffStep,
    /// Lines served in the session.
    pub lines: Vec<String>,
    /// For pauses: `break`, `training`, `meeting`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffStep {
    Started,
    Paused,
    Resumed,
    Ended,
}
