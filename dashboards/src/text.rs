//! Every word that people read, in `texts/{az,en}/*.ftl` (Fluent); Azerbaijani first, English second.
//!
//! Code and templates ask by `section.key`, which is the message `section-key`: a section's name has no `-`.

use crate::format;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::collections::HashMap;
use std::sync::LazyLock;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Az,
    En,
}

impl From<Lang> for meyar_documents::Lang {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Az => Self::Az,
            Lang::En => Self::En,
        }
    }
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Az, Lang::En];

    pub const fn code(self) -> &'static str {
        match self {
            Lang::Az => "az",
            Lang::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }
}

/// Language, file and its text: `build.rs` lists what lies in `texts`.
static SOURCES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

static AZ: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(Lang::Az));
static EN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(Lang::En));

struct Catalogue {
    /// Texts that take no values, by `section.key`: made once, for a page asks for dozens of them.
    plain: HashMap<String, String>,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// What cannot be read is left out, so that its key shows itself; a test keeps that from happening.
    fn of(lang: Lang) -> Self {
        let mut bundle = FluentBundle::new_concurrent(lang.code().parse().into_iter().collect());
        // The marks would stand around every value, and no language here is written from right to left.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Az => |value, _| shown(Lang::Az, value),
            Lang::En => |value, _| shown(Lang::En, value),
        }));
        let sources = || SOURCES.iter().filter(|(code, ..)| *code == lang.code());
        for (.., source) in sources() {
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(readable, _)| readable);
            let _ = bundle.add_resource(resource);
        }
        let mut plain = HashMap::new();
        for id in sources().flat_map(|(.., source)| ids(source)) {
            let mut missing = Vec::new();
            let pattern = bundle.get_message(id).and_then(|message| message.value());
            let text = pattern.map(|pattern| bundle.format_pattern(pattern, None, &mut missing));
            if let (Some(text), true) = (text, missing.is_empty()) {
                plain.insert(id.replacen('-', ".", 1), text.into_owned());
            }
        }
        Self { plain, bundle }
    }
}

/// A number inside a text looks as it does on the pages: `513 423`.
fn shown(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(format::number(lang, number.value)),
        _ => None,
    }
}

/// The messages of a file: only they begin with a letter at the beginning of a line.
fn ids(source: &str) -> impl Iterator<Item = &str> {
    let messages = source.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()));
    messages.filter_map(|line| Some(line.split_once('=')?.0.trim()))
}

/// What a text is given. A number also chooses between its plural forms.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    Text(&'a str),
    Number(i64),
    /// A number with a look of its own: under the name `share`, `$share` chooses the form and `$share_text` is read.
    Counted(i64, &'a str),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<(i64, &'a str)> for Value<'a> {
    fn from((number, text): (i64, &'a str)) -> Self {
        Self::Counted(number, text)
    }
}

/// What `fill` calls its values.
const PLACES: [&str; 6] = ["v1", "v2", "v3", "v4", "v5", "v6"];

fn args<'a>(values: &[(&'a str, Value<'a>)]) -> FluentArgs<'a> {
    let mut args = FluentArgs::with_capacity(values.len());
    for &(name, value) in values {
        match value {
            Value::Text(text) => args.set(name, text),
            Value::Number(number) => args.set(name, number),
            Value::Counted(number, text) => {
                args.set(name, number);
                args.set(format!("{name}_text"), text);
            }
        }
    }
    args
}

/// The catalogue of one language, as templates use it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts(pub Lang);

