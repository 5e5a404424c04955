//! `/access`: the log of who looked at what, and whether it is whole. Opening it is logged too, before it is shown.

use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, query, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_schemas::access::ObjectKind;
use meyar_work::access::{Asked as Wanted, Logged};
use meyar_work::{Person, Store, WorkError};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

const PAGE: i64 = 100;
/// Entries of one piece of the export.
const AT_ONCE: i64 = 2000;

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    person: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    from: Option<String>,
    to: Option<String>,
    page: Option<String>,
}

/// What was asked, read; days are days in Baku, both included.
#[derive(Debug, Clone, Default)]
struct Narrowed {
    person: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    page: i64,
}

fn day(frame: &Frame, field: Option<String>) -> Result<Option<NaiveDate>, PageError> {
    let Some(text) = chosen(field) else { return Ok(None) };
    let read = text.parse().map(Some);
    read.map_err(|_| PageError::bad_request(frame.t.fill("access.bad_day", &[&text])))
}

/// The first moment of a day in Baku.
fn begins(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(Baku.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest()?.with_timezone(&Utc))
}

impl Narrowed {
    fn read(frame: &Frame, asked: Asked) -> Result<Narrowed, PageError> {
        let page = match chosen(asked.page) {
            None => 1,
            Some(text) => match text.parse::<i64>() {
                Ok(page @ 1..=1_000_000) => page,
                _ => return Err(PageError::bad_request(frame.t.fill("error.bad_page", &[&text]))),
            },
        };
        Ok(Narrowed {
            person: chosen(asked.person),
            kind: chosen(asked.kind),
            id: chosen(asked.id),
            from: day(frame, asked.from)?,
            to: day(frame, asked.to)?,
            page,
        })
    }

    fn wanted(&self, offset: i64, limit: i64) -> Wanted<'_> {
        Wanted {
            person_id: self.person.as_deref(),
            object_kind: self.kind.as_deref(),
            object_id: self.id.as_deref(),
            from: self.from.and_then(begins),
            to: self.to.and_then(|day| begins(day.succ_opt()?)),
            offset,
            limit,
        }
    }

    fn query(&self, page: i64) -> String {
        let (from, to) = (self.from.map(|day| day.to_string()), self.to.map(|day| day.to_string()));
        let page = (page > 1).then(|| page.to_string());
        query(&[
            ("person", self.person.as_deref()),
            ("kind", self.kind.as_deref()),
            ("id", self.id.as_deref()),
            ("from", from.as_deref()),
            ("to", to.as_deref()),
            ("page", page.as_deref()),
        ])
    }
}

struct Line {
    number: String,
    at: String,
    person: String,
    role: String,
    action: String,
    action_class: &'static str,
    kind: String,
    id: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "work/access.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    /// How many entries there are, and that they are whole; empty where it was not checked.
    whole: String,
    broken: String,
    people: Vec<Choice>,
    kinds: Vec<Choice>,
    id: String,
    from: String,
    to: String,
    filtered: bool,
    csv_url: String,
    lines: Vec<Line>,
    range: String,
    previous_url: Option<String>,
    next_url: Option<String>,
}

fn said(t: Texts, logins: &HashMap<&str, &Person>, logged: Logged) -> Line {
    let person_id = logged.actor.person_id;
    let action = logged.entry.action.name();
    Line {
        number: format::count(t.0, logged.number),
        at: format::date_time_seconds(logged.at),
        person: match logins.get(person_id.as_str()) {
            Some(person) => format!("{} ({})", person.name, person.login),
            None if person_id == "system" => t.get("access.system").to_owned(),
            None => person_id,
        },
        role: logged.actor.role.split('.').map(|role| t.name("role", role)).collect::<Vec<_>>().join(" + "),
        action: t.name("action", action).to_owned(),
        action_class: match action {
            "refused" | "login_refused" => "lost",
            "change" | "export" => "warn",
            "play" | "read" | "query" => "info",
            _ => "",
        },
        kind: t.name("object", &logged.entry.object_kind).to_owned(),
        id: logged.entry.object_id.unwrap_or_default(),
        detail: logged.entry.detail.unwrap_or_default(),
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, store) = (frame.t, &shared.work()?.desk.store);
    let narrowed = Narrowed::read(&frame, asked)?;
    let filtered = !Narrowed { page: 1, ..narrowed.clone() }.query(1).is_empty();
    let offset = (narrowed.page - 1) * PAGE;
    // One more than is shown tells whether there is a next page.
    let mut logged = store.access_log(&narrowed.wanted(offset, PAGE + 1)).await?;
    let more = logged.len() > PAGE as usize;
    logged.truncate(PAGE as usize);
    // Every entry is read for it, so it is done where the log is opened, and not again at each page of it.
    let (whole, broken) = if filtered || narrowed.page > 1 {
        (String::new(), String::new())
    } else {
        match store.check_access_log().await {
            Ok(entries) => (t.say("access.whole", &[("n", entries.into())]), String::new()),
            Err(WorkError::Shape { cause, .. }) => (String::new(), t.fill("access.broken", &[&cause])),
            Err(error) => return Err(error.into()),
        }
    };
    let people = store.people().await?;
    let logins: HashMap<&str, &Person> = people.iter().map(|person| (person.person_id.as_str(), person)).collect();
    let number = |value: i64| format::count(t.0, value);
    let url = |page: i64| format!("/access{}", narrowed.query(page));
    show(&Page {
        frame: &frame,
        t,
        whole,
        broken,
        people: choices(t, narrowed.person.as_deref(), people_choices(t, &people)),
        kinds: choices(t, narrowed.kind.as_deref(), kinds(t)),
        id: narrowed.id.clone().unwrap_or_default(),
        from: narrowed.from.map(|day| day.to_string()).unwrap_or_default(),
        to: narrowed.to.map(|day| day.to_string()).unwrap_or_default(),
        filtered,
        csv_url: format!("/access.csv{}", narrowed.query(1)),
        range: t.fill("access.range", &[&number(offset + 1), &number(offset + logged.len() as i64)]),
        lines: logged.into_iter().map(|logged| said(t, &logins, logged)).collect(),
        previous_url: (narrowed.page > 1).then(|| url(narrowed.page - 1)),
        next_url: more.then(|| url(narrowed.page + 1)),
    })
}

