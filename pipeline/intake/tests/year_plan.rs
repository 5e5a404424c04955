//! The plan of a year has every sum that was published, and prints every value that was printed.
#![allow(clippy::unwrap_used)]

#[path = "common/invented.rs"]
mod invented;

use invented::{NAMES, truth};
use meyar_intake::year::{Days, Marginals, Plan};
use meyar_schemas::reference::Reference;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

static DAYS: LazyLock<Days> = LazyLock::new(|| Days::of(2024, &Reference::load(None).unwrap()).unwrap());

fn sum(plan: &Plan, of: impl Fn(&meyar_intake::year::LinePlan) -> u64) -> u64 {
    plan.lines.iter().map(of).sum()
}

/// Half up with the decimals of `like`.
fn prints(numerator: u64, factor: f64, denominator: u64, like: &Value) -> bool {
    let decimals = if like.is_f64() { like.to_string().split_once('.').map_or(0, |(_, d)| d.len()) } else { 0 };
    let scale = 10f64.powi(decimals as i32);
    let rounded = (factor * numerator as f64 / denominator as f64 * scale + 0.5 + 1e-9).floor() / scale;
    (rounded - like.as_f64().unwrap()).abs() < 0.5 / scale
}

fn bands_hold(plan: &Plan, file: &str) {
    let file: Value = serde_json::from_str(file).unwrap();
    for kpi in file["kpis"].as_array().unwrap() {
        let cells: Vec<(u64, u64)> = plan
            .lines
            .iter()
            .enumerate()
            .map(|(line, l)| match kpi["id"].as_str().unwrap() {
                "accept_30s" => (l.in_time, l.incoming()),
                "lost_over_10s" => (l.lost.over_10s(), l.incoming()),
                "availability" => (DAYS.live_s(line) - u64::try_from(l.down_ms).unwrap() / 1_000, DAYS.live_s(line)),
                "satisfaction" => (l.surveys.satisfied, l.surveys.answered),
                "mv_avg_days" => (l.answer_days, l.answered_queries()),
                _ => (0, 0),
            })
            .collect();
        let factor = if kpi["id"] == "mv_avg_days" { 1.0 } else { 100.0 };
        let all = cells.iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
        for (name, (numerator, denominator)) in NAMES.iter().chain(&["TOTAL"]).zip(cells.iter().chain([&all])) {
            let value = &kpi["values_2024"][name];
            if *denominator > 0 && value.is_number() {
                assert!(
                    prints(*numerator, factor, *denominator, value),
                    "{} {name}: {numerator} of {denominator} as {value}",
                    kpi["id"]
                );
            }
        }
    }
}

fn sums_hold(plan: &Plan, file: &str) {
    let file: Value = serde_json::from_str(file).unwrap();
    let count = |list: &str, id: &str| {
        file[list].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap()["count"].as_u64().unwrap()
    };
    for (line, name) in plan.lines.iter().zip(NAMES) {
        let told = &file["calls"]["by_structure"][name];
        assert_eq!((Some(line.answered()), Some(line.lost.all())), (told["answered"].as_u64(), told["lost"].as_u64()));
        assert!(line.live_sheets() <= line.answered() && line.surveys.invited <= line.answered());
        assert!(line.surveys.answered <= line.surveys.invited && line.surveys.satisfied <= line.surveys.answered);
    }
    assert_eq!(sum(plan, |l| l.lost.redialled), count("lost_breakdown", "redialled_answered"));
    assert_eq!(sum(plan, |l| l.lost.reached + l.lost.unreached), count("lost_breakdown", "called_back"));
    assert_eq!(sum(plan, |l| l.lost.system_error), count("lost_breakdown", "system_error"));
    assert_eq!(sum(plan, |l| l.lost.short), count("lost_breakdown", "waited_under_10s"));
    assert_eq!(sum(plan, |l| l.lost.not_called_back), count("lost_breakdown", "not_called_back"));
    for (topic, code) in plan.topics.iter().enumerate() {
        assert_eq!(sum(plan, |l| l.topics[topic]), count("topics", code));
    }
    assert_eq!(sum(plan, |l| l.answered() - l.live_sheets()), count("directions", "immediate"));
    assert_eq!(sum(plan, |l| l.answered_queries()), count("directions", "mv_answered_by_cc"));
    let forwarded = |l: &meyar_intake::year::LinePlan| {
        l.forwarded.iter().map(|c| c.live + c.callback).sum::<u64>()
            + l.queries.iter().map(|q| q.old_forwarded + q.new_forwarded).sum::<u64>()
    };
    assert_eq!(sum(plan, forwarded), count("directions", "mv_forwarded"));
    let without = |l: &meyar_intake::year::LinePlan| {
        l.lost.unreached + l.lost.system_error + l.lost.short + l.lost.not_called_back
    };
    assert_eq!(sum(plan, without), count("directions", "lost_no_contact"));
}

