//! Representatives: days worked, and hours of live service by week.

use super::cells::Cells;
use super::day::{self, Period};
use super::events::{SessionEvent, SessionStep};
use super::{line::Whose, names::Name, rules::Rules};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A stretch of live service: from started or resumed to paused or ended.
struct Stretch {
    representative: Name,
    remote: bool,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

/// Milliseconds of live service in one week.
#[derive(Debug, Default)]
struct Week {
    hall_ms: i64,
    remote_ms: i64,
}

/// Reading: a stretch whose end was never told is not counted; a start told inside a stretch changes nothing.
fn stretches(sessions: &[SessionEvent]) -> Vec<Stretch> {
    let mut told: BTreeMap<&Name, Vec<&SessionEvent>> = BTreeMap::new();
    for event in sessions {
        told.entry(&event.session).or_default().push(event);
    }
    let mut stretches = Vec::new();
    for mut events in told.into_values() {
        events.sort();
        let mut begun: Option<&SessionEvent> = None;
        for event in events {
            match event.step {
                SessionStep::Started | SessionStep::Resumed => begun = begun.or(Some(event)),
                SessionStep::Paused | SessionStep::Ended => {
                    if let Some(start) = begun.take() {
                        let (representative, remote) = (start.representative.clone(), start.remote);
                        stretches.push(Stretch { representative, remote, from: start.at, to: event.at });
                    }
                }
            }
        }
    }
    stretches
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

/// A stretch over midnight of Sunday is divided between its weeks.
fn weeks(stretches: &[Stretch]) -> BTreeMap<(NaiveDate, &Name), Week> {
    let mut weeks: BTreeMap<(NaiveDate, &Name), Week> = BTreeMap::new();
    for stretch in stretches {
        let mut from = stretch.from;
        while from < stretch.to {
            let monday = monday(day::day(from));
            let to = stretch.to.min(day::midnight(monday + Days::new(7)));
            let week = weeks.entry((monday, &stretch.representative)).or_default();
            let ms = (to - from).num_milliseconds();
            *(if stretch.remote { &mut week.remote_ms } else { &mut week.hall_ms }) += ms;
            from = to;
        }
    }
    weeks
}

/// Reading: a week is a period's if any of its days is; it is told whole, also beyond the period.
pub fn put(cells: &mut Cells, sessions: &[SessionEvent], answered_calls: f64, period: Period, rules: &Rules) {
    let started = sessions.iter().filter(|event| event.step == SessionStep::Started);
    let worked: BTreeSet<_> = started.map(|event| (&event.representative, day::day(event.at))).collect();
    let person_days = worked.iter().filter(|(_, day)| period.holds(*day)).count() as f64;
    cells.put("staff", Whose::Total, "person_days", person_days);
    cells.put_quotient("staff", Whose::Total, "calls_per_person_day", answered_calls, person_days);

    let stretches = stretches(sessions);
    let mut weeks_over = 0.0;
    for ((monday, representative), week) in weeks(&stretches) {
        let sunday = monday + Days::new(6);
        if !period.holds(monday) && !period.holds(sunday) {
            continue;
        }
        let exceeds = f64::from(u8::from(week.hall_ms + week.remote_ms > rules.live_ms_per_week));
        weeks_over += exceeds;
        let named = [("hall_ms", week.hall_ms as f64), ("remote_ms", week.remote_ms as f64), ("exceeds", exceeds)];
        for (what, value) in named {
            cells.0.insert(format!("staff_weeks/{}/{representative}/{what}", monday.format("%G-W%V")), value);
        }
    }
    cells.put("staff", Whose::Total, "weeks_over_limit", weeks_over);
}
