//! The bars of a period: a table for everybody, the same as a drawing, and what the drawing says where somebody points at it.

use super::links::link;
use super::script_json;
use super::tables::{Cell, cell, column_name};
use crate::chart::{self, Name, Part, Room, Scale, Tick};
use crate::data::{Row, Scope};
use crate::format::{self, NONE};
use crate::period::Period;
use crate::text::Texts;
use chrono::{Datelike, NaiveDate};
use meyar_lake::Figure;
use serde_json::{Value, json};

#[derive(Default)]
pub struct Chart {
    /// What a bar stands for: a day, a month, an hour.
    pub head: String,
    pub bars: Vec<Bar>,
    pub drawing: Drawing,
    /// For the script, column by column.
    pub json: String,
}

pub struct Bar {
    pub label: String,
    /// Offered, answered, lost, and the mean wait.
    pub cells: Vec<Cell>,
}

#[derive(Default)]
pub struct Drawing {
    pub columns: usize,
    /// How wide the box of the parts is.
    pub width: f64,
    pub parts: Vec<Part>,
    /// The parts in words.
    pub legend: Vec<(&'static str, String)>,
    pub levels: Vec<Tick>,
    pub names: Vec<Name>,
}

/// What of a column is drawn.
struct Column {
    place: i64,
    offered: f64,
    answered: f64,
    lost: f64,
    said: String,
}

/// The bars of the period for the table and, with the days between that had no call, for the drawing.
pub fn chart(t: Texts, figure: &Figure, rows: &[Row], scope: &Scope) -> Chart {
    let Some((axis, _)) = &figure.chart else { return Chart::default() };
    let head = figure.columns.iter().find(|column| column.name == *axis).map(|column| column_name(column, t.0));
    let head = head.unwrap_or(axis).to_owned();
    let read = |row: &Row, column: &str| cell(t, "count", row.get(column).unwrap_or(&Value::Null)).text;
    let number = |row: &Row, column: &str| row.get(column).and_then(Value::as_f64).unwrap_or_default();
    let (mut bars, mut columns) = (Vec::new(), Vec::new());
    for row in rows {
        let Some(place) = place(axis, row.get(axis).unwrap_or(&Value::Null)) else { continue };
        let mean_wait = row.get("mean_wait_s").and_then(Value::as_f64);
        let [offered, answered, lost] = ["offered", "answered", "lost"].map(|column| read(row, column));
        let said = t.fill("figures.chart_said", &[&offered, &answered, &lost]);
        let wait = mean_wait.map_or_else(|| NONE.to_owned(), |s| format::duration_ms(s * 1000.0));
        let cells = [("offered", offered), ("answered", answered), ("lost", lost), ("mean_wait_s", wait)];
        let cells = cells.into_iter().map(|(name, text)| {
            let column = figure.columns.iter().find(|column| column.name == name);
            let link = column.and_then(|column| link(t, figure, column, row, scope, &text));
            Cell { text, number: true, link, ..Cell::default() }
        });
        bars.push(Bar { label: label(t, axis, place), cells: cells.collect() });
        let [offered, answered, lost] = ["offered", "answered", "lost"].map(|column| number(row, column));
        columns.push(Column { place, offered, answered, lost, said });
    }
    let columns = with_gaps(columns, t.get("figures.chart_none"));
    let said = |column: &Column| json!({ "name": label(t, axis, column.place), "said": column.said });
    let json = script_json(&Value::Array(columns.iter().map(said).collect()));
    Chart { head, bars, drawing: drawing(t, axis, &columns), json }
}

/// A day without a call has no row, and a place all the same: neighbours on the axis are neighbours in time.
fn with_gaps(columns: Vec<Column>, none: &str) -> Vec<Column> {
    let mut whole: Vec<Column> = Vec::with_capacity(columns.len());
    for column in columns {
        let next = whole.last().map_or(column.place, |last| last.place + 1);
        let empty = |place| Column { place, offered: 0.0, answered: 0.0, lost: 0.0, said: none.to_owned() };
        whole.extend((next..column.place).map(empty));
        whole.push(column);
    }
    whole
}

fn drawing(t: Texts, axis: &str, columns: &[Column]) -> Drawing {
    let series = |of: fn(&Column) -> f64| columns.iter().map(of).collect::<Vec<_>>();
    let stacks = [
        ("answered", series(|column| column.answered)),
        ("lost", series(|column| column.lost)),
        // Whose end was not told yet: a column is as high as what was offered.
        ("rest", series(|column| column.offered - column.answered - column.lost)),
    ];
    let scale = Scale::of_counts(columns.iter().map(|column| column.offered).fold(0.0, f64::max));
    let parts = chart::stacked(&stacks, &scale);
    let drawn = |class: &str| class != "rest" || parts.iter().any(|part| part.class == class);
    let legend = stacks.iter().map(|(class, _)| *class).filter(|class| drawn(class));
    let ticks: Vec<String> = columns.iter().map(|column| tick(t, axis, column.place, one_year(columns))).collect();
    Drawing {
        columns: columns.len(),
        width: chart::band(columns.len()),
        legend: legend.map(|class| (class, t.name("figures", class).to_owned())).collect(),
        levels: chart::levels(&scale, &scale.round(6, 1.0), |count| format::count(t.0, count as i64)),
        names: chart::names(ticks.iter().map(String::as_str), room(axis)),
        parts,
    }
}

/// Names of months are longer than days and hours are.
fn room(axis: &str) -> Room {
    if axis == "month" { Room { wide: 12, narrow: 4 } } else { Room { wide: 16, narrow: 6 } }
}

/// Where a bar stands among its neighbours.
fn place(axis: &str, at: &Value) -> Option<i64> {
    match axis {
        "day" => Some(at.as_str()?.get(..10)?.parse::<NaiveDate>().ok()?.num_days_from_ce().into()),
        "month" => {
            let first = Period::parse(at.as_str()?).ok()?.from;
            Some(i64::from(first.year()) * 12 + i64::from(first.month0()))
        }
        _ => at.as_i64(),
    }
}

fn day(place: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(place).ok()?)
}

