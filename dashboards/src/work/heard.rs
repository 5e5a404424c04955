//! Which sounds a session has begun to hear: a player takes one sound in many pieces, and the access log has one entry of it.

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// Then all are forgotten, and what still plays is logged once more.
const KEPT: usize = 10_000;

#[derive(Default)]
pub struct Heard(Mutex<HashSet<[u8; 32]>>);

fn key(cookie: &str, path: &str) -> [u8; 32] {
    Sha256::new().chain_update(cookie).chain_update([0]).chain_update(path).finalize().into()
}

impl Heard {
    pub fn begun(&self, cookie: &str, path: &str) -> bool {
        self.0.lock().contains(&key(cookie, path))
    }

    pub fn begin(&self, cookie: &str, path: &str) {
        let mut heard = self.0.lock();
        if heard.len() >= KEPT {
            heard.clear();
        }
        heard.insert(key(cookie, path));
    }
}
