//! Every message that was acknowledged ends in exactly one row or one dead letter, whatever is killed and whenever (P1–P4).
//! `MEYAR_TEST_BROKERS=host:port` runs the same promises on another Kafka than the embedded one.

use meyar_broker::{
    BrokerConfig, Feed, FeedEvent, FeedOptions,
    feed::{Positions, StartAt},
};
use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    events::{self, Dice},
    eventually,
    world::{Row, bytes, text},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const CALLS: usize = 700;
/// A commit holds few rows, so that there are many moments to be killed at.
const SMALL: [&str; 4] = ["--commit-rows", "80", "--commit-every-ms", "50"];

/// What was sent, and what must come of it.
#[derive(Default)]
struct Oracle {
    events: Vec<Event>,
    accepted: BTreeSet<(String, String, u64)>,
    refused: BTreeSet<(String, Vec<u8>)>,
    repeats: usize,
}

impl Oracle {
    fn accept(&mut self, id: &str, revision: u32, data: &Value) -> Event {
        let event = Event::new(Subject::CallEvents, "exchange", id, revision, data);
        self.accepted.insert(("exchange".into(), id.into(), revision.into()));
        self.events.push(event.clone());
        event
    }

    fn refuse(&mut self, code: &str, event: Event) {
        self.refused.insert((code.into(), event.value.clone()));
        self.events.push(event);
    }

    /// Calls, a tenth told twice, a tenth corrected later, a few that cannot be taken; in no order.
    fn new(dice: &mut Dice) -> Self {
        let mut oracle = Self::default();
        for n in 0..CALLS {
            for (step, data) in events::call(n).iter().enumerate() {
                let id = format!("e-{n}-{step}");
                let event = oracle.accept(&id, 0, data);
                match dice.roll(10) {
                    0 => {
                        oracle.events.push(event);
                        oracle.repeats += 1;
                    }
                    1 => {
                        let mut corrected = data.clone();
                        corrected["line"] = json!("195-1-4");
                        oracle.accept(&id, 1, &corrected);
                    }
                    _ => {}
                }
            }
        }
        for n in 0..8 {
            let data = &events::call(n)[0];
            let mut elsewhere = data.clone();
            elsewhere["line"] = json!(format!("195-1-{}", n + 5));
            oracle.refuse("invalid", Event::call(&format!("bad-line-{n}"), &elsewhere));
            oracle
                .refuse("unreadable", events::good(&format!("bad-json-{n}")).with_value(format!("{{\"call_id\": {n}")));
            let mut unheaded = data.clone();
            unheaded["queue"] = json!(format!("no header {n}"));
            oracle.refuse("invalid", Event::call(&format!("no-id-{n}"), &unheaded).without_header("ce_id"));
        }
        dice.shuffle(&mut oracle.events);
        // A contradiction is known by what came before it, so these come last, on their calls' own partitions.
        for n in 0..8 {
            let mut otherwise = events::call(n)[0].clone();
            otherwise["at"] = json!("2026-01-02T09:30:00+04:00");
            oracle.refuse("conflict", Event::call(&format!("e-{n}-0"), &otherwise));
        }
        oracle
    }

    #[track_caller]
    fn hold_against(&self, world: &World) {
        world.wait_until_done("lander", &[Subject::CallEvents, Subject::DeadLetters]);
        let rows = world.sql("SELECT source, event_id, revision FROM call_events_all");
        let found: Vec<_> = rows.iter().map(identity).collect();
        let set: BTreeSet<_> = found.iter().cloned().collect();
        assert_eq!(found.len(), set.len(), "a row stands twice in the lake");
        assert_eq!(missing(&self.accepted, &set), Vec::<&_>::new(), "accepted and not in the lake");
        assert_eq!(missing(&set, &self.accepted), Vec::<&_>::new(), "in the lake and never sent");

        let letters =
            world.sql("SELECT error_code, payload, origin_topic, origin_partition, origin_offset FROM dead_letters");
        let refused: BTreeSet<_> =
            letters.iter().map(|row| (text(row, "error_code").to_owned(), bytes(row, "payload"))).collect();
        assert_eq!(letters.len(), refused.len(), "a dead letter stands twice in the lake");
        assert_eq!(refused, self.refused, "the dead letters are not the messages that had to be refused");

        let messages = world.messages(Subject::CallEvents);
        assert_eq!(messages, self.events.len() as u64, "the broker holds what was sent, once");
        assert_eq!(messages as usize, found.len() + self.repeats + letters.len(), "in = rows + repeats + dead letters");
    }
}

