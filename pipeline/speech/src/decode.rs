//! Recordings to numbers: planar `f32` per channel, whatever the container and codec.

use crate::errors::AudioError;
use crate::ogg::{self, OPUS_CLOCK_HZ};
use crate::wav::{self, SampleFormat, Wav};
use audio_codec_algorithms::{decode_alaw, decode_ulaw};
use meyar_schemas::audio::Codec;
use std::path::Path;

/// Opus is decoded at the rate that recognition works at, which saves resampling.
pub const OPUS_DECODE_HZ: u32 = 16_000;

/// The longest silence written for lost Ogg pages; a granule position further away is taken for damage.
const LONGEST_LOSS_S: u64 = 4 * 3600;

/// Sound as numbers between -1 and 1, one vector a channel, all of one length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audio {
    pub rate_hz: u32,
    pub channels: Vec<Vec<f32>>,
    /// The file ended before its header said it would.
    pub truncated: bool,
}

impl Audio {
    /// Samples in a channel.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub fn duration_ms(&self) -> u64 {
        frames_to_ms(self.frames() as u64, self.rate_hz)
    }
}

pub(crate) fn frames_to_ms(frames: u64, rate_hz: u32) -> u64 {
    frames.saturating_mul(1000) / u64::from(rate_hz.max(1))
}

/// Decodes a WAV or Ogg Opus file.
pub fn file(path: &Path) -> Result<Audio, AudioError> {
    let bytes = std::fs::read(path).map_err(|source| AudioError::Read { path: path.to_path_buf(), source })?;
    self::bytes(&bytes)
}

/// Decodes the bytes of a WAV or Ogg Opus file. A file that was cut short gives what there is.
pub fn bytes(bytes: &[u8]) -> Result<Audio, AudioError> {
    if ogg::is_ogg(bytes) {
        opus_file(bytes)
    } else if wav::is_wav(bytes) {
        Ok(wav_samples(&wav::parse(bytes)?))
    } else {
        let found = match bytes {
            [] => "an empty file".to_string(),
            [b'R', b'F', b'6', b'4', ..] => "RF64".to_string(),
            [b'I', b'D', b'3', ..] | [0xFF, 0xE0..=0xFF, ..] => "MP3".to_string(),
            _ => format!("a file that starts with {}", hex::encode(&bytes[..bytes.len().min(4)])),
        };
        Err(AudioError::Container { found })
    }
}

/// Decodes a chunk of audio as it travels: raw frames for G.711 and PCM, Ogg pages for Opus.
pub fn raw(data: &[u8], codec: Codec, rate_hz: u32, channels: u8) -> Result<Audio, AudioError> {
    let format = match codec {
        Codec::Alaw => SampleFormat::Alaw,
        Codec::Mulaw => SampleFormat::Mulaw,
        Codec::PcmS16le => SampleFormat::PcmS16,
        Codec::OggOpus => return opus_file(data),
    };
    wav::check_rate(rate_hz)?;
    if channels == 0 {
        return Err(AudioError::field("channels", 0, "give at least one channel"));
    }
    let frame = format.bytes_per_sample() * channels as usize;
    Ok(wav_samples(&Wav {
        format,
        rate_hz,
        channels,
        data: &data[..data.len() / frame * frame],
        truncated: !data.len().is_multiple_of(frame),
    }))
}

fn wav_samples(wav: &Wav<'_>) -> Audio {
    let unit = 1.0 / 32_768.0;
    let width = wav.format.bytes_per_sample();
    let sample = |b: &[u8]| -> f32 {
        match wav.format {
            SampleFormat::Alaw => f32::from(decode_alaw(b[0])) * unit,
            SampleFormat::Mulaw => f32::from(decode_ulaw(b[0])) * unit,
            SampleFormat::PcmU8 => (f32::from(b[0]) - 128.0) / 128.0,
            SampleFormat::PcmS16 => f32::from(i16::from_le_bytes([b[0], b[1]])) * unit,
            SampleFormat::PcmS24 => i32::from_le_bytes([0, b[0], b[1], b[2]]) as f32 / 2_147_483_648.0,
            SampleFormat::PcmS32 => i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32 / 2_147_483_648.0,
            SampleFormat::Float32 => {
                let x = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                if x.is_finite() { x.clamp(-1.0, 1.0) } else { 0.0 }
            }
        }
    };
    let count = wav.channels as usize;
    let frames = wav.data.len() / (width * count);
    let mut channels = vec![Vec::with_capacity(frames); count];
    for frame in wav.data.chunks_exact(width * count) {
        for (channel, bytes) in channels.iter_mut().zip(frame.chunks_exact(width)) {
            channel.push(sample(bytes));
        }
    }
    Audio { rate_hz: wav.rate_hz, channels, truncated: wav.truncated }
}

