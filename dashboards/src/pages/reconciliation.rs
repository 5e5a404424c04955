//! `/reconciliation`: whether the laws of the stream hold, what became of the messages, what is still missing. Every number is a column of
//! three figures; this file arranges them.

use super::choose::{Asked, Chooser, chooser, scope, scope_query};
use super::links::{Link, link};
use super::tables::{cell, column_name, title};
use super::{chosen, show};
use crate::Shared;
use crate::data::{DataError, Row, Scope};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use futures::future::join;
use meyar_lake::{Figure, Reconciliation};
use serde_json::Value;
use std::sync::Arc;

const GAPS: &str = Reconciliation::GAPS;
const LAWS: &str = Reconciliation::LAWS;
const BALANCE: &str = Reconciliation::BALANCE;

const MINUTES_A_MS: f64 = 1.0 / 60_000.0;

/// What of a bar is what, from the left; the classes are those of the legend too.
const PARTS: [&str; 5] = ["rows", "deleted", "repeats", "dead_letters", "rows_missing"];

/// Of the parts, those that each have a column; the last one is told as trouble.
const COLUMNS: usize = PARTS.len() - 1;

/// Columns of the balance that are told only where they are not zero.
const TROUBLES: [&str; 7] =
    ["rows_missing", "rows_twice", "rows_ahead", "letters_missing", "letters_waiting", "unread", "recreated"];

struct Law {
    code: String,
    name: String,
    state: String,
    /// What breaks it, or waits; empty where nothing does.
    note: String,
    remedy: String,
    /// To where the rows stand.
    url: String,
}

struct Number {
    text: String,
    link: Option<Link>,
}

struct Segment {
    part: &'static str,
    x: String,
    width: String,
}

/// One topic.
struct Flow {
    topic: String,
    table: String,
    messages: String,
    numbers: Vec<Number>,
    bar: Vec<Segment>,
    /// What the bar says, for those who do not see it.
    said: String,
    troubles: Vec<String>,
    since: String,
    state: String,
}

struct Gap {
    name: String,
    /// Whether it is what came, and not what is missing.
    came: bool,
    rows: Number,
    age: String,
    due: String,
    overdue: Number,
    overdue_age: String,
    state: String,
}

#[derive(Template)]
#[template(path = "reconciliation.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    period_label: String,
    looked_at: String,
    chooser: Chooser,
    scope_query: String,
    problems: Vec<String>,
    laws: Vec<Law>,
    parts: Vec<(&'static str, String)>,
    /// So many of them have a column of the table each.
    columns: usize,
    flows: Vec<Flow>,
    gaps: Vec<Gap>,
    gap_heads: Vec<String>,
    /// Titles of the balance and of the gaps; empty where the figure failed.
    balance_title: String,
    gaps_title: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(mut asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, data) = (frame.t, &shared.data);
    let choices = data.choices().await?;
    if chosen(asked.period.clone()).is_none() && asked.first.is_none() {
        asked.period = Some(data.alarm_period()?);
    }
    asked.line = None;
    let scope = scope(&frame, asked, &choices)?;
    let (laws, (balance, gaps)) =
        join(data.figure(LAWS, &scope), join(data.figure(BALANCE, &scope), data.figure(GAPS, &scope))).await;
    let mut problems = Vec::new();
    let mut told = |name: &'static str, answer: Result<Vec<Row>, DataError>| match (data.figure_named(name), answer) {
        (Some(figure), Ok(rows)) => Some((figure, rows)),
        (_, Err(error)) => {
            problems.push(super::figures::problem(t, name, &error));
            None
        }
        (None, Ok(_)) => None,
    };
    let (laws, balance, gaps) = (told(LAWS, laws), told(BALANCE, balance), told(GAPS, gaps));
    let named = |found: &Option<(&Figure, Vec<Row>)>| {
        found.as_ref().map(|(figure, _)| title(figure, t.0).to_owned()).unwrap_or_default()
    };
    let (balance_title, gaps_title) = (named(&balance), named(&gaps));
    let mut chooser = chooser(t, "/reconciliation", &scope, &choices);
    chooser.lines.clear();
    show(&Page {
        frame: &frame,
        t,
        period_label: scope.period.label(&t),
        looked_at: t.fill("reconciliation.looked_at", &[&format::date_time(data.now())]),
        chooser,
        scope_query: scope_query(&scope),
        problems,
        laws: laws
            .map(|(figure, rows)| rows.iter().map(|row| law(t, figure, row, &scope)).collect())
            .unwrap_or_default(),
        parts: balance
            .as_ref()
            .map(|(figure, _)| PARTS.map(|part| (part, head(t, figure, part))).to_vec())
            .unwrap_or_default(),
        columns: COLUMNS,
        flows: balance
            .map(|(figure, rows)| {
                rows.iter()
                    .filter(|row| is_null(row, "kafka_partition"))
                    .map(|row| flow(t, figure, row, &scope))
                    .collect()
            })
            .unwrap_or_default(),
        gap_heads: gaps.as_ref().map(|(figure, _)| gap_heads(t, figure)).unwrap_or_default(),
        gaps: gaps
            .map(|(figure, rows)| rows.iter().map(|row| gap(t, figure, row, &scope)).collect())
            .unwrap_or_default(),
        balance_title,
        gaps_title,
    })
}

