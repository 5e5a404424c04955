//! `systems.incidents/v1`: when the service could not be used, for availability (xidmətin yararlılığı).

use crate::calls::Phase;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncidentEvent {
    pub incident_id: String,
    pub at: DateTime<Utc>,
    pub phase: Phase,
    /// e.g. `telephony`, `ivr`, `crm`, `network`.
    pub component: String,
    /// The lines that suffered.
    pub lines: Vec<String>,
    pub severity: Severity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nobody could be served.
    Outage,
    /// Served, but badly.
    Degraded,
}
