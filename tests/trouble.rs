//! When something outside of Meyar fails, one line says what and what to do, and nothing acknowledged is lost.

use meyar_broker::{
    Feed, FeedEvent, FeedOptions,
    feed::{Positions, StartAt},
};
use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    broker::Broker,
    events::{good, sounding_call},
    eventually,
    wait::DEADLINE,
    world::meyar,
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

fn events(from: usize, to: usize) -> Vec<Event> {
    (from..to).map(|n| good(&format!("e-{n}")).with_key(&format!("k-{n}"))).collect()
}

#[test]
fn a_missing_speech_model_is_told_in_one_line_with_the_command_that_fetches_it() {
    let world = World::new();
    let empty = world.file("no-models").display().to_string();
    let done = world.ask(&["run", "--stage", "transcriber", "--model-dir", &empty]).failed();
    assert!(done.complaint().contains("meyar model fetch base"), "{}", done.err);
}

#[test]
fn a_broker_that_is_not_there_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let data = folder.path().display().to_string();
    for job in [&["run"][..], &["publish", "calls.events", "--file", "/dev/null"], &["topics", "list"]] {
        let mut command = meyar();
        command.args(job).args(["--data", &data, "--brokers", "127.0.0.1:1"]);
        let done = Running::start("meyar", command).ended().failed();
        let complaint = done.complaint();
        assert!(complaint.contains("127.0.0.1:1") && complaint.contains("--brokers"), "{complaint}");
    }
}

#[test]
fn a_missing_embedded_broker_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = meyar();
    command.args(["run", "--data"]).arg(folder.path()).env("MEYAR_EMBEDDED_BROKER", folder.path().join("nothing"));
    let done = Running::start("meyar", command).ended().failed();
    assert!(done.complaint().contains("cannot be started"), "{}", done.err);
}

#[test]
fn a_broker_killed_and_started_again_loses_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broker, world) = Broker::with_world(folder.path());
    let mut lander = world.run(&["lander"], &["--commit-rows", "20"]);
    world.send(&events(0, 50));
    world.wait_for_rows("call_events_all", 1);
    world.send(&events(50, 600));
    broker.kill();
    eventually("the lander tells of it", || {
        (lander.told("broker trouble") + lander.told("trying again") > 0).then_some(())
    });
    assert!(lander.is_alive());
    broker.again();
    world.send(&events(600, 1_000));
    world.wait_for_rows("call_events_all", 1_000);
    world.wait_until_done("lander", &[Subject::CallEvents]);
    assert_eq!(world.sql("SELECT count(DISTINCT event_id) AS n, count(*) AS rows FROM call_events_all")[0]["n"], 1_000);
    assert_eq!(world.count("call_events_all"), 1_000);
    assert_eq!(world.count("dead_letters"), 0);
    assert!(lander.is_alive(), "the same lander went on");
    lander.interrupt().succeeded();
}

/// Longer than a stage waits for the broker's answer to where it may begin.
const UNANSWERED: Duration = Duration::from_secs(12);

#[test]
fn a_broker_that_dies_between_an_assignment_and_its_start_is_asked_again() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broker, world) = Broker::with_world(folder.path());
    let sent = events(0, 50);
    world.send(&sent);
    let mut config = world.config.clone();
    // The membership outlives the silence, so that it is the first start that is tried again.
    config.extra.push(("session.timeout.ms".into(), "45000".into()));
    let (group, subjects) = ("assigned".to_owned(), vec![Subject::CallEvents]);
    let options = FeedOptions { group, subjects, positions: Positions::FromStage, buffer: 64 };
    world.wait(async {
        let mut feed = Feed::open(&config, options).expect("a reader can be opened");
        let (mut heard, mut was_away) = (BTreeSet::new(), false);
        while heard.len() < sent.len() {
            match tokio::time::timeout(DEADLINE, feed.next()).await {
                Ok(Some(FeedEvent::Assigned(partitions))) => {
                    let starts = partitions.into_iter().map(|p| (p, StartAt { offset: 0, anchor: None })).collect();
                    if was_away {
                        feed.start(starts);
                        continue;
                    }
                    broker.kill();
                    feed.start(starts);
                    // There is no fact to wait for: nothing may come of a question that nobody answers, least of all the end.
                    let came = tokio::time::timeout(UNANSWERED, feed.next()).await;
                    assert!(came.is_err(), "{came:?}");
                    broker.again();
                    was_away = true;
                }
                Ok(Some(FeedEvent::Message(message))) => {
                    heard.insert((message.place.partition, message.place.offset));
                }
                Ok(Some(FeedEvent::Revoked(_))) => {}
                other => panic!("{other:?} after {} messages", heard.len()),
            }
        }
        assert!(was_away);
        feed.close().await;
    });
}

