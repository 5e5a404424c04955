//! Intake of events that people or other systems hand over as JSON Lines: judged line by line, bad lines kept.

use chrono::{DateTime, Utc};
use meyar_broker::{
    BrokerError, Headers, Message, Place, Publisher, deadletters,
    publisher::{Burst, Outgoing},
};
use meyar_schemas::{
    Envelope, Invalid, Subject,
    contract::{self, Refusal},
    deadletter::{DeadLetter, DeadLetterError},
    envelope::derived_id,
};
use serde_json::Value;
use std::{io::BufRead, sync::Arc};

/// A judged line: its attributes, its Kafka key and its data as bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    pub envelope: Envelope,
    pub key: String,
    pub data: Vec<u8>,
}

/// A line is either a CloudEvent in structured mode (`{"specversion":"1.0","id":…,"data":{…}}`) or the bare data,
/// whose id then comes from its content, so that publishing a file twice changes nothing (P1). Bare data names no version: it is told in the
/// newest one that it keeps to. What is sent is what was told; who reads it migrates it.
pub fn judge(subject: Subject, source: &str, line: &str) -> Result<Judged, Refusal> {
    let value: Value = serde_json::from_str(line).map_err(|e| Refusal {
        code: "unreadable",
        invalid: Invalid::new("line", line, format!("is not JSON ({e})"), "write one JSON object a line"),
    })?;
    let structured = value.get("specversion").is_some();
    let data = if structured { value.get("data").cloned().unwrap_or(Value::Null) } else { value.clone() };
    let bytes = data.to_string().into_bytes();
    let text = |field: &str| data.get(field).and_then(Value::as_str);
    let invalid = |invalid| Refusal { code: "invalid", invalid };
    let envelope = if structured {
        let get = |name: &str| {
            let name = name.strip_prefix("ce_").unwrap_or(name);
            value.get(name).and_then(Value::as_str)
        };
        let mut envelope = Envelope::from_headers(subject, get).map_err(invalid)?;
        if let Some(revision) = value.get("revision").and_then(Value::as_u64) {
            envelope.revision = u32::try_from(revision).unwrap_or(u32::MAX);
        }
        envelope
    } else {
        // A bad time is the contract's to refuse, with its own words.
        let time = text(subject.time_field())
            .and_then(|t| DateTime::parse_from_rfc3339(t).ok())
            .map_or(DateTime::UNIX_EPOCH, |t| t.with_timezone(&Utc));
        let id = derived_id(&[subject.name(), &data.to_string()]);
        Envelope::new(subject, source, id, time).of_version(subject, contract::version_of(subject, &data))
    };
    contract::read(subject, &envelope, &bytes)?;
    let key = text(subject.key_field()).unwrap_or(&envelope.id).to_owned();
    Ok(Judged { envelope, key, data: bytes })
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Published {
    pub lines: u64,
    pub sent: u64,
    /// Line number and what was wrong.
    pub refused: Vec<(u64, String)>,
}

/// The source of a file's events that name none.
pub fn source(file: &str) -> String {
    format!("meyar/publish/{file}")
}

/// Publishes JSON Lines. `progress` is called now and then with the number of lines read.
pub async fn lines(
    publisher: &Publisher,
    subject: Subject,
    name: &str,
    reader: impl BufRead,
    mut progress: impl FnMut(u64),
) -> Result<Published, PublishError> {
    let source = source(name);
    let mut result = Published::default();
    let mut burst = Burst::new(publisher);
    for line in reader.split(b'\n') {
        let line = line.map_err(|e| PublishError::File { name: name.into(), why: e.to_string() })?;
        result.lines += 1;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        match judge(subject, &source, text) {
            Ok(judged) => {
                burst.send(&Outgoing::event(subject, &judged.key, &judged.envelope, &judged.data)).await?;
                result.sent += 1;
            }
            Err(refusal) => {
                result.refused.push((result.lines, refusal.to_string()));
                let letter = letter("publish", subject.name(), name, result.lines, &line, &refusal);
                keep(publisher, &letter, &line).await?;
            }
        }
        if result.lines.is_multiple_of(1_000) {
            progress(result.lines);
        }
    }
    burst.finish().await?;
    progress(result.lines);
    Ok(result)
}

/// A dead letter for a line of a file. The same line of the same file with the same content is the same letter.
pub fn letter(stage: &str, topic: &str, file: &str, line: u64, bytes: &[u8], refusal: &Refusal) -> DeadLetter {
    let message = Message {
        place: Place { topic: Arc::from(topic), partition: -1, offset: i64::try_from(line).unwrap_or(i64::MAX) },
        subject: Subject::DeadLetters,
        key: None,
        headers: Headers::default(),
        value: Vec::new(),
        timestamp_ms: None,
    };
    let error = DeadLetterError::new(refusal.code, refusal.invalid.clone());
    let id = derived_id(&["deadletter", stage, file, &line.to_string(), &String::from_utf8_lossy(bytes)]);
    DeadLetter { id, file: Some(file.into()), ..deadletters::describe(stage, &message, error, Utc::now()) }
}

/// Lines that are larger than a message keep their beginning; the file itself has the rest.
pub async fn keep(publisher: &Publisher, letter: &DeadLetter, bytes: &[u8]) -> Result<(), BrokerError> {
    deadletters::bury(publisher, letter, bytes).await
}

#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("{name} cannot be read: {why}")]
    File { name: String, why: String },
    #[error(transparent)]
    Broker(#[from] BrokerError),
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const BARE: &str =
        r#"{"call_id":"c1","kind":"queued","queue":"q","at":"2026-01-14T09:30:00+04:00","line":"195-1-1"}"#;

    #[test]
    fn a_bare_line_has_the_same_id_every_time_and_its_own_time() {
        let one = judge(Subject::CallEvents, "t", BARE).unwrap();
        assert_eq!(one, judge(Subject::CallEvents, "t", BARE).unwrap());
        assert_eq!(one.key, "c1");
        assert_eq!(one.envelope.time.to_rfc3339(), "2026-01-14T05:30:00+00:00");
    }

    #[test]
    fn a_structured_line_keeps_its_attributes() {
        let line = format!(
            r#"{{"specversion":"1.0","id":"e1","source":"pbx","type":"t","time":"2026-01-14T09:30:00+04:00","revision":2,"data":{BARE}}}"#
        );
        let judged = judge(Subject::CallEvents, "t", &line).unwrap();
        assert_eq!(
            (judged.envelope.id.as_str(), judged.envelope.source.as_str(), judged.envelope.revision),
            ("e1", "pbx", 2)
        );
    }

    #[test]
    fn a_bare_line_is_of_the_newest_version_that_it_keeps_to_and_a_structured_one_that_names_none_is_of_the_first() {
        let told =
            r#"{"survey_id":"s1","kind":"declined","at":"2026-01-14T09:30:00+04:00","line":"195-1-1","channel":"sms"}"#;
        let newer = told.replace("{", r#"{"respondent":"caller","#);
        let of = |line: &str| judge(Subject::SurveyResponses, "t", line).map(|judged| judged.envelope.dataschema);
        assert_eq!(of(told).unwrap(), "meyar:surveys.responses/v1");
        assert_eq!(of(&newer).unwrap(), "meyar:surveys.responses/v2");
        let refusal = of(&newer.replace("caller", "nobody")).unwrap_err();
        assert_eq!((refusal.code, refusal.invalid.field.as_str()), ("invalid", "respondent"));
        let whole = |data: &str| {
            format!(
                r#"{{"specversion":"1.0","id":"1","source":"s","type":"t","time":"2026-01-14T05:30:00Z","data":{data}}}"#
            )
        };
        assert_eq!(of(&whole(told)).unwrap(), "meyar:surveys.responses/v1");
        assert_eq!(of(&whole(&newer)).unwrap_err().invalid.field, "respondent");
    }

    #[test]
    fn a_bad_line_is_refused_with_field_value_and_remedy() {
        let refusal = judge(Subject::CallEvents, "t", &BARE.replace("195-1-1", "195-1-9")).unwrap_err();
        assert_eq!(refusal.code, "invalid");
        assert_eq!(refusal.invalid.field, "line");
        assert_eq!(refusal.invalid.value, "195-1-9");
        assert_eq!(judge(Subject::CallEvents, "t", "{oops").unwrap_err().code, "unreadable");
    }
}
