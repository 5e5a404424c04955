//! Numbers that depend on nothing but what they are asked for: hashes, and permutations of 0 … n − 1.

/// Three words into one that looks random.
pub fn mix(seed: u64, a: u64, b: u64) -> u64 {
    let mut z = seed ^ a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.wrapping_mul(0xd6e8_feb8_6659_fd93);
    for _ in 0..2 {
        z = (z ^ (z >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    }
    z ^ (z >> 32)
}

/// 0 ≤ x < 1.
pub fn unit(seed: u64, number: u64) -> f64 {
    (mix(seed, number, 0x5eed) >> 11) as f64 / (1u64 << 53) as f64
}

/// A keyed order of 0 … n − 1: a Feistel network over the next power of four, walked until it lands inside.
#[derive(Debug, Clone, Copy)]
pub struct Permutation {
    n: u64,
    half: u32,
    key: u64,
}

impl Permutation {
    pub fn new(n: u64, key: u64) -> Self {
        let bits = 64 - n.saturating_sub(1).leading_zeros();
        Self { n, half: bits.div_ceil(2).max(1), key }
    }

    /// `place` must be below `n`.
    pub fn at(&self, place: u64) -> u64 {
        let mask = (1u64 << self.half) - 1;
        let mut x = place;
        loop {
            let (mut left, mut right) = (x >> self.half, x & mask);
            for round in 0..4u64 {
                let mixed = (right ^ self.key.rotate_left(16 * round as u32))
                    .wrapping_add(round)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15);
                (left, right) =
                    (right, left ^ ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) & mask);
            }
            x = (left << self.half) | right;
            if x < self.n {
                return x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_permutation_meets_every_place_once(n in 1u64..3_000, key: u64) {
            let permutation = Permutation::new(n, key);
            let mut met = vec![false; usize::try_from(n).unwrap_or(0)];
            for place in 0..n {
                let there = usize::try_from(permutation.at(place)).unwrap_or(usize::MAX);
                prop_assert!(!std::mem::replace(&mut met[there], true));
            }
        }
    }

    #[test]
    fn neighbours_are_scattered() {
        let permutation = Permutation::new(10_000, 7);
        let near = (0..9_999).filter(|i| permutation.at(*i).abs_diff(permutation.at(i + 1)) < 100).count();
        assert!((120..300).contains(&near), "{near} of 9999 neighbours stay within 1 %");
    }
}
