//! `/tasks`: orders of management: given, handed over in time and in the right form, taken.

use super::recommendations::common::{Asked, Counters, Part, Select, Step, Wanted, Wrong, history, not_taken, short};
use super::recommendations::{Said, said};
use super::results::{Fields, last_day};
use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{NaiveDate, Utc};
use meyar_work::access::Action;
use meyar_work::store::Record;
use meyar_work::tasks::{State as Stands, Task, Wording};
use meyar_work::{Desk, Right, WorkError};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const SEE: Need = Need::Any(&[Right::Tasks]);
    const GIVE: Need = Need::Any(&[Right::TasksGive]);
    const PAGE: Log = Log::Yes(Action::Read, "page");
    table
        .get("/tasks", SEE, PAGE, get(page))
        .post("/tasks", GIVE, post(give))
        .get("/tasks/new", GIVE, Log::No, get(blank))
        .get("/tasks/{id}", SEE, Log::Yes(Action::Read, "task"), get(one))
        .post("/tasks/{id}", GIVE, post(reword))
        .post("/tasks/{id}/hand-over", SEE, post(hand_over))
        .post("/tasks/{id}/judge", GIVE, post(judge))
        .post("/tasks/{id}/withdraw", GIVE, post(withdraw))
}

fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Given => "info",
        Stands::HandedOver | Stands::GivenBack => "warn",
        Stands::Taken => "ok",
        Stands::Withdrawn => "none",
    }
}

struct Line {
    url: String,
    due: String,
    late: bool,
    title: String,
    ordered_by: String,
    responsible: String,
    form: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/tasks.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    counters: Counters,
    selects: Vec<Select>,
    late: bool,
    narrowed: bool,
    none_at_all: bool,
    may_give: bool,
    part: Part<Line>,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let states: Vec<&str> = Stands::ALL.iter().map(|state| state.name()).collect();
    let wanted = Wanted::read(&frame, asked, &states)?;
    let mut all: Vec<Record<Task>> = desk.tasks(who.person()).await?;
    // What is open comes first, by its last day.
    all.sort_by_key(|record| {
        (!record.is_open(), record.is_open().then_some(record.due_at), std::cmp::Reverse(record.changed_at))
    });
    let people = people(desk).await?;
    let line = |record: &Record<Task>| Line {
        url: format!("/tasks/{}", encoded(&record.task_id)),
        due: last_day(record.due_at),
        late: record.is_late(now),
        title: short(&record.wording.title),
        ordered_by: record.wording.ordered_by.clone(),
        responsible: name_of(&people, &record.wording.responsible),
        form: record.wording.form.clone(),
        state: t.name("task_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
    };
    let taken =
        all.iter().filter(|record| wanted.takes(record.state.name(), record.is_open(), "", record.is_late(now)));
    let named = states.iter().map(|code| (*code, t.name("task_state", code).to_owned()));
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
        may_give: desk.may(who.person(), Right::TasksGive),
        part: Part::of(t, "/tasks", &wanted, taken.map(line).collect()),
    })
}

/// The fields of a task as they are typed.
struct Typed {
    title: String,
    text: String,
    ordered_by: String,
    form: String,
    responsible: String,
    due_on: String,
}

impl Typed {
    fn of(sent: &Fields) -> Typed {
        let text = |name: &str| sent.text(name).to_owned();
        Typed {
            title: text("title"),
            text: text("text"),
            ordered_by: text("ordered_by"),
            form: text("form"),
            responsible: text("responsible"),
            due_on: text("due_on"),
        }
    }

    fn written(wording: &Wording) -> Typed {
        Typed {
            title: wording.title.clone(),
            text: wording.text.clone(),
            ordered_by: wording.ordered_by.clone(),
            form: wording.form.clone(),
            responsible: wording.responsible.clone(),
            due_on: wording.due_on.to_string(),
        }
    }

    fn wording(&self) -> Result<Wording, WorkError> {
        let due_on = self.due_on.parse::<NaiveDate>();
        Ok(Wording {
            title: self.title.clone(),
            text: self.text.clone(),
            ordered_by: self.ordered_by.clone(),
            form: self.form.clone(),
            responsible: self.responsible.clone(),
            due_on: due_on.map_err(|_| WorkError::invalid("due_on", &self.due_on, "is no day", "choose one"))?,
        })
    }
}

/// Who may answer for a task.
async fn choices(desk: &Desk, chosen: &str) -> Result<Vec<Choice>, WorkError> {
    let able = desk.able(Right::Tasks, Utc::now()).await?;
    Ok(able.iter().map(|person| Choice::new(&person.person_id, &person.name, Some(chosen))).collect())
}

#[derive(Template)]
#[template(path = "work/task_new.html")]
struct Blank<'a> {
    frame: &'a Frame,
    t: Texts,
    typed: Typed,
    people: Vec<Choice>,
    wrong: Wrong,
}

async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Html<String>, PageError> {
    let (typed, people) = (Typed::of(&Fields::of(Vec::new())), choices(&shared.work()?.desk, "").await?);
    show(&Blank { frame: &frame, t: frame.t, typed, people, wrong: Wrong::default() })
}

