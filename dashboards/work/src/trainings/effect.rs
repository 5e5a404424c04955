//! What a training changed: the marks of its criterion on random calls before and after it, of one version of a form. Pure.
//!
//! Whoever was sent because they were weak comes nearer to the mean by chance alone, so the same is shown of those who were not there.

use crate::assessment::{Assessment, Judged, Purpose, State};
use chrono::NaiveDate;
use meyar_schemas::evaluations::FormRef;
use meyar_statistics::interval::{Interval, student_mean};
use std::collections::{BTreeMap, BTreeSet};

/// One mark of the criterion on one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    pub call_id: String,
    pub representative: String,
    pub form: FormRef,
    pub mark: f64,
}

/// The mark of a criterion, where the assessment may be counted: chance chose the call, it is published, and it was not voided.
pub fn observed(assessment: &Assessment, criterion: &str) -> Option<Observed> {
    let counts = assessment.purpose == Purpose::Random && !matches!(assessment.state, State::Draft | State::Voided);
    let Some(Judged::Marked(mark)) = assessment.mark(criterion).filter(|_| counts)?.judged else { return None };
    Some(Observed {
        call_id: assessment.call_id.clone(),
        representative: assessment.representative.clone()?,
        form: assessment.form.clone(),
        mark,
    })
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Calls, and whose.
    pub calls: usize,
    pub people: usize,
    pub mean: f64,
    /// Absent where marks do not show how marks vary.
    pub interval: Option<Interval>,
}

/// After − before, by person: calls of one person are alike, so people are what is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub people: usize,
    pub mean: f64,
    pub interval: Option<Interval>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Both {
    pub before: Sample,
    pub after: Sample,
    /// Absent where nobody has calls on both sides.
    pub change: Option<Change>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Measured {
    Enough(Both),
    /// Calls before and after.
    TooFew(usize, usize),
}

/// What one version of a form shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    pub form: FormRef,
    pub taught: Measured,
    pub others: Measured,
}

/// Marks that are all alike do not show how they vary: an interval of no width would claim to know all.
fn interval(values: &[f64], confidence: f64) -> Option<Interval> {
    let (mean, sd) = spread(values);
    if sd > 0.0 { student_mean(mean, sd, values.len() as u64, confidence).ok() } else { None }
}

fn spread(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

fn sample(marks: &[(&str, f64)], confidence: f64) -> Sample {
    let values: Vec<f64> = marks.iter().map(|(_, mark)| *mark).collect();
    Sample {
        calls: marks.len(),
        people: marks.iter().map(|(who, _)| *who).collect::<BTreeSet<_>>().len(),
        mean: spread(&values).0,
        interval: interval(&values, confidence).map(|known| known.within(0.0, 1.0)),
    }
}

fn means<'a>(marks: &[(&'a str, f64)]) -> BTreeMap<&'a str, f64> {
    let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (who, mark) in marks {
        all.entry(*who).or_default().push(*mark);
    }
    all.into_iter().map(|(who, marks)| (who, spread(&marks).0)).collect()
}

fn measured(before: &[(&str, f64)], after: &[(&str, f64)], fewest: usize, confidence: f64) -> Measured {
    if before.len() < fewest.max(1) || after.len() < fewest.max(1) {
        return Measured::TooFew(before.len(), after.len());
    }
    let then = means(before);
    let changes: Vec<f64> = means(after).into_iter().filter_map(|(who, now)| Some(now - then.get(who)?)).collect();
    let change = (!changes.is_empty()).then(|| Change {
        people: changes.len(),
        mean: spread(&changes).0,
        interval: interval(&changes, confidence).map(|known| known.within(-1.0, 1.0)),
    });
    Measured::Enough(Both { before: sample(before, confidence), after: sample(after, confidence), change })
}

/// Each version of a form by itself. `called_on`: the day of a call, absent where nothing is known of it or it lies too far away;
/// calls of the training's own day are on neither side.
pub fn effects(
    observed: &[Observed],
    called_on: impl Fn(&str) -> Option<NaiveDate>,
    day: NaiveDate,
    taught: &BTreeSet<&str>,
    fewest: usize,
    confidence: f64,
) -> Vec<Effect> {
    type Marks<'a> = [Vec<(&'a str, f64)>; 4];
    let mut forms: BTreeMap<(&str, &str, &str), (&FormRef, Marks<'_>)> = BTreeMap::new();
    for one in observed {
        let Some(called) = called_on(&one.call_id).filter(|called| *called != day) else { continue };
        let key = (one.form.id.as_str(), one.form.version.as_str(), one.form.language.as_str());
        let (_, sides) = forms.entry(key).or_insert_with(|| (&one.form, Marks::default()));
        let side = usize::from(called > day) + if taught.contains(one.representative.as_str()) { 0 } else { 2 };
        if let Some(side) = sides.get_mut(side) {
            side.push((&one.representative, one.mark));
        }
    }
    let effect = |(form, [before, after, others_before, others_after]): (&FormRef, Marks<'_>)| Effect {
        form: form.clone(),
        taught: measured(&before, &after, fewest, confidence),
        others: measured(&others_before, &others_after, fewest, confidence),
    };
    forms.into_values().map(effect).collect()
}
