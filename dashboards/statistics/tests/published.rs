//! Worked examples of the papers, and values known to many digits.
#![allow(clippy::unwrap_used)]

use meyar_statistics::{
    Interval,
    agreement::{bland_altman, icc_2_1, mean_absolute_difference},
    compare::{benjamini_hochberg, ewma_chart, ewma_limits, mean_funnel, p_chart, share_funnel, shrink_shares},
    correct::{Validated, human_mean, rogan_gladen_estimate},
    drift::{severity, severity_trend},
    interval::{normal_mean, student_mean, worst_case},
    normal,
    sample::{
        Stratum, cluster_correlation, design_effect, effective_size, hajek_mean, horvitz_thompson_mean,
        stratified_share,
    },
    score::{Marked, form_score},
    staffing::{Load, erlang_a, erlang_b, patience, scheduled, wape},
    student,
    survey::{nps_of_answers, response_rate, top_box},
};

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
}

fn ends(found: Interval, low: f64, high: f64, tolerance: f64) {
    near(found.low, low, tolerance);
    near(found.high, high, tolerance);
}

#[test]
fn normal_quantiles_are_exact_in_all_three_ranges() {
    for (p, x) in [
        (1e-300, -37.047_096_299_361_2),
        (1e-20, -9.262_340_089_798_408),
        (1e-9, -5.997_807_015_007_687),
        (0.001, -3.090_232_306_167_813_5),
        (0.025, -1.959_963_984_540_054_2),
        (0.05, -1.644_853_626_951_472_7),
        (0.0749, -1.440_238_267_527_963_6),
        (0.0751, -1.438_825_392_752_54),
        (0.2, -0.841_621_233_572_914_2),
        (0.5, 0.0),
        (0.6, 0.253_347_103_135_799_8),
        (0.975, 1.959_963_984_540_054_2),
        (0.999, 3.090_232_306_167_813_5),
    ] {
        near(normal::quantile(p).unwrap(), x, 1e-12);
    }
    near(normal::z(0.95).unwrap(), 1.959_963_984_540_054_2, 1e-12);
    near(normal::z(0.998).unwrap(), 3.090_232_306_167_813_5, 1e-12);
}

#[test]
fn student_quantiles_are_those_of_the_tables() {
    for (confidence, degrees, t) in [
        (0.95, 1.0, 12.706_204_736_174_7),
        (0.95, 2.0, 4.302_652_729_749_464),
        (0.95, 9.0, 2.262_157_162_798_206),
        (0.95, 30.0, 2.042_272_456_301_238),
        (0.99, 5.0, 4.032_142_983_555_228),
        (0.998, 19.0, 3.579_400_148_954_716),
        (0.95, 1000.0, 1.962_339_080_826_408),
        (0.95, 1e8, 1.959_963_984_540_054),
    ] {
        near(student::t(confidence, degrees).unwrap(), t, 1e-9);
    }
}

#[test]
fn means_of_few_values_have_wider_intervals() {
    ends(normal_mean(50.0, 10.0, 25, 0.95).unwrap(), 46.080_072, 53.919_928, 1e-6);
    ends(student_mean(50.0, 10.0, 25, 0.95).unwrap(), 45.872_203, 54.127_797, 1e-6);
}

#[test]
fn silence_of_callers_leaves_wide_bounds() {
    ends(worst_case(0.987, 0.1).unwrap(), 0.0987, 0.9987, 1e-12);
    ends(worst_case(0.987, 1.0).unwrap(), 0.987, 0.987, 1e-12);
}

#[test]
fn strata_count_by_their_size() {
    let strata =
        [Stratum { population: 900, sampled: 30, passed: 27 }, Stratum { population: 100, sampled: 20, passed: 10 }];
    let found = stratified_share(&strata, 0.95).unwrap();
    near(found.value, 0.86, 1e-12);
    // 0.81·(1 − 30/900)·0.09/29 + 0.01·(1 − 20/100)·0.25/19
    let variance: f64 = 0.81 * (29.0 / 30.0) * 0.09 / 29.0 + 0.01 * 0.8 * 0.25 / 19.0;
    near(found.standard_error, variance.sqrt(), 1e-12);
    assert!(found.interval.contains(0.86) && found.interval.high < 1.0);
}

