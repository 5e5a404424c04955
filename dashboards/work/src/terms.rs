//! Terms in working days, by the calendar of the reference data. Pure.

use crate::error::{Result, WorkError};
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_schemas::reference::Reference;

/// The day of a moment in Baku.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Baku).date_naive()
}

/// The last day, in Baku, before a moment that is too late.
pub fn last_day(too_late: DateTime<Utc>) -> NaiveDate {
    day(too_late - Duration::microseconds(1))
}

/// The end of the n-th working day after the day of `at`: the first moment that is too late.
pub fn working_days_after(reference: &Reference, at: DateTime<Utc>, n: u32) -> Result<DateTime<Utc>> {
    let mut day = day(at);
    let mut left = n;
    loop {
        if left == 0 {
            break;
        }
        day = next(day)?;
        if reference.calendar.is_working(day)? {
            left -= 1;
        }
    }
    let midnight = next(day)?.and_time(NaiveTime::MIN);
    // Baku has had no summer time since 2016; a midnight that does not exist is refused all the same.
    let end = Baku.from_local_datetime(&midnight).earliest();
    Ok(end.ok_or_else(|| beyond(day))?.with_timezone(&Utc))
}

/// The end of the term that a threshold of the reference data gives, counted from a moment.
pub fn until(reference: &Reference, threshold: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let days = reference.threshold(threshold, day(at))?;
    working_days_after(reference, at, days.clamp(0.0, 365.0) as u32)
}

fn next(day: NaiveDate) -> Result<NaiveDate> {
    day.checked_add_days(Days::new(1)).ok_or_else(|| beyond(day))
}

fn beyond(day: NaiveDate) -> WorkError {
    WorkError::invalid("day", day.to_string(), "lies beyond the calendar", "check the clock")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn weekends_and_holidays_do_not_count() {
        let reference = Reference::load(None).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // Thursday 19 March 2026, before the Novruz holidays and a weekend.
        let end = working_days_after(&reference, at("2026-03-18T08:00:00Z"), 1).unwrap();
        assert_eq!(end, at("2026-03-19T20:00:00Z"));
        let after = working_days_after(&reference, at("2026-03-19T08:00:00Z"), 1).unwrap();
        assert!(after > at("2026-03-27T00:00:00Z"), "{after}: Novruz is not worked");
        // Late in the evening UTC it is the next day in Baku.
        assert_eq!(day(at("2026-11-30T20:30:00Z")).to_string(), "2026-12-01");
        assert_eq!([end, after].map(|too_late| last_day(too_late) < day(too_late)), [true, true]);
        assert_eq!(last_day(end).to_string(), "2026-03-19");
        assert!(working_days_after(&reference, at("2031-03-18T08:00:00Z"), 1).is_err());
    }
}
