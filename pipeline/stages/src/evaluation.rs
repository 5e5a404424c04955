//! How the evaluator, and whoever judges again, comes by a judge.

use crate::Context;
use anyhow::Result;
use meyar_judging::Judge;
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use std::sync::Arc;

/// Who tells evaluations.
pub(crate) const SOURCE: &str = "meyar/evaluator";

pub(crate) fn judge(context: &Context) -> Result<Judge> {
    let forms = match &context.settings.forms {
        Some(forms) => forms.clone(),
        None => Arc::new(Forms::embedded()?),
    };
    Ok(Judge::new(forms, Arc::new(Reference::load(context.reference.as_deref())?)))
}
