//! A document: its title page, its state, its sections.

use crate::chart::Chart;
use crate::table::Table;
use crate::text::{Lang, Text};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The version of this model. A frozen document carries it, so that a later program knows what it reads.
pub const MODEL: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub model: u32,
    pub kind: Kind,
    /// Stable through all editions: `annual-2025`.
    pub id: String,
    /// One word or two: Hesabat, Report.
    pub title: Text,
    /// What it is about: "2025-ci il üzrə görülmüş işlər haqqında", "on the work done in 2025". May be empty.
    pub subtitle: Text,
    pub issuer: Issuer,
    pub period: Text,
    pub edition: u32,
    pub state: State,
    /// Who made, checked and approved it, and when.
    pub steps: Vec<Step>,
    /// Given from outside: a renderer that asked a clock would never give the same bytes twice.
    pub created_at: DateTime<Utc>,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// With a title page, contents, and each section on a page of its own.
    Annual,
    Daily,
    Memo,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    pub ministry: Text,
    pub centre: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Checked,
    Approved,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What the document became by it.
    pub state: State,
    pub by: String,
    pub role: Text,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: String,
    pub title: Text,
    /// For tables that are wider than an upright page.
    #[serde(default)]
    pub landscape: bool,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    Heading(Text),
    Paragraph(Text),
    /// Printed as "Qeyd: …".
    Note(Text),
    Definitions(Vec<Definition>),
    Headlines(Vec<Headline>),
    Table(Table),
    /// One chart, or several small ones beside one another.
    Charts(Vec<Chart>),
    Signatures(Vec<Signature>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub term: Text,
    pub meaning: Text,
}

/// One number that is printed large: a cell of a table, under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    pub name: Text,
    pub cell: TableRef,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRef {
    pub table: String,
    pub row: String,
    pub column: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub role: Text,
    /// Empty: the name is written by hand too.
    #[serde(default)]
    pub name: String,
    /// None: the day is written by hand.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

impl Document {
    /// The document's name as a sentence goes: the subject first in Azerbaijani, last in English.
    pub fn name(&self, lang: Lang) -> String {
        let (title, subtitle) = (self.title.get(lang), self.subtitle.get(lang));
        match lang {
            _ if subtitle.is_empty() => title.to_owned(),
            Lang::Az => format!("{subtitle} {}", lang.lowercase(title)),
            Lang::En => format!("{title} {subtitle}"),
        }
    }

    pub fn tables(&self) -> impl Iterator<Item = (&Section, &Table)> {
        self.sections.iter().flat_map(|section| {
            section.blocks.iter().filter_map(move |block| match block {
                Block::Table(table) => Some((section, table)),
                _ => None,
            })
        })
    }

    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.sections.iter().flat_map(|s| &s.blocks).flat_map(|block| match block {
            Block::Charts(charts) => charts.as_slice(),
            _ => &[],
        })
    }

    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables().map(|(_, table)| table).find(|table| table.id == id)
    }
}
