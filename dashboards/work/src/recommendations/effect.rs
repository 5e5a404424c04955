//! What came of a recommendation, by the marks of its criterion on random calls before it was given and after. Pure.
//!
//! Whoever is given a recommendation was chosen because something went badly, and after a bad spell most do better without any help
//! (regression to the mean). So the assessment that the recommendation rests on is not counted, and the change is held against that of
//! representatives who had no such recommendation in the same time. Marks of two versions of a form are never put together.

use super::Recommendation;
use crate::assessment::{Assessment, Judged, Purpose, State};
use crate::rights::named;
use chrono::{DateTime, Utc};
use meyar_statistics::interval::newcombe_difference;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

const CONFIDENCE: f64 = 0.95;

/// Marks of some calls.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Side {
    pub n: u64,
    /// Full marks among them.
    pub full: u64,
    pub mean: f64,
}

impl Side {
    fn of(marks: &[f64], full: f64) -> Side {
        let n = marks.len() as u64;
        let mean = if marks.is_empty() { 0.0 } else { marks.iter().sum::<f64>() / n as f64 };
        Side { n, full: marks.iter().filter(|mark| **mark >= full).count() as u64, mean }
    }

    pub fn share(self) -> f64 {
        if self.n == 0 { 0.0 } else { self.full as f64 / self.n as f64 }
    }
}

/// A difference of shares, with its interval at 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Difference {
    /// Of two differences that rest on other calls: their intervals are put together as Newcombe puts two of Wilson's (MOVER).
    fn beside(self, other: Difference) -> Difference {
        let value = self.value - other.value;
        Difference {
            value,
            low: value - (self.value - self.low).hypot(other.high - other.value),
            high: value + (self.high - self.value).hypot(other.value - other.low),
        }
    }
}

/// Marks before and after, and by how much the share of full marks rose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub before: Side,
    pub after: Side,
    pub difference: Difference,
}

impl Change {
    fn of(before: Side, after: Side) -> Option<Change> {
        let known = newcombe_difference((after.full, after.n), (before.full, before.n), CONFIDENCE).ok()?;
        let value = after.share() - before.share();
        Some(Change { before, after, difference: Difference { value, low: known.low, high: known.high } })
    }
}

named! {
    /// What the marks say, as far as chance lets them: beside the others where there are any, else by themselves.
    Found: "finding" {
        Rose = "rose",
        Fell = "fell",
        Unsure = "unsure",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    pub own: Change,
    /// Of representatives without such a recommendation; absent where they have too few calls.
    #[serde(default)]
    pub others: Option<Change>,
    /// By how much more the own share rose than theirs.
    #[serde(default)]
    pub beside: Option<Difference>,
    pub found: Found,
    /// How many the others are.
    #[serde(default)]
    pub other_representatives: u64,
    /// Calls published after the recommendation of which nobody knows when they were.
    #[serde(default)]
    pub undated: u64,
}

/// Too few calls to say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Few {
    pub before: u64,
    pub after: u64,
    pub needed: u64,
}

/// What an effect is counted from.
#[derive(Debug, Clone)]
pub struct Material {
    /// Random and published, by the recommendation's version of the form, without the one that it rests on.
    pub assessments: Vec<Assessment>,
    /// Representatives who were ever given a recommendation about the criterion.
    pub advised: BTreeSet<String>,
    /// The highest mark of the criterion's scale.
    pub full: f64,
    /// Fewest calls on either side.
    pub needed: u64,
}

/// Whether an assessment says something of how the criterion is kept in general.
pub fn counts(assessment: &Assessment, recommendation: &Recommendation) -> bool {
    assessment.purpose == Purpose::Random
        && !matches!(assessment.state, State::Draft | State::Voided)
        && assessment.form == recommendation.form
        && assessment.assessment_id != recommendation.assessment_id
        && assessment.representative.is_some()
}

impl Material {
    /// Calls whose time decides the side that they are on: what was published before the recommendation was also spoken before it.
    pub fn undecided(&self, recommendation: &Recommendation) -> Vec<&str> {
        let later = |one: &&Assessment| one.published_at.is_some_and(|at| at >= recommendation.given_at);
        self.assessments.iter().filter(later).map(|one| one.call_id.as_str()).collect()
    }

    /// `called`: when the calls were.
    pub fn effect(
        &self,
        recommendation: &Recommendation,
        called: &HashMap<String, DateTime<Utc>>,
    ) -> Result<Effect, Few> {
        let given = recommendation.given_at;
        let mut undated = 0;
        let mut seen: Vec<(&str, DateTime<Utc>, bool, f64)> = Vec::new();
        for one in &self.assessments {
            let (Some(representative), Some(published)) = (one.representative.as_deref(), one.published_at) else {
                continue;
            };
            let Some(Judged::Marked(mark)) = one.mark(&recommendation.criterion).and_then(|mark| mark.judged) else {
                continue;
            };
            let after = if published < given {
                false
            } else if let Some(called) = called.get(&one.call_id) {
                *called >= given
            } else {
                undated += u64::from(representative == recommendation.representative);
                continue;
            };
            seen.push((representative, published, after, mark));
        }
        let own = |representative: &str| representative == recommendation.representative;
        let side = |whose: &dyn Fn(&str) -> bool, since: Option<DateTime<Utc>>, side: bool| {
            let marks: Vec<f64> = seen
                .iter()
                .filter(|(who, at, after, _)| whose(who) && *after == side && since.is_none_or(|since| *at >= since))
                .map(|(.., mark)| *mark)
                .collect();
            Side::of(&marks, self.full)
        };
        let (before, after) = (side(&own, None, false), side(&own, None, true));
        let few = Few { before: before.n, after: after.n, needed: self.needed };
        if before.n < self.needed || after.n < self.needed {
            return Err(few);
        }
        let own_change = Change::of(before, after).ok_or(few)?;
        // The others' time begins where the own one does.
        let since = seen.iter().filter(|(who, ..)| own(who)).map(|(_, at, ..)| *at).min();
        let other = |who: &str| !own(who) && !self.advised.contains(who);
        let (before, after) = (side(&other, since, false), side(&other, since, true));
        let enough = before.n >= self.needed && after.n >= self.needed;
        let others = if enough { Change::of(before, after) } else { None };
        let beside = others.map(|others| own_change.difference.beside(others.difference));
        let decisive = beside.unwrap_or(own_change.difference);
        let names: BTreeSet<&str> = seen.iter().map(|(who, ..)| *who).filter(|who| other(who)).collect();
        Ok(Effect {
            own: own_change,
            others,
            beside,
            found: match decisive {
                Difference { low, .. } if low > 0.0 => Found::Rose,
                Difference { high, .. } if high < 0.0 => Found::Fell,
                Difference { .. } => Found::Unsure,
            },
            other_representatives: if others.is_some() { names.len() as u64 } else { 0 },
            undated,
        })
    }
}
