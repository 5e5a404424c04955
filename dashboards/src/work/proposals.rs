//! `/proposals`: proposals to raise the quality of services: drafted, sent, decided by a head who had no hand in them.

use super::recommendations::common::{Asked, Counters, Part, Select, Step, Wanted, Wrong, history, not_taken, short};
use super::recommendations::{Said, said};
use super::results::{Fields, last_day};
use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::data::LakeSource;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use meyar_work::access::Action;
use meyar_work::assessment::{Assessment, State as AssessmentState};
use meyar_work::proposals::{Proposal, State as Stands, Wording};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Right, WorkError};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const IMPROVE: Need = Need::Any(&[Right::Improve]);
    const PAGE: Log = Log::Yes(Action::Read, "page");
    table
        .get("/proposals", IMPROVE, PAGE, get(page))
        .post("/proposals", IMPROVE, post(draft))
        .get("/proposals/new", IMPROVE, PAGE, get(blank))
        .get("/proposals/{id}", IMPROVE, Log::Yes(Action::Read, "proposal"), get(one))
        .post("/proposals/{id}", IMPROVE, post(reword))
        .post("/proposals/{id}/send", IMPROVE, post(send))
        .post("/proposals/{id}/decide", Need::Any(&[Right::ProposalsDecide]), post(decide))
        .post("/proposals/{id}/effect", IMPROVE, post(effect))
}

fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Drafted | Stands::Refused => "none",
        Stands::Sent => "warn",
        Stands::Accepted => "info",
        Stands::EffectNoted => "ok",
    }
}

struct Line {
    url: String,
    due: String,
    late: bool,
    title: String,
    addressee: String,
    made_by: String,
    changed: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/proposals.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    counters: Counters,
    selects: Vec<Select>,
    late: bool,
    narrowed: bool,
    none_at_all: bool,
    part: Part<Line>,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let states: Vec<&str> = Stands::ALL.iter().map(|state| state.name()).collect();
    let wanted = Wanted::read(&frame, asked, &states)?;
    let mut all: Vec<Record<Proposal>> = desk.store.list(&Filter::default()).await?;
    // What is open comes first, by its last day.
    all.sort_by_key(|record| {
        (!record.is_open(), record.is_open().then_some(record.due_at), std::cmp::Reverse(record.changed_at))
    });
    let people = people(desk).await?;
    let line = |record: &Record<Proposal>| Line {
        url: format!("/proposals/{}", encoded(&record.proposal_id)),
        due: last_day(record.due_at),
        late: record.is_late(now),
        title: short(&record.wording.title),
        addressee: record.wording.addressee.clone(),
        made_by: name_of(&people, &record.made_by),
        changed: format::date_time(record.changed_at),
        state: t.name("proposal_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
    };
    let taken =
        all.iter().filter(|record| wanted.takes(record.state.name(), record.is_open(), "", record.is_late(now)));
    let named = states.iter().map(|code| (*code, t.name("proposal_state", code).to_owned()));
    show(&Page {
        frame: &frame,
        t,
        counters: Counters::of(
            t,
            all.iter().filter(|record| record.is_open()).count(),
            all.iter().filter(|record| record.is_late(now)).count(),
        ),
        selects: vec![wanted.states(t, named.collect())],
        late: wanted.late,
        narrowed: wanted.is_narrowed(),
        none_at_all: all.is_empty(),
        part: Part::of(t, "/proposals", &wanted, taken.map(line).collect()),
    })
}

/* ---- wording one */

/// The fields of a proposal as they are typed.
struct Typed {
    title: String,
    text: String,
    based_on: String,
    addressee: String,
    due_on: String,
}

impl Typed {
    fn of(sent: &Fields) -> Typed {
        let text = |name: &str| sent.text(name).to_owned();
        Typed {
            title: text("title"),
            text: text("text"),
            based_on: text("based_on"),
            addressee: text("addressee"),
            due_on: text("due_on"),
        }
    }

