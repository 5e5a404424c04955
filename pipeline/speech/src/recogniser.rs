//! A recording to a transcript: channels apart, silence left out, the spans of all channels spread over the cores.

use crate::confidence;
use crate::decode::Audio;
use crate::errors::SpeechError;
use crate::model;
use crate::resample;
use crate::vad::{self, Span, VadSettings, VoiceDetector};
use crate::worker::{Heard, Worker};
use meyar_schemas::audio::Party;
use meyar_schemas::transcripts::{Model, Segment, TranscriptFlag};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use whisper_rs::{WhisperContext, WhisperContextParameters};

/// How to recognise.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// A fixed language (`az`, `en` …); none means that it is told from the sound.
    pub language: Option<String>,
    /// The languages to choose among when it is told; empty means all that the model knows.
    pub candidates: Vec<String>,
    pub vad: VadSettings,
}

impl Default for Settings {
    /// The languages that the lines are called in.
    fn default() -> Self {
        Self {
            language: None,
            candidates: ["az", "en", "ru", "tr"].map(String::from).to_vec(),
            vad: VadSettings::default(),
        }
    }
}

/// What was recognised; the caller adds the ids and times to make a `Transcript`.
#[derive(Debug, Clone, PartialEq)]
pub struct TranscriptParts {
    /// BCP 47; `und` when nothing was said.
    pub language: String,
    /// Probability of that language, over the spans it was told from.
    pub language_confidence: f64,
    pub model: Model,
    pub duration_ms: u64,
    /// Mean of the segments' confidences weighted by their length; 0 without segments.
    pub confidence: f64,
    /// By start, then by channel.
    pub segments: Vec<Segment>,
    pub flags: Vec<TranscriptFlag>,
    /// Spans whose text was invented on noise or went round in circles, and was left out.
    pub dropped: Vec<Span>,
    /// Speech on all channels, dropped spans included.
    pub speech_ms: u64,
}

/// Spans that the language is told from: the longest are the surest.
const LANGUAGE_SPANS: usize = 3;

/// Whisper and the voice detector, loaded. One recording at a time uses all its threads; callers share it by reference.
pub struct Recogniser {
    context: WhisperContext,
    tools: Mutex<Tools>,
    settings: Settings,
    model: Model,
}

struct Tools {
    workers: Vec<Worker>,
    detectors: Vec<VoiceDetector>,
    /// The language of the last recording: the first guess for the next, which changes its cost, never its text.
    guess: String,
}

struct Job<'a> {
    channel: usize,
    span: Span,
    samples: &'a [f32],
}

