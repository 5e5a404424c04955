//! `/discussions/new`: writing down a meeting. First the representative is chosen, then what was discussed of theirs.

use super::Wrong;
use super::not_taken;
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, encoded, show};
use crate::text::Texts;
use crate::work::Who;
use crate::work::my::published_states;
use crate::work::recommendations::{about, common::short};
use crate::work::results::{Fields, form_name, shown_score};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{NaiveDate, Utc};
use meyar_work::assessment::Assessment;
use meyar_work::discussions::{New, Outcome};
use meyar_work::recommendations::{Recommendation, is_about_somebody};
use meyar_work::store::{Filter, Record};
use meyar_work::{Role, terms};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Assessments that are offered: a meeting is about what was lately published.
const LATEST: usize = 30;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    representative: Option<String>,
    assessment: Option<String>,
    recommendation: Option<String>,
}

#[derive(Template)]
#[template(path = "work/discussion_new.html")]
struct Blank<'a> {
    frame: &'a Frame,
    t: Texts,
    representatives: Vec<Choice>,
    /// Empty until one is chosen.
    representative: String,
    no_account: bool,
    assessments: Vec<Choice>,
    recommendations: Vec<Choice>,
    people: Vec<Choice>,
    outcomes: Vec<Choice>,
    held_on: String,
    today: String,
    said_by_sector: String,
    said_by_representative: String,
    wrong: Wrong,
}

async fn form(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    representative: &str,
    ticked: &(dyn Fn(&str, &str) -> bool + Sync),
    sent: Option<&Fields>,
    wrong: Wrong,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let accounts = desk.store.people().await?;
    let mut published: Vec<Record<Assessment>> =
        desk.store.list(&Filter { states: &published_states(), newest_first: true, ..Filter::default() }).await?;
    published.retain(|record| is_about_somebody(record));
    let with_account =
        accounts.iter().filter(|one| one.role == Role::Representative).filter_map(|one| one.representative.as_deref());
    let names: BTreeSet<&str> =
        published.iter().filter_map(|one| one.representative.as_deref()).chain(with_account).collect();
    let nobody = Choice::new("", t.get("discussions.choose_representative"), Some(representative));
    let option = |id: &str, field: &str, text: String| Choice { value: id.to_owned(), text, chosen: ticked(field, id) };
    let blind = desk.blind_to(who.person()).await?;
    let own = published.iter().filter(|one| one.representative.as_deref() == Some(representative));
    let assessments = own.take(LATEST).map(|one| {
        let day = one.published_at.map(|at| format::date(terms::day(at))).unwrap_or_default();
        let text = t.fill(
            "discussions.assessment",
            &[
                &one.call_id,
                &form_name(t, desk, &one.form),
                &shown_score(t, one.effective_score.filter(|_| !blind.contains(&one.call_id))),
            ],
        );
        option(&one.assessment_id, "assessments", format!("{day} · {text}"))
    });
    let given: Vec<Record<Recommendation>> =
        desk.store.list(&Filter { about: Some(representative), newest_first: true, ..Filter::default() }).await?;
    let recommendations = given.iter().take(LATEST).map(|one| {
        let text = t.fill("discussions.recommendation", &[&about(t, desk, one), &short(&one.text)]);
        option(&one.recommendation_id, "recommendations", text)
    });
    let colleagues = accounts.iter().filter(|one| one.active && one.representative.as_deref() != Some(representative));
    let people = colleagues.map(|one| {
        let text = format!("{}, {}", one.name, t.name("role", one.role.name()));
        // Whoever writes it down was there, unless they say otherwise.
        let chosen = sent.map_or(one.person_id == who.person().person_id, |_| ticked("attended", &one.person_id));
        Choice { value: one.person_id.clone(), text, chosen }
    });
    let text = |name: &str| sent.map_or("", |sent| sent.text(name)).to_owned();
    let outcome = text("outcome");
    let today = terms::day(Utc::now()).to_string();
    show(&Blank {
        frame,
        t,
        representatives: std::iter::once(nobody)
            .chain(names.iter().map(|name| Choice::new(*name, *name, Some(representative))))
            .collect(),
        representative: representative.to_owned(),
        no_account: !representative.is_empty()
            && desk.store.person_of_representative(representative).await?.is_none_or(|one| !one.active),
        assessments: assessments.collect(),
        recommendations: recommendations.collect(),
        people: people.collect(),
        outcomes: Outcome::ALL
            .iter()
            .map(|one| Choice::new(one.name(), t.name("discussion_outcome", one.name()), Some(&outcome)))
            .collect(),
        held_on: sent.map_or_else(|| today.clone(), |sent| sent.text("held_on").to_owned()),
        today,
        said_by_sector: text("said_by_sector"),
        said_by_representative: text("said_by_representative"),
        wrong,
    })
}

pub(super) async fn blank(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Query(from): Query<From>,
) -> Result<Html<String>, PageError> {
    let representative = chosen(from.representative).unwrap_or_default();
    let (assessment, recommendation) = (chosen(from.assessment), chosen(from.recommendation));
    let ticked = |field: &str, id: &str| match field {
        "assessments" => assessment.as_deref() == Some(id),
        _ => recommendation.as_deref() == Some(id),
    };
    form(&shared, &frame, &who, &representative, &ticked, None, Wrong::default()).await
}

pub(super) async fn hold(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let all = |name: &str| -> Vec<String> {
        pairs.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
    };
    let sent = Fields::of(pairs.clone());
    let held_on = sent.text("held_on").parse::<NaiveDate>().map_err(|_| "held_on");
    let outcome = sent.text("outcome").parse::<Outcome>().map_err(|_| "outcome");
    let taken = match held_on.and_then(|day| Ok((day, outcome?))) {
        Err(field) => Err((StatusCode::UNPROCESSABLE_ENTITY, Wrong::new(t, field))),
        Ok((held_on, outcome)) => {
            let new = New {
                representative: sent.text("representative").to_owned(),
                held_on,
                assessments: all("assessments"),
                recommendations: all("recommendations"),
                attended: all("attended"),
                said_by_sector: sent.text("said_by_sector").to_owned(),
                said_by_representative: sent.text("said_by_representative").to_owned(),
                outcome,
            };
            match desk.hold_discussion(who.person(), new, Utc::now()).await {
                Ok(record) => Ok(record.discussion_id.clone()),
                Err(error) => Err(not_taken(t, error)?),
            }
        }
    };
    match taken {
        Ok(id) => Ok(Redirect::to(&format!("/discussions/{}", encoded(&id))).into_response()),
        Err((status, wrong)) => {
            let ticked = |field: &str, id: &str| pairs.iter().any(|(name, value)| name == field && value == id);
            let representative = sent.text("representative");
            let page = form(&shared, &frame, &who, representative, &ticked, Some(&sent), wrong).await?;
            Ok((status, page).into_response())
        }
    }
}
