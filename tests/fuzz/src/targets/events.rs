//! Events as they come off a topic: data, headers, dead letters, lines that are published.

use super::{Target, answer, head_and_rest, shown, way};
use crate::{examples, mutate::Form};
use chrono::DateTime;
use meyar_broker::{Headers, Message, Place, deadletters};
use meyar_lake::Row;
use meyar_schemas::{Envelope, Subject, contract, transcripts::Transcript};
use meyar_scoring::{CallFacts, Forms, Settings, evaluate};
use std::sync::LazyLock;

const HEADERS: &[&str] = &[
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_dataschema",
    "ce_revision",
    "ce_callid",
    "ce_sequence",
    "ce_codec",
    "ce_ratehz",
    "ce_channels",
    "ce_parties",
    "ce_startedat",
    "ce_lastchunk",
    "meyar_deadletter",
    "timestamp",
    "1.0",
    "alaw",
    "mulaw",
    "pcm_s16le",
    "ogg_opus",
    "representative",
    "caller",
    "mixed",
    "representative,caller",
    "true",
    "false",
    "8000",
    "16000",
];

pub fn targets() -> Vec<Target> {
    let versions = |subject: Subject| (1..=subject.version()).map(move |version| data(subject, version));
    let mut all: Vec<Target> = Subject::ALL.into_iter().flat_map(versions).collect();
    let envelopes = vec![format!("calls.events\n{}\n", head("calls.events")).into_bytes()];
    all.push(Target::new("headers.envelope", Form::Text, envelopes, envelope).words(HEADERS.iter().copied()));
    all.push(
        Target::new("headers.chunk", Form::Text, vec![chunk().into_bytes()], chunk_headers)
            .words(HEADERS.iter().copied()),
    );
    let letters = [valid(Subject::DeadLetters), vec![chunk().into_bytes()]].concat();
    all.push(Target::new("headers.dead_letter", Form::Json, letters, dead_letter));
    all.push(Target::new("message", Form::Text, messages(), message).words(HEADERS.iter().copied()));
    all.push(Target::new("publish.line", Form::Text, lines(), publish).words(HEADERS.iter().copied()));
    all.push(Target::new("transcript", Form::Json, valid(Subject::CallTranscripts), transcript).quick(1_000));
    all
}

fn valid(subject: Subject) -> Vec<Vec<u8>> {
    examples_of(subject, subject.version(), "valid")
}

fn examples_of(subject: Subject, version: u32, which: &str) -> Vec<Vec<u8>> {
    examples::folder(&format!("schemas/events/{}/v{version}/examples/{which}", subject.name()), ".json")
}

fn envelope_of(subject: Subject) -> Envelope {
    Envelope::new(subject, "fuzz", "1", DateTime::UNIX_EPOCH)
}

/// The data of one version of a subject: held against its contract, told in the newest, and laid out as the lake's columns when it keeps to it.
fn data(subject: Subject, version: u32) -> Target {
    let mut seeds = examples_of(subject, version, "valid");
    seeds.extend(examples_of(subject, version, "invalid"));
    let older = if version < subject.version() { format!(".v{version}") } else { String::new() };
    Target::new(&format!("event.{}{older}", subject.name()), Form::Json, seeds, move |bytes| {
        let envelope = envelope_of(subject).of_version(subject, version);
        let read = contract::read(subject, &envelope, bytes);
        let told = answer(&read);
        let Ok(data) = read else { return told };
        let place = meyar_lake::Place { topic: "t".into(), partition: 0, offset: 0 };
        told ^ laid(subject, Row { envelope, data, payload: None, place })
    })
}

fn laid(subject: Subject, row: Row) -> u64 {
    answer(&meyar_lake::lay_out(subject, &[row]).map(|laid| shown(&laid)))
}

