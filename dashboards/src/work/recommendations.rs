//! `/recommendations`: what representatives were advised to do, the form that one is given by, and the steps that are taken.

pub(crate) mod common;
mod one;
mod own;

pub(super) use one::{Said, said};

use super::results::{Fields, criterion_name, form_name, last_day, shown_mark, shown_score};
use super::reviews::{name_of, people};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, NaiveDate, Utc};
use common::{Asked, Counters, Part, Select, Wanted, Wrong, not_taken, short};
use meyar_work::access::Action;
use meyar_work::assessment::{Assessment, Mark, State as Judged};
use meyar_work::recommendations::{New, Recommendation, State as Stands, is_about_somebody};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Person, Right, WorkError, not_own, terms};
use serde::Deserialize;
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const IMPROVE: Need = Need::Any(&[Right::Improve]);
    const OWN: Need = Need::Any(&[Right::OwnResults]);
    const PAGE: Log = Log::Yes(Action::Read, "page");
    table
        .get("/recommendations", IMPROVE, PAGE, get(page))
        .post("/recommendations", IMPROVE, post(give))
        .get("/recommendations/new", IMPROVE, PAGE, get(blank))
        .get("/recommendations/{id}", IMPROVE, Log::Yes(Action::Read, "recommendation"), get(one::page))
        .post("/recommendations/{id}/finish", IMPROVE, post(one::finish))
        .post("/recommendations/{id}/measure", IMPROVE, post(one::measure))
        .post("/recommendations/{id}/withdraw", IMPROVE, post(one::withdraw))
        .get("/my/recommendations", OWN, PAGE, get(own::page))
        .post("/my/recommendations/{id}/seen", OWN, post(own::see))
}

pub(super) fn state_class(state: Stands) -> &'static str {
    match state {
        Stands::Given => "warn",
        Stands::Seen => "info",
        Stands::Done | Stands::Measured => "ok",
        Stands::Withdrawn => "none",
    }
}

/// `K05 Nitqin tempi`.
pub(super) fn about(t: Texts, desk: &Desk, record: &Recommendation) -> String {
    format!("{} {}", record.criterion, criterion_name(t, desk, &record.form, &record.criterion))
}

/// The assessment as an address writes it, where this person may recommend something because of it.
pub(super) fn ground_of(desk: &Desk, person: &Person, assessment: &Assessment) -> Option<String> {
    let representative = assessment.representative.as_deref();
    let may = desk.may(person, Right::Improve) && not_own(person, representative).is_ok();
    let stands = representative.is_some() && is_about_somebody(assessment) && assessment.state != Judged::Voided;
    (may && stands).then(|| encoded(&assessment.assessment_id))
}

struct Line {
    url: String,
    due: String,
    late: bool,
    representative: String,
    criterion: String,
    text: String,
    given: String,
    given_by: String,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/recommendations.html")]
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

/// What is open comes first, by its last day; what is closed follows, the newest first.
fn by_urgency(record: &Record<Recommendation>) -> (bool, Option<DateTime<Utc>>, std::cmp::Reverse<DateTime<Utc>>) {
    let open = record.is_open();
    (!open, open.then_some(record.due_at), std::cmp::Reverse(record.changed_at))
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let states: Vec<&str> = Stands::ALL.iter().map(|state| state.name()).collect();
    let wanted = Wanted::read(&frame, asked, &states)?;
    let mut all: Vec<Record<Recommendation>> = desk.store.list(&Filter::default()).await?;
    all.sort_by_key(by_urgency);
    let people = people(desk).await?;
    let line = |record: &Record<Recommendation>| Line {
        url: format!("/recommendations/{}", encoded(&record.recommendation_id)),
        due: last_day(record.due_at),
        late: record.is_late(now),
        representative: record.representative.clone(),
        criterion: about(t, desk, record),
        text: short(&record.text),
        given: format::date(terms::day(record.given_at)),
        given_by: name_of(&people, &record.given_by),
        state: t.name("recommendation_state", record.state.name()).to_owned(),
        state_class: state_class(record.state),
    };
    let taken = all.iter().filter(|record| {
        wanted.takes(record.state.name(), record.is_open(), &record.representative, record.is_late(now))
    });
    let named = states.iter().map(|code| (*code, t.name("recommendation_state", code).to_owned()));
    show(&Page {
        frame: &frame,
        t,
        counters: Counters::of(
            t,
            all.iter().filter(|record| record.is_open()).count(),
            all.iter().filter(|record| record.is_late(now)).count(),
        ),
        selects: vec![
            wanted.states(t, named.collect()),
            wanted.representatives(t, all.iter().map(|record| record.representative.as_str())),
        ],
        late: wanted.late,
        narrowed: wanted.is_narrowed(),
        none_at_all: all.is_empty(),
        part: Part::of(t, "/recommendations", &wanted, taken.map(line).collect()),
    })
}

/* ---- giving one */

#[derive(Default, Deserialize)]
#[serde(default)]
struct From {
    assessment: Option<String>,
    criterion: Option<String>,
}

/// The assessment that a recommendation rests on.
struct Ground {
    id: String,
    url: String,
    facts: Vec<(&'static str, String)>,
    criteria: Vec<Choice>,
    /// Of the representative, and open.
    open: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "work/recommendation_new.html")]
struct Blank<'a> {
    frame: &'a Frame,
    t: Texts,
    /// Absent where no assessment was chosen.
    ground: Option<Ground>,
    text: String,
    due_on: String,
    wrong: Wrong,
}

