//! The year's days: which are worked, when lines are live, how busy each is.

use super::random::unit;
use crate::clock::HOME;
use chrono::{DateTime, Datelike, Days as Count, NaiveDate, NaiveTime, TimeZone, Utc};
use meyar_schemas::{
    Invalid,
    reference::{LiveHours, Reference, Row},
};

/// Lines in the order that everything here counts them.
pub const LINES: [&str; 4] = ["195-1-1", "195-1-2", "195-1-3", "195-1-4"];

/// Shorter days have no room for calls that come before others.
const LEAST_LIVE_MS: i64 = 4 * 3_600_000;

/// Milliseconds from the epoch, half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    pub to: i64,
}

impl Window {
    /// What two windows share; empty (`from` not before `to`) when that is nothing.
    pub fn common(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), to: self.to.min(other.to) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// Midnight in Baku, in milliseconds from the epoch.
    pub midnight: i64,
    pub working: bool,
    /// Live hours by line; only of working days.
    pub live: [Option<Window>; 4],
    /// How many live calls come, against other days.
    pub weight: u32,
    /// How many calls come outside the live hours.
    pub off_weight: u32,
    /// Working days of the year before this one.
    pub worked_before: usize,
}

impl Day {
    pub fn is_live(&self) -> bool {
        self.live.iter().any(Option::is_some)
    }

    /// From the first line's opening to the last one's closing.
    pub fn span(&self) -> Option<Window> {
        let from = self.live.iter().flatten().map(|window| window.from).min()?;
        let to = self.live.iter().flatten().map(|window| window.to).max()?;
        Some(Window { from, to })
    }
}

/// A year as the centre works it.
#[derive(Debug, Clone, PartialEq)]
pub struct Days {
    pub year: i32,
    pub days: Vec<Day>,
    /// Working days of the year, as places in `days`.
    pub worked: Vec<usize>,
    /// The last working days of the year before, last first; empty when nobody has entered that year.
    pub before: Vec<NaiveDate>,
    /// The first working days of the next year, first first.
    pub after: Vec<NaiveDate>,
}

pub fn midnight(date: NaiveDate) -> i64 {
    let local = date.and_time(NaiveTime::MIN);
    // Midnight does not exist on a day when clocks go forward at midnight: an hour later it does.
    let at = HOME.from_local_datetime(&local).earliest();
    at.map_or_else(|| local.and_utc().timestamp_millis() - 4 * 3_600_000, |at| at.timestamp_millis())
}

pub fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

/// Tax returns: monthly ones by the 20th, yearly ones by the end of March, quarters.
fn season(date: NaiveDate) -> f64 {
    const MONTHS: [f64; 12] = [1.12, 1.02, 1.2, 1.1, 0.98, 0.95, 0.98, 0.86, 0.94, 1.04, 0.96, 0.95];
    const WEEK: [f64; 7] = [1.18, 1.08, 1.03, 0.98, 0.9, 0.6, 0.5];
    let deadline = match (date.month(), date.day()) {
        (3, 26..=31) => 1.35,
        (1 | 4 | 7 | 10, 15..=20) => 1.3,
        (_, 17..=20) => 1.18,
        _ => 1.0,
    };
    MONTHS[date.month0() as usize] * WEEK[date.weekday().num_days_from_monday() as usize] * deadline
}

