//! `/`: the figures of a period. Every value is a column of a figure's SQL file; this file chooses and arranges.

use super::tables::{self, Table, cell, table};
use super::{Choice, chosen, line_name, period_of, query, script_json, show};
use crate::Shared;
use crate::data::{Choices, DataError, Row, Scope};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::period::{Period, Span};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use chrono::{Datelike, NaiveDate};
use futures::future::join_all;
use meyar_lake::Figure;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const SATISFACTION: &str = "satisfaction";
const SHOWN: [&str; 8] = [
    "calls_by_line",
    "call_times",
    "answered_within_30s",
    "lost_over_10s",
    SATISFACTION,
    "evaluation_by_criterion",
    "evaluation_by_representative",
    "recording_completeness",
];
/// A list of days or months longer than this is of no help.
const PERIODS_LISTED: usize = 400;

#[derive(Deserialize)]
pub struct Asked {
    period: Option<String>,
    line: Option<String>,
}

struct Link {
    url: String,
    text: String,
    chosen: bool,
}

struct Card {
    code: &'static str,
    figure: &'static str,
    label: String,
    value: String,
    notes: Vec<String>,
    state: &'static str,
}

struct Bar {
    label: String,
    offered: String,
    answered: String,
    lost: String,
    mean_wait: String,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    period_label: String,
    scope_text: String,
    scope_query: String,
    spans: Vec<Link>,
    periods: Vec<Choice>,
    lines: Vec<Choice>,
    previous_url: String,
    next_url: String,
    problems: Vec<String>,
    cards: Vec<Card>,
    days_title: &'a str,
    day_head: String,
    day_figure: &'a str,
    days: Vec<Bar>,
    chart: String,
    tables: Vec<Table>,
}

/// What is asked, or the month of the newest call.
pub(super) fn scope(frame: &Frame, asked: Asked, choices: &Choices) -> Result<Scope, PageError> {
    let newest = choices
        .days
        .map_or_else(|| chrono::Utc::now().with_timezone(&chrono_tz::Asia::Baku).date_naive(), |days| days.1);
    let period = period_of(frame, asked.period)?.unwrap_or_else(|| Period::around(Span::Month, newest));
    Ok(Scope { period, line: chosen(asked.line) })
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let data = &shared.data;
    let choices = data.choices().await?;
    let scope = scope(&frame, asked, &choices)?;
    let url = |period: &Period| {
        format!("/{}", query(&[("period", Some(&period.to_string())), ("line", scope.line.as_deref())]))
    };

    let (day_figure, days_title) = match scope.period.span {
        Span::Year => ("calls_by_month", t.get("figures.by_month")),
        Span::Month | Span::Week => ("calls_by_day", t.get("figures.by_day")),
        Span::Day => ("calls_by_hour", t.get("figures.by_hour")),
    };
    let names = SHOWN.into_iter().chain([day_figure]);
    let answers = join_all(names.map(async |name| (name, data.figure(name, &scope).await))).await;
    let mut figures = Figures { t, found: BTreeMap::new() };
    let mut problems = Vec::new();
    for (name, answer) in answers {
        match (data.figure_named(name), answer) {
            (Some(figure), Ok(rows)) => {
                figures.found.insert(name, (figure, rows));
            }
            // One figure that fails leaves the others standing.
            (_, Err(error)) => problems.push(problem(t, name, &error)),
            (None, Ok(_)) => {}
        }
    }
    let few = data.fewest_answers(&scope.period).await?.unwrap_or_default();

    let any = figures.value("calls_by_line", "offered").and_then(Value::as_f64).is_some_and(|offered| offered > 0.0)
        || !figures.rows(day_figure).is_empty()
        || !figures.rows("evaluation_by_criterion").is_empty();
    let (days, chart) = figures.chart(day_figure);
    let page = Page {
        frame: &frame,
        t,
        period_label: scope.period.label(&t),
        scope_text: format!(
            "{} · {}",
            scope.period.label(&t),
            scope.line.as_deref().map_or_else(|| t.get("figures.all_lines").to_owned(), |line| line_name(t, line))
        ),
        scope_query: query(&[("period", Some(&scope.period.to_string())), ("line", scope.line.as_deref())]),
        spans: spans(t, &scope, &choices, &url),
        periods: periods(t, &scope, &choices),
        lines: std::iter::once(Choice::new("", t.get("figures.all_lines"), scope.line.as_deref()))
            .chain(choices.lines.iter().map(|line| Choice::new(line, line_name(t, line), scope.line.as_deref())))
            .collect(),
        previous_url: url(&scope.period.previous()),
        next_url: url(&scope.period.next()),
        problems,
        cards: if any { figures.cards(few) } else { Vec::new() },
        days_title,
        day_head: figures.day_head(day_figure),
        day_figure,
        days,
        chart,
        tables: if any { figures.tables(few) } else { Vec::new() },
    };
    show(&page)
}

