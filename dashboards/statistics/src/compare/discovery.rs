//! Many comparisons at once.

use crate::{check, error::Result};

/// One of the comparisons, in the order given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discovery {
    /// The smallest `level` at which it would still be discovered, 0 … 1.
    pub adjusted: f64,
    /// Whether it is believed at the level asked for.
    pub discovered: bool,
}

/// Which of many p-values to believe, so that of the believed at most the share `level` is false on average.
///
/// Adjusted p₍ᵢ₎ = min over j ≥ i of m·p₍ⱼ₎/j; believed when not above `level`. Source: Benjamini & Hochberg 1995. Holds for independent or
/// positively dependent comparisons. An empty list gives an empty list.
///
/// # Errors
/// A p-value is not 0 … 1, or `level` is not between 0 and 1.
pub fn benjamini_hochberg(p_values: &[f64], level: f64) -> Result<Vec<Discovery>> {
    check::inner_share("level", level)?;
    for (index, p) in p_values.iter().enumerate() {
        check::share(check::at("p_values", index), *p)?;
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|one, other| p_values[*one].total_cmp(&p_values[*other]));
    let mut found = vec![Discovery { adjusted: 1.0, discovered: false }; p_values.len()];
    let mut lowest: f64 = 1.0;
    for (place, index) in order.iter().enumerate().rev() {
        // The factor first: it is 1 or more, so that rounding brings no p-value below itself.
        let factor = p_values.len() as f64 / (place as f64 + 1.0);
        lowest = lowest.min(p_values[*index] * factor);
        found[*index] = Discovery { adjusted: lowest, discovered: lowest <= level };
    }
    Ok(found)
}
