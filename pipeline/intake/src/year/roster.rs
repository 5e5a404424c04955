//! Who works on a day, when and where, and who answers which call.

use super::{
    days::{Days, Window},
    random::{mix, unit},
    spread::ByDay,
};
use chrono::Datelike;
use meyar_schemas::calls::Location;
use std::{cmp::Reverse, collections::BinaryHeap};

const MINUTE: i64 = 60_000;
const SHIFT_MS: i64 = 8 * 60 * MINUTE;
const PAUSE_MS: i64 = 60 * MINUTE;

/// One representative's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// Number of the representative; see [`code`].
    pub representative: u32,
    pub work: Window,
    pub pause: Window,
    pub location: Location,
}

/// `R101` and on.
pub fn code(representative: u32) -> String {
    format!("R{}", 101 + representative)
}

#[derive(Debug, Clone)]
pub struct Roster {
    more: ByDay,
    /// One on every day with calls, and the others by how many calls there are.
    active: Vec<bool>,
    pub staff: u32,
    seed: u64,
}

impl Roster {
    /// `answered` tells a day's answered calls.
    pub fn new(days: &Days, person_days: u64, answered: impl Fn(usize) -> u64, seed: u64) -> Self {
        let calls: Vec<u64> = (0..days.days.len()).map(answered).collect();
        let active: Vec<bool> = calls.iter().map(|calls| *calls > 0).collect();
        let least = active.iter().filter(|active| **active).count() as u64;
        let more = ByDay::new(person_days.saturating_sub(least), calls.into_iter(), seed);
        let most = (0..days.days.len()).map(|day| 1 + more.on(day).count() as u64).max().unwrap_or(1);
        Self { more, active, staff: u32::try_from(most + most / 8 + 2).unwrap_or(u32::MAX), seed }
    }

    pub fn on(&self, days: &Days, day: usize) -> Vec<Shift> {
        let Some(span) = days.days[day].span().filter(|_| self.active[day]) else { return Vec::new() };
        let people = 1 + u32::try_from(self.more.on(day).count()).unwrap_or(0);
        let week = days.days[day].date.iso_week().week();
        // Who is off changes from week to week: those at work mostly work the whole of it.
        let first = week.wrapping_mul((self.staff / 9).max(1)) % self.staff;
        (0..people).map(|n| self.shift(span, (first + n) % self.staff, n, people, week)).collect()
    }

    fn shift(&self, span: Window, representative: u32, n: u32, people: u32, week: u32) -> Shift {
        let whole = span.to - span.from;
        // A few work on where they should not, and pass 36 hours in such weeks; so do those who are alone.
        let long = people < 4 || mix(self.seed, u64::from(representative), u64::from(week)).is_multiple_of(90);
        let length = if long { whole } else { SHIFT_MS.min(whole) };
        let spare = whole - length;
        let late = match n % 20 {
            n if n % 2 == 0 => 0,
            7 => spare / 2,
            _ => spare,
        };
        let from = span.from + late;
        // A quarter at most is away at a time.
        let pause = from + length * 7 / 32 + i64::from(n * 7 % 12) * length / 24;
        let remote = (representative + week).is_multiple_of(5);
        Shift {
            representative,
            work: Window { from, to: from + length },
            pause: Window { from: pause, to: pause + PAUSE_MS.min(length / 8) },
            location: if remote { Location::Remote } else { Location::Hall },
        }
    }
}

/// Gives calls to those who have been free the longest. Calls must come in the order of their answers.
pub struct Desks<'a> {
    shifts: &'a [Shift],
    free: BinaryHeap<Reverse<(i64, u32)>>,
    closing: i64,
}

impl<'a> Desks<'a> {
    pub fn new(shifts: &'a [Shift], seed: u64) -> Self {
        let closing = shifts.iter().map(|shift| shift.work.to).max().unwrap_or(0);
        let tie = |n: u32| (unit(seed, u64::from(n)) * 60_000.0) as i64;
        let free = (0u32..).zip(shifts).map(|(n, shift)| Reverse((shift.work.from - tie(n), n))).collect();
        Self { shifts, free, closing }
    }

    /// The place of the shift that answers.
    pub fn answer(&mut self, at: i64, busy_ms: i64) -> u32 {
        while let Some(Reverse((free, n))) = self.free.pop() {
            let shift = &self.shifts[n as usize];
            // Home, but those who stay until closing answer whoever still waits; the last one never leaves.
            let home = at >= shift.work.to && shift.work.to < self.closing;
            if home && !self.free.is_empty() {
                continue;
            }
            let away = shift.pause.from <= at && at < shift.pause.to;
            // Pushed behind the pause it is no longer free, so that this ends; when all are away, the first to be back answers.
            if free <= at && away && !self.free.is_empty() {
                self.free.push(Reverse((shift.pause.to, n)));
                continue;
            }
            self.free.push(Reverse((free.max(at) + busy_ms, n)));
            return n;
        }
        0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::reference::Reference;
    use std::collections::HashMap;

    #[test]
    fn person_days_are_exactly_so_many_and_weeks_hardly_ever_pass_36_hours() {
        let days = Days::of(2024, &Reference::load(None).unwrap()).unwrap();
        let calls = |day: usize| if days.days[day].is_live() { u64::from(days.days[day].weight) / 5 } else { 0 };
        let roster = Roster::new(&days, 8_150, calls, 7);
        let mut weeks: HashMap<(u32, u32), i64> = HashMap::new();
        let (mut person_days, mut remote) = (0, 0);
        for day in 0..days.days.len() {
            let shifts = roster.on(&days, day);
            let mut people: Vec<u32> = shifts.iter().map(|shift| shift.representative).collect();
            people.sort_unstable();
            people.dedup();
            assert_eq!(people.len(), shifts.len(), "everyone once a day");
            person_days += shifts.len();
            remote += shifts.iter().filter(|shift| shift.location == Location::Remote).count();
            for shift in shifts {
                let live = shift.work.to - shift.work.from - (shift.pause.to - shift.pause.from);
                assert!(shift.work.from < shift.pause.from && shift.pause.to < shift.work.to);
                *weeks.entry((shift.representative, days.days[day].date.iso_week().week())).or_default() += live;
            }
        }
        assert_eq!(person_days, 8_150);
        assert!((1_300..2_000).contains(&remote), "{remote} of 8150 remote");
        let over = weeks.values().filter(|live| **live > 36 * 3_600_000).count();
        assert!((1..weeks.len() / 30).contains(&over), "{over} of {} weeks over 36 hours", weeks.len());
    }
}
