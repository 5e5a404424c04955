//! `/queue`: what waits for an assessor, the most urgent first: calls of plans, and sets of calibrations.

use super::calibration::Waiting;
use super::{Who, calibration, named};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, line_name, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{Html, Redirect};
use chrono::Utc;
use meyar_scoring::Form as CallForm;
use meyar_work::assessment::Assessment;
use meyar_work::plans::{Pick, PickState, Plan};
use meyar_work::store::{Filter, Record};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;

struct Line {
    pick_id: String,
    call_id: String,
    representative: String,
    line: String,
    plan: String,
    why: String,
    risky: bool,
    due: String,
    overdue: bool,
    /// `3 / 14` of one that was begun.
    progress: String,
    assess_url: String,
}

#[derive(Template)]
#[template(path = "work/queue.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<Line>,
    calibrations: Vec<Waiting>,
    left: String,
    overdue: usize,
    done: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let picks = desk.queue(who.person()).await?;
    let person_id = who.person().person_id.as_str();
    let drafts: Vec<Record<Assessment>> =
        desk.store.list(&Filter { states: &["draft"], owner: Some(person_id), ..Filter::default() }).await?;
    let plans: Vec<Record<Plan>> = desk.store.list(&Filter::default()).await?;
    let drafts: HashMap<&str, &Record<Assessment>> =
        drafts.iter().map(|draft| (draft.assessment_id.as_str(), draft)).collect();
    let plans: HashMap<&str, &str> = plans.iter().map(|plan| (plan.plan_id.as_str(), plan.name.as_str())).collect();
    let done: i64 = desk
        .store
        .count::<Pick>(&Filter { states: &[PickState::Done.name()], owner: Some(person_id), ..Filter::default() })
        .await?;
    let (now, blind) = (Utc::now(), desk.blind_to(who.person()).await?);
    let line = |pick: &Record<Pick>| {
        let draft = pick.assessment_id.as_deref().and_then(|id| drafts.get(id));
        let decided = |draft: &&Record<Assessment>| draft.marks.iter().filter(|mark| mark.judged.is_some()).count();
        Line {
            pick_id: pick.pick_id.clone(),
            call_id: pick.call_id.clone(),
            representative: pick.representative.clone().unwrap_or_default(),
            line: pick.line.as_deref().map(|line| line_name(t, line)).unwrap_or_default(),
            plan: plans.get(pick.plan_id.as_str()).copied().unwrap_or_default().to_owned(),
            why: match pick.risk {
                Some(risk) if risk.is_of_marks() && blind.contains(&pick.call_id) => {
                    t.get("plans.risk_hidden").to_owned()
                }
                Some(risk) => named(t, "risk", risk.name()),
                None => named(t, "purpose", "random"),
            },
            risky: pick.risk.is_some(),
            // A due moment is the first one that is too late.
            due: format::date(meyar_work::terms::day(pick.due_at - chrono::Duration::seconds(1))),
            overdue: pick.due_at <= now,
            progress: draft.map(|draft| format!("{} / {}", decided(draft), draft.marks.len())).unwrap_or_default(),
            assess_url: draft.map(|draft| format!("/assess/{}", encoded(&draft.assessment_id))).unwrap_or_default(),
        }
    };
    let lines: Vec<Line> = picks.iter().map(line).collect();
    show(&Page {
        frame: &frame,
        t,
        left: format::number(t.0, lines.len() as f64),
        overdue: lines.iter().filter(|line| line.overdue).count(),
        done: format::number(t.0, done as f64),
        calibrations: calibration::waiting(t, desk, who.person()).await?,
        lines,
    })
}

/// Begins a pick, or goes on with it: to the screen where it is judged.
pub async fn begin(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(pick_id): Path<String>,
) -> Result<Redirect, PageError> {
    let desk = &shared.work()?.desk;
    let pick = desk.store.get::<Pick>(&pick_id).await?;
    let call = shared.data.call(&pick.call_id).await?;
    let call = call.ok_or_else(|| PageError::not_found(frame.t.fill("call.not_found", &[&pick.call_id])))?;
    let spoken = call.transcript.as_ref().map_or("az", |transcript| transcript.language.as_str());
    let day = meyar_work::terms::day(call.facts.offered_at.unwrap_or_else(Utc::now));
    // By the form that the proposals were made by; without any, by the one in force on the call's day.
    let proposed = call.evaluation.as_ref().and_then(|evaluation| desk.forms.named(&evaluation.form));
    let form: &CallForm = proposed
        .or_else(|| desk.forms.form_for(spoken, day))
        .or_else(|| desk.forms.form_for("az", day))
        .ok_or_else(|| PageError::bad_request(frame.t.fill("queue.no_form", &[&day.to_string()])))?;
    let evaluation = call.evaluation.as_ref().filter(|_| proposed.is_some());
    let record = desk.begin(who.person(), &pick_id, form, evaluation, Utc::now()).await?;
    Ok(Redirect::to(&format!("/assess/{}", encoded(&record.assessment_id))))
}

#[derive(Deserialize)]
pub struct Why {
    reason: String,
}

pub async fn impossible(
    State(shared): State<Arc<Shared>>,
    Extension(who): Extension<Who>,
    Path(pick_id): Path<String>,
    Form(why): Form<Why>,
) -> Result<Redirect, PageError> {
    shared.work()?.desk.give_up(who.person(), &pick_id, &why.reason, Utc::now()).await?;
    Ok(Redirect::to("/queue"))
}
