//! Drawing units again and again, to see how a coefficient would vary.

use crate::{Interval, check, error::Result, summary};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

/// A percentile bootstrap. Source: Efron 1979; percentile interval Efron & Tibshirani 1993, ch. 13.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// How many times all units are drawn again; 1 000 and more for an interval to be shown.
    pub resamples: u32,
    /// The same seed and the same units in the same order give the same interval, on every machine.
    pub seed: u64,
    /// Two-sided, such as 0.95.
    pub confidence: f64,
}

impl Bootstrap {
    pub(super) fn check(&self) -> Result<()> {
        check::inner_share("confidence", self.confidence)?;
        check::sample_size("resamples", u64::from(self.resamples)).map(drop)
    }

    pub(super) fn draws(&self) -> Draws {
        // Written out, and not `seed_from_u64`: how that one spreads the seed is not promised to stay.
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.seed.to_le_bytes());
        Draws { generator: ChaCha8Rng::from_seed(seed) }
    }

    /// The middle part of what the resamples gave; `None` when fewer than half of them gave anything.
    pub(super) fn interval(&self, mut found: Vec<f64>) -> Option<Interval> {
        if found.is_empty() || (found.len() as u64) * 2 < u64::from(self.resamples) {
            return None;
        }
        found.sort_by(f64::total_cmp);
        let tail = (1.0 - self.confidence) / 2.0;
        Some(Interval { low: summary::quantile(&found, tail), high: summary::quantile(&found, 1.0 - tail) })
    }
}

pub struct Draws {
    generator: ChaCha8Rng,
}

impl Draws {
    /// As many units as there are, drawn with return.
    pub fn resample<'a>(&mut self, units: &[&'a [usize]], into: &mut Vec<&'a [usize]>) {
        into.clear();
        for _ in 0..units.len() {
            into.push(units[self.below(units.len() as u64) as usize]);
        }
    }

    /// A whole number below `n`, all equally likely (Lemire 2019): the few low products that would favour some are thrown again.
    fn below(&mut self, n: u64) -> u64 {
        let unfair = n.wrapping_neg() % n;
        loop {
            let product = u128::from(self.generator.next_u64()) * u128::from(n);
            if product as u64 >= unfair {
                return (product >> 64) as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_stay_below() {
        let mut draws = Bootstrap { resamples: 1, seed: 7, confidence: 0.9 }.draws();
        let mut seen = [0_u32; 3];
        for _ in 0..30_000 {
            seen[draws.below(3) as usize] += 1;
        }
        // Five standard deviations around 10 000.
        assert!(seen.iter().all(|count| count.abs_diff(10_000) < 410), "{seen:?}");
    }
}
