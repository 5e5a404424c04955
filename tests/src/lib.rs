//! What the promise tests share. They see Meyar as its users do: the program as child processes, the broker, and `meyar sql`.

pub mod events;
pub mod process;
pub mod wait;
pub mod world;

pub use events::Event;
pub use process::{Done, Running};
pub use wait::{eventually, eventually_within};
pub use world::World;
