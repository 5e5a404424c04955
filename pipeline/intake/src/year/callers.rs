//! Who calls.

use super::random::{Permutation, mix};

/// Whoever calls: people of the live hours and of the nights never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Hidden,
    Live(u64),
    OffHours(u64),
}

/// People by number: some call often, most seldom; never the same one under two numbers of a day.
#[derive(Debug, Clone)]
pub struct Callers {
    regulars: u64,
    others: u64,
    seed: u64,
}

impl Callers {
    pub fn new(calls: u64, most_a_day: u64, seed: u64) -> Self {
        Self { regulars: most_a_day.max(8), others: (calls * 2 / 5).max(2 * most_a_day).max(16), seed }
    }

    pub fn of_day(&self, day: usize) -> impl Fn(u64) -> Caller + use<> {
        let regulars = Permutation::new(self.regulars, mix(self.seed, day as u64, 1));
        let others = Permutation::new(self.others, mix(self.seed, day as u64, 2));
        let first = self.regulars;
        move |person| {
            Caller::Live(if person.is_multiple_of(3) { regulars.at(person / 3) } else { first + others.at(person) })
        }
    }
}
