//! CTranslate2 and Hugging Face models to GGML, any size. One tensor is in memory at a time.

use super::ggml::{self, Element, Header, Hparams, Tensor};
use super::layout::{self, Origin};
use super::weights::{Values, Weights};
use super::{ct2, list, mel, partial, safetensors, sha256, vocabulary};
use crate::errors::ModelError;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What came of a conversion.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    pub path: PathBuf,
    pub hparams: Hparams,
    pub tensors: usize,
    pub sha256: String,
    /// Things that make recognition doubtful but the file not wrong.
    pub warnings: Vec<String>,
}

enum Source {
    CTranslate2,
    HuggingFace { heads: (usize, usize) },
}

/// Numbers of tokens that whisper.cpp knows how to lay its special tokens out for.
const KNOWN_VOCABULARIES: [usize; 3] = [51_864, 51_865, 51_866];

/// Far above any Whisper model: the largest has 32 layers and 128 mel bins.
const MOST_LAYERS: usize = 1_000;
const MOST_MELS: usize = 1_024;

/// Converts the model in directory `from` to the f16 file `to`, and describes it in a JSON beside it. `progress` gets
/// tensors done and tensors in all.
pub fn convert(from: &Path, to: &Path, mut progress: impl FnMut(usize, usize)) -> Result<Converted, ModelError> {
    let converted = write(from, to, &mut progress)?;
    let source = from.file_name().map_or_else(|| "converted".into(), |n| n.to_string_lossy().into_owned());
    list::describe(to, &converted.sha256, &format!("converted from {source}"))?;
    Ok(converted)
}

pub(super) fn write(from: &Path, to: &Path, progress: &mut dyn FnMut(usize, usize)) -> Result<Converted, ModelError> {
    let (source, weights) = open(from)?;
    let (hparams, names) = shape(from, &source, &weights)?;
    let vocabulary = vocabulary::load(from)?;
    let warnings = warnings(&hparams, vocabulary.len());
    let header = Header { hparams, filters: mel::filters(hparams.n_mels as usize), filter_bins: mel::BINS, vocabulary };
    let unfinished = partial(to);
    let file = std::fs::File::create(&unfinished).map_err(ModelError::io(&unfinished))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    ggml::write_header(&mut out, &header).map_err(ModelError::io(&unfinished))?;
    for (done, name) in names.iter().enumerate() {
        let values = take(from, &source, &weights, name)?;
        let tensor = encode(name, values);
        ggml::write_tensor(&mut out, &tensor).map_err(ModelError::io(&unfinished))?;
        progress(done + 1, names.len());
    }
    out.flush().map_err(ModelError::io(&unfinished))?;
    drop(out);
    let hash = sha256(&unfinished)?;
    std::fs::rename(&unfinished, to).map_err(ModelError::io(to))?;
    Ok(Converted { path: to.to_path_buf(), hparams, tensors: names.len(), sha256: hash, warnings })
}

fn open(from: &Path) -> Result<(Source, Weights), ModelError> {
    let binary = from.join("model.bin");
    if binary.is_file() {
        return Ok((Source::CTranslate2, ct2::index(&binary)?));
    }
    if !from.join("model.safetensors").is_file() && !from.join("model.safetensors.index.json").is_file() {
        return Err(ModelError::format(
            from,
            "holds neither model.bin nor model.safetensors",
            "give a directory with a CTranslate2 or Hugging Face Whisper model",
        ));
    }
    let config = from.join("config.json");
    let text = std::fs::read_to_string(&config).map_err(ModelError::io(&config))?;
    let config_json: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| ModelError::format(&config, e.to_string(), "download it again"))?;
    let heads = |key: &str| {
        config_json[key]
            .as_u64()
            .map(|n| n as usize)
            .ok_or_else(|| ModelError::format(&config, format!("{key} is missing"), "download it again"))
    };
    let heads = (heads("encoder_attention_heads")?, heads("decoder_attention_heads")?);
    let mut weights = safetensors::index(&safetensors::files(from)?)?;
    weights.stored = std::mem::take(&mut weights.stored)
        .into_iter()
        .map(|(name, stored)| match name.strip_prefix("model.") {
            Some(short) => (short.to_string(), stored),
            None => (name, stored),
        })
        .collect();
    Ok((Source::HuggingFace { heads }, weights))
}

fn origin(source: &Source, name: &str) -> Option<Origin> {
    match source {
        Source::CTranslate2 => layout::ct2(name),
        Source::HuggingFace { .. } => layout::hugging_face(name),
    }
}

