//! Evaluations made anew: the transcripts that stand in the lake are judged again, by today's forms, thresholds and records of their calls.

use super::{
    Outcome, Remade, Remake, Scope, deleted, no_revision, quoted,
    stream::{Ahead, Place},
};
use crate::{Context, Stage, evaluation};
use anyhow::Result;
use chrono::Utc;
use meyar_judging::{Judge, calls, transcripts};
use meyar_lake::{DELETED, Lake, LakeOptions, ScalarValue, output};
use meyar_schemas::{Envelope, Subject, evaluations::Evaluation, revision, transcripts::Transcript};
use serde_json::{Map, Value};
use std::collections::HashMap;

pub struct Evaluations {
    judge: Judge,
    lake: Lake,
}

/// A transcript that stands, without its words.
#[derive(Clone)]
pub struct Source {
    event_id: String,
    call_id: String,
    month: String,
    /// What was said is deleted.
    silent: bool,
    place: Place,
}

/// The newest that the lake has of a transcript and a form.
struct Newest {
    evaluation_id: String,
    revision: u32,
    hash: i64,
}

impl Evaluations {
    pub fn open(context: &Context) -> Result<Self> {
        let options = LakeOptions { reference_dir: context.reference.clone(), ..LakeOptions::default() };
        Ok(Self { judge: evaluation::judge(context)?, lake: Lake::at(context.lake.clone(), options)? })
    }

    async fn rows(&self, query: &str) -> Result<Vec<Map<String, Value>>> {
        Ok(output::rows(&self.lake.sql(query, Vec::<(&str, ScalarValue)>::new()).await?)?)
    }

    /// The transcripts themselves, by their event's id, each with its revision.
    async fn transcripts(&self, sources: &[Source]) -> Result<HashMap<String, (Transcript, u32)>> {
        let (ids, months): (Vec<_>, Vec<_>) = sources.iter().map(|s| (&s.event_id, &s.month)).unzip();
        let rows = self
            .rows(&format!(
                "SELECT event_id, revision, {} FROM transcripts WHERE month IN ({}) AND event_id IN ({})",
                transcripts::COLUMNS,
                quoted(&months),
                quoted(&ids)
            ))
            .await?;
        Ok(rows.into_iter().filter_map(transcript).collect())
    }

    /// By transcript and form.
    async fn newest(&self, transcripts: &[&str]) -> Result<HashMap<(String, String), Newest>> {
        let rows = self
            .rows(&format!(
                "SELECT transcript_id, form_id, evaluation_id, revision, content_hash FROM evaluations_all
                 WHERE source = '{}' AND transcript_id IN ({}) ORDER BY revision, event_time, evaluation_id",
                evaluation::SOURCE,
                quoted(transcripts)
            ))
            .await?;
        let known = rows.into_iter().filter_map(|row| {
            let text = |name: &str| Some(row.get(name)?.as_str()?.to_owned());
            let newest = Newest {
                evaluation_id: text("evaluation_id")?,
                revision: row.get("revision")?.as_u64()?.try_into().ok()?,
                hash: row.get("content_hash")?.as_i64()?,
            };
            Some(((text("transcript_id")?, text("form_id")?), newest))
        });
        Ok(known.collect())
    }
}

impl Remake for Evaluations {
    type Source = Source;
    const SUBJECT: Subject = Subject::CallEvaluations;
    const STAGE: Stage = Stage::Evaluator;
    const MADE_OF: Subject = Subject::CallTranscripts;
    const AT_ONCE: usize = 256;

    async fn sources(&self, scope: &Scope) -> Result<Vec<Source>> {
        let rows = self
            .rows(&format!(
                "SELECT t.event_id, t.call_id, t.month, t.content_hash, t.topic, t.kafka_partition, t.kafka_offset FROM transcripts t
                 LEFT JOIN recordings r ON r.recording_id = t.recording_id
                 WHERE {} ORDER BY coalesce(r.event_time, t.event_time), t.event_id",
                scope.condition("coalesce(r.event_time, t.event_time)", "t.call_id")
            ))
            .await?;
        let text = |row: &Map<String, Value>, name: &str| Some(row.get(name)?.as_str()?.to_owned());
        let source = |row: Map<String, Value>| {
            Some(Source {
                event_id: text(&row, "event_id")?,
                call_id: text(&row, "call_id")?,
                month: text(&row, "month")?,
                silent: row.get("content_hash")?.as_i64()? == DELETED,
                place: Place::of(&row)?,
            })
        };
        Ok(rows.into_iter().filter_map(source).collect())
    }

