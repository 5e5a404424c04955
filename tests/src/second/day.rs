//! Days of Asia/Baku, and the periods that are made of them.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Asia::Baku;

/// The day on which a moment falls.
pub fn day(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&Baku).date_naive()
}

/// When a clock in Baku shows this.
pub fn moment(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let clock = day.and_time(time);
    // An hour that summer time skipped (until 2015) is read as the offset before it.
    clock.and_local_timezone(Baku).earliest().map_or_else(|| clock.and_utc(), |at| at.to_utc())
}

pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    moment(day, NaiveTime::MIN)
}

pub fn next(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

/// Whole days, first and last included.
#[derive(Debug, Clone, Copy)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Period {
    pub fn year(year: i32) -> Option<Self> {
        Some(Self { first: NaiveDate::from_ymd_opt(year, 1, 1)?, last: NaiveDate::from_ymd_opt(year, 12, 31)? })
    }

    pub fn holds(self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.first.iter_days().take_while(move |day| *day <= self.last)
    }

    pub fn starts(self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The first moment after it.
    pub fn ends(self) -> DateTime<Utc> {
        midnight(next(self.last))
    }

    /// Its months, named as `2024-03`.
    pub fn months(self) -> Vec<(String, Self)> {
        let firsts = self.days().filter(|day| day.day() == 1);
        let last = |first: NaiveDate| first.iter_days().take_while(|day| day.month() == first.month()).last();
        firsts
            .map(|first| {
                let month = Self { first, last: last(first).unwrap_or(first) };
                (first.format("%Y-%m").to_string(), month)
            })
            .collect()
    }
}

/// The first day of a day's month.
pub fn month_start(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.day0()))
}
