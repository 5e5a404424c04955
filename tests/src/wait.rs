//! Waiting for a fact, never for a time.

use std::time::{Duration, Instant};

/// Longer than any fact takes, even on a busy machine; a test that waits so long has failed.
pub const DEADLINE: Duration = Duration::from_secs(60);
const STEP: Duration = Duration::from_millis(50);

/// Asks until there is an answer, and panics with `what` when none comes in time.
#[track_caller]
pub fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    eventually_within(DEADLINE, what, ask)
}

#[track_caller]
pub fn eventually_within<T>(deadline: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < deadline, "waited {} s in vain: {what}", deadline.as_secs());
        std::thread::sleep(STEP);
    }
}