fn is_null(row: &Row, column: &str) -> bool {
    row.get(column).is_none_or(Value::is_null)
}

fn text(row: &Row, column: &str) -> String {
    row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn number(row: &Row, column: &str) -> f64 {
    row.get(column).and_then(Value::as_f64).unwrap_or_default()
}

fn in_words(t: Texts, row: &Row, column: &str) -> String {
    text(row, &format!("{column}_{}", t.0.code()))
}

fn head(t: Texts, figure: &Figure, name: &str) -> String {
    let column = figure.columns.iter().find(|column| column.name == name);
    column.map_or_else(|| name.to_owned(), |column| column_name(column, t.0).to_owned())
}

fn shown(t: Texts, figure: &Figure, row: &Row, name: &str, scope: &Scope) -> Number {
    let Some(column) = figure.columns.iter().find(|column| column.name == name) else {
        return Number { text: NONE.to_owned(), link: None };
    };
    let text = cell(t, &column.format, row.get(name).unwrap_or(&Value::Null)).text;
    let link = link(t, figure, column, row, scope, &text);
    Number { text, link }
}

fn law(t: Texts, figure: &Figure, row: &Row, scope: &Scope) -> Law {
    let state = text(row, "state");
    let count = |column| format::count(t.0, number(row, column) as i64);
    let note = match state.as_str() {
        "broken" => t.fill("reconciliation.broken_by", &[&count("broken")]),
        "waiting" => t.fill("reconciliation.waiting", &[&count("waiting")]),
        _ => String::new(),
    };
    let rows = shown(t, figure, row, "broken", scope).link;
    let url = rows.map_or_else(|| format!("/figures/{}{}", text(row, "shown_by"), scope_query(scope)), |link| link.url);
    let remedy = if state == "broken" { in_words(t, row, "remedy") } else { String::new() };
    Law { code: text(row, "law"), name: in_words(t, row, "name"), state, note, remedy, url }
}

fn flow(t: Texts, figure: &Figure, row: &Row, scope: &Scope) -> Flow {
    let numbers = PARTS[..COLUMNS].iter().map(|name| shown(t, figure, row, name, scope)).collect();
    let told = |name: &&str| format!("{}: {}", head(t, figure, name), format::count(t.0, number(row, name) as i64));
    let there = |name: &&&str| number(row, name) > 0.0;
    Flow {
        topic: text(row, "topic"),
        table: text(row, "table_name"),
        messages: shown(t, figure, row, "messages", scope).text,
        numbers,
        bar: bar(row),
        said: PARTS.iter().filter(there).map(told).collect::<Vec<_>>().join(", "),
        troubles: TROUBLES.iter().filter(there).map(told).collect(),
        since: shown(t, figure, row, "since_on", scope).text,
        state: text(row, "state"),
    }
}

/// Where each part of a bar begins and how wide it is, of a hundred. What is there at all can be seen.
fn bar(row: &Row) -> Vec<Segment> {
    const LEAST: f64 = 1.5;
    let values = PARTS.map(|part| number(row, part));
    let all: f64 = values.iter().sum();
    let wide = values.map(|value| if value > 0.0 { (100.0 * value / all).max(LEAST) } else { 0.0 });
    let sum: f64 = wide.iter().sum();
    let mut x = 0.0;
    let mut segments = Vec::new();
    for (part, wide) in PARTS.into_iter().zip(wide).filter(|(_, wide)| *wide > 0.0) {
        let width = 100.0 * wide / sum;
        segments.push(Segment { part, x: format!("{x:.2}"), width: format!("{width:.2}") });
        x += width;
    }
    segments
}

fn gap_heads(t: Texts, figure: &Figure) -> Vec<String> {
    let name = if t.0 == Lang::Az { "name_az" } else { "name_en" };
    let due = t.get("reconciliation.due").to_owned();
    let of = |name: &str| head(t, figure, name);
    vec![of(name), of("state"), of("rows"), of("age_ms"), due, of("overdue"), of("overdue_age_ms")]
}

/// What came has neither an age nor a time by which it is due, and its places stay empty.
fn gap(t: Texts, figure: &Figure, row: &Row, scope: &Scope) -> Gap {
    let came = is_null(row, "overdue");
    let none = if came { "" } else { NONE };
    let told = |column: &str, minutes: f64| {
        if is_null(row, column) { none.to_owned() } else { age_of_minutes(t, (number(row, column) * minutes) as i64) }
    };
    let overdue =
        if came { Number { text: String::new(), link: None } } else { shown(t, figure, row, "overdue", scope) };
    Gap {
        name: in_words(t, row, "name"),
        came,
        rows: shown(t, figure, row, "rows", scope),
        age: told("age_ms", MINUTES_A_MS),
        due: told("due_after_min", 1.0),
        overdue,
        overdue_age: told("overdue_age_ms", MINUTES_A_MS),
        state: if came { String::new() } else { text(row, "state") },
    }
}

/// The two largest units: `3 gün 4 saat`, `4 saat 12 dəq`, `12 dəq`.
pub(crate) fn age_of_minutes(t: Texts, minutes: i64) -> String {
    let [days, hours, minutes] = [minutes / 1_440, minutes / 60 % 24, minutes % 60].map(|n| format::count(t.0, n));
    match (days.as_str(), hours.as_str(), minutes.as_str()) {
        ("0", "0", minutes) => t.fill("reconciliation.minutes", &[minutes]),
        ("0", hours, "0") => t.fill("reconciliation.hours", &[hours]),
        ("0", hours, minutes) => t.fill("reconciliation.hours_minutes", &[hours, minutes]),
        (days, "0", _) => t.fill("reconciliation.days", &[days]),
        (days, hours, _) => t.fill("reconciliation.days_hours", &[days, hours]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ages_are_told_in_their_two_largest_units() {
        let az = |minutes| age_of_minutes(Texts(Lang::Az), minutes);
        assert_eq!([0, 59, 60, 252].map(az), ["0 dəq", "59 dəq", "1 saat", "4 saat 12 dəq"]);
        assert_eq!([1_440, 4_560].map(az), ["1 gün", "3 gün 4 saat"]);
        assert_eq!(age_of_minutes(Texts(Lang::En), (15_120_000.0 * MINUTES_A_MS) as i64), "4 h 12 min");
    }

    #[test]
    fn a_bar_is_whole_and_shows_the_smallest_part() {
        let row = json!({ "rows": 99_999, "deleted": 0, "repeats": 0, "dead_letters": 1, "rows_missing": 0 });
        let bar = bar(row.as_object().unwrap_or(&Row::new()));
        let parts: Vec<_> = bar.iter().map(|segment| segment.part).collect();
        assert_eq!(parts, ["rows", "dead_letters"]);
        let widths: f64 = bar.iter().filter_map(|segment| segment.width.parse::<f64>().ok()).sum();
        assert!((widths - 100.0).abs() < 0.1 && bar[1].width.parse::<f64>().is_ok_and(|width| width > 1.0));
        assert!(super::bar(&Row::new()).is_empty());
    }
}
