//! Errors of pages. A handler returns one; [`crate::frame`] shows it in the reader's language inside the page's frame.

use crate::data::DataError;
use crate::problems;
use crate::text::Texts;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use meyar_lake::LakeError;
use meyar_work::WorkError;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct PageError {
    pub status: StatusCode,
    /// One line for people: what is wrong and what to do. Empty: the status' own text.
    pub line: String,
    /// The step that was refused: its reason is told in the reader's language, and `line` is only for who has none.
    pub step: Option<Arc<WorkError>>,
}

impl PageError {
    pub fn new(status: StatusCode, line: impl Into<String>) -> PageError {
        PageError { status, line: line.into(), step: None }
    }

    /// What is wrong, in the reader's language.
    pub fn said(&self, t: Texts) -> String {
        self.step.as_ref().map_or_else(|| self.line.clone(), |step| problems::said(t, step))
    }

    pub fn not_found(line: impl Into<String>) -> PageError {
        PageError::new(StatusCode::NOT_FOUND, line)
    }

    pub fn bad_request(line: impl Into<String>) -> PageError {
        PageError::new(StatusCode::BAD_REQUEST, line)
    }

    /// Ours or the lake's fault: the reason goes to the log whole, and to the page as one line.
    pub fn internal(error: impl std::fmt::Display) -> PageError {
        PageError::new(StatusCode::INTERNAL_SERVER_ERROR, first_line(&error.to_string()))
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

impl From<DataError> for PageError {
    fn from(error: DataError) -> PageError {
        // What was asked cannot be answered: the reader can mend it, and is told how.
        if let DataError::Lake(LakeError::Invalid(invalid)) = &error {
            let line = first_line(&invalid.to_string());
            let step = Some(Arc::new(WorkError::Invalid(invalid.clone())));
            return PageError { status: StatusCode::BAD_REQUEST, line, step };
        }
        tracing::error!(%error, "the data could not be read");
        PageError::internal(error)
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> PageError {
        tracing::error!(%error, "a page could not be rendered");
        PageError::internal(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, self.line.clone()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}
