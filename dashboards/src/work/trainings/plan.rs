//! `/trainings/new` and `/trainings/{id}/edit`: when, where, by whom, for whom, and which needs it answers.

use super::{Sent, names, need_line, representatives};
use crate::Shared;
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::{Choice, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_work::store::Filter;
use meyar_work::trainings::{Need, NeedState, NewTraining, Training, TrainingState};
use meyar_work::{Desk, WorkError};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/training_plan.html")]
struct New<'a> {
    frame: &'a Frame,
    t: Texts,
    sent: &'a Sent,
    /// Of the training that is changed; empty for a new one.
    id: String,
    version: i64,
    needs: Vec<Choice>,
    participants: Vec<Choice>,
}

/// Fields of a new training that answers needs: their topic, and everybody who needs it.
pub async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let desk = &shared.work()?.desk;
    let mut sent = Sent::of(fields);
    let mut topic = sent.text("topic").to_owned();
    for id in sent.all("needs") {
        let Some(need) = desk.store.find::<Need>(&id).await? else { continue };
        if topic.is_empty() {
            topic.clone_from(&need.topic);
        }
        for who in &need.representatives {
            sent = sent.with("participants", who.as_str());
        }
    }
    form(&shared, &frame, &sent.with("topic", topic), None).await
}

async fn form(
    shared: &Shared,
    frame: &Frame,
    sent: &Sent,
    changed: Option<(&str, i64)>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let chosen = sent.all("needs");
    let mut needs = Vec::new();
    for need in desk.store.list::<Need>(&Filter::default()).await? {
        let own = changed.is_some_and(|(id, _)| need.training_id.as_deref() == Some(id));
        if need.state == NeedState::Open || (own && need.state == NeedState::Planned) {
            let line = need_line(t, desk, &need);
            let text = if need.in_force_on.is_some() {
                format!("{} – {}, {}", line.topic, line.origin, line.in_force_on)
            } else {
                format!("{} – {}", line.topic, line.origin)
            };
            needs.push(Choice { chosen: chosen.contains(&line.id), value: line.id, text });
        }
    }
    let names = names(desk).await?;
    show(&New {
        frame,
        t,
        sent,
        id: changed.map(|(id, _)| encoded(id)).unwrap_or_default(),
        version: changed.map_or(0, |(_, version)| version),
        needs,
        participants: representatives(shared, &names, &sent.all("participants")).await,
    })
}

fn read(t: Texts, sent: &mut Sent) -> Option<NewTraining> {
    let begins_at = sent.moment(t, "begins_at").and_then(|at| Baku.from_local_datetime(&at).earliest());
    let pass_mark = sent.number(t, "pass_mark");
    let text = |name: &str| sent.text(name).to_owned();
    let new = NewTraining {
        topic: text("topic"),
        begins_at: begins_at?.with_timezone(&Utc),
        place: text("place"),
        trainer: text("trainer"),
        needs: sent.all("needs"),
        participants: sent.all("participants"),
        pass_mark: pass_mark?,
    };
    sent.is_right().then_some(new)
}

fn to(id: &str) -> Response {
    Redirect::to(&format!("/trainings/{}", encoded(id))).into_response()
}

pub async fn make(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let status = match read(t, &mut sent) {
        None => sent.mend(t),
        Some(new) => match desk.plan_training(who.person(), new, Utc::now()).await {
            Ok(training) => return Ok(to(&training.training_id)),
            Err(error) => sent.refused(t, error, |field| t.name("training_wrong", field).to_owned())?,
        },
    };
    Ok((status, form(&shared, &frame, &sent, None).await?).into_response())
}

/// As it is now, for its form.
fn typed(training: &Training) -> Sent {
    let begins = training.begins_at.with_timezone(&Baku).format("%Y-%m-%dT%H:%M").to_string();
    let mut sent = Sent::default()
        .with("topic", training.topic.as_str())
        .with("begins_at", begins)
        .with("place", training.place.as_str())
        .with("trainer", training.trainer.as_str())
        .with("pass_mark", training.pass_mark.to_string());
    for need in &training.needs {
        sent = sent.with("needs", need.as_str());
    }
    for participant in &training.participants {
        sent = sent.with("participants", participant.representative.as_str());
    }
    sent
}

async fn planned(desk: &Desk, id: &str) -> Result<(Training, i64), WorkError> {
    let training = desk.store.get::<Training>(id).await?;
    if training.state != TrainingState::Planned {
        let state = training.state.name().to_owned();
        return Err(WorkError::State { what: "the training", state, remedy: "only a planned one can be changed" });
    }
    Ok((training.content, training.version))
}

pub async fn edit(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    match planned(&shared.work()?.desk, &id).await {
        Ok((training, version)) => {
            Ok(form(&shared, &frame, &typed(&training), Some((&id, version))).await?.into_response())
        }
        // It was held meanwhile: its page says so.
        Err(WorkError::State { .. }) => Ok(to(&id)),
        Err(error) => Err(error.into()),
    }
}

pub async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk, mut sent) = (frame.t, &shared.work()?.desk, Sent::of(sent));
    let seen = sent.seen();
    let status = match read(t, &mut sent) {
        None => sent.mend(t),
        Some(new) => match desk.change_training(who.person(), &id, seen, new, Utc::now()).await {
            Ok(_) => return Ok(to(&id)),
            Err(error) => sent.refused(t, error, |field| t.name("training_wrong", field).to_owned())?,
        },
    };
    let now = desk.store.get::<Training>(&id).await?.version;
    Ok((status, form(&shared, &frame, &sent, Some((&id, now))).await?).into_response())
}
