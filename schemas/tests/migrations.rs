//! What an older version accepted is told in the newest one, and recognised there (P5).
#![allow(clippy::unwrap_used)]

mod common;

use common::{Version, properties, through_rust, versions};
use meyar_schemas::{Subject, contract, migrate};
use proptest::{prelude::*, sample::Index, strategy::ValueTree as _};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs};

fn older() -> Vec<Version> {
    versions().into_iter().filter(|version| !version.is_newest()).collect()
}

/// Each example of an older version stands beside what it is in the next one, which never changes again.
#[test]
fn every_example_of_an_older_version_becomes_what_is_written_beside_it() {
    for version in older() {
        let next = Version { number: version.number + 1, ..version };
        let (valid, migrated) = (version.examples("valid"), version.examples("migrated"));
        assert_eq!(valid.len(), migrated.len(), "{version}: a file for each example");
        for ((file, data), (beside, expected)) in valid.iter().zip(&migrated) {
            assert_eq!(file.replace("/valid/", "/migrated/"), *beside);
            let read = version.read(data).unwrap_or_else(|e| panic!("{file}: {e}"));
            let same = next.read(expected).unwrap_or_else(|e| panic!("{beside}: {e}"));
            assert_eq!(read, same, "{file}");
            if next.is_newest() {
                assert_eq!(read, *expected, "{file}");
            }
        }
    }
}

#[test]
fn the_steps_of_released_versions_are_what_they_were() {
    let survey = json!({"kind": "answered", "score": 4, "scale_max": 5});
    let mut told = survey.clone();
    migrate::newest(Subject::SurveyResponses, 1, &mut told);
    assert_eq!(told, json!({"kind": "answered", "score": 4, "scale_min": 0, "scale_max": 5, "respondent": "caller"}));
    assert_eq!(*migrate::oldest(Subject::SurveyResponses, &told), survey);
    migrate::newest(Subject::SurveyResponses, 2, &mut told);
    assert_eq!(told["scale_min"], json!(0), "the newest stays as it is");
}

/// What a member of this contract may be changed into: words of its lists, values of all examples, and anything else.
fn pool(version: Version) -> BTreeMap<String, Vec<Value>> {
    let mut pool: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for number in 1..=version.subject.version() {
        let version = Version { number, ..version };
        properties(&version.schema(), &mut |name, property| {
            let words = property.get("enum").or(property.get("examples")).and_then(Value::as_array);
            pool.entry(name.to_owned()).or_default().extend(words.into_iter().flatten().cloned());
        });
        for (_, data) in version.examples("valid") {
            for (name, value) in data.as_object().unwrap() {
                pool.entry(name.clone()).or_default().push(value.clone());
            }
        }
    }
    pool
}

/// `5.0` is read as `5`.
fn numbers(value: &Value) -> Value {
    match value {
        Value::Number(n) => json!(n.as_f64()),
        Value::Object(members) => members.iter().map(|(k, v)| (k.clone(), numbers(v))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}

#[derive(Debug, Clone)]
enum Change {
    Without(Index),
    Pooled(Index, Index),
    Any(Index, Value),
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..=101i64).prop_map(|n| json!(n)),
        (0..=100u8).prop_map(|n| json!(f64::from(n))),
        "[!-~əğıöüçşƏĞİÖÜÇŞ]{1,40}".prop_map(Value::from),
        "\\PC{0,60}".prop_map(Value::from),
        "195-1-[1-4]".prop_map(Value::from),
        "20[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8])(T[01][0-9]:[0-5][0-9]:[0-5][0-9](Z|\\+04:00))?)?"
            .prop_map(Value::from),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<Index>().prop_map(Change::Without),
        any::<(Index, Index)>().prop_map(|(name, value)| Change::Pooled(name, value)),
        (any::<Index>(), any_value()).prop_map(|(name, value)| Change::Any(name, value)),
    ]
}

