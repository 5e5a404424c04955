//! How far a table has read its topic: Kafka's positions as marks (`txn` actions) of the table's own log (P2).

use crate::{content, error::LakeError, log::TableLog};
use deltalake::{DeltaTable, kernel::Transaction};
use futures::future::try_join_all;
use std::collections::{BTreeMap, BTreeSet};

/// Next offset to read, by topic and partition.
pub type Positions = BTreeMap<(String, i32), i64>;

/// The marks of one topic.
///
/// | mark | its version |
/// |---|---|
/// | `meyar/<topic>/<partition>` | the next offset to read |
/// | `meyar/<topic>` | one more than the greatest partition, so that all can be asked for |
/// | `meyar/<topic>/<partition>/anchor` | fingerprint of the message just before that offset: another one there is another history (P7) |
/// | `meyar/<topic>/identity` | a hash of the topic's identity, so that a recreated topic is known (P7) |
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    topic: String,
    pub next: BTreeMap<i32, i64>,
    pub anchors: BTreeMap<i32, i64>,
    pub identity: Option<i64>,
}

/// A mark cannot be taken back, only told anew.
const NO_ANCHOR: i64 = 0;

/// What is stored of an identity: a positive hash, as marks carry numbers only.
pub fn identity(text: &str) -> i64 {
    (content::key("identity", text, 0)[1] >> 1) as i64
}

impl Marks {
    pub fn new(topic: &str) -> Self {
        Self { topic: topic.to_owned(), ..Self::default() }
    }

    pub async fn load(topic: &str, log: &TableLog, table: &DeltaTable) -> Result<Self, LakeError> {
        let state = table.snapshot().map_err(|e| log.storage(&e))?;
        let mark = &|name: String| async move {
            state.transaction_version(log.store().as_ref(), name).await.map_err(|e| log.storage(&e))
        };
        let mut marks = Self::new(topic);
        marks.identity = mark(format!("meyar/{topic}/identity")).await?;
        let partitions = 0..mark(format!("meyar/{topic}")).await?.unwrap_or(0) as i32;
        // Each question reads the log's tail again, so they are asked side by side.
        let told = try_join_all(partitions.map(|p| async move {
            let next = mark(format!("meyar/{topic}/{p}")).await?;
            Ok::<_, LakeError>((p, next, mark(format!("meyar/{topic}/{p}/anchor")).await?))
        }));
        for (partition, next, anchor) in told.await? {
            marks.next.extend(next.map(|next| (partition, next)));
            marks.anchors.extend(anchor.filter(|a| *a != NO_ANCHOR).map(|anchor| (partition, anchor)));
        }
        Ok(marks)
    }

    /// What other landers marked, in the log's order. Of two positions the greater holds: everything before it is in the table, whoever put
    /// it there. An anchor belongs to the position told just before it, and holds when that one does.
    pub fn merge(&mut self, others: &[Transaction]) -> Result<(), LakeError> {
        let prefix = format!("meyar/{}/", self.topic);
        let mut behind = BTreeSet::new();
        for other in others {
            let Some(mark) = other.app_id.strip_prefix(&prefix) else { continue };
            if mark == "identity" {
                if self.identity.is_some_and(|known| known != other.version) {
                    return Err(LakeError::Recreated {
                        topic: self.topic.clone(),
                        proof: "another lander has adopted a new topic of that name".into(),
                    });
                }
                self.identity = Some(other.version);
            } else if let Some(Ok(partition)) = mark.strip_suffix("/anchor").map(str::parse::<i32>) {
                if !behind.contains(&partition) {
                    self.anchors.insert(partition, other.version);
                }
            } else if let Ok(partition) = mark.parse::<i32>() {
                let next = self.next.entry(partition).or_default();
                if other.version < *next {
                    behind.insert(partition);
                } else {
                    *next = other.version;
                    behind.remove(&partition);
                }
            }
        }
        self.anchors.retain(|_, anchor| *anchor != NO_ANCHOR);
        Ok(())
    }

    /// These marks with a batch's positions and the fingerprints of its last messages.
    pub fn advanced(&self, positions: &Positions, anchors: &BTreeMap<i32, i64>) -> Result<Self, LakeError> {
        let mut marks = self.clone();
        for ((topic, partition), next) in positions {
            if *topic != self.topic {
                let problem = format!("positions of topic {topic} cannot be kept here, the table reads {}", self.topic);
                return Err(LakeError::Bug(problem));
            }
            let known = marks.next.entry(*partition).or_insert(0);
            if *next > *known {
                *known = *next;
                match anchors.get(partition) {
                    Some(anchor) => marks.anchors.insert(*partition, *anchor),
                    None => marks.anchors.remove(partition),
                };
            }
        }
        Ok(marks)
    }

    /// The actions that turn `before` into these marks.
    pub fn actions(&self, before: &Self) -> Vec<Transaction> {
        let topic = &self.topic;
        let count = |marks: &Self| marks.next.keys().max().map_or(0, |p| i64::from(*p) + 1);
        let mut actions: Vec<_> = self
            .next
            .iter()
            .filter(|(partition, next)| before.next.get(partition) != Some(next))
            .map(|(partition, next)| Transaction::new(format!("meyar/{topic}/{partition}"), *next))
            .collect();
        let anchors = self.anchors.iter().filter(|(partition, anchor)| before.anchors.get(partition) != Some(anchor));
        let lifted = before.anchors.keys().filter(|partition| !self.anchors.contains_key(partition));
        actions.extend(lifted.map(|p| Transaction::new(format!("meyar/{topic}/{p}/anchor"), NO_ANCHOR)));
        actions.extend(
            anchors.map(|(partition, anchor)| Transaction::new(format!("meyar/{topic}/{partition}/anchor"), *anchor)),
        );
        if count(self) != count(before) {
            actions.push(Transaction::new(format!("meyar/{topic}"), count(self)));
        }
        if let Some(identity) = self.identity.filter(|_| self.identity != before.identity) {
            actions.push(Transaction::new(format!("meyar/{topic}/identity"), identity));
        }
        actions
    }

    pub fn positions(&self) -> Positions {
        self.next.iter().map(|(p, next)| ((self.topic.clone(), *p), *next)).collect()
    }
}
