//! Models of a few numbers: whole in their form, so that every reader gets to their end.

use meyar_speech::model::ggml::{self, Element, Header, Hparams, Tensor};
use std::io::Write as _;

/// What CTranslate2 calls the tensors of a Whisper model with one layer of width 2, with their shapes.
fn tensors() -> Vec<(String, Vec<usize>)> {
    let mut all: Vec<(String, Vec<usize>)> = Vec::new();
    let mut add = |name: String, shape: &[usize]| all.push((name, shape.into()));
    for side in ["encoder", "decoder"] {
        add(format!("{side}/num_heads"), &[]);
        add(format!("{side}/position_encodings/encodings"), &[4, 2]);
        let mut blocks = vec!["self_attention", "ffn"];
        if side == "decoder" {
            blocks.push("attention");
            add("decoder/embeddings/weight".into(), &[5, 2]);
        } else {
            ["conv1", "conv2"].iter().for_each(|conv| {
                add(format!("encoder/{conv}/weight"), &[2, 3, 3]);
                add(format!("encoder/{conv}/bias"), &[2]);
            });
        }
        for block in blocks {
            let rows: &[usize] = match block {
                "self_attention" => &[6, 2],
                "attention" => &[2, 4, 2],
                _ => &[8, 2],
            };
            for (n, rows) in rows.iter().enumerate() {
                add(format!("{side}/layer_0/{block}/linear_{n}/weight"), &[*rows, 2]);
                add(format!("{side}/layer_0/{block}/linear_{n}/bias"), &[*rows]);
            }
            norm(&mut add, &format!("{side}/layer_0/{block}"));
        }
        norm(&mut add, side);
    }
    all
}

fn norm(add: &mut impl FnMut(String, &[usize]), of: &str) {
    add(format!("{of}/layer_norm/gamma"), &[2]);
    add(format!("{of}/layer_norm/beta"), &[2]);
}

pub fn ct2() -> Vec<u8> {
    let name = |out: &mut Vec<u8>, name: &str| {
        out.extend_from_slice(&(name.len() as u16 + 1).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.push(0);
    };
    let mut out = 6_u32.to_le_bytes().to_vec();
    name(&mut out, "WhisperSpec");
    out.extend_from_slice(&3_u32.to_le_bytes());
    let tensors = tensors();
    out.extend_from_slice(&(tensors.len() as u32).to_le_bytes());
    for (tensor, shape) in tensors {
        name(&mut out, &tensor);
        out.push(shape.len() as u8);
        shape.iter().for_each(|n| out.extend_from_slice(&(*n as u32).to_le_bytes()));
        let count = shape.iter().product::<usize>();
        // Numbers of 32 bits, whole where they count something.
        out.push(if shape.is_empty() { 3 } else { 0 });
        out.extend_from_slice(&(count as u32 * 4).to_le_bytes());
        (0..count).for_each(|_| out.extend_from_slice(&1_u32.to_le_bytes()));
    }
    out.extend_from_slice(&1_u32.to_le_bytes());
    name(&mut out, "decoder/projection/weight");
    name(&mut out, "decoder/embeddings/weight");
    out
}

pub fn safetensors() -> Vec<u8> {
    let names = [
        ("model.encoder.embed_positions.weight", "[4,2]", "F32", 32),
        ("model.decoder.embed_positions.weight", "[4,2]", "F32", 32),
        ("model.decoder.embed_tokens.weight", "[5,2]", "F16", 20),
        ("model.encoder.conv1.weight", "[2,3,3]", "BF16", 36),
        ("model.encoder.layers.0.fc1.weight", "[8,2]", "F32", 64),
        ("positions", "[2]", "I64", 16),
    ];
    let mut at = 0;
    let entries: Vec<String> = names
        .iter()
        .map(|(name, shape, kind, bytes)| {
            at += bytes;
            format!(r#""{name}":{{"dtype":"{kind}","shape":{shape},"data_offsets":[{},{at}]}}"#, at - bytes)
        })
        .collect();
    let header = format!(r#"{{"__metadata__":{{"format":"pt"}},{}}}"#, entries.join(","));
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &vec![1; at]].concat()
}

pub fn ggml() -> Vec<u8> {
    let hparams = Hparams {
        n_vocab: 3,
        n_audio_ctx: 4,
        n_audio_state: 2,
        n_audio_head: 1,
        n_audio_layer: 4,
        n_text_ctx: 4,
        n_text_state: 2,
        n_text_head: 1,
        n_text_layer: 1,
        n_mels: 2,
        ftype: 1,
    };
    let vocabulary = vec![b"a".to_vec(), b" salam".to_vec()];
    let mut out = Vec::new();
    let header = Header { hparams, filters: vec![0.5; 6], filter_bins: 3, vocabulary };
    let tensor = |name: &str, shape: &[usize], element: Element| Tensor {
        name: name.into(),
        shape: shape.into(),
        element,
        data: vec![1; element.bytes(shape.iter().product())],
    };
    let tensors = [
        tensor("encoder.conv1.weight", &[2, 3, 3], Element::F16),
        tensor("decoder.token_embedding.weight", &[2, 32], Element::F16),
        tensor("encoder.ln_post.bias", &[2], Element::F32),
        tensor("decoder.ln.weight", &[1, 64], Element::Q8_0),
    ];
    let written = ggml::write_header(&mut out, &header)
        .and_then(|()| tensors.iter().try_for_each(|t| ggml::write_tensor(&mut out, t)));
    written.expect("memory can be written");
    out
}

/// A ZIP archive of two members, stored (0) or deflated (8).
pub fn wheel(method: u16) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for name in ["models/readme", "models/a.bin"] {
        let text = name.repeat(9).into_bytes();
        let packed = if method == 0 { text.clone() } else { deflated(&text) };
        let sizes = [0, packed.len() as u32, text.len() as u32].map(u32::to_le_bytes).concat();
        let names = [&(name.len() as u16).to_le_bytes()[..], &[0, 0]].concat();
        let common = [&[20, 0, 0, 0], &method.to_le_bytes()[..], &[0; 4], &sizes, &names].concat();
        directory.extend(
            [b"PK\x01\x02\x14\0", &common[..], &[0; 10], &(out.len() as u32).to_le_bytes(), name.as_bytes()].concat(),
        );
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &packed].concat());
    }
    let told = [directory.len() as u32, out.len() as u32].map(u32::to_le_bytes).concat();
    let end = [b"PK\x05\x06\0\0\0\0\x02\0\x02\0", &told[..], &[0, 0]].concat();
    [out, directory, end].concat()
}

fn deflated(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text).and_then(|()| packer.finish()).expect("memory can be written")
}
