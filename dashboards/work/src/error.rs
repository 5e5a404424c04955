//! Why something was not done, in words for the person who asked.

use meyar_schemas::Invalid;

#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// What was given cannot be taken: the field, its value, and what would be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The person may not do it; nothing more is told than that.
    #[error("{0} is not allowed for you")]
    Refused(&'static str),
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    /// Somebody else, or the same person in another tab, was quicker.
    #[error("{what} {id} was changed meanwhile: you saw version {seen}, it is at version {now}; look at it again")]
    Changed { what: &'static str, id: String, seen: i64, now: i64 },
    /// The thing is in a state in which this cannot be done.
    #[error("{what} is {state}: {remedy}")]
    State { what: &'static str, state: String, remedy: &'static str },
    #[error("the store of people's work did not answer: {0}")]
    Store(#[from] sqlx::Error),
    #[error(
        "the store of people's work holds {what} that this program cannot read ({cause}); was it written by a newer one?"
    )]
    Shape { what: String, cause: String },
}

impl WorkError {
    pub fn invalid(
        field: &str,
        value: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> WorkError {
        Invalid::new(field, value.into(), problem, remedy).into()
    }
}

pub type Result<T, E = WorkError> = std::result::Result<T, E>;