#[test]
fn the_plan_of_2024_has_every_published_sum_and_prints_every_published_value() {
    let file = meyar_schemas::marginals::text(2024).unwrap();
    let plan = Plan::new(&Marginals::of(2024).unwrap(), &DAYS, 1.0).unwrap();
    sums_hold(&plan, &file);
    bands_hold(&plan, &file);
    assert_eq!(plan.person_days, 8_150);
    assert_eq!(sum(&plan, |l| l.callback_sheets()), 18);
    assert_eq!(sum(&plan, |l| l.lost.reached), 3_985);
}

#[test]
fn a_scale_multiplies_every_cell() {
    let m = Marginals::of(2024).unwrap();
    let (one, ten, small) = [1.0, 10.0, 0.01].map(|scale| Plan::new(&m, &DAYS, scale).unwrap()).into();
    assert_eq!(ten.answered(), 10 * one.answered());
    assert_eq!(ten.person_days, 81_500);
    assert!(small.answered().abs_diff(one.answered() / 100) < 8);
    assert_eq!(one.lines[0].down_ms, ten.lines[0].down_ms, "time is not scaled");
}

#[test]
fn a_contradiction_names_the_field_the_value_and_what_it_should_be() {
    let text = meyar_schemas::marginals::text(2024).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let marginals = Marginals::parse(&text.replacen(from, to, 1), 2024);
        let error = marginals.and_then(|m| Plan::new(&m, &DAYS, 1.0)).unwrap_err();
        (error.field.clone(), error.to_string())
    };
    for (from, to, field, says) in [
        ("\"incoming\": 561994", "\"incoming\": 561995", "calls.total.incoming", "561994"),
        ("\"count\": 26622", "\"count\": 26623", "lost_breakdown", "48571"),
        ("\"DVX\": 3369", "\"DVX\": 3370", "application_sheets.forwarded.third_party_complaints.total", "5723"),
        ("\"count\": 17964", "\"count\": 17000", "directions.lost_no_contact", "17176"),
        ("\"count\": 491843", "\"count\": 491800", "directions.immediate", "491825 to"),
        ("\"count\": 4663", "\"count\": 4664", "directions.mv_answered_by_cc", "4663"),
        ("\"DVX\": 45.0", "\"DVX\": 97.0", "kpis.accept_30s.DVX", "90.8"),
        ("\"TOTAL\": 53.0", "\"TOTAL\": 54.0", "kpis.accept_30s.TOTAL", "it can be"),
        ("\"TOTAL\": 8.1", "\"TOTAL\": 8.2", "kpis.lost_over_10s.TOTAL", "8.07"),
        ("\"EMDX\": 0.002", "\"EMDX\": 0.003", "kpis.mv_query_share.EMDX", "0.0024"),
        ("\"period\": \"2024\"", "\"period\": \"2023\"", "source.period", "2024"),
        ("\"avg_wait_answered_s\": 66", "\"avg_wait_answered_s\": 6", "call_notes.avg_wait_answered_s", "it can be"),
    ] {
        let (found, told) = refused(from, to);
        assert_eq!(found, field, "{told}");
        assert!(told.contains(says), "{told}");
    }
    assert!(Marginals::of(1999).unwrap_err().to_string().contains("known: 2024"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_plan_of_any_consistent_year_has_every_sum_and_prints_every_value(truth in truth(0..60_000)) {
        prop_assume!(truth.answered.iter().sum::<u64>() > 300);
        let file = truth.file(DAYS.live_s(0));
        let marginals = Marginals::parse(&file, 2024).map_err(|e| TestCaseError::fail(format!("{e}")))?;
        let plan = Plan::new(&marginals, &DAYS, 1.0).map_err(|e| TestCaseError::fail(format!("{e}")))?;
        sums_hold(&plan, &file);
        bands_hold(&plan, &file);
    }
}
