//! Hugging Face `model.safetensors`, whole or in shards: a JSON header with offsets, then the numbers.

use super::weights::{Number, Stored, Weights};
use crate::errors::ModelError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// The weight files of a directory: `model.safetensors`, or the shards that its index names.
pub fn files(dir: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let whole = dir.join("model.safetensors");
    if whole.is_file() {
        return Ok(vec![whole]);
    }
    let index = dir.join("model.safetensors.index.json");
    let text = std::fs::read_to_string(&index).map_err(ModelError::io(&index))?;
    #[derive(Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let index: Index =
        serde_json::from_str(&text).map_err(|e| ModelError::format(&index, e.to_string(), "download it again"))?;
    let mut shards: Vec<PathBuf> = index.weight_map.values().map(|f| dir.join(f)).collect();
    shards.sort();
    shards.dedup();
    Ok(shards)
}

/// Finds every tensor of every file.
pub fn index(files: &[PathBuf]) -> Result<Weights, ModelError> {
    let mut weights = Weights::default();
    for path in files {
        index_file(path, &mut weights)?;
    }
    Ok(weights)
}

fn index_file(path: &Path, weights: &mut Weights) -> Result<(), ModelError> {
    let damaged = |reason: String| ModelError::format(path, reason, "download it again");
    let mut file = std::fs::File::open(path).map_err(ModelError::io(path))?;
    let size = file.metadata().map_err(ModelError::io(path))?.len();
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(|_| damaged("the file ends too early".into()))?;
    let length = u64::from_le_bytes(length);
    if length > size.saturating_sub(8) || length > 100 << 20 {
        return Err(damaged(format!("its header claims {length} bytes")));
    }
    let mut header = vec![0; length as usize];
    file.read_exact(&mut header).map_err(ModelError::io(path))?;
    let header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&header).map_err(|e| damaged(format!("its header: {e}")))?;
    for (name, value) in header {
        if name == "__metadata__" {
            continue;
        }
        let entry: Entry = serde_json::from_value(value).map_err(|e| damaged(format!("tensor {name}: {e}")))?;
        let number = match entry.dtype.as_str() {
            "F32" => Number::F32,
            "F16" => Number::F16,
            "BF16" => Number::Bf16,
            // Buffers such as positions may be stored too; they are not weights.
            "I64" | "BOOL" | "U8" => continue,
            other => {
                return Err(ModelError::format(
                    path,
                    format!("tensor {name} is {other}"),
                    "save the model as float32, float16 or bfloat16",
                ));
            }
        };
        // Offsets and shapes are whatever the file says: they may be beyond any number.
        let [from, to] = entry.data_offsets;
        let bytes = to.checked_sub(from).filter(|_| to <= size - 8 - length);
        if bytes.is_none() || bytes != number.bytes_of(&entry.shape) {
            return Err(damaged(format!("tensor {name} does not fit the file")));
        }
        let offset = 8 + length + from;
        weights.stored.insert(name, Stored { file: path.to_path_buf(), offset, shape: entry.shape, number });
    }
    Ok(())
}
