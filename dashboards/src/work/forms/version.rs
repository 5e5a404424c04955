//! `/forms/{id}/{version}`: one version as it is judged by, and where the next one is begun from it.

use super::shown::{self, CriterionShown};
use super::{Stands, draft_url, judged, name_of_form, specs_of};
use crate::Shared;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::show;
use crate::text::Texts;
use crate::work::Who;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::Utc;
use meyar_scoring::Status;
use meyar_work::drafts::{DraftState, FormDraft, next_version, version_of};
use meyar_work::{Right, WorkError, terms};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "work/form.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    name: String,
    version: &'a str,
    state: String,
    state_class: &'static str,
    is_proposal: bool,
    closed: bool,
    facts: Vec<(&'static str, String)>,
    /// Where it was drafted, with what it changed.
    draft_url: Option<String>,
    criteria: Vec<CriterionShown>,
    bands: Vec<(String, String)>,
    may_edit: bool,
    begin_url: String,
    typed: String,
    wrong: String,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((form_id, version)): Path<(String, String)>,
) -> Result<Html<String>, PageError> {
    screen(&shared, &frame, &who, &form_id, &version, None, String::new()).await
}

async fn screen(
    shared: &Shared,
    frame: &Frame,
    who: &Who,
    form_id: &str,
    version: &str,
    typed: Option<&str>,
    wrong: String,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let forms = version_of(&desk.forms, form_id, version);
    let specs = specs_of(desk, form_id, version);
    let (Some(form), Some(spec)) = (forms.first(), specs.first()) else {
        return Err(PageError::not_found(t.fill("forms.not_found", &[&format!("{form_id} {version}")])));
    };
    let stands = Stands::of(&desk.forms, form, terms::day(Utc::now()));
    let calls = judged(shared).await?.get(&(form_id.to_owned(), version.to_owned())).copied().unwrap_or_default();
    let number = |calls: u64| format::count(t.0, calls as i64);
    let languages: Vec<&str> = specs.iter().map(|spec| t.name("form_language", spec.form.language.code())).collect();
    let mut facts = vec![
        (t.find("forms.days").unwrap_or_default(), super::days(&desk.forms, form)),
        (t.find("forms.languages").unwrap_or_default(), languages.join(", ")),
        (t.find("forms.evaluated").unwrap_or_default(), number(calls[0])),
        (t.find("forms.assessed").unwrap_or_default(), number(calls[1])),
        (t.find("forms.clause").unwrap_or_default(), spec.form.clause.clone()),
    ];
    let draft = desk.store.find::<FormDraft>(&FormDraft::id_of(form_id, version)).await?;
    if let Some(draft) = &draft
        && let Some(ruling) = draft.rulings.iter().find(|ruling| ruling.ruling == DraftState::Approved)
    {
        let people = crate::work::reviews::people(desk).await?;
        let by = crate::work::reviews::name_of(&people, &ruling.by);
        facts
            .push((t.find("forms.approved_by").unwrap_or_default(), format!("{by}, {}", format::date_time(ruling.at))));
    }
    // The number that nobody has taken yet.
    let mut next = next_version(version);
    while !version_of(&desk.forms, form_id, &next).is_empty()
        || desk.store.find::<FormDraft>(&FormDraft::id_of(form_id, &next)).await?.is_some()
    {
        next = next_version(&next);
    }
    let band = |band: &meyar_scoring::Band| {
        (shown::pick(t, &band.name_az, &band.name_en).to_owned(), format::number(t.0, band.min))
    };
    show(&Page {
        frame,
        t,
        name: name_of_form(t, spec).to_owned(),
        version,
        state: t.name("form_stands", stands.name()).to_owned(),
        state_class: stands.class(),
        is_proposal: spec.form.status == Status::Draft,
        closed: calls != [0, 0],
        facts,
        draft_url: draft.map(|draft| draft_url(&draft.draft_id)),
        criteria: shown::criteria(t, &specs),
        bands: spec.bands.iter().map(band).collect(),
        may_edit: desk.may(who.person(), Right::FormsEdit),
        begin_url: format!("{}/draft", super::version_url(form_id, version)),
        typed: typed.map_or(next, str::to_owned),
        wrong,
    })
}

#[derive(Deserialize)]
pub struct New {
    version: String,
}

pub async fn begin(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path((form_id, base)): Path<(String, String)>,
    Form(new): Form<New>,
) -> Result<Response, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let typed = new.version.trim();
    match desk.draft_form(who.person(), &form_id, &base, typed, Utc::now()).await {
        Ok(draft) => Ok(Redirect::to(&draft_url(&draft.draft_id)).into_response()),
        Err(WorkError::Invalid(invalid)) if invalid.field == "version" => {
            let taken = !version_of(&desk.forms, &form_id, typed).is_empty()
                || desk.store.find::<FormDraft>(&FormDraft::id_of(&form_id, typed)).await?.is_some();
            let wrong = t.fill(if taken { "forms.wrong_taken" } else { "forms.wrong_version" }, &[typed]);
            let page = screen(&shared, &frame, &who, &form_id, &base, Some(typed), wrong).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(WorkError::NotFound { id, .. }) => Err(PageError::not_found(t.fill("forms.not_found", &[&id]))),
        Err(error) => Err(error.into()),
    }
}
