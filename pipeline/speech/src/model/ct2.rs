//! CTranslate2's `model.bin`: a list of named tensors one after another, then aliases.

use super::weights::{Number, Stored, Weights};
use crate::errors::ModelError;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

const REMEDY: &str = "convert the model with a current CTranslate2, float16 or int8";

/// Finds every tensor; nothing is read but names and shapes.
pub fn index(path: &Path) -> Result<Weights, ModelError> {
    let file = std::fs::File::open(path).map_err(ModelError::io(path))?;
    let size = file.metadata().map_err(ModelError::io(path))?.len();
    let mut input = Input { inner: BufReader::new(file), at: 0, path };
    let version = input.u32()?;
    if version != 6 {
        return Err(ModelError::format(path, format!("CTranslate2 format version {version} is not 6"), REMEDY));
    }
    let spec = input.name()?;
    if spec != "WhisperSpec" {
        return Err(ModelError::format(path, format!("holds a {spec}, not a WhisperSpec"), "give a Whisper model"));
    }
    let _revision = input.u32()?;
    let mut weights = Weights::default();
    for _ in 0..input.u32()? {
        let name = input.name()?;
        let rank = input.u8()?;
        let shape = (0..rank).map(|_| input.u32().map(|n| n as usize)).collect::<Result<Vec<_>, _>>()?;
        let number = match input.u8()? {
            0 => Number::F32,
            1 => Number::I8,
            2 => Number::I16,
            3 => Number::I32,
            4 => Number::F16,
            5 => Number::Bf16,
            code => {
                return Err(ModelError::format(path, format!("tensor {name} has the unknown type {code}"), REMEDY));
            }
        };
        let bytes = u64::from(input.u32()?);
        if number.bytes_of(&shape) != Some(bytes) {
            let reason = format!("tensor {name} has {bytes} bytes, which its shape {shape:?} does not need");
            return Err(ModelError::format(path, reason, REMEDY));
        }
        // Before anything of that length is read.
        if input.at + bytes > size {
            return Err(ModelError::format(path, "the file ends too early", "download it again"));
        }
        let stored = Stored { file: path.to_path_buf(), offset: input.at, shape, number };
        weights.stored.insert(name, stored);
        input.skip(bytes)?;
    }
    for _ in 0..input.u32()? {
        let alias = input.name()?;
        let target = input.name()?;
        if let Some(stored) = weights.stored.get(&target).cloned() {
            weights.stored.insert(alias, stored);
        }
    }
    Ok(weights)
}

struct Input<'a> {
    inner: BufReader<std::fs::File>,
    at: u64,
    path: &'a Path,
}

impl Input<'_> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut b = [0; N];
        self.inner
            .read_exact(&mut b)
            .map_err(|_| ModelError::format(self.path, "the file ends too early", "download it again"))?;
        self.at += N as u64;
        Ok(b)
    }

    fn u8(&mut self) -> Result<u8, ModelError> {
        Ok(self.bytes::<1>()?[0])
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    /// Length, then text that ends in a zero byte.
    fn name(&mut self) -> Result<String, ModelError> {
        let length = u16::from_le_bytes(self.bytes()?);
        let mut text = vec![0; length as usize];
        self.inner.read_exact(&mut text).map_err(ModelError::io(self.path))?;
        self.at += u64::from(length);
        while text.last() == Some(&0) {
            text.pop();
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ModelError> {
        self.at += bytes;
        self.inner.seek(SeekFrom::Start(self.at)).map_err(ModelError::io(self.path))?;
        Ok(())
    }
}
