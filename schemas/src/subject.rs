//! The subjects: each is one topic, one contract and one lake table.

use std::{fmt, str::FromStr};

/// A subject names a topic, a folder of contracts (`schemas/events/<name>/v1` and on) and, through [`Subject::table`], a lake table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    CallEvents,
    CallAudio,
    CallRecordings,
    CallTranscripts,
    CallEvaluations,
    SurveyResponses,
    Appeals,
    ApplicationSheets,
    SystemIncidents,
    StaffSessions,
    Assessments,
    Records,
    Access,
    Deletions,
    DeadLetters,
}

impl Subject {
    pub const ALL: [Subject; 15] = [
        Subject::CallEvents,
        Subject::CallAudio,
        Subject::CallRecordings,
        Subject::CallTranscripts,
        Subject::CallEvaluations,
        Subject::SurveyResponses,
        Subject::Appeals,
        Subject::ApplicationSheets,
        Subject::SystemIncidents,
        Subject::StaffSessions,
        Subject::Assessments,
        Subject::Records,
        Subject::Access,
        Subject::Deletions,
        Subject::DeadLetters,
    ];

    /// Topic name without the deployment's prefix; also the folder under `schemas/events`.
    pub const fn name(self) -> &'static str {
        match self {
            Subject::CallEvents => "calls.events",
            Subject::CallAudio => "calls.audio",
            Subject::CallRecordings => "calls.recordings",
            Subject::CallTranscripts => "calls.transcripts",
            Subject::CallEvaluations => "calls.evaluations",
            Subject::SurveyResponses => "surveys.responses",
            Subject::Appeals => "appeals.events",
            Subject::ApplicationSheets => "appeals.sheets",
            Subject::SystemIncidents => "systems.incidents",
            Subject::StaffSessions => "staff.sessions",
            Subject::Assessments => "qa.assessments",
            Subject::Records => "qa.records",
            Subject::Access => "qa.access",
            Subject::Deletions => "retention.deletions",
            Subject::DeadLetters => "deadletters",
        }
    }

    /// The lake table that its rows land in.
    pub const fn table(self) -> &'static str {
        match self {
            Subject::CallEvents => "call_events",
            Subject::CallAudio => "audio_chunks",
            Subject::CallRecordings => "recordings",
            Subject::CallTranscripts => "transcripts",
            Subject::CallEvaluations => "evaluations",
            Subject::SurveyResponses => "survey_responses",
            Subject::Appeals => "appeals",
            Subject::ApplicationSheets => "application_sheets",
            Subject::SystemIncidents => "incidents",
            Subject::StaffSessions => "staff_sessions",
            Subject::Assessments => "assessments",
            Subject::Records => "records",
            Subject::Access => "access_log",
            Subject::Deletions => "deletions",
            Subject::DeadLetters => "dead_letters",
        }
    }

    /// The newest version of the contract: what this build writes, and the shape in which every reader gets a message ([`crate::migrate`]).
    pub const fn version(self) -> u32 {
        match self {
            Subject::SurveyResponses | Subject::ApplicationSheets => 2,
            _ => 1,
        }
    }

    /// The subject whose rows land in a table.
    pub fn of_table(table: &str) -> Result<Self, crate::Invalid> {
        Subject::ALL.into_iter().find(|subject| subject.table() == table).ok_or_else(|| {
            let known = Subject::ALL.map(Subject::table).join(", ");
            crate::Invalid::new("table", table, "is not a table of the lake", format!("use one of: {known}"))
        })
    }

    /// The `ce_dataschema` of the version this build writes.
    pub fn dataschema(self) -> String {
        self.dataschema_of(self.version())
    }

    /// The `ce_dataschema` of one version.
    pub fn dataschema_of(self, version: u32) -> String {
        format!("meyar:{}/v{version}", self.name())
    }

    /// The `ce_type` of one version.
    pub fn event_type_of(self, version: u32) -> String {
        format!("meyar.{}.v{version}", self.name())
    }

    /// The JSON field that is the Kafka key (so that one call, sheet or session stays in order on one partition).
    pub const fn key_field(self) -> &'static str {
        match self {
            Subject::CallEvents
            | Subject::CallAudio
            | Subject::CallRecordings
            | Subject::CallTranscripts
            | Subject::CallEvaluations => "call_id",
            Subject::SurveyResponses => "survey_id",
            Subject::Appeals => "appeal_id",
            Subject::ApplicationSheets => "sheet_id",
            Subject::SystemIncidents => "incident_id",
            Subject::StaffSessions => "session_id",
            Subject::Assessments => "assessment_id",
            Subject::Records => "record_id",
            Subject::Access => "access_id",
            Subject::Deletions => "deletion_id",
            Subject::DeadLetters => "id",
        }
    }

    /// The JSON field whose time is the event's own time.
    pub const fn time_field(self) -> &'static str {
        match self {
            Subject::CallRecordings | Subject::CallAudio => "started_at",
            Subject::CallTranscripts | Subject::CallEvaluations => "created_at",
            _ => "at",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Subject {
    type Err = crate::Invalid;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Subject::ALL.into_iter().find(|x| x.name() == s).ok_or_else(|| {
            let known = Subject::ALL.map(Subject::name).join(", ");
            crate::Invalid::new("subject", s, "is not a subject of Meyar", format!("use one of: {known}"))
        })
    }
}
