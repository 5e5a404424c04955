//! What surrounds every answer: the reader's language, the security headers, one log line, the metrics, the error pages.

use crate::assets;
use crate::error::PageError;
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::time::Instant;

/// Of one request; templates and handlers take it as an extension.
#[derive(Debug, Clone)]
pub struct Frame {
    pub t: Texts,
    /// Only scripts and styles that carry it may run.
    pub nonce: String,
    /// The address of the section of the site that is open, or nothing.
    pub section: &'static str,
    /// The same page in the other language.
    pub other_lang_url: String,
    /// Whether people come in here at all.
    pub signed: bool,
    /// Who is in, and the sections that they may open.
    pub who: Option<Seen>,
}

/// Where nobody comes in: pages to read.
const OPEN: [(&str, &str); 4] = [
    ("/", "site.figures"),
    ("/calls", "site.calls"),
    ("/reconciliation", "site.reconciliation"),
    ("/dictionary", "site.dictionary"),
];

/// What the frame shows of who is in.
#[derive(Debug, Clone)]
pub struct Seen {
    pub name: String,
    pub role: String,
    /// Sections that may be opened, in groups.
    pub groups: Vec<Group>,
}

/// Sections that stand together.
#[derive(Debug, Clone)]
pub struct Group {
    pub name: &'static str,
    /// Address and name of each, in order.
    pub sections: Vec<Link>,
}

/// Address and name.
pub type Link = (&'static str, &'static str);

/// As many sections stand in one row; more are shown by groups.
const IN_ONE_ROW: usize = 6;

/// Left on an answer by the guard, so that an error page has the same head as any other.
#[derive(Debug, Clone)]
pub struct Guarded(pub Option<Seen>);

/// The language that a request asks for.
pub fn lang_of(request: &Request) -> Lang {
    let query = request.uri().query().unwrap_or_default();
    let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.or_else(|| cookie(request.headers(), "lang")).and_then(Lang::from_code).unwrap_or_default()
}

impl Frame {
    fn of(request: &Request) -> Frame {
        let query = request.uri().query().unwrap_or_default();
        let lang = lang_of(request);
        let path = request.uri().path();
        let section = crate::work::section_of(path);
        let other = if lang == Lang::Az { Lang::En } else { Lang::Az };
        let mut kept: Vec<&str> =
            query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        let choice = format!("lang={}", other.code());
        kept.push(&choice);
        let other_lang_url = format!("{path}?{}", kept.join("&"));
        Frame {
            t: Texts(lang),
            nonce: uuid::Uuid::new_v4().simple().to_string(),
            section,
            other_lang_url,
            signed: false,
            who: None,
        }
    }

    /// What stands in the first row of the head: address, name, whether it is open. Few sections stand there themselves; of many the groups.
    pub fn first_row(&self) -> Vec<(&'static str, &'static str, bool)> {
        let one = |link: &Link| (link.0, link.1, link.0 == self.section);
        match &self.who {
            Some(seen) if self.is_grouped() => {
                let group = |group: &Group| {
                    let first = group.sections.first().map_or("/", |link| link.0);
                    (first, group.name, group.sections.iter().any(|link| link.0 == self.section))
                };
                seen.groups.iter().map(group).collect()
            }
            Some(seen) => seen.groups.iter().flat_map(|group| &group.sections).map(one).collect(),
            None if self.signed => Vec::new(),
            None => OPEN.iter().map(one).collect(),
        }
    }

    fn is_grouped(&self) -> bool {
        let many = |seen: &Seen| seen.groups.iter().map(|group| group.sections.len()).sum::<usize>() > IN_ONE_ROW;
        self.who.as_ref().is_some_and(many)
    }

    /// The sections of the group that is open, where the first row shows groups.
    pub fn second_row(&self) -> &[Link] {
        let groups = self.who.as_ref().filter(|_| self.is_grouped()).map_or(&[][..], |seen| &seen.groups);
        let open = groups.iter().find(|group| group.sections.iter().any(|link| link.0 == self.section));
        open.map_or(&[], |group| &group.sections)
    }

    pub fn lang(&self) -> Lang {
        self.t.0
    }

    pub fn other_lang(&self) -> &'static str {
        if self.lang() == Lang::Az { "en" } else { "az" }
    }

    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// Nothing of the site can look right without its bundle; then the page says how to make it.
    pub fn bundle_missing(&self) -> bool {
        assets::missing()
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    all.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    t: Texts,
    status: u16,
    title: &'a str,
    line: &'a str,
}

