//! A trial: past calls judged by two versions of a form, side by side, and nothing of it kept. Each call is judged exactly as the evaluator
//! would judge it, only that the version is given instead of being chosen by the day.

use crate::{Judge, calls, transcripts};
use chrono::{DateTime, NaiveDate, Utc};
use meyar_lake::{Lake, LakeError};
use meyar_schemas::{
    Invalid,
    evaluations::{Outcome, Verdict, VerdictState},
    reference::Reference,
    transcripts::Transcript,
};
use meyar_scoring::{Assessment, Form, FormError, FormSpec, Forms};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// One call under both.
#[derive(Debug, Clone)]
pub struct Compared {
    pub call_id: String,
    pub representative: Option<String>,
    pub before: Assessment,
    pub after: Assessment,
}

impl Compared {
    /// After less before, where both gave a score.
    pub fn change(&self) -> Option<f64> {
        Some(self.after.raw_score? - self.before.raw_score?)
    }

    pub fn is_changed(&self) -> bool {
        let marks = |assessment: &Assessment| -> Vec<(String, VerdictState, Option<f64>)> {
            assessment.verdicts.iter().map(|v| (v.criterion.clone(), v.state, v.mark)).collect()
        };
        self.change().is_some_and(|change| change.abs() >= 0.005) || marks(&self.before) != marks(&self.after)
    }
}

/// What was looked up for a trial; judging it touches no lake any more.
#[derive(Debug, Default)]
pub struct Material {
    transcripts: Vec<Transcript>,
    known: HashMap<String, calls::Known>,
    /// How many the span has in all.
    pub of: usize,
}

/// A steady share of the calls that were recorded in a span, with today's records of them.
pub async fn material(
    lake: &Lake,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    most: usize,
    now: DateTime<Utc>,
) -> Result<Material, LakeError> {
    let drawn = transcripts::draw(lake, from, to, most).await?;
    let ids: Vec<String> = drawn.transcripts.iter().map(|transcript| transcript.call_id.clone()).collect();
    let known = if ids.is_empty() {
        HashMap::new()
    } else {
        // Sheets and appeals may have come any day since.
        calls::look_up(lake, &ids, Some(calls::Days::since(from, now.max(to)))).await?
    };
    Ok(Material { transcripts: drawn.transcripts, known, of: drawn.of })
}

/// A judge who judges every day's calls by one version, whatever day it is in force from.
pub fn judge_by(version: &[FormSpec], reference: Arc<Reference>) -> Result<Judge, FormError> {
    let always = |spec: &FormSpec| {
        let mut spec = spec.clone();
        spec.form.valid_from = NaiveDate::MIN;
        Form::of(spec)
    };
    Ok(Judge::new(Arc::new(Forms::of(version.iter().map(always).collect::<Result<_, _>>()?)?), reference))
}

#[derive(Debug, Clone, Default)]
pub struct Trial {
    pub calls: Vec<Compared>,
    /// How many the span has in all.
    pub of: usize,
    /// Looked at, but spoken in a language that neither version nor the centre's own form can say anything of.
    pub not_possible: usize,
}

/// Takes its time: a thread of its own is the place for it.
pub fn run(material: &Material, before: &Judge, after: &Judge) -> Result<Trial, Invalid> {
    let mut trial = Trial { of: material.of, ..Trial::default() };
    for transcript in &material.transcripts {
        let call = material.known.get(&transcript.call_id);
        match (before.judge(transcript, call)?, after.judge(transcript, call)?) {
            (Ok(before), Ok(after)) => trial.calls.push(Compared {
                call_id: transcript.call_id.clone(),
                representative: before.facts.representative,
                before: before.assessment,
                after: after.assessment,
            }),
            _ => trial.not_possible += 1,
        }
    }
    Ok(trial)
}

/// The verdicts of one criterion under one version.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    pub marked: usize,
    sum: f64,
    pub suspected: usize,
    pub abstained: usize,
    pub not_applicable: usize,
}

impl Tally {
    fn take(&mut self, verdict: &Verdict) {
        match verdict.state {
            VerdictState::Marked => {
                self.marked += 1;
                self.sum += verdict.mark.unwrap_or(0.0);
            }
            VerdictState::Suspected => self.suspected += 1,
            VerdictState::Abstained => self.abstained += 1,
            VerdictState::NotApplicable => self.not_applicable += 1,
        }
    }

    pub fn mean(&self) -> Option<f64> {
        (self.marked > 0).then(|| self.sum / self.marked as f64)
    }
}

/// One representative's calls under both.
#[derive(Debug, Clone, PartialEq)]
pub struct OfPerson {
    pub representative: String,
    /// Calls that both gave a score.
    pub calls: usize,
    pub before: f64,
    pub after: f64,
    /// Calls with a suspected critical error.
    pub suspected: (usize, usize),
}

