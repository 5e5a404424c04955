//! `/estimates`: the quality of the whole centre, from what the machine said of all calls and people of a random few. Aggregates only.
//!
//! Sums come from figures (`estimate_…`); here they are put together by `meyar_statistics`, which names its sources. SQL gives sums and not
//! estimates, because an interval of a weighted mean is no aggregate of rows, and because the statistics are held against published examples.

mod centre;
mod criteria;

use super::{Log, Need, Table};
use crate::Shared;
use crate::data::{DataError, Row};
use crate::error::PageError;
use crate::frame::Frame;
use crate::pages::choose::{self, Chooser, chooser, scope};
use crate::pages::{Choice, chosen, show};
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use axum::routing::get;
use centre::{Centre, Line, Whiskers};
use criteria::Criterion;
use meyar_work::access::Action;
use meyar_work::{Desk, Right, WorkError};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    const SEES: Need = Need::Any(&[Right::Estimates]);
    table.get("/estimates", SEES, Log::Yes(Action::Read, "page"), get(page))
}

#[derive(Deserialize)]
struct Asked {
    period: Option<String>,
    line: Option<String>,
    first: Option<String>,
    last: Option<String>,
    form: Option<String>,
}

/// What is needed before a number is shown, as the reference has it at the period's end.
#[derive(Clone, Copy)]
struct Limits {
    calls: u64,
    errors: u64,
}

/// A form and its version, as figures tell them apart.
type Key = (String, String);

#[derive(Template)]
#[template(path = "work/estimates.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    scope_text: String,
    chooser: Chooser,
    /// What the form keeps of the period.
    kept: Vec<(&'static str, String)>,
    forms: Vec<Choice>,
    form: String,
    lines: Vec<Line>,
    whiskers: Option<Whiskers>,
    notes: Vec<String>,
    criteria: Vec<Criterion>,
    sees_assessments: bool,
}

fn number(row: &Row, name: &str) -> Option<f64> {
    row.get(name).and_then(Value::as_f64)
}

fn count(row: &Row, name: &str) -> u64 {
    row.get(name).and_then(Value::as_u64).unwrap_or(0)
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn key(row: &Row) -> Key {
    (text(row, "form_id"), text(row, "form_version"))
}

fn shown(key: &Key) -> String {
    format!("{} {}", key.0, key.1)
}

/// The rows of each version of a form.
fn by_form(rows: Vec<Row>) -> BTreeMap<Key, Vec<Row>> {
    let mut all: BTreeMap<Key, Vec<Row>> = BTreeMap::new();
    for row in rows {
        all.entry(key(&row)).or_default().push(row);
    }
    all
}

fn form_name(t: Texts, desk: &Desk, key: &Key) -> String {
    let known = desk.forms.iter().find(|form| {
        let reference = form.reference();
        (reference.id, reference.version) == *key
    });
    let name = known.map(|form| match t.0 {
        Lang::Az => form.spec().form.name_az.as_str(),
        Lang::En => form.spec().form.name_en.as_str(),
    });
    t.fill("my.version", &[name.unwrap_or(&key.0), &key.1])
}

async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<super::Who>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let (t, desk, data) = (frame.t, &shared.work()?.desk, &shared.data);
    let choices = data.choices().await?;
    let asked_form = chosen(asked.form);
    let asked = choose::Asked { period: asked.period, line: asked.line, first: asked.first, last: asked.last };
    let scope = scope(&frame, asked, &choices)?;
    let of = async |name: &str| -> Result<BTreeMap<Key, Vec<Row>>, DataError> {
        Ok(by_form(data.figure(name, &scope).await?))
    };
    let (machine, labelled, reported, accuracy) = futures::try_join!(
        of("estimate_machine_all"),
        of("estimate_labelled"),
        of("estimate_machine_by_criterion"),
        of("estimate_labelled_by_criterion"),
    )?;
    let known: Vec<&Key> = {
        let mut known: Vec<&Key> = machine.keys().chain(labelled.keys()).collect();
        known.sort_unstable();
        known.dedup();
        known
    };
    let form = match &asked_form {
        Some(asked) => Some(
            known
                .iter()
                .find(|key| shown(key) == *asked)
                .ok_or_else(|| PageError::bad_request(t.fill("error.bad_choice", &[asked])))?,
        ),
        // That of most calls.
        None => known
            .iter()
            .max_by_key(|key| machine.get(**key).and_then(|rows| rows.first()).map(|row| count(row, "evaluated"))),
    }
    .map(|key| (*key).clone());
    let last = scope.period.last;
    let limit = |name: &str| -> Result<u64, WorkError> { Ok(desk.reference.threshold(name, last)?.max(1.0) as u64) };
    let limits = Limits { calls: limit("estimate_min_calls")?.max(2), errors: limit("estimate_min_errors")? };
    let none = Vec::new();
    let rows = |of: &'_ BTreeMap<Key, Vec<Row>>| form.as_ref().and_then(|key| of.get(key).cloned()).unwrap_or_default();
    let centre =
        Centre::of(rows(&machine).first(), form.as_ref().and_then(|key| labelled.get(key)).unwrap_or(&none), limits);
    let (lines, whiskers, notes) = form.as_ref().map(|_| centre.told(t)).unwrap_or_default();
    let chosen_key = form.as_ref().map(shown);
    let mut kept = vec![("period", scope.period.to_string())];
    kept.extend(scope.line.clone().map(|line| ("line", line)));
    show(&Page {
        frame: &frame,
        t,
        scope_text: choose::said(t, &scope),
        chooser: chooser(t, "/estimates", &scope, &choices),
        kept,
        forms: known
            .iter()
            .map(|key| Choice::new(shown(key), form_name(t, desk, key), chosen_key.as_deref()))
            .collect(),
        form: form.as_ref().map(|key| form_name(t, desk, key)).unwrap_or_default(),
        lines,
        whiskers,
        notes,
        criteria: form
            .as_ref()
            .map(|key| criteria::of(t, desk, key, &rows(&reported), &rows(&accuracy), limits))
            .unwrap_or_default(),
        sees_assessments: desk.may(who.person(), Right::Assessments),
    })
}
