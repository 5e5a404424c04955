//! Transcripts made anew: recordings that another model has heard, or none, are heard again.

use super::{
    Outcome, Remade, Remake, Scope, deleted, no_revision,
    stream::{Ahead, Place},
};
use crate::{Context, Stage, recognition};
use anyhow::Result;
use chrono::Utc;
use meyar_lake::{DELETED, Lake, LakeOptions, ScalarValue, output};
use meyar_schemas::{Envelope, Subject, audio::Recording, revision, transcripts::Model};
use meyar_speech::Recogniser;
use serde_json::{Map, Value, json};
use std::sync::Arc;

pub struct Transcripts {
    context: Context,
    recogniser: Arc<Recogniser>,
    lake: Lake,
    /// Also what this very model has heard, e.g. in another language; what comes out the same is left alone.
    again: bool,
}

/// A recording, and the newest text of it.
#[derive(Clone)]
pub struct Source {
    recording: Recording,
    /// Its sound is deleted.
    silent: bool,
    revision: u32,
    newest: Option<Newest>,
    place: Place,
}

#[derive(Clone)]
struct Newest {
    told_by: String,
    transcript_id: String,
    revision: u32,
    model: Model,
    hash: i64,
}

impl Transcripts {
    pub async fn open(context: &Context, again: bool) -> Result<Self> {
        let recogniser = recognition::open(context).await?;
        let lake = Lake::at(context.lake.clone(), LakeOptions::default())?;
        Ok(Self { context: context.clone(), recogniser, lake, again })
    }

    async fn one(&self, source: &Source, ahead: &Ahead, dry_run: bool) -> Result<Outcome> {
        let newest = source.newest.as_ref();
        if source.silent {
            return Ok(deleted("the sounds of its recording"));
        }
        // What is heard anew would bring them back.
        if newest.is_some_and(|newest| newest.hash == DELETED) {
            return Ok(deleted("the words of its transcript"));
        }
        if let Some(newest) = newest.filter(|newest| newest.told_by != recognition::SOURCE) {
            return Ok(Outcome::NotPossible(format!(
                "its text came from {}, and is not ours to replace",
                newest.told_by
            )));
        }
        let revision = match revision::above(source.revision, newest.map(|newest| newest.revision)) {
            Ok(revision) => revision,
            Err(why) => return Ok(no_revision(why)),
        };
        let done = newest.filter(|newest| revision::source_of(newest.revision) == source.revision);
        if let (None, Some(left)) = (done, ahead.leaves(&source.place)) {
            return Ok(left);
        }
        let done = done.filter(|newest| is_same(&newest.model, self.recogniser.model()));
        if done.is_some() && !self.again {
            return Ok(Outcome::Unchanged);
        }
        if dry_run {
            return Ok(Outcome::Due);
        }
        let mut transcript =
            match recognition::hear(&self.context, &self.recogniser, &source.recording, Utc::now()).await? {
                Ok(transcript) => transcript,
                Err(refused) => return Ok(Outcome::NotPossible(refused.invalid.problem)),
            };
        // An older build gave other ids; the text keeps the one that it has.
        if let Some(newest) = newest {
            transcript.transcript_id.clone_from(&newest.transcript_id);
        }
        let envelope = Envelope::new(
            Subject::CallTranscripts,
            recognition::SOURCE,
            &transcript.transcript_id,
            transcript.created_at,
        );
        let envelope = Envelope { revision, ..envelope };
        Ok(match Remade::new(Subject::CallTranscripts, envelope, &transcript.call_id, &transcript) {
            Ok(remade) if done.is_some_and(|newest| newest.hash == remade.hash) => Outcome::Unchanged,
            Ok(remade) => Outcome::Remade(Box::new(remade)),
            Err(why) => Outcome::NotPossible(why),
        })
    }
}

impl Remake for Transcripts {
    type Source = Source;
    const SUBJECT: Subject = Subject::CallTranscripts;
    const STAGE: Stage = Stage::Transcriber;
    const MADE_OF: Subject = Subject::CallRecordings;
    /// Each takes seconds, and is told as soon as it is there.
    const AT_ONCE: usize = 1;

    async fn sources(&self, scope: &Scope) -> Result<Vec<Source>> {
        let query = format!(
            "SELECT r.revision, r.topic, r.kafka_partition, r.kafka_offset, r.recording_id, r.call_id, r.path, r.sha256, r.codec, r.rate_hz, r.channels, r.parties, r.event_time AS started_at,
               r.duration_ms, r.chunks, r.flags, t.source AS told_by, t.transcript_id, t.revision AS told_revision, t.model_id, t.model_sha256,
               t.content_hash
             FROM recordings r LEFT JOIN transcripts t ON t.recording_id = r.recording_id
             WHERE {} ORDER BY r.event_time, r.recording_id",
            scope.condition("r.event_time", "r.call_id")
        );
        let answer = self.lake.sql(&query, Vec::<(&str, ScalarValue)>::new()).await?;
        let mut sources = Vec::new();
        for row in output::rows(&answer)? {
            let id = row.get("recording_id").cloned().unwrap_or_default();
            match source(row) {
                Some(source) => sources.push(source),
                None => tracing::warn!(recording = %id, "its row in the lake cannot be read as a recording; left out"),
            }
        }
        Ok(sources)
    }

    fn id(source: &Source) -> &str {
        &source.recording.recording_id
    }

    async fn remake(&self, sources: &[Source], ahead: &Ahead, dry_run: bool) -> Result<Vec<Outcome>> {
        let mut outcomes = Vec::with_capacity(sources.len());
        for source in sources {
            outcomes.push(self.one(source, ahead, dry_run).await?);
        }
        Ok(outcomes)
    }
}

/// A model is known by its hash; by its name where an older build told none.
fn is_same(one: &Model, other: &Model) -> bool {
    match (&one.sha256, &other.sha256) {
        (Some(one), Some(other)) => one == other,
        _ => one.id == other.id,
    }
}

fn source(mut row: Map<String, Value>) -> Option<Source> {
    let text = |row: &Map<String, Value>, name: &str| row.get(name)?.as_str().map(str::to_owned);
    let whole = |row: &Map<String, Value>, name: &str| row.get(name)?.as_u64()?.try_into().ok();
    let newest = (|| {
        Some(Newest {
            told_by: text(&row, "told_by")?,
            transcript_id: text(&row, "transcript_id")?,
            revision: whole(&row, "told_revision")?,
            model: Model { id: text(&row, "model_id")?, sha256: text(&row, "model_sha256") },
            hash: row.get("content_hash")?.as_i64()?,
        })
    })();
    let (revision, place) = (whole(&row, "revision")?, Place::of(&row)?);
    // What is missing in it does not change how it is heard.
    row.insert("gaps".into(), json!([]));
    if row.get("flags").is_none_or(Value::is_null) {
        row.insert("flags".into(), json!([]));
    }
    let silent = row.get("path").is_none_or(Value::is_null);
    if silent {
        row.insert("path".into(), json!(""));
    }
    let recording = serde_json::from_value(Value::Object(row)).ok()?;
    Some(Source { recording, silent, revision, newest, place })
}