fn identity(row: &Row) -> (String, String, u64) {
    (text(row, "source").into(), text(row, "event_id").into(), row["revision"].as_u64().unwrap_or(u64::MAX))
}

fn missing<'a, T: Ord>(these: &'a BTreeSet<T>, those: &'a BTreeSet<T>) -> Vec<&'a T> {
    these.difference(those).take(5).collect()
}

#[test]
fn landers_killed_at_any_moment_and_sharing_the_work_land_every_event_once() {
    let world = World::new();
    let mut dice = Dice(195);
    let oracle = Oracle::new(&mut dice);
    assert!(oracle.events.len() > 3_000, "{} events", oracle.events.len());
    let mut landers = Vec::new();
    let parts: Vec<&[Event]> = oracle.events.chunks(oracle.events.len().div_ceil(5)).collect();
    for (round, part) in parts.iter().enumerate() {
        world.send(*part);
        landers.push(world.run(&["lander"], &SMALL));
        // In the middle of the third round a second one takes a share of the partitions.
        if round == 2 {
            landers.push(world.run(&["lander"], &SMALL));
        }
        let before = world.commits("call_events");
        let more = 1 + dice.roll(6) as usize;
        eventually("a lander commits", || (world.commits("call_events") >= before + more).then_some(()));
        // Chance is the point: not at a commit's end, but anywhere. Each step by its name is killed in tests/chaos.
        std::thread::sleep(std::time::Duration::from_millis(dice.roll(60)));
        let victim = dice.roll(landers.len() as u64) as usize;
        landers.swap_remove(victim).kill();
    }
    // Whoever is left shares what is left with one that takes bigger steps.
    landers.push(world.run(&["lander"], &[]));
    oracle.hold_against(&world);
    landers.into_iter().for_each(|lander| drop(lander.interrupt().succeeded()));
    oracle.hold_against(&world);
}

#[test]
fn the_order_of_events_does_not_change_a_figure() {
    let world = World::new();
    let oracle = Oracle::new(&mut Dice(1));
    let accepted: Vec<&Event> =
        oracle.events.iter().filter(|event| !oracle.refused.iter().any(|(_, value)| *value == event.value)).collect();
    let surveys: Vec<Event> = (0..60).map(survey).collect();
    let figures = |seed: u64| -> Value {
        let world = world.beside();
        let mut events: Vec<&Event> = accepted.iter().copied().chain(&surveys).collect();
        Dice(seed).shuffle(&mut events);
        let lander = world.run(&["lander"], &[]);
        world.send(events);
        world.wait_until_done("lander", &[Subject::CallEvents, Subject::SurveyResponses]);
        lander.interrupt().succeeded();
        assert_eq!(world.count("dead_letters"), 0);
        let done = world.ask(&["report", "summary", "--period", "2026-01", "--format", "json"]).succeeded();
        serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{e}: {}", done.out))
    };
    let first = figures(11);
    let calls = first["calls_by_line"].as_array().map_or(0, Vec::len);
    assert!(calls >= 4, "there is something to compare: {first}");
    assert_eq!(first, figures(12));
}

fn survey(n: usize) -> Event {
    let data = json!({
        "survey_id": format!("s-{n}"), "at": (events::start(n) + chrono::TimeDelta::hours(2)).to_rfc3339(),
        "call_id": format!("c-{n:05}"), "line": format!("195-1-{}", n % 4 + 1), "channel": "sms",
        "kind": "answered", "question": "overall", "score": n % 5 + 1, "scale_max": 5,
    });
    Event::new(Subject::SurveyResponses, "survey", &format!("s-{n}"), 0, &data)
}

