//! What the pages are made of, asked of the lake. Figures come from their own SQL files, lists and single calls from `queries/`.

use crate::period::Period;
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::common::ScalarValue;
use meyar_lake::lexicon::Lexicon;
use meyar_lake::{Figure, Lake, LakeError};
use meyar_schemas::evaluations::Evaluation;
use meyar_schemas::transcripts::Transcript;
use meyar_work::corrections::Heard;
use meyar_work::sampling::Candidate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::sync::OnceCell;

/// One row: column → value, in the order of the SELECT.
pub type Row = serde_json::Map<String, Value>;

#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error(transparent)]
    Lake(#[from] LakeError),
    #[error(
        "{what}: the lake's rows do not have the shape that the page expects ({cause}); the program and the lake are of different versions"
    )]
    Shape { what: &'static str, cause: serde_json::Error },
}

type Params = Vec<(&'static str, ScalarValue)>;

/// What the site asks; shared by everything that serves it.
pub struct LakeSource {
    pub(crate) lake: Lake,
    told: Told,
    /// What can be asked stays the same while the program runs.
    lexicon: OnceCell<Lexicon>,
}

/// What a figure is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub period: Period,
    pub line: Option<String>,
}

/// What there is to choose from in the filters.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The days of the first and the last call; absent in an empty lake.
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub lines: Vec<String>,
    pub representatives: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallFilter {
    pub period: Option<Period>,
    pub line: Option<String>,
    pub outcome: Option<String>,
    pub representative: Option<String>,
    /// `yes`, `no`, `suspected`.
    pub assessed: Option<String>,
    /// Calls of which nothing is told that a machine said: their ids, a line each, with an empty line before and after.
    pub blind: String,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct CallFacts {
    pub call_id: String,
    pub line: Option<String>,
    /// `answered`, `lost`, `ordered`, `open`; absent when no event of the call has come.
    pub outcome: Option<String>,
    pub lost_reason: Option<String>,
    pub offered_at: Option<DateTime<Utc>>,
    pub wait_ms: Option<i64>,
    pub talk_ms: Option<i64>,
    pub hold_ms: Option<i64>,
    pub wrap_up_ms: Option<i64>,
    pub handle_ms: Option<i64>,
    pub representative: Option<String>,
    pub location: Option<String>,
    pub direction: Option<String>,
    pub recorded: Option<bool>,
    pub has_recording: bool,
    /// The outcome of its evaluation: `proposed`, `critical_suspected`, `abstained`; absent when there is none.
    pub evaluation: Option<String>,
    pub raw_score: Option<f64>,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub facts: CallFacts,
    pub events: Vec<Event>,
    pub recording: Option<Recording>,
    pub transcript: Option<Transcript>,
    /// Of that transcript.
    pub transcript_revision: Option<u32>,
    pub evaluation: Option<Evaluation>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub event_time: DateTime<Utc>,
    /// `offered`, `queued` … as in the contract.
    pub kind: String,
    /// What the steps carry, column → value; most are empty.
    #[serde(flatten)]
    pub details: Row,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Nothing when the sound was deleted: its retention period is over.
    pub path: Option<String>,
    pub duration_ms: u64,
    pub parties: Vec<String>,
    pub flags: Vec<String>,
}

fn shaped<T: DeserializeOwned>(what: &'static str, row: Row) -> Result<T, DataError> {
    serde_json::from_value(Value::Object(row)).map_err(|cause| DataError::Shape { what, cause })
}

fn text(value: Option<&str>) -> ScalarValue {
    ScalarValue::Utf8(value.map(str::to_owned))
}

fn instant(value: Option<DateTime<Utc>>) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(value.map(|at| at.timestamp_micros()), Some("UTC".into()))
}

/// The lake's own period of the same days: it knows where a day begins in UTC.
pub(crate) fn of_lake(period: &Period) -> Result<meyar_lake::Period, DataError> {
    Ok(period.to_string().parse().map_err(LakeError::Invalid)?)
}

