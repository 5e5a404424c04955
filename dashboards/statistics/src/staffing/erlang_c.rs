//! Erlang B and C: nobody gives up waiting.

use super::{Load, people};
use crate::{
    check,
    error::{Result, StatisticsError},
};

/// What Erlang C promises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErlangC {
    /// Offered work.
    pub erlangs: f64,
    /// Share of calls that wait at all.
    pub waiting: f64,
    /// Share of calls answered within the given seconds.
    pub within: f64,
    /// Mean wait of all calls, seconds.
    pub mean_wait_s: f64,
    /// Share of the time that people are busy.
    pub occupancy: f64,
}

/// The share of calls that find everybody busy, where none may wait: B_k = a·B_(k−1)/(k + a·B_(k−1)), B_0 = 1.
///
/// Source: Erlang 1917. `erlangs` a is the offered work; a share 0 … 1.
///
/// # Errors
/// `erlangs` is not above 0, or `lines` is more than 100 000.
pub fn erlang_b(erlangs: f64, lines: u32) -> Result<f64> {
    check::positive("erlangs", erlangs)?;
    people("lines", lines.max(1))?;
    Ok(1.0 / inverse_b(erlangs, lines))
}

/// 1/B, which grows and does not vanish: 1/B_k = 1 + (k/a)/B_(k−1). It may grow beyond f64; then B is 0 indeed.
pub fn inverse_b(erlangs: f64, lines: u32) -> f64 {
    (1..=lines).fold(1.0, |inverse, k| 1.0 + f64::from(k) / erlangs * inverse)
}

/// Waiting when nobody gives up: C = B/(1 − ρ(1−B)), SL = 1 − C·e^(−(n−a)T/h), ASA = C·h/(n−a), ρ = a/n, h the handling time.
///
/// Source: Erlang 1917. `within_s` T in seconds. As callers do give up, it asks for more people than are needed; see [`erlang_a`](super::erlang_a).
///
/// # Errors
/// A number of the load is not above 0 or lies outside of 1e-9 … 1e9, `within_s` is negative, there are no people or more than 100 000, or they do not suffice for the work
/// (n ≤ a): then the queue grows without end.
pub fn erlang_c(load: &Load, staff: u32, within_s: f64) -> Result<ErlangC> {
    let erlangs = load.erlangs()?;
    let n = people("staff", staff)?;
    check::not_negative("within_s", within_s)?;
    if n <= erlangs {
        return Err(StatisticsError::refused(
            "staff",
            staff,
            "are not more than the work in erlangs, and the queue would grow without end",
            "give more people, or take Erlang A, where callers give up",
        ));
    }
    let blocked = 1.0 / inverse_b(erlangs, staff);
    let waiting = blocked / (1.0 - erlangs / n * (1.0 - blocked));
    let spare = n - erlangs;
    Ok(ErlangC {
        erlangs,
        waiting,
        within: 1.0 - waiting * (-spare * within_s / load.handling_s).exp(),
        mean_wait_s: waiting * load.handling_s / spare,
        occupancy: erlangs / n,
    })
}
