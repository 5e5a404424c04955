//! What the stream has still before it: that is left to it.

use super::Outcome;
use crate::{Context, Stage};
use anyhow::Result;
use meyar_broker::topics;
use meyar_schemas::Subject;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Where a message stands.
#[derive(Debug, Clone)]
pub struct Place {
    topic: String,
    partition: i64,
    offset: i64,
}

/// The messages that a stage has not done yet.
pub struct Ahead {
    stage: Stage,
    topic: String,
    /// The next offset and the end, by partition.
    partitions: HashMap<i64, (i64, i64)>,
}

impl Place {
    pub fn of(row: &Map<String, Value>) -> Option<Self> {
        let whole = |name: &str| row.get(name)?.as_i64();
        let topic = row.get("topic")?.as_str()?.to_owned();
        Some(Self { topic, partition: whole("kafka_partition")?, offset: whole("kafka_offset")? })
    }
}

impl Ahead {
    pub async fn of(context: &Context, stage: Stage, subject: Subject) -> Result<Self> {
        let (config, group) = (context.broker.clone(), stage.name());
        let found = tokio::task::spawn_blocking(move || topics::ahead(&config, group, subject)).await??;
        let partitions = found.into_iter().map(|(partition, next, end)| (partition.into(), (next, end))).collect();
        Ok(Self { stage, topic: context.broker.topic(subject), partitions })
    }

    /// Nothing is there of it yet, and the stage will come to it: a result of ours would stand in the way of its own, which may know more.
    pub fn leaves(&self, place: &Place) -> Option<Outcome> {
        let (next, end) = self.partitions.get(&place.partition)?;
        let ahead = place.topic == self.topic && (*next..*end).contains(&place.offset);
        ahead.then(|| Outcome::NotPossible(format!("the {} has it still before it", self.stage)))
    }
}
