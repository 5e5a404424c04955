//! What a deletion has set out to do, beside the table: which rows, and their recordings. It stands until all of it is done and told.

use crate::{content::Key, error::LakeError, forgotten, log::TableLog};
use futures::TryStreamExt as _;
use meyar_schemas::deletions::Deletion;
use object_store::{
    Error, ObjectStore, ObjectStoreExt as _,
    path::{Path, PathPart},
};
use serde::{Deserialize, Serialize};

/// Readers and sweeps of a Delta table leave alone what begins so.
const FOLDER: &str = "_deleting";

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Journal {
    pub month: String,
    pub begun: Deletion,
    /// Nothing of it is left, and that is about to be told.
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
            let bytes = async { store.get(&file.location).await?.bytes().await }.await.map_err(|e| log.storage(&e))?;
            let read = serde_json::from_slice(&bytes);
            all.push(read.map_err(|e| LakeError::Bug(format!("{}: {e}", file.location)))?);
        }
        Ok(all)
    }

    /// The keys first: a journal that stands has them.
    pub async fn begin(&self, log: &TableLog, keys: &[Key]) -> Result<(), LakeError> {
        let put = log.store().object_store(None).put(&self.place("keys"), forgotten::written(keys).into()).await;
        put.map_err(|e| log.storage(&e))?;
        self.write(log).await
    }

    pub async fn write(&self, log: &TableLog) -> Result<(), LakeError> {
        let text = serde_json::to_vec(self).map_err(|e| LakeError::Bug(e.to_string()))?;
        let put = log.store().object_store(None).put(&self.place("json"), text.into()).await;
        put.map(drop).map_err(|e| log.storage(&e))
    }

    pub async fn keys(&self, log: &TableLog) -> Result<Vec<Key>, LakeError> {
        let store = log.store().object_store(None);
        let read = async { store.get(&self.place("keys")).await?.bytes().await };
        Ok(forgotten::read(&read.await.map_err(|e| log.storage(&e))?).collect())
    }

    pub async fn remove(&self, log: &TableLog) -> Result<(), LakeError> {
        let store = log.store().object_store(None);
        for ending in ["json", "keys"] {
            match store.delete(&self.place(ending)).await {
                Ok(()) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(log.storage(&error)),
            }
        }
        Ok(())
    }
}
