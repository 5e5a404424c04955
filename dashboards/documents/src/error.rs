//! What can go wrong: the document is not sound, or one of the writers failed on a sound one.

/// A document that cannot be rendered, and what would make it right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: `{value}` {problem}; {remedy}")]
pub struct Invalid {
    /// Where it stands: `sections.calls.tables.calls_by_line.rows.3.answered`.
    pub field: String,
    pub value: String,
    pub problem: &'static str,
    pub remedy: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("the PDF of document {id} could not be set: {cause}")]
    Pdf { id: String, cause: String },
    #[error("the workbook of document {id} could not be written: {cause}")]
    Excel { id: String, cause: rust_xlsxwriter::XlsxError },
    #[error("the page of document {id} could not be written: {cause}")]
    Html { id: String, cause: askama::Error },
    #[error("the data of document {id} could not be written: {cause}")]
    Json { id: String, cause: serde_json::Error },
}
