//! Contracts over time (P5): what a schema accepted when it was released, it accepts for good. `schemas/released` keeps each schema's structure; a
//! change that only adds is taken over with `UPDATE=1`, one that breaks is refused with its place: it needs a new version and a migration.
#![allow(clippy::unwrap_used)]

use meyar_schemas::Subject;
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// Words for people; they may change at any time.
const WORDS: [&str; 7] = ["title", "description", "examples", "x-az", "x-source", "$comment", "x-unit"];
/// More of these is a promise that old messages did not make.
const LOWER: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

fn current(subject: Subject) -> Value {
    let path = format!("{}/events/{}/v1/schema.json", env!("CARGO_MANIFEST_DIR"), subject.name());
    structure(&serde_json::from_slice(&fs::read(path).unwrap()).unwrap(), false)
}

fn released(subject: Subject) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("released").join(format!("{}.v1.json", subject.name()))
}

/// The schema without its words. Below `properties` and `$defs` names are not keywords.
fn structure(schema: &Value, names: bool) -> Value {
    match schema {
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| names || !WORDS.contains(&key.as_str()))
            .map(|(key, value)| {
                (key.clone(), structure(value, !names && matches!(key.as_str(), "properties" | "$defs")))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| structure(item, false)).collect(),
        other => other.clone(),
    }
}

fn set(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Array(items)) => items.iter().map(Value::to_string).collect(),
        Some(one) => [one.to_string()].into(),
        None => BTreeSet::new(),
    }
}

/// Where `new` refuses, or no longer describes, what `old` accepted.
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
            // No list is any word or type.
            ("enum" | "type", Some(_), None) => {}
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

fn broken(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    breaks(old, new, "", &mut found);
    found
}

#[test]
fn nothing_that_was_released_is_refused_now() {
    for subject in Subject::ALL {
        let (path, now) = (released(subject), current(subject));
        let before: Option<Value> = fs::read(&path).ok().map(|text| serde_json::from_slice(&text).unwrap());
        let found = before.as_ref().map_or_else(Vec::new, |before| broken(before, &now));
        assert!(found.is_empty(), "{subject}: make a new version with a migration:\n{}", found.join("\n"));
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("{}\n", serde_json::to_string_pretty(&now).unwrap())).unwrap();
        } else {
            assert_eq!(before, Some(now), "{subject}: the schema only grew; take it over with UPDATE=1");
        }
    }
}

#[test]
fn what_breaks_is_told_and_what_only_adds_is_not() {
    let old = json!({"type": "object", "required": ["a"], "additionalProperties": false, "properties": {
        "a": {"type": "string", "enum": ["x", "y"]}, "n": {"type": "integer", "minimum": 0, "maximum": 9}}});
    let with = |pointer: &str, value: Value| {
        let mut new = old.clone();
        *new.pointer_mut(pointer).unwrap() = value;
        broken(&old, &new)
    };
    assert_eq!(broken(&old, &old), Vec::<String>::new());
    assert_eq!(with("/properties/a/enum", json!(["y", "z", "x"])), Vec::<String>::new());
    assert_eq!(with("/properties/n/type", json!(["integer", "null"])), Vec::<String>::new());
    assert_eq!(with("/properties/n/maximum", json!(10)), Vec::<String>::new());
    assert_eq!(with("/required", json!([])), Vec::<String>::new());
    let mut more = old.clone();
    more["properties"]["b"] = json!({"type": "string"});
    assert_eq!(broken(&old, &more), Vec::<String>::new());

    assert_eq!(with("/required", json!(["a", "n"])), ["/required: \"n\" is required now"]);
    assert_eq!(with("/properties/a/enum", json!(["x"])), ["/properties/a/enum: \"y\" is not taken any more"]);
    assert_eq!(with("/properties/n/minimum", json!(1)).len(), 1);
    assert_eq!(with("/properties/n/type", json!("string")).len(), 1);
    assert_eq!(with("/properties/a", json!({"type": "string", "enum": ["x", "y"], "pattern": "^x"})).len(), 1);
    assert_eq!(with("/properties", json!({"a": old["properties"]["a"]})), ["/properties: n is gone"]);
    assert_eq!(broken(&more, &old), ["/properties: b is gone"]);
}
