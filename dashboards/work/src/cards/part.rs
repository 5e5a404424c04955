//! One indicator of a card: its value, its points, and what all of them make together. Pure.

use super::{Indicator, Source};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One indicator of a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// As it stood when the card was made.
    pub indicator: Indicator,
    #[serde(default)]
    pub value: Option<f64>,
    /// Of how many; absent for what is only entered.
    #[serde(default)]
    pub n: Option<u64>,
    /// Hash of the figure's SQL, so that the same can be asked again.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sql: String,
    /// Of work: ids of the records that it was counted from, as the store had them when the card was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<String>,
    /// Where scores of several versions of a form make its value: each of them. Empty where there is one, or none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<OfVersion>,
    /// Of work that could not be measured: what a person entered in place of it. What was measured stays beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead: Option<f64>,
    /// The person who entered it.
    #[serde(default)]
    pub entered_by: Option<String>,
    #[serde(default)]
    pub entered_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub note: String,
}

/// What one version of a form adds to a value. Its marks mean what that version says, so that a mean over several is told as one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfVersion {
    /// `default-call-form 0.1`.
    pub form: String,
    pub value: f64,
    pub n: u64,
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
    pub fn new(indicator: &Indicator, measured: Option<&Measured>, sql: &BTreeMap<String, String>) -> Part {
        let mut part = Part {
            indicator: indicator.clone(),
            value: None,
            n: None,
            sql: String::new(),
            records: Vec::new(),
            versions: Vec::new(),
            instead: None,
            entered_by: None,
            entered_at: None,
            note: String::new(),
        };
        part.measure(measured, sql);
        part
    }

    /// Takes what is measured now, once or again; what people entered stays, where it is not measured.
    pub fn measure(&mut self, measured: Option<&Measured>, sql: &BTreeMap<String, String>) {
        if self.indicator.from == Source::Hand {
            return;
        }
        (self.value, self.n) = (measured.map(|known| known.value), Some(measured.map_or(0, |known| known.n)));
        self.records = measured.map(|known| known.records.clone()).unwrap_or_default();
        self.versions = measured.map(|known| known.versions.clone()).unwrap_or_default();
        self.sql = sql.get(&self.indicator.figure).cloned().unwrap_or_default();
        if self.unmeasured().is_none() {
            (self.instead, self.entered_by, self.entered_at, self.note) = (None, None, None, String::new());
        }
    }

    /// Why it has no value of its own, whatever a person entered in place of it.
    fn unmeasured(&self) -> Option<Lacking> {
        match (self.value, self.indicator.from) {
            (None, Source::Hand) => Some(Lacking::Entry),
            (None, Source::Figure | Source::Work) => Some(Lacking::Value),
            (Some(_), Source::Figure | Source::Work) if self.n.unwrap_or(0) < self.indicator.least => {
                Some(Lacking::Count)
            }
            _ => None,
        }
    }

    pub fn lacking(&self) -> Option<Lacking> {
        self.unmeasured().filter(|_| self.instead.is_none())
    }

    /// What counts.
    pub fn counted(&self) -> Option<f64> {
        self.instead.or_else(|| self.value.filter(|_| self.unmeasured().is_none()))
    }

    pub fn points(&self) -> Option<f64> {
        self.counted().map(|value| self.indicator.points(value))
    }

    /// Whether a person may enter it: what the form leaves to people, and work that the store knows too little of.
    pub fn takes_entry(&self) -> bool {
        match self.indicator.from {
            Source::Hand => true,
            Source::Work => self.unmeasured().is_some(),
            Source::Figure => false,
        }
    }

    /// What a person entered.
    pub fn entry(&self) -> Option<f64> {
        if self.indicator.from == Source::Hand { self.value } else { self.instead }
    }

    /// Keeps the name of whoever entered it first, as long as it stays the same.
    pub fn enter(&mut self, value: Option<f64>, note: String, by: &str, at: DateTime<Utc>) {
        if (self.entry(), self.note.as_str()) == (value, note.as_str()) {
            return;
        }
        let is_there = value.is_some() || !note.is_empty();
        match self.indicator.from {
            Source::Hand => self.value = value,
            Source::Figure | Source::Work => self.instead = value,
        }
        (self.note, self.entered_by) = (note, is_there.then(|| by.to_owned()));
        self.entered_at = is_there.then_some(at);
    }
}

/// What a figure, or the work in the store, says of somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    pub value: f64,
    pub n: u64,
    /// Of work: the records that it was counted from.
    pub records: Vec<String>,
    /// Of a figure: the versions of a form that it is of, where there are several.
    pub versions: Vec<OfVersion>,
}

impl Measured {
    pub fn of_figure(value: f64, n: u64) -> Measured {
        Measured { value, n, records: Vec::new(), versions: Vec::new() }
    }
}

/// A row of a figure about one person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FigureRow {
    /// The form and its version, in figures that tell them apart.
    pub form: Option<String>,
    pub value: Option<f64>,
    pub n: u64,
}

