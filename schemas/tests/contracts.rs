//! Contracts: schema, examples and Rust types of every subject hold together (P3, P5).
#![allow(clippy::unwrap_used)]

mod common;

use chrono::{DateTime, Utc};
use common::{Version, properties, through_rust, versions};
use meyar_schemas::{
    Envelope, MAX_EVENT_BYTES, Subject,
    assessments::{Assessment, Outcome},
    contract,
    records::Record,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn read(subject: Subject, data: &Value) -> Result<Value, contract::Refusal> {
    Version { subject, number: subject.version() }.read(data)
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

#[test]
fn every_schema_is_valid_draft_2020_12_and_carries_its_own_name() {
    for version in versions() {
        let schema = version.schema();
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|e| panic!("{version}: {e}"));
        assert_eq!(schema["$id"], json!(version.dataschema()));
        assert_eq!(schema["$schema"], json!("https://json-schema.org/draft/2020-12/schema"));
    }
    for subject in Subject::ALL {
        let all: Vec<_> = (1..=subject.version()).map(|number| subject.dataschema_of(number)).collect();
        assert_eq!(
            contract::known_versions(subject),
            all,
            "{subject}: every folder is a version, and the newest is what is written"
        );
    }
}

#[test]
fn every_property_is_described_in_both_languages() {
    for version in versions() {
        let (subject, schema) = (version, version.schema());
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
    for version in versions() {
        let (subject, schema) = (version.subject, version.schema());
        let required: Vec<_> = schema["required"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        assert!(required.contains(&subject.key_field()), "{subject}");
        assert!(required.contains(&subject.time_field()), "{subject}");
    }
}

#[test]
fn every_valid_example_survives_the_rust_type_unchanged() {
    for version in versions() {
        let subject = version.subject;
        let mut defaults = BTreeMap::new();
        let newest = Version { subject, number: subject.version() };
        properties(&newest.schema(), &mut |name, property| {
            if let Some(default) = property.get("default") {
                defaults.insert(name.to_owned(), default.clone());
            }
        });
        let found = version.examples("valid");
        assert!(found.len() >= 2, "{version} has {} valid examples", found.len());
        for (file, data) in found {
            let accepted = version.read(&data).unwrap_or_else(|e| panic!("{file}: {e}"));
            assert!(!version.is_newest() || canonical(&accepted) == canonical(&data), "{file}");
            let again = through_rust(subject, &accepted).unwrap_or_else(|e| panic!("{file}: {e}"));
            read(subject, &again).unwrap_or_else(|e| panic!("{file}, written by Rust: {e}"));
            let mut expected = canonical(&accepted);
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
    for version in versions() {
        let found = version.examples("invalid");
        assert!(found.len() >= 4, "{version} has {} invalid examples", found.len());
        for (file, example) in found {
            assert!(example["why"].as_str().is_some_and(|w| !w.is_empty()), "{file}");
            let Err(refusal) = version.read(&example["data"]) else { panic!("{file} was accepted") };
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
    for version in versions() {
        let (subject, schema) = (version.subject, version.schema());
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
            for (file, data) in version.examples("valid") {
                for changed in replaced(&data, &name, &word).iter().filter_map(|c| version.read(c).ok()) {
                    through_rust(subject, &changed).unwrap_or_else(|e| panic!("{file} with {name} = {word}: {e}"));
                    tried += 1;
                }
            }
            assert!(tried > 0, "{version}: no valid example can carry {name} = {word}");
        }
    }
}

/// Names of the members of a value, at any depth.
fn members(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, child)| {
            found.insert(name.clone());
            members(child, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| members(item, found)),
        _ => {}
    }
}

/// With the examples' way through the Rust types this holds both to the same names: a type would drop a member that it does not know.
#[test]
fn every_property_that_a_schema_describes_stands_in_an_example() {
    for version in versions() {
        let (mut described, mut told) = (BTreeSet::new(), BTreeSet::new());
        properties(&version.schema(), &mut |name, property| {
            // A branch may forbid what is described elsewhere.
            if !property.is_boolean() {
                described.insert(name.to_owned());
            }
        });
        version.examples("valid").iter().for_each(|(_, data)| members(data, &mut told));
        let missing: Vec<_> = described.difference(&told).collect();
        assert!(missing.is_empty(), "{version}: no valid example has {missing:?}");
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
fn an_entry_of_the_access_log_is_never_told_otherwise() {
    let version = Version { subject: Subject::Access, number: 1 };
    let told = version.examples("valid").remove(0).1.to_string();
    let mut envelope = Envelope::new(Subject::Access, "test", "1", Utc::now());
    contract::read(Subject::Access, &envelope, told.as_bytes()).unwrap();
    envelope.revision = 1;
    let refusal = contract::read(Subject::Access, &envelope, told.as_bytes()).unwrap_err();
    assert_eq!((refusal.code, refusal.invalid.field.as_str()), ("invalid", "ce_revision"));
    assert!(refusal.invalid.remedy.contains("an entry of its own"), "{refusal}");
}

#[test]
fn an_assessment_is_one_event_and_each_later_state_a_revision_of_it() {
    let version = Version { subject: Subject::Assessments, number: 1 };
    let states = ["random_published", "random_seen", "disputed", "upheld"];
    let examples = version.examples("valid");
    let envelopes: Vec<Envelope> = states
        .iter()
        .enumerate()
        .map(|(revision, name)| {
            let (_, data) = examples.iter().find(|(file, _)| file.ends_with(&format!("/{name}.json"))).unwrap();
            let told: Assessment = serde_json::from_value(data.clone()).unwrap();
            let envelope = told.envelope("meyar/work", revision as u32);
            contract::read(version.subject, &envelope, &serde_json::to_vec(&told).unwrap()).unwrap();
            envelope
        })
        .collect();
    assert!(envelopes.iter().all(|envelope| envelope.id == "a-2026-01-000042"));
    assert!(envelopes.windows(2).all(|two| two[0].revision < two[1].revision && two[0].time < two[1].time));
}

/// P5: kinds, states and outcomes that no program of now has are taken, and whatever stands in the content.
#[test]
fn a_record_is_one_event_each_step_a_revision_and_a_kind_of_later_is_taken() {
    let version = Version { subject: Subject::Records, number: 1 };
    let examples = version.examples("valid");
    let example = |name: &str| {
        let (_, data) = examples.iter().find(|(file, _)| file.ends_with(&format!("/{name}.json"))).unwrap();
        serde_json::from_value::<Record>(data.clone()).unwrap()
    };
    let steps = [example("recommendation_made"), example("recommendation_measured")];
    let envelopes = [0, 1].map(|revision| {
        let step = &steps[revision as usize];
        let envelope = step.envelope("meyar/workbench", revision);
        contract::read(version.subject, &envelope, &serde_json::to_vec(step).unwrap()).unwrap();
        envelope
    });
    assert_eq!(envelopes[0].id, envelopes[1].id);
    assert!(envelopes[0].revision < envelopes[1].revision && envelopes[0].time < envelopes[1].time);
    assert_eq!(steps[0].made_at, steps[1].made_at);

    let mut later = serde_json::to_value(&steps[1]).unwrap();
    (later["kind"], later["state"], later["outcome"]) = (json!("mystery_call"), json!("planned2"), json!("2.1-a"));
    later["content"] = json!({"anything": [{"at": "all", "n": 1.5}, null]});
    version.read(&later).unwrap();
}

/// A gate weighs nothing: what failed is worth 0 even where nothing else was marked.
#[test]
fn what_counts_of_a_score_is_what_the_contract_takes() {
    let gate = ["K19".to_owned()];
    assert_eq!(Outcome::of(Some(92.0), &[]), (Outcome::Scored, Some(92.0)));
    assert_eq!(Outcome::of(Some(92.0), &gate), (Outcome::Critical, Some(0.0)));
    assert_eq!(Outcome::of(None, &gate), (Outcome::Critical, Some(0.0)));
    assert_eq!(Outcome::of(None, &[]), (Outcome::NotScored, None));
}

#[test]
fn whole_numbers_with_a_fraction_point_are_read_as_whole_numbers() {
    let data = br#"{"call_id":"c","at":"2026-01-14T09:30:00Z","line":"195-1-1","kind":"lost","reason":"refused","waited_ms":1.2e3}"#;
    let envelope = Envelope::new(Subject::CallEvents, "test", "1", Utc::now());
    let value = contract::read(Subject::CallEvents, &envelope, data).unwrap();
    assert_eq!(value["waited_ms"], json!(1200));
    through_rust(Subject::CallEvents, &value).unwrap();
}
