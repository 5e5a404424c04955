//! What a batch means for a table: new rows, repeats, contradictions. No I/O.

use crate::{
    clock::Month,
    content::Key,
    error::LakeError,
    files::{self, File},
    keys::{ByKey, DELETED, Keys},
    layout::Laid,
    row::Refused,
};
use arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::filter_record_batch,
    datatypes::Int64Type,
};
use chrono::Utc;
use meyar_schemas::{Invalid, Subject, deadletter::DeadLetterError};
use std::collections::BTreeMap;

/// A batch that was judged and laid out, and not yet written. Send its `refused` to the dead letters before committing it: the commit
/// moves the positions past them.
#[derive(Debug, Default)]
pub struct Prepared {
    pub(crate) files: Vec<File>,
    pub(crate) keys: Vec<(Key, i64)>,
    /// New rows.
    pub rows: usize,
    /// Rows that the table (or the batch) had already, with the same content.
    pub repeats: usize,
    /// Which of the rows those were, in the order of the shares.
    pub repeated: Vec<usize>,
    /// Rows whose key was told before with other content, or that do not fit the table.
    pub refused: Vec<Refused>,
}

pub fn judge(subject: Subject, known: &Keys, shares: &[Laid]) -> Result<Prepared, LakeError> {
    let mut batch = Prepared::default();
    let mut here: ByKey<i64> = ByKey::default();
    here.reserve(shares.iter().map(|laid| laid.told.len()).sum());
    let mut months: BTreeMap<Month, Vec<RecordBatch>> = BTreeMap::new();
    let mut index = 0;
    for laid in shares {
        // The month of each row that is new; in step with the columns, which leave misfits out.
        let mut fresh = Vec::with_capacity(laid.columns.num_rows());
        for told in &laid.told {
            match told {
                Err(error) => batch.refused.push(Refused { index, error: error.clone() }),
                Ok(told) => {
                    let before = known.get(told.key).or_else(|| here.get(&told.key).copied());
                    match before {
                        // What was deleted is not told again, by whatever words.
                        Some(hash)
                            if hash == told.hash
                                || hash == DELETED
                                || may_differ(subject, &laid.columns, fresh.len()) =>
                        {
                            batch.repeats += 1;
                            batch.repeated.push(index);
                        }
                        Some(_) => {
                            let error = contradiction(&laid.columns, fresh.len());
                            batch.refused.push(Refused { index, error });
                        }
                        None => {
                            here.insert(told.key, told.hash);
                        }
                    }
                    fresh.push(before.is_none().then_some(told.month));
                }
            }
            index += 1;
        }
        share_out(&laid.columns, &fresh, &mut months)?;
    }
    let landed = Utc::now();
    for (month, batches) in months {
        let file = files::encode(month, &batches, landed)?;
        batch.rows += file.rows;
        batch.files.push(file);
    }
    batch.keys = here.into_iter().collect();
    Ok(batch)
}

/// A dead letter that contradicts itself must not become another dead letter. Work of our own that was done again after a crash may have come
/// out otherwise (a model need not hear the same twice, an evaluation may have met newer records of its call), and what was told first stands.
fn may_differ(subject: Subject, columns: &RecordBatch, at: usize) -> bool {
    match subject {
        Subject::DeadLetters => true,
        Subject::CallTranscripts | Subject::CallEvaluations => text(columns, "source", at).starts_with("meyar/"),
        _ => false,
    }
}

fn text<'a>(columns: &'a RecordBatch, name: &str, at: usize) -> &'a str {
    columns.column_by_name(name).and_then(|c| c.as_string_opt::<i32>()).map_or("", |c| c.value(at))
}

/// Gives each month its new rows.
fn share_out(
    columns: &RecordBatch,
    fresh: &[Option<Month>],
    months: &mut BTreeMap<Month, Vec<RecordBatch>>,
) -> Result<(), LakeError> {
    let mut named: Vec<Month> = fresh.iter().flatten().copied().collect();
    named.sort_unstable();
    named.dedup();
    for month in named {
        let all = fresh.iter().all(|row| *row == Some(month));
        let rows = if all {
            columns.clone()
        } else {
            filter_record_batch(columns, &BooleanArray::from_iter(fresh.iter().map(|row| Some(*row == Some(month)))))?
        };
        months.entry(month).or_default().push(rows);
    }
    Ok(())
}

fn contradiction(columns: &RecordBatch, at: usize) -> DeadLetterError {
    let revision =
        columns.column_by_name("revision").and_then(|c| c.as_primitive_opt::<Int64Type>()).map_or(0, |c| c.value(at));
    let key = format!("{} {} revision {revision}", text(columns, "source", at), text(columns, "event_id", at));
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
