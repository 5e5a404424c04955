//! Which period and line a page of figures is about, and what else there is to choose.

use super::{Choice, line_of, period_of};
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
    period: Option<String>,
    line: Option<String>,
}

pub struct Link {
    pub url: String,
    pub text: String,
    pub chosen: bool,
}

/// What is asked, or the month of the newest call.
pub fn scope(frame: &Frame, asked: Asked, choices: &Choices) -> Result<Scope, PageError> {
    let newest = choices
        .days
        .map_or_else(|| chrono::Utc::now().with_timezone(&chrono_tz::Asia::Baku).date_naive(), |days| days.1);
    let period = period_of(frame, asked.period)?.unwrap_or_else(|| Period::around(Span::Month, newest));
    Ok(Scope { period, line: line_of(frame, asked.line, choices)? })
}

pub fn spans(t: Texts, scope: &Scope, choices: &Choices, url: &dyn Fn(&Period) -> String) -> Vec<Link> {
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
pub fn periods(t: Texts, scope: &Scope, choices: &Choices) -> Vec<Choice> {
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
