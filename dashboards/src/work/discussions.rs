//! `/discussions`: records of meetings on results with representatives; `/my/discussions`: where the representative confirms them or objects.

mod new;
mod own;

use super::recommendations::common::{Asked, Counters, Part, Select, Step, Wanted, Wrong, history, not_taken, short};
use super::recommendations::{Said, about, said};
use super::results::{Fields, form_name, shown_score};
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
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Utc;
use meyar_work::access::Action;
use meyar_work::assessment::Assessment;
use meyar_work::discussions::{Discussion, Outcome, State as Stands};
use meyar_work::recommendations::Recommendation;
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Right, WorkError};
use std::collections::HashMap;
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const IMPROVE: Need = Need::Any(&[Right::Improve]);
    const OWN: Need = Need::Any(&[Right::OwnResults]);
    const PAGE: Log = Log::Yes(Action::Read, "page");
    table
        .get("/discussions", IMPROVE, PAGE, get(page))
        .post("/discussions", IMPROVE, post(new::hold))
        .get("/discussions/new", IMPROVE, PAGE, get(new::blank))
        .get("/discussions/{id}", IMPROVE, Log::Yes(Action::Read, "discussion"), get(one))
        .post("/discussions/{id}/close", IMPROVE, post(close))
        .get("/my/discussions", OWN, PAGE, get(own::page))
        .post("/my/discussions/{id}", OWN, post(own::answer))
}

fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Held => "warn",
        Stands::Confirmed => "info",
        Stands::Objected => "lost",
        Stands::Closed => "ok",
    }
}

fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Agreed => "ok",
        Outcome::Objected => "warn",
    }
}

struct Line {
    url: String,
    held: String,
    representative: String,
    topics: String,
    attended: String,
    outcome: String,
    outcome_class: &'static str,
    made_by: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/discussions.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    counters: Counters,
    waiting: String,
    selects: Vec<Select>,
    narrowed: bool,
    none_at_all: bool,
    part: Part<Line>,
}

fn attended(people: &HashMap<String, String>, record: &Discussion) -> String {
    record.attended.iter().map(|id| name_of(people, id)).collect::<Vec<_>>().join(", ")
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let states: Vec<&str> = Stands::ALL.iter().map(|state| state.name()).collect();
    let wanted = Wanted::read(&frame, asked, &states)?;
    let mut all: Vec<Record<Discussion>> = desk.store.list(&Filter::default()).await?;
    // What is open first; the newest meetings first among both.
    all.sort_by_key(|record| (!record.is_open(), std::cmp::Reverse((record.held_on, record.made_at))));
    let people = people(desk).await?;
    let line = |record: &Record<Discussion>| {
        let of =
            |key: &'static str, n: usize| if n > 0 { t.say(key, &[("n", (n as i64).into())]) } else { String::new() };
        let topics = [
            of("discussions.assessments_n", record.assessments.len()),
            of("discussions.recommendations_n", record.recommendations.len()),
        ];
        Line {
            url: format!("/discussions/{}", encoded(&record.discussion_id)),
            held: format::date(record.held_on),
            representative: record.representative.clone(),
            topics: topics.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
            attended: attended(&people, record),
            outcome: t.name("discussion_outcome", record.outcome.name()).to_owned(),
            outcome_class: outcome_class(record.outcome),
            made_by: name_of(&people, &record.made_by),
            state: t.name("discussion_state", record.state.name()).to_owned(),
            state_class: state_class(record.state),
        }
    };
    let taken =
        all.iter().filter(|record| wanted.takes(record.state.name(), record.is_open(), &record.representative, false));
    let named = states.iter().map(|code| (*code, t.name("discussion_state", code).to_owned()));
    let waiting = all.iter().filter(|record| record.state == Stands::Held).count() as i64;
    show(&Page {
        frame: &frame,
        t,
        counters: Counters::of(t, all.iter().filter(|record| record.is_open()).count(), 0),
        waiting: if waiting > 0 { t.say("discussions.waiting", &[("n", waiting.into())]) } else { String::new() },
        selects: vec![
            wanted.states(t, named.collect()),
            wanted.representatives(t, all.iter().map(|record| record.representative.as_str())),
        ],
        narrowed: wanted.is_narrowed(),
        none_at_all: all.is_empty(),
        part: Part::of(t, "/discussions", &wanted, taken.map(line).collect()),
    })
}

/* ---- one meeting */

/// Something that was discussed, with the page of it.
struct Topic {
    url: String,
    text: String,
}

