//! What the year tells: an event of any subject in its envelope.

use chrono::{DateTime, Utc};
use meyar_schemas::{
    Envelope, Subject, appeals::Appeal, calls::CallEvent, sheets::SheetEvent, staff::StaffEvent, surveys::SurveyEvent,
    systems::IncidentEvent,
};
use serde::Serialize;

/// An event and the envelope that it travels in.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub envelope: Envelope,
    pub fact: Fact,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    Call(CallEvent),
    Appeal(Appeal),
    Sheet(SheetEvent),
    Survey(SurveyEvent),
    Staff(StaffEvent),
    Incident(IncidentEvent),
}

impl Fact {
    pub fn subject(&self) -> Subject {
        match self {
            Fact::Call(_) => Subject::CallEvents,
            Fact::Appeal(_) => Subject::Appeals,
            Fact::Sheet(_) => Subject::ApplicationSheets,
            Fact::Survey(_) => Subject::SurveyResponses,
            Fact::Staff(_) => Subject::StaffSessions,
            Fact::Incident(_) => Subject::SystemIncidents,
        }
    }

    /// The Kafka key.
    pub fn key(&self) -> &str {
        match self {
            Fact::Call(event) => &event.call_id,
            Fact::Appeal(event) => &event.appeal_id,
            Fact::Sheet(event) => &event.sheet_id,
            Fact::Survey(event) => &event.survey_id,
            Fact::Staff(event) => &event.session_id,
            Fact::Incident(event) => &event.incident_id,
        }
    }

    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Fact::Call(event) => event.at,
            Fact::Appeal(event) => event.at,
            Fact::Sheet(event) => event.at,
            Fact::Survey(event) => event.at,
            Fact::Staff(event) => event.at,
            Fact::Incident(event) => event.at,
        }
    }
}

/// Puts facts into envelopes of one source.
#[derive(Debug, Clone)]
pub struct Teller(Vec<(Subject, Envelope)>);

impl Teller {
    pub fn new(source: &str) -> Self {
        let of = |subject| (subject, Envelope::new(subject, source, "", DateTime::UNIX_EPOCH));
        Self(Subject::ALL.into_iter().map(of).collect())
    }

    /// The id is the thing's own, with what sets this step of it apart.
    pub fn tell(&self, fact: Fact, step: &str) -> Told {
        let subject = fact.subject();
        let key = fact.key();
        let mut id = String::with_capacity(key.len() + step.len());
        id.push_str(key);
        id.push_str(step);
        let blank = self.0.iter().find(|(of, _)| *of == subject).map(|(_, envelope)| envelope);
        let envelope = match blank {
            // Copies what Envelope::new would format anew for each of millions.
            Some(blank) => Envelope {
                id,
                source: blank.source.clone(),
                event_type: blank.event_type.clone(),
                time: fact.at(),
                dataschema: blank.dataschema.clone(),
                revision: 0,
            },
            None => Envelope::new(subject, "", id, fact.at()),
        };
        Told { envelope, fact }
    }
}
