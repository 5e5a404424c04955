//! What the lists and forms of recommendations, discussions and proposals have in common.

use crate::error::PageError;
use crate::format;
use crate::frame::Frame;
use crate::pages::{Choice, chosen, query};
use crate::text::Texts;
use crate::work::reviews::name_of;
use axum::http::StatusCode;
use meyar_schemas::Invalid;
use meyar_work::WorkError;
use meyar_work::store::{Kept, Version};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

const PAGE: usize = 50;
/// Fields that stand in no form as something to be filled in.
const NOWHERE: [&str; 3] = ["assessment", "calls", "decision"];

/// What is wrong with what was sent: the field, and what is to be done about it. Empty: nothing.
#[derive(Default)]
pub(crate) struct Wrong {
    pub field: String,
    pub line: String,
}

impl Wrong {
    pub fn new(t: Texts, field: &str) -> Wrong {
        let name = t.name("improve_wrong", field);
        Wrong { field: field.to_owned(), line: if name == field { String::new() } else { name.to_owned() } }
    }

    fn of(t: Texts, invalid: &Invalid) -> Wrong {
        match Wrong::new(t, &invalid.field) {
            // The calendar of working days, for one, ends somewhere.
            Wrong { line, .. } if line.is_empty() => {
                Wrong { field: String::new(), line: crate::problems::invalid(t, invalid) }
            }
            // What is typed nowhere is told above the form.
            Wrong { field, line } if NOWHERE.contains(&field.as_str()) => Wrong { field: String::new(), line },
            known => known,
        }
    }

    /// The line of a field, or nothing.
    pub fn on(&self, field: &str) -> &str {
        if self.field == field { &self.line } else { "" }
    }

    /// What stands above the form.
    pub fn head(&self, t: Texts) -> String {
        match self.field.is_empty() {
            true => self.line.clone(),
            false => t.get("improve.mend").to_owned(),
        }
    }
}

/// A step that was not taken: what its page says of it, or an error page.
pub(crate) fn not_taken(t: Texts, error: WorkError) -> Result<(StatusCode, Wrong), PageError> {
    let told = |status, key: &'static str| Ok((status, Wrong { field: String::new(), line: t.get(key).to_owned() }));
    match error {
        WorkError::Invalid(invalid) => Ok((StatusCode::UNPROCESSABLE_ENTITY, Wrong::of(t, &invalid))),
        WorkError::Changed { .. } => told(StatusCode::CONFLICT, "improve.changed"),
        WorkError::State { .. } => told(StatusCode::CONFLICT, "improve.state"),
        WorkError::Refused(_) => told(StatusCode::FORBIDDEN, "improve.own"),
        error => Err(error.into()),
    }
}

/// One step of a history.
pub(crate) struct Step {
    pub what: String,
    pub who: String,
    pub when: String,
    pub state: String,
}

/// The newest step first.
pub(crate) fn history<T: Kept>(
    versions: &[Version<T>],
    people: &HashMap<String, String>,
    what: impl Fn(&str) -> String,
    state: impl Fn(&str) -> String,
) -> Vec<Step> {
    let step = |version: &Version<T>| Step {
        what: what(&version.action),
        who: name_of(people, &version.person_id),
        when: format::date_time_seconds(version.at),
        state: state(version.content.state()),
    };
    versions.iter().rev().map(step).collect()
}

pub(crate) struct Select {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<Choice>,
}

/// A list as it is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: Option<String>,
    representative: Option<String>,
    late: Option<String>,
    page: Option<String>,
}

/// What a list is narrowed to. An empty state is every state.
pub(crate) struct Wanted {
    pub state: Option<String>,
    pub representative: Option<String>,
    pub late: bool,
    page: usize,
}

