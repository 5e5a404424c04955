//! `calls.audio/v1` (chunks and references) and `calls.recordings/v1` (what the recorder made of them).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Who speaks on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Representative,
    Caller,
    /// One channel carries both.
    Mixed,
}

impl Party {
    pub const fn name(self) -> &'static str {
        match self {
            Party::Representative => "representative",
            Party::Caller => "caller",
            Party::Mixed => "mixed",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// G.711 A-law, one byte a sample, channels interleaved.
    Alaw,
    /// G.711 µ-law, one byte a sample, channels interleaved.
    Mulaw,
    /// 16-bit little-endian PCM, channels interleaved.
    PcmS16le,
    /// Ogg pages with Opus: the chunks joined in order are one Ogg file.
    OggOpus,
}

/// The attributes of one binary chunk; they travel as CloudEvents headers, the audio is the message value.
/// The row of an audio message in the lake is this, without the sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioChunk {
    pub call_id: String,
    /// From 0, without gaps.
    pub sequence: u32,
    pub codec: Codec,
    pub rate_hz: u32,
    pub channels: u8,
    /// One party a channel, in channel order.
    pub parties: Vec<Party>,
    pub started_at: DateTime<Utc>,
    /// The last chunk of the call: the recorder may close the recording.
    pub last: bool,
    pub bytes: u64,
}

/// Audio by reference: the exchange wrote a file and tells where it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioReference {
    pub call_id: String,
    pub uri: String,
    pub sha256: String,
    pub parties: Vec<Party>,
    pub started_at: DateTime<Utc>,
}

/// `calls.recordings/v1`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    pub recording_id: String,
    pub call_id: String,
    /// Path inside the recordings store, e.g. `2026/01/14/<call>-<sha>.wav`.
    pub path: String,
    pub sha256: String,
    pub codec: Codec,
    pub rate_hz: u32,
    pub channels: u8,
    pub parties: Vec<Party>,
    pub started_at: DateTime<Utc>,
    pub duration_ms: u64,
    pub chunks: u32,
    /// Missing runs of sequence numbers, both ends included.
    pub gaps: Vec<Gap>,
    pub flags: Vec<RecordingFlag>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub from: u32,
    pub to: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordingFlag {
    /// Chunks are missing in the middle.
    Gap,
    /// The last chunk never came; closed after the idle limit.
    Truncated,
    /// Shorter than a conversation can be.
    Short,
}
