//! Meyar's processes: started, listened to, killed. What one said is shown when its test fails.

use crate::wait::eventually;
use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

/// A process that has ended.
#[derive(Debug)]
pub struct Done {
    /// `None`: ended by a signal.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Done {
    /// The line that the program ends with when it fails; there must be one only.
    #[track_caller]
    pub fn complaint(&self) -> &str {
        let lines: Vec<&str> = self.err.lines().filter(|line| line.starts_with("meyar: ")).collect();
        assert_eq!(lines.len(), 1, "one line must tell what is wrong:\n{}", self.err);
        lines[0]
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "ended badly:\n{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn failed(self) -> Self {
        assert!(self.code.is_some_and(|code| code != 0), "ended with {:?}:\n{}{}", self.code, self.out, self.err);
        self
    }
}

type Words = Arc<Mutex<String>>;

/// A process that runs; it is killed when this is dropped.
pub struct Running {
    name: String,
    child: Child,
    out: Words,
    err: Words,
    listeners: Vec<JoinHandle<()>>,
}

impl Running {
    pub fn start(name: &str, mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}; build it with `make build`"));
        let (out, err) = (Words::default(), Words::default());
        let mut listeners = Vec::new();
        if let Some(stream) = child.stdout.take() {
            listeners.push(listen(stream, out.clone()));
        }
        if let Some(stream) = child.stderr.take() {
            listeners.push(listen(stream, err.clone()));
        }
        Self { name: name.to_owned(), child, out, err, listeners }
    }

    pub fn said(&self) -> String {
        words(&self.err)
    }

    /// Where its pages are, once it serves them.
    #[track_caller]
    pub fn address(&self) -> String {
        self.address_of("http://")
    }

    /// Where its SQL port is, once it is open.
    #[track_caller]
    pub fn sql_address(&self) -> String {
        self.address_of("postgresql://")
    }

    #[track_caller]
    fn address_of(&self, scheme: &str) -> String {
        eventually(&format!("{} listens on {scheme}", self.name), || {
            words(&self.out).lines().find(|line| line.starts_with(scheme)).map(str::to_owned)
        })
    }

    /// How often a word stands in what it said so far.
    pub fn told(&self, word: &str) -> usize {
        self.said().matches(word).count()
    }

    #[track_caller]
    pub fn wait_until_it_says(&self, word: &str) {
        eventually(&format!("{} says `{word}`", self.name), || (self.told(word) > 0).then_some(()));
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL: no destructor, no last word.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ctrl-C, and what came of it.
    #[track_caller]
    pub fn interrupt(self) -> Done {
        // The standard library can only kill.
        let status = Command::new("sh").args(["-c", &format!("kill -INT {}", self.child.id())]).status();
        assert!(status.is_ok_and(|s| s.success()), "{} cannot be interrupted", self.name);
        self.ended()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ended(mut self) -> Done {
        let what = format!("{} ends", self.name);
        let status = eventually(&what, || self.child.try_wait().ok().flatten());
        for listener in self.listeners.drain(..) {
            let _ = listener.join();
        }
        Done { code: status.code(), out: words(&self.out), err: words(&self.err) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("── {} said:\n{}{}──", self.name, words(&self.out), words(&self.err));
        }
    }
}

/// Runs a program to its end.
#[track_caller]
pub fn ask(command: Command) -> Done {
    Running::start("meyar", command).ended()
}

fn listen(stream: impl Read + Send + 'static, into: Words) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if let Ok(mut words) = into.lock() {
                words.push_str(&String::from_utf8_lossy(&line));
            }
            line.clear();
        }
    })
}

fn words(words: &Words) -> String {
    words.lock().map(|w| w.clone()).unwrap_or_default()
}