    fn id(source: &Source) -> &str {
        &source.event_id
    }

    async fn remake(&self, sources: &[Source], ahead: &Ahead, _dry_run: bool) -> Result<Vec<Outcome>> {
        let ids: Vec<String> = sources.iter().map(|source| source.call_id.clone()).collect();
        let known = calls::look_up(&self.lake, &ids, None).await?;
        let transcripts = self.transcripts(sources).await?;
        let ids: Vec<&str> = transcripts.values().map(|(transcript, _)| transcript.transcript_id.as_str()).collect();
        let newest = self.newest(&ids).await?;
        let mut outcomes = Vec::with_capacity(sources.len());
        for source in sources {
            if source.silent {
                outcomes.push(deleted("the words of its transcript"));
                continue;
            }
            let Some((transcript, of)) = transcripts.get(&source.event_id) else {
                outcomes.push(Outcome::NotPossible("its transcript was made anew meanwhile; run this again".into()));
                continue;
            };
            let judged = match self.judge.judge(transcript, known.get(&transcript.call_id))? {
                Ok(judged) => judged,
                Err(invalid) => {
                    outcomes.push(Outcome::NotPossible(invalid.to_string()));
                    continue;
                }
            };
            let evaluation = judged.evaluation(transcript, Utc::now());
            let newest = newest.get(&(transcript.transcript_id.clone(), evaluation.form.id.clone()));
            let none = newest.is_none_or(|newest| revision::source_of(newest.revision) < *of);
            let left = if none { ahead.leaves(&source.place) } else { None };
            outcomes.push(left.unwrap_or_else(|| decide(evaluation, *of, newest)));
        }
        Ok(outcomes)
    }
}

/// What a new evaluation of the revision `of` of a transcript means, held against the newest that is known.
fn decide(evaluation: Evaluation, of: u32, newest: Option<&Newest>) -> Outcome {
    let told = |evaluation: &Evaluation, revision| {
        let (id, at) = (&evaluation.evaluation_id, evaluation.created_at);
        let envelope = Envelope { revision, ..Envelope::new(Subject::CallEvaluations, evaluation::SOURCE, id, at) };
        Remade::new(Subject::CallEvaluations, envelope, &evaluation.call_id, evaluation)
    };
    // What is judged anew would bring the quotes back.
    if newest.is_some_and(|newest| newest.hash == DELETED) {
        return deleted("the quotes of its evaluation");
    }
    let revision = match revision::above(of, newest.map(|newest| newest.revision)) {
        Ok(revision) => revision,
        Err(why) => return no_revision(why),
    };
    // Made of the same words, and under the id that it then had.
    if let Some(newest) = newest.filter(|newest| revision::source_of(newest.revision) == of) {
        let same = Evaluation { evaluation_id: newest.evaluation_id.clone(), ..evaluation.clone() };
        if told(&same, newest.revision).is_ok_and(|same| same.hash == newest.hash) {
            return Outcome::Unchanged;
        }
    }
    told(&evaluation, revision).map_or_else(Outcome::NotPossible, |remade| Outcome::Remade(Box::new(remade)))
}

/// A row of the lake as the transcript that it came from, its event's id and its revision.
fn transcript(mut row: Map<String, Value>) -> Option<(String, (Transcript, u32))> {
    let id = row.remove("event_id")?.as_str()?.to_owned();
    let revision = row.remove("revision")?.as_u64()?.try_into().ok()?;
    let transcript = transcripts::of_row(row)?;
    Some((id, (transcript, revision)))
}
