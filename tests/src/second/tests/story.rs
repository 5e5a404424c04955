//! A small year told event by event. Clocks are Baku's: `2024-03-04 10:00:00`, a Monday.

use crate::second::{Events, Reader, Year};
use meyar_schemas::{Subject, contract};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

pub const DVX: &str = "195-1-1";
pub const APARAT: &str = "195-1-2";
pub const EMDX: &str = "195-1-3";
pub const HIDDEN: &str = "";

#[derive(Debug, Clone)]
pub struct Told {
    pub subject: &'static str,
    pub id: String,
    pub revision: u32,
    pub data: Value,
}

impl Told {
    pub fn line(&self) -> String {
        let event_type = format!("meyar.{}.v1", self.subject);
        let (id, revision, at, data) = (&self.id, self.revision, &self.data["at"], &self.data);
        let head = json!({"specversion": "1.0", "source": "exchange", "type": event_type});
        with(head, json!({"id": id, "time": at, "revision": revision, "data": data})).to_string()
    }
}

#[derive(Default, Clone)]
pub struct Story {
    pub told: Vec<Told>,
    calls: HashMap<String, Value>,
    events_told: usize,
}

/// `2024-03-04 10:00:00` as RFC 3339.
pub fn at(clock: &str) -> String {
    format!("{}+04:00", clock.replacen(' ', "T", 1))
}

/// A key as long as real ones, that can be read.
fn key(name: &str) -> String {
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex:0<32}")
}

fn with(mut data: Value, more: Value) -> Value {
    if let (Some(data), Value::Object(more)) = (data.as_object_mut(), more) {
        data.extend(more);
    }
    data
}

impl Story {
    /// Tells an event that its contract accepts.
    pub fn tell(&mut self, subject: &'static str, data: Value) -> &mut Self {
        let id = format!("e{}", self.events_told);
        self.events_told += 1;
        let of: Subject = subject.parse().expect("a subject");
        if let Err(refusal) = contract::validate(of, &of.dataschema_of(contract::version_of(of, &data)), &data) {
            panic!("{subject} {data}: {refusal}");
        }
        self.told.push(Told { subject, id, revision: 0, data });
        self
    }

    /// Tells the last event anew, with a higher revision.
    pub fn amend(&mut self, more: Value) -> &mut Self {
        let last = self.told.last().expect("there is an event to amend").clone();
        let data = with(last.data, more);
        self.told.push(Told { revision: last.revision + 1, data, ..last });
        self
    }

    pub fn step(&mut self, call: &str, clock: &str, step: Value) -> &mut Self {
        let head = with(json!({"call_id": call, "at": at(clock)}), self.calls[call].clone());
        self.tell("calls.events", with(head, step))
    }

    pub fn inbound(&mut self, call: &str, line: &str, clock: &str, caller: &str) -> &mut Self {
        self.offered(call, line, clock, caller, json!({"kind": "offered", "direction": "inbound"}))
    }

    pub fn outbound(&mut self, call: &str, line: &str, clock: &str, caller: &str) -> &mut Self {
        self.offered(call, line, clock, caller, json!({"kind": "offered", "direction": "outbound"}))
    }

    pub fn returning(&mut self, call: &str, line: &str, clock: &str, caller: &str, returned: &str) -> &mut Self {
        let step = json!({"kind": "offered", "direction": "outbound", "returns": returned});
        self.offered(call, line, clock, caller, step)
    }

    fn offered(&mut self, call: &str, line: &str, clock: &str, caller: &str, step: Value) -> &mut Self {
        let mut head = Map::from_iter([("line".to_owned(), json!(line))]);
        if caller != HIDDEN {
            head.insert("caller_key".into(), json!(key(caller)));
        }
        self.calls.insert(call.into(), Value::Object(head));
        self.step(call, clock, step)
    }

    pub fn queued(&mut self, call: &str, clock: &str) -> &mut Self {
        self.step(call, clock, json!({"kind": "queued", "queue": "az"}))
    }

