//! Which calls are listened to. Pure, and anybody can draw again: a call's place is the hash of the plan's seed and its id, so the same
//! seed over the same calls gives the same sample, in whatever order the calls come, and nobody chooses.

use crate::rights::named;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

named! {
    /// Why a call should be heard although chance did not pick it. Such picks stand outside of every estimate.
    Risk: "risk" {
        /// The machine suspects a critical error.
        Suspected = "suspected",
        Complaint = "complaint",
        Urgent = "urgent",
        LowSurvey = "low_survey",
        /// The machine's own score is low, though it suspects nothing critical.
        LowScore = "low_score",
        LongHold = "long_hold",
    }
}

impl Risk {
    /// It tells what a machine gave.
    pub fn is_of_marks(self) -> bool {
        matches!(self, Risk::Suspected | Risk::LowScore)
    }
}

named! {
    /// By what calls are divided before chance picks in each part.
    Stratum: "stratum" {
        Representative = "representative",
        Line = "line",
        Topic = "topic",
        Location = "location",
    }
}

/// What of a call the choice may rest on.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct Candidate {
    pub call_id: String,
    pub representative: Option<String>,
    pub line: Option<String>,
    pub topic: Option<String>,
    /// `hall` or `remote`.
    pub location: Option<String>,
    pub has_recording: bool,
    /// The machine's score.
    pub raw_score: Option<f64>,
    pub suspected: bool,
    pub hold_ms: Option<i64>,
    /// The lowest answer of the caller's survey, as a share of its scale.
    pub survey_share: Option<f64>,
    pub complaint: bool,
    pub urgent: bool,
}

/// How many are drawn, of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Design {
    /// Written into the plan before the draw.
    pub seed: String,
    pub strata: Vec<Stratum>,
    /// Calls at random of each stratum.
    pub each: usize,
    /// At most so many risk picks in all.
    pub risk_most: usize,
    /// Holds that long and longer.
    pub long_hold_ms: i64,
    /// Survey answers up to that share of the scale.
    pub low_survey_share: f64,
    /// Scores of the machine below that; absent: its score is no risk. A plan from before there was such a rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low_score: Option<f64>,
}

