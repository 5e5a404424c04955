//! How many working days each query sheet takes, so that those of a line together take what was planned, and each is answered
//! inside the year.

use super::{
    days::Days,
    plan::LinePlan,
    random::{Permutation, mix, unit},
};

/// One line's answers.
#[derive(Debug, Clone)]
pub struct Answering {
    /// Sheets opened with at least so many working days of the year before them share `days` by rank …
    cap: usize,
    sheets: u64,
    days: u64,
    order: Permutation,
    /// … later ones, and those from before the year, have days of their own.
    bare: bool,
    twice_mean: f64,
    seed: u64,
}

impl Answering {
    /// `late` tells the sheets opened with fewer working days left than it is asked for: number of the sheet, days left.
    /// `None` where the days cannot be shared out.
    pub fn new(plan: &LinePlan, days: &Days, seed: u64, late: impl Fn(usize) -> Vec<(u64, usize)>) -> Option<Self> {
        let answered = plan.answered_queries();
        let new: u64 = plan.queries.iter().map(|q| q.new_answered).sum();
        let old = answered - new;
        if old > 0 && days.before.is_empty() {
            return None;
        }
        let twice_mean = 2.0 * plan.answer_days as f64 / answered.max(1) as f64;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let usual = (1.5 * twice_mean) as usize + 3;
        let caps = [usual, usual + 6, usual * 2, usual * 4];
        caps.into_iter().flat_map(|cap| [(cap, false), (cap, true)]).find_map(|(cap, bare)| {
            let mut own = Self { cap, sheets: 0, days: 0, order: Permutation::new(1, 0), bare, twice_mean, seed };
            let late = late(cap);
            let own_days = (0..old).map(|n| own.old(days, n).1 as u64).sum::<u64>()
                + late.iter().map(|(sheet, left)| own.late(*sheet, *left) as u64).sum::<u64>();
            own.sheets = new.checked_sub(late.len() as u64)?;
            own.days = plan.answer_days.checked_sub(own_days)?;
            own.order = Permutation::new(own.sheets.max(1), mix(seed, 0xa5, 0));
            let fits = match own.sheets {
                0 => own.days == 0,
                sheets => own.by_rank(sheets - 1) < cap,
            };
            fits.then_some(own)
        })
    }

    /// Working days that a sheet opened with so many left takes; `place` counts those that share.
    pub fn take(&self, sheet: u64, left: usize, place: &mut u64) -> usize {
        if left < self.cap {
            return self.late(sheet, left);
        }
        let rank = self.order.at(*place % self.sheets.max(1));
        *place += 1;
        self.by_rank(rank)
    }

    /// Few take long: the sum over the first r of n goes with the cube of r ÷ n.
    fn by_rank(&self, rank: u64) -> usize {
        let before = |rank: u64| {
            let (rank, sheets) = (u128::from(rank), u128::from(self.sheets.max(1)));
            u128::from(self.days) * rank * rank * rank / (sheets * sheets * sheets)
        };
        usize::try_from(before(rank + 1) - before(rank)).unwrap_or(usize::MAX)
    }

    fn late(&self, sheet: u64, left: usize) -> usize {
        if self.bare { 0 } else { self.drawn(sheet).min(left) }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn drawn(&self, number: u64) -> usize {
        (self.twice_mean * unit(self.seed, number) + 0.5) as usize
    }

    /// Of a sheet from before the year: how many working days before it that was, and how many it takes.
    pub fn old(&self, days: &Days, number: u64) -> (usize, usize) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let far = if self.bare { 1 } else { (self.twice_mean as usize).clamp(1, 5).min(days.before.len().max(1)) };
        let before = 1 + usize::try_from(mix(self.seed, number, 0x01d) % far as u64).unwrap_or(0);
        let takes = if self.bare { before } else { self.drawn(number ^ 0x01d0_0000).max(before) };
        (before, takes.min(before + days.worked.len() - 1))
    }
}
