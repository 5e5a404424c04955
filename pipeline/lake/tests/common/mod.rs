//! Invented events, and a lake in a folder of its own to land them in.
#![allow(dead_code, clippy::unwrap_used, unused_imports)]

mod records;

pub use records::records;

use chrono::{DateTime, Duration, Utc};
use meyar_lake::{Lake, LakeOptions, LakeRoot, Landing, LandingOptions, Place, Positions, Row};
use meyar_schemas::{Envelope, Subject};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Ten minutes into February: the last call of January has just ended.
pub const NOW: &str = "2026-02-01T00:10:00+04:00";

pub struct Home {
    pub dir: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn root(&self) -> LakeRoot {
        LakeRoot::parse(self.dir.path().to_str().unwrap()).unwrap()
    }

    pub fn lake(&self) -> Lake {
        self.lake_at(NOW)
    }

    /// As figures tell it at a moment.
    pub fn lake_at(&self, now: &str) -> Lake {
        let options = LakeOptions { partitions: 2, now: Some(time(now)), ..LakeOptions::default() };
        Lake::at(self.root(), options).unwrap()
    }

    pub async fn landing(&self, subject: Subject) -> Landing {
        Landing::open(&self.root(), subject, LandingOptions::new(subject.name())).await.unwrap()
    }

    /// Lands events of any subjects, each into its table.
    pub async fn land(&self, rows: &[(Subject, Row)]) {
        let mut subjects: BTreeMap<Subject, Vec<Row>> = BTreeMap::new();
        for (subject, row) in rows {
            subjects.entry(*subject).or_default().push(row.clone());
        }
        for (subject, rows) in subjects {
            let report = self.landing(subject).await.land(&rows, &next(subject, 0, rows.len() as i64)).await.unwrap();
            assert_eq!(report.refused, vec![], "{subject}");
        }
    }
}

pub fn next(subject: Subject, partition: i32, offset: i64) -> Positions {
    BTreeMap::from([((subject.name().to_owned(), partition), offset)])
}

pub fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

pub fn row(subject: Subject, id: &str, data: Value) -> Row {
    let at = data[subject.time_field()].as_str().unwrap().to_owned();
    Row {
        envelope: Envelope::new(subject, "meyar/test", id, time(&at)),
        data,
        payload: None,
        place: Place { topic: Arc::from(subject.name()), partition: 0, offset: 0 },
    }
}

pub fn placed(mut rows: Vec<Row>, partition: i32, first: i64) -> Vec<Row> {
    for (at, row) in rows.iter_mut().enumerate() {
        row.place.partition = partition;
        row.place.offset = first + at as i64;
    }
    rows
}

/// Seconds after a call was offered.
pub struct Call {
    id: String,
    line: String,
    start: DateTime<Utc>,
    pub rows: Vec<(Subject, Row)>,
}

impl Call {
    pub fn new(id: &str, line: &str, start: &str) -> Self {
        let mut call = Self { id: id.into(), line: line.into(), start: time(start), rows: vec![] };
        call.step(0.0, json!({"kind": "offered", "direction": "inbound"}));
        call
    }

    pub fn at(&self, seconds: f64) -> String {
        (self.start + Duration::milliseconds((seconds * 1000.0) as i64)).to_rfc3339()
    }

    pub fn step(&mut self, seconds: f64, mut data: Value) -> &mut Self {
        let kind = data["kind"].as_str().unwrap().to_owned();
        data["call_id"] = json!(self.id);
        data["line"] = json!(self.line);
        data["at"] = json!(self.at(seconds));
        data["caller_key"] = json!(format!("{:032x}", self.id.len()));
        let id = format!("{}/{kind}/{seconds}", self.id);
        self.rows.push((Subject::CallEvents, row(Subject::CallEvents, &id, data)));
        self
    }

