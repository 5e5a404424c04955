//! A share out of a stratified sample.

use crate::{
    Interval,
    error::{Result, StatisticsError},
    estimate::Estimate,
    {check, interval},
};

/// One stratum: how many calls it has, how many of them were drawn at random, and how many of the drawn passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stratum {
    /// Calls that the stratum has.
    pub population: u64,
    /// Calls drawn of them at random.
    pub sampled: u64,
    /// Calls of the drawn ones that passed.
    pub passed: u64,
}

/// The share over all strata, each by its true weight.
///
/// p̂ = Σ W_h·p_h, Var = Σ W_h²·(1 − n_h/N_h)·p_h(1−p_h)/(n_h−1), W_h = N_h/N. Source: Cochran 1977, 5.2–5.3.
///
/// The interval is Wilson's with n_eff = p̂(1−p̂)/Var, cut to 0 … 1. n_eff is never more than a plain random sample of that size is worth,
/// n/(1 − n/N) (after Korn & Graubard 1998): where all drawn calls of the large strata passed, Var is near 0, and yet a sample without failures has not
/// shown that there are none. A stratum without a single drawn call is refused, because nothing at all is known of it.
///
/// # Errors
/// No stratum; a stratum with `population` 0, `sampled` 0, more sampled than there are or more passed than sampled; only one sampled of several
/// (no variance can be had of it); or `confidence` is not between 0 and 1.
pub fn stratified_share(strata: &[Stratum], confidence: f64) -> Result<Estimate> {
    check::enough("strata", strata.len(), 1)?;
    let mut all = 0.0;
    for (index, stratum) in strata.iter().enumerate() {
        check::part_of(
            &check::at("strata.sampled", index),
            stratum.sampled,
            &check::at("strata.population", index),
            stratum.population,
        )?;
        check::part_of(
            &check::at("strata.passed", index),
            stratum.passed,
            &check::at("strata.sampled", index),
            stratum.sampled,
        )?;
        if stratum.sampled == 1 && stratum.population > 1 {
            return Err(StatisticsError::refused(
                check::at("strata.sampled", index),
                1,
                "is one call of several, and shows no variation",
                "draw at least 2, or join the stratum with a similar one",
            ));
        }
        all += stratum.population as f64;
    }
    let (mut share, mut variance, mut drawn) = (0.0, 0.0, 0.0);
    for stratum in strata {
        let (population, sampled) = (stratum.population as f64, stratum.sampled as f64);
        let (weight, passed) = (population / all, stratum.passed as f64 / sampled);
        share += weight * passed;
        if stratum.sampled < stratum.population {
            variance += weight.powi(2) * (1.0 - sampled / population) * passed * (1.0 - passed) / (sampled - 1.0);
        }
        drawn += sampled;
    }
    let share = share.clamp(0.0, 1.0);
    let complete = strata.iter().all(|stratum| stratum.sampled == stratum.population);
    let interval = if complete {
        check::inner_share("confidence", confidence)?;
        Interval { low: share, high: share }
    } else {
        let plain = drawn / (1.0 - drawn / all);
        let effective = if variance > 0.0 { (share * (1.0 - share) / variance).min(plain) } else { plain };
        interval::wilson_share(share, effective, confidence)?
    };
    Ok(Estimate { value: share, standard_error: variance.sqrt(), interval })
}
