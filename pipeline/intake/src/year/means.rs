//! Waits and handle times: each call has a rank among its like, a curve gives the rank its time, and the curve's scale is
//! chosen so that the mean over all ranks is the one that was published.

use super::{marginals::Marginals, spread::Groups};
use meyar_schemas::Invalid;

/// In time means up to and including 30 s; nobody stands on the edge, and nobody answers in no time at all.
const IN_TIME_MS: (f64, f64) = (400.0, 29_950.0);
const LATE_MS: f64 = 30_500.0;
/// Longer waits would not fit between the last calls of a day and its end.
const LONGEST_WAIT_MS: f64 = 45.0 * 60_000.0;
const LONGEST_HANDLE_MS: f64 = 150.0 * 60_000.0;
const SHORTEST_HANDLE_MS: f64 = 15_000.0;
const SHORT_LOST_MS: (f64, f64) = (1_000.0, 9_900.0);
const LONG_LOST_MS: f64 = 10_500.0;
/// Where the curves without an end are cut.
const CUT: f64 = 0.9999;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curves {
    /// In-time waits go with this power of the rank.
    in_time_power: f64,
    late_scale_ms: f64,
    handle_scale_ms: f64,
}

/// An exponential one, cut; its mean is about 1.
fn tail(u: f64) -> f64 {
    -(1.0 - CUT * u).ln()
}

fn in_time_ms(u: f64, power: f64) -> f64 {
    IN_TIME_MS.0 + (IN_TIME_MS.1 - IN_TIME_MS.0) * u.powf(power)
}

/// The shape of talks: many short ones, few very long.
fn talk(u: f64) -> f64 {
    tail(u).powf(1.15)
}

fn count(of: &[u64; 4]) -> f64 {
    of.iter().sum::<u64>() as f64
}

/// The sum of a curve over the ranks of each line.
fn over(of: &[u64; 4], curve: &dyn Fn(f64) -> f64) -> f64 {
    of.iter().filter(|n| **n > 0).map(|n| *n as f64 * mean(*n, curve)).sum()
}

/// The scale at which the longest late wait is the longest that fits.
fn longest_scale_ms() -> f64 {
    (LONGEST_WAIT_MS - LATE_MS) / tail(1.0)
}

/// The middle of a rank's share of 0 … 1.
pub fn place(rank: u64, of: u64) -> f64 {
    (rank as f64 + 0.5) / of as f64
}