impl Wanted {
    pub fn read(frame: &Frame, asked: Asked, states: &[&str]) -> Result<Wanted, PageError> {
        let bad = |key: &'static str, value: &str| PageError::bad_request(frame.t.fill(key, &[value]));
        let state = chosen(asked.state);
        if let Some(state) = state.as_deref().filter(|state| *state != OPEN && !states.contains(state)) {
            return Err(bad("error.bad_choice", state));
        }
        let page = match chosen(asked.page) {
            None => 1,
            Some(text) => match text.parse() {
                Ok(page @ 1..=1_000_000) => page,
                _ => return Err(bad("error.bad_page", &text)),
            },
        };
        Ok(Wanted { state, representative: chosen(asked.representative), late: chosen(asked.late).is_some(), page })
    }

    pub fn takes(&self, state: &str, open: bool, representative: &str, late: bool) -> bool {
        self.state.as_deref().is_none_or(|wanted| wanted == state || (wanted == OPEN && open))
            && self.representative.as_deref().is_none_or(|wanted| wanted == representative)
            && (!self.late || late)
    }

    fn query(&self, page: usize) -> String {
        let page = (page > 1).then(|| page.to_string());
        query(&[
            ("state", self.state.as_deref()),
            ("representative", self.representative.as_deref()),
            ("late", self.late.then_some("on")),
            ("page", page.as_deref()),
        ])
    }

    pub fn is_narrowed(&self) -> bool {
        !self.query(1).is_empty()
    }

    pub fn states(&self, t: Texts, named: Vec<(&'static str, String)>) -> Select {
        let any = [("", t.get("assessments.any").to_owned()), (OPEN, t.get("improve.only_open").to_owned())];
        let options = any.into_iter().chain(named);
        let state = self.state.as_deref();
        Select {
            name: "state",
            label: t.get("my.state"),
            options: options.map(|(value, text)| Choice::new(value, text, state)).collect(),
        }
    }

    pub fn representatives<'a>(&'a self, t: Texts, all: impl Iterator<Item = &'a str>) -> Select {
        let wanted = self.representative.as_deref();
        // What an address asked for stays visible even if nothing is about it.
        let names: BTreeSet<&str> = all.chain(wanted).collect();
        let any = Choice::new("", t.get("assessments.any"), wanted);
        let options = names.into_iter().map(|name| Choice::new(name, name, wanted));
        Select {
            name: "representative",
            label: t.get("result.representative"),
            options: std::iter::once(any).chain(options).collect(),
        }
    }
}

/// A state that is none: whatever is still to be done.
const OPEN: &str = "open";

/// The part of a list that is shown.
pub(crate) struct Part<T> {
    pub lines: Vec<T>,
    pub range: String,
    pub previous_url: Option<String>,
    pub next_url: Option<String>,
}

impl<T> Part<T> {
    pub fn of(t: Texts, path: &str, wanted: &Wanted, all: Vec<T>) -> Part<T> {
        let (total, offset) = (all.len(), (wanted.page - 1).saturating_mul(PAGE));
        let lines: Vec<T> = all.into_iter().skip(offset).take(PAGE).collect();
        let last = offset.saturating_add(lines.len());
        let number = |value: usize| format::count(t.0, value as i64);
        let url = |page: usize| format!("{path}{}", wanted.query(page));
        Part {
            range: t.fill("calls.range", &[&number(offset.saturating_add(1)), &number(last), &number(total)]),
            previous_url: (wanted.page > 1).then(|| url(wanted.page - 1)),
            next_url: (last < total).then(|| url(wanted.page + 1)),
            lines,
        }
    }
}

/// How many are open and late, in words; the list's filter changes nothing of it.
pub(crate) struct Counters {
    pub open: String,
    /// Empty when nothing is late.
    pub late: String,
}

impl Counters {
    pub fn of(t: Texts, open: usize, late: usize) -> Counters {
        let late = if late > 0 { t.say("improve.late_n", &[("n", (late as i64).into())]) } else { String::new() };
        Counters { open: t.say("improve.open_n", &[("n", (open as i64).into())]), late }
    }
}

/// The beginning of a text, for a line of a list.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 90;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(short("ə"), "ə");
        assert_eq!(short(&"ə".repeat(90)), "ə".repeat(90));
        assert_eq!(short(&"ə".repeat(91)), format!("{}…", "ə".repeat(90)));
    }
}
