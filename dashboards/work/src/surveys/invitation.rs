//! Who is invited: chance decides, by a seed that stands in the survey, never the representative. Pure, and anybody can decide again:
//! a call's place between 0 and 1 is the hash of the seed and its id, and it is invited where the place is below the share.

use crate::error::{Result, WorkError};
use crate::rights::named;
use crate::store::Kept;
use crate::told::Told;
use chrono::NaiveDate;
use meyar_schemas::envelope::derived_id;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Of the answered calls, 0 … 1.
    pub share: f64,
    /// Only these lines; none named: all.
    #[serde(default)]
    pub lines: Vec<String>,
    /// A caller is invited at most once within so many days.
    pub again_after_days: u32,
    pub seed: String,
}

impl Rule {
    pub fn check(&self) -> Result<()> {
        if !(self.share > 0.0 && self.share <= 1.0) {
            let remedy = "give a share above 0 and up to 1";
            return Err(WorkError::invalid("share", self.share.to_string(), "is no share", remedy));
        }
        if !(1..=365).contains(&self.again_after_days) {
            let days = self.again_after_days.to_string();
            return Err(WorkError::invalid("again_after_days", days, "is out of range", "give 1 to 365 days"));
        }
        if self.seed.trim().is_empty() {
            let remedy = "write any word: the draw can be checked by it";
            return Err(WorkError::invalid("seed", "", "is missing", remedy));
        }
        Ok(())
    }
}

/// An answered call, as far as the choice may rest on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Called {
    pub call_id: String,
    pub line: String,
    /// Keyed hash of the number; absent where it was hidden, and nothing can be sent.
    pub caller_key: Option<String>,
    /// It is of the day that is drawn; else it only tells who was invited before.
    pub of_the_day: bool,
    /// An invitation about it is known already, of whatever survey.
    pub invited: bool,
}

