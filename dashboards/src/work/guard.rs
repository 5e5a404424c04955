//! Who may open what. Every route of the site stands in one table with what it needs; a route that is not there cannot exist, since
//! the router is made of the table. What shows people's data is logged before it is shown.

use crate::Shared;
use crate::error::PageError;
use crate::frame::{Frame, Group, Guarded, Seen};
use crate::text::Texts;
use axum::RequestExt as _;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE, RANGE, RETRY_AFTER};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::MethodRouter;
use chrono::Utc;
use meyar_work::access::{Action, Actor, Entry};
use meyar_work::{Person, Right, Session};
use std::collections::HashMap;
use std::sync::Arc;

pub const COOKIE_NAME: &str = "meyar-session";

/// What a route asks of whoever opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: coming in, the page's own files, what a monitor reads.
    Nothing,
    /// To be in.
    In,
    /// Any one of these rights.
    Any(&'static [Right]),
}

/// What is written into the access log when the route is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    No,
    /// With the last part of the path as the object.
    Yes(Action, &'static str),
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub need: Need,
    pub log: Log,
    handler: MethodRouter<Arc<Shared>>,
}

/// The routes of the site.
#[derive(Default)]
pub struct Table(Vec<Route>);

impl Table {
    pub fn get(self, path: &'static str, need: Need, log: Log, handler: MethodRouter<Arc<Shared>>) -> Table {
        self.with(Method::GET, path, need, log, handler)
    }

    /// What changes something is logged by the step itself, in the same commit.
    pub fn post(self, path: &'static str, need: Need, handler: MethodRouter<Arc<Shared>>) -> Table {
        self.with(Method::POST, path, need, Log::No, handler)
    }

    pub fn with(
        mut self,
        method: Method,
        path: &'static str,
        need: Need,
        log: Log,
        handler: MethodRouter<Arc<Shared>>,
    ) -> Table {
        self.0.push(Route { method, path, need, log, handler });
        self
    }

    #[cfg(test)]
    pub fn routes(&self) -> &[Route] {
        &self.0
    }

    /// The router, and what each of its routes needs.
    pub fn split(self) -> (axum::Router<Arc<Shared>>, Needs) {
        let (mut router, mut needs) = (axum::Router::new(), HashMap::new());
        for route in self.0 {
            needs.insert((route.method, route.path), (route.need, route.log));
            router = router.route(route.path, route.handler);
        }
        (router, Needs(needs))
    }
}

#[derive(Default)]
pub struct Needs(HashMap<(Method, &'static str), (Need, Log)>);

impl Needs {
    fn of(&self, method: &Method, path: &str) -> Option<(Need, Log)> {
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        self.0.iter().find(|((known, route), _)| *known == method && *route == path).map(|(_, need)| *need)
    }
}

impl Needs {
    /// As what the page is logged that a step of it shows again.
    fn shown_by(&self, step: &str) -> &'static str {
        let page = |(method, path): &(Method, &'static str)| {
            *method == Method::GET
                && step.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let pages = self.0.iter().filter(|(route, _)| page(route));
        let logged = pages.filter_map(|((_, path), (_, log))| match log {
            Log::Yes(_, kind) => Some((path.len(), *kind)),
            Log::No => None,
        });
        logged.max().map_or("page", |(_, kind)| kind)
    }
}

/// Who is in; handlers take it as an extension. Absent where the site is open (`meyar serve --open`).
#[derive(Debug, Clone)]
pub struct Who(pub Session);

impl Who {
    pub fn person(&self) -> &Person {
        &self.0.person
    }
}

pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut all =
        headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok()).flat_map(|text| text.split(';'));
    all.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn seen(work: &super::Work, person: &Person, t: Texts) -> Seen {
    let mut groups: Vec<Group> = Vec::new();
    for section in super::sections::SECTIONS.iter().filter(|section| work.desk.may(person, section.right)) {
        let link = (section.url, section.name);
        match groups.iter_mut().find(|group| group.name == section.group) {
            Some(group) => group.sections.push(link),
            None => groups.push(Group { name: section.group, sections: vec![link] }),
        }
    }
    let roles: Vec<&str> = person.roles().map(|role| t.name("role", role.name())).collect();
    Seen { name: person.name.clone(), role: roles.join(" + "), groups }
}

/// Lets a request in, or not.
pub async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let Some(work) = &shared.work else { return next.run(request).await };
    let t = Texts(crate::frame::lang_of(&request));
    let session = match cookie(request.headers(), COOKIE_NAME) {
        Some(cookie) => match work.desk.store.session(cookie, Utc::now()).await {
            Ok(session) => session,
            Err(error) => return PageError::from(error).into_response(),
        },
        None => None,
    };
    let seen = session.as_ref().map(|session| seen(work, &session.person, t));
    let mut request = request;
    if let Some(frame) = request.extensions_mut().get_mut::<Frame>() {
        (frame.signed, frame.who) = (true, seen.clone());
    }
    let mut response = let_in(&shared, work, session, t, request, next).await;
    response.extensions_mut().insert(Guarded(seen));
    response
}

