//! Cells by their address, and sums by line on their way there.

use super::line::{ALL, Line, Whose};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Cells(pub BTreeMap<String, f64>);

impl Cells {
    pub fn put(&mut self, figure: &str, whose: Whose, what: &str, value: f64) {
        self.0.insert(format!("{figure}/{whose}/{what}"), value);
    }

    /// A quotient is no number where there is nothing to divide by: then it has no cell.
    pub fn put_quotient(&mut self, figure: &str, whose: Whose, what: &str, numerator: f64, denominator: f64) {
        if denominator > 0.0 {
            self.put(figure, whose, what, numerator / denominator);
        }
    }
}

/// Sums by name and line.
#[derive(Debug, Default)]
pub struct Sums(BTreeMap<(&'static str, Line), f64>);

impl Sums {
    pub fn add(&mut self, what: &'static str, line: Line, amount: f64) {
        *self.0.entry((what, line)).or_default() += amount;
    }

    pub fn count(&mut self, what: &'static str, line: Line) {
        self.add(what, line, 1.0);
    }

    pub fn of(&self, what: &str, whose: Whose) -> f64 {
        let own = self.0.iter().filter(|((name, line), _)| *name == what && whose.holds(*line));
        own.fold(0.0, |total, (_, sum)| total + sum) // the sum of no floats would be -0
    }

    /// A cell of every name for every line and the total, zeros too.
    pub fn put(&self, cells: &mut Cells, figure: &str, names: &[&str]) {
        for whose in ALL {
            for what in names {
                cells.put(figure, whose, what, self.of(what, whose));
            }
        }
    }
}
