//! The SQL port with real clients: what they can read, and what nobody can do.

use meyar_lake::{LakeRoot, Landing, LandingOptions, Place, Positions, Row};
use meyar_schemas::{Envelope, Subject};
use meyar_tests::{
    Done, Running,
    events::call,
    process::ask,
    world::{meyar, repository},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";
/// It would run for days.
const LONG: &str = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b";
const CALLS: usize = 40;

/// A small lake behind an open port, with an analyst (`nigar`), a reader (`rashad`) and the steward of the data (`sevda`).
struct Port {
    dir: TempDir,
    running: Running,
    address: String,
}

impl Port {
    fn open(flags: &[&str]) -> Self {
        let dir = prepared();
        land(&dir, 0..CALLS);
        Self::over(dir, flags)
    }

    fn over(dir: TempDir, flags: &[&str]) -> Self {
        let running = Running::start("serve", serve(&dir, "127.0.0.1:0", flags));
        let address = running.sql_address();
        Self { dir, running, address }
    }

    fn host_and_port(&self) -> (&str, &str) {
        let place = self.address.trim_start_matches("postgresql://").trim_end_matches("/meyar");
        place.rsplit_once(':').expect("an address has a port")
    }

    fn psql_as(&self, user: &str, password: &str, words: &[&str], env: &[(&str, &str)]) -> Command {
        let (host, port) = self.host_and_port();
        let mut command = Command::new("psql");
        command.args(["-X", "-A", "-t", "-v", "VERBOSITY=verbose"]).args(words);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        for (name, value) in
            [("PGHOST", host), ("PGPORT", port), ("PGUSER", user), ("PGPASSWORD", password), ("PGDATABASE", "meyar")]
        {
            command.env(name, value);
        }
        command.envs(env.iter().copied()).current_dir(self.dir.path());
        command
    }

    fn psql(&self, sql: &str) -> Done {
        ask(self.psql_as("nigar", PASSWORD, &["-c", sql], &[]))
    }

    #[track_caller]
    fn answer(&self, sql: &str) -> String {
        self.psql(sql).succeeded().out.trim().to_owned()
    }

    /// What somebody is told of each of these.
    #[track_caller]
    fn told(&self, user: &str, statements: &[String]) -> String {
        let words: Vec<&str> = statements.iter().flat_map(|sql| ["-c", sql]).collect();
        ask(self.psql_as(user, PASSWORD, &words, &[])).succeeded().out
    }

    /// What the access log has of somebody.
    fn log(&self, person: &str) -> Vec<Value> {
        let mut command = meyar();
        command.args(["work", "log", "--format", "json", "--person", person, "--data"]).arg(self.dir.path());
        serde_json::from_str(&ask(command).succeeded().out).expect("the log is JSON")
    }

    #[track_caller]
    fn refuses(&self, sql: &str, code: &str, word: &str) {
        let done = self.psql(sql).failed();
        let told = done.err.lines().find(|line| line.contains("ERROR:")).unwrap_or(&done.err);
        assert!(told.contains(&format!("{code}:")) && told.contains(word), "{sql}: {told}");
    }

    /// A client of `tests/wire/clients.py`.
    fn client(&self, name: &str, arguments: &[&str]) -> Command {
        self.client_as("nigar", name, arguments)
    }

    fn client_as(&self, user: &str, name: &str, arguments: &[&str]) -> Command {
        let (host, port) = self.host_and_port();
        let password = PASSWORD.replace(' ', "%20");
        let mut command = Command::new(python());
        command.arg(repository("tests/wire/clients.py"));
        command.arg(format!("postgresql://{user}:{password}@{host}:{port}/meyar")).arg(name).args(arguments);
        command
    }
}

/// A folder with accounts and no lake yet.
fn prepared() -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    for (name, role) in [("nigar", "analyst"), ("rashad", "reader"), ("sevda", "steward")] {
        let mut command = meyar();
        command.args(["accounts", "add", name, "--role", role, "--data"]).arg(dir.path());
        ask_with_password(command).succeeded();
    }
    dir
}

