//! Refused logins: how long an account and an address wait before the next try is looked at. Nothing here asks a clock.
//!
//! The site counts tries in its store (`dashboards/work/src/session.rs`); this port has none, so it counts in memory, by the same numbers. What is
//! refused while one waits is not counted, so that a wait comes to its end; what was let in takes nothing back, so that who guesses does not begin
//! anew whenever the account's own program logs in. An account where it once was let in from has a count of its own: nobody can keep a dashboard
//! out by guessing at its account from elsewhere, nor by guessing at others from the address that it shares, and who guesses at it from there
//! has no more tries than anybody.

use std::{
    collections::{HashMap, HashSet},
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

/// So many refusals cost nothing.
const FREE_OF_ACCOUNT: u32 = 8;
/// An office, or a pool of containers, may share one.
const FREE_OF_ADDRESS: u32 = 40;
/// Each one more doubles the wait, which begins with this.
const SHORTEST: Duration = Duration::from_secs(1);
/// Who forgot theirs waits no longer. So long without another refusal takes one refusal back, and not all: however the tries are spread, an account
/// is looked at twelve times an hour, and beside that seventeen times at most (the free ones, and one for each pause that is shorter); as often
/// again from each address that it was let in from. That comes to no password of twelve characters.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// Memory is not a stranger's to fill.
const KEPT: usize = 10_000;
const LONGEST_NAME: usize = 63;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum About {
    Account(String),
    Address(IpAddr),
    /// An account where it once was let in from.
    Pair(String, IpAddr),
}

impl About {
    const fn free(&self) -> u32 {
        match self {
            Self::Account(_) | Self::Pair(..) => FREE_OF_ACCOUNT,
            Self::Address(_) => FREE_OF_ADDRESS,
        }
    }
}

#[derive(Debug)]
struct Count {
    refused: u32,
    last: Instant,
    /// Somebody was told of the wait that runs.
    told: bool,
}

impl Count {
    /// What time has left of the refusals.
    fn left(&self, now: Instant) -> u32 {
        let faded = now.saturating_duration_since(self.last).as_secs() / LONGEST.as_secs();
        self.refused.saturating_sub(u32::try_from(faded).unwrap_or(u32::MAX))
    }
}

/// Whoever has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub wait: Duration,
    /// The first one during this wait: it stands in the log, those after it would only fill it.
    pub first: bool,
}

#[derive(Debug, Default)]
pub struct Tries {
    counts: HashMap<About, Count>,
    let_in: HashSet<(String, IpAddr)>,
}

/// How long one waits after so many refusals.
fn pause(refused: u32, free: u32) -> Duration {
    match refused.checked_sub(free) {
        None => Duration::ZERO,
        Some(beyond) => SHORTEST.saturating_mul(1u32.checked_shl(beyond).unwrap_or(u32::MAX)).min(LONGEST),
    }
}

/// Who has one address of IPv6 has all of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}

impl Tries {
    fn about(&self, account: &str, address: IpAddr) -> Vec<About> {
        let pair = (account.to_owned(), network(address));
        if self.let_in.contains(&pair) {
            return vec![About::Pair(pair.0, pair.1)];
        }
        let (account, address) = pair;
        // No account has a longer name.
        let account = (account.len() <= LONGEST_NAME).then_some(About::Account(account));
        account.into_iter().chain([About::Address(address)]).collect()
    }

    /// Whether a try at this moment has to wait.
    pub fn held(&mut self, account: &str, address: IpAddr, now: Instant) -> Option<Held> {
        let mut held: Option<Held> = None;
        for about in self.about(account, address) {
            let Some(count) = self.counts.get_mut(&about) else { continue };
            let since = now.saturating_duration_since(count.last);
            let wait = pause(count.refused, about.free()).saturating_sub(since);
            if !wait.is_zero() {
                let first = !std::mem::replace(&mut count.told, true);
                held = Some(
                    held.map_or(Held { wait, first }, |h| Held { wait: h.wait.max(wait), first: h.first || first }),
                );
            }
        }
        held
    }

