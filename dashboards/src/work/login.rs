//! `/login`: coming in and going out.

use super::Work;
use super::guard::{self, Who};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::show;
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{ConnectInfo, Form, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::NotIn;
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/login.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    login: &'a str,
    next: &'a str,
    wrong: Option<&'a str>,
    /// The way through a provider of identities, where there is one.
    oidc: Option<String>,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub struct Given {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Only a place of this site: a link must not lead elsewhere by way of the login.
pub(super) fn place(next: &str) -> Option<&str> {
    // The first page is where nobody asked for another: there everybody has their own.
    // Browsers leave tabs and ends of lines out of an address: what stands after them would become another host.
    let plain = !next.contains('\\') && !next.contains(char::is_control);
    let inside = next.starts_with('/') && next.len() > 1 && !next.starts_with("//") && plain;
    (inside && !next.starts_with("/login") && !next.starts_with("/logout")).then_some(next)
}

fn through(shared: &Shared, next: &str) -> Option<String> {
    shared.oidc.as_ref()?;
    Some(format!("/oidc/login{}", crate::pages::query(&[("next", place(next))])))
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    who: Option<Extension<Who>>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    if let (Some(Extension(who)), Some(work)) = (who, &shared.work) {
        return Ok(Redirect::to(place(&asked.next).unwrap_or(work.home(who.person()))).into_response());
    }
    let oidc = through(&shared, &asked.next);
    let page = Page { frame: &frame, t: frame.t, login: "", next: &asked.next, wrong: None, oidc };
    Ok(show(&page)?.into_response())
}

pub(super) fn cookie(work: &Work, value: &str, seconds: i64) -> Result<HeaderValue, PageError> {
    let secure = if work.secure_cookies { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", guard::COOKIE_NAME);
    HeaderValue::from_str(&text).map_err(PageError::internal)
}

pub async fn come_in(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    connection: Option<Extension<ConnectInfo<SocketAddr>>>,
    Form(given): Form<Given>,
) -> Result<Response, PageError> {
    let work = shared.work()?;
    let now = Utc::now();
    let address =
        connection.map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(address))| address.ip().to_string());
    match work.desk.store.log_in(&given.login, &given.password, &address, now).await? {
        Ok(opened) => {
            let next = place(&given.next).unwrap_or(work.home(&opened.session.person)).to_owned();
            let cookie = cookie(work, &opened.cookie, (opened.ends_at - now).num_seconds())?;
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response())
        }
        Err(why) => {
            let (status, wrong) = match why {
                NotIn::Wrong => (StatusCode::UNAUTHORIZED, "login.wrong"),
                NotIn::TooManyTries => (StatusCode::TOO_MANY_REQUESTS, "login.too_many"),
                // Only who was proved by a provider is answered so.
                NotIn::Unknown | NotIn::OtherIdentity => (StatusCode::UNAUTHORIZED, "login.wrong"),
            };
            let wrong = Some(frame.t.get(wrong));
            let oidc = through(&shared, &given.next);
            let page = Page { frame: &frame, t: frame.t, login: &given.login, next: &given.next, wrong, oidc };
            let Html(html) = show(&page)?;
            Ok((status, Html(html)).into_response())
        }
    }
}

/// The page of the login that says why nobody was let in.
pub(super) fn refused(shared: &Shared, frame: &Frame, status: StatusCode, wrong: &str) -> Result<Response, PageError> {
    let page = Page { frame, t: frame.t, login: "", next: "", wrong: Some(wrong), oidc: through(shared, "") };
    Ok((status, show(&page)?).into_response())
}

pub async fn go_out(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let work = shared.work()?;
    if let Some(cookie) = guard::cookie(&headers, guard::COOKIE_NAME) {
        work.desk.store.log_out(cookie, who.person(), Utc::now()).await?;
    }
    Ok(([(SET_COOKIE, cookie(work, "", 0)?)], Redirect::to("/login")).into_response())
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn after_the_login_one_stays_on_this_site() {
        assert_eq!(place("/queue?x=1"), Some("/queue?x=1"));
        for elsewhere in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/login?next=/login",
            "/a\r\nX: y",
            "/\t/evil.example",
        ] {
            assert_eq!(place(elsewhere), None, "{elsewhere}");
        }
    }
}
