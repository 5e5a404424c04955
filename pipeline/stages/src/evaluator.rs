//! The evaluator: a transcript and what is known of its call become a form's verdicts. The judging is `meyar-scoring`'s.

use crate::{Context, Settings, evaluation, tracker::Tracker};
use anyhow::Result;
use chrono::{DateTime, Utc};
use meyar_broker::{Feed, FeedEvent, FeedOptions, Message, deadletters, feed::Positions};
use meyar_faults::step;
use meyar_judging::{Judge, calls};
use meyar_lake::{Lake, LakeError, LakeOptions};
use meyar_schemas::{
    Envelope, Invalid, Subject, contract, deadletter::DeadLetterError, revision, transcripts::Transcript,
};
use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

const STAGE: &str = "evaluator";
const TICK: Duration = Duration::from_millis(300);
/// The lake is asked about the calls that wait no more often than this: at twice the busiest hour asking took half a core.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// And about calls of all years: of a new text's call, which lies in the last days, it is never asked so.
const LOOK_FAR_EVERY: Duration = Duration::from_secs(5);
/// Calls that are looked up in the lake in one go.
const BATCH: usize = 64;

pub async fn run(context: &Context) -> Result<()> {
    let judge = evaluation::judge(context)?;
    let options = LakeOptions { reference_dir: context.reference.clone(), ..LakeOptions::default() };
    let lake = Lake::at(context.lake.clone(), options)?;
    let mut feed = Feed::open(
        &context.broker,
        FeedOptions {
            group: STAGE.into(),
            subjects: vec![Subject::CallTranscripts],
            positions: Positions::Broker,
            buffer: 256,
        },
    )?;
    let mut evaluator = Evaluator {
        context,
        judge,
        lake,
        waiting: VecDeque::new(),
        looked: None,
        looked_far: None,
        tracker: Tracker::default(),
    };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => break,
            _ = tick.tick() => evaluator.turn(&feed).await?,
            event = feed.next(), if evaluator.waiting.len() < BATCH => match event {
                Some(FeedEvent::Message(message)) => evaluator.take(message),
                Some(FeedEvent::Assigned(_)) => {}
                Some(FeedEvent::Revoked(partitions)) => {
                    evaluator.tracker.forget(&partitions);
                    evaluator.waiting.retain(|w| !partitions.iter().any(|(t, p)| *t == w.message.place.topic && *p == w.message.place.partition));
                }
                Some(FeedEvent::Refused { error, .. }) => tracing::error!("{error}"),
                Some(FeedEvent::Failed(error)) => return Err(error.into()),
                None => break,
            },
        }
    }
    feed.close().await;
    Ok(())
}

struct Waiting {
    message: Message,
    transcript: Transcript,
    /// Of the transcript.
    revision: u32,
    since: Instant,
    /// When the lake was first seen to hold the call's end.
    over_since: Option<Instant>,
    /// It was looked for in all years.
    sought: bool,
    /// It is judged when the lake has answered.
    due: bool,
}

impl Waiting {
    /// Whether nothing more is waited for. Sheets and appeals travel on topics of their own and may land a moment after the call's end.
    fn is_due(&self, settings: &Settings) -> bool {
        let settled = self.over_since.is_some_and(|since| since.elapsed() >= settings.facts_settle);
        settled || self.since.elapsed() >= settings.facts_wait.max(settings.facts_settle)
    }
}

struct Evaluator<'a> {
    context: &'a Context,
    judge: Judge,
    lake: Lake,
    waiting: VecDeque<Waiting>,
    looked: Option<Instant>,
    looked_far: Option<Instant>,
    tracker: Tracker,
}

