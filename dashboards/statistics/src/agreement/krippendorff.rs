//! Krippendorff's alpha: any number of assessors, any level of measurement, marks may be missing.

use super::units;
use crate::{
    check,
    error::{Result, StatisticsError},
};

/// How far apart two categories are. For `Interval` and `Ratio`, the value of each category comes along, in the unit of the marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level<'a> {
    /// Same or not.
    Nominal,
    /// By how many marks lie between; categories are numbered from low to high.
    Ordinal,
    /// (v − w)².
    Interval(&'a [f64]),
    /// ((v − w)/(v + w))²; values are not negative.
    Ratio(&'a [f64]),
}

/// α = 1 − D_o/D_e, disagreement seen over disagreement by chance.
///
/// Source: Krippendorff 2004, ch. 11 (coincidence matrix). No unit; 1 is perfect, 0 what chance gives. Reading: from .800 reliable, .667 to .800
/// tentative. Units with fewer than two marks say nothing and are left out. "Not applicable" has no value: at `Interval` and `Ratio` give it as `None`.
///
/// # Errors
/// `categories` is below 2, a mark is no category, the values do not match the categories or are not finite (for `Ratio`: negative), no unit has
/// two marks, or all marks of the double-scored units are the same (D_e is 0).
pub fn krippendorff_alpha(units: &[Vec<Option<usize>>], categories: usize, level: Level) -> Result<f64> {
    let marks = units::marks(units, categories)?;
    check_values(level, categories)?;
    let double = units::double_scored(&units::borrowed(&marks));
    check::enough("double-scored units", double.len(), 1)?;
    of(&double, categories, level).ok_or(StatisticsError::Undefined {
        measure: "alpha",
        reason: "all marks are the same",
        remedy: "show the raw agreement and AC1",
    })
}

pub fn check_values(level: Level, categories: usize) -> Result<()> {
    let (Level::Interval(values) | Level::Ratio(values)) = level else {
        return Ok(());
    };
    check::same_length("values", values.len(), "categories", categories)?;
    check::all_finite("values", values)?;
    if matches!(level, Level::Ratio(_)) {
        for (index, value) in values.iter().enumerate() {
            check::not_negative(check::at("values", index), *value)?;
        }
    }
    Ok(())
}

/// Alpha of units that all have two marks or more; `None` when the marks do not vary.
pub fn of(double: &[&[usize]], categories: usize, level: Level) -> Option<f64> {
    let mut frequency = vec![0.0; categories];
    for mark in double.iter().copied().flatten() {
        frequency[*mark] += 1.0;
    }
    let n: f64 = frequency.iter().sum();
    let distance = Distance::new(level, &frequency);
    let used: Vec<usize> = (0..categories).filter(|category| frequency[*category] > 0.0).collect();
    // Each pair of unequal categories once: the matrix is symmetric and its diagonal is no disagreement.
    let mut by_chance = 0.0;
    for (place, i) in used.iter().enumerate() {
        for j in &used[place + 1..] {
            by_chance += frequency[*i] * frequency[*j] * distance.of(*i, *j);
        }
    }
    if by_chance <= 0.0 {
        return None;
    }
    let mut seen = 0.0;
    for unit in double {
        let mut apart = 0.0;
        for (place, i) in unit.iter().enumerate() {
            for j in &unit[place + 1..] {
                apart += distance.of(*i, *j);
            }
        }
        seen += apart / (unit.len() as f64 - 1.0);
    }
    Some(1.0 - (n - 1.0) * seen / by_chance)
}

struct Distance<'a> {
    level: Level<'a>,
    /// For `Ordinal`: the marks up to the middle of each category.
    middles: Vec<f64>,
}

impl<'a> Distance<'a> {
    fn new(level: Level<'a>, frequency: &[f64]) -> Self {
        let mut below = 0.0;
        let middles = frequency
            .iter()
            .map(|count| {
                let middle = below + count / 2.0;
                below += count;
                middle
            })
            .collect();
        Self { level, middles }
    }

    fn of(&self, i: usize, j: usize) -> f64 {
        if i == j {
            return 0.0;
        }
        match self.level {
            Level::Nominal => 1.0,
            // All marks from i to j, less half of both ends, is the way from middle to middle.
            Level::Ordinal => (self.middles[i] - self.middles[j]).powi(2),
            Level::Interval(values) => (values[i] - values[j]).powi(2),
            Level::Ratio(values) => {
                let sum = values[i] + values[j];
                if sum > 0.0 { ((values[i] - values[j]) / sum).powi(2) } else { 0.0 }
            }
        }
    }
}
