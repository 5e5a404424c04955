//! What cannot be taken is kept with its place, bytes, error and remedy, and the stream goes on (P3, P5, P7).

use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    events::{self, good},
    eventually,
    world::{Row, text},
};
use serde_json::json;

/// A deployment whose lander runs.
fn landing() -> (World, Running) {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    (world, lander)
}

/// Sends what must be refused, then an event that must land; gives the dead letter, which tells where and what.
#[track_caller]
fn refused(world: &World, bad: &Event, code: &str) -> Row {
    world.send([bad]);
    let letter = world.letters(1).remove(0);
    world.holds_whole(&letter, code, bad);
    still_runs(world);
    assert_eq!(world.count("dead_letters"), 1, "one message, one letter");
    letter
}

#[track_caller]
fn still_runs(world: &World) {
    let id = format!("after-{}", world.count("call_events_all"));
    world.send([&good(&id)]);
    eventually("a good event lands afterwards", || {
        (world.count(&format!("call_events_all WHERE event_id = '{id}'")) == 1).then_some(())
    });
}

// ---- events

#[test]
fn bytes_that_are_not_json_are_kept() {
    let (world, _lander) = landing();
    let letter = refused(&world, &good("x").with_value([0xff, 0x00, b'{', 0xfe]), "unreadable");
    assert!(text(&letter, "error_problem").contains("not JSON"), "{letter:?}");
}

#[test]
fn an_empty_message_is_kept() {
    let (world, _lander) = landing();
    refused(&world, &good("x").with_value(Vec::new()), "unreadable");
}

#[test]
fn a_value_that_the_contract_forbids_is_named_with_its_field() {
    let (world, _lander) = landing();
    let mut data = events::call(1)[0].clone();
    data["line"] = json!("195-1-9");
    let letter = refused(&world, &Event::call("x", &data), "invalid");
    assert_eq!((text(&letter, "error_field"), text(&letter, "error_value")), ("line", "195-1-9"));
    assert!(text(&letter, "error_remedy").contains("195-1-1"), "{letter:?}");
}

#[test]
fn an_oversized_event_is_kept_whole() {
    let (world, _lander) = landing();
    let mut data = events::call(1)[0].clone();
    data["call_id"] = json!("c".repeat(600_000));
    refused(&world, &Event::call("x", &data).with_key("k"), "oversized");
}

#[test]
fn a_contract_version_of_the_future_is_kept_for_a_later_build() {
    let (world, _lander) = landing();
    let bad = good("x").with_header("ce_dataschema", "meyar:calls.events/v99");
    let letter = refused(&world, &bad, "unknown_version");
    assert_eq!(text(&letter, "error_value"), "meyar:calls.events/v99");
    assert!(text(&letter, "error_remedy").contains("meyar:calls.events/v1"), "{letter:?}");
}

/// Senders are updated one by one, and one that was not may repeat what another one told (P5).
#[test]
fn one_event_in_two_versions_of_its_contract_is_one_row_and_a_third_version_waits() {
    let (world, _lander) = landing();
    let mut data = json!({
        "survey_id": "s-1", "at": "2026-01-15T11:20:00+04:00", "line": "195-1-1", "channel": "sms",
        "kind": "answered", "question": "overall", "score": 5, "scale_max": 5,
    });
    let older = Event::new(Subject::SurveyResponses, "survey", "s-1", 0, &data);
    // Whoever names no version means the first one.
    let unnamed = older.clone().without_header("ce_dataschema");
    data["respondent"] = json!("caller");
    data["scale_min"] = json!(0);
    let newer = Event::new(Subject::SurveyResponses, "survey", "s-1", 0, &data);
    let header = |event: &Event| event.headers.iter().find(|(name, _)| name == "ce_dataschema").map(|(_, v)| v.clone());
    assert_eq!(header(&older).as_deref(), Some("meyar:surveys.responses/v1"));
    assert_eq!(header(&newer).as_deref(), Some("meyar:surveys.responses/v2"));
    for event in [&older, &newer, &unnamed, &newer] {
        world.send([event]);
        world.wait_for_rows("survey_responses_all", 1);
        world.wait_until_done("lander", &[Subject::SurveyResponses]);
    }
    let rows = world.sql("SELECT respondent, scale_min, score, event_type FROM survey_responses_all");
    let told = json!({"respondent": "caller", "scale_min": 0, "score": 5, "event_type": "meyar.surveys.responses.v1"});
    assert_eq!(rows, [told.as_object().cloned().unwrap_or_default()]);
    assert_eq!(world.count("dead_letters"), 0);

    let later = newer.with_header("ce_dataschema", "meyar:surveys.responses/v3");
    let letter = refused(&world, &later, "unknown_version");
    assert!(
        text(&letter, "error_remedy").contains("meyar:surveys.responses/v1, meyar:surveys.responses/v2"),
        "{letter:?}"
    );
    let left = world.ask(&["deadletters", "replay", "--all", "--error", "unknown_version"]).succeeded();
    assert!(left.out.contains("0 sent again, 1 stay"), "it waits for a build that knows it: {}", left.out);
}