async fn ground(
    t: Texts,
    desk: &Desk,
    who: &Who,
    assessment_id: &str,
    criterion: Option<&str>,
) -> Result<Ground, PageError> {
    let (assessment, representative): (Record<Assessment>, String) =
        desk.advisable(who.person(), assessment_id).await.map_err(|error| match error {
            WorkError::Invalid(_) => PageError::not_found(t.get("recommendations.voided")),
            WorkError::Refused(_) => PageError::not_found(t.get("improve.own")),
            other => other.into(),
        })?;
    let given: Vec<Record<Recommendation>> =
        desk.store.list(&Filter { about: Some(&representative), ..Filter::default() }).await?;
    let open = given.iter().filter(|record| record.is_open()).map(|record| {
        let text = format!("{} – {}", about(t, desk, record), last_day(record.due_at));
        (format!("/recommendations/{}", encoded(&record.recommendation_id)), text)
    });
    let option = |mark: &Mark| {
        let name = criterion_name(t, desk, &assessment.form, &mark.criterion);
        let text = format!("{} {name} · {}", mark.criterion, shown_mark(t, mark.judged));
        Choice::new(mark.criterion.as_str(), text, criterion)
    };
    let nothing = Choice::new("", t.get("recommendations.choose_criterion"), criterion);
    Ok(Ground {
        id: assessment_id.to_owned(),
        url: format!("/assessments/{}", encoded(assessment_id)),
        facts: vec![
            (t.get("result.representative"), representative.clone()),
            (t.get("my.call"), assessment.call_id.clone()),
            (t.get("my.form"), form_name(t, desk, &assessment.form)),
            (t.get("my.score"), shown_score(t, assessment.effective_score)),
            (t.get("my.date"), assessment.published_at.map(format::date_time).unwrap_or_default()),
        ],
        criteria: std::iter::once(nothing).chain(assessment.marks.iter().map(option)).collect(),
        open: open.collect(),
    })
}

async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(from): Query<From>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let criterion = chosen(from.criterion);
    let ground = match chosen(from.assessment) {
        Some(id) => Some(ground(t, desk, &who, &id, criterion.as_deref()).await?),
        None => None,
    };
    let due_at = terms::until(&desk.reference, "recommendation_due_days", now)?;
    let due_on = terms::day(due_at - chrono::Duration::seconds(1)).to_string();
    show(&Blank { frame: &frame, t, ground, text: String::new(), due_on, wrong: Wrong::default() })
}

async fn give(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let assessment = sent.text("assessment");
    let ground = ground(t, desk, &who, assessment, Some(sent.text("criterion"))).await?;
    let due_on = match sent.text("due_on") {
        "" => Ok(None),
        text => text.parse::<NaiveDate>().map(Some),
    };
    let given = match due_on {
        Err(_) => Err((axum::http::StatusCode::UNPROCESSABLE_ENTITY, Wrong::new(t, "due_on"))),
        Ok(due_on) => {
            let new = New {
                assessment_id: assessment.to_owned(),
                criterion: sent.text("criterion").to_owned(),
                text: sent.text("text").to_owned(),
                due_on,
            };
            match desk.recommend(who.person(), new, Utc::now()).await {
                Ok(record) => Ok(record.recommendation_id.clone()),
                Err(error) => Err(not_taken(t, error)?),
            }
        }
    };
    match given {
        Ok(id) => Ok(Redirect::to(&format!("/recommendations/{}", encoded(&id))).into_response()),
        Err((status, wrong)) => {
            let (text, due_on) = (sent.text("text").to_owned(), sent.text("due_on").to_owned());
            let page = show(&Blank { frame: &frame, t, ground: Some(ground), text, due_on, wrong })?;
            Ok((status, page).into_response())
        }
    }
}
