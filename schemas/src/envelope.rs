//! CloudEvents 1.0 in Kafka's binary mode: the attributes are `ce_*` headers, the data is the message value.

use crate::{Invalid, Subject};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The attributes that every message carries. `(source, id, revision)` is its identity (P1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    pub id: String,
    pub source: String,
    /// e.g. `meyar.calls.events.v1`.
    #[serde(rename = "type")]
    pub event_type: String,
    pub time: DateTime<Utc>,
    pub dataschema: String,
    /// 0 for the first telling; a correction carries the same id and a higher revision.
    #[serde(default)]
    pub revision: u32,
}

/// Namespace of the ids that are derived from content.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d65_7961_725f_6964_8000_0000_0000_0001);

/// The same parts give the same id, so that work done twice after a crash is recognised (P1).
pub fn derived_id(parts: &[&str]) -> String {
    Uuid::new_v5(&NAMESPACE, parts.join("\u{1f}").as_bytes()).to_string()
}

impl Envelope {
    pub fn new(subject: Subject, source: &str, id: impl Into<String>, time: DateTime<Utc>) -> Self {
        Self {
            id: id.into(),
            source: source.into(),
            event_type: subject.event_type_of(subject.version()),
            time,
            dataschema: subject.dataschema(),
            revision: 0,
        }
    }

    /// The same for data that is told in another version of its subject's contract.
    #[must_use]
    pub fn of_version(self, subject: Subject, version: u32) -> Self {
        Self { event_type: subject.event_type_of(version), dataschema: subject.dataschema_of(version), ..self }
    }

    pub fn to_headers(&self, content_type: &str) -> Vec<(String, String)> {
        [
            ("ce_specversion", "1.0".to_owned()),
            ("ce_id", self.id.clone()),
            ("ce_source", self.source.clone()),
            ("ce_type", self.event_type.clone()),
            ("ce_time", self.time.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            ("ce_dataschema", self.dataschema.clone()),
            ("ce_revision", self.revision.to_string()),
            ("content-type", content_type.to_owned()),
        ]
        .map(|(k, v)| (k.to_owned(), v))
        .to_vec()
    }

    /// Reads the attributes; `get` looks a header up by name.
    pub fn from_headers<'a>(subject: Subject, get: impl Fn(&str) -> Option<&'a str>) -> Result<Self, Invalid> {
        let need = |name: &str| {
            get(name).ok_or_else(|| {
                Invalid::new(name, "", "header is missing", "send CloudEvents 1.0 headers in Kafka's binary mode")
            })
        };
        let version = need("ce_specversion")?;
        if version != "1.0" {
            return Err(Invalid::new("ce_specversion", version, "is not a known version", "send `1.0`"));
        }
        let id = need("ce_id")?;
        if id.is_empty() || id.len() > 200 {
            return Err(Invalid::new("ce_id", id, "must have 1 to 200 characters", "send the event's own stable id"));
        }
        let time = need("ce_time")?;
        let revision = get("ce_revision").unwrap_or("0");
        Ok(Self {
            id: id.to_owned(),
            source: need("ce_source")?.to_owned(),
            event_type: need("ce_type")?.to_owned(),
            time: DateTime::parse_from_rfc3339(time)
                .map_err(|_| {
                    Invalid::new(
                        "ce_time",
                        time,
                        "is not RFC 3339 with an offset",
                        "write it as 2026-01-14T09:30:00+04:00",
                    )
                })?
                .with_timezone(&Utc),
            // Whoever names no version began when there was one: it stays that one.
            dataschema: get("ce_dataschema").map_or_else(|| subject.dataschema_of(1), str::to_owned),
            revision: revision.parse().map_err(|_| {
                Invalid::new(
                    "ce_revision",
                    revision,
                    "is not a whole number from 0",
                    "send 0, or a higher number for a correction",
                )
            })?,
        })
    }
}
