//! What models a directory holds. A small JSON beside each says where it came from and spares hashing it again.

use super::ggml::{MAGIC, Reader};
use super::sha256;
use crate::errors::ModelError;
use serde::{Deserialize, Serialize};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Whisper: speech to text.
    Speech,
    /// Silero: where there is speech.
    VoiceDetector,
}

/// One model file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelInfo {
    /// The file's name without `ggml-` and `.bin`.
    pub name: String,
    pub path: PathBuf,
    pub kind: ModelKind,
    pub bytes: u64,
    /// `tiny` … `large-turbo`; empty for a voice detector.
    pub size: String,
    pub mel_bins: u32,
    pub vocabulary: u32,
    /// `f16`, `q8_0` …; empty for a voice detector.
    pub quantisation: String,
    pub sha256: String,
    pub source: String,
}

/// The JSON beside a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Description {
    sha256: String,
    bytes: u64,
    source: String,
}

fn description_path(model: &Path) -> PathBuf {
    model.with_extension("json")
}

/// Writes down where a model came from.
pub(super) fn describe(model: &Path, sha256: &str, source: &str) -> Result<(), ModelError> {
    let path = description_path(model);
    let description = Description {
        sha256: sha256.into(),
        bytes: model.metadata().map_err(ModelError::io(model))?.len(),
        source: source.into(),
    };
    let mut text = serde_json::to_string_pretty(&description)
        .map_err(|e| ModelError::format(&path, e.to_string(), "this is a fault of the program"))?;
    text.push('\n');
    std::fs::write(&path, text).map_err(ModelError::io(&path))
}

/// The same, unless it is written down already: a directory that cannot be written to can still be used.
pub(super) fn describe_once(model: &Path, sha256: &str, source: &str) -> Result<(), ModelError> {
    if description_path(model).is_file() {
        return Ok(());
    }
    describe(model, sha256, source)
}

/// Every GGML file of a directory, by name. A directory that does not exist holds none.
pub fn list(dir: &Path) -> Result<Vec<ModelInfo>, ModelError> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .map_err(ModelError::io(dir))?
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "bin"))
        .collect();
    paths.sort();
    let mut out = Vec::new();
    for path in paths {
        out.extend(info(&path)?);
    }
    Ok(out)
}

/// Reads one file's header; none when it is not GGML.
pub fn info(path: &Path) -> Result<Option<ModelInfo>, ModelError> {
    let file = std::fs::File::open(path).map_err(ModelError::io(path))?;
    let bytes = file.metadata().map_err(ModelError::io(path))?.len();
    let mut start = Vec::new();
    file.take(64).read_to_end(&mut start).map_err(ModelError::io(path))?;
    if start.len() < 48 || start[..4] != MAGIC.to_le_bytes() {
        return Ok(None);
    }
    // A voice detector's header goes on with the length of its name and the name.
    let kind = if start[8..].starts_with(b"silero") { ModelKind::VoiceDetector } else { ModelKind::Speech };
    let (sha256, source) = origin(path, bytes)?;
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let mut info = ModelInfo {
        name: name.trim_start_matches("ggml-").to_string(),
        path: path.to_path_buf(),
        kind,
        bytes,
        size: String::new(),
        mel_bins: 0,
        vocabulary: 0,
        quantisation: String::new(),
        sha256,
        source,
    };
    if kind == ModelKind::Speech {
        let hparams = Reader::new(BufReader::new(start.as_slice()), path).hparams()?;
        info.size = hparams.size().into();
        info.mel_bins = hparams.n_mels as u32;
        info.vocabulary = hparams.n_vocab as u32;
        info.quantisation = hparams.quantisation().into();
    }
    Ok(Some(info))
}

/// What is written beside the model, if it still fits; otherwise the file is hashed.
fn origin(path: &Path, bytes: u64) -> Result<(String, String), ModelError> {
    let described = std::fs::read_to_string(description_path(path))
        .ok()
        .and_then(|text| serde_json::from_str::<Description>(&text).ok())
        .filter(|d| d.bytes == bytes);
    match described {
        Some(d) => Ok((d.sha256, d.source)),
        None => Ok((sha256(path)?, "given".into())),
    }
}
