//! Judging what stands in the lake: which form, thresholds and records a call is judged by, for the stream, for judging again, and for
//! trying a draft of a form on past calls. How a verdict comes about is `meyar-scoring`'s.

pub mod calls;
mod judge;
pub mod transcripts;
pub mod trial;

pub use judge::{Judge, Judged};
