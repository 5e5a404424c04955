//! How far people agree with one another, and the machine with people: calls that were judged twice, as the statistics take them. Pure.
//!
//! Marks are nominal here: "does not apply" has no place between 0 and 1. A criterion's categories are all that its form knows, also those
//! that nobody gave: what AC1 takes as chance depends on how many there are.

use super::Calibration;
use crate::assessment::{Assessment, Judged, Mark, Purpose, State};
use crate::store::Record;
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::{Criterion, Form};
use meyar_statistics::StatisticsError;
use meyar_statistics::agreement::{Agreement, Bootstrap, Level, criterion_agreement};
use std::collections::{BTreeMap, BTreeSet};

/// Calls judged twice, of one version of a form, by criterion.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pairs {
    /// Each unit is one call, with a place for each of those who judged it.
    pub units: BTreeMap<String, Vec<Vec<Option<usize>>>>,
    /// Calls that have at least one such unit.
    pub calls: usize,
}

/// Whose judgements are held against one another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// People who did not know of one another: calibration, and calls that two assessors judged by chance.
    pub people: Pairs,
    /// The machine and the agreed master of calibrations: whoever scored had not seen what it proposed.
    pub machine_blind: Pairs,
    /// The machine and assessors in their daily work, who had its proposal before them: it reads higher than it is.
    pub machine_at_work: Pairs,
}

/// Which category a mark is of: its place on the scale; the last one is "does not apply". `None` of a mark that is on no scale.
pub fn category(criterion: &Criterion, judged: Judged) -> Option<usize> {
    match judged {
        Judged::NotApplicable => Some(criterion.scale.len()),
        Judged::Marked(mark) => {
            let lower = |value: &&f64| **value < mark;
            let known = criterion.scale.contains(&mark);
            known.then(|| criterion.scale.iter().filter(lower).count())
        }
    }
}

pub fn categories(criterion: &Criterion) -> usize {
    criterion.scale.len() + 1
}

/// Raw agreement, AC1 and alpha of one criterion, or why there are none.
pub fn of_criterion(
    pairs: &Pairs,
    criterion: &Criterion,
    fewest: u64,
    bootstrap: &Bootstrap,
) -> Result<Agreement, StatisticsError> {
    let none = Vec::new();
    let units = pairs.units.get(&criterion.code).unwrap_or(&none);
    criterion_agreement(units, categories(criterion), Level::Nominal, fewest, bootstrap)
}

impl Pairs {
    /// One call: what each of those who judged it said of a criterion. It counts where two of them said something.
    fn add<'a>(&mut self, form: &Form, judged: &[impl Fn(&str) -> Option<Judged> + 'a]) {
        let mut counts = false;
        for criterion in form.criteria() {
            let unit: Vec<Option<usize>> =
                judged.iter().map(|of| of(&criterion.code).and_then(|judged| category(criterion, judged))).collect();
            if unit.iter().flatten().count() >= 2 {
                self.units.entry(criterion.code.clone()).or_default().push(unit);
                counts = true;
            }
        }
        self.calls += usize::from(counts);
    }
}

fn judged<'a>(marks: &'a [Mark]) -> impl Fn(&str) -> Option<Judged> + 'a {
    |code| marks.iter().find(|mark| mark.criterion == code)?.judged
}

/// Published, not voided, and no calibration: an assessment of daily work.
fn counts(one: &Assessment) -> bool {
    one.purpose != Purpose::Calibration && !matches!(one.state, State::Draft | State::Voided)
}

/// Everything that was judged twice by one version of a form.
pub fn compared(form: &Form, assessments: &[Record<Assessment>], sets: &[Record<Calibration>]) -> Compared {
    let reference: FormRef = form.reference();
    let mut found = Compared::default();
    for set in sets {
        for call in set.calls.iter().filter(|call| call.form == reference) {
            let scored: Vec<_> = set.scored(assessments, &call.call_id).map(|one| judged(one.given())).collect();
            found.people.add(form, &scored);
            if set.has_master() {
                type Said<'a> = Box<dyn Fn(&str) -> Option<Judged> + 'a>;
                let machine: Said<'_> = Box::new(|code| call.proposed.get(code)?.answer());
                let master: Said<'_> = Box::new(|code| Some(call.master.get(code)?.judged));
                found.machine_blind.add(form, &[machine, master]);
            }
        }
    }
    let daily: Vec<&Assessment> =
        assessments.iter().map(|record| &record.content).filter(|one| one.form == reference && counts(one)).collect();
    // Chance picked these: what a suspicion picked is not how the machine does on calls at large.
    for one in daily.iter().filter(|one| one.purpose == Purpose::Random) {
        type Said<'a> = Box<dyn Fn(&str) -> Option<Judged> + 'a>;
        let machine: Said<'_> = Box::new(|code| one.given().iter().find(|mark| mark.criterion == code)?.proposal());
        let person: Said<'_> = Box::new(judged(one.given()));
        found.machine_at_work.add(form, &[machine, person]);
    }
    // A review looks at what somebody judged before, so that the two are not independent.
    let mut by_call: BTreeMap<&str, Vec<&Assessment>> = BTreeMap::new();
    for one in daily.into_iter().filter(|one| one.purpose != Purpose::Review) {
        by_call.entry(&one.call_id).or_default().push(one);
    }
    for mut twice in by_call.into_values() {
        twice.sort_by_key(|one| (one.published_at, one.assessment_id.as_str()));
        let mut seen = BTreeSet::new();
        twice.retain(|one| seen.insert(one.assessor.as_str()));
        let people: Vec<_> = twice.iter().map(|one| judged(one.given())).collect();
        if people.len() >= 2 {
            found.people.add(form, &people);
        }
    }
    found
}
