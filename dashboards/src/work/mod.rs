//! The workbench: pages on which people judge, agree, dispute. Steps and rules are `meyar_work`'s; here is what a browser sends and sees.

pub mod access;
pub mod answers;
pub mod assess;
pub mod assessments;
pub mod calibration;
pub mod cards;
pub mod complaints;
pub mod corrections;
pub mod discussions;
pub mod employments;
pub mod estimates;
pub mod forms;
mod guard;
mod heard;
pub mod live;
pub mod login;
pub mod my;
pub mod oidc;
mod pace;
pub mod people;
pub mod plans;
pub mod proposals;
pub mod queue;
pub mod recommendations;
pub mod results;
pub mod reviews;
mod sections;
pub mod standins;
pub mod studies;
pub mod surveys;
pub mod tasks;
pub mod trainings;

#[cfg(test)]
mod pages_listed;
#[cfg(test)]
mod walk;

pub(crate) use guard::{Log, Need, Needs, Table, Who, guard};
pub(crate) use heard::Heard;
pub(crate) use pace::Pace;
pub(crate) use sections::of as section_of;

use crate::error::PageError;
use crate::text::Texts;
use axum::http::StatusCode;
use meyar_work::{Desk, Person, Right, WorkError};

/// What the workbench needs beside the lake.
#[derive(Clone)]
pub struct Work {
    pub desk: Desk,
    /// Cookies over TLS alone; off only where the site is reached without, on this machine.
    pub secure_cookies: bool,
}

impl Work {
    /// Where a person's day begins.
    pub(crate) fn home(&self, person: &Person) -> &'static str {
        let first = [
            (Right::OwnResults, "/my"),
            (Right::Assess, "/queue"),
            (Right::Decide, "/reviews"),
            (Right::Figures, "/"),
            (Right::Accounts, "/people"),
        ];
        first.into_iter().find(|(right, _)| self.desk.may(person, *right)).map_or("/dictionary", |(_, path)| path)
    }
}

impl From<WorkError> for PageError {
    fn from(error: WorkError) -> PageError {
        let status = match &error {
            WorkError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            WorkError::Refused(_) => StatusCode::FORBIDDEN,
            WorkError::NotFound { .. } => StatusCode::NOT_FOUND,
            WorkError::Changed { .. } | WorkError::State { .. } => StatusCode::CONFLICT,
            WorkError::Store(_) | WorkError::Shape { .. } => {
                tracing::error!(%error, "the store of people's work");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        PageError { status, line: error.to_string(), step: Some(std::sync::Arc::new(error)) }
    }
}

/// The name of a state, a purpose, a role in the reader's language.
pub(crate) fn named(t: Texts, section: &str, code: &str) -> String {
    t.name(section, code).to_owned()
}
