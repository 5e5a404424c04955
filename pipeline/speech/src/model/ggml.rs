//! The GGML file of whisper.cpp: a header, mel filters, the vocabulary, then the tensors one after another.

use crate::errors::ModelError;
use std::io::{Read, Write};
use std::path::Path;

pub const MAGIC: u32 = 0x6767_6d6c;

/// The version of quantised blocks, carried in the file type.
const QUANTISATION_VERSION: i32 = 2;

/// Of one tensor; the largest that Whisper has is of 66 million.
const MOST_ELEMENTS: usize = 1 << 40;

/// The numbers at the head of the file, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hparams {
    pub n_vocab: i32,
    pub n_audio_ctx: i32,
    pub n_audio_state: i32,
    pub n_audio_head: i32,
    pub n_audio_layer: i32,
    pub n_text_ctx: i32,
    pub n_text_state: i32,
    pub n_text_head: i32,
    pub n_text_layer: i32,
    pub n_mels: i32,
    pub ftype: i32,
}

impl Hparams {
    fn array(self) -> [i32; 11] {
        [
            self.n_vocab,
            self.n_audio_ctx,
            self.n_audio_state,
            self.n_audio_head,
            self.n_audio_layer,
            self.n_text_ctx,
            self.n_text_state,
            self.n_text_head,
            self.n_text_layer,
            self.n_mels,
            self.ftype,
        ]
    }

    fn from_array(a: [i32; 11]) -> Self {
        Self {
            n_vocab: a[0],
            n_audio_ctx: a[1],
            n_audio_state: a[2],
            n_audio_head: a[3],
            n_audio_layer: a[4],
            n_text_ctx: a[5],
            n_text_state: a[6],
            n_text_head: a[7],
            n_text_layer: a[8],
            n_mels: a[9],
            ftype: a[10],
        }
    }

    /// The size as people call it, by its layers.
    pub fn size(&self) -> &'static str {
        match (self.n_audio_layer, self.n_text_layer) {
            (4, _) => "tiny",
            (6, _) => "base",
            (12, _) => "small",
            (24, _) => "medium",
            (32, 4) => "large-turbo",
            (32, 2) => "large-distilled",
            (32, _) => "large",
            _ => "other",
        }
    }

    /// How the big matrices are written.
    pub fn quantisation(&self) -> &'static str {
        match self.ftype % 1000 {
            0 => "f32",
            1 => "f16",
            2 => "q4_0",
            3 => "q4_1",
            7 => "q8_0",
            8 => "q5_0",
            9 => "q5_1",
            10 => "q2_k",
            11 => "q3_k",
            12 => "q4_k",
            13 => "q5_k",
            14 => "q6_k",
            24 => "bf16",
            _ => "other",
        }
    }
}

/// How the elements of a tensor are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    F32,
    F16,
    /// Blocks of 32: an f16 scale and 32 signed bytes.
    Q8_0,
}

impl Element {
    const fn code(self) -> i32 {
        match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Q8_0 => 8,
        }
    }

    /// The file type whose big matrices are of this element.
    pub const fn ftype(self) -> i32 {
        match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Q8_0 => 7 + 1000 * QUANTISATION_VERSION,
        }
    }

    pub const fn bytes(self, elements: usize) -> usize {
        match self {
            Self::F32 => elements * 4,
            Self::F16 => elements * 2,
            Self::Q8_0 => elements / 32 * 34,
        }
    }
}

/// One tensor; the shape has the outermost dimension first, as in the sources (the file has it reversed).
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    pub name: String,
    pub shape: Vec<usize>,
    pub element: Element,
    pub data: Vec<u8>,
}

impl Tensor {
    /// The values as numbers.
    pub fn values(&self) -> Vec<f32> {
        match self.element {
            Element::F32 => self.data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
            Element::F16 => {
                self.data.chunks_exact(2).map(|b| half::f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()
            }
            Element::Q8_0 => self
                .data
                .chunks_exact(34)
                .flat_map(|block| {
                    let scale = half::f16::from_le_bytes([block[0], block[1]]).to_f32();
                    block[2..].iter().map(move |&q| f32::from(q as i8) * scale)
                })
                .collect(),
        }
    }
}

/// What stands before the tensors.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    pub hparams: Hparams,
    /// Mel filters, `n_mels` rows.
    pub filters: Vec<f32>,
    pub filter_bins: usize,
    /// The text tokens, as bytes; special tokens follow from their numbers.
    pub vocabulary: Vec<Vec<u8>>,
}