    pub fn queued(&mut self, s: f64) -> &mut Self {
        self.step(s, json!({"kind": "queued", "queue": "q"}))
    }
    pub fn answered(&mut self, s: f64, who: &str) -> &mut Self {
        self.step(s, json!({"kind": "answered", "representative": who, "location": "hall"}))
    }
    pub fn hold(&mut self, from: f64, to: f64) -> &mut Self {
        self.step(from, json!({"kind": "hold", "phase": "started"}));
        self.step(to, json!({"kind": "hold", "phase": "ended"}))
    }
    pub fn ended(&mut self, s: f64, wrap_up_ms: u64) -> &mut Self {
        self.step(s, json!({"kind": "ended", "ended_by": "caller", "recorded": true, "wrap_up_ms": wrap_up_ms}))
    }
    pub fn lost(&mut self, s: f64, waited_ms: u64) -> &mut Self {
        self.step(s, json!({"kind": "lost", "reason": "abandoned_in_queue", "waited_ms": waited_ms}))
    }

    pub fn recording(&mut self, duration_ms: u64, flags: &[&str]) -> &mut Self {
        let data = json!({"recording_id": format!("r-{}", self.id), "call_id": self.id, "path": "2026/x.wav", "sha256": "00",
            "codec": "mulaw", "rate_hz": 8000, "channels": 2, "parties": ["representative", "caller"], "started_at": self.at(5.0),
            "duration_ms": duration_ms, "chunks": 3, "gaps": [{"from": 1, "to": 2}], "flags": flags});
        self.rows.push((Subject::CallRecordings, row(Subject::CallRecordings, &format!("rec/{}", self.id), data)));
        self
    }

    pub fn evaluated(
        &mut self,
        who: &str,
        outcome: &str,
        score: Option<f64>,
        verdicts: &[(&str, &str, Option<f64>)],
    ) -> &mut Self {
        let verdicts: Vec<_> = verdicts
            .iter()
            .map(|(criterion, state, mark)| {
                let evidence = json!([{"party": "caller", "start_ms": 1, "end_ms": 2, "quote": "salam", "segment": 0, "part": "greeting"}]);
                json!({"criterion": criterion, "state": state, "mark": mark, "confidence": 0.9, "reason": "…", "evidence": evidence})
            })
            .collect();
        let data = json!({"evaluation_id": format!("e-{}", self.id), "call_id": self.id, "created_at": self.at(600.0),
            "form": {"id": "default", "version": "1", "language": "az"}, "transcript_id": "t", "representative": who,
            "outcome": outcome, "raw_score": score, "coverage": 0.8, "verdicts": verdicts});
        self.rows.push((Subject::CallEvaluations, row(Subject::CallEvaluations, &format!("eval/{}", self.id), data)));
        self
    }

    pub fn transcribed(&mut self, texts: &[&str]) -> &mut Self {
        let segments: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(n, text)| json!({"party": "caller", "start_ms": n * 1000, "end_ms": n * 1000 + 900, "text": text, "confidence": 0.9}))
            .collect();
        let data = json!({"transcript_id": format!("t-{}", self.id), "call_id": self.id, "created_at": self.at(300.0), "language": "az",
            "model": {"id": "whisper-base"}, "duration_ms": 9000, "confidence": 0.9, "segments": segments, "flags": []});
        self.rows.push((Subject::CallTranscripts, row(Subject::CallTranscripts, &format!("tr/{}", self.id), data)));
        self
    }
}

/// One survey: an invitation, and an answer where there is a score.
pub fn survey(n: usize, line: &str, score: Option<u64>) -> Vec<(Subject, Row)> {
    let base =
        json!({"survey_id": format!("s-{n}"), "line": line, "channel": "sms", "at": "2026-01-20T12:00:00+04:00"});
    let mut invited = base.clone();
    invited["kind"] = json!("invited");
    let mut rows = vec![(Subject::SurveyResponses, row(Subject::SurveyResponses, &format!("s/{n}/i"), invited))];
    if let Some(score) = score {
        let mut answer = base;
        answer["kind"] = json!("answered");
        answer["at"] = json!("2026-01-21T09:00:00+04:00");
        answer["question"] = json!("overall");
        answer["score"] = json!(score);
        answer["scale_max"] = json!(5);
        rows.push((Subject::SurveyResponses, row(Subject::SurveyResponses, &format!("s/{n}/a"), answer)));
    }
    rows
}

/// Assessments as people published them, and the states that they came to: each state is a revision with the whole content.
pub struct Assessed {
    rows: Vec<(Subject, Row)>,
    told: Value,
}

