//! Sound that cannot be taken is kept like any message; sound that is incomplete is recorded, and what it lacks is said (P3, P8).

use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    events::{self, chunk, sound},
    eventually,
    world::{Row, text},
};
use serde_json::json;

/// A deployment whose recorder and lander run; a call that stops coming is closed after two seconds.
fn recording() -> (World, Running) {
    let world = World::new();
    let stages = world.run(&["lander", "recorder"], &["--audio-idle-ms", "2000"]);
    (world, stages)
}

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
    assert_eq!(
        (&recording["flags"], &recording["chunks"], &recording["duration_ms"]),
        (&json!([]), &json!(5), &json!(5_000))
    );
    let letters = world.letters(2);
    for (letter, stage) in letters.iter().zip(["lander", "recorder"]) {
        world.holds_whole(letter, "conflict", &bad);
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
    world.holds_whole(&letter, "conflict", &bad);
    assert_eq!(recorded(&world, "c")["chunks"], 5);
    still_records(&world);
}

#[test]
fn a_chunk_with_headers_that_make_no_sense_is_kept() {
    let (world, _stages) = recording();
    let bad = chunk("c", 0, true, sound(1)).with_header("ce_codec", "mp3");
    world.send([&bad]);
    let letter = world.letters(1).remove(0);
    world.holds_whole(&letter, "invalid", &bad);
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
    assert_eq!((&recording["chunks"], &recording["duration_ms"]), (&json!(6), &json!(8_000)), "{recording:?}");
    still_records(&world);
}

#[test]
fn a_call_that_breaks_off_is_closed_and_said() {
    let (world, _stages) = recording();
    world.send(&events::sounding_call("c", 8)[..6]);
    let recording = recorded(&world, "c");
    assert_eq!((&recording["flags"], &recording["duration_ms"]), (&json!(["truncated"]), &json!(6_000)));
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
