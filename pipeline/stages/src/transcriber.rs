//! The transcriber: recordings become transcripts. Speech runs on threads of its own, never on the poll path (P6).

use crate::{Context, recognition, tracker::Tracker};
use anyhow::Result;
use chrono::{DateTime, Utc};
use meyar_broker::{Feed, FeedEvent, FeedOptions, Message, deadletters, feed::Positions};
use meyar_faults::step;
use meyar_schemas::{Envelope, Invalid, Subject, audio::Recording, contract, deadletter::DeadLetterError, revision};
use meyar_speech::Recogniser;
use std::{collections::VecDeque, sync::Arc, time::Instant};
use tokio::task::JoinHandle;

const STAGE: &str = "transcriber";

pub async fn run(context: &Context) -> Result<()> {
    let recogniser = recognition::open(context).await?;
    let mut feed = Feed::open(
        &context.broker,
        FeedOptions {
            group: STAGE.into(),
            subjects: vec![Subject::CallRecordings],
            positions: Positions::Broker,
            buffer: 64,
        },
    )?;
    let mut tracker = Tracker::default();
    let mut queue: VecDeque<Message> = VecDeque::new();
    let mut work: Option<(Message, JoinHandle<Result<()>>)> = None;
    loop {
        if work.is_none()
            && !context.shutdown.is_cancelled()
            && let Some(message) = queue.pop_front()
        {
            let (context, recogniser, task) = (context.clone(), recogniser.clone(), message.clone());
            work = Some((message, tokio::spawn(async move { transcribe(&context, &recogniser, &task).await })));
        }
        tokio::select! {
            biased;
            done = finished(&mut work) => {
                let (message, result) = done;
                result?;
                tracker.finish(&message.place);
                feed.commit(tracker.due());
            }
            // Ctrl-C drains: the recording in hand is finished, the rest is read again later.
            () = context.shutdown.cancelled() => {
                if work.is_none() { break; }
                let (message, result) = finished(&mut work).await;
                result?;
                tracker.finish(&message.place);
                feed.commit(tracker.due());
                break;
            }
            event = feed.next(), if queue.len() < 16 => match event {
                Some(FeedEvent::Message(message)) => {
                    tracker.begin(&message.place);
                    queue.push_back(message);
                }
                Some(FeedEvent::Assigned(_)) => {}
                Some(FeedEvent::Revoked(partitions)) => {
                    tracker.forget(&partitions);
                    queue.retain(|m| !partitions.iter().any(|(t, p)| *t == m.place.topic && *p == m.place.partition));
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

async fn finished(work: &mut Option<(Message, JoinHandle<Result<()>>)>) -> (Message, Result<()>) {
    match work {
        Some((_, handle)) => {
            let result = handle.await.unwrap_or_else(|e| Err(e.into()));
            match work.take() {
                Some((message, _)) => (message, result),
                None => std::future::pending().await,
            }
        }
        None => std::future::pending().await,
    }
}

async fn transcribe(context: &Context, recogniser: &Arc<Recogniser>, message: &Message) -> Result<()> {
    let begun = Instant::now();
    let Ok(envelope) = message.envelope() else { return Ok(()) }; // the lander keeps it as a dead letter
    let Ok(value) = contract::read(Subject::CallRecordings, &envelope, &message.value) else { return Ok(()) };
    let recording: Recording = serde_json::from_value(value)?;
    // The time of the message that caused the work: a repeat after a crash tells the same (P1).
    let told = message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);
    let Ok(revision) = revision::first(envelope.revision) else {
        return bury(context, message, "revision", revision::too_high(envelope.revision), told).await;
    };
    let transcript = match recognition::hear(context, recogniser, &recording, told).await? {
        Ok(transcript) => transcript,
        Err(refused) => return bury(context, message, refused.code, refused.invalid, told).await,
    };
    let envelope = Envelope::new(Subject::CallTranscripts, recognition::SOURCE, &transcript.transcript_id, told);
    let envelope = Envelope { revision, ..envelope };
    let value = serde_json::to_vec(&transcript)?;
    step!("transcript.before");
    context
        .insist("transcript", || {
            context.publisher.event(Subject::CallTranscripts, &transcript.call_id, &envelope, &value)
        })
        .await?;
    step!("transcript.after");
    metrics::counter!("meyar_audio_seconds_total").increment(recording.duration_ms / 1_000);
    metrics::counter!("meyar_events_total", "stage" => STAGE, "topic" => Subject::CallTranscripts.name(), "outcome" => "published").increment(1);
    metrics::histogram!("meyar_stage_seconds", "stage" => STAGE).record(begun.elapsed().as_secs_f64());
    tracing::info!(
        call = transcript.call_id,
        language = transcript.language,
        confidence = transcript.confidence,
        segments = transcript.segments.len(),
        seconds = begun.elapsed().as_secs_f64(),
        "transcribed"
    );
    Ok(())
}

async fn bury(context: &Context, message: &Message, code: &str, invalid: Invalid, at: DateTime<Utc>) -> Result<()> {
    let letter = deadletters::describe(STAGE, message, DeadLetterError::new(code, invalid), at);
    context.insist("dead letter", || deadletters::bury(&context.publisher, &letter, &message.value)).await?;
    Ok(())
}
