//! Calls outside the live hours, which the voice menu deals with alone, and the return of the orders that they leave.

use super::{Caller, Course, LostReason, MINUTE, Making, Order, Taken, Window, part};

const HOUR: i64 = 60 * MINUTE;
/// Orders that nobody returns.
const FORGOTTEN: f64 = 0.05;

impl Making<'_> {
    pub(super) fn off_hours(&mut self, line: usize) {
        let day = &self.makings.days.days[self.makings.day];
        let shape = &self.makings.shapes[line];
        let callers = self.makings.plan.lines[line].off_hours.max(1);
        for _ in shape.off_hours.on(self.makings.day) {
            let share = self.random.unit();
            let offered = match day.live[line] {
                None => day.midnight + 8 * HOUR + part(14 * HOUR, share),
                Some(live) if self.random.chance(0.2) => {
                    (live.from - 150 * MINUTE).max(day.midnight)
                        + part(live.from - 5 * MINUTE - (live.from - 150 * MINUTE).max(day.midnight), share)
                }
                // Fewer, the later it is.
                Some(live) => {
                    let last =
                        (live.to + 5 * HOUR).min(day.midnight + 23 * HOUR + 30 * MINUTE).max(live.to + 6 * MINUTE);
                    live.to + 5 * MINUTE + part(last - live.to - 5 * MINUTE, share * share)
                }
            };
            let caller = Caller::OffHours(self.random.next() % callers);
            let course = match self.random.next() % 10 {
                0..=2 => Course::Ordered { menu_ms: 15_000 + (self.random.next() % 60_000) as u32 },
                3..=7 => Course::OffHoursLost {
                    waited_ms: 3_000 + (self.random.next() % 50_000) as u32,
                    reason: LostReason::AbandonedInIvr,
                },
                _ => Course::OffHoursLost {
                    waited_ms: 8_000 + (self.random.next() % 4_000) as u32,
                    reason: LostReason::Refused,
                },
            };
            self.push(line, offered, caller, course);
        }
    }

    pub(super) fn returned(&mut self, span: Window, orders: &[Order]) {
        for (place, order) in orders.iter().enumerate() {
            if self.random.chance(FORGOTTEN) {
                continue;
            }
            let share = self.random.unit();
            let offered = span.from + 5 * MINUTE + part((span.to - span.from - 30 * MINUTE).max(0), share * share);
            let taken = self.random.chance(0.85).then(|| Taken {
                ring_ms: 4_000 + (self.random.next() % 16_000) as u32,
                handle_ms: 60_000 + (self.random.next() % 300_000) as u32,
                desk: 0,
                sheet: None,
            });
            self.push(order.line, offered, order.caller, Course::Return { order: place, taken });
        }
    }
}
