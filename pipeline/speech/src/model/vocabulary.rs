//! The text tokens of a model, as bytes. Sources write them in GPT-2's alphabet, where every byte has a visible letter.

use crate::errors::ModelError;
use std::collections::BTreeMap;
use std::path::Path;

/// The first special token: everything before it is text.
const END_OF_TEXT: &str = "<|endoftext|>";

/// The letter that stands for each byte: printable Latin-1 for itself, the rest from U+0100 on, in order.
fn alphabet() -> BTreeMap<char, u8> {
    let mut spare = 0x100u32;
    (0..=255u8)
        .filter_map(|byte| {
            let visible = matches!(byte, 33..=126 | 161..=172 | 174..=255);
            let code = if visible {
                u32::from(byte)
            } else {
                spare += 1;
                spare - 1
            };
            Some((char::from_u32(code)?, byte))
        })
        .collect()
}

fn to_bytes(token: &str, alphabet: &BTreeMap<char, u8>) -> Vec<u8> {
    let mut out = Vec::with_capacity(token.len());
    for c in token.chars() {
        match alphabet.get(&c) {
            Some(byte) => out.push(*byte),
            None => out.extend(c.to_string().bytes()),
        }
    }
    out
}

fn text_tokens(tokens: impl IntoIterator<Item = String>) -> Vec<Vec<u8>> {
    let alphabet = alphabet();
    tokens.into_iter().take_while(|t| t != END_OF_TEXT).map(|t| to_bytes(&t, &alphabet)).collect()
}

fn read(path: &Path) -> Result<String, ModelError> {
    std::fs::read_to_string(path).map_err(ModelError::io(path))
}

fn json(path: &Path) -> Result<serde_json::Value, ModelError> {
    serde_json::from_str(&read(path)?).map_err(|e| ModelError::format(path, e.to_string(), "download it again"))
}

/// Tokens by number; a number without a token is an empty one.
fn by_number(path: &Path, map: &serde_json::Value) -> Result<Vec<String>, ModelError> {
    let bad = || ModelError::format(path, "is not a map of tokens to numbers", "download it again");
    let map = map.as_object().ok_or_else(bad)?;
    let mut tokens = Vec::new();
    for (token, number) in map {
        let number = number.as_u64().filter(|&n| n < 1 << 20).ok_or_else(bad)? as usize;
        if tokens.len() <= number {
            tokens.resize(number + 1, String::new());
        }
        tokens[number].clone_from(token);
    }
    Ok(tokens)
}

/// From `vocabulary.txt`, `vocabulary.json` (CTranslate2), `vocab.json` or `tokenizer.json` (Hugging Face), whichever the
/// directory has.
pub fn load(dir: &Path) -> Result<Vec<Vec<u8>>, ModelError> {
    let lines = dir.join("vocabulary.txt");
    if lines.is_file() {
        return Ok(text_tokens(read(&lines)?.lines().map(str::to_string)));
    }
    let list = dir.join("vocabulary.json");
    if list.is_file() {
        let tokens: Vec<String> = serde_json::from_value(json(&list)?)
            .map_err(|e| ModelError::format(&list, e.to_string(), "download it again"))?;
        return Ok(text_tokens(tokens));
    }
    let map = dir.join("vocab.json");
    if map.is_file() {
        return Ok(text_tokens(by_number(&map, &json(&map)?)?));
    }
    let tokenizer = dir.join("tokenizer.json");
    if tokenizer.is_file() {
        let whole = json(&tokenizer)?;
        let tokens = by_number(&tokenizer, &whole["model"]["vocab"])?;
        return Ok(text_tokens(tokens));
    }
    Err(ModelError::format(
        dir,
        "has no vocabulary",
        "put vocabulary.txt, vocabulary.json, vocab.json or tokenizer.json beside the weights",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_one_letter_and_azerbaijani_survives() {
        let alphabet = alphabet();
        assert_eq!(alphabet.len(), 256);
        assert_eq!(to_bytes("Ġsalam", &alphabet), b" salam");
        // "ə" is the bytes C9 99.
        assert_eq!(to_bytes("ÉĻ", &alphabet), "ə".as_bytes());
    }
}