impl Assessed {
    /// Marks as (criterion, mark, proposed state, proposed mark); no mark where the criterion does not apply.
    pub fn new(
        id: &str,
        call: (&str, &str, &str),
        purpose: &str,
        published: &str,
        marks: &[(&str, Option<f64>, &str, Option<f64>)],
    ) -> Self {
        let (call_id, line, who) = call;
        let marks: Vec<_> = marks.iter().map(|mark| given(*mark)).collect();
        let mut told = json!({"assessment_id": id, "call_id": call_id, "line": line, "representative": who, "form": {"id": "default", "version": "1"},
            "evaluation_id": format!("e-{call_id}"), "evaluation_revision": 0, "purpose": purpose, "assessor": "p-1", "gates": [], "marks": marks,
            "comment": "ümumi qeyd", "assessed_at": published, "published_at": published, "outcome": "scored"});
        if purpose == "random" {
            told["probability"] = json!(0.25);
            told["plan_id"] = json!("plan-1");
        }
        Self { rows: vec![], told }
    }

    pub fn with(&mut self, member: &str, value: Value) -> &mut Self {
        self.told[member] = value;
        self
    }

    pub fn scored(&mut self, score: f64) -> &mut Self {
        self.with("outcome", json!("scored"))
            .with("raw_score", json!(score))
            .with("effective_score", json!(score))
            .with("gates", json!([]))
    }

    pub fn critical(&mut self, score: f64, gate: &str) -> &mut Self {
        self.with("outcome", json!("critical"))
            .with("raw_score", json!(score))
            .with("effective_score", json!(0))
            .with("gates", json!([gate]))
    }

    pub fn marked(&mut self, at: usize, mark: (&str, Option<f64>, &str, Option<f64>)) -> &mut Self {
        self.told["marks"][at] = given(mark);
        self
    }

    pub fn became(&mut self, state: &str, at: &str) -> &mut Self {
        let mut told = self.told.clone();
        told["state"] = json!(state);
        told["at"] = json!(at);
        let id = told["assessment_id"].as_str().unwrap().to_owned();
        let mut row = row(Subject::Assessments, &id, told.clone());
        row.envelope.revision = self.rows.len() as u32;
        meyar_schemas::contract::read(Subject::Assessments, &row.envelope, told.to_string().as_bytes()).unwrap();
        self.rows.push((Subject::Assessments, row));
        self
    }
}

fn given((criterion, mark, proposed, proposed_mark): (&str, Option<f64>, &str, Option<f64>)) -> Value {
    let state = if mark.is_some() { "marked" } else { "not_applicable" };
    let changed = ["marked", "not_applicable"].contains(&proposed) && (state, mark) != (proposed, proposed_mark);
    let mut given =
        json!({"criterion": criterion, "state": state, "changed": changed, "critical": false, "comment": "gizli qeyd"});
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            given[name] = value;
        }
    };
    put("mark", mark.map(Value::from));
    put("proposed_state", (!proposed.is_empty()).then(|| json!(proposed)));
    put("proposed_mark", proposed_mark.map(Value::from));
    put("reason", changed.then(|| json!("gizli səbəb")));
    given
}

pub fn dispute(points: Value, decided: Option<&str>) -> Value {
    let mut told = json!({"opened_at": "2026-01-21T10:00:00+04:00", "due_on": "2026-01-28", "points": points});
    if let Some(at) = decided {
        told["decided_at"] = json!(at);
        told["decided_by"] = json!("p-2");
    }
    told
}

