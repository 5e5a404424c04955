//! `/calibration`: calls that several people judge blind, what they agree on, and how far they agree.

mod agreement;
mod compare;
mod new;
mod one;

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
use chrono::{DateTime, Utc};
use meyar_work::access::Action;
use meyar_work::assessment::Judged;
use meyar_work::calibration::{Calibration, SetState};
use meyar_work::store::Record;
use meyar_work::{Desk, Person, Right, WorkError};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const SEES: Need = Need::Any(&[Right::Calibrations]);
    const MAKES: Need = Need::Any(&[Right::Calibration]);
    let read = |kind| Log::Yes(Action::Read, kind);
    table
        .get("/calibration", SEES, read("page"), get(page))
        .post("/calibration", MAKES, post(new::make))
        .get("/calibration/new", MAKES, Log::No, get(new::blank))
        .get("/calibration/agreement", MAKES, read("page"), get(agreement::page))
        .get("/calibration/{calibration_id}", SEES, read("calibration"), get(one::page))
        .post("/calibration/{calibration_id}/compare", MAKES, post(one::compare))
        .post("/calibration/{calibration_id}/close", MAKES, post(one::close))
        .get("/calibration/{calibration_id}/calls/{call_id}", SEES, read("calibration"), get(compare::page))
        .post("/calibration/{calibration_id}/calls/{call_id}", MAKES, post(compare::agree))
        .post("/calibration/{calibration_id}/calls/{call_id}/begin", Need::Any(&[Right::Calibrate]), post(one::begin))
}

/// As a form sends it, and as an address says it.
fn value_of(judged: Judged) -> String {
    match judged {
        Judged::Marked(mark) => mark.to_string(),
        Judged::NotApplicable => "na".to_owned(),
    }
}

fn state_class(state: SetState) -> &'static str {
    match state {
        SetState::Open => "info",
        SetState::Compared => "warn",
        SetState::Agreed => "ok",
        SetState::Closed => "none",
    }
}

/// Below 0 is severe, above it is mild; the sign says which.
fn signed(t: Texts, value: f64) -> String {
    let shown = format::decimal(t.0, value.abs(), 1);
    // What rounds to nothing has no side.
    if shown.chars().all(|c| matches!(c, '0' | ',' | '.')) {
        return shown;
    }
    format!("{}{shown}", if value < 0.0 { "−" } else { "+" })
}

struct Line {
    url: String,
    name: String,
    state: String,
    state_class: &'static str,
    calls: String,
    people: usize,
    handed: String,
    /// What the reader has still to score; empty where nothing.
    yours: String,
    due: String,
    late: bool,
    made_by: String,
}

#[derive(Template)]
#[template(path = "work/calibrations.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    may_make: bool,
    lines: Vec<Line>,
}

/// A set in which the reader has still calls to score, as the queue shows it.
pub(super) struct Waiting {
    pub url: String,
    pub name: String,
    pub left: String,
    pub due: String,
    pub late: bool,
}

/// The most urgent first; nothing for those who score none.
pub(super) async fn waiting(t: Texts, desk: &Desk, person: &Person) -> Result<Vec<Waiting>, WorkError> {
    if !desk.may(person, Right::Calibrations) {
        return Ok(Vec::new());
    }
    let now = Utc::now();
    let one = |set: &Record<Calibration>| Waiting {
        url: url(set),
        name: set.name.clone(),
        left: left(t, set, person),
        due: super::results::last_day(set.due_at),
        late: is_late(set, now),
    };
    Ok(desk.calibrations_left(person).await?.iter().map(one).collect())
}

fn url(set: &Calibration) -> String {
    format!("/calibration/{}", encoded(&set.calibration_id))
}

/// How many calls somebody has still to score; empty where none.
fn left(t: Texts, set: &Calibration, person: &Person) -> String {
    match set.left_to(&person.person_id) {
        0 => String::new(),
        left => t.say("calibration.yours", &[("n", (left as i64).into())]),
    }
}

fn is_late(set: &Calibration, now: DateTime<Utc>) -> bool {
    set.state == SetState::Open && set.due_at <= now
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let sets = desk.calibrations(person).await?;
    let (people, now) = (people(desk).await?, Utc::now());
    let count = |value: usize| format::count(t.0, value as i64);
    let line = |set: &Record<Calibration>| Line {
        url: url(set),
        name: set.name.clone(),
        state: t.name("calibration_state", set.state.name()).to_owned(),
        state_class: state_class(set.state),
        calls: count(set.calls.len()),
        people: set.participants.len(),
        handed: format!("{} / {}", count(set.handed.len()), count(set.expected())),
        yours: left(t, set, person),
        due: super::results::last_day(set.due_at),
        late: is_late(set, now),
        made_by: name_of(&people, &set.made_by),
    };
    let lines = sets.iter().map(line).collect();
    show(&Page { frame: &frame, t, may_make: desk.may(person, Right::Calibration), lines })
}
