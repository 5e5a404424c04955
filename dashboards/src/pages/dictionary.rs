//! `/dictionary`: everything that can be asked of the lake, with its columns, types and words; and the same as a file.

use super::{chosen, encoded, show};
use crate::Shared;
use crate::data::DataError;
use crate::error::PageError;
use crate::frame::Frame;
use crate::text::{Lang, Texts};
use askama::Template;
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use meyar_lake::lexicon::{self, Column, Entry, Format, Kind, Language, Lexicon, Words};
use serde::Deserialize;
use std::sync::Arc;

const EXPORTS: [(&str, &str); 3] =
    [("/dictionary.md", "Markdown"), ("/dictionary.csv", "CSV"), ("/dictionary.json", "JSON")];

#[derive(Debug, Deserialize)]
pub struct Asked {
    q: Option<String>,
}

struct Section<'a> {
    code: &'static str,
    name: &'a str,
    lead: &'a str,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    entry: &'a Entry,
    name: String,
    words: &'a str,
    count: String,
    label: String,
    open: bool,
    facts: Vec<Fact<'a>>,
    /// The page of a figure.
    definition: Option<String>,
    /// Where all columns are, when only some are shown.
    whole: Option<String>,
    columns: Vec<Row<'a>>,
}

struct Fact<'a> {
    label: &'a str,
    text: String,
    code: bool,
}

struct Row<'a> {
    name: String,
    kind: String,
    unit: &'a str,
    words: &'a str,
}

#[derive(Template)]
#[template(path = "dictionary.html")]
struct Page<'a> {
    frame: &'a Frame,
    t: Texts,
    exports: [(&'static str, &'static str); 3],
    asked: &'a str,
    found: Option<String>,
    nothing: String,
    sections: Vec<Section<'a>>,
}

pub async fn page(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, PageError> {
    let t = frame.t;
    let asked: String = chosen(asked.q).unwrap_or_default().chars().take(80).collect();
    let search = Search::of(&asked);
    let lexicon = shared.data.lexicon().await?;
    let section = |kind: Kind| Section {
        code: kind.code(),
        name: t.name("kind", kind.code()),
        lead: t.name("kind_lead", kind.code()),
        items: lexicon.of_kind(kind).filter_map(|entry| item(t, entry, &search)).collect(),
    };
    let sections: Vec<_> = Kind::ALL.into_iter().map(section).filter(|section| !section.items.is_empty()).collect();
    let items = || sections.iter().flat_map(|section| &section.items);
    let columns: usize = items().map(|item| item.columns.len()).sum();
    let found = t.fill("dictionary.found", &[&items().count().to_string(), &columns.to_string()]);
    show(&Page {
        frame: &frame,
        t,
        exports: EXPORTS,
        asked: &asked,
        found: (!asked.is_empty() && !sections.is_empty()).then_some(found),
        nothing: t.fill("dictionary.none", &[&asked]),
        sections,
    })
}

/// What is shown of an entry; nothing when neither it nor any of its columns is meant.
fn item<'a>(t: Texts, entry: &'a Entry, search: &Search) -> Option<Item<'a>> {
    let all: Vec<_> = entry.columns.iter().flat_map(Column::unfolded).collect();
    let total = all.len();
    let whole = search.means(&of_entry(entry));
    let meant = |(name, column): &(String, &Column)| {
        let (az, en) = column.words.as_ref().map_or(("", ""), |words| (&words.az, &words.en));
        whole || search.means(&[&entry.name, name, az, en])
    };
    let shown: Vec<_> = all.into_iter().filter(meant).collect();
    if shown.is_empty() {
        return None;
    }
    let name = entry.table();
    let (some, every) = (shown.len().to_string(), total.to_string());
    let part = shown.len() < total;
    Some(Item {
        words: spoken(&entry.words, t.0),
        count: if part {
            t.fill("dictionary.some_columns", &[&some, &every])
        } else {
            t.fill("dictionary.columns", &[&every])
        },
        label: t.fill("dictionary.columns_of", &[&name]),
        open: !search.0.is_empty(),
        facts: facts(t, entry),
        definition: (entry.kind == Kind::Figure).then(|| format!("/figures/{}", entry.name)),
        whole: part.then(|| format!("/dictionary?q={}#{}-{}", encoded(&name), entry.kind.code(), entry.name)),
        columns: shown.into_iter().map(|(name, column)| row(t, name, column)).collect(),
        entry,
        name,
    })
}

