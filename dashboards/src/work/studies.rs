//! `/studies`: opinions on draft acts, analyses of legislation, notes on practice.

use super::recommendations::common::{Asked, Counters, Part, Select, Step, Wanted, Wrong, history, not_taken, short};
use super::results::{Fields, last_day};
use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Utc;
use meyar_work::access::Action;
use meyar_work::store::{Filter, Record};
use meyar_work::studies::{Nature, State as Stands, Study, Wording};
use meyar_work::{Right, WorkError};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const NEED: Need = Need::Any(&[Right::Studies]);
    table
        .get("/studies", NEED, Log::No, get(page))
        .post("/studies", NEED, post(write))
        .get("/studies/new", NEED, Log::No, get(blank))
        .get("/studies/{id}", NEED, Log::Yes(Action::Read, "study"), get(one))
        .post("/studies/{id}", NEED, post(rewrite))
        .post("/studies/{id}/finish", NEED, post(finish))
        .post("/studies/{id}/withdraw", NEED, post(withdraw))
}

fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Drafted => "info",
        Stands::Finished => "ok",
        Stands::Withdrawn => "none",
    }
}

struct Line {
    url: String,
    due: String,
    late: bool,
    title: String,
    nature: String,
    source: String,
    made_by: String,
    changed: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/studies.html")]
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
    let mut all: Vec<Record<Study>> = desk.store.list(&Filter::default()).await?;
    // What is asked for by a day comes first, then what was changed last.
    all.sort_by_key(|record| {
        let due = record.due_at.filter(|_| record.is_open());
        (!record.is_open(), due.is_none(), due, std::cmp::Reverse(record.changed_at))
    });
    let people = people(desk).await?;
    let line = |record: &Record<Study>| Line {
        url: format!("/studies/{}", encoded(&record.study_id)),
        due: record.due_at.map_or_else(|| NONE.to_owned(), last_day),
        late: record.is_late(now),
        title: short(&record.wording.title),
        nature: t.name("study_nature", record.wording.nature.name()).to_owned(),
        source: record.wording.source.clone(),
        made_by: name_of(&people, &record.made_by),
        changed: format::date_time(record.changed_at),
        state: t.name("study_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
    };
    let taken =
        all.iter().filter(|record| wanted.takes(record.state.name(), record.is_open(), "", record.is_late(now)));
    let named = states.iter().map(|code| (*code, t.name("study_state", code).to_owned()));
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
        part: Part::of(t, "/studies", &wanted, taken.map(line).collect()),
    })
}

/// The fields of a study as they are typed.
struct Typed {
    natures: Vec<Choice>,
    nature: String,
    title: String,
    text: String,
    source: String,
    link: String,
    due_on: String,
}

fn natures(t: Texts, chosen: &str) -> Vec<Choice> {
    Nature::ALL
        .iter()
        .map(|nature| Choice::new(nature.name(), t.name("study_nature", nature.name()), Some(chosen)))
        .collect()
}

impl Typed {
    fn of(t: Texts, sent: &Fields) -> Typed {
        let text = |name: &str| sent.text(name).to_owned();
        Typed {
            natures: natures(t, sent.text("nature")),
            nature: text("nature"),
            title: text("title"),
            text: text("text"),
            source: text("source"),
            link: text("link"),
            due_on: text("due_on"),
        }
    }

    fn written(t: Texts, wording: &Wording) -> Typed {
        Typed {
            natures: natures(t, wording.nature.name()),
            nature: wording.nature.name().to_owned(),
            title: wording.title.clone(),
            text: wording.text.clone(),
            source: wording.source.clone(),
            link: wording.link.clone(),
            due_on: wording.due_on.map(|day| day.to_string()).unwrap_or_default(),
        }
    }

    fn wording(&self) -> Result<Wording, WorkError> {
        let day = match self.due_on.as_str() {
            "" => None,
            text => Some(text.parse().map_err(|_| WorkError::invalid("due_on", text, "is no day", "choose one"))?),
        };
        Ok(Wording {
            nature: self.nature.parse()?,
            title: self.title.clone(),
            text: self.text.clone(),
            source: self.source.clone(),
            link: self.link.clone(),
            due_on: day,
        })
    }
}

