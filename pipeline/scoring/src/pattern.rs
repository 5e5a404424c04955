//! Phrase patterns: regular expressions over folded text, with three shorthands that keep them readable.
//!
//! - word boundaries stand at both ends without being written;
//! - `~` is any ending: `müraciət~` matches müraciəti, müraciətinizin …;
//! - ` … ` is up to five words in between; `{name}` is a snippet of the form, such as `{number}`.

use crate::{form::Language, text};
use regex::Regex;
use std::{collections::BTreeMap, fmt};

/// One part's patterns, ready to match.
#[derive(Debug, Clone)]
pub struct Phrases {
    exact: Regex,
    /// The same over ASCII letters; absent where the form wants exact letters or the language has no others.
    ascii: Option<Regex>,
}

/// A stretch of folded text that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub start: usize,
    pub end: usize,
    /// Found only after the letters were made ASCII.
    pub approximate: bool,
}

impl Phrases {
    pub fn compile(
        patterns: &[String],
        snippets: &BTreeMap<String, String>,
        language: Language,
        exact_only: bool,
    ) -> Result<Self, regex::Error> {
        let sources: Vec<String> = patterns.iter().map(|pattern| expand(pattern, snippets)).collect();
        let joined = sources.join("|");
        let ascii = (language == Language::Az && !exact_only).then(|| bounded(&text::ascii(&joined)));
        Ok(Phrases { exact: bounded(&joined)?, ascii: ascii.transpose()? })
    }

    /// Matches in the folded text, or, when there are none, in its ASCII form.
    pub fn find(&self, folded: &str, ascii: &str) -> Vec<Found> {
        let found = |regex: &Regex, text: &str, approximate| -> Vec<Found> {
            regex
                .find_iter(text)
                .filter(|hit| !hit.is_empty())
                .map(|hit| Found { start: hit.start(), end: hit.end(), approximate })
                .collect()
        };
        let exact = found(&self.exact, folded, false);
        match &self.ascii {
            Some(regex) if exact.is_empty() => found(regex, ascii, true),
            _ => exact,
        }
    }
}

/// What is wrong with one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Empty,
    UnknownSnippet(String),
    /// It never stands in the text that phrases are compared with.
    NeverMatches(char),
    MatchesNothing,
    /// Why it cannot be read.
    Unreadable(String),
}

/// In one line, with what to do about it.
impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Empty => write!(out, "it is empty; write a phrase or remove it"),
            Fault::UnknownSnippet(name) => {
                write!(out, "there is no snippet {{{name}}}; add it under [snippets] or write the words out")
            }
            Fault::NeverMatches(letter) => write!(
                out,
                "'{letter}' never stands in the compared text (lower case, no punctuation); write it lower-case and without the mark"
            ),
            Fault::MatchesNothing => {
                write!(out, "it matches the empty text; leave at least one word that is not optional")
            }
            Fault::Unreadable(cause) => write!(out, "it is not a regular expression ({cause}); mend it"),
        }
    }
}

pub fn fault(pattern: &str, snippets: &BTreeMap<String, String>) -> Option<Fault> {
    if pattern.trim().is_empty() {
        return Some(Fault::Empty);
    }
    if let Some(name) = unknown_snippet(pattern, snippets) {
        return Some(Fault::UnknownSnippet(name));
    }
    if let Some(letter) = never_matching(pattern) {
        return Some(Fault::NeverMatches(letter));
    }
    match Regex::new(&format!("^{}$", expand(pattern, snippets))) {
        Ok(regex) if regex.is_match("") => Some(Fault::MatchesNothing),
        Ok(_) => None,
        Err(error) => {
            let text = error.to_string();
            let cause = text.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            Some(Fault::Unreadable(cause.to_owned()))
        }
    }
}

fn bounded(source: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!(r"\b(?:{source})\b"))
}

fn expand(pattern: &str, snippets: &BTreeMap<String, String>) -> String {
    let mut source = pattern.to_owned();
    for (name, snippet) in snippets {
        source = source.replace(&format!("{{{name}}}"), &format!("(?:{snippet})"));
    }
    format!("(?:{})", source.replace(" … ", r" (?:\w+ ){0,5}").replace('~', r"\w*"))
}

fn unknown_snippet(pattern: &str, snippets: &BTreeMap<String, String>) -> Option<String> {
    pattern
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .find(|name| name.starts_with(char::is_alphabetic) && !snippets.contains_key(*name))
        .map(str::to_owned)
}

/// The first character that the folded text can never contain.
fn never_matching(pattern: &str) -> Option<char> {
    let mut depth = 0_u32;
    let mut escaped = false;
    for letter in pattern.chars() {
        if escaped {
            escaped = false;
            continue;
        }
        match letter {
            '\\' => escaped = true,
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' | '-' if depth > 0 => {}
            ',' | '-' | '\'' | '’' | '"' | ';' | '!' | '/' => return Some(letter),
            _ if letter.is_uppercase() => return Some(letter),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn phrases(pattern: &str) -> Phrases {
        let snippets = BTreeMap::from([("number".to_owned(), r"\d+|on beş".to_owned())]);
        Phrases::compile(&[pattern.to_owned()], &snippets, Language::Az, false).unwrap()
    }

    fn hit(pattern: &str, text: &str) -> Option<(String, bool)> {
        let folded = text::fold(text, Language::Az);
        let ascii = text::ascii(&folded);
        let found = *phrases(pattern).find(&folded, &ascii).first()?;
        let source = if found.approximate { ascii } else { folded };
        Some((source[found.start..found.end].to_owned(), found.approximate))
    }

    #[test]
    fn stems_take_any_ending() {
        assert_eq!(
            hit("müraciət~ nömrə~", "Müraciətinizin nömrəsi 15-dir"),
            Some(("müraciətinizin nömrəsi".into(), false))
        );
        assert_eq!(hit("salam", "salamat qalın"), None);
    }

    #[test]
    fn lost_letters_are_found_second() {
        assert_eq!(hit("zəhmət olmasa", "zehmet olmasa gozleyin"), Some(("zehmet olmasa".into(), true)));
    }

    #[test]
    fn a_gap_takes_up_to_five_words() {
        assert_eq!(
            hit("xətdə qal~ … qiymətləndir~", "Xətdə qalın və xidmətimizi qiymətləndirin").unwrap().0,
            "xətdə qalın və xidmətimizi qiymətləndirin"
        );
        assert_eq!(hit("xətdə … qiymətləndir~", "xətdə bir iki üç dörd beş altı qiymətləndirin"), None);
    }

    #[test]
    fn numbers_may_be_words() {
        assert!(hit("{number} iş günü~", "on beş iş günü ərzində").is_some());
        assert!(hit("{number} iş günü~", "15 iş günü ərzində").is_some());
    }

    #[test]
    fn faults_name_the_remedy() {
        let none = BTreeMap::new();
        assert!(fault("Salam", &none).unwrap().to_string().contains("lower-case"));
        assert!(fault("vöen-iniz", &none).unwrap().to_string().contains("'-'"));
        assert!(fault("(salam", &none).unwrap().to_string().contains("unclosed group"));
        assert!(fault("{numbr} gün", &none).unwrap().to_string().contains("{numbr}"));
        assert!(fault("(salam)?", &none).unwrap().to_string().contains("empty"));
        assert_eq!(fault(r"(\d ?){10}", &none), None);
    }
}
