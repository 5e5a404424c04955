//! The plan of a year: whole numbers for every cell, such that every published sum is met and every printed value is printed again.

mod answers;
mod calls;
mod sheets;
mod surveys;

use super::{
    apportion,
    days::Days,
    marginals::{Kpi, Marginals, STRUCTURES},
    means::{self, Curves},
    printed::Band,
};
use meyar_schemas::Invalid;

/// Ten thousand years at once; counts stay far from overflowing.
const LARGEST: f64 = 10_000.0;

#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub lines: [LinePlan; 4],
    /// Codes of the topics, in the order of [`LinePlan::topics`].
    pub topics: Vec<String>,
    pub person_days: u64,
    pub curves: Curves,
}

/// One line's year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinePlan {
    /// Answered within 30 s.
    pub in_time: u64,
    /// Answered later.
    pub late: u64,
    pub lost: Lost,
    /// Appeals by topic.
    pub topics: Vec<u64>,
    pub forwarded: [Forwarded; 4],
    pub queries: [Queries; 2],
    /// Working days that the answered query sheets took, together.
    pub answer_days: u64,
    pub surveys: Surveys,
    /// Milliseconds of outages in live hours.
    pub down_ms: i64,
    /// Calls outside the live hours.
    pub off_hours: u64,
}

/// Lost calls: the five parts, of which called back in two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    pub redialled: u64,
    pub reached: u64,
    pub unreached: u64,
    pub system_error: u64,
    pub not_called_back: u64,
    pub short: u64,
}

impl Lost {
    pub fn over_10s(&self) -> u64 {
        self.redialled + self.reached + self.unreached + self.system_error + self.not_called_back
    }

    pub fn all(&self) -> u64 {
        self.over_10s() + self.short
    }
}

/// Sheets of a class that is sent on, by the call that they are opened in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forwarded {
    pub live: u64,
    pub callback: u64,
}

/// Query sheets of a class by when they are opened (before the year, in it) and what becomes of them in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queries {
    pub old_answered: u64,
    pub old_forwarded: u64,
    pub old_left: u64,
    pub new_answered: u64,
    pub new_forwarded: u64,
    pub new_left: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surveys {
    pub invited: u64,
    pub answered: u64,
    pub satisfied: u64,
}

impl LinePlan {
    pub fn answered(&self) -> u64 {
        self.in_time + self.late
    }

    pub fn incoming(&self) -> u64 {
        self.answered() + self.lost.all()
    }

    pub fn appeals(&self) -> u64 {
        self.topics.iter().sum()
    }

    /// Sheets opened in live calls.
    pub fn live_sheets(&self) -> u64 {
        let queries = self.queries.iter().map(|q| q.new_answered + q.new_forwarded + q.new_left);
        self.forwarded.iter().map(|class| class.live).chain(queries).sum()
    }

    pub fn callback_sheets(&self) -> u64 {
        self.forwarded.iter().map(|class| class.callback).sum()
    }

    pub fn answered_queries(&self) -> u64 {
        self.queries.iter().map(|q| q.old_answered + q.new_answered).sum()
    }
}

