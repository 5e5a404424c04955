//! Contracts and their examples as they lie in the repository, version by version.
#![allow(dead_code, clippy::unwrap_used)]

use chrono::Utc;
use meyar_schemas::{
    Envelope, Subject, access::Access, appeals::Appeal, assessments::Assessment, audio, calls::CallEvent, contract,
    deadletter::DeadLetter, deletions::Deletion, evaluations::Evaluation, records::Record, sheets::SheetEvent,
    staff::StaffEvent, surveys::SurveyEvent, systems::IncidentEvent, transcripts::Transcript,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{fmt, fs, path::PathBuf};

/// One version of one subject's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub subject: Subject,
    pub number: u32,
}

/// Every version that was ever released, the oldest of each subject first.
pub fn versions() -> Vec<Version> {
    let of = |subject: Subject| (1..=subject.version()).map(move |number| Version { subject, number });
    Subject::ALL.into_iter().flat_map(of).collect()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/v{}", self.subject, self.number)
    }
}

impl Version {
    pub fn is_newest(self) -> bool {
        self.number == self.subject.version()
    }

    pub fn dataschema(self) -> String {
        self.subject.dataschema_of(self.number)
    }

    pub fn folder(self) -> PathBuf {
        let events = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("events");
        events.join(self.subject.name()).join(format!("v{}", self.number))
    }

    pub fn schema(self) -> Value {
        let path = self.folder().join("schema.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str(&text).unwrap()
    }

    /// File name and content of the examples, in order.
    pub fn examples(self, which: &str) -> Vec<(String, Value)> {
        let mut found: Vec<_> = fs::read_dir(self.folder().join("examples").join(which))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.display().to_string(), serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }

    /// Reads it as a message of this version: what comes out is of the newest one.
    pub fn read(self, data: &Value) -> Result<Value, contract::Refusal> {
        let envelope = Envelope::new(self.subject, "test", "1", Utc::now()).of_version(self.subject, self.number);
        contract::read(self.subject, &envelope, data.to_string().as_bytes())
    }
}

fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<T>(value.clone())?)
}

/// Into the Rust type and back.
pub fn through_rust(subject: Subject, value: &Value) -> Result<Value, serde_json::Error> {
    match subject {
        Subject::CallEvents => through::<CallEvent>(value),
        Subject::CallAudio if value.get("uri").is_some() => through::<audio::AudioReference>(value),
        Subject::CallAudio => through::<audio::AudioChunk>(value),
        Subject::CallRecordings => through::<audio::Recording>(value),
        Subject::CallTranscripts => through::<Transcript>(value),
        Subject::CallEvaluations => through::<Evaluation>(value),
        Subject::SurveyResponses => through::<SurveyEvent>(value),
        Subject::Appeals => through::<Appeal>(value),
        Subject::ApplicationSheets => through::<SheetEvent>(value),
        Subject::SystemIncidents => through::<IncidentEvent>(value),
        Subject::StaffSessions => through::<StaffEvent>(value),
        Subject::Assessments => through::<Assessment>(value),
        Subject::Records => through::<Record>(value),
        Subject::Access => through::<Access>(value),
        Subject::Deletions => through::<Deletion>(value),
        Subject::DeadLetters => through::<DeadLetter>(value),
    }
}

/// Calls `visit` for every property that the schema describes, at any depth.
pub fn properties(node: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match node {
        Value::Object(fields) => {
            for (key, child) in fields {
                if key == "properties" {
                    child.as_object().unwrap().iter().for_each(|(name, property)| visit(name, property));
                }
                if key != "examples" {
                    properties(child, visit);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, visit)),
        _ => {}
    }
}
