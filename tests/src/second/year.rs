//! A year's figures.

use super::cells::{Cells, Sums};
use super::kpi::{Facts, Kpis};
use super::lost::{Contacts, lost_calls};
use super::{appeals, availability, callbacks, calls::Calls, day::Period, directions::Directions, events::Events};
use super::{fcr, line::Whose, lost, opinions, rules::Rules, sheets, staff, surveys};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// The figures of one year of Asia/Baku.
#[derive(Debug)]
pub struct Year {
    cells: BTreeMap<String, f64>,
}

impl Year {
    /// A year that the calendar does not know is refused.
    pub fn of(events: &Events, year: i32) -> Result<Self> {
        let period = Period::year(year).with_context(|| format!("{year} is not a year"))?;
        let rules = Rules::on(period.last)?;

        let calls = Calls::of(&events.calls, &rules);
        let contacts = Contacts::of(&calls);
        let lost = lost_calls(&calls, &contacts, period, &rules);
        let dues = callbacks::dues(&lost);
        let orders = callbacks::orders(&calls, &contacts, period, &rules);
        let sheets = sheets::sheets(&events.sheets);
        let appeals = appeals::appeals(&events.appeals);
        let surveys = surveys::surveys(&events.surveys, &rules);
        let live_days = availability::live_days(&events.incidents, events.end(), period, &rules);

        let mut cells = Cells::default();
        calls.put(&mut cells, period, &rules);
        lost::put(&mut cells, &lost);
        callbacks::put(&mut cells, &dues, &orders);
        sheets::put(&mut cells, &sheets, period);
        opinions::put(&mut cells, &sheets, period);
        Directions { calls: &calls, lost: &lost, sheets: &sheets, period }.put(&mut cells);
        appeals::put_topics(&mut cells, &appeals, period, &rules);
        appeals::put_urgent(&mut cells, &appeals, &calls, &sheets, period);
        surveys::put(&mut cells, &surveys, period);
        put_live_time(&mut cells, &live_days);
        let answered = calls.live(period).filter(|call| call.answered().is_some()).count() as f64;
        staff::put(&mut cells, &events.sessions, answered, period, &rules);
        cells.put("input", Whose::Total, "conflicts", events.conflicts as f64);

        let fcr = fcr::contacts(&appeals, &calls, period, &rules);
        let (lost, dues, orders, sheets) = (&lost, &dues, &orders, &sheets);
        let (contacts, surveys, live_days) = (&fcr, &surveys, &live_days);
        let facts = Facts { calls: &calls, lost, dues, orders, sheets, contacts, surveys, live_days };
        Kpis::of(&facts, period, &rules).put(&mut cells);
        Ok(Self { cells: cells.0 })
    }

    /// Every cell by its address, as `calls_by_line/195-1-1/answered`. What has nothing to divide by has no cell.
    pub fn cells(&self) -> BTreeMap<String, f64> {
        self.cells.clone()
    }
}

fn put_live_time(cells: &mut Cells, days: &[availability::LiveDay]) {
    let mut sums = Sums::default();
    for day in days {
        sums.add("live_ms", day.line, day.live_ms as f64);
        sums.add("down_ms", day.line, day.down_ms as f64);
    }
    sums.put(cells, "availability", &["live_ms", "down_ms"]);
}
