//! Several calls of one representative: they resemble each other, and tell less than as many calls of many.

use crate::{
    check,
    error::{Result, StatisticsError},
    summary,
};

/// By how much the variance grows: 1 + (m̄ − 1)·ρ.
///
/// Source: Kish 1965. `mean_cluster` m̄ is the mean number of sampled calls per representative, `correlation` ρ how alike they are
/// ([`cluster_correlation`]). A factor, no unit.
///
/// # Errors
/// `mean_cluster` is below 1, `correlation` is not −1 … 1, or the two together give 0 or less, which no sample can have.
pub fn design_effect(mean_cluster: f64, correlation: f64) -> Result<f64> {
    check::finite("mean_cluster", mean_cluster)?;
    if mean_cluster < 1.0 {
        return Err(StatisticsError::refused(
            "mean_cluster",
            mean_cluster,
            "is less than one call for each cluster",
            "count only clusters with calls in the sample",
        ));
    }
    if !(-1.0..=1.0).contains(&correlation) {
        return Err(StatisticsError::refused("correlation", correlation, "is not a correlation", "give −1 to 1"));
    }
    let effect = 1.0 + (mean_cluster - 1.0) * correlation;
    if effect > 0.0 {
        Ok(effect)
    } else {
        Err(StatisticsError::refused(
            "correlation",
            correlation,
            "is lower than clusters of this size can have",
            "give more than −1/(mean_cluster − 1); 0 is the usual floor",
        ))
    }
}

/// How many independent calls `n` clustered ones are worth: n/deff. Put it into [`wilson_share`](crate::interval::wilson_share).
///
/// Source: Kish 1965. In calls.
///
/// # Errors
/// `n` is 0, or `design_effect` is not above 0.
pub fn effective_size(n: u64, design_effect: f64) -> Result<f64> {
    Ok(check::sample_size("n", n)? / check::positive("design_effect", design_effect)?)
}

/// How alike the calls of one cluster are: ρ = (MSB − MSW)/(MSB + (n₀ − 1)·MSW), n₀ = (N − Σnᵢ²/N)/(k − 1).
///
/// Source: the analysis-of-variance estimate for unequal clusters, Donner 1986. No unit, at most 1; it may fall below 0 by chance.
///
/// # Errors
/// Fewer than two clusters, an empty cluster, no cluster with two values, a value that is not finite, or values that do not vary.
pub fn cluster_correlation(clusters: &[Vec<f64>]) -> Result<f64> {
    check::enough("clusters", clusters.len(), 2)?;
    for (index, cluster) in clusters.iter().enumerate() {
        check::sample_size(&check::at("clusters", index), cluster.len() as u64)?;
        check::all_finite(&check::at("clusters", index), cluster)?;
    }
    let k = clusters.len() as f64;
    let sizes: Vec<f64> = clusters.iter().map(|cluster| cluster.len() as f64).collect();
    let all: f64 = sizes.iter().sum();
    check::enough("values beyond one for each cluster", (all - k) as usize, 1)?;
    let means: Vec<f64> = clusters.iter().map(|cluster| summary::mean(cluster)).collect();
    let grand = means.iter().zip(&sizes).map(|(mean, size)| mean * size).sum::<f64>() / all;
    let between = means.iter().zip(&sizes).map(|(mean, size)| size * (mean - grand).powi(2)).sum::<f64>() / (k - 1.0);
    let within = clusters
        .iter()
        .zip(&means)
        .flat_map(|(cluster, mean)| cluster.iter().map(move |value| (value - mean).powi(2)))
        .sum::<f64>()
        / (all - k);
    let typical = (all - sizes.iter().map(|size| size * size).sum::<f64>() / all) / (k - 1.0);
    let below = between + (typical - 1.0) * within;
    if below > 0.0 {
        Ok((between - within) / below)
    } else {
        Err(StatisticsError::Undefined {
            measure: "cluster correlation",
            reason: "all values are equal",
            remedy: "use 0, or wait for calls that differ",
        })
    }
}
