//! WAV: read what exchanges write (G.711, PCM, extensible headers, stray chunks, files cut short) and write what the
//! recorder keeps. Samples are not touched here; `decode` turns them into numbers.

use crate::errors::AudioError;
use meyar_schemas::audio::Codec;

/// How the samples of a WAV file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    PcmU8,
    PcmS16,
    PcmS24,
    PcmS32,
    Float32,
    Alaw,
    Mulaw,
}

impl SampleFormat {
    pub const fn bytes_per_sample(self) -> usize {
        match self {
            Self::PcmU8 | Self::Alaw | Self::Mulaw => 1,
            Self::PcmS16 => 2,
            Self::PcmS24 => 3,
            Self::PcmS32 | Self::Float32 => 4,
        }
    }
}

/// A WAV file, its samples still as they stand in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wav<'a> {
    pub format: SampleFormat,
    pub rate_hz: u32,
    pub channels: u8,
    /// Whole frames only.
    pub data: &'a [u8],
    /// The header promised more than the file holds: the writer was cut off.
    pub truncated: bool,
}

const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_ALAW: u16 = 6;
const TAG_MULAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

pub fn is_wav(bytes: &[u8]) -> bool {
    bytes.len() >= 12 && &bytes[..4] == b"RIFF" && &bytes[8..12] == b"WAVE"
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Reads the header and finds the samples. A data chunk whose length was never filled in (0 or all ones, as streaming
/// writers leave it) or that is longer than the file ends where the file ends.
pub fn parse(bytes: &[u8]) -> Result<Wav<'_>, AudioError> {
    if !is_wav(bytes) {
        return Err(AudioError::Container { found: "no RIFF/WAVE header".into() });
    }
    let mut format = None;
    let mut at = 12;
    while let (Some(name), Some(size)) = (bytes.get(at..at + 4), u32_at(bytes, at + 4)) {
        let body = at + 8;
        let size = size as usize;
        if name == b"fmt " {
            format = Some(parse_format(&bytes[body..bytes.len().min(body + size)])?);
        } else if name == b"data" {
            let (format, rate_hz, channels) =
                format.ok_or_else(|| AudioError::field("WAV fmt chunk", "missing", "export the recording again"))?;
            let there = bytes.len() - body;
            let open_ended = size == 0 || size >= 0xFFFF_FFFE - 64;
            let wanted = if open_ended { there } else { size };
            let frame = format.bytes_per_sample() * channels as usize;
            let length = wanted.min(there) / frame * frame;
            return Ok(Wav { format, rate_hz, channels, data: &bytes[body..body + length], truncated: wanted > there });
        }
        // Chunks are padded to an even length, and the padding is not in the size.
        at = match body.checked_add(size + (size & 1)) {
            Some(next) => next,
            None => break,
        };
    }
    Err(AudioError::field("WAV data chunk", "missing", "the file holds no sound; export it again"))
}

fn parse_format(chunk: &[u8]) -> Result<(SampleFormat, u32, u8), AudioError> {
    let short = || AudioError::field("WAV fmt chunk", "cut short", "export the recording again");
    let mut tag = u16_at(chunk, 0).ok_or_else(short)?;
    let channels = u16_at(chunk, 2).ok_or_else(short)?;
    let rate_hz = u32_at(chunk, 4).ok_or_else(short)?;
    let bits = u16_at(chunk, 14).ok_or_else(short)?;
    if tag == TAG_EXTENSIBLE {
        // The real tag is the first half-word of the sub-format's GUID.
        tag = u16_at(chunk, 24).ok_or_else(short)?;
    }
    if channels == 0 || channels > 16 {
        return Err(AudioError::field("WAV channels", channels, "give 1 to 16 channels, one party a channel"));
    }
    check_rate(rate_hz)?;
    let format = match (tag, bits) {
        (TAG_PCM, 8) => SampleFormat::PcmU8,
        (TAG_PCM, 16) => SampleFormat::PcmS16,
        (TAG_PCM, 24) => SampleFormat::PcmS24,
        (TAG_PCM, 32) => SampleFormat::PcmS32,
        (TAG_FLOAT, 32) => SampleFormat::Float32,
        // Some exchanges leave the bits at 0 or 16 for G.711.
        (TAG_ALAW, _) => SampleFormat::Alaw,
        (TAG_MULAW, _) => SampleFormat::Mulaw,
        (TAG_PCM | TAG_FLOAT, _) => {
            return Err(AudioError::field(
                "WAV bits per sample",
                bits,
                "give 8, 16, 24 or 32-bit PCM, or 32-bit float",
            ));
        }
        (tag, _) => {
            return Err(AudioError::Format { tag, name: tag_name(tag) });
        }
    };
    Ok((format, rate_hz, channels as u8))
}

pub(crate) fn check_rate(rate_hz: u32) -> Result<(), AudioError> {
    if (4_000..=192_000).contains(&rate_hz) {
        Ok(())
    } else {
        Err(AudioError::field("sample rate", format!("{rate_hz} Hz"), "give between 4000 and 192000 Hz"))
    }
}

fn tag_name(tag: u16) -> &'static str {
    match tag {
        0x0002 => "Microsoft ADPCM",
        0x0011 => "IMA ADPCM",
        0x0031 => "GSM 6.10",
        0x0055 => "MP3",
        0x00FF => "AAC",
        _ => "unknown",
    }
}

