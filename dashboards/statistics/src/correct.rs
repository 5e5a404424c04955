//! The rate among all calls, when a machine judges all of them with errors and people a random few without.

use crate::{
    check,
    error::{Result, StatisticsError},
    estimate::Estimate,
    sample::{Drawn, hajek_mean_of_groups},
    summary,
};

/// The true share behind the share that a test with known errors reports.
///
/// (q + Sp − 1)/(Se + Sp − 1), cut to 0 … 1. Source: Rogan & Gladen 1978. `reported` q, `sensitivity` Se and `specificity` Sp are shares.
///
/// # Errors
/// One is not a share, or Se + Sp is not above 1: then the machine's verdict tells nothing.
pub fn rogan_gladen(reported: f64, sensitivity: f64, specificity: f64) -> Result<f64> {
    Ok(corrected(reported, sensitivity, specificity)?.clamp(0.0, 1.0))
}

/// A machine's verdicts beside people's on the same calls, and what it reported on all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validated {
    /// Calls that the machine reported, of `calls`.
    pub reported: u64,
    /// All calls that the machine judged.
    pub calls: u64,
    /// Calls that the machine reported, of `errors` that people found to be so.
    pub found: u64,
    /// Validated calls in which people found the error.
    pub errors: u64,
    /// Calls that the machine left alone, of `sound` that people found to be sound.
    pub left_alone: u64,
    /// Validated calls in which people found none.
    pub sound: u64,
}

/// [`rogan_gladen`] with an interval that also carries what is not known of the machine itself.
///
/// Var = (q(1−q)/n + p²·Se(1−Se)/n₁ + (1−p)²·Sp(1−Sp)/n₀)/(Se+Sp−1)², interval ± z, cut to 0 … 1. Source: Rogan & Gladen 1978. A share.
/// Large-sample: with no error of the machine among few validated calls it believes the machine too much.
///
/// # Errors
/// A whole is 0 or smaller than its part, Se + Sp is not above 1, or `confidence` is not between 0 and 1.
pub fn rogan_gladen_estimate(counts: &Validated, confidence: f64) -> Result<Estimate> {
    let (reported, n) = check::part_of("reported", counts.reported, "calls", counts.calls)?;
    let (found, n1) = check::part_of("found", counts.found, "errors", counts.errors)?;
    let (left_alone, n0) = check::part_of("left_alone", counts.left_alone, "sound", counts.sound)?;
    let (q, sensitivity, specificity) = (reported / n, found / n1, left_alone / n0);
    let share = rogan_gladen(q, sensitivity, specificity)?;
    let spread = |p: f64, n: f64| p * (1.0 - p) / n;
    let variance =
        (spread(q, n) + share.powi(2) * spread(sensitivity, n1) + (1.0 - share).powi(2) * spread(specificity, n0))
            / (sensitivity + specificity - 1.0).powi(2);
    let estimate = Estimate::normal(share, variance, confidence)?;
    Ok(Estimate { interval: estimate.interval.within(0.0, 1.0), ..estimate })
}

fn corrected(reported: f64, sensitivity: f64, specificity: f64) -> Result<f64> {
    check::share("reported", reported)?;
    check::share("sensitivity", sensitivity)?;
    check::share("specificity", specificity)?;
    let better_than_a_coin = sensitivity + specificity - 1.0;
    if better_than_a_coin > 0.0 {
        Ok((reported + specificity - 1.0) / better_than_a_coin)
    } else {
        Err(StatisticsError::refused(
            "sensitivity + specificity",
            sensitivity + specificity,
            "is no better than a coin",
            "mend the rule until they make more than 1",
        ))
    }
}

/// The mean over all calls from a machine that judged all and people who judged a random few.
///
/// mean f(all) + mean(y − f) of the labelled; Var = σ²_f/N + σ²_(y−f)/n, interval ± z. Source: Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023.
/// `machine_all` f of all N calls; `machine_labelled` f and `human` y of the n labelled ones, in the same order. Unit: that of the marks.
/// It is right however wrong the machine is, if the labelled calls are a random draw; a good machine makes it narrow, a bad one wide: compare it
/// with [`human_mean`]. The two parts are taken as independent, so n should be small against N. The interval is not cut: marks have their own range.
///
/// # Errors
/// Fewer than two calls in either part, lists that do not match, a mark that is not finite, or `confidence` not between 0 and 1.
pub fn prediction_powered_mean(
    machine_all: &[f64],
    machine_labelled: &[f64],
    human: &[f64],
    confidence: f64,
) -> Result<Estimate> {
    check::same_length("human", human.len(), "machine_labelled", machine_labelled.len())?;
    check::enough("machine_all", machine_all.len(), 2)?;
    check::enough("human", human.len(), 2)?;
    check::all_finite("machine_all", machine_all)?;
    check::all_finite("machine_labelled", machine_labelled)?;
    check::all_finite("human", human)?;
    let misses: Vec<f64> = human.iter().zip(machine_labelled).map(|(human, machine)| human - machine).collect();
    let variance =
        summary::variance(machine_all) / machine_all.len() as f64 + summary::variance(&misses) / misses.len() as f64;
    Estimate::normal(summary::mean(machine_all) + summary::mean(&misses), variance, confidence)
}

/// What the machine says of all calls, summed up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MachineAll {
    /// Calls that it scored.
    pub n: u64,
    /// Of their scores.
    pub mean: f64,
    /// Of their scores, with n − 1 below.
    pub variance: f64,
}

/// [`prediction_powered_mean`] where calls were drawn with different chances, from sums alone: mean f(all) + Hájek mean of y − f;
/// Var = σ²_f/N + the variance of that Hájek mean, interval ± z.
///
/// Source: Angelopoulos, Bates, Fannjiang, Jordan & Zrnic 2023, with the correction weighted by 1/π (Hájek 1971). `misses` are the differences
/// person − machine of the labelled calls, by chance of being drawn. With one chance for all it is [`prediction_powered_mean`].
///
/// # Errors
/// Fewer than two calls in either part, a mean that is not finite, a negative variance, or as [`hajek_mean_of_groups`].
pub fn prediction_powered_mean_of_groups(machine: &MachineAll, misses: &[Drawn], confidence: f64) -> Result<Estimate> {
    check::enough_units("machine_all", machine.n, 2)?;
    check::finite("machine_all.mean", machine.mean)?;
    check::not_negative("machine_all.variance", machine.variance)?;
    let correction = hajek_mean_of_groups(misses, confidence)?.estimate;
    let variance = machine.variance / machine.n as f64 + correction.standard_error.powi(2);
    Estimate::normal(machine.mean + correction.value, variance, confidence)
}

/// The mean of what people judged alone, for comparison: ȳ, Var = σ²_y/n, interval ± z.
///
/// Source: the classical interval that Angelopoulos et al. 2023 compare with. Unit: that of the marks.
///
/// # Errors
/// Fewer than two calls, a mark that is not finite, or `confidence` not between 0 and 1.
pub fn human_mean(human: &[f64], confidence: f64) -> Result<Estimate> {
    check::enough("human", human.len(), 2)?;
    check::all_finite("human", human)?;
    Estimate::normal(summary::mean(human), summary::variance(human) / human.len() as f64, confidence)
}
