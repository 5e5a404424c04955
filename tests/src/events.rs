//! Messages as an exchange would send them, and as it should not.

use chrono::{DateTime, TimeDelta, Utc};
use meyar_schemas::{Envelope, Subject, contract};
use serde_json::{Value, json};

/// One message on its way to a topic.
#[derive(Debug, Clone)]
pub struct Event {
    pub subject: Subject,
    pub key: String,
    pub headers: Vec<(String, String)>,
    pub value: Vec<u8>,
}

impl Event {
    /// A JSON event; its key and time come from its data, as the contracts say, and its version is the newest that the data keeps to.
    pub fn new(subject: Subject, source: &str, id: &str, revision: u32, data: &Value) -> Self {
        let text = |field: &str| data.get(field).and_then(Value::as_str).unwrap_or_default();
        let time: DateTime<Utc> = text(subject.time_field()).parse().unwrap_or_else(|_| start(0));
        let envelope = Envelope { revision, ..Envelope::new(subject, source, id, time) };
        let envelope = envelope.of_version(subject, contract::version_of(subject, data));
        let key = text(subject.key_field()).to_owned();
        Self { subject, key, headers: envelope.to_headers("application/json"), value: data.to_string().into_bytes() }
    }

    pub fn call(id: &str, data: &Value) -> Self {
        Self::new(Subject::CallEvents, "exchange", id, 0, data)
    }

    /// The same with other bytes.
    pub fn with_value(self, value: impl Into<Vec<u8>>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// The same with another key, and so perhaps in another partition.
    pub fn with_key(self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self }
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self = self.without_header(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }
}

/// When the nth call begins: all over January 2026, in and out of working hours.
pub fn start(n: usize) -> DateTime<Utc> {
    let first = DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_600_000);
    first + TimeDelta::seconds((n as i64 * 7_919) % (24 * 86_400))
}

/// The data of all events of the nth call: most are answered, some held, every fifth is lost.
pub fn call(n: usize) -> Vec<Value> {
    let call_id = format!("c-{n:05}");
    let line = format!("195-1-{}", n % 4 + 1);
    let step = |after_s: i64, more: Value| {
        let at = (start(n) + TimeDelta::seconds(after_s)).to_rfc3339();
        let mut data = json!({"call_id": call_id, "line": line, "at": at});
        if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        data
    };
    let wait = 2 + n as i64 % 50;
    let mut events = vec![
        step(0, json!({"kind": "offered", "direction": "inbound"})),
        step(1, json!({"kind": "queued", "queue": line})),
    ];
    if n.is_multiple_of(5) {
        events.push(step(1 + wait, json!({"kind": "lost", "reason": "abandoned_in_queue", "waited_ms": wait * 1_000})));
        return events;
    }
    let representative = format!("R{}", 100 + n % 7);
    events.push(step(1 + wait, json!({"kind": "answered", "representative": representative, "location": "hall"})));
    if n.is_multiple_of(3) {
        events.push(step(20 + wait, json!({"kind": "hold", "phase": "started"})));
        events.push(step(40 + wait, json!({"kind": "hold", "phase": "ended"})));
    }
    let ended = json!({"kind": "ended", "ended_by": "caller", "recorded": false, "wrap_up_ms": 10_000 + n});
    events.push(step(90 + wait + n as i64 % 200, ended));
    events
}

/// A call event that every lander takes.
pub fn good(id: &str) -> Event {
    Event::call(id, &call(1)[0])
}

/// A chunk of a call's sound: µ-law, two channels, or another codec by changing its header.
pub fn chunk(call_id: &str, sequence: u32, last: bool, sound: Vec<u8>) -> Event {
    let id = format!("{call_id}/{sequence}");
    let mut envelope = Envelope::new(Subject::CallAudio, "exchange", id, start(1));
    envelope.event_type = "meyar.calls.audio.chunk.v1".into();
    let mut headers = envelope.to_headers("application/octet-stream");
    let attributes = [
        ("ce_callid", call_id.to_owned()),
        ("ce_sequence", sequence.to_string()),
        ("ce_codec", "mulaw".to_owned()),
        ("ce_ratehz", "8000".to_owned()),
        ("ce_channels", "2".to_owned()),
        ("ce_parties", "representative,caller".to_owned()),
        ("ce_startedat", start(1).to_rfc3339()),
        ("ce_lastchunk", last.to_string()),
    ];
    headers.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    Event { subject: Subject::CallAudio, key: call_id.to_owned(), headers, value: sound }
}

/// The demo's Azerbaijani conversations, told so many times under names of their own.
pub fn written_transcripts(times: usize) -> Vec<Event> {
    let folder = crate::world::repository("jobs/demo/transcripts");
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    let conversations: Vec<Value> = files
        .iter()
        .filter_map(|path| {
            serde_json::from_str::<Value>(&std::fs::read_to_string(path).ok()?).ok()?.get("data").cloned()
        })
        .collect();
    assert!(!conversations.is_empty(), "jobs/demo/transcripts has conversations");
    let told = conversations.iter().flat_map(|data| {
        (0..times).map(move |n| {
            let mut data = data.clone();
            for name in ["call_id", "transcript_id"] {
                data[name] = format!("{}-{n}", data[name].as_str().unwrap_or_default()).into();
            }
            let id = data["transcript_id"].as_str().unwrap_or_default().to_owned();
            Event::new(Subject::CallTranscripts, "script", &id, 0, &data)
        })
    });
    told.collect()
}

/// A second of noise, other for each seed: 8 kHz, two channels.
pub fn sound(seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    (0..16_000).map(|_| dice.roll(256) as u8).collect()
}

/// A whole call of so many seconds.
pub fn sounding_call(call_id: &str, chunks: u32) -> Vec<Event> {
    (0..chunks).map(|n| chunk(call_id, n, n + 1 == chunks, sound(u64::from(n) + 1))).collect()
}

/// Chance that is the same in every run (SplitMix64), so that a failure comes again.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides.max(1)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.roll(i as u64 + 1) as usize);
        }
    }
}