named! {
    /// Why a call is invited or not.
    Why: "why" {
        Invited = "invited",
        /// Chance left it out.
        Chance = "chance",
        /// Another call of the same caller stood for all of them.
        OtherCall = "other_call",
        /// The caller was invited a short time ago.
        Recent = "recent",
        /// The number was hidden.
        NoNumber = "no_number",
        OtherLine = "other_line",
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    pub why: Why,
    /// Where the call stands between 0 and 1.
    pub place: f64,
    /// The chance that it had before the draw.
    pub probability: f64,
}

/// The place of a call in the draw: 53 bits of a hash, so that every share is met exactly.
pub fn place(seed: &str, call_id: &str) -> f64 {
    let mut hash = Sha256::new();
    hash.update((seed.len() as u64).to_be_bytes());
    hash.update(seed.as_bytes());
    hash.update(call_id.as_bytes());
    let mut first = [0_u8; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    (u64::from_be_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Decides about one call. `others`: the caller's other calls of that day and of these lines; `asked`: whether the caller was invited
/// within the days in which nobody is invited twice. Of several calls the one with the lowest place stands for the caller, so each has the
/// same chance, and more calls do not bring two invitations.
pub fn decide(rule: &Rule, call: &Called, others: &[&str], asked: bool) -> Decision {
    let place = place(&rule.seed, &call.call_id);
    let never = |why| Decision { why, place, probability: 0.0 };
    if !rule.lines.is_empty() && !rule.lines.contains(&call.line) {
        return never(Why::OtherLine);
    }
    if call.caller_key.is_none() {
        return never(Why::NoNumber);
    }
    if asked {
        return never(Why::Recent);
    }
    let calls = others.len() as f64 + 1.0;
    let probability = (1.0 - (1.0 - rule.share).powf(calls)) / calls;
    let own = (place, call.call_id.as_str());
    let stands = others.iter().all(|other| own < (self::place(&rule.seed, other), *other));
    let why = match (stands, place < rule.share) {
        (false, _) => Why::OtherCall,
        (true, true) => Why::Invited,
        (true, false) => Why::Chance,
    };
    Decision { why, place, probability }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    /// One survey of one person, as the answers will name it.
    pub survey_id: String,
    pub call_id: String,
    pub line: String,
    pub place: f64,
    pub probability: f64,
}

/// The invitations of one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    pub draw_id: String,
    /// The survey's record.
    pub survey: String,
    pub day: NaiveDate,
    pub rule: Rule,
    /// Answered calls of the day, by why they were invited or not.
    pub counts: BTreeMap<Why, usize>,
    pub invitations: Vec<Invitation>,
    /// A person's id.
    pub drawn_by: String,
}

impl Kept for Draw {
    const KIND: &'static str = "survey_draw";
    fn id(&self) -> &str {
        &self.draw_id
    }
    fn state(&self) -> &str {
        "drawn"
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.drawn_by)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.survey)
    }
}

impl Told for Draw {
    fn value(&self) -> Option<f64> {
        Some(self.invitations.len() as f64)
    }
}

/// One draw of a survey and a day.
pub fn draw_id(survey: &str, day: NaiveDate) -> String {
    derived_id(&["survey_draw", survey, &day.to_string()])
}

/// Decides about every call of a day. `before` are calls that Meyar itself has drawn near that day, whatever the stream tells of them.
pub fn draw(survey: &str, rule: &Rule, day: NaiveDate, calls: &[Called], before: &[&str], by: &str) -> Draw {
    let on_line = |call: &&Called| rule.lines.is_empty() || rule.lines.contains(&call.line);
    let mut by_caller: BTreeMap<&str, (Vec<&str>, bool)> = BTreeMap::new();
    for call in calls {
        let Some(key) = call.caller_key.as_deref() else { continue };
        let (own, asked) = by_caller.entry(key).or_default();
        if call.of_the_day && on_line(&call) && !own.contains(&call.call_id.as_str()) {
            own.push(&call.call_id);
        }
        *asked |= call.invited || before.contains(&call.call_id.as_str());
    }
    let mut counts = BTreeMap::new();
    let mut invitations = Vec::new();
    let mut seen = BTreeSet::new();
    for call in calls.iter().filter(|call| call.of_the_day) {
        if !seen.insert(&call.call_id) {
            continue;
        }
        let known = call.caller_key.as_deref().and_then(|key| by_caller.get(key));
        let others: Vec<&str> = known
            .map(|(own, _)| own.iter().copied().filter(|other| *other != call.call_id).collect())
            .unwrap_or_default();
        let decision = decide(rule, call, &others, known.is_some_and(|(_, asked)| *asked));
        *counts.entry(decision.why).or_insert(0) += 1;
        if decision.why == Why::Invited {
            invitations.push(Invitation {
                survey_id: derived_id(&["invitation", survey, &call.call_id]),
                call_id: call.call_id.clone(),
                line: call.line.clone(),
                place: decision.place,
                probability: decision.probability,
            });
        }
    }
    invitations.sort_by(|one, other| one.call_id.cmp(&other.call_id));
    Draw {
        draw_id: draw_id(survey, day),
        survey: survey.to_owned(),
        day,
        rule: rule.clone(),
        counts,
        invitations,
        drawn_by: by.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(share: f64, seed: &str) -> Rule {
        Rule { share, lines: vec!["195-1-1".into()], again_after_days: 30, seed: seed.into() }
    }

    fn calls(how_many: usize, callers: usize) -> Vec<Called> {
        (0..how_many)
            .map(|n| Called {
                call_id: format!("c{n}"),
                line: if n % 5 == 4 { "195-1-2" } else { "195-1-1" }.into(),
                caller_key: (n % 7 != 0).then(|| format!("k{}", n % callers)),
                of_the_day: n % 11 != 10,
                invited: n % 44 == 10,
            })
            .collect()
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 14).unwrap()
    }

    proptest! {
        #[test]
        fn the_order_of_calls_does_not_matter_and_nobody_is_invited_twice(
            how_many in 0_usize..150, callers in 1_usize..60, share in 0.01_f64..1.0, seed in "[a-zəşç]{1,12}", turn in 0_usize..150,
        ) {
            let rule = rule(share, &seed);
            let mut turned = calls(how_many, callers);
            let first = draw("s", &rule, day(), &turned, &["c10"], "p");
            turned.rotate_left(if how_many == 0 { 0 } else { turn % how_many });
            prop_assert_eq!(&first, &draw("s", &rule, day(), &turned, &["c10"], "p"));
            let of: BTreeMap<&str, &Called> = turned.iter().map(|call| (call.call_id.as_str(), call)).collect();
            let asked: BTreeSet<&str> = turned.iter().filter(|call| call.invited || call.call_id == "c10").filter_map(|call| call.caller_key.as_deref()).collect();
            let mut keys = BTreeSet::new();
            for invitation in &first.invitations {
                let call = of[invitation.call_id.as_str()];
                let key = call.caller_key.as_deref().unwrap();
                prop_assert!(keys.insert(key), "{} twice", key);
                prop_assert!(!asked.contains(key) && call.of_the_day && call.line == "195-1-1");
                prop_assert!(invitation.place < share && invitation.probability > 0.0 && invitation.probability <= share + 1e-12);
            }
            prop_assert_eq!(first.counts.values().sum::<usize>(), turned.iter().filter(|call| call.of_the_day).count());
        }

        #[test]
        fn a_place_is_that_of_the_seed_and_the_call_alone(seed in ".{0,20}", call_id in "[a-z0-9]{1,20}") {
            let here = place(&seed, &call_id);
            prop_assert!((0.0..1.0).contains(&here));
            prop_assert_eq!(here, place(&seed, &call_id));
        }
    }

    #[test]
    fn each_call_has_the_chance_that_is_written_down() {
        // A caller with three calls and one with a single one, 4000 seeds. Five standard deviations are 158.
        let called = |call_id: &str, key: &str| Called {
            call_id: call_id.into(),
            line: "195-1-1".into(),
            caller_key: Some(key.into()),
            of_the_day: true,
            invited: false,
        };
        let four = [called("a", "x"), called("b", "x"), called("c", "x"), called("d", "y")];
        let mut times: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for seed in 0..4000 {
            let rule = rule(0.2, &format!("toxum-{seed}"));
            for invitation in draw("s", &rule, day(), &four, &[], "p").invitations {
                let (found, _) = times.entry(invitation.call_id).or_insert((0.0, invitation.probability));
                *found += 1.0;
            }
        }
        assert_eq!(times.len(), 4, "{times:?}");
        for (call_id, (found, probability)) in times {
            let expected = if call_id == "d" { 0.2 } else { (1.0 - 0.8_f64.powi(3)) / 3.0 };
            assert!((probability - expected).abs() < 1e-12, "{call_id}: {probability}");
            assert!((found - 4000.0 * expected).abs() < 158.0, "{call_id}: {found} of {}", 4000.0 * expected);
        }
    }

    #[test]
    fn a_share_of_one_invites_everybody_who_can_be() {
        let draw = draw("s", &rule(1.0, "x"), day(), &calls(50, 50), &[], "p");
        assert!(!draw.counts.contains_key(&Why::Chance) && !draw.invitations.is_empty(), "{:?}", draw.counts);
        assert!(draw.invitations.iter().all(|invitation| (invitation.probability - 1.0).abs() < 1e-12));
    }

    #[test]
    fn another_seed_draws_otherwise() {
        let of = |seed: &str| draw("s", &rule(0.3, seed), day(), &calls(150, 150), &[], "p").invitations;
        assert_ne!(of("bir"), of("iki"));
        assert_eq!(of("bir"), of("bir"));
    }
}
