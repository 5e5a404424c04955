//! The stretch that a card is of: a month, a quarter or a year.

use crate::error::{Result, WorkError};
use chrono::{Datelike as _, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Written `2026-01`, `2026-Q1` or `2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardPeriod {
    pub first: NaiveDate,
    months: u32,
}

impl CardPeriod {
    /// 1, 3 or 12.
    pub fn months(&self) -> u32 {
        self.months
    }

    /// 1 … 4, of a quarter.
    pub fn quarter(&self) -> Option<u32> {
        (self.months == 3).then(|| self.first.month0() / 3 + 1)
    }

    pub fn last(&self) -> NaiveDate {
        let next = self.first.checked_add_months(Months::new(self.months));
        next.and_then(|day| day.pred_opt()).unwrap_or(self.first)
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.first..=self.last()).contains(&day)
    }

    pub fn month_of(day: NaiveDate) -> CardPeriod {
        CardPeriod { first: day.with_day(1).unwrap_or(day), months: 1 }
    }

    /// The one of so many months that a day lies in.
    pub fn around(day: NaiveDate, months: u32) -> Option<CardPeriod> {
        let month = match months {
            1 => day.month(),
            3 => day.month0() / 3 * 3 + 1,
            12 => 1,
            _ => return None,
        };
        Some(CardPeriod { first: NaiveDate::from_ymd_opt(day.year(), month, 1)?, months })
    }
}

impl fmt::Display for CardPeriod {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first.year();
        match self.quarter() {
            Some(quarter) => write!(out, "{year:04}-Q{quarter}"),
            None if self.months == 12 => write!(out, "{year:04}"),
            None => write!(out, "{year:04}-{:02}", self.first.month()),
        }
    }
}

impl FromStr for CardPeriod {
    type Err = WorkError;

    fn from_str(text: &str) -> Result<CardPeriod> {
        let read = || {
            let (year, part) = text.split_once('-').map_or((text, None), |(year, part)| (year, Some(part)));
            let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|byte| byte.is_ascii_digit());
            let year: i32 = digits(year, 4).then(|| year.parse().ok())??;
            let (month, months) = match part {
                None => (1, 12),
                Some(part) => match part.strip_prefix('Q') {
                    Some(quarter) => {
                        let quarter: u32 = digits(quarter, 1).then(|| quarter.parse().ok())??;
                        ((1..=4).contains(&quarter).then(|| quarter * 3 - 2)?, 3)
                    }
                    None => (digits(part, 2).then(|| part.parse().ok())??, 1),
                },
            };
            (year >= 1970).then_some(())?;
            Some(CardPeriod { first: NaiveDate::from_ymd_opt(year, month, 1)?, months })
        };
        read().ok_or_else(|| {
            WorkError::invalid("period", text, "is no month, quarter or year", "write 2026-01, 2026-Q1 or 2026")
        })
    }
}

impl TryFrom<String> for CardPeriod {
    type Error = WorkError;
    fn try_from(text: String) -> Result<CardPeriod> {
        text.parse()
    }
}

impl From<CardPeriod> for String {
    fn from(period: CardPeriod) -> String {
        period.to_string()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for (text, first, last) in [
            ("2026-02", "2026-02-01", "2026-02-28"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2024", "2024-01-01", "2024-12-31"),
        ] {
            let period: CardPeriod = text.parse().unwrap();
            assert_eq!(
                (period.to_string().as_str(), period.first.to_string().as_str(), period.last().to_string().as_str()),
                (text, first, last)
            );
            assert_eq!(CardPeriod::around(period.last(), period.months()), Some(period));
        }
        for text in ["", "26-01", "2026-13", "2026-Q5", "2026-Q0", "2026-1", "2026-Q", "20a6", "2026-é1", "0001"] {
            assert!(text.parse::<CardPeriod>().is_err(), "{text}");
        }
    }
}
