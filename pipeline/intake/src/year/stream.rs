//! The year as a stream of events, day by day, roughly in the order of time.

mod appeals;
mod calls;
mod sheets;
mod staff;
mod surveys;

use super::{
    callers::Callers,
    day::{self, Call, Course, Makings, Order, Taken},
    days::{Days, LINES, Window, midnight},
    outages::Outage,
    plan::{LinePlan, Plan},
    random::mix,
    roster::{Roster, Shift},
    shape::{self, LineShape},
    told::{Fact, Teller, Told},
};
use chrono::{DateTime, NaiveDate, Utc};
use meyar_schemas::{Invalid, caller::CallerKey};
use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, VecDeque},
    vec,
};

/// Events of a year, from the sheets that were carried into it to the last result that comes back after it.
pub struct Year {
    plan: Plan,
    shapes: [LineShape; 4],
    days: Days,
    outages: Vec<Outage>,
    roster: Roster,
    callers: Callers,
    keys: CallerKey,
    seed: u64,
    teller: Teller,
    /// The next day to make; the day after the last one returns the last orders.
    next_day: usize,
    today: Today,
    /// Orders left since the last day on which such are returned.
    orders: Vec<Order>,
    /// Query sheets that share their days to answers, by line.
    shared: [u64; 4],
    later: BinaryHeap<Reverse<Later>>,
    told: u64,
    out: VecDeque<Told>,
}

#[derive(Default)]
struct Today {
    day: usize,
    calls: Vec<Call>,
    order: vec::IntoIter<usize>,
    shifts: Vec<Shift>,
    returned: Vec<Order>,
    date: NaiveDate,
}

/// An event that is known before its time has come.
struct Later {
    at: DateTime<Utc>,
    number: u64,
    told: Box<Told>,
}

impl Ord for Later {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Later {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Later {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Later {}

impl Year {
    pub fn new(plan: Plan, days: Days, seed: u64) -> Result<Self, Invalid> {
        let (shapes, outages) = shape::shape(&plan, &days, seed)?;
        let answered = |day: usize| shapes.iter().map(|shape| shape.answered.on(day).count() as u64).sum::<u64>();
        let roster = Roster::new(&days, plan.person_days, answered, mix(seed, 0x0570, 0));
        let calls: u64 = plan.lines.iter().map(LinePlan::incoming).sum();
        let people = |day: usize| {
            let lost = |shape: &LineShape| {
                let parts =
                    [&shape.reached, &shape.unreached, &shape.system_error, &shape.not_called_back, &shape.short];
                parts.map(|part| part.days.on(day).count() as u64).iter().sum::<u64>()
            };
            answered(day) + shapes.iter().map(lost).sum::<u64>()
        };
        let most = (0..days.days.len()).map(people).max().unwrap_or(0);
        let mut year = Self {
            callers: Callers::new(calls, most, mix(seed, 0xca11, 0)),
            keys: CallerKey::new(format!("simulate {seed}")),
            teller: Teller::new(&format!("simulate/{}/s{seed}", days.year)),
            plan,
            shapes,
            outages,
            roster,
            days,
            seed,
            next_day: 0,
            today: Today::default(),
            orders: Vec::new(),
            shared: [0; 4],
            later: BinaryHeap::new(),
            told: 0,
            out: VecDeque::new(),
        };
        year.carried_in();
        Ok(year)
    }

    /// Days of the year that are told, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.next_day.saturating_sub(1).min(self.days.days.len()), self.days.days.len())
    }

    fn now(&mut self, fact: Fact, step: &str) {
        let told = self.teller.tell(fact, step);
        self.out.push_back(told);
    }

    fn later(&mut self, fact: Fact, step: &str) {
        let told = Box::new(self.teller.tell(fact, step));
        self.told += 1;
        self.later.push(Reverse(Later { at: told.envelope.time, number: self.told, told }));
    }

    fn makings(&self) -> Makings<'_> {
        Makings {
            plan: &self.plan,
            shapes: &self.shapes,
            days: &self.days,
            day: self.next_day,
            outages: &self.outages,
            callers: &self.callers,
            seed: self.seed,
        }
    }

    /// Makes the next day's calls; false when there is none.
    fn begin_day(&mut self) -> bool {
        let day = self.next_day;
        if day > self.days.days.len() || (day == self.days.days.len() && self.orders.is_empty()) {
            return false;
        }
        let makings = self.makings();
        self.today = if let Some(own) = self.days.days.get(day) {
            let shifts = self.roster.on(&self.days, day);
            let (calls, order) = day::day(&makings, &self.orders, &shifts);
            let returned = if own.is_live() { std::mem::take(&mut self.orders) } else { Vec::new() };
            Today { day, calls, order: order.into_iter(), shifts, returned, date: own.date }
        } else {
            let date = self.days.after.first().copied().unwrap_or_default();
            let from = midnight(date) + 9 * 3_600_000;
            let span = Window { from, to: from + 9 * 3_600_000 };
            let (calls, order) = day::last_returns(&makings, span, &self.orders, self.roster.staff);
            let returned = std::mem::take(&mut self.orders);
            Today { day, calls, order: order.into_iter(), shifts: Vec::new(), returned, date }
        };
        self.next_day += 1;
        self.staff();
        self.incidents();
        true
    }

    fn call_id(&self, call: &Call) -> String {
        use chrono::Datelike as _;
        use std::fmt::Write as _;
        let mut id = String::with_capacity(28);
        let (year, date) = (self.today.date.year(), self.today.date);
        // Writing into a string cannot fail.
        let _ = write!(id, "y{year}-{}-{:02}{:02}-{:06}", LINES[call.line], date.month(), date.day(), call.number);
        id
    }

    fn due(&self, until: i64) -> bool {
        self.later.peek().is_some_and(|Reverse(later)| later.at.timestamp_millis() <= until)
    }
}

impl Iterator for Year {
    type Item = Told;

    fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.out.pop_front() {
                return Some(told);
            }
            let next = self.today.order.as_slice().first().copied();
            let until = match next {
                Some(place) => self.today.calls[place].offered,
                // Between two days, what was due on the one before.
                None => self.days.days.get(self.next_day).map_or(i64::MAX, |day| day.midnight - 1),
            };
            // After the last day and its orders everything that is left is told.
            let last = next.is_none() && self.next_day >= self.days.days.len();
            if self.due(until) && !(last && self.next_day == self.days.days.len() && !self.orders.is_empty()) {
                return self.later.pop().map(|Reverse(later)| *later.told);
            }
            match next {
                Some(place) => {
                    self.today.order.next();
                    self.call(place);
                }
                None if !self.begin_day() => return None,
                None => {}
            }
        }
    }
}

/// Something of everyone's: the same words for the same number.
fn chosen<'a>(from: &[&'a str], number: u64) -> &'a str {
    from[usize::try_from(number % from.len() as u64).unwrap_or(0)]
}
