//! `/calibration/{id}`: one set. While it is scored: one's own calls, and of others only how far they are. Afterwards: what to compare, and
//! who was severe.

use super::super::Who;
use super::super::results::{Fields, form_name, last_day, shown_score};
use super::super::reviews::{name_of, people};
use super::{signed, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::assessment::{Assessment, State as Stands, raw_score};
use meyar_work::calibration::severity::{against_master, standing};
use meyar_work::calibration::{Calibration, SetCall, SetState, differ};
use meyar_work::store::Record;
use meyar_work::{Desk, Right, WorkError};
use std::collections::HashMap;
use std::sync::Arc;

/// A call that the reader scores.
struct Own {
    call_id: String,
    line: String,
    form: String,
    state: String,
    state_class: &'static str,
    /// `3 / 14` of one that was begun.
    progress: String,
    begin_url: String,
    /// What the button says; empty where there is nothing to do.
    begin: &'static str,
}

/// How far somebody is; never with what.
struct Hand {
    name: String,
    handed: String,
    done: bool,
}

/// A call in the comparison.
struct Line {
    url: String,
    call_id: String,
    representative: String,
    form: String,
    scored: usize,
    differing: String,
    master: String,
    /// Of the scores, where there are any: `64,0 – 92,5`.
    range: String,
    master_score: String,
}

struct Severe {
    name: String,
    calls: String,
    mean: String,
    interval: String,
    exact: String,
}

#[derive(Template)]
#[template(path = "work/calibration.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    name: &'a str,
    lead: String,
    state: String,
    state_class: &'static str,
    facts: Vec<(&'static str, String)>,
    open: bool,
    own: Vec<Own>,
    hands: Vec<Hand>,
    lines: Vec<Line>,
    severe: Vec<Severe>,
    /// What the reader may do next.
    may_compare: bool,
    /// How many scorings are still out when scoring is closed now.
    missing: String,
    may_close: bool,
    may_withdraw: bool,
    wait_master: bool,
    problem: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, String::new()).await
}

async fn screen(shared: &Shared, frame: &Frame, who: &Who, id: &str, problem: String) -> Result<Response, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let set = desk.calibration(person, id).await?;
    let scores = desk.calibration_scores(person, &set).await?;
    let people = people(desk).await?;
    let count = |value: usize| format::count(t.0, value as i64);
    let open = set.state == SetState::Open;
    let makes = desk.may(person, Right::Calibration);
    let out = set.expected() - set.handed.len();
    let hand = |one: &meyar_work::calibration::Participant| {
        let all = set.work_of(&one.person_id).count();
        let handed = set.handed.iter().filter(|handed| handed.person_id == one.person_id).count();
        Hand {
            name: name_of(&people, &one.person_id),
            handed: format!("{} / {}", count(handed), count(all)),
            done: handed == all,
        }
    };
    let shown = |call: &SetCall| line(t, desk, &set, call, &scores);
    let made = t.fill("calibration.made", &[&name_of(&people, &set.made_by), &format::date_time(set.made_at)]);
    Ok(show(&Page {
        frame,
        t,
        id: encoded(id),
        version: set.version,
        name: &set.name,
        lead: made,
        state: t.name("calibration_state", set.state.name()).to_owned(),
        state_class: state_class(set.state),
        facts: facts(t, &set),
        open,
        own: set.work_of(&person.person_id).map(|call| own(t, desk, &set, call, &scores, &person.person_id)).collect(),
        hands: set.participants.iter().map(hand).collect(),
        lines: if set.shows_marks() { set.calls.iter().map(shown).collect() } else { Vec::new() },
        severe: severe(t, desk, &set, &scores, &people),
        may_compare: makes && open && !set.handed.is_empty(),
        missing: if out > 0 { t.say("calibration.missing", &[("n", (out as i64).into())]) } else { String::new() },
        may_close: makes && set.state == SetState::Agreed,
        may_withdraw: makes && open && set.handed.is_empty(),
        wait_master: set.state == SetState::Compared,
        problem,
    })?
    .into_response())
}

fn facts(t: Texts, set: &Calibration) -> Vec<(&'static str, String)> {
    let count = |value: usize| format::count(t.0, value as i64);
    let source = t.name("calibration_source", set.source.name()).to_owned();
    let facts = [
        ("calibration.due", Some(last_day(set.due_at))),
        ("calibration.calls", Some(count(set.calls.len()))),
        ("calibration.people", Some(count(set.participants.len()))),
        ("calibration.handed", Some(format!("{} / {}", count(set.handed.len()), count(set.expected())))),
        ("calibration.source", Some(source)),
        ("calibration.seed", set.seed.clone()),
        ("calibration.compared_at", set.compared_at.map(format::date_time)),
    ];
    facts.into_iter().filter_map(|(key, value)| Some((t.find(key).unwrap_or_default(), value?))).collect()
}

