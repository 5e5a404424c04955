//! What a deletion has set out to do, beside the table: which rows, and their recordings. It stands until all of it is done and told.

use crate::{content::Key, error::LakeError, forgotten, log::TableLog};
use bytes::Bytes;
use futures::TryStreamExt as _;
use meyar_schemas::deletions::Deletion;
use object_store::{
    Error, ObjectStore, ObjectStoreExt as _, PutMode,
    path::{Path, PathPart},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Readers and sweeps of a Delta table leave alone what begins so.
const FOLDER: &str = "_deleting";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Journal {
    pub month: String,
    pub begun: Deletion,
    /// Nothing of it is left, and that is about to be told: beside it, as the first run wrote it that came there.
    #[serde(skip)]
    pub done: Option<Deletion>,
    /// Once the rows are emptied, nothing else knows them.
    pub recordings: Vec<String>,
}

impl Journal {
    fn place(&self, ending: &str) -> Path {
        let name = format!("{}.{ending}", self.begun.deletion_id);
        Path::from_iter([PathPart::from(FOLDER), PathPart::from(name)])
    }

    pub async fn all(log: &TableLog) -> Result<Vec<Self>, LakeError> {
        let store = log.store().object_store(None);
        let folder = Path::from(FOLDER);
        let files: Vec<_> = store.list(Some(&folder)).try_collect().await.map_err(|e| log.storage(&e))?;
        let mut all = Vec::new();
        for file in files.iter().filter(|file| file.location.extension() == Some("json")) {
            // Another run may come to its end meanwhile.
            let Some(mut journal) = read::<Self>(log, &file.location).await? else { continue };
            journal.done = read(log, &journal.place("done")).await?;
            all.push(journal);
        }
        Ok(all)
    }

    /// The keys first: a journal that stands has them. One that another run has begun for the very same rows counts.
    pub async fn begin(self, log: &TableLog, keys: &[Key]) -> Result<Self, LakeError> {
        let put = log.store().object_store(None).put(&self.place("keys"), forgotten::written(keys).into()).await;
        put.map_err(|e| log.storage(&e))?;
        let place = self.place("json");
        create(log, &place, self).await
    }

    /// What is told of its end: the first run that came there wrote it down. `None`: the journal is gone, all is told.
    pub async fn end(&mut self, log: &TableLog, done: Deletion) -> Result<Option<Deletion>, LakeError> {
        if self.done.is_none() {
            if read::<Self>(log, &self.place("json")).await?.is_none() {
                return Ok(None);
            }
            let place = self.place("done");
            self.done = Some(create(log, &place, done).await?);
        }
        Ok(self.done.clone())
    }

    /// `None`: another run has come to the end of it.
    pub async fn keys(&self, log: &TableLog) -> Result<Option<Vec<Key>>, LakeError> {
        Ok(bytes(log, &self.place("keys")).await?.map(|bytes| forgotten::read(&bytes).collect()))
    }

    pub async fn remove(&self, log: &TableLog) -> Result<(), LakeError> {
        let store = log.store().object_store(None);
        for ending in ["json", "keys", "done"] {
            match store.delete(&self.place(ending)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(log.storage(&error)),
            }
        }
        Ok(())
    }
}

async fn bytes(log: &TableLog, place: &Path) -> Result<Option<Bytes>, LakeError> {
    match log.store().object_store(None).get(place).await {
        Ok(found) => found.bytes().await.map(Some).map_err(|e| log.storage(&e)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(log.storage(&error)),
    }
}

async fn read<T: DeserializeOwned>(log: &TableLog, place: &Path) -> Result<Option<T>, LakeError> {
    let Some(bytes) = bytes(log, place).await? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|e| LakeError::Bug(format!("{place}: {e}")))
}

/// Writes what is not there yet; what is there counts.
async fn create<T: Serialize + DeserializeOwned>(log: &TableLog, place: &Path, what: T) -> Result<T, LakeError> {
    let text = serde_json::to_vec(&what).map_err(|e| LakeError::Bug(e.to_string()))?;
    match log.store().object_store(None).put_opts(place, text.into(), PutMode::Create.into()).await {
        Ok(_) => Ok(what),
        Err(Error::AlreadyExists { .. }) => Ok(read(log, place).await?.unwrap_or(what)),
        Err(error) => Err(log.storage(&error)),
    }
}