#[test]
fn an_interrupted_lander_exits_with_zero_and_has_committed_all_that_it_took() {
    let world = World::new();
    let events: Vec<Event> = (0..2_000).map(|n| events::good(&format!("g-{n}")).with_key(&format!("k{n}"))).collect();
    world.send(&events);
    // Only Ctrl-C makes this one commit.
    let never = ["--commit-every-ms", "600000", "--commit-rows", "1000000", "--listen", "127.0.0.1:0"];
    let lander = world.run(&["lander"], &never);
    let metrics = format!("{}/metrics", lander.address());
    let topic = format!("topic=\"{}\"", world.config.topic(Subject::CallEvents));
    eventually("the lander has read all events", || {
        let page = world.ask(&["health", "--url", &metrics]).out;
        let lags: Vec<&str> = page.lines().filter(|l| l.starts_with("meyar_lag{") && l.contains(&topic)).collect();
        (lags.len() == 2 && lags.iter().all(|lag| lag.ends_with(" 0"))).then_some(())
    });
    assert_eq!(world.count("call_events_all"), 0);
    let done = lander.interrupt().succeeded();
    assert!(done.err.contains("stage has drained"), "{}", done.err);
    assert_eq!(world.count("call_events_all"), 2_000, "what was taken is in the lake:\n{}", done.err);

    let lander = world.run(&["lander"], &[]);
    world.send([&events::good("one-more")]);
    world.wait_for_rows("call_events_all", 2_001);
    world.wait_until_done("lander", &[Subject::CallEvents]);
    lander.interrupt().succeeded();
    assert_eq!(world.count("call_events_all"), 2_001);
    assert_eq!(world.sql("SELECT count(DISTINCT event_id) AS n FROM call_events_all")[0]["n"], 2_001);
    assert_eq!(world.count("dead_letters"), 0);
}

#[test]
fn a_recorder_killed_in_the_middle_of_a_call_makes_the_same_recording() {
    let world = World::new();
    let undisturbed = world.beside();
    let call = events::sounding_call("long", 10);
    // On the same partition, so that its recording tells that what stood before it was read.
    let marker: Vec<Event> = events::sounding_call("marker", 5).into_iter().map(|e| e.with_key("long")).collect();

    let plain = undisturbed.run(&["recorder", "lander"], &[]);
    undisturbed.send(call.iter().chain(&marker));
    let expected = recordings(&undisturbed, 2);
    plain.interrupt().succeeded();

    let lander = world.run(&["lander"], &[]);
    world.send(&call[..6]);
    world.send(&marker);
    let recorder = world.run(&["recorder"], &[]);
    recorder.wait_until_it_says("recorded");
    recorder.kill();
    world.send(&call[6..]);
    let recorder = world.run(&["recorder"], &[]);
    let found = recordings(&world, 2);
    world.wait_until_done("recorder", &[Subject::CallAudio]);
    world.wait_until_done("lander", &[Subject::CallRecordings]);
    recorder.interrupt().succeeded();
    lander.interrupt().succeeded();
    assert_eq!(found, expected);
    assert_eq!(recordings(&world, 2), expected, "a repeat of the work is not another row");
    assert_eq!(found[0]["flags"], json!([]));
    assert_eq!(found[0]["chunks"], 10);
    assert_eq!(world.count("dead_letters"), 0);
    for row in &found {
        let stored = std::fs::read(world.data().join("recordings").join(text(row, "path")));
        assert!(stored.is_ok_and(|bytes| bytes.len() > 40_000), "{row:?} is not in the store");
    }
}

