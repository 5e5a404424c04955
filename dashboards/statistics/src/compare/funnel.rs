//! The funnel: how far a representative with so many calls may lie from the target by chance alone.

use crate::{beta, check, error::Result, normal};

/// The limits at one size; join the points of several sizes to a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelPoint {
    /// Calls.
    pub n: u64,
    /// Below it a result is remarkable; in the unit of the target.
    pub low: f64,
    /// Above it a result is remarkable.
    pub high: f64,
}

/// Limits for a share around `target`, for each size.
///
/// Lower limit: (r − α)/n with r the smallest count of F(r) ≥ a, α = (F(r) − a)/(F(r) − F(r−1)), a = (1−c)/2, F the binomial distribution.
/// Source: Spiegelhalter 2005, appendix A.1. Shares 0 … 1; draw two curves, for 0.95 and 0.998.
///
/// One thing differs: the upper limit is the lower limit of the failures, seen from the other side, where Spiegelhalter interpolates F once more.
/// So a result lies outside exactly when its own tail is rarer than a. His upper limit would call 5 of 5 calls remarkable at a target of 95 %.
///
/// # Errors
/// `target` or `confidence` is not between 0 and 1, or a size is 0.
pub fn share_funnel(target: f64, sizes: &[u64], confidence: f64) -> Result<Vec<FunnelPoint>> {
    check::inner_share("target", target)?;
    check::inner_share("confidence", confidence)?;
    let tail = (1.0 - confidence) / 2.0;
    sizes
        .iter()
        .enumerate()
        .map(|(index, n)| {
            check::sample_size(&check::at("sizes", index), *n)?;
            let high = 1.0 - lower_limit(1.0 - target, *n, tail);
            Ok(FunnelPoint { n: *n, low: lower_limit(target, *n, tail), high })
        })
        .collect()
}

fn lower_limit(target: f64, n: u64, tail: f64) -> f64 {
    let at_most = |count: u64| beta::binomial_at_most(count, n, target);
    // F rises from count to count, so the smallest r is found by halving.
    let (mut below, mut reached) = (None, n);
    while below.map_or(0, |count: u64| count + 1) < reached {
        let middle = below.map_or(0, |count| count + 1).midpoint(reached - 1);
        if at_most(middle) >= tail {
            reached = middle;
        } else {
            below = Some(middle);
        }
    }
    let before = if reached == 0 { 0.0 } else { at_most(reached - 1) };
    let here = at_most(reached);
    let back = if here > before { ((here - tail) / (here - before)).clamp(0.0, 1.0) } else { 0.0 };
    ((reached as f64 - back) / n as f64).max(0.0)
}

/// Limits for a mean of scores around `target`, for each size: target ± z·sd/√n.
///
/// Source: Spiegelhalter 2005. `sd` is the standard deviation of single calls, in the unit of the score.
///
/// # Errors
/// `target` is not finite, `sd` is negative, a size is 0, or `confidence` is not between 0 and 1.
pub fn mean_funnel(target: f64, sd: f64, sizes: &[u64], confidence: f64) -> Result<Vec<FunnelPoint>> {
    check::finite("target", target)?;
    check::not_negative("sd", sd)?;
    let z = normal::z(confidence)?;
    sizes
        .iter()
        .enumerate()
        .map(|(index, n)| {
            let half = z * sd / check::sample_size(&check::at("sizes", index), *n)?.sqrt();
            Ok(FunnelPoint { n: *n, low: target - half, high: target + half })
        })
        .collect()
}