fn problem(t: Texts, name: &str, error: &DataError) -> String {
    tracing::error!(figure = name, %error, "a figure could not be computed");
    t.fill("figures.broken", &[name, error.to_string().lines().next().unwrap_or_default()])
}

fn spans(t: Texts, scope: &Scope, choices: &Choices, url: &dyn Fn(&Period) -> String) -> Vec<Link> {
    // Going to a finer span shows the newest part of the period that has calls, not its empty beginning.
    let last = scope.period.to().pred_opt().unwrap_or(scope.period.from);
    let newest = choices.days.map_or(last, |days| days.1);
    let day = last.min(newest.max(scope.period.from));
    let link = |span: Span| Link {
        url: url(&Period::around(span, day)),
        text: t.name("period", span.code()).to_owned(),
        chosen: span == scope.period.span,
    };
    Span::ALL.into_iter().map(link).collect()
}

/// Periods of the same span: all years and months, the weeks of a year, the days of a month.
fn periods(t: Texts, scope: &Scope, choices: &Choices) -> Vec<Choice> {
    let period = scope.period;
    let (mut first, mut last) = choices.days.unwrap_or((period.from, period.from));
    let around = match period.span {
        Span::Year | Span::Month => None,
        Span::Week => Some(Period::around(Span::Year, period.from)),
        Span::Day => Some(Period::around(Span::Month, period.from)),
    };
    if let Some(around) = around {
        first = first.max(around.from);
        last = last.min(around.to().pred_opt().unwrap_or(last));
    }
    let mut listed = if first <= last { Period::between(period.span, first, last, PERIODS_LISTED) } else { Vec::new() };
    if !listed.contains(&period) {
        listed.push(period);
        listed.sort_by_key(|listed| std::cmp::Reverse(listed.from));
    }
    let current = period.to_string();
    listed.iter().map(|listed| Choice::new(listed.to_string(), listed.label(&t), Some(&current))).collect()
}

/// The figures that could be computed.
struct Figures<'a> {
    t: Texts,
    found: BTreeMap<&'a str, (&'a Figure, Vec<Row>)>,
}

