//! Assessments that chance brought, as an estimate takes them: one label a call, each weighing what its chance asks for. Pure.
//!
//! Plans that overlap may draw the same call twice. The second judgement says nothing of another call, so that one alone counts: the one
//! that was published first (of two at the same moment the one with the lower id), whoever gave it and whatever it says. The figures
//! `estimate_labelled` and `assessments_by_representative` have the same rule.

use crate::assessment::{Assessment, Purpose, State};
use meyar_statistics::interval::student_mean;
use meyar_statistics::sample::hajek_mean;
use meyar_statistics::{Interval, StatisticsError};
use std::collections::BTreeSet;

/// What of some assessments may stand in a mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels<'a> {
    /// One a call, with its score.
    pub kept: Vec<(&'a Assessment, f64)>,
    /// Those whose call was counted already.
    pub left_out: usize,
}

/// How the calls of a mean were weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// All had the same chance, or the chance of none is known: each call counts the same.
    Alike,
    /// By the inverse of their chances, which differ (Hájek).
    ByChance,
    /// The chance of some is known and of others not: each counts the same, and that is to be told.
    SomeUnknown,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LabelMean {
    pub value: f64,
    pub n: usize,
    /// Absent where nothing varies: an interval of no width would claim to know all.
    pub interval: Option<Interval>,
    pub weighting: Weighting,
}

/// Whether an assessment counts in a mean, with what: only what chance chose, nothing that was voided.
pub fn counted(one: &Assessment) -> Option<f64> {
    let counts = one.purpose == Purpose::Random && !matches!(one.state, State::Draft | State::Voided);
    one.effective_score.filter(|_| counts)
}

/// Of several assessments of what one representative said in a call, by one version of a form, the one that was published first.
pub fn first_of_each_call(mut all: Vec<Assessment>) -> Vec<Assessment> {
    all.sort_by(|a, b| (a.published_at, &a.assessment_id).cmp(&(b.published_at, &b.assessment_id)));
    let mut seen = BTreeSet::new();
    all.retain(|one| {
        let form = (one.form.id.clone(), one.form.version.clone());
        seen.insert((one.call_id.clone(), one.representative.clone(), form))
    });
    all
}

/// The labels among assessments of one version of a form.
pub fn labels<'a>(assessments: impl IntoIterator<Item = &'a Assessment>) -> Labels<'a> {
    let mut all: Vec<(&Assessment, f64)> =
        assessments.into_iter().filter_map(|one| Some((one, counted(one)?))).collect();
    all.sort_by_key(|(one, _)| (one.published_at, one.assessment_id.as_str()));
    let (mut calls, found) = (BTreeSet::new(), all.len());
    all.retain(|(one, _)| calls.insert(one.call_id.as_str()));
    Labels { left_out: found - all.len(), kept: all }
}

impl Labels<'_> {
    /// `None` without any label. A few calls are no large sample: intervals are Student's, of the weighted mean too.
    pub fn mean(&self, confidence: f64) -> Option<LabelMean> {
        let scores: Vec<f64> = self.kept.iter().map(|(_, score)| *score).collect();
        let n = scores.len();
        let chances: Vec<f64> = self.kept.iter().filter_map(|(one, _)| one.probability).collect();
        let weighting = match chances.as_slice() {
            known if !known.is_empty() && known.len() < n => Weighting::SomeUnknown,
            [first, others @ ..] if others.iter().any(|chance| chance != first) => Weighting::ByChance,
            _ => Weighting::Alike,
        };
        let found = match weighting {
            Weighting::ByChance => by_chance(&scores, &chances, confidence),
            Weighting::Alike | Weighting::SomeUnknown => alike(&scores, confidence),
        };
        match found {
            Ok((value, interval)) => Some(LabelMean { value, n, interval, weighting }),
            // A chance that is none, in a record of another program: no call weighs anything then, so that all weigh the same.
            Err(_) => {
                let (value, interval) = alike(&scores, confidence).ok()?;
                Some(LabelMean { value, n, interval, weighting: Weighting::SomeUnknown })
            }
        }
    }
}

type Found = Result<(f64, Option<Interval>), StatisticsError>;

fn alike(scores: &[f64], confidence: f64) -> Found {
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
    let deviation = if scores.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 };
    within(mean, deviation, scores.len(), confidence)
}

/// Hájek's mean with the standard error of its linearisation.
fn by_chance(scores: &[f64], chances: &[f64], confidence: f64) -> Found {
    let found = hajek_mean(scores, chances, confidence)?.estimate;
    within(found.value, found.standard_error * (scores.len() as f64).sqrt(), scores.len(), confidence)
}

