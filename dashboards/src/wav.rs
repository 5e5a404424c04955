//! A WAV file as browsers can play it. Exchanges write G.711 (A-law, µ-law), which Chromium does not play in WAV; so every
//! WAV is shown as the 16-bit PCM file it would decode to, any byte range of which is computed from the stored bytes alone.

use audio_codec_algorithms::{decode_alaw, decode_ulaw};
use std::ops::Range;

pub const HEADER_BYTES: u64 = 44;
const MOST_CHANNELS: u16 = 16;
const MOST_RATE_HZ: u32 = 192_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Pcm16,
    Alaw,
    Mulaw,
}

impl Coding {
    const fn bytes_per_sample(self) -> u64 {
        match self {
            Coding::Pcm16 => 2,
            Coding::Alaw | Coding::Mulaw => 1,
        }
    }
}

/// Where the samples of a stored WAV file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wav {
    pub coding: Coding,
    pub channels: u16,
    pub rate_hz: u32,
    pub data_at: u64,
    pub data_bytes: u64,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

impl Wav {
    /// Reads the beginning of a file of `file_bytes`; `None` when it is no WAV, or one of a coding that is passed on as it is.
    pub fn parse(beginning: &[u8], file_bytes: u64) -> Option<Wav> {
        if beginning.get(0..4)? != b"RIFF" || beginning.get(8..12)? != b"WAVE" {
            return None;
        }
        let mut at = 12;
        let mut format = None;
        loop {
            let name = beginning.get(at..at + 4)?;
            let length = u32_at(beginning, at + 4)?;
            let body = at + 8;
            match name {
                b"fmt " => {
                    let tag = match u16_at(beginning, body)? {
                        0xfffe => u16_at(beginning, body + 24)?, // extensible: the real tag opens the sub-format
                        tag => tag,
                    };
                    let coding = match (tag, u16_at(beginning, body + 14)?) {
                        (1, 16) => Coding::Pcm16,
                        (6, _) => Coding::Alaw,
                        (7, _) => Coding::Mulaw,
                        _ => return None,
                    };
                    format = Some((coding, u16_at(beginning, body + 2)?, u32_at(beginning, body + 4)?));
                }
                b"data" => {
                    let (coding, channels, rate_hz) = format?;
                    let data_at = body as u64;
                    let held = file_bytes.saturating_sub(data_at);
                    // A stream that was cut, or never closed, tells another length than the file holds.
                    let told = if length == 0 { held } else { u64::from(length).min(held) };
                    let frame = coding.bytes_per_sample() * u64::from(channels);
                    // What the recorder keeps has no more; the numbers of the 16-bit file's header would not hold it.
                    if !(1..=MOST_CHANNELS).contains(&channels) || !(1..=MOST_RATE_HZ).contains(&rate_hz) {
                        return None;
                    }
                    return Some(Wav { coding, channels, rate_hz, data_at, data_bytes: told / frame * frame });
                }
                _ => {}
            }
            at = body.checked_add(length as usize)?.checked_add(length as usize & 1)?;
        }
    }

    pub const fn samples(&self) -> u64 {
        self.data_bytes / self.coding.bytes_per_sample()
    }

    pub fn duration_ms(&self) -> u64 {
        self.samples() * 1000 / u64::from(self.channels) / u64::from(self.rate_hz)
    }

    /// The length of the 16-bit file.
    pub const fn played_bytes(&self) -> u64 {
        HEADER_BYTES + self.samples() * 2
    }

    pub fn header(&self) -> [u8; HEADER_BYTES as usize] {
        let data = u32::try_from(self.samples() * 2).unwrap_or(u32::MAX).min(u32::MAX - 36);
        let frame = self.channels * 2;
        let mut header = [0; HEADER_BYTES as usize];
        header[0..4].copy_from_slice(b"RIFF");
        header[4..8].copy_from_slice(&(data + 36).to_le_bytes());
        header[8..16].copy_from_slice(b"WAVEfmt ");
        header[16..20].copy_from_slice(&16_u32.to_le_bytes());
        header[20..22].copy_from_slice(&1_u16.to_le_bytes());
        header[22..24].copy_from_slice(&self.channels.to_le_bytes());
        header[24..28].copy_from_slice(&self.rate_hz.to_le_bytes());
        header[28..32].copy_from_slice(&(self.rate_hz * u32::from(frame)).to_le_bytes());
        header[32..34].copy_from_slice(&frame.to_le_bytes());
        header[34..36].copy_from_slice(&16_u16.to_le_bytes());
        header[36..40].copy_from_slice(b"data");
        header[40..44].copy_from_slice(&data.to_le_bytes());
        header
    }

    /// The stored bytes that a range of the 16-bit file's data (behind the header) is made of.
    pub fn stored_range(&self, played: &Range<u64>) -> Range<u64> {
        let (from, to) = (played.start - HEADER_BYTES, played.end - HEADER_BYTES);
        let size = self.coding.bytes_per_sample();
        self.data_at + from / 2 * size..self.data_at + to.div_ceil(2) * size
    }

    pub fn decode<'a>(&self, stored: &'a [u8]) -> Box<dyn Iterator<Item = i16> + Send + 'a> {
        match self.coding {
            Coding::Pcm16 => Box::new(stored.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]))),
            Coding::Alaw => Box::new(stored.iter().map(|&byte| decode_alaw(byte))),
            Coding::Mulaw => Box::new(stored.iter().map(|&byte| decode_ulaw(byte))),
        }
    }

    /// The bytes of `played` (which lies behind the header), from the stored bytes that [`Wav::stored_range`] named.
    pub fn played(&self, played: &Range<u64>, stored: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.decode(stored).flat_map(i16::to_le_bytes).collect();
        bytes.drain(..(played.start as usize & 1).min(bytes.len()));
        bytes.truncate((played.end - played.start) as usize);
        bytes
    }
}

