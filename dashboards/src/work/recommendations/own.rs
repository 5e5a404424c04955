//! `/my/recommendations`: what the representative who is in was advised to do. Nobody else's, and no comparison with them.

use super::{about, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::results::last_day;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::recommendations::{Recommendation, State as Stands};
use meyar_work::store::Record;
use std::sync::Arc;

struct Line {
    id: String,
    about: String,
    text: String,
    due: String,
    late: bool,
    given: String,
    call_id: String,
    url: String,
    state: String,
    state_class: &'static str,
    /// It was not read yet.
    new: bool,
    /// What was written when it was done, measured or taken back.
    notes: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "work/my_recommendations.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    unread: String,
    lines: Vec<Line>,
}

pub(super) async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let mut own = desk.own_recommendations(who.person()).await?;
    own.sort_by_key(super::by_urgency);
    let line = |record: &Record<Recommendation>| {
        let notes = [
            (t.get("recommendations.done"), record.done.as_ref().map(|remark| &remark.text)),
            (t.get("effect.conclusion"), record.measured.as_ref().map(|measured| &measured.text)),
            (t.get("recommendations.withdrawn"), record.withdrawn.as_ref().map(|remark| &remark.text)),
        ];
        Line {
            id: encoded(&record.recommendation_id),
            about: about(t, desk, record),
            text: record.text.clone(),
            due: last_day(record.due_at),
            late: record.is_late(now),
            given: format::date_time(record.given_at),
            call_id: record.call_id.clone(),
            url: format!("/my/{}", encoded(&record.assessment_id)),
            state: t.name("recommendation_state", record.state.name()).to_owned(),
            state_class: state_class(record.state),
            new: record.state == Stands::Given,
            notes: notes.into_iter().filter_map(|(name, text)| Some((name, text?.clone()))).collect(),
        }
    };
    let unread = own.iter().filter(|record| record.state == Stands::Given).count() as i64;
    show(&Page {
        frame: &frame,
        t,
        unread: t.say("recommendations.unread", &[("n", unread.into())]),
        lines: own.iter().map(line).collect(),
    })
}

pub(super) async fn see(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    shared.work()?.desk.see_recommendation(who.person(), &id, Utc::now()).await?;
    Ok(Redirect::to("/my/recommendations").into_response())
}