fn shape(from: &Path, source: &Source, weights: &Weights) -> Result<(Hparams, Vec<String>), ModelError> {
    let dims = |name: &str, rank: usize| -> Result<Vec<usize>, ModelError> {
        origin(source, name)
            .and_then(|o| weights.shape(&o.name).map(<[usize]>::to_vec))
            .filter(|s| s.len() == rank)
            .ok_or_else(|| {
                ModelError::format(
                    from,
                    format!("tensor for {name} is missing or not of rank {rank}"),
                    "give a Whisper model",
                )
            })
    };
    let (encoder_layers, decoder_layers) = match source {
        Source::CTranslate2 => (weights.layers("encoder/layer_", '/'), weights.layers("decoder/layer_", '/')),
        Source::HuggingFace { .. } => (weights.layers("encoder.layers.", '.'), weights.layers("decoder.layers.", '.')),
    };
    let (encoder_heads, decoder_heads) = match source {
        Source::HuggingFace { heads } => *heads,
        Source::CTranslate2 => {
            let heads = |name: &str| -> Result<usize, ModelError> {
                let values = weights.values(name, from)?;
                Ok(values.data.first().map_or(0, |&n| n as usize))
            };
            (heads("encoder/num_heads")?, heads("decoder/num_heads")?)
        }
    };
    let audio = dims("encoder.positional_embedding", 2)?;
    let text = dims("decoder.positional_embedding", 2)?;
    let tokens = dims("decoder.token_embedding.weight", 2)?;
    let conv = dims("encoder.conv1.weight", 3)?;
    if audio[1] != text[1] || encoder_heads == 0 || decoder_heads == 0 {
        return Err(ModelError::format(
            from,
            format!(
                "encoder of width {} and {encoder_heads} heads, decoder of width {} and {decoder_heads} heads",
                audio[1], text[1]
            ),
            "give a Whisper model: its encoder and decoder have one width",
        ));
    }
    // A tensor without numbers may claim any size; what is computed from these would fill the memory.
    for (what, found, most) in [
        ("encoder layers", encoder_layers, MOST_LAYERS),
        ("decoder layers", decoder_layers, MOST_LAYERS),
        ("mel bins", conv[1], MOST_MELS),
    ] {
        if found > most {
            let reason = format!("{found} {what} are more than the {most} that a Whisper model may have");
            return Err(ModelError::format(from, reason, "download it again, or give a Whisper model"));
        }
    }
    let hparams = Hparams {
        n_vocab: tokens[0] as i32,
        n_audio_ctx: audio[0] as i32,
        n_audio_state: audio[1] as i32,
        n_audio_head: encoder_heads as i32,
        n_audio_layer: encoder_layers as i32,
        n_text_ctx: text[0] as i32,
        n_text_state: text[1] as i32,
        n_text_head: decoder_heads as i32,
        n_text_layer: decoder_layers as i32,
        n_mels: conv[1] as i32,
        ftype: Element::F16.ftype(),
    };
    Ok((hparams, layout::names(encoder_layers, decoder_layers)))
}

fn take(from: &Path, source: &Source, weights: &Weights, name: &str) -> Result<Values, ModelError> {
    let origin = origin(source, name)
        .ok_or_else(|| ModelError::format(from, format!("no source for {name}"), "give a Whisper model"))?;
    let mut values = weights.values(&origin.name, from)?;
    if let Some((part, parts)) = origin.part {
        let rows = values.shape.first().copied().unwrap_or(0);
        if !rows.is_multiple_of(parts) {
            return Err(ModelError::format(
                from,
                format!("{} has {rows} rows, not a multiple of {parts}", origin.name),
                "give a Whisper model",
            ));
        }
        let length = values.data.len() / parts;
        values.data = values.data[part * length..(part + 1) * length].to_vec();
        values.shape[0] = rows / parts;
    }
    Ok(values)
}

fn encode(name: &str, values: Values) -> Tensor {
    let mut shape = values.shape;
    if name.ends_with("conv1.bias") || name.ends_with("conv2.bias") {
        // whisper.cpp adds it to a matrix of time columns.
        shape.push(1);
    }
    let rank = shape.len();
    let (element, data) = if layout::stays_f32(name, rank) {
        let bytes = values.data.iter().flat_map(|x| x.to_le_bytes()).collect();
        (Element::F32, bytes)
    } else {
        let bytes = values.data.iter().flat_map(|x| half::f16::from_f32(*x).to_le_bytes()).collect();
        (Element::F16, bytes)
    };
    Tensor { name: name.to_string(), shape, element, data }
}

fn warnings(hparams: &Hparams, text_tokens: usize) -> Vec<String> {
    let mut out = Vec::new();
    if !KNOWN_VOCABULARIES.contains(&(hparams.n_vocab as usize)) {
        out.push(format!(
            "vocabulary: {} tokens, whisper.cpp expects 51864, 51865 or 51866; special tokens may be misplaced",
            hparams.n_vocab
        ));
    }
    if !(50_256..=50_257).contains(&text_tokens) {
        out.push(format!("vocabulary: {text_tokens} text tokens, Whisper has 50257; the text may be garbled"));
    }
    out
}
