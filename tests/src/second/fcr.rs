//! First-contact resolution of appeals.

use super::{appeals::Appeal, calls::Calls, day::Period, line::Line, names::Name, rules::Rules};
use chrono::NaiveDate;
use std::collections::HashMap;

/// A serviceable appeal from an answered call.
#[derive(Debug)]
pub struct Contact {
    pub day: NaiveDate,
    pub line: Line,
    pub immediate: bool,
    /// Immediate, and the caller did not come back with it.
    pub resolved: bool,
}

/// Reading: answered calls are incoming (live) ones, as in the other key figures; whoever hid the number is not known to have
/// come back; the later appeal may come from any other call, also one that the centre made.
pub fn contacts(appeals: &[Appeal], calls: &Calls, period: Period, rules: &Rules) -> Vec<Contact> {
    let caller = |appeal: &Appeal| calls.get(&appeal.call).and_then(|call| call.caller.as_ref());
    let mut of_caller: HashMap<(&Name, Line, &Name), Vec<&Appeal>> = HashMap::new();
    for appeal in appeals {
        if let Some(caller) = caller(appeal) {
            of_caller.entry((caller, appeal.line, &appeal.topic)).or_default().push(appeal);
        }
    }
    let came_back = |appeal: &Appeal| {
        let own = caller(appeal).and_then(|caller| of_caller.get(&(caller, appeal.line, &appeal.topic)));
        own.into_iter().flatten().any(|other| {
            let after = other.at - appeal.at;
            other.call != appeal.call && after > chrono::TimeDelta::zero() && after <= rules.fcr_repeat
        })
    };
    let is_answered =
        |appeal: &Appeal| calls.get(&appeal.call).is_some_and(|call| call.is_live() && call.answered().is_some());
    appeals
        .iter()
        .filter(|appeal| period.holds(appeal.day) && rules.is_serviceable(&appeal.topic) && is_answered(appeal))
        .map(|appeal| Contact {
            day: appeal.day,
            line: appeal.line,
            immediate: appeal.immediate,
            resolved: appeal.immediate && !came_back(appeal),
        })
        .collect()
}