    pub fn refused(&mut self, account: &str, address: IpAddr, now: Instant) {
        for about in self.about(account, address) {
            if self.counts.len() >= KEPT && !self.counts.contains_key(&about) {
                self.make_room(now);
            }
            let count = self.counts.entry(about).or_insert(Count { refused: 0, last: now, told: false });
            *count = Count { refused: count.left(now).saturating_add(1), last: now, told: false };
        }
    }

    pub fn let_in(&mut self, account: &str, address: IpAddr) {
        if self.let_in.len() < KEPT {
            self.let_in.insert((account.to_owned(), network(address)));
        }
    }

    fn make_room(&mut self, now: Instant) {
        self.counts.retain(|_, count| count.left(now) > 0);
        if self.counts.len() >= KEPT
            && let Some(oldest) = self.counts.iter().min_by_key(|(_, count)| count.last).map(|(about, _)| about.clone())
        {
            self.counts.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn address(n: u8) -> IpAddr {
        IpAddr::from([10, 0, 0, n])
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn the_pause_begins_after_the_free_tries_and_grows_to_its_limit() {
        let pauses: Vec<_> = (0..20).map(|n| pause(n, 8).as_secs()).collect();
        assert_eq!(pauses[..12], [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(pauses[16..], [256, 300, 300, 300]);
        assert_eq!(pause(u32::MAX, 8), LONGEST);
    }

    #[test]
    fn an_account_waits_wherever_it_is_tried_from_and_no_other_account_does() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for n in 0..8 {
            assert_eq!(tries.held("nigar", address(n), now), None, "{n}");
            tries.refused("nigar", address(n), now);
        }
        assert_eq!(tries.held("nigar", address(99), now), Some(Held { wait: seconds(1), first: true }));
        assert_eq!(tries.held("nigar", address(99), now), Some(Held { wait: seconds(1), first: false }));
        assert_eq!(tries.held("rashad", address(99), now), None);
        // The wait is over, and the next one is twice as long.
        let now = now + seconds(1);
        assert_eq!(tries.held("nigar", HOME, now), None);
        tries.refused("nigar", HOME, now);
        assert_eq!(tries.held("nigar", HOME, now), Some(Held { wait: seconds(2), first: true }));
    }

    #[test]
    fn refusals_fade_one_by_one_and_in_the_end_they_are_forgotten() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for _ in 0..10 {
            tries.refused("nigar", HOME, now);
        }
        assert_eq!(tries.held("nigar", HOME, now).map(|held| held.wait), Some(seconds(4)));
        // Three are gone after a quarter of an hour, so that only the next one makes eight.
        let now = now + LONGEST * 3;
        assert_eq!(tries.held("nigar", HOME, now), None);
        tries.refused("nigar", HOME, now);
        assert_eq!(tries.held("nigar", HOME, now).map(|held| held.wait), Some(seconds(1)));
        // All are gone.
        let now = now + LONGEST * 8;
        for n in 0..7 {
            tries.refused("nigar", HOME, now);
            assert_eq!(tries.held("nigar", HOME, now), None, "{n}");
        }
        tries.make_room(now + LONGEST * 7 - seconds(1));
        assert!(!tries.counts.is_empty());
        tries.make_room(now + LONGEST * 15);
        assert!(tries.counts.is_empty(), "{:?}", tries.counts);
    }

    #[test]
    fn an_address_waits_whatever_accounts_it_tries() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for n in 0..40 {
            assert_eq!(tries.held(&format!("a{n}"), HOME, now), None, "{n}");
            tries.refused(&format!("a{n}"), HOME, now);
        }
        assert!(tries.held("nigar", HOME, now).is_some());
        assert_eq!(tries.held("nigar", address(1), now), None);
        // One network of IPv6 is one address.
        let [a, b]: [IpAddr; 2] = ["2001:db8::1", "2001:db8::2:3"].map(|text| text.parse().unwrap_or(HOME));
        for n in 0..40 {
            tries.refused(&format!("b{n}"), a, now);
        }
        assert!(tries.held("nigar", b, now).is_some());
        assert!(tries.held("nigar", "::ffff:127.0.0.1".parse().unwrap_or(a), now).is_some());
    }

    #[test]
    fn where_an_account_was_let_in_from_strangers_do_not_hold_it_up() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        tries.let_in("grafana", HOME);
        for n in 0..30 {
            tries.refused("grafana", address(n), now);
        }
        assert!(tries.held("grafana", address(200), now).is_some());
        assert_eq!(tries.held("grafana", HOME, now), None);
        // Its own refusals count for themselves: as many are free as of any account, however many the address has.
        for n in 0..8 {
            assert_eq!(tries.held("grafana", HOME, now), None, "{n}");
            tries.refused("grafana", HOME, now);
        }
        assert_eq!(tries.held("grafana", HOME, now), Some(Held { wait: seconds(1), first: true }));
        assert_eq!(tries.held("nigar", HOME, now), None);
    }

    #[test]
    fn forty_refusals_of_one_account_do_not_hold_up_one_that_was_let_in_from_there() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        tries.let_in("grafana", HOME);
        tries.let_in("nigar", HOME);
        for _ in 0..60 {
            tries.refused("rashad", HOME, now);
            tries.refused("nigar", HOME, now);
        }
        for held in ["rashad", "nigar", "stranger"] {
            assert!(tries.held(held, HOME, now).is_some(), "{held}");
        }
        assert_eq!(tries.held("grafana", HOME, now), None);
        // What was refused there says nothing of elsewhere.
        assert_eq!(tries.held("nigar", address(1), now), None);
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        for n in 0..KEPT as u64 + 500 {
            tries.refused(&format!("{n}{}", "x".repeat(n as usize % 100)), HOME, now + Duration::from_millis(n));
            tries.let_in(&n.to_string(), HOME);
        }
        assert!(tries.counts.len() <= KEPT + 1 && tries.let_in.len() <= KEPT, "{}", tries.counts.len());
        let longest = |about: &About| match about {
            About::Account(name) | About::Pair(name, _) => name.len(),
            About::Address(_) => 0,
        };
        assert!(tries.counts.keys().map(longest).max() <= Some(LONGEST_NAME));
    }

