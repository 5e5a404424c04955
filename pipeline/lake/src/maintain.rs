//! Housekeeping of a table: small files joined, leftovers swept, the log summed up and shortened.

use crate::{dictionary, error::LakeError, files, joining::Turn, log::TableLog, root::LakeRoot};
use deltalake::{
    DeltaTable, checkpoints,
    operations::{optimize::OptimizeType, vacuum::VacuumMode},
};
use futures::future::BoxFuture;
use meyar_faults::step;
use meyar_schemas::Subject;
use std::{io, num::NonZeroU64, time::Duration};

#[derive(Debug, Clone)]
pub struct Upkeep {
    /// Files are joined up to this size.
    pub target_bytes: NonZeroU64,
    /// `None`: small files are joined, and nothing is deleted.
    pub sweep: Option<Sweep>,
}

#[derive(Debug, Clone, Default)]
pub struct Sweep {
    /// Files that no version of the table younger than this needs are deleted.
    pub keep: Duration,
    /// These versions stay readable whatever their age: frozen documents were made of them (P9).
    pub keep_versions: Vec<u64>,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self { target_bytes: NonZeroU64::MIN.saturating_add(128 * 1024 * 1024), sweep: None }
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
pub fn maintain<'a>(
    root: &'a LakeRoot,
    subject: Subject,
    upkeep: &'a Upkeep,
) -> BoxFuture<'a, Result<UpkeepReport, LakeError>> {
    Box::pin(async move {
        let table = dictionary::table(subject);
        let (log, loaded) = TableLog::open(root.table(&table.name)?, table, root.to_string()).await?;
        let (loaded, mut report) = joined(&log, loaded, upkeep.target_bytes).await?;
        if let Some(sweep) = &upkeep.sweep {
            (report.files_swept, report.log_entries_removed) = swept(&log, loaded, sweep).await?;
        } else if report.files_joined > 0 {
            checkpoints::create_checkpoint(&loaded, None).await.map_err(|e| log.storage(&e))?;
        }
        Ok(report)
    })
}

/// The table with its small files joined, unless another one is joining them.
async fn joined(
    log: &TableLog,
    loaded: DeltaTable,
    target_bytes: NonZeroU64,
) -> Result<(DeltaTable, UpkeepReport), LakeError> {
    let turn = Turn::take(log.store().object_store(None)).await.map_err(|e| log.storage(&e))?;
    let Some(turn) = turn else {
        tracing::info!("another one joins the table's files");
        return Ok((loaded, UpkeepReport::default()));
    };
    step!("upkeep.join.before");
    let join = async {
        // As it is since the turn was taken.
        let loaded = log.load().await?.unwrap_or(loaded);
        let optimize = loaded.optimize().with_type(OptimizeType::Compact).with_target_size(target_bytes);
        optimize.with_writer_properties(files::properties()).await.map_err(|e| log.storage(&e))
    };
    let done = tokio::time::timeout(turn.left, join).await;
    step!("upkeep.join.after");
    // However it ended: a mark that is left behind keeps others waiting.
    turn.give_back().await;
    let Ok(done) = done else {
        tracing::info!("the turn ended before the files were joined; the next run joins them");
        let gone = || log.storage(&io::Error::from(io::ErrorKind::NotFound));
        return Ok((log.load().await?.ok_or_else(gone)?, UpkeepReport::default()));
    };
    let (loaded, joined) = done?;
    let report = UpkeepReport {
        files_joined: joined.num_files_removed,
        files_made: joined.num_files_added,
        ..UpkeepReport::default()
    };
    Ok((loaded, report))
}

/// Files and entries of the log that were deleted.
async fn swept(log: &TableLog, loaded: DeltaTable, sweep: &Sweep) -> Result<(usize, usize), LakeError> {
    let keep = chrono::Duration::from_std(sweep.keep).unwrap_or(chrono::Duration::MAX);
    // Files that no log tells of may be those of a lander about to commit: they are swept only when they are a day old.
    let mode = if keep >= chrono::Duration::days(1) { VacuumMode::Full } else { VacuumMode::Lite };
    let vacuum = loaded.vacuum().with_mode(mode).with_retention_period(keep).with_enforce_retention_duration(false);
    let vacuum = if sweep.keep_versions.is_empty() { vacuum } else { vacuum.with_keep_versions(&sweep.keep_versions) };
    let (loaded, vacuumed) = vacuum.await.map_err(|e| log.storage(&e))?;
    step!("upkeep.sweep.after");
    checkpoints::create_checkpoint(&loaded, None).await.map_err(|e| log.storage(&e))?;
    step!("upkeep.checkpoint.after");
    // An old version is found by the log's entries up to it: while one is to be kept, the log stays whole.
    let removed = if sweep.keep_versions.is_empty() {
        checkpoints::cleanup_metadata(&loaded, None).await.map_err(|e| log.storage(&e))?
    } else {
        0
    };
    Ok((vacuumed.files_deleted.len(), removed))
}
