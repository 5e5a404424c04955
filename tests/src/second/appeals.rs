//! Appeals: topics, and how soon urgent ones were passed on.

use super::cells::{Cells, Sums};
use super::day::{self, Period};
use super::events::{AppealEvent, SheetStep};
use super::{calls::Calls, line::ALL, line::Line, names::Name, rules::Rules, sheets::Sheet};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Debug)]
pub struct Appeal {
    pub at: DateTime<Utc>,
    pub day: NaiveDate,
    pub call: Name,
    pub line: Line,
    pub topic: Name,
    pub immediate: bool,
    pub urgent: bool,
}

/// One an id. Reading: an appeal told by several events is as its first event says.
pub fn appeals(events: &[AppealEvent]) -> Vec<Appeal> {
    let mut first: BTreeMap<&Name, &AppealEvent> = BTreeMap::new();
    for event in events {
        let known = first.entry(&event.appeal).or_insert(event);
        *known = event.min(known);
    }
    let appeal = |event: &AppealEvent| Appeal {
        at: event.at,
        day: day::day(event.at),
        call: event.call.clone(),
        line: event.line,
        topic: event.topic.clone(),
        immediate: event.immediate,
        urgent: event.urgent,
    };
    first.into_values().map(appeal).collect()
}

pub fn put_topics(cells: &mut Cells, appeals: &[Appeal], period: Period, rules: &Rules) {
    let own: Vec<&Appeal> = appeals.iter().filter(|appeal| period.holds(appeal.day)).collect();
    let told = own.iter().map(|appeal| appeal.topic.as_ref());
    let topics: BTreeSet<&str> = rules.topics.iter().map(String::as_str).chain(told).collect();
    let mut counts: HashMap<(&str, Line), f64> = HashMap::new();
    for appeal in &own {
        *counts.entry((&appeal.topic, appeal.line)).or_default() += 1.0;
    }
    for whose in ALL {
        let of = |topic: &str| -> f64 {
            let own = counts.iter().filter(|((told, line), _)| *told == topic && whose.holds(*line));
            own.fold(0.0, |total, (_, count)| total + count)
        };
        for topic in &topics {
            cells.put("appeals_by_topic", whose, topic, of(topic));
        }
        let all = own.iter().filter(|appeal| whose.holds(appeal.line)).count();
        cells.put("appeals", whose, "count", all as f64);
    }
}

/// An urgent appeal is escalated by the first transfer of its call, or forwarding of a sheet opened in it.
pub fn put_urgent(cells: &mut Cells, appeals: &[Appeal], calls: &Calls, sheets: &[Sheet], period: Period) {
    let mut forwarded: HashMap<&Name, DateTime<Utc>> = HashMap::new();
    for sheet in sheets {
        let first = sheet.steps.iter().find(|(_, step)| *step == SheetStep::Forwarded);
        if let (Some(call), Some((at, _))) = (&sheet.call, first) {
            let known = forwarded.entry(call).or_insert(*at);
            *known = (*known).min(*at);
        }
    }
    let mut sums = Sums::default();
    for appeal in appeals.iter().filter(|appeal| appeal.urgent && period.holds(appeal.day)) {
        sums.count("urgent", appeal.line);
        let call = calls.get(&appeal.call);
        let transferred = call.and_then(|call| call.transferred);
        let Some(escalated) = transferred.into_iter().chain(forwarded.get(&appeal.call).copied()).min() else {
            continue;
        };
        sums.count("escalated", appeal.line);
        if let Some(answered) = call.and_then(|call| call.answered()) {
            sums.count("timed", appeal.line);
            sums.add("escalation_ms", appeal.line, (escalated - answered).num_milliseconds() as f64);
        }
    }
    sums.put(cells, "urgent", &["urgent", "escalated"]);
    for whose in ALL {
        let minutes = sums.of("escalation_ms", whose) / 60_000.0;
        cells.put_quotient("urgent", whose, "mean_minutes", minutes, sums.of("timed", whose));
    }
}
