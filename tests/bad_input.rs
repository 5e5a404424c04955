//! What cannot be taken is kept with its place, bytes, error and remedy, and the stream goes on (P3, P5, P7).

use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World, eventually,
    events::{self, chunk, good, sound},
    world::{Row, bytes, text},
};
use serde_json::json;

/// A deployment whose lander runs.
fn landing() -> (World, Running) {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    (world, lander)
}

/// And whose recorder runs; a call that stops coming is closed after two seconds.
fn recording() -> (World, Running) {
    let world = World::new();
    let stages = world.run(&["lander", "recorder"], &["--audio-idle-ms", "2000"]);
    (world, stages)
}

/// Sends what must be refused, then an event that must land; gives the dead letter, which tells where and what.
#[track_caller]
fn refused(world: &World, bad: &Event, code: &str) -> Row {
    world.send([bad]);
    let letter = world.letters(1).remove(0);
    told_whole(world, &letter, code, bad.subject, &bad.value);
    still_runs(world);
    assert_eq!(world.count("dead_letters"), 1, "one message, one letter");
    letter
}

#[track_caller]
fn told_whole(world: &World, letter: &Row, code: &str, subject: Subject, payload: &[u8]) {
    assert_eq!(text(letter, "error_code"), code, "{letter:?}");
    assert_eq!(text(letter, "origin_topic"), world.config.topic(subject));
    assert!(letter["origin_partition"].as_i64().is_some_and(|n| n >= 0), "{letter:?}");
    assert!(letter["origin_offset"].as_i64().is_some_and(|n| n >= 0), "{letter:?}");
    assert!(bytes(letter, "payload") == payload, "the bytes are not the original's: {letter:?}");
    for field in ["error_field", "error_problem", "error_remedy"] {
        assert!(!text(letter, field).is_empty(), "{field} is empty: {letter:?}");
    }
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
    let told: Vec<Event> = events::call(6).iter().enumerate().map(|(n, data)| Event::call(&format!("e{n}"), data)).collect();
    for event in told.iter().rev() {
        world.send([event]);
        still_runs(&world);
    }
    let calls = world.sql("SELECT outcome, wait_ms, hold_ms, representative FROM calls WHERE call_id = 'c-00006'");
    assert_eq!(calls, [json!({"outcome": "answered", "wait_ms": 8_000, "hold_ms": 20_000, "representative": "R106"}).as_object().cloned().unwrap_or_default()]);
    assert_eq!(world.count("dead_letters"), 0);
}

// ---- topics

/// Lands some, deletes the topic while nobody reads it, and makes it anew with other messages.
fn recreated(messages: usize) {
    let world = World::new();
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
    assert_eq!(lander.told("was deleted and made anew"), 1, "one clear error:\n{}", lander.said());
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
    let listed = world.ask(&["deadletters", "list", "--topic", "calls.events", "--error", "invalid", "--format", "json"]).succeeded();
    let rows: Vec<Row> = serde_json::from_str(&listed.out).unwrap_or_default();
    assert_eq!((rows.len(), text(&rows[0], "id"), text(&rows[0], "topic")), (1, id, topic.as_str()), "{}", listed.out);
    assert_eq!(world.ask(&["deadletters", "list", "--error", "oversized", "--format", "csv"]).succeeded().out.matches(id).count(), 0);

    let shown = world.ask(&["deadletters", "show", id]).succeeded();
    for word in ["195-1-9", "error_remedy", &bad.text()] {
        assert!(shown.out.contains(word), "{word} is not shown:\n{}", shown.out);
    }
    let whole = world.ask(&["deadletters", "show", &id[..12], "--bytes"]).succeeded();
    assert_eq!(whole.out, bad.text());

    let mended = world.written("mended.json", bad.text().replace("195-1-9", "195-1-4"));
    world.ask(&["deadletters", "replay", id, "--with", &mended]).succeeded();
    eventually("the mended event lands", || (world.count("call_events_all WHERE event_id = 'mended'") == 1).then_some(()));
    assert_eq!(world.sql("SELECT line FROM call_events WHERE event_id = 'mended'")[0]["line"], "195-1-4");
    assert_eq!(world.count("dead_letters"), 1, "the letter stays, for the record");
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
}

// ---- sound

/// Waits for the recording of a call, and tells its flags.
#[track_caller]
fn recorded(world: &World, call_id: &str) -> Row {
    let query = format!("SELECT * FROM recordings WHERE call_id = '{call_id}'");
    eventually(&format!("{call_id} is recorded"), || world.sql(&query).pop())
}

#[track_caller]
fn still_records(world: &World) {
    world.send(&events::sounding_call("good", 5));
    assert_eq!(recorded(world, "good")["flags"], json!([]));
}

