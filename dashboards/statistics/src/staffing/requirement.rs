//! The least staff that keeps all targets at once.

use super::{ErlangA, Load, erlang_a, people};
use crate::{
    check,
    error::{Result, StatisticsError},
};

/// What must hold in the interval. The figures come from the house's duties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Targets {
    /// At least this share is answered within `within_s` seconds.
    pub answered_within: f64,
    /// Seconds that count as in time.
    pub within_s: f64,
    /// At least this share is answered at all.
    pub answered: f64,
    /// At most this share is lost after a wait of more than `after_s` seconds.
    pub lost_after: f64,
    /// Seconds of waiting before which a lost call does not count.
    pub after_s: f64,
}

/// The least number of people, and what it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Requirement {
    /// People at the telephones.
    pub staff: u32,
    /// What so many people give.
    pub expected: ErlangA,
}

/// The least staff that meets all `targets` by [`erlang_a`](super::erlang_a), up to `most`.
///
/// Source: as Erlang A. People at the telephones, not on the roster: see [`scheduled`](super::scheduled).
///
/// # Errors
/// As [`erlang_a`](super::erlang_a); a target is not a share; or not even `most` people meet them.
pub fn staff(load: &Load, patience_s: f64, targets: &Targets, most: u32) -> Result<Requirement> {
    check::share("answered_within", targets.answered_within)?;
    check::share("answered", targets.answered)?;
    check::share("lost_after", targets.lost_after)?;
    people("most", most)?;
    // Nobody works more than all the time, so fewer cannot answer the wanted share.
    let fewest = (load.erlangs()? * targets.answered).floor().clamp(1.0, f64::from(most)) as u32;
    for staff in fewest..=most {
        let expected = erlang_a(load, staff, patience_s, targets.within_s, targets.after_s)?;
        if expected.answered_within >= targets.answered_within
            && expected.answered >= targets.answered
            && expected.lost_after <= targets.lost_after
        {
            return Ok(Requirement { staff, expected });
        }
    }
    Err(StatisticsError::refused("most", most, "do not meet the targets", "allow more people or lower a target"))
}
