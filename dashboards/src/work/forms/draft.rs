//! `/forms/drafts/{id}`: a version on its way: what it changes, its editor while it is a draft, and the steps to its approval.

use super::shown::{self, Change, CriterionShown};
use super::weights::Editor;
use super::{draft_url, name_of_form, specs_of, state_class, version_url};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::show;
use crate::text::Texts;
use crate::work::Who;
use crate::work::reviews::{name_of, people};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{NaiveDate, Utc};
use meyar_work::drafts::{DraftState, FormDraft, Ruling};
use meyar_work::store::Record;
use meyar_work::{Result as Done, Right, WorkError, terms};
use serde::Deserialize;
use std::sync::Arc;

struct Told {
    at: String,
    who: String,
    what: String,
    class: &'static str,
    reason: String,
}

#[derive(Template)]
#[template(path = "work/form_draft.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    url: String,
    title: String,
    lead: String,
    state: String,
    state_class: &'static str,
    version: i64,
    base: String,
    base_url: String,
    /// From when on it is or was in force.
    valid_from: Option<String>,
    version_url: String,
    changes: Vec<Change>,
    why: &'a str,
    told: Vec<Told>,
    criteria: Vec<CriterionShown>,
    editor: Option<Editor>,
    may_rule: bool,
    is_own: bool,
    may_withdraw: bool,
    day: String,
    reason: String,
    problem: String,
}

/// What a page that is shown again has of what was sent.
#[derive(Default)]
pub struct Again {
    pub editor: Option<Editor>,
    pub day: String,
    pub reason: String,
    pub problem: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
) -> Result<Html<String>, PageError> {
    let record = shared.work()?.desk.store.get::<FormDraft>(&draft_id).await?;
    screen(&shared, &frame, &who, &record, Again::default()).await
}

pub async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    record: &Record<FormDraft>,
    again: Again,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let Some(spec) = record.specs.first() else {
        return Err(PageError::not_found(t.fill("forms.not_found", &[&record.title])));
    };
    let people = people(desk).await?;
    let today = terms::day(Utc::now());
    let base = specs_of(desk, &record.form_id, &record.base);
    let told = |ruling: &Ruling| Told {
        at: format::date_time(ruling.at),
        who: name_of(&people, &ruling.by),
        what: t.name("form_state", ruling.ruling.name()).to_owned(),
        class: state_class(ruling.ruling),
        reason: ruling.reason.clone(),
    };
    let mut all: Vec<Told> = record.rulings.iter().map(told).collect();
    if let (Some(by), Some(at)) = (&record.submitted_by, record.submitted_at) {
        let submitted = Told {
            at: format::date_time(at),
            who: name_of(&people, by),
            what: t.name("form_state", DraftState::Submitted.name()).to_owned(),
            class: state_class(DraftState::Submitted),
            reason: String::new(),
        };
        // Before the ruling that it led to.
        let before = record.rulings.iter().position(|ruling| ruling.at >= at).unwrap_or(record.rulings.len());
        all.insert(before, submitted);
    }
    let may_edit = record.is_editable() && desk.may(who.person(), Right::FormsEdit);
    let editor = match again.editor {
        Some(editor) => Some(editor),
        None => may_edit.then(|| Editor::of(t, record)),
    };
    let may_approve = desk.may(who.person(), Right::FormsApprove);
    let me = Some(who.person().person_id.as_str());
    let made = name_of(&people, &record.made_by);
    show(&Page {
        frame,
        t,
        url: draft_url(&record.draft_id),
        title: format!("{} {}", name_of_form(t, spec), record.content.version),
        lead: t.fill("forms.drafted", &[&made, &format::date_time(record.made_at), &record.base]),
        state: t.name("form_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
        version: record.version,
        base: record.base.clone(),
        base_url: version_url(&record.form_id, &record.base),
        valid_from: record.valid_from.filter(|_| record.state == DraftState::Approved).map(format::date),
        version_url: version_url(&record.form_id, &record.content.version),
        changes: shown::changes(t, &base, &record.specs),
        why: &record.why,
        told: all,
        criteria: if editor.is_some() { Vec::new() } else { shown::criteria(t, &record.specs) },
        editor,
        may_rule: may_approve && record.state == DraftState::Submitted,
        is_own: me == Some(&record.made_by) || me == record.submitted_by.as_deref(),
        may_withdraw: may_approve
            && record.state == DraftState::Approved
            && record.valid_from.is_some_and(|day| day > today),
        day: if again.day.is_empty() { tomorrow(today) } else { again.day },
        reason: again.reason,
        problem: again.problem,
    })
}

