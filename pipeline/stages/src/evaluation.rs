//! One transcript judged: by the form and the thresholds of its call's day, with what the lake knows of the call. For the evaluator, and
//! for judging again.

use crate::{Context, calls};
use anyhow::Result;
use chrono::{DateTime, Utc};
use meyar_schemas::{Invalid, evaluations::Evaluation, reference::Reference, transcripts::Transcript};
use meyar_scoring::{Assessment, CallFacts, Forms, Settings as Floors, evaluate};

/// Who tells evaluations.
pub(crate) const SOURCE: &str = "meyar/evaluator";
/// The language of the centre's own form.
const HOME: &str = "az";

pub(crate) struct Judge {
    forms: Forms,
    reference: Reference,
}

impl Judge {
    pub fn new(context: &Context) -> Result<Self> {
        let forms = context.settings.forms.as_deref().map_or_else(Forms::embedded, Forms::load)?;
        Ok(Self { forms, reference: Reference::load(context.reference.as_deref())? })
    }

    /// `Invalid`: no form speaks of that day.
    pub fn judge(&self, transcript: &Transcript, call: Option<&calls::Known>) -> Result<Result<Judged, Invalid>> {
        let day = call.and_then(calls::Known::day).unwrap_or_else(|| calls::day(transcript.created_at));
        // Where no form speaks the language, the centre's own form abstains, visibly.
        let form_for = |language| self.forms.form_for(language, day);
        let Some(form) = form_for(&transcript.language).or_else(|| form_for(HOME)) else {
            return Ok(Err(Invalid::new(
                "language",
                &transcript.language,
                format!("has no form valid on {day}"),
                "add a form for the language, then replay this dead letter",
            )));
        };
        let floors = Floors::on(&self.reference, day)?;
        let facts = call.map(calls::Known::facts).unwrap_or_default();
        Ok(Ok(Judged { assessment: evaluate(form, transcript, &facts, &floors), facts }))
    }
}

pub(crate) struct Judged {
    assessment: Assessment,
    facts: CallFacts,
}

impl Judged {
    pub fn evaluation(self, transcript: &Transcript, at: DateTime<Utc>) -> Evaluation {
        let id = Evaluation::id_of(&transcript.transcript_id, &self.assessment.form.id);
        self.assessment.into_evaluation(id, at, transcript, &self.facts)
    }
}
