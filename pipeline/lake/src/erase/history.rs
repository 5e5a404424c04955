//! What older versions of a table still hold of deleted rows: files that the newest version does not need, and least and greatest values in the log.
//! Versions that kept documents were made of are no exception (P9): a document keeps its own figures' rows.

use super::{may_hold, open, rows, statistics};
use crate::{
    dictionary::{PARTITION, Table},
    error::LakeError,
    joining::time_of,
    log::TableLog,
    parts,
    root::LakeRoot,
    views,
};
use chrono::Duration;
use deltalake::DeltaTable;
use futures::TryStreamExt as _;
use meyar_faults::step;
use meyar_schemas::{Subject, deletions::Order};
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt as _};
use std::{collections::HashSet, fs, path::Path as Folder};

/// A file that no log tells of may be that of a lander about to commit, unless it is so old.
const ABANDONED_H: i64 = 24;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    pub files: u64,
    pub bytes: u64,
    /// Files of what was put together from the rows, beside the lake.
    pub kept: u64,
}

/// Deletes every file that holds rows of an order, and that the table's newest version does not need; and what was put together from such rows in
/// `kept_dir`. Readers of an older version lose it: let those that have begun come to their end first.
pub async fn sweep(root: &LakeRoot, order: &Order, kept_dir: Option<&Folder>) -> Result<Swept, LakeError> {
    let (log, table) = open(root, order)?;
    let Some(loaded) = log.load().await? else { return Ok(Swept::default()) };
    step!("retention.sweep.before", Err(log.storage(&std::io::Error::other("made to fail"))));
    let mut swept = Swept::default();
    for file in leftovers(&log, &loaded).await? {
        let folder = file.location.parts().next();
        let month = folder.as_ref().and_then(|part| part.as_ref().strip_prefix(PARTITION)?.strip_prefix('='));
        if !month.is_some_and(|month| may_hold(month, order.before)) || !holds(&log, &file, order, table).await? {
            continue;
        }
        match log.store().object_store(None).delete(&file.location).await {
            Ok(()) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(log.storage(&error)),
        }
        swept.files += 1;
        swept.bytes += file.size;
    }
    unlink_unfinished(&log, order)?;
    statistics::clean(&log, loaded).await?;
    let views = views::kept_of(Subject::of_table(&order.table)?);
    if let Some(folder) = kept_dir.filter(|_| !views.is_empty()) {
        swept.kept = parts::forget(folder, &views, order.before)?;
    }
    step!("retention.sweep.after");
    Ok(swept)
}

/// Files that the newest version does not need.
async fn leftovers(log: &TableLog, loaded: &DeltaTable) -> Result<Vec<ObjectMeta>, LakeError> {
    let state = loaded.snapshot().map_err(|e| log.storage(&e))?;
    let needed: HashSet<String> = state.log_data().iter().map(|view| view.object_store_path().to_string()).collect();
    let taken_away = state.all_tombstones(log.store().as_ref()).try_collect::<Vec<_>>().await;
    let taken_away: HashSet<String> =
        taken_away.map_err(|e| log.storage(&e))?.iter().map(|file| file.path().into_owned()).collect();
    let files: Vec<ObjectMeta> =
        log.store().object_store(None).list(None).try_collect().await.map_err(|e| log.storage(&e))?;
    let now = time_of(&log.store().object_store(None)).await.map_err(|e| log.storage(&e))?;
    let old = |file: &ObjectMeta| now - file.last_modified > Duration::hours(ABANDONED_H);
    let left = files.into_iter().filter(|file| {
        let place = file.location.as_ref();
        !place.starts_with('_')
            && place.ends_with(".parquet")
            && !needed.contains(place)
            && (taken_away.contains(place) || old(file))
    });
    Ok(left.collect())
}

/// What a writer on this disk left behind in the middle of a file: `<file>#<n>`, which no listing tells of. Nobody will finish it.
fn unlink_unfinished(log: &TableLog, order: &Order) -> Result<(), LakeError> {
    let Some(folder) = log.folder() else { return Ok(()) };
    let trouble = |error: std::io::Error| log.storage(&error);
    let entries = |folder: &Folder| fs::read_dir(folder).map(|found| found.flatten().collect::<Vec<_>>());
    for month in entries(&folder).map_err(trouble)? {
        let name = month.file_name().to_string_lossy().into_owned();
        let days = name.strip_prefix(PARTITION).and_then(|name| name.strip_prefix('='));
        if !days.is_some_and(|month| may_hold(month, order.before)) {
            continue;
        }
        for file in entries(&month.path()).map_err(trouble)? {
            let age = || file.metadata()?.modified()?.elapsed().map_err(std::io::Error::other);
            let old = |age: std::time::Duration| age.as_secs() > ABANDONED_H as u64 * 3_600;
            if is_unfinished(&file.file_name().to_string_lossy()) && age().is_ok_and(old) {
                match fs::remove_file(file.path()) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(trouble(error)),
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// As `object_store` names what it has not written to its end on a disk.
pub fn is_unfinished(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|digit| digit.is_ascii_digit()))
}

async fn holds(log: &TableLog, file: &ObjectMeta, order: &Order, table: &Table) -> Result<bool, LakeError> {
    let chosen = rows::Chosen { order, keys: None };
    let needed = rows::needed(table);
    let looked = async {
        for batch in rows::read(log, file.location.as_ref(), Some(&needed)).await? {
            let batch = batch?;
            if chosen.mask(&batch)?.true_count() > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    };
    match looked.await {
        Err(LakeError::Gone { .. }) => Ok(false),
        // What nobody can read, and no version needs, was not written to its end.
        Err(LakeError::Bug(problem)) => {
            tracing::warn!(table = table.name, file = %file.location, problem, "a left-over file cannot be read, and is deleted");
            Ok(true)
        }
        looked => looked,
    }
}