impl Default for Design {
    fn default() -> Self {
        Design {
            seed: String::new(),
            strata: vec![Stratum::Representative],
            each: 4,
            risk_most: 0,
            long_hold_ms: 90_000,
            low_survey_share: 0.4,
            low_score: Some(50.0),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub picks: Vec<Picked>,
    /// Strata that have fewer calls than were asked for, or whose calls have no sound.
    pub short: Vec<Short>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    pub call_id: String,
    pub representative: Option<String>,
    pub line: Option<String>,
    pub stratum: String,
    /// Absent for those that chance picked.
    pub risk: Option<Risk>,
    /// The chance that the call had; only of random picks.
    pub probability: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Short {
    pub stratum: String,
    pub asked: usize,
    pub found: usize,
}

/// The place of a call in the draw.
fn place(seed: &str, call_id: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((seed.len() as u64).to_be_bytes());
    hash.update(seed.as_bytes());
    hash.update(call_id.as_bytes());
    hash.finalize().into()
}

fn risk_of(design: &Design, call: &Candidate) -> Option<Risk> {
    let by = [
        (Risk::Suspected, call.suspected),
        (Risk::Complaint, call.complaint),
        (Risk::Urgent, call.urgent),
        (Risk::LowSurvey, call.survey_share.is_some_and(|share| share <= design.low_survey_share)),
        (Risk::LowScore, design.low_score.zip(call.raw_score).is_some_and(|(below, score)| score < below)),
        (Risk::LongHold, call.hold_ms.is_some_and(|hold_ms| hold_ms >= design.long_hold_ms)),
    ];
    by.into_iter().find_map(|(risk, is)| is.then_some(risk))
}

/// Draws a plan's calls. A call that cannot be heard, or that nobody answered, is not drawn and does not count in the chance.
pub fn draw(design: &Design, calls: &[Candidate]) -> Drawn {
    let mut strata: BTreeMap<String, Vec<&Candidate>> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.has_recording && call.representative.is_some()) {
        let name = |stratum: &Stratum| {
            let value = match stratum {
                Stratum::Representative => &call.representative,
                Stratum::Line => &call.line,
                Stratum::Topic => &call.topic,
                Stratum::Location => &call.location,
            };
            value.clone().unwrap_or_else(|| "–".to_owned())
        };
        strata.entry(design.strata.iter().map(name).collect::<Vec<_>>().join(" · ")).or_default().push(call);
    }
    let (mut picks, mut short, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for (stratum, mut calls) in strata {
        calls.sort_by_key(|call| place(&design.seed, &call.call_id));
        calls.dedup_by(|a, b| a.call_id == b.call_id);
        let found = calls.len().min(design.each);
        if found < design.each {
            short.push(Short { stratum: stratum.clone(), asked: design.each, found });
        }
        let probability = found as f64 / calls.len() as f64;
        for call in calls.drain(..found) {
            picks.push(picked(call, &stratum, None, Some(probability)));
        }
        rest.extend(calls.into_iter().filter_map(|call| Some((risk_of(design, call)?, stratum.clone(), call))));
    }
    // The gravest first; among equals chance decides.
    rest.sort_by_key(|(risk, _, call)| (*risk, place(&design.seed, &call.call_id)));
    let risky = rest.into_iter().take(design.risk_most);
    picks.extend(risky.map(|(risk, stratum, call)| picked(call, &stratum, Some(risk), None)));
    Drawn { picks, short }
}

fn picked(call: &Candidate, stratum: &str, risk: Option<Risk>, probability: Option<f64>) -> Picked {
    Picked {
        call_id: call.call_id.clone(),
        representative: call.representative.clone(),
        line: call.line.clone(),
        stratum: stratum.to_owned(),
        risk,
        probability,
    }
}

/// Somebody who can be given work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    pub person_id: String,
    /// Calls of this representative are their own.
    pub representative: Option<String>,
    /// The most that they can take now; absent: any number.
    pub quota: Option<usize>,
}

/// Whom each pick goes to: to whoever has least so far and is not the call's own representative. `None` where nobody can.
pub fn assign(picks: &[Picked], workers: &[Worker]) -> Vec<Option<String>> {
    let mut load = vec![0_usize; workers.len()];
    picks
        .iter()
        .map(|pick| {
            let free = |at: &usize| {
                let worker = &workers[*at];
                let own = worker.representative.is_some() && worker.representative == pick.representative;
                !own && worker.quota.is_none_or(|quota| load[*at] < quota)
            };
            let at = (0..workers.len()).filter(free).min_by_key(|at| (load[*at], &workers[*at].person_id))?;
            load[at] += 1;
            Some(workers[at].person_id.clone())
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calls(how_many: usize) -> Vec<Candidate> {
        (0..how_many)
            .map(|n| Candidate {
                call_id: format!("c{n}"),
                representative: Some(format!("rep-{}", n % 3)),
                has_recording: n % 7 != 0,
                suspected: n % 5 == 0,
                ..Candidate::default()
            })
            .collect()
    }

    proptest! {
        #[test]
        fn the_order_of_calls_does_not_matter(how_many in 0_usize..80, each in 0_usize..9, risk_most in 0_usize..9, seed: String, turn in 0_usize..80) {
            let design = Design { seed, each, risk_most, ..Design::default() };
            let mut turned = calls(how_many);
            let first = draw(&design, &turned);
            turned.rotate_left(if how_many == 0 { 0 } else { turn % how_many });
            prop_assert_eq!(&first, &draw(&design, &turned));
            // No call twice, none that cannot be heard, and no more of a stratum than was asked for.
            let mut ids: Vec<&str> = first.picks.iter().map(|pick| pick.call_id.as_str()).collect();
            ids.sort_unstable();
            let before = ids.len();
            ids.dedup();
            prop_assert_eq!(before, ids.len());
            for stratum in ["rep-0", "rep-1", "rep-2"] {
                let random = first.picks.iter().filter(|pick| pick.risk.is_none() && pick.stratum == stratum).count();
                let known = first.short.iter().find(|short| short.stratum == stratum).map_or(each, |short| short.found);
                prop_assert!(random == known || how_many < 3 || random == 0);
            }
            // The chances add up to what was drawn.
            prop_assert!(first.picks.iter().all(|pick| pick.risk.is_some() != pick.probability.is_some()));
        }

        #[test]
        fn nobody_is_given_a_call_of_their_own_and_work_is_even(how_many in 0_usize..60) {
            let drawn = draw(&Design { seed: "s".into(), each: 10, ..Design::default() }, &calls(how_many));
            let workers: Vec<Worker> = (0..4).map(|n| Worker { person_id: format!("p{n}"), representative: (n < 2).then(|| format!("rep-{n}")), quota: None }).collect();
            let given = assign(&drawn.picks, &workers);
            let mut load = BTreeMap::new();
            for (pick, person) in drawn.picks.iter().zip(&given) {
                let person = person.clone().unwrap();
                let worker = workers.iter().find(|worker| worker.person_id == person).unwrap();
                prop_assert!(worker.representative.is_none() || worker.representative != pick.representative);
                *load.entry(person).or_insert(0_usize) += 1;
            }
            let most = load.values().max().copied().unwrap_or(0);
            prop_assert!(load.len() < 4 || most - load.values().min().copied().unwrap_or(0) <= drawn.picks.len() / 3 + 1);
        }
    }

    #[test]
    fn each_call_has_the_same_chance() {
        // 200 seeds over 12 calls, 3 drawn: each should be drawn about 50 times. Five standard deviations are 31.
        let twelve: Vec<Candidate> = (0..12)
            .map(|n| Candidate {
                call_id: format!("c{n}"),
                representative: Some("r".into()),
                has_recording: true,
                ..Candidate::default()
            })
            .collect();
        let mut drawn = BTreeMap::new();
        for seed in 0..200 {
            let design = Design { seed: seed.to_string(), each: 3, ..Design::default() };
            for pick in draw(&design, &twelve).picks {
                assert_eq!(pick.probability, Some(0.25));
                *drawn.entry(pick.call_id).or_insert(0_i32) += 1;
            }
        }
        assert!(drawn.len() == 12 && drawn.values().all(|times| (times - 50).abs() < 31), "{drawn:?}");
    }

    #[test]
    fn what_cannot_be_met_is_said() {
        let drawn = draw(&Design { seed: "s".into(), each: 5, ..Design::default() }, &calls(9));
        assert!(
            drawn.short.iter().all(|short| short.asked == 5 && short.found < 5) && drawn.short.len() == 3,
            "{:?}",
            drawn.short
        );
        let nobody = assign(
            &drawn.picks,
            &[Worker { person_id: "p".into(), representative: Some("rep-1".into()), quota: Some(1) }],
        );
        assert_eq!(nobody.iter().flatten().count(), 1);
    }
}
