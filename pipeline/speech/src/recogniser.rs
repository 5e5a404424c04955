//! A recording to a transcript: channels apart, silence left out, the spans of all channels spread over the cores.

use crate::confidence;
use crate::decode::Audio;
use crate::errors::SpeechError;
use crate::language::{self, Evidence, Told};
use crate::model;
use crate::resample;
use crate::vad::{self, Span, VadSettings, VoiceDetector};
use crate::worker::{Heard, Worker};
use meyar_schemas::audio::Party;
use meyar_schemas::transcripts::{Model, Segment, TranscriptFlag};
use std::collections::BTreeMap;
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
    /// BCP 47, the one most spoken; `und` when nothing was recognised.
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
    /// Spans that gave no text, or text that was invented on noise and left out.
    pub dropped: Vec<Dropped>,
    /// Speech on all channels, dropped spans included.
    pub speech_ms: u64,
}

/// Speech that left no segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped {
    pub party: Party,
    pub span: Span,
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

/// What is spoken in a recording.
struct Languages {
    call: Told,
    by_channel: Vec<Told>,
}

impl Languages {
    fn tell(evidence: &[Evidence], fixed: Option<&str>, candidates: &[String], channels: usize, guess: &str) -> Self {
        let fixed: Vec<String> = fixed.map(String::from).into_iter().collect();
        let candidates = if fixed.is_empty() { candidates } else { &fixed };
        let (call, by_channel) = language::tell_by_channel(evidence, candidates, channels).unwrap_or_else(|| {
            let nothing = Told { language: guess.into(), probability: 0.0 };
            (nothing.clone(), vec![nothing; channels])
        });
        Self { call, by_channel }
    }
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
        let unreadable = |reason: String| SpeechError::Model { path: model.to_path_buf(), reason };
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
        let context = WhisperContext::new_with_params(model, params).map_err(|e| unreadable(e.to_string()))?;
        let threads = threads.max(1);
        let workers = (0..threads).map(|_| Worker::new(&context)).collect::<Result<_, _>>()?;
        let detectors = (0..threads.min(2)).map(|_| VoiceDetector::open(vad)).collect::<Result<_, _>>()?;
        Ok(Self {
            context,
            tools: Mutex::new(Tools { workers, detectors, guess: "az".into() }),
            settings: Settings::default(),
            model: Model { id: format!("whisper-{}", info.name), sha256: Some(info.sha256) },
        })
    }

    /// The same with other settings.
    pub fn with_settings(mut self, settings: Settings) -> Result<Self, SpeechError> {
        for language in settings.language.iter().chain(&settings.candidates) {
            if whisper_rs::get_lang_id(language).is_none() {
                return Err(SpeechError::Language { given: language.clone() });
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
    pub fn transcribe(&self, audio: &Audio, parties: &[Party]) -> Result<TranscriptParts, SpeechError> {
        if parties.len() != audio.channels.len() || parties.is_empty() {
            return Err(SpeechError::Parties { given: parties.len(), channels: audio.channels.len() });
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
                spans.iter().map(move |&span| Job { channel, span, samples: span.samples(samples) })
            })
            .collect();
        // Longest first: the language is told from these, and the cores end together.
        jobs.sort_by_key(|j| (std::cmp::Reverse(j.span.length_ms()), j.span, j.channel));
        let (languages, heard) = self.hear_all(&mut tools, &jobs, channels.len())?;
        let mut pairs: Vec<(&Job, Heard)> = jobs.iter().zip(heard).collect();
        pairs.sort_by_key(|(job, _)| (job.span, job.channel));
        Ok(self.parts(audio, parties, &languages, &spans, pairs))
    }

    fn spans(&self, detectors: &mut [VoiceDetector], channels: &[Vec<f32>]) -> Result<Vec<Vec<Span>>, SpeechError> {
        let settings = &self.settings.vad;
        let spans = spread(detectors, channels, |detector, samples| detector.spans(samples, settings))?;
        Ok(vad::without_echo(spans, channels, settings))
    }

    /// The longest spans of each channel are heard in the guessed language; those that turn out to be in another are
    /// heard again in that. Answers come in the jobs' order.
    fn hear_all(
        &self,
        tools: &mut Tools,
        jobs: &[Job],
        channels: usize,
    ) -> Result<(Languages, Vec<Heard>), SpeechError> {
        let hear = |workers: &mut [Worker], work: &[(usize, &str)]| {
            spread(workers, work, |worker, &(job, language)| worker.hear(&self.context, jobs[job].samples, language))
        };
        let fixed = self.settings.language.clone();
        let fixed = fixed.or_else(|| (!self.context.is_multilingual()).then(|| "en".to_string()));
        let guess = fixed.clone().unwrap_or_else(|| tools.guess.clone());
        let mut taken = vec![0; channels];
        let (first, rest): (Vec<usize>, Vec<usize>) = (0..jobs.len()).partition(|&i| {
            taken[jobs[i].channel] += 1;
            taken[jobs[i].channel] <= LANGUAGE_SPANS
        });
        let as_guessed: Vec<(usize, &str)> = first.iter().map(|&i| (i, guess.as_str())).collect();
        let mut heard: BTreeMap<usize, Heard> =
            first.iter().copied().zip(hear(&mut tools.workers, &as_guessed)?).collect();
        let languages = {
            let evidence: Vec<Evidence> = heard
                .iter()
                .map(|(&i, heard)| Evidence {
                    channel: jobs[i].channel,
                    length_ms: jobs[i].span.length_ms(),
                    languages: &heard.languages,
                })
                .collect();
            Languages::tell(&evidence, fixed.as_deref(), &self.settings.candidates, channels, &guess)
        };
        let of = |i: usize| languages.by_channel[jobs[i].channel].language.as_str();
        let again: Vec<(usize, &str)> =
            first.iter().copied().filter(|&i| of(i) != guess).chain(rest).map(|i| (i, of(i))).collect();
        for (&(i, _), answer) in again.iter().zip(hear(&mut tools.workers, &again)?) {
            heard.insert(i, answer);
        }
        if !jobs.is_empty() {
            tools.guess.clone_from(&languages.call.language);
        }
        Ok((languages, heard.into_values().collect()))
    }

    fn parts(
        &self,
        audio: &Audio,
        parties: &[Party],
        languages: &Languages,
        spans: &[Vec<Span>],
        heard: Vec<(&Job, Heard)>,
    ) -> TranscriptParts {
        let mut segments = Vec::new();
        let mut dropped = Vec::new();
        for (job, heard) in heard {
            // A span may be too short to tell its language; its channel tells it then.
            let mut signs = heard.signs;
            if job.span.length_ms() < language::OWN_LANGUAGE_MS {
                signs.language = signs.language.max(languages.by_channel[job.channel].probability);
            }
            tracing::debug!(start_ms = job.span.start_ms, ?signs, text = heard.text, "heard");
            if heard.text.is_empty() || confidence::invented(&signs) {
                dropped.push(Dropped { party: parties[job.channel], span: job.span });
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
        let weighted: f64 = segments.iter().map(|s| s.confidence * (s.end_ms - s.start_ms) as f64).sum();
        TranscriptParts {
            language: if segments.is_empty() { "und".into() } else { languages.call.language.clone() },
            language_confidence: rounded(languages.call.probability),
            model: self.model.clone(),
            duration_ms: audio.duration_ms(),
            confidence: rounded(weighted / total_ms.max(1) as f64),
            flags: flags(audio, parties, spans),
            segments,
            dropped,
            speech_ms: spans.iter().flatten().map(|s| s.length_ms()).sum(),
        }
    }
}

/// Four digits: enough to judge by, and stable when printed and read again.
fn rounded(x: f64) -> f64 {
    // Adding 0 makes a negative zero, the sum of nothing, a plain one.
    (x * 10_000.0).round() / 10_000.0 + 0.0
}

/// Silence is what the voice detector says: speech that gave no text is not silence.
fn flags(audio: &Audio, parties: &[Party], spans: &[Vec<Span>]) -> Vec<TranscriptFlag> {
    let silent = |party| {
        let mut own = parties.iter().zip(spans).filter(|(p, _)| **p == party);
        let present = own.clone().next().is_some();
        present && own.all(|(_, spans)| spans.is_empty())
    };
    let mut out = Vec::new();
    if spans.iter().all(Vec::is_empty) {
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

/// Gives the items to the tools as they become free; the answers come in the items' order.
fn spread<T: Send, I: Sync, A: Send>(
    tools: &mut [T],
    items: &[I],
    work: impl Fn(&mut T, &I) -> Result<A, SpeechError> + Sync,
) -> Result<Vec<A>, SpeechError> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<Option<Result<A, SpeechError>>>> = Mutex::new(items.iter().map(|_| None).collect());
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
    answers.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
}
