//! What is refused: the field, the value and the remedy stand in the words.
#![allow(clippy::unwrap_used)]

use meyar_statistics::{
    StatisticsError,
    agreement::{
        Level, Weights, bland_altman, coded, cohen_kappa, fleiss_kappa, gwet_ac, icc_2_1, krippendorff_alpha,
        mean_absolute_difference, raw_agreement, table_of_pairs,
    },
    compare::{benjamini_hochberg, ewma_limits, mean_funnel, p_chart, share_funnel, shrink_shares},
    correct::{human_mean, prediction_powered_mean, rogan_gladen},
    drift::{severity, severity_trend},
    interval::{newcombe_difference, normal_mean, student_mean, wilson, wilson_share, worst_case, zero_event_upper},
    normal,
    sample::{
        Quota, Stratum, cluster_correlation, design_effect, hajek_mean, horvitz_thompson_mean, kish_effective_size,
        neyman, proportional, size_for_margin, size_for_margin_of, stratified_share,
    },
    score::{Marked, form_score},
    staffing::{Load, Targets, erlang_a, erlang_c, patience, scheduled, staff, wape},
    student,
    survey::{nps, response_rate, top_box},
};

const LOAD: Load = Load { calls: 120.0, interval_s: 1800.0, handling_s: 220.0 };

