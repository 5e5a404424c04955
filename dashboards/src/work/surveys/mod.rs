//! `/surveys`: what callers and representatives are asked, who is invited by chance, and what they answered.

mod define;
mod draws;
mod my;
mod one;
mod told;

use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
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
use axum::routing::{get, post};
use meyar_work::Right;
use meyar_work::access::Action;
use meyar_work::store::Record;
use meyar_work::surveys::{Definition, Survey, SurveyState};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const KEEP: Need = Need::Any(&[Right::Surveys]);
    const OWN: Need = Need::Any(&[Right::OwnSurveys]);
    let read = Log::Yes(Action::Read, "page");
    table
        .get("/surveys", KEEP, Log::No, get(page))
        .post("/surveys", KEEP, post(define::make))
        .get("/surveys/new", KEEP, Log::No, get(define::blank))
        .get("/surveys/{survey_id}", KEEP, read, get(one::page))
        .post("/surveys/{survey_id}", KEEP, post(define::change))
        .get("/surveys/{survey_id}/edit", KEEP, Log::No, get(define::edit))
        .post("/surveys/{survey_id}/open", KEEP, post(one::open))
        .post("/surveys/{survey_id}/close", KEEP, post(one::close))
        .post("/surveys/{survey_id}/draw", KEEP, post(draws::draw))
        .get("/surveys/{survey_id}/draws/{draw_id}", KEEP, read, get(draws::page))
        .get("/surveys/{survey_id}/invitations/{draw_id}", KEEP, Log::Yes(Action::Export, "rows"), get(draws::csv))
        .get("/my/surveys", OWN, Log::No, get(my::page))
        .get("/my/surveys/{survey_id}", OWN, Log::No, get(my::one))
        .post("/my/surveys/{survey_id}", OWN, post(my::answer))
}

fn state_class(state: SurveyState) -> &'static str {
    match state {
        SurveyState::Draft => "",
        SurveyState::InForce => "ok",
        SurveyState::Closed => "lost",
    }
}

fn days(definition: &Definition) -> String {
    format!("{} – {}", format::date(definition.first_day), format::date(definition.last_day))
}

struct Line {
    url: String,
    name: String,
    code: String,
    audience: String,
    channel: String,
    days: String,
    questions: String,
    state: String,
    state_class: &'static str,
    made_by: String,
}

#[derive(Template)]
#[template(path = "work/surveys.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<Line>,
    figures: bool,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let surveys = desk.surveys(who.person()).await?;
    let people = people(desk).await?;
    let line = |survey: &Record<Survey>| {
        let definition = &survey.definition;
        Line {
            url: format!("/surveys/{}", encoded(&survey.survey_id)),
            name: definition.name.clone(),
            code: survey.code.clone(),
            audience: t.name("survey_audience", definition.audience.name()).to_owned(),
            channel: t.name("survey_channel", definition.channel.name()).to_owned(),
            days: days(definition),
            questions: format::count(t.0, definition.questions.len() as i64),
            state: t.name("survey_state", survey.state.name()).to_owned(),
            state_class: state_class(survey.state),
            made_by: name_of(&people, &survey.made_by),
        }
    };
    let figures = desk.may(who.person(), Right::Figures);
    show(&Page { frame: &frame, t, lines: surveys.iter().map(line).collect(), figures })
}
