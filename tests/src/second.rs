//! The year's figures, computed a second time: plain Rust over the events, without the lake and without SQL.
//!
//! An invented, dirty year is held against it: what the figures of `schemas/figures` say of the year must be said here too.
//! So that one mistake is not made twice, this follows the words of `schemas/figures/README.md`, the contracts and the
//! reference data alone, never the SQL. It is slow where that is plainer; every cell has an address such as
//! `calls_by_line/195-1-1/answered`. Where the words leave two readings, a comment beginning `Reading:` says which one is taken.

mod appeals;
mod availability;
mod callbacks;
mod calls;
mod cells;
mod day;
mod directions;
mod events;
mod fcr;
mod kpi;
mod line;
mod lost;
mod names;
mod opinions;
mod read;
mod revisions;
mod rules;
mod sheets;
mod staff;
mod surveys;
mod wire;
mod year;

pub use events::Events;
pub use read::Reader;
pub use year::Year;

#[cfg(test)]
mod tests;
