//! What a sample of assessed calls can say, and how sure it is. Pure: no I/O, no clock, and no chance but by a seed of the caller.
//!
//! Every number that a sample gives goes out with its interval, and where a sample is too small to speak, the answer is a refusal and not a number.
//! Limits such as "at least 20 double-scored calls" or "publish from 30 answers" are decisions of the house: they come in as arguments, none is
//! written here.
//!
//! | question | module |
//! |---|---|
//! | How sure is this share, this mean, this difference? | [`interval`] |
//! | How many calls to draw, from where, and what do they say of all? | [`sample`] |
//! | Do two assessors judge alike? | [`agreement`] |
//! | What is the rate among all calls, when the machine errs? | [`correct`] |
//! | Is this representative really different, or is it chance? | [`compare`] |
//! | Does an assessor grow severe or mild? | [`drift`] |
//! | What is the score of this form? | [`score`] |
//! | What did the callers answer? | [`survey`] |
//! | How many people must sit at the telephones? | [`staffing`] |
//!
//! Units: shares and probabilities are 0 … 1, never per cent; scores are 0 … 100; times are seconds. A `confidence` is two-sided, such as 0.95.
//!
//! ```
//! use meyar_statistics::interval::wilson;
//! let interval = wilson(9, 10, 0.95)?; // nine of ten calls passed
//! assert!(interval.low < 0.60 && interval.high > 0.98); // so little is known after ten calls
//! # Ok::<(), meyar_statistics::StatisticsError>(())
//! ```

#![warn(missing_docs)]

pub mod agreement;
mod beta;
mod check;
pub mod compare;
pub mod correct;
pub mod drift;
mod error;
mod estimate;
pub mod interval;
pub mod normal;
pub mod sample;
pub mod score;
pub mod staffing;
pub mod student;
mod summary;
pub mod survey;

pub use error::{Result, StatisticsError};
pub use estimate::Estimate;
pub use interval::Interval;
