//! Waiting until what was told stands in the lake.

use super::{Remade, quoted};
use crate::Context;
use anyhow::{Result, bail};
use meyar_lake::{Lake, LakeOptions, ScalarValue, output};
use meyar_schemas::Subject;
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};

/// Rows that are looked for in one go.
const AT_ONCE: usize = 500;
const TICK: Duration = Duration::from_millis(300);

/// Source, id and revision.
type Key = (String, String, u32);

/// What was told, and of which source it was made.
pub struct Told {
    of: String,
    source: String,
    id: String,
    revision: u32,
    hash: i64,
}

impl Told {
    pub fn new(of: &str, remade: Remade) -> Self {
        let Remade { envelope, hash, .. } = remade;
        Self { of: of.to_owned(), source: envelope.source, id: envelope.id, revision: envelope.revision, hash }
    }

    fn key(&self) -> Key {
        (self.source.clone(), self.id.clone(), self.revision)
    }
}

/// Waits; tells of which sources the lake has another content in that revision, because somebody was faster.
pub async fn wait(context: &Context, subject: Subject, told: &[Told], patience: Duration) -> Result<BTreeSet<String>> {
    let lake = Lake::at(context.lake.clone(), LakeOptions::default())?;
    let mut late = BTreeSet::new();
    for some in told.chunks(AT_ONCE) {
        let due: BTreeSet<_> = some.iter().map(Told::key).collect();
        let (mut landed, mut since) = (0, Instant::now());
        loop {
            let rows = rows(&lake, subject, some).await?;
            if rows.len() == due.len() {
                let differs = |told: &&Told| rows.get(&told.key()) != Some(&told.hash);
                late.extend(some.iter().filter(differs).map(|told| told.of.clone()));
                break;
            }
            if rows.len() > landed {
                (landed, since) = (rows.len(), Instant::now());
            }
            if since.elapsed() >= patience || context.shutdown.is_cancelled() {
                bail!(
                    "{} of {} results have not landed yet; they are in Kafka, start the lander (`meyar run --stage lander`) and run this \
                     again: what has landed is not made once more",
                    due.len() - rows.len(),
                    told.len()
                );
            }
            tokio::time::sleep(TICK).await;
        }
    }
    Ok(late)
}

/// Content hashes of those that stand in the lake.
async fn rows(lake: &Lake, subject: Subject, some: &[Told]) -> Result<HashMap<Key, i64>> {
    let table = subject.table();
    let ids: Vec<&str> = some.iter().map(|told| told.id.as_str()).collect();
    let query = format!(
        "SELECT source, event_id, revision, content_hash FROM {table}_all WHERE event_id IN ({})",
        quoted(&ids)
    );
    let answer = match lake.sql(&query, Vec::<(&str, ScalarValue)>::new()).await {
        Err(error) if error.retry() => {
            tracing::warn!(%error, "the lake cannot be asked what has landed; trying again");
            return Ok(HashMap::new());
        }
        answer => answer?,
    };
    let wanted: BTreeSet<Key> = some.iter().map(Told::key).collect();
    let mut found = HashMap::new();
    for row in output::rows(&answer)? {
        let text = |name: &str| row.get(name).and_then(|v| v.as_str()).unwrap_or_default();
        let whole = |name: &str| row.get(name).and_then(serde_json::Value::as_i64);
        let Some(revision) = whole("revision").and_then(|n| u32::try_from(n).ok()) else { continue };
        let key = (text("source").to_owned(), text("event_id").to_owned(), revision);
        if wanted.contains(&key) {
            found.insert(key, whole("content_hash").unwrap_or_default());
        }
    }
    Ok(found)
}
