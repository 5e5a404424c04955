//! The dictionary as a file: Markdown for people, JSON and CSV for programs.

use super::{Column, Entry, Kind, Lexicon, Words};
use crate::{
    error::LakeError,
    output::{self, Format as Rows},
};
use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use meyar_schemas::Invalid;
use serde_json::{Map, Value, json};
use std::{fmt::Write as _, str::FromStr, sync::Arc};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Az,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Az, Self::En];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Az => "az",
            Self::En => "en",
        }
    }
}

impl FromStr for Language {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.into_iter().find(|language| language.code() == text);
        known.ok_or_else(|| Invalid::new("lang", text, "is not a language of Meyar", "use az or en"))
    }
}

impl Words {
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Az => &self.az,
            Language::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Markdown,
    Json,
    Csv,
}

impl FromStr for Format {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "md" => Ok(Self::Markdown),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(Invalid::new("format", text, "is not a format of the dictionary", "use md, json or csv")),
        }
    }
}

pub fn text(lexicon: &Lexicon, format: Format, languages: &[Language]) -> Result<String, LakeError> {
    match format {
        Format::Markdown => Ok(markdown(lexicon, languages)),
        Format::Json => {
            let entries: Vec<_> = lexicon.entries.iter().map(|entry| of_entry(entry, languages)).collect();
            let codes: Vec<_> = languages.iter().map(|language| language.code()).collect();
            let all = json!({ "version": 1, "languages": codes, "entries": entries });
            serde_json::to_string_pretty(&all).map(|text| text + "\n").map_err(|e| LakeError::Bug(e.to_string()))
        }
        Format::Csv => {
            let rows =
                lexicon.entries.iter().flat_map(|entry| lexicon.rows(&entry.table(), &entry.schema(), languages));
            let heads = heads(languages);
            output::text(&[texts(&heads, &rows.collect::<Vec<_>>())?], Rows::Csv)
        }
    }
}

/// The heads of [`Lexicon::rows`].
pub fn heads(languages: &[Language]) -> Vec<String> {
    let comments = languages.iter().map(|language| format!("comment_{}", language.code()));
    let fixed = ["table_name", "column_name", "type", "unit"].map(str::to_owned);
    fixed.into_iter().chain(comments).chain(["kind".to_owned()]).collect()
}

impl Lexicon {
    /// A row for a name in SQL and one for each of its columns that the schema has; what a list holds follows it.
    pub fn rows(&self, table: &str, schema: &Schema, languages: &[Language]) -> Vec<Vec<Option<String>>> {
        let entry = self.entry(table);
        let row = |column: Option<String>, kind: Option<String>, unit: Option<String>, words: Option<&Words>| {
            let mut row = vec![Some(table.to_owned()), column, kind, unit];
            row.extend(languages.iter().map(|language| Some(words?.of(*language).to_owned())));
            row.push(entry.map(|entry| entry.kind.code().to_owned()));
            row
        };
        let unit = entry.and_then(|entry| Some(entry.definition.as_ref()?.unit.clone()));
        let mut rows = vec![row(None, None, unit, self.words(table).as_ref())];
        for field in schema.fields() {
            match entry.and_then(|entry| entry.column(field.name())) {
                Some(column) => rows.extend(column.unfolded().into_iter().map(|(name, column)| {
                    row(Some(name), Some(column.sql_type()), column.unit.clone(), column.words.as_ref())
                })),
                None => {
                    rows.push(row(Some(field.name().clone()), Some(super::sql_type(field.data_type())), None, None))
                }
            }
        }
        rows
    }
}

/// A table of texts.
pub fn texts(heads: &[String], rows: &[Vec<Option<String>>]) -> Result<RecordBatch, LakeError> {
    let schema = Schema::new(heads.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect::<Vec<_>>());
    let column = |n: usize| rows.iter().map(|row| row.get(n)?.as_deref()).collect::<StringArray>();
    Ok(RecordBatch::try_new(Arc::new(schema), (0..heads.len()).map(|n| Arc::new(column(n)) as _).collect())?)
}

fn told(words: Option<&Words>, languages: &[Language]) -> impl Iterator<Item = (String, Value)> {
    languages.iter().filter_map(move |language| Some((language.code().to_owned(), words?.of(*language).into())))
}

