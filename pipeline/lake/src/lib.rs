//! The lake: Delta tables of Parquet that the stream lands in, and the SQL over them.
//!
//! Its wide doors return a `BoxFuture` instead of being `async`: else each crate that awaits one compiles all that it awaits once more (docs/decisions/0013).
//!
//! Writing (one lander, one table):
//! ```no_run
//! # async fn f(rows: Vec<meyar_lake::Row>, next: meyar_lake::Positions) -> Result<(), meyar_lake::LakeError> {
//! use meyar_lake::{LakeRoot, Landing, LandingOptions, lay_out};
//! use meyar_schemas::Subject;
//! let root = LakeRoot::parse("data/lake")?;
//! let mut landing = Landing::open(&root, Subject::CallEvents, LandingOptions::new("calls.events")).await?;
//! let start = landing.positions(); // where reading begins (P2)
//! let batch = landing.prepare(&[lay_out(Subject::CallEvents, &rows)?]).await?; // judged, nothing written
//! for refused in &batch.refused { /* to the dead letters, before the commit (P3) */ }
//! let report = landing.commit(batch, &next, &Default::default(), &Default::default()).await?; // rows and positions, or nothing
//! # Ok(()) }
//! ```
//! Reading:
//! ```no_run
//! # async fn f() -> Result<(), meyar_lake::LakeError> {
//! use meyar_lake::{Lake, LakeOptions, output};
//! let lake = Lake::open("data/lake", LakeOptions::default())?;
//! let answer = lake.figure("calls_by_line", &"2026-01".parse()?, Some("195-1-1")).await?;
//! println!("{}", output::text(&answer, output::Format::Table)?);
//! # Ok(()) }
//! ```

mod account;
mod bulk;
mod calls;
mod cell;
mod census;
mod clock;
mod content;
pub mod describe;
pub mod dictionary;
mod erase;
mod error;
mod explain;
mod export;
mod figures;
mod files;
mod forgotten;
mod head;
mod joining;
mod judge;
mod kept;
mod keys;
mod lake;
mod landing;
mod layout;
pub mod lexicon;
mod log;
mod maintain;
mod once;
pub mod output;
mod parts;
mod period;
mod planned;
mod positions;
mod reconcile;
mod reference;
mod root;
mod row;
mod sink;
mod spans;
mod stream;
mod views;

pub use account::{Handled, Messages};
pub use bulk::Bulk;
pub use cell::Cell;
pub use datafusion::{common::ParamValues, scalar::ScalarValue};
pub use erase::{Erasure, Planned, Swept, is_unfinished, months, sweep};
pub use error::{Kind, LakeError};
pub use explain::{Behind, Page};
pub use export::Export;
pub use figures::params;
pub use head::{Drill, Figure, FigureColumn, GROUPS, Rule};
pub use judge::Prepared;
pub use keys::DELETED;
pub use lake::{Lake, LakeOptions, Versions};
pub use landing::{CommitReport, Landing, LandingOptions, Watermark};
pub use layout::{Laid, content_hash, lay_out};
pub use maintain::{Sweep, Upkeep, UpkeepReport, maintain};
pub use period::Period;
pub use positions::Positions;
pub use reconcile::Reconciliation;
pub use root::LakeRoot;
pub use row::{Place, Refused, Row};

/// Words for the metrics of this crate; call it once, after a recorder is installed.
pub fn describe_metrics() {
    metrics::describe_counter!("meyar_lake_rows_total", "Rows that landed, by table");
    metrics::describe_counter!("meyar_lake_repeats_total", "Events that the lake had already, by table");
    metrics::describe_counter!("meyar_lake_refused_total", "Events refused as contradictions or misfits, by table");
    metrics::describe_counter!("meyar_lake_commits_total", "Commits of the lake, by table");
    metrics::describe_gauge!("meyar_lake_keys", "Keys held in memory to recognise repeats, by table");
}
