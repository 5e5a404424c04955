//! Which stratum gives how many of the calls to draw.

use crate::{
    check,
    error::{Result, StatisticsError},
};

/// More than anybody draws; below it no rounding error reaches a whole call.
const MOST_DRAWN: u64 = 1_000_000_000;

/// What one stratum (a representative, a line, a topic) has and must give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls that the stratum has.
    pub available: u64,
    /// Calls that are wanted of it in any case.
    pub least: u64,
    /// Calls that it may give at most; `None` leaves it at `available`.
    pub most: Option<u64>,
}

impl Quota {
    fn cap(&self) -> u64 {
        self.most.unwrap_or(self.available).min(self.available)
    }

    fn floor(&self) -> u64 {
        self.least.min(self.cap())
    }
}

/// How the calls are shared out, and what could not be met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allocation {
    /// Calls to draw from each stratum, in the order given.
    pub drawn: Vec<u64>,
    /// Calls that are missing of each stratum's `least`, because it has too few or `n` does not suffice.
    pub short: Vec<u64>,
    /// Calls of `n` that no stratum could give. `drawn` and this make exactly `n`.
    pub unplaced: u64,
}

/// Shares `n` calls out in proportion to what each stratum has.
///
/// n_h = n·N_h/N between `least` and `most`, made whole by the largest remainder. Sources: Bowley 1926 (proportional allocation); Hamilton 1792
/// (largest remainder). In calls. Equal remainders go to the earlier stratum, so the answer is the same every time.
///
/// # Errors
/// `n` is more than a milliard, a count is above 2^53, or `least` is more than `most`.
pub fn proportional(n: u64, strata: &[Quota]) -> Result<Allocation> {
    let weights: Vec<f64> = strata.iter().map(|quota| quota.available as f64).collect();
    allocate(n, strata, &weights)
}

/// Shares `n` calls out in proportion to N_h·S_h: more calls where they differ more, which gives the smallest variance of the mean.
///
/// Source: Neyman 1934. `deviations` S_h are the strata's standard deviations, for a share √(p(1−p)); their unit does not matter. A stratum with
/// deviation 0 gets only its `least`, until the others have no more to give.
///
/// # Errors
/// As [`proportional`]; also when `deviations` does not match `strata` or one is negative.
pub fn neyman(n: u64, strata: &[Quota], deviations: &[f64]) -> Result<Allocation> {
    check::same_length("deviations", deviations.len(), "strata", strata.len())?;
    let mut largest: f64 = 0.0;
    for (index, deviation) in deviations.iter().enumerate() {
        largest = largest.max(check::not_negative(check::at("deviations", index), *deviation)?);
    }
    // Only their ratios count; so none is so large or so small that a product is lost.
    let unit = if largest > 0.0 { largest } else { 1.0 };
    // A trillionth of the largest is none: it would get no call in any sample that can be drawn.
    let ratio = |deviation: f64| if deviation / unit < 1e-12 { 0.0 } else { deviation / unit };
    let weights: Vec<f64> =
        strata.iter().zip(deviations).map(|(quota, deviation)| quota.available as f64 * ratio(*deviation)).collect();
    allocate(n, strata, &weights)
}