/// The mean of a curve over `n` ranks; of many ranks as many as tell it to a thousandth of a second.
fn mean(n: u64, curve: impl Fn(f64) -> f64) -> f64 {
    let ranks = n.clamp(1, 4_096);
    (0..ranks).map(|rank| curve(place(rank, ranks))).sum::<f64>() / ranks as f64
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn ms(value: f64) -> u32 {
    value as u32
}

impl Curves {
    const USUAL: Self = Self { in_time_power: 2.5, late_scale_ms: 100_000.0, handle_scale_ms: 200_000.0 };

    /// The least and the most mean wait, in whole seconds, of so many answered calls in time and late, by line.
    pub fn waits(in_time: &[u64; 4], late: &[u64; 4]) -> (f64, f64) {
        let (prompt, waited, tails) = (count(in_time), count(late), over(late, &tail));
        let answered = (prompt + waited).max(1.0);
        let lowest = ((LATE_MS * waited + 1_000.0 * tails) + 800.0 * prompt) / answered / 1_000.0;
        let highest = (LATE_MS * waited + longest_scale_ms() * tails + 29_000.0 * prompt) / answered / 1_000.0;
        (lowest.ceil(), highest.floor())
    }

    /// Curves whose mean wait is the published one.
    pub fn wait(m: &Marginals, in_time: &[u64; 4], late: &[u64; 4]) -> Result<Self, Invalid> {
        let (prompt, waited) = (count(in_time), count(late));
        let answered = prompt + waited;
        let mut curves = Self::USUAL;
        let Some(seconds) = m.avg_wait_answered_s.filter(|_| answered > 0.0) else { return Ok(curves) };
        let needed = seconds as f64 * 1_000.0 * answered;
        let tails = over(late, &tail);
        let longest = longest_scale_ms();
        let least = LATE_MS * waited + 1_000.0 * tails;
        // The late ones make the mean, as long as they can.
        let usual = over(in_time, &|u| in_time_ms(u, curves.in_time_power));
        let late_needed = (needed - usual).clamp(least, LATE_MS * waited + longest * tails);
        if waited > 0.0 {
            curves.late_scale_ms = (late_needed - LATE_MS * waited) / tails;
        }
        let in_time_needed = needed - if waited > 0.0 { late_needed } else { 0.0 };
        let fitted = power(prompt, in_time_needed, |power| over(in_time, &|u| in_time_ms(u, power)));
        curves.in_time_power = fitted.ok_or_else(|| {
            let (lowest, highest) = Self::waits(in_time, late);
            let told = m.kpis.accept_30s.lines.iter().flatten().chain(&m.kpis.accept_30s.total).next();
            let also = told.map_or("", |_| " or kpis.accept_30s");
            Invalid::new(
                "call_notes.avg_wait_answered_s",
                seconds.to_string(),
                format!("cannot be the mean wait when {prompt} of {answered} calls were answered within 30 s"),
                format!("it can be {lowest:.0} to {highest:.0}; mend it{also}"),
            )
        })?;
        Ok(curves)
    }

    /// Curves over so many answered calls in time and late, by line.
    pub fn new(m: &Marginals, in_time: &[u64; 4], late: &[u64; 4]) -> Result<Self, Invalid> {
        let mut curves = Self::wait(m, in_time, late)?;
        let answered = count(in_time) + count(late);
        if answered == 0.0 {
            return Ok(curves);
        }
        if let Some(seconds) = m.avg_handling_s {
            let all = [0, 1, 2, 3].map(|line| in_time[line] + late[line]);
            let scale = (seconds as f64 * 1_000.0 - SHORTEST_HANDLE_MS) * answered / over(&all, &talk);
            let most = (LONGEST_HANDLE_MS - SHORTEST_HANDLE_MS) / talk(1.0);
            if !(5_000.0..=most).contains(&scale) {
                let highest = ((most + SHORTEST_HANDLE_MS) / 1_000.0).floor();
                return Err(Invalid::new(
                    "call_notes.avg_handling_s",
                    seconds.to_string(),
                    "is not a mean handle time that calls can have",
                    format!("it can be 20 to {highest:.0}; write whole seconds"),
                ));
            }
            curves.handle_scale_ms = scale;
        }
        Ok(curves)
    }

    pub fn in_time_ms(&self, rank: u64, of: u64) -> u32 {
        ms(in_time_ms(place(rank, of), self.in_time_power))
    }

    pub fn late_ms(&self, rank: u64, of: u64) -> u32 {
        ms(LATE_MS + self.late_scale_ms * tail(place(rank, of)))
    }

    pub fn handle_ms(&self, rank: u64, of: u64) -> u32 {
        ms(SHORTEST_HANDLE_MS + self.handle_scale_ms * talk(place(rank, of)))
    }
}

/// The power of the in-time curve whose sum is the one that is needed.
fn power(calls: f64, needed: f64, sum: impl Fn(f64) -> f64) -> Option<f64> {
    let tolerance = 50.0;
    if calls == 0.0 {
        return (needed.abs() <= tolerance).then_some(2.5);
    }
    let (mut low, mut high) = (0.03, 90.0);
    if needed > sum(low) + tolerance || needed < sum(high) - tolerance {
        return None;
    }
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if sum(middle) > needed { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

/// Waits of short lost calls have a mean of about 4 s; none is exactly 10 s.
pub fn short_lost_ms(u: f64) -> u32 {
    ms(SHORT_LOST_MS.0 + (SHORT_LOST_MS.1 - SHORT_LOST_MS.0) * u * u)
}

/// Never as long as the ten minutes and more that calls before a redial have room for.
pub fn long_lost_ms(u: f64) -> u32 {
    ms(LONG_LOST_MS + 85_000.0 * tail(u))
}

/// Callbacks that can be made to lost calls: one a person.
pub fn callbacks(calls: u64) -> u64 {
    Groups::new(calls).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_means_over_all_ranks_are_the_published_ones() {
        let mut m = Marginals::of(2024).unwrap();
        for (wait, handle, in_time, late) in [
            (66, 220, [191_651, 25_628, 65_463, 14_969], [195_220, 249, 19_367, 876]),
            (12, 180, [900, 7, 0, 55], [0, 0, 0, 0]),
            (40, 300, [90, 7, 0, 5], [30, 0, 2, 1]),
        ] {
            (m.avg_wait_answered_s, m.avg_handling_s) = (Some(wait), Some(handle));
            let curves = Curves::new(&m, &in_time, &late).unwrap();
            let (mut waits, mut handles, mut calls) = (0.0, 0.0, 0.0);
            for line in 0..4 {
                let (prompt, late) = (in_time[line], late[line]);
                for rank in 0..prompt {
                    assert!(curves.in_time_ms(rank, prompt) <= 30_000);
                    waits += f64::from(curves.in_time_ms(rank, prompt));
                }
                for rank in 0..late {
                    assert!((30_500..=2_700_000).contains(&curves.late_ms(rank, late)));
                    waits += f64::from(curves.late_ms(rank, late));
                }
                handles += (0..prompt + late).map(|rank| f64::from(curves.handle_ms(rank, prompt + late))).sum::<f64>();
                calls += (prompt + late) as f64;
            }
            assert!((waits / calls / 1_000.0 - wait as f64).abs() < 0.05, "{}", waits / calls);
            assert!((handles / calls / 1_000.0 - handle as f64).abs() < 0.05, "{}", handles / calls);
        }
    }

    #[test]
    fn a_mean_wait_that_no_waits_have_is_refused_with_the_range_that_can_be() {
        let m = Marginals { avg_wait_answered_s: Some(5), ..Marginals::of(2024).unwrap() };
        let refused = Curves::new(&m, &[10, 0, 0, 0], &[10, 0, 0, 0]).unwrap_err();
        assert_eq!(refused.field, "call_notes.avg_wait_answered_s");
        assert!(refused.remedy.contains("it can be 17 to"), "{refused}");
    }

    #[test]
    fn short_lost_calls_wait_four_seconds_in_the_mean_and_never_ten() {
        let waits: Vec<u32> = (0..3_201).map(|rank| short_lost_ms(place(rank, 3_201))).collect();
        assert!(waits.iter().all(|wait| (1_000..=9_900).contains(wait)));
        let mean = waits.iter().map(|wait| f64::from(*wait)).sum::<f64>() / 3_201.0;
        assert!((3_700.0..4_300.0).contains(&mean), "{mean}");
        assert!((10_500..850_000).contains(&long_lost_ms(0.999_999)));
    }
}
