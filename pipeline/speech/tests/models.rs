//! Models become GGML files with the right numbers in them, whatever they were made from.
#![allow(clippy::unwrap_used)]

use meyar_speech::model::ggml::{Element, Header, Reader, Tensor};
use meyar_speech::model::{self, ModelKind, Progress, mel, quantise};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};

const WIDTH: usize = 64;
const HEADS: usize = 4;
const TOKENS: usize = 50;
const TEXT_TOKENS: usize = 41;

/// Tensors by Hugging Face's names, after `model.`.
type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// A Whisper of one encoder and two decoder layers with `n_mels` mel bins, random but for the layout.
fn tiny(n_mels: usize) -> Tensors {
    let mut seed = 3u32;
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Few digits, so that f16 holds them exactly.
        f32::from((seed >> 20) as u16) / 1024.0 - 2.0
    };
    let mut out = Tensors::new();
    let mut put = |name: String, shape: &[usize]| {
        let data = (0..shape.iter().product()).map(|_| next()).collect();
        out.insert(name, (shape.to_vec(), data));
    };
    put("encoder.conv1.weight".into(), &[WIDTH, n_mels, 3]);
    put("encoder.conv1.bias".into(), &[WIDTH]);
    put("encoder.conv2.weight".into(), &[WIDTH, WIDTH, 3]);
    put("encoder.conv2.bias".into(), &[WIDTH]);
    put("encoder.embed_positions.weight".into(), &[10, WIDTH]);
    put("decoder.embed_positions.weight".into(), &[8, WIDTH]);
    put("decoder.embed_tokens.weight".into(), &[TOKENS, WIDTH]);
    for (side, layers) in [("encoder", 1), ("decoder", 2)] {
        put(format!("{side}.layer_norm.weight"), &[WIDTH]);
        put(format!("{side}.layer_norm.bias"), &[WIDTH]);
        for i in 0..layers {
            let layer = format!("{side}.layers.{i}");
            let kinds: &[&str] = if side == "encoder" { &["self_attn"] } else { &["self_attn", "encoder_attn"] };
            for kind in kinds {
                for part in ["q_proj", "k_proj", "v_proj", "out_proj"] {
                    put(format!("{layer}.{kind}.{part}.weight"), &[WIDTH, WIDTH]);
                    if part != "k_proj" {
                        put(format!("{layer}.{kind}.{part}.bias"), &[WIDTH]);
                    }
                }
                put(format!("{layer}.{kind}_layer_norm.weight"), &[WIDTH]);
                put(format!("{layer}.{kind}_layer_norm.bias"), &[WIDTH]);
            }
            for (name, rows, columns) in [("fc1", 4 * WIDTH, WIDTH), ("fc2", WIDTH, 4 * WIDTH)] {
                put(format!("{layer}.{name}.weight"), &[rows, columns]);
                put(format!("{layer}.{name}.bias"), &[rows]);
            }
            put(format!("{layer}.final_layer_norm.weight"), &[WIDTH]);
            put(format!("{layer}.final_layer_norm.bias"), &[WIDTH]);
        }
    }
    out
}

/// Text tokens in GPT-2's alphabet: `Ġ` is a space, `É` and `Ļ` are the bytes of `ə`.
fn tokens() -> Vec<String> {
    let mut out: Vec<String> = (0..TEXT_TOKENS).map(|i| format!("Ġt{i}")).collect();
    out[3] = "ÉĻ".into();
    out[40] = String::new();
    out.push("<|endoftext|>".into());
    out.push("<|startoftranscript|>".into());
    out
}

