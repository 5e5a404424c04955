//! Placeholders of a template: days, names, and cells of figures, in both languages.

use super::error::ReportError;
use super::facts::Facts;
use chrono::{Datelike, NaiveDate};
use meyar_documents::{Format, Lang, Text};
use meyar_schemas::Invalid;
use serde_json::Value;

const MONTHS_AZ: [&str; 12] =
    ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr"];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// 2024-cü, 2026-cı: the ending follows the last vowel of the number as it is spoken.
pub fn ordinal_az(n: i32) -> String {
    let ending = match (n % 10, n / 10 % 10) {
        (0, 1 | 3) => "cu",
        (0, 2 | 5 | 7 | 8) => "ci",
        (0, 4 | 6 | 9) => "cı",
        (0, _) if n / 100 % 10 != 0 => "cü",
        (0, _) => "ci",
        (1 | 2 | 5 | 7 | 8, _) => "ci",
        (3 | 4, _) => "cü",
        (6, _) => "cı",
        _ => "cu",
    };
    format!("{n}-{ending}")
}

fn day_text(day: NaiveDate, lang: Lang) -> String {
    let month = day.month0() as usize;
    match lang {
        Lang::Az => format!("{} {} {}", day.day(), MONTHS_AZ[month], day.year()),
        Lang::En => format!("{} {} {}", day.day(), MONTHS_EN[month], day.year()),
    }
}

/// The period as people write it.
pub fn period_text(first: NaiveDate, last: NaiveDate) -> Text {
    let (y, m) = (first.year(), first.month0() as usize);
    let whole_month = first.day() == 1 && last == end_of_month(first);
    if first == last {
        return Text::new(day_text(first, Lang::Az), day_text(first, Lang::En));
    }
    if first.ordinal() == 1 && last.month() == 12 && last.day() == 31 && last.year() == y {
        return Text::new(format!("{} il", ordinal_az(y)), y.to_string());
    }
    if whole_month {
        return Text::new(format!("{} ilin {} ayı", ordinal_az(y), MONTHS_AZ[m]), format!("{} {y}", MONTHS_EN[m]));
    }
    let both = |lang| format!("{} – {}", day_text(first, lang), day_text(last, lang));
    Text::new(both(Lang::Az), both(Lang::En))
}

fn end_of_month(day: NaiveDate) -> NaiveDate {
    let next = if day.month() == 12 { (day.year() + 1, 1) } else { (day.year(), day.month() + 1) };
    NaiveDate::from_ymd_opt(next.0, next.1, 1).and_then(|d| d.pred_opt()).unwrap_or(day)
}

/// A number in words or digits, as a sentence has it.
fn spoken(value: &Value, how: &str, lang: Lang) -> Option<String> {
    let Some(n) = value.as_f64() else { return Some("–".into()) };
    let format = match how {
        "count" => Format::Count,
        "number" => Format::Ratio { places: 1 },
        "percent" => Format::percent(1),
        "minutes" => {
            let seconds = n.round() as i64;
            let (m, s) = (seconds / 60, seconds % 60);
            return Some(match lang {
                Lang::Az => format!("{m} dəqiqə {s} saniyə"),
                Lang::En => format!("{m} min {s} s"),
            });
        }
        _ => return None,
    };
    format.show(lang, &n.into())
}

/// What a template's sentences may name beside figures.
pub struct Names(pub Vec<(&'static str, Text)>);

impl Names {
    fn get(&self, name: &str, lang: Lang) -> Option<String> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, text)| text.get(lang).to_owned())
    }
}

/// Fills `{…}`.
pub async fn fill(text: &Text, names: &Names, facts: &mut Facts<'_>) -> Result<Text, ReportError> {
    Ok(Text::new(fill_one(&text.az, Lang::Az, names, facts).await?, fill_one(&text.en, Lang::En, names, facts).await?))
}

async fn fill_one(text: &str, lang: Lang, names: &Names, facts: &mut Facts<'_>) -> Result<String, ReportError> {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let unknown = |name: &str| {
            Invalid::new("template", name, "is not a placeholder", "use those of schemas/documents/README.md")
        };
        let (name, tail) = after.split_once('}').ok_or_else(|| unknown(after))?;
        rest = tail;
        if let Some(known) = names.get(name, lang) {
            filled.push_str(&known);
            continue;
        }
        let (cell, how) = name.split_once(':').ok_or_else(|| unknown(name))?;
        let (figure, column) = cell.split_once('.').ok_or_else(|| unknown(name))?;
        let value = facts.of_all(figure, column).await?;
        filled.push_str(&spoken(&value, how, lang).ok_or_else(|| unknown(name))?);
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_year_takes_the_ending_of_its_last_vowel() {
        let said = [2020, 2021, 2023, 2024, 2025, 2026, 2029, 2030, 2040, 2010, 2100, 2000].map(ordinal_az);
        assert_eq!(
            said,
            [
                "2020-ci", "2021-ci", "2023-cü", "2024-cü", "2025-ci", "2026-cı", "2029-cu", "2030-cu", "2040-cı",
                "2010-cu", "2100-cü", "2000-ci"
            ]
        );
    }

    #[test]
    fn periods_are_written_as_people_write_them() {
        let d = |text: &str| text.parse().unwrap();
        assert_eq!(period_text(d("2024-01-01"), d("2024-12-31")).az, "2024-cü il");
        assert_eq!(period_text(d("2024-02-01"), d("2024-02-29")).az, "2024-cü ilin fevral ayı");
        assert_eq!(period_text(d("2024-02-05"), d("2024-02-05")).en, "5 February 2024");
        assert_eq!(period_text(d("2024-02-05"), d("2024-02-11")).az, "5 fevral 2024 – 11 fevral 2024");
    }

    #[test]
    fn numbers_in_sentences_follow_the_language() {
        assert_eq!(spoken(&66.04.into(), "minutes", Lang::Az).unwrap(), "1 dəqiqə 6 saniyə");
        assert_eq!(spoken(&48_571.into(), "count", Lang::Az).unwrap(), "48\u{a0}571");
        assert_eq!(spoken(&91.357.into(), "percent", Lang::En).unwrap(), "91.4%");
        assert_eq!(spoken(&Value::Null, "count", Lang::Az).unwrap(), "–");
        assert_eq!(spoken(&1.into(), "loud", Lang::Az), None);
    }
}
