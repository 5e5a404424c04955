//! One transcript judged: by the form and the thresholds of its call's day, with what the lake knows of the call.

use crate::calls;
use chrono::{DateTime, Utc};
use meyar_schemas::{Invalid, evaluations::Evaluation, reference::Reference, transcripts::Transcript};
use meyar_scoring::{Assessment, CallFacts, Forms, Settings as Floors, evaluate};
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Judge {
    forms: Arc<Forms>,
    reference: Arc<Reference>,
}

impl Judge {
    pub fn new(forms: Arc<Forms>, reference: Arc<Reference>) -> Self {
        Self { forms, reference }
    }

    /// The inner `Invalid`: no form speaks of that day. The outer one: the reference data lacks a threshold.
    pub fn judge(
        &self,
        transcript: &Transcript,
        call: Option<&calls::Known>,
    ) -> Result<Result<Judged, Invalid>, Invalid> {
        let day = call.and_then(calls::Known::day).unwrap_or_else(|| calls::day(transcript.created_at));
        let Some(form) = self.forms.judging(&transcript.language, day) else {
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

#[derive(Debug, Clone)]
pub struct Judged {
    pub assessment: Assessment,
    pub facts: CallFacts,
}

impl Judged {
    pub fn evaluation(self, transcript: &Transcript, at: DateTime<Utc>) -> Evaluation {
        let id = Evaluation::id_of(&transcript.transcript_id, &self.assessment.form.id);
        self.assessment.into_evaluation(id, at, transcript, &self.facts)
    }
}
