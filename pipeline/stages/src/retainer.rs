//! The retainer: what the retention rules order is deleted, month by month of each table, and told before and after. Not a reader of topics, and not
//! always running: a person or a clock starts it (`meyar retain`).
//!
//! An order of steps in which nothing is told as deleted that is still there, wherever it is cut off: plan, journal, told as begun, sound, rows,
//! files of older versions, told as done, journal gone. A journal that stands is gone on with first.

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use meyar_broker::Publisher;
use meyar_faults::step;
use meyar_lake::{Erasure, LakeRoot, Planned, Swept, is_unfinished, months, sweep};
use meyar_schemas::{
    Envelope, Subject,
    deletions::{Deletion, Order, Phase},
    envelope::derived_id,
};
use object_store::{Error, ObjectStore, ObjectStoreExt as _, path::Path};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

const SOURCE: &str = "meyar/retention";
/// Recordings that are looked for or deleted at a time.
const OBJECTS: usize = 16;

pub struct Retainer {
    pub publisher: Publisher,
    pub lake: LakeRoot,
    pub recordings: Arc<dyn ObjectStore>,
    /// Where they lie, when that is on a disk.
    pub recordings_dir: Option<PathBuf>,
    /// Where calls that were put together are kept beside the lake.
    pub kept: Option<PathBuf>,
    /// Readers of older versions have so long to come to their end.
    pub readers: Duration,
}

/// What is told while it works.
pub enum Told<'a> {
    /// One that an earlier run was cut off in.
    GoneOn(&'a Deletion),
    Begun(&'a Deletion),
    /// Its rows are out of the table's newest version.
    Erased(&'a Deletion),
    Swept(&'a Order, Swept),
    Done(&'a Deletion),
}

/// What the orders would delete now; nothing is changed.
pub async fn look(lake: &LakeRoot, orders: &[Order], at: DateTime<Utc>) -> Result<Vec<Deletion>> {
    let mut found = Vec::new();
    for order in orders {
        for month in months(lake, order).await? {
            let planned = Erasure::plan(lake, order, month, at).await?;
            found.extend(planned.map(|planned| planned.erasure.begun().clone()));
        }
    }
    Ok(found)
}

/// What earlier runs were cut off in.
pub async fn pending(lake: &LakeRoot) -> Result<Vec<Deletion>> {
    Ok(Erasure::pending(lake).await?.iter().map(|erasure| erasure.begun().clone()).collect())
}

impl Retainer {
    /// Goes on with what was cut off, then does what the orders say. Returns what is done and told.
    pub async fn run(
        &self,
        orders: &[Order],
        at: DateTime<Utc>,
        mut tell: impl FnMut(Told<'_>),
    ) -> Result<Vec<Deletion>> {
        let mut erased = Vec::new();
        for erasure in Erasure::pending(&self.lake).await? {
            tell(Told::GoneOn(erasure.begun()));
            erased.push(self.erase(erasure).await?);
        }
        for order in orders {
            for month in months(&self.lake, order).await? {
                let Some(planned) = Erasure::plan(&self.lake, order, month, at).await? else { continue };
                let erasure = self.begin(planned).await?;
                tell(Told::Begun(erasure.begun()));
                erased.push(self.erase(erasure).await?);
            }
        }
        erased.iter().for_each(|erasure| tell(Told::Erased(erasure.begun())));
        if !erased.is_empty() {
            tokio::time::sleep(self.readers).await;
        }
        // Files that an earlier run had to leave, too: they were too young to tell from those of a lander about to commit.
        let cut_off = erased.iter().map(|erasure| &erasure.begun().order);
        let by_key = |order: &Order| (order.table.clone(), order.what, order.error_code.clone(), order.before);
        let all: BTreeMap<_, _> = orders.iter().chain(cut_off).map(|order| (by_key(order), order.clone())).collect();
        for order in all.values() {
            let swept = sweep(&self.lake, order, self.kept.as_deref()).await;
            let failed = || format!("older versions of {} still hold deleted rows; run it again", order.table);
            tell(Told::Swept(order, swept.with_context(failed)?));
        }
        let mut done = Vec::new();
        for mut erasure in erased {
            let Some(told) = erasure.finish(Utc::now()).await? else { continue };
            self.publish(&told).await?;
            step!("retention.done.after");
            erasure.close().await?;
            tell(Told::Done(&told));
            done.push(told);
        }
        Ok(done)
    }

    async fn begin(&self, planned: Planned) -> Result<Erasure> {
        let sizes = stream::iter(planned.erasure.recordings())
            .map(|path| async move {
                match self.recordings.head(&Path::from(path.as_str())).await {
                    Ok(found) => Ok(Some(found.size)),
                    Err(Error::NotFound { .. }) => Ok(None),
                    Err(error) => Err(error),
                }
            })
            .buffer_unordered(OBJECTS);
        let sizes: Vec<Option<u64>> = sizes.try_collect().await.context("the recordings store cannot be read")?;
        let found: Vec<u64> = sizes.into_iter().flatten().collect();
        Ok(planned.begin(found.len() as u64, found.iter().sum()).await?)
    }

    /// Told first: without the broker nothing is touched.
    async fn erase(&self, mut erasure: Erasure) -> Result<Erasure> {
        self.publish(erasure.begun()).await.context("nothing more is deleted while its record cannot be told")?;
        step!("retention.told.after");
        let deleted = stream::iter(erasure.recordings())
            .map(|path| async move {
                match self.recordings.delete(&Path::from(path.as_str())).await {
                    Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                    Err(error) => Err(error),
                }
            })
            .buffer_unordered(OBJECTS);
        deleted.try_collect::<Vec<()>>().await.context("a recording cannot be deleted; run it again")?;
        erasure.recordings().iter().try_for_each(|path| self.unlink_unfinished(path))?;
        step!("retention.sound.after");
        erasure.erase().await?;
        Ok(erasure)
    }

    /// What a recorder that died left behind of a recording on a disk: no listing tells of it.
    fn unlink_unfinished(&self, path: &str) -> Result<()> {
        let Some(place) = self.recordings_dir.as_ref().map(|folder| folder.join(path)) else { return Ok(()) };
        let (Some(day), Some(name)) = (place.parent(), place.file_name().and_then(|name| name.to_str())) else {
            return Ok(());
        };
        for file in std::fs::read_dir(day).into_iter().flatten().flatten() {
            let other = file.file_name().to_string_lossy().into_owned();
            if other.starts_with(name) && is_unfinished(&other) {
                std::fs::remove_file(file.path())
                    .with_context(|| format!("{other} cannot be deleted; run it again"))?;
            }
        }
        Ok(())
    }

    /// The same record however often it is told: it has the deletion's own id and time.
    async fn publish(&self, deletion: &Deletion) -> Result<()> {
        let phase = match deletion.phase {
            Phase::Begun => "begun",
            Phase::Done => "done",
        };
        let id = derived_id(&["deletion", &deletion.deletion_id, phase]);
        let envelope = Envelope::new(Subject::Deletions, SOURCE, id, deletion.at);
        let value = serde_json::to_vec(deletion)?;
        self.publisher.event(Subject::Deletions, &deletion.deletion_id, &envelope, &value).await?;
        Ok(())
    }
}
