//! One day's calls: who calls when, waits how long, and what becomes of it.

mod lost;
mod off_hours;

use super::{
    callers::{Caller, Callers},
    days::{Days, LINES, Window},
    means::{long_lost_ms, short_lost_ms},
    outages::Outage,
    plan::Plan,
    random::mix,
    roster::{Desks, Shift},
    shape::{LineShape, People},
};
use crate::generate::random::Random;
use meyar_schemas::calls::LostReason;

const MINUTE: i64 = 60_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub line: usize,
    pub offered: i64,
    /// Number of the call on its line and day, by time.
    pub number: u32,
    pub caller: Caller,
    pub course: Course,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Course {
    /// `rank` is the call's number among the line's answered calls of the year.
    Answered {
        rank: u64,
        menu_ms: u32,
        wait_ms: u32,
        handle_ms: u32,
        desk: u32,
    },
    Lost {
        menu_ms: u32,
        waited_ms: u32,
        reason: LostReason,
    },
    /// The centre calls back; `to` is the lost call's place in the day.
    CallBack {
        to: usize,
        taken: Option<Taken>,
    },
    /// The centre returns an order.
    Return {
        order: usize,
        taken: Option<Taken>,
    },
    Ordered {
        menu_ms: u32,
    },
    OffHoursLost {
        waited_ms: u32,
        reason: LostReason,
    },
}

/// A callback that was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub ring_ms: u32,
    pub handle_ms: u32,
    pub desk: u32,
    pub sheet: Option<u64>,
}

/// An order to be called back: the next working day returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub call_id: String,
    pub line: usize,
    pub caller: Caller,
}

/// What a day is made from.
pub struct Makings<'a> {
    pub plan: &'a Plan,
    pub shapes: &'a [LineShape; 4],
    pub days: &'a Days,
    pub day: usize,
    pub outages: &'a [Outage],
    pub callers: &'a Callers,
    pub seed: u64,
}

/// A share of the live hours by a share of the calls: the morning is busier than the evening.
fn hour_share(calls: f64) -> f64 {
    const NINTHS: [f64; 9] = [0.8, 1.15, 1.25, 1.2, 1.0, 1.0, 1.1, 1.05, 0.7];
    let mut left = calls * NINTHS.iter().sum::<f64>();
    for (place, ninth) in NINTHS.iter().enumerate() {
        if left < *ninth {
            return (place as f64 + left / ninth) / 9.0;
        }
        left -= ninth;
    }
    0.999_999
}

/// The day's calls as they are put together.
struct Making<'a> {
    makings: &'a Makings<'a>,
    random: Random,
    /// The line's outage of the day.
    down: [Option<Window>; 4],
    calls: Vec<Call>,
    people: u64,
    person: Box<dyn Fn(u64) -> Caller>,
}

#[allow(clippy::cast_possible_truncation)]
fn part(ms: i64, share: f64) -> i64 {
    (ms as f64 * share) as i64
}

impl Making<'_> {
    fn somebody(&mut self) -> Caller {
        self.people += 1;
        (self.person)(self.people - 1)
    }

    fn menu_ms(&mut self) -> u32 {
        4_000 + (self.random.next() % 12_000) as u32
    }

    /// Nobody gets through while the line is down: such calls come when it is up again.
    fn clear(&self, line: usize, at: i64) -> i64 {
        match self.down[line] {
            Some(down) if (down.from..down.to).contains(&at) => {
                down.to + part(20 * MINUTE, (at - down.from) as f64 / (down.to - down.from) as f64)
            }
            _ => at,
        }
    }

    fn push(&mut self, line: usize, offered: i64, caller: Caller, course: Course) -> usize {
        self.calls.push(Call { line, offered, number: 0, caller, course });
        self.calls.len() - 1
    }

    fn answered(&mut self, line: usize, window: Window) {
        let shape = &self.makings.shapes[line];
        let plan = &self.makings.plan.lines[line];
        let curves = &self.makings.plan.curves;
        let all = plan.answered();
        let mut earlier = None;
        for rank in shape.answered.on(self.makings.day) {
            let wait = shape.waits.at(rank);
            let wait_ms = match wait.checked_sub(plan.in_time) {
                None => curves.in_time_ms(wait, plan.in_time),
                Some(late) => curves.late_ms(late, plan.late),
            };
            let handle_ms = curves.handle_ms(shape.handles.at(rank), all);
            let menu_ms = self.menu_ms();
            let before = self.redials_before(line, rank);
            let mut offered = window.from + part(window.to - window.from - 2 * MINUTE, hour_share(self.random.unit()));
            if !before.is_empty() && offered < window.from + 20 * MINUTE {
                offered = window.from + 20 * MINUTE + part(60 * MINUTE, self.random.unit());
            }
            let offered = self.clear(line, offered);
            let caller = match (before.is_empty(), self.random.unit()) {
                (true, draw) if draw < 0.01 => Caller::Hidden,
                (true, draw) if draw < 0.05 && earlier.is_some() => earlier.unwrap_or(Caller::Hidden),
                _ => self.somebody(),
            };
            if self.random.chance(0.1) && caller != Caller::Hidden {
                earlier = Some(caller);
            }
            let call = Course::Answered { rank, menu_ms, wait_ms, handle_ms, desk: 0 };
            self.push(line, offered, caller, call);
            for (from, size) in before {
                (0..size).for_each(|_| self.redialled(from, window, offered, caller));
            }
        }
    }
}

