//! Units of double scoring, checked once and freed of what is missing.

use crate::{
    check,
    error::{Result, StatisticsError},
};

/// Units as category numbers, with the values that the numbers stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Coded {
    /// The units given, each mark as its category.
    pub units: Vec<Vec<Option<usize>>>,
    /// Every value that occurs, from low to high; a category is its place here. It goes into [`Level::Interval`](super::Level::Interval).
    pub values: Vec<f64>,
}

/// Turns marks or scores that are numbers into category numbers.
///
/// Categories that nobody used are unknown to it: for AC1 number them by the form, because its chance agreement depends on how many there are.
///
/// # Errors
/// A value is not finite.
pub fn coded(units: &[Vec<Option<f64>>]) -> Result<Coded> {
    let mut values = Vec::new();
    for (index, unit) in units.iter().enumerate() {
        for value in unit.iter().flatten() {
            // −0 and 0 are one mark.
            values.push(check::finite(check::at("units", index), *value)? + 0.0);
        }
    }
    values.sort_by(f64::total_cmp);
    values.dedup();
    let category = |value: f64| values.partition_point(|known| *known < value);
    let units = units.iter().map(|unit| unit.iter().map(|value| value.map(category)).collect()).collect();
    Ok(Coded { units, values })
}

/// The marks that are there, unit by unit; units without any are left out.
pub fn marks(units: &[Vec<Option<usize>>], categories: usize) -> Result<Vec<Vec<usize>>> {
    at_least_two(categories)?;
    let mut kept = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let marks: Vec<usize> = unit.iter().flatten().copied().collect();
        if let Some(mark) = marks.iter().find(|mark| **mark >= categories) {
            return Err(unknown(check::at("units", index), *mark));
        }
        if !marks.is_empty() {
            kept.push(marks);
        }
    }
    Ok(kept)
}

pub fn at_least_two(categories: usize) -> Result<()> {
    if categories >= 2 {
        Ok(())
    } else {
        Err(StatisticsError::refused("categories", categories, "leave nothing to disagree about", "give at least 2"))
    }
}

pub fn unknown(field: String, mark: usize) -> StatisticsError {
    StatisticsError::refused(field, mark, "is no category", "number categories from 0 and count them all in")
}

/// Units with two marks or more, the only ones in which anybody can agree.
pub fn double_scored<'a>(marks: &[&'a [usize]]) -> Vec<&'a [usize]> {
    marks.iter().copied().filter(|unit| unit.len() >= 2).collect()
}

pub fn borrowed(marks: &[Vec<usize>]) -> Vec<&[usize]> {
    marks.iter().map(Vec::as_slice).collect()
}

/// How often each category occurs in one unit.
pub fn counts(unit: &[usize], into: &mut [f64]) {
    into.fill(0.0);
    for mark in unit {
        into[*mark] += 1.0;
    }
}