#[test]
fn a_message_without_headers_is_kept() {
    let (world, _lander) = landing();
    let bad = Event { headers: Vec::new(), ..good("x") };
    let letter = refused(&world, &bad, "invalid");
    assert!(text(&letter, "error_field").starts_with("ce_"), "{letter:?}");
    assert!(text(&letter, "error_problem").contains("missing"), "{letter:?}");
}

#[test]
fn a_repeat_changes_nothing_and_is_no_dead_letter() {
    let (world, _lander) = landing();
    for _ in 0..3 {
        world.send([&good("once")]);
        still_runs(&world);
    }
    assert_eq!(world.count("call_events_all WHERE event_id = 'once'"), 1);
    assert_eq!(world.count("dead_letters"), 0);
}

#[test]
fn a_contradiction_is_kept_and_the_first_telling_stays() {
    let (world, _lander) = landing();
    world.send([&good("one")]);
    world.wait_for_rows("call_events_all", 1);
    let mut data = events::call(1)[0].clone();
    data["line"] = json!("195-1-3");
    let letter = refused(&world, &Event::call("one", &data), "conflict");
    assert!(text(&letter, "error_remedy").contains("ce_revision"), "{letter:?}");
    assert_eq!(world.sql("SELECT line FROM call_events WHERE event_id = 'one'")[0]["line"], "195-1-2");
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects_even_when_it_comes_first() {
    let (world, _lander) = landing();
    let told = &events::call(1)[0];
    let mut corrected = told.clone();
    corrected["line"] = json!("195-1-3");
    world.send([&Event::new(Subject::CallEvents, "exchange", "one", 1, &corrected)]);
    world.wait_for_rows("call_events_all", 1);
    world.send([&Event::call("one", told)]);
    world.wait_for_rows("call_events_all", 2);
    let rows = world.sql("SELECT line, revision FROM call_events");
    assert_eq!((rows.len(), &rows[0]["line"], &rows[0]["revision"]), (1, &json!("195-1-3"), &json!(1)));
    assert_eq!(world.count("dead_letters"), 0);
}

#[test]
fn a_call_told_backwards_is_the_same_call() {
    let (world, _lander) = landing();
    let told: Vec<Event> =
        events::call(6).iter().enumerate().map(|(n, data)| Event::call(&format!("e{n}"), data)).collect();
    for event in told.iter().rev() {
        world.send([event]);
        still_runs(&world);
    }
    let calls = world.sql("SELECT outcome, wait_ms, hold_ms, representative FROM calls WHERE call_id = 'c-00006'");
    assert_eq!(
        calls,
        [json!({"outcome": "answered", "wait_ms": 8_000, "hold_ms": 20_000, "representative": "R106"})
            .as_object()
            .cloned()
            .unwrap_or_default()]
    );
    assert_eq!(world.count("dead_letters"), 0);
}

// ---- topics

/// Lands some, deletes the topic while nobody reads it, and makes it anew with other messages.
fn recreated(messages: usize) {
    let mut world = World::new();
    let old: Vec<Event> = (0..10).map(|n| good(&format!("old-{n}")).with_key("k")).collect();
    let lander = world.run(&["lander"], &[]);
    world.send(&old);
    world.wait_for_rows("call_events_all", 10);
    lander.interrupt().succeeded();

    world.delete_topic(Subject::CallEvents);
    world.make_topics(&[Subject::CallEvents]);
    let new: Vec<Event> = (0..messages).map(|n| good(&format!("new-{n}")).with_key("k")).collect();
    world.send(&new);

    let mut lander = world.run(&["lander"], &[]);
    let letter = world.letters(1).remove(0);
    assert_eq!(text(&letter, "error_code"), "recreated_topic");
    assert_eq!(text(&letter, "origin_topic"), world.config.topic(Subject::CallEvents));
    assert!(text(&letter, "error_remedy").contains("MEYAR_TOPIC_PREFIX"), "{letter:?}");

    // The other topics flow on, in the same process.
    world.send([&surveyed("s-1")]);
    world.wait_for_rows("survey_responses", 1);
    assert!(lander.is_alive());
    assert_eq!(
        (lander.told("ERROR"), lander.told("will not mix two histories")),
        (1, 1),
        "one clear error:\n{}",
        lander.said()
    );
    assert_eq!(world.count("call_events_all"), 10, "two histories are not mixed");
    assert_eq!(world.count("dead_letters"), 1);
    lander.interrupt().succeeded();
}

fn surveyed(id: &str) -> Event {
    let data = json!({
        "survey_id": id, "at": "2026-01-15T11:20:00+04:00", "call_id": "c-1", "line": "195-1-1", "channel": "sms",
        "kind": "answered", "question": "overall", "score": 5, "scale_max": 5,
    });
    Event::new(Subject::SurveyResponses, "survey", id, 0, &data)
}

#[test]
fn a_recreated_topic_with_other_messages_is_refused_and_the_others_flow_on() {
    recreated(25);
}

#[test]
fn a_recreated_topic_with_fewer_messages_is_refused_and_the_others_flow_on() {
    recreated(3);
}

// ---- mending

#[test]
fn a_dead_letter_is_listed_shown_mended_and_replayed() {
    let (world, _lander) = landing();
    let mut data = events::call(1)[0].clone();
    data["line"] = json!("195-1-9");
    let bad = Event::call("mended", &data);
    let letter = refused(&world, &bad, "invalid");
    let id = text(&letter, "event_id");

    let topic = world.config.topic(Subject::CallEvents);
    let listed = world
        .ask(&["deadletters", "list", "--topic", "calls.events", "--error", "invalid", "--format", "json"])
        .succeeded();
    let rows: Vec<Row> = serde_json::from_str(&listed.out).unwrap_or_default();
    assert_eq!((rows.len(), text(&rows[0], "id"), text(&rows[0], "topic")), (1, id, topic.as_str()), "{}", listed.out);
    assert_eq!(
        world
            .ask(&["deadletters", "list", "--error", "oversized", "--format", "csv"])
            .succeeded()
            .out
            .matches(id)
            .count(),
        0
    );

    let shown = world.ask(&["deadletters", "show", id]).succeeded();
    for word in ["195-1-9", "error_remedy", &bad.text()] {
        assert!(shown.out.contains(word), "{word} is not shown:\n{}", shown.out);
    }
    let whole = world.ask(&["deadletters", "show", &id[..12], "--bytes"]).succeeded();
    assert_eq!(whole.out, bad.text());

    let unmended = world.ask(&["deadletters", "replay", id]).failed();
    assert!(unmended.complaint().contains("--with") && unmended.complaint().contains("195-1-9"), "{}", unmended.err);
    let all = world.ask(&["deadletters", "replay", "--all", "--error", "invalid"]).succeeded();
    assert_eq!(all.out.trim(), "0 sent again, 1 stay", "what would only come back is not sent: {}", all.err);

    let mended = world.written("mended.json", bad.text().replace("195-1-9", "195-1-4"));
    world.ask(&["deadletters", "replay", id, "--with", &mended]).succeeded();
    world.ask(&["deadletters", "replay", id, "--with", &mended]).succeeded();
    eventually("the mended event lands", || {
        (world.count("call_events_all WHERE event_id = 'mended'") == 1).then_some(())
    });
    assert_eq!(world.sql("SELECT line FROM call_events WHERE event_id = 'mended'")[0]["line"], "195-1-4");
    world.wait_until_done("lander", &[Subject::CallEvents]);
    assert_eq!(world.count("call_events_all WHERE event_id = 'mended'"), 1, "sent twice, it is one row");
    assert_eq!(world.count("dead_letters"), 1, "the letter stays, for the record");
}

#[test]
fn a_contradiction_becomes_a_correction_when_it_is_replayed_as_a_revision() {
    let (world, _lander) = landing();
    let first = events::good("told-twice");
    world.send([&first]);
    world.wait_for_rows("call_events_all", 1);
    let letter = refused(&world, &first.clone().with_value(first.text().replace("195-1-2", "195-1-3")), "conflict");
    let id = text(&letter, "event_id");
    let refused = world.ask(&["deadletters", "replay", id]).failed();
    assert!(refused.complaint().contains("--revision"), "{}", refused.err);
    world.ask(&["deadletters", "replay", id, "--revision", "1"]).succeeded();
    world.wait_for_rows("call_events_all WHERE event_id = 'told-twice'", 2);
    assert_eq!(world.sql("SELECT line FROM call_events WHERE event_id = 'told-twice'")[0]["line"], "195-1-3");

    // What was known before the correction can still be asked for.
    let rows = world.sql(
        "SELECT CAST(landed_at AS VARCHAR) AS landed FROM call_events_all WHERE event_id = 'told-twice' ORDER BY revision",
    );
    let then = format!("{}Z", text(&rows[0], "landed").trim_end_matches('Z'));
    let ask = [
        "sql",
        "--format",
        "json",
        "--as-of",
        &then,
        "SELECT line, revision FROM call_events WHERE event_id = 'told-twice'",
    ];
    let before: Vec<Row> = serde_json::from_str(&world.ask(&ask).succeeded().out).unwrap_or_default();
    assert_eq!(json!(before), json!([{"line": "195-1-2", "revision": 0}]));
}

#[test]
fn a_line_of_a_file_that_was_refused_is_mended_and_replayed() {
    let (world, _lander) = landing();
    let line = events::call(1)[0].to_string().replace("195-1-2", "195-1-9");
    let file = world.written("calls.jsonl", format!("{line}\n"));
    world.ask(&["publish", "calls.events", "--file", &file]).failed();
    let letter = world.letters(1).remove(0);
    let id = text(&letter, "event_id");
    assert_eq!((letter["origin_offset"].as_i64(), text(&letter, "file")), (Some(1), "calls.jsonl"));
    let again = world.ask(&["deadletters", "replay", id]).failed();
    assert!(again.complaint().contains("--with") && again.complaint().contains("195-1-9"), "{}", again.err);
    let mended = world.written("mended.json", line.replace("195-1-9", "195-1-1"));
    world.ask(&["deadletters", "replay", id, "--with", &mended]).succeeded();
    world.wait_for_rows("call_events_all", 1);
    // The file is corrected, too, and published again: it tells the same event.
    let corrected = world.written("calls.jsonl", line.replace("195-1-9", "195-1-1"));
    world.ask(&["publish", "calls.events", "--file", &corrected]).succeeded();
    world.wait_until_done("lander", &[Subject::CallEvents]);
    assert_eq!(world.count("call_events_all"), 1, "the mended line and the corrected file are one event");
}
