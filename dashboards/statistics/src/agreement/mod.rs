//! Whether assessors judge alike.
//!
//! A unit is one call judged on one criterion: a list with one place for each assessor, `None` where one did not judge it. A mark is the number of
//! its category, 0 … q−1, as the caller has put them in order: for the marks 0, 0.5, 1 and "not applicable" these are 0, 1, 2 and 3.
//! [`coded`] makes such units out of marks that are numbers.
//!
//! Show the raw agreement and AC1 or alpha together: near a pass rate of 95 % kappa falls to 0 while the assessors agree almost always.

mod bootstrap;
mod criterion;
mod fleiss;
mod gwet;
mod kappa;
mod krippendorff;
mod scores;
mod units;
mod weights;

pub use bootstrap::Bootstrap;
pub use criterion::{Agreement, Coefficient, criterion_agreement};
pub use fleiss::fleiss_kappa;
pub use gwet::{GwetAc, gwet_ac, raw_agreement};
pub use kappa::{cohen_kappa, table_of_pairs};
pub use krippendorff::{Level, krippendorff_alpha};
pub use scores::{BlandAltman, bland_altman, icc_2_1, mean_absolute_difference};
pub use units::{Coded, coded};
pub use weights::Weights;
