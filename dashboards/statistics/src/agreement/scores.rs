//! Agreement of scores on a scale, such as 0 … 100.

use crate::{
    Interval, check,
    error::{Result, StatisticsError},
    normal, summary,
};

/// ICC(2,1): one score by one assessor of a random few, absolute agreement.
///
/// (BMS − EMS)/(BMS + (k−1)·EMS + k·(JMS − EMS)/n) of a two-way analysis of variance. Source: Shrout & Fleiss 1979. No unit; 1 is perfect. A row is
/// one call with the scores of all k assessors, none missing.
///
/// # Errors
/// Fewer than two calls or two assessors, rows of different length, a score that is not finite, or scores that do not vary.
pub fn icc_2_1(scores: &[Vec<f64>]) -> Result<f64> {
    check::enough("scored calls", scores.len(), 2)?;
    let raters = scores[0].len();
    check::enough("assessors of a call", raters, 2)?;
    for (index, row) in scores.iter().enumerate() {
        check::same_length("a row", row.len(), "the first row", raters)?;
        check::all_finite(&check::at("scores", index), row)?;
    }
    let (n, k) = (scores.len() as f64, raters as f64);
    let rows: Vec<f64> = scores.iter().map(|row| summary::mean(row)).collect();
    let columns: Vec<f64> = (0..raters).map(|rater| scores.iter().map(|row| row[rater]).sum::<f64>() / n).collect();
    let grand = summary::mean(&rows);
    let between = k * rows.iter().map(|mean| (mean - grand).powi(2)).sum::<f64>() / (n - 1.0);
    let judges = n * columns.iter().map(|mean| (mean - grand).powi(2)).sum::<f64>() / (k - 1.0);
    let rest = scores
        .iter()
        .zip(&rows)
        .flat_map(|(row, mean)| {
            row.iter().zip(&columns).map(move |(score, column)| (score - mean - column + grand).powi(2))
        })
        .sum::<f64>()
        / ((n - 1.0) * (k - 1.0));
    let below = between + (k - 1.0) * rest + k * (judges - rest) / n;
    if below > 0.0 {
        Ok((between - rest) / below)
    } else {
        Err(StatisticsError::Undefined {
            measure: "ICC(2,1)",
            reason: "the scores do not vary",
            remedy: "show the mean absolute difference",
        })
    }
}

/// Mean of |first − second|, in points of the score.
///
/// # Errors
/// No score, lists of different length, or a score that is not finite.
pub fn mean_absolute_difference(first: &[f64], second: &[f64]) -> Result<f64> {
    let differences = differences(first, second, 1)?;
    Ok(differences.iter().map(|difference| difference.abs()).sum::<f64>() / differences.len() as f64)
}

/// The limits within which two assessors differ on most calls, in points of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlandAltman {
    /// Mean of first − second.
    pub bias: f64,
    /// Standard deviation of the differences.
    pub sd: f64,
    /// bias ± z·sd.
    pub limits: Interval,
}

/// d̄ ± z·s of the differences first − second: where the given share of differences lies, if they are about normal.
///
/// Source: Bland & Altman 1986. `coverage` is that share, usually 0.95. It is no confidence interval of the bias.
///
/// # Errors
/// Fewer than two scores, lists of different length, a score that is not finite, or `coverage` not between 0 and 1.
pub fn bland_altman(first: &[f64], second: &[f64], coverage: f64) -> Result<BlandAltman> {
    let differences = differences(first, second, 2)?;
    let (bias, sd) = (summary::mean(&differences), summary::variance(&differences).sqrt());
    let half = normal::z(coverage)? * sd;
    Ok(BlandAltman { bias, sd, limits: Interval { low: bias - half, high: bias + half } })
}

fn differences(first: &[f64], second: &[f64], needed: usize) -> Result<Vec<f64>> {
    check::same_length("second", second.len(), "first", first.len())?;
    check::enough("scored calls", first.len(), needed)?;
    check::all_finite("first", first)?;
    check::all_finite("second", second)?;
    Ok(first.iter().zip(second).map(|(first, second)| first - second).collect())
}
