//! Which version a call is judged by: that of its own day, whenever it is judged; and a trial judges as the evaluator does.
#![allow(clippy::unwrap_used)]

use chrono::{NaiveDate, Utc};
use meyar_judging::{Judge, trial};
use meyar_schemas::{reference::Reference, transcripts::Transcript};
use meyar_scoring::{Form, FormSpec, Forms};
use serde_json::json;
use std::sync::Arc;

fn transcript(call: &str, at: &str, language: &str) -> Transcript {
    let said = |party: &str, start: u64, text: &str| json!({"party": party, "start_ms": start, "end_ms": start + 3000, "text": text, "confidence": 0.9});
    serde_json::from_value(json!({
        "transcript_id": format!("t-{call}"), "call_id": call, "created_at": at, "language": language,
        "model": {"id": "by-hand"}, "duration_ms": 30_000, "confidence": 0.9, "flags": [],
        "segments": [
            said("representative", 0, "Salam, Çağrı Mərkəzi, adım Leyladır."),
            said("caller", 4000, "Salam, mənə vergi barədə məlumat lazımdır."),
            said("representative", 8000, "Vergi Məcəlləsinin 218-ci maddəsinə əsasən belədir."),
        ],
    }))
    .unwrap()
}

fn judge(forms: &Arc<Forms>) -> Judge {
    Judge::new(forms.clone(), Arc::new(Reference::load(None).unwrap()))
}

fn version(judge: &Judge, transcript: &Transcript) -> String {
    let judged = judge.judge(transcript, None).unwrap().unwrap();
    judged.evaluation(transcript, Utc::now()).form.version
}

/// The shipped version with another weight and another number.
fn next(forms: &Forms, version: &str, from: &str) -> Vec<FormSpec> {
    let change = |form: &Form| {
        let mut spec = form.spec().clone();
        spec.form.version = version.to_owned();
        spec.form.valid_from = from.parse::<NaiveDate>().unwrap();
        spec.criteria[0].weight += 2.0;
        spec.criteria[1].weight -= 2.0;
        spec
    };
    forms.iter().take(2).map(change).collect()
}

#[test]
fn a_version_that_comes_while_the_evaluator_runs_judges_the_calls_of_its_day_and_later() {
    let forms = Arc::new(Forms::embedded().unwrap());
    let judge = judge(&forms);
    // The last moment of the 30th in Baku, and the first of the 1st.
    let (before, after) =
        (transcript("a", "2026-11-30T19:59:59Z", "az"), transcript("b", "2026-11-30T20:00:00Z", "az"));
    let english = transcript("c", "2026-12-05T08:00:00Z", "en");
    let russian = transcript("d", "2026-12-05T08:00:00Z", "ru");
    assert_eq!([&before, &after, &english].map(|one| version(&judge, one)), ["0.1", "0.1", "0.1"]);
    for spec in next(&forms, "0.2", "2026-12-01") {
        assert!(forms.add(Form::of(spec).unwrap()));
    }
    // The judge that was there before: nothing is opened anew.
    assert_eq!([&before, &after, &english, &russian].map(|one| version(&judge, one)), ["0.1", "0.2", "0.2", "0.2"]);
    for form in forms.iter().filter(|form| form.spec().form.version == "0.2") {
        forms.withdraw(&form.reference());
    }
    assert_eq!(version(&judge, &after), "0.1");
}

#[test]
fn a_trial_judges_each_call_as_the_evaluator_would() {
    let forms = Arc::new(Forms::embedded().unwrap());
    let draft = next(&forms, "0.2", "2030-01-01");
    let by_draft = trial::judge_by(&draft, Arc::new(Reference::load(None).unwrap())).unwrap();
    // The evaluator, once the draft is in force on these days.
    let approved = Arc::new(Forms::embedded().unwrap());
    for spec in &draft {
        let mut spec = spec.clone();
        spec.form.valid_from = "2025-06-01".parse().unwrap();
        approved.add(Form::of(spec).unwrap());
    }
    let evaluator = judge(&approved);
    for (call, language) in [("a", "az"), ("b", "en"), ("c", "ru")] {
        let transcript = transcript(call, "2026-11-30T08:00:00Z", language);
        let (tried, judged) =
            (by_draft.judge(&transcript, None).unwrap().unwrap(), evaluator.judge(&transcript, None).unwrap().unwrap());
        assert_eq!(tried.assessment, judged.assessment, "{language}");
        assert_eq!(tried.assessment.form.version, "0.2");
    }
}

#[test]
fn a_trial_tells_who_and_what_changes() {
    let forms = Forms::embedded().unwrap();
    let reference = Arc::new(Reference::load(None).unwrap());
    let base: Vec<FormSpec> = forms.iter().map(|form| form.spec().clone()).collect();
    let (before, after) = (
        trial::judge_by(&base, reference.clone()).unwrap(),
        trial::judge_by(&next(&forms, "0.2", "2030-01-01"), reference).unwrap(),
    );
    let calls = ["a", "b"].map(|call| {
        let transcript = transcript(call, "2026-11-30T08:00:00Z", "az");
        let of = |judge: &Judge| judge.judge(&transcript, None).unwrap().unwrap().assessment;
        trial::Compared {
            call_id: call.to_owned(),
            representative: Some("R1".to_owned()),
            before: of(&before),
            after: of(&after),
        }
    });
    let trial = trial::Trial { calls: calls.into(), of: 5, not_possible: 0 };
    let change = trial.calls[0].change().unwrap();
    assert!(change > 0.0 && trial.calls[0].is_changed(), "the greeting was said and weighs more: {change}");
    let (mean_before, mean_after, n) = trial.means().unwrap();
    assert!(n == 2 && (mean_after - mean_before - change).abs() < 1e-9);
    let people = trial.people();
    assert_eq!((people.len(), people[0].calls), (1, 2));
    assert!((people[0].change() - change).abs() < 1e-9);
    let criteria = trial.criteria();
    assert_eq!(criteria.len(), 14);
    let (_, before, after) = &criteria[0];
    assert_eq!(before.unwrap().mean(), after.unwrap().mean(), "a weight changes no mark");
    assert_eq!(trial.histogram(1000.0, 2), [0, 0, 2, 0, 0]);
    assert_eq!(trial.histogram(change, 2), [0, 0, 0, 2, 0]);
    assert_eq!(trial.most_changed(1).len(), 1);
}
