//! What a change of a schema does to messages of before, and to readers of before.

use jsonschema::{Validator, error::ValidationErrorKind as Kind};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Words for people; they may change at any time.
const WORDS: [&str; 6] = ["title", "description", "examples", "x-az", "x-source", "$comment"];
/// More of these is a promise that old messages did not make.
const LOWER: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/// The schema without its words, but with the unit that they end in. Below `properties` and `$defs` names are not keywords.
pub fn structure(schema: &Value) -> Value {
    without_words(schema, false)
}

fn without_words(schema: &Value, names: bool) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| names || !WORDS.contains(&key.as_str())).map(|(key, value)| {
                let below = !names && matches!(key.as_str(), "properties" | "$defs");
                (key.clone(), without_words(value, below))
            });
            let unit = members.get("description").filter(|_| !names).and_then(Value::as_str);
            let unit =
                unit.and_then(|words| words.split_once("unit: ")).map(|(_, unit)| ("x-unit".into(), unit.into()));
            kept.chain(unit).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(|item| without_words(item, false)).collect(),
        other => other.clone(),
    }
}

/// Where `new` refuses, no longer describes, or means otherwise what `old` accepted; both as [`structure`] gives them.
pub fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    breaks(old, new, "", &mut found);
    found
}

fn set(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Array(items)) => items.iter().map(Value::to_string).collect(),
        Some(one) => [one.to_string()].into(),
        None => BTreeSet::new(),
    }
}

fn breaks(old: &Value, new: &Value, at: &str, found: &mut Vec<String>) {
    let (Value::Object(before), Value::Object(now)) = (old, new) else {
        if old != new {
            found.push(format!("{at}: {old} became {new}"));
        }
        return;
    };
    let keys: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for key in keys {
        let (old, new, at) = (before.get(key), now.get(key), format!("{at}/{key}"));
        match (key.as_str(), old, new) {
            ("required", ..) => {
                found.extend(set(new).difference(&set(old)).map(|name| format!("{at}: {name} is required now")));
            }
            // No list is any word or type; a unit that was not told is told.
            ("enum" | "type", Some(_), None) | ("x-unit", None, Some(_)) => {}
            ("enum" | "type", Some(_), Some(_)) => {
                found.extend(set(old).difference(&set(new)).map(|word| format!("{at}: {word} is not taken any more")));
            }
            ("properties" | "$defs", ..) => {
                let none = Map::new();
                let members = |value: Option<&Value>| value.and_then(Value::as_object).unwrap_or(&none).clone();
                let (old, new) = (members(old), members(new));
                for (name, old) in &old {
                    match new.get(name) {
                        Some(new) => breaks(old, new, &format!("{at}/{name}"), found),
                        None => found.push(format!("{at}: {name} is gone")),
                    }
                }
            }
            ("anyOf" | "oneOf", Some(Value::Array(old)), Some(Value::Array(new))) if new.len() >= old.len() => {
                old.iter()
                    .zip(new)
                    .enumerate()
                    .for_each(|(n, (old, new))| breaks(old, new, &format!("{at}/{n}"), found));
            }
            ("allOf", Some(Value::Array(old)), Some(Value::Array(new))) if new.len() <= old.len() => {
                old.iter()
                    .zip(new)
                    .enumerate()
                    .for_each(|(n, (old, new))| breaks(old, new, &format!("{at}/{n}"), found));
            }
            (lower, Some(old), Some(new)) if LOWER.contains(&lower) && new.as_f64() <= old.as_f64() => {}
            (upper, Some(old), Some(new)) if UPPER.contains(&upper) && new.as_f64() >= old.as_f64() => {}
            (bound, Some(_), None) if LOWER.contains(&bound) || UPPER.contains(&bound) => {}
            ("additionalProperties" | "unevaluatedProperties", Some(Value::Bool(false)), None) => {}
            ("items" | "then" | "else" | "if" | "not", Some(old), Some(new)) => breaks(old, new, &at, found),
            (_, old, new) if old == new => {}
            (_, old, new) => found.push(format!(
                "{at}: {} became {}",
                old.map_or("nothing".into(), Value::to_string),
                new.map_or("nothing".into(), Value::to_string)
            )),
        }
    }
}

pub fn compile(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap_or_else(|e| panic!("{e}"))
}

/// What a reader that knows the `old` schema alone does not understand of a message, once it leaves out what may be new: members that `old` does
/// not describe, and words that its lists do not have.
pub fn strange(old: &Value, told: &Value) -> Vec<String> {
    let mut known = BTreeSet::new();
    super::properties(old, &mut |name, _| known.extend([name.to_owned()]));
    let (validator, mut told) = (compile(old), told.clone());
    loop {
        let (mut found, mut new, mut misplaced, mut words) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for error in validator.iter_errors(&told) {
            let at = error.instance_path().as_str().to_owned();
            match error.kind() {
                Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                    let (here, nowhere): (Vec<_>, Vec<_>) = unexpected.iter().partition(|name| known.contains(*name));
                    new.extend(nowhere.into_iter().map(|name| (at.clone(), name.clone())));
                    misplaced.extend(here.into_iter().map(|name| format!("{at}/{name} is not taken here")));
                }
                Kind::Enum { .. } => words += 1,
                _ => found.push(format!("{at}: {error}")),
            }
        }
        if found.is_empty() && !new.is_empty() {
            for (at, name) in new {
                told.pointer_mut(&at).and_then(Value::as_object_mut).and_then(|members| members.remove(&name));
            }
            continue;
        }
        // Where a word is new, its branch applies to none of its members.
        return if words > 0 { found } else { [found, misplaced].concat() };
    }
}
