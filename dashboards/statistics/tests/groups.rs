//! Estimates from calls that are summed up by their chance of being drawn, and the chart of means: held against what they must equal.
#![allow(clippy::unwrap_used)]

use meyar_statistics::{
    Interval,
    compare::{ewma_limits, ewma_mean_chart},
    correct::{MachineAll, prediction_powered_mean, prediction_powered_mean_of_groups},
    sample::{Drawn, hajek_mean, hajek_mean_of_groups},
};
use proptest::{collection::vec, prelude::*};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    values.iter().map(|value| (value - mean(values)).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn drawn(inclusion: f64, values: &[f64]) -> Drawn {
    Drawn { inclusion, n: values.len() as u64, mean: mean(values), variance: variance(values) }
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * (1.0 + one.abs())
}

fn near(one: Interval, other: Interval) -> bool {
    close(one.low, other.low) && close(one.high, other.high)
}

proptest! {
    #[test]
    fn sums_by_chance_say_what_the_calls_say(groups in vec((0.001_f64..=1.0, vec(0.0_f64..=100.0, 1..12)), 1..6)) {
        let values: Vec<f64> = groups.iter().flat_map(|(_, values)| values.clone()).collect();
        prop_assume!(values.len() >= 2);
        let chances: Vec<f64> = groups.iter().flat_map(|(chance, values)| vec![*chance; values.len()]).collect();
        let one_by_one = hajek_mean(&values, &chances, 0.95).unwrap();
        let sums: Vec<Drawn> = groups.iter().map(|(chance, values)| drawn(*chance, values)).collect();
        let summed = hajek_mean_of_groups(&sums, 0.95).unwrap();
        prop_assert!(close(one_by_one.estimate.value, summed.estimate.value));
        prop_assert!(close(one_by_one.estimate.standard_error, summed.estimate.standard_error));
        prop_assert!(near(one_by_one.estimate.interval, summed.estimate.interval));
        prop_assert!(close(one_by_one.n_effective, summed.n_effective));
    }

    #[test]
    fn with_one_chance_for_all_it_is_the_plain_prediction_powered_mean(
        machine in vec(0.0_f64..=100.0, 4..60), human in vec(0.0_f64..=100.0, 2..20), chance in 0.01_f64..=1.0,
    ) {
        let labelled: Vec<f64> = machine.iter().cycle().take(human.len()).copied().collect();
        let plain = prediction_powered_mean(&machine, &labelled, &human, 0.95).unwrap();
        let misses: Vec<f64> = human.iter().zip(&labelled).map(|(human, machine)| human - machine).collect();
        let all = MachineAll { n: machine.len() as u64, mean: mean(&machine), variance: variance(&machine) };
        let summed = prediction_powered_mean_of_groups(&all, &[drawn(chance, &misses)], 0.95).unwrap();
        prop_assert!(close(plain.value, summed.value) && near(plain.interval, summed.interval), "{plain:?} {summed:?}");
    }

    #[test]
    fn the_chart_of_means_has_the_limits_of_the_chart_of_shares(expected in 0.05_f64..0.95, n in 1_u64..200, periods in 1_usize..9, smoothing in 0.05_f64..=1.0) {
        let sd = (expected * (1.0 - expected)).sqrt();
        let chart = ewma_mean_chart(&vec![(expected, n); periods], expected, sd, smoothing, 3.0).unwrap();
        for (at, point) in chart.iter().enumerate() {
            let limits = ewma_limits(expected, n, smoothing, 3.0, Some(at as u32 + 1)).unwrap();
            // A share's limits are cut to 0 … 1.
            prop_assert!(near(point.limits.within(0.0, 1.0), limits), "{point:?} {limits:?}");
            prop_assert!(close(point.value, expected) && !point.signal);
        }
    }
}

fn unit(generator: &mut ChaCha8Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A machine that is 15 points too kind, and more so in the one stratum that is drawn ten times as often.
#[test]
fn a_wrong_machine_and_unequal_chances_leave_the_corrected_mean_right() {
    let mut generator = ChaCha8Rng::seed_from_u64(2026);
    let calls: Vec<(f64, f64, f64)> = (0..4000)
        .map(|n| {
            let often = n % 4 == 0;
            let truth = if often { 50.0 } else { 80.0 } + 20.0 * (unit(&mut generator) - 0.5);
            let machine = truth + if often { 30.0 } else { 10.0 } + 8.0 * (unit(&mut generator) - 0.5);
            (truth, machine, if often { 0.1 } else { 0.01 })
        })
        .collect();
    let truth = mean(&calls.iter().map(|call| call.0).collect::<Vec<_>>());
    let machine: Vec<f64> = calls.iter().map(|call| call.1).collect();
    let all = MachineAll { n: machine.len() as u64, mean: mean(&machine), variance: variance(&machine) };
    let (mut held, mut unweighted_held, mut sum) = (0, 0, 0.0);
    const DRAWS: usize = 400;
    for _ in 0..DRAWS {
        let picked: Vec<&(f64, f64, f64)> = calls.iter().filter(|call| unit(&mut generator) < call.2).collect();
        let of = |chance: f64| {
            let misses: Vec<f64> = picked.iter().filter(|call| call.2 == chance).map(|call| call.0 - call.1).collect();
            drawn(chance, &misses)
        };
        let groups = [of(0.1), of(0.01)];
        let found = prediction_powered_mean_of_groups(&all, &groups, 0.95).unwrap();
        held += usize::from(found.interval.contains(truth));
        sum += found.value;
        let blind = groups.map(|group| Drawn { inclusion: 1.0, ..group });
        let found = prediction_powered_mean_of_groups(&all, &blind, 0.95).unwrap();
        unweighted_held += usize::from(found.interval.contains(truth));
    }
    assert!((all.mean - truth) > 10.0, "the machine alone is wrong");
    assert!((sum / DRAWS as f64 - truth).abs() < 0.5, "right on average: {} {truth}", sum / DRAWS as f64);
    assert!(held as f64 / DRAWS as f64 > 0.90, "{held} of {DRAWS} intervals hold the truth");
    assert!(unweighted_held * 2 < held, "without weights it would be wrong: {unweighted_held}");
}

#[test]
fn a_drift_of_means_leaves_the_limits_and_a_single_outlier_does_not() {
    // Ten points in one calibration of five calls, then back: λ = 0.2 takes a fifth of it.
    let once = ewma_mean_chart(&[(0.0, 5), (-10.0, 5), (0.0, 5)], 0.0, 10.0, 0.2, 3.0).unwrap();
    assert!(once.iter().all(|point| !point.signal), "{once:?}");
    assert!(close(once[1].value, -2.0) && close(once[2].value, -1.6), "{once:?}");
    // 3 · 10/√5 · 0.2, by hand.
    assert!(close(once[0].limits.high, 2.683_281_572_999_747_7), "{once:?}");
    let drift = ewma_mean_chart(&[(-8.0, 5); 6], 0.0, 10.0, 0.2, 3.0).unwrap();
    assert!(!drift[0].signal && drift[5].signal, "{drift:?}");
}

#[test]
fn what_sums_cannot_be_is_refused() {
    let fine = Drawn { inclusion: 0.5, n: 3, mean: 1.0, variance: 1.0 };
    let all = MachineAll { n: 10, mean: 1.0, variance: 1.0 };
    for (what, groups) in [
        ("nothing", vec![]),
        ("one call", vec![Drawn { n: 1, variance: 0.0, ..fine }]),
        ("an empty group", vec![fine, Drawn { n: 0, ..fine }]),
        ("no chance", vec![Drawn { inclusion: 0.0, ..fine }]),
        ("a chance above 1", vec![Drawn { inclusion: 1.5, ..fine }]),
        ("no mean", vec![Drawn { mean: f64::NAN, ..fine }]),
        ("a negative variance", vec![Drawn { variance: -1.0, ..fine }]),
        ("a variance of one call", vec![fine, Drawn { n: 1, ..fine }]),
    ] {
        assert!(hajek_mean_of_groups(&groups, 0.95).is_err(), "{what}");
        assert!(prediction_powered_mean_of_groups(&all, &groups, 0.95).is_err(), "{what}");
    }
    assert!(hajek_mean_of_groups(&[fine], 1.0).is_err());
    assert!(prediction_powered_mean_of_groups(&MachineAll { n: 1, ..all }, &[fine], 0.95).is_err());
    assert!(prediction_powered_mean_of_groups(&MachineAll { variance: -1.0, ..all }, &[fine], 0.95).is_err());
    for (periods, sd, smoothing, width) in [
        ((1.0, 0), 1.0, 0.2, 3.0),
        ((f64::NAN, 1), 1.0, 0.2, 3.0),
        ((1.0, 1), -1.0, 0.2, 3.0),
        ((1.0, 1), 1.0, 0.0, 3.0),
        ((1.0, 1), 1.0, 0.2, 0.0),
    ] {
        assert!(ewma_mean_chart(&[periods], 0.0, sd, smoothing, width).is_err());
    }
}
