//! Chunks back to a recording. A chunk that never came becomes silence, so that what was said after it keeps its time.

use crate::chunker;
use crate::decode::frames_to_ms;
use crate::errors::AudioError;
use crate::wav;
use meyar_schemas::audio::{Codec, Gap};
use std::collections::BTreeMap;

/// Silence is written for lost chunks up to this much in all; beyond it a sequence number is wrong, not lost.
const MOST_SILENCE_MS: u64 = 12 * 3600 * 1000;

/// And up to so many bytes: at the highest rates an hour of silence would fill the memory.
const MOST_SILENCE_BYTES: u64 = 256 << 20;

/// What the chunks of a call are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub codec: Codec,
    pub rate_hz: u32,
    pub channels: u8,
    /// What a chunk lasts; when unknown, the length that most of the chunks have.
    pub chunk_ms: Option<u32>,
}

/// A recording put together.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// A whole WAV or Ogg file.
    pub bytes: Vec<u8>,
    /// `wav` or `ogg`.
    pub extension: &'static str,
    pub duration_ms: u64,
    /// Chunks that were used: repeats are counted once.
    pub chunks: u32,
    /// Missing runs of sequence numbers, both ends included.
    pub gaps: Vec<Gap>,
    /// Silence written for them.
    pub filled_ms: u64,
}

/// Puts the chunks of a call together, in whatever order they came; of two with one number the first counts.
pub fn assemble(shape: Shape, chunks: &[(u32, &[u8])]) -> Result<Assembled, AudioError> {
    let mut ordered: BTreeMap<u32, &[u8]> = BTreeMap::new();
    for &(sequence, bytes) in chunks {
        ordered.entry(sequence).or_insert(bytes);
    }
    let gaps = gaps(ordered.keys().copied());
    let count = ordered.len() as u32;
    if shape.codec == Codec::OggOpus {
        let bytes: Vec<u8> = ordered.values().flat_map(|b| b.iter().copied()).collect();
        return Ok(Assembled {
            duration_ms: chunker::opus_duration_ms(&bytes)?,
            bytes,
            extension: "ogg",
            chunks: count,
            gaps,
            filled_ms: 0,
        });
    }
    wav::check_rate(shape.rate_hz)?;
    let frame = chunker::frame_bytes(shape.codec, shape.channels);
    let nominal = nominal_frames(&shape, &ordered, frame);
    let missing: u64 = gaps.iter().map(|g| u64::from(g.to - g.from) + 1).sum();
    let filled_ms = frames_to_ms(missing.saturating_mul(nominal as u64), shape.rate_hz);
    let filled_bytes = missing.saturating_mul(nominal as u64).saturating_mul(frame as u64);
    if filled_ms > MOST_SILENCE_MS || filled_bytes > MOST_SILENCE_BYTES {
        return Err(AudioError::field(
            "sequence",
            ordered.keys().next_back().copied().unwrap_or(0),
            "number the chunks of a call from 0 without gaps",
        ));
    }
    let silence: &[u8] = match shape.codec {
        Codec::Alaw => &[0xD5],
        Codec::Mulaw => &[0xFF],
        Codec::PcmS16le | Codec::OggOpus => &[0],
    };
    let mut data = Vec::new();
    let mut next = 0u32;
    for (&sequence, &bytes) in &ordered {
        let lost = (sequence - next) as usize;
        data.resize(data.len() + lost * nominal * frame, silence[0]);
        // Half a frame would swap the parties for the rest of the call.
        data.extend_from_slice(&bytes[..bytes.len() / frame * frame]);
        next = sequence.saturating_add(1);
    }
    let frames = (data.len() / frame) as u64;
    Ok(Assembled {
        bytes: wav::write(shape.codec, shape.rate_hz, shape.channels, &data)?,
        extension: "wav",
        duration_ms: frames_to_ms(frames, shape.rate_hz),
        chunks: count,
        gaps,
        filled_ms,
    })
}

/// Runs of numbers missing below the highest one seen, from 0.
pub fn gaps(sequences: impl Iterator<Item = u32>) -> Vec<Gap> {
    let mut next = 0u32;
    let mut out = Vec::new();
    for sequence in sequences {
        if sequence > next {
            out.push(Gap { from: next, to: sequence - 1 });
        }
        next = sequence.saturating_add(1);
    }
    out
}

fn nominal_frames(shape: &Shape, ordered: &BTreeMap<u32, &[u8]>, frame: usize) -> usize {
    if let Some(chunk_ms) = shape.chunk_ms {
        return (u64::from(shape.rate_hz) * u64::from(chunk_ms) / 1000) as usize;
    }
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    for bytes in ordered.values() {
        *lengths.entry(bytes.len() / frame).or_default() += 1;
    }
    lengths.into_iter().max_by_key(|&(length, times)| (times, length)).map_or(0, |(length, _)| length)
}