impl Days {
    pub fn of(year: i32, reference: &Reference) -> Result<Self, Invalid> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| (1971..=2098).contains(&year)).ok_or_else(|| {
            Invalid::new("year", year.to_string(), "is not a year that events can have", "use one from 1971 to 2098")
        })?;
        let mut all = Self { year, days: Vec::new(), worked: Vec::new(), before: Vec::new(), after: Vec::new() };
        for date in first.iter_days().take_while(|date| date.year() == year) {
            let working = reference.calendar.is_working(date)?;
            let midnight = midnight(date);
            let noise = 0.94 + 0.12 * unit(0x0da1, u64::from(date.ordinal()) ^ (u64::from(year.unsigned_abs()) << 16));
            let mut day = Day {
                date,
                midnight,
                working,
                live: LINES.map(|line| live(reference, line, date, midnight).filter(|_| working)),
                weight: share(season(date) * noise),
                off_weight: share(if working { 1.0 } else { 1.9 } * noise),
                worked_before: all.worked.len(),
            };
            if !day.is_live() {
                day.weight = 0;
            }
            if working {
                all.worked.push(all.days.len());
            }
            all.days.push(day);
        }
        let around = |days: &mut dyn Iterator<Item = NaiveDate>| -> Vec<NaiveDate> {
            let worked = |date: &NaiveDate| reference.calendar.is_working(*date).unwrap_or(false);
            days.take(60).filter(worked).collect()
        };
        all.before = around(&mut (1..).filter_map(|n| first.checked_sub_days(Count::new(n))));
        let next = NaiveDate::from_ymd_opt(year + 1, 1, 1).unwrap_or(first);
        all.after = around(&mut next.iter_days());
        let short = |window: &&Window| window.to - window.from < LEAST_LIVE_MS;
        if let Some(window) = all.days.iter().flat_map(|day| &day.live).flatten().find(short) {
            let hours = format!("{} minutes", (window.to - window.from) / 60_000);
            let remedy = "simulate with live hours of 4 hours a day or more";
            return Err(Invalid::new("live_hours.toml", hours, "are too few for a day of calls and callbacks", remedy));
        }
        if !all.days.iter().any(Day::is_live) {
            let remedy = "add the hours of live service to live_hours.toml";
            return Err(Invalid::new("year", year.to_string(), "has no hours of live service", remedy));
        }
        Ok(all)
    }

    /// The day of the year on which a number of working days after `day` have passed, `day` itself not counted.
    pub fn later(&self, day: usize, working_days: usize) -> Option<usize> {
        if working_days == 0 {
            return Some(day);
        }
        let from = self.days[day].worked_before + usize::from(self.days[day].working);
        self.worked.get(from + working_days - 1).copied()
    }

    /// Working days of the year after a day.
    pub fn left_after(&self, day: usize) -> usize {
        self.worked.len() - self.days[day].worked_before - usize::from(self.days[day].working)
    }

    /// The date `working_days` after a day, in the next year where it must; by plain weeks where nobody has entered that.
    pub fn date_later(&self, day: usize, working_days: usize) -> NaiveDate {
        if let Some(place) = self.later(day, working_days) {
            return self.days[place].date;
        }
        let beyond = working_days - self.left_after(day);
        let known = self.after.get(beyond - 1).copied();
        let plain = || {
            let last = self.after.last().copied().or(self.days.last().map(|day| day.date)).unwrap_or_default();
            let weekdays = last.iter_days().skip(1).filter(|date| date.weekday().number_from_monday() <= 5);
            weekdays.take(beyond - self.after.len()).last().unwrap_or(last)
        };
        known.unwrap_or_else(plain)
    }

    /// Seconds of live service of a line in the year.
    pub fn live_s(&self, line: usize) -> u64 {
        let ms: i64 = self.days.iter().filter_map(|day| day.live[line]).map(|window| window.to - window.from).sum();
        u64::try_from(ms / 1_000).unwrap_or(0)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn share(weight: f64) -> u32 {
    (weight * 10_000.0) as u32
}

fn live(reference: &Reference, line: &str, date: NaiveDate, midnight: i64) -> Option<Window> {
    let weekday = date.weekday().number_from_monday();
    let hours: Option<&LiveHours> = reference
        .live_hours
        .rows()
        .iter()
        .find(|row| row.line == line && u32::from(row.weekday) == weekday && row.is_valid_on(date));
    let ms = |time: NaiveTime| (time - NaiveTime::MIN).num_milliseconds();
    hours.map(|row| Window { from: midnight + ms(row.opens), to: midnight + ms(row.closes) })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_year_2024_is_worked_as_the_calendar_says() {
        let days = Days::of(2024, &Reference::load(None).unwrap()).unwrap();
        assert_eq!(days.days.len(), 366);
        assert!(!days.days[0].working && !days.days[0].is_live());
        let first = days.worked[0];
        assert_eq!(days.days[first].date.to_string(), "2024-01-04");
        assert_eq!(days.before[0].to_string(), "2023-12-29");
        assert_eq!(days.later(first, 0), Some(first));
        assert_eq!(days.days[days.later(first, 1).unwrap()].date.to_string(), "2024-01-05");
        let last = *days.worked.last().unwrap();
        assert_eq!((days.left_after(last), days.later(last, 1)), (0, None));
        assert_eq!(days.date_later(last, 1), days.after[0]);
        let window = days.days[first].live[0].unwrap();
        assert_eq!(
            (at(window.from).to_rfc3339(), window.to - window.from),
            ("2024-01-04T05:00:00+00:00".into(), 9 * 3_600_000)
        );
    }
}