#[test]
fn calls_that_overlap_are_recorded_once_each_when_the_recorder_is_killed_between_their_ends() {
    let world = World::new();
    // One partition: the long call begins before the short one and ends long after it, as in any call centre.
    let long: Vec<Event> = events::sounding_call("long", 8).into_iter().map(|e| e.with_key("k")).collect();
    let short: Vec<Event> = events::sounding_call("short", 5).into_iter().map(|e| e.with_key("k")).collect();
    let lander = world.run(&["lander"], &[]);
    let recorder = world.run(&["recorder"], &[]);
    // What may be committed lies after the short call's beginning and before its end.
    world.send(&short[..2]);
    world.send([&long[0], &short[2], &long[1], &short[3], &short[4], &long[2]]);
    recorder.wait_until_it_says("recorded");
    let topic = [Subject::CallAudio];
    eventually("the recorder commits", || (world.lag("recorder", &topic) < 8).then_some(()));
    recorder.kill();
    world.send(&long[3..]);
    let recorder = world.run(&["recorder"], &[]);
    recorder.wait_until_it_says("long");
    world.wait_until_done("recorder", &topic);
    world.wait_until_done("lander", &[Subject::CallRecordings]);
    recorder.interrupt().succeeded();
    lander.interrupt().succeeded();
    let found = recordings(&world, 2);
    let told: Vec<_> = found.iter().map(|row| (text(row, "call_id"), &row["chunks"], &row["flags"])).collect();
    assert_eq!(told, [("long", &json!(8), &json!([])), ("short", &json!(5), &json!([]))]);
}

#[track_caller]
fn recordings(world: &World, count: u64) -> Vec<Row> {
    world.wait_for_rows("recordings", count);
    world.sql(
        "SELECT event_id, call_id, path, sha256, duration_ms, chunks, gaps, flags FROM recordings ORDER BY call_id",
    )
}

#[test]
fn a_transcriber_killed_in_the_middle_of_its_work_ends_with_the_same_transcripts() {
    let world = World::new();
    world.ask(&["model", "fetch", "base"]).succeeded();
    let undisturbed = world.beside();
    let calls = voices(&world);
    let stream = |world: &World| {
        let streaming = world.run(&["recorder", "lander"], &[]);
        for (call, path, parties) in &calls {
            let started = ["--started-at", "2026-01-14T09:30:00+04:00"];
            world
                .ask(
                    &[&["publish", "audio", path.as_str(), "--call", call, "--parties", parties], &started[..]]
                        .concat(),
                )
                .succeeded();
        }
        world.wait_for_rows("recordings", calls.len() as u64);
        streaming
    };
    let told = calls.len();

    let streaming = stream(&undisturbed);
    let transcriber = undisturbed.run(&["transcriber"], &[]);
    let expected = transcripts(&undisturbed, told);
    transcriber.interrupt().succeeded();
    streaming.interrupt().succeeded();

    let streaming = stream(&world);
    // In the middle of the first one, and in the middle of the next: hearing takes longer than seeing that it has begun.
    for (heard, transcribed) in [(1, 0), (2, 1)] {
        let mut command = world.command(&["run", "--stage", "transcriber"]);
        command.env("RUST_LOG", "warn,meyar_stages=debug");
        let transcriber = Running::start("transcriber", command);
        eventually("the transcriber hears", || (transcriber.told("hearing") >= heard).then_some(()));
        assert_eq!(transcriber.told("transcribed"), transcribed, "{}", transcriber.said());
        transcriber.kill();
    }
    let transcriber = world.run(&["transcriber"], &[]);
    let found = transcripts(&world, told);
    world.wait_until_done("transcriber", &[Subject::CallRecordings]);
    world.wait_until_done("lander", &[Subject::CallTranscripts]);
    transcriber.interrupt().succeeded();
    streaming.interrupt().succeeded();
    assert_eq!(found, expected);
    assert_eq!(world.count("transcripts"), told as u64, "a repeat of the work is not another row");
    assert_eq!(world.count("dead_letters"), 0);
    let spoken = found.values().filter(|row| row["segments"].as_array().is_some_and(|s| !s.is_empty())).count();
    assert!(spoken >= 2, "something was heard: {found:?}");
}

