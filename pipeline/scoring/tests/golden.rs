//! Invented calls with the verdict expected of every criterion: one file a call, in tests/cases.
#![allow(clippy::unwrap_used)]

mod support;

use meyar_schemas::evaluations::{Outcome, Verdict, VerdictState};
use meyar_scoring::{Assessment, Settings, evaluate};
use support::{Case, cases};

#[test]
fn every_invented_call_gets_the_verdicts_expected_of_it() {
    let cases = cases();
    let count =
        |language: &str| cases.iter().filter(|case| case.form.as_ref().unwrap_or(&case.language) == language).count();
    assert!(count("az") >= 12 && count("en") >= 8, "too few cases were read");
    let complaints: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_evaluation_keeps_its_contract() {
    for case in cases() {
        let transcript = case.transcript();
        let assessment = evaluate(case.form(), &transcript, &case.facts, &Settings::default());
        let evaluation = assessment.into_evaluation("e".into(), transcript.created_at, &transcript, &case.facts);
        let value = serde_json::to_value(&evaluation).unwrap();
        let contract = "meyar:calls.evaluations/v1";
        if let Err(refusal) =
            meyar_schemas::contract::validate(meyar_schemas::Subject::CallEvaluations, contract, &value)
        {
            panic!("{}: {refusal:?}", case.name);
        }
    }
}

fn differences(case: &Case) -> Vec<String> {
    let assessment = evaluate(case.form(), &case.transcript(), &case.facts, &Settings::default());
    let mut found = Vec::new();
    let mut differ = |what: &str, expected: &str, got: String| {
        found.push(format!("{}: {what}: expected {expected}, got {got}", case.name))
    };

    let verdicts: Vec<&str> = case.expect.verdicts.split_whitespace().collect();
    assert_eq!(verdicts.len(), assessment.verdicts.len(), "{}: one expectation a criterion", case.name);
    for (expected, verdict) in verdicts.iter().zip(&assessment.verdicts) {
        let got = format!("{}={}", verdict.criterion, state(verdict));
        if got != *expected {
            differ("verdict", expected, format!("{got} ({}) {:?}", verdict.reason, quotes(verdict)));
        }
    }
    if outcome(assessment.outcome) != case.expect.outcome {
        differ("outcome", &case.expect.outcome, outcome(assessment.outcome).into());
    }
    if case.expect.score.is_some() && assessment.raw_score != case.expect.score {
        differ("score", &format!("{:?}", case.expect.score), format!("{:?}", assessment.raw_score));
    }
    if case.expect.coverage.is_some_and(|coverage| coverage != assessment.coverage) {
        differ("coverage", &format!("{:?}", case.expect.coverage), assessment.coverage.to_string());
    }
    for expected in &case.expect.evidence {
        if !has_evidence(&assessment, expected) {
            let code = expected.split(' ').next().unwrap();
            differ(
                "evidence",
                expected,
                format!(
                    "{:?}",
                    assessment
                        .verdicts
                        .iter()
                        .filter(|verdict| verdict.criterion == code)
                        .map(quotes)
                        .collect::<Vec<_>>()
                ),
            );
        }
    }
    for expected in &case.expect.reasons {
        let (code, words) = expected.split_once(' ').unwrap();
        let reason = &assessment.verdicts.iter().find(|verdict| verdict.criterion == code).unwrap().reason;
        if !reason.contains(words) {
            differ("reason", expected, reason.clone());
        }
    }
    found
}

fn state(verdict: &Verdict) -> String {
    match verdict.state {
        VerdictState::Marked => verdict.mark.unwrap().to_string(),
        VerdictState::NotApplicable => "na".into(),
        VerdictState::Abstained => "abstained".into(),
        VerdictState::Suspected => "suspected".into(),
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Proposed => "proposed",
        Outcome::CriticalSuspected => "critical_suspected",
        Outcome::Abstained => "abstained",
    }
}

/// `K01 greeting: Salam`: the quote begins so.
fn has_evidence(assessment: &Assessment, expected: &str) -> bool {
    let (place, quote) = expected.split_once(": ").unwrap();
    let (code, part) = place.split_once(' ').unwrap();
    let mut of_criterion =
        assessment.verdicts.iter().filter(|verdict| verdict.criterion == code).flat_map(|verdict| &verdict.evidence);
    of_criterion.any(|piece| piece.part == part && piece.quote.starts_with(quote))
}

fn quotes(verdict: &Verdict) -> Vec<String> {
    verdict.evidence.iter().map(|piece| format!("{}: {}", piece.part, piece.quote)).collect()
}