fn ask_with_password(mut command: Command) -> Done {
    command.env("MEYAR_PASSWORD", PASSWORD);
    ask(command)
}

fn serve(dir: &TempDir, listen: &str, flags: &[&str]) -> Command {
    let mut command = meyar();
    command.args(["serve", "--listen", "127.0.0.1:0", "--sql-listen", listen]).args(flags);
    command.arg("--data").arg(dir.path()).env("RUST_LOG", "warn,meyar_wire=debug");
    command
}

/// Lands calls without a broker.
fn land(dir: &TempDir, calls: std::ops::Range<usize>) {
    let events = calls.clone().flat_map(call).enumerate();
    let events = events.map(|(n, data)| (format!("{}-{n}", calls.start), data)).collect();
    land_events(dir, Subject::CallEvents, calls.start as i32, events);
}

fn land_events(dir: &TempDir, subject: Subject, partition: i32, events: Vec<(String, Value)>) {
    let rows: Vec<Row> = events
        .into_iter()
        .enumerate()
        .map(|(n, (id, data))| {
            let at = data[subject.time_field()].as_str().and_then(|at| at.parse().ok()).expect("an event has a time");
            let envelope = Envelope::new(subject, "exchange", id, at);
            let payload = (subject == Subject::DeadLetters).then(|| data.to_string().into());
            let place = Place { topic: Arc::from(subject.name()), partition: 0, offset: n as i64 };
            Row { envelope, data, payload, place }
        })
        .collect();
    let next: Positions = BTreeMap::from([((subject.name().to_owned(), partition), rows.len() as i64)]);
    let root = LakeRoot::parse(&dir.path().join("lake").display().to_string()).expect("a folder is a lake");
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(async {
        let mut landing =
            Landing::open(&root, subject, LandingOptions::new(subject.name())).await.expect("the lake opens");
        let report = landing.land(&rows, &next).await.expect("the events land");
        assert!(report.refused.is_empty(), "{:?}", report.refused);
    });
}

/// What people say and write, as the contracts' own examples have it; and each sentence in it.
fn words(dir: &TempDir) -> BTreeSet<String> {
    let mut sentences = BTreeSet::new();
    for subject in [
        Subject::CallTranscripts,
        Subject::CallEvaluations,
        Subject::SurveyResponses,
        Subject::Assessments,
        Subject::Records,
        Subject::Access,
        Subject::CallRecordings,
        Subject::DeadLetters,
    ] {
        let versions = fs::read_dir(repository(&format!("schemas/events/{}", subject.name())));
        let newest =
            versions.into_iter().flatten().flatten().map(|folder| folder.path()).filter(|path| path.is_dir()).max();
        let examples = fs::read_dir(newest.expect("a contract has a version").join("examples/valid"));
        let mut events = Vec::new();
        for file in examples.expect("a contract has examples").flatten() {
            let text = fs::read_to_string(file.path()).expect("an example can be read");
            let data: Value = serde_json::from_str(&text).expect("an example is JSON");
            collect(&data, &mut sentences);
            events.push((file.file_name().to_string_lossy().into_owned(), data));
        }
        land_events(dir, subject, 0, events);
    }
    sentences
}

/// Texts with a blank in them: ids and codes have none.
fn collect(data: &Value, sentences: &mut BTreeSet<String>) {
    match data {
        Value::String(text) => {
            let longest = text.lines().max_by_key(|line| line.len()).unwrap_or_default();
            if longest.contains(' ') {
                sentences.insert(longest.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, sentences)),
        Value::Object(members) => members.values().for_each(|member| collect(member, sentences)),
        _ => {}
    }
}

/// The interpreter that has the clients' libraries.
fn python() -> PathBuf {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| meyar_tests::world::python("tests/wire")).clone()
}

