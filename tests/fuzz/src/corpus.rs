//! Inputs that once were findings: kept by target, replayed by every test run.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::PathBuf,
};

pub fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// Named by its content: the same finding twice is one file.
pub fn keep(target: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let path = folder(target).join(format!("{:016x}", hasher.finish()));
    fs::create_dir_all(folder(target))?;
    fs::write(&path, bytes)?;
    Ok(path)
}

/// Name and bytes of what is kept for a target, in order.
pub fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder(target)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| Some((path.display().to_string(), fs::read(path).ok()?))).collect()
}
