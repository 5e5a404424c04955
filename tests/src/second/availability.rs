//! Live time of the lines, and the outages in it.

use super::day::Period;
use super::events::IncidentEvent;
use super::line::{LINES, Line};
use super::{names::Name, rules::Rules};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

type Span = (DateTime<Utc>, DateTime<Utc>);

/// A day of live service of a line.
#[derive(Debug)]
pub struct LiveDay {
    pub day: NaiveDate,
    pub line: Line,
    pub live_ms: i64,
    pub down_ms: i64,
}

pub fn live_days(
    incidents: &[IncidentEvent],
    records_end: Option<DateTime<Utc>>,
    period: Period,
    rules: &Rules,
) -> Vec<LiveDay> {
    let mut days = Vec::new();
    for line in LINES {
        let outages = merged(outages(incidents, line, records_end));
        for day in period.days() {
            let Some((opens, closes)) = rules.live(line, day) else { continue };
            let down =
                outages.iter().map(|(from, to)| (*to.min(&closes) - *from.max(&opens)).num_milliseconds().max(0));
            days.push(LiveDay { day, line, live_ms: (closes - opens).num_milliseconds(), down_ms: down.sum() });
        }
    }
    days
}

/// Reading: the start tells which lines suffered and how badly; an incident whose start was never told has no time of its own;
/// the end of the records is the latest time that any event of any subject tells.
fn outages(incidents: &[IncidentEvent], line: Line, records_end: Option<DateTime<Utc>>) -> Vec<Span> {
    let mut told: BTreeMap<&Name, Vec<&IncidentEvent>> = BTreeMap::new();
    for event in incidents {
        told.entry(&event.incident).or_default().push(event);
    }
    let span = |events: &Vec<&IncidentEvent>| {
        let start = events.iter().filter(|event| event.started).min()?;
        let end = events.iter().filter(|event| !event.started).map(|event| event.at).max().or(records_end)?;
        (start.outage && start.lines.contains(&line) && start.at < end).then_some((start.at, end))
    };
    told.values().filter_map(span).collect()
}

/// Outages that overlap count once.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut merged: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}