    fn written(wording: &Wording) -> Typed {
        Typed {
            title: wording.title.clone(),
            text: wording.text.clone(),
            based_on: wording.based_on.join("\n"),
            addressee: wording.addressee.clone(),
            due_on: wording.due_on.to_string(),
        }
    }

    fn wording(&self) -> Option<Wording> {
        Some(Wording {
            title: self.title.clone(),
            text: self.text.clone(),
            based_on: self.based_on.lines().map(str::to_owned).collect(),
            addressee: self.addressee.clone(),
            due_on: self.due_on.parse::<NaiveDate>().ok()?,
        })
    }
}

#[derive(Template)]
#[template(path = "work/proposal_new.html")]
struct Blank<'a> {
    frame: &'a Frame,
    t: Texts,
    typed: Typed,
    wrong: Wrong,
}

async fn blank(Extension(frame): Extension<Frame>) -> Result<Html<String>, PageError> {
    let typed = Typed::of(&Fields::of(Vec::new()));
    show(&Blank { frame: &frame, t: frame.t, typed, wrong: Wrong::default() })
}

async fn draft(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, typed) = (frame.t, &shared.work()?.desk, Typed::of(&Fields::of(sent)));
    let (status, wrong) = match typed.wording() {
        None => (StatusCode::UNPROCESSABLE_ENTITY, Wrong::new(t, "due_on")),
        Some(wording) => match desk.propose(who.person(), wording, Utc::now()).await {
            Ok(record) => {
                return Ok(Redirect::to(&format!("/proposals/{}", encoded(&record.proposal_id))).into_response());
            }
            Err(error) => not_taken(t, error)?,
        },
    };
    Ok((status, show(&Blank { frame: &frame, t, typed, wrong })?).into_response())
}

/* ---- one proposal */

/// What a proposal rests on; with an address where it is one of the site's.
struct Basis {
    text: String,
    url: Option<String>,
}

async fn basis(t: Texts, desk: &Desk, lake: &LakeSource, ground: &str) -> Result<Basis, WorkError> {
    let plain = Basis { text: ground.to_owned(), url: None };
    // `//` would lead to another site.
    if ground.starts_with('/') && !ground.starts_with("//") && !ground.contains(['\\', ' ']) {
        return Ok(Basis { url: Some(ground.to_owned()), ..plain });
    }
    if lake.figure_named(ground).is_some() {
        let text = t.fill("proposals.figure", &[ground]);
        return Ok(Basis { text, url: Some(format!("/figures/{}", encoded(ground))) });
    }
    let found = desk.store.find::<Assessment>(ground).await?.filter(|one| one.state != AssessmentState::Draft);
    Ok(match found {
        Some(one) => Basis {
            text: t.fill("proposals.assessment", &[&one.call_id]),
            url: Some(format!("/assessments/{}", encoded(ground))),
        },
        None => plain,
    })
}

#[derive(Template)]
#[template(path = "work/proposal.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    title: String,
    text: String,
    based_on: Vec<Basis>,
    facts: Vec<(&'static str, String)>,
    state: String,
    state_class: &'static str,
    late: bool,
    may_send: bool,
    may_decide: bool,
    /// It waits, and whoever reads it has a hand in it.
    own: bool,
    /// It waits for somebody who may decide.
    waits: bool,
    may_note: bool,
    refused: bool,
    decision: Option<Said>,
    effect: Option<Said>,
    steps: Vec<Step>,
    typed: Typed,
    /// What was typed into the form of the step that was not taken.
    said: String,
    reworded: bool,
    wrong: Wrong,
}

/// What was sent, and could not be taken.
#[derive(Default)]
struct Failed {
    typed: Option<Typed>,
    said: String,
    wrong: Wrong,
}