/// Puts raw samples into a WAV container without touching them. G.711 gets its own tag and the `fact` chunk that the
/// format asks of everything but PCM.
pub fn write(codec: Codec, rate_hz: u32, channels: u8, data: &[u8]) -> Result<Vec<u8>, AudioError> {
    let (tag, bytes_per_sample) = match codec {
        Codec::PcmS16le => (TAG_PCM, 2u16),
        Codec::Alaw => (TAG_ALAW, 1),
        Codec::Mulaw => (TAG_MULAW, 1),
        Codec::OggOpus => {
            return Err(AudioError::field(
                "codec",
                "ogg_opus",
                "Opus stays in its Ogg file; only raw samples go into WAV",
            ));
        }
    };
    check_rate(rate_hz)?;
    let frame = bytes_per_sample * u16::from(channels.max(1));
    let frames = data.len() / frame as usize;
    let data = &data[..frames * frame as usize];
    let pcm = tag == TAG_PCM;
    let format_len: u32 = if pcm { 16 } else { 18 };
    let fact_len: u32 = if pcm { 0 } else { 12 };
    let size = u32::try_from(data.len())
        .ok()
        .and_then(|n| n.checked_add(4 + 8 + format_len + fact_len + 8 + 1))
        .ok_or_else(|| {
            AudioError::field(
                "recording length",
                format!("{} bytes", data.len()),
                "a WAV file holds at most 4 GiB; cut the call",
            )
        })?;
    let padded = data.len() & 1;
    let mut out = Vec::with_capacity(size as usize + 8);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(size - 1 + padded as u32).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&format_len.to_le_bytes());
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&u16::from(channels.max(1)).to_le_bytes());
    out.extend_from_slice(&rate_hz.to_le_bytes());
    out.extend_from_slice(&(rate_hz * u32::from(frame)).to_le_bytes());
    out.extend_from_slice(&frame.to_le_bytes());
    out.extend_from_slice(&(bytes_per_sample * 8).to_le_bytes());
    if !pcm {
        out.extend_from_slice(&0u16.to_le_bytes());
        out.extend_from_slice(b"fact");
        out.extend_from_slice(&4u32.to_le_bytes());
        out.extend_from_slice(&(frames as u32).to_le_bytes());
    }
    out.extend_from_slice(b"data");
    out.extend_from_slice(&(data.len() as u32).to_le_bytes());
    out.extend_from_slice(data);
    out.resize(out.len() + padded, 0);
    Ok(out)
}
