//! `/forms`: versions of the evaluation form, their editor, their trial on past calls, and the head's approval.

mod criterion;
mod draft;
mod rule;
mod shown;
mod trial;
mod version;
mod weights;

use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::data::DataError;
use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{encoded, show};
use crate::text::Texts;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use chrono::{NaiveDate, Utc};
use meyar_lake::ScalarValue;
use meyar_scoring::{Form, FormSpec, Forms, Status};
use meyar_work::access::Action;
use meyar_work::drafts::{DraftState, FormDraft, version_of};
use meyar_work::store::{Filter, Record};
use meyar_work::{Desk, Right, terms};
use std::collections::HashMap;
use std::sync::Arc;

const READ: Need = Need::Any(&[Right::Forms]);
const EDIT: Need = Need::Any(&[Right::FormsEdit]);
const APPROVE: Need = Need::Any(&[Right::FormsApprove]);

pub fn routes(table: Table) -> Table {
    table
        .get("/forms", READ, Log::No, get(page))
        .get("/forms/{form_id}/{version}", READ, Log::No, get(version::page))
        .post("/forms/{form_id}/{version}/draft", EDIT, post(version::begin))
        .get("/forms/drafts/{draft_id}", READ, Log::No, get(draft::page))
        .post("/forms/drafts/{draft_id}", EDIT, post(weights::write))
        .post("/forms/drafts/{draft_id}/criteria", EDIT, post(weights::add))
        .get("/forms/drafts/{draft_id}/criteria/{code}", EDIT, Log::No, get(criterion::page))
        .post("/forms/drafts/{draft_id}/criteria/{code}", EDIT, post(criterion::write))
        .post("/forms/drafts/{draft_id}/submit", EDIT, post(draft::submit))
        .post("/forms/drafts/{draft_id}/discard", EDIT, post(draft::discard))
        .post("/forms/drafts/{draft_id}/return", APPROVE, post(draft::send_back))
        .post("/forms/drafts/{draft_id}/approve", APPROVE, post(draft::approve))
        .post("/forms/drafts/{draft_id}/withdraw", APPROVE, post(draft::withdraw))
        // Calls and representatives stand there.
        .get("/forms/drafts/{draft_id}/trial", READ, Log::Yes(Action::Read, "form_draft"), get(trial::page))
}

/// How a version stands to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    InForce,
    ToCome,
    Over,
    Withdrawn,
}

impl Stands {
    fn of(forms: &Forms, form: &Form, today: NaiveDate) -> Stands {
        match forms.days(form) {
            None => Stands::Withdrawn,
            Some((first, _)) if first > today => Stands::ToCome,
            Some((_, Some(last))) if last < today => Stands::Over,
            Some(_) => Stands::InForce,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stands::InForce => "in_force",
            Stands::ToCome => "to_come",
            Stands::Over => "over",
            Stands::Withdrawn => "withdrawn",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Stands::InForce => "ok",
            Stands::ToCome => "info",
            Stands::Over => "",
            Stands::Withdrawn => "lost",
        }
    }
}

pub fn state_class(state: DraftState) -> &'static str {
    match state {
        DraftState::Draft => "",
        DraftState::Submitted => "info",
        DraftState::Returned => "warn",
        DraftState::Approved => "ok",
        DraftState::Withdrawn | DraftState::Discarded => "lost",
    }
}

pub fn name_of_form(t: Texts, spec: &FormSpec) -> &str {
    shown::pick(t, &spec.form.name_az, &spec.form.name_en)
}

/// `01.03.2027 – 30.06.2027`, or `01.03.2027 –`.
fn days(forms: &Forms, form: &Form) -> String {
    match forms.days(form) {
        Some((first, Some(last))) => format!("{} – {}", format::date(first), format::date(last)),
        Some((first, None)) => format!("{} –", format::date(first)),
        None => format::NONE.to_owned(),
    }
}

pub fn version_url(form_id: &str, version: &str) -> String {
    format!("/forms/{}/{}", encoded(form_id), encoded(version))
}

pub fn draft_url(draft_id: &str) -> String {
    format!("/forms/drafts/{}", encoded(draft_id))
}