#[test]
fn psql_lists_describes_and_reads() {
    let port = Port::open(&[]);
    let listed = port.answer("\\d");
    for name in ["calls|view", "call_events_all|table", "figure_calls_by_line|view", "meyar_dictionary|table"] {
        assert!(listed.contains(name), "{name}:\n{listed}");
    }
    assert!(port.answer("\\dt").contains("ref_lines|table"));
    let described = port.answer("\\d calls");
    assert!(described.contains("offered_at|timestamp with time zone"), "{described}");
    assert!(port.answer("\\d+ call_events_all").contains("Zəngin nömrəsi · Id of the call"));
    assert!(port.answer("\\d+ figure_calls_by_line").contains("Daxil olan · Offered"));
    assert!(port.answer("\\dv+ calls").contains("Zənglər"), "{}", port.answer("\\dv+ calls"));
    assert_eq!(port.answer("SELECT count(*) FROM calls"), CALLS.to_string());
    // The figure, in each of its forms: the total of all lines is the number of calls.
    for from in ["figure('calls_by_line', '2026-01')", "figure_calls_by_line('2026')", "figure_calls_by_line"] {
        let total = port.answer(&format!("SELECT offered FROM {from} WHERE line IS NULL"));
        assert_eq!(total, CALLS.to_string(), "{from}");
    }
    let one = port.answer("SELECT count(*) FROM figure('calls_by_line', '2026-01', '195-1-1')");
    assert_eq!(one, "2", "the line, and the total");
    assert_eq!(port.answer("SELECT name_az FROM meyar_figures WHERE name = 'calls_by_line'").lines().count(), 1);
    let words = "SELECT type, comment_az, comment_en FROM meyar_dictionary WHERE table_name = 'call_events' AND column_name = 'call_id'";
    assert_eq!(port.answer(words), "text|Zəngin nömrəsi|Id of the call");
    assert_eq!(port.answer("SELECT t.a[2] FROM (SELECT ARRAY[1, 2] AS a) t"), "2");
    assert_eq!(port.answer("SELECT (t.a[1]).x FROM (SELECT make_array(named_struct('x', 3)) AS a) t"), "3");
    port.refuses("SELECT * FROM figure('calls_by_line', 'last month')", "22023", "2026-W03");
    port.refuses("SELECT * FROM figure('calls_by_line', '2026', '195-1-9')", "22023", "use one of: 195-1-1");
    port.refuses("SELECT * FROM figure('weather')", "22023", "calls_by_line");
    port.refuses("SELECT * FROM weather", "42P01", "weather");
}

#[test]
fn nothing_can_be_written_and_no_file_can_be_read() {
    let port = Port::open(&[]);
    for (sql, code) in [
        ("INSERT INTO calls (call_id) VALUES ('x')", "25006"),
        ("UPDATE calls SET line = ''", "25006"),
        ("DELETE FROM calls", "25006"),
        ("DROP TABLE call_events_all", "25006"),
        ("CREATE TABLE stolen AS SELECT * FROM calls", "25006"),
        ("CREATE VIEW v AS SELECT 1", "25006"),
        ("EXPLAIN ANALYZE INSERT INTO ref_lines SELECT * FROM ref_lines", "25006"),
        ("WITH x AS (DELETE FROM calls RETURNING 1) SELECT * FROM x", "25006"),
        ("SELECT * INTO stolen FROM calls", "25006"),
        ("BEGIN READ WRITE", "25006"),
        ("SET default_transaction_read_only = off", "25006"),
        ("COPY calls TO '/tmp/stolen'", "42501"),
        ("COPY (SELECT 1) TO STDOUT", "42501"),
        ("\\copy calls TO stolen.csv", "42501"),
        ("\\copy calls FROM /etc/passwd", "42501"),
        ("SELECT * FROM '/etc/passwd'", "42501"),
        ("SELECT * FROM \"/etc/passwd\"", "42501"),
        ("SET datafusion.catalog.has_header = true", "42501"),
        ("SET ROLE postgres", "42501"),
        ("SELECT set_config('datafusion.execution.batch_size', '1', false)", "42501"),
        ("DECLARE c CURSOR FOR SELECT 1", "0A000"),
    ] {
        port.refuses(sql, code, "");
    }
    assert!(port.psql("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'").code != Some(0));
    assert!(!port.dir.path().join("stolen").exists());
    assert_eq!(port.answer("SELECT count(*) FROM calls"), CALLS.to_string());
}

