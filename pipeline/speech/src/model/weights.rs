//! Where tensors stand in the files of a source model, read one at a time: a large model never has to fit in memory.

use crate::errors::ModelError;
use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// How a source writes its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    F32,
    F16,
    Bf16,
    I8,
    I16,
    I32,
}

impl Number {
    pub const fn bytes(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::I8 => 1,
        }
    }

    /// Bytes of a tensor of that shape; none for more than there can be, as a damaged file may claim.
    pub fn bytes_of(self, shape: &[usize]) -> Option<u64> {
        let count = shape.iter().try_fold(self.bytes(), |bytes, n| bytes.checked_mul(*n))?;
        u64::try_from(count).ok()
    }
}

#[derive(Debug, Clone)]
pub struct Stored {
    pub file: PathBuf,
    pub offset: u64,
    pub shape: Vec<usize>,
    pub number: Number,
}

/// All tensors of a model by the names its source gives them.
#[derive(Debug, Default)]
pub struct Weights {
    pub stored: BTreeMap<String, Stored>,
}

/// A tensor as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Values {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

impl Weights {
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.stored.get(name).map(|s| s.shape.as_slice())
    }

    /// The number of layers under a prefix such as `encoder/layer_`.
    pub fn layers(&self, prefix: &str, end: char) -> usize {
        self.stored
            .keys()
            .filter_map(|k| k.strip_prefix(prefix)?.split_once(end)?.0.parse::<usize>().ok())
            .max()
            .map_or(0, |last| last.saturating_add(1))
    }

    fn numbers(&self, name: &str, dir: &Path) -> Result<(Number, Values), ModelError> {
        let stored = self.stored.get(name).ok_or_else(|| {
            ModelError::format(
                dir,
                format!("tensor {name} is missing"),
                "give a Whisper model for transcription (encoder and decoder)",
            )
        })?;
        let count: usize = stored.shape.iter().product();
        let mut bytes = vec![0; count * stored.number.bytes()];
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = std::fs::File::open(&stored.file)?;
            file.seek(SeekFrom::Start(stored.offset))?;
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(ModelError::io(&stored.file))?;
        let pairs = || bytes.chunks_exact(2).map(|b| [b[0], b[1]]);
        let fours = || bytes.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]);
        let data = match stored.number {
            Number::F32 => fours().map(f32::from_le_bytes).collect(),
            Number::I32 => fours().map(|b| i32::from_le_bytes(b) as f32).collect(),
            Number::F16 => pairs().map(|b| half::f16::from_le_bytes(b).to_f32()).collect(),
            Number::Bf16 => pairs().map(|b| half::bf16::from_le_bytes(b).to_f32()).collect(),
            Number::I16 => pairs().map(|b| f32::from(i16::from_le_bytes(b))).collect(),
            Number::I8 => bytes.iter().map(|&b| f32::from(b as i8)).collect(),
        };
        Ok((stored.number, Values { shape: stored.shape.clone(), data }))
    }

    /// The values of a tensor. Quantised ones are divided by their `_scale`, one for each row or one for all.
    pub fn values(&self, name: &str, dir: &Path) -> Result<Values, ModelError> {
        let (number, mut values) = self.numbers(name, dir)?;
        if matches!(number, Number::I8 | Number::I16) && !values.shape.is_empty() {
            let (_, scale) = self.numbers(&format!("{name}_scale"), dir)?;
            let row = values.data.len() / scale.data.len().max(1);
            for (row, scale) in values.data.chunks_mut(row.max(1)).zip(&scale.data) {
                row.iter_mut().for_each(|x| *x /= scale);
            }
        }
        Ok(values)
    }
}
