//! Which period and line a page of figures is about, and what else there is to choose.

use super::{Choice, chosen, line_name, line_of, period_of, query};
use crate::data::{Choices, Scope};
use crate::error::PageError;
use crate::frame::Frame;
use crate::period::{Period, Span};
use crate::text::Texts;
use serde::Deserialize;

/// A list of days or months longer than this is of no help.
const PERIODS_LISTED: usize = 400;

#[derive(Deserialize)]
pub struct Asked {
    pub period: Option<String>,
    pub line: Option<String>,
    /// Two days in place of a period, as two fields of the form write them.
    #[serde(default)]
    pub first: Option<String>,
    #[serde(default)]
    pub last: Option<String>,
}

pub struct Link {
    pub url: String,
    pub text: String,
    pub chosen: bool,
}

/// The form above a page of figures.
pub struct Chooser {
    pub action: String,
    pub spans: Vec<Link>,
    pub periods: Vec<Choice>,
    /// The first and the last day, where any days may be chosen.
    pub days: Option<(String, String)>,
    pub lines: Vec<Choice>,
    pub previous_url: String,
    pub next_url: String,
}

/// What is asked, or the month of the newest call.
pub fn scope(frame: &Frame, asked: Asked, choices: &Choices) -> Result<Scope, PageError> {
    let newest = choices
        .days
        .map_or_else(|| chrono::Utc::now().with_timezone(&chrono_tz::Asia::Baku).date_naive(), |days| days.1);
    let asked_period = match (chosen(asked.first), chosen(asked.last)) {
        (Some(first), Some(last)) => Some(format!("{first}..{last}")),
        _ => asked.period,
    };
    let period = period_of(frame, asked_period)?.unwrap_or_else(|| Period::around(Span::Month, newest));
    Ok(Scope { period, line: line_of(frame, asked.line, choices)? })
}

/// `Yanvar 2026 · Bütün xətlər`
pub fn said(t: Texts, scope: &Scope) -> String {
    let line = scope.line.as_deref().map_or_else(|| t.get("figures.all_lines").to_owned(), |line| line_name(t, line));
    format!("{} · {line}", scope.period.label(&t))
}

/// `?period=…&line=…`
pub fn scope_query(scope: &Scope) -> String {
    query(&[("period", Some(&scope.period.to_string())), ("line", scope.line.as_deref())])
}

pub fn chooser(t: Texts, action: &str, scope: &Scope, choices: &Choices) -> Chooser {
    let url =
        |period: &Period| format!("{action}{}", scope_query(&Scope { period: *period, line: scope.line.clone() }));
    let line = scope.line.as_deref();
    let period = scope.period;
    Chooser {
        action: action.to_owned(),
        spans: spans(t, scope, choices, &url),
        periods: if period.span == Span::Days { Vec::new() } else { periods(t, scope, choices) },
        days: (period.span == Span::Days).then(|| (period.from.to_string(), period.last.to_string())),
        lines: std::iter::once(Choice::new("", t.get("figures.all_lines"), line))
            .chain(choices.lines.iter().map(|known| Choice::new(known, line_name(t, known), line)))
            .collect(),
        previous_url: url(&period.previous()),
        next_url: url(&period.next()),
    }
}

fn spans(t: Texts, scope: &Scope, choices: &Choices, url: &dyn Fn(&Period) -> String) -> Vec<Link> {
    // Going to a finer span shows the newest part of the period that has calls, not its empty beginning.
    let Period { from, last, .. } = scope.period;
    let newest = choices.days.map_or(last, |days| days.1);
    let day = last.min(newest.max(from));
    let link = |span: Span| Link {
        // Any days begin as those that are shown.
        url: url(&if span == Span::Days { Period::days(from, last) } else { Period::around(span, day) }),
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
        Span::Year | Span::Month | Span::Days => None,
        Span::Week => Some(Period::around(Span::Year, period.from)),
        Span::Day => Some(Period::around(Span::Month, period.from)),
    };
    if let Some(around) = around {
        first = first.max(around.from);
        last = last.min(around.last);
    }
    let mut listed = if first <= last { Period::between(period.span, first, last, PERIODS_LISTED) } else { Vec::new() };
    if !listed.contains(&period) {
        listed.push(period);
        listed.sort_by_key(|listed| std::cmp::Reverse(listed.from));
    }
    let current = period.to_string();
    listed.iter().map(|listed| Choice::new(listed.to_string(), listed.label(&t), Some(&current))).collect()
}
