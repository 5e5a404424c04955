//! The recorder: audio chunks (or references) become recordings in object storage, with what is missing said.

use crate::{
    Context,
    recording::{OpenCall, attributes},
    tracker::Tracker,
};
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use meyar_broker::{Feed, FeedEvent, FeedOptions, Headers, Message, deadletters, feed::Positions};
use meyar_faults::step;
use meyar_schemas::{
    Envelope, Invalid, Subject,
    audio::{AudioReference, Codec, Recording, RecordingFlag},
    contract,
    deadletter::DeadLetterError,
    envelope::derived_id,
};
use meyar_speech::{
    assemble::{Shape, assemble},
    chunker,
};
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutPayload, path::Path};
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};
use tokio::time::MissedTickBehavior;

const STAGE: &str = "recorder";
const TICK: Duration = Duration::from_millis(250);
/// Calls that were closed lately, so that a straggler is told from a new call.
const REMEMBERED: usize = 10_000;
/// Digits of the sound's hash in the name of its file.
const HASH_DIGITS: usize = 12;

pub async fn run(context: &Context) -> Result<()> {
    let mut feed = Feed::open(
        &context.broker,
        FeedOptions {
            group: STAGE.into(),
            subjects: vec![Subject::CallAudio],
            positions: Positions::Broker,
            buffer: 512,
        },
    )?;
    let mut recorder = Recorder { context, open: HashMap::new(), closed: VecDeque::new(), tracker: Tracker::default() };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ticked = Instant::now();
    loop {
        let event = tokio::select! {
            biased;
            () = context.shutdown.cancelled() => break,
            _ = tick.tick() => {
                recorder.excuse(deaf(ticked.elapsed(), feed.connected()));
                ticked = Instant::now();
                recorder.close_due(&feed).await?;
                continue;
            }
            event = feed.next() => event,
        };
        match event {
            Some(FeedEvent::Message(message)) => recorder.take(message).await?,
            Some(FeedEvent::Assigned(_)) => {}
            Some(FeedEvent::Revoked(partitions)) => recorder.forget(&partitions),
            Some(FeedEvent::Refused { error, .. }) => tracing::error!("{error}"),
            Some(FeedEvent::Failed(error)) => return Err(error.into()),
            None => break,
        }
    }
    recorder.excuse(deaf(ticked.elapsed(), feed.connected()));
    // Calls still open are read again from the broker after a restart: their offsets were never committed.
    recorder.close_due(&feed).await?;
    feed.close().await;
    Ok(())
}

/// How much of the time since the last tick nothing could be heard in: all of it without a broker; else what a stall (a slow store, a
/// suspended machine) took, because sound may have come meanwhile. Pure.
fn deaf(since: Duration, connected: bool) -> Duration {
    if connected { since.saturating_sub(2 * TICK) } else { since }
}

struct Recorder<'a> {
    context: &'a Context,
    open: HashMap<String, OpenCall>,
    closed: VecDeque<String>,
    tracker: Tracker,
}

