//! An assessor against the agreed master scores: how severe, and whether it changes.

use crate::{
    Interval, check,
    error::{Result, StatisticsError},
    interval::student_mean,
    student, summary,
};

/// How far an assessor lies from the master, in points of the score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Severity {
    /// Calls that both scored.
    pub n: u64,
    /// Mean of assessor − master: below 0 is severe, above 0 is mild.
    pub mean: f64,
    /// Student's interval of the mean. Holds 0: no severity has been shown.
    pub interval: Interval,
}

/// How an assessor's distance from the master moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Calls that both scored.
    pub n: u64,
    /// Points of the score for one unit of time; below 0 grows more severe.
    pub slope: f64,
    /// Student's interval of the slope. Holds 0: no drift has been shown.
    pub interval: Interval,
}

/// Mean signed difference from the master: d̄ ± t·s/√n of d = assessor − master.
///
/// Source: the paired t interval, Student 1908. Points of the score. The master must have been agreed without knowledge of who scored what.
/// When all differences are equal the interval is a point: that is what the formula says, and no proof.
///
/// # Errors
/// Fewer than two calls, lists of different length, a score that is not finite, or `confidence` not between 0 and 1.
pub fn severity(assessor: &[f64], master: &[f64], confidence: f64) -> Result<Severity> {
    let differences = differences(assessor, master, 2)?;
    let (n, mean) = (differences.len() as u64, summary::mean(&differences));
    let interval = student_mean(mean, summary::variance(&differences).sqrt(), n, confidence)?;
    Ok(Severity { n, mean, interval })
}

/// The slope of assessor − master over time, by least squares: b ± t·√(RSS/(n−2)/Σ(x−x̄)²) with n − 2 degrees of freedom.
///
/// Source: Gauss 1809; interval as in Draper & Smith 1998, 1.4. `times` are in any unit the caller likes (weeks), one for each call; they need no order.
/// Calls near in time are taken as independent.
///
/// # Errors
/// Fewer than three calls, lists of different length, a value that is not finite, all calls at one time, or `confidence` not between 0 and 1.
pub fn severity_trend(times: &[f64], assessor: &[f64], master: &[f64], confidence: f64) -> Result<Trend> {
    let differences = differences(assessor, master, 3)?;
    check::same_length("times", times.len(), "assessor", assessor.len())?;
    check::all_finite("times", times)?;
    let (middle, mean) = (summary::mean(times), summary::mean(&differences));
    let spread: f64 = times.iter().map(|time| (time - middle).powi(2)).sum();
    if spread <= 0.0 {
        return Err(StatisticsError::Undefined {
            measure: "trend",
            reason: "all calls lie at one time",
            remedy: "take calls of several weeks",
        });
    }
    let pairs = || times.iter().zip(&differences);
    let slope = pairs().map(|(time, difference)| (time - middle) * (difference - mean)).sum::<f64>() / spread;
    let rest: f64 = pairs().map(|(time, difference)| (difference - mean - slope * (time - middle)).powi(2)).sum();
    let degrees = differences.len() as f64 - 2.0;
    let half = student::t(confidence, degrees)? * (rest / degrees / spread).sqrt();
    Ok(Trend { n: differences.len() as u64, slope, interval: Interval { low: slope - half, high: slope + half } })
}

fn differences(assessor: &[f64], master: &[f64], needed: usize) -> Result<Vec<f64>> {
    check::same_length("master", master.len(), "assessor", assessor.len())?;
    check::enough("calls with a master score", assessor.len(), needed)?;
    check::all_finite("assessor", assessor)?;
    check::all_finite("master", master)?;
    Ok(assessor.iter().zip(master).map(|(assessor, master)| assessor - master).collect())
}
