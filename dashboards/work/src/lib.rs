//! The work of people: who they are and what they may do, which calls they hear, what they judge, and what becomes of it.
//!
//! Decisions are pure (`assessment`, `sampling`, `rights`); `store` keeps records with their history, the log of who looked at what, and
//! what is to be told to the stream. Nothing here knows HTTP, Kafka or the lake. Steps and the store's
//! doors return a `BoxFuture` so that the crates above do not compile them again (docs/decisions/0013).

pub mod access;
pub mod answers;
pub mod assessment;
pub mod calibration;
pub mod cards;
pub mod complaints;
pub mod corrections;
mod desk;
pub mod discussions;
pub mod drafts;
pub mod employments;
mod error;
pub mod labels;
mod password;
mod people;
pub mod plans;
pub mod proposals;
pub mod recommendations;
pub mod rights;
pub mod sampling;
mod session;
pub mod standins;
pub mod store;
pub mod studies;
pub mod surveys;
pub mod tasks;
pub mod terms;
pub mod told;
pub mod trainings;

pub use desk::{Desk, NewPlan, PointDecision, not_own};
pub use error::{Result, WorkError};
pub use people::{Account, Person};
pub use rights::{Permissions, Right, Role};
pub use session::{NotIn, Opened, Session};
pub use store::Store;