async fn screen(shared: &Shared, frame: &Frame, who: &Who, id: &str, failed: Failed) -> Result<Response, PageError> {
    let (t, desk, now): (_, _, DateTime<Utc>) = (frame.t, &shared.work()?.desk, Utc::now());
    let record = desk.store.get::<Proposal>(id).await?;
    let people = people(desk).await?;
    let versions = desk.store.versions::<Proposal>(id).await?;
    let action = |code: &str| t.name("proposal_action", code).to_owned();
    let state = |code: &str| t.name("proposal_state", code).to_owned();
    let mut based_on = Vec::new();
    for ground in &record.wording.based_on {
        based_on.push(basis(t, desk, &shared.data, ground).await?);
    }
    let facts = [
        (t.get("proposals.addressee"), Some(record.wording.addressee.clone())),
        (t.get("improve.due"), Some(last_day(record.due_at))),
        (t.get("improve.by"), Some(name_of(&people, &record.made_by))),
        (t.get("proposals.made"), Some(format::date_time(record.made_at))),
        (t.get("proposals.sent"), record.sent_at.map(format::date_time)),
    ];
    let (waits, person) = (record.state == Stands::Sent, who.person());
    let (decides, own) = (desk.may(person, Right::ProposalsDecide), record.is_of(&person.person_id));
    let page = One {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        title: record.wording.title.clone(),
        text: record.wording.text.clone(),
        based_on,
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        state: state(record.state.name()),
        state_class: state_class(record.state),
        late: record.is_late(now),
        may_send: record.state == Stands::Drafted,
        may_decide: waits && decides && !own,
        own: waits && decides && own,
        waits: waits && !decides,
        may_note: record.state == Stands::Accepted,
        refused: record.state == Stands::Refused,
        decision: record.decision.as_ref().map(|remark| said(&people, remark)),
        effect: record.effect.as_ref().map(|remark| said(&people, remark)),
        steps: history(&versions, &people, action, state),
        reworded: failed.typed.is_some(),
        typed: failed.typed.unwrap_or_else(|| Typed::written(&record.wording)),
        said: failed.said,
        wrong: failed.wrong,
    };
    Ok(show(&page)?.into_response())
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &who, &id, Failed::default()).await
}

/// Back to the page, or the page with what is wrong.
async fn answered(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    failed: Failed,
    taken: Result<Record<Proposal>, WorkError>,
) -> Result<Response, PageError> {
    let (status, wrong) = match taken {
        Ok(_) => return Ok(Redirect::to(&format!("/proposals/{}", encoded(id))).into_response()),
        Err(error) => not_taken(frame.t, error)?,
    };
    let page = screen(shared, frame, who, id, Failed { wrong, ..failed }).await?;
    Ok((status, page).into_response())
}

async fn reword(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let typed = Typed::of(&sent);
    let taken = match typed.wording() {
        Some(wording) => desk.reword_proposal(who.person(), &id, sent.version(), wording, Utc::now()).await,
        None => Err(WorkError::invalid("due_on", &typed.due_on, "is no day", "choose one")),
    };
    let failed = Failed { typed: Some(typed), ..Failed::default() };
    answered(&shared, &frame, &who, &id, failed, taken).await
}

async fn send(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let taken = desk.send_proposal(who.person(), &id, sent.version(), Utc::now()).await;
    answered(&shared, &frame, &who, &id, Failed::default(), taken).await
}

async fn decide(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent, now) = (&shared.work()?.desk, Fields::of(sent), Utc::now());
    let said = sent.text("decision_text").to_owned();
    let taken = match sent.text("decision") {
        decision @ ("accepted" | "refused") => {
            desk.decide_proposal(who.person(), &id, sent.version(), decision == "accepted", &said, now).await
        }
        other => Err(WorkError::invalid("decision", other, "is none", "accept or refuse")),
    };
    answered(&shared, &frame, &who, &id, Failed { said, ..Failed::default() }, taken).await
}

async fn effect(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let said = sent.text("effect").to_owned();
    let taken = desk.note_effect(who.person(), &id, sent.version(), &said, Utc::now()).await;
    answered(&shared, &frame, &who, &id, Failed { said, ..Failed::default() }, taken).await
}
