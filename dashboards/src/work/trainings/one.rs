//! `/trainings/{id}`: one training, step by step: who came, what they scored, which needs it met, and what it changed.

use super::effect::{self, EffectPart};
use super::{
    NeedLine, Sent, Step, attended, history, label, name_of, names, need_line, people, tested, training_class,
};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_work::WorkError;
use meyar_work::store::Record;
use meyar_work::trainings::{Attendance, Need, Training, TrainingState};
use std::sync::Arc;

struct Part {
    code: String,
    name: String,
    attendance: String,
    attendance_class: &'static str,
    absent_reason: String,
    score: String,
    passed: String,
    passed_class: &'static str,
    /// As it is typed, or as it is.
    was_present: bool,
    was_absent: bool,
    reason_typed: String,
    score_typed: String,
    may_score: bool,
    wrong: String,
}

#[derive(Template)]
#[template(path = "work/training.html")]
struct One<'a> {
    frame: &'a Frame,
    t: Texts,
    id: String,
    version: i64,
    training: &'a Training,
    state: String,
    state_class: &'static str,
    facts: Vec<(&'static str, String)>,
    /// Acts that hold before it, each with its day.
    late: Vec<String>,
    needs: Vec<NeedLine>,
    parts: Vec<Part>,
    /// Who needed it and was not there or did not pass.
    unreached: Vec<String>,
    may_change: bool,
    may_hold: bool,
    not_yet: bool,
    may_test: bool,
    may_close: bool,
    was_held: bool,
    sent: &'a Sent,
    effect: Option<EffectPart>,
    steps: Vec<Step>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Path(id): Path<String>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &id, &Sent::default()).await
}

async fn screen(shared: &Shared, frame: &Frame, id: &str, sent: &Sent) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let training = desk.store.get::<Training>(id).await?;
    let (people, names) = (people(desk).await?, names(desk).await?);
    let mut needs: Vec<Record<Need>> = Vec::new();
    for need in &training.needs {
        needs.extend(desk.store.find::<Need>(need).await?);
    }
    let part = |participant: &meyar_work::trainings::Participant| {
        let code = participant.representative.clone();
        let (attendance, attendance_class) = attended(t, participant);
        let (score, passed, passed_class) = tested(t, &training, participant);
        let typed = sent.text(format!("attendance-{code}")).to_owned();
        let is = |state: Attendance| {
            if typed.is_empty() { participant.attendance == Some(state) } else { typed == state.name() }
        };
        let or = |typed: String, kept: String| if typed.is_empty() { kept } else { typed };
        Part {
            name: label(&names, &code),
            attendance,
            attendance_class,
            absent_reason: participant.absent_reason.clone(),
            score,
            passed,
            passed_class,
            was_present: is(Attendance::Present),
            was_absent: is(Attendance::Absent),
            reason_typed: or(sent.text(format!("reason-{code}")).to_owned(), participant.absent_reason.clone()),
            score_typed: or(
                sent.text(format!("score-{code}")).to_owned(),
                participant.score.map(|score| score.to_string()).unwrap_or_default(),
            ),
            may_score: participant.attendance == Some(Attendance::Present),
            wrong: sent.wrong(format!("row-{code}")).to_owned(),
            code,
        }
    };
    let late = needs.iter().filter(|need| training.is_late_for(need)).map(|need| {
        let day = need.in_force_on.map(format::date).unwrap_or_default();
        t.fill("trainings.late_line", &[&need.topic, &day])
    });
    let reached = |who: &String| {
        let participant = training.participant(who);
        participant.is_some_and(|one| training.passed(one) == Some(true))
    };
    let mut unreached: Vec<String> =
        needs.iter().flat_map(|need| &need.representatives).filter(|who| !reached(who)).cloned().collect();
    unreached.sort();
    unreached.dedup();
    let number = |value: usize| format::count(t.0, value as i64);
    let facts = vec![
        (t.find("trainings.when").unwrap_or_default(), format::date_time(training.begins_at)),
        (t.find("trainings.place").unwrap_or_default(), training.place.clone()),
        (t.find("trainings.trainer").unwrap_or_default(), training.trainer.clone()),
        (t.find("trainings.participants").unwrap_or_default(), number(training.participants.len())),
        (t.find("trainings.pass_mark").unwrap_or_default(), format::number(t.0, training.pass_mark)),
        (t.find("trainings.planned_by").unwrap_or_default(), name_of(&people, &training.made_by)),
    ];
    let versions = desk.store.versions::<Training>(id).await?;
    let (state, now) = (training.state, Utc::now());
    let was_held = !matches!(state, TrainingState::Planned | TrainingState::Cancelled);
    let effect = if was_held { effect::part(shared, t, &training, &needs).await? } else { None };
    show(&One {
        frame,
        t,
        id: encoded(id),
        version: training.version,
        state: t.name("training_state", state.name()).to_owned(),
        state_class: training_class(state),
        facts,
        late: late.collect(),
        needs: needs.iter().map(|need| need_line(t, desk, need)).collect(),
        parts: training.participants.iter().map(part).collect(),
        unreached: if state == TrainingState::Tested { unreached } else { Vec::new() },
        may_change: state == TrainingState::Planned,
        may_hold: matches!(state, TrainingState::Planned | TrainingState::Held) && training.begins_at <= now,
        not_yet: state == TrainingState::Planned && training.begins_at > now,
        may_test: matches!(state, TrainingState::Held | TrainingState::Tested),
        may_close: state == TrainingState::Tested,
        was_held,
        sent,
        effect,
        steps: history(&versions, &people, |action| t.name("training_action", action).to_owned()),
        training: &training,
    })
}

