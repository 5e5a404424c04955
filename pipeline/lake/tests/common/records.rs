//! Records of quality work as people made them: each step is a revision with the whole content.

use super::row;
use meyar_lake::Row;
use meyar_schemas::Subject;
use serde_json::{Value, json};

struct Recorded {
    rows: Vec<(Subject, Row)>,
    told: Value,
}

impl Recorded {
    fn new(id: &str, kind: &str, made_at: &str) -> Self {
        let told = json!({"record_id": id, "kind": kind, "made_at": made_at, "by": "p-1", "content": {"text": "gizli məzmun"}});
        Self { rows: vec![], told }
    }

    fn with(&mut self, member: &str, value: impl Into<Value>) -> &mut Self {
        self.told[member] = value.into();
        self
    }

    fn step(&mut self, action: &str, state: &str, at: &str) -> &mut Self {
        self.with("action", action).with("state", state).with("at", at);
        let id = self.told["record_id"].as_str().unwrap().to_owned();
        let mut row = row(Subject::Records, &id, self.told.clone());
        row.envelope.revision = self.rows.len() as u32;
        meyar_schemas::contract::read(Subject::Records, &row.envelope, self.told.to_string().as_bytes()).unwrap();
        self.rows.push((Subject::Records, row));
        self
    }
}

/// A recommendation that was measured, one that is late, a complaint that was answered, a training that was held, a result card, an entry of the
/// question-answer base, a kind that this program does not know, and a discussion of the first moment of February.
pub fn records() -> Vec<(Subject, Row)> {
    let mut all = vec![];
    let mut add = |recorded: &mut Recorded| all.append(&mut recorded.rows);

    let mut measured = Recorded::new("r1", "recommendation", "2026-01-20T13:00:00+04:00");
    measured
        .with("about", "R01")
        .with("call_id", "c1")
        .with("parent", "a1")
        .with("criterion", "K01")
        .with("owner", "p-1");
    measured.with("title", "gizli tövsiyə").with("due_at", "2026-01-27T00:00:00+04:00");
    measured.step("give", "given", "2026-01-20T13:00:00+04:00").with("by", "p-3").step(
        "see",
        "seen",
        "2026-01-21T09:00:00+04:00",
    );
    measured
        .step("finish", "done", "2026-01-26T09:00:00+04:00")
        .with("by", "p-1")
        .with("outcome", "rose")
        .with("value", 0.25);
    add(measured.with("content", json!({"text": "gizli məzmun", "after": {"n": 12, "full": 9}})).step(
        "measure",
        "measured",
        "2026-02-20T12:00:00+04:00",
    ));

    let mut late = Recorded::new("r2", "recommendation", "2026-01-20T13:30:00+04:00");
    late.with("about", "R02")
        .with("criterion", "K02")
        .with("title", "gizli tövsiyə")
        .with("due_at", "2026-01-27T00:00:00+04:00");
    add(late.step("give", "given", "2026-01-20T13:30:00+04:00"));

    // The last second of January in Baku.
    let mut complaint = Recorded::new("s1", "complaint", "2026-01-31T23:59:59+04:00");
    complaint
        .with("about", "R02")
        .with("call_id", "c8")
        .with("title", "conduct")
        .with("due_at", "2026-02-14T00:00:00+04:00");
    complaint.step("note", "received", "2026-01-31T23:59:59+04:00");
    complaint.with("outcome", "partly").step("investigate", "investigated", "2026-02-02T10:00:00+04:00");
    add(complaint.step("answer", "answered", "2026-02-03T10:00:00+04:00"));

    let mut training = Recorded::new("t1", "training", "2026-01-22T10:00:00+04:00");
    training.with("title", "gizli mövzu").with("due_at", "2026-01-29T14:00:00+04:00").with("owner", "p-1");
    training.step("plan", "planned", "2026-01-22T10:00:00+04:00").step("hold", "held", "2026-01-29T16:00:00+04:00");
    add(training.with("value", 81.5).step("test", "tested", "2026-01-30T10:00:00+04:00"));

    let mut card = Recorded::new("n1", "card", "2026-01-30T10:00:00+04:00");
    card.with("about", "R01").with("parent", "representative").with("title", "Təmsilçi").with("value", 86.5);
    add(card.step("draft", "drafted", "2026-01-30T10:00:00+04:00").step(
        "approve",
        "approved",
        "2026-01-31T10:00:00+04:00",
    ));

    // In force, to be looked at again: due, though closed as work.
    let mut answer = Recorded::new("q1", "answer", "2026-01-15T10:00:00+04:00");
    answer.with("title", "gizli sual").with("outcome", "law_explanation").step(
        "draft",
        "draft",
        "2026-01-15T10:00:00+04:00",
    );
    add(answer.with("due_at", "2099-01-01T00:00:00+04:00").step(
        "put_in_force",
        "in_force",
        "2026-01-16T10:00:00+04:00",
    ));

    add(Recorded::new("x1", "mystery_call", "2026-01-16T10:00:00+04:00").step(
        "plan",
        "listened",
        "2026-01-16T10:00:00+04:00",
    ));

    let mut discussion = Recorded::new("d1", "discussion", "2026-02-01T00:00:00+04:00");
    add(discussion.with("about", "R01").with("outcome", "agreed").step("hold", "held", "2026-02-01T00:00:00+04:00"));
    all
}
