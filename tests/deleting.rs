//! What the retention rules no longer keep goes from everywhere while the stream runs, does not come back, and leaves its record; what is told in
//! documents stays (P9). The lake is searched with another engine.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Duration, Utc};
use meyar_broker::deadletters;
use meyar_schemas::{
    Invalid, Subject,
    deadletter::{DeadLetter, DeadLetterError},
};
use meyar_tests::{
    Event, World, eventually,
    world::{meyar, python, repository, text},
    year,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const NOW: [&str; 3] = ["retain", "--readers-wait-s", "0"];
const TOPICS: [Subject; 6] = [
    Subject::CallRecordings,
    Subject::CallTranscripts,
    Subject::CallEvaluations,
    Subject::CallAudio,
    Subject::Deletions,
    Subject::DeadLetters,
];

/// Files below the data directory in which some words stand, as DuckDB reads Parquet and as all others lie there.
#[track_caller]
fn holding(folder: &Path, words: &str) -> Vec<String> {
    let told = Command::new(python("tests/readers"))
        .args([repository("tests/readers/holding.py"), folder.to_owned()])
        .arg(words)
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).unwrap()
}

fn path(n: usize, at: DateTime<Utc>) -> String {
    format!("{}/c-{n}-0123456789ab.wav", at.format("%Y/%m/%d"))
}

/// All that is told of a recorded call.
fn told(n: usize, at: DateTime<Utc>) -> Vec<Event> {
    let (call, said) = (format!("c-{n}"), format!("gizli söz {n}."));
    let (first, at) = (at.to_rfc3339(), at);
    let recording = json!({"recording_id": format!("r-{n}"), "call_id": call, "path": path(n, at), "sha256": "0".repeat(64), "codec": "mulaw",
        "rate_hz": 8000, "channels": 2, "parties": ["representative", "caller"], "started_at": first, "duration_ms": 9000, "chunks": 9, "gaps": [], "flags": []});
    let transcript = json!({"transcript_id": format!("t-{n}"), "call_id": call, "created_at": first, "recording_id": format!("r-{n}"), "language": "az",
        "model": {"id": "whisper-base"}, "duration_ms": 9000, "confidence": 0.9, "flags": [],
        "segments": [{"party": "caller", "start_ms": 0, "end_ms": 900, "text": said, "confidence": 0.9}]});
    let evaluation = json!({"evaluation_id": format!("e-{n}"), "call_id": call, "created_at": first, "transcript_id": format!("t-{n}"),
        "form": {"id": "default", "version": "1", "language": "az"}, "outcome": "proposed", "raw_score": 90.0, "coverage": 0.5,
        "verdicts": [{"criterion": "K01", "state": "marked", "mark": 1.0, "confidence": 0.9, "reason": "Deyilib",
            "evidence": [{"party": "caller", "start_ms": 0, "end_ms": 900, "quote": said, "segment": 0, "part": "salam"}]}]});
    let event =
        |subject: Subject, data: &Value| Event::new(subject, "told", &format!("{}-{n}", subject.table()), 0, data);
    vec![
        event(Subject::CallRecordings, &recording),
        event(Subject::CallTranscripts, &transcript),
        event(Subject::CallEvaluations, &evaluation),
        meyar_tests::events::chunk(&call, 0, true, format!("səs {n}").into_bytes()).with_header("ce_startedat", &first),
    ]
}

fn reference(world: &World, rules: &str) -> String {
    let folder = world.file("reference");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("retention.toml"), rules).unwrap();
    folder.display().to_string()
}

fn rule(table: &str, what: &str, keep: &str) -> String {
    format!(
        "[[row]]\ntable_name = \"{table}\"\nwhat = \"{what}\"\npurpose = \"test\"\nname_az = \"a\"\nname_en = \"e\"\n{keep}\nvalid_from = \"1970-01-01\"\nsource = \"test\"\nunconfirmed = true\n"
    )
}

fn sounds(world: &World) -> Vec<PathBuf> {
    let sound = |n: usize, at| world.data().join("recordings").join(path(n, at));
    (0..4).map(|n| sound(n, old())).chain((4..6).map(|n| sound(n, Utc::now()))).collect()
}

fn old() -> DateTime<Utc> {
    "2024-01-14T05:30:00Z".parse().unwrap()
}