    pub fn answered(&mut self, call: &str, clock: &str) -> &mut Self {
        self.step(call, clock, json!({"kind": "answered", "representative": "R001", "location": "hall"}))
    }

    pub fn lost(&mut self, call: &str, clock: &str, reason: &str, waited_ms: u64) -> &mut Self {
        self.step(call, clock, json!({"kind": "lost", "reason": reason, "waited_ms": waited_ms}))
    }

    pub fn ordered(&mut self, call: &str, clock: &str) -> &mut Self {
        self.step(call, clock, json!({"kind": "ordered"}))
    }

    /// Offered, and lost in the queue after more than ten seconds.
    pub fn abandoned(&mut self, call: &str, line: &str, clock: &str, caller: &str) -> &mut Self {
        self.inbound(call, line, clock, caller).lost(call, clock, "abandoned_in_queue", 40_000)
    }

    /// Offered, and answered at once.
    pub fn taken(&mut self, call: &str, line: &str, clock: &str, caller: &str) -> &mut Self {
        self.inbound(call, line, clock, caller).answered(call, clock)
    }

    pub fn sheet(&mut self, sheet: &str, class: &str, clock: &str, step: Value) -> &mut Self {
        let head = json!({"sheet_id": sheet, "at": at(clock), "line": DVX, "class": class});
        self.tell("appeals.sheets", with(head, step))
    }

    pub fn opened(&mut self, sheet: &str, class: &str, clock: &str, call: &str) -> &mut Self {
        self.sheet(sheet, class, clock, json!({"kind": "opened", "origin": "live", "call_id": call}))
    }

    pub fn appeal(&mut self, appeal: &str, call: &str, clock: &str, topic: &str, direction: &str) -> &mut Self {
        let line = self.calls.get(call).map_or(json!(DVX), |head| head["line"].clone());
        let data = json!({"appeal_id": appeal, "at": at(clock), "call_id": call, "line": line, "nature": "question",
            "topics": [topic, "finer"], "direction": direction});
        self.tell("appeals.events", data)
    }

    pub fn survey(&mut self, survey: &str, clock: &str, step: Value) -> &mut Self {
        let head = json!({"survey_id": survey, "at": at(clock), "line": DVX, "channel": "sms"});
        self.tell("surveys.responses", with(head, step))
    }

    pub fn outage(&mut self, incident: &str, clock: &str, phase: &str, severity: &str) -> &mut Self {
        let data = json!({"incident_id": incident, "at": at(clock), "phase": phase, "component": "telephony",
            "lines": [DVX], "severity": severity});
        self.tell("systems.incidents", data)
    }

    pub fn session(&mut self, session: &str, who: &str, location: &str, clock: &str, kind: &str) -> &mut Self {
        let data = json!({"session_id": session, "at": at(clock), "representative": who, "location": location,
            "kind": kind, "lines": [DVX]});
        self.tell("staff.sessions", data)
    }

    pub fn events(&self) -> Events {
        let mut reader = Reader::default();
        for told in &self.told {
            reader.line(told.subject, &told.line()).expect("the story can be read");
        }
        reader.finish()
    }

    pub fn year(&self) -> BTreeMap<String, f64> {
        Year::of(&self.events(), 2024).expect("2024 is in the calendar").cells()
    }

    /// Holds cells of 2024 under one address against what they should be.
    pub fn says(&self, under: &str, expected: &[(&str, f64)]) {
        let year = self.year();
        for (what, value) in expected {
            let address = format!("{under}/{what}");
            let found = year.get(&address).unwrap_or_else(|| panic!("there is no cell {address}"));
            assert!((found - value).abs() < 1e-9, "{address} is {found}, not {value}");
        }
    }

    /// Numerator and denominator of a key figure of a line in 2024.
    pub fn kpi(&self, line: &str, name: &str) -> (f64, f64) {
        let year = self.year();
        let part = |part| year[&format!("kpi/{line}/{name}/{part}")];
        (part("numerator"), part("denominator"))
    }
}
