//! Coming in through the ministry's identity provider (OpenID Connect): the authorization code flow with PKCE, beside passwords. Who is proved
//! there comes in only as an account that is here already: nobody is made one by coming in.

mod keys;
mod provider;
mod ticket;

pub use provider::{Provider, Settings};

use super::login::{self, place};
use super::{Log, Need, Table};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{HOST, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::Utc;
use meyar_work::NotIn;
use provider::NotProved;
use serde::Deserialize;
use std::sync::Arc;
use ticket::{COOKIE, LASTS, Office, Ticket};

/// The provider that a site lets people in by.
pub struct Oidc {
    provider: Provider,
    office: Office,
}

impl Oidc {
    pub fn new(provider: Provider) -> Oidc {
        let office = Office::new(provider.settings.client_secret.as_deref());
        Oidc { provider, office }
    }

    /// Where the provider sends people back to. Names of this machine are reached without TLS, others with it.
    fn redirect(&self, headers: &HeaderMap) -> String {
        if let Some(redirect) = &self.provider.settings.redirect {
            return redirect.clone();
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        let here = ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|name| host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')));
        format!("{}://{host}/oidc/callback", if here { "http" } else { "https" })
    }
}

pub fn routes(table: Table) -> Table {
    table.get("/oidc/login", Need::Nothing, Log::No, get(go)).get("/oidc/callback", Need::Nothing, Log::No, get(back))
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: String,
}

/// What the provider sends back. All of it comes through the browser: nothing of it is believed before it is checked.
#[derive(Deserialize)]
pub struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

fn configured(shared: &Shared) -> Result<&Oidc, PageError> {
    shared.oidc.as_deref().ok_or_else(|| PageError::not_found(""))
}

fn cookie(secure: bool, value: &str, seconds: i64) -> Result<HeaderValue, PageError> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path=/oidc; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).map_err(PageError::internal)
}

async fn go(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let oidc = configured(&shared)?;
    let ticket = Ticket::new(place(&asked.next).unwrap_or_default(), Utc::now());
    let sealed = oidc.office.seal(&ticket).ok_or_else(|| PageError::internal("a ticket cannot be signed"))?;
    let door = oidc.provider.door(
        &oidc.redirect(&headers),
        &ticket.state,
        &ticket.nonce,
        &ticket.challenge(),
        frame.lang().code(),
    );
    let kept = cookie(shared.work()?.secure_cookies, &sealed, LASTS.num_seconds())?;
    Ok(([(SET_COOKIE, kept)], Redirect::to(&door)).into_response())
}

async fn back(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, PageError> {
    let oidc = configured(&shared)?;
    let work = shared.work()?;
    let gone = cookie(work.secure_cookies, "", 0)?;
    let t = frame.t;
    let refused = |status: StatusCode, words: &str| -> Result<Response, PageError> {
        let shown = login::refused(&shared, &frame, status, words)?;
        Ok(([(SET_COOKIE, gone.clone())], shown).into_response())
    };
    let now = Utc::now();
    let state = answer.state.as_deref().unwrap_or_default();
    let ticket = super::guard::cookie(&headers, COOKIE).and_then(|cookie| oidc.office.redeem(cookie, state, now));
    let Some(ticket) = ticket else {
        tracing::warn!("oidc: an answer was refused that this browser had not asked for, or had used already");
        return refused(StatusCode::BAD_REQUEST, t.get("login.oidc_stale"));
    };
    // Another provider's answer must not be taken for this one's (RFC 9207).
    if answer.iss.as_ref().is_some_and(|iss| *iss != oidc.provider.settings.issuer) {
        tracing::warn!("oidc: an answer of another issuer was refused");
        return refused(StatusCode::BAD_REQUEST, t.get("login.oidc_failed"));
    }
    let Some(code) = answer.code.as_deref().filter(|_| answer.error.is_none()) else {
        tracing::warn!(error = answer.error.as_deref().unwrap_or_default(), "oidc: the provider let nobody in");
        return refused(StatusCode::UNAUTHORIZED, t.get("login.oidc_denied"));
    };
    let proved = oidc.provider.prove(code, &oidc.redirect(&headers), &ticket.verifier, &ticket.nonce).await;
    let proved = match proved {
        Ok(proved) => proved,
        Err(error) => {
            tracing::warn!("oidc: {error}");
            let (status, words) = match error {
                NotProved::Unreachable(_) => (StatusCode::BAD_GATEWAY, "login.oidc_unreachable"),
                NotProved::Code(_) | NotProved::Token(_) => (StatusCode::UNAUTHORIZED, "login.oidc_failed"),
            };
            return refused(status, t.find(words).unwrap_or_default());
        }
    };
    let subject = format!("{} {}", oidc.provider.settings.issuer, proved.subject);
    let name = proved.login.unwrap_or_default();
    match work.desk.store.log_in_proved(&name, &subject, now).await? {
        Ok(opened) => {
            let next = place(&ticket.next).unwrap_or(work.home(&opened.session.person)).to_owned();
            let session = login::cookie(work, &opened.cookie, (opened.ends_at - now).num_seconds())?;
            let cookies = AppendHeaders([(SET_COOKIE, session), (SET_COOKIE, gone)]);
            Ok((cookies, Redirect::to(&next)).into_response())
        }
        Err(NotIn::OtherIdentity) => refused(StatusCode::FORBIDDEN, t.get("login.oidc_other")),
        Err(_) => refused(StatusCode::FORBIDDEN, &t.fill("login.oidc_unknown", &[&name])),
    }
}
