//! `meyar publish`: events from a file, or a call's audio as a live stream would bring it.

use crate::{
    args::{Common, readable},
    connect::Connection,
};
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use meyar_broker::{
    Publisher,
    publisher::{Burst, Outgoing},
};
use meyar_schemas::{
    Envelope, Subject,
    audio::{AudioChunk, Party},
    envelope::derived_id,
};
use meyar_speech::chunker;
use meyar_stages::{publish, recording_headers};
use std::{
    io::BufReader,
    path::{Path, PathBuf},
    time::Duration,
};

#[derive(clap::Args)]
pub struct Args {
    /// A subject (calls.events, surveys.responses, …), or `audio`
    subject: String,
    /// With `audio`: the recording, WAV (G.711 or PCM) or Ogg Opus
    recording: Option<PathBuf>,
    /// JSON Lines, one event a line; `-` reads standard input
    #[arg(long)]
    file: Option<PathBuf>,
    /// With `audio`: the call it belongs to
    #[arg(long)]
    call: Option<String>,
    /// With `audio`: who is on which channel, in channel order
    #[arg(long, value_delimiter = ',', value_parser = party, default_value = "representative,caller")]
    parties: Vec<Party>,
    /// With `audio`: when the recording began [default: now]
    #[arg(long)]
    started_at: Option<DateTime<Utc>>,
    /// With `audio`: times faster than the call was spoken; 0 sends at once
    #[arg(long, default_value_t = 0.0)]
    speed: f64,
    /// With `audio`: stop after so many chunks and send no last one, as a broken exchange would
    #[arg(long, hide = true)]
    stop_after: Option<usize>,
}

fn party(text: &str) -> Result<Party, String> {
    serde_json::from_value(text.trim().into())
        .map_err(|_| format!("`{text}` is not a party; use representative, caller or mixed"))
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    if args.subject == "audio" {
        let recording =
            args.recording.context("audio: the recording is missing; write meyar publish audio call.wav --call ID")?;
        let call = args.call.context("--call is missing: which call is it?")?;
        readable("audio", &recording)?;
        let connection = Connection::open(common).await?;
        let spoken = Audio {
            call_id: &call,
            parties: args.parties,
            started_at: args.started_at.unwrap_or_else(Utc::now),
            speed: args.speed,
            stop_after: args.stop_after,
        };
        let sent = audio(&connection.publisher()?, &recording, spoken).await?;
        println!("{sent} chunks of {} sent", recording.display());
        return Ok(());
    }
    let subject: Subject = args.subject.parse()?;
    let file = args.file.context("--file is missing; give a file of JSON Lines, or - for standard input")?;
    if file.as_os_str() != "-" {
        readable("--file", &file)?;
    }
    let connection = Connection::open(common).await?;
    let published = events(&connection.publisher()?, subject, &file).await?;
    println!("{} of {} lines sent to {}", published.sent, published.lines, connection.config.topic(subject));
    if !published.refused.is_empty() {
        for (line, why) in published.refused.iter().take(20) {
            eprintln!("line {line}: {why}");
        }
        bail!(
            "{} lines were refused and kept as dead letters; see `meyar deadletters list`, mend the file and publish it again",
            published.refused.len()
        );
    }
    Ok(())
}

pub async fn events(publisher: &Publisher, subject: Subject, file: &Path) -> Result<publish::Published> {
    let bar = counter("lines");
    let name = file.file_name().map_or_else(|| "-".into(), |n| n.to_string_lossy().into_owned());
    let published = if file.as_os_str() == "-" {
        publish::lines(publisher, subject, "stdin", std::io::stdin().lock(), |n| bar.set_position(n)).await
    } else {
        let opened = std::fs::File::open(file).with_context(|| format!("--file: {} cannot be read", file.display()))?;
        publish::lines(publisher, subject, &name, BufReader::new(opened), |n| bar.set_position(n)).await
    };
    bar.finish_and_clear();
    Ok(published?)
}

/// Progress on standard error, only where a person looks.
pub fn counter(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} {msg} ({per_sec})") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

pub struct Audio<'a> {
    pub call_id: &'a str,
    pub parties: Vec<Party>,
    pub started_at: DateTime<Utc>,
    pub speed: f64,
    pub stop_after: Option<usize>,
}

/// Streams a recording as chunks of about a second.
pub async fn audio(publisher: &Publisher, recording: &Path, spoken: Audio<'_>) -> Result<usize> {
    let bytes = std::fs::read(recording).with_context(|| format!("{} cannot be read", recording.display()))?;
    let split = chunker::split(&bytes, 1_000).with_context(|| format!("{} cannot be sent", recording.display()))?;
    if spoken.parties.len() != usize::from(split.channels) {
        bail!(
            "--parties: `{}` names {} parties, the recording has {} channels; name one party a channel (or `mixed` for one)",
            spoken.parties.iter().map(|p| p.name()).collect::<Vec<_>>().join(","),
            spoken.parties.len(),
            split.channels
        );
    }
    let total = split.pieces.len();
    let mut burst = Burst::new(publisher);
    for (sequence, bytes) in split.pieces.iter().enumerate().take(spoken.stop_after.unwrap_or(total)) {
        let chunk = AudioChunk {
            call_id: spoken.call_id.to_owned(),
            sequence: u32::try_from(sequence)?,
            codec: split.codec,
            rate_hz: split.rate_hz,
            channels: split.channels,
            parties: spoken.parties.clone(),
            started_at: spoken.started_at,
            last: sequence + 1 == total && spoken.stop_after.is_none(),
            bytes: bytes.len() as u64,
        };
        let id = derived_id(&["chunk", spoken.call_id, &sequence.to_string()]);
        let mut envelope = Envelope::new(Subject::CallAudio, "meyar/publish", id, spoken.started_at);
        envelope.event_type = "meyar.calls.audio.chunk.v1".into();
        let mut headers = envelope.to_headers("application/octet-stream");
        headers.extend(recording_headers(&chunk));
        burst.send(&Outgoing { subject: Subject::CallAudio, key: spoken.call_id, headers, value: bytes }).await?;
        if spoken.speed > 0.0 {
            tokio::time::sleep(Duration::from_secs_f64(split.chunk_ms as f64 / 1_000.0 / spoken.speed)).await;
        }
    }
    burst.finish().await?;
    Ok(total.min(spoken.stop_after.unwrap_or(total)))
}
