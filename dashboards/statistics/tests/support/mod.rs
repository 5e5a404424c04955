//! Another road to a number, to compare with.

use meyar_statistics::staffing::Load;

/// Share lost and mean wait of all calls of M/M/n+M from the balance of its states: another road to the same queue.
pub fn birth_and_death(load: &Load, staff: u32, patience_s: f64) -> (f64, f64) {
    let (arrivals, served, given_up) = (load.calls / load.interval_s, 1.0 / load.handling_s, 1.0 / patience_s);
    let (mut state, mut all, mut queue) = (1.0, 1.0, 0.0);
    for present in 1..=5_000_u32 {
        let busy = f64::from(present.min(staff));
        let waiting = f64::from(present.saturating_sub(staff));
        state *= arrivals / (busy * served + waiting * given_up);
        all += state;
        queue += waiting * state;
    }
    // Little: the wait is the queue over the arrivals; each of those who wait gives up at the rate θ.
    let wait = queue / all / arrivals;
    (wait * given_up, wait)
}