impl Recogniser {
    /// Loads a GGML speech model and the voice detector. `threads` states share the weights, one thread each.
    pub fn open(model: &Path, vad: &Path, threads: usize) -> Result<Self, SpeechError> {
        whisper_rs::install_logging_hooks();
        let unreadable = |reason: String| SpeechError::Model {
            path: model.to_path_buf(),
            reason,
        };
        if !model.is_file() {
            return Err(unreadable("no such file".into()));
        }
        let info = model::list::info(model)
            .map_err(|e| unreadable(e.to_string()))?
            .filter(|i| i.kind == model::ModelKind::Speech)
            .ok_or_else(|| unreadable("not a GGML speech model".into()))?;
        let mut params = WhisperContextParameters::default();
        // Measured: flash attention costs time on a CPU.
        params.use_gpu(cfg!(any(feature = "cuda", feature = "metal")));
        params.flash_attn(false);
        let context = WhisperContext::new_with_params(model, params)
            .map_err(|e| unreadable(e.to_string()))?;
        let threads = threads.max(1);
        let workers = (0..threads)
            .map(|_| Worker::new(&context))
            .collect::<Result<_, _>>()?;
        let detectors = (0..threads.min(2))
            .map(|_| VoiceDetector::open(vad))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            context,
            tools: Mutex::new(Tools {
                workers,
                detectors,
                guess: "az".into(),
            }),
            settings: Settings::default(),
            model: Model {
                id: format!("whisper-{}", info.name),
                sha256: Some(info.sha256),
            },
        })
    }

    /// The same with other settings.
    pub fn with_settings(mut self, settings: Settings) -> Result<Self, SpeechError> {
        for language in settings.language.iter().chain(&settings.candidates) {
            if whisper_rs::get_lang_id(language).is_none() {
                return Err(SpeechError::Language {
                    given: language.clone(),
                });
            }
        }
        self.settings = settings;
        Ok(self)
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What goes into a transcript as its model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Recognises a recording. `parties` names who speaks on each channel; of one channel it is `Mixed`. The same
    /// recording always gives the same answer, whatever the number of threads.
    pub fn transcribe(
        &self,
        audio: &Audio,
        parties: &[Party],
    ) -> Result<TranscriptParts, SpeechError> {
        if parties.len() != audio.channels.len() || parties.is_empty() {
            return Err(SpeechError::Parties {
                given: parties.len(),
                channels: audio.channels.len(),
            });
        }
        let channels = resample::to_speech_rate(audio)?;
        // A panic in one recording must not stop the next: the tools hold nothing between recordings.
        let mut tools = self.tools.lock().unwrap_or_else(PoisonError::into_inner);
        let spans = self.spans(&mut tools.detectors, &channels)?;
        let mut jobs: Vec<Job> = spans
            .iter()
            .enumerate()
            .flat_map(|(channel, spans)| {
                let samples = &channels[channel];
                spans.iter().map(move |&span| Job {
                    channel,
                    span,
                    samples: span.samples(samples),
                })
            })
            .collect();
        // Longest first: the language is told from these, and the cores end together.
        jobs.sort_by_key(|j| (std::cmp::Reverse(j.span.length_ms()), j.span, j.channel));
        let (language, language_confidence, heard) = self.hear_all(&mut tools, &jobs)?;
        if heard.is_empty() {
            return Ok(self.parts(audio, parties, ("und".into(), 0.0), &spans, Vec::new()));
        }
        let mut pairs: Vec<(&Job, Heard)> = jobs.iter().zip(heard).collect();
        pairs.sort_by_key(|(job, _)| (job.span, job.channel));
        Ok(self.parts(audio, parties, (language, language_confidence), &spans, pairs))
    }

    fn spans(
        &self,
        detectors: &mut [VoiceDetector],
        channels: &[Vec<f32>],
    ) -> Result<Vec<Vec<Span>>, SpeechError> {
        let settings = &self.settings.vad;
        let spans = spread(detectors, channels, |detector, samples| {
            detector.spans(samples, settings)
        })?;
        Ok(vad::without_echo(spans, channels, settings))
    }

    /// The longest spans are heard in the guessed language; if they are in another, they are heard again in that.
    fn hear_all(
        &self,
        tools: &mut Tools,
        jobs: &[Job],
    ) -> Result<(String, f64, Vec<Heard>), SpeechError> {
        let first = &jobs[..jobs.len().min(LANGUAGE_SPANS)];
        let rest = &jobs[first.len()..];
        let hear = |workers: &mut [Worker], jobs: &[Job], language: &str| {
            spread(workers, jobs, |worker, job: &Job| {
                worker.hear(&self.context, job.samples, language)
            })
        };
        let fixed = self.settings.language.clone();
        let fixed = fixed.or_else(|| (!self.context.is_multilingual()).then(|| "en".to_string()));
        let guess = fixed.clone().unwrap_or_else(|| tools.guess.clone());
        let mut heard = hear(&mut tools.workers, first, &guess)?;
        let (told, sure) = tell_language(first, &heard, &self.settings.candidates);
        let (language, sure) = match fixed {
            Some(fixed) => {
                let sure = probability(first, &heard, &fixed);
                (fixed, sure)
            }
            None => (told.unwrap_or(guess.clone()), sure),
        };
        if language != guess {
            heard = hear(&mut tools.workers, first, &language)?;
        }
        if !jobs.is_empty() {
            tools.guess.clone_from(&language);
        }
        heard.extend(hear(&mut tools.workers, rest, &language)?);
        Ok((language, sure, heard))
    }

    fn parts(
        &self,
        audio: &Audio,
        parties: &[Party],
        (language, language_confidence): (String, f64),
        spans: &[Vec<Span>],
        heard: Vec<(&Job, Heard)>,
    ) -> TranscriptParts {
        let mut segments = Vec::new();
        let mut dropped = Vec::new();
        for (job, heard) in heard {
            // A span may be too short to tell its language; the call as a whole tells it then.
            let mut signs = heard.signs;
            signs.language = signs.language.max(language_confidence);
            if heard.text.is_empty() || confidence::invented(&signs) {
                dropped.push(job.span);
                continue;
            }
            segments.push(Segment {
                party: parties[job.channel],
                start_ms: job.span.start_ms,
                end_ms: job.span.end_ms,
                confidence: rounded(confidence::confidence(&signs)),
                text: heard.text,
            });
        }
        let total_ms: u64 = segments.iter().map(|s| s.end_ms - s.start_ms).sum();
        let weighted: f64 = segments
            .iter()
            .map(|s| s.confidence * (s.end_ms - s.start_ms) as f64)
            .sum();
        TranscriptParts {
            language: if segments.is_empty() { "und".into() } else { language },
            language_confidence: rounded(language_confidence),
            model: self.model.clone(),
            duration_ms: audio.duration_ms(),
            confidence: rounded(weighted / total_ms.max(1) as f64),
            flags: flags(audio, parties, &segments),
            segments,
            dropped,
            speech_ms: spans.iter().flatten().map(|s| s.length_ms()).sum(),
        }
    }
}

