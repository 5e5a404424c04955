//! `/my/discussions`: what was written down of meetings with the representative who is in; they confirm it or object, in their own words.

use super::{Answered, Topic, Wrong, answered, attended, not_taken, outcome_class, state_class, topics};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::recommendations::{Said, said};
use crate::work::results::Fields;
use crate::work::reviews::people;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::WorkError;
use meyar_work::discussions::{Outcome, State as Stands};
use std::sync::Arc;

struct Line {
    id: String,
    version: i64,
    held: String,
    attended: String,
    topics: Vec<Topic>,
    said_by_sector: String,
    said_by_representative: String,
    outcome: String,
    outcome_class: &'static str,
    state: String,
    state_class: &'static str,
    waits: bool,
    answer: Option<Answered>,
    closed: Option<Said>,
    typed: String,
    wrong: Wrong,
}

#[derive(Template)]
#[template(path = "work/my_discussions.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    waiting: String,
    lines: Vec<Line>,
}

/// What was sent of one record, and could not be taken.
struct Failed<'a> {
    id: &'a str,
    typed: &'a str,
    wrong: Wrong,
}

async fn screen(shared: &Shared, frame: &Frame, who: &Who, failed: Option<Failed<'_>>) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let mut own = desk.own_discussions(who.person()).await?;
    own.sort_by_key(|record| (record.state != Stands::Held, std::cmp::Reverse((record.held_on, record.made_at))));
    let people = people(desk).await?;
    let waiting = own.iter().filter(|record| record.state == Stands::Held).count() as i64;
    let mut failed = failed;
    let mut lines = Vec::new();
    for record in &own {
        let sent = failed.take_if(|failed| failed.id == record.discussion_id);
        let (typed, wrong) = sent.map_or_else(Default::default, |failed| (failed.typed.to_owned(), failed.wrong));
        lines.push(Line {
            id: encoded(&record.discussion_id),
            version: record.version,
            held: format::date(record.held_on),
            attended: attended(&people, record),
            topics: topics(t, desk, who.person(), record, true).await?,
            said_by_sector: record.said_by_sector.clone(),
            said_by_representative: record.said_by_representative.clone(),
            outcome: t.name("discussion_outcome", record.outcome.name()).to_owned(),
            outcome_class: outcome_class(record.outcome),
            state: t.name("discussion_state", record.state.name()).to_owned(),
            state_class: state_class(record.state),
            waits: record.state == Stands::Held,
            answer: answered(t, record),
            closed: record.closed.as_ref().map(|remark| said(&people, remark)),
            typed,
            wrong,
        });
    }
    let page = Page { frame, t, waiting: t.say("discussions.yours", &[("n", waiting.into())]), lines };
    Ok(show(&page)?.into_response())
}

pub(super) async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, None).await
}

pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let (seen, typed) = (sent.text("version").parse().unwrap_or(0), sent.text("answer"));
    let taken = match sent.text("outcome").parse::<Outcome>() {
        Err(_) => Err((StatusCode::UNPROCESSABLE_ENTITY, Wrong::new(t, "outcome"))),
        Ok(outcome) => match desk.answer_discussion(who.person(), &id, seen, outcome, typed, Utc::now()).await {
            Ok(_) => Ok(()),
            Err(error @ WorkError::NotFound { .. }) => return Err(error.into()),
            Err(error) => Err(not_taken(t, error)?),
        },
    };
    match taken {
        Ok(()) => Ok(Redirect::to("/my/discussions").into_response()),
        Err((status, wrong)) => {
            let page = screen(&shared, &frame, &who, Some(Failed { id: &id, typed, wrong })).await?;
            Ok((status, page).into_response())
        }
    }
}