fn head(subject: &str) -> String {
    let envelope = envelope_of(Subject::ALL.into_iter().find(|s| s.name() == subject).unwrap_or(Subject::CallEvents));
    envelope.to_headers("application/json").iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

fn chunk() -> String {
    let own = "ce_callid: c1\nce_sequence: 0\nce_codec: alaw\nce_ratehz: 8000\nce_channels: 2\nce_parties: representative,caller\n\
               ce_startedat: 2026-01-14T05:30:00Z\nce_lastchunk: false\n";
    format!("calls.audio\n{}timestamp: 1768368600000\n{own}\nsound", head("calls.audio"))
}

fn messages() -> Vec<Vec<u8>> {
    let mut all = vec![chunk().into_bytes()];
    for subject in Subject::ALL {
        for data in valid(subject).into_iter().take(2) {
            let note = match subject {
                // The note travels in a header, in one line.
                Subject::DeadLetters => {
                    format!("meyar_deadletter: {}\n", String::from_utf8_lossy(&data).replace('\n', " "))
                }
                _ => String::new(),
            };
            let lines = format!("{}\n{}{note}timestamp: 1768368600000\n\n", subject.name(), head(subject.name()));
            all.push([lines.into_bytes(), data].concat());
        }
    }
    all
}

/// Subject, headers line by line, an empty line, the value.
fn parsed(bytes: &[u8]) -> Message {
    let (subject, mut rest) = head_and_rest(bytes);
    let mut message = Message {
        place: Place { topic: "t".into(), partition: 0, offset: 0 },
        subject: Subject::ALL.into_iter().find(|s| s.name() == subject).unwrap_or(Subject::CallAudio),
        key: None,
        headers: Headers::default(),
        value: Vec::new(),
        timestamp_ms: None,
    };
    while !rest.is_empty() {
        let (line, more) = head_and_rest(rest);
        rest = more;
        match line.split_once(": ") {
            Some(("timestamp", value)) => message.timestamp_ms = value.parse().ok(),
            Some((name, value)) => message.headers.push(name, value.as_bytes()),
            None => break,
        }
    }
    message.value = rest.to_vec();
    message
}

fn envelope(bytes: &[u8]) -> u64 {
    answer(&parsed(bytes).envelope())
}

fn chunk_headers(bytes: &[u8]) -> u64 {
    answer(&meyar_stages::recording_attributes(&parsed(bytes)))
}

fn dead_letter(bytes: &[u8]) -> u64 {
    let mut message = parsed(b"deadletters\n");
    message.headers.push("meyar_deadletter", bytes);
    u64::from(deadletters::read(&message).is_some()) ^ row(&message)
}

fn row(message: &Message) -> u64 {
    let read = meyar_stages::row(message);
    let told = answer(&read);
    read.map_or(told, |row| told ^ laid(message.subject, row))
}

/// All that the lander does with a message before it writes.
fn message(bytes: &[u8]) -> u64 {
    row(&parsed(bytes))
}

fn lines() -> Vec<Vec<u8>> {
    let line = |subject: Subject, data: Vec<u8>| {
        let data = String::from_utf8_lossy(&data).replace('\n', " ");
        let whole = format!(
            r#"{{"specversion":"1.0","id":"1","source":"s","type":"t","time":"2026-01-14T05:30:00Z","dataschema":"{}","data":{data}}}"#,
            subject.dataschema()
        );
        [format!("{}\n{data}", subject.name()), format!("{}\n{whole}", subject.name())].map(String::into_bytes)
    };
    Subject::ALL
        .into_iter()
        .flat_map(|subject| valid(subject).into_iter().take(2).flat_map(move |data| line(subject, data)))
        .collect()
}

fn publish(bytes: &[u8]) -> u64 {
    let (subject, rest) = head_and_rest(bytes);
    let subject = Subject::ALL.into_iter().find(|s| s.name() == subject).unwrap_or(Subject::CallEvents);
    let judged = meyar_stages::publish::judge(subject, "fuzz", &String::from_utf8_lossy(rest));
    if let Err(refusal) = &judged {
        shown(&meyar_stages::publish::letter("publish", subject.name(), "file", 1, rest, refusal));
    }
    answer(&judged)
}

/// A transcript that keeps to its contract is evaluated.
fn transcript(bytes: &[u8]) -> u64 {
    static FORMS: LazyLock<Option<Forms>> = LazyLock::new(|| Forms::embedded().ok());
    let subject = Subject::CallTranscripts;
    let data = match contract::read(subject, &envelope_of(subject), bytes) {
        Ok(data) => data,
        Err(refusal) => return way(&refusal.to_string()),
    };
    let Ok(transcript) = serde_json::from_value::<Transcript>(data) else { return 2 };
    let forms = FORMS.as_ref();
    let form = forms.and_then(|forms| forms.form_for(&transcript.language, transcript.created_at.date_naive()));
    form.map_or(3, |form| shown(&evaluate(form, &transcript, &CallFacts::default(), &Settings::default()).outcome))
}
