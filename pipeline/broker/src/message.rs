//! A message taken off a topic, owned, with its place.

use crate::feed::Place;
use meyar_schemas::{Envelope, Invalid, Subject};
use rdkafka::message::{BorrowedMessage, Headers, Message as _};

#[derive(Debug, Clone)]
pub struct Message {
    pub place: Place,
    pub subject: Subject,
    pub key: Option<Vec<u8>>,
    pub headers: Vec<(String, String)>,
    pub value: Vec<u8>,
    /// Broker or producer time, when the broker tells it.
    pub timestamp_ms: Option<i64>,
}

impl Message {
    pub fn from_kafka(subject: Subject, message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map_or_else(Vec::new, |headers| {
            headers
                .iter()
                .map(|h| (h.key.to_owned(), String::from_utf8_lossy(h.value.unwrap_or_default()).into_owned()))
                .collect()
        });
        Self {
            place: Place { topic: message.topic().into(), partition: message.partition(), offset: message.offset() },
            subject,
            key: message.key().map(<[u8]>::to_vec),
            headers,
            value: message.payload().unwrap_or_default().to_vec(),
            timestamp_ms: message.timestamp().to_millis(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
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