impl Figures<'_> {
    fn rows(&self, figure: &str) -> &[Row] {
        self.found.get(figure).map_or(&[], |(_, rows)| rows)
    }

    fn value(&self, figure: &str, column: &str) -> Option<&Value> {
        let (figure, rows) = self.found.get(figure)?;
        tables::total(figure, rows)?.get(column).filter(|value| !value.is_null())
    }

    fn text(&self, figure: &str, column: &str) -> String {
        let format = self.found.get(figure).and_then(|(figure, _)| figure.columns.iter().find(|c| c.name == column));
        match (format, self.value(figure, column)) {
            (Some(described), Some(value)) => cell(self.t, &described.format, value).text,
            _ => NONE.to_owned(),
        }
    }

    /// m:ss from a column of seconds.
    fn duration(&self, figure: &str, column: &str) -> String {
        let seconds = self.value(figure, column).and_then(Value::as_f64);
        seconds.map_or_else(|| NONE.to_owned(), |seconds| format::duration_ms(seconds * 1000.0))
    }

    fn share(&self, column: &str) -> String {
        match self.text("calls_by_line", column) {
            none if none == NONE => String::new(),
            share => self.t.fill("figures.of_offered", &[&share]),
        }
    }

    /// `hədəf ≥ 80 % – yerinə yetirilib`, as far as the figure tells.
    fn target(&self, figure: &str, at_least: bool) -> (String, &'static str) {
        let Some(target) = self.value(figure, "target_pct").and_then(Value::as_f64) else { return (String::new(), "") };
        let target =
            format::decimal(self.t.0, target, 0) + if self.t.0 == crate::text::Lang::Az { "\u{a0}%" } else { "%" };
        let said = if at_least {
            self.t.fill("figures.target_at_least", &[&target])
        } else {
            self.t.fill("figures.target_at_most", &[&target])
        };
        match self.value(figure, "met").and_then(Value::as_bool) {
            Some(true) => (format!("{said} – {}", self.t.get("figures.met")), "good"),
            Some(false) => (format!("{said} – {}", self.t.get("figures.not_met")), "bad"),
            None => (said, ""),
        }
    }

    fn cards(&self, few: i64) -> Vec<Card> {
        let t = self.t;
        let card = |code, figure, label: &str, value: String, (note, state): (String, &'static str)| Card {
            code,
            figure,
            label: label.to_owned(),
            value,
            notes: if note.is_empty() { vec![] } else { vec![note] },
            state,
        };
        let plain = |note: String| (note, "");
        let mut cards = vec![
            card(
                "offered",
                "calls_by_line",
                t.get("figures.offered"),
                self.text("calls_by_line", "offered"),
                plain(String::new()),
            ),
            card(
                "answered",
                "calls_by_line",
                t.get("figures.answered"),
                self.text("calls_by_line", "answered"),
                self.target("calls_by_line", true),
            ),
            card(
                "lost",
                "calls_by_line",
                t.get("figures.lost"),
                self.text("calls_by_line", "lost"),
                plain(self.share("lost_pct")),
            ),
            card(
                "within",
                "answered_within_30s",
                t.get("figures.within_30s"),
                self.text("answered_within_30s", "percent"),
                self.target("answered_within_30s", true),
            ),
            card(
                "lost-over",
                "lost_over_10s",
                t.get("figures.lost_over_10s"),
                self.text("lost_over_10s", "percent"),
                self.target("lost_over_10s", false),
            ),
            card(
                "wait",
                "call_times",
                t.get("figures.mean_wait"),
                self.duration("call_times", "mean_wait_s"),
                plain(String::new()),
            ),
            card(
                "handle",
                "call_times",
                t.get("figures.mean_handle"),
                self.duration("call_times", "mean_handle_s"),
                plain(String::new()),
            ),
            self.satisfaction(few),
        ];
        cards[1].notes.insert(0, self.share("answered_pct"));
        cards
    }

    /// Nothing is printed of fewer answers than the reference asks for.
    fn satisfaction(&self, few: i64) -> Card {
        let (t, figure) = (self.t, SATISFACTION);
        let n = match self.text(figure, "answered") {
            none if none == NONE => "0".to_owned(),
            n => n,
        };
        let enough = self.value(figure, "enough").and_then(Value::as_bool).unwrap_or(false);
        let (value, notes) = if enough {
            let interval = t.fill("figures.interval", &[&self.text(figure, "low_pct"), &self.text(figure, "high_pct")]);
            (self.text(figure, "percent"), vec![t.fill("figures.answers", &[&n]), interval])
        } else {
            (t.fill("figures.few_answers", &[&few.to_string()]), vec![t.fill("figures.answers", &[&n])])
        };
        let state = if enough { "" } else { "withheld" };
        Card { code: "satisfaction", figure, label: t.get("figures.satisfaction").to_owned(), value, notes, state }
    }

    fn tables(&self, few: i64) -> Vec<Table> {
        let t = self.t;
        let mut tables = Vec::new();
        for name in SHOWN {
            let Some((figure, rows)) = self.found.get(name) else { continue };
            let mut shown = table(t, figure, &withhold(figure, rows));
            match name {
                SATISFACTION => {
                    shown.lead = format!(
                        "{} ({})",
                        t.get("figures.satisfaction_lead"),
                        t.fill("figures.few_answers", &[&few.to_string()])
                    )
                }
                "evaluation_by_criterion" => {
                    shown.lead = t.get("figures.evaluation_lead").to_owned();
                    super::marks::name_criteria(t, figure, rows, &mut shown);
                }
                "evaluation_by_representative" => shown.lead = t.get("figures.evaluation_lead").to_owned(),
                _ => {}
            }
            tables.push(shown);
        }
        tables
    }

    fn day_head(&self, figure: &str) -> String {
        let axis = |figure: &Figure| {
            let (axis, _) = figure.chart.as_ref()?;
            let column = figure.columns.iter().find(|column| column.name == *axis)?;
            Some(if self.t.0 == crate::text::Lang::Az { column.az.clone() } else { column.en.clone() })
        };
        self.found.get(figure).and_then(|(figure, _)| axis(figure)).unwrap_or_default()
    }

    /// The bars of the period for the table and, with the days between that had no call, for the drawing.
    fn chart(&self, name: &str) -> (Vec<Bar>, String) {
        let t = self.t;
        let Some((figure, rows)) = self.found.get(name) else { return (Vec::new(), String::new()) };
        let Some((axis, _)) = &figure.chart else { return (Vec::new(), String::new()) };
        let read = |row: &Row, column: &str| cell(t, "count", row.get(column).unwrap_or(&Value::Null)).text;
        let mut bars = Vec::new();
        let (mut labels, mut ticks) = (Vec::new(), Vec::new());
        let mut series: Vec<(&str, Vec<Value>, Vec<String>)> =
            ["offered", "answered", "lost"].map(|code| (code, vec![], vec![])).into();
        let mut expected: Option<NaiveDate> = None;
        for row in rows {
            let at = row.get(axis).unwrap_or(&Value::Null);
            if axis == "day" {
                let Some(day) = at.as_str().and_then(|day| day.get(..10)?.parse::<NaiveDate>().ok()) else { continue };
                while let Some(empty) = expected.filter(|expected| *expected < day) {
                    labels.push(format::date(empty));
                    ticks.push(empty.format("%d.%m").to_string());
                    for (_, values, texts) in &mut series {
                        values.push(Value::Null);
                        texts.push(NONE.to_owned());
                    }
                    expected = empty.succ_opt();
                }
                expected = day.succ_opt();
            }
            let (label, tick) = names(t, axis, at);
            bars.push(Bar {
                label: label.clone(),
                offered: read(row, "offered"),
                answered: read(row, "answered"),
                lost: read(row, "lost"),
                mean_wait: row
                    .get("mean_wait_s")
                    .and_then(Value::as_f64)
                    .map_or_else(|| NONE.to_owned(), |s| format::duration_ms(s * 1000.0)),
            });
            labels.push(label);
            ticks.push(tick);
            for (code, values, texts) in &mut series {
                values.push(row.get(*code).cloned().unwrap_or_default());
                texts.push(read(row, code));
            }
        }
        let series: Vec<Value> = series
            .into_iter()
            .map(|(code, values, texts)| json!({ "code": code, "name": t.name("figures", code), "values": values, "texts": texts }))
            .collect();
        let chart = json!({ "labels": labels, "ticks": ticks, "series": series, "dayName": self.day_head(name) });
        (bars, script_json(&chart))
    }
}