async fn give(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, typed) = (frame.t, &shared.work()?.desk, Typed::of(&Fields::of(sent)));
    let given = match typed.wording() {
        Ok(wording) => desk.give_task(who.person(), wording, Utc::now()).await,
        Err(error) => Err(error),
    };
    let (status, wrong) = match given {
        Ok(record) => return Ok(Redirect::to(&format!("/tasks/{}", encoded(&record.task_id))).into_response()),
        Err(error) => not_taken(t, error)?,
    };
    let people = choices(desk, &typed.responsible).await?;
    Ok((status, show(&Blank { frame: &frame, t, typed, people, wrong })?).into_response())
}

/// Something that was handed over or given back.
struct Turn {
    name: &'static str,
    said: Said,
}

#[derive(Template)]
#[template(path = "work/task.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    title: String,
    text: String,
    facts: Vec<(&'static str, String)>,
    state: String,
    state_class: &'static str,
    late: bool,
    turns: Vec<Turn>,
    may_hand_over: bool,
    may_judge: bool,
    /// It waits, and whoever reads it handed it over.
    own: bool,
    may_change: bool,
    may_withdraw: bool,
    steps: Vec<Step>,
    typed: Typed,
    people: Vec<Choice>,
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
    let (t, desk, now, person) = (frame.t, &shared.work()?.desk, Utc::now(), who.person());
    let record = desk.task(person, id).await?;
    let names = people(desk).await?;
    let versions = desk.store.versions::<Task>(id).await?;
    let action = |code: &str| t.name("task_action", code).to_owned();
    let state = |code: &str| t.name("task_state", code).to_owned();
    let (gives, open) = (desk.may(person, Right::TasksGive), record.is_open());
    let to_do = matches!(record.state, Stands::Given | Stands::GivenBack);
    let own = record.handed_over.last().is_some_and(|last| last.by == person.person_id);
    let waits = record.state == Stands::HandedOver;
    let mut turns: Vec<_> = record.handed_over.iter().map(|remark| ("tasks.handed_over", remark)).collect();
    turns.extend(record.given_back.iter().map(|remark| ("tasks.given_back", remark)));
    let closed = if record.state == Stands::Taken { "tasks.taken" } else { "tasks.withdrawn" };
    turns.extend(record.closed.iter().map(|remark| (closed, remark)));
    turns.sort_by_key(|(_, remark)| remark.at);
    let facts = [
        (t.get("tasks.ordered_by"), record.wording.ordered_by.clone()),
        (t.get("tasks.form"), record.wording.form.clone()),
        (t.get("tasks.responsible"), name_of(&names, &record.wording.responsible)),
        (t.get("improve.due"), last_day(record.due_at)),
        (t.get("improve.by"), name_of(&names, &record.made_by)),
        (t.get("tasks.made"), format::date_time(record.made_at)),
    ];
    let reworded = failed.typed.is_some();
    let typed = failed.typed.unwrap_or_else(|| Typed::written(&record.wording));
    let page = One {
        frame,
        t,
        id: encoded(id),
        version: record.version,
        title: record.wording.title.clone(),
        text: record.wording.text.clone(),
        facts: facts.into(),
        state: state(record.state.name()),
        state_class: state_class(record.state),
        late: record.is_late(now),
        turns: turns.into_iter().map(|(key, remark)| Turn { name: t.get(key), said: said(&names, remark) }).collect(),
        may_hand_over: to_do && record.wording.responsible == person.person_id,
        may_judge: waits && gives && !own,
        own: waits && gives && own,
        may_change: to_do && gives,
        may_withdraw: open && gives,
        steps: history(&versions, &names, action, state),
        people: choices(desk, &typed.responsible).await?,
        reworded,
        typed,
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
    taken: Result<Record<Task>, WorkError>,
) -> Result<Response, PageError> {
    let (status, wrong) = match taken {
        Ok(_) => return Ok(Redirect::to(&format!("/tasks/{}", encoded(id))).into_response()),
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
        Ok(wording) => desk.reword_task(who.person(), &id, sent.version(), wording, Utc::now()).await,
        Err(error) => Err(error),
    };
    answered(&shared, &frame, &who, &id, Failed { typed: Some(typed), ..Failed::default() }, taken).await
}

async fn hand_over(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    // Whose it is not is not told that there is one.
    desk.task(who.person(), &id).await?;
    let said = sent.text("result").to_owned();
    let taken = desk.hand_over_task(who.person(), &id, sent.version(), &said, Utc::now()).await;
    answered(&shared, &frame, &who, &id, Failed { said, ..Failed::default() }, taken).await
}

async fn judge(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent, now) = (&shared.work()?.desk, Fields::of(sent), Utc::now());
    let said = sent.text("judgement").to_owned();
    let taken = match sent.text("decision") {
        decision @ ("taken" | "given_back") => {
            desk.judge_task(who.person(), &id, sent.version(), decision == "taken", &said, now).await
        }
        other => Err(WorkError::invalid("decision", other, "is none", "accept or refuse")),
    };
    answered(&shared, &frame, &who, &id, Failed { said, ..Failed::default() }, taken).await
}

async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (desk, sent) = (&shared.work()?.desk, Fields::of(sent));
    let said = sent.text("why").to_owned();
    let taken = desk.withdraw_task(who.person(), &id, sent.version(), &said, Utc::now()).await;
    answered(&shared, &frame, &who, &id, Failed { said, ..Failed::default() }, taken).await
}