#[test]
fn who_does_not_belong_here_does_not_come_in_and_learns_nothing() {
    let port = Port::open(&[]);
    let told = |user: &str, password: &str| {
        let done = ask(port.psql_as(user, password, &["-c", "SELECT 1"], &[])).failed();
        done.err.trim().rsplit("FATAL:").next().unwrap_or_default().trim().replace(user, "…")
    };
    let wrong = told("nigar", "wrong horse battery");
    assert_eq!(wrong, "password authentication failed for user \"…\"");
    assert_eq!(told("stranger", PASSWORD), wrong);
    // A change of the file needs no restart.
    let accounts = |words: &[&str]| {
        let mut command = meyar();
        command.arg("accounts").args(words).arg("--data").arg(port.dir.path());
        ask_with_password(command).succeeded().out
    };
    assert_eq!(accounts(&["list"]), "nigar\tanalyst\nrashad\treader\nsevda\tsteward\n");
    accounts(&["remove", "nigar"]);
    assert_eq!(told("nigar", PASSWORD), wrong);
    accounts(&["add", "nigar", "--role", "analyst"]);
    assert_eq!(port.answer("SELECT session_user"), "nigar");
    let file = std::fs::read_to_string(port.dir.path().join("accounts.toml")).expect("accounts can be read");
    assert!(file.contains("SCRAM-SHA-256$") && !file.contains(PASSWORD), "{file}");
}

#[test]
fn a_reader_sees_figures_and_no_traces_of_people() {
    let port = Port::open(&[]);
    let reader = |sql: &str| ask(port.psql_as("rashad", PASSWORD, &["-c", sql], &[]));
    for sql in [
        "SELECT count(*) FROM calls",
        "SELECT * FROM figure_calls_by_line('2026-01')",
        "SELECT * FROM ref_lines",
        "SELECT * FROM surveys",
    ] {
        reader(sql).succeeded();
    }
    for table in
        ["call_events", "call_events_all", "transcripts", "segments", "verdicts", "survey_responses", "dead_letters"]
    {
        for sql in [
            format!("SELECT * FROM {table}"),
            format!("SELECT * FROM public.{table}"),
            format!("SELECT (SELECT count(*) FROM {table})"),
            format!("WITH x AS (SELECT * FROM \"{table}\") SELECT * FROM x"),
            format!("EXPLAIN SELECT * FROM {table}"),
        ] {
            let told = reader(&sql).failed().err;
            assert!(told.contains("42501: permission denied for table"), "{sql}: {told}");
        }
    }
    assert!(reader("SELECT caller_key FROM calls").failed().err.contains("42703"));
    let listed = reader("\\d").succeeded().out;
    assert!(listed.contains("calls|view") && !listed.contains("transcripts"), "{listed}");
    let columns = reader("SELECT count(*) FROM information_schema.columns WHERE column_name = 'caller_key'");
    assert_eq!(columns.succeeded().out.trim(), "0");
}