async fn let_in(
    shared: &Shared,
    work: &super::Work,
    session: Option<Session>,
    t: Texts,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // What no route matches is answered "not found" to everybody.
    let Some(path) = path else { return next.run(request).await };
    let Some((need, log)) = shared.needs.of(request.method(), &path) else {
        return PageError::new(StatusCode::METHOD_NOT_ALLOWED, "").into_response();
    };
    let Some(session) = session else {
        if need == Need::Nothing {
            return next.run(request).await;
        }
        let page = request.method() == Method::GET && wants_html(request.headers());
        return if page {
            let back = request.uri().path_and_query().map_or("/", |path| path.as_str());
            Redirect::to(&format!("/login?next={}", crate::pages::encoded(back))).into_response()
        } else {
            PageError::new(StatusCode::UNAUTHORIZED, t.get("login.needed")).into_response()
        };
    };
    let sent = cookie(request.headers(), COOKIE_NAME).unwrap_or_default().to_owned();
    if need != Need::Nothing
        && let Some(Err(wait)) = shared.pace.as_ref().map(|pace| pace.take(&sent))
    {
        let seconds = wait.as_secs() + 1;
        let refused = PageError::new(StatusCode::TOO_MANY_REQUESTS, t.fill("login.too_fast", &[&seconds.to_string()]));
        return ([(RETRY_AFTER, seconds.to_string())], refused).into_response();
    }
    let person = session.person.clone();
    let may = match need {
        Need::Nothing | Need::In => true,
        Need::Any(rights) => rights.iter().any(|right| work.desk.may(&person, *right)),
    };
    let actor = Actor::from(&person);
    let target = request.uri().path().to_owned();
    if !may {
        // The first page of the site is everybody's first page.
        if target == "/" && request.method() == Method::GET {
            return Redirect::to(work.home(&person)).into_response();
        }
        let entry = Entry { detail: Some(target), ..Entry::new(Action::Refused, "page", &path) };
        if let Err(error) = work.desk.store.log(&actor, &entry, Utc::now()).await {
            return PageError::from(error).into_response();
        }
        return PageError::new(StatusCode::FORBIDDEN, t.get("login.refused")).into_response();
    }
    if let Log::Yes(action, kind) = log
        && !(action == Action::Play && goes_on(request.headers()) && shared.heard.begun(&sent, &target))
    {
        let query = request.uri().query().filter(|query| !query.is_empty()).map(str::to_owned);
        let entry = Entry { detail: query, ..Entry::new(action, kind, &object(&mut request, &target).await) };
        // Not written down means not shown.
        if let Err(error) = work.desk.store.log(&actor, &entry, Utc::now()).await {
            return PageError::from(error).into_response();
        }
        if action == Action::Play {
            shared.heard.begin(&sent, &target);
        }
    }
    // What is sent back with its faults shows the page again: then that was a look too.
    let again = if request.method() == Method::GET || need == Need::Nothing {
        None
    } else {
        Some((shared.needs.shown_by(&path), object(&mut request, &target).await))
    };
    request.extensions_mut().insert(Who(session));
    let response = next.run(request).await;
    if let Some((kind, object)) = again
        && response.status().is_client_error()
        && response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
    {
        let entry = Entry { detail: Some(target), ..Entry::new(Action::Read, kind, &object) };
        if let Err(error) = work.desk.store.log(&actor, &entry, Utc::now()).await {
            return PageError::from(error).into_response();
        }
    }
    response
}

/// What a path is about: the names in it, or where it has none its last part.
async fn object(request: &mut Request, target: &str) -> String {
    let names = request.extract_parts::<RawPathParams>().await.ok();
    let names: Vec<String> = names.iter().flat_map(|names| names.iter()).map(|(_, name)| name.to_owned()).collect();
    if names.is_empty() {
        target.rsplit('/').find(|part| !part.is_empty()).unwrap_or("/").to_owned()
    } else {
        names.join("/")
    }
}

/// A player asks for many pieces of one sound; playing it from its beginning is another listening.
fn goes_on(headers: &HeaderMap) -> bool {
    headers.get(RANGE).and_then(|range| range.to_str().ok()).is_some_and(|range| !range.starts_with("bytes=0-"))
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(axum::http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"))
}
