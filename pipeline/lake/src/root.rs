//! Where a lake lies: a folder, or a bucket of an object store.

use crate::error::LakeError;
use deltalake::logstore::{LogStoreFactory, ObjectStoreRef, logstore_factories};
use deltalake::logstore::{LogStoreRef, StorageConfig, default_logstore, logstore_with};
use meyar_schemas::Invalid;
use object_store::{ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem, memory::InMemory};
use std::{fmt, path::Path, sync::Arc};
use url::Url;

/// The root of a lake; tables are folders below it.
#[derive(Clone)]
pub struct LakeRoot {
    url: Url,
    /// Points at the root of the storage system, not of the lake.
    store: Arc<dyn ObjectStore>,
}

impl fmt::Debug for LakeRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LakeRoot({self})")
    }
}

impl fmt::Display for LakeRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.url.to_file_path() {
            Ok(path) if self.url.scheme() == "file" => write!(f, "{}", path.display()),
            _ => write!(f, "{}", self.url),
        }
    }
}

impl LakeRoot {
    /// A path, or a URL: `file:///…`, `s3://bucket/prefix` (keys, region and endpoint from the usual `AWS_*` variables), `memory:///`.
    pub fn parse(place: &str) -> Result<Self, LakeError> {
        let invalid = |problem: String| Invalid::new("lake", place, problem, "give a folder, or s3://bucket/prefix");
        let url = match Url::parse(place) {
            Ok(url) if place.contains("://") => url,
            _ => {
                let path =
                    std::path::absolute(Path::new(place)).map_err(|e| invalid(format!("is not a path ({e})")))?;
                Url::from_directory_path(path).map_err(|()| invalid("is not a path".into()))?
            }
        };
        let store: Arc<dyn ObjectStore> = match url.scheme() {
            "file" => Arc::new(LocalFileSystem::new()),
            "memory" => Arc::new(InMemory::new()),
            "s3" => {
                register_s3();
                let builder = AmazonS3Builder::from_env().with_url(place);
                Arc::new(builder.build().map_err(|e| invalid(format!("cannot be opened ({e})")))?)
            }
            other => return Err(invalid(format!("has the unknown scheme {other}")).into()),
        };
        let mut url = url;
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self { url, store })
    }

    pub fn is_local(&self) -> bool {
        self.url.scheme() == "file"
    }

    /// The log and the files of one table.
    pub(crate) fn table(&self, name: &str) -> Result<LogStoreRef, LakeError> {
        let url = self.url.join(&format!("{name}/")).map_err(|e| LakeError::Bug(e.to_string()))?;
        logstore_with(self.store.clone(), &url, StorageConfig::default())
            .map_err(|e| LakeError::storage(url.to_string(), &e))
    }
}

/// S3 puts a commit only where none stands (`If-None-Match`), so the default log store is safe there.
struct S3Log;

impl LogStoreFactory for S3Log {
    fn with_options(
        &self,
        prefixed: ObjectStoreRef,
        root: ObjectStoreRef,
        location: &Url,
        options: &StorageConfig,
    ) -> deltalake::DeltaResult<LogStoreRef> {
        Ok(default_logstore(prefixed, root, location, options))
    }
}

fn register_s3() {
    let scheme = Url::parse("s3://").expect("a scheme is a URL");
    logstore_factories().entry(scheme).or_insert_with(|| Arc::new(S3Log));
}