/// What stands at a bar in the table, and under it in the drawing.
fn names(t: Texts, axis: &str, at: &Value) -> (String, String) {
    match (axis, at) {
        ("day", Value::String(day)) => match day.get(..10).and_then(|day| day.parse::<NaiveDate>().ok()) {
            Some(day) => (format::date(day), day.format("%d.%m").to_string()),
            None => (day.clone(), day.clone()),
        },
        ("month", Value::String(month)) => match Period::parse(month) {
            Some(period) => (period.label(&t), period.from.month().to_string()),
            None => (month.clone(), month.clone()),
        },
        ("hour", hour) => {
            let hour = format!("{:02}:00", hour.as_i64().unwrap_or_default());
            (hour.clone(), hour)
        }
        (_, other) => (other.to_string(), other.to_string()),
    }
}

/// The shares of too few answers are not sent to any page at all.
pub(super) fn withhold(figure: &Figure, rows: &[Row]) -> Vec<Row> {
    let mut rows = rows.to_vec();
    if figure.name != SATISFACTION {
        return rows;
    }
    for row in &mut rows {
        if row.get("enough").and_then(Value::as_bool) != Some(true) {
            for column in ["satisfied", "percent", "low_pct", "high_pct"] {
                row.insert(column.to_owned(), Value::Null);
            }
        }
    }
    rows
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_lake::{Lake, LakeOptions};

    #[test]
    fn shares_of_too_few_answers_never_reach_a_page() {
        let lake = Lake::open("memory:///", LakeOptions::default()).unwrap();
        let row = |n: i64, enough: bool| json!({ "answered": n, "satisfied": 9, "percent": 90.0, "low_pct": 80.0, "high_pct": 95.0, "enough": enough });
        let rows: Vec<Row> =
            [row(10, false), row(40, true)].into_iter().map(|row| row.as_object().unwrap().clone()).collect();
        let shown = withhold(lake.figure_named(SATISFACTION).unwrap(), &rows);
        assert_eq!(
            (&shown[0]["percent"], &shown[0]["satisfied"], &shown[0]["answered"]),
            (&Value::Null, &Value::Null, &json!(10))
        );
        assert_eq!(shown[1]["percent"], json!(90.0));
        assert_eq!(withhold(lake.figure_named("calls_by_line").unwrap(), &rows), rows);
    }
}
