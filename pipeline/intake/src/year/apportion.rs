//! Whole numbers that share a sum: by weight, inside bands, and with given sums of rows and columns.

use super::printed::Band;

/// Shares of a whole by weight, whatever is left going to the largest remainders. Weights that are all 0 count alike.
pub fn shares(whole: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    if sum == 0 {
        return if weights.is_empty() { Vec::new() } else { shares(whole, &vec![1; weights.len()]) };
    }
    let exact: Vec<u128> = weights.iter().map(|w| u128::from(whole) * u128::from(*w)).collect();
    let mut shares: Vec<u64> = exact.iter().map(|e| u64::try_from(e / sum).unwrap_or(u64::MAX)).collect();
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    by_remainder.sort_by_key(|i| (std::cmp::Reverse(exact[*i] % sum), *i));
    let left = usize::try_from(whole - shares.iter().sum::<u64>()).unwrap_or(0);
    for i in by_remainder.into_iter().take(left) {
        shares[i] += 1;
    }
    shares
}

/// Cells of a table in proportion to its margins, with exactly these sums. The margins must have the same sum.
pub fn table(rows: &[u64], columns: &[u64]) -> Vec<Vec<u64>> {
    let mut left = columns.to_vec();
    rows.iter()
        .map(|row| {
            // A share by what is left never exceeds it: a row is not larger than all that is left.
            let cells = if left.iter().all(|c| *c == 0) { vec![0; left.len()] } else { shares(*row, &left) };
            left.iter_mut().zip(&cells).for_each(|(left, cell)| *left -= cell);
            cells
        })
        .collect()
}

/// Numbers near their aims, each inside its band, with a sum inside `total`. `None` when there are none.
pub fn fit(aims: &[u64], bands: &[Band], total: Band) -> Option<Vec<u64>> {
    if total.is_empty() || bands.iter().any(|band| band.is_empty()) {
        return None;
    }
    let mut fitted: Vec<u64> = aims.iter().zip(bands).map(|(aim, band)| (*aim).clamp(band.lo, band.hi)).collect();
    let sum: u64 = fitted.iter().sum();
    // Off the band's edge, where there is room: edges are where other arithmetic may round otherwise.
    let margin = (total.hi - total.lo) / 20;
    if sum < total.lo {
        let room: Vec<u64> = fitted.iter().zip(bands).map(|(n, band)| band.hi - n).collect();
        let most = room.iter().fold(sum, |most, room| most.saturating_add(*room));
        let goal = total.lo.saturating_add(margin).min(most);
        if goal < total.lo {
            return None;
        }
        fitted.iter_mut().zip(shares(goal - sum, &room)).for_each(|(n, more)| *n += more);
    } else if sum > total.hi {
        let room: Vec<u64> = fitted.iter().zip(bands).map(|(n, band)| n - band.lo).collect();
        let least = sum - room.iter().sum::<u64>();
        let goal = (total.hi - margin).max(least);
        if goal > total.hi {
            return None;
        }
        fitted.iter_mut().zip(shares(sum - goal, &room)).for_each(|(n, less)| *n -= less);
    }
    Some(fitted)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn shares_sum_to_the_whole_and_are_off_by_less_than_one(
            whole in 0u64..1_000_000, weights in prop::collection::vec(0u64..10_000, 1..12)
        ) {
            let sum: u64 = weights.iter().sum();
            prop_assume!(sum > 0);
            let shares = shares(whole, &weights);
            prop_assert_eq!(shares.iter().sum::<u64>(), whole);
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = whole as f64 * *weight as f64 / sum as f64;
                prop_assert!((*share as f64 - exact).abs() < 1.0 + 1e-6);
            }
        }

        #[test]
        fn a_table_has_the_sums_that_it_was_given(
            cells in prop::collection::vec(prop::collection::vec(0u64..5_000, 5), 4)
        ) {
            let rows: Vec<u64> = cells.iter().map(|row| row.iter().sum()).collect();
            let columns: Vec<u64> = (0..5).map(|c| cells.iter().map(|row| row[c]).sum()).collect();
            let table = table(&rows, &columns);
            for (row, sum) in table.iter().zip(&rows) {
                prop_assert_eq!(row.iter().sum::<u64>(), *sum);
            }
            for (c, sum) in columns.iter().enumerate() {
                prop_assert_eq!(table.iter().map(|row| row[c]).sum::<u64>(), *sum);
            }
        }

        #[test]
        fn what_can_be_fitted_is_fitted(
            parts in prop::collection::vec((0u64..1_000, 0u64..100, 0u64..100), 1..6), off in 0u64..500, slack in 0u64..50
        ) {
            let bands: Vec<Band> = parts.iter().map(|(n, less, more)| Band { lo: n.saturating_sub(*less), hi: n + more }).collect();
            let (lo, hi) = (bands.iter().map(|b| b.lo).sum::<u64>(), bands.iter().map(|b| b.hi).sum::<u64>());
            let total = Band { lo: off, hi: off + slack };
            let fitted = fit(&parts.iter().map(|(n, ..)| *n).collect::<Vec<_>>(), &bands, total);
            prop_assert_eq!(fitted.is_some(), total.lo <= hi && total.hi >= lo);
            if let Some(fitted) = fitted {
                prop_assert!(total.holds(fitted.iter().sum()));
                prop_assert!(fitted.iter().zip(&bands).all(|(n, band)| band.holds(*n)));
            }
        }
    }
}