#[test]
fn sound_words_and_quotes_go_from_everywhere_beside_a_running_lander_and_their_record_stays() {
    let world = World::new();
    world.make_topics(&Subject::ALL);
    let lander = world.run(&["lander"], &[]);
    let (gone, kept): (Vec<_>, Vec<_>) =
        ((0..4).flat_map(|n| told(n, old())).collect(), (4..6).flat_map(|n| told(n, Utc::now())).collect());
    for file in sounds(&world) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, format!("səsin özü {}", file.display())).unwrap();
    }
    world.send(gone.iter().chain(&kept));
    for table in ["recordings", "transcripts", "evaluations", "audio_chunks"] {
        world.wait_for_rows(table, 6);
    }
    let scores = world.sql("SELECT call_id, outcome, raw_score, coverage FROM evaluations ORDER BY call_id");

    // Nothing goes while it is only looked at, or while the broker is away.
    let shown = world.ask(&["retain", "--dry-run"]).succeeded().out;
    assert!(shown.contains("transcripts") && shown.contains("4 rows of 2024-01-14 … 2024-01-14"), "{shown}");
    let away = meyar().args(NOW).arg("--data").arg(world.data()).args(["--brokers", "127.0.0.1:9"]).output().unwrap();
    assert!(!away.status.success());
    assert!(!holding(&world.data(), "gizli söz 1.").is_empty() && sounds(&world).iter().all(|file| file.exists()));

    let told_by = world.ask(&NOW).succeeded().out;
    assert!(told_by.contains("4 recordings of"), "{told_by}");
    for words in ["gizli söz 0.", "gizli söz 3."] {
        assert_eq!(holding(&world.data(), words), Vec::<String>::new());
    }
    let there: Vec<bool> = sounds(&world).iter().map(|file| file.exists()).collect();
    assert_eq!(there, [false, false, false, false, true, true]);
    assert!(!holding(&world.data(), "gizli söz 5.").is_empty(), "what is not old enough stays");
    assert_eq!(world.sql("SELECT call_id, outcome, raw_score, coverage FROM evaluations ORDER BY call_id"), scores);

    // The record: each deletion begun and done, with the same count and the same digest.
    let done = "SELECT from_table, phase, deleted_rows, ids_sha256, first_day, objects FROM deletions ORDER BY from_table, phase";
    let records = eventually("the record has landed", || Some(world.sql(done)).filter(|rows| rows.len() == 6));
    for pair in records.chunks(2) {
        assert_eq!((text(&pair[0], "phase"), text(&pair[1], "phase")), ("begun", "done"));
        assert_eq!((&pair[0]["ids_sha256"], &pair[0]["deleted_rows"]), (&pair[1]["ids_sha256"], &json!(4)));
        let objects = if text(&pair[0], "from_table") == "recordings" { 4 } else { 0 };
        assert_eq!(pair[1]["objects"], json!(objects));
    }

    // Nor is it made anew.
    let rebuilt = world.ask(&["rebuild", "evaluations", "--dry-run"]).succeeded().out;
    assert!(
        rebuilt.contains("4 not possible") && rebuilt.contains("the words of its transcript were deleted"),
        "{rebuilt}"
    );

    // Told again, to the lander that ran all along and to a new one: nothing comes back, and what is new lands.
    world.send(&gone);
    world.wait_until_done("lander", &TOPICS);
    lander.interrupt().succeeded();
    let lander = world.run(&["lander"], &[]);
    world.send(gone.iter().chain(&told(6, Utc::now())));
    world.wait_for_rows("transcripts", 7);
    world.wait_until_done("lander", &TOPICS);
    assert_eq!(holding(&world.data(), "gizli söz 1."), Vec::<String>::new());
    assert_eq!(
        (world.count("transcripts_all"), world.count("audio_chunks_all"), world.count("dead_letters")),
        (7, 7, 0)
    );
    lander.interrupt().succeeded();
    assert!(world.ask(&NOW).succeeded().out.contains("0 deletions done"));
}

#[test]
fn a_rule_that_is_too_short_or_names_no_table_deletes_nothing() {
    let world = World::new();
    for (rules, named) in [
        (rule("recordings", "content", "keep_months = 2"), ["recordings", "3 months"]),
        (rule("transcrpts", "content", "keep_months = 9"), ["transcrpts", "transcripts"]),
        (rule("incidents", "content", "keep_months = 9"), ["incidents", "row"]),
    ] {
        let folder = reference(&world, &rules);
        let refused = world.ask(&["retain", "--reference", &folder]).failed();
        let line = refused.complaint();
        assert!(named.iter().all(|word| line.contains(word)), "{line}");
    }
    fs::remove_dir_all(world.file("reference")).unwrap();
    let refused = world.ask(&["retain", "appeals"]).failed();
    let line = refused.complaint();
    assert!(line.contains("appeals") && line.contains("no retention rule"), "{line}");
    assert!(world.ask(&NOW).succeeded().out.contains("0 deletions done"), "an empty lake");
}

