//! A folder of a thread's own for parsers that read files by path; in memory where the machine has such a place.

use std::{cell::RefCell, fs, path::PathBuf};
use tempfile::TempDir;

thread_local! {
    static FOLDER: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

/// The folder; the caller's files of an earlier input are still in it.
pub fn folder() -> PathBuf {
    FOLDER.with_borrow_mut(|folder| {
        let made = folder.get_or_insert_with(|| {
            let prefix = "meyar-fuzz-";
            let shared = tempfile::Builder::new().prefix(prefix).tempdir_in("/dev/shm");
            shared
                .or_else(|_| tempfile::Builder::new().prefix(prefix).tempdir())
                .expect("a temporary folder can be made")
        });
        made.path().to_path_buf()
    })
}

/// A file of that name with these bytes.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder().join(name);
    fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}
