//! What could not be read or judged valid is kept with its bytes, place, error and remedy (P3).

use crate::{BrokerError, Message, Publisher, publisher::Outgoing};
use chrono::{DateTime, Datelike as _, Utc};
use meyar_schemas::{
    Envelope, Subject,
    deadletter::{DeadLetter, DeadLetterError, HEADER},
    envelope::derived_id,
};

/// Describes a refused message. Its id depends only on where it stood, so telling it twice is one dead letter (P1).
pub fn describe(stage: &str, message: &Message, error: DeadLetterError, at: DateTime<Utc>) -> DeadLetter {
    DeadLetter {
        id: derived_id(&[
            "deadletter",
            stage,
            &error.code,
            &message.place.topic,
            &message.place.partition.to_string(),
            &message.place.offset.to_string(),
        ]),
        at,
        stage: stage.into(),
        topic: message.place.topic.to_string(),
        partition: message.place.partition,
        offset: message.place.offset,
        file: None,
        key: message.key.as_ref().map(|k| String::from_utf8_lossy(k).into_owned()),
        headers: message.headers.to_pairs(),
        error,
    }
}

/// A dead letter must always fit a message, whatever it is about: a value or headers beyond this keep their beginning.
pub const MOST_BYTES: usize = 900_000;
const MOST_NOTE_BYTES: usize = 40_000;

/// Publishes a dead letter, and tells of it: the value is the original's, byte for byte, up to what a message can carry beside the note.
pub async fn bury(publisher: &Publisher, letter: &DeadLetter, bytes: &[u8]) -> Result<(), BrokerError> {
    // Of a file's lines, the command that reads it tells.
    if letter.file.is_none() {
        tell(letter, 0);
    }
    bury_untold(publisher, letter, bytes).await
}

/// One line for people, however many more of its kind came with it: a sender that has gone wrong must not fill the log.
pub fn tell(letter: &DeadLetter, more: usize) {
    tracing::warn!(
        stage = letter.stage,
        topic = letter.topic,
        partition = letter.partition,
        offset = letter.offset,
        field = letter.error.field,
        problem = letter.error.problem,
        remedy = letter.error.remedy,
        more,
        "message refused and kept as a dead letter"
    );
}

/// For who has told of it already.
pub async fn bury_untold(publisher: &Publisher, letter: &DeadLetter, bytes: &[u8]) -> Result<(), BrokerError> {
    let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
    let envelope = Envelope::new(Subject::DeadLetters, &format!("meyar/{}", letter.stage), &letter.id, letter.at);
    let mut headers = envelope.to_headers("application/octet-stream");
    let written = |letter: &DeadLetter| serde_json::to_string(letter).map_err(|e| BrokerError::Embedded(e.to_string()));
    let mut note = written(letter)?;
    if note.len() > MOST_NOTE_BYTES {
        note = written(&DeadLetter { headers: Vec::new(), key: None, ..letter.clone() })?;
    }
    headers.push((HEADER.into(), note));
    metrics::counter!("meyar_dead_letters_total", "topic" => letter.topic.clone(), "error" => letter.error.code.clone())
        .increment(1);
    publisher.send(&Outgoing { subject: Subject::DeadLetters, key: &letter.id, headers, value: bytes }).await
}

/// Reads a dead letter's note back from its message; a damaged one is none.
pub fn read(message: &Message) -> Option<DeadLetter> {
    let letter: DeadLetter = serde_json::from_str(message.header(HEADER)?).ok()?;
    // The contract's years; far outside of them no local time can be told.
    (1970..=2099).contains(&letter.at.year()).then_some(letter)
}
