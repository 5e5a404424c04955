//! What the reference data rules: thresholds, working days, live hours, topics. Counting days is done here.

use super::day::{self, next};
use super::line::Line;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc};
use meyar_schemas::reference::{DayKind, LiveHours, Reference};
use std::collections::{BTreeSet, HashMap};

pub struct Rules {
    pub accept_ms: i64,
    pub lost_short_ms: i64,
    pub satisfied_min_share: f64,
    pub fcr_repeat: TimeDelta,
    pub live_ms_per_week: i64,
    /// Topics that stay in the denominator of first-contact resolution.
    serviceable: BTreeSet<String>,
    pub topics: Vec<String>,
    special_days: HashMap<NaiveDate, DayKind>,
    live_hours: Vec<(Line, LiveHours)>,
}

impl Rules {
    /// Reading: thresholds and topics are those of the period's last day, as targets are.
    pub fn on(last: NaiveDate) -> Result<Self> {
        let reference = Reference::load(None)?;
        reference.calendar.is_working(last)?; // a year that nobody entered is refused, not taken for plain weeks
        let value = |name: &str| reference.threshold(name, last);
        let serviceable = reference.topics.all_on(last).filter(|topic| topic.serviceable);
        let lines = reference.live_hours.rows().iter().map(|row| {
            let line = serde_json::from_value(row.line.clone().into()).context("live_hours.toml names another line")?;
            anyhow::Ok((line, row.clone()))
        });
        let special = reference.calendar.rows().iter().flat_map(|row| {
            let last = row.valid_to.unwrap_or(row.valid_from);
            row.valid_from.iter_days().take_while(move |day| *day <= last).map(|day| (day, row.kind))
        });
        Ok(Self {
            accept_ms: (value("accept_s")? * 1_000.0) as i64,
            lost_short_ms: (value("lost_short_s")? * 1_000.0) as i64,
            satisfied_min_share: value("satisfied_min_share")?,
            fcr_repeat: TimeDelta::hours((value("fcr_repeat_days")? * 24.0) as i64),
            live_ms_per_week: (value("live_hours_per_week")? * 3_600_000.0) as i64,
            serviceable: serviceable.map(|topic| topic.topic.clone()).collect(),
            topics: reference.topics.all_on(last).map(|topic| topic.topic.clone()).collect(),
            special_days: special.collect(),
            live_hours: lines.collect::<Result<_>>()?,
        })
    }

    /// Reading: a topic that the list does not know is not known to be serviceable.
    pub fn is_serviceable(&self, topic: &str) -> bool {
        self.serviceable.contains(topic)
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        match self.special_days.get(&day) {
            Some(kind) => *kind == DayKind::WorkingDay,
            None => day.weekday().number_from_monday() <= 5,
        }
    }

    /// The first working day after a day.
    pub fn next_working(&self, after: NaiveDate) -> NaiveDate {
        let mut day = next(after);
        while !self.is_working(day) {
            day = next(day);
        }
        day
    }

    /// Working days from a day (not counted) to another (counted).
    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_working(*day)).count()
    }

    /// Live service of a line on a day, from its first moment to the first moment outside; none on days without work.
    /// Reading: a weekend day that is worked has live service only if its weekday has hours.
    pub fn live(&self, line: Line, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        if !self.is_working(day) {
            return None;
        }
        let weekday = day.weekday().number_from_monday() as u8;
        let holds = |row: &LiveHours| row.valid_from <= day && row.valid_to.is_none_or(|last| day <= last);
        let (_, hours) =
            self.live_hours.iter().find(|(of, row)| *of == line && row.weekday == weekday && holds(row))?;
        let at = |time: NaiveTime| day::moment(day, time);
        Some((at(hours.opens), at(hours.closes)))
    }
}
