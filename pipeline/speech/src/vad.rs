//! Where there is speech. Whisper invents text on silence, so nothing reaches it that the voice detector (Silero) and
//! the level gate did not both let through.

use crate::errors::SpeechError;
use crate::resample::SPEECH_HZ;
use std::path::Path;
use whisper_rs::{WhisperVadContext, WhisperVadContextParams};

/// Samples per probability of the detector.
const WINDOW: usize = 512;
/// Frames of the level gate and of the search for a quiet place to cut.
const FRAME: usize = SPEECH_HZ as usize / 50;

/// A stretch of speech on one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub start_ms: u64,
    pub end_ms: u64,
}

impl Span {
    pub const fn length_ms(self) -> u64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// The samples of the span at 16 kHz.
    pub fn samples<'a>(&self, channel: &'a [f32]) -> &'a [f32] {
        let at = |ms: u64| ((ms * u64::from(SPEECH_HZ) / 1000) as usize).min(channel.len());
        &channel[at(self.start_ms)..at(self.end_ms)]
    }
}

/// What counts as speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VadSettings {
    /// Probability from which speech begins; it ends below this less 0.15.
    pub threshold: f32,
    /// Shorter speech is a click.
    pub shortest_ms: u64,
    /// A pause this long ends a span.
    pub pause_ms: u64,
    /// Kept before and after, so that no consonant is cut.
    pub pad_ms: u64,
    /// Spans are joined over a pause up to this …
    pub join_pause_ms: u64,
    /// … while the whole is no longer than this. The encoder's smallest window holds 9 s: joining up to it is free.
    pub join_up_to_ms: u64,
    /// Longer speech is cut at its quietest place; Whisper hears 30 s at a time.
    pub longest_ms: u64,
    /// The loudest tenth of a span must reach this, in dB of full scale; line noise lies lower.
    pub gate_db: f32,
    /// A span this much quieter than the other channel at the same time is the other party's echo.
    pub echo_db: f32,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self {
            threshold: 0.5,
            shortest_ms: 200,
            pause_ms: 300,
            pad_ms: 120,
            join_pause_ms: 700,
            join_up_to_ms: 8_900,
            longest_ms: 28_000,
            gate_db: -55.0,
            echo_db: 20.0,
        }
    }
}

/// The voice detector. One call at a time.
pub struct VoiceDetector {
    context: WhisperVadContext,
}

impl VoiceDetector {
    /// Loads the Silero model in whisper.cpp's format.
    pub fn open(path: &Path) -> Result<Self, SpeechError> {
        let unreadable = |reason: String| SpeechError::Model { path: path.to_path_buf(), reason };
        let text = path
            .to_str()
            .filter(|p| !p.contains('\0'))
            .ok_or_else(|| unreadable("its path is not plain text".into()))?;
        if !path.is_file() {
            return Err(unreadable("no such file".into()));
        }
        let mut params = WhisperVadContextParams::new();
        params.set_n_threads(1);
        let context = WhisperVadContext::new(text, params)
            .map_err(|_| unreadable("not a voice detector in whisper.cpp's format".into()))?;
        Ok(Self { context })
    }

    /// The spans of speech in 16 kHz sound, in order, none longer than Whisper can hear.
    pub fn spans(&mut self, samples: &[f32], settings: &VadSettings) -> Result<Vec<Span>, SpeechError> {
        // Digital silence needs no detector.
        if samples.is_empty() || level_db(samples) < settings.gate_db {
            return Ok(Vec::new());
        }
        self.context
            .detect_speech(samples)
            .map_err(|e| SpeechError::Whisper { step: "voice detection", reason: e.to_string() })?;
        Ok(spans(self.context.probabilities(), samples, settings))
    }
}

/// The decision, given the detector's probabilities.
pub fn spans(probabilities: &[f32], samples: &[f32], settings: &VadSettings) -> Vec<Span> {
    let total_ms = samples.len() as u64 * 1000 / u64::from(SPEECH_HZ);
    let heard = voiced(probabilities, settings)
        .into_iter()
        .map(|s| Span { start_ms: s.start_ms, end_ms: s.end_ms.min(total_ms) })
        .filter(|s| s.length_ms() >= settings.shortest_ms)
        .filter(|s| level_db(s.samples(samples)) >= settings.gate_db)
        .collect();
    join(pad(heard, total_ms, settings), settings)
        .into_iter()
        .flat_map(|s| cut(s, samples, settings.longest_ms))
        .collect()
}