#[test]
fn a_stratified_sample_without_failures_does_not_claim_that_there_are_none() {
    let clean = [Stratum { population: 500, sampled: 10, passed: 10 }; 2];
    let found = stratified_share(&clean, 0.95).unwrap();
    assert_eq!(found.standard_error, 0.0);
    near(found.interval.low, 0.841_587, 1e-6); // Wilson of as many as 20/(1 − 20/1000), all passed
    // One unlucky call in a tiny stratum must not make the large one look known.
    let lopsided =
        [Stratum { population: 1000, sampled: 10, passed: 10 }, Stratum { population: 2, sampled: 2, passed: 1 }];
    assert!(stratified_share(&lopsided, 0.95).unwrap().interval.low < 0.78);
    let complete = [Stratum { population: 10, sampled: 10, passed: 9 }];
    ends(stratified_share(&complete, 0.95).unwrap().interval, 0.9, 0.9, 0.0);
}

#[test]
fn risk_picks_count_by_their_chance_to_be_drawn() {
    // Two bad calls picked for certain out of two, two good ones out of eight.
    let (values, inclusion) = ([0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.25, 0.25]);
    let found = hajek_mean(&values, &inclusion, 0.95).unwrap();
    near(found.estimate.value, 0.8, 1e-12);
    near(found.n_effective, 100.0 / 34.0, 1e-12);
    // 4/3·(2·0.1²·0.8² + 2·0.4²·0.2²)
    near(found.estimate.standard_error, (4.0_f64 / 3.0 * 0.0256).sqrt(), 1e-12);
    near(horvitz_thompson_mean(&values, &inclusion, 10).unwrap(), 0.8, 1e-12);
}

#[test]
fn calls_of_one_representative_are_worth_less() {
    near(design_effect(8.0, 0.1).unwrap(), 1.7, 1e-12);
    near(effective_size(170, 1.7).unwrap(), 100.0, 1e-9);
    let apart = [vec![1.0, 1.0], vec![5.0, 5.0], vec![9.0, 9.0]];
    near(cluster_correlation(&apart).unwrap(), 1.0, 1e-12);
    // MSB = 0, MSW = 8, n₀ = 2: (0 − 8)/(0 + 8)
    let mixed = [vec![1.0, 5.0], vec![1.0, 5.0]];
    near(cluster_correlation(&mixed).unwrap(), -1.0, 1e-12);
}

#[test]
fn icc_is_that_of_shrout_and_fleiss() {
    let scores = [
        [9.0, 2.0, 5.0, 8.0],
        [6.0, 1.0, 3.0, 2.0],
        [8.0, 4.0, 6.0, 8.0],
        [7.0, 1.0, 2.0, 6.0],
        [10.0, 5.0, 6.0, 9.0],
        [6.0, 2.0, 4.0, 7.0],
    ];
    near(icc_2_1(&scores.map(Vec::from)).unwrap(), 0.289_764, 1e-6);
}

#[test]
fn scores_differ_by_bias_and_spread() {
    let (first, second) = ([80.0, 90.0, 70.0, 60.0], [82.0, 86.0, 70.0, 58.0]);
    near(mean_absolute_difference(&first, &second).unwrap(), 2.0, 1e-12);
    let found = bland_altman(&first, &second, 0.95).unwrap();
    near(found.bias, 1.0, 1e-12);
    near(found.sd, (20.0_f64 / 3.0).sqrt(), 1e-12);
    near(found.limits.width(), 2.0 * 1.959_963_984_540_054 * (20.0_f64 / 3.0).sqrt(), 1e-9);
}

#[test]
fn discoveries_are_those_of_benjamini_and_hochberg() {
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ];
    let found = benjamini_hochberg(&p, 0.05).unwrap();
    assert_eq!(found.iter().filter(|one| one.discovered).count(), 4);
    near(found[3].adjusted, 0.0095 * 15.0 / 4.0, 1e-12);
    assert!(benjamini_hochberg(&[], 0.05).unwrap().is_empty());
}

