//! The lake: Delta tables of Parquet that the stream lands in, and the SQL over them.

mod clock;
mod content;
pub mod dictionary;
mod error;
mod figures;
mod files;
mod judge;
mod keys;
mod lake;
mod landing;
mod log;
mod maintain;
pub mod output;
mod period;
mod positions;
mod reference;
mod root;
mod row;
mod sink;
mod views;

pub use datafusion::{common::ParamValues, scalar::ScalarValue};
pub use error::{Kind, LakeError};
pub use figures::{Figure, FigureColumn};
pub use judge::Prepared;
pub use lake::{Lake, LakeOptions};
pub use landing::{CommitReport, Landing, LandingOptions, Watermark};
pub use maintain::{Upkeep, UpkeepReport, maintain};
pub use period::Period;
pub use positions::Positions;
pub use root::LakeRoot;
pub use row::{Place, Refused, Row};
