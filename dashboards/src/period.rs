//! The stretch of days that a page is about: a year, a month, a week, a day, or any days from–to, in Baku's calendar.

use crate::format;
use crate::text::Texts;
use chrono::{Datelike, Days, Months, NaiveDate};
use meyar_schemas::Invalid;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Year,
    Month,
    Week,
    Day,
    /// Any days from–to.
    Days,
}

impl Span {
    pub const ALL: [Span; 5] = [Span::Year, Span::Month, Span::Week, Span::Day, Span::Days];

    pub const fn code(self) -> &'static str {
        match self {
            Span::Year => "year",
            Span::Month => "month",
            Span::Week => "week",
            Span::Day => "day",
            Span::Days => "days",
        }
    }
}

/// Written `2026`, `2026-01`, `2026-W03`, `2026-01-14` or `2026-01-14..2026-02-03`; the lake reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub span: Span,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Period {
    /// The period of this span that holds the day.
    pub fn around(span: Span, day: NaiveDate) -> Period {
        let from = match span {
            Span::Year => day.with_ordinal(1),
            Span::Month => day.with_day(1),
            Span::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Span::Day | Span::Days => Some(day),
        };
        let from = from.unwrap_or(day);
        let next = match span {
            Span::Year => from.checked_add_months(Months::new(12)),
            Span::Month => from.checked_add_months(Months::new(1)),
            Span::Week => from.checked_add_days(Days::new(7)),
            Span::Day | Span::Days => from.succ_opt(),
        };
        Period { span, from, last: next.and_then(|day| day.pred_opt()).unwrap_or(from) }
    }

    pub fn days(from: NaiveDate, last: NaiveDate) -> Period {
        Period { span: Span::Days, from, last }
    }

    pub fn parse(text: &str) -> Result<Period, Invalid> {
        let read: meyar_lake::Period = text.parse()?;
        let spans = [Span::Year, Span::Month, Span::Week, Span::Day].into_iter();
        let whole = spans
            .map(|span| Period::around(span, read.first))
            .find(|whole| (whole.from, whole.last) == (read.first, read.last));
        Ok(whole.filter(|_| !text.contains("..")).unwrap_or(Period::days(read.first, read.last)))
    }

    /// The day after the last.
    pub fn to(&self) -> NaiveDate {
        self.last.succ_opt().unwrap_or(NaiveDate::MAX)
    }

    pub fn length_days(&self) -> u64 {
        self.to().signed_duration_since(self.from).num_days().unsigned_abs()
    }

    /// So many days of from–to, or the next whole year, month, week or day.
    pub fn next(&self) -> Period {
        match self.span {
            Span::Days => {
                Period::days(self.to(), self.last.checked_add_days(Days::new(self.length_days())).unwrap_or(self.last))
            }
            span => Period::around(span, self.to()),
        }
    }

    pub fn previous(&self) -> Period {
        let before = self.from.pred_opt().unwrap_or(self.from);
        match self.span {
            Span::Days => {
                Period::days(self.from.checked_sub_days(Days::new(self.length_days())).unwrap_or(self.from), before)
            }
            span => Period::around(span, before),
        }
    }

    /// `2026-cı il`, `Yanvar 2026`, `12.01 – 18.01.2026`, `14.01.2026`, `14.01.2026 – 03.02.2026`.
    pub fn label(&self, t: &Texts) -> String {
        let short = |day: NaiveDate| day.format("%d.%m.%Y").to_string();
        match self.span {
            Span::Year => t.fill("period.year_label", &[&format::ordinal(t.0, self.from.year())]),
            Span::Month => format!("{} {}", t.name("month", &self.from.month().to_string()), self.from.year()),
            Span::Week => format!("{} – {}", self.from.format("%d.%m"), short(self.last)),
            Span::Day => short(self.from),
            Span::Days => format!("{} – {}", short(self.from), short(self.last)),
        }
    }

    /// Every period of this span from the one that holds `first` to the one that holds `last`, newest first, at most `limit`.
    pub fn between(span: Span, first: NaiveDate, last: NaiveDate, limit: usize) -> Vec<Period> {
        let mut period = Period::around(span, last);
        let end = Period::around(span, first).from;
        let mut periods = Vec::new();
        while period.from >= end && periods.len() < limit {
            periods.push(period);
            let previous = period.previous();
            if previous.from >= period.from {
                break;
            }
            period = previous;
        }
        periods
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.span {
            Span::Year => "%Y",
            Span::Month => "%Y-%m",
            Span::Week => "%G-W%V",
            Span::Day => "%Y-%m-%d",
            Span::Days => return write!(f, "{}..{}", self.from, self.last),
        };
        write!(f, "{}", self.from.format(form))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for text in ["2026", "2026-01", "2026-W03", "2026-12-31", "2020-W53", "2026-01-14..2026-02-03"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Period::parse("2024..2025-03").unwrap().to_string(), "2024-01-01..2025-03-31");
        assert_eq!(Period::parse("2026-w3").unwrap().to_string(), "2026-W03");
        for nonsense in [
            "",
            "26",
            "2026-13",
            "2026-02-30",
            "2026-W54",
            "2026-W",
            "2026-01-01-01",
            "x",
            "2026-é",
            "2026-02..2026-01",
        ] {
            assert!(Period::parse(nonsense).unwrap_err().remedy.contains("2026-W03"), "{nonsense}");
        }
    }

    #[test]
    fn a_period_has_the_days_that_the_lake_reads_in_it() {
        for text in ["2024", "2026-02", "2024-02", "2026-W01", "2026-12-31", "2026-01-14..2026-02", "2026-W01..2026-03"]
        {
            let (ours, lakes) = (Period::parse(text).unwrap(), text.parse::<meyar_lake::Period>().unwrap());
            assert_eq!((ours.from, ours.last), (lakes.first, lakes.last), "{text}");
        }
    }

    #[test]
    fn periods_touch_without_gap_or_overlap() {
        for text in ["2026", "2026-01", "2026-W53", "2026-12-31", "2026-01-14..2026-02-03"] {
            let period = Period::parse(text).unwrap();
            assert_eq!(period.next().from, period.to());
            assert_eq!(period.next().previous(), period);
        }
        // A week that begins in the year before.
        let week = Period::around(Span::Week, day(2026, 1, 1));
        assert_eq!((week.from, week.to_string()), (day(2025, 12, 29), "2026-W01".to_owned()));
    }

    #[test]
    fn periods_are_named_in_the_readers_language() {
        let az = Texts(Lang::Az);
        assert_eq!(Period::parse("2026-01").unwrap().label(&az), "Yanvar 2026");
        assert_eq!(Period::parse("2026").unwrap().label(&az), "2026-cı il");
        assert_eq!(Period::parse("2026-W03").unwrap().label(&az), "12.01 – 18.01.2026");
        assert_eq!(Period::parse("2026-01-14..2026-02-03").unwrap().label(&az), "14.01.2026 – 03.02.2026");
    }

    #[test]
    fn the_choice_of_periods_is_bounded() {
        let months = Period::between(Span::Month, day(2025, 11, 5), day(2026, 2, 1), 100);
        let names: Vec<String> = months.iter().map(Period::to_string).collect();
        assert_eq!(names, ["2026-02", "2026-01", "2025-12", "2025-11"]);
        assert_eq!(Period::between(Span::Day, day(1999, 1, 1), day(2026, 1, 1), 31).len(), 31);
    }
}
