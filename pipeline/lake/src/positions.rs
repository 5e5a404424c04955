//! How far a table has read its topic: Kafka's positions as marks (`txn` actions) of the table's own log (P2).

use crate::{
    account::{Account, CLOSED, Handled},
    content,
    error::LakeError,
    log::TableLog,
};
use chrono::{DateTime, Utc};
use deltalake::kernel::Transaction;
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
/// | `meyar/<topic>/<partition>/since`, `/repeats` … | what became of its messages since that offset ([`Account`]) |
/// | `meyar/<topic>/<partition>/deleted` | how many rows of that account a retention rule has taken out since; nobody but `erase` tells it |
/// | `meyar/<topic>/identity` | a hash of the topic's identity, so that a recreated topic is known (P7) |
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    topic: String,
    pub next: BTreeMap<i32, i64>,
    pub anchors: BTreeMap<i32, i64>,
    pub accounts: BTreeMap<i32, Account>,
    pub deleted: BTreeMap<i32, i64>,
    pub identity: Option<i64>,
}

/// A mark cannot be taken back, only told anew.
const NO_ANCHOR: i64 = 0;

const DELETED: &str = "deleted";

/// What is stored of an identity: a positive hash, as marks carry numbers only.
pub fn identity(text: &str) -> i64 {
    (content::key("identity", text, 0)[1] >> 1) as i64
}

impl Marks {
    pub fn new(topic: &str) -> Self {
        Self { topic: topic.to_owned(), ..Self::default() }
    }

    pub async fn load(topic: &str, log: &TableLog) -> Result<Self, LakeError> {
        Ok(Self::all(&log.marks().await?).remove(topic).unwrap_or_else(|| Self::new(topic)))
    }

    /// The marks of every topic that a table was ever read from, by topic.
    pub fn all(told: &BTreeMap<String, i64>) -> BTreeMap<String, Self> {
        let mut topics = BTreeMap::new();
        for (name, value) in told {
            let Some((topic, mark)) = name.strip_prefix("meyar/").and_then(|name| name.split_once('/')) else {
                continue;
            };
            topics.entry(topic.to_owned()).or_insert_with(|| Self::new(topic)).take(mark, *value);
        }
        topics.values_mut().for_each(|marks| {
            marks.anchors.retain(|_, anchor| *anchor != NO_ANCHOR);
            let Self { next, accounts, .. } = marks;
            accounts.retain(|partition, _| next.contains_key(partition));
        });
        topics
    }

    /// Takes a mark as it stands.
    fn take(&mut self, mark: &str, value: i64) {
        let (partition, total) = mark.split_once('/').unwrap_or((mark, ""));
        match (partition.parse::<i32>(), total) {
            (Ok(partition), "") => drop(self.next.insert(partition, value)),
            (Ok(partition), "anchor") => drop(self.anchors.insert(partition, value)),
            (Ok(partition), DELETED) => drop(self.deleted.insert(partition, value)),
            (Ok(partition), total) => drop(self.accounts.entry(partition).or_default().take(total, value)),
            (Err(_), _) if mark == "identity" => self.identity = Some(value),
            (Err(_), _) => {}
        }
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
            } else if mark.contains('/') {
                // Whoever wrote a total knew the ones before it.
                self.take(mark, other.version);
            }
        }
        self.anchors.retain(|_, anchor| *anchor != NO_ANCHOR);
        Ok(())
    }

    /// These marks with a batch's positions, the fingerprints of its last messages, and what became of its messages.
    pub fn advanced(
        &self,
        positions: &Positions,
        anchors: &BTreeMap<i32, i64>,
        handled: &Handled,
        at: DateTime<Utc>,
    ) -> Result<Self, LakeError> {
        let mut marks = self.clone();
        for ((topic, partition), next) in positions {
            if *topic != self.topic {
                let problem = format!("positions of topic {topic} cannot be kept here, the table reads {}", self.topic);
                return Err(LakeError::Bug(problem));
            }
            let before = marks.next.get(partition).copied();
            if *next > *marks.next.entry(*partition).or_insert(0) {
                marks.next.insert(*partition, *next);
                if let Some(read) = handled.get(partition) {
                    let account = marks.accounts.get(partition).copied();
                    marks.accounts.insert(*partition, Account::after(account, before, *next, read, at));
                }
                match anchors.get(partition) {
                    Some(anchor) => marks.anchors.insert(*partition, *anchor),
                    None => marks.anchors.remove(partition),
                };
            }
        }
        Ok(marks)
    }

    /// The totals of deleted rows when those at some offsets go, by partition. Only rows that the account tells of: others are no part of the equation.
    pub fn without(&self, offsets: &BTreeMap<i32, Vec<i64>>) -> Vec<Transaction> {
        let told = offsets.iter().filter_map(|(partition, offsets)| {
            let since = self.accounts.get(partition).map(|account| account.since).filter(|since| *since != CLOSED)?;
            let accounted = since..self.next.get(partition).copied().unwrap_or_default();
            let gone = offsets.iter().filter(|offset| accounted.contains(offset)).count() as i64;
            let before = self.deleted.get(partition).copied().unwrap_or_default();
            (gone > 0).then(|| Transaction::new(format!("meyar/{}/{partition}/{DELETED}", self.topic), before + gone))
        });
        told.collect()
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
        for (partition, account) in &self.accounts {
            let known = before.accounts.get(partition);
            for (n, (name, value)) in Account::NAMES.iter().zip(account.values()).enumerate() {
                if known.map_or(value != 0 || n == 0, |known| known.values()[n] != value) {
                    actions.push(Transaction::new(format!("meyar/{topic}/{partition}/{name}"), value));
                }
            }
        }
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
