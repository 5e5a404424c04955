//! Erlang A: callers give up after a while, as they do.

use super::{Load, erlang_c::inverse_b, people, within_reach};
use crate::{check, error::Result};

/// What Erlang A promises. Shares are of all offered calls unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangA {
    /// Offered work.
    pub erlangs: f64,
    /// Calls that do not find a free person at once.
    pub waiting: f64,
    /// Calls answered at all.
    pub answered: f64,
    /// Calls answered within the given seconds.
    pub answered_within: f64,
    /// Calls that gave up.
    pub lost: f64,
    /// Calls lost after they had waited longer than the given seconds.
    pub lost_after: f64,
    /// Mean wait of the answered calls, seconds.
    pub mean_wait_answered_s: f64,
    /// Mean wait of all calls, seconds; it is patience·lost.
    pub mean_wait_s: f64,
    /// Share of the time that people are busy.
    pub occupancy: f64,
}

/// M/M/n+M: Poisson calls, exponential handling and exponential patience.
///
/// θ = 1/patience, H(x) = (1−e^(−θx))/θ, g(x) = e^(λH(x)−nμx), J = ∫g over 0 … ∞, ε = Σ_(j<n) (a^j/j!)/(a^(n−1)/(n−1)!) = 1/B(a, n−1), D = ε + λJ:
/// answered within T = (ε + λ∫₀^T e^(−θx)g)/D; lost = λ/D·∫(1−e^(−θx))g; lost after τ = λ/D·∫_τ^∞ (e^(−θτ)−e^(−θx))g.
/// Sources: Palm 1957; Garnett, Mandelbaum & Reiman 2002; Mandelbaum & Zeltyn 2007. `patience_s`, `within_s` T and `after_s` τ in seconds.
/// Holds also where there are fewer people than work. Integrals by Gauss–Legendre; shares are good to 1e-9 and better.
///
/// # Errors
/// A number of the load or `patience_s` is not above 0 or lies outside of 1e-9 … 1e9, `within_s` or `after_s` is negative, or there are no people or more than 100 000.
pub fn erlang_a(load: &Load, staff: u32, patience_s: f64, within_s: f64, after_s: f64) -> Result<ErlangA> {
    let erlangs = load.erlangs()?;
    let n = people("staff", staff)?;
    within_reach("patience_s", patience_s)?;
    check::not_negative("within_s", within_s)?;
    check::not_negative("after_s", after_s)?;
    let queue =
        Queue { arrivals: load.calls / load.interval_s, leaving: n / load.handling_s, impatience: 1.0 / patience_s };
    let (peak, sums) = queue.integrate(within_s, after_s);
    // Everything is a mean over g times the share that waits, so that neither ε nor g itself need be in reach of f64.
    let at_once = inverse_b(erlangs, staff - 1) * (-peak).exp() / (queue.arrivals * sums.whole);
    let waiting = 1.0 / (1.0 + at_once);
    let mean = |sum: f64| waiting * sum / sums.whole;
    let lost = mean(sums.lost);
    let answered = 1.0 - waiting + mean(sums.served);
    Ok(ErlangA {
        erlangs,
        waiting,
        answered,
        answered_within: (1.0 - waiting + mean(sums.within)).min(1.0),
        lost,
        lost_after: mean(sums.lost_after),
        mean_wait_answered_s: mean(sums.wait) / answered,
        mean_wait_s: lost * patience_s,
        occupancy: erlangs * answered / n,
    })
}

/// Mean patience from what was seen: the waiting of *all* calls, answered and lost, over the number of the lost. Seconds.
///
/// Source: Palm 1957 (the maximum-likelihood estimate for exponential patience, answered calls censored).
///
/// # Errors
/// `total_wait_s` is not above 0, or nobody was lost: then patience was not seen to end.
pub fn patience(total_wait_s: f64, lost: u64) -> Result<f64> {
    check::positive("total_wait_s", total_wait_s)?;
    check::enough_units("lost calls", lost, 1)?;
    Ok(total_wait_s / check::count("lost", lost)?)
}

/// Rates, a second.
struct Queue {
    arrivals: f64,
    leaving: f64,
    impatience: f64,
}

/// Integrals of g, all divided by its top.
#[derive(Default)]
struct Sums {
    whole: f64,
    served: f64,
    within: f64,
    lost: f64,
    lost_after: f64,
    wait: f64,
}

