//! `/people`: accounts: who comes in, with which role. What they did stands in the access log.

use super::{Who, employments, standins};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_schemas::Invalid;
use meyar_work::access::Actor;
use meyar_work::{Account, Person, Role, WorkError, terms};
use serde::Deserialize;
use std::sync::Arc;

/// An account's fields as they are typed. A password is never shown again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    version: i64,
    login: String,
    name: String,
    role: String,
    representative: String,
    sector: String,
    active: Option<String>,
    password: String,
}

/// The fields of a form, with what is wrong in them.
#[derive(Default)]
struct Fields {
    login: String,
    name: String,
    roles: Vec<Choice>,
    representative: String,
    sector: String,
    active: bool,
    representatives: Vec<String>,
    wrong: Wrong,
}

/// The field that is wrong, and what is to be done about it.
#[derive(Default)]
struct Wrong {
    field: String,
    line: String,
}

impl Wrong {
    fn is(&self, field: &str) -> bool {
        self.field == field
    }

    fn of(t: Texts, invalid: &Invalid) -> Wrong {
        let key = match invalid.field.as_str() {
            "login" => "people.wrong_login",
            "name" => "people.wrong_name",
            "role" => "people.wrong_role",
            "representative" if invalid.value.is_empty() => "people.wrong_representative",
            "representative" => "people.wrong_taken",
            "password" => "people.wrong_password",
            _ => return Wrong { field: String::new(), line: crate::problems::invalid(t, invalid) },
        };
        Wrong { field: invalid.field.clone(), line: t.get(key).to_owned() }
    }
}

struct Line {
    url: String,
    name: String,
    login: String,
    role: String,
    representative: String,
    sector: String,
    employment: employments::Line,
    active: bool,
}

#[derive(Template)]
#[template(path = "work/people.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    total: String,
    lines: Vec<Line>,
    fields: Fields,
    open: bool,
}

#[derive(Template)]
#[template(path = "work/person.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    person: &'a Person,
    log_url: Option<String>,
    fields: Fields,
    password_wrong: String,
    done: &'static str,
    /// What the account is now, where somebody else changed it meanwhile.
    now: Vec<(&'static str, String)>,
    employment: employments::Part,
    stand_ins: standins::Part,
}

fn roles(t: Texts, chosen: &str) -> Vec<Choice> {
    // Nobody has a role by chance: it is chosen.
    let mut roles = vec![Choice::new("", t.get("people.choose"), Some(chosen))];
    roles.extend(Role::ALL.iter().map(|role| Choice::new(role.name(), t.name("role", role.name()), Some(chosen))));
    roles
}

impl Fields {
    async fn of(shared: &Shared, t: Texts, sent: &Sent, wrong: Wrong) -> Fields {
        Fields {
            login: sent.login.clone(),
            name: sent.name.clone(),
            roles: roles(t, &sent.role),
            representative: sent.representative.clone(),
            sector: sent.sector.clone(),
            active: sent.active.is_some(),
            // Accounts are kept also while the lake does not answer: the list only helps with typing.
            representatives: shared.data.choices().await.map(|choices| choices.representatives).unwrap_or_default(),
            wrong,
        }
    }
}

impl Sent {
    fn of(person: &Person) -> Sent {
        Sent {
            version: person.version,
            login: person.login.clone(),
            name: person.name.clone(),
            role: person.role.name().to_owned(),
            representative: person.representative.clone().unwrap_or_default(),
            sector: person.sector.clone().unwrap_or_default(),
            active: person.active.then(String::new),
            password: String::new(),
        }
    }

    fn account(&self, login: &str) -> Result<Account, WorkError> {
        Ok(Account {
            login: login.to_owned(),
            name: self.name.trim().to_owned(),
            role: self.role.parse()?,
            representative: chosen(Some(self.representative.clone())),
            sector: chosen(Some(self.sector.clone())),
            active: self.active.is_some(),
        })
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let blank = Sent { active: Some(String::new()), ..Sent::default() };
    list(&shared, &frame, &who, &blank, Wrong::default()).await
}

async fn list(shared: &Shared, frame: &Frame, who: &Who, sent: &Sent, wrong: Wrong) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let people = desk.store.people().await?;
    let (employments, today) = (desk.employments(who.person()).await?, terms::day(Utc::now()));
    let line = |person: Person| Line {
        url: format!("/people/{}", encoded(&person.person_id)),
        employment: employments::Line::of(t, employments.get(&person.person_id), today),
        name: person.name,
        login: person.login,
        role: t.name("role", person.role.name()).to_owned(),
        representative: person.representative.unwrap_or_default(),
        sector: person.sector.unwrap_or_default(),
        active: person.active,
    };
    show(&Page {
        frame,
        t,
        total: t.say("people.total", &[("n", (people.len() as i64).into())]),
        lines: people.into_iter().map(line).collect(),
        open: !wrong.line.is_empty(),
        fields: Fields::of(shared, t, sent, wrong).await,
    })
}

