//! A number with what is known of its error.

use crate::{Interval, error::Result, normal};

/// An estimated mean or share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// In the unit of what was averaged.
    pub value: f64,
    /// In the same unit.
    pub standard_error: f64,
    /// What is known of the value, in the same unit.
    pub interval: Interval,
}

impl Estimate {
    /// value ± z·se: the large-sample interval.
    pub(crate) fn normal(value: f64, variance: f64, confidence: f64) -> Result<Self> {
        let standard_error = variance.sqrt();
        let half = normal::z(confidence)? * standard_error;
        Ok(Self { value, standard_error, interval: Interval { low: value - half, high: value + half } })
    }
}
