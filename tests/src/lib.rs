//! What the promise tests share. They see Meyar as its users do: the program as child processes, the broker, and `meyar sql`.
//! `second` computes a year's figures a second time, to be held against what Meyar says.

pub mod broker;
pub mod events;
pub mod process;
pub mod published;
pub mod second;
pub mod two_ways;
pub mod wait;
pub mod world;
pub mod year;

pub use events::Event;
pub use process::{Done, Running};
pub use wait::{eventually, eventually_within};
pub use world::World;