fn row(t: Texts, name: String, column: &Column) -> Row<'_> {
    Row {
        name,
        kind: column.sql_type(),
        unit: column.unit.as_deref().unwrap_or_default(),
        words: column.words.as_ref().map_or("", |words| spoken(words, t.0)),
    }
}

fn facts(t: Texts, entry: &Entry) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    let mut tell = |label, text: String, code| facts.push(Fact { label, text, code });
    if let Some(definition) = &entry.definition {
        let formula = definition.formula_az.as_ref().filter(|_| t.0 == Lang::Az).unwrap_or(&definition.formula);
        tell(t.get("definition.formula"), formula.clone(), false);
        tell(t.get("definition.denominator"), definition.denominator.clone(), false);
        tell(t.get("definition.unit"), definition.unit.clone(), false);
        tell(t.get("definition.source"), definition.source.clone(), false);
    }
    if let (Some(subject), Some(every)) = (entry.subject, entry.every_revision()) {
        tell(t.get("dictionary.topic"), subject.name().to_owned(), true);
        tell(t.get("dictionary.every_revision"), every, true);
    }
    tell(t.get("dictionary.file"), entry.file.clone(), true);
    facts
}

fn spoken(words: &Words, lang: Lang) -> &str {
    match lang {
        Lang::Az => &words.az,
        Lang::En => &words.en,
    }
}

fn of_entry(entry: &Entry) -> Vec<String> {
    let table = entry.table();
    let every = entry.every_revision().unwrap_or_default();
    let topic = entry.subject.map(|subject| subject.name()).unwrap_or_default();
    let formula = entry.definition.as_ref().map_or("", |definition| &definition.formula);
    [&table, &every, topic, &entry.words.az, &entry.words.en, formula].map(str::to_owned).to_vec()
}

/// The words that are looked for; each must be found.
struct Search(Vec<String>);

impl Search {
    fn of(asked: &str) -> Self {
        Self(asked.split_whitespace().map(folded).collect())
    }

    fn means(&self, texts: &[impl AsRef<str>]) -> bool {
        let texts: Vec<_> = texts.iter().map(|text| folded(text.as_ref())).collect();
        self.0.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// Without capitals and without the letters that a foreign keyboard lacks: whoever writes `gozleme` finds `Gözləmə`.
fn folded(text: &str) -> String {
    let plain = |letter: char| match letter {
        'Ə' | 'ə' => 'e',
        'I' | 'İ' | 'ı' => 'i',
        'Ö' | 'ö' => 'o',
        'Ü' | 'ü' => 'u',
        'Ç' | 'ç' => 'c',
        'Ş' | 'ş' => 's',
        'Ğ' | 'ğ' => 'g',
        other => other,
    };
    text.chars().map(plain).flat_map(char::to_lowercase).collect()
}

pub async fn markdown(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Response, PageError> {
    file(shared.data.lexicon().await?, Format::Markdown, frame.lang(), "md", "text/markdown; charset=utf-8")
}

pub async fn csv(State(shared): State<Arc<Shared>>, Extension(frame): Extension<Frame>) -> Result<Response, PageError> {
    file(shared.data.lexicon().await?, Format::Csv, frame.lang(), "csv", "text/csv; charset=utf-8")
}

pub async fn json(
    State(shared): State<Arc<Shared>>,
    Extension(frame): Extension<Frame>,
) -> Result<Response, PageError> {
    file(shared.data.lexicon().await?, Format::Json, frame.lang(), "json", "application/json")
}

/// Programs read both languages; a text for people is in the reader's own.
fn file(
    lexicon: &Lexicon,
    format: Format,
    lang: Lang,
    ending: &str,
    content: &'static str,
) -> Result<Response, PageError> {
    let own = [match lang {
        Lang::Az => Language::Az,
        Lang::En => Language::En,
    }];
    let languages = if format == Format::Markdown { &own[..] } else { &Language::ALL };
    let text = lexicon::text(lexicon, format, languages).map_err(DataError::from)?;
    let disposition = format!("attachment; filename=\"meyar-dictionary.{ending}\"");
    Ok(([(header::CONTENT_TYPE, content.to_owned()), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_without_capitals_and_without_azerbaijani_letters() {
        let means = |asked: &str| {
            Search::of(asked).means(&["calls", "wait_ms", "Cavaba qədər gözləmə", "Wait until the answer"])
        };
        for asked in ["", "gözləmə", "gozleme", "GÖZLƏMƏ", "wait_ms", "Calls wait", "cavaba GOZLEME"] {
            assert!(means(asked), "{asked}");
        }
        assert!(!means("calls hold") && !means("növbə"));
        assert_eq!(folded("İŞÇI ıi"), "isci ii");
    }
}