/// The loudest sample of each of `buckets` equal stretches, channel by channel, for drawing.
pub struct Peaks {
    channels: usize,
    frames_per_bucket: u64,
    sample: u64,
    peaks: Vec<Vec<u16>>,
}

impl Peaks {
    pub fn new(wav: &Wav, buckets: u64) -> Peaks {
        let channels = usize::from(wav.channels);
        let frames = wav.samples() / u64::from(wav.channels);
        let frames_per_bucket = frames.div_ceil(buckets.max(1)).max(1);
        let length = usize::try_from(frames.div_ceil(frames_per_bucket)).unwrap_or(0);
        Peaks { channels, frames_per_bucket, sample: 0, peaks: vec![vec![0; length]; channels] }
    }

    pub fn add(&mut self, samples: impl Iterator<Item = i16>) {
        for sample in samples {
            let place = (self.sample / self.channels as u64 / self.frames_per_bucket) as usize;
            let channel = (self.sample % self.channels as u64) as usize;
            if let Some(peak) = self.peaks[channel].get_mut(place) {
                *peak = (*peak).max(sample.unsigned_abs());
            }
            self.sample += 1;
        }
    }

    /// 0 … 1, to three places.
    pub fn finish(self) -> Vec<Vec<f64>> {
        let scale = |peak: u16| (f64::from(peak) / 32.768).round() / 1000.0;
        self.peaks.into_iter().map(|channel| channel.into_iter().map(scale).collect()).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn file(tag: u16, bits: u16, channels: u16, extra: &[u8], data: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
        bytes.extend_from_slice(extra);
        bytes.extend_from_slice(b"fmt \x10\0\0\0");
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&channels.to_le_bytes());
        bytes.extend_from_slice(&8000_u32.to_le_bytes());
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&bits.to_le_bytes());
        bytes.extend_from_slice(b"data");
        bytes.extend_from_slice(&(data.len() as u32).to_le_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    fn whole(wav: &Wav, stored: &[u8]) -> Vec<u8> {
        let range = HEADER_BYTES..wav.played_bytes();
        let place = wav.stored_range(&range);
        let mut bytes = wav.header().to_vec();
        bytes.extend(wav.played(&range, &stored[place.start as usize..place.end as usize]));
        bytes
    }

    #[test]
    fn a_mulaw_call_becomes_a_pcm_file_that_parses_as_one() {
        let stored = file(7, 8, 2, b"LIST\x03\0\0\0abc\0", &[0xff, 0x00, 0x80, 0x7f]);
        let wav = Wav::parse(&stored, stored.len() as u64).unwrap();
        assert_eq!((wav.coding, wav.channels, wav.rate_hz, wav.data_bytes), (Coding::Mulaw, 2, 8000, 4));
        let played = whole(&wav, &stored);
        let again = Wav::parse(&played, played.len() as u64).unwrap();
        assert_eq!((again.coding, again.channels, again.samples()), (Coding::Pcm16, 2, 4));
        let samples: Vec<i16> = again.decode(&played[44..]).collect();
        assert_eq!(samples, [0, -32124, 32124, 0]);
    }

    #[test]
    fn every_range_is_the_same_bytes_as_the_whole() {
        for (tag, bits, data) in [(7, 8, 23_usize), (6, 8, 23), (1, 16, 46)] {
            let data: Vec<u8> = (0..data).map(|i| (i * 37) as u8).collect();
            let stored = file(tag, bits, 1, b"", &data);
            let wav = Wav::parse(&stored, stored.len() as u64).unwrap();
            let all = whole(&wav, &stored);
            assert_eq!(all.len() as u64, wav.played_bytes());
            for from in 44..all.len() {
                for to in from + 1..=all.len() {
                    let range = from as u64..to as u64;
                    let place = wav.stored_range(&range);
                    let part = wav.played(&range, &stored[place.start as usize..place.end as usize]);
                    assert_eq!(part, all[from..to], "{from}..{to} of coding {tag}");
                }
            }
        }
    }

    #[test]
    fn a_length_that_the_file_does_not_hold_is_corrected() {
        let mut stored = file(7, 8, 2, b"", &[1, 2, 3, 4, 5]);
        let length_at = stored.len() - 5 - 4;
        for told in [0_u32, u32::MAX, 400] {
            stored[length_at..length_at + 4].copy_from_slice(&told.to_le_bytes());
            assert_eq!(Wav::parse(&stored, stored.len() as u64).unwrap().data_bytes, 4, "whole frames only");
        }
    }

    #[test]
    fn what_is_no_wav_of_a_known_coding_is_left_alone() {
        assert_eq!(Wav::parse(b"OggS", 4), None);
        assert_eq!(Wav::parse(b"", 0), None);
        let float = file(3, 32, 1, b"", &[0; 8]);
        assert_eq!(Wav::parse(&float, float.len() as u64), None);
        let stored = file(7, 8, 1, b"", &[0; 8]);
        for cut in 0..44 {
            assert_eq!(Wav::parse(&stored[..cut], cut as u64), None, "cut at {cut}");
        }
    }

    #[test]
    fn peaks_are_kept_by_channel() {
        let wav = Wav { coding: Coding::Pcm16, channels: 2, rate_hz: 8000, data_at: 44, data_bytes: 16 };
        let mut peaks = Peaks::new(&wav, 2);
        peaks.add([100, 0, -32768, 0].into_iter());
        peaks.add([0, 3277, 0, -16384].into_iter());
        assert_eq!(peaks.finish(), vec![vec![1.0, 0.0], vec![0.0, 0.5]]);
    }
}
