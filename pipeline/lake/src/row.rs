//! An event on its way into the lake, and where it came from.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use meyar_schemas::{Envelope, Subject, deadletter::DeadLetterError};
use serde_json::Value;
use std::sync::Arc;

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub topic: Arc<str>,
    /// -1 when it did not come through a broker.
    pub partition: i32,
    pub offset: i64,
}

/// One accepted message.
#[derive(Debug, Clone)]
pub struct Row {
    pub envelope: Envelope,
    /// The JSON data in the newest version of its contract; for audio chunks and dead letters the record that travels in headers.
    pub data: Value,
    /// The message's value where it is not the JSON itself: the sound of a chunk (counted in the content, not stored), the bytes of a
    /// dead letter (stored).
    pub payload: Option<Bytes>,
    pub place: Place,
}

impl Row {
    /// The event's own time: the contract's time field, else the envelope's.
    pub fn time(&self, subject: Subject) -> DateTime<Utc> {
        self.data
            .get(subject.time_field())
            .and_then(Value::as_str)
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map_or(self.envelope.time, |t| t.with_timezone(&Utc))
    }
}

/// A row that cannot land: it belongs into the dead letters (P3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Index into the batch.
    pub index: usize,
    pub error: DeadLetterError,
}
