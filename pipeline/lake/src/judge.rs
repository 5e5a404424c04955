//! What a batch means for a table: new rows, repeats, contradictions. No I/O.

use crate::{
    clock::{Local, Month},
    content,
    dictionary::Table,
    error::LakeError,
    files::{self, File, Fresh},
    keys::Keys,
    row::{Refused, Row},
};
use chrono::Utc;
use meyar_schemas::{Invalid, Subject, deadletter::DeadLetterError};
use std::collections::{BTreeMap, HashMap};

/// A batch that was judged and laid out, and not yet written. Send its `refused` to the dead letters before committing it: the commit
/// moves the positions past them.
#[derive(Debug, Default)]
pub struct Prepared {
    pub(crate) files: Vec<File>,
    pub(crate) keys: Vec<(u128, i64)>,
    /// New rows.
    pub rows: usize,
    /// Rows that the table (or the batch) had already, with the same content.
    pub repeats: usize,
    /// Rows whose key was told before with other content, or that do not fit the table.
    pub refused: Vec<Refused>,
}

/// The time at which a machine made its result is not part of what it says: work done twice after a crash is a repeat.
fn made_at(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::CallTranscripts | Subject::CallEvaluations => Some("created_at"),
        Subject::DeadLetters => Some("at"),
        _ => None,
    }
}

pub fn judge(subject: Subject, table: &Table, known: &Keys, rows: &[Row]) -> Result<Prepared, LakeError> {
    let mut batch = Prepared::default();
    let mut here: HashMap<u128, (i64, usize)> = HashMap::with_capacity(rows.len());
    let mut months: BTreeMap<Month, Vec<Fresh<'_>>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let envelope = &row.envelope;
        let key = content::key(&envelope.source, &envelope.id, envelope.revision.into());
        let hash = content::content(&row.data, made_at(subject), row.payload.as_deref());
        match known.get(key).or_else(|| here.get(&key).map(|(hash, _)| *hash)) {
            // A dead letter that contradicts itself must not become another dead letter; an evaluation that was done again after a
            // crash may have met newer records of its call, and the first one stands.
            Some(told) if told == hash || matches!(subject, Subject::DeadLetters | Subject::CallEvaluations) => {
                batch.repeats += 1;
            }
            Some(_) => batch.refused.push(Refused { index, error: contradiction(row) }),
            None => {
                here.insert(key, (hash, index));
                let time = row.time(subject);
                let local = Local::of(time);
                months.entry(local.month()).or_default().push(Fresh { index, row, time, local, hash });
            }
        }
    }
    let landed = Utc::now();
    let mut misfits = HashMap::new();
    for (month, fresh) in months {
        let encoded = files::encode(table, month, &fresh, landed)?;
        batch.rows += encoded.file.as_ref().map_or(0, |f| f.rows);
        batch.files.extend(encoded.file);
        misfits.extend(encoded.misfits);
    }
    batch.keys =
        here.into_iter().filter(|(_, (_, index))| !misfits.contains_key(index)).map(|(k, (h, _))| (k, h)).collect();
    batch
        .refused
        .extend(misfits.into_iter().map(|(index, path)| Refused { index, error: misfit(&rows[index], &path) }));
    batch.refused.sort_by_key(|r| r.index);
    Ok(batch)
}

fn contradiction(row: &Row) -> DeadLetterError {
    let envelope = &row.envelope;
    let key = format!("{} {} revision {}", envelope.source, envelope.id, envelope.revision);
    let problem = "was told before with other content";
    DeadLetterError::new(
        "conflict",
        Invalid::new(
            "ce_id",
            key,
            problem,
            "send a correction with a higher ce_revision, or another event with an id of its own",
        ),
    )
}

fn misfit(row: &Row, path: &str) -> DeadLetterError {
    let found = crate::sink::Path::new(path).find(&row.data).map_or_else(String::new, ToString::to_string);
    DeadLetterError::new(
        "invalid",
        Invalid::new(path, found, "does not fit its column in the lake", "see schemas/tables for the column's type"),
    )
}
