//! The size of a sample.

use crate::{check, error::Result, error::StatisticsError, normal};

/// The calls to draw, out of very many, so that a share is known to ± `margin`.
///
/// n = z²·p(1−p)/e², rounded up. Source: Cochran 1977, 4.4. `margin` e and `expected` p are shares; take p = 0.5 when nothing is known.
///
/// # Errors
/// `margin`, `expected` or `confidence` is not between 0 and 1, or the margin is so small that the size cannot be counted.
pub fn size_for_margin(margin: f64, expected: f64, confidence: f64) -> Result<u64> {
    whole(without_limit(margin, expected, confidence)?, margin)
}

/// The same out of `population` calls: n₀/(1 + (n₀−1)/N), rounded up. Never more than there are.
///
/// Source: Cochran 1977, 4.4 (finite population correction).
///
/// # Errors
/// As [`size_for_margin`], or `population` is 0.
pub fn size_for_margin_of(margin: f64, expected: f64, confidence: f64, population: u64) -> Result<u64> {
    let unlimited = without_limit(margin, expected, confidence)?;
    let all = check::sample_size("population", population)?;
    Ok(whole(unlimited / (1.0 + (unlimited - 1.0) / all), margin)?.min(population))
}

fn without_limit(margin: f64, expected: f64, confidence: f64) -> Result<f64> {
    check::inner_share("margin", margin)?;
    check::inner_share("expected", expected)?;
    Ok((normal::z(confidence)? / margin).powi(2) * expected * (1.0 - expected))
}

fn whole(size: f64, margin: f64) -> Result<u64> {
    const LARGEST: f64 = 9e15;
    if size <= LARGEST {
        Ok(size.ceil().max(1.0) as u64)
    } else {
        Err(StatisticsError::refused("margin", margin, "needs more calls than can be counted", "give a wider margin"))
    }
}