pub async fn add(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let store = &shared.work()?.desk.store;
    let password = Some(sent.password.as_str()).filter(|password| !password.is_empty());
    let made = match sent.account(sent.login.trim()) {
        Ok(account) => store.add_person(&account, password, &Actor::from(who.person()), Utc::now()).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(person) => Ok(Redirect::to(&format!("/people/{}?done=added", encoded(&person.person_id))).into_response()),
        Err(WorkError::Invalid(invalid)) => {
            let page = list(&shared, &frame, &who, &sent, Wrong::of(frame.t, &invalid)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct Asked {
    done: Option<String>,
}

/// What is shown of one account beside its fields.
#[derive(Default)]
pub(super) struct Told {
    wrong: Wrong,
    password_wrong: String,
    done: &'static str,
    changed: bool,
    stand_in: standins::Typed,
    employment: Option<employments::Refused>,
}

impl Told {
    pub(super) fn stand_in(typed: standins::Typed) -> Told {
        Told { stand_in: typed, ..Told::default() }
    }

    pub(super) fn employment(refused: employments::Refused) -> Told {
        Told { employment: Some(refused), ..Told::default() }
    }
}

pub async fn one(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(person_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let person = shared.work()?.desk.store.person(&person_id).await?;
    let done = match asked.done.as_deref() {
        Some("added") => "people.done_added",
        Some("changed") => "people.done_changed",
        Some("password") => "people.done_password",
        Some("employment" | "stand_in") => "people.done_changed",
        _ => "",
    };
    let told = Told { done, ..Told::default() };
    shown(&shared, &frame, &who, &person, told).await
}

/// The page of an account as it is kept.
pub(super) async fn shown(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    person: &Person,
    told: Told,
) -> Result<Html<String>, PageError> {
    screen(shared, frame, who, person, &Sent::of(person), told).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    person: &Person,
    sent: &Sent,
    told: Told,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let active = if person.active { "people.is_active" } else { "people.is_inactive" };
    let now = vec![
        (t.get("people.name"), person.name.clone()),
        (t.get("people.role"), t.name("role", person.role.name()).to_owned()),
        (t.get("people.representative"), person.representative.clone().unwrap_or_default()),
        (t.get("people.sector"), person.sector.clone().unwrap_or_default()),
        (t.get("people.state"), t.get(active).to_owned()),
    ];
    let id = encoded(&person.person_id);
    let may_log = desk.may(who.person(), meyar_work::Right::AccessLog);
    show(&One {
        frame,
        t,
        log_url: may_log.then(|| format!("/access?person={id}")),
        id,
        version: person.version,
        person,
        fields: Fields::of(shared, t, sent, told.wrong).await,
        password_wrong: told.password_wrong,
        done: told.done,
        now: if told.changed { now } else { Vec::new() },
        employment: employments::part(t, desk, who.person(), person, told.employment).await?,
        stand_ins: standins::part(t, desk, who.person(), person, told.stand_in).await?,
    })
}

pub async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(person_id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, PageError> {
    let (t, store) = (frame.t, &shared.work()?.desk.store);
    let person = store.person(&person_id).await?;
    let seen = Person { version: sent.version, ..person.clone() };
    let done = match sent.account(&person.login) {
        // The last one who keeps accounts must not shut themselves out.
        Ok(account)
            if person.person_id == who.person().person_id && (!account.active || account.role != person.role) =>
        {
            let told = Told {
                wrong: Wrong { field: "role".to_owned(), line: t.get("people.wrong_own").to_owned() },
                ..Told::default()
            };
            let page = screen(&shared, &frame, &who, &person, &sent, told).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Ok(account) => store.change_person(&seen, &account, &Actor::from(who.person()), Utc::now()).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/people/{}?done=changed", encoded(&person_id))).into_response()),
        Err(WorkError::Invalid(invalid)) => {
            let told = Told { wrong: Wrong::of(t, &invalid), ..Told::default() };
            // Over the version that was seen: mending a field must not hide that somebody else was quicker.
            let page = screen(&shared, &frame, &who, &seen, &sent, told).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(WorkError::Changed { .. }) => {
            let person = store.person(&person_id).await?;
            let told = Told { changed: true, ..Told::default() };
            let page = screen(&shared, &frame, &who, &person, &sent, told).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct NewPassword {
    password: String,
}

pub async fn password(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(person_id): Path<String>,
    Form(sent): Form<NewPassword>,
) -> Result<Response, PageError> {
    let store = &shared.work()?.desk.store;
    let person = store.person(&person_id).await?;
    match store.set_password(&person, &sent.password, &Actor::from(who.person()), Utc::now()).await {
        // Whoever changed their own is out with all their sessions, and comes in with the new one.
        Ok(()) => Ok(Redirect::to(&format!("/people/{}?done=password", encoded(&person_id))).into_response()),
        Err(WorkError::Invalid(invalid)) => {
            let told = Told { password_wrong: Wrong::of(frame.t, &invalid).line, ..Told::default() };
            let page = screen(&shared, &frame, &who, &person, &Sent::of(&person), told).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
