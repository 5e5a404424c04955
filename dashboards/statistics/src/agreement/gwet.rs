//! Raw agreement and Gwet's AC: what does not fall over when nearly all calls pass.

use super::{units, weights::Weights};
use crate::{check, error::Result};

/// Gwet's coefficient and its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GwetAc {
    /// (p_a − p_e)/(1 − p_e): AC1 with [`Weights::Identity`], else AC2. 1 is perfect.
    pub coefficient: f64,
    /// p_a, weighted agreement, 0 … 1.
    pub observed: f64,
    /// p_e, agreement by chance, 0 … 1.
    pub by_chance: f64,
}

/// The share of pairs of marks that agree, averaged over the units with two marks or more.
///
/// p_a = mean of Σ_k r_k(r_k − 1)/(r(r − 1)). Source: Fleiss 1971, for unequal numbers of marks Gwet 2014. 0 … 1.
///
/// # Errors
/// `categories` is below 2, a mark is no category, or no unit has two marks.
pub fn raw_agreement(units: &[Vec<Option<usize>>], categories: usize) -> Result<f64> {
    let marks = units::marks(units, categories)?;
    let double = units::double_scored(&units::borrowed(&marks));
    check::enough("double-scored units", double.len(), 1)?;
    Ok(observed(&double, categories, Weights::Identity))
}

/// AC1 or AC2 of any number of assessors, marks may be missing.
///
/// p_e = T_w/(q(q−1))·Σ π_k(1−π_k), π_k the mean share of category k over all units with a mark, T_w the sum of all weights.
/// Sources: Gwet 2008; AC2 and missing marks Gwet 2014. `categories` q counts all that the form allows, also those that nobody used.
///
/// # Errors
/// `categories` is below 2, a mark is no category, or no unit has two marks.
pub fn gwet_ac(units: &[Vec<Option<usize>>], categories: usize, weights: Weights) -> Result<GwetAc> {
    let marks = units::marks(units, categories)?;
    of(&units::borrowed(&marks), categories, weights)
}

pub fn of(marks: &[&[usize]], categories: usize, weights: Weights) -> Result<GwetAc> {
    let double = units::double_scored(marks);
    check::enough("double-scored units", double.len(), 1)?;
    let observed = observed(&double, categories, weights);
    let mut counts = vec![0.0; categories];
    let mut shares = vec![0.0; categories];
    for unit in marks {
        units::counts(unit, &mut counts);
        for (share, count) in shares.iter_mut().zip(&counts) {
            *share += count / (unit.len() * marks.len()) as f64;
        }
    }
    let q = categories as f64;
    let all_weights: f64 =
        (0..categories).flat_map(|i| (0..categories).map(move |j| weights.of(i, j, categories))).sum();
    let by_chance = all_weights / (q * (q - 1.0)) * shares.iter().map(|share| share * (1.0 - share)).sum::<f64>();
    // p_e is at most T_w/q², which is below 1 for all weights here: the division is safe.
    Ok(GwetAc { coefficient: (observed - by_chance) / (1.0 - by_chance), observed, by_chance })
}

/// p_a of units that all have two marks or more; there is one at least.
pub fn observed(double: &[&[usize]], categories: usize, weights: Weights) -> f64 {
    let mut counts = vec![0.0; categories];
    let mut sum = 0.0;
    for unit in double {
        units::counts(unit, &mut counts);
        let m = unit.len() as f64;
        let agreeing: f64 = (0..categories)
            .filter(|category| counts[*category] > 0.0)
            .map(|i| {
                let alike: f64 = (0..categories).map(|j| weights.of(i, j, categories) * counts[j]).sum();
                counts[i] * (alike - 1.0)
            })
            .sum();
        sum += agreeing / (m * (m - 1.0));
    }
    sum / double.len() as f64
}
