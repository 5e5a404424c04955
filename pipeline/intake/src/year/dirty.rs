//! The dirt that real sources have: repeats, late and disordered events, corrections. Whoever takes the highest revision of every
//! event and ignores repeats has the clean stream again, whole.

use super::told::{Fact, Told};
use crate::generate::random::Random;
use chrono::TimeDelta;
use meyar_schemas::{calls::CallStep, surveys::SurveyStep};
use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

const REPEATED: f64 = 0.01;
const LATE: f64 = 0.004;
const AMENDED: f64 = 0.008;
/// An event changes places with such as are told about when it is.
const SHUFFLED_OVER: usize = 48;
/// How many events later the late ones come.
const LATE_BY: std::ops::Range<usize> = 10_000..60_000;

pub struct Dirty<I> {
    clean: I,
    random: Random,
    told: u64,
    waited: u64,
    waiting: BinaryHeap<Reverse<Waiting>>,
    /// Representatives and topics of earlier events, to be wrong with.
    representative: String,
    topic: String,
}

/// An event and how many must be told before it.
struct Waiting {
    after: u64,
    number: u64,
    told: Told,
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.after, self.number).cmp(&(other.after, other.number))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

impl<I: Iterator<Item = Told>> Dirty<I> {
    pub fn new(clean: I, seed: u64) -> Self {
        Self {
            clean,
            random: Random::new(seed ^ 0xd127),
            told: 0,
            waited: 0,
            waiting: BinaryHeap::new(),
            representative: "R100".to_owned(),
            topic: "other".to_owned(),
        }
    }

    pub fn clean(&self) -> &I {
        &self.clean
    }

    fn wait(&mut self, told: Told, by: usize) {
        self.waited += 1;
        let (after, number) = (self.told + by as u64, self.waited);
        self.waiting.push(Reverse(Waiting { after, number, told }));
    }

    fn late(&mut self) -> usize {
        LATE_BY.start + self.random.below(LATE_BY.len())
    }

    fn soil(&mut self, mut told: Told) {
        self.told += 1;
        let mut by = self.random.below(SHUFFLED_OVER);
        if self.random.chance(AMENDED) {
            let wrong = self.wrong(&told);
            told.envelope.revision = 1;
            let later = by + 1 + self.random.below(5_000);
            match self.random.below(10) {
                // What corrects it overtakes it.
                0 | 1 => self.wait(wrong, later),
                2 => {
                    self.wait(wrong, by);
                    by = self.late();
                }
                _ => {
                    self.wait(wrong, by);
                    by = later;
                }
            }
        } else if self.random.chance(LATE) {
            by = self.late();
        }
        if self.random.chance(REPEATED) {
            let again = if self.random.chance(0.3) { self.late() } else { self.random.below(2_000) };
            self.wait(told.clone(), again);
        }
        self.wait(told, by);
    }

    /// The event as it was told before it was corrected.
    fn wrong(&mut self, right: &Told) -> Told {
        let mut wrong = right.clone();
        match &mut wrong.fact {
            Fact::Call(event) => match &mut event.step {
                CallStep::Answered { representative, .. } => std::mem::swap(representative, &mut self.representative),
                CallStep::Lost { waited_ms, .. } => *waited_ms = *waited_ms / 2 + 7_000,
                CallStep::Ended { wrap_up_ms: Some(wrap_up_ms), .. } => *wrap_up_ms += 60_000,
                _ => {}
            },
            Fact::Appeal(appeal) => {
                if let Some(topic) = appeal.topics.first_mut() {
                    std::mem::swap(topic, &mut self.topic);
                }
            }
            Fact::Survey(survey) => {
                if let SurveyStep::Answered { score, scale_max, .. } = &mut survey.step {
                    *score = scale_max.saturating_sub(*score);
                }
            }
            Fact::Sheet(_) | Fact::Staff(_) | Fact::Incident(_) => {}
        }
        if wrong.fact == right.fact {
            let by = TimeDelta::seconds(31 + i64::try_from(self.random.below(900)).unwrap_or(0));
            match &mut wrong.fact {
                Fact::Call(event) => event.at += by,
                Fact::Appeal(event) => event.at += by,
                Fact::Sheet(event) => event.at += by,
                Fact::Survey(event) => event.at += by,
                Fact::Staff(event) => event.at += by,
                Fact::Incident(event) => event.at += by,
            }
            wrong.envelope.time += by;
        }
        wrong
    }
}

impl<I: Iterator<Item = Told>> Iterator for Dirty<I> {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        loop {
            if self.waiting.peek().is_some_and(|Reverse(first)| first.after <= self.told) {
                return self.waiting.pop().map(|Reverse(first)| first.told);
            }
            match self.clean.next() {
                Some(told) => self.soil(told),
                None => return self.waiting.pop().map(|Reverse(first)| first.told),
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::year::{Days, Marginals, Plan, Year};
    use meyar_schemas::{Subject, contract, reference::Reference};
    use proptest::prelude::*;
    use std::{collections::HashMap, sync::LazyLock};

    static DAYS: LazyLock<Days> = LazyLock::new(|| Days::of(2024, &Reference::load(None).unwrap()).unwrap());

    fn clean(seed: u64) -> Year {
        let plan = Plan::new(&Marginals::of(2024).unwrap(), &DAYS, 0.004).unwrap();
        Year::new(plan, DAYS.clone(), seed).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn the_highest_revisions_without_repeats_are_the_clean_stream(seed: u64) {
            let key = |told: &Told| (told.fact.subject(), told.envelope.id.clone());
            let mut taken: HashMap<(Subject, String), Told> = HashMap::new();
            let mut known: HashMap<((Subject, String), u32), Told> = HashMap::new();
            let (mut repeats, mut overtaken, mut moved) = (0, 0, 0);
            let mut last = None;
            for told in Dirty::new(clean(seed), seed) {
                moved += usize::from(last > Some(told.envelope.time));
                last = Some(told.envelope.time);
                if let Some(before) = known.insert((key(&told), told.envelope.revision), told.clone()) {
                    prop_assert_eq!(&before, &told, "a repeat says the same");
                    repeats += 1;
                }
                match taken.get(&key(&told)) {
                    Some(better) if better.envelope.revision > told.envelope.revision => overtaken += 1,
                    _ => drop(taken.insert(key(&told), told)),
                }
            }
            prop_assert!(repeats > 50 && overtaken > 10 && moved > 1_000, "{repeats} {overtaken} {moved}");
            prop_assert!(known.len() > taken.len() + 50, "there are corrections");
            let mut wrong = 0;
            for told in clean(seed) {
                let best = taken.remove(&key(&told)).unwrap();
                prop_assert_eq!(&best.fact, &told.fact);
                prop_assert_eq!(best.envelope.time, told.envelope.time);
                wrong += usize::from(best.envelope.revision > 0);
            }
            prop_assert!(taken.is_empty() && wrong > 50);
        }
    }

    #[test]
    fn what_is_wrong_keeps_its_contract_too() {
        for told in Dirty::new(clean(3), 3) {
            let value = serde_json::to_value(&told.fact).unwrap();
            contract::validate(told.fact.subject(), &told.envelope.dataschema, &value)
                .unwrap_or_else(|e| panic!("{e}: {value}"));
        }
    }
}
