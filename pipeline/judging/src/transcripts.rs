//! Transcripts as they stand in the lake, read back as the contract has them.

use chrono::{DateTime, Utc};
use meyar_lake::{DELETED, Lake, LakeError, ScalarValue, output};
use meyar_schemas::transcripts::Transcript;
use serde_json::{Map, Value, json};

/// What a transcript is read back from.
pub const COLUMNS: &str = "transcript_id, call_id, event_time AS created_at, recording_id, language, model_id, model_sha256, duration_ms, \
                           confidence, segments, flags";

/// A row of [`COLUMNS`] as the transcript that it came from.
pub fn of_row(mut row: Map<String, Value>) -> Option<Transcript> {
    let mut model = json!({"id": row.remove("model_id")?, "sha256": row.remove("model_sha256")?});
    if let Some(model) = model.as_object_mut() {
        model.retain(|_, value| !value.is_null());
    }
    row.insert("model".into(), model);
    for list in ["segments", "flags"] {
        if row.get(list).is_none_or(Value::is_null) {
            row.insert(list.into(), json!([]));
        }
    }
    serde_json::from_value(Value::Object(row)).ok()
}

/// Texts as an SQL list.
pub fn quoted<T: AsRef<str>>(texts: &[T]) -> String {
    texts.iter().map(|text| format!("'{}'", text.as_ref().replace('\'', "''"))).collect::<Vec<_>>().join(", ")
}

/// Transcripts of what was recorded in a span.
#[derive(Debug, Default)]
pub struct Drawn {
    pub transcripts: Vec<Transcript>,
    /// How many there are of the span whose words are not deleted.
    pub of: usize,
}

/// At most so many, drawn by lot: which they are hangs on their ids alone, so it is the same ones each time.
pub async fn draw(lake: &Lake, from: DateTime<Utc>, to: DateTime<Utc>, most: usize) -> Result<Drawn, LakeError> {
    let rows = async |query: String| -> Result<Vec<Map<String, Value>>, LakeError> {
        output::rows(&lake.sql(&query, Vec::<(&str, ScalarValue)>::new()).await?)
    };
    let instant = |at: DateTime<Utc>| format!("TIMESTAMP '{}'", at.to_rfc3339());
    // A text comes after its recording, so that older months hold none of the span.
    let standing = format!(
        "FROM transcripts t LEFT JOIN recordings r ON r.recording_id = t.recording_id
         WHERE coalesce(r.event_time, t.event_time) >= {} AND coalesce(r.event_time, t.event_time) < {}
           AND t.month >= '{}' AND t.content_hash <> {DELETED}",
        instant(from),
        instant(to),
        from.format("%Y-%m"),
    );
    let count = rows(format!("SELECT count(*) AS n {standing}")).await?;
    let of = count.first().and_then(|row| row.get("n")?.as_u64()).unwrap_or(0);
    let lots = rows(format!("SELECT t.event_id, t.month {standing} ORDER BY md5(t.event_id), t.event_id LIMIT {most}"))
        .await?;
    let column = |name: &str| -> Vec<String> {
        lots.iter().filter_map(|row| Some(row.get(name)?.as_str()?.to_owned())).collect()
    };
    let (ids, mut months) = (column("event_id"), column("month"));
    months.sort();
    months.dedup();
    let mut transcripts = Vec::with_capacity(ids.len());
    if !ids.is_empty() {
        let (months, ids) = (quoted(&months), quoted(&ids));
        let found = rows(format!(
            "SELECT {COLUMNS} FROM transcripts WHERE month IN ({months}) AND event_id IN ({ids}) ORDER BY event_id"
        ))
        .await?;
        transcripts.extend(found.into_iter().filter_map(of_row));
    }
    Ok(Drawn { transcripts, of: usize::try_from(of).unwrap_or(usize::MAX) })
}