impl Evaluator<'_> {
    fn take(&mut self, message: Message) {
        self.tracker.begin(&message.place);
        let read = message.envelope().ok().and_then(|envelope| {
            let value = contract::read(Subject::CallTranscripts, &envelope, &message.value).ok()?;
            Some((serde_json::from_value(value).ok()?, envelope.revision))
        });
        match read {
            Some((transcript, revision)) => {
                let since = Instant::now();
                self.waiting.push_back(Waiting {
                    message,
                    transcript,
                    revision,
                    since,
                    over_since: None,
                    sought: false,
                    due: false,
                })
            }
            None => self.tracker.finish(&message.place), // the lander keeps it as a dead letter
        }
    }

    /// Judges the calls whose telephony is in the lake, and those that have waited long enough for it.
    async fn turn(&mut self, feed: &Feed) -> Result<()> {
        if self.waiting.is_empty() {
            let next = self.tracker.due();
            if !next.is_empty() {
                feed.commit(next);
            }
            return Ok(());
        }
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK_EVERY) && self.waiting.len() < BATCH {
            return Ok(());
        }
        self.looked = Some(Instant::now());
        // Decided before the lake is asked: who is judged now has been looked for in all years just now, too.
        let settings = &self.context.settings;
        self.waiting.iter_mut().for_each(|waiting| waiting.due = waiting.is_due(settings));
        let known = match self.look_up().await {
            Ok(known) => known,
            Err(error) if error.retry() => {
                tracing::warn!(%error, "the lake cannot be asked about calls; trying again");
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        for mut waiting in std::mem::take(&mut self.waiting) {
            let call = known.get(&waiting.transcript.call_id);
            if call.is_some_and(calls::Known::is_over) {
                waiting.over_since.get_or_insert_with(Instant::now);
            }
            waiting.sought = true;
            if !waiting.due {
                self.waiting.push_back(waiting);
                continue;
            }
            self.judge(&waiting, call).await?;
            self.tracker.finish(&waiting.message.place);
        }
        let next = self.tracker.due();
        if !next.is_empty() {
            feed.commit(next);
        }
        Ok(())
    }

    /// What the lake knows of the calls that wait. They are looked for in the days in which new texts' calls lie; what is not found there, because it is
    /// older, in all years: when it is first met, now and then, and before it is judged.
    async fn look_up(&mut self) -> Result<HashMap<String, calls::Known>, LakeError> {
        let id = |waiting: &Waiting| waiting.transcript.call_id.clone();
        let days = calls::Days::before(self.waiting.iter().map(|w| w.transcript.created_at));
        let near: Vec<String> = self.waiting.iter().map(id).collect();
        let mut known = calls::look_up(&self.lake, &near, days).await?;
        let again = self.looked_far.is_none_or(|looked| looked.elapsed() >= LOOK_FAR_EVERY);
        let far = |w: &&Waiting| {
            let found = days.is_some_and(|days| days.hold(known.get(&w.transcript.call_id)));
            !found && (again || !w.sought || w.due)
        };
        let far: Vec<String> = self.waiting.iter().filter(far).map(id).collect();
        if !far.is_empty() {
            self.looked_far = Some(Instant::now());
            known.extend(calls::look_up(&self.lake, &far, None).await?);
        }
        Ok(known)
    }

    async fn judge(&self, waiting: &Waiting, call: Option<&calls::Known>) -> Result<()> {
        let begun = Instant::now();
        let transcript = &waiting.transcript;
        let told = waiting.message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);
        // An evaluation of a newer transcript stands above one of an older, in whatever order they are made.
        let Ok(revision) = revision::first(waiting.revision) else {
            return self.bury(waiting, "revision", revision::too_high(waiting.revision), told).await;
        };
        let judged = match self.judge.judge(transcript, call)? {
            Ok(judged) => judged,
            Err(invalid) => return self.bury(waiting, "no_form", invalid, told).await,
        };
        let evaluation = judged.evaluation(transcript, told);
        let envelope = Envelope::new(Subject::CallEvaluations, evaluation::SOURCE, &evaluation.evaluation_id, told);
        let envelope = Envelope { revision, ..envelope };
        let value = serde_json::to_vec(&evaluation)?;
        step!("evaluation.before");
        self.context
            .insist("evaluation", || {
                self.context.publisher.event(Subject::CallEvaluations, &evaluation.call_id, &envelope, &value)
            })
            .await?;
        step!("evaluation.after");
        metrics::counter!("meyar_events_total", "stage" => STAGE, "topic" => Subject::CallEvaluations.name(), "outcome" => "published").increment(1);
        metrics::histogram!("meyar_stage_seconds", "stage" => STAGE).record(begun.elapsed().as_secs_f64());
        tracing::info!(call = evaluation.call_id, outcome = ?evaluation.outcome, score = evaluation.raw_score, coverage = evaluation.coverage, "evaluated");
        Ok(())
    }

    async fn bury(&self, waiting: &Waiting, code: &str, invalid: Invalid, at: DateTime<Utc>) -> Result<()> {
        let letter = deadletters::describe(STAGE, &waiting.message, DeadLetterError::new(code, invalid), at);
        self.context
            .insist("dead letter", || deadletters::bury(&self.context.publisher, &letter, &waiting.message.value))
            .await?;
        Ok(())
    }
}
