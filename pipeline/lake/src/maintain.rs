//! Housekeeping of a table: small files joined, leftovers swept, the log summed up and shortened.

use crate::{dictionary, error::LakeError, files, log::TableLog, root::LakeRoot};
use deltalake::{
    checkpoints,
    operations::{optimize::OptimizeType, vacuum::VacuumMode},
};
use meyar_schemas::Subject;
use std::num::NonZeroU64;

#[derive(Debug, Clone)]
pub struct Upkeep {
    /// Files are joined up to this size.
    pub target_bytes: NonZeroU64,
    /// Files that no version of the table younger than this needs are deleted. Frozen reports (P9) need their versions: keep it long.
    pub keep: std::time::Duration,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            target_bytes: NonZeroU64::MIN.saturating_add(128 * 1024 * 1024),
            keep: std::time::Duration::from_secs(30 * 86_400),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpkeepReport {
    pub files_joined: u64,
    pub files_made: u64,
    pub files_swept: usize,
    pub log_entries_removed: usize,
}

/// Keeps one table in order. Landers may go on: joining changes no row and loses against a lander that was faster, never the other way.
pub async fn maintain(root: &LakeRoot, subject: Subject, upkeep: &Upkeep) -> Result<UpkeepReport, LakeError> {
    let table = dictionary::table(subject);
    let (log, loaded) = TableLog::open(root.table(&table.name)?, table, root.to_string()).await?;
    let (loaded, joined) = loaded
        .optimize()
        .with_type(OptimizeType::Compact)
        .with_target_size(upkeep.target_bytes)
        .with_writer_properties(files::properties())
        .await
        .map_err(|e| log.storage(&e))?;
    let keep = chrono::Duration::from_std(upkeep.keep).unwrap_or(chrono::Duration::MAX);
    // Files that no log tells of may be those of a lander about to commit: they are swept only when they are a day old.
    let mode = if keep >= chrono::Duration::days(1) { VacuumMode::Full } else { VacuumMode::Lite };
    let (loaded, swept) = loaded
        .vacuum()
        .with_mode(mode)
        .with_retention_period(keep)
        .with_enforce_retention_duration(false)
        .await
        .map_err(|e| log.storage(&e))?;
    checkpoints::create_checkpoint(&loaded, None).await.map_err(|e| log.storage(&e))?;
    let removed = checkpoints::cleanup_metadata(&loaded, None).await.map_err(|e| log.storage(&e))?;
    Ok(UpkeepReport {
        files_joined: joined.num_files_removed,
        files_made: joined.num_files_added,
        files_swept: swept.files_deleted.len(),
        log_entries_removed: removed,
    })
}
