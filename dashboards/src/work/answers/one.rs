//! `/answers/{id}`: one entry, what can be done with it, and every version that it had.

use super::{Piece, Sent, Step, act, history, name_of, people, pieces, state_class, topic_name, valid};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{chosen, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::trainings::criteria;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::answers::search::Query as Search;
use meyar_work::answers::{Answer, AnswerState};
use meyar_work::store::Record;
use meyar_work::{Desk, Right, WorkError, terms};
use serde::Deserialize;
use std::sync::Arc;

struct CallLink {
    id: String,
    url: String,
}

/// An entry as it is read, now or as it was.
struct Shown {
    question: Vec<Piece>,
    answer: Vec<Piece>,
    act: String,
    topics: Vec<String>,
    valid: String,
    errors: Vec<String>,
    calls: Vec<CallLink>,
    state: String,
    state_class: &'static str,
    reason: String,
}

#[derive(Template)]
#[template(path = "work/answer.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    back: String,
    shown: Shown,
    may_edit: bool,
    owner: String,
    review: String,
    overdue: bool,
    /// In force by its state, and by its days not (any more).
    out_of_days: bool,
    may_change: bool,
    may_force: bool,
    may_keep: bool,
    may_remark: bool,
    /// What readers said of it, for those who keep the base: by whom and when, and what.
    remarks: Vec<(String, String)>,
    sent: &'a Sent,
    steps: Vec<Step>,
}

#[derive(Template)]
#[template(path = "work/answer_version.html")]
struct Old<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    line: String,
    shown: Shown,
}

#[derive(Deserialize)]
pub struct Asked {
    q: Option<String>,
}

fn shown(t: Texts, desk: &Desk, who: &Who, answer: &Answer, search: &Search) -> Shown {
    let today = terms::day(Utc::now());
    let names = criteria(t, desk);
    // Whose calls they are is nobody's business who may not open calls.
    let opens = desk.may(who.person(), Right::Calls);
    let link = |id: &String| CallLink { id: id.clone(), url: format!("/calls/{}", encoded(id)) };
    Shown {
        question: pieces(search, &answer.question),
        answer: pieces(search, &answer.answer),
        act: act(answer),
        topics: answer.topics.iter().map(|code| topic_name(t, desk, today, code)).collect(),
        valid: valid(t, answer),
        errors: answer.errors.iter().map(|code| names.get(code).cloned().unwrap_or_else(|| code.clone())).collect(),
        calls: if opens { answer.calls.iter().map(link).collect() } else { Vec::new() },
        state: t.name("answer_state", answer.state.name()).to_owned(),
        state_class: state_class(answer.state),
        reason: answer.reason.clone(),
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &who, &id, asked.q, &Sent::default()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    q: Option<String>,
    sent: &Sent,
) -> Result<Html<String>, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let today = terms::day(Utc::now());
    let answer = desk.answer(person, id, today).await?;
    let may_edit = desk.may(person, Right::AnswersEdit);
    let (people, q) = (people(desk).await?, chosen(q).unwrap_or_default());
    let steps = if may_edit {
        let versions = desk.answer_versions(person, id).await?;
        history(&versions, &people, |action| t.name("answer_action", action).to_owned())
    } else {
        Vec::new()
    };
    let state = answer.state;
    show(&One {
        frame,
        t,
        id: encoded(id),
        version: answer.version,
        back: if q.is_empty() { "/answers".to_owned() } else { format!("/answers?q={}", encoded(&q)) },
        shown: shown(t, desk, who, &answer, &Search::new(&q)),
        may_edit,
        owner: name_of(&people, &answer.owner),
        review: answer.review_on.map(format::date).unwrap_or_default(),
        overdue: answer.is_overdue(today),
        out_of_days: state == AnswerState::InForce && !answer.is_in_force_on(today),
        may_change: may_edit && state != AnswerState::Withdrawn,
        may_force: may_edit && matches!(state, AnswerState::Draft | AnswerState::UnderReview),
        may_keep: may_edit && state == AnswerState::InForce,
        may_remark: !may_edit && state == AnswerState::InForce && desk.may(person, Right::AnswersSuggest),
        remarks: answer
            .remarks
            .iter()
            .filter(|_| may_edit)
            .map(|said| (format!("{} · {}", name_of(&people, &said.by), format::date_time(said.at)), said.text.clone()))
            .collect(),
        sent,
        steps,
    })
}

pub async fn version(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, version)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let versions = desk.answer_versions(who.person(), &id).await?;
    let old = versions.iter().find(|old| old.version.to_string() == version);
    let old = old.ok_or_else(|| WorkError::NotFound { what: "answer", id: format!("{id} {version}") })?;
    let by = name_of(&people(desk).await?, &old.person_id);
    let action = t.name("answer_action", &old.action);
    show(&Old {
        frame: &frame,
        t,
        id: encoded(&id),
        version: old.version,
        line: format!("{} · {by} · {action}", format::date_time(old.at)),
        shown: shown(t, desk, &who, &old.content, &Search::default()),
    })
}

async fn done(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    mut sent: Sent,
    done: Result<Record<Answer>, WorkError>,
) -> Result<Response, PageError> {
    let t = frame.t;
    let status = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/answers/{}", encoded(id))).into_response()),
        // Two forms of the page ask for a reason.
        Err(WorkError::Invalid(invalid)) if invalid.field == "reason" => {
            let field = if sent.text("which") == "review" { "review_reason" } else { "withdraw_reason" };
            sent.put(field, t.name("answer_wrong", "reason"));
            sent.mend(t)
        }
        // What is missing before it goes into force stands in the other form.
        Err(WorkError::Invalid(invalid)) => {
            let line = t.name("answer_wrong", &invalid.field).to_owned();
            let status = sent.mend(t);
            sent.problem = line;
            status
        }
        Err(error) => sent.refused(t, error, |field| t.name("answer_wrong", field).to_owned())?,
    };
    Ok((status, screen(shared, frame, who, id, None, &sent).await?).into_response())
}

type Typed = Form<Vec<(String, String)>>;

pub async fn force(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let step = shared.work()?.desk.put_answer_in_force(who.person(), &id, sent.seen(), Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn keep(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let step = shared.work()?.desk.keep_answer(who.person(), &id, sent.seen(), Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn review(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent).with("which", "review");
    let reason = sent.text("review_reason").to_owned();
    let step = shared.work()?.desk.review_answer(who.person(), &id, sent.seen(), &reason, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn remark(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let text = sent.text("remark").to_owned();
    let step = shared.work()?.desk.remark_on_answer(who.person(), &id, sent.seen(), &text, Utc::now()).await;
    match step {
        Ok(_) => Ok(Redirect::to("/answers?sent=on").into_response()),
        Err(WorkError::Invalid(invalid)) if invalid.field == "remark" => {
            let mut sent = sent;
            sent.put("remark", frame.t.name("answer_wrong", "remark"));
            let status = sent.mend(frame.t);
            Ok((status, screen(&shared, &frame, &who, &id, None, &sent).await?).into_response())
        }
        step => done(&shared, &frame, &who, &id, sent, step).await,
    }
}

pub async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent).with("which", "withdraw");
    let reason = sent.text("withdraw_reason").to_owned();
    let step = shared.work()?.desk.withdraw_answer(who.person(), &id, sent.seen(), &reason, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}
