//! The checked reference: every vector of `data/formulas_testvectors.json` under its own name, and `data/reference.json`, values in full precision
//! that the same reference gave on drawn input.
#![allow(clippy::unwrap_used)]

mod support;

use meyar_statistics::{
    Interval,
    agreement::{
        Level, Weights, coded, cohen_kappa, fleiss_kappa, gwet_ac, krippendorff_alpha, raw_agreement, table_of_pairs,
    },
    compare::ewma_limits,
    correct::{prediction_powered_mean, rogan_gladen},
    interval::{newcombe_difference, wilson, zero_event_upper},
    sample::{kish_effective_size, size_for_margin, size_for_margin_of},
    staffing::{ErlangA, Load, Targets, erlang_a, erlang_c, staff},
    survey::nps,
};
use serde_json::{Map, Value, json};
use support::birth_and_death;

const VECTORS: &str = include_str!("data/formulas_testvectors.json");
const REFERENCE: &str = include_str!("data/reference.json");

const CALLS: Load = Load { calls: 120.0, interval_s: 1800.0, handling_s: 220.0 };

/// Krippendorff's example, four observers, one list each; 0 is missing.
const OBSERVERS: [[u8; 12]; 4] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
];

fn observed() -> Vec<Vec<Option<f64>>> {
    (0..12)
        .map(|unit| OBSERVERS.iter().map(|marks| (marks[unit] > 0).then(|| f64::from(marks[unit]))).collect())
        .collect()
}

fn ends(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}

fn shares(found: &ErlangA) -> Value {
    json!({
        "p_wait": found.waiting, "answered": found.answered, "sl_t": found.answered_within, "lost": found.lost,
        "lost_gt_tau": found.lost_after, "asa_answered": found.mean_wait_answered_s, "occupancy": found.occupancy,
    })
}

/// What this crate gives for a vector; the name tells what is asked.
fn ours(name: &str) -> Value {
    let paradox = vec![vec![118, 5], vec![2, 0]];
    let three = vec![vec![11, 3, 1], vec![2, 14, 4], vec![0, 3, 12]];
    match name {
        "wilson 81/263 (Newcombe 1998: .2553,.3662)" => ends(wilson(81, 263, 0.95).unwrap()),
        "wilson 15/148 (.0624,.1605)" => ends(wilson(15, 148, 0.95).unwrap()),
        "wilson 0/20 (0,.1611)" => ends(wilson(0, 20, 0.95).unwrap()),
        "wilson 1/29 (.0061,.1718)" => ends(wilson(1, 29, 0.95).unwrap()),
        "9 of 10 passed: wilson" => ends(wilson(9, 10, 0.95).unwrap()),
        "newcombe diff 56/70-48/80 (Newcombe 1998b m10: .0524,.3339)" => {
            ends(newcombe_difference((56, 70), (48, 80), 0.95).unwrap())
        }
        "n_for_margin 5% N=1000 (278)" => json!(size_for_margin_of(0.05, 0.5, 0.95, 1000).unwrap()),
        "n_for_margin 5% N=1260 (63 calls x 20 days, one representative-month)" => {
            json!(size_for_margin_of(0.05, 0.5, 0.95, 1260).unwrap())
        }
        "n_for_margin 10% N=1260" => json!(size_for_margin_of(0.10, 0.5, 0.95, 1260).unwrap()),
        "n_for_margin 3% infinite (1068)" => json!(size_for_margin(0.03, 0.5, 0.95).unwrap()),
        "n_for_margin 3% p=.85 infinite (satisfaction target)" => json!(size_for_margin(0.03, 0.85, 0.95).unwrap()),
        "0 critical errors in 10/30/100 calls: upper 95% bound" => {
            json!([10, 30, 100].map(|n| zero_event_upper(n, 0.95).unwrap()))
        }
        "kappa [[20,5],[10,15]] (0.4)" => {
            json!(cohen_kappa(&[vec![20, 5], vec![10, 15]], Weights::Identity).unwrap())
        }
        "kappa paradox [[118,5],[2,0]] (-0.0234)" => json!(cohen_kappa(&paradox, Weights::Identity).unwrap()),
        "AC1 paradox (0.9408)" => {
            let units: Vec<Vec<Option<usize>>> = [(118, 1, 1), (5, 1, 0), (2, 0, 1)]
                .iter()
                .flat_map(|(times, one, other)| vec![vec![Some(*one), Some(*other)]; *times])
                .collect();
            json!(gwet_ac(&units, 2, Weights::Identity).unwrap().coefficient)
        }
        "weighted kappa [[11,3,1],[2,14,4],[0,3,12]] linear, quadratic" => {
            json!([Weights::Linear, Weights::Quadratic].map(|weights| cohen_kappa(&three, weights).unwrap()))
        }
        "krippendorff nominal/ordinal/interval/ratio (.743,.815,.849,.797)" => {
            let coded = coded(&observed()).unwrap();
            let levels = [Level::Nominal, Level::Ordinal, Level::Interval(&coded.values), Level::Ratio(&coded.values)];
            json!(levels.map(|level| krippendorff_alpha(&coded.units, 5, level).unwrap()))
        }
        "gwet AC1 on the same data (irrCAC cac.raw4raters: .77544)" => {
            let coded = coded(&observed()).unwrap();
            json!(gwet_ac(&coded.units, 5, Weights::Identity).unwrap().coefficient)
        }
        "fleiss kappa (Wikipedia example .210)" => {
            let rows = [
                [0, 0, 0, 0, 14],
                [0, 2, 6, 4, 2],
                [0, 0, 3, 5, 6],
                [0, 3, 9, 2, 0],
                [2, 2, 8, 1, 1],
                [7, 7, 0, 0, 0],
                [3, 2, 6, 3, 0],
                [2, 5, 3, 2, 2],
                [6, 5, 2, 1, 0],
                [0, 2, 2, 3, 7],
            ];
            json!(fleiss_kappa(&rows.map(Vec::from)).unwrap())
        }
        "erlang C 100 calls/30min, 180 s, n=14, 20 s (Pw .174, SL .888, ASA 7.8)" => {
            let found = erlang_c(&Load { calls: 100.0, interval_s: 1800.0, handling_s: 180.0 }, 14, 20.0).unwrap();
            json!({
                "erlangs": found.erlangs, "p_wait": found.waiting, "sl": found.within, "asa": found.mean_wait_s,
                "occupancy": found.occupancy,
            })
        }
        "erlang A 120/30min aht220 n14 patience300 t30 tau10" | "  same, simulated 400k calls" => {
            shares(&erlang_a(&CALLS, 14, 300.0, 30.0, 10.0).unwrap())
        }
        "erlang A with patience->inf equals erlang C" => shares(
            &erlang_a(&Load { calls: 100.0, interval_s: 1800.0, handling_s: 180.0 }, 14, 1e9, 20.0, 10.0).unwrap(),
        ),
        "identity P(lost)=theta*E[W]: lost, asa-based" => json!(birth_and_death(&CALLS, 14, 300.0).1 / 300.0),
        "min n meeting 80/30, lost>10s<=5%, answered>=90% for 120 calls/30min" => {
            let targets =
                Targets { answered_within: 0.80, within_s: 30.0, answered: 0.90, lost_after: 0.05, after_s: 10.0 };
            let found = staff(&CALLS, 300.0, &targets, 100).unwrap();
            json!([found.staff, shares(&found.expected)])
        }
        "nps 60/25/15 -> score, se" => {
            let found = nps(60, 25, 15, 1, 0.95).unwrap();
            json!([found.score, found.standard_error])
        }
        "kish neff [1,1,1,3]" => json!(kish_effective_size(&[1.0, 1.0, 1.0, 3.0]).unwrap()),
        "rogan-gladen q=.12 se=.85 sp=.95" => json!(rogan_gladen(0.12, 0.85, 0.95).unwrap()),
        unknown => panic!("{unknown}: a vector without a test; add it to this list"),
    }
}