/// Four digits: enough to judge by, and stable when printed and read again.
fn rounded(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

fn flags(audio: &Audio, parties: &[Party], segments: &[Segment]) -> Vec<TranscriptFlag> {
    let silent = |party| parties.contains(&party) && !segments.iter().any(|s| s.party == party);
    let mut out = Vec::new();
    if segments.is_empty() {
        out.push(TranscriptFlag::Silent);
    } else {
        if silent(Party::Caller) {
            out.push(TranscriptFlag::CallerSilent);
        }
        if silent(Party::Representative) {
            out.push(TranscriptFlag::RepresentativeSilent);
        }
    }
    if audio.truncated {
        out.push(TranscriptFlag::IncompleteAudio);
    }
    if parties.len() == 1 {
        out.push(TranscriptFlag::OneChannel);
    }
    out
}

/// The probability of a language over several spans, each weighing as long as it is.
fn probability(jobs: &[Job], heard: &[Heard], language: &str) -> f64 {
    let Some(id) = whisper_rs::get_lang_id(language) else {
        return 0.0;
    };
    let total: u64 = jobs.iter().map(|j| j.span.length_ms()).sum();
    let sum: f64 = jobs
        .iter()
        .zip(heard)
        .map(|(job, heard)| {
            let p = heard.languages.get(id as usize).copied().unwrap_or(1.0);
            f64::from(p) * job.span.length_ms() as f64
        })
        .sum();
    sum / total.max(1) as f64
}

fn tell_language(jobs: &[Job], heard: &[Heard], candidates: &[String]) -> (Option<String>, f64) {
    let all: Vec<String> = if candidates.is_empty() {
        (0..=whisper_rs::get_lang_max_id())
            .filter_map(|id| whisper_rs::get_lang_str(id).map(String::from))
            .collect()
    } else {
        candidates.to_vec()
    };
    all.into_iter()
        .map(|l| {
            let p = probability(jobs, heard, &l);
            (Some(l), p)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((None, 0.0))
}

/// Gives the items to the tools as they become free; the answers come in the items' order.
fn spread<T: Send, I: Sync, A: Send>(
    tools: &mut [T],
    items: &[I],
    work: impl Fn(&mut T, &I) -> Result<A, SpeechError> + Sync,
) -> Result<Vec<A>, SpeechError> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<Option<Result<A, SpeechError>>>> =
        Mutex::new(items.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for tool in tools.iter_mut().take(items.len()) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(i) else { break };
                    let answer = work(tool, item);
                    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers[i] = Some(answer);
                }
            });
        }
    });
    answers
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_iter()
        .flatten()
        .collect()
}
