//! How cells look in Excel: real numbers under number formats, which follow the reader's own decimal sign.

use crate::format::{Format, NOTHING};
use crate::table::{Cell, Datum, Mark, RowKind, Table, Trend};
use crate::text::Lang;
use crate::words::words;
use rust_xlsxwriter::{Color, Format as Look, FormatAlign, FormatBorder};

const BLUE: Color = Color::RGB(0x17456b);
const SHADE: Color = Color::RGB(0xeef2f6);
const RULE: Color = Color::RGB(0xc9d0d7);

pub struct Styles {
    pub title: Look,
    pub strong: Look,
    pub note: Look,
    pub head: Look,
    pub number_head: Look,
    pub group: Look,
}

impl Default for Styles {
    fn default() -> Self {
        let head = Look::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Bottom)
            .set_background_color(SHADE)
            .set_border_bottom(FormatBorder::Medium)
            .set_border_bottom_color(BLUE);
        Styles {
            title: Look::new().set_bold().set_font_size(14).set_font_color(BLUE),
            strong: Look::new().set_bold(),
            note: Look::new().set_font_size(10).set_align(FormatAlign::Top).set_text_wrap(),
            group: head.clone().set_align(FormatAlign::Center),
            number_head: head.clone().set_align(FormatAlign::Right),
            head,
        }
    }
}

/// A percentage stays a plain number of percent (91.35 under `0.0" %"`), as in the data; a duration becomes a part of a
/// day, which is what Excel counts time in. Signs are part of the number's format, so that the cell stays a number.
pub fn number_format(format: Format, value: f64, cell: &Cell, lang: Lang) -> String {
    let digits = match (format, usize::from(format.places_of(value))) {
        (Format::Duration, _) if value.abs() >= 3_599_500.0 => "[h]:mm:ss".to_owned(),
        (Format::Duration, _) => "[m]:ss".to_owned(),
        (Format::Date, _) => "dd\\.mm\\.yyyy".to_owned(),
        (_, 0) => "#,##0".to_owned(),
        (_, places) => format!("#,##0.{}", "0".repeat(places)),
    };
    let behind = format.suffix(lang, value) + &signs(cell);
    if behind.is_empty() { digits } else { format!("{digits}\"{behind}\"") }
}

/// The signs that a table uses, and what they say.
pub fn key(table: &Table, lang: Lang) -> Vec<String> {
    let words = words(lang);
    let cells = || table.rows.iter().flat_map(|row| &row.cells);
    let marks = [Mark::Met, Mark::Missed].into_iter().filter(|mark| cells().any(|cell| cell.mark == Some(*mark)));
    let trends = [Trend::Up, Trend::Down, Trend::Same].into_iter();
    let trends = trends.filter(|trend| cells().any(|cell| cell.trend == Some(*trend)));
    let nothing = cells().any(|cell| cell.value == Datum::Nothing && cell.withheld.is_none());
    marks
        .map(|mark| format!("{} {}", mark_sign(mark), words.mark(mark)))
        .chain(trends.map(|trend| format!("{} {}", trend_sign(trend), words.trend(trend))))
        .chain(nothing.then(|| format!("{NOTHING} {}", words.nothing)))
        .collect()
}

fn mark_sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Met => "✓",
        Mark::Missed => "✗",
    }
}

fn trend_sign(trend: Trend) -> &'static str {
    match trend {
        Trend::Up => "▲",
        Trend::Down => "▼",
        Trend::Same => "=",
    }
}

/// What stands behind a value, after a space each: ` ✓ ▲ (*)`.
pub fn signs(cell: &Cell) -> String {
    let signs = cell.mark.map(mark_sign).into_iter().chain(cell.trend.map(trend_sign));
    signs.map(|sign| format!(" {sign}")).collect::<String>() + &raised(&cell.notes)
}

/// Note markers behind a value or a name.
pub fn raised(markers: &[String]) -> String {
    markers.iter().map(|marker| format!(" ({marker})")).collect()
}

pub fn look(kind: RowKind, indent: u8, format: Format) -> Look {
    let plain =
        Look::new().set_align(FormatAlign::Top).set_border_bottom(FormatBorder::Thin).set_border_bottom_color(RULE);
    let look = match (format.is_number(), indent) {
        (true, _) => plain.set_align(FormatAlign::Right),
        (false, 0) => plain.set_text_wrap(),
        (false, indent) => plain.set_text_wrap().set_indent(indent),
    };
    match kind {
        RowKind::Normal => look,
        RowKind::Total => look.set_bold().set_border_top(FormatBorder::Thin).set_border_top_color(BLUE),
        RowKind::Subhead => look.set_bold().set_background_color(SHADE),
    }
}

pub fn withheld(look: Look) -> Look {
    look.set_italic().set_align(FormatAlign::Right).set_font_color(Color::RGB(0x5b646d))
}
