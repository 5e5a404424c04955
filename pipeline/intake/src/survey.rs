//! A first look over the whole file, so that the second can tell every call as soon as its last row was read, and so that
//! neither ids nor events depend on the order of the rows.

use crate::{
    calls,
    lines::Lines,
    mapping::{Outcome, Rows},
    sheet::{Row, Sheet},
};
use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    io,
};

/// Digest of a key or of a row; lives no longer than the import.
pub type Digest = u64;

pub fn digest(value: &(impl Hash + ?Sized)) -> Digest {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    rows: u32,
    first: Digest,
    /// Rows of the same key say different things.
    differ: bool,
}

/// How often each call's key stands in the file.
#[derive(Debug, Default)]
pub struct Survey {
    keys: HashMap<Digest, Seen>,
    /// Rows of repeated keys that were read already in the second look.
    read: HashSet<(Digest, Digest)>,
}

impl Survey {
    /// Reads everything once: a file that is cut short is refused before any of it is sent.
    pub fn of(sheet: &Sheet, lines: &mut Lines<'_>) -> io::Result<Self> {
        let mut survey = Self::default();
        for line in lines {
            let Ok(row) = sheet.row(line?) else { continue };
            if sheet.mapping.rows == Rows::Calls && matches!(calls::outcome(sheet, &row), Ok(Outcome::Ignore)) {
                continue;
            }
            if let Some(key) = sheet.key(&row) {
                let first = digest(&row.raw);
                let seen = survey.keys.entry(digest(&key)).or_insert(Seen { rows: 0, first, differ: false });
                seen.rows += 1;
                seen.differ |= seen.first != first;
            }
        }
        Ok(survey)
    }

    pub fn rows(&self, key: Digest) -> u32 {
        self.keys.get(&key).map_or(0, |seen| seen.rows)
    }

    pub fn differ(&self, key: Digest) -> bool {
        self.keys.get(&key).is_some_and(|seen| seen.differ)
    }

    /// The row stood in the file before, to the letter. For rows that tell a whole call.
    pub fn is_repeat(&mut self, key: Digest, row: &Row) -> bool {
        self.rows(key) > 1 && !self.read.insert((key, digest(&row.raw)))
    }
}
