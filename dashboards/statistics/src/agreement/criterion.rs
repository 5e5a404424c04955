//! The agreement of one criterion as it is shown: raw, AC1 and alpha, each with its interval, or a refusal.

use super::{
    bootstrap::Bootstrap,
    gwet,
    krippendorff::{self, Level},
    units,
    weights::Weights,
};
use crate::{Interval, check, error::Result, interval::wilson};

/// A coefficient with its bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// Of the units as they are; no unit, 1 is perfect.
    pub value: f64,
    /// `None` when fewer than half of the resamples defined the coefficient.
    pub interval: Option<Interval>,
    /// The resamples in which it was defined; the interval rests on these.
    pub resamples: u32,
}

/// How far the assessors agree on one criterion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Double-scored calls: those with two marks or more.
    pub units: u64,
    /// Those among them in which not all marks were the same.
    pub disagreeing: u64,
    /// Their share, with Wilson's interval. Where nobody disagreed, every resample agrees too and the bootstrap intervals shrink to a point; this one
    /// still says how much disagreement may be hidden.
    pub disagreement: Interval,
    /// Share of pairs of marks that agree.
    pub raw: Coefficient,
    /// Gwet's AC1.
    pub ac1: Coefficient,
    /// `None` when all marks are the same: alpha is then not defined, and that is no sign of disagreement.
    pub alpha: Option<Coefficient>,
}

/// Raw agreement, AC1 and Krippendorff's alpha of one criterion, each with a percentile interval over resampled calls.
///
/// Sources: see [`raw_agreement`](super::raw_agreement), [`gwet_ac`](super::gwet_ac), [`krippendorff_alpha`](super::krippendorff_alpha),
/// [`Bootstrap`]. All units with a mark are resampled; those with a single mark only tell how common each category is, as in Gwet's formula.
/// `minimum` is the house's limit of double-scored calls below which nothing is shown.
///
/// # Errors
/// [`TooFew`](crate::StatisticsError::TooFew) when fewer than `minimum` (or none at all) are double-scored; `categories` below 2, a mark that is no
/// category, values that do not match; `resamples` 0, or a confidence not between 0 and 1.
pub fn criterion_agreement(
    units: &[Vec<Option<usize>>],
    categories: usize,
    level: Level,
    minimum: u64,
    bootstrap: &Bootstrap,
) -> Result<Agreement> {
    bootstrap.check()?;
    krippendorff::check_values(level, categories)?;
    let marks = units::marks(units, categories)?;
    let marks = units::borrowed(&marks);
    let double = units::double_scored(&marks);
    let scored = double.len() as u64;
    check::enough_units("double-scored units", scored, minimum.max(1))?;
    let (raw, ac1) = raw_and_ac1(&marks, categories)?;
    let alpha = krippendorff::of(&double, categories, level);
    let (mut raws, mut ac1s, mut alphas) = (Vec::new(), Vec::new(), Vec::new());
    let mut draws = bootstrap.draws();
    let mut drawn = Vec::with_capacity(marks.len());
    for _ in 0..bootstrap.resamples {
        draws.resample(&marks, &mut drawn);
        if let Ok((raw, ac1)) = raw_and_ac1(&drawn, categories) {
            raws.push(raw);
            ac1s.push(ac1);
        }
        alphas.extend(krippendorff::of(&units::double_scored(&drawn), categories, level));
    }
    let coefficient = |value: f64, found: Vec<f64>| Coefficient {
        value,
        resamples: found.len() as u32,
        interval: bootstrap.interval(found),
    };
    let disagreeing = double.iter().filter(|unit| unit.iter().any(|mark| *mark != unit[0])).count() as u64;
    Ok(Agreement {
        units: scored,
        disagreeing,
        disagreement: wilson(disagreeing, scored, bootstrap.confidence)?,
        raw: coefficient(raw, raws),
        ac1: coefficient(ac1, ac1s),
        alpha: alpha.map(|value| coefficient(value, alphas)),
    })
}

/// With identity weights AC1's observed part is the raw agreement.
fn raw_and_ac1(marks: &[&[usize]], categories: usize) -> Result<(f64, f64)> {
    let ac1 = gwet::of(marks, categories, Weights::Identity)?;
    Ok((ac1.observed, ac1.coefficient))
}
