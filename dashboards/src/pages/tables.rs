//! A figure's rows as a table for people: the head comes from the figure's own SQL file, the cells by each column's format.

use super::links::{Link, link};
use crate::data::{Row, Scope};
use crate::format::{self, NONE};
use crate::text::{Lang, Texts};
use meyar_lake::{Figure, FigureColumn};
use serde_json::Value;

/// Texts like `195-1-1` stay on one line.
const SHORT: usize = 12;

/// The figure whose shares are withheld while answers are few.
pub const SATISFACTION: &str = "satisfaction";

pub struct Table {
    pub code: String,
    pub figure: String,
    pub title: String,
    pub lead: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Line>,
}

pub struct Head {
    pub name: String,
    pub text: String,
    pub number: bool,
}

pub struct Line {
    /// The row of all.
    pub total: bool,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    pub text: String,
    pub number: bool,
    /// `good`, `bad`, `code`, `name`, `short` or nothing.
    pub state: &'static str,
    /// It says what the row is about.
    pub heads_row: bool,
    /// To the rows behind it.
    pub link: Option<Link>,
}

pub fn title(figure: &Figure, lang: Lang) -> &str {
    match lang {
        Lang::Az => &figure.name_az,
        Lang::En => &figure.name_en,
    }
}

pub fn column_name(column: &FigureColumn, lang: Lang) -> &str {
    match lang {
        Lang::Az => &column.az,
        Lang::En => &column.en,
    }
}

fn is_number(format: &str) -> bool {
    matches!(format, "count" | "number" | "percent" | "seconds" | "days" | "ms" | "score")
}

fn is_name(format: &str) -> bool {
    matches!(format, "text_az" | "text_en")
}

/// Names in the other language stay out.
fn columns(figure: &Figure, lang: Lang) -> impl Iterator<Item = &FigureColumn> {
    let other = if lang == Lang::Az { "text_en" } else { "text_az" };
    figure.columns.iter().filter(move |column| column.format != other)
}

/// One value, by the format that the figure's file gives its column.
pub fn cell(t: Texts, format: &str, value: &Value) -> Cell {
    let number = is_number(format);
    let state = match (format, value) {
        (_, Value::Null) => "",
        ("code", _) => "code",
        ("text", Value::String(text)) if text.chars().count() <= SHORT => "short",
        ("text_az" | "text_en", _) => "name",
        ("yes", Value::Bool(yes)) => ["bad", "good"][usize::from(*yes)],
        _ => "",
    };
    let text = match (value.as_f64().filter(|_| number), value) {
        (_, Value::Null) => NONE.to_owned(),
        (Some(n), _) => measured(t, format, n),
        (_, Value::String(day)) if format == "date" => {
            day.get(..10).and_then(|day| day.parse().ok()).map_or_else(|| day.clone(), format::date)
        }
        (_, Value::Bool(yes)) if format == "yes" => t.get(if *yes { "figures.yes" } else { "figures.no" }).to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_string(),
    };
    Cell { text, number, state, ..Cell::default() }
}

fn measured(t: Texts, format: &str, n: f64) -> String {
    const DAY_MS: f64 = 86_400_000.0;
    match format {
        "count" => format::decimal(t.0, n, 0),
        "percent" => format::percent(t.0, n),
        "seconds" => format::decimal(t.0, n, 1),
        "score" => format::decimal(t.0, n, if n.abs() <= 1.0 { 2 } else { 1 }),
        // Of longer times nobody wants the seconds.
        "ms" if n >= DAY_MS => t.fill("figures.hours", &[&format::number(t.0, n / 3_600_000.0)]),
        "ms" => format::duration_ms(n),
        _ => format::number(t.0, n),
    }
}

/// A column of percentages may hold days, where the row's own unit says so.
fn format_of<'a>(figure: &Figure, column: &'a FigureColumn, row: &Row) -> &'a str {
    let of_days = column.format == "percent" && figure.columns.iter().any(|column| column.name == "unit");
    if of_days && row.get("unit").and_then(Value::as_str) == Some("days") { "days" } else { &column.format }
}

fn is_null(row: &Row, column: &str) -> bool {
    row.get(column).is_none_or(Value::is_null)
}

/// What a row's key is called: its name where the table has names, and the row of all by a word for it.
pub fn said(t: Texts, figure: &Figure, row: &Row, key: &str) -> String {
    if is_null(row, key) {
        return if figure.total.is_some() { t.get("figures.total").to_owned() } else { NONE.to_owned() };
    }
    let Some(column) = figure.columns.iter().find(|column| column.name == key) else { return NONE.to_owned() };
    let name = columns(figure, t.0).find(|named| is_name(&named.format) && column.format == "code");
    let shown = name.filter(|name| !is_null(row, &name.name)).unwrap_or(column);
    cell(t, &shown.format, row.get(&shown.name).unwrap_or(&Value::Null)).text
}

/// What a place of the table says.
pub fn value(t: Texts, figure: &Figure, column: &FigureColumn, row: &Row) -> String {
    cell(t, format_of(figure, column, row), row.get(&column.name).unwrap_or(&Value::Null)).text
}