#[test]
fn the_funnel_is_the_exact_binomial_one() {
    let one = |target: f64, n: u64, confidence: f64| share_funnel(target, &[n], confidence).unwrap()[0];
    for (target, n, confidence, low, high) in [
        (0.85, 20, 0.95, 0.653_377_457_628_63, 1.0),
        (0.85, 100, 0.998, 0.725_047_220_939_25, 0.954_903_144_065_38),
        (0.95, 5, 0.95, 0.602_364_622_739_24, 1.0),
        (0.3, 50, 0.95, 0.166_139_380_311_93, 0.440_135_886_716_88),
    ] {
        let point = one(target, n, confidence);
        near(point.low, low, 1e-10);
        near(point.high, high, 1e-10);
    }
    // Far out it becomes the normal one.
    let point = one(0.85, 1_000_000, 0.95);
    near(point.high - point.low, 2.0 * 1.96 * (0.85_f64 * 0.15 / 1e6).sqrt(), 1e-6);
}

#[test]
fn nobody_is_remarkable_for_passing_all_of_a_few_calls() {
    for point in share_funnel(0.95, &[1, 2, 5, 10, 20], 0.95).unwrap() {
        assert_eq!(point.high, 1.0, "{point:?}");
    }
    let point = mean_funnel(80.0, 12.0, &[9], 0.95).unwrap()[0];
    near(point.low, 80.0 - 1.959_963_984_540_054 * 4.0, 1e-9);
}

#[test]
fn small_groups_are_drawn_to_the_mean() {
    let groups = [(2, 4), (190, 200), (100, 200), (0, 0), (150, 200)];
    let found = shrink_shares(&groups).unwrap();
    near(found.mean, 442.0 / 604.0, 1e-12);
    assert!(found.spread > 0.0 && found.groups[0].own < found.groups[1].own);
    assert_eq!((found.groups[3].raw, found.groups[3].own), (None, 0.0));
    near(found.groups[3].share, found.mean, 1e-12);
    // By hand: μ = 0.7, Σw(p−μ)² = 10·(0.04 + 0.04), Σv = 10, Σv/n = 1, μ(1−μ) = 0.21 → γ = (0.8 − 0.21)/(0.21·9).
    let found = shrink_shares(&[(5, 10), (9, 10)]).unwrap();
    near(found.spread, 0.59 / 1.89, 1e-12);
    let prior = (1.0 - found.spread) / found.spread;
    near(found.groups[0].share, (5.0 + prior * 0.7) / (10.0 + prior), 1e-12);
    // Nothing but chance: all get the mean.
    let alike = shrink_shares(&[(8, 10), (8, 10), (8, 10)]).unwrap();
    assert!(alike.groups.iter().all(|group| group.own == 0.0 && (group.share - 0.8).abs() < 1e-12));
}

#[test]
fn a_slow_drift_shows_in_the_ewma_before_the_p_chart() {
    let periods = [(90, 100), (86, 100), (85, 100), (85, 100), (84, 100), (85, 100), (84, 100)];
    assert!(p_chart(&periods, 0.9, 3.0).unwrap().iter().all(|point| !point.signal));
    let smooth = ewma_chart(&periods, 0.9, 0.2, 3.0).unwrap();
    assert!(smooth.last().unwrap().signal);
    for (place, point) in smooth.iter().enumerate() {
        let limits = ewma_limits(0.9, 100, 0.2, 3.0, Some(place as u32 + 1)).unwrap();
        ends(point.limits, limits.low, limits.high, 1e-12);
    }
}

#[test]
fn the_corrected_rate_carries_what_is_not_known_of_the_machine() {
    let counts = Validated { reported: 120, calls: 1000, found: 85, errors: 100, left_alone: 95, sound: 100 };
    let found = rogan_gladen_estimate(&counts, 0.95).unwrap();
    near(found.value, 0.0875, 1e-12);
    let variance =
        (0.12 * 0.88 / 1000.0 + 0.0875_f64.powi(2) * 0.85 * 0.15 / 100.0 + 0.9125_f64.powi(2) * 0.95 * 0.05 / 100.0)
            / 0.64;
    near(found.standard_error, variance.sqrt(), 1e-12);
    near(human_mean(&[0.0, 1.0, 1.0, 1.0], 0.95).unwrap().standard_error, 0.25, 1e-12);
}