#[test]
fn all_stages_in_one_process_killed_again_and_again_end_with_the_same_rows() {
    let world = World::new();
    world.ask(&["model", "fetch", "base"]).succeeded();
    let undisturbed = world.beside();
    let stages = ["recorder", "transcriber", "evaluator", "lander"];
    let (calls, written) = (voices(&world), events::written_transcripts(20));
    let accepted: Vec<Event> = (0..200)
        .flat_map(events::call)
        .enumerate()
        .map(|(n, data)| events::Event::call(&format!("k-{n}"), &data))
        .collect();
    let told = written.len() + calls.len();
    let stream = |world: &World| {
        world.send(written.iter().chain(&accepted));
        for (call, path, parties) in &calls {
            let say = ["publish", "audio", path, "--call", call, "--parties", parties];
            world.ask(&[&say[..], &["--started-at", "2026-01-14T09:30:00+04:00"]].concat()).succeeded();
        }
    };
    let end = |world: &World| {
        let running = world.run(&stages, &[]);
        world.wait_for_rows("evaluations", told as u64);
        world.wait_until_done("lander", &[Subject::CallEvents, Subject::CallTranscripts, Subject::CallEvaluations]);
        running.interrupt().succeeded();
        let evaluations = world.sql("SELECT event_id, call_id, transcript_id, form_version, outcome, raw_score, coverage, verdicts FROM evaluations ORDER BY event_id");
        let events = world.sql("SELECT event_id, revision, content_hash FROM call_events_all ORDER BY event_id");
        assert_eq!(world.count("dead_letters"), 0);
        (recordings(world, calls.len() as u64), transcripts(world, told), evaluations, events)
    };

    stream(&undisturbed);
    let expected = end(&undisturbed);
    assert_eq!((expected.2.len(), expected.3.len()), (told, accepted.len()));

    let mut dice = Dice(23);
    // Killed while the first evaluations are published, while sound is heard, and then anywhere.
    let running = world.run(&stages, &[]);
    world.send(&written);
    running.wait_until_it_says("evaluated");
    running.kill();
    stream(&world);
    for moment in ["recorded", "transcribed", "stage starts"] {
        let running = world.run(&stages, &[]);
        running.wait_until_it_says(moment);
        // Chance is the point: four stages are somewhere in their work.
        std::thread::sleep(std::time::Duration::from_millis(dice.roll(400)));
        running.kill();
    }
    assert_eq!(end(&world), expected);
}

/// A client that loses its order to fetch leaves a partition unread for good, without a word. It takes chance, so many begin at once.
#[test]
fn whoever_begins_to_read_hears_every_partition() {
    let world = World::new();
    let events: Vec<Event> = (0..200).map(|n| events::good(&format!("e-{n}")).with_key(&format!("k-{n}"))).collect();
    world.send(&events);
    let rounds: usize = std::env::var("MEYAR_TEST_READERS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    for round in 0..rounds {
        std::thread::scope(|scope| {
            for reader in 0..6 {
                let (world, sent) = (&world, events.len());
                let positions = if reader % 2 == 0 { Positions::Broker } else { Positions::FromStage };
                let strategy = if reader < 3 { "range" } else { "cooperative-sticky" };
                scope.spawn(move || {
                    let config = tuned(world, &[("partition.assignment.strategy", strategy)]);
                    let options = options(format!("r-{round}-{reader}"), positions);
                    let heard = world.wait(read(&config, options, sent));
                    assert_eq!(heard.len(), sent, "reader {reader} of round {round} ({positions:?}) stopped hearing");
                });
            }
        });
    }
}

