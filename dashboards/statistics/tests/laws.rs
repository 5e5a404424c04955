//! What holds for every input, tried on drawn ones.
#![allow(clippy::unwrap_used)]

mod support;

use meyar_statistics::{
    Estimate, Interval, StatisticsError,
    agreement::{
        Bootstrap, Level, Weights, bland_altman, coded, cohen_kappa, criterion_agreement, gwet_ac, icc_2_1,
        krippendorff_alpha, raw_agreement, table_of_pairs,
    },
    compare::{benjamini_hochberg, ewma_limits, mean_funnel, share_funnel, shrink_shares},
    correct::{prediction_powered_mean, rogan_gladen},
    drift::{severity, severity_trend},
    interval::{newcombe_difference, normal_mean, student_mean, wilson, wilson_share, worst_case, zero_event_upper},
    sample::{
        Quota, Stratum, cluster_correlation, design_effect, hajek_mean, horvitz_thompson_mean, kish_effective_size,
        neyman, proportional, size_for_margin_of, stratified_share,
    },
    score::{Marked, form_score},
    staffing::{Load, erlang_a, erlang_c, wape},
    survey::nps,
};
use proptest::{collection::vec, option, prelude::*};
use support::birth_and_death;

const CATEGORIES: usize = 4;
const VALUES: [f64; CATEGORIES] = [0.0, 0.5, 1.0, 3.0];

type Units = Vec<Vec<Option<usize>>>;

/// Calls of one to four assessors, some marks missing.
fn units() -> impl Strategy<Value = Units> {
    (1_usize..=4).prop_flat_map(|raters| vec(vec(option::weighted(0.8, 0..CATEGORIES), raters), 1..30))
}

fn levels() -> [Level<'static>; 4] {
    [Level::Nominal, Level::Ordinal, Level::Interval(&VALUES), Level::Ratio(&VALUES)]
}

/// All coefficients, or why there are none.
fn coefficients(units: &Units) -> Vec<Result<f64, StatisticsError>> {
    let mut found = vec![raw_agreement(units, CATEGORIES)];
    for weights in [Weights::Identity, Weights::Linear, Weights::Quadratic] {
        found.push(gwet_ac(units, CATEGORIES, weights).map(|found| found.coefficient));
    }
    found.extend(levels().map(|level| krippendorff_alpha(units, CATEGORIES, level)));
    found
}

fn same(one: &[Result<f64, StatisticsError>], other: &[Result<f64, StatisticsError>]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|pair| match pair {
            (Ok(one), Ok(other)) => (one - other).abs() < 1e-9,
            (one, other) => one == other,
        })
}

fn quota() -> impl Strategy<Value = Quota> {
    let available = prop_oneof![9 => 0_u64..200, 1 => 0_u64..1_000_000_000_000];
    (available, 0_u64..12, option::of(12_u64..150)).prop_map(|(available, least, most)| Quota {
        available,
        least,
        most,
    })
}

