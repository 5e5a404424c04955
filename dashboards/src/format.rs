//! How numbers, times and dates look to people: 513 423 · 91,4 % · 1:06 · 21.11.2026, in Asia/Baku.

use crate::text::Lang;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Baku;

const NO_BREAK: char = '\u{a0}';
pub const NONE: &str = "–";

pub fn count(lang: Lang, value: i64) -> String {
    decimal(lang, value as f64, 0)
}

/// Rounded half up, as documents are: a page and a document never differ by a rounding.
pub fn decimal(lang: Lang, value: f64, places: u8) -> String {
    if value.is_finite() { meyar_documents::decimal(lang.into(), value, places) } else { NONE.to_owned() }
}

/// Up to two places, and none where they would be zeros.
pub fn number(lang: Lang, value: f64) -> String {
    let text = decimal(lang, value, 2);
    match text.rfind([',', '.']).filter(|at| text.len() - at == 3) {
        Some(_) => text.trim_end_matches('0').trim_end_matches([',', '.']).to_owned(),
        None => text,
    }
}

/// A percentage that the figure already gives in percent.
pub fn percent(lang: Lang, value: f64) -> String {
    let number = decimal(lang, value, 1);
    match lang {
        Lang::Az if number != NONE => format!("{number}{NO_BREAK}%"),
        Lang::En if number != NONE => format!("{number}%"),
        _ => number,
    }
}

/// m:ss, or h:mm:ss from an hour on; half seconds round up.
pub fn duration_ms(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return NONE.to_owned();
    }
    let seconds = (value / 1000.0).round() as u64;
    match seconds {
        0..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

/// A moment inside a recording: rounded down, so that it never points past the word.
pub fn offset_ms(value: u64) -> String {
    duration_ms((value / 1000 * 1000) as f64)
}

pub fn date(value: NaiveDate) -> String {
    value.format("%d.%m.%Y").to_string()
}

pub fn date_time(value: DateTime<Utc>) -> String {
    value.with_timezone(&Baku).format("%d.%m.%Y %H:%M").to_string()
}

pub fn date_time_seconds(value: DateTime<Utc>) -> String {
    value.with_timezone(&Baku).format("%d.%m.%Y %H:%M:%S").to_string()
}

pub fn clock(value: DateTime<Utc>) -> String {
    value.with_timezone(&Baku).format("%H:%M:%S").to_string()
}

/// `2026-cı`, as the number is spoken; English needs no suffix for a year.
pub fn ordinal(lang: Lang, number: i32) -> String {
    let suffix = match (number % 10, number / 10 % 10) {
        (1 | 2 | 5 | 7 | 8, _) | (0, 2 | 5 | 7 | 8) => "ci",
        (6, _) | (0, 4 | 6 | 9) => "cı",
        (9, _) | (0, 1 | 3) => "cu",
        (3 | 4, _) => "cü",
        _ if number % 1000 == 0 => "ci",
        _ => "cü",
    };
    match lang {
        Lang::Az => format!("{number}-{suffix}"),
        Lang::En => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn numbers_look_azerbaijani() {
        assert_eq!(count(Lang::Az, 513_423), "513\u{a0}423");
        assert_eq!(count(Lang::Az, 999), "999");
        assert_eq!(count(Lang::Az, 1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(percent(Lang::Az, 91.4), "91,4\u{a0}%");
        assert_eq!(decimal(Lang::Az, -1234.56, 1), "−1\u{a0}234,6");
        assert_eq!(decimal(Lang::Az, -0.01, 1), "0,0");
        assert_eq!(percent(Lang::Az, f64::NAN), NONE);
    }

    #[test]
    fn numbers_show_no_places_that_say_nothing() {
        let shown = |value| number(Lang::En, value);
        assert_eq!([1234.0, 3.5, 1234.567, 0.004].map(shown), ["1,234", "3.5", "1,234.57", "0"]);
        assert_eq!([1_234_000.0, 120.5].map(|value| number(Lang::Az, value)), ["1\u{a0}234\u{a0}000", "120,5"]);
    }

    #[test]
    fn numbers_look_english() {
        assert_eq!(count(Lang::En, 513_423), "513,423");
        assert_eq!(percent(Lang::En, 91.4), "91.4%");
    }

    #[test]
    fn ordinals_follow_vowel_harmony() {
        for (number, word) in [
            (1999, "1999-cu"),
            (2000, "2000-ci"),
            (2023, "2023-cü"),
            (2026, "2026-cı"),
            (2030, "2030-cu"),
            (2100, "2100-cü"),
        ] {
            assert_eq!(ordinal(Lang::Az, number), word);
        }
        assert_eq!(ordinal(Lang::En, 2026), "2026");
    }

    #[test]
    fn durations_are_minutes_and_seconds() {
        assert_eq!(duration_ms(66_000.0), "1:06");
        assert_eq!(duration_ms(220_400.0), "3:40");
        assert_eq!(duration_ms(3_661_000.0), "1:01:01");
        assert_eq!(duration_ms(-1.0), NONE);
        assert_eq!(offset_ms(4_999), "0:04");
    }

    #[test]
    fn times_are_told_in_baku() {
        let at = Utc.with_ymd_and_hms(2026, 11, 20, 20, 30, 5).single().unwrap_or_default();
        assert_eq!(date_time(at), "21.11.2026 00:30");
        assert_eq!(clock(at), "00:30:05");
        assert_eq!(NaiveDate::from_ymd_opt(2026, 11, 21).map(date).as_deref(), Some("21.11.2026"));
    }
}
