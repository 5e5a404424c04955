//! Fleiss' kappa: many assessors, the same number for each call.

use super::units;
use crate::{
    check,
    error::{Result, StatisticsError},
};

/// κ = (P̄ − P̄_e)/(1 − P̄_e), where a row counts how many assessors put one call into each category.
///
/// Source: Fleiss 1971. No unit; 1 is perfect. The assessors need not be the same persons from call to call, but every call needs the same number.
/// It has the paradox of Cohen's kappa.
///
/// # Errors
/// No row, fewer than two categories or two assessors, rows of different length or sum, or all marks in one category.
pub fn fleiss_kappa(rows: &[Vec<u64>]) -> Result<f64> {
    check::enough("rows", rows.len(), 1)?;
    let q = rows[0].len();
    units::at_least_two(q)?;
    let raters = check::total("rows", &rows[0])?;
    check::enough_units("assessors of a call", raters, 2)?;
    let m = raters as f64;
    let (mut agreement, mut share) = (0.0, vec![0.0; q]);
    for (index, row) in rows.iter().enumerate() {
        check::same_length("a row", row.len(), "the first row", q)?;
        let sum = check::total("rows", row)?;
        if sum != raters {
            return Err(StatisticsError::refused(
                check::at("rows", index),
                sum,
                "assessors are not as many as in the first row",
                "give rows with one number of assessors, or take AC1 or alpha",
            ));
        }
        let n = rows.len() as f64;
        for (category, count) in row.iter().enumerate() {
            let count = *count as f64;
            agreement += count * (count - 1.0) / (m * (m - 1.0)) / n;
            share[category] += count / (m * n);
        }
    }
    if (0..q).any(|category| rows.iter().all(|row| row[category] == raters)) {
        return Err(StatisticsError::Undefined {
            measure: "Fleiss' kappa",
            reason: "all marks are in one category",
            remedy: "show the raw agreement and AC1",
        });
    }
    let by_chance: f64 = share.iter().map(|share| share * share).sum();
    Ok((agreement - by_chance) / (1.0 - by_chance))
}
