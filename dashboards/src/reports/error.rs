//! What keeps a document from being made.

use meyar_lake::LakeError;
use meyar_schemas::Invalid;

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Lake(#[from] LakeError),
    #[error(transparent)]
    Document(#[from] meyar_documents::Error),
    #[error("{place}: {why}")]
    Store { place: String, why: String },
}
