//! `/answers/new` and `/answers/{id}/edit`: writing an entry.

use super::{Sent, criteria, topics};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::answers::{Answer, AnswerState, NewAnswer};
use meyar_work::{Right, terms};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/answer_edit.html")]
struct Edit<'a> {
    frame: &'a Frame,
    t: Texts,
    sent: &'a Sent,
    /// Of the entry that is changed; empty for a new one.
    id: String,
    version: i64,
    in_force: bool,
    owners: Vec<Choice>,
    topics: Vec<Choice>,
    errors: Vec<Choice>,
}

/// The form can be opened with fields that are filled in: of a call that asked it.
pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let today = terms::day(Utc::now()).to_string();
    let sent = Sent::of(fields).with("valid_from", today);
    let keeps = shared.work()?.desk.may(who.person(), Right::AnswersEdit);
    let sent = if keeps { sent.with("owner", who.person().person_id.as_str()) } else { sent };
    form(&shared, &frame, &sent, None).await
}

async fn form(
    shared: &Shared,
    frame: &Frame,
    sent: &Sent,
    changed: Option<(&str, i64, AnswerState)>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let owners = desk.able(Right::AnswersEdit, Utc::now()).await?;
    let owner = sent.text("owner").to_owned();
    let ticked = |name: &str, code: String, text: String| Choice { chosen: sent.has(name, &code), value: code, text };
    let today = terms::day(Utc::now());
    show(&Edit {
        frame,
        t,
        sent,
        id: changed.map(|(id, ..)| encoded(id)).unwrap_or_default(),
        version: changed.map_or(0, |(_, version, _)| version),
        in_force: changed.is_some_and(|(.., state)| state == AnswerState::InForce),
        owners: owners.iter().map(|person| Choice::new(&person.person_id, &person.name, Some(&owner))).collect(),
        topics: topics(t, desk, today).into_iter().map(|(code, name)| ticked("topics", code, name)).collect(),
        errors: criteria(t, desk).into_iter().map(|(code, name)| ticked("errors", code, name)).collect(),
    })
}

fn read(t: Texts, sent: &mut Sent) -> Option<NewAnswer> {
    let (from, until) = (sent.needed_day(t, "valid_from"), sent.day(t, "valid_until"));
    let review_on = sent.day(t, "review_on");
    let text = |name: &str| sent.text(name).to_owned();
    // Ids of calls stand one in a line, or with commas between.
    let calls = sent.text("calls").split([',', '\n', ' ', '\r']).map(str::trim).filter(|id| !id.is_empty());
    let new = NewAnswer {
        question: text("question"),
        answer: text("answer"),
        law: text("law"),
        clause: text("clause"),
        valid_from: from?,
        valid_until: until,
        owner: text("owner"),
        review_on,
        calls: calls.map(str::to_owned).collect(),
        topics: sent.all("topics"),
        errors: sent.all("errors"),
    };
    sent.is_right().then_some(new)
}

/// A call that the lake knows nothing of cannot be linked. What was linked before stays: its days may be over.
async fn check_calls(
    shared: &Shared,
    t: Texts,
    sent: &mut Sent,
    new: &NewAnswer,
    before: &[String],
) -> Result<(), PageError> {
    for id in new.calls.iter().filter(|id| !before.contains(id)).take(50) {
        if shared.data.call(id).await?.is_none() {
            sent.put("calls", t.fill("answers.no_call", &[id]));
            break;
        }
    }
    Ok(())
}

pub async fn make(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let new = read(t, &mut sent);
    if let Some(new) = &new {
        check_calls(&shared, t, &mut sent, new, &[]).await?;
    }
    let status = match new.filter(|_| sent.is_right()) {
        None => sent.mend(t),
        Some(new) => match desk.draft_answer(who.person(), new, Utc::now()).await {
            // Who only takes part does not see drafts, theirs neither.
            Ok(answer) => {
                let keeps = desk.may(who.person(), Right::AnswersEdit);
                let own = format!("/answers/{}", encoded(&answer.answer_id));
                return Ok(Redirect::to(if keeps { &own } else { "/answers?sent=on" }).into_response());
            }
            Err(error) => sent.refused(t, error, |field| t.name("answer_wrong", field).to_owned())?,
        },
    };
    Ok((status, form(&shared, &frame, &sent, None).await?).into_response())
}

/// As it is now, for its form.
fn typed(answer: &Answer) -> Sent {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut sent = Sent::default()
        .with("question", answer.question.as_str())
        .with("answer", answer.answer.as_str())
        .with("law", answer.law.as_str())
        .with("clause", answer.clause.as_str())
        .with("valid_from", answer.valid_from.to_string())
        .with("valid_until", day(answer.valid_until))
        .with("review_on", day(answer.review_on))
        .with("owner", answer.owner.as_str())
        .with("calls", answer.calls.join("\n"));
    for (name, codes) in [("topics", &answer.topics), ("errors", &answer.errors)] {
        for code in codes {
            sent = sent.with(name, code.as_str());
        }
    }
    sent
}

pub async fn form_of(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    let answer = desk.answer(who.person(), &id, terms::day(Utc::now())).await?;
    if answer.state == AnswerState::Withdrawn {
        return Ok(Redirect::to(&format!("/answers/{}", encoded(&id))).into_response());
    }
    let page = form(&shared, &frame, &typed(&answer), Some((&id, answer.version, answer.state))).await?;
    Ok(page.into_response())
}

pub async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let before = desk.answer(who.person(), &id, terms::day(Utc::now())).await?;
    let (seen, new) = (sent.seen(), read(t, &mut sent));
    if let Some(new) = &new {
        check_calls(&shared, t, &mut sent, new, &before.calls).await?;
    }
    let status = match new.filter(|_| sent.is_right()) {
        None => sent.mend(t),
        Some(new) => match desk.change_answer(who.person(), &id, seen, new, Utc::now()).await {
            Ok(_) => return Ok(Redirect::to(&format!("/answers/{}", encoded(&id))).into_response()),
            Err(error) => sent.refused(t, error, |field| t.name("answer_wrong", field).to_owned())?,
        },
    };
    let page = form(&shared, &frame, &sent, Some((&id, before.version, before.state))).await?;
    Ok((status, page).into_response())
}
