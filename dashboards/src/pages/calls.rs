//! `/calls`: the list.

use super::marks::{evaluation_class, outcome_class};
use super::{Choice, chosen, encoded, line_name, line_of, period_of, query, show};
use crate::Shared;
use crate::data::{CallFacts, CallFilter, Choices};
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::period::{Period, Span};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use serde::Deserialize;
use std::sync::Arc;

const PAGE: u64 = 50;
const MONTHS_LISTED: usize = 60;
const OUTCOMES: [&str; 4] = ["answered", "lost", "ordered", "open"];
const ASSESSED: [(&str, &str); 3] =
    [("yes", "calls.evaluated"), ("suspected", "calls.suspected"), ("no", "calls.not_evaluated")];

#[derive(Deserialize)]
pub struct Asked {
    period: Option<String>,
    line: Option<String>,
    outcome: Option<String>,
    representative: Option<String>,
    assessed: Option<String>,
    page: Option<String>,
}

struct Select {
    name: &'static str,
    label: &'static str,
    options: Vec<Choice>,
}

struct Line {
    url: String,
    call_id: String,
    offered_at: String,
    line: String,
    outcome: String,
    outcome_class: &'static str,
    wait: String,
    handle: String,
    representative: String,
    evaluation: String,
    evaluation_class: &'static str,
    score: String,
    has_recording: bool,
}

#[derive(Template)]
#[template(path = "calls.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    total_text: String,
    range_text: String,
    selects: Vec<Select>,
    filtered: bool,
    calls: Vec<Line>,
    previous_url: Option<String>,
    next_url: Option<String>,
}

fn one_of(frame: &Frame, value: Option<String>, known: &[&str]) -> Result<Option<String>, PageError> {
    match chosen(value) {
        Some(value) if !known.contains(&value.as_str()) => {
            Err(PageError::bad_request(frame.t.fill("error.bad_choice", &[&value])))
        }
        value => Ok(value),
    }
}

fn filter(frame: &Frame, asked: Asked, choices: &Choices) -> Result<(CallFilter, u64), PageError> {
    let page = match chosen(asked.page) {
        None => 1,
        Some(text) => match text.parse::<u64>() {
            Ok(page @ 1..=1_000_000) => page,
            _ => return Err(PageError::bad_request(frame.t.fill("error.bad_page", &[&text]))),
        },
    };
    let filter = CallFilter {
        period: period_of(frame, asked.period)?,
        line: line_of(frame, asked.line, choices)?,
        outcome: one_of(frame, asked.outcome, &OUTCOMES)?,
        representative: chosen(asked.representative),
        blind: String::new(),
        assessed: one_of(frame, asked.assessed, &ASSESSED.map(|(code, _)| code))?,
        offset: (page - 1) * PAGE,
        limit: PAGE,
    };
    Ok((filter, page))
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let choices = shared.data.choices().await?;
    let (mut filter, page) = filter(&frame, asked, &choices)?;
    if let (Some(work), Some(who)) = (&shared.work, &who) {
        // Whoever scores blind sees what the machine said when they have handed in; until then no choice of theirs finds it out.
        let blind = work.desk.blind_to(who.person()).await?;
        filter.blind = blind.iter().flat_map(|call_id| ["\n", call_id, "\n"]).collect();
    }
    let (calls, total) = shared.data.calls(&filter).await?;
    let period = filter.period.map(|period| period.to_string());
    let url = |page: u64| {
        let page = (page > 1).then(|| page.to_string());
        let fields = [
            ("period", period.as_deref()),
            ("line", filter.line.as_deref()),
            ("outcome", filter.outcome.as_deref()),
            ("representative", filter.representative.as_deref()),
            ("assessed", filter.assessed.as_deref()),
            ("page", page.as_deref()),
        ];
        format!("/calls{}", query(&fields))
    };
    let number = |value: u64| format::count(t.0, i64::try_from(value).unwrap_or(i64::MAX));
    let last = filter.offset + calls.len() as u64;
    let blank =
        CallFilter { offset: filter.offset, limit: filter.limit, blind: filter.blind.clone(), ..CallFilter::default() };
    show(&Page {
        frame: &frame,
        t,
        total_text: t.fill("calls.total", &[&number(total)]),
        range_text: t.fill("calls.range", &[&number(filter.offset + 1), &number(last), &number(total)]),
        selects: selects(t, &filter, &choices),
        filtered: filter != blank,
        calls: calls.into_iter().map(|call| line(t, call)).collect(),
        previous_url: (page > 1).then(|| url(page - 1)),
        next_url: (last < total).then(|| url(page + 1)),
    })
}

fn selects(t: Texts, filter: &CallFilter, choices: &Choices) -> Vec<Select> {
    let select =
        |name, label: &'static str, any: &'static str, chosen: Option<&str>, options: Vec<(String, String)>| {
            let mut listed = vec![Choice::new("", t.get(any), chosen)];
            listed.extend(options.into_iter().map(|(value, text)| Choice::new(value, text, chosen)));
            // What an address asked for stays visible even if it is in no list.
            if let Some(value) = chosen.filter(|value| listed.iter().all(|choice| choice.value != *value)) {
                listed.push(Choice::new(value, value, chosen));
            }
            Select { name, label: t.get(label), options: listed }
        };
    let months = match choices.days {
        Some((first, last)) => Period::between(Span::Month, first, last, MONTHS_LISTED),
        None => Vec::new(),
    };
    let period = filter.period.map(|period| period.to_string());
    let months = months.iter().map(|month| (month.to_string(), month.label(&t))).collect();
    let same = |names: &[String]| names.iter().map(|name| (name.clone(), name.clone())).collect();
    let lines = choices.lines.iter().map(|line| (line.clone(), line_name(t, line))).collect();
    let outcomes = OUTCOMES.map(|code| (code.to_owned(), t.name("outcome", code).to_owned())).into();
    let assessed = ASSESSED.map(|(code, key)| (code.to_owned(), t.get(key).to_owned())).into();
    vec![
        select("period", "calls.period", "calls.any_period", period.as_deref(), months),
        select("line", "calls.line", "calls.any_line", filter.line.as_deref(), lines),
        select("outcome", "calls.outcome", "calls.any_outcome", filter.outcome.as_deref(), outcomes),
        select(
            "representative",
            "calls.representative",
            "calls.any_representative",
            filter.representative.as_deref(),
            same(&choices.representatives),
        ),
        select("assessed", "calls.evaluation", "calls.any_evaluation", filter.assessed.as_deref(), assessed),
    ]
}

fn line(t: Texts, call: CallFacts) -> Line {
    let duration = |value: Option<i64>| value.map_or_else(|| NONE.to_owned(), |ms| format::duration_ms(ms as f64));
    let outcome = call.outcome.as_deref().unwrap_or("unknown");
    let evaluation = call.evaluation.as_deref().unwrap_or_default();
    Line {
        url: format!("/calls/{}", encoded(&call.call_id)),
        offered_at: call.offered_at.map_or_else(|| NONE.to_owned(), format::date_time),
        line: call.line.unwrap_or_default(),
        outcome: t.name("outcome", outcome).to_owned(),
        outcome_class: outcome_class(outcome),
        wait: duration(call.wait_ms),
        handle: duration(call.handle_ms),
        representative: call.representative.unwrap_or_default(),
        evaluation: if evaluation.is_empty() { String::new() } else { t.name("evaluation", evaluation).to_owned() },
        evaluation_class: evaluation_class(evaluation),
        score: call.raw_score.map(|score| format::decimal(t.0, score, 1)).unwrap_or_default(),
        has_recording: call.has_recording,
        call_id: call.call_id,
    }
}
