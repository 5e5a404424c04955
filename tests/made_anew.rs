//! What machines made is made anew as a higher revision: by the stream when its source is revised, by `meyar rebuild` when rules, records or the
//! model are newer. Nothing is lost, nothing stands twice, and what runs again does no harm.

use chrono::{DateTime, Duration, Utc};
use meyar_schemas::{Subject, evaluations::Evaluation, transcripts::Transcript};
use meyar_tests::{
    Done, Event, Running, World, events, eventually,
    world::{Row, repository, text},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const QUICKLY: [&str; 2] = ["--facts-settle-ms", "100"];

/// The same event told again.
fn revised(event: &Event, source: &str, revision: u32, change: impl Fn(&mut Value)) -> Event {
    let mut data: Value = serde_json::from_slice(&event.value).expect("an event is JSON");
    change(&mut data);
    let id = event.headers.iter().find(|(name, _)| name == "ce_id").map(|(_, id)| id.as_str()).unwrap_or_default();
    Event::new(event.subject, source, id, revision, &data)
}

/// Every evaluation in the lake, none of them twice: what it is of, its revision, its form's version and its content.
#[track_caller]
fn evaluations(world: &World) -> BTreeMap<(String, u64), (String, i64)> {
    world.wait_until_done("lander", &[Subject::CallTranscripts, Subject::CallEvaluations]);
    let rows = world.sql(
        "SELECT event_id, evaluation_id, transcript_id, form_id, revision, form_version, content_hash FROM evaluations_all",
    );
    let of = |row: &Row| {
        let (transcript, id) = (text(row, "transcript_id"), text(row, "event_id"));
        assert_eq!(id, Evaluation::id_of(transcript, text(row, "form_id")), "{row:?}");
        assert_eq!(id, text(row, "evaluation_id"));
        let content = row["content_hash"].as_i64().unwrap_or_default();
        let revision = row["revision"].as_u64().unwrap_or(u64::MAX);
        ((transcript.to_owned(), revision), (text(row, "form_version").to_owned(), content))
    };
    let found: BTreeMap<_, _> = rows.iter().map(of).collect();
    assert_eq!(found.len(), rows.len(), "an evaluation stands twice");
    assert_eq!(world.count("dead_letters"), 0);
    found
}

/// The versions of the form by which each transcript was judged, by revision.
fn versions(found: &BTreeMap<(String, u64), (String, i64)>) -> BTreeMap<String, Vec<(u64, &str)>> {
    let mut versions = BTreeMap::<_, Vec<_>>::new();
    for ((transcript, revision), (version, _)) in found {
        versions.entry(transcript.clone()).or_default().push((*revision, version.as_str()));
    }
    versions
}

fn ids(events: &[Event]) -> BTreeSet<String> {
    let id = |event: &Event| {
        serde_json::from_slice::<Value>(&event.value).ok()?["transcript_id"].as_str().map(str::to_owned)
    };
    events.iter().filter_map(id).collect()
}

/// The built-in form as another version of it, in a folder of its own.
fn forms(world: &World, version: &str) -> String {
    let folder = world.file(&format!("forms-{version}"));
    let of_form = folder.join("default-call-form");
    std::fs::create_dir_all(&of_form).expect("a temporary folder can be made");
    for language in ["az", "en"] {
        let form = std::fs::read_to_string(repository(&format!("schemas/forms/default-call-form/0.1.{language}.toml")));
        let form = form.expect("the form is there").replace("version = \"0.1\"", &format!("version = \"{version}\""));
        std::fs::write(of_form.join(format!("{version}.{language}.toml")), form).expect("a form can be written");
    }
    folder.display().to_string()
}

#[track_caller]
fn rebuild(world: &World, args: &[&str]) -> Done {
    world.ask(&[&["rebuild"], args].concat()).succeeded()
}

#[track_caller]
fn says(done: &Done, word: &str) {
    assert!(done.out.contains(word), "`{word}` is not in: {}", done.out);
}

#[test]
fn a_newer_text_is_judged_above_the_older_whichever_came_first_and_whoever_is_killed() {
    let world = World::new();
    let first = events::written_transcripts(3);
    let newer: Vec<Event> = first
        .iter()
        .map(|event| {
            revised(event, "script", 1, |data| {
                data["model"] = json!({"id": "better"});
                data["segments"].as_array_mut().map(Vec::pop);
            })
        })
        .collect();
    let lander = world.run(&["lander"], &[]);
    let evaluator = world.run(&["evaluator"], &QUICKLY);
    let half = first.len() / 2;
    world.send(first[..half].iter().chain(&newer));
    evaluator.wait_until_it_says("evaluated");
    evaluator.kill();
    let evaluator = world.run(&["evaluator"], &QUICKLY);
    world.send(&first[half..]);
    world.wait_for_rows("evaluations_all", 2 * first.len() as u64);
    world.wait_until_done("evaluator", &[Subject::CallTranscripts]);
    let found = evaluations(&world);
    evaluator.interrupt().succeeded();
    lander.interrupt().succeeded();
    let expected: BTreeMap<_, _> =
        ids(&first).into_iter().map(|transcript| (transcript, vec![(0, "0.1"), (100, "0.1")])).collect();
    assert_eq!(versions(&found), expected);
    let standing = world.sql("SELECT DISTINCT transcript_revision AS of FROM call_evaluations");
    assert_eq!(standing, world.sql("SELECT 1 AS of"), "an evaluation of the older text never wins");
    assert_eq!(world.count("call_evaluations"), first.len() as u64);
}

/// A call in its steps, and the text of it that is made now.
fn call_and_text(call: &str, at: DateTime<Utc>) -> (Vec<Event>, Event) {
    let step = |second: i64, mut data: Value| {
        let kind = data["kind"].as_str().unwrap_or_default().to_owned();
        data["call_id"] = json!(call);
        data["line"] = json!("195-1-1");
        data["at"] = json!((at + Duration::seconds(second)).to_rfc3339());
        Event::new(Subject::CallEvents, "exchange", &format!("{call}/{kind}"), 0, &data)
    };
    let steps = vec![
        step(0, json!({"kind": "offered", "direction": "inbound"})),
        step(2, json!({"kind": "queued", "queue": "q"})),
        step(9, json!({"kind": "answered", "representative": "R7", "location": "hall"})),
        step(40, json!({"kind": "ended", "ended_by": "caller", "recorded": true})),
    ];
    let text = json!({"transcript_id": format!("t-{call}"), "call_id": call, "created_at": Utc::now().to_rfc3339(), "recording_id": format!("r-{call}"),
        "language": "az", "model": {"id": "whisper-base"}, "duration_ms": 31000, "confidence": 0.9, "flags": [],
        "segments": [{"party": "representative", "start_ms": 0, "end_ms": 900, "text": "Salam.", "confidence": 0.9}]});
    (steps, Event::new(Subject::CallTranscripts, "meyar/transcriber", &format!("t-{call}"), 0, &text))
}

#[test]
fn a_call_is_known_to_who_judges_its_text_whether_it_was_just_now_or_long_ago() {
    let world = World::new();
    let now = call_and_text("c-now", Utc::now() - Duration::minutes(2));
    let long_ago = call_and_text("c-old", "2026-01-14T05:30:00Z".parse().unwrap_or_default());
    let lander = world.run(&["lander"], &[]);
    world.send(now.0.iter().chain(&long_ago.0));
    world.wait_for_rows("call_events", 8);
    // Who is not known is waited for, much longer than this test takes.
    let evaluator = world.run(&["evaluator"], &[QUICKLY[0], QUICKLY[1], "--facts-wait-ms", "600000"]);
    world.send([&now.1, &long_ago.1]);
    world.wait_for_rows("evaluations_all", 2);
    let known = world.sql("SELECT call_id, representative FROM evaluations ORDER BY call_id");
    let known: Vec<_> = known.iter().map(|row| (text(row, "call_id"), text(row, "representative"))).collect();
    assert_eq!(known, [("c-now", "R7"), ("c-old", "R7")]);
    evaluator.interrupt().succeeded();
    lander.interrupt().succeeded();
}

#[test]
fn evaluations_are_made_anew_beside_the_stream_and_again_changes_nothing() {
    let world = World::new();
    let (second, third) = (forms(&world, "0.2"), forms(&world, "0.3"));
    let all = events::written_transcripts(8);
    let (early, late) = all.split_at(all.len() / 2);
    let stages = world.run(&["evaluator", "lander"], &QUICKLY);
    world.send(early);
    world.wait_for_rows("evaluations_all", early.len() as u64);
    let by_first = evaluations(&world);
    let then = chrono::Utc::now().to_rfc3339();

    let dry = rebuild(&world, &["evaluations", "--forms", &second, "--dry-run"]);
    says(&dry, &format!("{} looked at: {} would be remade, 0 unchanged, 0 not possible", early.len(), early.len()));
    says(&rebuild(&world, &["evaluations"]), &format!("0 remade, {} unchanged", early.len()));
    assert_eq!(evaluations(&world), by_first, "neither tells anything");

    // While it runs, more come; those are the stream's.
    let mut command = world.command(&["rebuild", "evaluations", "--forms", &second]);
    command.env("RUST_LOG", "warn");
    let rebuilding = Running::start("rebuild", command);
    world.send(late);
    let done = rebuilding.ended().succeeded();
    assert!(!done.out.contains(" 0 remade"), "{}", done.out);
    world.wait_for_rows("(SELECT DISTINCT event_id FROM evaluations_all)", all.len() as u64);
    world.wait_until_done("evaluator", &[Subject::CallTranscripts]);
    evaluations(&world);
    rebuild(&world, &["evaluations", "--forms", &second]);
    let by_second = evaluations(&world);
    let expected: BTreeMap<_, _> =
        ids(&all).into_iter().map(|transcript| (transcript, vec![(0, "0.1"), (1, "0.2")])).collect();
    assert_eq!(versions(&by_second), expected, "lost 0, twice 0");
    for (known, told) in &by_first {
        assert_eq!(by_second.get(known), Some(told), "altered 0");
    }
    says(&rebuild(&world, &["evaluations", "--forms", &second]), &format!("0 remade, {} unchanged", all.len()));
    assert_eq!(evaluations(&world), by_second);
    let standing = |as_of: &[&str]| {
        let question = "SELECT form_version, count(*) AS n FROM call_evaluations GROUP BY form_version";
        world.ask(&[&["sql", "--format", "csv", question], as_of].concat()).succeeded().out.trim().to_owned()
    };
    assert_eq!(standing(&[]), format!("form_version,n\n0.2,{}", all.len()));
    assert_eq!(standing(&["--as-of", &then]), format!("form_version,n\n0.1,{}", early.len()));

    // Two at once, with rules that differ: each gets its word in, one above the other.
    let both: Vec<Running> = [&third, &forms(&world, "0.4")]
        .map(|forms| Running::start("rebuild", world.command(&["rebuild", "evaluations", "--forms", forms])))
        .into();
    both.into_iter().for_each(|one| says(&one.ended().succeeded(), " 0 not possible"));
    let found = evaluations(&world);
    for (transcript, told) in versions(&found) {
        let revisions: Vec<u64> = told.iter().map(|(revision, _)| *revision).collect();
        let by: BTreeSet<&str> = told.iter().map(|(_, version)| *version).collect();
        assert_eq!(by, BTreeSet::from(["0.1", "0.2", "0.3", "0.4"]), "{transcript}: {told:?}");
        assert_eq!(revisions, (0..revisions.len() as u64).collect::<Vec<_>>(), "{transcript}: {told:?}");
    }
    stages.interrupt().succeeded();
}

#[test]
fn late_records_of_a_call_are_judged_when_it_is_made_anew() {
    let world = World::new();
    let told = events::written_transcripts(1);
    let stages = world.run(&["evaluator", "lander"], &QUICKLY);
    world.send(&told);
    world.wait_for_rows("evaluations_all", told.len() as u64);
    let calls: Vec<Value> = told.iter().filter_map(|event| serde_json::from_slice(&event.value).ok()).collect();
    let steps = calls.iter().flat_map(|call| {
        events::call(1).into_iter().enumerate().map(|(n, mut step)| {
            step["call_id"] = call["call_id"].clone();
            Event::call(&format!("{}-{n}", call["call_id"]), &step)
        })
    });
    world.send(&steps.collect::<Vec<_>>());
    world.wait_until_done("lander", &[Subject::CallEvents]);

    let one = calls[0]["call_id"].as_str().unwrap_or_default();
    says(&rebuild(&world, &["evaluations", "--call", one]), "1 looked at: 1 remade, 0 unchanged");
    says(&rebuild(&world, &["evaluations", "--since", "2031-01-01"]), "0 looked at: 0 remade");
    says(
        &rebuild(&world, &["evaluations", "--until", "2031-01-01"]),
        &format!("{} remade, 1 unchanged", told.len() - 1),
    );
    let representatives = world.sql("SELECT DISTINCT revision, representative FROM evaluations");
    assert_eq!(representatives.len(), 1);
    assert_eq!((&representatives[0]["revision"], text(&representatives[0], "representative")), (&json!(1), "R101"));
    evaluations(&world);
    stages.interrupt().succeeded();
}

#[test]
fn a_recording_is_heard_again_by_another_model_and_judged_again() {
    let world = World::new();
    world.ask(&["model", "fetch", "base"]).succeeded();
    let stages = world.run(&["recorder", "evaluator", "lander"], &QUICKLY);
    world.send(&["one", "two", "gone", "unheard"].map(|call| events::sounding_call(call, 5)).concat());
    world.wait_for_rows("recordings", 4);
    let recordings = world.sql("SELECT recording_id, call_id, path, event_time FROM recordings ORDER BY call_id");
    // What an older build made with an older model: its ids depended on the model. One text came from elsewhere.
    let heard = |row: &Row, source: &str| {
        let id = format!("old-{}", text(row, "call_id"));
        let data = json!({"transcript_id": id, "call_id": row["call_id"], "created_at": "2026-01-15T09:30:00+04:00",
            "recording_id": row["recording_id"], "language": "az", "model": {"id": "old", "sha256": "00".repeat(32)}, "duration_ms": 5000,
            "confidence": 0.5, "segments": [], "flags": ["silent"]});
        Event::new(Subject::CallTranscripts, source, &id, 0, &data)
    };
    let (gone, one, two) = (&recordings[0], &recordings[1], &recordings[2]);
    world.send(&[heard(one, "meyar/transcriber"), heard(gone, "meyar/transcriber"), heard(two, "partner")]);
    world.wait_for_rows("evaluations_all", 3);
    std::fs::remove_file(world.data().join("recordings").join(text(gone, "path"))).expect("it was stored");

    says(
        &rebuild(&world, &["transcripts", "--dry-run"]),
        "4 looked at: 2 would be remade, 0 unchanged, 2 not possible",
    );
    assert_eq!(world.count("transcripts_all"), 3);
    let done = rebuild(&world, &["transcripts", "--since", "2026-01-01"]);
    says(&done, "4 looked at: 1 remade, 0 unchanged, 3 not possible");
    says(&done, "its text came from partner");
    says(&done, "is not in the recordings store");
    // The transcriber has never run: what has no text yet is its work.
    says(&done, "the transcriber has it still before it");
    says(&rebuild(&world, &["transcripts"]), "4 looked at: 0 remade, 1 unchanged, 3 not possible");
    // Also when it is heard again: the same model hears the same.
    says(&rebuild(&world, &["transcripts", "--again", "--call", "one"]), "1 looked at: 0 remade, 1 unchanged");
    let texts =
        world.sql("SELECT event_id, revision, model_id FROM transcripts_all WHERE call_id = 'one' ORDER BY revision");
    let told: Vec<_> = texts.iter().map(|row| (text(row, "event_id"), &row["revision"])).collect();
    assert_eq!(told, [("old-one", &json!(0)), ("old-one", &json!(1))]);
    assert_ne!(text(&texts[1], "model_id"), "old");
    world.wait_for_rows("evaluations_all", 4);
    let found = evaluations(&world);
    let of_one: Vec<u64> = found.keys().filter(|(of, _)| of == "old-one").map(|(_, revision)| *revision).collect();
    assert_eq!(of_one, [0, 100], "the newer text is judged above the older");

    // Whoever hears the recordings now finds them: one text each, under the id that depends on nothing but the recording.
    let transcriber = world.run(&["transcriber"], &[]);
    world.wait_until_done("transcriber", &[Subject::CallRecordings]);
    world.wait_until_done("lander", &[Subject::CallTranscripts]);
    world.wait_until_done("evaluator", &[Subject::CallTranscripts]);
    world.wait_until_done("lander", &[Subject::CallEvaluations]);
    transcriber.interrupt().succeeded();
    stages.interrupt().succeeded();
    let standing = world.sql("SELECT call_id, recording_id, transcript_id FROM transcripts");
    let of: BTreeMap<&str, &Row> = standing.iter().map(|row| (text(row, "call_id"), row)).collect();
    assert_eq!((standing.len(), of.len()), (4, 4), "one text a recording: {standing:?}");
    let unheard = of["unheard"];
    assert_eq!(text(unheard, "transcript_id"), Transcript::id_of(text(unheard, "recording_id")));
    assert_eq!(text(of["one"], "transcript_id"), "old-one", "what was made anew stands");
    let judged = world.sql("SELECT transcript_id, transcript_revision FROM call_evaluations WHERE call_id = 'one'");
    assert_eq!(judged.len(), 1);
    assert_eq!((text(&judged[0], "transcript_id"), &judged[0]["transcript_revision"]), ("old-one", &json!(1)));
}

#[test]
fn a_table_whose_folder_was_lost_is_filled_again_from_kafka() {
    let world = World::new();
    let told: Vec<Event> = (0..200)
        .flat_map(events::call)
        .enumerate()
        .map(|(n, data)| Event::call(&format!("k-{n}"), &data))
        .chain(events::written_transcripts(2))
        .collect();
    let stages = world.run(&["evaluator", "lander"], &QUICKLY);
    world.send(&told);
    let judged = events::written_transcripts(2).len() as u64;
    world.wait_for_rows("evaluations_all", judged);
    let contents = || {
        let subjects = [Subject::CallEvents, Subject::CallTranscripts, Subject::CallEvaluations];
        world.wait_until_done("lander", &subjects);
        subjects.map(|subject| {
            let query = format!(
                "SELECT source, event_id, revision, content_hash FROM {}_all ORDER BY source, event_id, revision",
                subject.table()
            );
            world.sql(&query)
        })
    };
    let before = contents();
    stages.interrupt().succeeded();
    for table in ["call_events", "evaluations"] {
        std::fs::remove_dir_all(world.data().join("lake").join(table)).expect("the table was there");
    }
    assert_eq!(world.count("call_events_all"), 0);
    let refused = world.ask(&["rebuild", "call_events"]).failed();
    assert!(refused.complaint().contains("stop the lander"), "{}", refused.complaint());
    let lander = world.run(&["lander"], &[]);
    eventually("the tables are filled again", || {
        let filled = world.count("call_events_all") == before[0].len() as u64;
        (filled && world.count("evaluations_all") == judged).then_some(())
    });
    // Each came over one of its topic's partitions, whose end is known by now.
    says(&rebuild(&world, &["evaluations"]), &format!("0 remade, {judged} unchanged"));
    lander.interrupt().succeeded();
    assert_eq!(contents(), before, "by id, revision and content");
    assert_eq!(world.count("dead_letters"), 0);
}
