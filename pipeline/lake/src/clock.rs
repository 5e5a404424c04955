//! The calendar of Baku: the edge where an instant gets a day, an hour and a month.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::{Asia::Baku, Tz};

pub const ZONE: Tz = Baku;

/// Where an instant stands in Baku's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    pub day: NaiveDate,
    pub hour: u32,
}

impl Local {
    pub fn of(instant: DateTime<Utc>) -> Self {
        let local = instant.with_timezone(&ZONE);
        Self { day: local.date_naive(), hour: local.hour() }
    }

    /// `2026-01`, the value of the partition column.
    pub fn month(self) -> Month {
        Month { year: self.day.year(), month: self.day.month() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    pub year: i32,
    pub month: u32,
}

impl std::str::FromStr for Month {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let read = |text: &str| Some((text.get(..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?));
        let found = read(text).map(|(year, month)| Self { year, month }).filter(|month| month.to_string() == text);
        found.ok_or_else(|| format!("`{text}` is not a month such as 2026-01"))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The instant at which a day begins in Baku.
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let naive = day.and_hms_opt(0, 0, 0).expect("midnight is a time");
    // A clock change may skip midnight; the day then begins at the first instant that exists.
    (0..=3)
        .find_map(|hours| (naive + chrono::Duration::hours(hours)).and_local_timezone(ZONE).earliest())
        .expect("no clock change skips three hours")
        .with_timezone(&Utc)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_at_midnight_in_baku_not_in_greenwich() {
        let before: DateTime<Utc> = "2026-01-31T19:59:59Z".parse().unwrap();
        let after: DateTime<Utc> = "2026-01-31T20:00:00Z".parse().unwrap();
        assert_eq!(Local::of(before).month().to_string(), "2026-01");
        assert_eq!(Local::of(after).month().to_string(), "2026-02");
        assert_eq!(Local::of(after).hour, 0);
        assert_eq!(midnight("2026-02-01".parse().unwrap()), after);
    }

    #[test]
    fn the_summer_time_of_earlier_years_is_known() {
        // Baku was at UTC+5 in the summers up to 2015.
        assert_eq!(midnight("2010-07-01".parse().unwrap()), "2010-06-30T19:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
