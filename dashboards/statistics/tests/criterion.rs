//! The agreement of one criterion: refused below the limit, else raw, AC1 and alpha with their intervals.
#![allow(clippy::unwrap_used)]

use meyar_statistics::{
    StatisticsError,
    agreement::{Bootstrap, Level, Weights, criterion_agreement, gwet_ac, krippendorff_alpha, raw_agreement},
};

#[test]
fn agreement_of_too_few_double_scored_calls_is_refused_as_too_few() {
    let mut units = vec![vec![Some(1), Some(1)]; 19];
    units.extend(vec![vec![Some(1), None]; 500]);
    let bootstrap = Bootstrap { resamples: 10, seed: 1, confidence: 0.95 };
    let refused = criterion_agreement(&units, 2, Level::Nominal, 20, &bootstrap).unwrap_err();
    assert_eq!(refused, StatisticsError::TooFew { field: "double-scored units", have: 19, needed: 20 });
    assert!(criterion_agreement(&units, 2, Level::Nominal, 19, &bootstrap).is_ok());
    // A limit of 0 still cannot make agreement out of nothing.
    assert!(criterion_agreement(&units[19..], 2, Level::Nominal, 0, &bootstrap).is_err());
    assert!(criterion_agreement(&units, 2, Level::Nominal, 1, &Bootstrap { resamples: 0, ..bootstrap }).is_err());
    assert!(criterion_agreement(&units, 2, Level::Nominal, 1, &Bootstrap { confidence: 1.0, ..bootstrap }).is_err());
}

#[test]
fn the_agreement_of_a_criterion_is_what_its_parts_say() {
    // The paradox: 118 both passed, 5 and 2 differ.
    let mut units = vec![vec![Some(1), Some(1)]; 118];
    units.extend(vec![vec![Some(1), Some(0)]; 5]);
    units.extend(vec![vec![Some(0), Some(1)]; 2]);
    let bootstrap = Bootstrap { resamples: 2_000, seed: 42, confidence: 0.95 };
    let found = criterion_agreement(&units, 2, Level::Nominal, 20, &bootstrap).unwrap();
    assert_eq!((found.units, found.disagreeing), (125, 7));
    assert_eq!(found.raw.value, raw_agreement(&units, 2).unwrap());
    assert_eq!(found.ac1.value, gwet_ac(&units, 2, Weights::Identity).unwrap().coefficient);
    let alpha = found.alpha.unwrap();
    assert_eq!(alpha.value, krippendorff_alpha(&units, 2, Level::Nominal).unwrap());
    for coefficient in [found.raw, found.ac1, alpha] {
        assert!(coefficient.interval.unwrap().contains(coefficient.value), "{coefficient:?}");
    }
    // The raw agreement's bootstrap is a binomial share, so its interval is known: 0.944 ± 1.96·√(0.944·0.056/125).
    let interval = found.raw.interval.unwrap();
    assert!((interval.low - 0.904).abs() < 0.01 && (interval.high - 0.984).abs() < 0.01, "{interval:?}");
    let other = criterion_agreement(&units, 2, Level::Nominal, 20, &Bootstrap { seed: 43, ..bootstrap }).unwrap();
    assert_ne!(found.ac1.interval, other.ac1.interval, "another seed draws other calls");
    // The draw is a promise: a report of last year must come out the same.
    let pinned = found.ac1.interval.unwrap();
    assert!((pinned.low - PINNED[0]).abs() < 1e-12 && (pinned.high - PINNED[1]).abs() < 1e-12, "{pinned:?}");
    // All alike: no alpha, a point for the others, and still an honest bound for what may be hidden.
    let same = criterion_agreement(&vec![vec![Some(1), Some(1)]; 20], 2, Level::Nominal, 20, &bootstrap).unwrap();
    assert_eq!((same.alpha, same.raw.interval.unwrap().width()), (None, 0.0));
    assert!(same.disagreement.high > 0.15);
}

/// Reckoned apart from this crate: ChaCha8 of the seed, draws after Lemire, AC1, quantiles of type 7.
const PINNED: [f64; 2] = [0.894_343_875_466_648, 0.983_741_952_266_371_8];
