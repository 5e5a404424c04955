//! Cuts a recording into the pieces that travel on `calls.audio`: about a second each, never so large that a broker
//! refuses them, the samples as they are in the file.

use crate::decode::{self, Audio};
use crate::errors::AudioError;
use crate::ogg::{self, OPUS_CLOCK_HZ};
use crate::wav::{self, SampleFormat};
use meyar_schemas::audio::Codec;

/// A message with its headers must stay under the 1 MiB that brokers take by default.
pub const MAX_CHUNK_BYTES: usize = 900 * 1024;

/// A recording in pieces, ready to publish in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunks {
    pub codec: Codec,
    pub rate_hz: u32,
    pub channels: u8,
    pub duration_ms: u64,
    /// What a full piece of raw frames lasts; Opus pieces end on page borders and differ.
    pub chunk_ms: u32,
    pub pieces: Vec<Vec<u8>>,
}

/// Cuts a WAV or Ogg Opus file into pieces of about `chunk_ms`. WAV samples that have no codec of their own on the wire
/// (8, 24, 32 bits) become 16-bit PCM.
pub fn split(bytes: &[u8], chunk_ms: u32) -> Result<Chunks, AudioError> {
    if !(20..=60_000).contains(&chunk_ms) {
        return Err(AudioError::field("chunk length", format!("{chunk_ms} ms"), "give between 20 and 60000 ms"));
    }
    if ogg::is_ogg(bytes) {
        return split_opus(bytes, chunk_ms);
    }
    if !wav::is_wav(bytes) {
        // For the error that names what was found.
        decode::bytes(bytes)?;
    }
    let wav = wav::parse(bytes)?;
    let (codec, data) = match wav.format {
        SampleFormat::Alaw => (Codec::Alaw, wav.data.to_vec()),
        SampleFormat::Mulaw => (Codec::Mulaw, wav.data.to_vec()),
        SampleFormat::PcmS16 => (Codec::PcmS16le, wav.data.to_vec()),
        _ => {
            let audio: Audio = decode::bytes(bytes)?;
            (Codec::PcmS16le, decode::encode(&audio, Codec::PcmS16le)?)
        }
    };
    let frame = frame_bytes(codec, wav.channels);
    let frames_wanted = (u64::from(wav.rate_hz) * u64::from(chunk_ms) / 1000).max(1) as usize;
    let frames_per_chunk = frames_wanted.min(MAX_CHUNK_BYTES / frame);
    Ok(Chunks {
        codec,
        rate_hz: wav.rate_hz,
        channels: wav.channels,
        duration_ms: decode::frames_to_ms((data.len() / frame) as u64, wav.rate_hz),
        chunk_ms: decode::frames_to_ms(frames_per_chunk as u64, wav.rate_hz) as u32,
        pieces: data.chunks(frames_per_chunk * frame).map(<[u8]>::to_vec).collect(),
    })
}

/// Bytes of one sample of every channel; 1 for Opus, which has no frames.
pub(crate) fn frame_bytes(codec: Codec, channels: u8) -> usize {
    let sample = match codec {
        Codec::PcmS16le => 2,
        Codec::Alaw | Codec::Mulaw | Codec::OggOpus => 1,
    };
    match codec {
        Codec::OggOpus => 1,
        _ => sample * usize::from(channels.max(1)),
    }
}

/// Pages are kept whole; the header pages travel with the first sound.
fn split_opus(bytes: &[u8], chunk_ms: u32) -> Result<Chunks, AudioError> {
    let head = ogg::opus(bytes)?.head;
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    let mut piece: Vec<u8> = Vec::new();
    let mut begun: Option<u64> = None;
    for page in ogg::pages(bytes) {
        if piece.len() + page.bytes.len() > MAX_CHUNK_BYTES {
            pieces.push(std::mem::take(&mut piece));
        }
        piece.extend_from_slice(page.bytes);
        let Some(granule) = page.granule.filter(|&g| g > 0) else {
            continue;
        };
        let length_ms = opus_ms(granule.saturating_sub(begun.unwrap_or(0)));
        if length_ms >= u64::from(chunk_ms) {
            begun = Some(granule);
            pieces.push(std::mem::take(&mut piece));
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    Ok(Chunks {
        codec: Codec::OggOpus,
        rate_hz: OPUS_CLOCK_HZ as u32,
        channels: head.channels,
        duration_ms: opus_duration_ms(bytes)?,
        chunk_ms,
        pieces,
    })
}

/// How long an Ogg Opus file lasts, by its granule positions: nothing is decoded.
pub(crate) fn opus_duration_ms(bytes: &[u8]) -> Result<u64, AudioError> {
    let file = ogg::opus(bytes)?;
    let granules = || file.pages.iter().filter_map(|p| p.granule.map(|g| (g, p)));
    let begin = granules().next().map_or(0, |(granule, page)| {
        let length: u64 = page.packets.iter().map(|p| ogg::packet_samples(p)).sum();
        granule.saturating_sub(length)
    });
    let end = granules().map(|(g, _)| g).max().unwrap_or(0);
    Ok(opus_ms(end.saturating_sub(begin).saturating_sub(u64::from(file.head.pre_skip))))
}

/// Divided only: a granule position of a damaged file may be as large as a number can be.
const fn opus_ms(samples: u64) -> u64 {
    samples / (OPUS_CLOCK_HZ / 1000)
}
