//! The life of application sheets.

use super::{Fact, LINES, Year, calls::Steps, chosen, midnight, mix};
use crate::{
    clock::HOME,
    year::{days::at, random::unit, shape::Course},
};
use chrono::{DateTime, Datelike, Days as Count, Months, NaiveDate};
use meyar_schemas::sheets::{SheetClass, SheetEvent, SheetOrigin, SheetStep, TermBasis};

const HOUR: i64 = 3_600_000;
const FORWARDED: [SheetClass; 4] =
    [SheetClass::ThirdPartyComplaint, SheetClass::BodyComplaint, SheetClass::ReceptionBooking, SheetClass::Proposal];
const QUERIES: [SheetClass; 2] = [SheetClass::ComplexQuestion, SheetClass::EServiceError];
/// Units that answer, by line.
const UNITS: [&[&str]; 4] = [
    &[
        "Vergi siyasəti şöbəsi",
        "Elektron xidmətlər idarəsi",
        "Vergi ödəyicilərinə xidmət baş idarəsi",
        "Ərazi vergilər baş idarəsi",
    ],
    &["Hüquq şöbəsi", "Vətəndaşların qəbulu şöbəsi", "Rəqəmsal inkişaf şöbəsi"],
    &["Daşınmaz əmlakın dövlət reyestri xidməti", "Torpaq kadastrı şöbəsi", "Dövlət əmlakının idarə edilməsi şöbəsi"],
    &["İstehlakçıların hüquqlarının müdafiəsi şöbəsi", "Antiinhisar şöbəsi", "Bazara nəzarət şöbəsi"],
];

/// A sheet while its life is told.
struct Sheet {
    id: String,
    line: usize,
    class: SheetClass,
}

impl Sheet {
    fn event(&self, ms: i64, step: SheetStep) -> Fact {
        Fact::Sheet(SheetEvent {
            sheet_id: self.id.clone(),
            at: at(ms),
            line: LINES[self.line].to_owned(),
            class: self.class,
            step,
        })
    }
}

/// What belongs to the day of opening stays on it.
fn before_midnight(opened: i64, ms: i64) -> i64 {
    let end = midnight(at(opened).with_timezone(&HOME).date_naive()) + 24 * HOUR - HOUR / 20;
    ms.min(end).max(opened)
}

fn class(course: Course) -> SheetClass {
    match course {
        Course::Forwarded(class) => FORWARDED[class],
        Course::QueryAnswered(class) | Course::QueryForwarded(class) | Course::QueryLeft(class) => QUERIES[class],
    }
}

impl Year {
    pub(super) fn sheet_id(&self, line: usize, kind: &str, number: u64) -> String {
        format!("mv{}-{}-{kind}{:06}", self.days.year, LINES[line], number + 1)
    }

    fn unit(&self, line: usize, number: u64) -> String {
        chosen(UNITS[line], mix(self.seed, number, 0x0417)).to_owned()
    }

