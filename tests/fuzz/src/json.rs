//! JSON that stays JSON: a member is replaced, taken away, renamed, or lent by another example.

use crate::{mutate::word, random::Random};
use serde_json::{Value, json};

pub fn change(random: &mut Random, bytes: &mut Vec<u8>, lender: &[u8], words: &[&str]) {
    let Ok(mut value) = serde_json::from_slice::<Value>(bytes) else { return };
    let mut chosen = random.below(count(&value));
    let Some(node) = nth(&mut value, &mut chosen) else { return };
    match random.below(8) {
        0..=2 => *node = odd(random, words),
        3 => take_away(random, node),
        4 => rename(random, node, words),
        5 => add(random, node, words),
        6 => wrap(random, node),
        _ => {
            if let Ok(mut theirs) = serde_json::from_slice::<Value>(lender) {
                let mut chosen = random.below(count(&theirs));
                if let Some(lent) = nth(&mut theirs, &mut chosen) {
                    *node = lent.take();
                }
            }
        }
    }
    *bytes = value.to_string().into_bytes();
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The node of that number, counted from the root.
fn nth<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, left)),
        _ => None,
    }
}

fn odd(random: &mut Random, words: &[&str]) -> Value {
    match random.below(12) {
        0 => Value::Null,
        1 => json!(random.one_in(2)),
        2 => json!([-1, 0, 1, i64::MAX, i64::MIN, 1_i64 << 53, 4_294_967_296_i64][random.below(7)]),
        3 => json!([u64::MAX, 1 << 63, 1_000][random.below(3)]),
        4 => json!([1e308, -1e308, 0.5, -0.0, 1e15, 1e16, 1000.0][random.below(7)]),
        5 => json!(word(random, words).repeat(random.below(400))),
        6 => json!([]),
        7 => json!({}),
        _ => json!(word(random, words)),
    }
}

fn take_away(random: &mut Random, node: &mut Value) {
    match node {
        Value::Array(items) if !items.is_empty() => drop(items.remove(random.below(items.len()))),
        Value::Object(fields) => {
            if let Some(name) = fields.keys().nth(random.below(fields.len())).cloned() {
                fields.shift_remove(&name);
            }
        }
        Value::String(text) => text.truncate(text.char_indices().nth(random.below(text.len())).map_or(0, |(at, _)| at)),
        other => *other = Value::Null,
    }
}

fn rename(random: &mut Random, node: &mut Value, words: &[&str]) {
    let Value::Object(fields) = node else { return };
    if let Some(name) = fields.keys().nth(random.below(fields.len())).cloned()
        && let Some(value) = fields.shift_remove(&name)
    {
        fields.insert(word(random, words).to_owned(), value);
    }
}

fn add(random: &mut Random, node: &mut Value, words: &[&str]) {
    let new = odd(random, words);
    match node {
        Value::Array(items) => {
            let again = items.get(random.below(items.len())).cloned().unwrap_or(new);
            for _ in 0..=random.below(40) {
                items.push(again.clone());
            }
        }
        Value::Object(fields) => drop(fields.insert(word(random, words).to_owned(), new)),
        other => *other = new,
    }
}

/// Deeper than before; readers of JSON by recursion stop somewhere.
fn wrap(random: &mut Random, node: &mut Value) {
    let most = if random.one_in(10) { 150 } else { 4 };
    for _ in 0..random.below(most) {
        let inner = node.take();
        *node = if random.one_in(2) { json!([inner]) } else { json!({ "a": inner }) };
    }
}