impl Queue {
    /// ln g(x).
    fn exponent(&self, x: f64) -> f64 {
        self.arrivals * self.waited(x) - self.leaving * x
    }

    /// H(x).
    fn waited(&self, x: f64) -> f64 {
        -(-self.impatience * x).exp_m1() / self.impatience
    }

    fn integrate(&self, within_s: f64, after_s: f64) -> (f64, Sums) {
        // g has one hill, at 0 where there are people enough; what lies e^-45 below its top adds nothing.
        const NOTHING: f64 = 45.0;
        let top = ((self.arrivals / self.leaving).ln() / self.impatience).max(0.0);
        let hill = Hill { queue: self, top, pull: self.arrivals * (-self.impatience * top).exp() };
        let seen = |x: f64| hill.exponent(x) > -NOTHING;
        let begin = if seen(0.0) { 0.0 } else { border(top, 0.0, seen) };
        let mut far = 1.0 / self.leaving;
        while seen(top + far) {
            far *= 2.0;
        }
        let end = border(top, top + far, seen);
        // Where a whole is cut at T or τ the sum starts anew, because the rule wants no corner inside.
        let mut cuts = vec![begin, top, end];
        // And where all who waited so long have long given up, e^(−θx) is over: short patience must not fall between two nodes.
        let over = NOTHING / self.impatience;
        let more = [within_s, after_s, begin + over, after_s + over];
        cuts.extend(more.into_iter().filter(|cut| begin < *cut && *cut < end));
        cuts.sort_by(f64::total_cmp);
        let mut sums = Sums::default();
        for piece in cuts.windows(2) {
            hill.add(piece[0], piece[1], within_s, after_s, &mut sums);
        }
        (self.exponent(top), sums)
    }
}

/// g seen from its top: with long patience and few people ln g itself is so large that its differences would have no digits left.
struct Hill<'a> {
    queue: &'a Queue,
    top: f64,
    /// λe^(−θ·top).
    pull: f64,
}

impl Hill<'_> {
    /// ln g(x) − ln g(top).
    fn exponent(&self, x: f64) -> f64 {
        let off = x - self.top;
        self.pull * self.queue.waited(off) - self.queue.leaving * off
    }

    fn add(&self, from: f64, to: f64, within_s: f64, after_s: f64, sums: &mut Sums) {
        const PANELS: u32 = 100;
        let half = (to - from) / f64::from(2 * PANELS);
        if half <= 0.0 {
            return;
        }
        let (impatience, middle) = (self.queue.impatience, from + (to - from) / 2.0);
        let nodes = gauss_legendre();
        for panel in 0..PANELS {
            let centre = from + half * f64::from(2 * panel + 1);
            for (node, share) in nodes {
                let x = centre + half * node;
                let weight = self.exponent(x).exp() * half * share;
                let still = (-impatience * x).exp();
                sums.whole += weight;
                sums.served += weight * still;
                sums.lost += weight * -(-impatience * x).exp_m1();
                sums.wait += weight * still * x;
                if middle < within_s {
                    sums.within += weight * still;
                }
                if middle > after_s {
                    // e^(−θτ) − e^(−θx), without the loss of digits when patience is long.
                    sums.lost_after += weight * (-impatience * after_s).exp() * -(-impatience * (x - after_s)).exp_m1();
                }
            }
        }
    }
}

/// Nodes and weights on −1 … 1 (Gauss 1814, five points): exact for powers up to nine.
fn gauss_legendre() -> [(f64, f64); 5] {
    let root = 2.0 * (10.0_f64 / 7.0).sqrt();
    let (near, far) = ((5.0 - root).sqrt() / 3.0, (5.0 + root).sqrt() / 3.0);
    let part = 13.0 * 70.0_f64.sqrt();
    let (heavy, light) = ((322.0 + part) / 900.0, (322.0 - part) / 900.0);
    [(0.0, 128.0 / 225.0), (near, heavy), (-near, heavy), (far, light), (-far, light)]
}

/// Where `seen` ends between `inside` and `outside`.
fn border(inside: f64, outside: f64, seen: impl Fn(f64) -> bool) -> f64 {
    let (mut inside, mut outside) = (inside, outside);
    for _ in 0..60 {
        let middle = inside + (outside - inside) / 2.0;
        if seen(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    outside
}