#[test]
fn an_analyst_counts_everything_and_reads_no_words() {
    let dir = prepared();
    let sentences = words(&dir);
    land(&dir, 0..2);
    let port = Port::over(dir, &[]);
    let names =
        "SELECT table_name FROM meyar_dictionary WHERE column_name IS NULL AND kind IN ('table', 'view') ORDER BY 1";
    let relations: Vec<String> = port.answer(names).lines().map(str::to_owned).collect();
    assert!(relations.len() > 40 && relations.contains(&"transcripts_all".to_owned()), "{relations:?}");
    let everything: Vec<String> = relations.iter().map(|name| format!("SELECT * FROM {name}")).collect();
    let (analyst, steward) = (port.told("nigar", &everything), port.told("sevda", &everything));
    let known: Vec<&String> = sentences.iter().filter(|sentence| steward.contains(*sentence)).collect();
    assert!(known.len() > 40, "the steward reads what was said and written: {known:#?}");
    let leaked: Vec<_> = known.into_iter().filter(|sentence| analyst.contains(*sentence)).collect();
    assert!(leaked.is_empty(), "{leaked:#?}");
    assert_eq!(analyst.lines().count() > 0, steward.lines().count() > 0);
    assert!(analyst.contains("•••"));

    // What is there is the same for both; what it says is not.
    let counted = relations.iter().map(|name| format!("SELECT '{name}', count(*) FROM {name}"));
    let counted: Vec<String> = counted
        .chain(
            [
                ("segments", "text"),
                ("verdicts", "reason"),
                ("survey_responses", "comment"),
                ("qa_records", "title"),
                ("access_log", "detail"),
                ("dead_letters", "payload"),
                ("recordings", "path"),
                ("transcripts", "source"),
                ("call_events", "event_id"),
                ("access_log", "access_id"),
                ("dead_letters", "dead_letter_id"),
                ("dead_letters", "error_field"),
            ]
            .map(|(name, column)| format!("SELECT count({column}) > 0, count({column}) FROM {name}")),
        )
        .chain(["SELECT * FROM figure_evaluation_by_criterion('2026-01') ORDER BY 1, 2".to_owned()])
        .collect();
    assert_eq!(port.told("nigar", &counted), port.told("sevda", &counted));

    let both = |sql: &str| ["nigar", "sevda"].map(|user| port.told(user, &[sql.to_owned()]).trim().to_owned());
    for condition in [
        "FROM segments WHERE text LIKE '%bəyannamə%'",
        "FROM segments WHERE text ~ 'Orxan'",
        "FROM segments s JOIN (SELECT 'Bəli. Orxan Nümunəyev.' AS said) x ON s.text = x.said",
        "FROM transcripts WHERE segments[2].text LIKE '%bəyannamə%'",
        "FROM (SELECT unnest(segments) AS s FROM transcripts) WHERE s['text'] LIKE '%Orxan%'",
        "FROM survey_responses_all WHERE comment LIKE 'Sual%'",
        "FROM survey_responses WHERE length(comment) > 10 AND comment > 'S' AND comment < 'T'",
        "FROM recordings WHERE path LIKE '2026/%'",
        "FROM qa_records WHERE content LIKE '%düym%' OR title LIKE '%nömrə%'",
        // Ids that are hashes, names that senders make up, sources that may name a file.
        "FROM call_events WHERE event_id LIKE '0-%'",
        "FROM call_events_all WHERE event_id IN (SELECT '0-0')",
        "FROM survey_responses WHERE event_id LIKE '%.json'",
        "FROM access_log WHERE access_id LIKE '%-%'",
        "FROM dead_letters WHERE dead_letter_id LIKE 'd-%'",
        "FROM dead_letters WHERE error_field = 'line'",
        "FROM (SELECT unnest(headers) AS h FROM dead_letters) WHERE h['name'] LIKE 'ce_%'",
        "FROM call_events WHERE source = 'exchange'",
        "FROM transcripts WHERE source = 'exchange'",
    ] {
        let [analyst, steward] = both(&format!("SELECT count(*) {condition}"));
        assert!(analyst == "0" && steward != "0", "{condition}: {analyst}, {steward}");
    }
    let [analyst, steward] = both("SELECT min(text) || max(text) FROM segments");
    assert!(analyst == "••••••" && !steward.contains('•'), "{analyst}, {steward}");
    let [analyst, steward] = both("SELECT count(*) FROM (SELECT event_id FROM call_events GROUP BY event_id) x");
    assert!(analyst == "1" && steward != "1", "a masked column is one group: {analyst}, {steward}");
    // A prepared statement with a bound value goes the same way.
    for (user, found) in [("nigar", "0"), ("sevda", "1")] {
        ask(port.client_as(user, "guesses", &["%Orxan%", found])).succeeded();
    }

    // Statistics of files lie beneath every mask.
    for user in ["nigar", "rashad"] {
        for way in ["EXPLAIN VERBOSE", "EXPLAIN ANALYZE VERBOSE"] {
            let sql = format!("{way} SELECT * FROM calls");
            let told = ask(port.psql_as(user, PASSWORD, &["-c", &sql], &[])).failed().err;
            assert!(told.contains("42501") && told.contains("VERBOSE"), "{user}: {sql}: {told}");
        }
    }
    // Options in parentheses are not understood: they show the plan alone.
    for way in ["EXPLAIN", "EXPLAIN ANALYZE", "EXPLAIN (VERBOSE true)", "EXPLAIN (COSTS true)"] {
        let plan = port.told("nigar", &[format!("{way} SELECT comment FROM survey_responses_all")]);
        assert!(!plan.contains("Min=") && !plan.contains("Sual"), "{way}: {plan}");
    }
    let [plan, _] = both("EXPLAIN SELECT text FROM segments WHERE text LIKE 'S%'");
    assert!(plan.contains("masked("), "{plan}");
    port.told("sevda", &["EXPLAIN VERBOSE SELECT comment FROM survey_responses".to_owned()]);

    // Tables stay tables, and a column that cannot be masked is told to be missing.
    let listed = port.answer("\\d");
    assert!(listed.contains("transcripts_all|table") && listed.contains("segments|view"), "{listed}");
    assert!(port.answer("\\d survey_responses").contains("comment|text"));
    port.refuses("SELECT content_hash FROM survey_responses", "42703", "content_hash");
    assert!(port.log("sql:nigar").iter().any(|entry| entry["object_id"] == "segments"), "masked reads are logged too");
}

