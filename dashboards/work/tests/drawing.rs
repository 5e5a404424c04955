//! Each stratum and each kind of risk, one after another: what divides the calls, and what brings one into a plan beside chance. Pure.
#![allow(clippy::unwrap_used)]

use meyar_work::sampling::{Candidate, Design, Risk, Stratum, draw};
use std::collections::BTreeMap;

/// 24 calls of two representatives on two lines, with two topics, in the hall and elsewhere; of every eighth nobody knows the topic.
fn calls() -> Vec<Candidate> {
    let either = |n: usize, names: [&str; 2]| Some(names[n % 2].to_owned());
    (0..24)
        .map(|n| Candidate {
            call_id: format!("c{n:02}"),
            representative: either(n, ["Aysel", "Tural"]),
            line: either(n / 2, ["195-1-1", "195-1-3"]),
            topic: either(n / 4, ["vergi", "əmlak"]).filter(|_| n % 8 != 0),
            location: either(n / 3, ["hall", "remote"]),
            has_recording: true,
            ..Candidate::default()
        })
        .collect()
}

#[test]
fn every_stratum_divides_the_calls_and_gives_each_part_its_chance() {
    use Stratum::{Line, Location, Representative, Topic};
    type Of = fn(&Candidate) -> String;
    let table: [(&[Stratum], Of, usize); 8] = [
        (&[], |_| String::new(), 1),
        (&[Representative], |call| call.representative.clone().unwrap(), 2),
        (&[Line], |call| call.line.clone().unwrap(), 2),
        // A call without a topic is a part of its own: chance passes over nobody.
        (&[Topic], |call| call.topic.clone().unwrap_or_else(|| "–".into()), 3),
        (&[Location], |call| call.location.clone().unwrap(), 2),
        (&[Line, Location], |call| format!("{} · {}", call.line.clone().unwrap(), call.location.clone().unwrap()), 4),
        (
            &[Representative, Line],
            |call| format!("{} · {}", call.representative.clone().unwrap(), call.line.clone().unwrap()),
            4,
        ),
        (
            &[Location, Topic],
            |call| format!("{} · {}", call.location.clone().unwrap(), call.topic.clone().unwrap_or_else(|| "–".into())),
            6,
        ),
    ];
    let calls = calls();
    for (strata, of, parts) in table {
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        for call in &calls {
            *sizes.entry(of(call)).or_default() += 1;
        }
        assert_eq!(sizes.len(), parts, "{strata:?}: {sizes:?}");
        let design = Design { seed: "s".into(), strata: strata.to_vec(), each: 2, ..Design::default() };
        let drawn = draw(&design, &calls);
        let mut picked: BTreeMap<String, usize> = BTreeMap::new();
        for pick in &drawn.picks {
            let call = calls.iter().find(|call| call.call_id == pick.call_id).unwrap();
            assert_eq!(pick.stratum, of(call), "{strata:?}");
            *picked.entry(pick.stratum.clone()).or_default() += 1;
            let size = sizes[&pick.stratum];
            let chance = size.min(2) as f64 / size as f64;
            assert_eq!(pick.probability, Some(chance), "{strata:?}: {}", pick.stratum);
            assert_eq!((&pick.representative, &pick.line), (&call.representative, &call.line));
        }
        for (part, size) in &sizes {
            assert_eq!(picked.get(part).copied().unwrap_or(0), (*size).min(2), "{strata:?}: {part}");
            let short = drawn.short.iter().find(|short| short.stratum == *part).map(|short| short.found);
            assert_eq!(short, (*size < 2).then_some(*size), "{strata:?}: {part}");
        }
        // Each call stands for as many as it was drawn from: together for all of them.
        let stands: f64 = drawn.picks.iter().filter_map(|pick| Some(1.0 / pick.probability?)).sum();
        assert!((stands - 24.0).abs() < 1e-9, "{strata:?}: {stands}");
    }
}

#[test]
fn what_cannot_be_heard_or_was_answered_by_nobody_is_in_no_part() {
    let mut calls = calls();
    calls[0].has_recording = false;
    calls[1].representative = None;
    for strata in [vec![], vec![Stratum::Line], vec![Stratum::Topic, Stratum::Location]] {
        let design = Design { seed: "s".into(), strata, each: 24, risk_most: 24, ..Design::default() };
        let drawn = draw(&design, &calls);
        assert_eq!(drawn.picks.len(), 22);
        assert!(drawn.picks.iter().all(|pick| !["c00", "c01"].contains(&pick.call_id.as_str())));
    }
}