/// One place of the table, with the way to its rows.
fn place(t: Texts, figure: &Figure, column: &FigureColumn, row: &Row, scope: &Scope) -> Cell {
    let Some(total) = &figure.total else { return told(t, figure, column, row, scope) };
    let coded = figure.columns.iter().any(|column| column.name == *total && column.format == "code");
    let of_all = is_null(row, total);
    let text = |text: &str| Cell { text: text.to_owned(), ..Cell::default() };
    match column.format.as_str() {
        // Rows that are named say it in the name's place, and have neither a code nor a number of their own.
        "text_az" | "text_en" if of_all && coded => text(t.get("figures.total")),
        "code" if of_all && coded && column.name == *total => text(""),
        "count" if of_all && coded && column.name == "sort" => text(""),
        _ if is_null(row, &column.name) && (column.name == *total || figure.drill.keys.contains(&column.name)) => {
            text(t.get("figures.total"))
        }
        // The row of all lines is of no structure.
        "text" | "code" if is_null(row, &column.name) && figure.drill.keys.iter().any(|key| is_null(row, key)) => {
            text("")
        }
        _ => told(t, figure, column, row, scope),
    }
}

fn told(t: Texts, figure: &Figure, column: &FigureColumn, row: &Row, scope: &Scope) -> Cell {
    let shown = cell(t, format_of(figure, column, row), row.get(&column.name).unwrap_or(&Value::Null));
    Cell { link: link(t, figure, column, row, scope, &shown.text), ..shown }
}

/// The whole figure. The row whose `total` column is empty is the row of all.
pub fn table(t: Texts, figure: &Figure, rows: &[Row], scope: &Scope) -> Table {
    let lang = t.0;
    let shown: Vec<&FigureColumn> = columns(figure, lang).collect();
    let names = |column: &&&FigureColumn| is_name(&column.format);
    let text = |column: &&&FigureColumn| !is_number(&column.format);
    let heading = shown.iter().find(names).or_else(|| shown.iter().find(text)).map(|column| column.name.as_str());
    let line = |row: &Row| Line {
        total: figure.total.as_ref().is_some_and(|column| is_null(row, column)),
        cells: shown
            .iter()
            .map(|column| Cell {
                heads_row: heading == Some(column.name.as_str()),
                ..place(t, figure, column, row, scope)
            })
            .collect(),
    };
    let head = |column: &&FigureColumn| Head {
        name: column.name.clone(),
        text: column_name(column, lang).to_owned(),
        number: is_number(&column.format),
    };
    Table {
        code: figure.name.clone(),
        figure: figure.name.clone(),
        title: title(figure, lang).to_owned(),
        lead: String::new(),
        heads: shown.iter().map(head).collect(),
        rows: rows.iter().map(line).collect(),
    }
}

/// The row of all, or the only row.
pub fn total<'a>(figure: &Figure, rows: &'a [Row]) -> Option<&'a Row> {
    match &figure.total {
        Some(column) => rows.iter().find(|row| is_null(row, column)),
        None => rows.first(),
    }
}

/// Scores of a person, and the column that says over how many calls: of few they tell of chance, and people would rank each other by it.
const SCORES: [(&str, &[&str]); 2] = [("at_random", &["mean_score"]), ("scored", &["mean_score", "lowest_score"])];

