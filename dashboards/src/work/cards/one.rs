//! `/cards/{id}`: one card: what it rests on, what people enter, and the steps to its approval.

use super::super::Who;
use super::super::results::Fields;
use super::super::reviews::{name_of, people};
use super::asked;
use super::sheet::{Sheet, indicator_name, sheet};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, query, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::cards::{Card, CardForm, CardState, Entered, Measure, NewCards, Part};
use meyar_work::store::Record;
use meyar_work::{Right, WorkError};
use std::collections::BTreeMap;
use std::sync::Arc;

struct Step {
    action: String,
    who: String,
    at: String,
    score: String,
}

/// The records that an indicator was counted from: ids, and where each can be looked at.
struct Counted {
    name: String,
    n: String,
    links: Vec<(String, String)>,
}

fn counted(t: Texts, part: &Part) -> Option<Counted> {
    let folder = match part.indicator.measure? {
        Measure::Tests | Measure::Attendance => "/trainings",
        Measure::PlanDone => "/plans",
        Measure::Agreement => "/calibration",
        Measure::Upheld => "/assessments",
    };
    let links: Vec<_> = part.records.iter().map(|id| (id.clone(), format!("{folder}/{}", encoded(id)))).collect();
    (!links.is_empty()).then(|| Counted {
        name: indicator_name(t, &part.indicator).to_owned(),
        n: format::count(t.0, part.n.unwrap_or(0) as i64),
        links,
    })
}

#[derive(Template)]
#[template(path = "work/card.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    sheet: Sheet,
    list_url: String,
    can_enter: bool,
    can_submit: bool,
    can_approve: bool,
    /// It waits for the head, but not for this one.
    not_yours: bool,
    can_correct: bool,
    before_url: Option<String>,
    next_url: Option<String>,
    steps: Vec<Step>,
    records: Vec<Counted>,
    records_note: String,
    sql: Vec<(String, String)>,
    lake: Vec<(String, u64)>,
    typed: BTreeMap<String, (String, String)>,
    typed_comment: Option<String>,
    why: String,
    problem: String,
}

impl Page<'_> {
    fn value(&self, line: &super::sheet::Line) -> String {
        self.typed.get(&line.code).map_or_else(|| line.typed.clone(), |typed| typed.0.clone())
    }

    fn note(&self, line: &super::sheet::Line) -> String {
        self.typed.get(&line.code).map_or_else(|| line.note.clone(), |typed| typed.1.clone())
    }

    fn comment(&self) -> &str {
        self.typed_comment.as_deref().unwrap_or(&self.sheet.comment)
    }
}

/// What was typed, where it could not be taken.
#[derive(Default)]
struct Typed {
    entries: BTreeMap<String, (String, String)>,
    comment: Option<String>,
    why: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, Typed::default(), String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    typed: Typed,
    problem: String,
) -> Result<Response, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let card = desk.store.get::<Card>(id).await?;
    let people = people(desk).await?;
    let own = card.person_id.as_ref() == Some(&person.person_id);
    let (may_make, may_approve) = (desk.may(person, Right::Cards), desk.may(person, Right::CardsApprove));
    let open = matches!(card.state, CardState::Drafted | CardState::Returned);
    let waits = card.state == CardState::Submitted && may_approve;
    let can_approve = waits && !card.is_of(&person.person_id);
    let next = meyar_work::cards::card_id(&card.position, &card.about_whom(), card.period, card.edition + 1);
    let next_url = desk.store.find::<Card>(&next).await?.map(|next| format!("/cards/{}", encoded(&next.card_id)));
    let approved = matches!(card.state, CardState::Approved | CardState::Acknowledged);
    let versions = desk.store.versions::<Card>(id).await?;
    let step = |version: meyar_work::store::Version<Card>| Step {
        action: t.name("card_step", &version.action).to_owned(),
        who: name_of(&people, &version.person_id),
        at: format::date_time(version.at),
        score: super::shown_score(t, version.content.score),
    };
    let sql: BTreeMap<&str, &str> = card
        .parts
        .iter()
        .filter(|part| !part.sql.is_empty())
        .map(|part| (part.indicator.figure.as_str(), part.sql.as_str()))
        .collect();
    let period = card.period.to_string();
    let page = Page {
        frame,
        t,
        id: encoded(id),
        version: card.version,
        sheet: sheet(t, &card, &people, desk.may(person, Right::Figures)),
        list_url: format!("/cards{}", query(&[("position", Some(&card.position)), ("period", Some(&period))])),
        can_enter: may_make && open && !own,
        can_submit: may_make && open && !own && card.score.is_some(),
        can_approve,
        not_yours: waits && !can_approve,
        can_correct: may_make && approved && !own && next_url.is_none(),
        before_url: card.corrects.as_ref().map(|before| format!("/cards/{}", encoded(before))),
        next_url,
        steps: versions.into_iter().map(step).collect(),
        records: card.parts.iter().filter_map(|part| counted(t, part)).collect(),
        records_note: t.fill("cards.records_note", &[&format::date_time(card.asked_at)]),
        sql: sql.into_iter().map(|(figure, hash)| (figure.to_owned(), hash.to_owned())).collect(),
        lake: card.lake.iter().map(|(table, version)| (table.clone(), *version)).collect(),
        typed: typed.entries,
        typed_comment: typed.comment,
        why: typed.why,
        problem,
    };
    Ok(show(&page)?.into_response())
}

