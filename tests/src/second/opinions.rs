//! Opinions that were asked for, by their state at the end of a period.

use super::cells::{Cells, Sums};
use super::day::{self, Period};
use super::events::SheetStep;
use super::sheets::Sheet;
use chrono::{DateTime, NaiveDate, Utc};

const STATES: [&str; 5] = ["received_in_time", "received_late", "deemed_agreed", "silent", "waiting"];

struct Request {
    on: NaiveDate,
    due_on: NaiveDate,
    state: Option<&'static str>,
}

/// Reading: what is received, or deemed agreed, settles the earliest opinion of the sheet that still is open.
fn requests(sheet: &Sheet, until: DateTime<Utc>) -> Vec<Request> {
    let mut requests: Vec<Request> = Vec::new();
    for (at, step) in sheet.steps.iter().filter(|(at, _)| *at < until) {
        let on = day::day(*at);
        if let SheetStep::OpinionRequested { due_on } = step {
            requests.push(Request { on, due_on: *due_on, state: None });
        }
        let Some(open) = requests.iter_mut().find(|request| request.state.is_none()) else { continue };
        open.state = match step {
            SheetStep::OpinionReceived if on <= open.due_on => Some("received_in_time"),
            SheetStep::OpinionReceived => Some("received_late"),
            SheetStep::DeemedAgreed => Some("deemed_agreed"),
            _ => None,
        };
    }
    requests
}

/// Reading: a period's opinions are those asked for in it; `opinions_ever` has those asked for before it too.
pub fn put(cells: &mut Cells, sheets: &[Sheet], period: Period) {
    let (mut asked, mut ever) = (Sums::default(), Sums::default());
    for sheet in sheets {
        for request in requests(sheet, period.ends()) {
            // At the period's end its last day is over: who had that day was silent past it.
            let unsettled = if request.due_on <= period.last { "silent" } else { "waiting" };
            let state = request.state.unwrap_or(unsettled);
            ever.count(state, sheet.line);
            if period.holds(request.on) {
                asked.count(state, sheet.line);
            }
        }
    }
    asked.put(cells, "opinions", &STATES);
    ever.put(cells, "opinions_ever", &STATES);
}