fn within(mean: f64, deviation: f64, n: usize, confidence: f64) -> Found {
    if n == 0 {
        return Err(StatisticsError::TooFew { field: "labels", have: 0, needed: 1 });
    }
    let varies = deviation > 0.0;
    Ok((mean, if varies { student_mean(mean, deviation, n as u64, confidence).ok() } else { None }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration, NaiveDate};
    use meyar_scoring::Forms;

    fn label(id: &str, call: &str, day: i64, score: f64, chance: Option<f64>) -> Assessment {
        let forms = Forms::embedded().unwrap();
        let form = forms.form_for("az", NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).unwrap();
        let mut one = Assessment::begin(id.into(), call, form, None, "p", Purpose::Random);
        (one.state, one.effective_score, one.probability) = (State::Published, Some(score), chance);
        one.published_at = Some(DateTime::UNIX_EPOCH + Duration::days(day));
        one
    }

    #[test]
    fn a_call_that_two_plans_drew_counts_once_by_the_label_that_came_first() {
        let mut all = vec![
            label("b", "c1", 2, 40.0, Some(0.5)),
            label("a", "c1", 1, 80.0, Some(0.5)),
            label("c", "c2", 3, 60.0, Some(0.5)),
        ];
        let found = labels(&all);
        let kept: Vec<_> = found.kept.iter().map(|(one, score)| (one.assessment_id.as_str(), *score)).collect();
        assert_eq!((kept, found.left_out), (vec![("a", 80.0), ("c", 60.0)], 1));
        assert_eq!(found.mean(0.95).unwrap().value, 70.0);
        // What came of an advice or a training is counted by the same rule.
        let once = first_of_each_call(all.clone()).into_iter().map(|one| one.assessment_id).collect::<Vec<_>>();
        assert_eq!(once, ["a", "c"]);
        // Whatever order they come in; and of the same moment the lower id.
        all.reverse();
        all[1].published_at = all[2].published_at;
        let found = labels(&all);
        assert_eq!((found.kept[0].0.assessment_id.as_str(), found.left_out), ("a", 1));
        // What was voided, or chance did not pick, is no label: then the other one stands.
        all[1].state = State::Voided;
        all[0].purpose = Purpose::Risk;
        let found = labels(&all);
        assert_eq!((found.kept.len(), found.kept[0].1, found.left_out), (1, 40.0, 0));
        assert_eq!(labels(&[]).mean(0.95), None);
    }

    #[test]
    fn a_rarer_call_weighs_more_in_a_mean() {
        // One call in ten and one in a hundred: these stand for 20, those for 200.
        let scores = [(60.0, 0.1), (70.0, 0.1), (90.0, 0.01), (80.0, 0.01)];
        let all: Vec<Assessment> = scores
            .iter()
            .enumerate()
            .map(|(n, (score, chance))| label(&format!("a{n}"), &format!("c{n}"), 1, *score, Some(*chance)))
            .collect();
        let found = labels(&all).mean(0.95).unwrap();
        let expected = (20.0 * 65.0 + 200.0 * 85.0) / 220.0;
        assert!((found.value - expected).abs() < 1e-9 && found.weighting == Weighting::ByChance, "{found:?}");
        // Two of the four carry nearly all: the interval is that of the weighted mean, by hand:
        // 4/3 · Σ(w(y − ȳ)/Σw)², and t(0,975; 3) = 3,182.
        let variance: f64 =
            4.0 / 3.0 * scores.iter().map(|(score, chance)| ((score - expected) / chance / 220.0).powi(2)).sum::<f64>();
        let half = found.interval.unwrap().width() / 2.0;
        assert!((half - 3.182_446 * variance.sqrt()).abs() < 1e-4, "{half}");
    }

    #[test]
    fn with_one_chance_it_is_the_plain_mean_and_an_unknown_chance_is_told() {
        let of = |chances: [Option<f64>; 3]| {
            let all: Vec<Assessment> = chances
                .into_iter()
                .enumerate()
                .map(|(n, chance)| label(&format!("a{n}"), &format!("c{n}"), 1, 60.0 + 10.0 * n as f64, chance))
                .collect();
            labels(&all).mean(0.95).unwrap()
        };
        let plain = student_mean(70.0, 10.0, 3, 0.95).unwrap();
        for (chances, weighting) in [
            ([Some(0.2); 3], Weighting::Alike),
            ([None; 3], Weighting::Alike),
            ([Some(0.2), None, Some(0.4)], Weighting::SomeUnknown),
            // No chance is above 1: that record cannot be weighted by.
            ([Some(0.2), Some(7.0), Some(0.4)], Weighting::SomeUnknown),
        ] {
            let found = of(chances);
            assert_eq!((found.value, found.n, found.weighting), (70.0, 3, weighting), "{chances:?}");
            assert_eq!(found.interval, Some(plain), "{chances:?}");
        }
        let one = label("a", "c", 1, 50.0, Some(0.5));
        assert_eq!(labels([&one]).mean(0.95).unwrap().interval, None, "one call shows no spread");
    }
}