/// The calls of a day and their order by time; orders of earlier days are returned in it.
pub fn day(makings: &Makings, orders: &[Order], shifts: &[Shift]) -> (Vec<Call>, Vec<usize>) {
    let seed = mix(makings.seed, makings.day as u64, 0xda1);
    let down = [0, 1, 2, 3].map(|line| {
        makings
            .outages
            .iter()
            .find(|outage| outage.day == makings.day && outage.lines[line])
            .map(|outage| outage.window)
    });
    let mut making = Making {
        makings,
        random: Random::new(seed),
        down,
        calls: Vec::new(),
        people: 0,
        person: Box::new(makings.callers.of_day(makings.day)),
    };
    for line in 0..LINES.len() {
        if let Some(window) = makings.days.days[makings.day].live[line] {
            making.answered(line, window);
            making.lost(line, window);
        }
        making.off_hours(line);
    }
    if let Some(span) = makings.days.days[makings.day].span() {
        making.returned(span, orders);
    }
    let mut calls = making.calls;
    let order = numbered(&mut calls);
    seat(&mut calls, shifts, seed);
    (calls, order)
}

/// Orders that wait at the year's end are returned on the next working day, when nothing else is told any more.
pub fn last_returns(makings: &Makings, span: Window, orders: &[Order], staff: u32) -> (Vec<Call>, Vec<usize>) {
    let seed = mix(makings.seed, 0xeeee, 0xda1);
    let mut making = Making {
        makings,
        random: Random::new(seed),
        down: [None; 4],
        calls: Vec::new(),
        people: 0,
        person: Box::new(|_| Caller::Hidden),
    };
    making.returned(span, orders);
    let mut calls = making.calls;
    for (number, call) in (0u32..).zip(&mut calls) {
        if let Course::Return { taken: Some(taken), .. } = &mut call.course {
            taken.desk = number % staff;
        }
    }
    let order = numbered(&mut calls);
    (calls, order)
}

fn numbered(calls: &mut [Call]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..calls.len()).collect();
    order.sort_unstable_by_key(|place| (calls[*place].offered, *place));
    let mut numbers = [0; 4];
    for place in &order {
        let call = &mut calls[*place];
        numbers[call.line] += 1;
        call.number = numbers[call.line];
    }
    order
}

/// Who answers which call.
fn seat(calls: &mut [Call], shifts: &[Shift], seed: u64) {
    let answer = |call: &Call| match &call.course {
        Course::Answered { menu_ms, wait_ms, handle_ms, .. } => {
            Some((call.offered + i64::from(*menu_ms) + i64::from(*wait_ms), i64::from(*handle_ms)))
        }
        Course::CallBack { taken: Some(taken), .. } | Course::Return { taken: Some(taken), .. } => {
            Some((call.offered + i64::from(taken.ring_ms), i64::from(taken.handle_ms)))
        }
        _ => None,
    };
    let mut answers: Vec<(i64, usize, i64)> = calls
        .iter()
        .enumerate()
        .filter_map(|(place, call)| answer(call).map(|(at, busy_ms)| (at, place, busy_ms)))
        .collect();
    answers.sort_unstable();
    let mut desks = Desks::new(shifts, seed);
    for (at, place, busy_ms) in answers {
        let seat = desks.answer(at, busy_ms);
        match &mut calls[place].course {
            Course::Answered { desk, .. } => *desk = seat,
            Course::CallBack { taken: Some(taken), .. } | Course::Return { taken: Some(taken), .. } => {
                taken.desk = seat
            }
            _ => {}
        }
    }
}
