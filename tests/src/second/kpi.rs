//! The nine key figures and their variants: a numerator and a denominator by line and month.

use super::availability::LiveDay;
use super::callbacks::{Due, Order};
use super::calls::{Calls, Outcome};
use super::cells::Cells;
use super::day::{self, Period};
use super::line::{ALL, Line, Whose};
use super::lost::{LostCall, Part};
use super::sheets::{Sheet, State};
use super::{fcr::Contact, rules::Rules, surveys::Survey};
use chrono::NaiveDate;
use std::collections::BTreeMap;

const NAMES: [&str; 17] = [
    "accept_30s",
    "accept_30s_excl_short",
    "accept_total",
    "lost_gt10",
    "lost_gt10_excl_short",
    "mv_query_share",
    "mv_days",
    "mv_calendar_days",
    "availability",
    "fcr",
    "fcr_no_repeat_rule",
    "fcr_survey",
    "satisfaction",
    "callback_due_done",
    "callback_reached",
    "recovered",
    "callback_order_done",
];

#[derive(Debug, Default, Clone, Copy)]
struct Parts {
    numerator: f64,
    denominator: f64,
}

/// What the key figures are counted from.
pub struct Facts<'a> {
    pub calls: &'a Calls,
    pub lost: &'a [LostCall<'a>],
    pub dues: &'a [Due],
    pub orders: &'a [Order],
    pub sheets: &'a [Sheet],
    pub contacts: &'a [Contact],
    pub surveys: &'a [Survey],
    pub live_days: &'a [LiveDay],
}

/// A period is the sum of its months' parts.
pub struct Kpis {
    /// By the first day of the month.
    parts: BTreeMap<(&'static str, NaiveDate, Line), Parts>,
    period: Period,
}

impl Kpis {
    pub fn of(facts: &Facts, period: Period, rules: &Rules) -> Self {
        let mut kpis = Self { parts: BTreeMap::new(), period };
        kpis.add_calls(facts, rules);
        kpis.add_sheets(facts.sheets, rules);
        kpis.add_callbacks(facts);
        for live in facts.live_days {
            kpis.add("availability", live.day, live.line, (live.live_ms - live.down_ms) as f64, live.live_ms as f64);
        }
        for contact in facts.contacts {
            kpis.add("fcr", contact.day, contact.line, one_if(contact.resolved), 1.0);
            kpis.add("fcr_no_repeat_rule", contact.day, contact.line, one_if(contact.immediate), 1.0);
        }
        for survey in facts.surveys.iter().filter(|survey| period.holds(survey.day)) {
            if let Some(satisfied) = survey.overall {
                kpis.add("satisfaction", survey.day, survey.line, one_if(satisfied), 1.0);
            }
            if let Some(resolved) = survey.resolved {
                kpis.add("fcr_survey", survey.day, survey.line, one_if(resolved), 1.0);
            }
        }
        kpis
    }

    fn add(&mut self, kpi: &'static str, day: NaiveDate, line: Line, numerator: f64, denominator: f64) {
        let parts = self.parts.entry((kpi, day::month_start(day), line)).or_default();
        parts.numerator += numerator;
        parts.denominator += denominator;
    }

    fn add_calls(&mut self, facts: &Facts, rules: &Rules) {
        for call in facts.calls.live(self.period) {
            let (in_time, answered, short, lost_gt10) = match call.outcome {
                Outcome::Answered { wait_ms, .. } => (wait_ms <= rules.accept_ms, true, false, false),
                Outcome::Lost { waited_ms, .. } => {
                    (false, false, waited_ms <= rules.lost_short_ms, waited_ms > rules.lost_short_ms)
                }
                Outcome::Ordered | Outcome::Unfinished => (false, false, false, false),
            };
            let (day, line) = (call.day, call.line);
            self.add("accept_30s", day, line, one_if(in_time), 1.0);
            self.add("accept_30s_excl_short", day, line, one_if(in_time), one_if(!short));
            self.add("accept_total", day, line, one_if(answered), 1.0);
            self.add("lost_gt10", day, line, one_if(lost_gt10), 1.0);
            self.add("lost_gt10_excl_short", day, line, one_if(lost_gt10), one_if(!short));
            self.add("mv_query_share", day, line, 0.0, one_if(answered));
        }
    }

    /// Reading: every answer that is counted has its days, from the day the sheet was first opened; a sheet whose opening was
    /// never told has none, and is in neither part.
    fn add_sheets(&mut self, sheets: &[Sheet], rules: &Rules) {
        let period = self.period;
        for sheet in sheets.iter().filter(|sheet| sheet.class.is_query()) {
            for change in sheet.changes.iter().filter(|change| period.holds(change.day)) {
                match (change.to, sheet.opened()) {
                    (State::Compiled, _) => self.add("mv_query_share", change.day, sheet.line, 1.0, 0.0),
                    (State::Answered, Some(opened)) => {
                        let working = rules.working_days(opened, change.day) as f64;
                        let calendar = (change.day - opened).num_days() as f64;
                        self.add("mv_days", change.day, sheet.line, working, 1.0);
                        self.add("mv_calendar_days", change.day, sheet.line, calendar, 1.0);
                    }
                    _ => {}
                }
            }
        }
    }

    fn add_callbacks(&mut self, facts: &Facts) {
        for due in facts.dues {
            self.add("callback_due_done", due.day, due.line, one_if(due.done), 1.0);
            self.add("callback_reached", due.day, due.line, one_if(due.reached), 1.0);
        }
        for order in facts.orders {
            self.add("callback_order_done", order.day, order.line, one_if(order.done), 1.0);
        }
        for LostCall { call, part } in facts.lost.iter().filter(|lost| lost.part != Part::WaitedUnder10s) {
            self.add("recovered", call.day, call.line, one_if(!part.is_without_contact()), 1.0);
        }
    }

    fn sum(&self, kpi: &str, whose: Whose, in_month: Option<NaiveDate>) -> Parts {
        let mut sum = Parts::default();
        for ((name, month, line), parts) in &self.parts {
            if *name == kpi && whose.holds(*line) && in_month.is_none_or(|wanted| wanted == *month) {
                sum.numerator += parts.numerator;
                sum.denominator += parts.denominator;
            }
        }
        sum
    }

    pub fn put(&self, cells: &mut Cells) {
        self.put_as(cells, "kpi", None);
        for (name, month) in self.period.months() {
            self.put_as(cells, &format!("kpi_by_month/{name}"), Some(month.first));
        }
    }

    fn put_as(&self, cells: &mut Cells, figure: &str, in_month: Option<NaiveDate>) {
        for whose in ALL {
            for kpi in NAMES {
                let parts = self.sum(kpi, whose, in_month);
                cells.put(figure, whose, &format!("{kpi}/numerator"), parts.numerator);
                cells.put(figure, whose, &format!("{kpi}/denominator"), parts.denominator);
            }
        }
    }
}

fn one_if(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}