/// Several rows of one figure about one person: their mean, weighted by their counts. Of one row it is that row's very value. Where they
/// are of several versions of a form, each stands beside the mean: a card says what it mixes.
pub fn together(rows: impl Iterator<Item = FigureRow>) -> Option<Measured> {
    let known: Vec<(Option<String>, f64, u64)> =
        rows.filter_map(|row| Some((row.form, row.value?, row.n))).filter(|(.., n)| *n > 0).collect();
    let mut versions: BTreeMap<&str, Vec<(f64, u64)>> = BTreeMap::new();
    for (form, value, n) in &known {
        versions.entry(form.as_deref().unwrap_or_default()).or_default().push((*value, *n));
    }
    let of_version = |(form, rows): (&&str, &Vec<(f64, u64)>)| {
        let (value, n) = weighted(rows)?;
        Some(OfVersion { form: (*form).to_owned(), value, n })
    };
    let all: Vec<(f64, u64)> = known.iter().map(|(_, value, n)| (*value, *n)).collect();
    let (value, n) = weighted(&all)?;
    let versions = if versions.len() > 1 { versions.iter().filter_map(of_version).collect() } else { Vec::new() };
    Some(Measured { versions, ..Measured::of_figure(value, n) })
}

fn weighted(rows: &[(f64, u64)]) -> Option<(f64, u64)> {
    let n: u64 = rows.iter().map(|(_, n)| n).sum();
    match rows {
        [] => None,
        [one] => Some(*one),
        many => Some((many.iter().map(|(value, n)| value * *n as f64).sum::<f64>() / n as f64, n)),
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
            measure: None,
            unit: Unit::Score,
            weight,
            worst: 0.0,
            best: 100.0,
            least: 5,
        };
        let measured = value.map(|value| Measured::of_figure(value, n));
        Part::new(&indicator, measured.as_ref(), &BTreeMap::new())
    }

    fn row(form: Option<&str>, value: Option<f64>, n: u64) -> FigureRow {
        FigureRow { form: form.map(str::to_owned), value, n }
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
            match together(rows.iter().map(|(value, n)| row(None, Some(*value), *n))) {
                None => prop_assert_eq!(n, 0),
                Some(measured) => prop_assert!(measured.n == n && (measured.value - mean).abs() < 1e-9 && measured.versions.is_empty()),
            }
        }
    }

    #[test]
    fn what_a_person_enters_stands_in_place_of_too_little_work_until_there_is_enough() {
        let at = DateTime::UNIX_EPOCH;
        let (few, enough) = (Measured::of_figure(60.0, 4), Measured::of_figure(70.0, 5));
        let mut part = part(10.0, Some(60.0), 4);
        assert!(!part.takes_entry(), "a figure is never entered");
        (part.indicator.from, part.indicator.worst) = (Source::Work, 50.0);
        assert!(part.takes_entry() && part.lacking() == Some(Lacking::Count) && part.points().is_none());
        part.enter(Some(90.0), "protokol".into(), "orxan", at);
        assert_eq!((part.counted(), part.points(), part.lacking()), (Some(90.0), Some(80.0), None));
        assert_eq!((part.value, part.n), (Some(60.0), Some(4)), "what was measured stays");
        part.measure(Some(&few), &BTreeMap::new());
        assert_eq!((part.counted(), part.entered_by.as_deref()), (Some(90.0), Some("orxan")));
        part.measure(Some(&enough), &BTreeMap::new());
        assert_eq!((part.counted(), part.entered_by, part.note.as_str()), (Some(70.0), None, ""));
    }

    #[test]
    fn a_row_without_a_value_counts_in_nothing() {
        assert_eq!(
            together([row(None, None, 7), row(None, Some(80.0), 3)].into_iter()),
            Some(Measured::of_figure(80.0, 3))
        );
        assert_eq!(together([row(None, None, 7)].into_iter()), None);
    }

    #[test]
    fn scores_of_several_versions_are_never_mixed_in_silence() {
        let (old, new) = (Some("forma 0.1"), Some("forma 0.2"));
        let mixed = together([row(old, Some(80.0), 3), row(new, Some(60.0), 1)].into_iter()).unwrap();
        assert_eq!((mixed.value, mixed.n), (75.0, 4));
        let said: Vec<_> = mixed.versions.iter().map(|one| (one.form.as_str(), one.value, one.n)).collect();
        assert_eq!(said, [("forma 0.1", 80.0, 3), ("forma 0.2", 60.0, 1)]);
        // It stays with the card, and goes when there is one again.
        let mut part = part(10.0, None, 0);
        part.measure(Some(&mixed), &BTreeMap::new());
        let kept: Part = serde_json::from_value(serde_json::to_value(&part).unwrap()).unwrap();
        assert_eq!(kept.versions, mixed.versions);
        let one = together([row(old, Some(80.0), 3), row(old, Some(60.0), 1), row(new, None, 0)].into_iter()).unwrap();
        assert_eq!((one.value, one.versions.len()), (75.0, 0), "one version, and one that nothing was scored by");
        part.measure(Some(&one), &BTreeMap::new());
        assert!(part.versions.is_empty());
    }
}
