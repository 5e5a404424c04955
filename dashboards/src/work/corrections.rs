//! Correcting a transcript's words, where they are read: on the call's page and on the assessing screen.

use super::{Log, Need, Table, Who};
use crate::Shared;
use crate::data::Call;
use crate::error::PageError;
use crate::frame::Frame;
use crate::openapi::Sent;
use crate::pages::encoded;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::routing::put;
use axum::{Extension, Json};
use chrono::Utc;
use meyar_schemas::transcripts::Transcript;
use meyar_work::corrections::{Correction, Said};
use meyar_work::{Person, Right, not_own};
use serde_json::{Value, json};
use std::sync::Arc;

pub fn routes(table: Table) -> Table {
    table.with(Method::PUT, "/calls/{call_id}/words", Need::Any(&[Right::Assess]), Log::No, put(correct))
}

/// What a page shows of corrections.
#[derive(Default)]
pub(crate) struct Corrected {
    correction: Option<Correction>,
    /// Where corrected words are sent; absent where the reader may not correct them.
    pub(crate) url: Option<String>,
}

impl Corrected {
    pub(crate) fn first_words(&self, transcript: &Transcript, segment: usize) -> Option<String> {
        self.correction.as_ref()?.first_words(transcript, segment).map(str::to_owned)
    }
}

/// Writes into the call's words what people have corrected since.
pub(crate) async fn of(shared: &Shared, person: Option<&Person>, call: &mut Call) -> Result<Corrected, PageError> {
    let (Some(work), Some(transcript)) = (&shared.work, call.transcript.as_mut()) else {
        return Ok(Corrected::default());
    };
    let correction = work.desk.corrections(&transcript.transcript_id).await?.map(|record| record.content);
    if let Some(correction) = &correction {
        correction.overlay(transcript, call.transcript_revision.unwrap_or_default());
    }
    // A text that was deleted has no words to correct.
    let has_words = transcript.segments.iter().any(|segment| !segment.text.is_empty());
    let own = |person: &Person| not_own(person, call.facts.representative.as_deref()).is_err();
    let may = person.is_some_and(|person| work.desk.may(person, Right::Assess) && !own(person));
    let url = (has_words && may).then(|| format!("/calls/{}/words", encoded(&call.facts.call_id)));
    Ok(Corrected { correction, url })
}

async fn correct(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Extension(who): Extension<Who>,
    Path(call_id): Path<String>,
    Sent(said): Sent<Said>,
) -> Result<Json<Value>, PageError> {
    let desk = &shared.work()?.desk;
    let heard = shared.data.heard(&call_id).await?;
    let heard = heard.ok_or_else(|| PageError::not_found(frame.t.fill("call.not_found", &[&call_id])))?;
    let record = desk.correct(who.person(), &heard, &said, Utc::now()).await?;
    let change = record.changes.last();
    Ok(Json(json!({
        "segment": said.segment,
        "text": change.map(|change| &change.after),
        "revision": change.map(|change| change.revision),
    })))
}
