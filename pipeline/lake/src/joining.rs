//! One joiner of a table at a time. Two that join the same files would both commit, and every row of theirs would stand twice: to the engine,
//! removals that change no row are no conflict (P1).
//!
//! Time is cut into slots by the store's own clock. Who makes the slot's mark may join until the slot ends; a joiner that died leaves its mark,
//! and the next slot is free again.

use chrono::{DateTime, Utc};
use object_store::{
    Error, ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, Result,
    path::{Path, PathPart},
};
use std::{sync::Arc, time::Duration};

/// Readers and sweeps of a Delta table leave alone what begins so.
const FOLDER: &str = "_joining";
const SLOT_S: i64 = 3_600;
/// What is under way when the slot ends has so long to arrive; who comes later than that does not begin.
const MARGIN_S: i64 = 60;

pub struct Turn {
    store: Arc<dyn ObjectStore>,
    /// The mark that is ours to take away. One that was found there is somebody else's, who may be working, or the slot's end takes it.
    mark: Option<Path>,
    /// What is left of the slot.
    pub left: Duration,
}

impl Turn {
    /// `None`: another one joins, or the slot is nearly over.
    pub async fn take(store: Arc<dyn ObjectStore>) -> Result<Option<Self>> {
        Self::take_as(store, "").await
    }

    /// The same for one who may go on where another of its kind was cut off: the kind's own mark is no hindrance. Only for work that two may do
    /// at once without harm.
    pub async fn take_as(store: Arc<dyn ObjectStore>, kind: &'static str) -> Result<Option<Self>> {
        let now = time_of(&store).await?.timestamp();
        let (slot, left_s) = (now.div_euclid(SLOT_S), SLOT_S - now.rem_euclid(SLOT_S) - MARGIN_S);
        let Ok(left_s @ 1..) = u64::try_from(left_s) else { return Ok(None) };
        let mark = place(&format!("slot-{slot}"));
        let create = PutOptions::from(PutMode::Create);
        let mark = match store.put_opts(&mark, PutPayload::from_static(kind.as_bytes()), create).await {
            Ok(_) => Some(mark),
            Err(Error::AlreadyExists { .. }) if kind.is_empty() || owner(&store, &mark).await? != kind => {
                return Ok(None);
            }
            Err(Error::AlreadyExists { .. }) => None,
            Err(error) => return Err(error),
        };
        // The mark of one that died an hour ago.
        let _ = store.delete(&place(&format!("slot-{}", slot - 1))).await;
        Ok(Some(Self { store, mark, left: Duration::from_secs(left_s) }))
    }

    pub async fn give_back(self) {
        let Some(mark) = self.mark else { return };
        if let Err(error) = self.store.delete(&mark).await {
            tracing::warn!(%error, "a joiner's mark is left behind; files are joined again within an hour");
        }
    }
}

async fn owner(store: &Arc<dyn ObjectStore>, mark: &Path) -> Result<String> {
    match store.get(mark).await {
        Ok(found) => Ok(String::from_utf8_lossy(&found.bytes().await?).into_owned()),
        // Given back just now.
        Err(Error::NotFound { .. }) => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn place(name: &str) -> Path {
    Path::from_iter([PathPart::from(FOLDER), PathPart::from(name)])
}

/// The store's clock: those of its users may differ.
pub async fn time_of(store: &Arc<dyn ObjectStore>) -> Result<DateTime<Utc>> {
    let clock = place("clock");
    store.put(&clock, PutPayload::new()).await?;
    Ok(store.head(&clock).await?.last_modified)
}
