//! `/surveys/{id}/draws/{id}`: the invitations of a day: drawn once, shown so that anybody can check them, exported for whoever sends them.

use super::super::Who;
use super::super::results::Fields;
use super::super::reviews::{name_of, people};
use super::one;
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{NaiveDate, Utc};
use meyar_work::store::Record;
use meyar_work::surveys::{Draw, Survey};
use meyar_work::{Right, WorkError};
use std::sync::Arc;

/// So many are listed; the file has all of them.
const LISTED: usize = 200;

pub async fn draw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let survey = desk.store.get::<Survey>(&id).await?;
    let told = (&*shared, &frame, &who);
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let Ok(day) = sent.text("day").parse::<NaiveDate>() else {
        return one::again(told, &id, unprocessable, t.get("surveys.wrong_day").to_owned()).await;
    };
    let Some(rule) = &survey.definition.rule else {
        return one::again(told, &id, unprocessable, t.get("surveys.wrong_draw").to_owned()).await;
    };
    let calls = shared.data.survey_calls(day, rule.again_after_days).await?;
    let (status, key) = match desk.draw_invitations(who.person(), &id, day, &calls, Utc::now()).await {
        Ok(draw) => {
            let place = format!("/surveys/{}/draws/{}", encoded(&id), encoded(&draw.draw_id));
            return Ok(Redirect::to(&place).into_response());
        }
        Err(WorkError::Invalid(invalid)) => {
            let key = match (invalid.field.as_str(), invalid.problem.as_str()) {
                ("day", problem) if problem.contains("before") => "surveys.wrong_drawn",
                ("day", problem) if problem.contains("over yet") => "surveys.wrong_early",
                ("day", _) => "surveys.wrong_outside",
                _ => "surveys.wrong_draw",
            };
            (unprocessable, key)
        }
        Err(WorkError::Changed { .. } | WorkError::State { .. }) => (StatusCode::CONFLICT, "surveys.changed"),
        Err(error) => return Err(error.into()),
    };
    one::again(told, &id, status, t.get(key).to_owned()).await
}

struct Row {
    call_id: String,
    call_url: Option<String>,
    line: String,
    place: String,
    probability: String,
}

#[derive(Template)]
#[template(path = "work/survey_draw.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    name: String,
    survey_url: String,
    csv: String,
    day: String,
    lead: String,
    facts: Vec<(&'static str, String)>,
    rule: Vec<(&'static str, String)>,
    seed: String,
    rows: Vec<Row>,
    more: String,
}

/// A draw of that survey; one of another looks as if it did not exist.
async fn found(shared: &Shared, id: &str, draw_id: &str) -> Result<(Record<Survey>, Record<Draw>), PageError> {
    let desk = &shared.work()?.desk;
    let (survey, draw) = (desk.store.get::<Survey>(id).await?, desk.store.get::<Draw>(draw_id).await?);
    if draw.survey != survey.survey_id {
        return Err(WorkError::NotFound { what: "survey_draw", id: draw_id.to_owned() }.into());
    }
    Ok((survey, draw))
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, draw_id)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let (survey, draw) = found(&shared, &id, &draw_id).await?;
    let people = people(desk).await?;
    let opens = desk.may(who.person(), Right::Calls);
    let count = |n: usize| format::count(t.0, n as i64);
    let mut facts = vec![(t.get("surveys.calls"), count(draw.counts.values().sum()))];
    facts.extend(draw.counts.iter().map(|(why, n)| (t.find(why_key(why.name())).unwrap_or_default(), count(*n))));
    let row = |invited: &meyar_work::surveys::invitation::Invitation| Row {
        call_id: invited.call_id.clone(),
        call_url: opens.then(|| format!("/calls/{}", encoded(&invited.call_id))),
        line: line_name(t, &invited.line),
        place: format::decimal(t.0, invited.place, 5),
        probability: format::percent(t.0, 100.0 * invited.probability),
    };
    // The rule as it was drawn by.
    let mut drawn_by = survey.content.clone();
    drawn_by.definition.rule = Some(draw.rule.clone());
    show(&Page {
        frame: &frame,
        t,
        name: survey.definition.name.clone(),
        survey_url: format!("/surveys/{}", encoded(&id)),
        csv: format!("/surveys/{}/invitations/{}", encoded(&id), encoded(&draw_id)),
        day: format::date(draw.day),
        lead: t.fill("surveys.drawn_by", &[&name_of(&people, &draw.drawn_by), &format::date_time(draw.made_at)]),
        facts,
        rule: one::rule(t, &drawn_by),
        seed: draw.rule.seed.clone(),
        more: if draw.invitations.len() > LISTED { t.fill("surveys.more", &[&count(LISTED)]) } else { String::new() },
        rows: draw.invitations.iter().take(LISTED).map(row).collect(),
    })
}

fn why_key(why: &str) -> &'static str {
    match why {
        "invited" => "survey_why.invited",
        "chance" => "survey_why.chance",
        "other_call" => "survey_why.other_call",
        "recent" => "survey_why.recent",
        "no_number" => "survey_why.no_number",
        _ => "survey_why.other_line",
    }
}

/// A cell of CSV. What a spreadsheet would take for a formula is told to be text: an id is whatever the exchange gave.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', ';', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// For whoever sends the messages: no number stands here, the exchange knows it by the call.
pub async fn csv(
    State(shared): State<Arc<Shared>>,
    Path((id, draw_id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (survey, draw) = found(&shared, &id, &draw_id).await?;
    let channel = survey.definition.channel.name();
    let mut text = String::from("call_id,line,survey_id,questionnaire,channel\r\n");
    for invited in &draw.invitations {
        let cells = [&invited.call_id, &invited.line, &invited.survey_id, &survey.code].map(|text| cell(text));
        text += &format!("{},{channel}\r\n", cells.join(","));
    }
    let title = format!("attachment; filename=\"{}-{}.csv\"", survey.code, draw.day);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, title)];
    Ok((headers, text).into_response())
}
