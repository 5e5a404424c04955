//! The lander: every topic into its lake table. Rows and the positions they came from are one commit (P2);
//! what cannot be judged valid is in the dead letters before that commit (P3).

use crate::{
    Context,
    batch::{Batch, Pile, Share},
};
use anyhow::Result;
use chrono::{DateTime, Utc};
use futures::future::try_join_all;
use meyar_broker::{
    Feed, FeedEvent, FeedOptions, Headers, Message, deadletters,
    feed::{Partition, Positions as From, StartAt},
};
use meyar_faults::step;
use meyar_lake::{Handled, Laid, LakeError, Landing, LandingOptions, Messages, Positions, Prepared, Upkeep, maintain};
use meyar_schemas::{
    Invalid, Subject,
    deadletter::{DeadLetter, DeadLetterError},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::task::{JoinError, JoinHandle};

pub(crate) const STAGE: &str = "lander";
/// Commits of a table between two upkeeps.
const UPKEEP_EVERY: u32 = 120;
/// A batch this large is landed before it has `commit_rows` messages: chunks of sound are a hundred times larger than events.
const LARGEST_BATCH_BYTES: usize = 64 << 20;
/// Dead letters that may be on their way at a time.
const BURIALS: usize = 256;
/// Events that are taken from the feed in one go.
const GATHER: usize = 256;

pub async fn run(context: &Context) -> Result<()> {
    let settings = &context.settings;
    let mut feed = Feed::open(
        &context.broker,
        FeedOptions {
            group: STAGE.into(),
            subjects: Subject::ALL.to_vec(),
            positions: From::FromStage,
            // Room that is too small makes the feed pause, which throws away what it has fetched.
            buffer: settings.commit_rows.max(1_000),
        },
    )?;
    let tables = BTreeMap::new();
    let lander = Box::new(Lander { context: context.clone(), tables, commits: BTreeMap::new(), upkeep: None });
    let mut work = Work::Idle(lander);
    let mut batch = Batch::default();
    let mut events = Vec::with_capacity(GATHER);
    loop {
        let deadline = batch.since.map(|since| since + settings.commit_every);
        let full = batch.count >= settings.commit_rows || batch.bytes >= LARGEST_BATCH_BYTES;
        if full || deadline.is_some_and(|d| d <= Instant::now()) {
            work = work.begin(&mut batch);
        }
        let room = settings.commit_rows.saturating_sub(batch.count).clamp(1, GATHER);
        let count = tokio::select! {
            biased;
            () = context.shutdown.cancelled() => break,
            done = work.done() => {
                work = Work::Idle(landed(done, &feed)?);
                continue;
            }
            // One batch is gathered while another lands, not two.
            count = feed.next_many(&mut events, room), if batch.count == 0 || !full => count,
            () = sleep_until(deadline), if work.is_idle() => continue,
        };
        if count == 0 {
            break;
        }
        for event in events.drain(..) {
            match event {
                FeedEvent::Message(message) => batch.take(message),
                FeedEvent::Assigned(partitions) => {
                    // What was read under the old assignment first, so that the positions are true.
                    let mut lander = settle(work, &mut batch, &feed).await?;
                    let starts = lander.positions(&partitions).await?;
                    // A lander that was killed between its two commits left Kafka's behind.
                    let known = starts.iter().filter(|(_, at)| at.offset > 0);
                    let known = known.map(|(partition, at)| (partition.clone(), at.offset)).collect();
                    feed.start(starts);
                    feed.commit(known);
                    work = Work::Idle(lander);
                }
                FeedEvent::Revoked(_) => work = Work::Idle(settle(work, &mut batch, &feed).await?),
                FeedEvent::Refused { partition, error, found } => {
                    let lander = settle(work, &mut batch, &feed).await?;
                    lander.refuse(&partition, &error, found).await?;
                    work = Work::Idle(lander);
                }
                FeedEvent::Failed(error) => return Err(error.into()),
            }
        }
    }
    settle(work, &mut batch, &feed).await?;
    feed.close().await;
    Ok(())
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

/// What a batch left behind: the lander, ready for the next, and the positions after it.
type Landed = Result<(Box<Lander>, Vec<Positions>)>;

/// The lander, or the task that lands a batch with it while the next one is gathered.
enum Work {
    Idle(Box<Lander>),
    Busy(JoinHandle<Landed>),
}

impl Work {
    fn is_idle(&self) -> bool {
        matches!(self, Work::Idle(_))
    }

    /// Starts to land what waits; while a batch is still landing, nothing changes.
    fn begin(self, batch: &mut Batch) -> Self {
        match self {
            Work::Idle(lander) => Work::Busy(tokio::spawn(lander.commit(std::mem::take(batch)))),
            busy => busy,
        }
    }

    async fn done(&mut self) -> Result<Landed, JoinError> {
        match self {
            Work::Idle(_) => std::future::pending().await,
            Work::Busy(task) => task.await,
        }
    }
}

fn landed(done: Result<Landed, JoinError>, feed: &Feed) -> Result<Box<Lander>> {
    let (lander, positions) = done??;
    for next in positions {
        // Only for people who watch the lag with Kafka's own tools; nothing is read from it.
        feed.commit(
            next.into_iter().map(|((topic, partition), offset)| ((topic.as_str().into(), partition), offset)).collect(),
        );
    }
    Ok(lander)
}

/// Lands everything that was read so far.
async fn settle(work: Work, batch: &mut Batch, feed: &Feed) -> Result<Box<Lander>> {
    let lander = match work {
        Work::Idle(lander) => lander,
        Work::Busy(task) => landed(task.await, feed)?,
    };
    landed(Ok(lander.commit(std::mem::take(batch)).await), feed)
}

struct Lander {
    context: Context,
    tables: BTreeMap<Subject, Landing>,
    /// Commits of each table since its small files were last joined.
    commits: BTreeMap<Subject, u32>,
    upkeep: Option<JoinHandle<()>>,
}

impl Lander {
    async fn table(&mut self, subject: Subject) -> Result<&mut Landing, LakeError> {
        if !self.tables.contains_key(&subject) {
            let options = LandingOptions::new(self.context.broker.topic(subject));
            let opened = Landing::open(&self.context.lake, subject, options).await?;
            self.tables.insert(subject, opened);
        }
        self.tables.get_mut(&subject).ok_or_else(|| LakeError::Bug("a table that was just opened is gone".into()))
    }

    /// Reading starts from the lake's positions, not Kafka's (P2).
    async fn positions(&mut self, partitions: &[Partition]) -> Result<Vec<(Partition, StartAt)>> {
        let mut starts = Vec::new();
        for (topic, partition) in partitions {
            let Some(subject) = self.context.broker.subject(topic) else { continue };
            let table = self.table(subject).await?;
            let known = table.refresh().await?;
            let offset = known.get(&(topic.to_string(), *partition)).copied().unwrap_or(0);
            tracing::debug!(%topic, partition, offset, "reading from");
            starts.push(((topic.clone(), *partition), StartAt { offset, anchor: table.anchor(*partition) }));
        }
        Ok(starts)
    }

    async fn commit(mut self: Box<Self>, batch: Batch) -> Landed {
        let mut after = Vec::new();
        // Calls last: who sees a call's end in the lake finds there what was told of the call before.
        for (subject, pile) in batch.waiting.into_iter().rev() {
            let begun = Instant::now();
            let topic = self.context.broker.topic(subject);
            after.push(self.land(subject, pile).await?);
            self.keep_up(subject);
            metrics::histogram!("meyar_commit_seconds", "topic" => topic).record(begun.elapsed().as_secs_f64());
        }
        Ok((self, after))
    }

    /// Joins a table's small files now and then, beside the landing: a lander that is faster wins, and it is tried again later.
    fn keep_up(&mut self, subject: Subject) {
        let commits = self.commits.entry(subject).or_default();
        *commits += 1;
        if *commits < UPKEEP_EVERY || self.upkeep.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        *commits = 0;
        let root = self.context.lake.clone();
        self.upkeep = Some(tokio::spawn(async move {
            match maintain(&root, subject, &Upkeep::default()).await {
                Ok(report) => tracing::debug!(table = subject.table(), joined = report.files_joined, "upkeep"),
                Err(error) => {
                    tracing::warn!(table = subject.table(), %error, "upkeep did not succeed; it is tried again later")
                }
            }
        }));
    }

    async fn land(&mut self, subject: Subject, pile: Pile) -> Result<Positions> {
        let shares = pile.finish(subject).await?;
        let (positions, anchors) = after(shares.iter().flat_map(|share| &share.messages));
        let (mut laid, mut origin, mut handled) = (Vec::with_capacity(shares.len()), Vec::new(), Handled::new());
        for Share { messages, refused, accepted, laid: columns } in &shares {
            let refused =
                refused.iter().map(|(at, r)| (&messages[*at], DeadLetterError::new(r.code, r.invalid.clone())));
            let refused: Vec<_> = refused.collect();
            refused.iter().for_each(|(message, _)| of(&mut handled, message).letters.push(message.place.offset));
            messages.iter().for_each(|message| of(&mut handled, message).read.push(message.place.offset));
            self.bury_all(refused).await?;
            origin.extend(accepted.iter().map(|at| &messages[*at]));
            laid.push(columns.clone());
        }
        let mut wait = Duration::from_millis(200);
        loop {
            let outcome = self.try_land(subject, &laid, &origin, &handled, (&positions, &anchors)).await;
            match outcome {
                Ok(()) => return Ok(positions),
                Err(Trouble::Lake(LakeError::Raced { .. })) => {}
                Err(Trouble::Lake(error)) if error.retry() && !self.context.shutdown.is_cancelled() => {
                    tracing::warn!(%error, "the lake does not take the rows; trying again");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(10));
                }
                Err(Trouble::Lake(error)) => return Err(error.into()),
                Err(Trouble::Other(error)) => return Err(error),
            }
        }
    }

    async fn try_land(
        &mut self,
        subject: Subject,
        laid: &[Laid],
        origin: &[&Message],
        handled: &Handled,
        (positions, anchors): (&Positions, &BTreeMap<i32, i64>),
    ) -> Result<(), Trouble> {
        let topic = self.context.broker.topic(subject);
        let batch = self.table(subject).await?.prepare(laid).await?;
        let refused = batch.refused.iter().map(|refused| (origin[refused.index], refused.error.clone()));
        self.bury_all(refused.collect()).await.map_err(Trouble::Other)?;
        let handled = judged(handled, &batch, origin);
        let report = self.table(subject).await?.commit(batch, positions, anchors, &handled).await?;
        let count = |outcome: &'static str, n: usize| {
            metrics::counter!("meyar_events_total", "stage" => STAGE, "topic" => topic.clone(), "outcome" => outcome)
                .increment(n as u64);
        };
        count("landed", report.rows);
        count("repeat", report.repeats);
        count("refused", report.refused.len());
        tracing::debug!(topic, rows = report.rows, repeats = report.repeats, version = report.version, "landed");
        Ok(())
    }

    /// Many at a time: a flood of bad messages must not wait for the broker's answer to each. One line tells of all that are wrong in the same way.
    async fn bury_all(&self, letters: Vec<(&Message, DeadLetterError)>) -> Result<()> {
        let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
        for (_, error) in &letters {
            *kinds.entry((error.code.clone(), error.field.clone())).or_default() += 1;
        }
        for (message, error) in &letters {
            if let Some(count) = kinds.remove(&(error.code.clone(), error.field.clone())) {
                deadletters::tell(&self.letter(message, error.clone()), count - 1);
            }
        }
        for some in letters.chunks(BURIALS) {
            try_join_all(some.iter().map(|(message, error)| self.bury(message, error.clone()))).await?;
        }
        Ok(())
    }

    fn letter(&self, message: &Message, error: DeadLetterError) -> DeadLetter {
        let at = message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);
        deadletters::describe(STAGE, message, error, at)
    }

    async fn bury(&self, message: &Message, error: DeadLetterError) -> Result<()> {
        let letter = self.letter(message, error);
        step!("letter.before");
        self.context
            .insist("dead letter", || deadletters::bury_untold(&self.context.publisher, &letter, &message.value))
            .await?;
        step!("letter.after");
        Ok(())
    }

    async fn refuse(
        &self,
        partition: &Partition,
        error: &meyar_broker::BrokerError,
        found: Option<Box<Message>>,
    ) -> Result<()> {
        tracing::error!(topic = %partition.0, partition = partition.1, "{error}");
        let Some(subject) = self.context.broker.subject(&partition.0) else { return Ok(()) };
        let message = found.map_or_else(|| nothing_at(subject, partition), |m| *m);
        let invalid = Invalid::new(
            "topic",
            partition.0.to_string(),
            "was deleted and made anew; it is not read",
            "land it under a new MEYAR_TOPIC_PREFIX, or start with an empty data directory",
        );
        self.bury(&message, DeadLetterError::new("recreated_topic", invalid)).await
    }
}