fn words<T: std::fmt::Debug>(result: Result<T, StatisticsError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn a_refusal_names_field_value_and_remedy() {
    assert_eq!(words(wilson(0, 0, 0.95)), "n: 0 is not a sample; give at least 1");
    assert_eq!(
        words(wilson(3, 2, 0.95)),
        "passed: 3 is more than the whole it is a part of; count the part and the whole over the same calls"
    );
    assert_eq!(
        words(wilson(1, 2, 95.0)),
        "confidence: 95 is not between 0 and 1; give a share above 0 and below 1, not per cent"
    );
    assert_eq!(words(worst_case(98.7, 0.5)), "share: 98.7 is not a share; give a share from 0 to 1, not per cent");
    assert_eq!(
        words(hajek_mean(&[1.0, 2.0], &[0.5, 0.0], 0.95)),
        "inclusion[1]: 0 is not above 0; give a number above 0"
    );
    assert_eq!(words(severity(&[1.0, 2.0], &[1.0], 0.95)), "master: 1 items, but assessor has 2; give one for each");
    assert_eq!(
        words(top_box(&[0, 1, 2, 9, 9], 2, 30, 0.95)),
        "answers: 21 are too few to say anything; at least 30 are needed"
    );
    assert_eq!(
        words(erlang_c(&LOAD, 14, 20.0)),
        "staff: 14 are not more than the work in erlangs, and the queue would grow without end; give more people, or take Erlang A, where callers give up"
    );
    assert_eq!(
        words(krippendorff_alpha(&[vec![Some(1), Some(1)]], 2, Level::Nominal)),
        "alpha: not defined, because all marks are the same; show the raw agreement and AC1"
    );
}

#[test]
fn every_input_that_means_nothing_is_refused() {
    let nan = f64::NAN;
    let one = [1.0];
    let two = [1.0, 2.0];
    let big = u64::MAX;
    let units = [vec![Some(0), Some(2)]];
    let quota = Quota { available: 5, least: 2, most: None };
    let stratum = Stratum { population: 10, sampled: 5, passed: 3 };
    let mark = Marked { code: "K01", weight: 1.0, mark: Some(1.0), gate: false };
    let targets = Targets { answered_within: 1.0, within_s: 0.0, answered: 1.0, lost_after: 0.0, after_s: 0.0 };
    let refused = [
        ("quantile 0", normal::quantile(0.0).is_err()),
        ("quantile 1", normal::quantile(1.0).is_err()),
        ("z of NaN", normal::z(nan).is_err()),
        ("t without degrees", student::t(0.95, 0.0).is_err()),
        ("wilson beyond counting", wilson(1, big, 0.95).is_err()),
        ("wilson_share of nothing", wilson_share(0.5, 0.0, 0.95).is_err()),
        ("wilson_share NaN", wilson_share(nan, 5.0, 0.95).is_err()),
        ("zero of 0", zero_event_upper(0, 0.95).is_err()),
        ("difference with 0", newcombe_difference((1, 2), (0, 0), 0.95).is_err()),
        ("negative sd", normal_mean(1.0, -1.0, 3, 0.95).is_err()),
        ("t of one value", student_mean(1.0, 1.0, 1, 0.95).is_err()),
        ("margin 0", size_for_margin(0.0, 0.5, 0.95).is_err()),
        ("margin too small", size_for_margin(1e-12, 0.5, 0.95).is_err()),
        ("population 0", size_for_margin_of(0.05, 0.5, 0.95, 0).is_err()),
        ("no stratum", stratified_share(&[], 0.95).is_err()),
        ("unseen stratum", stratified_share(&[Stratum { sampled: 0, passed: 0, ..stratum }], 0.95).is_err()),
        ("one of a stratum", stratified_share(&[Stratum { sampled: 1, passed: 1, ..stratum }], 0.95).is_err()),
        ("more drawn than there are", stratified_share(&[Stratum { sampled: 11, ..stratum }], 0.95).is_err()),
        ("chance above 1", hajek_mean(&two, &[0.5, 1.5], 0.95).is_err()),
        ("mean of one", hajek_mean(&one, &one, 0.95).is_err()),
        ("population below sample", horvitz_thompson_mean(&two, &[1.0, 1.0], 1).is_err()),
        ("no weights", kish_effective_size(&[]).is_err()),
        ("clusters below 1", design_effect(0.5, 0.1).is_err()),
        ("impossible correlation", design_effect(5.0, -0.5).is_err()),
        ("one cluster", cluster_correlation(&[vec![1.0, 2.0]]).is_err()),
        ("clusters of one", cluster_correlation(&[vec![1.0], vec![2.0]]).is_err()),
        ("equal clusters", cluster_correlation(&[vec![1.0, 1.0], vec![1.0]]).is_err()),
        ("n beyond drawing", proportional(2_000_000_000, &[quota]).is_err()),
        ("least above most", proportional(5, &[Quota { most: Some(1), ..quota }]).is_err()),
        ("negative deviation", neyman(5, &[quota], &[-1.0]).is_err()),
        ("deviations missing", neyman(5, &[quota], &[]).is_err()),
        ("mark beyond categories", gwet_ac(&units, 2, Weights::Identity).is_err()),
        ("one category", raw_agreement(&units, 1).is_err()),
        ("no double scoring", krippendorff_alpha(&[vec![Some(0), None]], 2, Level::Nominal).is_err()),
        ("values missing", krippendorff_alpha(&units, 3, Level::Interval(&two)).is_err()),
        ("negative ratio", krippendorff_alpha(&units, 3, Level::Ratio(&[-1.0, 0.0, 1.0])).is_err()),
        ("NaN mark", coded(&[vec![Some(nan)]]).is_err()),
        ("table not square", cohen_kappa(&[vec![1, 2], vec![3]], Weights::Identity).is_err()),
        ("empty table", cohen_kappa(&[vec![0, 0], vec![0, 0]], Weights::Identity).is_err()),
        ("one cell", cohen_kappa(&[vec![9, 0], vec![0, 0]], Weights::Linear).is_err()),
        ("pair beyond categories", table_of_pairs(&[(0, 5)], 3).is_err()),
        ("unequal assessors", fleiss_kappa(&[vec![1, 1], vec![1, 2]]).is_err()),
        ("one assessor", fleiss_kappa(&[vec![1, 0], vec![0, 1]]).is_err()),
        ("one category used", fleiss_kappa(&[vec![2, 0], vec![2, 0]]).is_err()),
        ("no variation", icc_2_1(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_err()),
        ("ragged scores", icc_2_1(&[vec![1.0, 1.0], vec![1.0]]).is_err()),
        ("nothing to compare", mean_absolute_difference(&[], &[]).is_err()),
        ("one difference", bland_altman(&one, &one, 0.95).is_err()),
        ("coin", rogan_gladen(0.5, 0.5, 0.5).is_err()),
        ("labels missing", prediction_powered_mean(&two, &two, &one, 0.95).is_err()),
        ("one label", human_mean(&one, 0.95).is_err()),
        ("p above 1", benjamini_hochberg(&[1.5], 0.05).is_err()),
        ("target 1", share_funnel(1.0, &[5], 0.95).is_err()),
        ("size 0", mean_funnel(80.0, 5.0, &[0], 0.95).is_err()),
        ("one group", shrink_shares(&[(1, 2), (0, 0)]).is_err()),
        ("passed without calls", shrink_shares(&[(1, 2), (1, 2), (1, 0)]).is_err()),
        ("period without calls", p_chart(&[(0, 0)], 0.9, 3.0).is_err()),
        ("smoothing 0", ewma_limits(0.9, 5, 0.0, 3.0, None).is_err()),
        ("period 0", ewma_limits(0.9, 5, 0.2, 3.0, Some(0)).is_err()),
        ("one difference from master", severity(&one, &one, 0.95).is_err()),
        ("one time", severity_trend(&[1.0; 3], &[1.0, 2.0, 3.0], &[1.0; 3], 0.95).is_err()),
        ("infinite score", severity(&[f64::INFINITY, 1.0], &two, 0.95).is_err()),
        ("empty form", form_score(&[]).is_err()),
        ("negative weight", form_score(&[Marked { weight: -1.0, ..mark }]).is_err()),
        ("mark above 1", form_score(&[Marked { mark: Some(100.0), ..mark }]).is_err()),
        ("code twice", form_score(&[mark, mark]).is_err()),
        ("no answers", nps(0, 0, 0, 0, 0.95).is_err()),
        ("answers beyond counting", nps(big, big, 1, 0, 0.95).is_err()),
        ("whole scale is best", top_box(&[1, 2], 2, 1, 0.95).is_err()),
        ("more answers than asked", response_rate(2, 1).is_err()),
        ("no calls", erlang_a(&Load { calls: 0.0, ..LOAD }, 5, 300.0, 30.0, 10.0).is_err()),
        ("no people", erlang_a(&LOAD, 0, 300.0, 30.0, 10.0).is_err()),
        ("no patience", erlang_a(&LOAD, 5, 0.0, 30.0, 10.0).is_err()),
        ("nobody lost", patience(100.0, 0).is_err()),
        ("targets out of reach", staff(&LOAD, 300.0, &targets, 20).is_err()),
        ("nobody present", scheduled(5, 1.0).is_err()),
        ("nobody called", wape(&[0.0], &[1.0]).is_err()),
    ];
    for (what, refused) in refused {
        assert!(refused, "{what} was accepted");
    }
}
