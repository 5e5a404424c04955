//! Judging a message against its subject's JSON Schema, with an error that a person can act on.

use crate::{Envelope, MAX_EVENT_BYTES, Subject, kinds::Kinds, migrate, rules, wording};
use rust_embed::RustEmbed;
use serde_json::{Number, Value};
use std::{collections::HashMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "events/"]
#[include = "*/v*/schema.json"]
struct Schemas;

/// What is wrong, where, and what to do: every refusal in Meyar has this shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {}{problem}; {remedy}", quoted(value))]
pub struct Invalid {
    /// Dotted path of the field, list places included: `segments.0.text`.
    pub field: String,
    /// What stood there, shortened; empty when nothing did.
    pub value: String,
    pub problem: String,
    pub remedy: String,
}

impl Invalid {
    pub fn new(field: &str, value: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.into(), value: shorten(value.into()), problem: problem.into(), remedy: remedy.into() }
    }
}

fn quoted(value: &str) -> String {
    if value.is_empty() { String::new() } else { format!("`{value}` ") }
}

/// Long values must not fill a log line.
fn shorten(value: String) -> String {
    const LONGEST: usize = 120;
    match value.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &value[..cut]),
        None => value,
    }
}

/// Why a message was refused; the code is what dead letters are counted by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {invalid}")]
pub struct Refusal {
    pub code: &'static str,
    pub invalid: Invalid,
}

/// One version of one subject's schema, compiled, beside its text (from which remedies are taken).
struct Contract {
    version: u32,
    schema: Value,
    validator: jsonschema::Validator,
    kinds: Kinds,
}

fn compile(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .should_validate_formats(true)
        // The engine without backtracking: a message cannot make a pattern slow.
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(schema)
        .unwrap_or_else(|e| panic!("schema {} cannot be compiled: {e}", schema["$id"]))
}

static CONTRACTS: LazyLock<HashMap<String, Contract>> = LazyLock::new(|| {
    Schemas::iter()
        .filter_map(|path| {
            let file = Schemas::get(&path)?;
            let schema: Value = serde_json::from_slice(&file.data).expect("a schema in this repository is JSON");
            let (subject, rest) = path.split_once('/')?;
            let version = rest.strip_prefix('v')?.split('/').next()?.parse().ok()?;
            let (validator, kinds) = (compile(&schema), Kinds::of(&schema, compile));
            Some((format!("meyar:{subject}/v{version}"), Contract { version, schema, validator, kinds }))
        })
        .collect()
});

/// The `ce_dataschema` values that this build can read, newest last.
pub fn known_versions(subject: Subject) -> Vec<String> {
    let prefix = format!("meyar:{}/v", subject.name());
    let mut known: Vec<_> = CONTRACTS.keys().filter(|k| k.starts_with(&prefix)).cloned().collect();
    known.sort_by_key(|k| k[prefix.len()..].parse::<u32>().unwrap_or(0));
    known
}

/// Reads a message's bytes as JSON, holds it against the contract that its `ce_dataschema` names, and tells it in the newest version (P5).
pub fn read(subject: Subject, envelope: &Envelope, bytes: &[u8]) -> Result<Value, Refusal> {
    if bytes.len() > MAX_EVENT_BYTES {
        return Err(Refusal {
            code: "oversized",
            invalid: Invalid::new(
                "message",
                format!("{} bytes", bytes.len()),
                format!("is larger than {MAX_EVENT_BYTES} bytes"),
                "split it, or send large content by reference",
            ),
        });
    }
    let contract = find(subject, &envelope.dataschema)?;
    let mut value: Value = serde_json::from_slice(bytes).map_err(|e| Refusal {
        code: "unreadable",
        invalid: Invalid::new(
            "message",
            String::from_utf8_lossy(&bytes[..bytes.len().min(80)]),
            format!("is not JSON ({e})"),
            "send UTF-8 JSON",
        ),
    })?;
    rules::check_envelope(subject, envelope).map_err(refused)?;
    check(subject, contract, &value)?;
    whole_numbers(&mut value);
    migrate::newest(subject, contract.version, &mut value);
    Ok(value)
}