fn write_safetensors(dir: &Path, tensors: &Tensors) {
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, (shape, values)) in tensors {
        let begin = data.len();
        data.extend(values.iter().flat_map(|x| x.to_le_bytes()));
        let entry = serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [begin, data.len()]});
        header.insert(format!("model.{name}"), entry);
    }
    header.insert("__metadata__".into(), serde_json::json!({"format": "pt"}));
    let header = serde_json::to_vec(&header).unwrap();
    let file = [&(header.len() as u64).to_le_bytes()[..], &header, &data].concat();
    std::fs::write(dir.join("model.safetensors"), file).unwrap();
    let config = serde_json::json!({"encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS});
    std::fs::write(dir.join("config.json"), config.to_string()).unwrap();
    let numbered: BTreeMap<String, usize> = tokens().into_iter().zip(0..).collect();
    std::fs::write(dir.join("vocab.json"), serde_json::to_vec(&numbered).unwrap()).unwrap();
}

#[derive(Default)]
struct Ct2 {
    count: u32,
    body: Vec<u8>,
}

fn ct2_name(name: &str) -> Vec<u8> {
    let mut out = (name.len() as u16 + 1).to_le_bytes().to_vec();
    out.extend(name.bytes());
    out.push(0);
    out
}

impl Ct2 {
    fn put(&mut self, name: &str, shape: &[usize], kind: u8, bytes: &[u8]) {
        self.count += 1;
        self.body.extend(ct2_name(name));
        self.body.push(shape.len() as u8);
        self.body.extend(shape.iter().flat_map(|d| (*d as u32).to_le_bytes()));
        self.body.push(kind);
        self.body.extend((bytes.len() as u32).to_le_bytes());
        self.body.extend(bytes);
    }

    /// Weights as f16, or as int8 with a scale a row.
    fn weight(&mut self, name: &str, shape: &[usize], values: &[f32], int8: bool) {
        if int8 && shape.len() == 2 && !name.contains("encodings") {
            let mut quantised = Vec::new();
            let mut scales = Vec::new();
            for row in values.chunks(shape[1]) {
                let scale = 127.0 / row.iter().fold(0f32, |m, x| m.max(x.abs()));
                scales.extend(scale.to_le_bytes());
                quantised.extend(row.iter().map(|x| (x * scale).round() as i8 as u8));
            }
            self.put(name, shape, 1, &quantised);
            self.put(&format!("{name}_scale"), &shape[..1], 0, &scales);
        } else {
            let bytes: Vec<u8> = values.iter().flat_map(|x| half::f16::from_f32(*x).to_le_bytes()).collect();
            self.put(name, shape, 4, &bytes);
        }
    }
}

fn write_ct2(dir: &Path, tensors: &Tensors, int8: bool) {
    let mut out = Ct2::default();
    let get = |name: String| tensors[&name].clone();
    let mut pass = |to: String, from: String| {
        let (shape, data) = get(from);
        out.weight(&to, &shape, &data, int8);
    };
    for conv in ["conv1", "conv2"] {
        for end in ["weight", "bias"] {
            pass(format!("encoder/{conv}/{end}"), format!("encoder.{conv}.{end}"));
        }
    }
    pass("decoder/embeddings/weight".into(), "decoder.embed_tokens.weight".into());
    for (side, layers) in [("encoder", 1), ("decoder", 2)] {
        pass(format!("{side}/position_encodings/encodings"), format!("{side}.embed_positions.weight"));
        let mut norms = vec![(format!("{side}/layer_norm"), format!("{side}.layer_norm"))];
        for i in 0..layers {
            let (to, from) = (format!("{side}/layer_{i}"), format!("{side}.layers.{i}"));
            norms.push((format!("{to}/self_attention/layer_norm"), format!("{from}.self_attn_layer_norm")));
            norms.push((format!("{to}/ffn/layer_norm"), format!("{from}.final_layer_norm")));
            let mut linears = vec![
                (format!("{to}/ffn/linear_0"), format!("{from}.fc1")),
                (format!("{to}/ffn/linear_1"), format!("{from}.fc2")),
                (format!("{to}/self_attention/linear_1"), format!("{from}.self_attn.out_proj")),
            ];
            if side == "decoder" {
                norms.push((format!("{to}/attention/layer_norm"), format!("{from}.encoder_attn_layer_norm")));
                linears.push((format!("{to}/attention/linear_0"), format!("{from}.encoder_attn.q_proj")));
                linears.push((format!("{to}/attention/linear_2"), format!("{from}.encoder_attn.out_proj")));
            }
            for (to, from) in linears {
                pass(format!("{to}/weight"), format!("{from}.weight"));
                pass(format!("{to}/bias"), format!("{from}.bias"));
            }
        }
        for (to, from) in norms {
            pass(format!("{to}/gamma"), format!("{from}.weight"));
            pass(format!("{to}/beta"), format!("{from}.bias"));
        }
    }
    let mut fuse = |to: String, from: String, parts: &[&str]| {
        let weights: Vec<f32> = parts.iter().flat_map(|p| get(format!("{from}.{p}.weight")).1).collect();
        let biases: Vec<f32> = parts
            .iter()
            .flat_map(|p| tensors.get(&format!("{from}.{p}.bias")).map_or(vec![0.0; WIDTH], |t| t.1.clone()))
            .collect();
        out.weight(&format!("{to}/weight"), &[parts.len() * WIDTH, WIDTH], &weights, int8);
        out.weight(&format!("{to}/bias"), &[parts.len() * WIDTH], &biases, int8);
    };
    let all = ["q_proj", "k_proj", "v_proj"];
    fuse("encoder/layer_0/self_attention/linear_0".into(), "encoder.layers.0.self_attn".into(), &all);
    for i in 0..2 {
        let (to, from) = (format!("decoder/layer_{i}"), format!("decoder.layers.{i}"));
        fuse(format!("{to}/self_attention/linear_0"), format!("{from}.self_attn"), &all);
        fuse(format!("{to}/attention/linear_1"), format!("{from}.encoder_attn"), &all[1..]);
    }
    out.put("encoder/num_heads", &[], 2, &(HEADS as i16).to_le_bytes());
    out.put("decoder/num_heads", &[], 2, &(HEADS as i16).to_le_bytes());
    let mut file = 6u32.to_le_bytes().to_vec();
    file.extend(ct2_name("WhisperSpec"));
    file.extend(3u32.to_le_bytes());
    file.extend(out.count.to_le_bytes());
    file.extend(out.body);
    // An alias, as the tied output projection is one.
    file.extend(1u32.to_le_bytes());
    file.extend(ct2_name("decoder/projection/weight"));
    file.extend(ct2_name("decoder/embeddings/weight"));
    std::fs::write(dir.join("model.bin"), file).unwrap();
    std::fs::write(dir.join("vocabulary.json"), serde_json::to_vec(&tokens()).unwrap()).unwrap();
}

fn read(path: &Path) -> (Header, BTreeMap<String, Tensor>) {
    let file = std::fs::File::open(path).unwrap();
    let mut reader = Reader::new(BufReader::new(file), path);
    let header = reader.header().unwrap();
    let mut tensors = BTreeMap::new();
    while let Some(tensor) = reader.tensor().unwrap() {
        tensors.insert(tensor.name.clone(), tensor);
    }
    (header, tensors)
}

#[test]
fn safetensors_and_ctranslate2_of_one_model_give_the_same_file() {
    let dir = tempfile::tempdir().unwrap();
    let tensors = tiny(128);
    let (hf, ct2) = (dir.path().join("hf"), dir.path().join("ct2"));
    std::fs::create_dir_all(&hf).unwrap();
    std::fs::create_dir_all(&ct2).unwrap();
    write_safetensors(&hf, &tensors);
    write_ct2(&ct2, &tensors, false);
    let (a, b) = (dir.path().join("a.bin"), dir.path().join("b.bin"));
    let mut steps = Vec::new();
    let one = model::convert(&hf, &a, |done, of| steps.push((done, of))).unwrap();
    let two = model::convert(&ct2, &b, |_, _| {}).unwrap();
    assert_eq!(one.sha256, two.sha256);
    assert_eq!(one.tensors, steps.len());
    assert_eq!(steps.last(), Some(&(one.tensors, one.tensors)));
    assert!(one.warnings[0].contains("50 tokens"), "{:?}", one.warnings);

    let (header, read) = read(&a);
    let h = header.hparams;
    assert_eq!((h.n_vocab, h.n_audio_ctx, h.n_audio_state, h.n_mels), (50, 10, 64, 128));
    assert_eq!((h.n_audio_layer, h.n_text_layer, h.n_text_ctx), (1, 2, 8));
    assert_eq!((h.n_audio_head, h.n_text_head, h.ftype), (4, 4, 1));
    assert_eq!(header.filters, mel::filters(128));
    assert_eq!(header.vocabulary.len(), TEXT_TOKENS);
    assert_eq!(header.vocabulary[0], b" t0");
    assert_eq!(header.vocabulary[3], "ə".as_bytes());
    assert!(header.vocabulary[40].is_empty());
    let same = |ggml: &str, source: &str, shape: &[usize], element: Element| {
        let tensor = &read[ggml];
        assert_eq!((tensor.shape.as_slice(), tensor.element), (shape, element), "{ggml}");
        assert_eq!(tensor.values(), tensors[source].1, "{ggml}");
    };
    same("encoder.conv1.weight", "encoder.conv1.weight", &[64, 128, 3], Element::F16);
    same("encoder.conv1.bias", "encoder.conv1.bias", &[64, 1], Element::F32);
    same("encoder.positional_embedding", "encoder.embed_positions.weight", &[10, 64], Element::F32);
    same("encoder.blocks.0.attn.key.weight", "encoder.layers.0.self_attn.k_proj.weight", &[64, 64], Element::F16);
    same(
        "decoder.blocks.1.cross_attn.value.weight",
        "decoder.layers.1.encoder_attn.v_proj.weight",
        &[64, 64],
        Element::F16,
    );
    same("decoder.blocks.1.mlp.2.weight", "decoder.layers.1.fc2.weight", &[64, 256], Element::F16);
    same("decoder.blocks.0.mlp_ln.bias", "decoder.layers.0.final_layer_norm.bias", &[64], Element::F32);
    same("decoder.ln.weight", "decoder.layer_norm.weight", &[64], Element::F32);
    assert!(!read.contains_key("encoder.blocks.0.attn.key.bias"));
    let listed = model::list(dir.path()).unwrap();
    let names: Vec<&str> = listed.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!((listed[0].mel_bins, listed[0].quantisation.as_str()), (128, "f16"));
    assert_eq!((listed[1].source.as_str(), &listed[1].sha256), ("converted from ct2", &two.sha256));
}

#[test]
fn int8_ctranslate2_weights_come_back_within_half_a_step() {
    let dir = tempfile::tempdir().unwrap();
    let tensors = tiny(80);
    write_ct2(dir.path(), &tensors, true);
    let to = dir.path().join("int8.bin");
    model::convert(dir.path(), &to, |_, _| {}).unwrap();
    let (_, read) = read(&to);
    let got = read["decoder.token_embedding.weight"].values();
    let source = &tensors["decoder.embed_tokens.weight"].1;
    for (row, want) in got.chunks(WIDTH).zip(source.chunks(WIDTH)) {
        let step = want.iter().fold(0f32, |m, x| m.max(x.abs())) / 127.0;
        for (a, b) in row.iter().zip(want) {
            assert!((a - b).abs() <= step * 0.5 + 0.002, "{a} {b}");
        }
    }
}

#[test]
fn q8_0_shrinks_only_matrices_and_stays_within_half_a_step() {
    let dir = tempfile::tempdir().unwrap();
    write_safetensors(dir.path(), &tiny(128));
    let (f16, q8) = (dir.path().join("f16.bin"), dir.path().join("q8_0.bin"));
    model::convert(dir.path(), &f16, |_, _| {}).unwrap();
    model::quantise(&f16, &q8, |_| {}).unwrap();
    let (_, before) = read(&f16);
    let (header, after) = read(&q8);
    assert_eq!((header.hparams.ftype, header.hparams.quantisation()), (2007, "q8_0"));
    for (name, tensor) in &after {
        let (want, got) = (before[name].values(), tensor.values());
        assert_eq!(tensor.shape, before[name].shape);
        let matrix = tensor.shape.len() == 2 && !name.ends_with("bias") && !name.ends_with("embedding");
        assert_eq!(tensor.element == Element::Q8_0, matrix, "{name}");
        for (block, got) in want.chunks(32).zip(got.chunks(32)) {
            let step = block.iter().fold(0f32, |m, x| m.max(x.abs())) / 127.0;
            let bound = if matrix { step * 0.51 + 0.001 } else { 0.0 };
            assert!(block.iter().zip(got).all(|(a, b)| (a - b).abs() <= bound), "{name}");
        }
    }
    assert!(quantise::q8_0(&[0.0; 32]).iter().all(|&b| b == 0));
    let again = model::quantise(&q8, &dir.path().join("twice.bin"), |_| {});
    assert!(again.unwrap_err().to_string().contains("already quantised (q8_0)"));
}

#[test]
fn mel_filters_are_those_that_whisper_was_trained_with() {
    let hash = |n| {
        let bytes: Vec<u8> = mel::filters(n).iter().flat_map(|x| x.to_le_bytes()).collect();
        hex::encode(Sha256::digest(bytes))
    };
    assert_eq!(hash(80), "4f2701b1d287d74a0dc9871026e9519d98cb76426615f2539b0d151a0ae4ec2e");
    assert_eq!(hash(128), "2a5f9822897750e047c85dea37cc268d3be0ecfd23c28a5f10da129d99d05afe");
}

#[test]
fn what_is_no_model_is_refused_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("out.bin");
    let fails = |words: &[&str]| {
        let text = model::convert(dir.path(), &to, |_, _| {}).unwrap_err().to_string();
        for word in words {
            assert!(text.contains(word), "{text:?} lacks {word:?}");
        }
        assert!(!to.exists());
    };
    fails(&["neither model.bin nor model.safetensors"]);
    write_safetensors(dir.path(), &tiny(80));
    let mut weights = std::fs::read(dir.path().join("model.safetensors")).unwrap();
    weights.truncate(weights.len() - 10);
    std::fs::write(dir.path().join("model.safetensors"), weights).unwrap();
    fails(&["does not fit the file", "download it again"]);
    let mut short = tiny(80);
    short.remove("decoder.layers.1.fc2.bias");
    write_safetensors(dir.path(), &short);
    fails(&["decoder.layers.1.fc2.bias is missing"]);
    std::fs::write(dir.path().join("model.bin"), 5u32.to_le_bytes()).unwrap();
    fails(&["version 5 is not 6"]);
    assert!(model::list(dir.path()).unwrap().is_empty(), "none of this is a GGML model");
    let error = model::fetch("turbo", dir.path(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("\"turbo\""), "{error}");
}

fn fetched() -> PathBuf {
    let dir = match (std::env::var_os("MEYAR_MODEL_DIR"), std::env::var_os("HOME")) {
        (Some(dir), _) => PathBuf::from(dir),
        (None, Some(home)) => PathBuf::from(home).join(".cache/meyar/models"),
        (None, None) => panic!("set MEYAR_MODEL_DIR to the directory of `meyar model fetch base`"),
    };
    let file = dir.join(model::BASE_F16);
    assert!(file.is_file(), "{} is missing; run `meyar model fetch base`", file.display());
    dir
}

#[test]
fn the_real_base_model_has_the_known_hash_and_quantises_to_the_known_file() {
    let dir = fetched();
    let f16 = model::sha256(&dir.join(model::BASE_F16)).unwrap();
    assert_eq!(f16, "8299ffcc7b30502857281dd32e13833a51cfc80ecf59036f8d017d59a5b18b48");
    let scratch = tempfile::tempdir().unwrap();
    let again = model::quantise(&dir.join(model::BASE_F16), &scratch.path().join("q.bin"), |_| {}).unwrap();
    assert_eq!(again, model::sha256(&dir.join(model::BASE_Q8_0)).unwrap());
    let listed = model::list(&dir).unwrap();
    let of = |file: &str| listed.iter().find(|m| m.path.ends_with(file)).unwrap();
    let base = of(model::BASE_Q8_0);
    assert_eq!((base.size.as_str(), base.mel_bins, base.quantisation.as_str()), ("base", 80, "q8_0"));
    assert_eq!((base.name.as_str(), base.vocabulary), ("base-q8_0", 51_865));
    assert_eq!(of(model::VAD).kind, ModelKind::VoiceDetector);
}

#[test]
fn fetching_again_keeps_what_is_there() {
    let mut steps = Vec::new();
    model::fetch("base", &fetched(), &mut |p| steps.push(p)).unwrap();
    assert_eq!(steps.len(), 3);
    assert!(steps.iter().all(|p| matches!(p, Progress::Kept { .. })), "{steps:?}");
}
