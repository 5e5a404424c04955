//! How outcomes and marks look, and what the criteria of a form are called.

use super::tables::{Cell, Table};
use crate::data::Row;
use crate::text::{Lang, Texts};
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::{Criterion, Form, Forms};
use serde_json::Value;
use std::sync::LazyLock;

/// The forms that the program ships; a criterion of any other form is shown by its code.
static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| {
    Forms::embedded().inspect_err(|error| tracing::warn!(%error, "criteria are shown by their codes")).ok()
});

pub fn form(reference: &FormRef) -> Option<&'static Form> {
    FORMS.as_ref()?.named(reference)
}

/// The newest form of this id that has the criterion: names change less than versions.
fn criterion(form_id: &str, code: &str) -> Option<&'static Criterion> {
    FORMS.as_ref()?.iter().filter(|form| form.reference().id == form_id).find_map(|form| form.criterion(code))
}

pub fn criterion_name(t: Texts, criterion: &Criterion) -> &str {
    match t.0 {
        Lang::Az => &criterion.name_az,
        Lang::En => &criterion.name_en,
    }
}

/// `K01` becomes `K01 Salamlama …` in the table of criteria.
pub fn name_criteria(t: Texts, rows: &[Row], table: &mut Table) {
    let place = |name: &str| table.heads.iter().position(|head| head.name == name);
    let (Some(at), Some(form_at)) = (place("criterion"), place("form_id")) else { return };
    for (row, line) in rows.iter().zip(&mut table.rows) {
        let cells = &mut line.cells;
        let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let (form, code) = (field("form_id"), field("criterion"));
        if let Some(known) = criterion(form, code) {
            cells[at].text = format!("{code} {}", criterion_name(t, known));
        }
        cells[at].heads_row = true;
        let form = cells.remove(form_at);
        cells.push(Cell { state: "code", heads_row: false, ..form });
    }
    // The criterion leads; the form, mostly one and the same, stands last.
    let form = table.heads.remove(form_at);
    table.heads.push(form);
}

pub fn outcome_class(outcome: &str) -> &'static str {
    match outcome {
        "answered" => "ok",
        "lost" => "lost",
        _ => "quiet",
    }
}

pub fn evaluation_class(outcome: &str) -> &'static str {
    match outcome {
        "proposed" => "info",
        "critical_suspected" => "critical",
        _ => "quiet",
    }
}
