//! The exchange's wall clock → UTC: formats, midnight, other days for old recordings of calls.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
    format::{Item, StrftimeItems},
    offset::LocalResult,
};
use chrono_tz::Tz;
use meyar_schemas::Invalid;
use std::str::FromStr;

/// Where redated calls happen.
pub const HOME: Tz = chrono_tz::Asia::Baku;

pub fn zone(name: &str) -> Result<Tz, Invalid> {
    name.parse().map_err(|_| Invalid::new("clock.zone", name, "is not a time zone", "use an IANA name, e.g. Asia/Baku"))
}

pub fn is_format(format: &str) -> bool {
    !format.is_empty() && !StrftimeItems::new(format).any(|item| matches!(item, Item::Error))
}

/// The first format that reads the text.
pub fn date(field: &str, text: &str, formats: &[String]) -> Result<NaiveDate, Invalid> {
    formats
        .iter()
        .find_map(|f| NaiveDate::parse_from_str(text, f).ok())
        .ok_or_else(|| Invalid::new(field, text, "is not a date", format!("write it as {}", formats.join(" or "))))
}

pub fn datetime(field: &str, text: &str, formats: &[String]) -> Result<NaiveDateTime, Invalid> {
    formats.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok()).ok_or_else(|| {
        Invalid::new(field, text, "is not a date with time", format!("write it as {}", formats.join(" or ")))
    })
}

/// `h:mm` or `h:mm:ss` since the midnight of the row's date, in seconds; hours go on after 23 (`24:05:00` is five past
/// midnight of the next day), up to two days.
pub fn time_of_day(field: &str, text: &str) -> Result<u32, Invalid> {
    let mut parts = text.split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<u32>().ok()).flatten()
    });
    let (hour, minute, second) = (parts.next().flatten(), parts.next().flatten(), parts.next().unwrap_or(Some(0)));
    match (hour, minute, second, parts.next()) {
        (Some(h), Some(m), Some(s), None) if h < 48 && m < 60 && s < 60 => Ok(h * 3600 + m * 60 + s),
        _ => Err(Invalid::new(field, text, "is not a time of day", "write it as h:mm:ss, e.g. 0:05:09")),
    }
}

/// The moment of a time of day that follows `previous` in a call: the day on which the two are nearest, so that a time
/// past midnight falls on the next day, and a clock that lags by a second or a minute does not.
pub fn following(previous: NaiveDateTime, day: NaiveDate, seconds: u32, rollover_hours: u32) -> NaiveDateTime {
    let midnight = day.and_time(NaiveTime::MIN);
    // The last days that there are have no other behind them; such a date is refused when it becomes UTC.
    let later = |at: NaiveDateTime, by: TimeDelta| at.checked_add_signed(by).unwrap_or(at);
    let plain = later(midnight, TimeDelta::seconds(i64::from(seconds)));
    if seconds >= 24 * 3600 {
        return plain;
    }
    // Counted and not stepped: a damaged date may lie many thousands of years before the one it follows.
    let late = (previous - plain).num_milliseconds() - TimeDelta::hours(i64::from(rollover_hours)).num_milliseconds();
    const DAY_MS: i64 = 24 * 3600 * 1000;
    let days = if late > 0 { (late - 1) / DAY_MS + 1 } else { 0 };
    later(plain, TimeDelta::milliseconds(days * DAY_MS))
}

/// Other days for the calls of an old file; the time of day stays, and the place becomes Baku.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redate {
    /// The file's one month becomes this one: the 14th stays the 14th, weekdays change.
    Month { year: i32, month: u32 },
    /// Every date moves by so many days; a multiple of 7 keeps the weekdays.
    Days(i64),
}

impl FromStr for Redate {
    type Err = Invalid;

    /// `2026-01` or `+9863d`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let month = || NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        let days = || text.strip_suffix('d')?.parse::<i64>().ok().filter(|d| d.unsigned_abs() <= 200_000);
        match (month(), days()) {
            (Some(first), _) if (1970..=2099).contains(&first.year()) => {
                Ok(Redate::Month { year: first.year(), month: first.month() })
            }
            (_, Some(days)) => Ok(Redate::Days(days)),
            _ => Err(Invalid::new(
                "--redate",
                text,
                "is neither a month nor a number of days",
                "write 2026-01 or +9863d",
            )),
        }
    }
}

impl std::fmt::Display for Redate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Redate::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Redate::Days(days) => write!(f, "{days:+}d"),
        }
    }
}

/// How the times of one call become UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub days: i64,
    pub zone: Tz,
    /// To other days, and to Baku.
    pub redated: bool,
}

/// Decides the shift of each call from its first day.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: Tz,
    redate: Option<Redate>,
    /// The month of the file, known from its first call.
    month: Option<(i32, u32)>,
}

impl Calendar {
    pub fn new(zone: Tz, redate: Option<Redate>) -> Self {
        Self { zone, redate, month: None }
    }

    pub fn zone(&self) -> Tz {
        self.zone
    }

    pub fn shift(&mut self, field: &str, first_day: NaiveDate) -> Result<Shift, Invalid> {
        match self.redate {
            None => Ok(Shift { days: 0, zone: self.zone, redated: false }),
            Some(Redate::Days(days)) => Ok(Shift { days, zone: HOME, redated: true }),
            Some(redate @ Redate::Month { year, month }) => {
                let own = (first_day.year(), first_day.month());
                let file = *self.month.get_or_insert(own);
                if own != file {
                    return Err(Invalid::new(
                        field,
                        first_day.to_string(),
                        format!("is not of {:04}-{:02}, the month of the file's first call", file.0, file.1),
                        "--redate with a month takes one month at a time: split the file, or move it by days (+9863d)",
                    ));
                }
                let day = NaiveDate::from_ymd_opt(year, month, first_day.day()).ok_or_else(|| {
                    let problem = format!("has no counterpart in {redate}");
                    Invalid::new(field, first_day.to_string(), problem, "redate to a month that is as long")
                })?;
                Ok(Shift { days: (day - first_day).num_days(), zone: HOME, redated: true })
            }
        }
    }
}

