//! Whether the laws of the stream hold is told from the lake alone: by the command, the page and the gauges. Each law is broken once, for
//! real, and told; while all is well, that is told too.

use chrono::{TimeDelta, Utc};
use meyar_schemas::Subject;
use meyar_tests::{
    Event, Running, World,
    events::{self, good},
    eventually,
    process::ask,
    world::{Row, meyar, python, repository, text},
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::Command,
};

/// Reference data under which a dead letter is due at once, and a recording after a quarter of an hour.
fn impatient(world: &World) -> String {
    let folder = world.file("impatient");
    fs::create_dir_all(&folder).expect("a temporary folder can be made");
    let shipped = fs::read_to_string(repository("schemas/reference/thresholds.toml")).expect("thresholds are there");
    let (before, after) = shipped.split_once("reconcile_letter_due_min").expect("the threshold is there");
    let thresholds = format!("{before}reconcile_letter_due_min{}", after.replacen("value = 10", "value = 0", 1));
    fs::write(folder.join("thresholds.toml"), thresholds).expect("a temporary file can be written");
    folder.display().to_string()
}

/// What `meyar reconcile` says, and the code it ends with.
#[track_caller]
fn reconciled(world: &World, more: &[&str]) -> (Option<i32>, Value) {
    let done = world.ask(&[&["reconcile", "--format", "json"][..], more].concat());
    let told = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}{}", done.out, done.err));
    (done.code, told)
}

/// The laws in a state.
fn laws(told: &Value, state: &str) -> Vec<String> {
    let laws = told["laws"].as_array().into_iter().flatten();
    laws.filter(|law| law["state"] == state).filter_map(|law| Some(law["law"].as_str()?.to_owned())).collect()
}

/// A topic's sum.
fn balance<'a>(told: &'a Value, topic: &str) -> &'a Value {
    let found = told["balance"]
        .as_array()
        .and_then(|rows| rows.iter().find(|row| row["topic"] == topic && row["kafka_partition"].is_null()));
    found.unwrap_or_else(|| panic!("{topic} is not in {told:#}"))
}

/// Waits until exactly these laws are broken, and tells what was said then.
#[track_caller]
fn eventually_broken(world: &World, more: &[&str], broken: &[&str]) -> Value {
    eventually(&format!("{broken:?} are broken"), || {
        let (code, told) = reconciled(world, more);
        assert_eq!(code == Some(3), !laws(&told, "broken").is_empty(), "{told:#}");
        (laws(&told, "broken") == broken).then_some(told)
    })
}

fn serve(world: &World, more: &[&str]) -> Running {
    let mut command = meyar();
    command.args(["serve", "--open", "--listen", "127.0.0.1:0", "--reconcile-every-s", "1"]).args(more);
    command.arg("--data").arg(world.data());
    Running::start("serve", command)
}

/// A page as it is, whatever is asked for behind its `?`.
#[track_caller]
fn fetched(site: &Running, path: &str) -> String {
    let address = site.address();
    let host = address.trim_start_matches("http://").trim();
    let mut stream = TcpStream::connect(host).expect("the pages are served");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("a question can be sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer comes");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer:.300}");
    answer
}

/// Waits until the gauges say of each law whether it is broken.
#[track_caller]
fn gauges_say(site: &Running, broken: &[&str]) {
    eventually(&format!("the gauges tell {broken:?}"), || {
        let told = fetched(site, "/metrics");
        let value = |law: &str| {
            let line = told.lines().find(|line| line.starts_with(&format!("meyar_law_broken{{law=\"{law}\"}}")))?;
            line.rsplit(' ').next()?.parse::<f64>().ok()
        };
        let fits = |law: &&str| value(law).is_some_and(|value| (value > 0.0) == broken.contains(law));
        ["P1", "P2", "P3", "P7", "P8"].iter().all(fits).then_some(())
    });
}

/// Changes a table behind Meyar's back, with another library.
#[track_caller]
fn tampered(world: &World, table: &str, script: &str) {
    let place = world.data().join("lake").join(table).display().to_string();
    let begin = "import sys\nfrom deltalake import DeltaTable, write_deltalake\nimport pyarrow as pa\nimport pyarrow.compute as pc\ntable = DeltaTable(sys.argv[1])\n";
    let mut command = Command::new(python("tests/readers"));
    command.args(["-c", &format!("{begin}{script}"), &place]);
    ask(command).succeeded();
}

