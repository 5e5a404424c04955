//! The transcriber: recordings become transcripts. Speech runs on threads of its own, never on the poll path (P6).

use crate::{Context, tracker::Tracker};
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use meyar_broker::{Feed, FeedEvent, FeedOptions, Message, deadletters, feed::Positions};
use meyar_faults::step;
use meyar_schemas::{
    Envelope, Invalid, Subject,
    audio::{Party, Recording, RecordingFlag},
    contract,
    deadletter::DeadLetterError,
    envelope::derived_id,
    transcripts::{Model, Transcript, TranscriptFlag},
};
use meyar_speech::{Recogniser, SpeechError, TranscriptParts, decode};
use object_store::{ObjectStoreExt as _, path::Path};
use std::{collections::VecDeque, sync::Arc, time::Instant};
use tokio::task::JoinHandle;

const STAGE: &str = "transcriber";

pub async fn run(context: &Context) -> Result<()> {
    let recogniser = open(context).await?;
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

async fn open(context: &Context) -> Result<Arc<Recogniser>> {
    let settings = &context.settings;
    let (Some(model), Some(vad)) = (settings.model.clone(), settings.vad_model.clone()) else {
        bail!("no speech model is set; run `meyar model fetch base`, or give --model-dir");
    };
    for path in [&model, &vad] {
        if !path.is_file() {
            bail!("speech model {} is not there; run `meyar model fetch base`, or give --model-dir", path.display());
        }
    }
    let threads = settings
        .speech_threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let language = settings.language.clone();
    let opened = tokio::task::spawn_blocking(move || -> Result<Recogniser, SpeechError> {
        let recogniser = Recogniser::open(&model, &vad, threads)?;
        let settings = meyar_speech::Settings { language, ..recogniser.settings().clone() };
        recogniser.with_settings(settings)
    })
    .await??;
    Ok(Arc::new(opened))
}

async fn transcribe(context: &Context, recogniser: &Arc<Recogniser>, message: &Message) -> Result<()> {
    let begun = Instant::now();
    let Ok(envelope) = message.envelope() else { return Ok(()) }; // the lander keeps it as a dead letter
    let Ok(value) = contract::read(Subject::CallRecordings, &envelope, &message.value) else { return Ok(()) };
    let recording: Recording = serde_json::from_value(value)?;
    let told = message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);

    let place = Path::from(recording.path.as_str());
    let read = || async { context.recordings.get(&place).await?.bytes().await };
    let bytes = match context.insist_on_store(read).await {
        Ok(bytes) => bytes,
        Err(object_store::Error::NotFound { .. }) => {
            let invalid = Invalid::new(
                "path",
                &recording.path,
                "is not in the recordings store",
                "restore the file, then replay this dead letter",
            );
            return bury(context, message, "missing_audio", invalid, told).await;
        }
        Err(error) => return Err(error).context("the recordings store cannot be read"),
    };
    let refuse = |code: &'static str, problem: String, remedy: &str| {
        bury(context, message, code, Invalid::new("audio", &recording.path, problem, remedy), told)
    };
    tracing::debug!(call = recording.call_id, "hearing");
    let heard = match hear(recogniser, bytes, &recording.parties).await {
        Ok(heard) => heard,
        Err(error @ (SpeechError::Audio(_) | SpeechError::Parties { .. })) => {
            return refuse("unreadable", error.to_string(), "check the recording; mend it and replay this dead letter")
                .await;
        }
        // One recording that the model cannot do must not stop the others.
        Err(error @ SpeechError::Whisper { .. }) => {
            return refuse("not_transcribed", error.to_string(), "listen to the recording; replay this dead letter")
                .await;
        }
        Err(error) => return Err(error.into()),
    };
    let mut flags = heard.flags;
    if recording.flags.iter().any(|f| matches!(f, RecordingFlag::Gap | RecordingFlag::Truncated)) {
        flags.push(TranscriptFlag::IncompleteAudio);
    }
    flags.sort();
    flags.dedup();
    let model: Model = heard.model;
    let made_by = model.sha256.as_deref().unwrap_or(&model.id);
    let transcript = Transcript {
        transcript_id: derived_id(&["transcript", &recording.recording_id, made_by]),
        call_id: recording.call_id.clone(),
        // The time of the message that caused the work: a repeat after a crash tells the same (P1).
        created_at: told,
        recording_id: Some(recording.recording_id.clone()),
        language: heard.language,
        model,
        duration_ms: recording.duration_ms,
        confidence: heard.confidence + 0.0, // no negative zero in the records
        segments: heard.segments,
        flags,
    };
    let envelope = Envelope::new(Subject::CallTranscripts, "meyar/transcriber", &transcript.transcript_id, told);
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

/// Speech on threads of its own; what fails inside the model is tried once more.
async fn hear(recogniser: &Arc<Recogniser>, bytes: Bytes, parties: &[Party]) -> Result<TranscriptParts, SpeechError> {
    let attempt = || {
        let (engine, bytes, parties) = (recogniser.clone(), bytes.clone(), parties.to_vec());
        async move {
            tokio::task::spawn_blocking(move || engine.transcribe(&decode::bytes(&bytes)?, &parties))
                .await
                .unwrap_or_else(|e| Err(SpeechError::Whisper { step: "transcribing", reason: e.to_string() }))
        }
    };
    match attempt().await {
        Err(SpeechError::Whisper { step, reason }) => {
            tracing::warn!(step, reason, "trying once more");
            attempt().await
        }
        done => done,
    }
}

async fn bury(context: &Context, message: &Message, code: &str, invalid: Invalid, at: DateTime<Utc>) -> Result<()> {
    let letter = deadletters::describe(STAGE, message, DeadLetterError::new(code, invalid), at);
    context.insist("dead letter", || deadletters::bury(&context.publisher, &letter, &message.value)).await?;
    Ok(())
}
