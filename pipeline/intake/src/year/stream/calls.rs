//! The steps of a call.

use super::{Call, Course, Fact, LINES, Order, Taken, Year, chosen, mix};
use crate::year::{callers::Caller, days::at, roster};
use meyar_schemas::{
    calls::{CallEvent, CallStep, Direction, Location, LostReason, Phase, Side, TransferKind},
    sheets::SheetOrigin,
};

const QUEUES: [&str; 4] = ["dvx", "aparat", "emdx", "aibndx"];
/// Orders that wait for the next working day leave the menu by this node.
const ORDER_NODE: &str = "sifaris";

/// What the steps of one call share.
pub(super) struct Steps {
    pub call_id: String,
    pub line: usize,
    caller_key: Option<String>,
}

impl Steps {
    fn event(&self, ms: i64, step: CallStep) -> Fact {
        Fact::Call(CallEvent {
            call_id: self.call_id.clone(),
            at: at(ms),
            line: LINES[self.line].to_owned(),
            caller_key: self.caller_key.clone(),
            step,
        })
    }
}

impl Year {
    fn steps(&self, call: &Call) -> Steps {
        Steps { call_id: self.call_id(call), line: call.line, caller_key: self.caller_key(call.caller) }
    }

    /// From the seed, not from a deployment's secret: the same seed tells the same callers everywhere.
    fn caller_key(&self, caller: Caller) -> Option<String> {
        match caller {
            Caller::Hidden => None,
            Caller::Live(number) => self.keys.of(&format!("994005{number:09}")),
            Caller::OffHours(number) => self.keys.of(&format!("994007{number:09}")),
        }
    }

    /// Who sits there, and where.
    fn seat(&self, desk: u32) -> (String, Location) {
        match self.today.shifts.get(desk as usize) {
            Some(shift) => (roster::code(shift.representative), shift.location),
            None => (roster::code(desk), Location::Hall),
        }
    }

    pub(super) fn call(&mut self, place: usize) {
        let call = self.today.calls[place].clone();
        let steps = self.steps(&call);
        let begun = call.offered;
        match call.course {
            Course::Answered { rank, menu_ms, wait_ms, handle_ms, desk } => {
                self.came_in(&steps, begun, menu_ms, rank % 13 != 0, rank % 9 == 0);
                self.answered(&steps, begun + i64::from(menu_ms), wait_ms, handle_ms, desk, rank);
            }
            Course::Lost { menu_ms, waited_ms, reason } => {
                let in_menu = reason == LostReason::AbandonedInIvr;
                let from = if in_menu { begun } else { begun + i64::from(menu_ms) };
                if in_menu {
                    self.offered(&steps, begun, Direction::Inbound, None);
                } else {
                    self.came_in(&steps, begun, menu_ms, true, false);
                    self.now(steps.event(from, CallStep::Queued { queue: QUEUES[steps.line].to_owned() }), "-q");
                }
                let lost = CallStep::Lost { reason, waited_ms: u64::from(waited_ms) };
                self.now(steps.event(from + i64::from(waited_ms), lost), "-l");
            }
            Course::CallBack { to, taken } => {
                let returns = self.call_id(&self.today.calls[to]);
                self.outbound(&steps, begun, returns, taken);
            }
            Course::Return { order, taken } => {
                let returns = self.today.returned[order].call_id.clone();
                self.outbound(&steps, begun, returns, taken);
            }
            Course::Ordered { menu_ms } => {
                self.came_in(&steps, begun, menu_ms, true, false);
                let end = begun + i64::from(menu_ms);
                self.now(steps.event(end - 4_000, ivr(ORDER_NODE, Some("2"))), "-w");
                self.now(steps.event(end, CallStep::Ordered), "-d");
                let ended = CallStep::Ended { ended_by: Side::Caller, recorded: false, wrap_up_ms: None };
                self.now(steps.event(end + 2_000, ended), "-e");
                self.orders.push(Order { call_id: steps.call_id, line: steps.line, caller: call.caller });
            }
            Course::OffHoursLost { waited_ms, reason } => {
                self.came_in(&steps, begun, waited_ms, true, false);
                let lost = CallStep::Lost { reason, waited_ms: u64::from(waited_ms) };
                self.now(steps.event(begun + i64::from(waited_ms), lost), "-l");
            }
        }
    }

    fn offered(&mut self, steps: &Steps, ms: i64, direction: Direction, returns: Option<String>) {
        self.now(steps.event(ms, CallStep::Offered { direction, returns }), "-o");
    }

    fn came_in(&mut self, steps: &Steps, ms: i64, menu_ms: u32, menu: bool, zero: bool) {
        self.offered(steps, ms, Direction::Inbound, None);
        if menu {
            let key = zero.then_some("0");
            self.now(steps.event(ms + i64::from(menu_ms) / 3, ivr("main", key)), "-v");
        }
    }