/// `my`: for the representative, whose pages are others.
async fn topics(t: Texts, desk: &Desk, who: &Person, record: &Discussion, my: bool) -> Result<Vec<Topic>, WorkError> {
    let (mut topics, blind) = (Vec::new(), desk.blind_to(who).await?);
    for id in &record.assessments {
        if let Some(assessment) = desk.store.find::<Assessment>(id).await? {
            let score = shown_score(t, assessment.effective_score.filter(|_| !blind.contains(&assessment.call_id)));
            let form = form_name(t, desk, &assessment.form);
            topics.push(Topic {
                url: format!("/{}/{}", if my { "my" } else { "assessments" }, encoded(id)),
                text: t.fill("discussions.assessment", &[&assessment.call_id, &form, &score]),
            });
        }
    }
    for id in &record.recommendations {
        if let Some(recommendation) = desk.store.find::<Recommendation>(id).await? {
            let text = short(&recommendation.text);
            topics.push(Topic {
                url: if my {
                    format!("/my/recommendations#r-{}", encoded(id))
                } else {
                    format!("/recommendations/{}", encoded(id))
                },
                text: t.fill("discussions.recommendation", &[&about(t, desk, &recommendation), &text]),
            });
        }
    }
    Ok(topics)
}

/// What the representative said of the record.
struct Answered {
    outcome: String,
    outcome_class: &'static str,
    at: String,
    text: String,
}

fn answered(t: Texts, record: &Discussion) -> Option<Answered> {
    let answer = record.answer.as_ref()?;
    Some(Answered {
        outcome: t.name("discussion_answer", answer.outcome.name()).to_owned(),
        outcome_class: if answer.outcome == Outcome::Agreed { "good" } else { "warn" },
        at: format::date_time(answer.at),
        text: answer.text.clone(),
    })
}

#[derive(Template)]
#[template(path = "work/discussion.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    representative: String,
    held: String,
    state: String,
    state_class: &'static str,
    facts: Vec<(&'static str, String)>,
    outcome: String,
    outcome_class: &'static str,
    topics: Vec<Topic>,
    said_by_sector: String,
    said_by_representative: String,
    waits: bool,
    answer: Option<Answered>,
    may_close: bool,
    /// An objection is not closed without a word on it.
    must_say: bool,
    closed: Option<Said>,
    steps: Vec<Step>,
    typed: String,
    wrong: Wrong,
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Person,
    id: &str,
    typed: &str,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let record = desk.store.get::<Discussion>(id).await?;
    let people = people(desk).await?;
    let versions = desk.store.versions::<Discussion>(id).await?;
    let action = |code: &str| t.name("discussion_action", code).to_owned();
    let state = |code: &str| t.name("discussion_state", code).to_owned();
    let page = One {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        representative: record.representative.clone(),
        held: format::date(record.held_on),
        state: state(record.state.name()),
        state_class: state_class(record.state),
        facts: vec![
            (t.get("result.representative"), record.representative.clone()),
            (t.get("discussions.held_on"), format::date(record.held_on)),
            (t.get("discussions.attended"), attended(&people, &record)),
            (t.get("discussions.made_by"), name_of(&people, &record.made_by)),
        ],
        outcome: t.name("discussion_outcome", record.outcome.name()).to_owned(),
        outcome_class: outcome_class(record.outcome),
        topics: topics(t, desk, who, &record, false).await?,
        said_by_sector: record.said_by_sector.clone(),
        said_by_representative: record.said_by_representative.clone(),
        waits: record.state == Stands::Held,
        answer: answered(t, &record),
        may_close: matches!(record.state, Stands::Confirmed | Stands::Objected),
        must_say: record.state == Stands::Objected,
        closed: record.closed.as_ref().map(|remark| said(&people, remark)),
        steps: history(&versions, &people, action, state),
        typed: typed.to_owned(),
        wrong,
    };
    Ok(show(&page)?.into_response())
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, who.person(), &id, "", Wrong::default()).await
}

async fn close(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let (seen, note) = (sent.text("version").parse().unwrap_or(0), sent.text("note"));
    match desk.close_discussion(who.person(), &id, seen, note, Utc::now()).await {
        Ok(_) => Ok(Redirect::to(&format!("/discussions/{}", encoded(&id))).into_response()),
        Err(error) => {
            let (status, wrong) = not_taken(frame.t, error)?;
            Ok((status, screen(&shared, &frame, who.person(), &id, note, wrong).await?).into_response())
        }
    }
}