/// By their names.
fn kinds(t: Texts) -> Vec<(String, String)> {
    let named = |kind: &ObjectKind| (kind.name().to_owned(), t.name("object", kind.name()).to_owned());
    let mut all: Vec<_> = ObjectKind::ALL.iter().map(named).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

fn people_choices(t: Texts, people: &[Person]) -> Vec<(String, String)> {
    let mut all = vec![("system".to_owned(), t.get("access.system").to_owned())];
    let said = |person: &Person| (person.person_id.clone(), format!("{} ({})", person.name, person.login));
    all.extend(people.iter().map(said));
    all
}

fn choices(t: Texts, chosen: Option<&str>, options: Vec<(String, String)>) -> Vec<Choice> {
    let mut listed = vec![Choice::new("", t.get("access.any"), chosen)];
    listed.extend(options.into_iter().map(|(value, text)| Choice::new(value, text, chosen)));
    // What an address asked for stays visible even if it is in no list: a login that was typed and that nobody has.
    if let Some(value) = chosen.filter(|value| listed.iter().all(|choice| choice.value != *value)) {
        listed.push(Choice::new(value, value, chosen));
    }
    listed
}

/// A cell of CSV. What a spreadsheet would take for a formula is told to be text: a login is whatever somebody typed.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', ';', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn csv_line(logged: &Logged) -> String {
    let (actor, entry) = (&logged.actor, &logged.entry);
    let cells = [
        &logged.number.to_string(),
        &logged.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
        &cell(&actor.person_id),
        &cell(&actor.role),
        entry.action.name(),
        &cell(&entry.object_kind),
        &cell(entry.object_id.as_deref().unwrap_or_default()),
        &cell(entry.detail.as_deref().unwrap_or_default()),
        &logged.chain,
    ];
    cells.join(",") + "\r\n"
}

async fn piece(
    store: &Store,
    narrowed: &Narrowed,
    until: DateTime<Utc>,
    offset: i64,
) -> Result<Vec<Logged>, WorkError> {
    let wanted = narrowed.wanted(offset, AT_ONCE);
    // What is logged while the file is made would push the rest along.
    let to = wanted.to.map_or(until, |to| to.min(until));
    store.access_log(&Wanted { to: Some(to), ..wanted }).await
}

pub async fn csv(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let narrowed = Narrowed::read(&frame, asked)?;
    let (store, until) = (shared.work()?.desk.store.clone(), Utc::now());
    let head = Bytes::from_static(b"number,at,person_id,role,action,object_kind,object_id,detail,chain\r\n");
    let rest = futures::stream::try_unfold(Some(0), move |offset| {
        let (store, narrowed) = (store.clone(), narrowed.clone());
        async move {
            let Some(offset) = offset else { return Ok::<_, WorkError>(None) };
            let logged = piece(&store, &narrowed, until, offset).await?;
            let text: String = logged.iter().map(csv_line).collect();
            let next = (logged.len() as i64 == AT_ONCE).then_some(offset + AT_ONCE);
            Ok(Some((Bytes::from(text), next)))
        }
    });
    let whole = futures::StreamExt::chain(futures::stream::iter([Ok(head)]), rest);
    let title = format!("attachment; filename=\"meyar-access-{}.csv\"", meyar_work::terms::day(until));
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, title)];
    Ok((headers, Body::from_stream(whole)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_spreadsheet_runs_nothing_that_somebody_typed() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("leyla"), "leyla");
    }

    #[test]
    fn whatever_is_logged_has_a_name() {
        for language in [Lang::Az, Lang::En] {
            let nameless: Vec<_> = kinds(Texts(language)).into_iter().filter(|(code, name)| code == name).collect();
            assert!(nameless.is_empty(), "{nameless:?}");
        }
    }

    #[test]
    fn a_day_is_a_day_in_baku() {
        let narrowed =
            Narrowed { from: "2026-11-30".parse().ok(), to: "2026-11-30".parse().ok(), ..Narrowed::default() };
        let wanted = narrowed.wanted(0, 1);
        let told = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339()).unwrap_or_default();
        assert_eq!(told(wanted.from), "2026-11-29T20:00:00+00:00");
        assert_eq!(told(wanted.to), "2026-11-30T20:00:00+00:00");
    }
}
