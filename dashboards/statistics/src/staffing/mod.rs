//! How many people must sit at the telephones, and how good the forecast was.

mod erlang_a;
mod erlang_c;
mod forecast;
mod requirement;

pub use erlang_a::{ErlangA, erlang_a, patience};
pub use erlang_c::{ErlangC, erlang_b, erlang_c};
pub use forecast::{scheduled, wape};
pub use requirement::{Requirement, Targets, staff};

use crate::{check, error::Result};

/// The calls of one interval, such as half an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Calls offered in the interval.
    pub calls: f64,
    /// Length of the interval, seconds.
    pub interval_s: f64,
    /// Mean handling time: talk, hold and wrap-up, seconds.
    pub handling_s: f64,
}

impl Load {
    /// The offered work a = calls·handling/interval, in erlangs: how many people would be busy if nobody waited.
    ///
    /// Source: Erlang 1917.
    ///
    /// # Errors
    /// One of the numbers is not above 0, or lies outside of 1e-9 … 1e9. No calls need no model.
    pub fn erlangs(&self) -> Result<f64> {
        within_reach("calls", self.calls)?;
        within_reach("interval_s", self.interval_s)?;
        within_reach("handling_s", self.handling_s)?;
        check::positive("erlangs", self.calls * self.handling_s / self.interval_s)
    }
}

/// The loops below go through the people one by one; a centre has not so many.
const MOST_PEOPLE: u32 = 100_000;

/// From a milliardth of a call or second to thirty years in seconds: outside of it the sums of the models leave f64.
const REACH: std::ops::RangeInclusive<f64> = 1e-9..=1e9;

fn within_reach(field: &str, value: f64) -> Result<f64> {
    if REACH.contains(&check::positive(field, value)?) {
        Ok(value)
    } else {
        Err(crate::StatisticsError::refused(field, value, "is out of reach of the model", "give 1e-9 to 1e9"))
    }
}

fn people(field: &str, people: u32) -> Result<f64> {
    check::sample_size(field, u64::from(people))?;
    if people > MOST_PEOPLE {
        return Err(crate::StatisticsError::refused(
            field,
            people,
            "are more than any centre has",
            "give at most 100000",
        ));
    }
    Ok(f64::from(people))
}