/// What is wrong, as a title and one line.
fn told(t: Texts, error: &PageError) -> (&'static str, String) {
    let (title, fallback) = match error.status.as_u16() {
        400 | 409 | 413 | 415 | 422 => (t.get("error.bad_request"), t.get("error.bad_request_line")),
        401 | 403 => (t.get("error.refused"), t.get("login.refused")),
        404 => (t.get("error.not_found"), t.get("error.not_found_line")),
        405 => (t.get("error.method"), t.get("error.method_line")),
        429 => (t.get("error.wait"), t.get("error.slow_line")),
        408 | 503 | 504 => (t.get("error.slow"), t.get("error.slow_line")),
        _ => (t.get("error.internal"), t.get("error.internal_line")),
    };
    let line = error.said(t);
    (title, if line.is_empty() { fallback.to_owned() } else { line })
}

/// For scripts: `{"error": …}`, the line as it is shown to the reader.
fn error_json(frame: &Frame, error: &PageError) -> Response {
    let (_, line) = told(frame.t, error);
    (error.status, Json(serde_json::json!({ "error": line }))).into_response()
}

fn error_page(frame: &Frame, error: &PageError) -> Response {
    let t = frame.t;
    let status = error.status.as_u16();
    let (title, line) = told(t, error);
    let line = line.as_str();
    match (ErrorPage { frame, t, status, title, line }).render() {
        Ok(html) => (error.status, Html(html)).into_response(),
        Err(_) => (error.status, line.to_owned()).into_response(),
    }
}

/// The outermost layer.
pub async fn layer(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let mut frame = Frame::of(&request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let for_scripts = method == Method::PUT || path.ends_with(".json") || path.starts_with("/peaks/");
    let wants_json = for_scripts || wants_json(request.headers());
    let chose_lang = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("lang=")));
    let route = request.extensions().get::<MatchedPath>().map_or("none".to_owned(), |route| route.as_str().to_owned());
    request.extensions_mut().insert(frame.clone());

    let mut response = next.run(request).await;
    if let Some(guarded) = response.extensions_mut().remove::<Guarded>() {
        (frame.signed, frame.who) = (true, guarded.0);
    }
    let error = response.extensions_mut().remove::<PageError>().or_else(|| unframed(&response));
    if let Some(error) = &error {
        let told = if wants_json { error_json(&frame, error) } else { error_page(&frame, error) };
        let old = std::mem::replace(&mut response, told);
        for name in [header::CONTENT_RANGE, header::ALLOW, header::RETRY_AFTER] {
            if let Some(value) = old.headers().get(&name) {
                response.headers_mut().insert(name, value.clone());
            }
        }
    }
    secure(response.headers_mut(), &frame.nonce);
    if chose_lang
        && let Ok(value) = HeaderValue::from_str(&format!(
            "lang={}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000",
            frame.lang().code()
        ))
    {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }

    let status = response.status().as_u16();
    let took = started.elapsed();
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("meyar_http_requests_total", &labels).increment(1);
    metrics::histogram!("meyar_http_request_duration_seconds", "route" => route).record(took.as_secs_f64());
    let took_ms = took.as_millis() as u64;
    match status {
        500.. => tracing::error!(%method, path, status, took_ms, "request"),
        _ => tracing::info!(%method, path, status, took_ms, "request"),
    }
    response
}

/// A script asks for JSON, or sends it.
fn wants_json(headers: &HeaderMap) -> bool {
    let is =
        |name| headers.get(name).is_some_and(|kind: &HeaderValue| kind.as_bytes().starts_with(b"application/json"));
    is(header::ACCEPT) || is(header::CONTENT_TYPE)
}

/// An error that a library answered (405, a timeout, a bad query) gets a page like any other.
fn unframed(response: &Response) -> Option<PageError> {
    let status = response.status();
    let wrapped = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        ["text/html", "application/json"].iter().any(|own| kind.as_bytes().starts_with(own.as_bytes()))
    });
    (status.as_u16() >= 400 && !wrapped).then(|| PageError::new(status, ""))
}

fn secure(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; font-src 'self'; img-src 'self' data:; \
         media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages show people's calls: nothing of them stays in a shared cache. Assets and audio set their own rule.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

pub fn describe_metrics() {
    metrics::describe_counter!("meyar_http_requests_total", "Requests answered, by method, route and status.");
    metrics::describe_histogram!(
        "meyar_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time from a request to its answer's first byte, by route."
    );
}