/// Eight assessments of January's calls: seen, changed after a dispute, upheld, voided, critical, one in which nothing was scored, one of a calibration,
/// and one by another version of the form, published in the first moment of February.
pub fn assessments() -> Vec<(Subject, Row)> {
    let (first, second) = (("c1", "195-1-1", "R01"), ("c2", "195-1-1", "R02"));
    let mut all = vec![];
    let mut add = |assessed: &mut Assessed| all.append(&mut assessed.rows);
    let (marked, abstained, suspected) = ("marked", "abstained", "suspected");

    let marks = [("K01", Some(1.0), marked, Some(1.0)), ("K02", Some(0.5), abstained, None)];
    let mut seen = Assessed::new("a1", first, "random", "2026-01-20T10:00:00+04:00", &marks);
    add(seen.scored(80.0).became("published", "2026-01-20T10:00:00+04:00").became("seen", "2026-01-20T12:00:00+04:00"));

    // A person confirmed what the machine had suspected; the dispute found that it did not apply, and gave K01 what was proposed.
    let marks = [("K01", Some(0.0), marked, Some(0.5)), ("K02", Some(0.0), suspected, None)];
    let mut changed = Assessed::new("a2", second, "random", "2026-01-20T11:00:00+04:00", &marks);
    changed.critical(0.0, "K02").became("published", "2026-01-20T11:00:00+04:00");
    let open = json!([{"criterion": "K02", "reason": "gizli etiraz"}, {"criterion": "K01", "reason": "gizli etiraz"}]);
    changed.with("dispute", dispute(open, None)).became("disputed", "2026-01-21T10:00:00+04:00");
    let decided = json!([
        {"criterion": "K02", "reason": "gizli etiraz", "decision": "voided", "decision_reason": "gizli qərar"},
        {"criterion": "K01", "reason": "gizli etiraz", "decision": "changed", "decided_mark": 0.5, "decision_reason": "gizli qərar"},
    ]);
    changed.with("dispute", dispute(decided, Some("2026-01-23T10:00:00+04:00")));
    changed.scored(50.0).marked(0, ("K01", Some(0.5), marked, Some(0.5))).marked(1, ("K02", None, suspected, None));
    add(changed.became("changed", "2026-01-23T10:00:00+04:00"));

    // The last second of January in Baku. What a suspicion picked stands outside of the mean.
    let marks = [("K01", Some(1.0), marked, Some(0.5)), ("K02", None, "not_applicable", None)];
    let mut upheld = Assessed::new("a3", ("c8", "195-1-3", "R02"), "risk", "2026-01-31T23:59:59+04:00", &marks);
    upheld.scored(100.0).became("published", "2026-01-31T23:59:59+04:00");
    let point = json!([{"criterion": "K01", "reason": "gizli etiraz", "decision": "upheld"}]);
    upheld.with("dispute", dispute(point, Some("2026-02-03T10:00:00+04:00")));
    add(upheld.became("upheld", "2026-02-03T10:00:00+04:00"));

    let marks = [("K01", Some(0.0), marked, Some(1.0)), ("K02", Some(1.0), "", None)];
    let mut voided = Assessed::new("a4", ("c3", "195-1-2", "R01"), "complaint", "2026-01-22T09:00:00+04:00", &marks);
    voided.scored(10.0).became("published", "2026-01-22T09:00:00+04:00");
    add(voided.became("voided", "2026-01-24T09:00:00+04:00"));

    let mut bare = Assessed::new("a5", first, "review", "2026-01-22T10:00:00+04:00", &[("K01", None, "", None)]);
    add(bare.with("outcome", json!("not_scored")).became("published", "2026-01-22T10:00:00+04:00"));

    // A confirmed suspicion: worth 0 whatever the other marks were, and in the mean as such.
    let marks = [("K01", Some(1.0), marked, Some(1.0)), ("K02", Some(0.0), suspected, None)];
    let mut critical = Assessed::new("a7", ("c9", "195-1-3", "R01"), "random", "2026-01-25T10:00:00+04:00", &marks);
    add(critical
        .critical(95.0, "K02")
        .became("published", "2026-01-25T10:00:00+04:00")
        .became("acknowledged", "2026-01-26T10:00:00+04:00"));

    // Judged by several to compare themselves: told, and counted in no result.
    let marks = [("K01", Some(0.0), "", None), ("K02", Some(0.0), "", None)];
    let mut calibration = Assessed::new("a8", first, "calibration", "2026-01-27T10:00:00+04:00", &marks);
    add(calibration.critical(0.0, "K02").became("published", "2026-01-27T10:00:00+04:00"));

    let marks = [("K01", Some(1.0), marked, Some(1.0))];
    let mut newer = Assessed::new("a6", first, "random", "2026-02-01T00:00:00+04:00", &marks);
    newer.with("form", json!({"id": "default", "version": "2"})).scored(90.0);
    add(newer.became("published", "2026-02-01T00:00:00+04:00"));
    all
}