/// What went wrong, in the reader's language; a store that does not answer is no matter of the form.
fn told(t: Texts, card: &Card, error: WorkError) -> Result<(StatusCode, String), PageError> {
    let said = match &error {
        WorkError::Changed { .. } | WorkError::State { .. } => {
            return Ok((StatusCode::CONFLICT, t.get("cards.changed").to_owned()));
        }
        WorkError::Refused(_) => return Ok((StatusCode::CONFLICT, t.get("cards.own").to_owned())),
        WorkError::Invalid(invalid) => match invalid.field.as_str() {
            "reason" if invalid.problem.contains("missing") => t.get("cards.needs_reason").to_owned(),
            "note" if invalid.problem.contains("missing") => {
                let part = card.parts.iter().find(|part| part.indicator.code == invalid.value);
                t.fill("cards.needs_basis", &[part.map_or("", |part| indicator_name(t, &part.indicator))])
            }
            "reason" | "note" | "comment" => t.get("cards.too_long").to_owned(),
            "score" => t.get("cards.too_little").to_owned(),
            code => match card.parts.iter().find(|part| part.indicator.code == code) {
                Some(part) => {
                    let (low, high) = part.indicator.limits();
                    let (low, high) = (format::number(t.0, low), format::number(t.0, high));
                    t.fill("cards.wrong_value", &[indicator_name(t, &part.indicator), &low, &high])
                }
                None => crate::problems::invalid(t, invalid),
            },
        },
        _ => return Err(error.into()),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, said))
}

fn seen(sent: &Fields) -> i64 {
    // A version that is no number was seen by nobody.
    sent.text("seen").parse().unwrap_or(0)
}

type Done = Result<Record<Card>, WorkError>;

async fn answer(
    (shared, frame, who): (&Shared, &Frame, &Who),
    id: &str,
    done: Done,
    typed: Typed,
) -> Result<Response, PageError> {
    let error = match done {
        Ok(card) => return Ok(Redirect::to(&format!("/cards/{}", encoded(&card.card_id))).into_response()),
        Err(error @ WorkError::NotFound { .. }) => return Err(error.into()),
        Err(error) => error,
    };
    let card = shared.work()?.desk.store.get::<Card>(id).await?;
    let (status, problem) = told(frame.t, &card, error)?;
    Ok((status, screen(shared, frame, who, id, typed, problem).await?).into_response())
}

pub async fn enter(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let card = desk.store.get::<Card>(&id).await?;
    let mut typed = Typed { comment: Some(sent.text("comment").to_owned()), ..Typed::default() };
    let (mut entered, mut wrong) = (Vec::new(), None);
    for part in card.parts.iter().filter(|part| part.takes_entry()) {
        let code = part.indicator.code.clone();
        let (value, note) = (sent.of_criterion("value", &code).to_owned(), sent.of_criterion("note", &code).to_owned());
        let number = match value.replace(',', ".").parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ if value.is_empty() => None,
            _ => {
                wrong =
                    wrong.or_else(|| Some(t.fill("cards.no_number", &[indicator_name(t, &part.indicator), &value])));
                None
            }
        };
        typed.entries.insert(code.clone(), (value, note.clone()));
        entered.push(Entered { code, value: number, note });
    }
    if let Some(problem) = wrong {
        let page = screen(&shared, &frame, &who, &id, typed, problem).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let done = desk.enter_card(who.person(), (&id, seen(&sent)), &entered, sent.text("comment"), Utc::now()).await;
    answer((&shared, &frame, &who), &id, done, typed).await
}

pub async fn submit(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Fields::of(sent);
    let done = shared.work()?.desk.submit_card(who.person(), &id, seen(&sent), Utc::now()).await;
    answer((&shared, &frame, &who), &id, done, Typed::default()).await
}

pub async fn approve(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Fields::of(sent);
    let done = shared.work()?.desk.approve_card(who.person(), &id, seen(&sent), Utc::now()).await;
    answer((&shared, &frame, &who), &id, done, Typed::default()).await
}

pub async fn send_back(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Fields::of(sent);
    let why = sent.text("reason").to_owned();
    let done = shared.work()?.desk.return_card(who.person(), &id, seen(&sent), &why, Utc::now()).await;
    answer((&shared, &frame, &who), &id, done, Typed { why, ..Typed::default() }).await
}

pub async fn correct(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let card = desk.store.get::<Card>(&id).await?;
    let why = sent.text("reason").to_owned();
    // By the form that the card was made by: its own copy.
    let form = form_of(&shared, &card)?;
    let asked: NewCards<'_> = asked::asked(&shared, &form, card.period).await?;
    let done = desk.correct_card(who.person(), (&id, seen(&sent)), &why, &asked, Utc::now()).await;
    answer((&shared, &frame, &who), &id, done, Typed { why, ..Typed::default() }).await
}

fn form_of(shared: &Shared, card: &Card) -> Result<CardForm, PageError> {
    let forms = asked::forms(shared)?;
    let role = forms.all().iter().find(|form| form.position == card.position).map(|form| form.role);
    Ok(CardForm {
        position: card.position.clone(),
        name_az: card.position_az.clone(),
        name_en: card.position_en.clone(),
        role: role.unwrap_or(meyar_work::Role::Representative),
        version: card.form_version.clone(),
        valid_from: card.period.first,
        valid_to: None,
        least_weight: card.least_weight,
        indicators: card.parts.iter().map(|part| part.indicator.clone()).collect(),
    })
}
