//! How a number of things falls on hosts, on days and into groups, so that it is known for each without storing any.

/// `picks` things over `hosts`, evenly: none is given two while another has none.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    picks: u64,
    hosts: u64,
    phase: u64,
}

impl Spread {
    pub fn new(picks: u64, hosts: u64, key: u64) -> Self {
        Self { picks, hosts, phase: if hosts == 0 { 0 } else { key % hosts } }
    }

    /// How many have fallen on the hosts before this one.
    pub fn before(&self, host: u64) -> u64 {
        match (self.picks, self.hosts) {
            (0, _) | (_, 0) => 0,
            (picks, hosts) => {
                // Words suffice for a year of any size that is asked for; the rest is for strangers.
                if let Some(product) = host.checked_mul(picks) {
                    return (product + self.phase) / hosts;
                }
                u64::try_from((u128::from(host) * u128::from(picks) + u128::from(self.phase)) / u128::from(hosts))
                    .unwrap_or(u64::MAX)
            }
        }
    }

    /// The host that a pick falls on.
    pub fn host_of(&self, pick: u64) -> u64 {
        let least = (u128::from(pick) + 1) * u128::from(self.hosts) - u128::from(self.phase);
        u64::try_from(least.div_ceil(u128::from(self.picks.max(1)))).unwrap_or(u64::MAX).saturating_sub(1)
    }

    /// Those of one host.
    pub fn at(&self, host: u64) -> std::ops::Range<u64> {
        self.before(host)..self.before(host + 1)
    }
}

/// A number of things over the year's days by weight, exactly so many in all.
#[derive(Debug, Clone)]
pub struct ByDay {
    whole: u64,
    weights: Vec<u64>,
    phase: u64,
}

impl ByDay {
    /// Weights that are all 0 hold nothing.
    pub fn new(whole: u64, weights: impl Iterator<Item = u64>, key: u64) -> Self {
        let mut sum = 0;
        let mut before = vec![0];
        before.extend(weights.map(|weight| {
            sum += weight;
            sum
        }));
        Self { whole, weights: before, phase: if sum == 0 { 0 } else { key % sum } }
    }

    pub fn before(&self, day: usize) -> u64 {
        let sum = u128::from(self.weights[self.weights.len() - 1]);
        if sum == 0 {
            return 0;
        }
        // A day without weight is passed over: the phase may not fall on it.
        let fallen = u128::from(self.whole) * u128::from(self.weights[day]) + u128::from(self.phase);
        u64::try_from(fallen / sum).unwrap_or(u64::MAX)
    }

    pub fn on(&self, day: usize) -> std::ops::Range<u64> {
        self.before(day)..self.before(day + 1)
    }

    /// The day on which the n-th falls.
    pub fn day_of(&self, n: u64) -> usize {
        let (mut low, mut high) = (0, self.weights.len() - 1);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if self.before(middle) <= n { low = middle } else { high = middle }
        }
        low
    }
}

/// Calls of people, of whom some call more than once: 1, 1, 1, 2, 1, 1, 1, 1, 3 … of one person each.
#[derive(Debug, Clone, Copy)]
pub struct Groups {
    calls: u64,
}

const SIZES: [u64; 12] = [1, 1, 1, 2, 1, 1, 1, 1, 3, 1, 1, 1];
const CYCLE: u64 = 15;

impl Groups {
    pub fn new(calls: u64) -> Self {
        Self { calls }
    }

    fn before(self, group: u64) -> u64 {
        let places = SIZES.len() as u64;
        let inside: u64 = SIZES.iter().zip(0..group % places).map(|(size, _)| size).sum();
        (group / places * CYCLE + inside).min(self.calls)
    }

    pub fn count(self) -> u64 {
        let places = SIZES.len() as u64;
        let mut groups = self.calls / CYCLE * places;
        while self.before(groups) < self.calls {
            groups += 1;
        }
        groups
    }

    pub fn size(self, group: u64) -> u64 {
        self.before(group + 1) - self.before(group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn everything_falls_once(picks in 0u64..5_000, hosts in 1u64..5_000, key: u64) {
            let spread = Spread::new(picks, hosts, key);
            prop_assert_eq!((spread.before(0), spread.before(hosts)), (0, picks));
            let most = (0..hosts).map(|host| spread.at(host).count()).max().unwrap_or(0) as u64;
            prop_assert!(most <= picks.div_ceil(hosts));
            prop_assert!((0..picks).all(|pick| spread.at(spread.host_of(pick)).contains(&pick)));
        }

        #[test]
        fn days_share_exactly_the_whole(whole in 0u64..100_000, weights in prop::collection::vec(0u64..9, 1..40), key: u64) {
            prop_assume!(weights.iter().sum::<u64>() > 0);
            let by_day = ByDay::new(whole, weights.iter().copied(), key);
            prop_assert_eq!((by_day.before(0), by_day.before(weights.len())), (0, whole));
            for (day, weight) in weights.iter().enumerate() {
                let on = by_day.on(day);
                prop_assert!(*weight > 0 || on.is_empty());
                for n in [on.start, on.end.saturating_sub(1)] {
                    prop_assert!(!on.contains(&n) || by_day.day_of(n) == day);
                }
            }
        }

        #[test]
        fn groups_hold_all_calls_and_none_is_empty(calls in 0u64..2_000) {
            let groups = Groups::new(calls);
            let sizes: Vec<u64> = (0..groups.count()).map(|group| groups.size(group)).collect();
            prop_assert_eq!(sizes.iter().sum::<u64>(), calls);
            prop_assert!(sizes.iter().all(|size| *size > 0));
        }
    }
}
