//! Every word that people read, in `texts/{az,en}.toml`; Azerbaijani first, English second.

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

    const fn source(self) -> &'static str {
        match self {
            Lang::Az => include_str!("../texts/az.toml"),
            Lang::En => include_str!("../texts/en.toml"),
        }
    }
}

static CATALOGUES: LazyLock<HashMap<Lang, HashMap<String, String>>> =
    LazyLock::new(|| Lang::ALL.into_iter().map(|lang| (lang, parse(lang.source()))).collect());

/// `[section] key = "text"` becomes `section.key`.
fn parse(source: &str) -> HashMap<String, String> {
    let table: toml::Table = toml::from_str(source).expect("the catalogue is compiled in and parsed by a test");
    let mut texts = HashMap::new();
    for (section, entries) in table {
        for (key, text) in entries.as_table().into_iter().flatten() {
            if let Some(text) = text.as_str() {
                texts.insert(format!("{section}.{key}"), text.to_owned());
            }
        }
    }
    texts
}

/// The catalogue of one language, as templates use it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts(pub Lang);

impl Texts {
    /// The text of a key; a key that is missing shows itself (a test keeps that from happening).
    pub fn get<'a>(&self, key: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.find(key).unwrap_or(key)
    }

    pub fn find(&self, key: &str) -> Option<&'static str> {
        CATALOGUES.get(&self.0).and_then(|texts| texts.get(key)).map(String::as_str)
    }

    /// The name of a code that comes from data (`lost_reason.refused`); an unknown code is shown as it is.
    pub fn name<'a>(&self, section: &str, code: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.find(&format!("{section}.{code}")).unwrap_or(code)
    }

    /// The text with `{}` replaced, in order, by the given values.
    pub fn fill(&self, key: &str, values: &[&str]) -> String {
        let mut values = values.iter();
        let mut pieces = self.get(key).split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push_str(values.next().copied().unwrap_or_default());
            text.push_str(piece);
        }
        text
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(lang: Lang) -> BTreeSet<String> {
        parse(lang.source()).into_keys().collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (az, en) = (keys(Lang::Az), keys(Lang::En));
        assert_eq!(az.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in en.toml");
        assert_eq!(en.difference(&az).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in az.toml");
        for key in &az {
            let holes = |lang: Lang| Texts(lang).find(key).unwrap().matches("{}").count();
            assert_eq!(holes(Lang::Az), holes(Lang::En), "{key} takes another number of values in English");
        }
    }

    /// Looks for `t.get("…")` and `fill("…"` in the sources and templates themselves.
    #[test]
    fn every_text_that_a_page_asks_for_exists() {
        let known = keys(Lang::Az);
        let mut asked = 0;
        let mut folders = vec!["src", "src/pages", "templates"];
        while let Some(folder) = folders.pop() {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if !file.is_file() || file.ends_with("text.rs") {
                    continue;
                }
                let source = std::fs::read_to_string(&file).unwrap();
                for opening in [".get(\"", ".fill(\""] {
                    for piece in source.split(opening).skip(1) {
                        let key = piece.split('"').next().unwrap();
                        if key.contains('.') {
                            asked += 1;
                            assert!(known.contains(key), "{} asks for {key}", file.display());
                        }
                    }
                }
            }
        }
        assert!(asked > 50, "only {asked} texts found: has the way of asking changed?");
    }

    #[test]
    fn azerbaijani_texts_are_composed() {
        // A letter followed by a combining mark would look right and never match a search.
        let source = Lang::Az.source();
        assert!(!source.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c)), "write the texts in NFC");
    }

    #[test]
    fn values_fill_the_holes_in_order() {
        assert_eq!(Texts(Lang::Az).fill("no such {} key {}", &["1"]), "no such 1 key ");
    }
}
