//! Keys of rows that were deleted: a late redelivery of such a row must not bring it back (P1). Nothing but hashes is kept of them, 16 bytes each.

use crate::{content::Key, error::LakeError, log::TableLog};
use bytes::Bytes;
use futures::TryStreamExt as _;
use object_store::{
    ObjectStore, ObjectStoreExt as _,
    path::{Path, PathPart},
};

/// Readers and sweeps of a Delta table leave alone what begins so.
const FOLDER: &str = "_deleted";

/// Writes the keys that a deletion is about to take from the table; once more is the same.
pub async fn keep(log: &TableLog, deletion_id: &str, keys: &[Key]) -> Result<(), LakeError> {
    let place = Path::from_iter([PathPart::from(FOLDER), PathPart::from(format!("{deletion_id}.keys"))]);
    let put = log.store().object_store(None).put(&place, written(keys).into()).await;
    put.map(drop).map_err(|e| log.storage(&e))
}

/// Every key that was ever deleted.
pub async fn all(log: &TableLog) -> Result<Vec<Key>, LakeError> {
    let store = log.store().object_store(None);
    let folder = Path::from(FOLDER);
    let files: Vec<_> = store.list(Some(&folder)).try_collect().await.map_err(|e| log.storage(&e))?;
    let mut keys = Vec::new();
    for file in files {
        let bytes = async { store.get(&file.location).await?.bytes().await }.await.map_err(|e| log.storage(&e))?;
        keys.extend(read(&bytes));
    }
    Ok(keys)
}

pub fn written(keys: &[Key]) -> Bytes {
    keys.iter().flat_map(|key| key.map(u64::to_le_bytes).concat()).collect()
}

pub fn read(bytes: &[u8]) -> impl Iterator<Item = Key> {
    let word = |half: &[u8]| half.try_into().map(u64::from_le_bytes).unwrap_or_default();
    bytes.chunks_exact(16).map(move |key| [word(&key[..8]), word(&key[8..])])
}
