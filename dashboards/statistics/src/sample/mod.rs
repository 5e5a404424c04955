//! How many calls to draw, from which strata, and what the drawn ones say of all.

mod allocation;
mod cluster;
mod size;
mod strata;
mod weighted;

pub use allocation::{Allocation, Quota, neyman, proportional};
pub use cluster::{cluster_correlation, design_effect, effective_size};
pub use size::{size_for_margin, size_for_margin_of};
pub use strata::{Stratum, stratified_share};
pub use weighted::{Drawn, WeightedMean, hajek_mean, hajek_mean_of_groups, horvitz_thompson_mean, kish_effective_size};