#[test]
fn who_guesses_waits_longer_each_time_and_nobody_else_does() {
    let port = Port::open(&[]);
    let tries = |user: &str, password: &str| ask(port.psql_as(user, password, &["-c", "SELECT 1"], &[]));
    let held = "too many logins were refused";
    let mut refused = 0;
    let told = loop {
        let told = tries("nigar", "wrong horse battery").failed().err;
        if told.contains(held) {
            break told;
        }
        refused += 1;
        assert!(refused < 20, "nobody waits: {told}");
    };
    assert!(refused >= 8, "a few mistakes cost nothing: {refused}");
    // The right password is not looked at either, and others come in meanwhile.
    let told = told + &tries("nigar", PASSWORD).err;
    tries("rashad", PASSWORD).succeeded();
    let words = told.split_whitespace().collect::<Vec<_>>();
    let seconds =
        words.windows(2).filter(|pair| pair[0] == "wait").filter_map(|pair| pair[1].parse::<u64>().ok()).max();
    std::thread::sleep(Duration::from_secs(seconds.expect("the remedy names the seconds") + 1));
    assert_eq!(tries("nigar", PASSWORD).succeeded().out.trim(), "1");
    let log = port.log("sql:nigar");
    let noted = |detail: &str| log.iter().filter(|entry| entry["detail"] == detail).count();
    assert!((1..=refused).contains(&noted("SQL port: too many tries")), "{log:?}");
}

#[test]
fn a_statement_that_takes_too_long_is_stopped() {
    let port = Port::open(&["--sql-statement-ms", "2500"]);
    port.refuses(LONG, "57014", "longer than 2500 ms");
    // A session may ask for less, not for more.
    port.refuses(&format!("SET statement_timeout = '300ms'; {LONG}"), "57014", "longer than 300 ms");
    port.refuses(&format!("SET statement_timeout = '1min'; {LONG}"), "57014", "longer than 2500 ms");
}

