//! Why a step was refused, in the reader's language. The steps say it in English, as short phrases; each phrase has a message of its own
//! (`phrase-…` in `phrases.ftl`), found by its words. A phrase that has none is shown as it is; a test looks for every phrase of the steps.

use crate::text::{Lang, Texts};
use meyar_schemas::Invalid;
use meyar_statistics::StatisticsError;
use meyar_work::WorkError;

/// A phrase's message: its letters, with `_` for all else; numbers stand as `0`, and are given to the message in their order.
pub fn slug(phrase: &str) -> (String, Vec<String>) {
    let (mut slug, mut numbers) = (String::new(), Vec::new());
    let mut chars = phrase.chars().peekable();
    while let Some(char) = chars.next() {
        if char.is_ascii_digit() {
            let mut number = String::from(char);
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                number.push(digit);
            }
            numbers.push(number);
            slug.push('0');
        } else if char.is_ascii_alphabetic() {
            slug.push(char.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let short: String = slug.trim_end_matches('_').chars().take(90).collect();
    (short.trim_end_matches('_').to_owned(), numbers)
}

pub fn phrase(t: Texts, phrase: &str) -> String {
    let (slug, numbers) = slug(phrase);
    let plain = t.name("phrase", &slug);
    if plain != slug {
        return plain.to_owned();
    }
    let key = format!("phrase.{slug}");
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let said = t.fill(&key, &numbers);
    if said != key {
        return said;
    }
    // `use one of: risk, random`: what follows are codes.
    match phrase.split_once(": ").map(|(before, codes)| (self::phrase(t, before), before, codes)) {
        Some((said, before, codes)) if said != before => format!("{said}: {codes}"),
        _ => phrase.to_owned(),
    }
}

pub fn said(t: Texts, error: &WorkError) -> String {
    let one = |text: &str| phrase(t, text);
    match error {
        WorkError::Invalid(told) => invalid(t, told),
        WorkError::Refused(what) => t.fill("problem.refused", &[&one(what)]),
        WorkError::NotFound { what, id } => t.fill("problem.not_found", &[&one(what), id]),
        WorkError::Changed { what, .. } => t.fill("problem.changed", &[&capital(&one(what))]),
        WorkError::State { what, state, remedy } => {
            t.fill("problem.state", &[&capital(&one(what)), &one(state), &capital(&one(remedy))])
        }
        // What is ours to mend stands in the log.
        WorkError::Store(_) | WorkError::Shape { .. } => t.get("problem.store").to_owned(),
    }
}

/// The field, its value, what is wrong with it and the remedy.
pub fn invalid(t: Texts, told: &Invalid) -> String {
    if t.0 == Lang::En {
        return told.to_string();
    }
    let one = |text: &str| phrase(t, text);
    let value = if told.value.is_empty() { String::new() } else { format!(" «{}»", told.value) };
    let (field, problem) = (capital(&one(&told.field)), one(&told.problem));
    format!("{field}{value} {problem}. {}.", capital(&one(&told.remedy)))
}

/// In the words that a form has of its own for the field, which are the field's name where it has none: then in the general ones.
pub fn of_field(t: Texts, own: &str, told: &Invalid) -> String {
    if own == told.field { invalid(t, told) } else { own.to_owned() }
}

/// Why the statistics give no number. What they call a value that no formula has a meaning for is ours to mend: it stands in the log.
pub fn statistics(t: Texts, error: &StatisticsError) -> String {
    match error {
        StatisticsError::TooFew { have, needed, .. } => {
            let (have, needed) = (*have as i64, *needed as i64);
            t.say("problem.statistics_few", &[("have", have.into()), ("needed", needed.into())])
        }
        StatisticsError::Undefined { .. } => t.get("problem.statistics_same").to_owned(),
        StatisticsError::Refused { .. } | StatisticsError::LengthsDiffer { .. } => {
            tracing::warn!(%error, "a number of a page could not be computed");
            t.get("problem.statistics_refused").to_owned()
        }
    }
}

/// With a capital letter, as Azerbaijani has them: i is İ.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some('i') => format!("İ{}", chars.as_str()),
        Some('ı') => format!("I{}", chars.as_str()),
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_work::Right;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn sources() -> Vec<PathBuf> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("work/src")];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    files.push(path);
                }
            }
        }
        files
    }

    /// The texts in quotes of each argument of a call that begins at `from`, after its parenthesis.
    fn arguments(source: &str) -> Vec<Vec<String>> {
        let (mut all, mut depth, mut chars) = (vec![Vec::new()], 0, source.chars());
        while let Some(char) = chars.next() {
            match char {
                '"' => {
                    let mut text = String::new();
                    while let Some(char) = chars.next().filter(|char| *char != '"') {
                        text.push(if char == '\\' { chars.next().unwrap() } else { char });
                    }
                    all.last_mut().unwrap().push(text);
                }
                '(' | '[' | '{' => depth += 1,
                ')' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => all.push(Vec::new()),
                _ => {}
            }
        }
        all
    }

    /// What is put into a text counts as a number: only numbers find their message so.
    fn with_numbers(text: &str) -> String {
        let mut out = String::new();
        for (n, piece) in text.split('{').enumerate() {
            out.push_str(if n == 0 { piece } else { "0" });
            if n > 0 {
                out.push_str(piece.split_once('}').map_or("", |(_, rest)| rest));
            }
        }
        out
    }

    /// Every phrase by which a step can be refused.
    fn phrases() -> BTreeSet<String> {
        let mut all: BTreeSet<String> = Right::ALL.iter().map(|right| right.name().to_owned()).collect();
        for file in sources() {
            let source = std::fs::read_to_string(&file).unwrap();
            let source = source.split("#[cfg(test)]").next().unwrap();
            for call in source.split("WorkError::invalid(").skip(1) {
                for (n, texts) in arguments(call).into_iter().enumerate() {
                    // The second one is the value that somebody gave.
                    all.extend(texts.into_iter().filter(|_| n != 1));
                }
            }
            for (before, after) in [("Refused(", ')'), ("remedy: ", ','), ("what: ", ',')] {
                for rest in source.split(before).skip(1) {
                    let text = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                    all.extend(
                        text.filter(|(_, rest)| rest.trim_start().starts_with([after, '}']))
                            .map(|(text, _)| text.to_owned()),
                    );
                }
            }
        }
        all.into_iter()
            .map(|text| with_numbers(&text))
            .filter(|text| !slug(text).0.is_empty() && !text.ends_with(' '))
            .collect()
    }

    #[test]
    fn every_phrase_of_the_steps_is_said_in_azerbaijani() {
        let t = Texts(Lang::Az);
        // `plan` is called so in both languages.
        let silent = |text: &String| phrase(t, text) == *text && t.find(&format!("phrase.{}", slug(text).0)).is_none();
        let missing: Vec<String> =
            phrases().into_iter().filter(silent).map(|text| format!("phrase-{} = {text}", slug(&text).0)).collect();
        assert!(missing.is_empty(), "texts/az/phrases.ftl lacks:\n{}", missing.join("\n"));
    }

    #[test]
    fn what_the_statistics_refuse_is_said_in_the_readers_language() {
        let all = [
            StatisticsError::TooFew { field: "double-scored units", have: 3, needed: 20 },
            StatisticsError::Undefined { measure: "alpha", reason: "all alike", remedy: "show raw agreement" },
            meyar_statistics::compare::mean_funnel(50.0, -1.0, &[3], 0.95).unwrap_err(),
            StatisticsError::LengthsDiffer { field: "a", length: 1, other: "b", other_length: 2 },
        ];
        for error in &all {
            let (az, en) = (statistics(Texts(Lang::Az), error), statistics(Texts(Lang::En), error));
            let told = error.to_string();
            assert!(az != en && az != told && en != told && !az.starts_with("problem."), "{az} / {en}");
        }
        assert!(statistics(Texts(Lang::Az), &all[0]).contains("20"));
    }

    #[test]
    fn a_refusal_is_said_in_the_readers_language() {
        let error = WorkError::invalid("reason", "", "is missing", "write why the call cannot be judged");
        assert_eq!(
            said(Texts(Lang::Az), &error),
            "Səbəb göstərilməyib. Zəngin niyə qiymətləndirilə bilmədiyini yazın."
        );
        assert!(said(Texts(Lang::En), &error).contains("is missing"));
        assert_eq!(slug("has 5012 characters"), ("has_0_characters".into(), vec!["5012".into()]));
    }
}