/// Calls that each version judged, by the machine and by people, as the lake has them.
async fn judged(shared: &Shared) -> Result<HashMap<(String, String), [u64; 2]>, PageError> {
    let mut all: HashMap<(String, String), [u64; 2]> = HashMap::new();
    let tables = ["evaluations", "assessments"];
    for (at, table) in tables.into_iter().enumerate() {
        let query = format!(
            "SELECT form_id, form_version, count(DISTINCT call_id) AS calls FROM {table} GROUP BY form_id, form_version"
        );
        let batches = shared.data.lake.sql(&query, Vec::<(&str, ScalarValue)>::new()).await.map_err(DataError::from)?;
        for row in meyar_lake::output::rows(&batches).map_err(DataError::from)? {
            let text = |name: &str| row.get(name).and_then(|value| value.as_str()).map(str::to_owned);
            let (Some(id), Some(version)) = (text("form_id"), text("form_version")) else { continue };
            let calls = row.get("calls").and_then(|value| value.as_u64()).unwrap_or(0);
            all.entry((id, version)).or_default()[at] = calls;
        }
    }
    Ok(all)
}

/// The definition of a version, one a language, the centre's own language first.
pub fn specs_of(desk: &Desk, form_id: &str, version: &str) -> Vec<FormSpec> {
    let mut specs: Vec<FormSpec> =
        version_of(&desk.forms, form_id, version).iter().map(|form| form.spec().clone()).collect();
    specs.sort_by_key(|spec| spec.form.language);
    specs
}

struct Line {
    url: String,
    version: String,
    name: String,
    languages: String,
    state: String,
    state_class: &'static str,
    /// Its own file says that nobody has approved it.
    is_proposal: bool,
    days: String,
    evaluated: String,
    assessed: String,
    has_data: bool,
}

struct DraftLine {
    url: String,
    version: String,
    base: String,
    state: String,
    state_class: &'static str,
    made_by: String,
    changed: String,
}

#[derive(Template)]
#[template(path = "work/forms.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    lines: Vec<Line>,
    drafts: Vec<DraftLine>,
    /// Where a new version is begun: the version in force.
    newest_url: Option<String>,
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
) -> Result<Html<String>, PageError> {
    let (t, desk) = (frame.t, &shared.work()?.desk);
    let today = terms::day(Utc::now());
    let judged = judged(&shared).await?;
    let mut versions: Vec<&Form> = Vec::new();
    for form in desk.forms.iter() {
        let is = |known: &&Form| {
            (&known.spec().form.id, &known.spec().form.version) == (&form.spec().form.id, &form.spec().form.version)
        };
        if !versions.iter().any(is) {
            versions.push(form);
        }
    }
    versions.sort_by_key(|form| std::cmp::Reverse(form.spec().form.valid_from));
    let line = |form: &&Form| {
        let head = &form.spec().form;
        let stands = Stands::of(&desk.forms, form, today);
        let calls = judged.get(&(head.id.clone(), head.version.clone())).copied().unwrap_or_default();
        let languages = specs_of(desk, &head.id, &head.version);
        let language = |spec: &FormSpec| t.name("form_language", spec.form.language.code()).to_owned();
        Line {
            url: version_url(&head.id, &head.version),
            version: head.version.clone(),
            name: name_of_form(t, form.spec()).to_owned(),
            languages: languages.iter().map(language).collect::<Vec<_>>().join(", "),
            state: t.name("form_stands", stands.name()).to_owned(),
            state_class: stands.class(),
            is_proposal: head.status == Status::Draft,
            days: days(&desk.forms, form),
            evaluated: format::count(t.0, calls[0] as i64),
            assessed: format::count(t.0, calls[1] as i64),
            has_data: calls != [0, 0],
        }
    };
    let in_force = versions.iter().find(|form| Stands::of(&desk.forms, form, today) == Stands::InForce);
    let may_edit = desk.may(who.person(), Right::FormsEdit);
    let newest_url = in_force
        .filter(|_| may_edit)
        .map(|form| format!("{}#new", version_url(&form.spec().form.id, &form.spec().form.version)));
    let states = [DraftState::Draft, DraftState::Submitted, DraftState::Returned].map(DraftState::name);
    let drafts: Vec<Record<FormDraft>> =
        desk.store.list(&Filter { states: &states, newest_first: true, ..Filter::default() }).await?;
    let people = super::reviews::people(desk).await?;
    let draft = |draft: &Record<FormDraft>| DraftLine {
        url: draft_url(&draft.draft_id),
        version: draft.content.version.clone(),
        base: draft.base.clone(),
        state: t.name("form_state", draft.state.name()).to_owned(),
        state_class: state_class(draft.state),
        made_by: super::reviews::name_of(&people, &draft.made_by),
        changed: format::date_time(draft.changed_at),
    };
    show(&Page {
        frame: &frame,
        t,
        lines: versions.iter().map(line).collect(),
        drafts: drafts.iter().map(draft).collect(),
        newest_url,
    })
}
