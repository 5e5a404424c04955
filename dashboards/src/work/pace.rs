//! How much one session may ask: a bucket for each, of the size and the pace that stand beside the table of rights. Files of the site and
//! coming in are not counted; trying passwords is, by the store (`dashboards/work/src/session.rs`).

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use meyar_work::rights::Requests;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

/// Buckets that are full again are thrown away when there are more than this.
const KEPT: usize = 1_000;

pub struct Pace {
    /// By what the cookie hashes to: a cookie itself is kept nowhere.
    buckets: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl Pace {
    pub fn new(requests: Requests) -> Pace {
        let quota = Quota::per_second(requests.per_second).allow_burst(requests.burst);
        Pace { buckets: DefaultKeyedRateLimiter::keyed(quota) }
    }

    /// Counts one request. Refused: how long to wait.
    pub fn take(&self, cookie: &str) -> Result<(), Duration> {
        if self.buckets.len() > KEPT {
            self.buckets.retain_recent();
        }
        let key = Sha256::digest(cookie.as_bytes()).into();
        self.buckets.check_key(&key).map_err(|later| later.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_everything_waits_and_nobody_else_does() {
        let pace = Pace::new(Requests { burst: 3.try_into().unwrap(), per_second: 1.try_into().unwrap() });
        for _ in 0..3 {
            assert_eq!(pace.take("greedy"), Ok(()));
        }
        let wait = pace.take("greedy").unwrap_err();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        assert_eq!(pace.take("somebody else"), Ok(()));
    }

    #[test]
    fn full_buckets_are_not_kept_for_ever() {
        let pace = Pace::new(Requests { burst: 1.try_into().unwrap(), per_second: u32::MAX.try_into().unwrap() });
        for n in 0..=2 * KEPT {
            let _ = pace.take(&n.to_string());
        }
        assert!(pace.buckets.len() <= KEPT + 1, "{}", pace.buckets.len());
    }
}
