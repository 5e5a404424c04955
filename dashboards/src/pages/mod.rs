//! One file a page, and what several of them need.

pub mod call;
pub mod calls;
mod chart;
pub(crate) mod choose;
pub mod definitions;
pub mod dictionary;
pub mod figures;
mod links;
pub(crate) mod marks;
mod quotes;
pub mod reconciliation;
mod records;
pub mod rows;
mod tables;

use crate::data::Choices;
use crate::error::PageError;
use crate::frame::Frame;
use crate::period::Period;
use crate::text::Texts;
use askama::Template;
use axum::response::Html;
use std::fmt::Write;

pub(crate) fn show(page: &impl Template) -> Result<Html<String>, PageError> {
    Ok(Html(page.render()?))
}

/// An option of a select.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>, chosen: Option<&str>) -> Choice {
        let value = value.into();
        let chosen = chosen.unwrap_or_default() == value;
        Choice { value, text: text.into(), chosen }
    }
}

/// An empty field of a form chooses nothing.
pub(crate) fn chosen(field: Option<String>) -> Option<String> {
    field.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub(crate) fn period_of(frame: &Frame, field: Option<String>) -> Result<Option<Period>, PageError> {
    let Some(text) = chosen(field) else { return Ok(None) };
    let read = Period::parse(&text);
    read.map(Some).map_err(|_| PageError::bad_request(frame.t.fill("error.bad_period", &[&text])))
}

/// A line that the centre does not have would show an empty page, and look like a fact.
pub(crate) fn line_of(frame: &Frame, field: Option<String>, choices: &Choices) -> Result<Option<String>, PageError> {
    match chosen(field) {
        Some(line) if !choices.lines.contains(&line) => {
            Err(PageError::bad_request(frame.t.fill("error.bad_choice", &[&line])))
        }
        line => Ok(line),
    }
}

pub(crate) fn line_name(t: Texts, line: &str) -> String {
    t.fill("figures.line", &[line])
}

/// One part of a path or a query, as a URL writes it.
pub(crate) fn encoded(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => url.push(char::from(byte)),
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

/// A path that keeps its slashes.
pub(crate) fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

/// `?a=1&b=2` of what is chosen; empty when nothing is.
pub(crate) fn query(fields: &[(&str, Option<&str>)]) -> String {
    let pairs: Vec<String> =
        fields.iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded((*value)?)))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// JSON for a script element: it cannot close the element it stands in.
fn script_json(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_safely() {
        assert_eq!(encoded("a b/ə&<"), "a%20b%2F%C9%99%26%3C");
        assert_eq!(encoded_path("2026/01/x y.wav"), "2026/01/x%20y.wav");
        assert_eq!(
            query(&[("line", Some("195-1-1")), ("page", None), ("who", Some("A&B"))]),
            "?line=195-1-1&who=A%26B"
        );
        assert_eq!(query(&[("line", None)]), "");
    }

    #[test]
    fn data_cannot_end_the_script_it_stands_in() {
        let text = script_json(&serde_json::json!({ "name": "</script><b>" }));
        assert!(!text.contains('<'), "{text}");
    }
}