fn voiced(probabilities: &[f32], settings: &VadSettings) -> Vec<Span> {
    let at_ms = |window: usize| window as u64 * WINDOW as u64 * 1000 / u64::from(SPEECH_HZ);
    let mut out = Vec::new();
    let mut start = None;
    let mut quiet_since = None;
    for (i, &p) in probabilities.iter().enumerate() {
        if p >= settings.threshold {
            start.get_or_insert(i);
            quiet_since = None;
        } else if let Some(begun) = start.filter(|_| p < settings.threshold - 0.15) {
            let since = *quiet_since.get_or_insert(i);
            if at_ms(i + 1) - at_ms(since) >= settings.pause_ms {
                out.push(Span { start_ms: at_ms(begun), end_ms: at_ms(since) });
                (start, quiet_since) = (None, None);
            }
        }
    }
    if let Some(begun) = start {
        out.push(Span { start_ms: at_ms(begun), end_ms: at_ms(quiet_since.unwrap_or(probabilities.len())) });
    }
    out
}

/// Padding never reaches over the middle of a pause.
fn pad(spans: Vec<Span>, total_ms: u64, settings: &VadSettings) -> Vec<Span> {
    let bounds: Vec<(u64, u64)> = (0..spans.len())
        .map(|i| {
            let before = i.checked_sub(1).map_or(0, |j| (spans[j].end_ms + spans[i].start_ms) / 2);
            let after = spans.get(i + 1).map_or(total_ms, |next| (spans[i].end_ms + next.start_ms) / 2);
            (before, after)
        })
        .collect();
    spans
        .iter()
        .zip(bounds)
        .map(|(s, (before, after))| Span {
            start_ms: s.start_ms.saturating_sub(settings.pad_ms).max(before),
            end_ms: (s.end_ms + settings.pad_ms).min(after),
        })
        .collect()
}

fn join(spans: Vec<Span>, settings: &VadSettings) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last)
                if span.start_ms.saturating_sub(last.end_ms) <= settings.join_pause_ms
                    && span.end_ms - last.start_ms <= settings.join_up_to_ms =>
            {
                last.end_ms = span.end_ms;
            }
            _ => out.push(span),
        }
    }
    out
}

/// Cuts a long span at the quietest frame of the last third before the limit.
fn cut(span: Span, samples: &[f32], longest_ms: u64) -> Vec<Span> {
    let mut out = Vec::new();
    let mut rest = span;
    while rest.length_ms() > longest_ms {
        let from = rest.start_ms + longest_ms * 2 / 3;
        let search = Span { start_ms: from, end_ms: rest.start_ms + longest_ms };
        let quietest = search
            .samples(samples)
            .chunks(FRAME)
            .map(power)
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(0, |(i, _)| i as u64);
        let at = from + quietest * 20 + 10;
        out.push(Span { start_ms: rest.start_ms, end_ms: at });
        rest.start_ms = at;
    }
    out.push(rest);
    out
}

fn power(frame: &[f32]) -> f64 {
    let sum: f64 = frame.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    sum / frame.len().max(1) as f64
}

/// The level that the loudest tenth of the frames reach, in dB of full scale.
pub fn level_db(samples: &[f32]) -> f32 {
    let mut powers: Vec<f64> = samples.chunks(FRAME).map(power).collect();
    if powers.is_empty() {
        return f32::NEG_INFINITY;
    }
    powers.sort_by(f64::total_cmp);
    let loud = powers[powers.len() * 9 / 10];
    (10.0 * loud.max(1e-12).log10()) as f32
}

/// Takes out what is only the echo of another channel: a span that lies within louder speech there.
pub fn without_echo(spans: Vec<Vec<Span>>, channels: &[Vec<f32>], settings: &VadSettings) -> Vec<Vec<Span>> {
    let is_echo = |own: usize, span: &Span| {
        let level = level_db(span.samples(&channels[own]));
        spans.iter().enumerate().any(|(other, theirs)| {
            other != own
                && theirs.iter().any(|t| t.start_ms <= span.start_ms + 200 && span.end_ms <= t.end_ms + 200)
                && level_db(span.samples(&channels[other])) - level > settings.echo_db
        })
    };
    spans.iter().enumerate().map(|(i, own)| own.iter().filter(|s| !is_echo(i, s)).copied().collect()).collect()
}