/// Pre-skip is honoured, the last page's granule trims the end, and lost pages become silence so that times stay true.
fn opus_file(bytes: &[u8]) -> Result<Audio, AudioError> {
    let file = ogg::opus(bytes)?;
    let count = file.head.channels as usize;
    let layout = if count == 1 { opus::Channels::Mono } else { opus::Channels::Stereo };
    let damaged = |packet: usize, e: opus::Error| AudioError::Opus { packet, reason: e.to_string() };
    let mut decoder = opus::Decoder::new(OPUS_DECODE_HZ, layout).map_err(|e| damaged(0, e))?;
    decoder.set_gain(i32::from(file.head.gain)).map_err(|e| damaged(0, e))?;
    let step = OPUS_CLOCK_HZ / u64::from(OPUS_DECODE_HZ);
    // 120 ms is the longest packet there is.
    let mut buffer = vec![0f32; OPUS_DECODE_HZ as usize * 120 / 1000 * count];
    let mut interleaved: Vec<f32> = Vec::new();
    let mut clock: Option<u64> = None;
    let mut first = 0;
    let mut packet_number = 0;
    for page in &file.pages {
        let length: u64 = page.packets.iter().map(|p| ogg::packet_samples(p)).sum();
        let begins = page.granule.map(|g| g.saturating_sub(length));
        let now = *clock.get_or_insert_with(|| {
            // The first granule need not be zero: a stream may be joined while it runs.
            first = begins.unwrap_or(0);
            first
        });
        if let Some(begins) = begins.filter(|_| page.after_loss) {
            let lost = begins.saturating_sub(now);
            if lost < LONGEST_LOSS_S * OPUS_CLOCK_HZ {
                let silent = (lost / step) as usize * count;
                interleaved.resize(interleaved.len() + silent, 0.0);
                clock = Some(begins.max(now));
            }
        }
        for packet in &page.packets {
            packet_number += 1;
            // A damaged packet is concealed, as a phone would, and does not lose the rest of the call.
            let frames = decoder
                .decode_float(packet, &mut buffer, false)
                .or_else(|_| {
                    let lost = (ogg::packet_samples(packet) / step) as usize * count;
                    let room = lost.clamp(count * 40, buffer.len());
                    decoder.decode_float(&[], &mut buffer[..room], false)
                })
                .map_err(|e| damaged(packet_number, e))?;
            interleaved.extend_from_slice(&buffer[..frames * count]);
        }
        clock = clock.map(|c| c.saturating_add(length));
    }
    if let (Some(end), Some(now)) = (file.pages.last().and_then(|p| p.granule), clock) {
        // Only the last page may end before its packets do.
        let surplus = (now.saturating_sub(end) / step) as usize * count;
        if end > first {
            interleaved.truncate(interleaved.len().saturating_sub(surplus));
        }
    }
    let skip = (u64::from(file.head.pre_skip) / step) as usize;
    let mut channels = vec![Vec::with_capacity(interleaved.len() / count); count];
    for frame in interleaved.chunks_exact(count).skip(skip) {
        for (channel, x) in channels.iter_mut().zip(frame) {
            channel.push(x.clamp(-1.0, 1.0));
        }
    }
    Ok(Audio { rate_hz: OPUS_DECODE_HZ, channels, truncated: false })
}

/// Planar numbers to interleaved raw frames of a codec; the way back, used where sound is made (demos, tests).
pub fn encode(audio: &Audio, codec: Codec) -> Result<Vec<u8>, AudioError> {
    use audio_codec_algorithms::{encode_alaw, encode_ulaw};
    let mut out = Vec::with_capacity(audio.frames() * audio.channels.len() * 2);
    for i in 0..audio.frames() {
        for channel in &audio.channels {
            let x = channel.get(i).copied().unwrap_or(0.0);
            let linear = (x * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
            match codec {
                Codec::Alaw => out.push(encode_alaw(linear)),
                Codec::Mulaw => out.push(encode_ulaw(linear)),
                Codec::PcmS16le => out.extend_from_slice(&linear.to_le_bytes()),
                Codec::OggOpus => {
                    return Err(AudioError::field("codec", "ogg_opus", "encode to alaw, mulaw or pcm_s16le"));
                }
            }
        }
    }
    Ok(out)
}
