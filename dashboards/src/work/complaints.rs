//! `/complaints`: complaints about representatives and the centre's services, from the day they come to the day they are answered.

mod new;
mod one;

use super::results::last_day;
use super::reviews::{name_of, people};
use super::trainings::{Sent, Step, history, label, names};
use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::error::PageError;
use crate::format::{self, NONE};
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use meyar_work::Right;
use meyar_work::access::Action;
use meyar_work::complaints::{Complaint, ComplaintState, Finding};
use meyar_work::store::{Filter, Record};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    let all = Need::Any(&[Right::Complaints]);
    let read = |kind| Log::Yes(Action::Read, kind);
    table
        .get("/complaints", all, read("page"), get(page))
        .post("/complaints", all, post(new::note))
        .get("/complaints/new", all, Log::No, get(new::blank))
        .get("/complaints/{id}", all, read("complaint"), get(one::page))
        .post("/complaints/{id}/investigate", all, post(one::investigate))
        .post("/complaints/{id}/act", all, post(one::act))
        .post("/complaints/{id}/answer", all, post(one::answer))
        .post("/complaints/{id}/withdraw", all, post(one::withdraw))
}

/// Answered ones are listed so far back.
const LATEST: usize = 200;

struct Line {
    url: String,
    received: String,
    kind: String,
    channel: String,
    about: String,
    call_id: String,
    due: String,
    late: bool,
    finding: String,
    finding_class: &'static str,
    state: String,
    state_class: &'static str,
}

#[derive(Template)]
#[template(path = "work/complaints.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    closed: bool,
    total: String,
    late: String,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Asked {
    list: Option<String>,
}

fn state_class(state: ComplaintState) -> &'static str {
    match state {
        ComplaintState::Received => "warn",
        ComplaintState::Investigated | ComplaintState::Measured | ComplaintState::Sent => "info",
        ComplaintState::Answered => "ok",
        ComplaintState::Withdrawn => "",
    }
}

fn finding_class(finding: Finding) -> &'static str {
    match finding {
        Finding::Confirmed => "lost",
        Finding::Partly => "warn",
        Finding::NotConfirmed => "ok",
    }
}

fn is_late(complaint: &Complaint, now: DateTime<Utc>) -> bool {
    complaint.is_open() && complaint.due_at <= now
}

fn line(t: Texts, complaint: &Complaint, names: &HashMap<String, String>, now: DateTime<Utc>) -> Line {
    let finding = complaint.investigation.as_ref().map(|found| found.finding);
    Line {
        url: format!("/complaints/{}", encoded(&complaint.complaint_id)),
        received: format::date(complaint.received_on),
        kind: t.name("complaint_kind", complaint.kind.name()).to_owned(),
        channel: t.name("complaint_channel", complaint.channel.name()).to_owned(),
        about: complaint.representative.as_deref().map_or_else(|| NONE.to_owned(), |who| label(names, who)),
        call_id: complaint.call_id.clone().unwrap_or_default(),
        due: last_day(complaint.due_at),
        late: is_late(complaint, now),
        finding: finding.map(|finding| t.name("complaint_finding", finding.name()).to_owned()).unwrap_or_default(),
        finding_class: finding.map(finding_class).unwrap_or_default(),
        state: t.name("complaint_state", complaint.state.name()).to_owned(),
        state_class: state_class(complaint.state),
    }
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, now) = (frame.t, &shared.work()?.desk, Utc::now());
    let closed = asked.list.as_deref() == Some("closed");
    let (answered, withdrawn) = (ComplaintState::Answered.name(), ComplaintState::Withdrawn.name());
    let states: Vec<&str> = ComplaintState::ALL
        .iter()
        .map(|state| state.name())
        .filter(|state| (*state == answered || *state == withdrawn) == closed)
        .collect();
    let filter = Filter { states: &states, newest_first: closed, ..Filter::default() };
    let found: Vec<Record<Complaint>> = desk.complaints(who.person(), &filter).await?;
    let names = names(desk).await?;
    let late = found.iter().filter(|complaint| is_late(complaint, now)).count();
    show(&Page {
        frame: &frame,
        t,
        closed,
        total: t.say("complaints.total", &[("n", (found.len() as i64).into())]),
        late: if late > 0 { t.fill("complaints.late_n", &[&format::count(t.0, late as i64)]) } else { String::new() },
        lines: found.iter().take(LATEST).map(|complaint| line(t, complaint, &names, now)).collect(),
    })
}

/// For the page of a call: its complaints that a person may see, each with its address, and where another one is noted; nothing for
/// whoever keeps none.
pub(crate) async fn of_call(
    shared: &Shared,
    t: Texts,
    who: &Who,
    call_id: &str,
) -> Result<(Vec<(String, String)>, String), PageError> {
    let desk = &shared.work()?.desk;
    if !desk.may(who.person(), Right::Complaints) {
        return Ok(Default::default());
    }
    let filter = Filter { call_id: Some(call_id), ..Filter::default() };
    let found = desk.complaints(who.person(), &filter).await?;
    let link = |complaint: &Record<Complaint>| {
        let state = t.name("complaint_state", complaint.state.name());
        let kind = t.name("complaint_kind", complaint.kind.name());
        let text = format!("{kind}, {}: {state}", format::date(complaint.received_on));
        (format!("/complaints/{}", encoded(&complaint.complaint_id)), text)
    };
    Ok((found.iter().map(link).collect(), format!("/complaints/new?call_id={}", encoded(call_id))))
}
