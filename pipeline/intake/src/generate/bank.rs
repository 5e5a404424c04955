//! The generated month as the bank would have exported it, with the dirt that real exports have, and with the counts that an
//! import of it must come to.

use super::{
    Month, REPRESENTATIVES,
    arrivals::{Arrivals, Drawn, Ending},
    number,
};
use crate::{clock::is_night, summary::Summary};
use chrono::{NaiveDateTime, TimeDelta};
use std::{
    collections::VecDeque,
    io::{self, Write},
};

const HEADER: &str = "vru+line\tcall_id\tcustomer_id\tpriority\ttype\tdate\tvru_entry\tvru_exit\tvru_time\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_exit\tser_time\tserver";

/// One kind each, in turn, every so many rows; a kind waits for the next row that can have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dirt {
    Phantom,
    DamagedCaller,
    NobodyNamed,
    NoServiceTimes,
    LostWithService,
    ClockLags,
    UnknownType,
    StrayCell,
    BrokenTime,
    RepeatedId,
    RepeatedRow,
}

const DIRT: [Dirt; 11] = [
    Dirt::Phantom,
    Dirt::DamagedCaller,
    Dirt::NobodyNamed,
    Dirt::NoServiceTimes,
    Dirt::LostWithService,
    Dirt::ClockLags,
    Dirt::UnknownType,
    Dirt::StrayCell,
    Dirt::BrokenTime,
    Dirt::RepeatedId,
    Dirt::RepeatedRow,
];
const EVERY: usize = 23;

impl Dirt {
    fn fits(self, drawn: &Drawn) -> bool {
        let answered = matches!(drawn.ending, Ending::Answered { .. });
        match self {
            Dirt::NobodyNamed | Dirt::NoServiceTimes => answered,
            Dirt::LostWithService => drawn.ending == Ending::LostInQueue,
            Dirt::ClockLags => {
                answered && drawn.wait_s.is_some() && drawn.at.date() == (drawn.at + TimeDelta::hours(1)).date()
            }
            _ => true,
        }
    }
}

/// Writes a tab-separated month in the bank's columns and returns what an import must count.
pub fn write_cdr(mut out: impl Write, month: Month) -> io::Result<Summary> {
    write!(out, "{HEADER}\r\n")?;
    let mut expected = Summary::default();
    let mut waiting: VecDeque<Dirt> = VecDeque::new();
    let mut previous: Option<(usize, String)> = None;
    for (index, drawn) in Arrivals::new(month).enumerate() {
        if index % EVERY == EVERY - 1 {
            waiting.push_back(DIRT[index / EVERY % DIRT.len()]);
        }
        let same_day = |p: &(usize, String)| p.1 == drawn.at.format("%y%m%d").to_string();
        let fits =
            |dirt: &Dirt| dirt.fits(&drawn) && (*dirt != Dirt::RepeatedId || previous.as_ref().is_some_and(same_day));
        let dirt = waiting.iter().position(fits).and_then(|at| waiting.remove(at));
        let id = match (&previous, dirt) {
            (Some((id, _)), Some(Dirt::RepeatedId)) => *id,
            _ => index,
        };
        let row = Row::of(&drawn, id, dirt);
        let line = row.cells.join("\t");
        write!(out, "{line}\r\n")?;
        row.expect(&mut expected, &drawn, dirt);
        if dirt == Some(Dirt::RepeatedRow) {
            write!(out, "{line}\r\n")?;
            expected.rows += 1;
            expected.repeats += 1;
        }
        // An id is repeated once only, and by a row like any other.
        previous = dirt.is_none().then(|| (index, drawn.at.format("%y%m%d").to_string()));
    }
    Ok(expected)
}

struct Row {
    cells: Vec<String>,
    offered: NaiveDateTime,
    last: NaiveDateTime,
}

