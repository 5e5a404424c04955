//! Making results anew, beside the stream: transcripts from the recordings, evaluations from the transcripts and the lake's records.
//!
//! What comes out otherwise than what stands in the lake is told as a higher revision on the same topic, and lands as anything else does.
//! The lake is the memory: who runs it again, or after an end in the middle, does only what is not there yet. The stream and others who
//! make anew at the same time may tell the same revision first; that is seen when it has landed, and done once more above it.

mod evaluations;
mod landing;
mod stream;
mod transcripts;

pub use evaluations::Evaluations;
pub use transcripts::Transcripts;

use crate::{Context, Stage};
use anyhow::{Result, bail};
use chrono::{DateTime, Utc};
use landing::Told;
use meyar_lake::content_hash;
use meyar_schemas::{Envelope, Subject, contract, revision::NoRevision};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use stream::Ahead;

/// How often one result is made anew when others tell the same revision of it first.
const ROUNDS: usize = 4;

/// What is made anew.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Recorded (a text without a recording: written) at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// And before this one.
    pub until: Option<DateTime<Utc>>,
    /// Only these calls; all of them when there is none.
    pub calls: Vec<String>,
    /// Find out, and tell nothing.
    pub dry_run: bool,
    /// How long to wait for the lander while nothing lands.
    pub patience: Duration,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub found: usize,
    pub looked_at: usize,
    /// In a dry run: what would be.
    pub remade: usize,
    pub unchanged: usize,
    /// Why, how many, and one of them.
    pub not_possible: BTreeMap<String, (usize, String)>,
    /// It was stopped before its end.
    pub stopped: bool,
}

/// What became of one source.
pub enum Outcome {
    Unchanged,
    /// It would be made anew, were this not a dry run.
    Due,
    NotPossible(String),
    Remade(Box<Remade>),
}

/// A result that differs from the newest in the lake.
pub struct Remade {
    envelope: Envelope,
    key: String,
    value: Vec<u8>,
    hash: i64,
}

/// One kind of result.
#[allow(async_fn_in_trait)] // only used in here
pub trait Remake {
    /// What a result is made of.
    type Source: Clone;
    const SUBJECT: Subject;
    /// Who makes them in the stream, and of what.
    const STAGE: Stage;
    const MADE_OF: Subject;
    /// Sources that are looked at in one go.
    const AT_ONCE: usize;

    /// What there is to look at, the oldest first.
    async fn sources(&self, scope: &Scope) -> Result<Vec<Self::Source>>;

    fn id(source: &Self::Source) -> &str;

    /// One outcome a source, in their order.
    async fn remake(&self, sources: &[Self::Source], ahead: &Ahead, dry_run: bool) -> Result<Vec<Outcome>>;
}

impl Remade {
    /// Judged as the lander will judge it; `Err` says why it would be refused.
    fn new(subject: Subject, envelope: Envelope, key: &str, result: &impl serde::Serialize) -> Result<Self, String> {
        let value = serde_json::to_vec(result).map_err(|e| e.to_string())?;
        let data = contract::read(subject, &envelope, &value).map_err(|refusal| refusal.invalid.to_string())?;
        Ok(Self { key: key.to_owned(), hash: content_hash(subject, &data), envelope, value })
    }
}

/// Why a source's result cannot have another revision.
fn no_revision(why: NoRevision) -> Outcome {
    Outcome::NotPossible(
        match why {
            NoRevision::SourceTooHigh => "the revision of what it is made of leaves no room",
            NoRevision::Newer => "there is one of a newer source that has not landed yet; run this again later",
            NoRevision::Spent => "it was made anew a hundred times; make anew what it is made of first",
        }
        .into(),
    )
}

/// What the retention rules took away is not made anew, and nothing is made of it.
fn deleted(what: &str) -> Outcome {
    Outcome::NotPossible(format!("{what} were deleted when their retention period was over; see the table deletions"))
}

/// Looks at everything in the scope and makes anew what comes out otherwise; `tell` hears of the progress.
pub async fn rebuild<R: Remake>(
    context: &Context,
    remake: &R,
    scope: &Scope,
    mut tell: impl FnMut(&Tally),
) -> Result<Tally> {
    let mut tally = Tally::default();
    // Of these another was faster the last time.
    let mut again: Option<BTreeSet<String>> = None;
    for _ in 0..ROUNDS {
        let mut sources = remake.sources(scope).await?;
        // After them, so that it tells of each.
        let ahead = Ahead::of(context, R::STAGE, R::MADE_OF).await?;
        match &again {
            Some(again) => sources.retain(|source| again.contains(R::id(source))),
            None => tally.found = sources.len(),
        }
        let mut told: Vec<Told> = Vec::new();
        for some in sources.chunks(R::AT_ONCE) {
            if context.shutdown.is_cancelled() {
                tally.stopped = true;
                break;
            }
            let outcomes = remake.remake(some, &ahead, scope.dry_run).await?;
            for (source, outcome) in some.iter().zip(outcomes) {
                tally.looked_at += 1;
                match outcome {
                    Outcome::Unchanged => tally.unchanged += 1,
                    Outcome::Due => tally.remade += 1,
                    Outcome::NotPossible(why) => tally.miss(why, R::id(source)),
                    Outcome::Remade(_) if scope.dry_run => tally.remade += 1,
                    Outcome::Remade(remade) => {
                        publish(context, R::SUBJECT, &remade).await?;
                        tally.remade += 1;
                        told.push(Told::new(R::id(source), *remade));
                    }
                }
            }
            tell(&tally);
        }
        if tally.stopped {
            return Ok(tally);
        }
        let late = landing::wait(context, R::SUBJECT, &told, scope.patience).await?;
        if late.is_empty() {
            return Ok(tally);
        }
        tally.looked_at -= late.len();
        tally.remade -= late.len();
        again = Some(late);
    }
    for id in again.unwrap_or_default() {
        tally.looked_at += 1;
        tally.miss("others make it anew at the same time; run this again when they are done".into(), &id);
    }
    Ok(tally)
}

async fn publish(context: &Context, subject: Subject, remade: &Remade) -> Result<()> {
    let Remade { envelope, key, value, .. } = remade;
    context.insist(subject.name(), || context.publisher.event(subject, key, envelope, value)).await?;
    Ok(())
}

impl Tally {
    fn miss(&mut self, why: String, example: &str) {
        let (count, _) = self.not_possible.entry(why).or_insert_with(|| (0, example.to_owned()));
        *count += 1;
    }
}

impl Scope {
    /// The condition on a time and a call, as SQL.
    fn condition(&self, time: &str, call: &str) -> String {
        let mut parts = vec!["true".to_owned()];
        let instant = |at: &DateTime<Utc>| format!("TIMESTAMP '{}'", at.to_rfc3339());
        parts.extend(self.since.iter().map(|at| format!("{time} >= {}", instant(at))));
        parts.extend(self.until.iter().map(|at| format!("{time} < {}", instant(at))));
        if !self.calls.is_empty() {
            parts.push(format!("{call} IN ({})", quoted(&self.calls)));
        }
        parts.join(" AND ")
    }

    pub fn check(&self) -> Result<()> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since >= until
        {
            bail!("--until: {until} is not after --since {since}; give a later one");
        }
        Ok(())
    }
}

/// Texts as an SQL list.
fn quoted<T: AsRef<str>>(texts: &[T]) -> String {
    texts.iter().map(|text| format!("'{}'", text.as_ref().replace('\'', "''"))).collect::<Vec<_>>().join(", ")
}
