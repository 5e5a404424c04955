//! `/people/{person_id}/employment`: what the personnel file says of an employee. It stands on the page of the account; whoever divides work
//! reads it beside the names.

use super::people::Told;
use super::results::Fields;
use super::{Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::encoded;
use crate::text::Texts;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use chrono::{NaiveDate, Utc};
use meyar_work::employments::{Employment, Typed};
use meyar_work::store::Record;
use meyar_work::{Desk, Person, Right, WorkError, terms};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    table.post("/people/{person_id}/employment", Need::Any(&[Right::Accounts]), post(keep))
}

/// In a list of people.
#[derive(Default)]
pub struct Line {
    pub position: String,
    pub level: String,
    pub service: String,
    pub skills: String,
}

impl Line {
    pub fn of(t: Texts, record: Option<&Record<Employment>>, today: NaiveDate) -> Line {
        record.map_or_else(Line::default, |record| Line {
            position: record.position.clone(),
            level: record.level.clone(),
            service: service(t, record, today),
            skills: record.skills.clone(),
        })
    }
}

fn service(t: Texts, employment: &Employment, today: NaiveDate) -> String {
    let (years, months) = employment.served_on(today);
    t.say("employments.service_is", &[("years", i64::from(years).into()), ("months", i64::from(months).into())])
}

/// What the page of an account shows of it.
#[derive(Default)]
pub struct Part {
    /// 0 where nothing was kept yet.
    pub version: i64,
    pub service: String,
    pub typed: Typed,
    /// Words that others are called, to choose from.
    pub positions: Vec<String>,
    pub levels: Vec<String>,
    pub wrong: String,
    /// What stands now, where somebody else was quicker.
    pub now: Vec<(&'static str, String)>,
}

/// What was sent and not kept.
pub struct Refused {
    seen: i64,
    typed: Typed,
    wrong: String,
    changed: bool,
}

pub async fn part(
    t: Texts,
    desk: &Desk,
    who: &Person,
    of: &Person,
    refused: Option<Refused>,
) -> Result<Part, WorkError> {
    let all = desk.employments(who).await?;
    let words = |word: fn(&Employment) -> &str| {
        let mut words: Vec<String> =
            all.values().map(|one| word(one).to_owned()).filter(|word| !word.is_empty()).collect();
        words.sort();
        words.dedup();
        words
    };
    let kept = all.get(&of.person_id);
    let typed = kept.map_or_else(Typed::default, |one| Typed {
        position: one.position.clone(),
        level: one.level.clone(),
        serves_since: one.serves_since.to_string(),
        skills: one.skills.clone(),
    });
    let part = Part {
        version: kept.map_or(0, |one| one.version),
        service: kept.map_or_else(String::new, |one| service(t, one, terms::day(Utc::now()))),
        typed,
        positions: words(|one| &one.position),
        levels: words(|one| &one.level),
        wrong: String::new(),
        now: Vec::new(),
    };
    Ok(match refused {
        // Whoever saves again has read what stands there now.
        Some(Refused { typed, wrong, changed: true, .. }) => {
            let since = kept.map(|one| crate::format::date(one.serves_since)).unwrap_or_default();
            let now = vec![
                (t.find("employments.position").unwrap_or_default(), part.typed.position.clone()),
                (t.find("employments.level").unwrap_or_default(), part.typed.level.clone()),
                (t.find("employments.serves_since").unwrap_or_default(), since),
                (t.find("employments.skills").unwrap_or_default(), part.typed.skills.clone()),
            ];
            Part { typed, wrong, now, ..part }
        }
        // Over the version that was seen: mending a field must not hide that somebody else was quicker.
        Some(Refused { seen, typed, wrong, .. }) => Part { version: seen, typed, wrong, ..part },
        None => part,
    })
}

async fn keep(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(person_id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, sent) = (frame.t, &shared.work()?.desk, Fields::of(sent));
    let text = |name: &str| sent.text(name).to_owned();
    let typed = Typed {
        position: text("position"),
        level: text("level"),
        serves_since: text("serves_since"),
        skills: text("skills"),
    };
    let seen = sent.version();
    let (status, wrong) = match desk.keep_employment(who.person(), &person_id, seen, &typed, Utc::now()).await {
        Ok(_) => {
            return Ok(Redirect::to(&format!("/people/{}?done=employment", encoded(&person_id))).into_response());
        }
        Err(WorkError::Invalid(invalid)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            crate::problems::of_field(t, t.name("employment_wrong", &invalid.field), &invalid),
        ),
        Err(WorkError::Changed { .. }) => (StatusCode::CONFLICT, t.get("employments.changed").to_owned()),
        Err(error) => return Err(error.into()),
    };
    let person = desk.store.person(&person_id).await?;
    let told = Told::employment(Refused { seen, typed, wrong, changed: status == StatusCode::CONFLICT });
    Ok((status, super::people::shown(&shared, &frame, &who, &person, told).await?).into_response())
}