fn own(
    t: Texts,
    desk: &Desk,
    set: &Calibration,
    call: &SetCall,
    scores: &[Record<Assessment>],
    person_id: &str,
) -> Own {
    let begun = scores.iter().find(|one| one.assessor == person_id && one.call_id == call.call_id);
    let open = set.state == SetState::Open;
    let (state, state_class, begin) = match begun {
        Some(one) if one.state != Stands::Draft => ("calibration.own_handed", "ok", ""),
        Some(_) if open => ("calibration.own_begun", "info", t.get("calibration.go_on")),
        None if open => ("calibration.own_waiting", "none", t.get("calibration.begin")),
        _ => ("calibration.own_out", "lost", ""),
    };
    let decided = |one: &Record<Assessment>| one.marks.iter().filter(|mark| mark.judged.is_some()).count();
    Own {
        call_id: call.call_id.clone(),
        line: call.line.as_deref().map(|line| line_name(t, line)).unwrap_or_default(),
        form: form_name(t, desk, &call.form),
        state: t.get(state).to_owned(),
        state_class,
        progress: begun.map(|one| format!("{} / {}", decided(one), one.marks.len())).unwrap_or_default(),
        begin_url: format!("/calibration/{}/calls/{}/begin", encoded(&set.calibration_id), encoded(&call.call_id)),
        begin,
    }
}

fn line(t: Texts, desk: &Desk, set: &Calibration, call: &SetCall, scores: &[Record<Assessment>]) -> Line {
    let form = desk.forms.named(&call.form);
    let scored: Vec<&Assessment> = set.scored(scores, &call.call_id).collect();
    let criteria = form.map_or(&[][..], |form| form.criteria());
    let differing =
        criteria.iter().filter(|criterion| differ(scored.iter().filter_map(|one| one.mark(&criterion.code)?.judged)));
    let raw: Vec<f64> = scored.iter().filter_map(|one| raw_score(form?, one.given())).collect();
    let range = raw.iter().copied().reduce(f64::min).zip(raw.iter().copied().reduce(f64::max));
    let open = form.map_or(0, |form| call.open_criteria(form));
    let count = |value: usize| format::count(t.0, value as i64);
    Line {
        url: format!("/calibration/{}/calls/{}", encoded(&set.calibration_id), encoded(&call.call_id)),
        call_id: call.call_id.clone(),
        representative: call.representative.clone().unwrap_or_default(),
        form: form_name(t, desk, &call.form),
        scored: scored.len(),
        differing: format!("{} / {}", count(differing.count()), count(criteria.len())),
        master: format!("{} / {}", count(criteria.len() - open), count(criteria.len())),
        range: range.map_or_else(
            || NONE.to_owned(),
            |(low, high)| format!("{} – {}", format::decimal(t.0, low, 1), format::decimal(t.0, high, 1)),
        ),
        master_score: shown_score(t, form.and_then(|form| call.master_score(form))),
    }
}

/// Who was severe in this set; in the order of names, for it is no ranking.
fn severe(
    t: Texts,
    desk: &Desk,
    set: &Record<Calibration>,
    scores: &[Record<Assessment>],
    people: &HashMap<String, String>,
) -> Vec<Severe> {
    let all = against_master(|form| desk.forms.named(form), scores, std::slice::from_ref(set));
    let mut found: Vec<Severe> = set
        .participants
        .iter()
        .filter_map(|participant| {
            let own: Vec<_> = all.iter().filter(|one| one.person_id == participant.person_id).collect();
            let standing = standing(&own, super::super::results::CONFIDENCE)?;
            let interval = standing
                .severity
                .map(|found| format!("{} … {}", signed(t, found.interval.low), signed(t, found.interval.high)));
            Some(Severe {
                name: name_of(people, &participant.person_id),
                calls: format::count(t.0, standing.calls as i64),
                mean: signed(t, standing.mean),
                interval: interval.unwrap_or_else(|| NONE.to_owned()),
                exact: format::percent(t.0, 100.0 * standing.exact as f64 / standing.criteria.max(1) as f64),
            })
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// Begins scoring a call, or goes on with it: to the screen where it is judged.
pub async fn begin(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((id, call_id)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    match desk.begin_calibration(who.person(), &id, &call_id, Utc::now()).await {
        Ok(record) => Ok(Redirect::to(&format!("/assess/{}", encoded(&record.assessment_id))).into_response()),
        Err(error) => again(&shared, &frame, &who, &id, error).await,
    }
}

/// The page as it is now, with why the step was not taken.
async fn again(shared: &Shared, frame: &Frame, who: &Who, id: &str, error: WorkError) -> Result<Response, PageError> {
    match error {
        WorkError::State { .. } | WorkError::Changed { .. } | WorkError::Invalid(_) => {
            let told = PageError::from(error);
            let page = screen(shared, frame, who, id, told.said(frame.t)).await?;
            Ok((told.status, page).into_response())
        }
        error => Err(error.into()),
    }
}

/// A version that is no number was seen by nobody.
pub fn seen(sent: &Fields) -> i64 {
    sent.text("seen").parse().unwrap_or(0)
}

pub async fn compare(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    match desk.compare_calibration(who.person(), &id, seen(&Fields::of(sent)), Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/calibration/{}", encoded(&id))).into_response()),
        Err(error) => again(&shared, &frame, &who, &id, error).await,
    }
}

pub async fn close(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let desk = &shared.work()?.desk;
    match desk.close_calibration(who.person(), &id, seen(&Fields::of(sent)), Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/calibration/{}", encoded(&id))).into_response()),
        Err(error) => again(&shared, &frame, &who, &id, error).await,
    }
}