/// As close as the digits of the expected number allow; the simulation as close as 400 000 calls allow.
fn compare(name: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Array(expected), Value::Array(found)) => {
            assert_eq!(expected.len(), found.len(), "{name}");
            expected.iter().zip(found).for_each(|(expected, found)| compare(name, expected, found));
        }
        (Value::Object(expected), Value::Object(found)) => {
            for (key, expected) in expected {
                compare(&format!("{name}: {key}"), expected, &found[key]);
            }
        }
        (Value::Number(expected), Value::Number(found)) if expected.is_u64() && found.is_u64() => {
            assert_eq!(expected, found, "{name}");
        }
        _ => {
            let (wanted, got) = (expected.as_f64().unwrap(), found.as_f64().unwrap());
            let tolerance = if name.contains("simulated") { 0.02 * wanted.max(0.25) } else { tolerance(name) };
            assert!((wanted - got).abs() <= tolerance, "{name}: {got} is not {wanted}");
        }
    }
}

/// Half a unit of the last digit that the reference wrote, and what its own integral lacks.
fn tolerance(name: &str) -> f64 {
    match name {
        _ if name.starts_with("krippendorff") || name.starts_with("fleiss") => 0.000_5,
        _ if name.starts_with("gwet") => 0.000_005,
        _ if name.starts_with("nps") => 0.005,
        _ if name.contains("erlang A") || name.starts_with("min n") => 0.000_1,
        _ => 0.000_050_1,
    }
}

#[test]
fn every_vector_of_the_reference_is_met() {
    let vectors: Map<String, Value> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 28, "a vector was added or lost");
    for (name, expected) in &vectors {
        compare(name, expected, &ours(name));
    }
}

fn cases(group: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(REFERENCE).unwrap();
    all[group].as_array().unwrap().clone()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(number).collect()
}

fn near(found: f64, expected: &Value, case: &Value) {
    assert!((found - number(expected)).abs() < 1e-9, "{found} is not {expected} in {case}");
}