impl Recorder<'_> {
    async fn take(&mut self, message: Message) -> Result<()> {
        self.tracker.begin(&message.place);
        let Ok(envelope) = message.envelope() else {
            self.tracker.finish(&message.place); // the lander keeps it as a dead letter
            return Ok(());
        };
        if message.header("ce_sequence").is_none() {
            if let Ok(value) = contract::read(Subject::CallAudio, &envelope, &message.value)
                && let Ok(reference) = serde_json::from_value::<AudioReference>(value)
            {
                self.fetch(&message, &reference).await?;
            }
            self.tracker.finish(&message.place);
            return Ok(());
        }
        let Ok(chunk) = attributes(&message) else {
            self.tracker.finish(&message.place);
            return Ok(());
        };
        if self.closed.contains(&chunk.call_id) && !self.open.contains_key(&chunk.call_id) {
            tracing::debug!(call = chunk.call_id, sequence = chunk.sequence, "chunk of a recording that is closed");
            self.tracker.finish(&message.place);
            return Ok(());
        }
        let now = Instant::now();
        let call = self.open.entry(chunk.call_id.clone()).or_insert_with(|| OpenCall::new(chunk.clone(), now));
        match call.take(&chunk, message.value.clone(), now) {
            Ok(_) => {
                call.told_ms = call.told_ms.max(message.timestamp_ms.unwrap_or_default());
                call.places.push(message.place.clone());
            }
            Err(invalid) => {
                self.bury(&message, "conflict", invalid).await?;
                self.tracker.finish(&message.place);
            }
        }
        Ok(())
    }

    fn excuse(&mut self, deaf: Duration) {
        if !deaf.is_zero() {
            self.open.values_mut().for_each(|call| call.excuse(deaf));
        }
    }

    fn forget(&mut self, partitions: &[meyar_broker::feed::Partition]) {
        self.tracker.forget(partitions);
        self.open.retain(|_, call| {
            !call.places.iter().any(|p| partitions.iter().any(|(t, n)| *t == p.topic && *n == p.partition))
        });
    }

    async fn close_due(&mut self, feed: &Feed) -> Result<()> {
        let now = Instant::now();
        let settings = &self.context.settings;
        let due: Vec<(String, Vec<RecordingFlag>)> = self
            .open
            .iter()
            .filter_map(|(id, call)| {
                Some((id.clone(), call.closes(now, settings.audio_idle, settings.audio_gap_wait)?))
            })
            .collect();
        for (id, flags) in due {
            if let Some(call) = self.open.remove(&id) {
                let places = call.places.clone();
                step!("recording.close.before");
                self.close(call, flags).await?;
                step!("recording.close.after");
                places.iter().for_each(|p| self.tracker.finish(p));
                self.closed.push_back(id);
                if self.closed.len() > REMEMBERED {
                    self.closed.pop_front();
                }
            }
        }
        let next = self.tracker.due();
        if !next.is_empty() {
            feed.commit(next);
        }
        Ok(())
    }

    async fn close(&self, call: OpenCall, mut flags: Vec<RecordingFlag>) -> Result<()> {
        let begun = Instant::now();
        let gaps = call.gaps();
        let (form, count) = (call.form.clone(), call.chunks.len());
        let told = DateTime::from_timestamp_millis(call.told_ms).unwrap_or_else(Utc::now);
        let chunks: Vec<(u32, Vec<u8>)> = call.chunks.into_iter().collect();
        let shape = Shape { codec: form.codec, rate_hz: form.rate_hz, channels: form.channels, chunk_ms: None };
        let assembled = tokio::task::spawn_blocking(move || {
            let chunks: Vec<(u32, &[u8])> =
                chunks.iter().map(|(sequence, bytes)| (*sequence, bytes.as_slice())).collect();
            assemble(shape, &chunks)
        })
        .await?;
        let assembled = match assembled {
            Ok(assembled) => assembled,
            Err(error) => {
                let invalid = Invalid::new(
                    "audio",
                    form.call_id.clone(),
                    error.to_string(),
                    "check the exchange's codec and send the call again",
                );
                let message = placeholder(&form.call_id, &call.places, self.context.broker.topic(Subject::CallAudio));
                return self.bury(&message, "unreadable", invalid).await;
            }
        };
        if assembled.duration_ms < self.context.settings.short_recording_ms {
            flags.push(RecordingFlag::Short);
        }
        flags.sort();
        let sha256 = hex::encode(Sha256::digest(&assembled.bytes));
        let recording = Recording {
            recording_id: derived_id(&["recording", &form.call_id, &sha256]),
            call_id: form.call_id.clone(),
            path: path(form.started_at, &form.call_id, &sha256, assembled.extension),
            sha256,
            codec: form.codec,
            rate_hz: form.rate_hz,
            channels: form.channels,
            parties: form.parties.clone(),
            started_at: form.started_at,
            duration_ms: assembled.duration_ms,
            chunks: u32::try_from(count).unwrap_or(u32::MAX),
            gaps,
            flags,
        };
        if recording.gaps.first().is_some_and(|gap| gap.from == 0) && self.is_recorded(&recording).await? {
            tracing::info!(call = recording.call_id, "the end of a call that was recorded before was read again");
            return Ok(());
        }
        self.store(&recording, assembled.bytes, told).await?;
        metrics::histogram!("meyar_stage_seconds", "stage" => STAGE).record(begun.elapsed().as_secs_f64());
        Ok(())
    }

    /// Offsets are committed up to the first call that is open. After a crash the chunks behind it come again, and with them the ends of
    /// calls that were recorded meanwhile: without their beginnings they must not become other recordings.
    async fn is_recorded(&self, recording: &Recording) -> Result<bool> {
        let own = Path::from(recording.path.as_str());
        let Some((stem, extension)) = recording.path.rsplit_once('.') else { return Ok(false) };
        // The name ends with twelve digits of the hash, which is all that differs between recordings of one call.
        let others = &stem[..stem.len() - HASH_DIGITS];
        let day = Path::from(own.as_ref().rsplit_once('/').map_or("", |(day, _)| day));
        let list = || self.context.recordings.list(Some(&day)).try_collect::<Vec<_>>();
        let found = self.context.insist_on_store(list).await.context("the recordings store cannot be listed")?;
        Ok(found.iter().any(|file| {
            let name = file.location.as_ref();
            let fits = name.len() == recording.path.len() && name.starts_with(others) && name.ends_with(extension);
            fits && file.location != own
        }))
    }

    /// Audio by reference: fetched, held against its hash, and stored like any other.
    async fn fetch(&self, message: &Message, reference: &AudioReference) -> Result<()> {
        let fetched = match read_uri(&reference.uri).await {
            Ok(bytes) => bytes,
            Err(error) => {
                let invalid = Invalid::new(
                    "uri",
                    &reference.uri,
                    // What lies deepest names no file: the value is the place for it, and goes when the letter expires.
                    format!("cannot be read ({})", error.root_cause()),
                    "make the file readable for the recorder and replay this dead letter",
                );
                return self.bury(message, "missing_audio", invalid).await;
            }
        };
        let sha256 = hex::encode(Sha256::digest(&fetched));
        if sha256 != reference.sha256.to_ascii_lowercase() {
            let invalid = Invalid::new(
                "sha256",
                &reference.sha256,
                format!("is not the file's hash, which is {sha256}"),
                "send the hash of the finished file",
            );
            return self.bury(message, "hash_mismatch", invalid).await;
        }
        let bytes = fetched.clone();
        let facts = match tokio::task::spawn_blocking(move || chunker::split(&bytes, 1_000)).await? {
            Ok(facts) => facts,
            Err(error) => {
                let invalid =
                    Invalid::new("uri", &reference.uri, error.to_string(), "send WAV (G.711 or PCM) or Ogg Opus");
                return self.bury(message, "unreadable", invalid).await;
            }
        };
        if usize::from(facts.channels) != reference.parties.len() {
            let invalid = Invalid::new(
                "parties",
                format!("{:?}", reference.parties),
                format!("does not fit the file's {} channels", facts.channels),
                "name one party a channel",
            );
            return self.bury(message, "invalid", invalid).await;
        }
        let short = facts.duration_ms < self.context.settings.short_recording_ms;
        let recording = Recording {
            recording_id: derived_id(&["recording", &reference.call_id, &sha256]),
            call_id: reference.call_id.clone(),
            path: path(
                reference.started_at,
                &reference.call_id,
                &sha256,
                if facts.codec == Codec::OggOpus { "ogg" } else { "wav" },
            ),
            sha256,
            codec: facts.codec,
            rate_hz: facts.rate_hz,
            channels: facts.channels,
            parties: reference.parties.clone(),
            started_at: reference.started_at,
            duration_ms: facts.duration_ms,
            chunks: 1,
            gaps: Vec::new(),
            flags: if short { vec![RecordingFlag::Short] } else { Vec::new() },
        };
        let told = message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);
        self.store(&recording, fetched, told).await
    }

    async fn store(&self, recording: &Recording, bytes: Vec<u8>, told: DateTime<Utc>) -> Result<()> {
        step!("recording.put.before");
        let (place, bytes) = (Path::from(recording.path.as_str()), PutPayload::from(bytes));
        self.context.insist_on_store(|| self.context.recordings.put(&place, bytes.clone())).await.with_context(
            || format!("recording {} cannot be stored; check the recordings store's space and rights", recording.path),
        )?;
        step!("recording.put.after");
        let envelope = Envelope::new(Subject::CallRecordings, "meyar/recorder", &recording.recording_id, told);
        let value = serde_json::to_vec(recording)?;
        self.context
            .insist("recording", || {
                self.context.publisher.event(Subject::CallRecordings, &recording.call_id, &envelope, &value)
            })
            .await?;
        metrics::counter!("meyar_events_total", "stage" => STAGE, "topic" => Subject::CallRecordings.name(), "outcome" => "published").increment(1);
        metrics::counter!("meyar_recorded_seconds_total").increment(recording.duration_ms / 1_000);
        tracing::info!(call = recording.call_id, seconds = recording.duration_ms as f64 / 1_000.0, flags = ?recording.flags, "recorded");
        Ok(())
    }

    async fn bury(&self, message: &Message, code: &str, invalid: Invalid) -> Result<()> {
        let at = message.timestamp_ms.and_then(DateTime::from_timestamp_millis).unwrap_or_else(Utc::now);
        let letter = deadletters::describe(STAGE, message, DeadLetterError::new(code, invalid), at);
        self.context
            .insist("dead letter", || deadletters::bury(&self.context.publisher, &letter, &message.value))
            .await?;
        Ok(())
    }
}

/// The whole call as one dead letter, when its chunks together cannot be read: it stands for them all.
fn placeholder(call_id: &str, places: &[meyar_broker::Place], topic: String) -> Message {
    let place =
        places.first().cloned().unwrap_or(meyar_broker::Place { topic: topic.into(), partition: -1, offset: 0 });
    let headers = Headers::from_iter([("ce_callid", call_id)]);
    let key = Some(call_id.as_bytes().to_vec());
    Message { place, subject: Subject::CallAudio, key, headers, value: Vec::new(), timestamp_ms: None }
}

/// `2026/01/14/<call>-<hash>.wav`: one folder a day, and a name that a repeat of the work overwrites with itself.
fn path(started: DateTime<Utc>, call_id: &str, sha256: &str, extension: &str) -> String {
    let safe: String =
        call_id.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    format!("{}/{safe}-{}.{extension}", started.format("%Y/%m/%d"), &sha256[..HASH_DIGITS])
}

async fn read_uri(uri: &str) -> Result<Vec<u8>> {
    let url = url::Url::parse(uri)?;
    let (store, path) = object_store::parse_url_opts(&url, std::env::vars())?;
    Ok(store.get(&path).await?.bytes().await?.to_vec())
}
