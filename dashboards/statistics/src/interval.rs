//! Intervals: what is known of a share, a mean or a difference after so many calls.

use crate::{check, error::Result, normal};

/// From `low` to `high`, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// high − low, in the unit of the interval.
    #[must_use]
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// Whether `value` lies inside or on an end.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The interval cut to what the quantity can be, such as 0 … 1 for a share: ± may lead out of it.
    #[must_use]
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { low: self.low.max(low).min(high), high: self.high.min(high).max(low) }
    }
}

/// The interval of a share: `passed` of `n` calls.
///
/// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Source: Wilson 1927. It stays inside 0 … 1 and says something honest at 0 and at n, where
/// the textbook p ± z·√(p(1−p)/n) claims to know all.
///
/// # Errors
/// `n` is 0, `passed` is more than `n`, or `confidence` is not between 0 and 1.
pub fn wilson(passed: u64, n: u64, confidence: f64) -> Result<Interval> {
    let (part, whole) = check::part_of("passed", passed, "n", n)?;
    wilson_share(part / whole, whole, confidence)
}

/// Wilson's interval for a share that was weighted or clustered, with its effective sample size in the place of n.
///
/// Source: Wilson 1927; for effective sizes Franco, Little, Louis & Slud 2019. `n_effective` is a count of calls, not necessarily whole.
///
/// # Errors
/// `share` is not 0 … 1, `n_effective` is not above 0, or `confidence` is not between 0 and 1.
pub fn wilson_share(share: f64, n_effective: f64, confidence: f64) -> Result<Interval> {
    check::share("share", share)?;
    let n = check::positive("n_effective", n_effective)?;
    let square = normal::z(confidence)?.powi(2);
    // Above and below times n, so that a small n divides nothing.
    let stretch = n + square;
    let middle = n * share + square / 2.0;
    let half = (square * (n * share * (1.0 - share) + square / 4.0)).sqrt();
    // The last digit of a rounded formula must not put the share outside its own interval.
    Ok(Interval {
        low: if share == 0.0 { 0.0 } else { ((middle - half) / stretch).clamp(0.0, share) },
        high: if share == 1.0 { 1.0 } else { ((middle + half) / stretch).clamp(share, 1.0) },
    })
}

/// The highest rate that still goes with none seen in `n` calls (one-sided).
///
/// 1 − (1 − c)^(1/n), exact; the "rule of three" 3/n is its shadow. Source: Hanley & Lippman-Hand 1983. A share 0 … 1.
///
/// # Errors
/// `n` is 0, or `confidence` is not between 0 and 1.
pub fn zero_event_upper(n: u64, confidence: f64) -> Result<f64> {
    let n = check::sample_size("n", n)?;
    check::inner_share("confidence", confidence)?;
    Ok(-((-confidence).ln_1p() / n).exp_m1())
}

/// The interval of the difference of two independent shares, first − second.
///
/// d − √((p₁−l₁)² + (u₂−p₂)²) … d + √((u₁−p₁)² + (p₂−l₂)²) with Wilson's l and u. Source: Newcombe 1998, method 10. A difference of shares, −1 … 1.
///
/// # Errors
/// As [`wilson`], for either share.
pub fn newcombe_difference(first: (u64, u64), second: (u64, u64), confidence: f64) -> Result<Interval> {
    let (x1, n1) = check::part_of("first.passed", first.0, "first.n", first.1)?;
    let (x2, n2) = check::part_of("second.passed", second.0, "second.n", second.1)?;
    let (p1, p2) = (x1 / n1, x2 / n2);
    let (one, two) = (wilson(first.0, first.1, confidence)?, wilson(second.0, second.1, confidence)?);
    let difference = p1 - p2;
    Ok(Interval {
        low: difference - (p1 - one.low).hypot(two.high - p2),
        high: difference + (one.high - p1).hypot(p2 - two.low),
    })
}

/// The large-sample interval of a mean from its standard deviation: mean ± z·sd/√n.
///
/// Source: the central limit theorem (Laplace 1812). Mean and sd in one unit. For a few dozen values or less take [`student_mean`].
///
/// # Errors
/// `mean` is not finite, `sd` is negative, `n` is 0, or `confidence` is not between 0 and 1.
pub fn normal_mean(mean: f64, sd: f64, n: u64, confidence: f64) -> Result<Interval> {
    let half = normal::z(confidence)? * standard_error(mean, sd, n)?;
    Ok(Interval { low: mean - half, high: mean + half })
}

/// The interval of a mean of few values: mean ± t·sd/√n with n − 1 degrees of freedom.
///
/// Source: Student 1908. Mean and sd in one unit.
///
/// # Errors
/// As [`normal_mean`]; also when `n` is 1, because one value does not show how values vary.
pub fn student_mean(mean: f64, sd: f64, n: u64, confidence: f64) -> Result<Interval> {
    let error = standard_error(mean, sd, n)?;
    check::enough_units("values", n, 2)?;
    let half = crate::student::t(confidence, n as f64 - 1.0)? * error;
    Ok(Interval { low: mean - half, high: mean + half })
}

fn standard_error(mean: f64, sd: f64, n: u64) -> Result<f64> {
    check::finite("mean", mean)?;
    check::not_negative("sd", sd)?;
    Ok(sd / check::sample_size("n", n)?.sqrt())
}

/// Where the share among all who were asked must lie, whatever the silent ones think: r·p … r·p + (1 − r).
///
/// Source: Manski 1989. `share` is the share among the answers, `response_rate` the answers among the asked. There is no chance in it, so it needs
/// no confidence; it is wide because not knowing is wide.
///
/// # Errors
/// Either is not a share 0 … 1.
pub fn worst_case(share: f64, response_rate: f64) -> Result<Interval> {
    check::share("share", share)?;
    check::share("response_rate", response_rate)?;
    let low = response_rate * share;
    Ok(Interval { low, high: (low + (1.0 - response_rate)).min(1.0) })
}
