//! The commands: what they tell, what they refuse, and that their errors say what to do.

use meyar_schemas::Subject;
use meyar_tests::{
    Done, Running, World, events,
    world::{Row, meyar, repository, text},
};
use serde_json::json;

#[track_caller]
fn plain(args: &[&str]) -> Done {
    let mut command = meyar();
    command.args(args);
    Running::start("meyar", command).ended()
}

#[test]
fn the_help_of_every_command_names_its_flags() {
    let commands: [(&[&str], &[&str]); 30] = [
        (
            &[],
            &[
                "demo",
                "run",
                "serve",
                "publish",
                "import",
                "sql",
                "report",
                "model",
                "deadletters",
                "topics",
                "health",
                "accounts",
                "reconcile",
            ],
        ),
        (&["demo"], &["--once", "--listen", "--assets", "--records"]),
        (
            &["run"],
            &[
                "--stage",
                "--listen",
                "--audio-idle-ms",
                "--audio-gap-wait-ms",
                "--facts-wait-ms",
                "--commit-every-ms",
                "--model",
            ],
        ),
        (
            &["serve"],
            &[
                "--listen",
                "--sql-listen",
                "--sql-accounts",
                "--sql-tls-cert",
                "--sql-tls-key",
                "--sql-statement-ms",
                "--sql-memory-mb",
                "--sql-rows",
                "--sql-connections",
                "MEYAR_SQL_LISTEN",
            ],
        ),
        (&["accounts"], &["add", "list", "remove", "--sql-accounts"]),
        (&["accounts", "add"], &["--role", "MEYAR_PASSWORD"]),
        (&["publish"], &["--file", "--call", "--parties", "--started-at", "--speed"]),
        (&["import"], &["--mapping", "--source", "--redate", "--speed", "--revision"]),
        (&["sql"], &["--file", "--format", "--as-of"]),
        (
            &["rebuild"],
            &[
                "--since",
                "--until",
                "--call",
                "--dry-run",
                "--forms",
                "--model",
                "--language",
                "--again",
                "MEYAR_FORMS",
            ],
        ),
        (&["report"], &["summary", "figures", "annual", "daily", "memo", "list", "check", "approve", "show", "verify"]),
        (
            &["report", "annual"],
            &["--year", "--line", "--format", "--lang", "--out", "--save", "--by", "MEYAR_DOCUMENTS"],
        ),
        (&["report", "memo"], &["--period", "--about", "--representative"]),
        (&["reconcile"], &["--period", "--format", "--lang"]),
        (&["explain"], &["--period", "--line", "--cell", "--page", "--rows", "--format", "--out"]),
        (&["dictionary"], &["--format", "--lang", "--out"]),
        (&["simulate", "year"], &["--seed", "--scale", "--marginals", "--dirty", "--out"]),
        (&["report", "summary"], &["--period", "--line", "--format"]),
        (&["model"], &["fetch", "convert", "list"]),
        (&["model", "convert"], &["--quantise"]),
        (&["deadletters"], &["list", "show", "replay", "expire"]),
        (&["deadletters", "list"], &["--topic", "--error", "--limit", "--format"]),
        (&["deadletters", "show"], &["--bytes"]),
        (&["deadletters", "replay"], &["--with", "--revision", "--all", "--error"]),
        (&["maintain"], &["--keep-days", "--join-only", "--every-hours", "--target-mb"]),
        (&["retain"], &["--dry-run", "--as-of", "--every-hours", "--readers-wait-s"]),
        (&["deadletters", "expire"], &["--older-than-days", "--error", "--by", "--dry-run"]),
        (&["topics"], &["create", "list"]),
        (&["topics", "create"], &["--partitions", "--replication", "--keep-days"]),
        (&["health"], &["--url"]),
    ];
    for (command, flags) in commands {
        let help = plain(&[command, &["--help"]].concat()).succeeded().out;
        for word in flags.iter().chain(&["--data", "--brokers", "--topic-prefix"]).chain(&["MEYAR_DATA"]) {
            assert!(help.contains(word), "meyar {} --help does not name {word}:\n{help}", command.join(" "));
        }
    }
}