#[derive(Template)]
#[template(path = "work/study_new.html")]
struct Blank<'a> {
    frame: &'a Frame,
    t: Texts,
    typed: Typed,
    wrong: Wrong,
}

async fn blank(Extension(frame): Extension<Frame>) -> Result<Html<String>, PageError> {
    let typed = Typed::of(frame.t, &Fields::of(Vec::new()));
    show(&Blank { frame: &frame, t: frame.t, typed, wrong: Wrong::default() })
}

async fn write(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let typed = Typed::of(t, &Fields::of(sent));
    let written = match typed.wording() {
        Ok(wording) => desk.write_study(who.person(), wording, Utc::now()).await,
        Err(error) => Err(error),
    };
    let (status, wrong) = match written {
        Ok(record) => return Ok(Redirect::to(&format!("/studies/{}", encoded(&record.study_id))).into_response()),
        Err(error) => not_taken(t, error)?,
    };
    Ok((status, show(&Blank { frame: &frame, t, typed, wrong })?).into_response())
}

#[derive(Template)]
#[template(path = "work/study.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    title: String,
    text: String,
    link: String,
    facts: Vec<(&'static str, String)>,
    state: String,
    state_class: &'static str,
    late: bool,
    may_finish: bool,
    may_change: bool,
    steps: Vec<Step>,
    typed: Typed,
    reworded: bool,
    wrong: Wrong,
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    id: &str,
    failed: Option<Typed>,
    wrong: Wrong,
) -> Result<Response, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let record = desk.store.get::<Study>(id).await?;
    let names = people(desk).await?;
    let versions = desk.store.versions::<Study>(id).await?;
    let action = |code: &str| t.name("study_action", code).to_owned();
    let state = |code: &str| t.name("study_state", code).to_owned();
    let facts = [
        (t.get("studies.nature"), Some(t.name("study_nature", record.wording.nature.name()).to_owned())),
        (t.get("studies.source"), Some(record.wording.source.clone())),
        (t.get("improve.due"), record.due_at.map(last_day)),
        (t.get("improve.by"), Some(name_of(&names, &record.made_by))),
        (t.get("studies.finished"), record.finished_at.map(format::date_time)),
    ];
    let page = One {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        title: record.wording.title.clone(),
        text: record.wording.text.clone(),
        link: record.wording.link.clone(),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        state: state(record.state.name()),
        state_class: state_class(record.state),
        late: record.is_late(now),
        may_finish: record.is_open(),
        may_change: record.state != Stands::Withdrawn,
        steps: history(&versions, &names, action, state),
        reworded: failed.is_some(),
        typed: failed.unwrap_or_else(|| Typed::written(t, &record.wording)),
        wrong,
    };
    Ok(show(&page)?.into_response())
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    screen(&shared, &frame, &id, None, Wrong::default()).await
}

/// Back to the page, or the page with what is wrong.
async fn answered(
    shared: &Shared,
    frame: &Frame,
    id: &str,
    typed: Option<Typed>,
    taken: Result<Record<Study>, WorkError>,
) -> Result<Response, PageError> {
    let (status, wrong) = match taken {
        Ok(_) => return Ok(Redirect::to(&format!("/studies/{}", encoded(id))).into_response()),
        Err(error) => not_taken(frame.t, error)?,
    };
    Ok((status, screen(shared, frame, id, typed, wrong).await?).into_response())
}

async fn rewrite(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let typed = Typed::of(frame.t, &sent);
    let taken = match typed.wording() {
        Ok(wording) => desk.rewrite_study(who.person(), &id, sent.version(), wording, Utc::now()).await,
        Err(error) => Err(error),
    };
    answered(&shared, &frame, &id, Some(typed), taken).await
}

async fn finish(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let taken = desk.finish_study(who.person(), &id, sent.version(), Utc::now()).await;
    answered(&shared, &frame, &id, None, taken).await
}

async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let taken = desk.withdraw_study(who.person(), &id, sent.version(), Utc::now()).await;
    answered(&shared, &frame, &id, None, taken).await
}
