//! A share over time: when it has left what chance does.

use crate::{
    Interval, check,
    error::{Result, StatisticsError},
};

/// One period of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The share of the period, or the smoothed share.
    pub value: f64,
    /// Where chance keeps the value while nothing has changed.
    pub limits: Interval,
    /// Whether the value lies outside.
    pub signal: bool,
}

/// Limits of a p-chart: p₀ ± L·√(p₀(1−p₀)/n), cut to 0 … 1.
///
/// Source: Shewhart 1931. `expected` p₀ is the share of a time in order, `width` L usually 3.
///
/// # Errors
/// `expected` is not a share, `n` is 0, or `width` is not above 0.
pub fn p_chart_limits(expected: f64, n: u64, width: f64) -> Result<Interval> {
    check::share("expected", expected)?;
    check::positive("width", width)?;
    Ok(limits(expected, spread(expected, check::sample_size("n", n)?), width))
}

/// Limits of an EWMA chart: p₀ ± L·√(p₀(1−p₀)/n · λ/(2−λ) · (1 − (1−λ)^(2t))), cut to 0 … 1.
///
/// Source: Roberts 1959; the last factor Montgomery 2009. `smoothing` λ (usually 0.2) is the weight of the newest period, `width` L usually 3. `period`
/// t counts from 1; `None` gives the limits of a long run.
///
/// # Errors
/// As [`p_chart_limits`]; also when `smoothing` is not above 0 and at most 1, or `period` is 0.
pub fn ewma_limits(expected: f64, n: u64, smoothing: f64, width: f64, period: Option<u32>) -> Result<Interval> {
    check::share("expected", expected)?;
    check::positive("width", width)?;
    check_smoothing(smoothing)?;
    if period == Some(0) {
        return Err(StatisticsError::refused("period", 0, "is before the first", "count periods from 1"));
    }
    let grown = period.map_or(1.0, |t| 1.0 - (1.0 - smoothing).powf(2.0 * f64::from(t)));
    let variance = spread(expected, check::sample_size("n", n)?) * smoothing / (2.0 - smoothing) * grown;
    Ok(limits(expected, variance, width))
}

/// A p-chart of periods `(passed, n)`. See [`p_chart_limits`]; sizes may differ.
///
/// # Errors
/// As [`p_chart_limits`], or more passed than there are calls.
pub fn p_chart(periods: &[(u64, u64)], expected: f64, width: f64) -> Result<Vec<ChartPoint>> {
    periods
        .iter()
        .enumerate()
        .map(|(index, (passed, n))| {
            let (passed, calls) = period(index, *passed, *n)?;
            Ok(point(passed / calls, p_chart_limits(expected, *n, width)?))
        })
        .collect()
}

/// An EWMA chart of periods `(passed, n)`: z_t = λ·p_t + (1−λ)·z_(t−1), z₀ = p₀, Var(z_t) = λ²·p₀(1−p₀)/n_t + (1−λ)²·Var(z_(t−1)).
///
/// Source: Roberts 1959. With equal sizes these are the limits of [`ewma_limits`]; a small drift shows here before a p-chart sees it.
///
/// # Errors
/// As [`ewma_limits`], or more passed than there are calls.
pub fn ewma_chart(periods: &[(u64, u64)], expected: f64, smoothing: f64, width: f64) -> Result<Vec<ChartPoint>> {
    check::share("expected", expected)?;
    check::positive("width", width)?;
    check_smoothing(smoothing)?;
    let (mut value, mut variance) = (expected, 0.0);
    periods
        .iter()
        .enumerate()
        .map(|(index, (passed, n))| {
            let (passed, calls) = period(index, *passed, *n)?;
            value = smoothing * passed / calls + (1.0 - smoothing) * value;
            variance = smoothing.powi(2) * spread(expected, calls) + (1.0 - smoothing).powi(2) * variance;
            Ok(point(value, limits(expected, variance, width)))
        })
        .collect()
}

/// An EWMA chart of means, periods `(mean, n)` around `target`: z_t = λ·x̄_t + (1−λ)·z_(t−1), z₀ = target, Var(z_t) = λ²·sd²/n_t + (1−λ)²·Var(z_(t−1)).
///
/// Source: Roberts 1959. `sd` is the standard deviation of single values while nothing has changed, `width` L usually 3. Unit: that of the values; the
/// limits are not cut.
///
/// # Errors
/// `target` or a mean is not finite, `sd` is negative, an n is 0, `smoothing` is not above 0 and at most 1, or `width` is not above 0.
pub fn ewma_mean_chart(
    periods: &[(f64, u64)],
    target: f64,
    sd: f64,
    smoothing: f64,
    width: f64,
) -> Result<Vec<ChartPoint>> {
    check::finite("target", target)?;
    check::not_negative("sd", sd)?;
    check::positive("width", width)?;
    check_smoothing(smoothing)?;
    let (mut value, mut variance) = (target, 0.0_f64);
    periods
        .iter()
        .enumerate()
        .map(|(index, (mean, n))| {
            let mean = check::finite(check::at("periods.mean", index), *mean)?;
            let n = check::sample_size(&check::at("periods.n", index), *n)?;
            value = smoothing * mean + (1.0 - smoothing) * value;
            variance = smoothing.powi(2) * sd.powi(2) / n + (1.0 - smoothing).powi(2) * variance;
            let half = width * variance.sqrt();
            Ok(point(value, Interval { low: target - half, high: target + half }))
        })
        .collect()
}

fn period(index: usize, passed: u64, n: u64) -> Result<(f64, f64)> {
    check::part_of(&check::at("periods.passed", index), passed, &check::at("periods.n", index), n)
}

fn check_smoothing(smoothing: f64) -> Result<()> {
    check::positive("smoothing", smoothing)?;
    check::share("smoothing", smoothing).map(drop)
}

fn spread(share: f64, n: f64) -> f64 {
    share * (1.0 - share) / n
}

fn limits(expected: f64, variance: f64, width: f64) -> Interval {
    let half = width * variance.sqrt();
    Interval { low: expected - half, high: expected + half }.within(0.0, 1.0)
}

fn point(value: f64, limits: Interval) -> ChartPoint {
    // The last digit of a sum is no signal.
    const ROUNDING: f64 = 1e-12;
    ChartPoint { value, limits, signal: value < limits.low - ROUNDING || value > limits.high + ROUNDING }
}