/// Calls of today are judged already, in part.
fn tomorrow(today: NaiveDate) -> String {
    today.succ_opt().unwrap_or(today).to_string()
}

/// What could not be done, in the reader's words; `None` where the page of the error says enough.
pub fn told(t: Texts, record: &FormDraft, error: &WorkError) -> Option<(StatusCode, String)> {
    let line = match error {
        WorkError::Changed { .. } => return Some((StatusCode::CONFLICT, t.get("forms.changed").to_owned())),
        WorkError::State { state, .. } if state == "in force" => t.get("forms.wrong_in_force").to_owned(),
        WorkError::State { .. } => t.fill("forms.wrong_state", &[t.name("form_state", record.state.name())]),
        WorkError::Invalid(invalid) => match invalid.field.as_str() {
            "form" => t.fill("forms.wrong_same", &[&record.base]),
            "why" if invalid.value.is_empty() => t.get("forms.wrong_why").to_owned(),
            "reason" if invalid.value.is_empty() => t.get("forms.wrong_reason").to_owned(),
            "why" | "reason" => t.get("forms.wrong_long").to_owned(),
            "valid_from" if invalid.problem.starts_with("is the first day") => {
                t.fill("forms.wrong_day_taken", &[&shown_day(&invalid.value)])
            }
            "valid_from" => t.fill("forms.wrong_day_over", &[&shown_day(&invalid.value)]),
            _ => return None,
        },
        _ => return None,
    };
    let status = match error {
        WorkError::State { .. } => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Some((status, line))
}

fn shown_day(text: &str) -> String {
    text.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), format::date)
}

/// Back to the page after a step, or the page again with what was wrong.
async fn after(
    (shared, frame, who): (&Shared, &Frame, &Who),
    draft_id: &str,
    done: Done<Record<FormDraft>>,
    again: Again,
) -> Result<Response, PageError> {
    let error = match done {
        Ok(record) => return Ok(Redirect::to(&draft_url(&record.draft_id)).into_response()),
        Err(error) => error,
    };
    let record = shared.work()?.desk.store.get::<FormDraft>(draft_id).await?;
    let Some((status, problem)) = told(frame.t, &record, &error) else { return Err(error.into()) };
    let page = screen(shared, frame, who, &record, Again { problem, ..again }).await?;
    Ok((status, page).into_response())
}

#[derive(Deserialize)]
pub struct Seen {
    seen: i64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    valid_from: String,
}

pub async fn submit(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Seen>,
) -> Result<Response, PageError> {
    let done = shared.work()?.desk.submit_form(who.person(), &draft_id, sent.seen, Utc::now()).await;
    after((&shared, &frame, &who), &draft_id, done, Again::default()).await
}

pub async fn discard(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Seen>,
) -> Result<Response, PageError> {
    let done = shared.work()?.desk.discard_form(who.person(), &draft_id, sent.seen, Utc::now()).await;
    after((&shared, &frame, &who), &draft_id, done, Again::default()).await
}

pub async fn send_back(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Seen>,
) -> Result<Response, PageError> {
    let done = shared.work()?.desk.send_form_back(who.person(), &draft_id, sent.seen, &sent.reason, Utc::now()).await;
    after((&shared, &frame, &who), &draft_id, done, Again { reason: sent.reason, ..Again::default() }).await
}

pub async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Seen>,
) -> Result<Response, PageError> {
    let done = shared.work()?.desk.withdraw_form(who.person(), &draft_id, sent.seen, &sent.reason, Utc::now()).await;
    after((&shared, &frame, &who), &draft_id, done, Again { reason: sent.reason, ..Again::default() }).await
}

pub async fn approve(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(draft_id): Path<String>,
    Form(sent): Form<Seen>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    let again = Again { day: sent.valid_from.clone(), ..Again::default() };
    let Ok(day) = sent.valid_from.trim().parse::<NaiveDate>() else {
        let record = desk.store.get::<FormDraft>(&draft_id).await?;
        let problem = frame.t.fill("forms.wrong_day", &[&sent.valid_from]);
        let page = screen(&shared, &frame, &who, &record, Again { problem, ..again }).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let done = desk.approve_form(who.person(), &draft_id, sent.seen, day, Utc::now()).await;
    after((&shared, &frame, &who), &draft_id, done, again).await
}
