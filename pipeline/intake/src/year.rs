//! A simulated year: an event stream that comes to the published sums of a year exactly, under the rules by which the figures
//! count (`schemas/figures/README.md`). Made from a seed: nothing in it is anyone's, and the same seed tells the same events.
//!
//! [`Marginals`] are the published numbers, [`Plan`] shares them out to whole cells, [`Year`] tells the events day by day.

mod answering;
mod apportion;
mod callers;
mod day;
mod days;
mod dirty;
mod marginals;
mod means;
mod outages;
mod plan;
mod printed;
mod random;
mod roster;
mod shape;
mod spread;
mod stream;
mod told;

pub use days::Days;
pub use dirty::Dirty;
pub use marginals::Marginals;
pub use plan::{LinePlan, Plan};
pub use stream::Year;
pub use told::{Fact, Told};
