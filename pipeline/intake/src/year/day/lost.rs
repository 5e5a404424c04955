//! Lost calls of a day, by part, and the callbacks to them.

use super::{
    Caller, Course, LostReason, MINUTE, Making, People, Taken, Window, hour_share, long_lost_ms, part, short_lost_ms,
};
use crate::year::random::unit;

impl Making<'_> {
    /// Lost calls whose callers are answered in this one: line that they called, and how many.
    pub(super) fn redials_before(&self, line: usize, rank: u64) -> Vec<(usize, u64)> {
        let mut before = Vec::new();
        for (from, shape) in self.makings.shapes.iter().enumerate().filter(|(_, shape)| shape.host == line) {
            before.extend(shape.redials_at.at(rank).map(|group| (from, shape.redials.size(group))));
        }
        before
    }

    /// Lost some time before `answered`, which is at least twenty minutes after opening.
    pub(super) fn redialled(&mut self, line: usize, window: Window, answered: i64, caller: Caller) {
        let menu_ms = self.menu_ms();
        let waited_ms = long_lost_ms(self.random.unit());
        let latest = answered - 15_000 - i64::from(menu_ms) - i64::from(waited_ms);
        let room = (latest - window.from).max(0);
        let share = self.random.unit();
        let gap = part(room.min(3 * 60 * MINUTE), share * share * share);
        let mut offered = latest - gap;
        // Nobody is offered while the line is down, and it never goes down in the first hour.
        if let Some(down) = self.down[line].filter(|down| (down.from..down.to).contains(&offered)) {
            offered = down.from - 30_000 - part(10 * MINUTE, self.random.unit());
        }
        let reason = LostReason::AbandonedInQueue;
        self.push(line, offered.max(window.from), caller, Course::Lost { menu_ms, waited_ms, reason });
    }

    pub(super) fn lost(&mut self, line: usize, window: Window) {
        let shape = &self.makings.shapes[line];
        for call in shape.short.days.on(self.makings.day) {
            self.short(line, window, call);
        }
        self.each(&shape.not_called_back, |making, size| {
            making.given_up(line, window, size, 35 * MINUTE, LostReason::AbandonedInQueue);
        });
        self.each(&shape.system_error, |making, size| making.cut_off(line, window, size));
        self.each(&shape.unreached, |making, size| {
            let lost = making.given_up(line, window, size, 60 * MINUTE, LostReason::AbandonedInQueue);
            making.call_back(line, window, lost, None);
        });
        for group in shape.reached.days.on(self.makings.day) {
            let size = shape.reached.groups.size(group);
            let sheet = shape.callback_sheets.at(group).next();
            let lost = self.given_up(line, window, size, 60 * MINUTE, LostReason::AbandonedInQueue);
            self.call_back(line, window, lost, Some(sheet));
        }
    }

    fn each(&mut self, people: &People, mut tell: impl FnMut(&mut Self, u64)) {
        for group in people.days.on(self.makings.day) {
            tell(self, people.groups.size(group));
        }
    }

    /// Calls of one person, and the place and end of the first and of the last. None comes so late that nothing could follow.
    fn given_up(
        &mut self,
        line: usize,
        window: Window,
        size: u64,
        before_closing: i64,
        reason: LostReason,
    ) -> (usize, i64) {
        // One in a hundred hides the number; nobody can call those back.
        let hidden = size == 1 && before_closing < 60 * MINUTE && self.random.chance(0.01);
        let caller = if hidden { Caller::Hidden } else { self.somebody() };
        let share = hour_share(self.random.unit());
        let mut offered = self.clear(line, window.from + part(window.to - window.from - before_closing, share));
        let (mut first, mut end) = (None, offered);
        for _ in 0..size {
            let menu_ms = self.menu_ms();
            let waited_ms = long_lost_ms(self.random.unit());
            end = end.max(offered + i64::from(menu_ms) + i64::from(waited_ms));
            let place = self.push(line, offered, caller, Course::Lost { menu_ms, waited_ms, reason });
            first.get_or_insert(place);
            let again = offered + 2 * MINUTE + part(6 * MINUTE, self.random.unit());
            offered = self.clear(line, again.min(window.to - 25 * MINUTE).max(offered + 20_000));
        }
        (first.unwrap_or(0), end)
    }

    fn short(&mut self, line: usize, window: Window, call: u64) {
        let waited_ms = short_lost_ms(unit(self.makings.seed ^ line as u64, call));
        let in_menu = self.random.chance(0.3);
        let (menu_ms, reason) = match in_menu {
            true => (0, LostReason::AbandonedInIvr),
            false => (self.menu_ms(), LostReason::AbandonedInQueue),
        };
        let caller = if self.random.chance(0.01) { Caller::Hidden } else { self.somebody() };
        let offered = window.from + part(window.to - window.from - MINUTE, hour_share(self.random.unit()));
        let offered = self.clear(line, offered);
        self.push(line, offered, caller, Course::Lost { menu_ms, waited_ms, reason });
    }

    /// Cut off by the failure itself, or, on a day without one, by a fault that nobody noted.
    fn cut_off(&mut self, line: usize, window: Window, size: u64) {
        let Some(down) = self.down[line] else {
            self.given_up(line, window, size, 35 * MINUTE, LostReason::SystemError);
            return;
        };
        let caller = self.somebody();
        for _ in 0..size {
            let share = self.random.unit();
            let offered = down.from + part(down.to - down.from, share);
            let menu_ms = self.menu_ms() / 2;
            let waited_ms = 10_500 + (self.random.next() % 60_000) as u32;
            self.push(line, offered, caller, Course::Lost { menu_ms, waited_ms, reason: LostReason::SystemError });
        }
    }

    /// The centre calls back after the last of a person's lost calls, sometimes twice.
    fn call_back(&mut self, line: usize, window: Window, (lost, end): (usize, i64), reached: Option<Option<u64>>) {
        let caller = self.calls[lost].caller;
        let (from, to) = (end + MINUTE, (window.to - 6 * MINUTE).max(end + 2 * MINUTE));
        let share = self.random.unit();
        let mut at = from + part((to - from).min(4 * 60 * MINUTE), share * share);
        if self.random.chance(0.15) {
            self.push(line, at, caller, Course::CallBack { to: lost, taken: None });
            at = at + MINUTE + part((to - at - MINUTE).max(MINUTE), self.random.unit());
        }
        let taken = reached.map(|sheet| Taken {
            ring_ms: 4_000 + (self.random.next() % 16_000) as u32,
            handle_ms: 40_000 + (self.random.next() % 240_000) as u32,
            desk: 0,
            sheet,
        });
        self.push(line, at, caller, Course::CallBack { to: lost, taken });
    }
}