#[test]
fn slow_work_never_costs_the_group_membership() {
    let world = World::new();
    let events: Vec<Event> = (0..200).map(|n| events::good(&format!("s-{n}")).with_key(&format!("k-{n}"))).collect();
    world.send(&events);
    for strategy in ["range", "cooperative-sticky"] {
        // Who does not poll for three seconds is put out of the group.
        let config = tuned(
            &world,
            &[
                ("partition.assignment.strategy", strategy),
                ("session.timeout.ms", "2000"),
                ("heartbeat.interval.ms", "500"),
                ("max.poll.interval.ms", "3000"),
            ],
        );
        let options = FeedOptions { buffer: 8, ..options(format!("slow-{strategy}"), Positions::Broker) };
        world.wait(async {
            let mut feed = Feed::open(&config, options).expect("a reader can be opened");
            let mut heard = Vec::new();
            while heard.len() < events.len() {
                match tokio::time::timeout(std::time::Duration::from_secs(30), feed.next()).await {
                    Ok(Some(FeedEvent::Message(message))) => {
                        if heard.is_empty() {
                            tokio::time::sleep(std::time::Duration::from_secs(7)).await; // the work
                        }
                        heard.push((message.place.partition, message.place.offset));
                    }
                    Ok(Some(FeedEvent::Assigned(_))) => assert!(heard.is_empty(), "assigned anew under {strategy}"),
                    other => panic!("{strategy}: {other:?} after {} messages", heard.len()),
                }
            }
            let once: BTreeSet<_> = heard.iter().collect();
            assert_eq!(once.len(), heard.len(), "who keeps the membership reads nothing twice");
            feed.close().await;
        });
    }
}

fn tuned(world: &World, properties: &[(&str, &str)]) -> BrokerConfig {
    let mut config = world.config.clone();
    config.extra.extend(properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    config
}

fn options(group: String, positions: Positions) -> FeedOptions {
    FeedOptions { group, subjects: vec![Subject::CallEvents], positions, buffer: 64 }
}

/// The places that a new group hears before all are heard, or nothing comes for a while.
async fn read(config: &BrokerConfig, options: FeedOptions, sent: usize) -> BTreeSet<(i32, i64)> {
    let positions = options.positions;
    let mut feed = Feed::open(config, options).expect("a reader can be opened");
    let mut heard = BTreeSet::new();
    while heard.len() < sent {
        match tokio::time::timeout(std::time::Duration::from_secs(30), feed.next()).await {
            Ok(Some(FeedEvent::Message(message))) => {
                heard.insert((message.place.partition, message.place.offset));
            }
            Ok(Some(FeedEvent::Assigned(partitions))) if positions == Positions::FromStage => {
                feed.start(partitions.into_iter().map(|p| (p, StartAt { offset: 0, anchor: None })).collect());
            }
            Ok(Some(FeedEvent::Refused { error, .. } | FeedEvent::Failed(error))) => panic!("{error}"),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => break,
        }
    }
    feed.close().await;
    heard
}

#[track_caller]
fn transcripts(world: &World, count: usize) -> BTreeMap<String, Row> {
    world.wait_for_rows("transcripts", count as u64);
    let rows = world.sql("SELECT event_id, call_id, language, duration_ms, segments, flags FROM transcripts");
    rows.into_iter().map(|row| (text(&row, "event_id").to_owned(), row)).collect()
}

/// Short recordings: the demo's when they are here, else the machine's own voice. Call, file, parties.
fn voices(world: &World) -> Vec<(&'static str, String, &'static str)> {
    let cache = std::env::var("MEYAR_CACHE")
        .unwrap_or_else(|_| format!("{}/.cache/meyar", std::env::var("HOME").unwrap_or_default()));
    let spoken = |name: &str| format!("{cache}/demo-calls/{name}.wav");
    let demo = ["demo-truncated", "demo-silent-caller", "demo-rude"];
    if demo.iter().all(|name| std::path::Path::new(&spoken(name)).is_file()) {
        return demo.map(|name| (name, spoken(name), "representative,caller")).to_vec();
    }
    let said = [
        ("one", "Good morning, this is the call centre. How may I help you?"),
        ("two", "I want to register my house."),
        ("three", "Thank you for calling. Goodbye."),
    ];
    said.map(|(name, words)| {
        let file = world.file(&format!("{name}.wav")).display().to_string();
        let spoke = std::process::Command::new("espeak-ng").args(["-v", "en", "-w", &file, words]).status();
        assert!(spoke.is_ok_and(|s| s.success()), "espeak-ng is missing; `.ci/setup` installs it");
        (name, file, "mixed")
    })
    .to_vec()
}