#[test]
fn a_chunk_that_contradicts_another_is_kept_and_the_call_is_recorded() {
    let (world, _stages) = recording();
    let call = events::sounding_call("c", 5);
    let bad = chunk("c", 1, false, sound(99));
    world.send(&call[..2]);
    world.send([&bad]);
    world.send(&call[2..]);
    // The lander and the recorder both see it; each tells what it knows.
    let recording = recorded(&world, "c");
    assert_eq!((&recording["flags"], &recording["chunks"], &recording["duration_ms"]), (&json!([]), &json!(5), &json!(2_500)));
    let letters = world.letters(2);
    for (letter, stage) in letters.iter().zip(["lander", "recorder"]) {
        told_whole(&world, letter, "conflict", Subject::CallAudio, &bad.value);
        assert!(letters.iter().any(|letter| text(letter, "stage") == stage), "{letters:?}");
    }
    still_records(&world);
}

#[test]
fn a_chunk_of_another_codec_is_kept_and_the_call_is_recorded() {
    let (world, _stages) = recording();
    let call = events::sounding_call("c", 5);
    let bad = chunk("c", 5, false, sound(99)).with_header("ce_codec", "alaw");
    world.send(&call[..2]);
    world.send([&bad]);
    world.send(&call[2..]);
    let letter = world.letters(1).remove(0);
    told_whole(&world, &letter, "conflict", Subject::CallAudio, &bad.value);
    assert_eq!(recorded(&world, "c")["chunks"], 5);
    still_records(&world);
}

#[test]
fn a_chunk_with_headers_that_make_no_sense_is_kept() {
    let (world, _stages) = recording();
    let bad = chunk("c", 0, true, sound(1)).with_header("ce_codec", "mp3");
    world.send([&bad]);
    let letter = world.letters(1).remove(0);
    told_whole(&world, &letter, "invalid", Subject::CallAudio, &bad.value);
    assert_eq!(text(&letter, "error_field"), "ce_codec");
    still_records(&world);
}

#[test]
fn sound_that_is_not_ogg_is_kept_as_unreadable() {
    let (world, _stages) = recording();
    world.send([&chunk("c", 0, true, sound(1)).with_header("ce_codec", "ogg_opus").with_header("ce_ratehz", "48000")]);
    let letter = world.letters(1).remove(0);
    assert_eq!((text(&letter, "error_code"), text(&letter, "key")), ("unreadable", "c"), "{letter:?}");
    assert!(!text(&letter, "error_remedy").is_empty());
    assert_eq!(world.count("recordings"), 0);
    still_records(&world);
}

#[test]
fn a_gap_is_filled_with_silence_and_said() {
    let (world, _stages) = recording();
    let mut call = events::sounding_call("c", 8);
    call.drain(3..5);
    world.send(&call);
    let recording = recorded(&world, "c");
    assert_eq!(recording["flags"], json!(["gap"]));
    assert_eq!(recording["gaps"], json!([{"from_sequence": 3, "to_sequence": 4}]));
    assert_eq!((&recording["chunks"], &recording["duration_ms"]), (&json!(6), &json!(4_000)), "{recording:?}");
    still_records(&world);
}

#[test]
fn a_call_that_breaks_off_is_closed_and_said() {
    let (world, _stages) = recording();
    world.send(&events::sounding_call("c", 8)[..6]);
    let recording = recorded(&world, "c");
    assert_eq!((&recording["flags"], &recording["duration_ms"]), (&json!(["truncated"]), &json!(3_000)));
    still_records(&world);
}

#[test]
fn a_recording_too_short_for_a_conversation_is_said() {
    let (world, _stages) = recording();
    world.send(&events::sounding_call("c", 2));
    assert_eq!(recorded(&world, "c")["flags"], json!(["short"]));
    still_records(&world);
}

#[test]
fn chunks_in_any_order_and_twice_are_the_same_call() {
    let (world, _stages) = recording();
    let call = events::sounding_call("c", 6);
    let shuffled = [3, 5, 0, 3, 4, 2, 0, 1];
    world.send(shuffled.map(|n| &call[n]));
    let recording = recorded(&world, "c");
    assert_eq!((&recording["flags"], &recording["chunks"]), (&json!([]), &json!(6)));
    still_records(&world);
    assert_eq!(world.count("dead_letters"), 0);
}

#[test]
fn audio_by_reference_that_is_missing_or_is_another_file_is_kept_with_a_remedy() {
    let (world, _stages) = recording();
    let file = world.written("call.wav", b"RIFF not quite");
    for (id, uri) in [("gone", "file:///no/such/file.wav".to_owned()), ("other", format!("file://{file}"))] {
        let data = json!({
            "call_id": id, "uri": uri, "sha256": "0".repeat(64), "parties": ["representative", "caller"],
            "started_at": "2026-01-14T09:30:31+04:00",
        });
        world.send([&Event::new(Subject::CallAudio, "exchange", id, 0, &data)]);
    }
    let letters = world.letters(2);
    let mut codes: Vec<&str> = letters.iter().map(|letter| text(letter, "error_code")).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["hash_mismatch", "missing_audio"]);
    still_records(&world);
}
