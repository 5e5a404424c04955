//! What the tests of the import share.
#![allow(dead_code)] // each test uses its part

use meyar_intake::{BadRow, Call, Importer, Mapping, Options, Summary};
use meyar_schemas::{
    Subject,
    caller::CallerKey,
    calls::{CallEvent, CallStep},
    contract,
};
use std::path::{Path, PathBuf};

pub fn importer(mapping: &str, redate: Option<&str>) -> Importer {
    let mapping = Mapping::load(mapping).expect("a shipped mapping");
    let redate = redate.map(|text| text.parse().expect("a redating"));
    Importer::new(mapping, &format!("test:{}", "exchange"), CallerKey::new("test key"), Options { redate, revision: 0 })
}

pub struct Outcome {
    pub calls: Vec<Call>,
    pub bad: Vec<BadRow>,
    pub summary: Summary,
}

pub fn import(importer: &Importer, bytes: &[u8]) -> Outcome {
    let mut import = importer.read("test", bytes).expect("the input can be opened");
    let (mut calls, mut bad) = (Vec::new(), Vec::new());
    for item in import.by_ref() {
        match item {
            Ok(call) => calls.push(call),
            Err(row) => bad.push(row),
        }
    }
    let summary = import.summary().clone();
    assert!(summary.is_accounted(), "rows = calls' rows + bad + ignored + repeats: {summary:?}");
    assert_eq!(summary.calls, calls.len() as u64);
    assert_eq!(summary.events, calls.iter().map(Vec::len).sum::<usize>() as u64);
    assert_eq!(summary.bad, bad.len() as u64);
    Outcome { calls, bad, summary }
}

pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(samples().join(name)).expect("the sample is in the repository")
}

/// Compares with the stored answer; `MEYAR_REFILL=1` writes it anew.
pub fn assert_golden(name: &str, outcome: &Outcome) {
    let mut found = String::new();
    for call in &outcome.calls {
        for (envelope, event) in call {
            let json = serde_json::to_string(event).expect("an event is JSON");
            found += &format!("{} {json}\n", &envelope.id[..8]);
        }
    }
    for bad in &outcome.bad {
        found += &format!("BAD {bad}\n");
    }
    for (counter, count) in outcome.summary.counters().into_iter().filter(|(_, count)| *count > 0) {
        found += &format!("# {counter} {count}\n");
    }
    let path = samples().join(name);
    if std::env::var_os("MEYAR_REFILL").is_some() {
        std::fs::write(&path, &found).expect("the sample can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (e, f)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(e, f, "{name}, line {}", number + 1);
    }
    assert_eq!(expected.lines().count(), found.lines().count(), "{name}: number of lines");
}

/// Every event passes the contract that the stream is judged by.
pub fn assert_contract(calls: &[Call], every: usize) {
    let events = calls.iter().step_by(every).flatten();
    for (envelope, event) in events {
        let bytes = serde_json::to_vec(event).expect("an event is JSON");
        contract::read(Subject::CallEvents, envelope, &bytes).unwrap_or_else(|refusal| panic!("{refusal}: {event:?}"));
    }
}

pub fn find(call: &Call, is: impl Fn(&CallStep) -> bool) -> Option<&CallEvent> {
    call.iter().map(|(_, event)| event).find(|event| is(&event.step))
}

pub fn queued(call: &Call) -> Option<&CallEvent> {
    find(call, |step| matches!(step, CallStep::Queued { .. }))
}

pub fn answered(call: &Call) -> Option<&CallEvent> {
    find(call, |step| matches!(step, CallStep::Answered { .. }))
}

pub fn ended(call: &Call) -> Option<&CallEvent> {
    find(call, |step| matches!(step, CallStep::Ended { .. }))
}