/// One call that chance takes, and one more beside it.
fn risks(design: &Design, call: Candidate) -> Vec<Option<Risk>> {
    let plain = |n: usize| Candidate {
        call_id: format!("plain-{n}"),
        representative: Some("Aysel".into()),
        has_recording: true,
        ..Candidate::default()
    };
    let call = Candidate { call_id: "risky".into(), representative: Some("Aysel".into()), has_recording: true, ..call };
    // Some seed lets chance take a plain one.
    let calls = [plain(0), plain(1), plain(2), call];
    let seed = (0..99).map(|seed| seed.to_string()).find(|seed| {
        let design = Design { seed: seed.clone(), each: 1, risk_most: 0, ..design.clone() };
        draw(&design, &calls).picks[0].call_id != "risky"
    });
    let design = Design { seed: seed.unwrap(), each: 1, risk_most: 9, ..design.clone() };
    draw(&design, &calls).picks.into_iter().skip(1).map(|pick| pick.risk).collect()
}

#[test]
fn every_risk_brings_its_call_from_its_limit_on() {
    let plan = Design { low_score: Some(60.0), ..Design::default() };
    let no_score = Design { low_score: None, ..Design::default() };
    let of = |change: fn(&mut Candidate)| {
        let mut call = Candidate::default();
        change(&mut call);
        call
    };
    let table: [(&str, &Design, Candidate, Option<Risk>); 14] = [
        ("nothing", &plan, Candidate::default(), None),
        ("suspected", &plan, of(|call| call.suspected = true), Some(Risk::Suspected)),
        ("complaint", &plan, of(|call| call.complaint = true), Some(Risk::Complaint)),
        ("urgent", &plan, of(|call| call.urgent = true), Some(Risk::Urgent)),
        ("survey at the limit", &plan, of(|call| call.survey_share = Some(0.4)), Some(Risk::LowSurvey)),
        ("survey above it", &plan, of(|call| call.survey_share = Some(0.41)), None),
        ("machine below the limit", &plan, of(|call| call.raw_score = Some(59.9)), Some(Risk::LowScore)),
        ("machine at the limit", &plan, of(|call| call.raw_score = Some(60.0)), None),
        ("machine gave none", &plan, of(|call| call.raw_score = None), None),
        ("the rule is not asked for", &no_score, of(|call| call.raw_score = Some(0.0)), None),
        ("hold at the limit", &plan, of(|call| call.hold_ms = Some(90_000)), Some(Risk::LongHold)),
        ("hold under it", &plan, of(|call| call.hold_ms = Some(89_999)), None),
        (
            "the gravest names it",
            &plan,
            of(|call| {
                (call.suspected, call.complaint, call.urgent) = (true, true, true);
                (call.survey_share, call.raw_score, call.hold_ms) = (Some(0.0), Some(0.0), Some(999_999));
            }),
            Some(Risk::Suspected),
        ),
        (
            "a caller weighs more than the machine",
            &plan,
            of(|call| (call.survey_share, call.raw_score) = (Some(0.0), Some(0.0))),
            Some(Risk::LowSurvey),
        ),
    ];
    for (name, design, call, expected) in table {
        let expected: Vec<Option<Risk>> = expected.into_iter().map(Some).collect();
        assert_eq!(risks(design, call), expected, "{name}");
    }
}

#[test]
fn the_gravest_come_first_where_not_all_can() {
    let calls: Vec<Candidate> = Risk::ALL
        .iter()
        .rev()
        .map(|risk| {
            let mut call = Candidate {
                call_id: risk.name().to_owned(),
                representative: Some("Aysel".into()),
                has_recording: true,
                ..Candidate::default()
            };
            match risk {
                Risk::Suspected => call.suspected = true,
                Risk::Complaint => call.complaint = true,
                Risk::Urgent => call.urgent = true,
                Risk::LowSurvey => call.survey_share = Some(0.1),
                Risk::LowScore => call.raw_score = Some(10.0),
                Risk::LongHold => call.hold_ms = Some(100_000),
            }
            call
        })
        .collect();
    for most in 0..=calls.len() {
        let design = Design { seed: "s".into(), each: 0, risk_most: most, ..Design::default() };
        let drawn: Vec<Risk> = draw(&design, &calls).picks.iter().filter_map(|pick| pick.risk).collect();
        assert_eq!(drawn, Risk::ALL[..most], "{most}");
        assert!(
            draw(&design, &calls).picks.iter().all(|pick| pick.probability.is_none()),
            "risk stands in no estimate"
        );
    }
}

#[test]
fn a_plan_from_before_the_rule_of_the_machines_score_is_drawn_again_as_it_was() {
    let old = r#"{"seed":"s","strata":["representative"],"each":4,"risk_most":9,"long_hold_ms":90000,"low_survey_share":0.4}"#;
    let design: Design = serde_json::from_str(old).unwrap();
    assert_eq!(design.low_score, None);
    assert_eq!(serde_json::to_string(&design).unwrap(), old);
    let new = Design { low_score: Some(60.0), ..design };
    assert_eq!(serde_json::from_str::<Design>(&serde_json::to_string(&new).unwrap()).unwrap(), new);
}