#[test]
fn a_wrong_argument_is_told_in_one_line_with_what_to_write_instead() {
    let world = World::new();
    let wrong: [(&[&str], &[&str]); 21] = [
        (&["run", "--stage", "landr"], &["landr", "recorder, transcriber, evaluator or lander"]),
        (&["run", "--listen", "here"], &["--listen", "here"]),
        (&["publish", "calls.evnts", "--file", "-"], &["calls.evnts", "calls.events"]),
        (&["publish", "calls.events"], &["--file"]),
        (&["publish", "calls.events", "--file", "/no/such/file"], &["--file", "/no/such/file"]),
        (&["publish", "audio"], &["publish audio call.wav --call"]),
        (&["publish", "audio", "x.wav"], &["--call"]),
        (
            &["publish", "audio", "x.wav", "--call", "c", "--parties", "nobody"],
            &["nobody", "representative, caller or mixed"],
        ),
        (&["import", "--mapping", "nix", "x.csv"], &["nix", "asterisk-cdr"]),
        (&["import", "--mapping", "asterisk-cdr", "/no/such.csv"], &["/no/such.csv"]),
        (&["report", "summary", "--period", "last month"], &["last month", "2026-01"]),
        (&["reconcile", "--period", "last week"], &["last week", "2026-01"]),
        (&["report", "summary", "--period", "2026-01", "--line", "195-1-9"], &["line", "195-1-9", "195-1-1, 195-1-2"]),
        (&["sql"], &["SELECT"]),
        (&["deadletters", "show", "nix"], &["nix", "meyar deadletters list"]),
        (&["model", "fetch", "colossal"], &["colossal", "base"]),
        (&["topics", "create", "--partitions", "0"], &["--partitions"]),
        (&["rebuild", "calls"], &["table", "calls", "transcripts and evaluations"]),
        (&["rebuild", "call_events"], &["call_events", "stop the lander"]),
        (&["rebuild", "evaluations", "--since", "yesterday"], &["--since", "yesterday", "2026-01-14"]),
        (&["rebuild", "evaluations", "--since", "2026-02-01", "--until", "2026-01-01"], &["--until", "--since"]),
    ];
    for (args, words) in wrong {
        let done = world.ask(args).failed();
        let told = done.err.lines().find(|line| line.starts_with("meyar: ") || line.starts_with("error: "));
        let told = told.unwrap_or_else(|| panic!("meyar {} says nothing:\n{}", args.join(" "), done.err));
        for word in words {
            assert!(told.contains(word), "meyar {}: `{word}` is not in: {told}", args.join(" "));
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_told_before_a_broker_is_started() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for args in [
        &["publish", "calls.events", "--file", "/no/such/file"][..],
        &["publish", "audio", "/no/such/file", "--call", "c"],
        &["import", "--mapping", "asterisk-cdr", "/no/such/file"],
    ] {
        let mut command = meyar();
        command.args(args).arg("--data").arg(folder.path());
        let done = Running::start("meyar", command).ended().failed();
        assert!(done.complaint().contains("/no/such/file"), "{}", done.err);
        assert!(!folder.path().join("broker").exists(), "{args:?} started a broker");
    }
}

#[test]
fn the_environment_gives_what_a_flag_does() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = meyar();
    command.args(["topics", "list"]).env("MEYAR_BROKERS", "127.0.0.1:1").env("MEYAR_DATA", folder.path());
    assert!(Running::start("meyar", command).ended().failed().complaint().contains("127.0.0.1:1"));
}

#[test]
fn publish_sends_the_good_lines_and_tells_the_bad_ones_by_number() {
    let world = World::new();
    let _lander = world.run(&["lander"], &[]);
    let call = events::call(6);
    let mut lines: Vec<String> = call.iter().map(ToString::to_string).collect();
    lines.insert(1, "{oops".into());
    lines.insert(3, call[0].to_string().replace("195-1-3", "195-1-7"));
    let file = world.written("calls.jsonl", lines.join("\n"));
    let done = world.ask(&["publish", "calls.events", "--file", &file]).failed();
    assert!(done.out.contains(&format!("{} of {} lines sent", call.len(), lines.len())), "{}", done.out);
    assert!(done.err.lines().any(|line| line.starts_with("line 2: ") && line.contains("JSON")), "{}", done.err);
    assert!(done.err.lines().any(|line| line.starts_with("line 4: ") && line.contains("195-1-7")), "{}", done.err);
    assert!(
        done.complaint().contains("2 lines") && done.complaint().contains("meyar deadletters list"),
        "{}",
        done.err
    );
    world.wait_for_rows("call_events_all", call.len() as u64);
    let letters = world.letters(2);
    let places: Vec<_> =
        letters.iter().map(|l| (l["origin_partition"].as_i64(), l["origin_offset"].as_i64())).collect();
    assert_eq!(places, [(Some(-1), Some(2)), (Some(-1), Some(4))]);

    // The same file again changes nothing: the same lines are the same events and the same letters.
    world.ask(&["publish", "calls.events", "--file", &file]).failed();
    world.wait_until_done("lander", &[Subject::CallEvents, Subject::DeadLetters]);
    assert_eq!((world.count("call_events_all"), world.count("dead_letters")), (call.len() as u64, 2));
}

#[test]
fn audio_whose_parties_do_not_fit_its_channels_is_not_sent() {
    let world = World::new();
    let mut wav =
        b"RIFF\x24\x10\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\x10\0\0".to_vec();
    wav.resize(44 + 4_096, 0);
    let mono = world.written("mono.wav", wav);
    let done = world.ask(&["publish", "audio", &mono, "--call", "c"]).failed();
    assert!(done.complaint().contains("--parties") && done.complaint().contains("mixed"), "{}", done.err);
    let nothing = world.written("nothing.wav", "not a sound");
    let done = world.ask(&["publish", "audio", &nothing, "--call", "c", "--parties", "mixed"]).failed();
    assert!(done.complaint().contains("nothing.wav"), "{}", done.err);
    assert_eq!(world.messages(Subject::CallAudio), 0);
    world.ask(&["publish", "audio", &mono, "--call", "c", "--parties", "mixed"]).succeeded();
    assert_eq!(world.messages(Subject::CallAudio), 1);
}

/// Imports a sample of an exchange's export and gives what it printed, name by name.
#[track_caller]
fn imported(world: &World, mapping: &str, sample: &str) -> (Done, Vec<(String, String)>) {
    let file = repository("pipeline/intake/tests/samples").join(sample).display().to_string();
    let done = world.ask(&["import", "--mapping", mapping, &file]);
    let counters = done
        .out
        .lines()
        .filter_map(|line| line.trim().split_once(' '))
        .map(|(name, count)| (name.to_owned(), count.trim().to_owned()))
        .collect();
    (done, counters)
}

fn counter(counters: &[(String, String)], name: &str) -> u64 {
    counters
        .iter()
        .find(|(known, _)| known == name)
        .and_then(|(_, n)| n.parse().ok())
        .unwrap_or_else(|| panic!("{name} is not in {counters:?}"))
}

#[test]
fn exports_of_an_exchange_become_calls_and_their_bad_rows_dead_letters() {
    let world = World::new();
    let _lander = world.run(&["lander"], &[]);
    let (done, cdr) = imported(&world, "asterisk-cdr", "cdr.csv");
    let done = done.failed();
    assert!(done.complaint().contains("4 rows"), "{}", done.err);
    assert_eq!((counter(&cdr, "calls"), counter(&cdr, "events"), counter(&cdr, "bad")), (8, 22, 4));
    world.wait_for_rows("call_events_all", 22);
    let letters = world.letters(4);
    assert!(
        letters.iter().all(|letter| text(letter, "file") == "cdr.csv" && !text(letter, "error_remedy").is_empty()),
        "{letters:?}"
    );
    let lines: Vec<_> = letters.iter().filter_map(|letter| letter["origin_offset"].as_i64()).collect();
    assert_eq!(lines, [16, 17, 18, 19]);

    let (done, queue) = imported(&world, "asterisk-queue-log", "queue_log");
    let bad = counter(&queue, "bad");
    if bad == 0 {
        done.succeeded()
    } else {
        done.failed()
    };
    let events = 22 + counter(&queue, "events");
    world.wait_for_rows("call_events_all", events);
    world.letters(4 + bad);

    // Overlapping exports tell the same events.
    imported(&world, "asterisk-cdr", "cdr.csv");
    imported(&world, "asterisk-queue-log", "queue_log");
    world.wait_until_done("lander", &[Subject::CallEvents, Subject::DeadLetters]);
    assert_eq!((world.count("call_events_all"), world.count("dead_letters")), (events, 4 + bad));
    assert_eq!(world.count("calls WHERE outcome = 'answered' AND call_id LIKE 'cdr-%'"), 3);
}

#[test]
fn sql_answers_as_table_csv_and_json_from_an_argument_or_a_file() {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    world.send(
        &events::call(6)
            .iter()
            .enumerate()
            .map(|(n, data)| meyar_tests::Event::call(&format!("e{n}"), data))
            .collect::<Vec<_>>(),
    );
    world.wait_for_rows("call_events_all", 6);
    lander.interrupt().succeeded();
    let query = "SELECT kind, count(*) AS n, min(queue) AS queue FROM call_events WHERE kind IN ('hold', 'queued') GROUP BY kind ORDER BY kind";
    let ask = |format: &str| world.ask(&["sql", "--format", format, query]).succeeded().out;
    assert_eq!(ask("csv"), "kind,n,queue\nhold,2,\nqueued,1,195-1-3\n");
    let rows: Vec<Row> = serde_json::from_str(&ask("json")).unwrap_or_default();
    assert_eq!(
        json!(rows),
        json!([{"kind": "hold", "n": 2, "queue": null}, {"kind": "queued", "n": 1, "queue": "195-1-3"}])
    );
    let table = ask("table");
    assert!(table.starts_with('+') && table.contains("| hold   | 2 | –"), "{table}");

    let file = world.written("question.sql", format!("-- how many of each\n{query}"));
    assert_eq!(world.ask(&["sql", "-f", &file, "--format", "csv"]).succeeded().out, ask("csv"));
    assert!(world.ask(&["sql", "--format", "xml", query]).failed().err.contains("table, csv, json"));
    assert!(world.ask(&["sql", "SELECT nothing FROM call_events"]).failed().complaint().contains("nothing"));
    assert!(world.ask(&["sql", "SELECT * FROM cals"]).failed().complaint().contains("cals"));
}

#[test]
fn sql_refuses_to_write() {
    let world = World::new();
    let lander = world.run(&["lander"], &[]);
    world.send([&events::good("one")]);
    world.wait_for_rows("call_events_all", 1);
    lander.interrupt().succeeded();
    let stolen = world.file("stolen.csv");
    let secret = world.written("secret.csv", "a\n1\n");
    let writes = [
        "CREATE TABLE mine AS SELECT 1".to_owned(),
        "CREATE VIEW mine AS SELECT 1".to_owned(),
        format!("CREATE EXTERNAL TABLE mine STORED AS CSV LOCATION '{secret}'"),
        "INSERT INTO call_events_all SELECT * FROM call_events_all".to_owned(),
        "UPDATE call_events_all SET line = '195-1-4'".to_owned(),
        "DELETE FROM call_events_all".to_owned(),
        "DROP TABLE call_events_all".to_owned(),
        "DROP VIEW calls".to_owned(),
        format!("COPY (SELECT * FROM call_events_all) TO '{}'", stolen.display()),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        format!("SELECT * FROM '{secret}'"),
    ];
    for write in &writes {
        let done = world.ask(&["sql", write]).failed();
        assert!(done.complaint().starts_with("meyar: "), "{write}: {}", done.err);
    }
    assert!(!stolen.exists());
    assert_eq!(world.count("call_events_all"), 1);
    assert_eq!(world.sql("SELECT line FROM call_events")[0]["line"], "195-1-2");
}

#[test]
fn topics_are_made_once_and_listed_with_their_offsets() {
    let world = World::new();
    for _ in 0..2 {
        let made = world.ask(&["topics", "create"]).succeeded().out;
        assert_eq!(made.lines().count(), Subject::ALL.len(), "{made}");
    }
    world.send([&events::good("one")]);
    let listed = world.ask(&["topics", "list"]).succeeded().out;
    let topic = world.config.topic(Subject::CallEvents);
    let ends: Vec<_> =
        listed.lines().filter(|line| line.starts_with(&topic)).filter_map(|line| line.rsplit('\t').next()).collect();
    assert!(ends == ["0", "1"] || ends == ["1", "0"], "{listed}");
}

#[test]
fn the_dictionary_is_written_without_a_lake_in_each_format() {
    let world = World::new();
    let file = world.file("dictionary.json");
    let name = file.to_str().expect("a path of the test");
    world.ask(&["dictionary", "--format", "json", "--lang", "az", "--out", name]).succeeded();
    let written = std::fs::read_to_string(&file).expect("--out was written");
    let told: serde_json::Value = serde_json::from_str(&written).expect("the dictionary is JSON");
    assert_eq!((&told["version"], &told["languages"]), (&json!(1), &json!(["az"])));
    let calls = told["entries"].as_array().and_then(|all| all.iter().find(|entry| entry["name"] == "calls"));
    assert!(calls.is_some_and(|calls| calls["az"].is_string() && calls["en"].is_null()), "{calls:?}");
    let csv = world.ask(&["dictionary", "--format", "csv"]).succeeded().out;
    assert!(csv.starts_with("table_name,column_name,type,unit,comment_az,comment_en,kind\ncall_events,,"), "{csv:.99}");
    assert!(world.ask(&["dictionary", "--lang", "en"]).succeeded().out.starts_with("# Data dictionary\n"));
}

/// What the delivery campaign needs is in a program of its own.
#[test]
fn the_program_has_no_failpoints() {
    let program = meyar();
    let bytes = std::fs::read(program.get_program()).expect("the program can be read");
    let holds = |words: &str| bytes.windows(words.len()).any(|found| found == words.as_bytes());
    assert!(holds("is recognised and changes nothing"), "its texts can be found at all");
    let steps = ["lake.put.before", "lake.commit.before", "offsets.commit.after", "recording.put.after"];
    for step in steps.into_iter().chain(["assignment.before", "upkeep.sweep.after", "FAILPOINTS"]) {
        assert!(!holds(step), "{step} is in {}", program.get_program().display());
    }
}
