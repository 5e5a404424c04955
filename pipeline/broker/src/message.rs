//! A message taken off a topic, owned, with its place.

use crate::feed::Place;
use meyar_schemas::{Envelope, Invalid, Subject};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use std::sync::Arc;

/// Names and values in one piece of text: a message has a dozen, and an allocation for each was most of the poll thread's work.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    text: String,
    /// Where each name and each value ends.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// Bytes that are not UTF-8 are replaced.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(&String::from_utf8_lossy(value));
        self.ends.push((name_end, self.text.len()));
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(_, end)| *end));
        starts.zip(&self.ends).map(|(start, (name, value))| (&self.text[start..*name], &self.text[*name..*value]))
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn to_pairs(&self) -> Vec<(String, String)> {
        self.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut headers = Self::default();
        pairs.into_iter().for_each(|(name, value)| headers.push(name.as_ref(), value.as_ref().as_bytes()));
        headers
    }
}

#[derive(Debug, Clone)]
pub struct Message {
    pub place: Place,
    pub subject: Subject,
    pub key: Option<Vec<u8>>,
    pub headers: Headers,
    pub value: Vec<u8>,
    /// Broker or producer time, when the broker tells it.
    pub timestamp_ms: Option<i64>,
}

impl Message {
    pub fn from_kafka(subject: Subject, topic: &Arc<str>, message: &BorrowedMessage<'_>) -> Self {
        let mut headers = Headers::default();
        if let Some(found) = message.headers() {
            headers = Headers { text: String::with_capacity(384), ends: Vec::with_capacity(found.count()) };
            found.iter().for_each(|header| headers.push(header.key, header.value.unwrap_or_default()));
        }
        Self {
            place: Place { topic: topic.clone(), partition: message.partition(), offset: message.offset() },
            subject,
            key: message.key().map(<[u8]>::to_vec),
            headers,
            value: message.payload().unwrap_or_default().to_vec(),
            timestamp_ms: message.timestamp().to_millis(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)
    }

    pub fn envelope(&self) -> Result<Envelope, Invalid> {
        Envelope::from_headers(self.subject, |name| self.header(name))
    }

    /// Tells one message from another at the same offset: a recreated topic is known by it (P7).
    /// FNV-1a over key, id and value, kept to 63 bits so that the lake can hold it as a version.
    pub fn fingerprint(&self) -> i64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let id = self.header("ce_id").unwrap_or_default().as_bytes();
        for byte in self.key.iter().flatten().chain(id).chain(&self.value) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        (hash >> 1) as i64
    }
}
