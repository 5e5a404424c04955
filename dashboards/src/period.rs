//! The stretch of days that a page is about: a year, a month, a week or a day, in Baku's calendar.

use crate::format;
use crate::text::Texts;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Year,
    Month,
    Week,
    Day,
}

impl Span {
    pub const ALL: [Span; 4] = [Span::Year, Span::Month, Span::Week, Span::Day];

    pub const fn code(self) -> &'static str {
        match self {
            Span::Year => "year",
            Span::Month => "month",
            Span::Week => "week",
            Span::Day => "day",
        }
    }
}

/// Written `2026`, `2026-01`, `2026-W03` or `2026-01-14`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub span: Span,
    /// The first day.
    pub from: NaiveDate,
}

impl Period {
    /// The period of this span that holds the day.
    pub fn around(span: Span, day: NaiveDate) -> Period {
        let from = match span {
            Span::Year => day.with_ordinal(1),
            Span::Month => day.with_day(1),
            Span::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
            Span::Day => Some(day),
        };
        Period { span, from: from.unwrap_or(day) }
    }

    pub fn parse(text: &str) -> Option<Period> {
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u32>().ok())?;
        let mut parts = text.split('-');
        let year = parts.next().filter(|year| year.len() == 4).and_then(number)?;
        let year = i32::try_from(year).ok()?;
        let (span, from) = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => (Span::Year, NaiveDate::from_ymd_opt(year, 1, 1)?),
            (Some(week), None, None) if week.starts_with('W') => {
                (Span::Week, NaiveDate::from_isoywd_opt(year, number(&week[1..])?, Weekday::Mon)?)
            }
            (Some(month), None, None) => (Span::Month, NaiveDate::from_ymd_opt(year, number(month)?, 1)?),
            (Some(month), Some(day), None) => (Span::Day, NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)?),
            _ => return None,
        };
        Some(Period { span, from })
    }

    /// The day after the last.
    pub fn to(&self) -> NaiveDate {
        match self.span {
            Span::Year => self.from.checked_add_months(Months::new(12)),
            Span::Month => self.from.checked_add_months(Months::new(1)),
            Span::Week => self.from.checked_add_days(Days::new(7)),
            Span::Day => self.from.succ_opt(),
        }
        .unwrap_or(NaiveDate::MAX)
    }

    pub fn next(&self) -> Period {
        Period::around(self.span, self.to())
    }

    pub fn previous(&self) -> Period {
        Period::around(self.span, self.from.pred_opt().unwrap_or(self.from))
    }

    /// `2026-cı il`, `Yanvar 2026`, `12.01 – 18.01.2026`, `14.01.2026`.
    pub fn label(&self, t: &Texts) -> String {
        let short = |day: NaiveDate| day.format("%d.%m.%Y").to_string();
        match self.span {
            Span::Year => t.fill("period.year_label", &[&format::ordinal(t.0, self.from.year())]),
            Span::Month => format!("{} {}", t.name("month", &self.from.month().to_string()), self.from.year()),
            Span::Week => {
                let last = self.to().pred_opt().unwrap_or(self.from);
                format!("{} – {}", self.from.format("%d.%m"), short(last))
            }
            Span::Day => short(self.from),
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
        for text in ["2026", "2026-01", "2026-W03", "2026-12-31", "2020-W53"] {
            assert_eq!(Period::parse(text).unwrap().to_string(), text);
        }
        for nonsense in
            ["", "26", "2026-13", "2026-02-30", "2026-W54", "2026-W", "2026-01-01-01", "2026-+1", "x", "2026-é"]
        {
            assert_eq!(Period::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn periods_touch_without_gap_or_overlap() {
        for text in ["2026", "2026-01", "2026-W53", "2026-12-31"] {
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
    }

    #[test]
    fn the_choice_of_periods_is_bounded() {
        let months = Period::between(Span::Month, day(2025, 11, 5), day(2026, 2, 1), 100);
        let names: Vec<String> = months.iter().map(Period::to_string).collect();
        assert_eq!(names, ["2026-02", "2026-01", "2025-12", "2025-11"]);
        assert_eq!(Period::between(Span::Day, day(1999, 1, 1), day(2026, 1, 1), 31).len(), 31);
    }
}