fn groups(from: usize) -> impl Strategy<Value = Vec<(u64, u64)>> {
    vec((1_u64..300).prop_flat_map(|n| (0..=n, Just(n))), from..20)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn raters_who_judge_alike_agree_fully(marks in vec(0..CATEGORIES, 1..40), raters in 2_usize..5) {
        let units: Units = marks.iter().map(|mark| vec![Some(*mark); raters]).collect();
        let varied = marks.iter().any(|mark| *mark != marks[0]);
        for (place, found) in coefficients(&units).into_iter().enumerate() {
            match found {
                Ok(value) => prop_assert!((value - 1.0).abs() < 1e-12, "{place}: {value}"),
                Err(error) => prop_assert!(!varied && matches!(error, StatisticsError::Undefined { .. }), "{error}"),
            }
        }
        let pairs: Vec<(usize, usize)> = marks.iter().map(|mark| (*mark, *mark)).collect();
        let table = table_of_pairs(&pairs, CATEGORIES).unwrap();
        for weights in [Weights::Identity, Weights::Linear, Weights::Quadratic] {
            if varied {
                prop_assert!((cohen_kappa(&table, weights).unwrap() - 1.0).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn the_order_of_calls_and_of_raters_does_not_matter(units in units(), turn in 0_usize..30) {
        let found = coefficients(&units);
        let mut turned = units.clone();
        turned.reverse();
        let by = turn % turned.len();
        turned.rotate_left(by);
        prop_assert!(same(&found, &coefficients(&turned)));
        let raters = units[0].len();
        let swapped: Units = units
            .iter()
            .map(|unit| { let mut unit = unit.clone(); unit.reverse(); unit.rotate_left(turn % raters); unit })
            .collect();
        prop_assert!(same(&found, &coefficients(&swapped)));
    }

    #[test]
    fn names_of_nominal_categories_do_not_matter(units in units(), names in Just([0, 1, 2, 3]).prop_shuffle()) {
        let renamed: Units =
            units.iter().map(|unit| unit.iter().map(|mark| mark.map(|mark| names[mark])).collect()).collect();
        let of = |units: &Units| vec![
            raw_agreement(units, CATEGORIES),
            gwet_ac(units, CATEGORIES, Weights::Identity).map(|found| found.coefficient),
            krippendorff_alpha(units, CATEGORIES, Level::Nominal),
        ];
        prop_assert!(same(&of(&units), &of(&renamed)));
    }

    #[test]
    fn agreement_is_never_more_than_full(units in units()) {
        for value in coefficients(&units).into_iter().flatten() {
            prop_assert!(value <= 1.0 + 1e-12);
        }
    }

    #[test]
    fn coding_keeps_every_mark(units in vec(vec(option::of(-5.0_f64..5.0), 0..4), 0..10)) {
        let found = coded(&units).unwrap();
        for (unit, codes) in units.iter().zip(&found.units) {
            let back: Vec<Option<f64>> = codes.iter().map(|code| code.map(|code| found.values[code])).collect();
            prop_assert_eq!(&back, unit);
        }
        prop_assert!(found.values.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn the_seed_decides_the_bootstrap(units in units(), seed in any::<u64>()) {
        let bootstrap = Bootstrap { resamples: 40, seed, confidence: 0.9 };
        let run = || criterion_agreement(&units, CATEGORIES, Level::Nominal, 1, &bootstrap);
        let found = run();
        prop_assert_eq!(&found, &run());
        if let Ok(found) = found {
            prop_assert!(found.disagreement.contains(found.disagreeing as f64 / found.units as f64));
            for interval in [found.raw.interval, found.ac1.interval].into_iter().flatten() {
                prop_assert!(interval.low <= interval.high && interval.high <= 1.0 + 1e-12);
            }
        }
    }

    #[test]
    fn wilson_holds_the_share_and_shrinks(n in 1_u64..5_000, part in 0.0_f64..=1.0, confidence in 0.5_f64..0.999) {
        let passed = (part * n as f64).round() as u64;
        let found = wilson(passed, n, confidence).unwrap();
        prop_assert!(found.contains(passed as f64 / n as f64));
        prop_assert!(0.0 <= found.low && found.high <= 1.0);
        let longer = wilson(passed * 3, n * 3, confidence).unwrap();
        prop_assert!(longer.width() < found.width());
        let mirrored = wilson(n - passed, n, confidence).unwrap();
        prop_assert!((mirrored.low - (1.0 - found.high)).abs() < 1e-12);
    }

    #[test]
    fn differences_hold_what_was_seen(one in (1_u64..500).prop_flat_map(|n| (0..=n, Just(n))), other in (1_u64..500).prop_flat_map(|n| (0..=n, Just(n)))) {
        let found = newcombe_difference(one, other, 0.95).unwrap();
        let seen = one.0 as f64 / one.1 as f64 - other.0 as f64 / other.1 as f64;
        prop_assert!(found.contains(seen) && found.low >= -1.0 - 1e-12 && found.high <= 1.0 + 1e-12);
        let back = newcombe_difference(other, one, 0.95).unwrap();
        prop_assert!((back.low + found.high).abs() < 1e-12 && (back.high + found.low).abs() < 1e-12);
    }

    #[test]
    fn none_seen_bounds_are_exact(n in 1_u64..100_000, confidence in 0.5_f64..0.999) {
        let upper = zero_event_upper(n, confidence).unwrap();
        prop_assert!(((n as f64 * (-upper).ln_1p()).exp() - (1.0 - confidence)).abs() < 1e-9);
    }

    #[test]
    fn worst_cases_hold_every_answer_of_the_silent(share in 0.0_f64..=1.0, rate in 0.0_f64..=1.0, silent in 0.0_f64..=1.0) {
        let bounds = worst_case(share, rate).unwrap();
        let truth = rate * share + (1.0 - rate) * silent;
        prop_assert!(bounds.low - 1e-12 <= truth && truth <= bounds.high + 1e-12);
    }

    #[test]
    fn a_sample_is_never_larger_than_what_there_is(margin in 0.001_f64..0.5, p in 0.01_f64..0.99, population in 1_u64..10_000) {
        let n = size_for_margin_of(margin, p, 0.95, population).unwrap();
        prop_assert!((1..=population).contains(&n));
    }

    #[test]
    fn allocations_make_their_sum_and_keep_their_bounds(
        n in prop_oneof![9 => 0_u64..2_000, 1 => 0_u64..1_000_000_000],
        strata in vec((quota(), prop_oneof![1 => Just(0.0), 4 => 0.0_f64..0.5]), 0..25),
    ) {
        let (quotas, deviations): (Vec<Quota>, Vec<f64>) = strata.into_iter().unzip();
        for found in [proportional(n, &quotas).unwrap(), neyman(n, &quotas, &deviations).unwrap()] {
            prop_assert_eq!(found.drawn.iter().sum::<u64>() + found.unplaced, n);
            let cap = |quota: &Quota| quota.most.unwrap_or(u64::MAX).min(quota.available);
            let room: u64 = quotas.iter().map(cap).sum();
            prop_assert_eq!(found.unplaced, n.saturating_sub(room));
            let least: u64 = quotas.iter().map(|quota| quota.least.min(cap(quota))).sum();
            for ((quota, drawn), short) in quotas.iter().zip(&found.drawn).zip(&found.short) {
                prop_assert!(*drawn <= cap(quota));
                prop_assert_eq!(*short, quota.least.saturating_sub(*drawn));
                if least <= n {
                    prop_assert!(*drawn >= quota.least.min(cap(quota)));
                }
            }
        }
    }

    #[test]
    fn proportional_allocation_stays_within_one_call_of_the_exact_share(n in 1_u64..500, sizes in vec(1_u64..300, 1..20)) {
        let quotas: Vec<Quota> = sizes.iter().map(|size| Quota { available: *size, least: 0, most: None }).collect();
        let all: u64 = sizes.iter().sum();
        let n = n.min(all);
        for (size, drawn) in sizes.iter().zip(proportional(n, &quotas).unwrap().drawn) {
            prop_assert!((drawn as f64 - n as f64 * *size as f64 / all as f64).abs() < 1.0 + 1e-9);
        }
    }

    #[test]
    fn equal_deviations_make_neyman_proportional(n in 0_u64..500, quotas in vec(quota(), 1..15), deviation in 0.01_f64..100.0) {
        let found = neyman(n, &quotas, &vec![deviation; quotas.len()]).unwrap();
        prop_assert_eq!(found, proportional(n, &quotas).unwrap());
    }

    #[test]
    fn one_stratum_is_a_plain_share(population in 50_u64..5_000, passed in 0_u64..=20) {
        let found = stratified_share(&[Stratum { population, sampled: 20, passed }], 0.95).unwrap();
        let share = passed as f64 / 20.0;
        prop_assert!((found.value - share).abs() < 1e-12 && found.interval.contains(found.value));
    }

    #[test]
    fn equal_chances_make_a_plain_mean(values in vec(-10.0_f64..10.0, 2..40), chance in 0.01_f64..=1.0) {
        let found = hajek_mean(&values, &vec![chance; values.len()], 0.95).unwrap();
        let n = values.len() as f64;
        prop_assert!((found.estimate.value - values.iter().sum::<f64>() / n).abs() < 1e-9);
        prop_assert!((found.n_effective - n).abs() < 1e-9);
    }

    #[test]
    fn weights_never_make_a_sample_larger(weights in vec(0.001_f64..1_000.0, 1..40)) {
        let found = kish_effective_size(&weights).unwrap();
        prop_assert!(found >= 1.0 - 1e-12 && found <= weights.len() as f64 + 1e-9);
    }

    #[test]
    fn a_perfect_machine_gives_the_mean_of_all(all in vec(0.0_f64..=1.0, 5..60), labelled in 2_usize..5) {
        let found = prediction_powered_mean(&all, &all[..labelled], &all[..labelled], 0.95).unwrap();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        prop_assert!((found.value - mean).abs() < 1e-12 && found.interval.contains(mean));
    }

    #[test]
    fn correction_turns_the_machines_errors_back(truth in 0.0_f64..=1.0, se in 0.55_f64..=1.0, sp in 0.55_f64..=1.0) {
        let reported = (truth * se + (1.0 - truth) * (1.0 - sp)).clamp(0.0, 1.0);
        prop_assert!((rogan_gladen(reported, se, sp).unwrap() - truth).abs() < 1e-9);
    }

    #[test]
    fn discoveries_follow_the_step_up_rule(p in vec(0.0_f64..=1.0, 1..40), level in 0.01_f64..0.3) {
        let found = benjamini_hochberg(&p, level).unwrap();
        let mut sorted = p.clone();
        sorted.sort_by(f64::total_cmp);
        let m = p.len() as f64;
        let last = (0..p.len()).rev().find(|place| sorted[*place] * (m / (*place as f64 + 1.0)) <= level);
        prop_assert_eq!(found.iter().filter(|one| one.discovered).count(), last.map_or(0, |last| last + 1));
        prop_assert!(p.iter().zip(&found).all(|(p, one)| one.adjusted >= *p));
    }

    #[test]
    fn outside_the_funnel_is_rare(target in 0.05_f64..0.95, n in 1_u64..150) {
        let point = share_funnel(target, &[n], 0.95).unwrap()[0];
        prop_assert!(0.0 <= point.low && point.low <= target && target <= point.high && point.high <= 1.0);
        let mut term = (1.0 - target).powi(n as i32);
        let (mut below, mut above) = (0.0, 0.0);
        for k in 0..=n {
            let share = k as f64 / n as f64;
            if share < point.low - 1e-12 { below += term; }
            if share > point.high + 1e-12 { above += term; }
            term *= (n - k) as f64 / (k as f64 + 1.0) * target / (1.0 - target);
        }
        prop_assert!(below < 0.025 + 1e-9 && above < 0.025 + 1e-9, "{below} {above} {point:?}");
    }

    #[test]
    fn shrunk_shares_lie_between_own_and_mean(groups in groups(2)) {
        let found = shrink_shares(&groups).unwrap();
        for group in &found.groups {
            let raw = group.raw.unwrap();
            prop_assert!(raw.min(found.mean) - 1e-12 <= group.share && group.share <= raw.max(found.mean) + 1e-12);
            prop_assert!((0.0..=1.0).contains(&group.own));
        }
    }

    #[test]
    fn scores_stay_on_their_scale(marks in vec((0.0_f64..50.0, option::of(0.0_f64..=1.0), any::<bool>()), 1..20)) {
        let codes: Vec<String> = (0..marks.len()).map(|place| format!("K{place}")).collect();
        let form: Vec<Marked> = marks
            .iter()
            .zip(&codes)
            .map(|((weight, mark, gate), code)| Marked { code, weight: *weight, mark: *mark, gate: *gate })
            .collect();
        let found = form_score(&form).unwrap();
        if let Some(raw) = found.raw {
            prop_assert!((0.0..=100.0 + 1e-9).contains(&raw));
            prop_assert_eq!(found.effective, Some(if found.gates.is_empty() { raw } else { 0.0 }));
        }
    }
}

/// Any f64 there is, and ordinary ones.
fn strange() -> impl Strategy<Value = f64> {
    prop_oneof![2 => any::<f64>(), 2 => 0.0_f64..=1.0, 1 => -1e3_f64..1e6, 1 => Just(0.0), 1 => Just(1.0), 1 => Just(f64::NAN)]
}

fn strange_count() -> impl Strategy<Value = u64> {
    prop_oneof![2 => any::<u64>(), 3 => 0_u64..200]
}

/// A number or a refusal; never a panic, never NaN.
fn sound(results: impl IntoIterator<Item = Result<Vec<f64>, StatisticsError>>) -> bool {
    results.into_iter().flatten().flatten().all(|value| !value.is_nan())
}

fn ends(interval: Interval) -> Vec<f64> {
    vec![interval.low, interval.high]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn strange_input_gives_a_number_or_a_refusal(
        a in strange(), b in strange(), c in strange(), list in vec(strange(), 0..6), other in vec(strange(), 0..6),
        k in strange_count(), n in strange_count(), m in strange_count(), few in 0_u32..80,
    ) {
        let load = Load { calls: a, interval_s: b, handling_s: c };
        let quotas = [Quota { available: n, least: k, most: None }, Quota { available: m, least: 0, most: Some(k) }];
        let all: Vec<f64> = list.iter().chain(&other).copied().collect();
        let estimate = |found: Estimate| [ends(found.interval), vec![found.value, found.standard_error]].concat();
        let found = sound([
            wilson(k, n, a).map(ends),
            wilson_share(a, b, c).map(ends),
            zero_event_upper(n, a).map(|found| vec![found]),
            newcombe_difference((k, n), (k, m), a).map(ends),
            normal_mean(a, b, n, c).map(ends),
            student_mean(a, b, n.min(1_000_000), c).map(ends),
            worst_case(a, b).map(ends),
            stratified_share(&[Stratum { population: n, sampled: k, passed: m }; 2], a).map(estimate),
            hajek_mean(&list, &other, a).map(|found| estimate(found.estimate)),
            hajek_mean(&list, &list, a).map(|found| estimate(found.estimate)),
            horvitz_thompson_mean(&list, &list, n).map(|found| vec![found]),
            kish_effective_size(&list).map(|found| vec![found]),
            design_effect(a, b).map(|found| vec![found]),
            cluster_correlation(&[list.clone(), other.clone()]).map(|found| vec![found]),
            rogan_gladen(a, b, c).map(|found| vec![found]),
            prediction_powered_mean(&all, &list, &list, a).map(estimate),
            mean_funnel(a, b, &[n, m], c).map(|found| vec![found[0].low, found[1].high]),
            share_funnel(a, &[n.min(100_000)], b).map(|found| vec![found[0].low, found[0].high]),
            shrink_shares(&[(k, n), (k, m)]).map(|found| vec![found.groups[0].share, found.groups[1].own]),
            ewma_limits(a, n, b, c, Some(few)).map(ends),
            severity(&list, &list, a).map(|found| ends(found.interval)),
            severity_trend(&list, &list, &list, a).map(|found| ends(found.interval)),
            bland_altman(&list, &list, a).map(|found| ends(found.limits)),
            icc_2_1(&[list.clone(), list.clone(), list.clone()]).map(|found| vec![found]),
            nps(k, n, m, 0, a).map(|found| ends(found.interval)),
        ]);
        prop_assert!(found);
        let found = sound([
            erlang_c(&load, few, a).map(|found| vec![found.waiting, found.within, found.mean_wait_s]),
            erlang_a(&load, few, a, b, c)
                .map(|found| vec![found.answered, found.answered_within, found.lost_after, found.mean_wait_answered_s]),
            erlang_a(&Load { calls: 20.0, interval_s: 1800.0, handling_s: 200.0 }, few, a, b, c)
                .map(|found| vec![found.answered, found.answered_within, found.lost_after, found.mean_wait_answered_s]),
            wape(&list, &list).map(|found| vec![found]),
        ]);
        prop_assert!(found);
        for (asked, found) in [(k, proportional(k, &quotas)), (n, neyman(n, &quotas, &[a, b]))] {
            prop_assert!(found.map_or(true, |found| found.drawn.iter().sum::<u64>() + found.unplaced == asked));
        }
        prop_assert!(benjamini_hochberg(&list, a).map_or(true, |found| found.len() == list.len()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn more_people_never_serve_worse(calls in 1.0_f64..400.0, handling in 60.0_f64..400.0, staff in 1_u32..60, patience in prop_oneof![0.01_f64..20.0, 20.0..2_000.0]) {
        let load = Load { calls, interval_s: 1800.0, handling_s: handling };
        let (few, more) = (
            erlang_a(&load, staff, patience, 30.0, 10.0).unwrap(),
            erlang_a(&load, staff + 1, patience, 30.0, 10.0).unwrap(),
        );
        prop_assert!(more.answered_within >= few.answered_within - 1e-9 && more.lost <= few.lost + 1e-9);
        prop_assert!(few.lost_after <= few.lost + 1e-12 && few.answered_within <= few.answered + 1e-12);
        prop_assert!((few.lost * patience - few.mean_wait_s).abs() < 1e-6);
        prop_assert!(few.occupancy <= 1.0 + 1e-9);
        let (lost, wait) = birth_and_death(&load, staff, patience);
        prop_assert!((few.lost - lost).abs() < 1e-10 && (few.mean_wait_s - wait).abs() < 1e-7, "{few:?} {lost} {wait}");
        // Who never gives up makes Erlang C.
        if f64::from(staff) > load.erlangs().unwrap() * 1.05 {
            let endless = erlang_a(&load, staff, 1e9, 30.0, 10.0).unwrap();
            let plain = erlang_c(&load, staff, 30.0).unwrap();
            prop_assert!((endless.answered_within - plain.within).abs() < 1e-5);
        }
    }
}
