//! `/trainings`: what representatives have to learn, the trainings that answer it, and what came of them; `/my/trainings`: one's own.

mod effect;
mod needs;
mod one;
mod plan;
mod sent;

pub(super) use sent::{Sent, Step, history};

use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, encoded, marks, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use meyar_work::access::Action;
use meyar_work::store::{Filter, Record};
use meyar_work::trainings::{self, Attendance, NeedState, Participant, Training, TrainingState};
use meyar_work::{Desk, Right, WorkError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    let (all, own) = (Need::Any(&[Right::Improve]), Need::Any(&[Right::OwnResults]));
    let read = |kind| Log::Yes(Action::Read, kind);
    table
        .get("/trainings", all, read("page"), get(page))
        .post("/trainings", all, post(plan::make))
        .get("/trainings/new", all, Log::No, get(plan::blank))
        .get("/trainings/needs/new", all, Log::No, get(needs::blank))
        .post("/trainings/needs", all, post(needs::note))
        .get("/trainings/needs/{id}", all, read("training_need"), get(needs::one))
        .post("/trainings/needs/{id}/drop", all, post(needs::drop))
        .get("/trainings/{id}", all, read("training"), get(one::page))
        .post("/trainings/{id}", all, post(plan::change))
        .get("/trainings/{id}/edit", all, read("training"), get(plan::edit))
        .post("/trainings/{id}/hold", all, post(one::hold))
        .post("/trainings/{id}/test", all, post(one::test))
        .post("/trainings/{id}/close", all, post(one::close))
        .post("/trainings/{id}/cancel", all, post(one::cancel))
        .get("/my/trainings", own, read("page"), get(my))
}

/// Needs and trainings that are over are listed so far back.
const LATEST: usize = 50;

struct NeedLine {
    id: String,
    url: String,
    topic: String,
    origin: String,
    in_force_on: String,
    criterion: String,
    who: String,
    state: String,
    state_class: &'static str,
}

struct Line {
    url: String,
    topic: String,
    when: String,
    place: String,
    trainer: String,
    participants: String,
    present: String,
    passed: String,
    late: bool,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/trainings.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    open: Vec<NeedLine>,
    trainings: Vec<Line>,
    over: Vec<NeedLine>,
}

fn need_class(state: NeedState) -> &'static str {
    match state {
        NeedState::Open => "warn",
        NeedState::Planned => "info",
        NeedState::Met => "ok",
        NeedState::Dropped => "lost",
    }
}

fn training_class(state: TrainingState) -> &'static str {
    match state {
        TrainingState::Planned => "warn",
        TrainingState::Held | TrainingState::Tested => "info",
        TrainingState::Closed => "ok",
        TrainingState::Cancelled => "lost",
    }
}

/// `K05 …`, by the newest form that has it; absent in none, the code alone.
fn criterion_label(t: Texts, desk: &Desk, code: &str) -> String {
    let known = desk.forms.iter().filter_map(|form| form.criterion(code)).last();
    known.map_or_else(|| code.to_owned(), |criterion| format!("{code} {}", marks::criterion_name(t, criterion)))
}

/// Every criterion of every form, once.
pub(super) fn criteria(t: Texts, desk: &Desk) -> BTreeMap<String, String> {
    let codes = desk.forms.iter().flat_map(|form| form.criteria()).map(|criterion| criterion.code.clone());
    codes.map(|code| (code.clone(), criterion_label(t, desk, &code))).collect()
}

/// The accounts' names of representatives.
pub(super) async fn names(desk: &Desk) -> Result<HashMap<String, String>, WorkError> {
    let people = desk.store.people().await?;
    Ok(people.into_iter().filter_map(|person| Some((person.representative?, person.name))).collect())
}

/// `R105 · Nigar İsmayılova`, or the code alone.
pub(super) fn label(names: &HashMap<String, String>, representative: &str) -> String {
    match names.get(representative) {
        Some(name) => format!("{representative} · {name}"),
        None => representative.to_owned(),
    }
}

/// Everybody who answers calls: of the call records and of the accounts.
pub(super) async fn representatives(
    shared: &Shared,
    names: &HashMap<String, String>,
    chosen: &[String],
) -> Vec<Choice> {
    // The records help with choosing; whoever has an account can be chosen while they do not answer.
    let mut all = shared.data.choices().await.map(|choices| choices.representatives).unwrap_or_default();
    all.extend(names.keys().cloned());
    all.extend(chosen.iter().cloned());
    all.sort();
    all.dedup();
    let one = |code: String| Choice { text: label(names, &code), chosen: chosen.contains(&code), value: code };
    all.into_iter().map(one).collect()
}