fn told_call(id: &str, ended_ago_min: i64, recorded: bool) -> Vec<Event> {
    let begun = Utc::now() - TimeDelta::minutes(ended_ago_min + 3);
    let step = |after_s: i64, more: Value| {
        let mut data =
            json!({"call_id": id, "line": "195-1-2", "at": (begun + TimeDelta::seconds(after_s)).to_rfc3339()});
        if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
            data.extend(more.clone());
        }
        Event::call(&format!("{id}/{after_s}"), &data).with_key("k")
    };
    vec![
        step(0, json!({"kind": "offered", "direction": "inbound"})),
        step(1, json!({"kind": "answered", "representative": "R1", "location": "hall"})),
        step(180, json!({"kind": "ended", "ended_by": "caller", "recorded": recorded, "wrap_up_ms": 0})),
    ]
}

#[test]
fn while_all_is_well_command_page_and_gauges_say_so_after_restarts_and_with_two_landers() {
    let world = World::new();
    let sent: Vec<Event> = (0..60).map(|n| good(&format!("e-{n}")).with_key(&format!("k-{n}"))).collect();
    let lander = world.run(&["lander"], &[]);
    world.send(&sent);
    world.send([&good("bad").with_value("no JSON")]);
    world.wait_for_rows("call_events_all", 60);
    lander.kill();
    // Told again to two landers that share the work, with a contradiction and a call of now without sound.
    let landers = [world.run(&["lander"], &[]), world.run(&["lander"], &[])];
    world.send(&sent);
    let mut other = events::call(1)[0].clone();
    other["line"] = json!("195-1-3");
    world.send([&Event::call("e-7", &other).with_key("k-7")]);
    world.send(&told_call("now", 1, true));
    world.wait_for_rows("call_events_all", 63);
    world.letters(2);
    world.wait_until_done("lander", &[Subject::CallEvents, Subject::DeadLetters]);

    let (code, told) = reconciled(&world, &[]);
    assert_eq!((code, laws(&told, "broken")), (Some(0), vec![]), "{told:#}");
    assert_eq!(laws(&told, "waiting"), ["P8"], "the call's recording is not due yet");
    let calls = balance(&told, &world.config.topic(Subject::CallEvents));
    let total = |name: &str| calls[name].as_i64();
    assert_eq!(total("messages"), i64::try_from(world.messages(Subject::CallEvents)).ok());
    let parts = ["messages", "rows", "repeats", "dead_letters", "rows_missing", "rows_twice", "unread"].map(total);
    assert_eq!(parts, [125, 63, 60, 2, 0, 0, 0].map(Some), "{calls:#}");
    assert_eq!(calls["state"], "ok");

    let site = serve(&world, &[]);
    gauges_say(&site, &[]);
    for (path, word) in [("/reconciliation", "Qaydasında"), ("/reconciliation?lang=en", "In order")] {
        let page = fetched(&site, path);
        assert!(page.contains("id=\"law-P3\"") && page.contains(word) && page.contains("calls.events"), "{path}");
        assert!(!page.contains("law broken"), "{path}");
    }
    let table = world.ask(&["reconcile", "--lang", "en"]).succeeded().out;
    assert!(
        table.contains("Laws of the stream") && table.contains(&world.config.topic(Subject::CallEvents)),
        "{table}"
    );
    let csv = world.ask(&["reconcile", "--format", "csv"]).succeeded().out;
    assert!(
        csv.starts_with("part,row,column,value\nlaws,P1,sort,1\n") && csv.contains("laws,P8,state,waiting"),
        "{csv}"
    );
    landers.into_iter().for_each(|lander| drop(lander.interrupt().succeeded()));
}

