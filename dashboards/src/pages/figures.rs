//! `/`: the figures of a period. Every value is a column of a figure's SQL file; this file chooses and arranges.

use super::chart::{Chart, chart};
use super::choose::{Asked, Chooser, chooser, said, scope, scope_query};
use super::show;
use super::tables::{self, SATISFACTION, Table, cell, table, withhold};
use crate::Shared;
use crate::data::{DataError, Row, Scope};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::period::Span;
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use futures::future::join_all;
use meyar_lake::Figure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Sums alone: figures of single people are opened one by one, by whoever may, and that is logged.
const SHOWN: [&str; 7] = [
    "calls_by_line",
    "call_times",
    "answered_within_30s",
    "lost_over_10s",
    SATISFACTION,
    "evaluation_by_criterion",
    "recording_completeness",
];

/// More days than that are drawn by month.
const DAYS_DRAWN: u64 = 92;

struct Card {
    code: &'static str,
    figure: &'static str,
    label: String,
    value: String,
    notes: Vec<String>,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    period_label: String,
    scope_text: String,
    scope_query: String,
    chooser: Chooser,
    problems: Vec<String>,
    cards: Vec<Card>,
    days_title: &'a str,
    day_figure: &'a str,
    chart: Chart,
    tables: Vec<Table>,
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
    let (day_figure, days_title) = match scope.period.span {
        Span::Year => ("calls_by_month", t.get("figures.by_month")),
        Span::Month | Span::Week => ("calls_by_day", t.get("figures.by_day")),
        Span::Days if scope.period.length_days() > DAYS_DRAWN => ("calls_by_month", t.get("figures.by_month")),
        Span::Days => ("calls_by_day", t.get("figures.by_day")),
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
    let page = Page {
        frame: &frame,
        t,
        period_label: scope.period.label(&t),
        scope_text: said(t, &scope),
        scope_query: scope_query(&scope),
        chooser: chooser(t, "/", &scope, &choices),
        problems,
        cards: if any { figures.cards(few) } else { Vec::new() },
        days_title,
        day_figure,
        chart: figures.found.get(day_figure).map(|(figure, rows)| chart(t, figure, rows, &scope)).unwrap_or_default(),
        tables: if any { figures.tables(few, &scope) } else { Vec::new() },
    };
    show(&page)
}

pub fn problem(t: Texts, name: &str, error: &DataError) -> String {
    tracing::error!(figure = name, %error, "a figure could not be computed");
    t.fill("figures.broken", &[name, error.to_string().lines().next().unwrap_or_default()])
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

    fn tables(&self, few: i64, scope: &Scope) -> Vec<Table> {
        let t = self.t;
        let mut tables = Vec::new();
        for name in SHOWN {
            let Some((figure, rows)) = self.found.get(name) else { continue };
            let mut shown = table(t, figure, &withhold(figure, rows, i64::MAX), scope);
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
                    super::marks::name_criteria(t, rows, &mut shown);
                }
                _ => {}
            }
            tables.push(shown);
        }
        tables
    }
}