/// A small January 2026: every outcome, a boundary of the month, a correction, surveys enough for Newcombe's example.
pub fn january() -> Vec<(Subject, Row)> {
    let mut rows = vec![];
    let mut add = |call: &mut Call| rows.append(&mut call.rows);
    let (dvx, aparat, emdx) = ("195-1-1", "195-1-2", "195-1-3");

    // Waited 20 s in the queue, held once, wrapped up 10 s.
    let mut call = Call::new("c1", dvx, "2026-01-14T09:00:00+04:00");
    call.queued(4.0).answered(24.0, "Aysel N.").hold(60.0, 75.0).ended(144.0, 10_000).recording(120_000, &[]);
    call.transcribed(&["Salam, buyurun.", "Sağ olun."]);
    call.evaluated("Aysel N.", "proposed", Some(90.0), &[("K01", "marked", Some(1.0)), ("K02", "abstained", None)]);
    add(&mut call);
    // Exactly 30 s counts as in time; the recording stops early.
    let mut call = Call::new("c2", dvx, "2026-01-14T10:00:00+04:00");
    call.queued(1.0).answered(31.0, "Rəşad Q.").ended(91.0, 0).recording(30_000, &["truncated"]);
    call.evaluated(
        "Rəşad Q.",
        "critical_suspected",
        Some(40.0),
        &[("K01", "marked", Some(0.5)), ("K02", "suspected", None)],
    );
    add(&mut call);
    // Waited 45 s, no queue told; no recording came.
    add(Call::new("c3", aparat, "2026-01-15T10:30:00+04:00").answered(45.0, "Aysel N.").ended(105.0, 5_000));
    // Lost: 4 s (short), exactly 10 s (neither wording), 25 s.
    add(Call::new("c4", dvx, "2026-01-15T11:00:00+04:00").queued(0.0).lost(4.0, 4_000));
    add(Call::new("c5", dvx, "2026-01-16T11:00:00+04:00").queued(0.0).lost(10.0, 10_000));
    add(Call::new("c6", emdx, "2026-01-16T12:00:00+04:00").queued(0.0).lost(25.0, 25_000));
    // Still talking.
    add(&mut Call::new("c7", aparat, "2026-01-17T12:00:00+04:00"));
    // The last second of January in Baku, and the first of February.
    add(Call::new("c8", emdx, "2026-01-31T23:59:59+04:00")
        .queued(0.0)
        .answered(2.0, "Rəşad Q.")
        .ended(62.0, 0)
        .recording(60_000, &[]));
    add(Call::new("c9", emdx, "2026-02-01T00:00:00+04:00").queued(0.0).answered(5.0, "Rəşad Q.").ended(65.0, 0));
    // The centre's own call back is not an incoming one.
    let mut back = Call::new("c10", emdx, "2026-01-16T15:00:00+04:00");
    back.rows[0].1.data["direction"] = json!("outbound");
    back.rows[0].1.data["returns"] = json!("c6");
    back.answered(9.0, "Aysel N.").ended(60.0, 0);
    add(&mut back);
    // A correction: c4 had waited 12 s.
    let mut told = Call::new("c4", dvx, "2026-01-15T11:00:00+04:00");
    told.lost(4.0, 12_000);
    let (subject, mut corrected) = told.rows.pop().unwrap();
    corrected.envelope.revision = 1;
    rows.push((subject, corrected));

    // 81 of 263 satisfied, as in a published example of the interval, and two who did not answer.
    rows.extend(
        (0..265).flat_map(|n| survey(n, dvx, (n < 263).then_some(if n < 81 { 4 + (n as u64 % 2) } else { 3 }))),
    );
    // Two more published examples: 1 of 29, 0 of 20.
    rows.extend((400..429).flat_map(|n| survey(n, emdx, Some(if n == 400 { 5 } else { 2 }))));
    rows.extend((500..520).flat_map(|n| survey(n, "195-1-4", Some(1))));
    rows.extend((300..310).flat_map(|n| survey(n, aparat, Some(5))));
    rows.extend(assessments());
    rows.extend(records());
    rows
}
