//! Forms are data: the shipped ones are sound, their twins agree, and a broken one says what to mend.
#![allow(clippy::unwrap_used)]

mod support;

use chrono::NaiveDate;
use meyar_schemas::reference::Reference;
use meyar_scoring::{Form, FormError, Forms, Part, Rule};
use std::path::{Path, PathBuf};
use support::FORMS;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/forms")
}

fn text(language: &str) -> String {
    std::fs::read_to_string(folder().join(format!("default-call-form/0.1.{language}.toml"))).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn complaint(from: &str, to: &str) -> String {
    let broken = text("az").replacen(from, to, 1);
    assert_ne!(broken, text("az"), "{from} is not in the form");
    Form::parse("default-call-form/0.1.az.toml", &broken).unwrap_err().to_string()
}

#[test]
fn the_shipped_forms_are_sound_embedded_and_as_files() {
    let loaded = Forms::load(&folder()).unwrap_or_else(|error| panic!("{error}"));
    let criteria = |forms: &Forms| forms.iter().flat_map(|form| form.criteria().to_vec()).collect::<Vec<_>>();
    assert_eq!(criteria(&loaded), criteria(&FORMS));
    for form in FORMS.iter() {
        assert_eq!(form.criteria().len(), 14);
        assert_eq!(form.criteria().iter().filter(|criterion| criterion.gate).count(), 2);
    }
}

/// The live page reads of this list which verdicts tell that an urgent matter was heard.
#[test]
fn the_criteria_of_urgency_stand_in_the_reference_data() {
    let reference = Reference::load(None).unwrap();
    for form in FORMS.iter() {
        let urgent = form.criteria().iter().filter(|one| matches!(one.rule, Rule::Gate { urgent_records: true, .. }));
        let urgent: Vec<_> = urgent.map(|one| (form.reference().id.clone(), one.code.clone())).collect();
        let id = &form.reference().id;
        let listed = reference.urgent_criteria.rows().iter().filter(|row| row.form_id == *id);
        assert_eq!(listed.map(|row| (row.form_id.clone(), row.criterion.clone())).collect::<Vec<_>>(), urgent, "{id}");
    }
}

#[test]
fn the_english_twin_differs_only_in_its_phrases() {
    let form = |language| FORMS.form_for(language, day("2026-01-14")).unwrap();
    let (az, en) = (form("az"), form("en"));
    for (one, two) in az.criteria().iter().zip(en.criteria()) {
        let bare = |criterion: &meyar_scoring::Criterion| {
            let mut bare = criterion.clone();
            bare.parts = bare.parts.into_iter().map(|part| Part { patterns: vec![], except: vec![], ..part }).collect();
            bare
        };
        assert_eq!(bare(one), bare(two));
    }
    assert_eq!((&az.spec().bands, &az.spec().answer), (&en.spec().bands, &en.spec().answer));
}

#[test]
fn a_form_is_chosen_by_language_and_day() {
    let older = Form::parse("default-call-form/0.1.az.toml", &text("az")).unwrap();
    let newer = text("az").replacen("version = \"0.1\"", "version = \"0.2\"", 1).replacen(
        "valid_from = \"2025-01-01\"",
        "valid_from = \"2026-06-01\"",
        1,
    );
    let newer = Form::parse("default-call-form/0.2.az.toml", &newer).unwrap();
    let forms = Forms::of(vec![newer, older]).unwrap();
    let version = |language: &str, date| forms.form_for(language, day(date)).map(|form| form.reference().version);
    assert_eq!(version("az", "2026-05-31").as_deref(), Some("0.1"));
    assert_eq!(version("az-Latn-AZ", "2026-06-01").as_deref(), Some("0.2"));
    assert_eq!(version("az", "2024-12-31"), None);
    assert_eq!(version("ru", "2026-06-01"), None);
}

#[test]
fn two_forms_of_one_day_are_refused() {
    let form = || Form::parse("default-call-form/0.1.az.toml", &text("az")).unwrap();
    let error = Forms::of(vec![form(), form()]).unwrap_err().to_string();
    assert!(error.contains("form.valid_from = 2025-01-01") && error.contains("another day"), "{error}");
}

#[test]
fn a_broken_form_names_file_criterion_field_value_and_remedy() {
    let has = |error: String, words: &[&str]| {
        for word in words {
            assert!(error.contains(word), "no {word:?} in: {error}");
        }
        assert_eq!(error.lines().count(), 1, "one line: {error}");
    };
    has(complaint("weight = 22.0", "weight = 23.0"), &["default-call-form/0.1.az.toml", "101 in all", "make 100"]);
    has(complaint("mark = 0.5 }", "mark = 0.7 }"), &["K01", "rule.marks = 0.7", "scale [0.0, 0.5, 1.0]"]);
    has(
        complaint("'hər vaxtınız xeyir'", "'(hər vaxtınız xeyir'"),
        &["K01", "part greeting", "\"(hər vaxtınız xeyir\"", "unclosed group"],
    );
    has(complaint("'hər vaxtınız xeyir'", "'Hər vaxtınız xeyir'"), &["K01", "'H'", "lower-case"]);
    has(complaint("any = [\"greeting\"]", "any = [\"greting\"]"), &["K01", "rule = greting", "no such part"]);
    has(complaint("valid_from = \"2025-01-01\"", "valid_from = \"soon\""), &["line 15", "soon", "mend"]);
    has(complaint("judged_by = \"auto\"", "judged_by = \"robot\""), &["robot", "auto_and_person"]);
    has(complaint("kind = \"talk_over\"", "kind = \"talk_under\""), &["talk_under", "talk_over"]);
    has(complaint("version = \"0.1\"", "version = \"0.3\""), &["0.3 az", "rename"]);
}

#[test]
fn every_fault_of_a_form_is_told_at_once() {
    let broken = text("az").replacen("weight = 22.0", "weight = 23.0", 1).replacen("'salam'", "'Salam'", 1);
    match Form::parse("default-call-form/0.1.az.toml", &broken).unwrap_err() {
        FormError::Invalid(problems) => assert_eq!(problems.len(), 2),
        other => panic!("{other}"),
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error = Forms::load(Path::new("no-such-folder")).unwrap_err().to_string();
    assert!(error.contains("no-such-folder") && error.contains("check that it exists"), "{error}");
}

#[test]
fn bands_cover_every_score() {
    let form = FORMS.form_for("az", day("2026-01-14")).unwrap();
    let band = |score| form.band(score).unwrap().name_az.as_str();
    assert_eq!(
        (band(100.0), band(95.0), band(94.99), band(75.0), band(0.0)),
        ("Əla", "Əla", "Yaxşı", "Qənaətbəxş", "Qeyri-kafi")
    );
}
