//! `/complaints/{id}`: one complaint, and its next step. For whomever it is about there is no such page.

use super::{Sent, Step, finding_class, history, is_late, label, last_day, name_of, names, people, state_class};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::complaints::{Complaint, ComplaintState, Finding, Report};
use meyar_work::store::Record;
use meyar_work::{Right, WorkError, terms};
use std::sync::Arc;

struct Found {
    finding: String,
    finding_class: &'static str,
    text: String,
    facts: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "work/complaint.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    complaint: &'a Complaint,
    kind: String,
    state: String,
    state_class: &'static str,
    late: bool,
    facts: Vec<(&'static str, String)>,
    call_url: String,
    found: Option<Found>,
    measured: &'static str,
    measured_on: String,
    answered_on: String,
    may_investigate: bool,
    may_act: bool,
    may_answer: bool,
    may_withdraw: bool,
    findings: Vec<Choice>,
    investigators: Vec<Choice>,
    acts: Vec<Choice>,
    today: String,
    /// A need can be noted of what was found.
    need_url: String,
    sent: &'a Sent,
    steps: Vec<Step>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &who, &id, &Sent::default()).await
}

async fn screen(shared: &Shared, frame: &Frame, who: &Who, id: &str, sent: &Sent) -> Result<Html<String>, PageError> {
    let (t, desk, person) = (frame.t, &shared.work()?.desk, who.person());
    let complaint = desk.complaint(person, id).await?;
    let (people, names) = (people(desk).await?, names(desk).await?);
    let versions = desk.store.versions::<Complaint>(id).await?;
    let facts = [
        (t.get("complaints.received_on"), Some(format::date(complaint.received_on))),
        (t.get("complaints.channel"), Some(t.name("complaint_channel", complaint.channel.name()).to_owned())),
        (t.get("complaints.about"), complaint.representative.as_deref().map(|who| label(&names, who))),
        (t.get("complaints.due"), Some(last_day(complaint.due_at))),
        (t.get("complaints.noted_by"), Some(name_of(&people, &complaint.noted_by))),
    ];
    let found = complaint.investigation.as_ref().map(|found| Found {
        finding: t.name("complaint_finding", found.finding.name()).to_owned(),
        finding_class: finding_class(found.finding),
        text: found.text.clone(),
        facts: [
            (t.get("complaints.investigator"), Some(name_of(&people, &found.investigator))),
            (t.get("complaints.specialist"), Some(found.specialist.clone()).filter(|text| !text.is_empty())),
            (t.get("complaints.investigated_on"), Some(format::date(found.on))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect(),
    });
    // Whoever it is about investigates nothing; nor does anybody who sees no calls.
    let mut hands = desk.able(Right::Calls, Utc::now()).await?;
    hands.retain(|one| !complaint.is_about(one));
    let investigator = if sent.text("investigator").is_empty() { &person.person_id } else { sent.text("investigator") };
    let state = complaint.state;
    let founded = complaint.investigation.as_ref().is_some_and(|found| found.finding != Finding::NotConfirmed);
    let acted = matches!(state, ComplaintState::Measured | ComplaintState::Sent);
    let finding = |finding: &Finding| {
        Choice::new(finding.name(), t.name("complaint_finding", finding.name()), Some(sent.text("finding")))
    };
    let need = |complaint: &Complaint| {
        let topic = t.name("complaint_kind", complaint.kind.name());
        let who = complaint.representative.as_deref().unwrap_or_default();
        format!("/trainings/needs/new?origin=results&topic={}&representatives={}", encoded(topic), encoded(who))
    };
    let act = |act: &str| Choice::new(act, t.name("complaint_act", act).to_owned(), Some(sent.text("act")));
    show(&One {
        frame,
        t,
        id: encoded(id),
        version: complaint.version,
        kind: t.name("complaint_kind", complaint.kind.name()).to_owned(),
        state: t.name("complaint_state", state.name()).to_owned(),
        state_class: state_class(state),
        late: is_late(&complaint, Utc::now()),
        facts: facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        call_url: complaint.call_id.as_deref().map(|id| format!("/calls/{}", encoded(id))).unwrap_or_default(),
        found,
        measured: if state == ComplaintState::Sent { "complaints.sent_title" } else { "complaints.measure_title" },
        measured_on: complaint.measured_on.map(format::date).unwrap_or_default(),
        answered_on: complaint.answered_on.map(format::date).unwrap_or_default(),
        may_investigate: state == ComplaintState::Received,
        may_act: state == ComplaintState::Investigated,
        may_answer: acted || (state == ComplaintState::Investigated && !founded),
        may_withdraw: matches!(state, ComplaintState::Received | ComplaintState::Investigated),
        findings: Finding::ALL.iter().map(finding).collect(),
        investigators: hands.iter().map(|one| Choice::new(&one.person_id, &one.name, Some(investigator))).collect(),
        acts: vec![act("measure"), act("ministry")],
        today: terms::day(Utc::now()).to_string(),
        need_url: if founded && desk.may(person, Right::Improve) { need(&complaint) } else { String::new() },
        sent,
        steps: history(&versions, &people, |action| t.name("complaint_action", action).to_owned()),
        complaint: &complaint,
    })
}

async fn done(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    id: &str,
    mut sent: Sent,
    done: Result<Record<Complaint>, WorkError>,
) -> Result<Response, PageError> {
    let t = frame.t;
    let status = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/complaints/{}", encoded(id))).into_response()),
        Err(error) => sent.refused(t, error, |field| t.name("complaint_wrong", field).to_owned())?,
    };
    Ok((status, screen(shared, frame, who, id, &sent).await?).into_response())
}

/// The page anew, with what is wrong in it.
async fn mend(shared: &Shared, frame: &Frame, who: &Who, id: &str, mut sent: Sent) -> Result<Response, PageError> {
    let status = sent.mend(frame.t);
    Ok((status, screen(shared, frame, who, id, &sent).await?).into_response())
}

type Typed = Form<Vec<(String, String)>>;

pub async fn investigate(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let mut sent = Sent::of(sent);
    let Some(finding) = sent.code::<Finding>(frame.t, "finding") else {
        return mend(&shared, &frame, &who, &id, sent).await;
    };
    let report = Report { finding, text: sent.text("text").to_owned(), specialist: sent.text("specialist").to_owned() };
    let by = sent.text("investigator").to_owned();
    let desk = &shared.work()?.desk;
    let step = desk.investigate_complaint(who.person(), &id, sent.seen(), &by, &report, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn act(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let mut sent = Sent::of(sent);
    let to_ministry = match sent.text("act") {
        "measure" => false,
        "ministry" => true,
        _ => {
            sent.put("act", frame.t.get("learn.wrong_choice"));
            return mend(&shared, &frame, &who, &id, sent).await;
        }
    };
    let text = sent.text("measure").to_owned();
    let desk = &shared.work()?.desk;
    let step = desk.act_on_complaint(who.person(), &id, sent.seen(), to_ministry, &text, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn answer(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let mut sent = Sent::of(sent);
    let Some(on) = sent.needed_day(frame.t, "answered_on") else {
        return mend(&shared, &frame, &who, &id, sent).await;
    };
    let text = sent.text("answer").to_owned();
    let step = shared.work()?.desk.answer_complaint(who.person(), &id, sent.seen(), on, &text, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}

pub async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Typed,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let reason = sent.text("reason").to_owned();
    let step = shared.work()?.desk.withdraw_complaint(who.person(), &id, sent.seen(), &reason, Utc::now()).await;
    done(&shared, &frame, &who, &id, sent, step).await
}
