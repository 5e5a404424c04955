//! What the lander has read and not yet landed, judged and laid out share by share on other threads while more is read.

use crate::lander::STAGE;
use anyhow::Result;
use bytes::Bytes;
use chrono::{DateTime, Datelike as _};
use meyar_broker::{Message, deadletters};
use meyar_lake::{Laid, LakeError, Row, lay_out};
use meyar_schemas::{
    Envelope, Invalid, Subject,
    contract::{self, Refusal},
    deadletter::DeadLetterError,
};
use serde_json::Value;
use std::{collections::BTreeMap, time::Instant};
use tokio::task::JoinHandle;

/// Messages that are judged in one go.
const SHARE: usize = 2_000;

/// Messages that are not landed yet, in the order in which they came.
#[derive(Default)]
pub struct Batch {
    pub waiting: BTreeMap<Subject, Pile>,
    pub count: usize,
    pub bytes: usize,
    pub since: Option<Instant>,
}

impl Batch {
    pub fn take(&mut self, message: Message) {
        self.since.get_or_insert_with(Instant::now);
        self.count += 1;
        self.bytes += message.value.len();
        self.waiting.entry(message.subject).or_default().push(message);
    }
}

/// Messages in their order, and what became of them.
pub struct Share {
    pub messages: Vec<Message>,
    /// Which of them were refused, and why.
    pub refused: Vec<(usize, Refusal)>,
    /// Which of them were laid out, in the order of the rows.
    pub accepted: Vec<usize>,
    pub laid: Laid,
}

/// One table's part of a batch: judged share by share as it comes in.
#[derive(Default)]
pub struct Pile {
    fresh: Vec<Message>,
    judged: Vec<JoinHandle<Result<Share, LakeError>>>,
}

impl Pile {
    fn push(&mut self, message: Message) {
        let subject = message.subject;
        self.fresh.push(message);
        if self.fresh.len() >= SHARE {
            self.judge(subject);
        }
    }

    fn judge(&mut self, subject: Subject) {
        let messages = std::mem::take(&mut self.fresh);
        self.judged.push(tokio::task::spawn_blocking(move || share(subject, messages)));
    }

    pub async fn finish(mut self, subject: Subject) -> Result<Vec<Share>> {
        if !self.fresh.is_empty() {
            self.judge(subject);
        }
        let mut shares = Vec::with_capacity(self.judged.len());
        for task in self.judged {
            shares.push(task.await??);
        }
        Ok(shares)
    }
}

/// Judges messages and lays those that are valid out as columns. Pure.
fn share(subject: Subject, messages: Vec<Message>) -> Result<Share, LakeError> {
    let mut rows = Vec::with_capacity(messages.len());
    let (mut accepted, mut refused) = (Vec::with_capacity(messages.len()), Vec::new());
    for (at, message) in messages.iter().enumerate() {
        match read(message) {
            Ok(row) => {
                rows.push(row);
                accepted.push(at);
            }
            Err(refusal) => refused.push((at, refusal)),
        }
    }
    Ok(Share { laid: lay_out(subject, &rows)?, messages, refused, accepted })
}

/// Judges one message by its contract. Pure.
pub fn read(message: &Message) -> Result<Row, Refusal> {
    let place = meyar_lake::Place {
        topic: message.place.topic.clone(),
        partition: message.place.partition,
        offset: message.place.offset,
    };
    if message.subject == Subject::DeadLetters {
        return Ok(dead_letter(message, place));
    }
    let envelope = message.envelope().map_err(|invalid| Refusal { code: "invalid", invalid })?;
    let (data, payload) = match (message.subject, message.header("ce_sequence")) {
        (Subject::CallAudio, Some(_)) => {
            let attributes =
                crate::recording::attributes(message).map_err(|invalid| Refusal { code: "invalid", invalid })?;
            let text = serde_json::to_vec(&attributes).unwrap_or_default();
            let data = contract::read(message.subject, &envelope, &text)?;
            (data, Some(Bytes::copy_from_slice(&message.value)))
        }
        _ => (contract::read(message.subject, &envelope, &message.value)?, None),
    };
    Ok(Row { envelope, data, payload, place })
}

/// A dead letter always lands, even one whose note was damaged: it is the last place there is.
fn dead_letter(message: &Message, place: meyar_lake::Place) -> Row {
    let letter = deadletters::read(message).unwrap_or_else(|| {
        let invalid = Invalid::new(
            meyar_schemas::deadletter::HEADER,
            "",
            "header is missing or damaged",
            "look at the bytes; they were kept",
        );
        // A producer may set any time; the lake holds those of the contracts.
        let told = message.timestamp_ms.and_then(DateTime::from_timestamp_millis);
        let at = told.filter(|at| (1970..=2099).contains(&at.year())).unwrap_or(DateTime::UNIX_EPOCH);
        deadletters::describe(STAGE, message, DeadLetterError::new("unreadable", invalid), at)
    });
    let envelope = message
        .envelope()
        .unwrap_or_else(|_| Envelope::new(Subject::DeadLetters, "meyar/lander", &letter.id, letter.at));
    let data = serde_json::to_value(&letter).unwrap_or(Value::Null);
    Row { envelope, data, payload: Some(Bytes::copy_from_slice(&message.value)), place }
}
