//! A word that a person corrects becomes a revision of the transcript, is judged anew, and stands above the machine's text.

use chrono::{DateTime, Utc};
use meyar_schemas::{Subject, transcripts::Transcript};
use meyar_scoring::Forms;
use meyar_tests::{Event, World, world::text};
use meyar_work::{
    Account, Desk, Permissions, Person, Role, Store,
    access::Actor,
    corrections::{Heard, Said},
};
use serde_json::{Value, json};
use std::sync::Arc;

const CALL: &str = "c-duzelis";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time of the test is one")
}

/// An answered call, and what the machine heard: the greeting wrongly.
fn call_and_text() -> (Vec<Event>, Value) {
    let step = |at: &str, mut data: Value| {
        let kind = data["kind"].as_str().unwrap_or_default().to_owned();
        (data["call_id"], data["line"], data["at"]) = (json!(CALL), json!("195-1-1"), json!(at));
        Event::new(Subject::CallEvents, "exchange", &format!("{CALL}/{kind}"), 0, &data)
    };
    let steps = vec![
        step("2026-01-14T05:30:00Z", json!({"kind": "offered", "direction": "inbound"})),
        step("2026-01-14T05:30:02Z", json!({"kind": "queued", "queue": "q"})),
        step("2026-01-14T05:30:09Z", json!({"kind": "answered", "representative": "R7", "location": "hall"})),
        step("2026-01-14T05:30:40Z", json!({"kind": "ended", "ended_by": "caller", "recorded": true})),
    ];
    let segment = |party: &str, from: u64, text: &str| json!({"party": party, "start_ms": from, "end_ms": from + 900, "text": text, "confidence": 0.4});
    let text = json!({"transcript_id": format!("t-{CALL}"), "call_id": CALL, "created_at": "2026-01-14T05:32:00Z", "recording_id": format!("r-{CALL}"),
        "language": "az", "model": {"id": "whisper-base"}, "duration_ms": 31000, "confidence": 0.4, "flags": [],
        "segments": [segment("representative", 0, "Sal am, çar mərkəzi."), segment("caller", 1000, "Salam, vergi borcum var.")]});
    (steps, text)
}

async fn desk_and_assessor(place: &str) -> (Desk, Person) {
    let store = Store::open(place).await.expect("the store opens");
    let account = Account {
        login: "leyla".into(),
        name: "Leyla".into(),
        role: Role::Assessor,
        representative: None,
        sector: None,
        active: true,
    };
    let person = store.add_person(&account, Some("uzun gizli söz"), &Actor::system(), at("2026-11-02T08:00:00Z")).await;
    let desk = Desk {
        store,
        permissions: Arc::new(Permissions::load(None).expect("the shipped table is right")),
        forms: Arc::new(Forms::embedded().expect("the shipped forms are right")),
        reference: Arc::new(meyar_schemas::reference::Reference::load(None).expect("the reference is right")),
    };
    (desk, person.expect("a person is added"))
}

#[test]
fn a_corrected_word_is_a_revision_that_is_judged_anew() {
    let world = World::new();
    let (desk, assessor) = world.wait(desk_and_assessor(world.work()));
    let stages = world.run(&["evaluator", "lander"], &["--facts-settle-ms", "100"]);
    let (steps, told) = call_and_text();
    let machine = Event::new(Subject::CallTranscripts, "meyar/transcriber", &format!("t-{CALL}"), 0, &told);
    world.send(steps.iter().chain([&machine]));
    world.wait_for_rows("evaluations_all", 1);

    let transcript: Transcript = serde_json::from_value(told).expect("the text is a transcript");
    let heard = Heard { transcript, revision: 0, representative: Some("R7".into()) };
    let said = |segment: usize, before: &str, after: &str| Said { segment, before: before.into(), after: after.into() };
    let now = at("2026-11-30T08:00:00Z");
    world.wait(async {
        let first = said(0, "Sal am, çar mərkəzi.", "Salam, Çağrı Mərkəzi.");
        desk.correct(&assessor, &heard, &first, now).await.expect("a word is corrected");
        // Over what was not seen nothing is written.
        let refused = desk.correct(&assessor, &heard, &first, now).await.expect_err("it is not what stands there");
        assert!(refused.to_string().contains("load the page again"), "{refused}");
        let second = said(1, "Salam, vergi borcum var.", "Salam, vergi borcum varmı?");
        desk.correct(&assessor, &heard, &second, now).await.expect("another is corrected");
    });
    world.wait_for_rows("transcripts_all", 3);
    world.wait_for_rows("evaluations_all", 3);
    world.wait_until_done("lander", &[Subject::CallTranscripts, Subject::CallEvaluations, Subject::DeadLetters]);

    let stands = world.sql("SELECT revision, source, model_id, segments[1]['text'] AS first, segments[2]['text'] AS second FROM transcripts");
    let expected = json!([{"revision": 2, "source": "meyar/workbench", "model_id": "whisper-base+corrected",
        "first": "Salam, Çağrı Mərkəzi.", "second": "Salam, vergi borcum varmı?"}]);
    assert_eq!(json!(stands), expected);
    let judged = world.sql("SELECT transcript_revision, representative FROM call_evaluations");
    assert_eq!(json!(judged), json!([{"transcript_revision": 2, "representative": "R7"}]));
    // The machine's text is kept.
    let first = world.sql("SELECT segments[1]['text'] AS first FROM transcripts_all WHERE revision = 0");
    assert_eq!(text(&first[0], "first"), "Sal am, çar mərkəzi.");
    assert_eq!(world.count("dead_letters"), 0);
    stages.interrupt().succeeded();
}