impl Shift {
    /// A time that the autumn change makes twice is taken as the first; one that the spring change skips is refused.
    pub fn utc(&self, field: &str, local: NaiveDateTime) -> Result<DateTime<Utc>, Invalid> {
        let days = Days::new(self.days.unsigned_abs());
        let moved = if self.days < 0 { local.checked_sub_days(days) } else { local.checked_add_days(days) };
        let moved = moved.filter(|at| (1970..=2099).contains(&at.year())).ok_or_else(|| {
            Invalid::new(field, local.to_string(), "is not between the years 1970 and 2099", "correct the date")
        })?;
        match self.zone.from_local_datetime(&moved) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
            LocalResult::None => Err(Invalid::new(
                field,
                moved.to_string(),
                format!("did not exist in {}: the clocks were put forward", self.zone),
                "correct clock.zone, or the time",
            )),
        }
    }
}

/// From midnight to six.
pub fn is_night(local: NaiveDateTime) -> bool {
    local.hour() < 6
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap()
    }

    fn next(previous: &str, time: &str) -> String {
        let previous = at(previous);
        let day = at("1999-01-30 00:00:00").date();
        following(previous, day, time_of_day("t", time).unwrap(), 12).to_string()
    }

    #[test]
    fn a_time_past_midnight_belongs_to_the_next_day_and_a_lagging_clock_does_not() {
        assert_eq!(next("1999-01-30 23:56:56", "0:00:14"), "1999-01-31 00:00:14");
        assert_eq!(next("1999-01-30 15:46:01", "15:45:24"), "1999-01-30 15:45:24");
        assert_eq!(next("1999-01-31 00:00:03", "23:59:59"), "1999-01-30 23:59:59");
        assert_eq!(next("1999-01-30 23:56:56", "24:00:14"), "1999-01-31 00:00:14");
        assert_eq!(next("1999-01-30 00:00:31", "0:03:09"), "1999-01-30 00:03:09");
    }

    #[test]
    fn a_time_that_is_none_is_told_with_the_way_to_write_it() {
        for bad in ["", "7", "7:60:00", "7:00:60", "48:00:00", "a:00:00", "1:2:3:4", "-1:00:00", "7:00:000"] {
            let e = time_of_day("ser_exit", bad).unwrap_err().to_string();
            assert!(e.starts_with("ser_exit: ") && e.contains(bad) && e.contains("h:mm:ss"), "{e}");
        }
    }

    #[test]
    fn a_month_moves_day_by_day_and_another_month_in_the_file_is_refused() {
        let mut calendar = Calendar::new(chrono_tz::Asia::Jerusalem, Some("2026-01".parse().unwrap()));
        let shift = calendar.shift("date", at("1999-01-14 00:00:00").date()).unwrap();
        assert_eq!(shift.utc("t", at("1999-01-14 09:30:00")).unwrap().to_rfc3339(), "2026-01-14T05:30:00+00:00");
        let e = calendar.shift("date", at("1999-02-01 00:00:00").date()).unwrap_err().to_string();
        assert!(e.contains("1999-02-01") && e.contains("+9863d"), "{e}");
        let mut short = Calendar::new(HOME, Some("2026-02".parse().unwrap()));
        assert!(short.shift("date", at("1999-01-31 00:00:00").date()).is_err());
        assert!("2026-13".parse::<Redate>().is_err() && "soon".parse::<Redate>().is_err());
        assert_eq!("+9863d".parse::<Redate>().unwrap(), Redate::Days(9863));
        assert_eq!("+9863d".parse::<Redate>().unwrap().to_string(), "+9863d");
    }

    #[test]
    fn without_redating_the_exchanges_own_zone_counts() {
        let shift =
            Calendar::new(chrono_tz::Asia::Jerusalem, None).shift("date", at("1999-01-14 00:00:00").date()).unwrap();
        assert_eq!(shift.utc("t", at("1999-01-14 09:30:00")).unwrap().to_rfc3339(), "1999-01-14T07:30:00+00:00");
        let spring = Shift { days: 0, zone: chrono_tz::Europe::Berlin, redated: false };
        assert!(spring.utc("t", at("2026-03-29 02:30:00")).unwrap_err().to_string().contains("put forward"));
    }

    proptest! {
        /// Baku has kept one offset since 2016: no hour of a redated month is skipped or doubled.
        #[test]
        fn baku_is_four_hours_ahead_at_every_minute(minute in 0i64..(12 * 366 * 24 * 60)) {
            let local = at("2017-01-01 00:00:00") + TimeDelta::minutes(minute);
            let utc = Shift { days: 0, zone: HOME, redated: true }.utc("t", local).unwrap();
            prop_assert_eq!(local - utc.naive_utc(), TimeDelta::hours(4));
        }

        #[test]
        fn the_time_that_follows_is_never_half_a_day_back(previous in 0i64..2 * 86_400, seconds in 0u32..86_400) {
            let day = at("2026-01-10 00:00:00");
            let previous = day + TimeDelta::seconds(previous);
            let found = following(previous, day.date(), seconds, 12);
            prop_assert!(previous - found <= TimeDelta::hours(12));
            prop_assert_eq!(i64::from(found.num_seconds_from_midnight()), i64::from(seconds));
        }
    }
}