const IDLE: Duration = Duration::from_secs(3);

#[test]
fn a_call_that_goes_on_while_the_broker_is_away_is_recorded_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (mut broker, world) = Broker::with_world(folder.path());
    let recorder = world.run(&["recorder", "lander"], &["--audio-idle-ms", &IDLE.as_millis().to_string()]);
    let call = sounding_call("long", 8);
    world.send(&call[..4]);
    world.wait_until_done("lander", &[Subject::CallAudio]);
    broker.kill();
    // There is no fact to wait for: nothing may happen, though a call is closed after one such silence.
    std::thread::sleep(2 * IDLE + Duration::from_secs(1));
    assert_eq!(recorder.told("recorded"), 0, "{}", recorder.said());
    broker.again();
    world.send(&call[4..]);
    world.wait_for_rows("recordings", 1);
    recorder.interrupt().succeeded();
    let found = world.sql("SELECT chunks, gaps, flags FROM recordings");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["chunks"], &found[0]["flags"]), (&json!(8), &json!([])), "{found:?}");
}

/// Sends to a lander whose lake cannot be written; gives its last line.
#[track_caller]
fn refused_by(world: &World) -> String {
    world.send(&events(0, 10));
    let done = world.run(&["lander"], &[]).ended().failed();
    let complaint = done.complaint().to_owned();
    assert!(!done.err.contains("panicked"), "{}", done.err);
    complaint
}

#[test]
fn a_lake_that_cannot_be_a_folder_is_told_in_one_line() {
    let world = World::new();
    let file = world.written("a-file", "");
    let world = world.with_lake(&Path::new(&file).join("lake"));
    let complaint = refused_by(&world);
    assert!(complaint.contains("a-file") && complaint.contains("cannot be"), "{complaint}");
}

/// A file system of its own, for as long as the test runs.
struct Mount(PathBuf);

impl Mount {
    /// `None`, told loudly, where this user may not mount.
    fn new(at: PathBuf, options: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).expect("a temporary folder can be made");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&at).output();
        match done {
            Ok(done) if done.status.success() => Some(Self(at)),
            Ok(done) => skipped(&String::from_utf8_lossy(&done.stderr)),
            Err(error) => skipped(&error.to_string()),
        }
    }

    fn change(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()), "a mount of ours cannot be changed");
    }
}

fn skipped(why: &str) -> Option<Mount> {
    // Not `eprintln!`, which is shown for failed tests only.
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: this user may not mount a file system ({}), so a full or read-only disk cannot be had",
        why.trim()
    );
    None
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_read_only_lake_is_told_in_one_line_and_the_work_goes_on_when_it_can_be_written_again() {
    let world = World::new();
    let at = world.file("read-only");
    let Some(mount) = Mount::new(at.clone(), "size=64m") else { return };
    let world = world.with_lake(&at.join("lake"));
    mount.change("ro");
    let complaint = refused_by(&world);
    assert!(complaint.contains("cannot be written") && complaint.contains("write access"), "{complaint}");
    mount.change("rw");
    let lander = world.run(&["lander"], &[]);
    world.wait_for_rows("call_events_all", 10);
    lander.interrupt().succeeded();
    assert_eq!(world.count("call_events_all"), 10);
}

#[test]
fn a_full_disk_is_told_in_one_line_and_nothing_acknowledged_is_lost() {
    let world = World::new();
    let at = world.file("small");
    let Some(mount) = Mount::new(at.clone(), "size=512k") else { return };
    let world = world.with_lake(&at.join("lake"));
    let lander = world.run(&["lander"], &["--commit-rows", "50"]);
    world.send(&events(0, 3_000));
    let done = lander.ended().failed();
    let complaint = done.complaint();
    assert!(complaint.contains("is full") && complaint.contains("free space"), "{complaint}");
    assert!(!done.err.contains("panicked"), "{}", done.err);

    mount.change("size=256m");
    let lander = world.run(&["lander"], &[]);
    world.wait_for_rows("call_events_all", 3_000);
    lander.interrupt().succeeded();
    assert_eq!(world.count("call_events_all"), 3_000);
    assert_eq!(world.sql("SELECT count(DISTINCT event_id) AS n FROM call_events_all")[0]["n"], 3_000);
    assert_eq!(world.count("dead_letters"), 0);
}