#[test]
fn an_answer_with_too_many_rows_and_a_query_without_bounds_are_stopped() {
    let port = Port::open(&["--sql-rows", "100", "--sql-memory-mb", "8"]);
    port.refuses("SELECT * FROM generate_series(1, 101)", "54000", "more than 100 rows");
    assert_eq!(port.answer("SELECT * FROM generate_series(1, 100)").lines().count(), 100);
    let sorts = "SELECT max(a) FROM (SELECT a FROM generate_series(1, 3000000) t(a) ORDER BY -a OFFSET 5) x";
    port.refuses(sorts, "53200", "--sql-memory-mb");
    assert_eq!(port.answer("SELECT 1"), "1", "the port goes on");
}

#[test]
fn a_running_statement_can_be_cancelled() {
    let port = Port::open(&[]);
    let running = Running::start("psql", port.psql_as("nigar", PASSWORD, &["-c", LONG], &[]));
    port.running.wait_until_it_says("a statement begins");
    let done = running.interrupt().failed();
    assert!(done.err.contains("57014") && done.err.contains("user request"), "{}", done.err);
    ask(port.client("cancel", &[])).succeeded();
}

#[test]
fn psycopg_sqlalchemy_and_asyncpg_read_the_lake() {
    let port = Port::open(&[]);
    let calls = CALLS.to_string();
    for client in ["psycopg", "sqlalchemy", "asyncpg"] {
        ask(port.client(client, &[&calls])).succeeded();
    }
}

#[test]
fn what_lands_is_seen_without_connecting_again() {
    let port = Port::open(&[]);
    let (before, after) = (CALLS.to_string(), (CALLS + 10).to_string());
    let client = Running::start("client", port.client("watch", &[&before, &after]));
    client.wait_until_it_says(&format!("sees {before}"));
    land(&port.dir, CALLS..CALLS + 10);
    client.ended().succeeded();
}

#[test]
fn one_connection_too_many_is_told_so_and_a_place_that_is_left_can_be_taken() {
    let port = Port::open(&["--sql-connections", "2"]);
    ask(port.client("crowd", &["2"])).succeeded();
}

#[test]
fn with_tls_nobody_connects_without_it_and_without_tls_nobody_connects_from_afar() {
    let dir = tempfile::tempdir().expect("a temporary folder can be made");
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
    openssl.arg("-keyout").arg(&key).arg("-out").arg(&cert);
    ask(openssl).succeeded();
    let (cert, key) = (cert.display().to_string(), key.display().to_string());

    let port = Port::open(&["--sql-tls-cert", &cert, "--sql-tls-key", &key]);
    let with = |mode: &str| {
        let env = [("PGSSLMODE", mode), ("PGSSLROOTCERT", cert.as_str())];
        ask(port.psql_as("nigar", PASSWORD, &["-c", "SELECT 1"], &env))
    };
    assert_eq!(with("verify-full").succeeded().out.trim(), "1");
    let told = with("disable").failed().err;
    assert!(told.contains("TLS only") && told.contains("sslmode=require"), "{told}");

    let ended = |listen: &str, flags: &[&str]| ask(serve(&port.dir, listen, flags)).failed();
    let bad = dir.path().join("bad.pem").display().to_string();
    std::fs::write(&bad, "no certificate\n").expect("a file can be written");
    for (listen, flags, words) in [
        ("0.0.0.0:0", &[][..], ["--sql-listen", "--sql-tls-cert"]),
        ("127.0.0.1:0", &["--sql-tls-cert", &bad, "--sql-tls-key", &key], ["--sql-tls-cert", "bad.pem"]),
        ("127.0.0.1:0", &["--sql-tls-cert", &cert, "--sql-tls-key", &bad], ["--sql-tls-key", "bad.pem"]),
        ("127.0.0.1:0", &["--sql-tls-cert", &cert], ["--sql-tls-key", "is missing"]),
        ("127.0.0.1:0", &["--sql-accounts", "/no/such/file"], ["/no/such/file", "meyar accounts add"]),
    ] {
        let done = ended(listen, flags);
        let complaint = done.complaint();
        assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
    }
}

