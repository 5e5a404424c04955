//! One recording heard: its file becomes a transcript, on threads of its own. For the transcriber, and for hearing again.

use crate::Context;
use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use meyar_schemas::{
    Invalid,
    audio::{Party, Recording, RecordingFlag},
    transcripts::{Transcript, TranscriptFlag},
};
use meyar_speech::{Recogniser, SpeechError, TranscriptParts, decode};
use object_store::{ObjectStoreExt as _, path::Path};
use std::sync::Arc;

/// Who tells transcripts.
pub(crate) const SOURCE: &str = "meyar/transcriber";

/// Why a recording has no transcript.
pub(crate) struct Refused {
    pub code: &'static str,
    pub invalid: Invalid,
}

pub(crate) async fn open(context: &Context) -> Result<Arc<Recogniser>> {
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

/// `at` is when it is told to have been made.
pub(crate) async fn hear(
    context: &Context,
    recogniser: &Arc<Recogniser>,
    recording: &Recording,
    at: DateTime<Utc>,
) -> Result<Result<Transcript, Refused>> {
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
            return Ok(Err(Refused { code: "missing_audio", invalid }));
        }
        Err(error) => return Err(error).context("the recordings store cannot be read"),
    };
    let refuse = |code: &'static str, problem: String, remedy: &str| {
        Ok(Err(Refused { code, invalid: Invalid::new("audio", &recording.path, problem, remedy) }))
    };
    tracing::debug!(call = recording.call_id, "hearing");
    let heard = match attempt(recogniser, bytes, &recording.parties).await {
        Ok(heard) => heard,
        Err(error @ (SpeechError::Audio(_) | SpeechError::Parties { .. })) => {
            return refuse("unreadable", error.to_string(), "check the recording; mend it and replay this dead letter");
        }
        // One recording that the model cannot do must not stop the others.
        Err(error @ SpeechError::Whisper { .. }) => {
            return refuse("not_transcribed", error.to_string(), "listen to the recording; replay this dead letter");
        }
        Err(error) => return Err(error.into()),
    };
    let mut flags = heard.flags;
    if recording.flags.iter().any(|f| matches!(f, RecordingFlag::Gap | RecordingFlag::Truncated)) {
        flags.push(TranscriptFlag::IncompleteAudio);
    }
    flags.sort();
    flags.dedup();
    Ok(Ok(Transcript {
        transcript_id: Transcript::id_of(&recording.recording_id),
        call_id: recording.call_id.clone(),
        created_at: at,
        recording_id: Some(recording.recording_id.clone()),
        language: heard.language,
        model: heard.model,
        duration_ms: recording.duration_ms,
        confidence: heard.confidence + 0.0, // no negative zero in the records
        segments: heard.segments,
        flags,
    }))
}

/// Speech on threads of its own; what fails inside the model is tried once more.
async fn attempt(
    recogniser: &Arc<Recogniser>,
    bytes: Bytes,
    parties: &[Party],
) -> Result<TranscriptParts, SpeechError> {
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