/// The next offsets to read, and the fingerprints of the messages just before them.
fn after<'m>(messages: impl Iterator<Item = &'m Message>) -> (Positions, BTreeMap<i32, i64>) {
    let mut last: BTreeMap<(&str, i32), &Message> = BTreeMap::new();
    for m in messages {
        let found = last.entry((&m.place.topic, m.place.partition)).or_insert(m);
        if m.place.offset > found.place.offset {
            *found = m;
        }
    }
    let positions =
        last.iter().map(|((topic, partition), m)| (((*topic).to_owned(), *partition), m.place.offset + 1)).collect();
    (positions, last.values().map(|m| (m.place.partition, m.fingerprint())).collect())
}

/// What became of a partition's messages so far.
fn of<'h>(handled: &'h mut Handled, message: &Message) -> &'h mut Messages {
    handled.entry(message.place.partition).or_default()
}

/// The same with what the table had already, or contradicts.
fn judged(handled: &Handled, batch: &Prepared, origin: &[&Message]) -> Handled {
    let mut handled = handled.clone();
    for at in &batch.repeated {
        of(&mut handled, origin[*at]).repeats.push(origin[*at].place.offset);
    }
    for refused in &batch.refused {
        let message = origin[refused.index];
        of(&mut handled, message).letters.push(message.place.offset);
    }
    handled
}

fn nothing_at(subject: Subject, (topic, partition): &Partition) -> Message {
    Message {
        place: meyar_broker::Place { topic: topic.clone(), partition: *partition, offset: 0 },
        subject,
        key: None,
        headers: Headers::default(),
        value: Vec::new(),
        timestamp_ms: None,
    }
}

enum Trouble {
    Lake(LakeError),
    Other(anyhow::Error),
}

impl std::convert::From<LakeError> for Trouble {
    fn from(error: LakeError) -> Self {
        Trouble::Lake(error)
    }
}
