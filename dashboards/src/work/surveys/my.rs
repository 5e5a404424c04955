//! `/my/surveys`: what representatives are asked. What they answer is kept without their names; no page shows who answered what.

use super::super::Who;
use super::super::results::Fields;
use super::days;
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::WorkError;
use meyar_work::surveys::answers::{Given, Sheet};
use meyar_work::surveys::{Question, Scale, Survey};
use serde::Deserialize;
use std::sync::Arc;

struct Line {
    url: Option<String>,
    name: String,
    days: String,
}

#[derive(Template)]
#[template(path = "work/my_surveys.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<Line>,
    thanks: bool,
}

#[derive(Deserialize)]
pub struct Came {
    thanks: Option<String>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(came): Query<Came>,
) -> Result<Html<String>, PageError> {
    let own = shared.work()?.desk.own_surveys(who.person(), Utc::now()).await?;
    let line = |(survey, answered): (meyar_work::store::Record<Survey>, bool)| Line {
        url: (!answered).then(|| format!("/my/surveys/{}", encoded(&survey.survey_id))),
        name: survey.definition.name.clone(),
        days: days(&survey.definition),
    };
    let lines = own.into_iter().map(line).collect();
    show(&Page { frame: &frame, t: frame.t, lines, thanks: came.thanks.is_some() })
}

struct Step {
    value: u8,
    name: String,
    chosen: bool,
}

struct Asked {
    code: String,
    text: String,
    steps: Vec<Step>,
    words: String,
    is_text: bool,
    ends: bool,
}

#[derive(Template)]
#[template(path = "work/my_survey.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    name: String,
    least: String,
    questions: Vec<Asked>,
    problem: &'static str,
}

/// A survey that may be answered now; whatever else looks as if it did not exist.
async fn open(shared: &Shared, who: &Who, id: &str) -> Result<Survey, PageError> {
    let own = shared.work()?.desk.own_surveys(who.person(), Utc::now()).await?;
    let found = own.into_iter().find(|(survey, answered)| survey.survey_id == id && !answered);
    let (survey, _) = found.ok_or_else(|| WorkError::NotFound { what: "survey", id: id.to_owned() })?;
    Ok(survey.content)
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let survey = open(&shared, &who, &id).await?;
    screen(&shared, &frame, &survey, &Fields::of(Vec::new()), "").await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    survey: &Survey,
    sent: &Fields,
    problem: &'static str,
) -> Result<Response, PageError> {
    let t = frame.t;
    let asked = |question: &Question| {
        let typed = sent.of_criterion("answer", &question.code);
        let bounds = question.scale.bounds();
        let step = |value: u8| Step {
            value,
            name: match (question.scale, value) {
                (Scale::YesNo, 0) => t.get("surveys.no").to_owned(),
                (Scale::YesNo, _) => t.get("surveys.yes").to_owned(),
                _ => value.to_string(),
            },
            chosen: typed == value.to_string(),
        };
        Asked {
            code: question.code.clone(),
            text: if t.0 == Lang::Az { question.az.clone() } else { question.en.clone() },
            steps: bounds.map(|(low, high)| (low..=high).map(step).collect()).unwrap_or_default(),
            words: typed.to_owned(),
            is_text: bounds.is_none(),
            ends: matches!(question.scale, Scale::OneToFive | Scale::ZeroToTen),
        }
    };
    let desk = &shared.work()?.desk;
    let least =
        desk.reference.threshold("survey_min_shown", meyar_work::terms::day(Utc::now())).map_err(WorkError::from)?;
    let one = One {
        frame,
        t,
        id: encoded(&survey.survey_id),
        name: survey.definition.name.clone(),
        least: crate::format::number(t.0, least.max(3.0)),
        questions: survey.definition.questions.iter().map(asked).collect(),
        problem,
    };
    Ok(show(&one)?.into_response())
}

pub async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, sent) = (frame.t, Fields::of(sent));
    let survey = open(&shared, &who, &id).await?;
    let mut sheet = Sheet::new();
    for question in &survey.definition.questions {
        let typed = sent.of_criterion("answer", &question.code);
        let given = match question.scale.bounds() {
            _ if typed.is_empty() => continue,
            None => Given::Text(typed.to_owned()),
            // What is no number is on no scale.
            Some(_) => Given::Score(typed.parse().unwrap_or(u8::MAX)),
        };
        sheet.insert(question.code.clone(), given);
    }
    let (status, problem) = match shared.work()?.desk.answer_survey(who.person(), &id, &sheet, Utc::now()).await {
        Ok(()) => return Ok(Redirect::to("/my/surveys?thanks=1").into_response()),
        Err(WorkError::Invalid(_)) if sheet.is_empty() => (StatusCode::UNPROCESSABLE_ENTITY, "surveys.wrong_empty"),
        Err(WorkError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "surveys.wrong_answer"),
        Err(WorkError::Changed { .. } | WorkError::State { .. }) => (StatusCode::CONFLICT, "surveys.wrong_late"),
        Err(error) => return Err(error.into()),
    };
    Ok((status, screen(&shared, &frame, &survey, &sent, t.get(problem)).await?).into_response())
}