#[test]
fn a_severe_assessor_has_a_negative_mean_and_a_trend() {
    let (assessor, master) = ([78.0, 80.0, 82.0, 76.0], [80.0, 84.0, 84.0, 80.0]);
    let found = severity(&assessor, &master, 0.95).unwrap();
    near(found.mean, -3.0, 1e-12);
    // t(3) = 3.182446, s = √(4/3)
    near(found.interval.width() / 2.0, 3.182_446_305_284 * (4.0_f64 / 3.0).sqrt() / 2.0, 1e-9);
    let trend = severity_trend(&[0.0, 1.0, 2.0, 3.0], &[80.0, 79.0, 77.0, 78.0], &[80.0; 4], 0.95).unwrap();
    // d = 0, −1, −3, −2: slope −0.8, RSS 1.8, t(2) = 4.302653
    near(trend.slope, -0.8, 1e-12);
    near(trend.interval.width() / 2.0, 4.302_652_729_749 * (0.9_f64 / 5.0).sqrt(), 1e-9);
    assert!(trend.interval.contains(0.0));
}

#[test]
fn a_failed_gate_takes_the_score_and_not_applicable_leaves_the_denominator() {
    let mut form = vec![
        Marked { code: "K01", weight: 30.0, mark: Some(1.0), gate: false },
        Marked { code: "K02", weight: 50.0, mark: Some(0.5), gate: false },
        Marked { code: "K03", weight: 20.0, mark: None, gate: false },
        Marked { code: "G01", weight: 0.0, mark: Some(1.0), gate: true },
        Marked { code: "G02", weight: 0.0, mark: None, gate: true },
    ];
    let passed = form_score(&form).unwrap();
    assert_eq!((passed.raw, passed.effective), (Some(68.75), Some(68.75)));
    assert!(passed.gates.is_empty());
    form[3].mark = Some(0.0);
    let failed = form_score(&form).unwrap();
    assert_eq!((failed.raw, failed.effective), (Some(68.75), Some(0.0)));
    assert_eq!(failed.gates, ["G01"]);
    let nothing = form_score(&[Marked { code: "K01", weight: 5.0, mark: None, gate: false }]).unwrap();
    assert_eq!((nothing.raw, nothing.effective), (None, None));
}

#[test]
fn surveys_count_their_best_answers() {
    let found = top_box(&[2, 1, 7, 30, 60], 2, 30, 0.95).unwrap();
    assert_eq!(found.answers, 100);
    near(found.share, 0.9, 1e-12);
    assert!(found.interval.contains(0.9));
    let found = nps_of_answers(&[1, 0, 1, 2, 3, 4, 4, 10, 15, 25, 35], 30, 0.95).unwrap();
    near(found.score, 45.0, 1e-12);
    near(response_rate(100, 800).unwrap(), 0.125, 1e-12);
}

#[test]
fn queues_at_their_ends() {
    near(erlang_b(10.0, 0).unwrap(), 1.0, 0.0);
    near(erlang_b(2.0, 3).unwrap(), 4.0 / 19.0, 1e-12);
    let busy = Load { calls: 4000.0, interval_s: 1800.0, handling_s: 220.0 };
    // Far too few people and endless patience: they are always busy, and just so many calls are lost.
    for patience_s in [1e4, 1e7, 1e9] {
        let found = erlang_a(&busy, 10, patience_s, 30.0, 10.0).unwrap();
        near(found.occupancy, 1.0, 1e-9);
        near(found.lost, 1.0 - 10.0 / busy.erlangs().unwrap(), 1e-9);
        near(found.lost_after, found.lost, if patience_s > 1e6 { 1e-6 } else { 1e-2 });
    }
    // Far too many people: nobody waits.
    let found = erlang_a(&busy, 50_000, 60.0, 0.0, 0.0).unwrap();
    near(found.answered_within, 1.0, 1e-12);
    near(found.lost, 0.0, 1e-12);
    near(patience(6000.0, 20).unwrap(), 300.0, 1e-12);
    assert_eq!((scheduled(8, 0.2).unwrap(), scheduled(17, 0.3).unwrap()), (10, 25));
    near(wape(&[10.0, 0.0, 30.0], &[8.0, 1.0, 33.0]).unwrap(), 0.15, 1e-12);
}