fn of_entry(entry: &Entry, languages: &[Language]) -> Value {
    let mut told: Map<_, _> = [("kind", entry.kind.code()), ("name", &entry.name)]
        .map(|(key, text)| (key.to_owned(), Value::from(text)))
        .into_iter()
        .chain(told(Some(&entry.words), languages))
        .collect();
    told.insert("table".into(), entry.table().into());
    told.insert("file".into(), entry.file.as_str().into());
    if let Some(subject) = entry.subject {
        told.insert("topic".into(), subject.name().into());
        told.insert("every_revision".into(), entry.every_revision().into());
    }
    if let Some(definition) = &entry.definition {
        told.insert("group".into(), definition.group.as_str().into());
        told.insert("formula".into(), definition.formula.as_str().into());
        if let Some(formula) = definition.formula_az.as_deref().filter(|_| languages.contains(&Language::Az)) {
            told.insert("formula_az".into(), formula.into());
        }
        told.insert("denominator".into(), definition.denominator.as_str().into());
        told.insert("unit".into(), definition.unit.as_str().into());
        told.insert("source".into(), definition.source.as_str().into());
        told.insert("params".into(), definition.params.clone().into());
    }
    told.insert("columns".into(), entry.columns.iter().map(|column| of_column(column, languages)).collect());
    told.into()
}

fn of_column(column: &Column, languages: &[Language]) -> Value {
    let mut told: Map<_, _> =
        [("name".to_owned(), column.name.as_str().into()), ("type".into(), column.sql_type().into())]
            .into_iter()
            .chain(column.unit.iter().map(|unit| ("unit".to_owned(), unit.as_str().into())))
            .chain(told(column.words.as_ref(), languages))
            .collect();
    if column.required {
        told.insert("required".into(), true.into());
    }
    if !column.fields.is_empty() {
        told.insert("fields".into(), column.fields.iter().map(|field| of_column(field, languages)).collect());
    }
    told.into()
}

/// Words of the file itself.
fn said(languages: &[Language], az: &str, en: &str) -> String {
    let words = Words::new(az, en);
    languages.iter().map(|language| words.of(*language)).collect::<Vec<_>>().join(" · ")
}

fn headline(kind: Kind, languages: &[Language]) -> String {
    match kind {
        Kind::Table => said(languages, "Cədvəllər", "Tables"),
        Kind::View => said(languages, "Görünüşlər", "Views"),
        Kind::Figure => said(languages, "Göstəricilər", "Figures"),
        Kind::Reference => said(languages, "Soraqçalar", "Reference tables"),
    }
}

/// A text inside a cell, where a bar would end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn markdown(lexicon: &Lexicon, languages: &[Language]) -> String {
    let mut out = format!("# {}\n", said(languages, "Məlumat lüğəti", "Data dictionary"));
    for kind in Kind::ALL {
        let _ = write!(out, "\n## {}\n", headline(kind, languages));
        for entry in lexicon.of_kind(kind) {
            section(&mut out, entry, languages);
        }
    }
    out
}

fn section(out: &mut String, entry: &Entry, languages: &[Language]) {
    let _ = write!(out, "\n### `{}`\n\n{}\n\n", entry.table(), said(languages, &entry.words.az, &entry.words.en));
    let mut fact = |az: &str, en: &str, text: &str| {
        let _ = writeln!(out, "- {}: {text}", said(languages, az, en));
    };
    if let (Some(subject), Some(every)) = (entry.subject, entry.every_revision()) {
        fact("Kafka mövzusu", "Kafka topic", &format!("`{}`", subject.name()));
        fact("Bütün düzəlişlərlə", "With every revision", &format!("`{every}`"));
    }
    if let Some(definition) = &entry.definition {
        let az = definition.formula_az.as_deref().filter(|_| languages == [Language::Az]);
        fact("Düstur", "Formula", az.unwrap_or(&definition.formula));
        fact("Məxrəc", "Denominator", &definition.denominator);
        fact("Ölçü vahidi", "Unit", &definition.unit);
        fact("Mənbə", "Source", &definition.source);
        fact("Parametrlər", "Parameters", &definition.params.join(", "));
    }
    fact("Fayl", "File", &format!("`{}`", entry.file));
    let comments: Vec<_> = languages.iter().map(|language| said(&[*language], "İzah", "Meaning")).collect();
    let (column, kind, unit) =
        (said(languages, "Sütun", "Column"), said(languages, "Tip", "Type"), said(languages, "Vahid", "Unit"));
    let _ = writeln!(
        out,
        "\n| {column} | {kind} | {unit} | {} |\n|---|---|---{}|",
        comments.join(" | "),
        "|---".repeat(comments.len())
    );
    for (name, column) in entry.columns.iter().flat_map(Column::unfolded) {
        let words = languages.iter().map(|language| column.words.as_ref().map_or("", |words| words.of(*language)));
        let unit = column.unit.as_deref().unwrap_or_default();
        let told: Vec<_> = [unit].into_iter().chain(words).map(cell).collect();
        let _ = writeln!(out, "| `{name}` | {} | {} |", column.sql_type(), told.join(" | "));
    }
}