/// An example of the version with all those changes that leave it valid, and how many did.
fn mutated(version: Version, start: &Index, changes: &[Change]) -> (Value, usize) {
    let (examples, pool) = (version.examples("valid"), pool(version));
    let names: Vec<&String> = pool.keys().collect();
    let (mut told, mut kept) = (start.get(&examples).1.clone(), 0);
    for change in changes {
        let mut other = told.clone();
        let members = other.as_object_mut().unwrap();
        match change {
            Change::Without(name) => drop(members.remove(*name.get(&names))),
            Change::Pooled(name, value) => {
                let name = *name.get(&names);
                if !pool[name].is_empty() {
                    members.insert(name.clone(), value.get(&pool[name]).clone());
                }
            }
            Change::Any(name, value) => drop(members.insert((*name.get(&names)).clone(), value.clone())),
        }
        if other != told && contract::validate(version.subject, &version.dataschema(), &other).is_ok() {
            (told, kept) = (other, kept + 1);
        }
    }
    (told, kept)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_an_older_version_accepts_is_valid_in_the_newest_and_found_again_in_the_oldest(
        which: Index, start: Index, changes in proptest::collection::vec(change(), 0..40),
    ) {
        let older = older();
        let version = *which.get(&older);
        let (told, _) = mutated(version, &start, &changes);
        let read = version.read(&told).map_err(|e| TestCaseError::fail(e.to_string()))?;
        contract::validate(version.subject, &version.subject.dataschema(), &read)
            .map_err(|e| TestCaseError::fail(format!("{told} became {read}: {e}")))?;
        through_rust(version.subject, &read).map_err(|e| TestCaseError::fail(format!("{read}: {e}")))?;
        if version.number == 1 {
            // What the first build hashed: the message as it came, before there was anything newer.
            prop_assert_eq!(numbers(&migrate::oldest(version.subject, &read)), numbers(&told));
        }
    }

    #[test]
    fn what_an_older_version_could_not_say_is_no_repeat_of_what_it_said(
        which: Index, start: Index, changes in proptest::collection::vec(change(), 0..40),
    ) {
        let subjects: Vec<Subject> = older().iter().map(|version| version.subject).collect();
        let subject = *which.get(&subjects);
        let newest = Version { subject, number: subject.version() };
        let read = newest.read(&mutated(newest, &start, &changes).0).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let oldest = migrate::oldest(subject, &read).into_owned();
        // Either an older version says the same, or it stays what it is.
        let same = (1..=subject.version()).any(|number| {
            let mut told = oldest.clone();
            let says = contract::validate(subject, &subject.dataschema_of(number), &told).is_ok();
            migrate::newest(subject, number, &mut told);
            says && told == read
        });
        prop_assert!(same, "{read} was made {oldest}");
    }
}

#[test]
fn the_changes_of_the_property_tests_do_change_something() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (any::<Index>(), proptest::collection::vec(change(), 40));
    for version in versions().into_iter().filter(|version| version.subject.version() > 1) {
        let (mut kept, mut kinds) = (0, std::collections::BTreeSet::new());
        for _ in 0..100 {
            let (start, changes) = strategy.new_tree(&mut runner).unwrap().current();
            let (told, changed) = mutated(version, &start, &changes);
            kept += changed;
            kinds.insert(told["kind"].to_string());
        }
        assert!(kept > 100 && kinds.len() >= 3, "{version}: {kept} changes kept, {kinds:?}");
    }
}

/// Bytes of an old message need no parsing twice: what is not of an older version is left alone.
#[test]
fn subjects_of_one_version_are_not_touched() {
    for version in versions().into_iter().filter(|version| version.subject.version() == 1) {
        for (file, data) in version.examples("valid") {
            assert!(matches!(migrate::oldest(version.subject, &data), std::borrow::Cow::Borrowed(_)), "{file}");
        }
        assert!(
            fs::metadata(version.folder().join("examples/migrated")).is_err(),
            "{version} has nothing to migrate to"
        );
    }
}