    fn answered(&mut self, steps: &Steps, queued: i64, wait_ms: u32, handle_ms: u32, desk: u32, rank: u64) {
        let draw = mix(self.seed ^ steps.line as u64, rank, 0xca);
        self.now(steps.event(queued, CallStep::Queued { queue: QUEUES[steps.line].to_owned() }), "-q");
        let (representative, location) = self.seat(desk);
        let begun = queued + i64::from(wait_ms);
        self.now(steps.event(begun, CallStep::Answered { representative: representative.clone(), location }), "-a");
        let wrap_up_ms = u64::from(handle_ms) * (6 + draw % 14) / 100;
        let connected = i64::from(handle_ms) - i64::try_from(wrap_up_ms).unwrap_or(0);
        let end = begun + connected;
        let urgent = self.is_urgent(steps.line, rank);
        // Urgent matters go on at once, to whoever can act; a few are overlooked.
        if urgent && !draw.is_multiple_of(8) {
            let step = CallStep::Transferred { to_kind: TransferKind::External, to: "112".to_owned() };
            self.now(steps.event(begun + connected.min(60_000 + (draw >> 8) as i64 % 90_000) * 3 / 4, step), "-t");
        } else if connected > 90_000 && (draw >> 16).is_multiple_of(6) {
            let hold = begun + connected * 3 / 8;
            let length = (10_000 + (draw >> 24) as i64 % 80_000).min(connected / 3);
            self.now(steps.event(hold, CallStep::Hold { phase: Phase::Started }), "-h");
            self.now(steps.event(hold + length, CallStep::Hold { phase: Phase::Ended }), "-g");
        } else if (draw >> 32).is_multiple_of(28) {
            let (to_kind, to) = match (draw >> 40) % 3 {
                0 => (TransferKind::Line, LINES[(steps.line + 1 + (draw >> 44) as usize % 3) % 4].to_owned()),
                1 => (TransferKind::Queue, format!("{}-metodik", QUEUES[steps.line])),
                _ => (TransferKind::External, chosen(&["dsmf", "asan", "bna", "azerisiq"], draw >> 44).to_owned()),
            };
            self.now(steps.event(begun + connected * 5 / 6, CallStep::Transferred { to_kind, to }), "-t");
        }
        let ended_by = if (draw >> 48).is_multiple_of(5) { Side::Representative } else { Side::Caller };
        let ended = CallStep::Ended { ended_by, recorded: true, wrap_up_ms: Some(wrap_up_ms) };
        self.now(steps.event(end, ended), "-e");
        let sheet = self.shapes[steps.line].sheets.at(rank).next();
        self.appeals(steps, rank, end, &representative, sheet, urgent);
        if let Some(sheet) = sheet {
            let course = self.shapes[steps.line].course(sheet);
            let id = self.sheet_id(steps.line, "", sheet);
            self.open(id, steps, course, sheet, end, SheetOrigin::Live, &representative);
        }
        self.survey(steps, rank, end);
    }

    fn outbound(&mut self, steps: &Steps, begun: i64, returns: String, taken: Option<Taken>) {
        self.offered(steps, begun, Direction::Outbound, Some(returns));
        let Some(taken) = taken else {
            let rang = 18_000 + i64::try_from(mix(self.seed, begun as u64, 0x0b) % 14_000).unwrap_or(0);
            let lost = CallStep::Lost { reason: LostReason::NoAnswer, waited_ms: rang.unsigned_abs() };
            self.now(steps.event(begun + rang, lost), "-l");
            return;
        };
        let (representative, location) = self.seat(taken.desk);
        let answered = begun + i64::from(taken.ring_ms);
        self.now(steps.event(answered, CallStep::Answered { representative: representative.clone(), location }), "-a");
        let wrap_up_ms = u64::from(taken.handle_ms / 8);
        let end = answered + i64::from(taken.handle_ms - taken.handle_ms / 8);
        let ended = CallStep::Ended { ended_by: Side::Caller, recorded: true, wrap_up_ms: Some(wrap_up_ms) };
        self.now(steps.event(end, ended), "-e");
        if let Some(sheet) = taken.sheet {
            let course = self.shapes[steps.line].callback_course(sheet);
            let id = self.sheet_id(steps.line, "c", sheet);
            self.open(id, steps, course, sheet, end, SheetOrigin::Callback, &representative);
        }
    }
}

fn ivr(node: &str, key: Option<&str>) -> CallStep {
    CallStep::IvrStep { node: node.to_owned(), key: key.map(str::to_owned) }
}
