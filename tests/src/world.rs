//! A deployment of its own for one test: broker, topic prefix, lake, recordings.

use crate::{
    events::Event,
    process::{Done, Running, ask},
    wait::eventually,
};
use meyar_broker::{
    BrokerConfig, Publisher,
    embedded::Embedded,
    publisher::{Burst, Outgoing},
    topics,
};
use meyar_schemas::Subject;
use serde_json::{Map, Value};
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub type Row = Map<String, Value>;

/// Seconds matter in tests; nothing else is changed.
pub const QUICK: [&str; 6] = ["--commit-every-ms", "100", "--audio-gap-wait-ms", "1000", "--facts-wait-ms", "500"];

pub struct World {
    pub config: BrokerConfig,
    dir: Arc<TempDir>,
    name: String,
    lake: Option<String>,
    /// Where people's work is kept, once a test asked for it.
    work: OnceLock<String>,
    runtime: Arc<Runtime>,
    publisher: OnceLock<Publisher>,
    // After everything that talks to it.
    broker: Option<Arc<Embedded>>,
}

impl World {
    /// On the broker that `MEYAR_TEST_BROKERS` names, else on an embedded one of its own.
    pub fn new() -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temporary folder can be made"));
        let (brokers, broker) = match std::env::var("MEYAR_TEST_BROKERS") {
            Ok(brokers) => (brokers, None),
            Err(_) => {
                let embedded = Embedded::start(dir.path()).unwrap_or_else(|error| panic!("{error}"));
                (embedded.brokers.clone(), Some(Arc::new(embedded)))
            }
        };
        Self::made(dir, &brokers, broker, Arc::new(runtime()))
    }

    /// On a broker that the test itself runs.
    pub fn on(brokers: &str) -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temporary folder can be made"));
        Self::made(dir, brokers, None, Arc::new(runtime()))
    }

    /// Another deployment on the same broker.
    pub fn beside(&self) -> Self {
        Self::made(self.dir.clone(), &self.config.brokers, self.broker.clone(), self.runtime.clone())
    }

    fn made(dir: Arc<TempDir>, brokers: &str, broker: Option<Arc<Embedded>>, runtime: Arc<Runtime>) -> Self {
        let name = format!("t{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
        let config = BrokerConfig { prefix: format!("{name}."), ..BrokerConfig::new(brokers) };
        let world =
            Self { config, dir, name, lake: None, work: OnceLock::new(), runtime, publisher: OnceLock::new(), broker };
        world.make_topics(&Subject::ALL);
        world
    }

    /// The lake stands elsewhere.
    pub fn with_lake(mut self, place: &Path) -> Self {
        self.lake = Some(place.display().to_string());
        self
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join(&self.name)
    }

    /// The store of people's work that the program has from now on: SQLite; PostgreSQL where `MEYAR_TEST_POSTGRES` tells its address
    /// (tests/postgres/with).
    pub fn work(&self) -> &str {
        self.work.get_or_init(|| {
            let Ok(server) = std::env::var("MEYAR_TEST_POSTGRES") else {
                return self.data().join("work.db").display().to_string();
            };
            let make = format!("CREATE DATABASE {}", self.name);
            let made = Command::new("psql").args([&format!("{server}/postgres"), "-qc", &make]).status();
            assert!(made.is_ok_and(|status| status.success()), "a database of its own can be made");
            format!("{server}/{}", self.name)
        })
    }

    /// A place for a test's own files.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn written(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.file(name);
        std::fs::write(&path, content).expect("a temporary file can be written");
        path.display().to_string()
    }

    // ---- the program

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = meyar();
        command.args(args).arg("--data").arg(self.data());
        command.args(["--brokers", &self.config.brokers, "--topic-prefix", &self.config.prefix]);
        if let Some(lake) = &self.lake {
            command.args(["--lake", lake]);
        }
        if let Some(work) = self.work.get() {
            command.env("MEYAR_WORK", work);
        }
        command
    }

    #[track_caller]
    pub fn ask(&self, args: &[&str]) -> Done {
        ask(self.command(args))
    }

    /// Starts these stages in one process.
    pub fn run(&self, stages: &[&str], more: &[&str]) -> Running {
        let mut args = vec!["run"];
        stages.iter().for_each(|stage| args.extend(["--stage", stage]));
        args.extend(QUICK.chunks(2).filter(|pair| !more.contains(&pair[0])).flatten());
        args.extend(more);
        Running::start(&format!("{} of {}", stages.join("+"), self.name), self.command(&args))
    }

    // ---- the lake

    #[track_caller]
    pub fn sql(&self, query: &str) -> Vec<Row> {
        // What a test asks is nobody's look: in a place where nobody works it is not written into the access log.
        let nowhere = self.file("nobody.db").display().to_string();
        let done = self.ask(&["sql", "--work", &nowhere, "--format", "json", query]).succeeded();
        serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{query}: {error}\n{}", done.out))
    }

    #[track_caller]
    pub fn count(&self, table: &str) -> u64 {
        let rows = self.sql(&format!("SELECT count(*) AS n FROM {table}"));
        rows[0]["n"].as_u64().unwrap_or_default()
    }

    #[track_caller]
    pub fn wait_for_rows(&self, table: &str, at_least: u64) {
        eventually(&format!("{table} has {at_least} rows"), || (self.count(table) >= at_least).then_some(()));
    }

    /// The dead letters in the lake, once there are so many.
    #[track_caller]
    pub fn letters(&self, at_least: u64) -> Vec<Row> {
        self.wait_for_rows("dead_letters", at_least);
        self.sql("SELECT * FROM dead_letters ORDER BY origin_topic, origin_partition, origin_offset")
    }

    /// A dead letter tells where the message stood, what was wrong and what to do, and has its bytes (P3).
    #[track_caller]
    pub fn holds_whole(&self, letter: &Row, code: &str, original: &Event) {
        assert_eq!(text(letter, "error_code"), code, "{letter:?}");
        assert_eq!(text(letter, "origin_topic"), self.config.topic(original.subject));
        assert!(letter["origin_partition"].as_i64().is_some_and(|n| n >= 0), "{letter:?}");
        assert!(letter["origin_offset"].as_i64().is_some_and(|n| n >= 0), "{letter:?}");
        assert!(bytes(letter, "payload") == original.value, "the bytes are not the original's: {letter:?}");
        for field in ["error_field", "error_problem", "error_remedy"] {
            assert!(!text(letter, field).is_empty(), "{field} is empty: {letter:?}");
        }
    }

    /// Commits that a table has had: cheaper to look at than the table.
    pub fn commits(&self, table: &str) -> usize {
        let log = self.data().join("lake").join(table).join("_delta_log");
        std::fs::read_dir(log).map_or(0, |files| {
            files.flatten().filter(|file| file.path().extension().is_some_and(|e| e == "json")).count()
        })
    }

    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    // ---- the broker

    pub fn publisher(&self) -> &Publisher {
        self.publisher.get_or_init(|| Publisher::new(&self.config).expect("a producer can be made"))
    }

    /// Sends messages; all are acknowledged when this returns.
    #[track_caller]
    pub fn send<'a>(&self, events: impl IntoIterator<Item = &'a Event>) {
        let sent = self.runtime.block_on(async {
            let mut burst = Burst::new(self.publisher());
            for event in events {
                let (subject, key, headers) = (event.subject, event.key.as_str(), event.headers.clone());
                burst.send(&Outgoing { subject, key, headers, value: &event.value }).await?;
            }
            burst.finish().await
        });
        sent.unwrap_or_else(|error| panic!("not acknowledged: {error}"));
    }

    #[track_caller]
    pub fn make_topics(&self, subjects: &[Subject]) {
        eventually("topics can be made", || self.runtime.block_on(topics::create(&self.config, subjects)).ok());
    }

    #[track_caller]
    pub fn delete_topic(&mut self, subject: Subject) {
        self.publisher.take(); // an idempotent producer would go on counting where the old topic ended
        self.runtime.block_on(topics::delete(&self.config, &[subject])).unwrap_or_else(|error| panic!("{error}"));
        let topic = self.config.topic(subject);
        eventually("the topic is gone", || match topics::watermarks(&self.config, &topic) {
            Ok(found) if !found.is_empty() => None,
            _ => Some(()),
        });
    }

    /// Messages that stand in a topic.
    #[track_caller]
    pub fn messages(&self, subject: Subject) -> u64 {
        let found =
            topics::watermarks(&self.config, &self.config.topic(subject)).unwrap_or_else(|error| panic!("{error}"));
        found.iter().map(|(_, low, high)| (high - low).unsigned_abs()).sum()
    }

    /// Messages of these topics that a stage has not yet committed.
    #[track_caller]
    pub fn lag(&self, stage: &str, subjects: &[Subject]) -> i64 {
        topics::lag(&self.config, stage, subjects).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits until a stage has done everything that stands in these topics.
    #[track_caller]
    pub fn wait_until_done(&self, stage: &str, subjects: &[Subject]) {
        eventually(&format!("{stage} has read everything"), || {
            matches!(topics::lag(&self.config, stage, subjects), Ok(0)).then_some(())
        });
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads can be started")
}

/// The program with nothing of the tester's environment that could change what it does.
pub fn meyar() -> Command {
    let program = std::env::var_os("MEYAR_BIN").map(PathBuf::from).or_else(|| beside_us("meyar"));
    let mut command = Command::new(program.expect("MEYAR_BIN names the program; `make test` sets it"));
    command.env_clear();
    for name in ["PATH", "HOME", "TMPDIR", "LANG", "MEYAR_CACHE", "MEYAR_EMBEDDED_BROKER"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.current_dir(std::env::temp_dir());
    command
}

/// The embedded broker's program.
pub fn broker_program() -> PathBuf {
    std::env::var_os("MEYAR_EMBEDDED_BROKER")
        .map(PathBuf::from)
        .or_else(|| beside_us("../embedded/debug/meyar-embedded-broker"))
        .expect("MEYAR_EMBEDDED_BROKER names the embedded broker; `make test` sets it")
}

/// Tests stand one folder below the programs.
fn beside_us(name: &str) -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    here.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// A file of the repository.
/// A Python with the libraries that a folder of the tests asks for.
#[track_caller]
pub fn python(folder: &str) -> PathBuf {
    let mut command = Command::new("python3");
    command.args([repository("tests/interpreter.py"), repository(folder)]);
    let told = command.output().expect("python3 starts");
    assert!(told.status.success(), "{folder}: {}", String::from_utf8_lossy(&told.stderr));
    String::from_utf8_lossy(&told.stdout).trim().into()
}

pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The bytes of a row's binary column; the lake's answers carry them as hex digits.
pub fn bytes(row: &Row, column: &str) -> Vec<u8> {
    let digits = row.get(column).and_then(Value::as_str).unwrap_or_default();
    (0..digits.len() / 2).filter_map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).ok()).collect()
}

pub fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}
