//! What every function asks of its input before it computes. One wording for each fault, whoever finds it.

use crate::error::{Result, StatisticsError};

/// Counts above this lose units when they become f64, and a count that loses units is no count.
const LARGEST_COUNT: u64 = 1 << 53;

/// Squares and sums of anything up to here stay numbers; no score, weight or time comes near it.
const LARGEST: f64 = 1e150;

/// The name of one item of a list, so that the fault can be found.
pub fn at(field: &str, index: usize) -> String {
    format!("{field}[{index}]")
}

pub fn finite(field: impl Into<String>, value: f64) -> Result<f64> {
    if value.abs() <= LARGEST {
        Ok(value)
    } else {
        Err(StatisticsError::refused(
            field,
            value,
            "is not a number to compute with",
            "give a known number, at most 1e150",
        ))
    }
}

pub fn all_finite(field: &str, values: &[f64]) -> Result<()> {
    values.iter().enumerate().try_for_each(|(index, value)| finite(at(field, index), *value).map(drop))
}

pub fn positive(field: impl Into<String>, value: f64) -> Result<f64> {
    let field = field.into();
    if finite(field.as_str(), value)? > 0.0 {
        Ok(value)
    } else {
        Err(StatisticsError::refused(field, value, "is not above 0", "give a number above 0"))
    }
}

pub fn not_negative(field: impl Into<String>, value: f64) -> Result<f64> {
    let field = field.into();
    if finite(field.as_str(), value)? >= 0.0 {
        Ok(value)
    } else {
        Err(StatisticsError::refused(field, value, "is below 0", "give 0 or a number above it"))
    }
}

/// 0 … 1, both ends allowed.
pub fn share(field: impl Into<String>, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(StatisticsError::refused(field, value, "is not a share", "give a share from 0 to 1, not per cent"))
    }
}

/// Between 0 and 1, without the ends.
pub fn inner_share(field: impl Into<String>, value: f64) -> Result<f64> {
    if value > 0.0 && value < 1.0 {
        Ok(value)
    } else {
        Err(StatisticsError::refused(
            field,
            value,
            "is not between 0 and 1",
            "give a share above 0 and below 1, not per cent",
        ))
    }
}

/// The size of a sample as f64.
pub fn sample_size(field: &str, n: u64) -> Result<f64> {
    if n == 0 {
        return Err(StatisticsError::refused(field, n, "is not a sample", "give at least 1"));
    }
    count(field, n)
}

/// A count as f64, without loss.
pub fn count(field: impl Into<String>, value: u64) -> Result<f64> {
    if value <= LARGEST_COUNT {
        Ok(value as f64)
    } else {
        Err(StatisticsError::refused(field, value, "is too large to count exactly", "give at most 2^53"))
    }
}

/// A part and its whole as f64.
pub fn part_of(field: &str, part: u64, whole_field: &str, whole: u64) -> Result<(f64, f64)> {
    let whole_size = sample_size(whole_field, whole)?;
    if part > whole {
        return Err(StatisticsError::refused(
            field,
            part,
            "is more than the whole it is a part of",
            "count the part and the whole over the same calls",
        ));
    }
    Ok((part as f64, whole_size))
}

/// The sum of counts, refused when it leaves what can be counted.
pub fn total(field: &str, counts: &[u64]) -> Result<u64> {
    let sum = counts.iter().try_fold(0_u64, |sum, part| sum.checked_add(*part)).unwrap_or(u64::MAX);
    count(field, sum)?;
    Ok(sum)
}

pub fn same_length(field: &'static str, length: usize, other: &'static str, other_length: usize) -> Result<()> {
    if length == other_length {
        Ok(())
    } else {
        Err(StatisticsError::LengthsDiffer { field, length, other, other_length })
    }
}

pub fn enough(field: &'static str, have: usize, needed: usize) -> Result<()> {
    enough_units(field, have as u64, needed as u64)
}

pub fn enough_units(field: &'static str, have: u64, needed: u64) -> Result<()> {
    if have >= needed { Ok(()) } else { Err(StatisticsError::TooFew { field, have, needed }) }
}
