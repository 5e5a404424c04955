//! Shares of small groups, drawn towards the whole as far as their size does not speak.

use crate::{check, error::Result};

/// One group's share before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// passed/n; `None` of a group without calls.
    pub raw: Option<f64>,
    /// own·raw + (1 − own)·mean.
    pub share: f64,
    /// How much the group's own calls count, 0 … 1.
    pub own: f64,
}

/// All groups, and what they have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Shrinkage {
    /// The mean share μ.
    pub mean: f64,
    /// How far groups truly differ, γ = 1/(α+β+1), 0 … 1; 0 means that chance explains all.
    pub spread: f64,
    /// In the order given.
    pub groups: Vec<Shrunk>,
}

/// Empirical-Bayes shares of groups `(passed, n)`.
///
/// Each group's true share is taken as drawn from one beta distribution with mean μ and Var(pᵢ) = μ(1−μ)·(1/nᵢ + γ(1 − 1/nᵢ)). By moments, with
/// wᵢ = nᵢ and vᵢ = wᵢ(1 − wᵢ/Σw): μ = Σx/Σn, γ = (Σwᵢ(pᵢ−μ)² − μ(1−μ)Σvᵢ/nᵢ)/(μ(1−μ)·(Σvᵢ − Σvᵢ/nᵢ)), cut to 0 … 1. Then
/// share = (x + Mμ)/(n + M) with M = (1−γ)/γ. Source: Kleinman 1973; the idea Efron & Morris 1975. Shares 0 … 1.
///
/// What is not known of μ and γ themselves is left out; with fewer than about ten groups the spread is a rough number.
///
/// # Errors
/// Fewer than two groups with calls, or more passed than there are calls.
pub fn shrink_shares(groups: &[(u64, u64)]) -> Result<Shrinkage> {
    let mut filled = Vec::with_capacity(groups.len());
    for (index, (passed, n)) in groups.iter().enumerate() {
        if *n > 0 || *passed > 0 {
            filled.push(check::part_of(
                &check::at("groups.passed", index),
                *passed,
                &check::at("groups.n", index),
                *n,
            )?);
        }
    }
    check::enough("groups with calls", filled.len(), 2)?;
    let all: f64 = filled.iter().map(|(_, n)| n).sum();
    let mean = filled.iter().map(|(passed, _)| passed).sum::<f64>() / all;
    let spread = spread(&filled, all, mean);
    let groups = groups
        .iter()
        .map(|(passed, n)| {
            let calls = *n as f64;
            let raw = (*n > 0).then(|| *passed as f64 / calls);
            // n/(n + M), written so that M may be endless.
            let below = calls * spread + (1.0 - spread);
            let own = if below > 0.0 { calls * spread / below } else { 0.0 };
            Shrunk { raw, own, share: own * raw.unwrap_or(mean) + (1.0 - own) * mean }
        })
        .collect();
    Ok(Shrinkage { mean, spread, groups })
}

fn spread(groups: &[(f64, f64)], all: f64, mean: f64) -> f64 {
    let binary = mean * (1.0 - mean);
    let (mut seen, mut weight, mut chance) = (0.0, 0.0, 0.0);
    for (passed, n) in groups {
        let v = n * (1.0 - n / all);
        seen += n * (passed / n - mean).powi(2);
        weight += v;
        chance += v / n;
    }
    // With one call for each group, or nothing but passes, nothing shows how groups differ.
    let below = binary * (weight - chance);
    if below > 0.0 { ((seen - binary * chance) / below).clamp(0.0, 1.0) } else { 0.0 }
}
