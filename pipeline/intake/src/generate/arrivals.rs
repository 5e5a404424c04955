//! When calls come in, and what becomes of each.

use super::{Month, REPRESENTATIVES, random::Random};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// Shares of the week from Monday on, and of the day from midnight on.
const WEEK: [f64; 7] = [1.18, 1.1, 1.05, 1.0, 0.95, 0.3, 0.2];
const DAY: [f64; 24] = [
    3.0, 1.4, 0.5, 0.5, 0.5, 1.4, 3.5, 26.0, 70.0, 78.0, 85.0, 76.0, 70.0, 68.0, 76.0, 78.0, 88.0, 65.0, 49.0, 50.0,
    38.0, 33.0, 32.0, 28.0,
];
const BUSIEST_HOUR: f64 = 88.0;
/// Tax returns are due by the 20th.
const DEADLINE: std::ops::RangeInclusive<u32> = 17..=20;
const LINE_SHARES: [f64; 4] = [0.73, 0.05, 0.18, 0.04];
const CALLERS: f64 = 5_200.0;
/// Calls that come on top because a caller rings again, as a share of the others.
const REDIALS: f64 = 0.14;

#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub at: NaiveDateTime,
    pub caller: Option<u32>,
    pub line: usize,
    pub menu_s: i64,
    /// `None`: served at once, or never came to the queue.
    pub wait_s: Option<i64>,
    pub ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    Answered { representative: usize, talk_s: i64, by_caller: bool },
    LostInQueue,
    LostInMenu,
}

/// A call to come: when, whose, on which line.
type Planned = (NaiveDateTime, Option<u32>, usize);

pub struct Arrivals {
    random: Random,
    days: VecDeque<(NaiveDate, f64)>,
    today: VecDeque<Planned>,
    redials: BinaryHeap<Reverse<Planned>>,
    end: NaiveDateTime,
}

impl Arrivals {
    pub fn new(month: Month) -> Self {
        let mut random = Random::new(month.seed);
        let first = NaiveDate::from_ymd_opt(month.year, month.month, 1);
        let weight = |day: NaiveDate| {
            let deadline = if DEADLINE.contains(&day.day()) { 1.3 } else { 1.0 };
            WEEK[day.weekday().num_days_from_monday() as usize] * deadline
        };
        let days: Vec<NaiveDate> = first
            .into_iter()
            .flat_map(|day| day.iter_days())
            .take_while(|day| day.month() == month.month)
            .take(31)
            .collect();
        let total: f64 = days.iter().map(|day| weight(*day)).sum();
        let base = f64::from(month.calls) / (1.0 + REDIALS);
        let end = days.last().map_or(NaiveDateTime::default(), |day| day.and_time(NaiveTime::MIN) + TimeDelta::days(1));
        let days = days
            .into_iter()
            .map(|day| (day, base * weight(day) / total * (1.0 + 0.06 * random.normal()).clamp(0.7, 1.3)))
            .collect();
        Self { random, days, today: VecDeque::new(), redials: BinaryHeap::new(), end }
    }

    /// The day's own calls, by time.
    fn plan(&mut self, day: NaiveDate, calls: f64) {
        let random = &mut self.random;
        let mut planned: Vec<Planned> = (0..whole(calls))
            .map(|_| {
                let second = random.pick(&DAY) * 3600 + random.below(3600);
                let at = day.and_time(NaiveTime::MIN) + TimeDelta::seconds(i64::try_from(second).unwrap_or(0));
                // Some people call often, most seldom.
                let caller = random.chance(0.62).then(|| (CALLERS * random.unit().powi(2)) as u32);
                (at, caller, random.pick(&LINE_SHARES))
            })
            .collect();
        planned.sort_unstable();
        self.today = planned.into();
    }

    fn next_planned(&mut self) -> Option<Planned> {
        loop {
            // A redial of a later day waits until that day's own calls are planned.
            let redial = self.redials.peek().map(|Reverse(planned)| *planned);
            match (self.today.front(), redial) {
                (Some(own), Some(redial)) if redial < *own => {
                    return self.redials.pop().map(|Reverse(planned)| planned);
                }
                (Some(_), _) => return self.today.pop_front(),
                (None, Some(redial)) if self.days.front().is_none_or(|(day, _)| redial.0.date() < *day) => {
                    return self.redials.pop().map(|Reverse(planned)| planned);
                }
                (None, _) => {
                    let (day, calls) = self.days.pop_front()?;
                    self.plan(day, calls);
                }
            }
        }
    }

    fn draw(&mut self, (at, caller, line): Planned) -> Drawn {
        let random = &mut self.random;
        let load = DAY[at.hour() as usize] / BUSIEST_HOUR;
        let menu_s = whole(random.lognormal(9.0, 0.5)).max(2);
        if random.chance(0.034) {
            return Drawn {
                at,
                caller,
                line,
                menu_s: menu_s + whole(random.exponential(25.0)),
                wait_s: None,
                ending: Ending::LostInMenu,
            };
        }
        let wait_s =
            random.chance(0.3 + 0.38 * load).then(|| whole(random.lognormal(95.0, 0.95) * (0.5 + 0.75 * load)).max(1));
        let patience_s = if random.chance(0.04) { random.exponential(6.0) } else { random.exponential(620.0) };
        match wait_s {
            Some(wait) if whole(patience_s) < wait => {
                Drawn { at, caller, line, menu_s, wait_s: Some(whole(patience_s)), ending: Ending::LostInQueue }
            }
            _ => {
                let talk_s = whole(random.lognormal(186.0, 1.0)).clamp(3, 5400);
                let representative = random.below(REPRESENTATIVES.len());
                let ending = Ending::Answered { representative, talk_s, by_caller: random.chance(0.8) };
                Drawn { at, caller, line, menu_s, wait_s, ending }
            }
        }
    }

    fn maybe_redial(&mut self, drawn: &Drawn) {
        let random = &mut self.random;
        let (again, mean_s) = match drawn.ending {
            Ending::LostInQueue => (random.chance(0.56), 900.0),
            Ending::LostInMenu => (random.chance(0.3), 600.0),
            Ending::Answered { .. } => (random.chance(0.08), 100_000.0),
        };
        let at = drawn.at + TimeDelta::seconds(45 + whole(random.lognormal(mean_s, 1.0)));
        // Nobody comes back at night for yesterday's question.
        if again && at < self.end && (7..23).contains(&at.hour()) {
            self.redials.push(Reverse((at, drawn.caller, drawn.line)));
        }
    }
}

impl Iterator for Arrivals {
    type Item = Drawn;

    fn next(&mut self) -> Option<Drawn> {
        let planned = self.next_planned()?;
        let drawn = self.draw(planned);
        self.maybe_redial(&drawn);
        Some(drawn)
    }
}

/// Whole seconds (or calls) of a number that is never large.
#[allow(clippy::cast_possible_truncation)]
fn whole(number: f64) -> i64 {
    number.round().clamp(0.0, 1e9) as i64
}
