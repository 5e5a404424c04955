//! `calls.transcripts/v1`: what was said, by whom and when.

use crate::{audio::Party, envelope::derived_id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    pub transcript_id: String,
    pub call_id: String,
    pub created_at: DateTime<Utc>,
    /// The recording it was made from; absent when text came without audio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_id: Option<String>,
    /// BCP 47: `az`, `en`, `ru`, `tr`; `und` when nothing was said.
    pub language: String,
    pub model: Model,
    pub duration_ms: u64,
    /// Mean of the segments' confidences weighted by their length; 0 when there is no segment.
    pub confidence: f64,
    pub segments: Vec<Segment>,
    pub flags: Vec<TranscriptFlag>,
}

impl Transcript {
    /// A recording has one transcript; another model makes a revision of it, not a second one.
    pub fn id_of(recording_id: &str) -> String {
        derived_id(&["transcript", recording_id])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// e.g. `whisper-base-q8_0`.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    pub party: Party,
    pub start_ms: u64,
    pub end_ms: u64,
    pub text: String,
    /// 0 … 1.
    pub confidence: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptFlag {
    /// No speech on any channel.
    Silent,
    /// No speech on the caller's channel.
    CallerSilent,
    /// No speech on the representative's channel.
    RepresentativeSilent,
    /// The recording had gaps or was cut.
    IncompleteAudio,
    /// Both parties on one channel.
    OneChannel,
}
