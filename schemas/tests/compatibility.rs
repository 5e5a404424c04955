//! Contracts over time (P5): what a version accepted when it was released, it accepts for good. `schemas/released` keeps each schema's structure and
//! its examples; a change that only adds is taken over with `UPDATE=1`, one that breaks is refused with its place: it needs a new version and a
//! migration.
#![allow(clippy::unwrap_used)]

mod common;
#[path = "common/compatible.rs"]
mod compatible;

use common::{Version, properties, versions};
use compatible::{broken, compile, strange, structure};
use meyar_schemas::Subject;
use serde_json::{Map, Value, json};
use std::{fs, path::PathBuf};

fn released(version: Version, folder: &str) -> PathBuf {
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("released").join(folder);
    place.join(format!("{}.v{}.json", version.subject.name(), version.number))
}

fn kept(path: &PathBuf) -> Option<Value> {
    fs::read(path).ok().map(|text| serde_json::from_slice(&text).unwrap())
}

fn update(path: &PathBuf, value: &Value) -> bool {
    let asked = std::env::var_os("UPDATE").is_some();
    if asked {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{}\n", serde_json::to_string_pretty(value).unwrap())).unwrap();
    }
    asked
}

#[test]
fn nothing_that_was_released_is_refused_now() {
    for version in versions() {
        let (path, now) = (released(version, ""), structure(&version.schema()));
        let before = kept(&path);
        let found = before.as_ref().map_or_else(Vec::new, |before| broken(before, &now));
        assert!(found.is_empty(), "{version}: make a new version with a migration:\n{}", found.join("\n"));
        if !update(&path, &now) {
            assert_eq!(before, Some(now), "{version}: the schema only grew; take it over with UPDATE=1");
        }
    }
}

#[test]
fn examples_that_were_released_stay_as_they_are_and_are_read() {
    for version in versions() {
        let path = released(version, "examples");
        let name = |file: &str| PathBuf::from(file).file_stem().unwrap().to_string_lossy().into_owned();
        let now: Map<_, _> = version.examples("valid").into_iter().map(|(file, data)| (name(&file), data)).collect();
        let before = kept(&path).unwrap_or_else(|| json!({}));
        for (name, data) in before.as_object().unwrap() {
            version.read(data).unwrap_or_else(|e| panic!("{version} {name} was released and is refused: {e}"));
            assert_eq!(now.get(name), Some(data), "{version}: {name} was released; another example needs another name");
        }
        if !update(&path, &Value::Object(now.clone())) {
            assert_eq!(before, Value::Object(now), "{version}: there are more examples; take them over with UPDATE=1");
        }
    }
}

#[test]
fn examples_of_now_are_understood_by_who_knows_the_released_schema_alone() {
    for version in versions() {
        let Some(before) = kept(&released(version, "")) else { continue };
        for (file, data) in version.examples("valid") {
            assert_eq!(strange(&before, &data), Vec::<String>::new(), "{file}: it needs a new version");
        }
    }
}

/// Without its name, which is another in every version.
fn unnamed(version: Version) -> Value {
    let mut schema = structure(&version.schema());
    schema.as_object_mut().unwrap().remove("$id");
    schema
}

#[test]
fn a_new_version_is_one_that_had_to_be() {
    let mut newer = 0;
    for version in versions().into_iter().filter(|version| version.number > 1) {
        let before = Version { number: version.number - 1, ..version };
        let found = broken(&unnamed(before), &unnamed(version));
        assert!(!found.is_empty(), "{version} only adds to {before}: it belongs there");
        newer += 1;
    }
    assert!(newer >= 2);
    let survey = |number| unnamed(Version { subject: Subject::SurveyResponses, number });
    let needs = ["/allOf/2/then/required: \"scale_min\" is required now", "/required: \"respondent\" is required now"];
    assert_eq!(broken(&survey(1), &survey(2)), needs);
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

/// The surveys' contract with one change that must not go unseen: the gate's words, and how many of its own examples it would refuse.
#[test]
fn each_kind_of_breaking_change_of_a_real_contract_fails_the_gate() {
    let version = Version { subject: Subject::SurveyResponses, number: 2 };
    let answer = "/allOf/2/then/properties";
    let take = |schema: &mut Value, at: &str, name: &str| {
        schema.pointer_mut(at).and_then(Value::as_object_mut).unwrap().remove(name).unwrap()
    };
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Value), bool);
    let changes: [Change; 10] = [
        ("\"call_id\" is required now", &|s| s["required"].as_array_mut().unwrap().push("call_id".into()), true),
        ("questionnaire is gone", &|s| drop(take(s, "/properties", "questionnaire")), true),
        (
            "scale_max is gone",
            &|s| {
                let renamed = take(s, answer, "scale_max");
                s.pointer_mut(answer).unwrap()["scale_top"] = renamed;
            },
            true,
        ),
        (
            "\"integer\" is not taken any more",
            &|s| s.pointer_mut(answer).unwrap()["score"]["type"] = "string".into(),
            true,
        ),
        ("score/maximum: 100 became 4", &|s| s.pointer_mut(answer).unwrap()["score"]["maximum"] = 4.into(), true),
        (
            "\"ivr\" is not taken any more",
            &|s| s["properties"]["channel"]["enum"] = json!(["sms", "call", "web"]),
            true,
        ),
        ("became \"^195-1-[1-3]$\"", &|s| s["$defs"]["line"]["pattern"] = "^195-1-[1-3]$".into(), true),
        (
            "\"declined\" is not taken any more",
            &|s| s["properties"]["kind"]["enum"] = json!(["invited", "answered"]),
            true,
        ),
        (
            "x-unit: \"points of the scale\" became \"per cent\"",
            &|s| {
                s.pointer_mut(answer).unwrap()["score"]["description"] = "Score given; unit: per cent".into();
            },
            false,
        ),
        ("additionalProperties: nothing became false", &|s| s["additionalProperties"] = false.into(), true),
    ];
    let old = version.schema();
    for (told, change, refuses) in changes {
        let mut new = old.clone();
        change(&mut new);
        let found = broken(&structure(&old), &structure(&new));
        assert!(found.iter().any(|line| line.contains(told)), "{told}: {found:?}");
        let validator = compile(&new);
        let refused = version.examples("valid").iter().filter(|(_, data)| !validator.is_valid(data)).count();
        assert_eq!(refused > 0, refuses, "{told}: {refused} of its examples are refused");
    }
    // And the other way: what a reader of before does not understand of what is new.
    let (_, answered) = version.examples("valid").remove(0);
    let with = |name: &str, value: Value| {
        let mut told = answered.clone();
        told[name] = value;
        strange(&structure(&old), &told)
    };
    assert_eq!(with("language", json!("az")), Vec::<String>::new());
    assert_eq!(with("channel", json!("post")), Vec::<String>::new());
    assert!(with("score", json!("five"))[0].contains("/score"));
    assert!(with("line", json!("195-1-5"))[0].contains("/line"));
    let mut without = answered.clone();
    without.as_object_mut().unwrap().remove("respondent");
    assert!(strange(&structure(&old), &without)[0].contains("respondent"));
}

#[test]
fn a_unit_is_part_of_the_structure_and_other_words_are_not() {
    let schema = Version { subject: Subject::SurveyResponses, number: 1 }.schema();
    let mut words = Vec::new();
    properties(&structure(&schema), &mut |_, property| words.extend(property.get("description").cloned()));
    assert!(words.is_empty());
    assert_eq!(
        structure(&json!({"description": "Wait; unit: whole milliseconds", "type": "integer"})),
        json!({"type": "integer", "x-unit": "whole milliseconds"})
    );
}
