//! Periods of Baku's calendar: a year, a month, a week, a day, or any days from–to.

use crate::clock;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc, Weekday};
use meyar_schemas::Invalid;
use std::{fmt, str::FromStr};

/// Whole days in Baku, both included; to SQL it is the half-open span `[from, to)` in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
    text: String,
}

impl Period {
    pub fn from(&self) -> DateTime<Utc> {
        clock::midnight(self.first)
    }

    pub fn to(&self) -> DateTime<Utc> {
        clock::midnight(self.last + Days::new(1))
    }

    /// So many days, the last of which is this one.
    pub fn ending(last: NaiveDate, length_days: u64) -> Self {
        let first = last.checked_sub_days(Days::new(length_days.saturating_sub(1))).unwrap_or(last);
        Self { first, last, text: format!("{first}..{last}") }
    }

    /// The whole months that it lies in.
    pub(crate) fn in_months(&self) -> Self {
        let first = self.first.with_day(1).unwrap_or(self.first);
        let end = |day: NaiveDate| day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt();
        let last = end(self.last).unwrap_or(self.last);
        Self { first, last, text: format!("{first}..{last}") }
    }

    /// The months of the period; its first and last one as far as they belong to it.
    pub fn months(&self) -> Vec<Period> {
        let start = self.first.with_day(1).unwrap_or(self.first);
        let months =
            (0..).map_while(|n| start.checked_add_months(Months::new(n))).take_while(|month| *month <= self.last);
        let within = |month: NaiveDate| {
            let end = month.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(self.last);
            let (first, last) = (month.max(self.first), end.min(self.last));
            Period { first, last, text: format!("{first}..{last}") }
        };
        months.map(within).collect()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// First and last day of `2026`, `2026-01`, `2026-W03` or `2026-01-14`.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let year = |y: &str| (y.len() == 4).then(|| y.parse::<i32>().ok()).flatten();
    match *text.split('-').collect::<Vec<_>>() {
        [y] => {
            let y = year(y)?;
            Some((NaiveDate::from_ymd_opt(y, 1, 1)?, NaiveDate::from_ymd_opt(y, 12, 31)?))
        }
        [y, week] if week.starts_with(['W', 'w']) => {
            let monday = NaiveDate::from_isoywd_opt(year(y)?, week[1..].parse().ok()?, Weekday::Mon)?;
            Some((monday, monday + Days::new(6)))
        }
        [y, m] if m.len() == 2 => {
            let first = NaiveDate::from_ymd_opt(year(y)?, m.parse().ok()?, 1)?;
            Some((first, first.checked_add_months(Months::new(1))?.pred_opt()?))
        }
        [y, m, d] if m.len() == 2 && d.len() == 2 => {
            let day = NaiveDate::from_ymd_opt(year(y)?, m.parse().ok()?, d.parse().ok()?)?;
            Some((day, day))
        }
        _ => None,
    }
}

impl FromStr for Period {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = |problem: &str| {
            let remedy = "write 2026, 2026-01, 2026-W03, 2026-01-14, or from..to such as 2026-01-14..2026-02-03";
            Invalid::new("period", text, problem, remedy)
        };
        let unknown = || bad("is not a period");
        let (first, last) = match text.split_once("..") {
            Some((from, to)) => (days(from).ok_or_else(unknown)?.0, days(to).ok_or_else(unknown)?.1),
            None => days(text).ok_or_else(unknown)?,
        };
        if last < first {
            return Err(bad("ends before it begins"));
        }
        if !(1900..=2999).contains(&first.year()) || !(1900..=2999).contains(&last.year()) {
            return Err(bad("lies outside of 1900 to 2999"));
        }
        Ok(Self { first, last, text: text.to_owned() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn span(text: &str) -> (String, String) {
        let period: Period = text.parse().unwrap();
        (period.from().to_rfc3339(), period.to().to_rfc3339())
    }

    #[test]
    fn a_period_is_cut_at_midnight_in_baku() {
        assert_eq!(span("2026-01"), ("2025-12-31T20:00:00+00:00".into(), "2026-01-31T20:00:00+00:00".into()));
        assert_eq!(span("2026").0, "2025-12-31T20:00:00+00:00");
        assert_eq!(span("2026-W03").0, "2026-01-11T20:00:00+00:00");
        assert_eq!(span("2026-01-14"), ("2026-01-13T20:00:00+00:00".into(), "2026-01-14T20:00:00+00:00".into()));
        assert_eq!(span("2026-01-14..2026-02").1, "2026-02-28T20:00:00+00:00");
    }

    #[test]
    fn a_period_is_widened_to_whole_months() {
        let widened = |text: &str| text.parse::<Period>().unwrap().in_months().to_string();
        assert_eq!(widened("2026-01-14"), "2026-01-01..2026-01-31");
        assert_eq!(widened("2024-02"), "2024-02-01..2024-02-29");
        assert_eq!(widened("2025-12-31..2026-02-01"), "2025-12-01..2026-02-28");
    }

    #[test]
    fn what_is_no_period_is_refused_with_the_way_to_write_one() {
        for text in ["", "26", "2026-13", "2026-02-30", "2026-W54", "2026-02..2026-01", "last month", "2026-1", "0001"]
        {
            let error = text.parse::<Period>().unwrap_err();
            assert!(error.remedy.contains("2026-W03"), "{text}: {error}");
        }
    }
}
