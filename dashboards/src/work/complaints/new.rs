//! `/complaints/new`: noting a complaint. A call is looked up: it must be there, and whoever answered it is whom it is about.

use super::{Sent, names};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::trainings::representatives;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::complaints::{Channel, ComplaintKind, NewComplaint};
use meyar_work::terms;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/complaint_new.html")]
struct New<'a> {
    frame: &'a Frame,
    t: Texts,
    sent: &'a Sent,
    today: String,
    channels: Vec<Choice>,
    kinds: Vec<Choice>,
    representatives: Vec<Choice>,
}

/// The form can be opened of a call: `?call_id=…`.
pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let sent = Sent::of(fields).with("received_on", terms::day(Utc::now()).to_string());
    form(&shared, &frame, &sent).await
}

async fn form(shared: &Shared, frame: &Frame, sent: &Sent) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let channel = |channel: &Channel| {
        Choice::new(channel.name(), t.name("complaint_channel", channel.name()), Some(sent.text("channel")))
    };
    let kind =
        |kind: &ComplaintKind| Choice::new(kind.name(), t.name("complaint_kind", kind.name()), Some(sent.text("kind")));
    let names = names(desk).await?;
    let mut people = representatives(shared, &names, &sent.all("representative")).await;
    people.insert(0, Choice::new("", t.get("complaints.nobody"), Some(sent.text("representative"))));
    show(&New {
        frame,
        t,
        sent,
        today: terms::day(Utc::now()).to_string(),
        channels: Channel::ALL.iter().map(channel).collect(),
        kinds: ComplaintKind::ALL.iter().map(kind).collect(),
        representatives: people,
    })
}

fn read(t: Texts, sent: &mut Sent) -> Option<NewComplaint> {
    let received_on = sent.needed_day(t, "received_on");
    let (channel, kind) = (sent.code::<Channel>(t, "channel"), sent.code::<ComplaintKind>(t, "kind"));
    let given = |name: &str| Some(sent.text(name).to_owned()).filter(|text| !text.is_empty());
    let new = NewComplaint {
        received_on: received_on?,
        channel: channel?,
        kind: kind?,
        wish: sent.text("wish").to_owned(),
        call_id: given("call_id"),
        representative: given("representative"),
    };
    sent.is_right().then_some(new)
}

/// Whom the call was answered by; what does not fit is told.
async fn look_up(shared: &Shared, t: Texts, sent: &mut Sent, new: &mut NewComplaint) -> Result<(), PageError> {
    if let Some(call_id) = &new.call_id {
        match shared.data.call(call_id).await? {
            None => sent.put("call_id", t.fill("complaints.no_call", &[call_id])),
            Some(call) => {
                let answered = call.facts.representative;
                if new.representative.is_some() && answered.is_some() && new.representative != answered {
                    let who = answered.clone().unwrap_or_default();
                    sent.put("representative", t.fill("complaints.other_representative", &[&who]));
                }
                new.representative = answered.or(new.representative.take());
            }
        }
    } else if let Some(who) = &new.representative {
        let names = names(&shared.work()?.desk).await?;
        let known = representatives(shared, &names, &[]).await;
        if !known.iter().any(|choice| choice.value == *who) {
            sent.put("representative", t.get("learn.wrong_choice"));
        }
    }
    Ok(())
}

pub async fn note(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let mut new = read(t, &mut sent);
    if let Some(new) = &mut new {
        look_up(&shared, t, &mut sent, new).await?;
    }
    let status = match new.filter(|_| sent.is_right()) {
        None => sent.mend(t),
        Some(new) => match desk.note_complaint(who.person(), new, Utc::now()).await {
            Ok(noted) => {
                return Ok(Redirect::to(&format!("/complaints/{}", encoded(&noted.complaint_id))).into_response());
            }
            Err(error) => sent.refused(t, error, |field| t.name("complaint_wrong", field).to_owned())?,
        },
    };
    Ok((status, form(&shared, &frame, &sent).await?).into_response())
}
