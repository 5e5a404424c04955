//! The score of one form that a person filled in.
//!
//! `meyar-scoring` computes what the *machine* could mark and has no effective score, because a machine confirms no gate (P10); this is the score of a
//! finished form.

use crate::{
    check,
    error::{Result, StatisticsError},
};

/// One criterion of a filled form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marked<'a> {
    /// The criterion's code.
    pub code: &'a str,
    /// Its weight; any unit, only ratios count. A gate usually weighs 0.
    pub weight: f64,
    /// 0 … 1; `None` is "not applicable".
    pub mark: Option<f64>,
    /// Whether a mark of 0 is a critical error that fails the whole call.
    pub gate: bool,
}

/// The score of a form, in points 0 … 100.
#[derive(Debug, Clone, PartialEq)]
pub struct FormScore {
    /// What the marks make; `None` when nothing with weight applied.
    pub raw: Option<f64>,
    /// 0 when a gate failed, else `raw`.
    pub effective: Option<f64>,
    /// Codes of the gates that failed, in the order of the form.
    pub gates: Vec<String>,
}

/// 100·Σw·s·a/Σw·a, a = 0 for "not applicable": its weight leaves the denominator, and it is never full marks.
///
/// Source: the weighted mean; that a critical error fails the call apart from its points is the practice of the COPC CX Standard (7.0, 2021, known here
/// by its contents only), hence `raw`, `effective` and `gates`. Points 0 … 100, not rounded. For a
/// compliance score of its own give only those criteria.
///
/// # Errors
/// No criterion, a weight below 0, a mark that is not 0 … 1, or a code that stands twice.
pub fn form_score(criteria: &[Marked]) -> Result<FormScore> {
    check::enough("criteria", criteria.len(), 1)?;
    let (mut points, mut applied, mut gates) = (0.0, 0.0, Vec::new());
    for (index, criterion) in criteria.iter().enumerate() {
        if criteria[..index].iter().any(|earlier| earlier.code == criterion.code) {
            return Err(StatisticsError::refused(
                check::at("criteria.code", index),
                criterion.code,
                "stands twice and would count twice",
                "give every criterion of the form once",
            ));
        }
        let weight = check::not_negative(check::at("criteria.weight", index), criterion.weight)?;
        if let Some(mark) = criterion.mark {
            points += weight * check::share(check::at("criteria.mark", index), mark)?;
            applied += weight;
            if criterion.gate && mark == 0.0 {
                gates.push(criterion.code.to_owned());
            }
        }
    }
    let raw = (applied > 0.0).then(|| 100.0 * points / applied);
    let effective = if gates.is_empty() { raw } else { Some(0.0) };
    Ok(FormScore { raw, effective, gates })
}
