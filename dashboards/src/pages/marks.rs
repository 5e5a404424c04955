//! How outcomes and marks look, and what the criteria of a form are called.

use super::tables::{Cell, Table};
use crate::data::Row;
use crate::text::{Lang, Texts};
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::{Criterion, Form, Forms};
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// Those of the workbench, with what is approved there while the program runs; without it those that the program ships. A criterion of any
/// other form is shown by its code.
static FORMS: OnceLock<Option<Arc<Forms>>> = OnceLock::new();

/// By these forms criteria are named from now on; who comes first has it, for as long as the program runs.
pub fn know(forms: &Arc<Forms>) {
    FORMS.get_or_init(|| Some(forms.clone()));
}

fn forms() -> Option<&'static Forms> {
    let shipped = || {
        let forms = Forms::embedded().inspect_err(|error| tracing::warn!(%error, "criteria are shown by their codes"));
        forms.ok().map(Arc::new)
    };
    FORMS.get_or_init(shipped).as_deref()
}

pub fn form(reference: &FormRef) -> Option<&'static Form> {
    forms()?.named(reference)
}

/// The newest form of this id that has the criterion: names change less than versions.
fn criterion(form_id: &str, code: &str) -> Option<&'static Criterion> {
    let newest = |one: &&Form, other: &&Form| one.spec().form.valid_from < other.spec().form.valid_from;
    let known = forms()?.iter().filter(|form| form.reference().id == form_id && form.criterion(code).is_some());
    known.reduce(|one, other| if newest(&one, &other) { other } else { one })?.criterion(code)
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
        // The form and its version, which stands behind it.
        for _ in form_at..at {
            let form = cells.remove(form_at);
            cells.push(Cell { state: "code", heads_row: false, ..form });
        }
    }
    // The criterion leads; the form, mostly one and the same, stands last.
    for _ in form_at..at {
        let form = table.heads.remove(form_at);
        table.heads.push(form);
    }
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
