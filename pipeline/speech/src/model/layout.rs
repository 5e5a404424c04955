//! Which tensors a Whisper model has, in the order of the GGML file, and what each source calls them.

/// Where the values of a GGML tensor come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub name: String,
    /// Take part `.0` of `.1` equal parts along the first dimension.
    pub part: Option<(usize, usize)>,
}

fn pair(out: &mut Vec<String>, name: &str) {
    out.push(format!("{name}.weight"));
    out.push(format!("{name}.bias"));
}

fn attention(out: &mut Vec<String>, name: &str) {
    pair(out, &format!("{name}_ln"));
    pair(out, &format!("{name}.query"));
    // Whisper's keys have no bias.
    out.push(format!("{name}.key.weight"));
    pair(out, &format!("{name}.value"));
    pair(out, &format!("{name}.out"));
}

fn mlp(out: &mut Vec<String>, block: &str) {
    pair(out, &format!("{block}.mlp_ln"));
    pair(out, &format!("{block}.mlp.0"));
    pair(out, &format!("{block}.mlp.2"));
}

/// Every tensor's name, in order.
pub fn names(encoder_layers: usize, decoder_layers: usize) -> Vec<String> {
    let mut out = vec!["encoder.positional_embedding".to_string()];
    pair(&mut out, "encoder.conv1");
    pair(&mut out, "encoder.conv2");
    for i in 0..encoder_layers {
        let block = format!("encoder.blocks.{i}");
        attention(&mut out, &format!("{block}.attn"));
        mlp(&mut out, &block);
    }
    pair(&mut out, "encoder.ln_post");
    out.push("decoder.positional_embedding".into());
    out.push("decoder.token_embedding.weight".into());
    for i in 0..decoder_layers {
        let block = format!("decoder.blocks.{i}");
        attention(&mut out, &format!("{block}.attn"));
        attention(&mut out, &format!("{block}.cross_attn"));
        mlp(&mut out, &block);
    }
    pair(&mut out, "decoder.ln");
    out
}

/// Tensors that stay f32 whatever the file's type: few numbers, and whisper.cpp expects them so.
pub fn stays_f32(name: &str, rank: usize) -> bool {
    rank < 2 || ["conv1.bias", "conv2.bias", "positional_embedding"].iter().any(|end| name.ends_with(end))
}

/// A GGML name taken apart: side, block number, what is inside, weight or bias.
struct Place<'a> {
    side: &'a str,
    block: Option<&'a str>,
    inner: &'a str,
    last: &'a str,
}

fn place(name: &str) -> Option<Place<'_>> {
    let (side, rest) = name.split_once('.')?;
    let (block, rest) = match rest.strip_prefix("blocks.") {
        Some(rest) => {
            let (number, rest) = rest.split_once('.')?;
            (Some(number), rest)
        }
        None => (None, rest),
    };
    let (inner, last) = rest.rsplit_once('.').unwrap_or((rest, ""));
    Some(Place { side, block, inner, last })
}

/// What CTranslate2 calls it. Query, key and value of self-attention lie in one tensor, key and value of
/// cross-attention in another.
pub fn ct2(name: &str) -> Option<Origin> {
    let p = place(name)?;
    let side = p.side;
    let whole = |name: String| Some(Origin { name, part: None });
    let norm = |path: String| {
        let end = if p.last == "weight" { "gamma" } else { "beta" };
        whole(format!("{path}/{end}"))
    };
    let Some(block) = p.block else {
        return match p.inner {
            "positional_embedding" => whole(format!("{side}/position_encodings/encodings")),
            "conv1" | "conv2" => whole(format!("{side}/{}/{}", p.inner, p.last)),
            "token_embedding" => whole(format!("{side}/embeddings/weight")),
            "ln_post" | "ln" => norm(format!("{side}/layer_norm")),
            _ => None,
        };
    };
    let layer = format!("{side}/layer_{block}");
    let linear =
        |path: &str, n: usize, part| Some(Origin { name: format!("{layer}/{path}/linear_{n}/{}", p.last), part });
    match p.inner {
        "attn_ln" => norm(format!("{layer}/self_attention/layer_norm")),
        "attn.query" => linear("self_attention", 0, Some((0, 3))),
        "attn.key" => linear("self_attention", 0, Some((1, 3))),
        "attn.value" => linear("self_attention", 0, Some((2, 3))),
        "attn.out" => linear("self_attention", 1, None),
        "cross_attn_ln" => norm(format!("{layer}/attention/layer_norm")),
        "cross_attn.query" => linear("attention", 0, None),
        "cross_attn.key" => linear("attention", 1, Some((0, 2))),
        "cross_attn.value" => linear("attention", 1, Some((1, 2))),
        "cross_attn.out" => linear("attention", 2, None),
        "mlp_ln" => norm(format!("{layer}/ffn/layer_norm")),
        "mlp.0" => linear("ffn", 0, None),
        "mlp.2" => linear("ffn", 1, None),
        _ => None,
    }
}

/// What Hugging Face calls it, after an optional `model.`.
pub fn hugging_face(name: &str) -> Option<Origin> {
    let p = place(name)?;
    let inner = match (p.block, p.inner) {
        (None, "positional_embedding") => "embed_positions.weight".to_string(),
        (None, "token_embedding") => "embed_tokens.weight".to_string(),
        (None, "ln_post" | "ln") => format!("layer_norm.{}", p.last),
        (None, conv) => format!("{conv}.{}", p.last),
        (Some(block), inner) => {
            let part = match inner {
                "attn_ln" => "self_attn_layer_norm",
                "attn.query" => "self_attn.q_proj",
                "attn.key" => "self_attn.k_proj",
                "attn.value" => "self_attn.v_proj",
                "attn.out" => "self_attn.out_proj",
                "cross_attn_ln" => "encoder_attn_layer_norm",
                "cross_attn.query" => "encoder_attn.q_proj",
                "cross_attn.key" => "encoder_attn.k_proj",
                "cross_attn.value" => "encoder_attn.v_proj",
                "cross_attn.out" => "encoder_attn.out_proj",
                "mlp_ln" => "final_layer_norm",
                "mlp.0" => "fc1",
                "mlp.2" => "fc2",
                _ => return None,
            };
            format!("layers.{block}.{part}.{}", p.last)
        }
    };
    Some(Origin { name: format!("{}.{inner}", p.side), part: None })
}
