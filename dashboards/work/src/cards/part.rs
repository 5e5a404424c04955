//! One indicator of a card: its value, its points, and what all of them make together. Pure.

use super::{Indicator, Source};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One indicator of a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// As it stood when the card was made.
    pub indicator: Indicator,
    #[serde(default)]
    pub value: Option<f64>,
    /// Of how many; absent for what a person entered.
    #[serde(default)]
    pub n: Option<u64>,
    /// Hash of the figure's SQL, so that the same can be asked again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sql: String,
    /// The person who entered it.
    #[serde(default)]
    pub entered_by: Option<String>,
    #[serde(default)]
    pub entered_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub note: String,
}

/// Why an indicator has no points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// There is no value.
    Value,
    /// It was to be entered, and was not.
    Entry,
    /// Of fewer than the form asks for.
    Count,
}

impl Part {
    pub fn points(&self) -> Option<f64> {
        self.lacking().is_none().then(|| self.value.map(|value| self.indicator.points(value)))?
    }

    pub fn lacking(&self) -> Option<Lacking> {
        match (self.value, self.indicator.from) {
            (None, Source::Hand) => Some(Lacking::Entry),
            (None, Source::Figure) => Some(Lacking::Value),
            (Some(_), Source::Figure) if self.n.unwrap_or(0) < self.indicator.least => Some(Lacking::Count),
            _ => None,
        }
    }
}

/// What a figure says of somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    pub value: f64,
    pub n: u64,
}

/// Several rows of one figure about one person: their mean, weighted by their counts. Of one row it is that row's very value.
pub fn together(rows: impl Iterator<Item = (Option<f64>, u64)>) -> Option<Measured> {
    let known: Vec<(f64, u64)> =
        rows.filter_map(|(value, count)| value.map(|value| (value, count))).filter(|(_, count)| *count > 0).collect();
    let n: u64 = known.iter().map(|(_, count)| count).sum();
    match known.as_slice() {
        [] => None,
        [(value, count)] => Some(Measured { value: *value, n: *count }),
        many => {
            Some(Measured { value: many.iter().map(|(value, count)| value * *count as f64).sum::<f64>() / n as f64, n })
        }
    }
}

/// The weighted mean of the points over the indicators that have some, and the weight that these have together.
pub fn score(parts: &[Part], least_weight: f64) -> (Option<f64>, f64) {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (part, points) in parts.iter().filter_map(|part| Some((part, part.points()?))) {
        sum += part.indicator.weight * points;
        weight += part.indicator.weight;
    }
    // Sums of decimals are off by less than that.
    ((weight > 0.0 && weight + 1e-9 >= least_weight).then(|| sum / weight), weight)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Unit;
    use super::*;
    use proptest::prelude::*;

    fn part(weight: f64, value: Option<f64>, n: u64) -> Part {
        let indicator = Indicator {
            code: "x".into(),
            name_az: "x".into(),
            name_en: "x".into(),
            from: Source::Figure,
            figure: "f".into(),
            value: "v".into(),
            count: "n".into(),
            unit: Unit::Score,
            weight,
            worst: 0.0,
            best: 100.0,
            least: 5,
        };
        Part {
            indicator,
            value,
            n: Some(n),
            sql: String::new(),
            entered_by: None,
            entered_at: None,
            note: String::new(),
        }
    }

    proptest! {
        #[test]
        fn a_score_lies_between_its_points_and_what_is_missing_changes_nothing(
            known in proptest::collection::vec((1.0_f64..50.0, 0.0_f64..100.0), 1..8),
            missing in proptest::collection::vec(1.0_f64..50.0, 0..4),
        ) {
            let mut parts: Vec<Part> = known.iter().map(|(weight, value)| part(*weight, Some(*value), 9)).collect();
            let (alone, weight) = score(&parts, 0.0);
            let alone = alone.unwrap();
            let (low, high) = known.iter().fold((f64::MAX, f64::MIN), |(low, high), (_, value)| (low.min(*value), high.max(*value)));
            prop_assert!(low - 1e-9 <= alone && alone <= high + 1e-9);
            parts.extend(missing.iter().map(|weight| part(*weight, None, 0)));
            // Too few are as good as none.
            parts.extend(missing.iter().map(|weight| part(*weight, Some(0.0), 4)));
            let (with_missing, same) = score(&parts, 0.0);
            prop_assert!((with_missing.unwrap() - alone).abs() < 1e-9 && (same - weight).abs() < 1e-9);
            prop_assert_eq!(score(&parts, weight + 1.0).0, None);
        }

        #[test]
        fn rows_of_one_person_are_weighted_by_their_counts(rows in proptest::collection::vec((0.0_f64..100.0, 0_u64..50), 0..6)) {
            let n: u64 = rows.iter().map(|(_, n)| n).sum();
            let mean = rows.iter().map(|(value, n)| value * *n as f64).sum::<f64>() / n as f64;
            match together(rows.iter().map(|(value, n)| (Some(*value), *n))) {
                None => prop_assert_eq!(n, 0),
                Some(measured) => prop_assert!(measured.n == n && (measured.value - mean).abs() < 1e-9),
            }
        }
    }

    #[test]
    fn a_row_without_a_value_counts_in_nothing() {
        assert_eq!(together([(None, 7), (Some(80.0), 3)].into_iter()), Some(Measured { value: 80.0, n: 3 }));
        assert_eq!(together([(None, 7)].into_iter()), None);
    }
}
