//! How a value looks: 513 423 · 91,4 % · 1:06 · 5 gün · 31.12.2025.

use crate::number::{places_to_first_digit, rounded};
use crate::table::Datum;
use crate::text::Lang;
use crate::words::words;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Baku;
use serde::{Deserialize, Serialize};

const NO_BREAK: char = '\u{a0}';
pub const NOTHING: &str = "–";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    Text,
    Count,
    /// The value is in percent already: 91.4.
    Percent {
        places: u8,
        /// A share too small for the places is shown to its first digit: 0,002 %.
        #[serde(default)]
        small: bool,
    },
    Days {
        places: u8,
    },
    Seconds {
        places: u8,
    },
    /// Milliseconds, shown as m:ss, from an hour on as h:mm:ss.
    Duration,
    Ratio {
        places: u8,
    },
    Score {
        places: u8,
    },
    /// A day as `2025-12-31`.
    Date,
    Yes,
    /// As the row's own `format` says.
    ByRow,
}

impl Format {
    pub fn percent(places: u8) -> Self {
        Format::Percent { places, small: false }
    }

    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Count => "count",
            Format::Percent { .. } => "percent",
            Format::Days { .. } => "days",
            Format::Seconds { .. } => "seconds",
            Format::Duration => "duration",
            Format::Ratio { .. } => "ratio",
            Format::Score { .. } => "score",
            Format::Date => "date",
            Format::Yes => "yes",
            Format::ByRow => "by_row",
        }
    }

    /// The unit of the raw number.
    pub fn unit(self) -> Option<&'static str> {
        match self {
            Format::Percent { .. } => Some("%"),
            Format::Days { .. } => Some("d"),
            Format::Seconds { .. } => Some("s"),
            Format::Duration => Some("ms"),
            _ => None,
        }
    }

    pub fn places(self) -> Option<u8> {
        match self {
            Format::Percent { places, .. }
            | Format::Days { places }
            | Format::Seconds { places }
            | Format::Ratio { places }
            | Format::Score { places } => Some(places),
            _ => None,
        }
    }

    /// For round numbers: a scale from 0 % to 100 %.
    pub(crate) fn without_places(self) -> Self {
        match self {
            Format::Percent { small, .. } => Format::Percent { places: 0, small },
            Format::Days { .. } => Format::Days { places: 0 },
            Format::Seconds { .. } => Format::Seconds { places: 0 },
            Format::Ratio { .. } => Format::Ratio { places: 0 },
            Format::Score { .. } => Format::Score { places: 0 },
            other => other,
        }
    }

    pub fn is_number(self) -> bool {
        self.places().is_some() || matches!(self, Format::Count | Format::Duration)
    }

    /// The places that this value is shown with.
    pub(crate) fn places_of(self, value: f64) -> u8 {
        match self {
            Format::Percent { places, small: true } => places_to_first_digit(value, places),
            _ => self.places().unwrap_or(0),
        }
    }

    /// What stands in a cell; None when the value is not of this format. Nothing is a dash.
    pub fn show(self, lang: Lang, value: &Datum) -> Option<String> {
        Some(match (self, value) {
            (_, Datum::Nothing) => NOTHING.to_owned(),
            (Format::Text, Datum::Word(word)) => word.clone(),
            (Format::Text, Datum::Words(words)) => words.get(lang).to_owned(),
            (Format::Date, Datum::Word(day)) => day.parse::<NaiveDate>().ok().map(date)?,
            (Format::Yes, Datum::Yes(yes)) => if *yes { words(lang).yes } else { words(lang).no }.to_owned(),
            _ if self.is_number() => self.show_number(lang, value.number()?),
            _ => return None,
        })
    }

    fn show_number(self, lang: Lang, value: f64) -> String {
        match self {
            Format::Duration => duration(value),
            _ => decimal(lang, value, self.places_of(value)) + &self.suffix(lang, value),
        }
    }

    /// What stands behind the digits: ` %`, ` gün`.
    pub(crate) fn suffix(self, lang: Lang, value: f64) -> String {
        let words = words(lang);
        let unit = match (self, lang) {
            (Format::Percent { .. }, Lang::En) => return "%".to_owned(),
            (Format::Percent { .. }, Lang::Az) => "%",
            (Format::Days { .. }, _) if rounded(value, self.places_of(value)) == "1" => words.day,
            (Format::Days { .. }, _) => words.days,
            (Format::Seconds { .. }, _) => words.seconds,
            _ => return String::new(),
        };
        format!("{NO_BREAK}{unit}")
    }
}

/// A number with grouping and the language's decimal sign, rounded half up.
pub fn decimal(lang: Lang, value: f64, places: u8) -> String {
    let (thousands, point) = match lang {
        Lang::Az => (NO_BREAK, ','),
        Lang::En => (',', '.'),
    };
    let plain = rounded(value, places);
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

fn duration(ms: f64) -> String {
    let sign = if ms < 0.0 { "−" } else { "" };
    let seconds = (ms.abs() / 1000.0).round() as u64;
    match seconds {
        0..3600 => format!("{sign}{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

pub(crate) fn date(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}

pub(crate) fn date_time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Baku).format("%d.%m.%Y %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn az(format: Format, value: impl Into<Datum>) -> Option<String> {
        format.show(Lang::Az, &value.into())
    }

    #[test]
    fn numbers_look_azerbaijani_and_english() {
        assert_eq!(az(Format::Count, 513_423).as_deref(), Some("513\u{a0}423"));
        assert_eq!(az(Format::percent(1), 91.35).as_deref(), Some("91,4\u{a0}%"));
        assert_eq!(az(Format::Percent { places: 1, small: true }, 0.002).as_deref(), Some("0,002\u{a0}%"));
        assert_eq!(az(Format::Ratio { places: 1 }, -1234.56).as_deref(), Some("−1\u{a0}234,6"));
        assert_eq!(az(Format::Days { places: 0 }, 5).as_deref(), Some("5\u{a0}gün"));
        assert_eq!(Format::percent(1).show(Lang::En, &91.35.into()).as_deref(), Some("91.4%"));
        assert_eq!(Format::Count.show(Lang::En, &513_423.into()).as_deref(), Some("513,423"));
        assert_eq!(Format::Days { places: 0 }.show(Lang::En, &1.into()).as_deref(), Some("1\u{a0}day"));
    }

    #[test]
    fn times_and_days_and_answers_have_their_words() {
        assert_eq!(az(Format::Duration, 66_000).as_deref(), Some("1:06"));
        assert_eq!(az(Format::Duration, 3_661_000).as_deref(), Some("1:01:01"));
        assert_eq!(az(Format::Date, "2025-12-31").as_deref(), Some("31.12.2025"));
        assert_eq!(az(Format::Yes, true).as_deref(), Some("bəli"));
        assert_eq!(az(Format::Count, None::<i64>).as_deref(), Some(NOTHING));
    }

    #[test]
    fn a_value_of_another_kind_is_not_shown_as_something_else() {
        assert_eq!(az(Format::Count, "many"), None);
        assert_eq!(az(Format::Date, "31.12.2025"), None);
        assert_eq!(az(Format::Text, 5), None);
    }
}