/// `a_id`, `a_version` → `a: {id, version}`, as the contracts have it.
fn nest(row: &mut Row, name: &str, fields: &[&str]) {
    let part: Row = fields
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), row.remove(&format!("{name}_{field}"))?)))
        .collect();
    row.insert(name.to_owned(), Value::Object(part));
}

impl LakeSource {
    pub fn new(lake: Lake) -> LakeSource {
        LakeSource { lake, told: Told::default(), lexicon: OnceCell::new() }
    }

    async fn rows(&self, query: &str, params: Params) -> Result<Vec<Row>, DataError> {
        let batches = self.lake.sql(query, params).await?;
        Ok(meyar_lake::output::rows(&batches)?)
    }

    /// For questions whose text never changes, whatever is asked about: planned once.
    async fn asked(&self, query: &'static str, params: Params) -> Result<Vec<Row>, DataError> {
        Ok(meyar_lake::output::rows(&self.lake.asked(query, params).await?)?)
    }

    async fn row(&self, query: &'static str, params: Params) -> Result<Option<Row>, DataError> {
        Ok(self.asked(query, params).await?.into_iter().next())
    }

    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.lake.figures()
    }

    pub fn figure_named(&self, name: &str) -> Option<&Figure> {
        self.lake.figure_named(name).ok()
    }

    pub async fn figure(&self, name: &str, scope: &Scope) -> Result<Vec<Row>, DataError> {
        let ask = async || {
            let batches = self.lake.figure(name, &of_lake(&scope.period)?, scope.line.as_deref()).await?;
            Ok(meyar_lake::output::rows(&batches)?)
        };
        // What tells an age is another answer each moment.
        if self.lake.figure_named(name)?.tells_ages() {
            return ask().await;
        }
        let question = format!("{name} {scope:?}");
        Ok(self.told.rows(self.lake.edition().await?, question, ask).await?.to_vec())
    }

    /// The days of which an alarm is raised, as a page's address writes them.
    pub fn alarm_period(&self) -> Result<String, DataError> {
        Ok(self.lake.alarm_period()?.to_string())
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.lake.now()
    }

    pub async fn lexicon(&self) -> Result<&Lexicon, DataError> {
        Ok(self.lexicon.get_or_try_init(|| self.lake.lexicon()).await?)
    }

    /// The fewest answers for which a satisfaction percentage is printed, as the reference has it at the period's end.
    pub async fn fewest_answers(&self, period: &Period) -> Result<Option<i64>, DataError> {
        Ok(self.threshold("survey_min_answers", period.to()).await?.map(|value| value as i64))
    }

    /// The fewest calls of a representative over which a page tells a mean score.
    pub async fn fewest_calls(&self, period: &Period) -> Result<i64, DataError> {
        // Without the row nobody's mean is told.
        Ok(self.threshold("representative_min_calls", period.to()).await?.map_or(i64::MAX, |value| value as i64))
    }

    /// A threshold of the reference data as it is on a day.
    pub async fn threshold(&self, name: &str, day: NaiveDate) -> Result<Option<f64>, DataError> {
        let query = "SELECT value FROM ref_thresholds WHERE threshold = $name
            AND valid_from <= CAST($day AS DATE) AND (valid_to IS NULL OR valid_to >= CAST($day AS DATE))";
        let row = self.row(query, vec![("name", text(Some(name))), ("day", text(Some(&day.to_string())))]).await?;
        Ok(row.and_then(|row| row.get("value")?.as_f64()))
    }

    pub async fn choices(&self) -> Result<Choices, DataError> {
        self.told.choices(self.lake.edition().await?, async || self.choose().await).await
    }

    async fn choose(&self) -> Result<Choices, DataError> {
        let mut choices = Choices::default();
        let (mut first, mut last) = (None, None);
        for row in self.rows(include_str!("../queries/choices.sql"), vec![]).await? {
            let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let value = field("value");
            match field("kind").as_str() {
                "line" => choices.lines.push(value),
                "representative" => choices.representatives.push(value),
                "first" => first = value.parse().ok(),
                _ => last = value.parse().ok(),
            }
        }
        choices.days = first.zip(last);
        Ok(choices)
    }

    /// A page of the list, and how long the list is.
    pub async fn calls(&self, filter: &CallFilter) -> Result<(Vec<CallFacts>, u64), DataError> {
        let listed = include_str!("../queries/calls.sql");
        let Some(period) = self.days_of(filter).await? else { return Ok((Vec::new(), 0)) };
        let params = || {
            vec![
                ("from", instant(Some(period.from()))),
                ("to", instant(Some(period.to()))),
                ("line", text(filter.line.as_deref())),
                ("outcome", text(filter.outcome.as_deref())),
                ("representative", text(filter.representative.as_deref())),
                ("assessed", text(filter.assessed.as_deref())),
                ("blind", text(Some(&filter.blind))),
            ]
        };
        let page = format!(
            "{listed} SELECT * FROM listed ORDER BY offered_at DESC, call_id LIMIT {} OFFSET {}",
            filter.limit, filter.offset
        );
        let count = format!("{listed} SELECT count(*) AS total FROM listed");
        let ask = async |query: String| {
            let answer =
                async || Ok(meyar_lake::output::rows(&self.lake.sql_within(&period, &query, params()).await?)?);
            // The query has the page in it, and the filter everything else.
            let question = format!("{filter:?} {period} {query}");
            self.told.rows(self.lake.edition().await?, question, answer).await
        };
        let (rows, total) = futures::try_join!(ask(page), ask(count))?;
        let calls = rows.iter().map(|row| shaped("list of calls", row.clone())).collect::<Result<_, _>>()?;
        Ok((calls, total.first().and_then(|row| row.get("total")?.as_u64()).unwrap_or(0)))
    }

    /// The days of a list; without a choice all that have calls.
    async fn days_of(&self, filter: &CallFilter) -> Result<Option<meyar_lake::Period>, DataError> {
        if let Some(period) = &filter.period {
            return Ok(Some(of_lake(period)?));
        }
        let Some((first, last)) = self.choices().await?.days else { return Ok(None) };
        Ok(Some(format!("{first}..{last}").parse().map_err(LakeError::Invalid)?))
    }

    /// The answered calls of some days, both included, that a plan is drawn from.
    pub async fn candidates(
        &self,
        first: NaiveDate,
        last: NaiveDate,
        line: Option<&str>,
    ) -> Result<Vec<Candidate>, DataError> {
        let period: meyar_lake::Period = format!("{first}..{last}").parse().map_err(LakeError::Invalid)?;
        let params =
            vec![("from", instant(Some(period.from()))), ("to", instant(Some(period.to()))), ("line", text(line))];
        let mut candidates = Vec::new();
        // Batch by batch: a quarter has more calls than should lie in memory as JSON at once.
        for batch in self.lake.sql(include_str!("../queries/candidates.sql"), params).await? {
            for row in meyar_lake::output::rows(&[batch])? {
                candidates.push(shaped("candidates", row)?);
            }
        }
        Ok(candidates)
    }

    /// When calls came; those that the lake does not know are left out.
    pub async fn times_of(&self, calls: &[&str]) -> Result<HashMap<String, DateTime<Utc>>, DataError> {
        #[derive(Deserialize)]
        struct Came {
            call_id: String,
            offered_at: DateTime<Utc>,
        }
        let mut times = HashMap::new();
        for some in calls.chunks(500) {
            let places: Vec<String> = (0..some.len()).map(|n| format!("$c{n}")).collect();
            let query = format!(
                "SELECT call_id, offered_at FROM calls WHERE offered_at IS NOT NULL AND call_id IN ({})",
                places.join(", ")
            );
            let params: Vec<(String, ScalarValue)> =
                some.iter().enumerate().map(|(n, call)| (format!("c{n}"), text(Some(call)))).collect();
            for row in meyar_lake::output::rows(&self.lake.sql(&query, params).await?)? {
                let came: Came = shaped("times of calls", row)?;
                times.insert(came.call_id, came.offered_at);
            }
        }
        Ok(times)
    }

    /// Everything known of one call; `None` when nothing is.
    pub async fn call(&self, call_id: &str) -> Result<Option<Call>, DataError> {
        let id = || ("call_id", text(Some(call_id)));
        let (evaluation, revision) = self.evaluation(vec![id()]).await?.unzip();
        let quoted = text(evaluation.as_ref().map(|evaluation| evaluation.transcript_id.as_str()));
        let of = vec![id(), ("transcript_id", quoted), ("transcript_revision", ScalarValue::Int64(revision.flatten()))];
        let (facts, events, recording, transcript) = futures::try_join!(
            self.row(include_str!("../queries/call.sql"), vec![id()]),
            self.asked(include_str!("../queries/events.sql"), vec![id()]),
            self.row(include_str!("../queries/recording.sql"), vec![id()]),
            self.row(include_str!("../queries/transcript.sql"), of),
        )?;
        if facts.is_none() && recording.is_none() && transcript.is_none() && evaluation.is_none() {
            return Ok(None);
        }
        let facts = match facts {
            Some(row) => shaped("call", row)?,
            None => CallFacts { call_id: call_id.to_owned(), ..CallFacts::default() },
        };
        Ok(Some(Call {
            facts,
            events: events.into_iter().map(|row| shaped("call events", row)).collect::<Result<_, _>>()?,
            recording: recording.map(|row| shaped("recording", row)).transpose()?,
            transcript_revision: transcript.as_ref().and_then(revision_of),
            transcript: transcript.map(transcript_of).transpose()?,
            evaluation,
        }))
    }

    /// The newest text of a call, which a person corrects.
    pub async fn heard(&self, call_id: &str) -> Result<Option<Heard>, DataError> {
        let params = vec![("call_id", text(Some(call_id)))];
        let Some(mut row) = self.row(include_str!("../queries/newest_transcript.sql"), params).await? else {
            return Ok(None);
        };
        let representative = row.remove("representative").and_then(|value| value.as_str().map(str::to_owned));
        let revision = revision_of(&row).unwrap_or_default();
        Ok(Some(Heard { transcript: transcript_of(row)?, revision, representative }))
    }

    /// The call that a stored recording is of; nothing when no call, or more than one, has it.
    pub async fn call_of_recording(&self, path: &str) -> Result<Option<String>, DataError> {
        let query = "SELECT DISTINCT call_id FROM recordings WHERE path = $path LIMIT 2";
        let rows = self.rows(query, vec![("path", text(Some(path)))]).await?;
        let mut calls = rows.iter().filter_map(|row| row.get("call_id")?.as_str());
        let first = calls.next().map(str::to_owned);
        Ok(first.filter(|_| calls.next().is_none()))
    }

    /// With the revision of the transcript that was judged, where that is known.
    async fn evaluation(&self, params: Params) -> Result<Option<(Evaluation, Option<i64>)>, DataError> {
        let Some(mut row) = self.row(include_str!("../queries/evaluation.sql"), params).await? else {
            return Ok(None);
        };
        nest(&mut row, "form", &["id", "version", "language"]);
        row.values_mut().for_each(silent_where_deleted);
        let revision = row.get("transcript_revision").and_then(Value::as_i64);
        Ok(Some((shaped("evaluation", row)?, revision)))
    }
}

/// Words whose retention period is over are no words: the contracts know none that are absent.
fn silent_where_deleted(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(silent_where_deleted),
        Value::Object(members) => members.iter_mut().for_each(|(name, value)| match value {
            Value::Null if name == "text" || name == "quote" => *value = json!(""),
            value => silent_where_deleted(value),
        }),
        _ => {}
    }
}

fn revision_of(row: &Row) -> Option<u32> {
    row.get("revision")?.as_u64().and_then(|revision| u32::try_from(revision).ok())
}

fn transcript_of(mut row: Row) -> Result<Transcript, DataError> {
    nest(&mut row, "model", &["id", "sha256"]);
    for list in ["segments", "flags"] {
        if row.get(list).is_none_or(Value::is_null) {
            row.insert(list.to_owned(), json!([]));
        }
    }
    row.values_mut().for_each(silent_where_deleted);
    shaped("transcript", row)
}
