//! What crosses a border: event contracts, lake tables, figures and reference data.
//!
//! Every subject has a JSON Schema a version in `schemas/events/<subject>/v1` and on, and a Rust type of the newest one here; a test holds the
//! two together.
//! This crate depends on nothing else of ours.

pub mod access;
pub mod appeals;
pub mod assessments;
pub mod audio;
pub mod caller;
pub mod calls;
pub mod contract;
pub mod deadletter;
pub mod deletions;
pub mod envelope;
pub mod evaluations;
mod kinds;
pub mod marginals;
pub mod migrate;
pub mod records;
pub mod reference;
pub mod revision;
mod rules;
pub mod sheets;
pub mod staff;
pub mod subject;
pub mod surveys;
pub mod systems;
pub mod transcripts;
mod wording;

pub use contract::Invalid;
pub use envelope::Envelope;
pub use subject::Subject;

/// The largest JSON event that is accepted. Brokers carry 1 MiB; the room between is for headers and dead-letter notes.
pub const MAX_EVENT_BYTES: usize = 512 * 1024;
