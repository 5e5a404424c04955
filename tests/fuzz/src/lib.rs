//! What holds anything at all against the parsers of outside bytes; `main.rs` tells how to use it.

pub mod corpus;
mod examples;
pub mod guard;
mod json;
pub mod mutate;
mod ogg;
pub mod parent;
pub mod random;
mod scratch;
mod sources;
pub mod targets;
pub mod work;
