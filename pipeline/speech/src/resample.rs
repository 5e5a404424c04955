//! Any rate to the 16 kHz that Whisper and the voice detector hear.

use crate::decode::Audio;
use crate::errors::AudioError;
use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler};

pub const SPEECH_HZ: u32 = 16_000;

/// Frames a block; the filter's delay is taken off again by `process_all`.
const BLOCK: usize = 1024;

/// Every channel at 16 kHz, in channel order. Times in the result are times in the recording.
pub fn to_speech_rate(audio: &Audio) -> Result<Vec<Vec<f32>>, AudioError> {
    to_rate(audio, SPEECH_HZ).map(|a| a.channels)
}

/// The same sound at another rate.
pub fn to_rate(audio: &Audio, to_hz: u32) -> Result<Audio, AudioError> {
    let frames = audio.frames();
    if audio.rate_hz == to_hz || frames == 0 {
        return Ok(Audio { rate_hz: to_hz, ..audio.clone() });
    }
    let failed = |reason: String| AudioError::Resample { from_hz: audio.rate_hz, to_hz, reason };
    let count = audio.channels.len();
    let mut resampler = Fft::<f32>::new(audio.rate_hz as usize, to_hz as usize, BLOCK, count, FixedSync::Both)
        .map_err(|e| failed(e.to_string()))?;
    let input = SequentialSliceOfVecs::new(&audio.channels, count, frames).map_err(|e| failed(e.to_string()))?;
    let interleaved = resampler.process_all(&input, frames, None).map_err(|e| failed(e.to_string()))?.take_data();
    let mut channels = vec![Vec::with_capacity(interleaved.len() / count); count];
    for frame in interleaved.chunks_exact(count) {
        for (channel, x) in channels.iter_mut().zip(frame) {
            channel.push(*x);
        }
    }
    Ok(Audio { rate_hz: to_hz, channels, truncated: audio.truncated })
}
