//! Any exchange's export → call events, through a mapping file. Rows in, events out: no broker, no lake.
//!
//! [`Mapping::load`] reads what the columns mean, [`Importer`] turns a file into calls, [`pace`] tells when to send each
//! event of a replay, [`generate`] makes a month of the same shape for where no real records are.

mod calls;
pub mod clock;
mod events;
pub mod generate;
mod importer;
mod interpret;
mod legs;
mod line;
mod lines;
mod load;
pub mod mapping;
pub mod pace;
mod sheet;
mod story;
mod summary;
mod survey;
pub mod text;
pub mod year;

pub use clock::Redate;
pub use importer::{Import, Importer, IntakeError, Options};
pub use load::MappingError;
pub use mapping::Mapping;
pub use pace::Speed;
pub use story::Call;
pub use summary::{BadRow, Summary};
