//! Cohen's kappa: two assessors, a table of both.

use super::{units, weights::Weights};
use crate::{
    check,
    error::{Result, StatisticsError},
};

/// The table of two assessors: row = the first one's category, column = the second one's.
///
/// # Errors
/// `categories` is below 2, or a mark is no category.
pub fn table_of_pairs(pairs: &[(usize, usize)], categories: usize) -> Result<Vec<Vec<u64>>> {
    units::at_least_two(categories)?;
    let mut table = vec![vec![0; categories]; categories];
    for (index, (first, second)) in pairs.iter().enumerate() {
        let mark = *first.max(second);
        if mark >= categories {
            return Err(units::unknown(check::at("pairs", index), mark));
        }
        table[*first][*second] += 1;
    }
    Ok(table)
}

/// κ = (p_o − p_e)/(1 − p_e), with weights if the categories have an order.
///
/// Sources: Cohen 1960; weighted Cohen 1968. 1 is perfect, 0 what chance gives; no unit. Where nearly all calls pass it falls to 0 or below although
/// the assessors agree (Feinstein & Cicchetti 1990): show it only beside the raw agreement and AC1.
///
/// # Errors
/// The table is not square or smaller than 2 × 2, has no calls, or both assessors put all calls into one category (1 − p_e is 0).
pub fn cohen_kappa(table: &[Vec<u64>], weights: Weights) -> Result<f64> {
    let q = table.len();
    units::at_least_two(q)?;
    for row in table {
        check::same_length("a row of the table", row.len(), "the table", q)?;
    }
    let rows = table.iter().map(|row| check::total("table", row)).collect::<Result<Vec<u64>>>()?;
    let n = check::sample_size("table", check::total("table", &rows)?)?;
    let columns: Vec<f64> = (0..q).map(|column| table.iter().map(|row| row[column] as f64).sum()).collect();
    let (mut observed, mut by_chance) = (0.0, 0.0);
    for i in 0..q {
        for j in 0..q {
            let weight = weights.of(i, j, q);
            observed += weight * table[i][j] as f64 / n;
            by_chance += weight * (rows[i] as f64 / n) * (columns[j] / n);
        }
    }
    if (0..q).any(|category| rows[category] as f64 == n && columns[category] == n) {
        return Err(StatisticsError::Undefined {
            measure: "kappa",
            reason: "both assessors used one and the same category only",
            remedy: "show the raw agreement and AC1",
        });
    }
    Ok((observed - by_chance) / (1.0 - by_chance))
}
