//! `/my/cards`: approved cards about the person who is in. Nobody else's, and no comparison with them.

use super::super::Who;
use super::super::reviews::people;
use super::sheet::{Sheet, sheet};
use super::{edition_name, period_name, position_name, shown_score, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::WorkError;
use meyar_work::cards::{Card, CardState};
use meyar_work::store::Record;
use std::sync::Arc;

struct Line {
    url: String,
    period: String,
    position: String,
    score: String,
    approved: String,
    edition: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/my_cards.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<Line>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let own = shared.work()?.desk.own_cards(who.person()).await?;
    let line = |card: &Record<Card>| Line {
        url: format!("/my/cards/{}", encoded(&card.card_id)),
        period: period_name(t, card.period),
        position: position_name(t, card),
        score: shown_score(t, card.score),
        approved: card.approved_at.map(format::date_time).unwrap_or_default(),
        edition: edition_name(t, card),
        state: t.name("card_state", card.state.name()).to_owned(),
        state_class: state_class(card.state),
    };
    show(&Page { frame: &frame, t, lines: own.iter().map(line).collect() })
}

#[derive(Template)]
#[template(path = "work/my_card.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    sheet: Sheet,
    open: bool,
    replaced: bool,
    problem: &'static str,
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, "").await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    problem: &'static str,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let card = desk.own_card(who.person(), id).await?;
    let people = people(desk).await?;
    let one = One {
        frame,
        t,
        id: encoded(id),
        sheet: sheet(t, &card, &people, false),
        open: card.state == CardState::Approved,
        replaced: card.state == CardState::Replaced,
        problem,
    };
    Ok(show(&one)?.into_response())
}

pub async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    match shared.work()?.desk.acknowledge_card(who.person(), &id, Utc::now()).await {
        Ok(card) => Ok(Redirect::to(&format!("/my/cards/{}", encoded(&card.card_id))).into_response()),
        Err(WorkError::State { .. } | WorkError::Changed { .. }) => {
            let page = screen(&shared, &frame, &who, &id, frame.t.get("cards.changed")).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
