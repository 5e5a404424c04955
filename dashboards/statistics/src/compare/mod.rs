//! Telling a difference from chance, without a league table.

mod chart;
mod discovery;
mod funnel;
mod shrinkage;

pub use chart::{ChartPoint, ewma_chart, ewma_limits, ewma_mean_chart, p_chart, p_chart_limits};
pub use discovery::{Discovery, benjamini_hochberg};
pub use funnel::{FunnelPoint, mean_funnel, share_funnel};
pub use shrinkage::{Shrinkage, Shrunk, shrink_shares};