    /// Who waits for the pauses alone comes to as many as these at once: the free ones, and one for each pause that is shorter than the longest.
    const AT_ONCE: u64 = 17;

    proptest! {
        /// Whatever is tried and when: in any stretch of time no account is looked at more often than the pauses allow.
        #[test]
        fn guesses_are_few_in_the_first_hour_and_in_every_other(
            gaps in prop::collection::vec(prop_oneof![0u64..20, 0u64..1_200, 290u64..310], 1..1500),
            known in any::<bool>(),
        ) {
            let (mut tries, mut now) = (Tries::default(), Instant::now());
            let mut looked: Vec<Instant> = Vec::new();
            if known {
                tries.let_in("nigar", HOME);
            }
            for (n, gap) in gaps.iter().enumerate() {
                now += seconds(*gap);
                let from = if known { HOME } else { address((n % 200) as u8) };
                if tries.held("nigar", from, now).is_none() {
                    looked.push(now);
                    tries.refused("nigar", from, now);
                }
            }
            for (n, begun) in looked.iter().enumerate() {
                let hour = looked[n..].iter().take_while(|at| **at - *begun <= seconds(3_600)).count() as u64;
                prop_assert!(hour <= AT_ONCE + 12, "{} in one hour", hour);
            }
            let whole = looked.last().zip(looked.first()).map_or(0, |(last, first)| (*last - *first).as_secs());
            prop_assert!(looked.len() as u64 <= AT_ONCE + whole / LONGEST.as_secs(), "{} in {whole} s", looked.len());
        }
    }
}
