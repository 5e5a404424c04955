//! What the repository itself has to show: example events, samples of exports, shipped files.

use std::{fs, path::PathBuf};

fn path(place: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(place)
}

/// One file; nothing when it is not there.
pub fn file(place: &str) -> Vec<u8> {
    fs::read(path(place)).unwrap_or_default()
}

pub fn text(place: &str) -> String {
    String::from_utf8_lossy(&file(place)).into_owned()
}

/// The files of a folder whose names end so, in order.
pub fn folder(place: &str, ending: &str) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(path(place)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.sort();
    paths.iter().filter_map(|path| fs::read(path).ok()).collect()
}
