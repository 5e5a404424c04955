//! Means of calls that were not drawn with the same chance.

use crate::{
    check,
    error::{Result, StatisticsError},
    estimate::Estimate,
};

/// A mean of weighted calls, and how many equal calls it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedMean {
    /// The mean, in the unit of the values.
    pub estimate: Estimate,
    /// Kish's effective sample size, in calls.
    pub n_effective: f64,
}

/// (Σw)²/Σw²: how many equally weighted calls the weighted ones are worth.
///
/// Source: Kish 1965. In calls; equals the number of calls when all weights are equal.
///
/// # Errors
/// There is no weight, or one is not above 0.
pub fn kish_effective_size(weights: &[f64]) -> Result<f64> {
    check::enough("weights", weights.len(), 1)?;
    for (index, weight) in weights.iter().enumerate() {
        check::positive(check::at("weights", index), *weight)?;
    }
    // Scaled by the largest, so that the squares neither vanish nor overflow.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let (sum, squares) = weights
        .iter()
        .map(|weight| weight / largest)
        .fold((0.0, 0.0), |(sum, squares), weight| (sum + weight, squares + weight * weight));
    Ok(sum * sum / squares)
}

/// The mean of calls drawn with unequal chances, when the chances are known and the number of calls may not be.
///
/// Σ(y/π)/Σ(1/π). Source: Hájek 1971. Variance by linearisation as if drawn with replacement: n/(n−1)·Σw²(y−ȳ)²/(Σw)², w = 1/π (Särndal, Swensson
/// & Wretman 1992, 5.7); the interval is ± z. `inclusion` is each call's chance to be drawn, 0 … 1. Unit: that of the values.
///
/// # Errors
/// Fewer than two values, lists of different length, a value that is not finite, a chance that is not above 0 and at most 1, or `confidence` not
/// between 0 and 1.
pub fn hajek_mean(values: &[f64], inclusion: &[f64], confidence: f64) -> Result<WeightedMean> {
    check::enough("values", values.len(), 2)?;
    let weights = weights(values, inclusion)?;
    let sum: f64 = weights.iter().sum();
    let mean = values.iter().zip(&weights).map(|(value, weight)| value * weight).sum::<f64>() / sum;
    let n = values.len() as f64;
    let spread: f64 = values.iter().zip(&weights).map(|(value, weight)| (weight / sum * (value - mean)).powi(2)).sum();
    Ok(WeightedMean {
        estimate: Estimate::normal(mean, n / (n - 1.0) * spread, confidence)?,
        n_effective: kish_effective_size(&weights)?,
    })
}

/// Calls that were drawn with one chance, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// The chance that each of them had, above 0 and at most 1.
    pub inclusion: f64,
    /// How many were drawn.
    pub n: u64,
    /// Of their values.
    pub mean: f64,
    /// Of their values, with n − 1 below; of a single call 0.
    pub variance: f64,
}

/// [`hajek_mean`] of calls that are summed up by their chance: the same number from a few rows.
///
/// Σw²(y−ȳ)² = Σ over groups of w²·((n−1)·s² + n·(m−ȳ)²). Source: Hájek 1971; the sum of squares within and between (Fisher 1925).
///
/// # Errors
/// Fewer than two calls in all, an empty group, a mean that is not finite, a variance that is negative or of one call and not 0, a chance that is not
/// above 0 and at most 1, or `confidence` not between 0 and 1.
pub fn hajek_mean_of_groups(groups: &[Drawn], confidence: f64) -> Result<WeightedMean> {
    let mut weights = Vec::with_capacity(groups.len());
    for (index, group) in groups.iter().enumerate() {
        let n = check::sample_size(&check::at("groups.n", index), group.n)?;
        check::finite(check::at("groups.mean", index), group.mean)?;
        let variance = check::at("groups.variance", index);
        check::not_negative(variance.as_str(), group.variance)?;
        if group.n == 1 && group.variance > 0.0 {
            return Err(StatisticsError::refused(variance, group.variance, "is of one call", "give 0 there"));
        }
        let field = check::at("groups.inclusion", index);
        check::positive(field.as_str(), group.inclusion)?;
        weights.push((n, check::finite(field.as_str(), 1.0 / check::share(field.as_str(), group.inclusion)?)?));
    }
    let calls: u64 = groups.iter().map(|group| group.n).sum();
    check::enough_units("values", calls, 2)?;
    let all = calls as f64;
    let sum: f64 = weights.iter().map(|(n, weight)| n * weight).sum();
    let mean = groups.iter().zip(&weights).map(|(group, (n, weight))| group.mean * n * weight).sum::<f64>() / sum;
    let squares = |group: &Drawn, n: f64| (n - 1.0) * group.variance + n * (group.mean - mean).powi(2);
    let spread: f64 =
        groups.iter().zip(&weights).map(|(group, (n, weight))| (weight / sum).powi(2) * squares(group, *n)).sum();
    let largest = weights.iter().map(|(_, weight)| *weight).fold(0.0, f64::max);
    let (scaled, scaled_squares) = weights
        .iter()
        .map(|(n, weight)| (n, weight / largest))
        .fold((0.0, 0.0), |(sum, squares), (n, weight)| (sum + n * weight, squares + n * weight * weight));
    Ok(WeightedMean {
        estimate: Estimate::normal(mean, all / (all - 1.0) * spread, confidence)?,
        n_effective: scaled * scaled / scaled_squares,
    })
}

/// The mean of calls drawn with unequal chances, when the number of all calls is known: Σ(y/π)/N.
///
/// Source: Horvitz & Thompson 1952. Unbiased, but it swings with the number that happened to be drawn; [`hajek_mean`] is steadier and has an interval.
///
/// # Errors
/// No value, lists of different length, a value that is not finite, a chance that is not above 0 and at most 1, or `population` smaller than the
/// sample.
pub fn horvitz_thompson_mean(values: &[f64], inclusion: &[f64], population: u64) -> Result<f64> {
    check::enough("values", values.len(), 1)?;
    let weights = weights(values, inclusion)?;
    let (_, all) = check::part_of("values", values.len() as u64, "population", population)?;
    Ok(values.iter().zip(&weights).map(|(value, weight)| value * weight).sum::<f64>() / all)
}

fn weights(values: &[f64], inclusion: &[f64]) -> Result<Vec<f64>> {
    check::same_length("inclusion", inclusion.len(), "values", values.len())?;
    check::all_finite("values", values)?;
    inclusion
        .iter()
        .enumerate()
        .map(|(index, chance)| {
            let field = check::at("inclusion", index);
            check::positive(field.as_str(), *chance)?;
            // A chance may be so small that its weight is no number any more.
            check::finite(field.as_str(), 1.0 / check::share(field.as_str(), *chance)?)
        })
        .collect()
}