    /// Opens a sheet at the end of a call, and foresees the rest of its life.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn open(
        &mut self,
        id: String,
        steps: &Steps,
        course: Course,
        number: u64,
        ms: i64,
        origin: SheetOrigin,
        representative: &str,
    ) {
        let sheet = Sheet { id, line: steps.line, class: class(course) };
        let opened = SheetStep::Opened {
            origin,
            call_id: Some(steps.call_id.clone()),
            representative: Some(representative.to_owned()),
        };
        self.now(sheet.event(ms, opened), "-opened");
        let (day, left) = (self.today.day, self.days.left_after(self.today.day));
        match course {
            Course::Forwarded(class) => self.forward(&sheet, day, ms, number, class < 2),
            Course::QueryForwarded(_) => self.forward(&sheet, day, ms, number, false),
            Course::QueryAnswered(_) => {
                let mut place = self.shared[sheet.line];
                let takes = self.shapes[sheet.line].answering.take(number, left, &mut place);
                self.shared[sheet.line] = place;
                let to = self.days.later(day, takes).map_or(self.today.date, |day| self.days.days[day].date);
                self.answer(&sheet, self.today.date, ms, to, takes, number);
            }
            Course::QueryLeft(_) => {
                let takes = left + 1 + usize::try_from(mix(self.seed, number, 0x1ef) % 6).unwrap_or(0);
                let to = self.days.date_later(day, takes);
                self.answer(&sheet, self.today.date, ms, to, takes, number);
            }
        }
    }

    /// Sent on the same day or one of the next, but never in another month: nothing of these classes is carried.
    fn forward(&mut self, sheet: &Sheet, day: usize, opened: i64, number: u64, returns: bool) {
        let draw = mix(self.seed ^ sheet.line as u64, number, 0xf0);
        let later = self
            .days
            .later(day, 1 + (draw % 2) as usize)
            .filter(|later| draw % 10 < 3 && self.days.days[*later].date.month() == self.days.days[day].date.month());
        #[allow(clippy::cast_possible_truncation)]
        let sent = match later {
            Some(later) => self.days.days[later].midnight + 9 * HOUR + (unit(draw, 1) * 8.0 * HOUR as f64) as i64,
            None => before_midnight(opened, opened + HOUR / 6 + (unit(draw, 1) * 1.5 * HOUR as f64) as i64),
        };
        let to_unit = self.unit(sheet.line, number);
        self.later(sheet.event(sent, SheetStep::Forwarded { to_unit }), "-forwarded");
        // Most results of complaints come back, some never do.
        if returns && (draw >> 16) % 20 < 17 {
            let date = at(sent).with_timezone(&HOME).date_naive() + Count::new(3 + (draw >> 24) % 23);
            let date = date.iter_days().find(|date| self.is_worked(*date)).unwrap_or(date);
            #[allow(clippy::cast_possible_truncation)]
            let back = midnight(date) + 10 * HOUR + (unit(draw, 2) * 7.0 * HOUR as f64) as i64;
            self.later(sheet.event(back, SheetStep::ResultReturned), "-result");
        }
    }

    fn is_worked(&self, date: NaiveDate) -> bool {
        match self.days.days.get(date.ordinal0() as usize).filter(|day| day.date == date) {
            Some(day) => day.working,
            None if self.days.after.is_empty() => date.weekday().number_from_monday() <= 5,
            None => self.days.after.contains(&date) || self.days.after.last().is_some_and(|last| date > *last),
        }
    }

    /// Answered on a day; carried at the end of each month before it; sometimes after a unit's opinion.
    fn answer(&mut self, sheet: &Sheet, from: NaiveDate, opened: i64, to: NaiveDate, takes: usize, number: u64) {
        let draw = mix(self.seed ^ sheet.line as u64, number, 0xa5);
        #[allow(clippy::cast_possible_truncation)]
        let within =
            |date: NaiveDate, share: f64| midnight(date) + 9 * HOUR + HOUR / 2 + (share * 8.0 * HOUR as f64) as i64;
        let answered = if takes == 0 {
            before_midnight(opened, opened + HOUR / 4 + (draw % 3_600) as i64 * 1_000)
        } else {
            within(to, unit(draw, 1))
        };
        self.later(sheet.event(answered, SheetStep::Answered), "-answered");
        self.carried(sheet, from, to);
        if takes >= 2 && (draw >> 16) % 5 < 2 {
            self.opinion(sheet, from, opened, takes, answered, draw);
        }
    }

    fn carried(&mut self, sheet: &Sheet, from: NaiveDate, to: NaiveDate) {
        let mut month = from.with_day(1);
        while let Some(next) =
            month.and_then(|month| month.checked_add_months(Months::new(1))).filter(|next| *next <= to)
        {
            let into_month = next.format("%Y-%m").to_string();
            let step = format!("-carried-{into_month}");
            self.later(sheet.event(midnight(next) - 60_000, SheetStep::Carried { into_month }), &step);
            month = Some(next);
        }
    }

    /// Asked for on the day of opening; in before the answer, or late, or taken for agreement when the term has passed.
    fn opinion(&mut self, sheet: &Sheet, from: NaiveDate, opened: i64, takes: usize, answered: i64, draw: u64) {
        let term: u8 = if (draw >> 24).is_multiple_of(5) { 15 } else { 10 };
        let Some(due_on) = self.worked_after(from, usize::from(term)) else { return };
        let to_unit = self.unit(sheet.line, draw);
        let basis = TermBasis::DraftAnswer;
        let step = SheetStep::OpinionRequested { to_unit, basis, term_working_days: term, due_on };
        self.later(sheet.event(opened + HOUR / 6, step), "-opinion");
        let (came, step) = if takes > usize::from(term) && (draw >> 32).is_multiple_of(2) {
            (midnight(due_on) + 24 * HOUR + HOUR / 2, (SheetStep::DeemedAgreed, "-agreed"))
        } else {
            let days = 1 + usize::try_from((draw >> 40) % (takes as u64 - 1).max(1)).unwrap_or(0);
            let date = self.worked_after(from, days).unwrap_or(from);
            (
                midnight(date) + 10 * HOUR + i64::try_from((draw >> 48) % 20_000).unwrap_or(0) * 1_000,
                (SheetStep::OpinionReceived, "-received"),
            )
        };
        self.later(sheet.event(came.min(answered - HOUR / 12).max(opened + HOUR / 5), step.0), step.1);
    }

    /// The n-th working day after a date of this year, or of the end of the one before.
    fn worked_after(&self, from: NaiveDate, working_days: usize) -> Option<NaiveDate> {
        if let Some(day) = self.days.days.get(from.ordinal0() as usize).filter(|day| day.date == from) {
            return Some(self.days.date_later(usize::try_from(day.date.ordinal0()).ok()?, working_days));
        }
        let before = self.days.before.iter().filter(|date| **date > from).count();
        match working_days.checked_sub(before) {
            None | Some(0) => self.days.before.get(before - working_days).copied(),
            Some(beyond) => self.days.worked.get(beyond - 1).map(|day| self.days.days[*day].date),
        }
    }

    /// Query sheets of the year before that are still open when this one begins.
    pub(super) fn carried_in(&mut self) {
        for line in 0..LINES.len() {
            let (mut number, mut answered) = (0, 0);
            for class in 0..QUERIES.len() {
                let cells = self.plan.lines[line].queries[class];
                let courses = [(0, cells.old_answered), (1, cells.old_forwarded), (2, cells.old_left)];
                for (course, _) in courses.into_iter().flat_map(|(course, count)| (0..count).map(move |n| (course, n)))
                {
                    self.old(line, class, course, number, &mut answered);
                    number += 1;
                }
            }
        }
    }

    fn old(&mut self, line: usize, class: usize, course: u8, number: u64, answered: &mut u64) {
        let (before, takes) = self.shapes[line].answering.old(&self.days, if course == 0 { *answered } else { number });
        let last = NaiveDate::from_ymd_opt(self.days.year - 1, 12, 29).unwrap_or_default();
        let from = self.days.before.get(before - 1).copied().unwrap_or(last);
        let sheet = Sheet { id: self.sheet_id(line, "k", number), line, class: QUERIES[class] };
        let opened =
            midnight(from) + 10 * HOUR + i64::try_from(mix(self.seed, number, 0x01d) % 25_000).unwrap_or(0) * 1_000;
        let step = SheetStep::Opened { origin: SheetOrigin::Live, call_id: None, representative: None };
        self.later(sheet.event(opened, step), "-opened");
        let day_of = |days: &super::Days, takes: usize| days.worked.get(takes - before).map(|day| days.days[*day].date);
        match course {
            0 => {
                *answered += 1;
                let to = day_of(&self.days, takes).unwrap_or(last);
                self.answer(&sheet, from, opened, to, takes, number);
            }
            1 => {
                let to = day_of(&self.days, before).unwrap_or(last);
                self.carried(&sheet, from, to);
                let to_unit = self.unit(line, number);
                self.later(sheet.event(midnight(to) + 11 * HOUR, SheetStep::Forwarded { to_unit }), "-forwarded");
            }
            _ => {
                let end: DateTime<_> = at(self.days.days.last().map_or(0, |day| day.midnight) + 24 * HOUR);
                self.carried(&sheet, from, (end + chrono::TimeDelta::hours(6)).date_naive());
            }
        }
    }
}
