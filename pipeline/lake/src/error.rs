//! What can go wrong with the lake: whose fault it is, whether trying again makes sense, and one line that says what to do.

use meyar_schemas::Invalid;
use std::{error::Error, io};

/// Whose an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was asked cannot be done: mend the request.
    User,
    /// A system outside of Meyar: disk, network, object store.
    Outside,
    /// Meyar itself.
    Bug,
}

#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the lake at {place} is full: {cause}; free space there and start again, nothing acknowledged is lost")]
    Full { place: String, cause: String },
    #[error("the lake at {place} cannot be written: {cause}; give this user write access, or choose another place")]
    ReadOnly { place: String, cause: String },
    #[error("the lake at {place} did not answer: {cause}; the same work can be tried again")]
    Unreachable { place: String, cause: String },
    #[error("a file of {place} was replaced or deleted while it was read ({cause}); ask again")]
    Gone { place: String, cause: String },
    /// Another lander committed first; nothing of ours was written. Prepare the same rows again.
    #[error("another lander wrote to {table} first: prepare the batch again")]
    Raced { table: &'static str },
    #[error(
        "topic {topic} was recreated ({proof}); landing it would mix two histories: stop its producers, then adopt the new topic or restore the old one"
    )]
    Recreated { topic: String, proof: String },
    #[error("query: {0}")]
    Query(String),
    #[error("table {table}: {problem}")]
    Table { table: String, problem: String },
    #[error("lake: {0} (this is a defect of Meyar, please report it)")]
    Bug(String),
}

impl LakeError {
    pub fn kind(&self) -> Kind {
        match self {
            LakeError::Invalid(_) | LakeError::Query(_) | LakeError::Recreated { .. } => Kind::User,
            LakeError::Full { .. } | LakeError::ReadOnly { .. } | LakeError::Unreachable { .. } => Kind::Outside,
            LakeError::Raced { .. } | LakeError::Gone { .. } => Kind::Outside,
            LakeError::Table { .. } | LakeError::Bug(_) => Kind::Bug,
        }
    }

    /// Whether the same work may succeed when tried again without anybody mending anything.
    pub fn retry(&self) -> bool {
        matches!(self, LakeError::Unreachable { .. } | LakeError::Raced { .. } | LakeError::Gone { .. })
    }

    /// Judges an error of the storage below by what the operating system said first.
    pub fn storage(place: impl Into<String>, error: &(dyn Error + 'static)) -> Self {
        let place = place.into();
        let mut chain: Vec<&(dyn Error + 'static)> = vec![error];
        while let Some(source) = chain[chain.len() - 1].source() {
            chain.push(source);
        }
        let cause = chain.last().map_or_else(|| error.to_string(), |e| e.to_string());
        let os = chain.iter().find_map(|e| e.downcast_ref::<io::Error>()).map(io::Error::kind);
        let denied = chain.iter().any(|e| {
            matches!(
                e.downcast_ref::<object_store::Error>(),
                Some(object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. })
            )
        });
        // Some layers below pass on only the words.
        let gone = chain.iter().any(|e| matches!(e.downcast_ref(), Some(object_store::Error::NotFound { .. })))
            || chain
                .iter()
                .map(ToString::to_string)
                .any(|told| told.contains("Object at location") && told.contains("not found"));
        match os {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => LakeError::Full { place, cause },
            Some(io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) => {
                LakeError::ReadOnly { place, cause }
            }
            Some(io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists) => LakeError::ReadOnly { place, cause },
            _ if gone => LakeError::Gone { place, cause },
            _ if denied => LakeError::ReadOnly { place, cause },
            // Some layers below pass on only the words.
            _ if cause.contains("No space left") => LakeError::Full { place, cause },
            _ if cause.contains("Read-only file system") || cause.contains("Permission denied") => {
                LakeError::ReadOnly { place, cause }
            }
            _ => LakeError::Unreachable { place, cause },
        }
    }
}

impl From<datafusion::error::DataFusionError> for LakeError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        use datafusion::error::DataFusionError as E;
        match error.find_root() {
            E::ObjectStore(_) | E::IoError(_) | E::ParquetError(_) | E::External(_) => {
                match LakeError::storage("the lake", &error) {
                    // What cannot be read for another reason is told as the engine tells it.
                    LakeError::Unreachable { .. }
                        if !matches!(error.find_root(), E::ObjectStore(_) | E::IoError(_)) =>
                    {
                        LakeError::Query(one_line(error.find_root()))
                    }
                    told => told,
                }
            }
            root => LakeError::Query(one_line(root)),
        }
    }
}

fn one_line(error: &datafusion::error::DataFusionError) -> String {
    error.strip_backtrace().lines().next().unwrap_or("failed").to_owned()
}

impl From<arrow::error::ArrowError> for LakeError {
    fn from(error: arrow::error::ArrowError) -> Self {
        LakeError::Bug(error.to_string())
    }
}

impl From<parquet::errors::ParquetError> for LakeError {
    fn from(error: parquet::errors::ParquetError) -> Self {
        LakeError::Bug(error.to_string())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn stored(os: i32) -> LakeError {
        let source = Box::new(io::Error::from_raw_os_error(os));
        LakeError::storage("/lake", &object_store::Error::Generic { store: "LocalFileSystem", source })
    }

    #[test]
    fn a_full_disk_and_a_read_only_lake_are_told_apart_in_one_clear_line() {
        let full = stored(28);
        assert!(matches!(full, LakeError::Full { .. }), "{full}");
        assert!(full.to_string().contains("/lake is full") && !full.to_string().contains('\n'));
        assert!(!full.retry());
        let read_only = stored(30);
        assert!(matches!(read_only, LakeError::ReadOnly { .. }), "{read_only}");
        assert_eq!(read_only.kind(), Kind::Outside);
        let timeout = stored(110);
        assert!(matches!(timeout, LakeError::Unreachable { .. }) && timeout.retry());
    }
}
