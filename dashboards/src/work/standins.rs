//! `/people/{person_id}/stand-ins`: who has another role beside their own, from a day to a day. It stands on the page of the account.

use super::people::Told;
use super::results::Fields;
use super::{Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded};
use crate::text::Texts;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use chrono::Utc;
use meyar_work::standins::{New, ROLES, StandIn, State as Stands};
use meyar_work::store::Record;
use meyar_work::{Desk, Person, Right, WorkError, terms};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const KEEP: Need = Need::Any(&[Right::Accounts]);
    table.post("/people/{person_id}/stand-ins", KEEP, post(order)).post(
        "/people/{person_id}/stand-ins/{id}/end",
        KEEP,
        post(end),
    )
}

pub struct Line {
    pub id: String,
    pub version: i64,
    pub role: String,
    pub days: String,
    pub ground: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub may_end: bool,
}

/// What the page of an account shows of it.
#[derive(Default)]
pub struct Part {
    pub lines: Vec<Line>,
    /// Empty where nobody can give this person another role.
    pub roles: Vec<Choice>,
    pub typed: Typed,
}

/// The fields as they were typed, and what is wrong in them.
#[derive(Default, Clone)]
pub struct Typed {
    pub role: String,
    pub from: String,
    pub until: String,
    pub ground: String,
    pub wrong: String,
}

pub async fn part(t: Texts, desk: &Desk, who: &Person, of: &Person, typed: Typed) -> Result<Part, WorkError> {
    let today = terms::day(Utc::now());
    let line = |record: &Record<StandIn>| {
        let (state, state_class) = match record.state {
            Stands::Ended => ("standins.ended", "none"),
            Stands::Ordered if record.holds_on(today) => ("standins.holds", "ok"),
            Stands::Ordered if today < record.from => ("standins.to_come", "info"),
            Stands::Ordered => ("standins.over", "none"),
        };
        Line {
            id: encoded(&record.stand_in_id),
            version: record.version,
            role: t.name("role", record.role.name()).to_owned(),
            days: format!("{} – {}", format::date(record.from), format::date(record.until)),
            ground: record.ground.clone(),
            state: t.find(state).unwrap_or_default(),
            state_class,
            may_end: record.state == Stands::Ordered && today <= record.until,
        }
    };
    let able = of.active && of.person_id != who.person_id;
    let roles = ROLES.into_iter().filter(|role| able && ROLES.contains(&of.role) && *role != of.role);
    Ok(Part {
        lines: desk.stand_ins(who, &of.person_id).await?.iter().map(line).collect(),
        roles: roles.map(|role| Choice::new(role.name(), t.name("role", role.name()), Some(&typed.role))).collect(),
        typed,
    })
}

fn wrong(t: Texts, error: WorkError) -> Result<(StatusCode, String), PageError> {
    match error {
        WorkError::Invalid(invalid) => Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            crate::problems::of_field(t, t.name("standin_wrong", &invalid.field), &invalid),
        )),
        WorkError::Changed { .. } | WorkError::State { .. } => {
            Ok((StatusCode::CONFLICT, t.get("improve.changed").to_owned()))
        }
        error => Err(error.into()),
    }
}

async fn order(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(person_id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let text = |name: &str| sent.text(name).to_owned();
    let typed = Typed {
        role: text("stand_role"),
        from: text("from"),
        until: text("until"),
        ground: text("ground"),
        wrong: String::new(),
    };
    let new = || -> Result<New, WorkError> {
        let day = |field: &str, text: &str| {
            text.parse().map_err(|_| WorkError::invalid(field, text, "is no day", "choose one"))
        };
        Ok(New {
            person_id: person_id.clone(),
            role: typed.role.parse()?,
            from: day("from", &typed.from)?,
            until: day("until", &typed.until)?,
            ground: typed.ground.clone(),
        })
    };
    let done = match new() {
        Ok(new) => desk.order_stand_in(who.person(), new, Utc::now()).await,
        Err(error) => Err(error),
    };
    answered(&shared, &frame, &who, &person_id, typed, done.map(|_| ()), t).await
}

async fn end(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((person_id, id)): Path<(String, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let done = desk.end_stand_in(who.person(), &id, sent.version(), sent.text("why"), Utc::now()).await;
    answered(&shared, &frame, &who, &person_id, Typed::default(), done.map(|_| ()), t).await
}

/// Back to the account, or its page with what is wrong.
async fn answered(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    person_id: &str,
    typed: Typed,
    done: Result<(), WorkError>,
    t: Texts,
) -> Result<Response, PageError> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/people/{}?done=stand_in", encoded(person_id))).into_response());
    };
    let (status, wrong) = wrong(t, error)?;
    let person = shared.work()?.desk.store.person(person_id).await?;
    let told = Told::stand_in(Typed { wrong, ..typed });
    Ok((status, super::people::shown(shared, frame, who, &person, told).await?).into_response())
}