impl Plan {
    /// `scale` multiplies every count; margins then follow from the cells.
    pub fn new(m: &Marginals, days: &Days, scale: f64) -> Result<Self, Invalid> {
        if !(scale > 0.0 && scale <= LARGEST) {
            let remedy = format!("give a number above 0 and not above {LARGEST}, such as 0.01 or 10");
            return Err(Invalid::new("scale", scale.to_string(), "is not a size of a year", remedy));
        }
        if let Some(line) = (0..STRUCTURES.len()).find(|line| m.incoming(*line) > 0 && days.live_s(*line) == 0) {
            let remedy = "add the line's hours to live_hours.toml, or leave its calls out";
            let (field, calls) = (format!("calls.by_structure.{}", STRUCTURES[line]), m.incoming(line).to_string());
            return Err(Invalid::new(&field, calls, "has calls, but no hours of live service", remedy));
        }
        let mut lines: [LinePlan; 4] = Default::default();
        calls::plan(m, &mut lines)?;
        answers::plan(m, days, &mut lines)?;
        surveys::plan(m, &mut lines)?;
        sheets::plan(m, &mut lines)?;
        let person_days = person_days(m, days, scale)?;
        let whole = Curves::new(m, &lines.each_ref().map(|l| l.in_time), &lines.each_ref().map(|l| l.late));
        #[allow(clippy::float_cmp)] // 1 is what was asked for, not what was computed
        if scale != 1.0 {
            lines.iter_mut().for_each(|line| line.scale(scale));
        }
        let scaled = Curves::new(m, &lines.each_ref().map(|l| l.in_time), &lines.each_ref().map(|l| l.late));
        // A few calls of a small scale may not have the mean that the year has: then they have its curves.
        let curves = scaled.or(whole)?;
        let topics = m.topics.iter().map(|(code, _)| code.clone()).collect();
        Ok(Self { lines, topics, person_days, curves })
    }

    pub fn answered(&self) -> u64 {
        self.lines.iter().map(LinePlan::answered).sum()
    }
}

