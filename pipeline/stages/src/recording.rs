//! A call's audio while it arrives: which chunks are here, and whether the recording can be closed. No I/O.

use chrono::DateTime;
use meyar_broker::{Message, Place};
use meyar_schemas::{
    Invalid,
    audio::{AudioChunk, Gap, RecordingFlag},
};
use meyar_speech::assemble;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Reads a chunk's attributes from the headers of its message.
pub fn attributes(message: &Message) -> Result<AudioChunk, Invalid> {
    let text = |name: &str| {
        message
            .header(name)
            .ok_or_else(|| Invalid::new(name, "", "header is missing", "send it with every audio chunk"))
    };
    fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Invalid> {
        value
            .parse()
            .map_err(|_| Invalid::new(name, value, "is not a whole number in range", "send it as decimal digits"))
    }
    fn word<T: serde::de::DeserializeOwned>(name: &str, value: &str, known: &str) -> Result<T, Invalid> {
        serde_json::from_value(serde_json::Value::String(value.to_owned()))
            .map_err(|_| Invalid::new(name, value, "is not known", format!("use one of: {known}")))
    }
    let started = text("ce_startedat")?;
    let parties = text("ce_parties")?;
    let last = text("ce_lastchunk")?;
    let chunk = AudioChunk {
        call_id: text("ce_callid")?.to_owned(),
        sequence: number("ce_sequence", text("ce_sequence")?)?,
        codec: word("ce_codec", text("ce_codec")?, "alaw, mulaw, pcm_s16le, ogg_opus")?,
        rate_hz: number("ce_ratehz", text("ce_ratehz")?)?,
        channels: number("ce_channels", text("ce_channels")?)?,
        parties: parties
            .split(',')
            .map(|p| word("ce_parties", p.trim(), "representative, caller, mixed"))
            .collect::<Result<_, _>>()?,
        started_at: DateTime::parse_from_rfc3339(started)
            .map_err(|_| {
                Invalid::new(
                    "ce_startedat",
                    started,
                    "is not RFC 3339 with an offset",
                    "write it as 2026-01-14T09:30:00+04:00",
                )
            })?
            .to_utc(),
        last: last.parse().map_err(|_| {
            Invalid::new("ce_lastchunk", last, "is not true or false", "send true with the last chunk only")
        })?,
        bytes: message.value.len() as u64,
    };
    if chunk.parties.len() != usize::from(chunk.channels) {
        let why = format!("names {} parties for {} channels", chunk.parties.len(), chunk.channels);
        return Err(Invalid::new("ce_parties", parties, why, "name one party a channel, in channel order"));
    }
    Ok(chunk)
}

/// The headers that [`attributes`] reads.
pub fn headers(chunk: &AudioChunk) -> Vec<(String, String)> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let parties: Vec<&str> = chunk.parties.iter().map(|p| p.name()).collect();
    [
        ("ce_callid", chunk.call_id.clone()),
        ("ce_sequence", chunk.sequence.to_string()),
        ("ce_codec", word(serde_json::to_value(chunk.codec).unwrap_or_default())),
        ("ce_ratehz", chunk.rate_hz.to_string()),
        ("ce_channels", chunk.channels.to_string()),
        ("ce_parties", parties.join(",")),
        ("ce_startedat", chunk.started_at.to_rfc3339()),
        ("ce_lastchunk", chunk.last.to_string()),
    ]
    .map(|(k, v)| (k.to_owned(), v))
    .to_vec()
}

/// One call's chunks so far.
pub struct OpenCall {
    /// Attributes of the first chunk that came; the others must agree with them.
    pub form: AudioChunk,
    pub chunks: BTreeMap<u32, Vec<u8>>,
    pub last: Option<u32>,
    /// Every message that this recording stands on.
    pub places: Vec<Place>,
    pub touched: Instant,
    /// Time of the newest message in the broker, so that a repeat of the work tells the same times.
    pub told_ms: i64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    New,
    /// The same chunk again.
    Repeat,
}

impl OpenCall {
    pub fn new(form: AudioChunk, now: Instant) -> Self {
        Self { form, chunks: BTreeMap::new(), last: None, places: Vec::new(), touched: now, told_ms: 0 }
    }