fn month(place: i64) -> Option<NaiveDate> {
    let (year, month) = (place.div_euclid(12), place.rem_euclid(12) + 1);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month).ok()?, 1)
}

/// What stands at a bar in the table.
fn label(t: Texts, axis: &str, place: i64) -> String {
    match axis {
        "day" => day(place).map(format::date),
        "month" => month(place).map(|first| Period::around(crate::period::Span::Month, first).label(&t)),
        _ => Some(format!("{place:02}:00")),
    }
    .unwrap_or_default()
}

/// And under it in the drawing, where there is less room.
fn tick(t: Texts, axis: &str, place: i64, one_year: bool) -> String {
    match axis {
        "day" => day(place).map(|day| day.format("%d.%m").to_string()),
        "month" if one_year => month(place).map(|first| t.name("month", &first.month().to_string()).to_owned()),
        "month" => month(place).map(|first| first.format("%m.%Y").to_string()),
        _ => Some(format!("{place:02}:00")),
    }
    .unwrap_or_default()
}

/// Whether months need no year beside them.
fn one_year(columns: &[Column]) -> bool {
    let year = |column: Option<&Column>| column.map(|column| column.place.div_euclid(12));
    year(columns.first()) == year(columns.last())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::text::Lang;

    const AZ: Texts = Texts(Lang::Az);

    fn column(place: i64, answered: f64, lost: f64) -> Column {
        Column { place, offered: answered + lost, answered, lost, said: "x".into() }
    }

    #[test]
    fn a_missing_day_has_a_place_and_no_column() {
        let day = |text: &str| place("day", &json!(text)).unwrap();
        let columns = with_gaps(vec![column(day("2026-01-30"), 4.0, 0.0), column(day("2026-02-02"), 4.0, 1.0)], "yox");
        let said: Vec<&str> = columns.iter().map(|column| column.said.as_str()).collect();
        assert_eq!(said, ["x", "yox", "yox", "x"]);
        let drawn = drawing(AZ, "day", &columns);
        assert_eq!(drawn.columns, 4);
        let names: Vec<&str> = drawn.names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(names, ["30.01", "31.01", "01.02", "02.02"]);
        assert_eq!(drawn.parts[0].path.matches('M').count(), 2);
    }

    #[test]
    fn one_day_no_data_and_zeros_are_drawn_too() {
        let one = drawing(AZ, "hour", &[column(9, 2.0, 1.0)]);
        assert_eq!((one.columns, one.names[0].text.as_str(), one.names[0].at.as_str()), (1, "09:00", "50"));
        let none = drawing(AZ, "day", &[]);
        assert!(none.parts.is_empty() && none.names.is_empty());
        let zeros = drawing(AZ, "hour", &[column(9, 0.0, 0.0), column(10, 0.0, 0.0)]);
        assert!(zeros.parts.is_empty());
        assert_eq!(zeros.levels.iter().map(|level| level.text.as_str()).collect::<Vec<_>>(), ["0", "1"]);
        assert_eq!(zeros.legend.len(), 2, "the legend says what would be drawn");
    }

    #[test]
    fn calls_whose_end_was_not_told_stand_on_top() {
        let told = drawing(AZ, "hour", &[column(9, 2.0, 1.0)]);
        assert_eq!(told.parts.iter().map(|part| part.class).collect::<Vec<_>>(), ["answered", "lost"]);
        let open = drawing(AZ, "hour", &[Column { offered: 5.0, ..column(9, 2.0, 1.0) }]);
        assert_eq!(open.legend.iter().map(|(class, _)| *class).collect::<Vec<_>>(), ["answered", "lost", "rest"]);
    }

    #[test]
    fn months_are_named_and_have_their_year_where_there_are_several() {
        let at = |text: &str| place("month", &json!(text)).unwrap();
        let year: Vec<Column> = (0..12).map(|month| column(at("2024-01") + month, 9.0, 1.0)).collect();
        let drawn = drawing(AZ, "month", &year);
        assert_eq!((drawn.names.len(), drawn.names[0].text.as_str()), (12, "Yanvar"));
        assert_eq!(label(AZ, "month", at("2024-12")), "Dekabr 2024");
        let two = [column(at("2025-12"), 9.0, 1.0), column(at("2026-01"), 9.0, 1.0)];
        assert_eq!(drawing(AZ, "month", &two).names[1].text, "01.2026");
    }

    #[test]
    fn a_year_of_days_is_a_few_elements() {
        let days: Vec<Column> = (0..366).map(|day| column(738_886 + day, 1000.0, 100.0)).collect();
        let drawn = drawing(AZ, "day", &days);
        assert_eq!(drawn.parts.len(), 2);
        assert!(drawn.names.len() <= 16 && drawn.levels.len() <= 6);
    }

    #[test]
    fn what_is_no_day_has_no_place() {
        for (axis, at) in [("day", json!("x")), ("day", json!(null)), ("month", json!("2024-13")), ("hour", json!("9"))]
        {
            assert_eq!(place(axis, &at), None, "{axis} {at}");
        }
        assert_eq!((label(AZ, "day", i64::MAX), label(AZ, "month", i64::MAX)), (String::new(), String::new()));
    }
}
