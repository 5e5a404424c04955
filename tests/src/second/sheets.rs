//! Application sheets: what changed them, and the balance of every class.

use super::cells::Cells;
use super::day::{self, Period};
use super::events::{CLASSES, Class, Origin, SheetEvent, SheetStep};
use super::line::{ALL, Line, Whose};
use super::names::Name;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Sheet {
    pub line: Line,
    pub class: Class,
    /// All steps as told, in time order.
    pub steps: Vec<(DateTime<Utc>, SheetStep)>,
    /// The steps that changed something, in time order.
    pub changes: Vec<Change>,
    /// `opened` was never told: it was open from before the records began.
    pub from_before: bool,
    pub origin: Option<Origin>,
    /// The call in which it was opened.
    pub call: Option<Name>,
}

#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub at: DateTime<Utc>,
    pub day: NaiveDate,
    pub to: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Compiled,
    Reopened,
    Answered,
    Forwarded,
}

impl State {
    fn is_open(self) -> bool {
        matches!(self, Self::Compiled | Self::Reopened)
    }
}

impl Sheet {
    /// Reading: line and class are those of `opened`, or of the first step where that is missing.
    fn of(mut events: Vec<&SheetEvent>) -> Option<Self> {
        events.sort();
        let opened = events.iter().find(|event| matches!(event.step, SheetStep::Opened { .. }));
        let head = opened.or_else(|| events.first())?;
        let (line, class) = (head.line, head.class);
        let (origin, call) = match opened.map(|event| &event.step) {
            Some(SheetStep::Opened { origin, call }) => (Some(*origin), call.clone()),
            _ => (None, None),
        };
        let steps: Vec<_> = events.iter().map(|event| (event.at, event.step.clone())).collect();
        let from_before = origin.is_none();
        Some(Self { line, class, changes: changes(&steps, from_before), steps, from_before, origin, call })
    }

    pub fn is_open_at(&self, moment: DateTime<Utc>) -> bool {
        self.changes.iter().rev().find(|change| change.at < moment).map_or(self.from_before, |last| last.to.is_open())
    }

    /// How often it changed to this in a period.
    pub fn count(&self, to: State, period: Period) -> usize {
        self.changes.iter().filter(|change| change.to == to && period.holds(change.day)).count()
    }

    /// The day it was opened, if that was told.
    pub fn opened(&self) -> Option<NaiveDate> {
        self.changes.iter().find(|change| change.to == State::Compiled).map(|change| change.day)
    }

    /// Reading: it was forwarded before a moment, and no result has come back since; reopening it does not bring the result.
    fn awaits_result(&self, moment: DateTime<Utc>) -> bool {
        let before = |at: DateTime<Utc>| at < moment;
        let forwarded = self.changes.iter().rev().find(|change| change.to == State::Forwarded && before(change.at));
        forwarded.is_some_and(|forwarded| {
            let returned =
                |(at, step): &(_, _)| *step == SheetStep::ResultReturned && *at >= forwarded.at && before(*at);
            !self.steps.iter().any(returned)
        })
    }
}

/// Reading: `opened` told of a sheet that was closed opens it again, and is counted as compiled.
fn changes(steps: &[(DateTime<Utc>, SheetStep)], from_before: bool) -> Vec<Change> {
    let (mut open, mut changes) = (from_before, Vec::new());
    for (at, step) in steps {
        let to = match step {
            SheetStep::Opened { .. } => State::Compiled,
            SheetStep::Reopened => State::Reopened,
            SheetStep::Answered => State::Answered,
            SheetStep::Forwarded => State::Forwarded,
            _ => continue,
        };
        if to.is_open() != open {
            open = to.is_open();
            changes.push(Change { at: *at, day: day::day(*at), to });
        }
    }
    changes
}

/// By their ids.
pub fn sheets(events: &[SheetEvent]) -> Vec<Sheet> {
    let mut told: BTreeMap<&Name, Vec<&SheetEvent>> = BTreeMap::new();
    for event in events {
        told.entry(&event.sheet).or_default().push(event);
    }
    told.into_values().filter_map(Sheet::of).collect()
}

/// What came in and went out of some sheets in a period.
#[derive(Debug, Default, PartialEq)]
pub struct Balance {
    pub carried_in: f64,
    pub compiled: f64,
    pub reopened: f64,
    pub answered: f64,
    pub forwarded: f64,
    pub carried_out: f64,
}

impl Balance {
    pub fn of<'a>(sheets: impl Iterator<Item = &'a Sheet>, period: Period) -> Self {
        let (mut balance, starts, ends) = (Self::default(), period.starts(), period.ends());
        for sheet in sheets {
            let count = |to| sheet.count(to, period) as f64;
            balance.carried_in += f64::from(u8::from(sheet.is_open_at(starts)));
            balance.compiled += count(State::Compiled);
            balance.reopened += count(State::Reopened);
            balance.answered += count(State::Answered);
            balance.forwarded += count(State::Forwarded);
            balance.carried_out += f64::from(u8::from(sheet.is_open_at(ends)));
        }
        balance
    }

    /// Nothing, unless a sheet was counted wrongly.
    pub fn residual(&self) -> f64 {
        self.carried_in + self.compiled + self.reopened - self.answered - self.forwarded - self.carried_out
    }

    fn put(&self, cells: &mut Cells, figure: &str, whose: Whose, class: &str) {
        let named = [
            ("carried_in", self.carried_in),
            ("compiled", self.compiled),
            ("reopened", self.reopened),
            ("answered", self.answered),
            ("forwarded", self.forwarded),
            ("carried_out", self.carried_out),
            ("residual", self.residual()),
        ];
        for (what, value) in named {
            cells.put(figure, whose, &format!("{class}/{what}"), value);
        }
    }
}

pub fn put(cells: &mut Cells, sheets: &[Sheet], period: Period) {
    put_balances(cells, "sheets", sheets, period);
    for (month, period) in period.months() {
        put_balances(cells, &format!("sheets_by_month/{month}"), sheets, period);
    }
    for whose in ALL {
        let own = sheets.iter().filter(|sheet| whose.holds(sheet.line));
        let waiting: Vec<_> = own.filter(|sheet| sheet.awaits_result(period.ends())).collect();
        for (class, name) in CLASSES.into_iter().filter(|(class, _)| class.is_complaint()) {
            let count = waiting.iter().filter(|sheet| sheet.class == class).count();
            cells.put("complaint_results_outstanding", whose, name, count as f64);
        }
    }
}

fn put_balances(cells: &mut Cells, figure: &str, sheets: &[Sheet], period: Period) {
    for whose in ALL {
        let own = || sheets.iter().filter(move |sheet| whose.holds(sheet.line));
        Balance::of(own(), period).put(cells, figure, whose, "all");
        for (class, name) in CLASSES {
            Balance::of(own().filter(|sheet| sheet.class == class), period).put(cells, figure, whose, name);
        }
    }
}
