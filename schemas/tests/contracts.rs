//! Contracts: schema, examples and Rust types of every subject hold together (P3, P5).
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use meyar_schemas::{
    Envelope, MAX_EVENT_BYTES, Subject, appeals::Appeal, audio, calls::CallEvent, contract, deadletter::DeadLetter,
    evaluations::Evaluation, sheets::SheetEvent, staff::StaffEvent, surveys::SurveyEvent, systems::IncidentEvent,
    transcripts::Transcript,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, path::PathBuf};

fn folder(subject: Subject) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("events").join(subject.name()).join("v1")
}

fn schema(subject: Subject) -> Value {
    let path = folder(subject).join("schema.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// File name and content of the examples, in order.
fn examples(subject: Subject, which: &str) -> Vec<(String, Value)> {
    let mut found: Vec<_> = fs::read_dir(folder(subject).join("examples").join(which))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn read(subject: Subject, data: &Value) -> Result<Value, contract::Refusal> {
    let envelope = Envelope::new(subject, "test", "1", Utc::now());
    contract::read(subject, &envelope, data.to_string().as_bytes())
}

fn through<T: DeserializeOwned + Serialize>(value: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_value::<T>(value.clone())?)
}

/// Into the Rust type and back.
fn through_rust(subject: Subject, value: &Value) -> Result<Value, serde_json::Error> {
    match subject {
        Subject::CallEvents => through::<CallEvent>(value),
        Subject::CallAudio if value.get("uri").is_some() => through::<audio::AudioReference>(value),
        Subject::CallAudio => through::<audio::AudioChunk>(value),
        Subject::CallRecordings => through::<audio::Recording>(value),
        Subject::CallTranscripts => through::<Transcript>(value),
        Subject::CallEvaluations => through::<Evaluation>(value),
        Subject::SurveyResponses => through::<SurveyEvent>(value),
        Subject::Appeals => through::<Appeal>(value),
        Subject::ApplicationSheets => through::<SheetEvent>(value),
        Subject::SystemIncidents => through::<IncidentEvent>(value),
        Subject::StaffSessions => through::<StaffEvent>(value),
        Subject::DeadLetters => through::<DeadLetter>(value),
    }
}

/// The same meaning in one spelling: times in UTC, numbers as doubles.
fn canonical(value: &Value) -> Value {
    match value {
        Value::String(s) => DateTime::parse_from_rfc3339(s).map_or(value.clone(), |t| json!(t.to_utc())),
        Value::Number(n) => json!(n.as_f64()),
        Value::Array(items) => items.iter().map(canonical).collect(),
        Value::Object(fields) => fields.iter().map(|(k, v)| (k.clone(), canonical(v))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}

/// Calls `visit` for every property that the schema describes, at any depth.
fn properties(node: &Value, visit: &mut impl FnMut(&str, &Value)) {
    match node {
        Value::Object(fields) => {
            for (key, child) in fields {
                if key == "properties" {
                    child.as_object().unwrap().iter().for_each(|(name, property)| visit(name, property));
                }
                if key != "examples" {
                    properties(child, visit);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, visit)),
        _ => {}
    }
}

#[test]
fn every_schema_is_valid_draft_2020_12_and_carries_its_own_name() {
    for subject in Subject::ALL {
        let schema = schema(subject);
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|e| panic!("{subject}: {e}"));
        assert_eq!(schema["$id"], json!(subject.dataschema()));
        assert_eq!(schema["$schema"], json!("https://json-schema.org/draft/2020-12/schema"));
        assert_eq!(contract::known_versions(subject), [subject.dataschema()], "{subject}");
    }
}

#[test]
fn every_property_is_described_in_both_languages() {
    for subject in Subject::ALL {
        let schema = schema(subject);
        assert!(schema["title"].as_str().unwrap().contains(" · "), "{subject}");
        properties(&schema, &mut |name, property| {
            // A branch of a kind may only pin a constant or forbid a field that is described elsewhere.
            if property.is_boolean() || property.get("const").is_some() {
                return;
            }
            assert!(property["description"].as_str().is_some_and(|d| d.len() > 3), "{subject} {name}");
            if property.get("properties").is_none() {
                assert!(property["x-az"].as_str().is_some_and(|d| d.len() > 1), "{subject} {name}");
            }
            let whole = property.get("type") == Some(&json!("integer"));
            assert!(
                !whole
                    || property["description"].as_str().unwrap().contains("unit:")
                    || ["offset", "partition", "segment"].contains(&name),
                "{subject} {name} has no unit"
            );
        });
    }
}

#[test]
fn the_key_and_the_time_of_every_subject_are_required() {
    for subject in Subject::ALL {
        let schema = schema(subject);
        let required: Vec<_> = schema["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        assert!(required.contains(&subject.key_field()), "{subject}");
        assert!(required.contains(&subject.time_field()), "{subject}");
    }
}

#[test]
fn every_valid_example_survives_the_rust_type_unchanged() {
    for subject in Subject::ALL {
        let mut defaults = BTreeMap::new();
        properties(&schema(subject), &mut |name, property| {
            if let Some(default) = property.get("default") {
                defaults.insert(name.to_owned(), default.clone());
            }
        });
        let found = examples(subject, "valid");
        assert!(found.len() >= 2, "{subject} has {} valid examples", found.len());
        for (file, data) in found {
            let accepted = read(subject, &data).unwrap_or_else(|e| panic!("{file}: {e}"));
            let again = through_rust(subject, &accepted).unwrap_or_else(|e| panic!("{file}: {e}"));
            read(subject, &again).unwrap_or_else(|e| panic!("{file}, written by Rust: {e}"));
            let mut expected = canonical(&data);
            for (name, default) in &defaults {
                if again.get(name).is_some() {
                    expected.as_object_mut().unwrap().entry(name).or_insert(default.clone());
                }
            }
            assert_eq!(canonical(&again), expected, "{file}");
        }
    }
}

#[test]
fn every_invalid_example_is_refused_at_its_field_with_a_remedy() {
    for subject in Subject::ALL {
        let found = examples(subject, "invalid");
        assert!(found.len() >= 4, "{subject} has {} invalid examples", found.len());
        for (file, example) in found {
            assert!(example["why"].as_str().is_some_and(|w| !w.is_empty()), "{file}");
            let Err(refusal) = read(subject, &example["data"]) else { panic!("{file} was accepted") };
            assert_eq!(refusal.code, "invalid", "{file}");
            let invalid = refusal.invalid;
            assert_eq!(invalid.field, example["field"].as_str().unwrap(), "{file}: {invalid}");
            assert!(invalid.problem.len() > 5 && invalid.remedy.len() > 8, "{file}: {invalid}");
            assert!(!invalid.to_string().contains('\n'), "{file}: {invalid}");
        }
    }
}

/// Every object of `value` in which `name` may be replaced, once each.
fn replaced(value: &Value, name: &str, by: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            for (key, child) in fields {
                let put = |new: Value| {
                    let mut fields = fields.clone();
                    fields.insert(key.clone(), new);
                    Value::Object(fields)
                };
                if key == name {
                    all.push(put(by.clone()));
                    if let Value::Array(items) = child {
                        all.push(put(json!([by])));
                        let rest = items.iter().skip(1).cloned();
                        all.push(put([by.clone()].into_iter().chain(rest).collect()));
                    }
                }
                all.extend(replaced(child, name, by).into_iter().map(put));
            }
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                all.extend(replaced(item, name, by).into_iter().map(|new| {
                    let mut items = items.clone();
                    items[i] = new;
                    Value::Array(items)
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn every_word_that_a_schema_lists_is_known_to_the_rust_type() {
    for subject in Subject::ALL {
        let schema = schema(subject);
        let mut words = Vec::new();
        let shared = |property: &Value| {
            let target = property.get("$ref").and_then(Value::as_str)?.strip_prefix('#')?;
            schema.pointer(target).cloned()
        };
        properties(&schema, &mut |name, property| {
            let items = property.get("items").cloned().unwrap_or_default();
            for node in
                [property.clone(), shared(property).unwrap_or_default(), shared(&items).unwrap_or_default(), items]
            {
                let listed = node.get("enum").and_then(Value::as_array).cloned().unwrap_or_default();
                words.extend(listed.into_iter().map(|word| (name.to_owned(), word)));
            }
        });
        for (name, word) in words {
            let mut tried = 0;
            for (file, data) in examples(subject, "valid") {
                for changed in replaced(&data, &name, &word).iter().filter(|c| read(subject, c).is_ok()) {
                    through_rust(subject, changed).unwrap_or_else(|e| panic!("{file} with {name} = {word}: {e}"));
                    tried += 1;
                }
            }
            assert!(tried > 0, "{subject}: no valid example can carry {name} = {word}");
        }
    }
}

#[test]
fn a_refusal_reads_as_one_line_that_says_what_to_do() {
    let said = |subject, data: Value| read(subject, &data).unwrap_err().to_string();
    let event =
        json!({"call_id": "c-1", "at": "2026-01-14T09:30:00+04:00", "line": "195-1-1", "kind": "queued", "queue": "q"});
    let with = |name: &str, value: Value| {
        let mut event = event.clone();
        event[name] = value;
        event
    };
    assert_eq!(
        said(Subject::CallEvents, with("at", json!("14.01.2026 09:30"))),
        "invalid: at: `14.01.2026 09:30` is not a time with an offset; write it as 2026-01-14T09:30:00+04:00 (When the step happened)"
    );
    assert_eq!(
        said(Subject::CallEvents, with("queue", Value::Null)),
        "invalid: queue: `null` is not text in quotes; write it like dvx-az (Queue that the call entered)"
    );
    assert_eq!(
        said(Subject::CallEvents, with("line", json!(1951))),
        "invalid: line: `1951` is not text in quotes; write it like 195-1-1 (Number dialled: 195-1-1 DVX, 195-1-2 Aparat, 195-1-3 ƏMDX, 195-1-4 AİBNDX)"
    );
    let mut renamed = event.clone();
    let line = renamed.as_object_mut().unwrap().remove("line").unwrap();
    renamed["Line"] = line;
    assert_eq!(said(Subject::CallEvents, renamed), "invalid: line: is missing; rename `Line` to `line`");
    assert_eq!(
        said(Subject::CallEvents, with("representative", json!("R014"))),
        "invalid: representative: `R014` is not a field of this contract; remove it: it belongs to another kind than `queued`"
    );
    assert!(said(Subject::CallEvents, with("colour", json!("red"))).contains("remove it"));
    assert!(said(Subject::CallEvents, json!([1])).starts_with("invalid: data: `[1]` is not a JSON object;"));
}

#[test]
fn a_refusal_never_repeats_a_telephone_number() {
    let data = json!({"call_id": "c-1", "at": "2026-01-14T09:30:00+04:00", "line": "195-1-1", "kind": "offered", "caller_key": "+994501234567"});
    let invalid = read(Subject::CallEvents, &data).unwrap_err().invalid;
    assert_eq!(invalid.field, "caller_key");
    assert!(!invalid.to_string().contains("1234567"), "{invalid}");
}

#[test]
fn unreadable_oversized_and_unknown_versions_are_refused_by_their_names() {
    let mut envelope = Envelope::new(Subject::CallEvents, "test", "1", Utc::now());
    let code =
        |envelope: &Envelope, bytes: &[u8]| contract::read(Subject::CallEvents, envelope, bytes).unwrap_err().code;
    assert_eq!(code(&envelope, b"{\"call_id\": "), "unreadable");
    assert_eq!(code(&envelope, &[0xff, 0xfe]), "unreadable");
    assert_eq!(code(&envelope, &vec![b' '; MAX_EVENT_BYTES + 1]), "oversized");
    assert_eq!(code(&envelope, "[".repeat(100_000).as_bytes()), "unreadable");
    envelope.dataschema = "meyar:calls.events/v2".into();
    assert_eq!(code(&envelope, b"{}"), "unknown_version");
    envelope.dataschema = Subject::SurveyResponses.dataschema();
    assert_eq!(code(&envelope, b"{}"), "unknown_version", "another subject's contract is no version of this one");
}

#[test]
fn whole_numbers_with_a_fraction_point_are_read_as_whole_numbers() {
    let data = br#"{"call_id":"c","at":"2026-01-14T09:30:00Z","line":"195-1-1","kind":"lost","reason":"refused","waited_ms":1.2e3}"#;
    let envelope = Envelope::new(Subject::CallEvents, "test", "1", Utc::now());
    let value = contract::read(Subject::CallEvents, &envelope, data).unwrap();
    assert_eq!(value["waited_ms"], json!(1200));
    through_rust(Subject::CallEvents, &value).unwrap();
}
