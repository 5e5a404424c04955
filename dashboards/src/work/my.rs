//! `/my`: what was published about the representative who is in. Nobody else's results, and no comparison with them.

use super::Who;
use super::results::{self, Mean, by_form, form_name, last_day, shown_score};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Html;
use chrono::Utc;
use meyar_work::assessment::{Assessment, Purpose, State as Stands};
use meyar_work::store::{Filter, Record};
use std::sync::Arc;

struct Line {
    url: String,
    call_id: String,
    date: String,
    form: String,
    score: String,
    critical: bool,
    state: String,
    state_class: &'static str,
    /// Empty when it cannot be disputed any more.
    until: String,
}

#[derive(Template)]
#[template(path = "work/my.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    means: Vec<Mean>,
    lines: Vec<Line>,
}

/// Every state but the draft.
pub(super) fn published_states() -> Vec<&'static str> {
    Stands::ALL.iter().filter(|state| **state != Stands::Draft).map(|state| state.name()).collect()
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let states = published_states();
    let mut records: Vec<Record<Assessment>> = match who.person().representative.as_deref() {
        Some(own) => desk.store.list(&Filter { states: &states, about: Some(own), ..Filter::default() }).await?,
        None => Vec::new(),
    };
    // People compare themselves by those; they say nothing of whoever answered the call.
    records.retain(|record| record.purpose != Purpose::Calibration);
    records.sort_by_key(|record| std::cmp::Reverse((record.published_at, record.assessment_id.clone())));
    let by_form = by_form(records.iter().map(|record| &record.content));
    // The newest version first.
    let means = by_form.values().rev().filter_map(|scored| results::mean(t, desk, scored)).collect();
    let now = Utc::now();
    let line = |record: &Record<Assessment>| {
        let open = matches!(record.state, Stands::Published | Stands::Seen);
        Line {
            url: format!("/my/{}", encoded(&record.assessment_id)),
            call_id: record.call_id.clone(),
            date: record.published_at.map(format::date_time).unwrap_or_default(),
            form: form_name(t, desk, &record.form),
            score: shown_score(t, record.effective_score),
            critical: !record.gates.is_empty(),
            state: t.name("assessment_state", record.state.name()).to_owned(),
            state_class: results::state_class(record.state),
            until: record.dispute_until.filter(|until| open && now < *until).map(last_day).unwrap_or_default(),
        }
    };
    show(&Page { frame: &frame, t, means, lines: records.iter().map(line).collect() })
}
