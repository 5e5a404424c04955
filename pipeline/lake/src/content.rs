//! Hashes that tell a repeat from a contradiction. They are stored in the lake, so they must never change.

use serde_json::Value;

const A: u64 = 0x9e37_79b9_7f4a_7c15;
const B: u64 = 0xd1b5_4a32_d192_ed03;
const C: u64 = 0x8cb9_2ba7_2f3d_8dd7;

fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ A) * u128::from(b ^ B);
    (product as u64) ^ ((product >> 64) as u64)
}

fn bytes(seed: u64, data: &[u8]) -> u64 {
    let mut chunks = data.chunks_exact(8);
    let mut hash = seed;
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("a chunk has eight bytes")));
    }
    let mut tail = [0; 8];
    tail[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(mix(hash, u64::from_le_bytes(tail)), data.len() as u64 ^ C)
}

/// The identity of a row, (source, event id, revision), as 128 bits. Two words, not a `u128`: beside a hash that would be padded.
pub type Key = [u64; 2];

pub fn key(source: &str, id: &str, revision: i64) -> Key {
    [B, C].map(|seed| bytes(bytes(mix(seed, revision as u64), source.as_bytes()), id.as_bytes()))
}

/// The content of a row. The order of an object's members and members that are null do not count, `skip` is left out at the top
/// (the time at which a machine made a result: the same work done again is the same result).
pub fn content(data: &Value, skip: Option<&str>, payload: Option<&[u8]>) -> i64 {
    let body = match data {
        Value::Object(members) => object(members.iter().filter(|(name, _)| Some(name.as_str()) != skip)),
        other => value(other),
    };
    payload.map_or(body, |p| mix(body, bytes(C, p))) as i64
}

fn object<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>) -> u64 {
    members
        .filter(|(_, v)| !v.is_null())
        .map(|(name, v)| mix(bytes(A, name.as_bytes()), value(v)))
        .fold(C, u64::wrapping_add)
}

fn value(v: &Value) -> u64 {
    match v {
        Value::Null => 1,
        Value::Bool(b) => 2 + u64::from(*b),
        Value::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(whole), _) => mix(5, whole as u64),
            // 3.0 and 3 are the same number.
            (_, Some(f)) if f.fract() == 0.0 && f.abs() < 9e15 => mix(5, f as i64 as u64),
            (_, f) => mix(6, f.unwrap_or(f64::NAN).to_bits()),
        },
        Value::String(s) => bytes(B, s.as_bytes()),
        Value::Array(items) => items.iter().fold(7, |hash, item| mix(hash, value(item))),
        Value::Object(members) => object(members.iter()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_content_written_otherwise_is_a_repeat_and_other_content_is_not() {
        let hash = |v: Value| content(&v, None, None);
        let told = hash(json!({"a": 1, "b": {"c": "x", "d": [1, 2]}}));
        assert_eq!(told, hash(json!({"b": {"d": [1.0, 2], "c": "x"}, "a": 1, "e": null})));
        assert_ne!(told, hash(json!({"a": 1, "b": {"c": "x", "d": [2, 1]}})));
        assert_ne!(told, hash(json!({"a": 1, "b": {"c": "y", "d": [1, 2]}})));
        assert_ne!(hash(json!({"a": "b"})), hash(json!({"b": "a"})));
        assert_eq!(content(&json!({"a": 1, "created_at": "x"}), Some("created_at"), None), hash(json!({"a": 1})));
        assert_ne!(content(&json!({}), None, Some(b"x")), content(&json!({}), None, Some(b"y")));
    }

    #[test]
    fn stored_hashes_stay_what_they_were() {
        assert_eq!(content(&json!({"call_id": "c-1", "n": 2}), None, None), STORED);
        assert_ne!(key("a", "bc", 0), key("ab", "c", 0));
        assert_ne!(key("a", "b", 0), key("a", "b", 1));
    }

    /// Computed once; a change of it would make every row of every lake look like a contradiction.
    const STORED: i64 = 5_265_899_356_666_307_038;
}