#[test]
fn letters_expire_by_a_person_s_choice_and_are_counted_for_good() {
    let world = World::new();
    world.make_topics(&Subject::ALL);
    let lander = world.run(&["lander"], &[]);
    for (n, days) in [(0, 40), (1, 40), (2, 3)] {
        let error = DeadLetterError::new(
            "invalid",
            Invalid::new("line", format!("dəyər {n}"), "is not a line", "write a line"),
        );
        let letter = DeadLetter {
            id: format!("letter-{n}"),
            at: Utc::now() - Duration::days(days),
            stage: "lander".into(),
            topic: world.config.topic(Subject::CallEvents),
            partition: 0,
            offset: n,
            file: None,
            key: Some(format!("açar {n}")),
            headers: vec![("ce_id".into(), format!("başlıq {n}"))],
            error,
        };
        world.wait(deadletters::bury_untold(world.publisher(), &letter, format!("yük {n}").as_bytes())).unwrap();
    }
    world.letters(3);
    let expire = ["deadletters", "expire", "--older-than-days", "30", "--readers-wait-s", "0"];
    assert!(world.ask(&expire).failed().err.contains("--by"));
    assert!(world.ask(&[&expire[..], &["--dry-run"]].concat()).succeeded().out.contains("2 rows"));
    assert!(
        world
            .ask(&[&expire[..], &["--by", "Aysel N.", "--error", "conflict"]].concat())
            .succeeded()
            .out
            .contains("0 deletions")
    );
    world.ask(&[&expire[..], &["--by", "Aysel N."]].concat()).succeeded();
    for word in ["yük 1", "açar 1", "başlıq 1", "dəyər 1"] {
        assert_eq!(holding(&world.data(), word), Vec::<String>::new());
        assert!(!holding(&world.data(), &word.replace('1', "2")).is_empty(), "the youngest letter is whole");
    }
    let listed = world.ask(&["deadletters", "list"]).succeeded().out;
    assert!(listed.contains("letter-2") && !listed.contains("letter-1"), "{listed}");
    assert!(world.ask(&["deadletters", "show", "letter-1"]).succeeded().out.contains("is not a line"));
    assert!(world.ask(&["deadletters", "replay", "letter-1"]).failed().complaint().contains("expired"));
    assert!(
        world.ask(&["deadletters", "replay", "--all"]).succeeded().out.contains("1 stay"),
        "only the youngest is tried"
    );
    assert_eq!(world.count("dead_letters"), 3, "in = rows + dead letters (P3)");
    eventually("whose choice it was has landed", || {
        let found = world.sql("SELECT chosen_by, deleted_rows FROM deletions WHERE phase = 'done'");
        (found.first().is_some_and(|row| text(row, "chosen_by") == "Aysel N." && row["deleted_rows"] == json!(2)))
            .then_some(())
    });
    lander.interrupt().succeeded();
}

#[test]
fn p9_an_approved_report_keeps_its_bytes_and_says_what_cannot_be_asked_again() {
    let world = World::new();
    year::landed(&world, &["simulate", "year", "2024", "--scale", "0.005"]);
    let forms = ["pdf", "json"];
    let shown = || {
        forms.map(|form| {
            let told = world.command(&["report", "show", "annual-2024", "--format", form]).output().unwrap();
            assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
            told.stdout
        })
    };
    world
        .command(&["report", "annual", "--year", "2024", "--format", "json", "--save", "--by", "Nigar"])
        .output()
        .unwrap();
    world.ask(&["report", "check", "annual-2024", "--by", "Aysel"]).succeeded();
    world.ask(&["report", "approve", "annual-2024", "--by", "Elvin"]).succeeded();
    let (approved, satisfaction) = (shown(), year::figures(&world, "2024")["satisfaction"].clone());
    let folder = reference(&world, &rule("call_events", "content", "keep_days = 30"));
    world.make_topics(&Subject::ALL);
    world.ask(&[&NOW[..], &["--reference", &folder]].concat()).succeeded();
    assert_eq!(world.sql("SELECT count(caller_key) AS n FROM call_events_all"), world.sql("SELECT 0 AS n"));
    assert_eq!(shown(), approved);
    let told = world.ask(&["report", "verify", "annual-2024"]).succeeded().out;
    assert!(
        told.contains("cannot be asked again") && told.contains("calls_by_month") && !told.contains("0 figures"),
        "{told}"
    );
    assert_eq!(year::figures(&world, "2024")["satisfaction"], satisfaction, "a figure without what was deleted");
}