impl Texts {
    fn catalogue(self) -> &'static Catalogue {
        match self.0 {
            Lang::Az => &AZ,
            Lang::En => &EN,
        }
    }

    /// The text of a key; a key that is missing shows itself (a test keeps that from happening).
    pub fn get<'a>(&self, key: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.find(key).unwrap_or(key)
    }

    /// Only a text that takes no values.
    pub fn find(&self, key: &str) -> Option<&'static str> {
        self.catalogue().plain.get(key).map(String::as_str)
    }

    /// The name of a code that comes from data (`lost_reason.refused`); an unknown code is shown as it is.
    pub fn name<'a>(&self, section: &str, code: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.find(&format!("{section}.{code}")).unwrap_or(code)
    }

    /// The text with `$v1`, `$v2`, … replaced, in order, by the given values.
    pub fn fill(&self, key: &str, values: &[&str]) -> String {
        let named: Vec<_> = PLACES.into_iter().zip(values.iter().copied().map(Value::Text)).collect();
        self.say(key, &named)
    }

    /// The text with `$name` replaced by the value of that name: `t.say("work.due", &[("days", 3.into())])`.
    pub fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let bundle = &self.catalogue().bundle;
        match bundle.get_message(&key.replacen('.', "-", 1)).and_then(|message| message.value()) {
            // A value that was not given shows its name.
            Some(pattern) => bundle.format_pattern(pattern, Some(&args(values)), &mut Vec::new()).into_owned(),
            None => key.to_owned(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    /// Every message of a language by `section.key`, with the names of the values that it takes.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for (_, file, source) in SOURCES.iter().filter(|(code, ..)| *code == lang.code()) {
            let mut taken = None;
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if let Some(id) = ids(line).next() {
                    assert!(id.contains('-'), "{}/{file}: {id} has no section", lang.code());
                    taken = Some(all.entry(id.replacen('-', ".", 1)).or_insert_with(BTreeSet::new));
                }
                let Some(taken) = &mut taken else { continue };
                for rest in line.split('$').skip(1) {
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
                    taken.insert(rest[..end.unwrap_or(rest.len())].to_owned());
                }
            }
        }
        all
    }

    fn files(folder: &str, kind: &str) -> Vec<PathBuf> {
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == kind) && !path.ends_with("src/text.rs") {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    /// What stands in quotes in the sources and templates, with the file and with what comes before it.
    fn quoted() -> Vec<(String, String, String)> {
        let mut all = Vec::new();
        for file in [files("src", "rs"), files("templates", "html")].concat() {
            let source = std::fs::read_to_string(&file).unwrap();
            let pieces: Vec<&str> = source.split('"').collect();
            for two in pieces.windows(2) {
                all.push((file.display().to_string(), two[0].trim_end().to_owned(), two[1].to_owned()));
            }
        }
        all
    }

    #[test]
    fn every_message_is_read_and_named_once() {
        let mut seen = BTreeSet::new();
        for (lang, file, source) in SOURCES {
            if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                // The message that cannot be read; where reading stopped may be lines after it.
                let start = errors[0].slice.as_ref().map_or(errors[0].pos.start, |slice| slice.start);
                let line = 1 + source.bytes().take(start).filter(|byte| *byte == b'\n').count();
                panic!("texts/{lang}/{file}, line {line}: {}", errors[0]);
            }
            for id in ids(source) {
                assert!(seen.insert((lang, id)), "texts/{lang}/{file}: {id} is there twice");
                let catalogue = Texts(Lang::from_code(lang).unwrap()).catalogue();
                let value = catalogue.bundle.get_message(id).and_then(|message| message.value());
                assert!(value.is_some(), "texts/{lang}/{file}: {id} says nothing");
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let file_names = |lang: Lang| -> Vec<&str> {
            SOURCES.iter().filter(|(code, ..)| *code == lang.code()).map(|(_, file, _)| *file).collect()
        };
        assert_eq!(file_names(Lang::Az), file_names(Lang::En));
        let (az, en) = (messages(Lang::Az), messages(Lang::En));
        let missing = |here: &BTreeMap<String, _>, there: &BTreeMap<String, _>| -> Vec<String> {
            here.keys().filter(|key| !there.contains_key(*key)).cloned().collect()
        };
        assert_eq!(missing(&az, &en), Vec::<String>::new(), "missing in English");
        assert_eq!(missing(&en, &az), Vec::<String>::new(), "missing in Azerbaijani");
        for (key, taken) in &az {
            // What takes no values and still is no plain text asks for another message, which is missing.
            for lang in Lang::ALL {
                let plain = Texts(lang).find(key).is_some();
                assert_eq!(plain, messages(lang)[key].is_empty(), "{key} cannot be said in {}", lang.code());
            }
            // A language without plural forms after a number has no use for the number, only for its text.
            let names = |taken: &BTreeSet<String>| -> BTreeSet<String> {
                taken.iter().map(|name| name.strip_suffix("_text").unwrap_or(name).to_owned()).collect()
            };
            assert_eq!(names(taken), names(&en[key]), "{key} takes other values in English");
        }
    }

    /// Looks for `"section.key"` in the sources and templates themselves: in a call, and wherever the section is known.
    #[test]
    fn every_text_that_a_page_asks_for_exists() {
        let known = messages(Lang::Az);
        let sections: BTreeSet<&str> = known.keys().map(|key| key.split('.').next().unwrap()).collect();
        let (mut asked, mut missing) = (BTreeSet::new(), BTreeSet::new());
        for (file, before, text) in quoted() {
            let called = [".get(", ".find(", ".fill(", ".say("].into_iter().find(|call| before.ends_with(call));
            if before.ends_with("t.name(") && !sections.contains(text.as_str()) {
                missing.insert(format!("{file} asks for names of the section {text}"));
            }
            let Some((section, key)) = text.split_once('.') else { continue };
            let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "_-".contains(c));
            let is_file = ["css", "db", "ftl", "html", "js", "json", "rs", "sql", "toml"].contains(&key);
            if !word(section) || !word(key) || is_file || (called.is_none() && !sections.contains(section)) {
                continue;
            }
            let Some(taken) = known.get(&text) else {
                missing.insert(format!("{file} asks for {text}"));
                continue;
            };
            let by_place = taken.iter().filter(|name| PLACES.contains(&name.as_str())).count();
            match called {
                Some(".get(" | ".find(") => assert!(taken.is_empty(), "{file}: {text} takes values: {taken:?}"),
                Some(".fill(") => assert!(
                    by_place == taken.len() && PLACES[..by_place].iter().all(|name| taken.contains(*name)),
                    "{file}: {text} takes {taken:?} and is given $v1, $v2, …"
                ),
                Some(".say(") => assert_eq!(by_place, 0, "{file}: {text} takes {taken:?} and is given names"),
                _ => {}
            }
            asked.insert(text);
        }
        assert_eq!(missing, BTreeSet::new());
        assert!(asked.len() > 50, "only {} texts found: has the way of asking changed?", asked.len());
    }

    /// A section whose keys are codes is asked for by its own name, as in `t.name("outcome", code)`.
    #[test]
    fn every_text_is_of_use() {
        let quoted = quoted();
        let words: BTreeSet<&str> = quoted.iter().map(|(.., text)| text.as_str()).collect();
        let named = |before: &str| ["name(", "named(", "named(t,"].iter().any(|call| before.ends_with(call));
        let sections: BTreeSet<&str> =
            quoted.iter().filter(|(_, before, _)| named(before)).map(|(.., text)| text.as_str()).collect();
        let known = messages(Lang::Az);
        let idle = known.keys().filter(|key| !words.contains(key.as_str()));
        let idle: Vec<_> = idle.filter(|key| !sections.contains(key.split('.').next().unwrap())).collect();
        assert_eq!(idle, Vec::<&String>::new(), "no source and no template asks for them");
    }

    #[test]
    fn texts_are_composed() {
        // A letter followed by a combining mark would look right and never match a search.
        for (lang, file, source) in SOURCES {
            let marks = source.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c));
            assert!(!marks, "texts/{lang}/{file}: write the texts in NFC");
        }
    }

    /// What of a template would be read as it stands: between the tags, and in the attributes that are read out.
    fn literal(template: &str) -> String {
        let mut text = template.to_owned();
        let class = ("{% block body_class %}", "{% endblock %}");
        for (from, to) in [class, ("{#", "#}"), ("{{", "}}"), ("{%", "%}"), ("<!--", "-->")] {
            text = without(&text, from, to);
        }
        for name in ["code", "kbd", "script", "style"] {
            text = without(&text, &format!("<{name}>"), &format!("</{name}>"));
            text = without(&text, &format!("<{name} "), &format!("</{name}>"));
        }
        let mut said = String::new();
        for name in ["aria-label", "title", "placeholder", "alt", "label"] {
            for rest in text.split(&format!(" {name}=\"")).skip(1) {
                said.push_str(rest.split('"').next().unwrap());
                said.push('\n');
            }
        }
        without(&(without(&text, "<", ">") + &said), "&", ";")
    }

    fn without(text: &str, from: &str, to: &str) -> String {
        let mut pieces = text.split(from);
        let mut kept = pieces.next().unwrap().to_owned();
        for piece in pieces {
            kept.push(' ');
            kept.push_str(piece.split_once(to).map_or(piece, |(_, after)| after));
        }
        kept
    }

    #[test]
    fn templates_hold_no_words_of_their_own() {
        // Proper names, and keys by what is printed on them.
        const PROPER: [&str; 9] = ["Meyar", "SQL", "CSV", "JSON", "PDF", "Excel", "Markdown", "Shift", "Enter"];
        let mut found = Vec::new();
        for file in files("templates", "html") {
            let text = literal(&std::fs::read_to_string(&file).unwrap());
            for word in text.split(|c: char| !c.is_alphabetic()) {
                if word.chars().count() >= 3 && !PROPER.contains(&word) {
                    found.push(format!("{}: {word}", file.display()));
                }
            }
        }
        assert_eq!(found, Vec::<String>::new(), "words belong to texts/{{az,en}}");
    }

    #[test]
    fn words_of_a_template_are_told_from_its_marks() {
        let template = "{# qeyd #}<p class=\"note\" title=\"{{ t.get(\"a.b\") }}\">{% if a > b %}&nbsp;<code>meyar sql</code> {{ x }}</p>";
        assert_eq!(literal(template).trim(), "");
        assert_eq!(literal("<b aria-label=\"Bax\">söz</b>").split_whitespace().collect::<Vec<_>>(), ["söz", "Bax"]);
    }

    #[test]
    fn values_take_their_places() {
        let (az, en) = (Texts(Lang::Az), Texts(Lang::En));
        assert_eq!(az.fill("calls.range", &["1", "50", "1 200"]), "1 – 50 / 1 200");
        assert_eq!(
            en.say("calls.range", &[("v1", 1.into()), ("v2", 50.into()), ("v3", 1200.into())]),
            "1 – 50 of 1,200"
        );
        assert_eq!(en.say("calls.range", &[("v1", "a".into())]), "a – {$v2} of {$v3}");
        assert_eq!(az.get("month.1"), "Yanvar");
        assert_eq!(az.name("outcome", "no such code"), "no such code");
    }

    #[test]
    fn a_missing_key_shows_itself() {
        let az = Texts(Lang::Az);
        assert_eq!((az.get("no.such"), az.find("no.such")), ("no.such", None));
        assert_eq!((az.fill("no.such", &["1"]), az.say("no.such", &[])), ("no.such".into(), "no.such".into()));
    }

    #[test]
    fn numbers_choose_plural_forms() {
        let said = |lang: Lang, value: Value<'_>| {
            let mut catalogue = Catalogue::of(lang);
            let text = "t-t = { $n ->\n [one] one of { $n }\n *[other] many of { $n }\n }\nt-c = { $n ->\n [one] one\n *[other] { $n_text }\n }\n";
            catalogue.bundle.add_resource(FluentResource::try_new(text.to_owned()).unwrap()).unwrap();
            let texts = |id: &str, args: &FluentArgs<'_>| {
                let pattern = catalogue.bundle.get_message(id).unwrap().value().unwrap();
                catalogue.bundle.format_pattern(pattern, Some(args), &mut Vec::new()).into_owned()
            };
            let args = args(&[("n", value)]);
            (texts("t-t", &args), texts("t-c", &args))
        };
        assert_eq!(said(Lang::En, 1.into()).0, "one of 1");
        assert_eq!(said(Lang::Az, 1.into()).0, "one of 1");
        assert_eq!(said(Lang::En, 12345.into()).0, "many of 12,345");
        assert_eq!(said(Lang::Az, 12345.into()).0, "many of 12\u{a0}345");
        assert_eq!(said(Lang::Az, (2, "2,0 %").into()).1, "2,0 %");
    }
}