fn scores(figure: &Figure) -> Option<(&'static str, &'static [&'static str])> {
    let has = |name: &str| figure.columns.iter().any(|column| column.name == name);
    SCORES.into_iter().find(|(n, scores)| figure.tells_of_people() && has(n) && scores.iter().all(|score| has(score)))
}

/// What a page says where scores of few calls are left out.
pub fn few_said(t: Texts, figure: &Figure, few_calls: i64) -> String {
    scores(figure).map_or_else(String::new, |_| t.fill("figures.few_calls", &[&few_calls.to_string()]))
}

/// The shares of too few answers, and people's scores of too few calls, are not sent to any page at all.
pub fn withhold(figure: &Figure, rows: &[Row], few_calls: i64) -> Vec<Row> {
    let mut rows = rows.to_vec();
    for row in &mut rows {
        let hidden: &[&str] = if figure.name == SATISFACTION {
            let enough = row.get("enough").and_then(Value::as_bool) == Some(true);
            if enough { &[] } else { &["satisfied", "percent", "low_pct", "high_pct"] }
        } else if let Some((n, scores)) = scores(figure) {
            let enough = row.get(n).and_then(Value::as_i64).is_some_and(|n| n >= few_calls);
            if enough { &[] } else { scores }
        } else {
            return rows;
        };
        for column in hidden {
            row.insert((*column).to_owned(), Value::Null);
        }
    }
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::period::Period;
    use meyar_lake::{Lake, LakeOptions};
    use serde_json::json;

    #[test]
    fn cells_follow_the_format_of_their_column() {
        let az = |format: &str, value: Value| cell(Texts(Lang::Az), format, &value).text;
        assert_eq!(az("count", json!(513_423)), "513\u{a0}423");
        assert_eq!(az("percent", json!(91.36)), "91,4\u{a0}%");
        assert_eq!(az("seconds", json!(20.04)), "20,0");
        assert_eq!(az("score", json!(0.75)), "0,75");
        assert_eq!(az("score", json!(87.5)), "87,5");
        assert_eq!(az("date", json!("2026-01-14")), "14.01.2026");
        assert_eq!(az("text", json!("Aparat")), "Aparat");
        assert_eq!(az("percent", Value::Null), NONE);
        assert_eq!(az("number", json!(1234.5)), "1\u{a0}234,5");
        assert_eq!(az("days", json!(3)), "3");
        assert_eq!(az("ms", json!(66_000)), "1:06");
        assert_eq!(az("ms", json!(59_400_000)), "16:30:00");
        assert_eq!(az("ms", json!(2_610_000_000_i64)), "725 saat");
        let no = cell(Texts(Lang::Az), "yes", &json!(false));
        assert_eq!((no.text.as_str(), no.state), ("Xeyr", "bad"));
    }

    fn january() -> Scope {
        Scope { period: Period::parse("2026-01").unwrap(), line: None }
    }

    fn texts(table: &Table) -> Vec<Vec<&str>> {
        table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text.as_str()).collect()).collect()
    }

    #[test]
    fn a_table_has_the_names_of_its_readers_language_and_says_the_row_of_all() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        let figure = lake.figure_named("directions").unwrap();
        let rows = json!([
            { "sort": 1, "direction": "immediate", "name_az": "Dərhal", "name_en": "At once", "calls": 3, "percent": 75.0 },
            { "sort": 5, "direction": null, "name_az": null, "name_en": null, "calls": 4, "percent": 100.0 },
        ]);
        let rows: Vec<Row> = serde_json::from_value(rows).unwrap();
        let az = table(Texts(Lang::Az), figure, &rows, &january());
        assert_eq!(texts(&az)[0], ["1", "immediate", "Dərhal", "3", "75,0\u{a0}%"]);
        assert_eq!(texts(&az)[1], ["", "", "Cəmi", "4", "100,0\u{a0}%"]);
        let en = table(Texts(Lang::En), figure, &rows, &january());
        assert_eq!((texts(&en)[0][2], texts(&en)[1][2]), ("At once", "Total"));
        let url = |row: usize| en.rows[row].cells[3].link.as_ref().map(|link| link.url.as_str());
        assert_eq!(url(0), Some("/figures/directions/rows?period=2026-01&cell=calls,direction=immediate"));
        assert_eq!(url(1), None, "the sum of four kinds of rows has none of its own");
    }

    #[test]
    fn days_are_not_shown_as_percentages() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        let row = json!([{ "kpi": "mv_days", "name_en": "Mean time", "line": null, "value": 3.25, "target": 5.0, "unit": "days" }]);
        let rows: Vec<Row> = serde_json::from_value(row).unwrap();
        let shown = table(Texts(Lang::En), lake.figure_named("kpi").unwrap(), &rows, &january());
        let texts = &texts(&shown)[0];
        assert!(texts.contains(&"3.25") && texts.contains(&"5") && texts.contains(&"Total"), "{texts:?}");
    }

    #[test]
    fn shares_of_too_few_answers_never_reach_a_page() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        let row = |n: i64, enough: bool| json!({ "answered": n, "satisfied": 9, "percent": 90.0, "low_pct": 80.0, "high_pct": 95.0, "enough": enough });
        let rows: Vec<Row> =
            [row(10, false), row(40, true)].into_iter().map(|row| row.as_object().unwrap().clone()).collect();
        let shown = withhold(lake.figure_named(SATISFACTION).unwrap(), &rows, 5);
        assert_eq!(
            (&shown[0]["percent"], &shown[0]["satisfied"], &shown[0]["answered"]),
            (&Value::Null, &Value::Null, &json!(10))
        );
        assert_eq!(shown[1]["percent"], json!(90.0));
        assert_eq!(withhold(lake.figure_named("calls_by_line").unwrap(), &rows, 5), rows);
    }

    #[test]
    fn nobody_is_ranked_by_a_handful_of_calls() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        for (name, n) in [("assessments_by_representative", "at_random"), ("evaluation_by_representative", "scored")] {
            let row =
                |calls: i64| json!({ "representative": "R1", n: calls, "mean_score": 61.5, "lowest_score": 20.0 });
            let rows: Vec<Row> = [row(4), row(5)].into_iter().map(|row| row.as_object().unwrap().clone()).collect();
            let figure = lake.figure_named(name).unwrap();
            let shown = withhold(figure, &rows, 5);
            assert_eq!((&shown[0]["mean_score"], &shown[0][n]), (&Value::Null, &json!(4)), "{name}");
            assert_eq!(shown[1]["mean_score"], json!(61.5), "{name}");
            assert!(few_said(Texts(Lang::Az), figure, 5).contains('5'), "{name}");
        }
        assert_eq!(few_said(Texts(Lang::Az), lake.figure_named("representatives").unwrap(), 5), "");
    }
}
