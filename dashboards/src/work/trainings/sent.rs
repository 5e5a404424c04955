//! A form that is shown with its fields as they were sent, or as they are, and with what is wrong in them; and a record's history.

use super::super::reviews::name_of;
use crate::error::PageError;
use crate::format;
use crate::text::Texts;
use axum::http::StatusCode;
use chrono::{NaiveDate, NaiveDateTime};
use meyar_work::WorkError;
use meyar_work::store::Version;
use std::collections::HashMap;

/// The fields of a form by name; a name may stand there several times.
#[derive(Debug, Default)]
pub(in crate::work) struct Sent {
    values: Vec<(String, String)>,
    wrong: Vec<(String, String)>,
    /// Above the form: what became of it.
    pub problem: String,
}

impl Sent {
    pub fn of(values: Vec<(String, String)>) -> Sent {
        Sent { values, ..Sent::default() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Sent {
        self.values.push((name.to_owned(), value.into()));
        self
    }

    pub fn text(&self, name: impl AsRef<str>) -> &str {
        self.values.iter().find(|(known, _)| known == name.as_ref()).map_or("", |(_, value)| value.trim())
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        let of = self.values.iter().filter(|(known, value)| known == name && !value.trim().is_empty());
        of.map(|(_, value)| value.trim().to_owned()).collect()
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|(known, typed)| known == name && typed.trim() == value)
    }

    /// A version that is no number was seen by nobody.
    pub fn seen(&self) -> i64 {
        self.text("seen").parse().unwrap_or(0)
    }

    /// A day, where one is written.
    pub fn day(&mut self, t: Texts, name: &'static str) -> Option<NaiveDate> {
        let text = self.text(name).to_owned();
        let day = text.parse().ok();
        if day.is_none() && !text.is_empty() {
            self.put(name, t.get("learn.wrong_day"));
        }
        day
    }

    /// A day that must be there.
    pub fn needed_day(&mut self, t: Texts, name: &'static str) -> Option<NaiveDate> {
        if self.text(name).is_empty() {
            self.put(name, t.get("learn.wrong_day"));
        }
        self.day(t, name)
    }

    /// A day and a time, as a browser writes them.
    pub fn moment(&mut self, t: Texts, name: &'static str) -> Option<NaiveDateTime> {
        let text = self.text(name).get(..16).unwrap_or_default().to_owned();
        let moment = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M").ok();
        if moment.is_none() {
            self.put(name, t.get("learn.wrong_time"));
        }
        moment
    }

    pub fn number(&mut self, t: Texts, name: &str) -> Option<f64> {
        let number = self.text(name).replace(',', ".").parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.put(name, t.get("learn.wrong_number"));
        }
        number
    }

    /// One of the codes that there are.
    pub fn code<T: std::str::FromStr>(&mut self, t: Texts, name: &'static str) -> Option<T> {
        let code = self.text(name).parse().ok();
        if code.is_none() {
            self.put(name, t.get("learn.wrong_choice"));
        }
        code
    }

    pub fn wrong(&self, name: impl AsRef<str>) -> &str {
        self.wrong.iter().find(|(known, _)| known == name.as_ref()).map_or("", |(_, line)| line)
    }

    pub fn is_right(&self) -> bool {
        self.wrong.is_empty()
    }

    pub fn put(&mut self, name: &str, line: impl Into<String>) {
        self.wrong.push((name.to_owned(), line.into()));
    }

    /// What was typed cannot be taken.
    pub fn mend(&mut self, t: Texts) -> StatusCode {
        self.problem = t.get("learn.mend").to_owned();
        StatusCode::UNPROCESSABLE_ENTITY
    }

    /// Why a step was not done, as the page says it; what no page can say is an error. `says` names what a field wants, or
    /// nothing where the form has no such field.
    pub fn refused(
        &mut self,
        t: Texts,
        error: WorkError,
        says: impl FnOnce(&str) -> String,
    ) -> Result<StatusCode, PageError> {
        match error {
            WorkError::Invalid(invalid) => {
                let line = says(&invalid.field);
                let status = self.mend(t);
                if line == invalid.field {
                    // The calendar of working days, for one, ends somewhere.
                    self.problem = crate::problems::invalid(t, &invalid);
                } else {
                    self.put(&invalid.field, line);
                }
                Ok(status)
            }
            WorkError::Changed { .. } | WorkError::State { .. } => {
                self.problem = t.get("learn.changed").to_owned();
                Ok(StatusCode::CONFLICT)
            }
            error => Err(error.into()),
        }
    }
}

/// One step of a record, as its page lists it.
pub(in crate::work) struct Step {
    pub version: i64,
    pub at: String,
    pub who: String,
    pub action: String,
}

/// The steps of a record, the newest first.
pub(in crate::work) fn history<T>(
    versions: &[Version<T>],
    people: &HashMap<String, String>,
    action: impl Fn(&str) -> String,
) -> Vec<Step> {
    let step = |version: &Version<T>| Step {
        version: version.version,
        at: format::date_time(version.at),
        who: name_of(people, &version.person_id),
        action: action(&version.action),
    };
    versions.iter().rev().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn fields_are_read_as_they_are_typed() {
        let t = Texts(Lang::Az);
        let mut sent = Sent::default().with("day", "2026-11-24").with("at", "2026-11-24T10:30").with("score", " 69,5 ");
        assert_eq!(sent.day(t, "day").map(|day| day.to_string()).as_deref(), Some("2026-11-24"));
        assert_eq!(sent.moment(t, "at").map(|at| at.to_string()).as_deref(), Some("2026-11-24 10:30:00"));
        assert_eq!(sent.number(t, "score"), Some(69.5));
        assert_eq!(sent.day(t, "until"), None, "a day that is not written is no mistake");
        assert!(sent.is_right());
        let mut bad = Sent::default().with("day", "24.11.2026").with("score", "nan").with("at", "ə2026-11-24T10:3ə");
        assert!(bad.day(t, "day").is_none() && bad.number(t, "score").is_none() && bad.moment(t, "at").is_none());
        assert!(["day", "score", "at"].iter().all(|name| !bad.wrong(name).is_empty()));
    }
}
