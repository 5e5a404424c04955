//! `/trainings/needs`: noting what is to be learned, and letting go of what is not needed any more.

use super::{
    Sent, Step, criteria, criterion_label, history, label, name_of, names, need_class, people, representatives,
};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::trainings::{Need, NeedState, NewNeed, Origin};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/training_need_new.html")]
struct New<'a> {
    frame: &'a Frame,
    t: Texts,
    sent: &'a Sent,
    origins: Vec<Choice>,
    criteria: Vec<Choice>,
    representatives: Vec<Choice>,
}

/// The form can be opened with fields that are filled in: from a complaint, from a result.
pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    form(&shared, &frame, &Sent::of(fields)).await
}

async fn form(shared: &Shared, frame: &Frame, sent: &Sent) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let origin =
        |origin: &Origin| Choice::new(origin.name(), t.name("need_origin", origin.name()), Some(sent.text("origin")));
    let mut criteria: Vec<Choice> = criteria(t, desk)
        .into_iter()
        .map(|(code, name)| Choice::new(code, name, Some(sent.text("criterion"))))
        .collect();
    criteria.insert(0, Choice::new("", t.get("trainings.no_criterion"), Some(sent.text("criterion"))));
    let names = names(desk).await?;
    show(&New {
        frame,
        t,
        sent,
        origins: Origin::ALL.iter().map(origin).collect(),
        criteria,
        representatives: representatives(shared, &names, &sent.all("representatives")).await,
    })
}

fn read(t: Texts, sent: &mut Sent) -> Option<NewNeed> {
    let (origin, in_force_on) = (sent.code::<Origin>(t, "origin"), sent.day(t, "in_force_on"));
    let text = |name: &str| sent.text(name).to_owned();
    let new = NewNeed {
        topic: text("topic"),
        origin: origin?,
        in_force_on,
        opinion_of: text("opinion_of"),
        criterion: Some(text("criterion")).filter(|code| !code.is_empty()),
        representatives: sent.all("representatives"),
        reference: text("reference"),
    };
    sent.is_right().then_some(new)
}

pub async fn note(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let status = match read(t, &mut sent) {
        None => sent.mend(t),
        Some(new) => match desk.note_need(who.person(), new, Utc::now()).await {
            Ok(_) => return Ok(Redirect::to("/trainings").into_response()),
            Err(error) => sent.refused(t, error, |field| t.name("training_wrong", field).to_owned())?,
        },
    };
    Ok((status, form(&shared, &frame, &sent).await?).into_response())
}

#[derive(Template)]
#[template(path = "work/training_need.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    need: &'a Need,
    state: String,
    state_class: &'static str,
    facts: Vec<(&'static str, String)>,
    representatives: Vec<String>,
    training_url: String,
    may_drop: bool,
    sent: &'a Sent,
    steps: Vec<Step>,
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &id, &Sent::default()).await
}

async fn screen(shared: &Shared, frame: &Frame, id: &str, sent: &Sent) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let need = desk.store.get::<Need>(id).await?;
    let (people, names) = (people(desk).await?, names(desk).await?);
    let versions = desk.store.versions::<Need>(id).await?;
    let facts = [
        (t.get("trainings.origin"), Some(t.name("need_origin", need.origin.name()).to_owned())),
        (t.get("trainings.in_force_on"), need.in_force_on.map(format::date)),
        (t.get("trainings.opinion_of"), Some(need.opinion_of.clone()).filter(|text| !text.is_empty())),
        (
            t.get("trainings.criterion"),
            Some(need.criterion.as_deref().map_or_else(|| NONE.to_owned(), |code| criterion_label(t, desk, code))),
        ),
        (t.get("trainings.noted_by"), Some(name_of(&people, &need.made_by))),
        (t.get("trainings.noted_at"), Some(format::date_time(need.made_at))),
    ];
    show(&One {
        frame,
        t,
        id: encoded(id),
        version: need.version,
        state: t.name("need_state", need.state.name()).to_owned(),
        state_class: need_class(need.state),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        representatives: need.representatives.iter().map(|code| label(&names, code)).collect(),
        training_url: need.training_id.as_deref().map(|id| format!("/trainings/{}", encoded(id))).unwrap_or_default(),
        may_drop: need.state == NeedState::Open,
        sent,
        steps: history(&versions, &people, |action| t.name("need_action", action).to_owned()),
        need: &need,
    })
}

pub async fn drop(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let reason = sent.text("reason").to_owned();
    let status: StatusCode = match desk.drop_need(who.person(), &id, sent.seen(), &reason, Utc::now()).await {
        Ok(_) => return Ok(Redirect::to(&format!("/trainings/needs/{}", encoded(&id))).into_response()),
        Err(error) => sent.refused(t, error, |field| t.name("training_wrong", field).to_owned())?,
    };
    Ok((status, screen(&shared, &frame, &id, &sent).await?).into_response())
}