#[test]
fn every_look_at_peoples_traces_is_logged_and_what_names_nobody_is_not() {
    let port = Port::open(&[]);
    let log = |person: &str| port.log(person);
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let asked = |person: &str| -> Vec<(String, String)> {
        let queries = log(person).into_iter().filter(|entry| entry["action"] == "query").rev();
        queries.map(|entry| (text(&entry, "object_id"), text(&entry, "detail"))).collect()
    };
    for nobody in [
        "SELECT 1",
        "SHOW ALL",
        "SET meyar.period = '2026'",
        "SELECT * FROM ref_lines",
        "SELECT * FROM meyar_dictionary",
        "SELECT count(*) FROM pg_catalog.pg_class",
        "SELECT count(*) FROM information_schema.columns",
        "SELECT * FROM figure_calls_by_line('2026-01')",
        "SELECT * FROM figure('calls_by_day', '2026-01')",
    ] {
        port.answer(nobody);
    }
    port.answer("\\d");
    let looks = asked("sql:nigar");
    assert!(looks.is_empty(), "nobody's traces: {looks:?}");

    port.answer("SELECT call_id FROM calls WHERE caller_key = 'açar' -- qeyd");
    port.answer("WITH x AS (SELECT * FROM call_events) SELECT (SELECT count(*) FROM calls) AS a, count(*) AS b FROM x");
    port.answer("SELECT * FROM figure('representatives', '2026-01')");
    port.answer("SELECT * FROM figure_representatives");
    let looks = asked("sql:nigar");
    assert_eq!(looks[0], ("calls".into(), "SELECT call_id FROM calls WHERE caller_key = 'açar'".into()));
    assert_eq!(looks[1].0, "call_events, calls");
    assert!(looks.len() == 4 && looks[2].1.contains("'representatives'"), "{looks:?}");
    // What a driver binds stands beside the statement.
    ask(port.client("bound", &[])).succeeded();
    let bound = asked("sql:nigar").pop().expect("it is logged");
    assert!(bound.1.contains("$1") && bound.1.contains("call-7"), "{bound:?}");
    // Whatever is endless is cut.
    port.answer(&format!("SELECT count(*) FROM calls WHERE call_id IN ('{}')", "a".repeat(5_000)));
    let long = asked("sql:nigar").pop().expect("it is logged").1;
    assert!(long.chars().count() < 2_100 && long.ends_with("characters)"), "{long}");

    let came_in = log("sql:nigar").into_iter().find(|entry| entry["action"] == "login").expect("a login is logged");
    assert_eq!((text(&came_in, "role"), text(&came_in, "detail")), ("analyst".into(), "SQL port".into()));
    ask(port.psql_as("rashad", "wrong horse battery", &["-c", "SELECT 1"], &[])).failed();
    assert!(log("sql:rashad").iter().any(|entry| entry["action"] == "login_refused"));
}

#[test]
fn what_cannot_be_logged_is_not_answered() {
    let port = Port::open(&[]);
    let store = port.dir.path().join("work.db").display().to_string();
    ask(port.client("unlogged", &[&store])).succeeded();
    let told = ask(port.psql_as("nigar", PASSWORD, &["-c", "SELECT 1"], &[])).failed().err;
    assert!(told.contains("access log"), "nor does anybody come in: {told}");
}

#[test]
fn a_port_without_an_access_log_says_so() {
    let dir = prepared();
    let running = Running::start("serve", serve(&dir, "127.0.0.1:0", &["--open"]));
    running.sql_address();
    running.wait_until_it_says("no access log");
}