#[test]
fn each_law_that_is_broken_is_told_with_what_to_do_and_where_the_rows_are() {
    let mut world = World::new();
    let reference = impatient(&world);
    let with = ["--reference", reference.as_str()];
    let lander = world.run(&["lander"], &[]);
    let sent: Vec<Event> = (0..20).map(|n| good(&format!("e-{n}")).with_key("k")).collect();
    world.send(&sent);
    world.send([&good("bad").with_key("k").with_value("no JSON")]);
    world.wait_for_rows("call_events_all", 20);
    world.letters(1);
    eventually_broken(&world, &with, &[]);

    // A call that was marked as recorded an hour ago, and no sound.
    world.send(&told_call("silent", 60, true));
    let told = eventually_broken(&world, &with, &["P8"]);
    let gap = told["gaps"].as_array().and_then(|gaps| gaps.iter().find(|gap| gap["item"] == "calls_without_recording"));
    assert!(gap.is_some_and(|gap| gap["overdue"] == 1 && gap["overdue_age_ms"].as_i64() > Some(3_600_000)), "{gap:?}");
    lander.interrupt().succeeded();

    // A row that was read, and is no longer there.
    tampered(&world, "call_events", "table.delete(\"event_id = 'e-3'\")");
    let told = eventually_broken(&world, &with, &["P1", "P8"]);
    let topic = world.config.topic(Subject::CallEvents);
    assert_eq!(balance(&told, &topic)["rows_missing"], 1);

    // Rows that no position covers.
    let ahead = "rows = table.to_pyarrow_table().slice(0, 1)\n\
        rows = rows.set_column(rows.schema.get_field_index('kafka_offset'), 'kafka_offset', pc.add(rows['kafka_offset'], 1000))\n\
        rows = rows.set_column(rows.schema.get_field_index('event_id'), 'event_id', pa.array(['e-ahead']))\n\
        write_deltalake(table, rows, mode='append')";
    tampered(&world, "call_events", ahead);
    let told = eventually_broken(&world, &with, &["P1", "P2", "P8"]);
    assert_eq!(balance(&told, &topic)["rows_ahead"], 1);

    // A dead letter that did not reach the lake.
    tampered(&world, "dead_letters", "table.delete(\"stage = 'lander'\")");
    let told = eventually_broken(&world, &with, &["P1", "P2", "P3", "P8"]);
    assert_eq!(balance(&told, &topic)["letters_missing"], 1);

    // A topic that is another one now.
    world.delete_topic(Subject::CallEvents);
    world.make_topics(&[Subject::CallEvents]);
    world.send(&(0..30).map(|n| good(&format!("new-{n}")).with_key("k")).collect::<Vec<_>>());
    let lander = world.run(&["lander"], &[]);
    world.letters(1);
    let all = ["P1", "P2", "P3", "P7", "P8"];
    let told = eventually_broken(&world, &with, &all);
    assert_eq!(balance(&told, &topic)["recreated"], 1);
    lander.interrupt().succeeded();

    // The command tells what to do, and the commands that it names show the rows.
    let done = world.ask(&[&["reconcile", "--lang", "en"][..], &with].concat());
    assert_eq!(done.code, Some(3), "{}", done.err);
    assert!(done.complaint().contains("P1, P2, P3, P7, P8"), "{}", done.err);
    // The dead letter that is gone was a row of its own table, too.
    for (law, by) in all.iter().zip([2, 1, 1, 1, 1]) {
        let line = format!("{law} is broken ({by}): ");
        assert!(done.out.lines().any(|told| told.starts_with(&line)), "{line}: {}", done.out);
    }
    let commands: Vec<&str> = done.out.lines().filter_map(|line| line.trim().strip_prefix("meyar explain ")).collect();
    // Where the letter stood may stand the next one by now.
    let behind = [Some(19 + 3), None, Some(1), Some(0), Some(1), Some(1)];
    assert_eq!(commands.len(), behind.len(), "{}", done.out);
    for (command, rows) in commands.iter().zip(behind) {
        let words: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
        let shown = world.ask(&[&["explain"][..], &words, &with].concat()).succeeded();
        let found: Vec<Row> = serde_json::from_str(&shown.out).unwrap_or_default();
        assert!(rows.is_none_or(|rows| rows == found.len()), "{command}: {}", shown.out);
        assert!(found.iter().all(|row| !text(row, "topic").is_empty() || row.contains_key("item")), "{command}");
    }

    let site = serve(&world, &with);
    gauges_say(&site, &all);
    site.wait_until_it_says("a law is broken");
    for (path, word) in [("/reconciliation", "MEYAR_TOPIC_PREFIX"), ("/reconciliation?lang=en", "Rows missing: 1")] {
        let page = fetched(&site, path);
        assert_eq!(page.matches("class=\"law broken\"").count(), 5, "{path}");
        assert_eq!(page.matches("class=\"remedy\"").count(), 5, "{path}");
        assert!(page.contains(word), "{path} does not say {word}");
    }
    let behind = "/figures/stream_balance/rows?period=2026-01&cell=rows_ahead,topic=";
    assert!(fetched(&site, &format!("{behind}{topic}")).contains("call_events"));
}