fn need_line(t: Texts, desk: &Desk, need: &trainings::Need) -> NeedLine {
    let who = match need.representatives.as_slice() {
        [] => NONE.to_owned(),
        [one] => one.clone(),
        [first, second] => format!("{first}, {second}"),
        [first, second, rest @ ..] => format!("{first}, {second} +{}", rest.len()),
    };
    NeedLine {
        id: need.need_id.clone(),
        url: format!("/trainings/needs/{}", encoded(&need.need_id)),
        topic: need.topic.clone(),
        origin: t.name("need_origin", need.origin.name()).to_owned(),
        in_force_on: need.in_force_on.map_or_else(|| NONE.to_owned(), format::date),
        criterion: need.criterion.as_deref().map(|code| criterion_label(t, desk, code)).unwrap_or_default(),
        who,
        state: t.name("need_state", need.state.name()).to_owned(),
        state_class: need_class(need.state),
    }
}

fn tally(training: &Training) -> (usize, usize, usize) {
    let present = |one: &&Participant| one.attendance == Some(Attendance::Present);
    let scored: Vec<bool> = training.participants.iter().filter_map(|one| training.passed(one)).collect();
    let passed = scored.iter().filter(|passed| **passed).count();
    (training.participants.iter().filter(present).count(), passed, scored.len())
}

fn line(t: Texts, training: &Training, needs: &HashMap<String, trainings::Need>) -> Line {
    let number = |value: usize| format::count(t.0, value as i64);
    let (present, passed, scored) = tally(training);
    let was_held = !matches!(training.state, TrainingState::Planned | TrainingState::Cancelled);
    let late = |id: &String| needs.get(id).is_some_and(|need| training.is_late_for(need));
    Line {
        url: format!("/trainings/{}", encoded(&training.training_id)),
        topic: training.topic.clone(),
        when: format::date_time(training.begins_at),
        place: training.place.clone(),
        trainer: training.trainer.clone(),
        participants: number(training.participants.len()),
        present: if was_held { number(present) } else { NONE.to_owned() },
        passed: if scored > 0 { format!("{} / {}", number(passed), number(scored)) } else { NONE.to_owned() },
        late: training.state == TrainingState::Planned && training.needs.iter().any(late),
        state: t.name("training_state", training.state.name()).to_owned(),
        state_class: training_class(training.state),
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let newest = Filter { newest_first: true, ..Filter::default() };
    let needs = desk.store.list::<trainings::Need>(&newest).await?;
    let mut all: Vec<Record<Training>> = desk.store.list(&newest).await?;
    let is_over = |training: &Training| matches!(training.state, TrainingState::Closed | TrainingState::Cancelled);
    // What is to be done comes first, the nearest before the others.
    all.sort_by_key(|training| {
        let when = training.begins_at.timestamp();
        if is_over(training) { (true, -when) } else { (false, when) }
    });
    let by_id: HashMap<String, trainings::Need> =
        needs.iter().map(|need| (need.need_id.clone(), need.content.clone())).collect();
    let of = |open: bool| {
        let chosen = needs.iter().filter(move |need| (need.state == NeedState::Open) == open);
        chosen.map(|need| need_line(t, desk, need))
    };
    let mut open: Vec<NeedLine> = of(true).collect();
    open.reverse();
    show(&Page {
        frame: &frame,
        t,
        open,
        over: of(false).take(LATEST).collect(),
        trainings: all.iter().take(2 * LATEST).map(|training| line(t, training, &by_id)).collect(),
    })
}

struct OwnLine {
    topic: String,
    when: String,
    place: String,
    trainer: String,
    state: String,
    state_class: &'static str,
    attendance: String,
    attendance_class: &'static str,
    absent_reason: String,
    score: String,
    passed: String,
    passed_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/trainings_my.html")]
struct My<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<OwnLine>,
}

/// How attendance and the test of a participant look.
fn attended(t: Texts, participant: &Participant) -> (String, &'static str) {
    let name = participant.attendance.map(|attendance| t.name("attendance", attendance.name()).to_owned());
    let class = if participant.attendance == Some(Attendance::Present) { "ok" } else { "lost" };
    (name.unwrap_or_default(), class)
}

fn tested(t: Texts, training: &Training, participant: &Participant) -> (String, String, &'static str) {
    let score = participant.score.map_or_else(|| NONE.to_owned(), |score| format::number(t.0, score));
    match training.passed(participant) {
        Some(true) => (score, t.get("trainings.passed").to_owned(), "ok"),
        Some(false) => (score, t.get("trainings.failed").to_owned(), "lost"),
        None => (score, String::new(), ""),
    }
}

pub async fn my(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let trainings = desk.own_trainings(who.person()).await?;
    let line = |training: &Record<Training>| {
        let own = training.participants.first()?;
        let (attendance, attendance_class) = attended(t, own);
        let (score, passed, passed_class) = tested(t, training, own);
        Some(OwnLine {
            topic: training.topic.clone(),
            when: format::date_time(training.begins_at),
            place: training.place.clone(),
            trainer: training.trainer.clone(),
            state: t.name("training_state", training.state.name()).to_owned(),
            state_class: training_class(training.state),
            attendance,
            attendance_class,
            absent_reason: own.absent_reason.clone(),
            score,
            passed,
            passed_class,
        })
    };
    show(&My { frame: &frame, t, lines: trainings.iter().filter_map(line).collect() })
}