    pub fn take(&mut self, chunk: &AudioChunk, bytes: Vec<u8>, now: Instant) -> Result<Taken, Invalid> {
        let agrees =
            (chunk.codec, chunk.rate_hz, chunk.channels) == (self.form.codec, self.form.rate_hz, self.form.channels);
        if !agrees {
            return Err(Invalid::new(
                "ce_codec",
                format!("{:?} {} Hz × {}", chunk.codec, chunk.rate_hz, chunk.channels),
                format!(
                    "differs from the call's earlier chunks ({:?} {} Hz × {})",
                    self.form.codec, self.form.rate_hz, self.form.channels
                ),
                "send one codec, rate and number of channels for the whole call",
            ));
        }
        match self.chunks.get(&chunk.sequence) {
            Some(known) if *known == bytes => return Ok(Taken::Repeat),
            Some(_) => {
                return Err(Invalid::new(
                    "ce_sequence",
                    chunk.sequence.to_string(),
                    "was sent before with other sound",
                    "number the chunks of a call from 0, each once",
                ));
            }
            None => {}
        }
        self.chunks.insert(chunk.sequence, bytes);
        if chunk.last {
            self.last = Some(chunk.sequence);
        }
        self.touched = now;
        Ok(Taken::New)
    }

    /// Time in which nothing could have been heard is no silence.
    pub fn excuse(&mut self, deaf: Duration) {
        self.touched += deaf;
    }

    pub fn gaps(&self) -> Vec<Gap> {
        assemble::gaps(self.chunks.keys().copied())
    }

    /// Whether the recording can be closed now, and what must be said of it. Pure.
    pub fn closes(&self, now: Instant, idle: Duration, gap_wait: Duration) -> Option<Vec<RecordingFlag>> {
        let quiet = now.saturating_duration_since(self.touched);
        let gap = !self.gaps().is_empty();
        match (self.last, gap) {
            (Some(_), false) => Some(Vec::new()),
            (Some(_), true) if quiet >= gap_wait => Some(vec![RecordingFlag::Gap]),
            (None, false) if quiet >= idle => Some(vec![RecordingFlag::Truncated]),
            (None, true) if quiet >= idle => Some(vec![RecordingFlag::Gap, RecordingFlag::Truncated]),
            _ => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::audio::{Codec, Party};

    fn chunk(sequence: u32, last: bool) -> AudioChunk {
        AudioChunk {
            call_id: "c".into(),
            sequence,
            codec: Codec::Mulaw,
            rate_hz: 8_000,
            channels: 2,
            parties: vec![Party::Representative, Party::Caller],
            started_at: "2026-01-14T05:30:00Z".parse().unwrap(),
            last,
            bytes: 1,
        }
    }

    fn call(sequences: &[(u32, bool)]) -> OpenCall {
        let now = Instant::now();
        let mut call = OpenCall::new(chunk(0, false), now);
        for (sequence, last) in sequences {
            call.take(&chunk(*sequence, *last), vec![*sequence as u8], now).unwrap();
        }
        call
    }

    const IDLE: Duration = Duration::from_secs(60);
    const WAIT: Duration = Duration::from_secs(5);

    #[test]
    fn chunks_in_any_order_close_the_recording_when_the_last_and_all_before_it_are_here() {
        let open = call(&[(2, true), (0, false)]);
        assert_eq!(open.closes(open.touched, IDLE, WAIT), None);
        assert_eq!(open.gaps(), [Gap { from: 1, to: 1 }]);
        let whole = call(&[(2, true), (0, false), (1, false)]);
        assert_eq!(whole.closes(whole.touched, IDLE, WAIT), Some(vec![]));
    }

    #[test]
    fn missing_chunks_and_a_missing_end_are_flagged_after_their_waits() {
        let gap = call(&[(0, false), (2, true)]);
        assert_eq!(gap.closes(gap.touched + WAIT, IDLE, WAIT), Some(vec![RecordingFlag::Gap]));
        let cut = call(&[(0, false), (1, false)]);
        assert_eq!(cut.closes(cut.touched + WAIT, IDLE, WAIT), None);
        assert_eq!(cut.closes(cut.touched + IDLE, IDLE, WAIT), Some(vec![RecordingFlag::Truncated]));
    }

    #[test]
    fn a_repeated_chunk_changes_nothing_and_a_contradicting_one_is_refused() {
        let mut open = call(&[(0, false)]);
        let now = Instant::now();
        assert_eq!(open.take(&chunk(0, false), vec![0], now).unwrap(), Taken::Repeat);
        assert_eq!(open.take(&chunk(0, false), vec![9], now).unwrap_err().field, "ce_sequence");
    }

    #[test]
    fn attributes_survive_their_headers() {
        let chunk = chunk(7, true);
        let message = Message {
            place: Place { topic: "t".into(), partition: 0, offset: 0 },
            subject: meyar_schemas::Subject::CallAudio,
            key: None,
            headers: headers(&chunk).into_iter().collect(),
            value: vec![0],
            timestamp_ms: None,
        };
        assert_eq!(attributes(&message).unwrap(), chunk);
    }
}