fn allocate(n: u64, strata: &[Quota], weights: &[f64]) -> Result<Allocation> {
    if n > MOST_DRAWN {
        return Err(StatisticsError::refused("n", n, "is more than can be drawn", "give at most 1000000000"));
    }
    for (index, quota) in strata.iter().enumerate() {
        check::count(check::at("strata.available", index), quota.available)?;
        if quota.most.is_some_and(|most| most < quota.least) {
            return Err(StatisticsError::refused(
                check::at("strata.least", index),
                quota.least,
                "is more than the most that the stratum may give",
                "lower least or raise most",
            ));
        }
    }
    let caps: Vec<u64> = strata.iter().map(Quota::cap).collect();
    let floors: Vec<u64> = strata.iter().map(Quota::floor).collect();
    let room: u128 = caps.iter().map(|cap| u128::from(*cap)).sum();
    let wanted: u128 = floors.iter().map(|floor| u128::from(*floor)).sum();
    let placed = u64::try_from(room).unwrap_or(u64::MAX).min(n);
    let drawn = if wanted >= u128::from(placed) {
        // Not even the least can be given to all: each gets its part of it.
        let parts: Vec<f64> = floors.iter().map(|floor| *floor as f64).collect();
        shared(placed, &vec![0; floors.len()], &floors, &parts)
    } else {
        beyond_floors(placed, &floors, &caps, weights, strata)
    };
    let short = strata.iter().zip(&drawn).map(|(quota, drawn)| quota.least.saturating_sub(*drawn)).collect();
    Ok(Allocation { drawn, short, unplaced: n - placed })
}

/// Strata without weight come last: what they are asked for beyond their floor is only what the others no longer have.
fn beyond_floors(placed: u64, floors: &[u64], caps: &[u64], weights: &[f64], strata: &[Quota]) -> Vec<u64> {
    let weighty: Vec<u64> =
        (0..caps.len()).map(|stratum| if weights[stratum] > 0.0 { caps[stratum] } else { floors[stratum] }).collect();
    let room: u128 = weighty.iter().map(|cap| u128::from(*cap)).sum();
    if room >= u128::from(placed) {
        return shared(placed, floors, &weighty, weights);
    }
    let sizes: Vec<f64> = strata.iter().map(|quota| quota.available as f64).collect();
    shared(placed, &weighty, caps, &sizes)
}

/// Whole numbers between `low` and `high` that make `n` together and follow `weights`; `n` lies between the sums of both.
fn shared(n: u64, low: &[u64], high: &[u64], weights: &[f64]) -> Vec<u64> {
    let level = level(n as f64, low, high, weights);
    let exact: Vec<f64> = (0..low.len())
        .map(|stratum| (level * weights[stratum]).clamp(low[stratum] as f64, high[stratum] as f64))
        .collect();
    let mut drawn: Vec<u64> = exact.iter().map(|calls| calls.floor() as u64).collect();
    let mut left = n.saturating_sub(drawn.iter().sum());
    // Remainders that differ by less are equal but for rounding; then the order decides.
    let remainder = |stratum: &usize| ((exact[*stratum] - exact[*stratum].floor()) * 1e6).round() as i64;
    let mut order: Vec<usize> = (0..low.len()).collect();
    order.sort_by_key(|stratum| -remainder(stratum));
    while left > 0 {
        let before = left;
        for stratum in &order {
            if left > 0 && drawn[*stratum] < high[*stratum] {
                drawn[*stratum] += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    drawn
}

/// The λ at which Σ clamp(λ·w, low, high) = n. The sum only rises with λ and bends where a stratum leaves its floor or meets its cap, so the
/// bends are searched first and the straight piece between two of them is solved exactly.
fn level(n: f64, low: &[u64], high: &[u64], weights: &[f64]) -> f64 {
    let at = |level: f64| -> f64 {
        (0..low.len()).map(|stratum| (level * weights[stratum]).clamp(low[stratum] as f64, high[stratum] as f64)).sum()
    };
    let mut bends: Vec<f64> = (0..low.len())
        .filter(|stratum| weights[*stratum] > 0.0)
        .flat_map(|stratum| [low[stratum] as f64 / weights[stratum], high[stratum] as f64 / weights[stratum]])
        .collect();
    bends.sort_by(f64::total_cmp);
    let next = bends.partition_point(|bend| at(*bend) < n);
    let Some(end) = bends.get(next) else {
        return bends.last().copied().unwrap_or(0.0);
    };
    let begin = if next == 0 { 0.0 } else { bends[next - 1] };
    let (from, to) = (at(begin), at(*end));
    if to > from { begin + (end - begin) * ((n - from) / (to - from)).clamp(0.0, 1.0) } else { *end }
}