/// The newest version that a value keeps to, for data that names none; the newest there is when it keeps to no one.
pub fn version_of(subject: Subject, value: &Value) -> u32 {
    let keeps = |version: &u32| validate(subject, &subject.dataschema_of(*version), value).is_ok();
    // Of one version there is nothing to find out.
    let mut older = (1..=subject.version()).rev().filter(|_| subject.version() > 1);
    older.find(keeps).unwrap_or(subject.version())
}

/// Holds a value that is already JSON against a version of its subject's contract.
pub fn validate(subject: Subject, dataschema: &str, value: &Value) -> Result<(), Refusal> {
    check(subject, find(subject, dataschema)?, value)
}

fn find(subject: Subject, dataschema: &str) -> Result<&'static Contract, Refusal> {
    let own = dataschema.strip_prefix("meyar:").and_then(|rest| rest.split_once('/')).map(|(name, _)| name);
    let known = if own == Some(subject.name()) { CONTRACTS.get(dataschema) } else { None };
    known.ok_or_else(|| Refusal {
        code: "unknown_version",
        invalid: Invalid::new(
            "ce_dataschema",
            dataschema,
            "is not a version this build knows",
            format!("send one of: {}; or update Meyar and replay", known_versions(subject).join(", ")),
        ),
    })
}

fn check(subject: Subject, contract: &Contract, value: &Value) -> Result<(), Refusal> {
    let invalid = if contract.kinds.accept(value) || contract.validator.is_valid(value) {
        rules::check(subject, value)
    } else {
        Err(wording::most_helpful(&contract.schema, contract.validator.iter_errors(value)))
    };
    invalid.map_err(refused)
}

fn refused(invalid: Invalid) -> Refusal {
    Refusal { code: "invalid", invalid }
}

/// JSON Schema takes `1e3` and `1000.0` for whole numbers, Rust's integers do not: they are rewritten as `1000`.
fn whole_numbers(value: &mut Value) {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53: every whole number below has its own double
    match value {
        Value::Number(n) if n.is_f64() => {
            if let Some(x) = n.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < EXACT) {
                *n = Number::from(x as i64);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(fields) => fields.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    fn examples(subject: Subject, version: u32, which: &str) -> Vec<Value> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("events").join(subject.name());
        let files = fs::read_dir(folder.join(format!("v{version}/examples")).join(which)).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        files.map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }

    /// Every example, and each with a member taken away, made null, or lent by another example.
    fn altered(all: &[Value]) -> Vec<Value> {
        let mut told = all.to_vec();
        for one in all.iter().filter_map(Value::as_object) {
            for name in one.keys() {
                let (mut without, mut null) = (one.clone(), one.clone());
                without.remove(name);
                null.insert(name.clone(), Value::Null);
                told.extend([without.into(), null.into()]);
            }
            for (name, value) in all.iter().filter_map(Value::as_object).flatten() {
                let mut with = one.clone();
                with.insert(name.clone(), value.clone());
                told.push(with.into());
            }
        }
        told
    }

    #[test]
    fn what_a_kind_accepts_the_whole_schema_accepts_and_the_quick_way_is_taken() {
        let mut quick = 0;
        let versions = |subject: Subject| (1..=subject.version()).map(move |version| (subject, version));
        for (subject, version) in Subject::ALL.into_iter().flat_map(versions) {
            let contract = find(subject, &subject.dataschema_of(version)).unwrap();
            let valid = examples(subject, version, "valid");
            let of_kinds = valid.iter().filter(|v| contract.kinds.accept(v)).count();
            assert!(of_kinds == 0 || of_kinds == valid.len(), "{subject:?}: some kinds go the long way");
            quick += usize::from(of_kinds > 0);
            for message in altered(&[valid, examples(subject, version, "invalid")].concat()) {
                assert!(
                    !contract.kinds.accept(&message) || contract.validator.is_valid(&message),
                    "{subject:?} {message}"
                );
            }
        }
        assert_eq!(quick, 5, "call events, and surveys and sheets of both versions, are told in kinds");
    }
}