impl Row {
    fn of(drawn: &Drawn, id: usize, dirt: Option<Dirt>) -> Self {
        let ready = drawn.at + TimeDelta::seconds(drawn.menu_s);
        let entry = if dirt == Some(Dirt::ClockLags) { ready + TimeDelta::seconds(41) } else { drawn.at };
        let left = ready + TimeDelta::seconds(drawn.wait_s.unwrap_or(0));
        let clock = |at: NaiveDateTime| at.format("%-H:%M:%S").to_string();
        let none = || ["0:00:00".to_owned(), "0:00:00".to_owned(), "0".to_owned()];
        let stay =
            |from: NaiveDateTime, to: NaiveDateTime| [clock(from), clock(to), (to - from).num_seconds().to_string()];
        let (service, server) = match (drawn.ending, dirt) {
            (Ending::Answered { representative, .. }, Some(Dirt::NoServiceTimes)) => (None, Some(representative)),
            (Ending::Answered { talk_s, representative, .. }, _) => (Some(talk_s), Some(representative)),
            (_, Some(Dirt::LostWithService)) => (Some(6), None),
            _ => (None, None),
        };
        // The representatives' clock runs a second behind the queue's.
        let started = left - TimeDelta::seconds(i64::from(drawn.wait_s.is_some()));
        let service = service.map(|talk_s| (started, started + TimeDelta::seconds(talk_s)));
        let outcome = match drawn.ending {
            _ if dirt == Some(Dirt::Phantom) => "PHANTOM",
            Ending::Answered { .. } => "AGENT",
            Ending::LostInQueue | Ending::LostInMenu => "HANG",
        };
        let server = match server.filter(|_| dirt != Some(Dirt::NobodyNamed)) {
            Some(representative) => REPRESENTATIVES[representative].0,
            None => "NO_SERVER",
        };
        let customer = match drawn.caller {
            _ if dirt == Some(Dirt::DamagedCaller) => "6.02E+11".to_owned(),
            Some(caller) => number(caller),
            None => "0".to_owned(),
        };
        let kind = if dirt == Some(Dirt::UnknownType) { "AA" } else { ["PS", "NE", "NW", "IN"][drawn.line] };
        let mut cells = vec![
            format!("AA{:02}{:02}", 1 + id % 2, 1 + id % 16),
            (10_000 + id / 2).to_string(),
            customer,
            if drawn.caller.is_some() { "2" } else { "0" }.to_owned(),
            kind.to_owned(),
            drawn.at.format("%y%m%d").to_string(),
        ];
        cells.extend(stay(entry, ready));
        cells.extend(drawn.wait_s.map_or_else(none, |_| stay(ready, left)));
        cells.push(outcome.to_owned());
        cells.extend(service.map_or_else(none, |(from, to)| stay(from, to)));
        cells.push(server.to_owned());
        match dirt {
            Some(Dirt::StrayCell) => cells.insert(3, "?".to_owned()),
            Some(Dirt::BrokenTime) => cells[7] = "7:61:00".to_owned(),
            _ => {}
        }
        let last = service.map_or(left, |(_, to)| to).max(left);
        Self { cells, offered: entry.min(ready), last }
    }

    fn expect(&self, expected: &mut Summary, drawn: &Drawn, dirt: Option<Dirt>) {
        expected.rows += 1;
        match dirt {
            Some(Dirt::Phantom) => return expected.ignored += 1,
            Some(Dirt::UnknownType | Dirt::StrayCell | Dirt::BrokenTime) => return expected.bad += 1,
            Some(Dirt::RepeatedId) => expected.repeated_ids += 2,
            _ => {}
        }
        let is = |kind: Dirt| u64::from(dirt == Some(kind));
        let answered = matches!(drawn.ending, Ending::Answered { .. });
        expected.rows_of_calls += 1;
        expected.calls += 1;
        expected.answered += u64::from(answered);
        expected.lost_in_queue += u64::from(drawn.ending == Ending::LostInQueue);
        expected.lost_in_menu += u64::from(drawn.ending == Ending::LostInMenu);
        // Offered and menu; queued, answered and ended; or queued and lost; or lost.
        expected.events += match drawn.ending {
            Ending::Answered { .. } => 5 - is(Dirt::NoServiceTimes),
            Ending::LostInQueue => 4,
            Ending::LostInMenu => 3,
        };
        expected.night += u64::from(is_night(self.offered));
        expected.past_midnight += u64::from(self.last.date() > drawn.at.date());
        expected.unidentified_callers += u64::from(drawn.caller.is_none() || dirt == Some(Dirt::DamagedCaller));
        expected.damaged_callers += is(Dirt::DamagedCaller);
        let served = answered && dirt != Some(Dirt::NoServiceTimes) || dirt == Some(Dirt::LostWithService);
        expected.zero_times += u64::from(drawn.wait_s.is_none()) + u64::from(!served);
        expected.answered_by_unknown += is(Dirt::NobodyNamed);
        expected.answered_without_end += is(Dirt::NoServiceTimes);
        expected.lost_with_service += is(Dirt::LostWithService);
        expected.clock_disagreements += is(Dirt::ClockLags);
    }
}