/// A step is done and the page shown anew, or the page says why not.
async fn shown(
    shared: &Shared,
    frame: &Frame,
    id: &str,
    mut sent: Sent,
    done: Result<Record<Training>, WorkError>,
) -> Result<Response, PageError> {
    let t = frame.t;
    let status = match done {
        Ok(_) => return Ok(Redirect::to(&format!("/trainings/{}", encoded(id))).into_response()),
        // What is wrong in one participant's row stands in that row.
        Err(WorkError::Invalid(invalid))
            if matches!(invalid.field.as_str(), "attendance" | "absent_reason" | "score")
                && !invalid.value.is_empty() =>
        {
            sent.put(&format!("row-{}", invalid.value), t.name("training_wrong", &invalid.field));
            sent.mend(t)
        }
        Err(error) => sent.refused(t, error, |field| t.name("training_wrong", field).to_owned())?,
    };
    Ok((status, screen(shared, frame, id, &sent).await?).into_response())
}

/// Who took part, as the training says now.
async fn participants(shared: &Shared, id: &str) -> Result<Vec<String>, PageError> {
    let training = shared.work()?.desk.store.get::<Training>(id).await?;
    Ok(training.content.participants.into_iter().map(|one| one.representative).collect())
}

pub async fn hold(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let attendance: Vec<(String, Attendance, String)> = participants(&shared, &id)
        .await?
        .into_iter()
        .filter_map(|code| {
            let attended = sent.text(format!("attendance-{code}")).parse().ok()?;
            let reason = sent.text(format!("reason-{code}")).to_owned();
            Some((code, attended, reason))
        })
        .collect();
    let done = shared.work()?.desk.hold_training(who.person(), &id, sent.seen(), &attendance, Utc::now()).await;
    shown(&shared, &frame, &id, sent, done).await
}

pub async fn test(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, mut sent) = (frame.t, Sent::of(sent));
    let mut scores = Vec::new();
    for code in participants(&shared, &id).await? {
        let typed = sent.text(format!("score-{code}")).replace(',', ".");
        match typed.parse::<f64>() {
            _ if typed.is_empty() => {}
            Ok(score) if (0.0..=100.0).contains(&score) => scores.push((code, score)),
            _ => sent.put(&format!("row-{code}"), t.name("training_wrong", "score")),
        }
    }
    if !sent.is_right() {
        let status = sent.mend(t);
        return Ok((status, screen(&shared, &frame, &id, &sent).await?).into_response());
    }
    let done = shared.work()?.desk.test_training(who.person(), &id, sent.seen(), &scores, Utc::now()).await;
    shown(&shared, &frame, &id, sent, done).await
}

pub async fn close(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let met = sent.all("met");
    let done = shared.work()?.desk.close_training(who.person(), &id, sent.seen(), &met, Utc::now()).await;
    shown(&shared, &frame, &id, sent, done).await
}

pub async fn cancel(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(id): Path<String>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let sent = Sent::of(sent);
    let reason = sent.text("reason").to_owned();
    let done = shared.work()?.desk.cancel_training(who.person(), &id, sent.seen(), &reason, Utc::now()).await;
    shown(&shared, &frame, &id, sent, done).await
}