pub fn write_header(out: &mut impl Write, header: &Header) -> std::io::Result<()> {
    out.write_all(&MAGIC.to_le_bytes())?;
    for n in header.hparams.array() {
        out.write_all(&n.to_le_bytes())?;
    }
    let rows = header.filters.len() / header.filter_bins.max(1);
    out.write_all(&(rows as i32).to_le_bytes())?;
    out.write_all(&(header.filter_bins as i32).to_le_bytes())?;
    for x in &header.filters {
        out.write_all(&x.to_le_bytes())?;
    }
    out.write_all(&(header.vocabulary.len() as i32).to_le_bytes())?;
    for token in &header.vocabulary {
        out.write_all(&(token.len() as i32).to_le_bytes())?;
        out.write_all(token)?;
    }
    Ok(())
}

pub fn write_tensor(out: &mut impl Write, tensor: &Tensor) -> std::io::Result<()> {
    out.write_all(&(tensor.shape.len() as i32).to_le_bytes())?;
    out.write_all(&(tensor.name.len() as i32).to_le_bytes())?;
    out.write_all(&tensor.element.code().to_le_bytes())?;
    for dimension in tensor.shape.iter().rev() {
        out.write_all(&(*dimension as i32).to_le_bytes())?;
    }
    out.write_all(tensor.name.as_bytes())?;
    out.write_all(&tensor.data)
}

/// Reads a GGML file piece by piece.
pub struct Reader<'a, R> {
    input: R,
    path: &'a Path,
}

impl<'a, R: Read> Reader<'a, R> {
    pub fn new(input: R, path: &'a Path) -> Self {
        Self { input, path }
    }

    fn damaged(&self, reason: impl Into<String>) -> ModelError {
        ModelError::format(self.path, reason, "fetch the model again, or convert it again")
    }

    fn i32(&mut self) -> Result<i32, ModelError> {
        let mut b = [0; 4];
        self.input.read_exact(&mut b).map_err(|_| self.damaged("the file ends too early"))?;
        Ok(i32::from_le_bytes(b))
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, ModelError> {
        let mut b = Vec::new();
        let got = (&mut self.input).take(length as u64).read_to_end(&mut b).map_err(ModelError::io(self.path))?;
        if got == length { Ok(b) } else { Err(self.damaged("the file ends too early")) }
    }

    fn length(&mut self, what: &str, most: usize) -> Result<usize, ModelError> {
        let n = self.i32()?;
        usize::try_from(n).ok().filter(|&n| n <= most).ok_or_else(|| self.damaged(format!("{what}: {n} is impossible")))
    }

    pub fn hparams(&mut self) -> Result<Hparams, ModelError> {
        if self.i32()? as u32 != MAGIC {
            return Err(self.damaged("not a GGML file"));
        }
        let mut array = [0; 11];
        for n in &mut array {
            *n = self.i32()?;
        }
        Ok(Hparams::from_array(array))
    }

    pub fn header(&mut self) -> Result<Header, ModelError> {
        let hparams = self.hparams()?;
        let rows = self.length("mel filters", 1024)?;
        let filter_bins = self.length("mel filter bins", 65_536)?;
        let filters = self
            .bytes(rows * filter_bins * 4)?
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        let count = self.length("vocabulary", 1 << 20)?;
        let vocabulary = (0..count)
            .map(|_| {
                let length = self.length("token length", 1 << 16)?;
                self.bytes(length)
            })
            .collect::<Result<_, _>>()?;
        Ok(Header { hparams, filters, filter_bins, vocabulary })
    }

    /// The next tensor; none at the end of the file.
    pub fn tensor(&mut self) -> Result<Option<Tensor>, ModelError> {
        let mut first = [0; 4];
        let got = self.input.read(&mut first[..1]).map_err(ModelError::io(self.path))?;
        if got == 0 {
            return Ok(None);
        }
        self.input.read_exact(&mut first[1..]).map_err(|_| self.damaged("the file ends too early"))?;
        let rank = i32::from_le_bytes(first);
        if !(0..=4).contains(&rank) {
            return Err(self.damaged(format!("tensor rank: {rank} is impossible")));
        }
        let name_length = self.length("tensor name", 512)?;
        let element = match self.i32()? {
            0 => Element::F32,
            1 => Element::F16,
            8 => Element::Q8_0,
            code => return Err(self.damaged(format!("element type {code} is not f32, f16 or q8_0"))),
        };
        let mut shape = (0..rank).map(|_| self.length("tensor dimension", 1 << 26)).collect::<Result<Vec<_>, _>>()?;
        shape.reverse();
        let name = String::from_utf8_lossy(&self.bytes(name_length)?).into_owned();
        // Each dimension is possible by itself; together they may be beyond any number.
        let elements = shape.iter().try_fold(1_usize, |all, n| all.checked_mul(*n)).filter(|n| *n <= MOST_ELEMENTS);
        let elements = elements.ok_or_else(|| self.damaged(format!("tensor {name}: shape {shape:?} is impossible")))?;
        let data = self.bytes(element.bytes(elements))?;
        Ok(Some(Tensor { name, shape, element, data }))
    }
}