#[test]
fn agreement_is_that_of_the_reference_on_drawn_units() {
    for case in cases("units") {
        let units: Vec<Vec<Option<usize>>> = case["units"]
            .as_array()
            .unwrap()
            .iter()
            .map(|unit| unit.as_array().unwrap().iter().map(|mark| mark.as_u64().map(|mark| mark as usize)).collect())
            .collect();
        let (categories, values) = (count(&case["categories"]) as usize, numbers(&case["values"]));
        for (name, weights) in
            [("nominal", Weights::Identity), ("linear", Weights::Linear), ("quadratic", Weights::Quadratic)]
        {
            let found = gwet_ac(&units, categories, weights).unwrap();
            for (place, part) in [found.coefficient, found.observed, found.by_chance].into_iter().enumerate() {
                near(part, &case["gwet"][name][place], &case);
            }
        }
        near(raw_agreement(&units, categories).unwrap(), &case["gwet"]["nominal"][1], &case);
        for (name, level) in [
            ("nominal", Level::Nominal),
            ("ordinal", Level::Ordinal),
            ("interval", Level::Interval(&values)),
            ("ratio", Level::Ratio(&values)),
        ] {
            near(krippendorff_alpha(&units, categories, level).unwrap(), &case["alpha"][name], &case);
        }
    }
    for case in cases("pairs") {
        let table: Vec<Vec<u64>> = case["table"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row.as_array().unwrap().iter().map(count).collect())
            .collect();
        for (name, weights) in
            [("nominal", Weights::Identity), ("linear", Weights::Linear), ("quadratic", Weights::Quadratic)]
        {
            near(cohen_kappa(&table, weights).unwrap(), &case["kappa"][name], &case);
        }
        let pairs: Vec<(usize, usize)> = (0..table.len())
            .flat_map(|row| (0..table.len()).map(move |column| (row, column)))
            .flat_map(|(row, column)| vec![(row, column); table[row][column] as usize])
            .collect();
        assert_eq!(table_of_pairs(&pairs, table.len()).unwrap(), table);
    }
}

#[test]
fn intervals_sizes_and_corrections_are_those_of_the_reference() {
    let ends = |found: Interval, expected: &Value, case: &Value| {
        near(found.low, &expected[0], case);
        near(found.high, &expected[1], case);
    };
    for case in cases("wilson") {
        let found = wilson(count(&case["passed"]), count(&case["n"]), number(&case["confidence"])).unwrap();
        ends(found, &case["interval"], &case);
    }
    for case in cases("newcombe") {
        let group = |name: &str| (count(&case[name][0]), count(&case[name][1]));
        let found = newcombe_difference(group("first"), group("second"), number(&case["confidence"])).unwrap();
        ends(found, &case["interval"], &case);
    }
    for case in cases("size") {
        let (margin, expected, confidence) =
            (number(&case["margin"]), number(&case["expected"]), number(&case["confidence"]));
        let found = match case["population"].as_u64() {
            Some(population) => size_for_margin_of(margin, expected, confidence, population).unwrap(),
            None => size_for_margin(margin, expected, confidence).unwrap(),
        };
        assert_eq!(found, count(&case["n"]), "{case}");
    }
    for case in cases("ppi") {
        let confidence = number(&case["confidence"]);
        let (all, labelled, human) = (numbers(&case["all"]), numbers(&case["labelled"]), numbers(&case["human"]));
        let found = prediction_powered_mean(&all, &labelled, &human, confidence).unwrap();
        near(found.value, &case["mean"], &case);
        ends(found.interval, &case["interval"], &case);
    }
    for case in cases("ewma") {
        let period = case["period"].as_u64().map(|period| period as u32);
        let arguments = ["expected", "smoothing", "width"].map(|name| number(&case[name]));
        let found = ewma_limits(arguments[0], count(&case["n"]), arguments[1], arguments[2], period).unwrap();
        let cut = json!([number(&case["limits"][0]).max(0.0), number(&case["limits"][1]).min(1.0)]);
        ends(found, &cut, &case);
    }
}

#[test]
fn queues_are_those_of_the_reference_and_keep_their_balance() {
    for case in cases("erlang_a") {
        let load = Load {
            calls: number(&case["calls"]),
            interval_s: number(&case["interval_s"]),
            handling_s: number(&case["handling_s"]),
        };
        let (staff, patience) = (count(&case["staff"]) as u32, number(&case["patience_s"]));
        let found = erlang_a(&load, staff, patience, number(&case["within_s"]), number(&case["after_s"])).unwrap();
        for (name, value) in shares(&found).as_object().unwrap() {
            let (value, expected) = (number(value), number(&case["expected"][name]));
            // The reference sums in plain steps, and they do not end at T.
            assert!((value - expected).abs() < 2e-4 * expected.max(1.0), "{name}: {value} is not {expected} in {case}");
        }
        let (lost, wait) = birth_and_death(&load, staff, patience);
        assert!((found.lost - lost).abs() < 1e-11, "{} is not {lost} in {case}", found.lost);
        assert!((found.mean_wait_s - wait).abs() < 1e-8, "{} is not {wait} in {case}", found.mean_wait_s);
        assert!((found.answered + found.lost - 1.0).abs() < 1e-12);
    }
}
