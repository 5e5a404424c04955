//! The embedded broker as a child process, found again by other programs through a note in its data directory.

use crate::{BrokerConfig, BrokerError, topics};
use serde::{Deserialize, Serialize};
use std::os::unix::process::CommandExt as _;
use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const PROGRAM: &str = "meyar-embedded-broker";
const START: Duration = Duration::from_secs(20);

#[derive(Debug, Serialize, Deserialize)]
struct Note {
    brokers: String,
}

/// A running embedded broker; it stops when this is dropped, or when this process ends in any way.
pub struct Embedded {
    pub brokers: String,
    child: Child,
    note: PathBuf,
}

impl Embedded {
    /// The broker of this data directory: the one that another program already runs, or a new one, which is the caller's.
    pub fn find_or_start(data: &Path) -> Result<(String, Option<Self>), BrokerError> {
        // Two brokers on one file would ruin it: programs that begin at the same moment take turns.
        let _turn = turn(data)
            .map_err(|e| BrokerError::Embedded(format!("{} cannot be written: {e}", data.join("broker").display())))?;
        if let Some(brokers) = Self::running(data) {
            return Ok((brokers, None));
        }
        let embedded = Self::start(data)?;
        Ok((embedded.brokers.clone(), Some(embedded)))
    }

    /// The broker that another program already runs on this data directory, if it answers.
    pub fn running(data: &Path) -> Option<String> {
        let note: Note = serde_json::from_slice(&std::fs::read(note_path(data)).ok()?).ok()?;
        topics::ping(&BrokerConfig::new(&note.brokers), Duration::from_secs(2)).ok()?;
        Some(note.brokers)
    }

    pub fn start(data: &Path) -> Result<Self, BrokerError> {
        let program = program()?;
        let directory = data.join("broker");
        let failed = |what: &str, e: std::io::Error| BrokerError::Embedded(format!("{what}: {e}"));
        std::fs::create_dir_all(&directory)
            .map_err(|e| failed(&format!("{} cannot be made", directory.display()), e))?;
        let log = std::fs::File::create(directory.join("broker.log"))
            .map_err(|e| failed("broker.log cannot be written", e))?;
        let port = free_port().map_err(|e| failed("no free port", e))?;
        let mut child = Command::new(&program)
            .args(["--port", &port.to_string(), "--data"])
            .arg(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            // Ctrl-C in a terminal reaches the whole group: the stages must drain into a broker that is still there.
            .process_group(0)
            .spawn()
            .map_err(|e| failed(&format!("{} cannot be started", program.display()), e))?;
        let brokers = format!("127.0.0.1:{port}");
        let config = BrokerConfig::new(&brokers);
        let begun = Instant::now();
        while topics::ping(&config, Duration::from_millis(500)).is_err() {
            let ended = child.try_wait().map_err(|e| failed("its process cannot be watched", e))?;
            if ended.is_some() || begun.elapsed() > START {
                let _ = child.kill();
                let said = std::fs::read_to_string(directory.join("broker.log")).unwrap_or_default();
                let last = said.lines().last().unwrap_or("it said nothing");
                return Err(BrokerError::Embedded(format!(
                    "did not come up on {brokers} ({last}); see {}",
                    directory.join("broker.log").display()
                )));
            }
        }
        let note = note_path(data);
        let text =
            serde_json::to_vec(&Note { brokers: brokers.clone() }).map_err(|e| BrokerError::Embedded(e.to_string()))?;
        std::fs::write(&note, text).map_err(|e| failed(&format!("{} cannot be written", note.display()), e))?;
        tracing::info!(%brokers, "embedded broker is up");
        Ok(Self { brokers, child, note })
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.note);
        drop(self.child.stdin.take()); // it ends when its standard input does
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn turn(data: &Path) -> std::io::Result<File> {
    let directory = data.join("broker");
    std::fs::create_dir_all(&directory)?;
    let lock = File::create(directory.join("lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn note_path(data: &Path) -> PathBuf {
    data.join("broker").join("broker.json")
}

/// Beside this program, or where `MEYAR_EMBEDDED_BROKER` says.
fn program() -> Result<PathBuf, BrokerError> {
    if let Some(path) = std::env::var_os("MEYAR_EMBEDDED_BROKER") {
        return Ok(path.into());
    }
    let here = std::env::current_exe().map_err(|e| BrokerError::Embedded(e.to_string()))?;
    // A test's program stands one directory deeper than the others.
    here.ancestors()
        .skip(1)
        .take(2)
        .flat_map(|dir| {
            [dir.join(PROGRAM), dir.join("embedded/debug").join(PROGRAM), dir.join("../embedded/debug").join(PROGRAM)]
        })
        .find(|path| path.is_file())
        .ok_or_else(|| {
            BrokerError::Embedded(format!(
                "{PROGRAM} does not stand beside {}; build it with `make build`, or give --brokers host:port",
                here.display()
            ))
        })
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
