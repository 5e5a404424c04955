//! The published numbers of a year (`schemas/marginals/README.md`), read and held against one another.

mod checks;
mod printed_kpis;
mod raw;
mod walk;

use super::printed::Printed;
use meyar_schemas::{Invalid, marginals};

/// Structures in the order of their lines, as the file names them.
pub const STRUCTURES: [&str; 4] = ["DVX", "APARAT", "EMDX", "AIBNDX"];
/// The classes of sheets that are sent on, as the file names them.
pub const FORWARDED: [&str; 4] =
    ["third_party_complaints", "institution_staff_complaints", "reception_booking", "proposals"];
/// The classes of sheets that the centre answers, as the file names them.
pub const QUERIES: [&str; 2] = ["complex_question", "eservice_error"];

/// One number a line: 195-1-1 … 195-1-4.
pub type ByLine = [u64; 4];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marginals {
    pub answered: ByLine,
    pub lost: ByLine,
    pub avg_wait_answered_s: Option<u64>,
    pub avg_handling_s: Option<u64>,
    pub calls_per_person_day: Option<u64>,
    pub lost_parts: LostParts,
    /// Code of the topic and number of appeals.
    pub topics: Vec<(String, u64)>,
    /// In the order of [`FORWARDED`].
    pub forwarded: [ByLine; 4],
    /// In the order of [`QUERIES`].
    pub queries: [Query; 2],
    pub directions: Directions,
    pub kpis: Kpis,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LostParts {
    pub redialled_answered: u64,
    pub called_back: u64,
    pub system_error: u64,
    pub waited_under_10s: u64,
    pub not_called_back: u64,
}

impl LostParts {
    pub fn sum(&self) -> u64 {
        self.redialled_answered + self.called_back + self.system_error + self.waited_under_10s + self.not_called_back
    }
}

/// A class of query sheets, by line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Query {
    pub compiled: ByLine,
    pub carried_in: ByLine,
    pub answered: ByLine,
    pub forwarded: ByLine,
    pub carried_out: ByLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Directions {
    pub immediate: u64,
    pub mv_answered: u64,
    pub mv_forwarded: u64,
    pub lost_no_contact: u64,
}

/// Printed values of a key figure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kpi {
    pub lines: [Option<Printed>; 4],
    pub total: Option<Printed>,
}

/// The key figures. `accept_total` follows from the counts and is only held against them; `fcr` and `callback_level` have no formula.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kpis {
    pub accept_30s: Kpi,
    pub accept_total: Kpi,
    pub lost_over_10s: Kpi,
    pub mv_query_share: Kpi,
    pub mv_avg_days: Kpi,
    pub availability: Kpi,
    pub satisfaction: Kpi,
}

impl Marginals {
    /// Reads a file's text for a year, and refuses numbers that contradict one another.
    pub fn parse(text: &str, year: i32) -> Result<Self, Invalid> {
        let marginals = raw::read(text, year)?;
        checks::check(&marginals)?;
        Ok(marginals)
    }

    /// The numbers of a year that is built in.
    pub fn of(year: i32) -> Result<Self, Invalid> {
        let text = marginals::text(year).ok_or_else(|| {
            let known: Vec<String> = marginals::years().iter().map(i32::to_string).collect();
            Invalid::new(
                "year",
                year.to_string(),
                format!("has no published numbers here (known: {})", known.join(", ")),
                "give them with --marginals FILE, in the shape of schemas/marginals/2024.json",
            )
        })?;
        Self::parse(&text, year)
    }

    pub fn incoming(&self, line: usize) -> u64 {
        self.answered[line] + self.lost[line]
    }

    /// Query sheets of both classes compiled on a line.
    pub fn queries_compiled(&self, line: usize) -> u64 {
        self.queries.iter().map(|query| query.compiled[line]).sum()
    }

    /// All sheets compiled on a line.
    pub fn compiled(&self, line: usize) -> u64 {
        self.forwarded.iter().map(|class| class[line]).sum::<u64>() + self.queries_compiled(line)
    }

    /// Sheets that were opened in callbacks: what the directions have above the answered calls, less the balance of what was carried.
    pub fn callback_sheets(&self) -> Option<u64> {
        let sum = |of: fn(&Query) -> &ByLine| self.queries.iter().flat_map(of).sum::<u64>();
        let (carried_in, carried_out) = (sum(|q| &q.carried_in), sum(|q| &q.carried_out));
        let directions = self.directions.immediate + self.directions.mv_answered + self.directions.mv_forwarded;
        (directions + carried_out).checked_sub(self.answered.iter().sum::<u64>() + carried_in)
    }

    /// Lost calls called back where nobody was reached: what `lost_no_contact` has above the three parts without any contact.
    pub fn unreached(&self) -> Option<u64> {
        let parts = &self.lost_parts;
        let without = parts.system_error + parts.waited_under_10s + parts.not_called_back;
        self.directions.lost_no_contact.checked_sub(without).filter(|n| *n <= parts.called_back)
    }
}