/// As many as make the printed number of calls a person and day; at least one on every day with calls.
fn person_days(m: &Marginals, days: &Days, scale: f64) -> Result<u64, Invalid> {
    let answered: u64 = m.answered.iter().sum();
    let live_days = days.days.iter().filter(|day| day.is_live()).count() as u64;
    let least = live_days.min(scaled(answered, scale));
    let per_day = m.calls_per_person_day.unwrap_or(60);
    // Half up: per_day − ½ ≤ answered ÷ person-days < per_day + ½.
    let nearest = (2 * answered + per_day) / (2 * per_day);
    let fits = |days: u64| days > 0 && (2 * answered + days) / (2 * days) == per_day;
    let found = [nearest, nearest + 1, nearest.saturating_sub(1)].into_iter().find(|days| fits(*days));
    let found = if answered == 0 || m.calls_per_person_day.is_none() { Some(nearest) } else { found };
    match found {
        Some(found) if scaled(found, scale) >= least => Ok(scaled(found, scale)),
        // A small scale thins the calls out, and the staff cannot follow.
        #[allow(clippy::float_cmp)]
        Some(_) if scale != 1.0 || m.calls_per_person_day.is_none() => Ok(least),
        _ => Err(Invalid::new(
            "call_notes.avg_calls_per_employee_per_workday",
            per_day.to_string(),
            format!("cannot be: {answered} answered calls on {live_days} days"),
            format!("it can be 1 to {}", answered / live_days.max(1)),
        )),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn scaled(count: u64, scale: f64) -> u64 {
    (count as f64 * scale + 0.5) as u64
}

impl LinePlan {
    fn scale(&mut self, by: f64) {
        let answered_before = self.answered_queries();
        let lost = &mut self.lost;
        let mut cells = vec![&mut self.in_time, &mut self.late, &mut self.off_hours];
        cells.extend([&mut lost.redialled, &mut lost.reached, &mut lost.unreached, &mut lost.system_error]);
        cells.extend([&mut lost.not_called_back, &mut lost.short]);
        cells.extend(&mut self.topics);
        cells.extend(self.forwarded.iter_mut().flat_map(|class| [&mut class.live, &mut class.callback]));
        for q in &mut self.queries {
            cells.extend([&mut q.old_answered, &mut q.old_forwarded, &mut q.old_left]);
            cells.extend([&mut q.new_answered, &mut q.new_forwarded, &mut q.new_left]);
        }
        cells.extend([&mut self.surveys.invited, &mut self.surveys.answered, &mut self.surveys.satisfied]);
        cells.into_iter().for_each(|cell| *cell = scaled(*cell, by));
        let share = self.answered_queries() as f64 / (answered_before.max(1)) as f64;
        self.answer_days = scaled(self.answer_days, share);
        self.mend();
    }

    /// What rounding may have broken: no more sheets and surveys than calls to hold them.
    fn mend(&mut self) {
        let answered = self.answered();
        if answered == 0 {
            self.topics.fill(0);
            (self.lost.not_called_back, self.lost.redialled) = (self.lost.not_called_back + self.lost.redialled, 0);
        }
        self.surveys.invited = self.surveys.invited.min(answered);
        self.surveys.answered = self.surveys.answered.min(self.surveys.invited);
        self.surveys.satisfied = self.surveys.satisfied.min(self.surveys.answered);
        while self.live_sheets() > answered {
            let queries =
                self.queries.iter_mut().flat_map(|q| [&mut q.new_answered, &mut q.new_forwarded, &mut q.new_left]);
            let most = self.forwarded.iter_mut().map(|class| &mut class.live).chain(queries).max();
            most.into_iter().for_each(|most| *most -= 1);
        }
        while self.callback_sheets() > means::callbacks(self.lost.reached) {
            let most = self.forwarded.iter_mut().map(|class| &mut class.callback).max();
            most.into_iter().for_each(|most| *most -= 1);
        }
        let old: u64 = self.queries.iter().map(|q| q.old_answered).sum();
        let most = if self.answered_queries() == 0 { 0 } else { u64::MAX };
        self.answer_days = self.answer_days.max(old).min(most);
    }
}

/// Numerators near what is printed for each line, and together what is printed for all.
fn fit_kpi(name: &str, kpi: &Kpi, cells: &[Cell; 4], factor: u64) -> Result<[u64; 4], Invalid> {
    let bands = [0, 1, 2, 3].map(|line| {
        let cell = cells[line];
        let printed = kpi.lines[line].filter(|_| cell.of > 0);
        printed.map_or(cell.can, |printed| printed.band(factor, cell.of).within(cell.can.lo, cell.can.hi))
    });
    for (line, structure) in STRUCTURES.iter().enumerate() {
        let (cell, band) = (cells[line], bands[line]);
        if band.is_empty() {
            let printed = kpi.lines[line].map(|printed| printed.to_string()).unwrap_or_default();
            return Err(Invalid::new(
                &format!("kpis.{name}.{structure}"),
                printed,
                format!("cannot be printed of {} when the counts allow {}", cell.of, cell.can),
                percentages(cell.can, factor, cell.of),
            ));
        }
    }
    let aims = [0, 1, 2, 3].map(|line| match kpi.lines[line].filter(|_| cells[line].of > 0) {
        Some(printed) => printed.aim(factor, cells[line].of),
        None => cells[line].usual,
    });
    let all: u64 = cells.iter().map(|cell| cell.of).sum();
    let can = Band { lo: bands.iter().map(|b| b.lo).sum(), hi: bands.iter().map(|b| b.hi).sum() };
    let total = kpi.total.filter(|_| all > 0).map_or(can, |printed| printed.band(factor, all));
    match apportion::fit(&aims, &bands, total) {
        Some(fitted) => Ok([fitted[0], fitted[1], fitted[2], fitted[3]]),
        None => Err(Invalid::new(
            &format!("kpis.{name}.TOTAL"),
            kpi.total.map(|printed| printed.to_string()).unwrap_or_default(),
            format!("contradicts the lines: it needs {total} of {all}, they come to {can}"),
            percentages(can, factor, all),
        )),
    }
}

/// One line's numerator: of how many, what it can be, what it is where nothing is printed.
#[derive(Debug, Clone, Copy)]
struct Cell {
    of: u64,
    can: Band,
    usual: u64,
}

fn percentages(band: Band, factor: u64, of: u64) -> String {
    let value = |n: u64| factor as f64 * n as f64 / of.max(1) as f64;
    format!("it can be {:.4} to {:.4}; mend it or the numbers it follows from", value(band.lo), value(band.hi))
}
