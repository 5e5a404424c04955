//! One Whisper state: hears one span at a time, on one thread.

use crate::confidence::{self, Signs};
use crate::errors::SpeechError;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperState};

/// Text that a person cannot say faster; more tokens are a loop.
const TOKENS_PER_S: f64 = 12.0;
/// Below this the encoder repeats words (measured: errors rise from 0.7 % to 7–45 %).
const SMALLEST_AUDIO_CTX: usize = 512;
/// Samples of one position of the encoder.
const SAMPLES_PER_CTX: usize = 320;
/// whisper.cpp does nothing with less than 100 ms, and hears little in less than a second.
const SHORTEST_SAMPLES: usize = 16_000;

/// What was heard in a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub text: String,
    pub signs: Signs,
    /// Probability of every language, by whisper.cpp's numbers; empty for an English-only model.
    pub languages: Vec<f32>,
}

pub struct Worker {
    state: WhisperState,
}

fn failed(step: &'static str) -> impl FnOnce(whisper_rs::WhisperError) -> SpeechError {
    move |e| SpeechError::Whisper { step, reason: e.to_string() }
}

/// The part of the encoder's window that a span needs.
pub fn audio_ctx(samples: usize, most: usize) -> usize {
    let needed = (samples / SAMPLES_PER_CTX + 64).next_multiple_of(64);
    needed.max(SMALLEST_AUDIO_CTX).min(most)
}

impl Worker {
    pub fn new(context: &WhisperContext) -> Result<Self, SpeechError> {
        let state = context.create_state().map_err(failed("creating a state"))?;
        Ok(Self { state })
    }

    /// Recognises one span in a given language. The answer depends on nothing heard before.
    pub fn hear(&mut self, context: &WhisperContext, samples: &[f32], language: &str) -> Result<Heard, SpeechError> {
        let mut padded;
        let samples = if samples.len() < SHORTEST_SAMPLES {
            padded = samples.to_vec();
            padded.resize(SHORTEST_SAMPLES, 0.0);
            padded.as_slice()
        } else {
            samples
        };
        let seconds = samples.len() as f64 / 16_000.0;
        let most = context.model_n_audio_ctx() as usize;
        let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
        params.set_n_threads(1);
        params.set_language(Some(language));
        params.set_audio_ctx(audio_ctx(samples.len(), most) as i32);
        params.set_no_timestamps(true);
        params.set_single_segment(true);
        params.set_no_context(true);
        params.set_max_tokens((seconds * TOKENS_PER_S).ceil() as i32 + 8);
        params.set_temperature_inc(0.0);
        params.set_suppress_nst(true);
        params.set_print_progress(false);
        params.set_print_realtime(false);
        params.set_print_special(false);
        params.set_print_timestamps(false);
        self.state.full(params, samples).map_err(failed("recognition"))?;
        let (text, token) = self.read(context)?;
        let (languages, no_speech) = self.start(context)?;
        let own =
            whisper_rs::get_lang_id(language).and_then(|id| languages.get(id as usize).copied()).map_or(1.0, f64::from);
        let signs = Signs { token, language: own, no_speech, novelty: confidence::novelty(&text) };
        Ok(Heard { text, signs, languages })
    }

    fn read(&self, context: &WhisperContext) -> Result<(String, f64), SpeechError> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut log_sum = 0.0;
        let mut count = 0usize;
        let first_special = context.token_eot();
        for segment in self.state.as_iter() {
            bytes.extend_from_slice(segment.to_bytes().map_err(failed("reading the text"))?);
            for i in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(i) else {
                    continue;
                };
                if token.token_id() < first_special {
                    log_sum += f64::from(token.token_probability().max(1e-6)).ln();
                    count += 1;
                }
            }
        }
        let text = String::from_utf8_lossy(&bytes).trim().to_string();
        let token = if count == 0 { 0.0 } else { (log_sum / count as f64).exp() };
        Ok((text, token))
    }

    /// The encoder's work on this span is still in the state; one step of the decoder tells the languages and whether
    /// this is speech. (whisper.cpp's own no-speech probability is read from a row of logits that it left stale.)
    fn start(&mut self, context: &WhisperContext) -> Result<(Vec<f32>, f64), SpeechError> {
        self.state.decode(&[context.token_sot()], 0, 1).map_err(failed("telling the language"))?;
        let logits = self.state.get_logits().map_err(failed("telling the language"))?;
        let no_speech = softmax(logits).get(context.token_nosp() as usize).copied().map_or(0.0, f64::from);
        if !context.is_multilingual() {
            return Ok((Vec::new(), no_speech));
        }
        // Between the start token and the task tokens stands one token for each language.
        let first = context.token_sot() as usize + 1;
        let end = (context.token_translate() as usize).min(logits.len());
        let languages = softmax(logits.get(first..end).unwrap_or_default());
        Ok((languages, no_speech))
    }
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let peak = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|x| (x - peak).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|x| x / sum).collect()
}
