//! Directions in which appeals were answered, and what they differ by from incoming calls.

use super::cells::{Cells, Sums};
use super::lost::{LostCall, Part};
use super::sheets::{Balance, Sheet, State};
use super::{calls::Call, calls::Calls, calls::Outcome, day::Period, line::ALL, names::Name};
use super::{events::Origin, line::Whose};
use std::collections::HashMap;

pub struct Directions<'a> {
    pub calls: &'a Calls,
    pub lost: &'a [LostCall<'a>],
    pub sheets: &'a [Sheet],
    pub period: Period,
}

impl Directions<'_> {
    pub fn put(&self, cells: &mut Cells) {
        let sums = self.sums();
        for whose in ALL {
            let of = |what| sums.of(what, whose);
            let balance = Balance::of(self.sheets.iter().filter(|sheet| whose.holds(sheet.line)), self.period);
            let directions = [
                ("immediate", of("immediate")),
                ("sheets_answered", balance.answered),
                ("sheets_forwarded", balance.forwarded),
                ("lost_no_contact", of("lost_no_contact")),
            ];
            let sum: f64 = directions.iter().map(|(_, count)| count).sum();
            for (what, count) in directions {
                cells.put("directions", whose, what, count);
            }
            cells.put("directions", whose, "sum", sum);
            self.put_reconciliation(cells, whose, &sums, &balance, sum);
        }
    }

    /// incoming = sum of the directions + each item with its sign; what remains is nothing, or something was counted wrongly.
    fn put_reconciliation(&self, cells: &mut Cells, whose: Whose, sums: &Sums, balance: &Balance, directions: f64) {
        let of = |what| sums.of(what, whose);
        let items = [
            ("unfinished", of("unfinished"), 1.0),
            ("ordered", of("ordered"), 1.0),
            ("redialled", of("redialled"), 1.0),
            ("reached", of("reached"), 1.0),
            ("sheets_carried_in", balance.carried_in, -1.0),
            ("sheets_carried_out", balance.carried_out, 1.0),
            ("sheets_reopened", balance.reopened, -1.0),
            ("sheets_in_callbacks_and_orders", of("elsewhere"), -1.0),
            ("further_sheets_of_a_call", of("further"), -1.0),
            // Beside what the words list: sheets and calls that cannot be laid beside one another.
            ("sheets_without_a_call", of("without_call"), -1.0),
            ("sheets_of_another_line", of("of_this_line") - of("of_calls_here"), -1.0),
            ("calls_with_sheets_of_another_period", of("calls_of_other_sheets"), 1.0),
        ];
        let (incoming, mut residual) = (of("incoming"), of("incoming") - directions);
        cells.put("reconciliation", whose, "incoming", incoming);
        for (what, count, sign) in items {
            cells.put("reconciliation", whose, what, count);
            residual -= sign * count;
        }
        cells.put("reconciliation", whose, "residual", residual);
    }

    fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        let mut sheets_of: HashMap<&Name, Vec<&Sheet>> = HashMap::new();
        for sheet in self.sheets {
            if let Some(call) = &sheet.call {
                sheets_of.entry(call).or_default().push(sheet);
            }
        }
        for call in self.calls.live(self.period) {
            sums.count("incoming", call.line);
            match call.outcome {
                Outcome::Answered { .. } => self.count_answered(&mut sums, call, sheets_of.get(&call.id)),
                Outcome::Ordered => sums.count("ordered", call.line),
                Outcome::Unfinished => sums.count("unfinished", call.line),
                Outcome::Lost { .. } => {}
            }
        }
        for LostCall { call, part } in self.lost {
            match part {
                Part::RedialledAnswered => sums.count("redialled", call.line),
                Part::CalledBack { reached: true } => sums.count("reached", call.line),
                _ => sums.count("lost_no_contact", call.line),
            }
        }
        for sheet in self.sheets {
            let compiled = sheet.count(State::Compiled, self.period) as f64;
            let place = match (self.is_of_an_answered_call(sheet), sheet.origin) {
                (true, _) => "of_this_line",
                (false, Some(Origin::Callback | Origin::Order)) => "elsewhere",
                (false, _) => "without_call",
            };
            sums.add(place, sheet.line, compiled);
        }
        sums
    }

    fn count_answered(&self, sums: &mut Sums, call: &Call, sheets: Option<&Vec<&Sheet>>) {
        let Some(sheets) = sheets else { return sums.count("immediate", call.line) };
        let compiled: usize = sheets.iter().map(|sheet| sheet.count(State::Compiled, self.period)).sum();
        sums.add("of_calls_here", call.line, compiled as f64);
        match compiled {
            0 => sums.count("calls_of_other_sheets", call.line),
            _ => sums.add("further", call.line, (compiled - 1) as f64),
        }
    }

    fn is_of_an_answered_call(&self, sheet: &Sheet) -> bool {
        let call = sheet.call.as_ref().and_then(|call| self.calls.get(call));
        call.is_some_and(|call| call.is_live() && call.answered().is_some() && self.period.holds(call.day))
    }
}