impl OfPerson {
    pub fn change(&self) -> f64 {
        self.after - self.before
    }
}

impl Trial {
    /// By criterion, in the order of the newer version; what only the older has comes last. `None` where a version does not have it.
    pub fn criteria(&self) -> Vec<(String, Option<Tally>, Option<Tally>)> {
        let mut order: Vec<String> = Vec::new();
        let mut tallies: HashMap<String, (Option<Tally>, Option<Tally>)> = HashMap::new();
        let pick =
            |compared: &'_ Compared, newer: bool| if newer { compared.after.clone() } else { compared.before.clone() };
        for newer in [true, false] {
            for compared in &self.calls {
                for verdict in pick(compared, newer).verdicts {
                    if !tallies.contains_key(&verdict.criterion) {
                        order.push(verdict.criterion.clone());
                    }
                    let of = tallies.entry(verdict.criterion.clone()).or_default();
                    let of = if newer { &mut of.1 } else { &mut of.0 };
                    of.get_or_insert_default().take(&verdict);
                }
            }
        }
        let of = |code: String| {
            let (before, after) = tallies.get(&code).copied().unwrap_or_default();
            (code, before, after)
        };
        order.into_iter().map(of).collect()
    }

    /// The mean score before and after, over the calls that both gave one, and how many these are.
    pub fn means(&self) -> Option<(f64, f64, usize)> {
        let both: Vec<(f64, f64)> =
            self.calls.iter().filter_map(|call| Some((call.before.raw_score?, call.after.raw_score?))).collect();
        let n = both.len() as f64;
        (!both.is_empty()).then(|| {
            (
                both.iter().map(|both| both.0).sum::<f64>() / n,
                both.iter().map(|both| both.1).sum::<f64>() / n,
                both.len(),
            )
        })
    }

    /// Calls with a suspected critical error, before and after.
    pub fn suspected(&self) -> (usize, usize) {
        suspected(self.calls.iter())
    }

    /// Who would change, the most first; those whose calls have no score under either version are left out.
    pub fn people(&self) -> Vec<OfPerson> {
        let mut calls: BTreeMap<&str, Vec<&Compared>> = BTreeMap::new();
        for call in &self.calls {
            if let Some(representative) = &call.representative {
                calls.entry(representative).or_default().push(call);
            }
        }
        let of = |(representative, calls): (&str, Vec<&Compared>)| {
            let both: Vec<(f64, f64)> =
                calls.iter().filter_map(|call| Some((call.before.raw_score?, call.after.raw_score?))).collect();
            let n = both.len() as f64;
            (!both.is_empty()).then(|| OfPerson {
                representative: representative.to_owned(),
                calls: both.len(),
                before: both.iter().map(|both| both.0).sum::<f64>() / n,
                after: both.iter().map(|both| both.1).sum::<f64>() / n,
                suspected: suspected(calls.iter().copied()),
            })
        };
        let mut people: Vec<OfPerson> = calls.into_iter().filter_map(of).collect();
        people.sort_by(|one, other| other.change().abs().total_cmp(&one.change().abs()));
        people
    }

    /// The calls whose score changes the most, or that would be suspected or no longer be.
    pub fn most_changed(&self, most: usize) -> Vec<&Compared> {
        let turns = |call: &Compared| {
            (call.before.outcome == Outcome::CriticalSuspected) != (call.after.outcome == Outcome::CriticalSuspected)
        };
        let weight = |call: &Compared| call.change().map_or(0.0, f64::abs);
        let mut calls: Vec<&Compared> = self.calls.iter().filter(|call| call.is_changed()).collect();
        calls.sort_by(|one, other| {
            (turns(other), weight(other))
                .partial_cmp(&(turns(one), weight(one)))
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| one.call_id.cmp(&other.call_id))
        });
        calls.truncate(most);
        calls
    }

    /// How many calls change by how much: bins of `width` points around 0, from the lowest; what lies beyond is in the outermost.
    pub fn histogram(&self, width: f64, each_side: usize) -> Vec<usize> {
        let mut bins = vec![0; 2 * each_side + 1];
        for change in self.calls.iter().filter_map(Compared::change) {
            let at = (change / width).round().clamp(-(each_side as f64), each_side as f64) + each_side as f64;
            bins[at as usize] += 1;
        }
        bins
    }
}

fn suspected<'c>(calls: impl Iterator<Item = &'c Compared>) -> (usize, usize) {
    calls.fold((0, 0), |(before, after), call| {
        let is = |assessment: &Assessment| usize::from(assessment.outcome == Outcome::CriticalSuspected);
        (before + is(&call.before), after + is(&call.after))
    })
}
