//! A document's template (`schemas/documents/*.toml`): which figures stand where, and in which words.

use meyar_documents::{Chart, Headline, Kind, Signature, Text};
use meyar_schemas::Invalid;
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(RustEmbed)]
#[folder = "../schemas/documents/"]
#[include = "*.toml"]
struct Files;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub kind: Kind,
    pub title: Text,
    pub subtitle: Text,
    pub section: Vec<Section>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: String,
    pub title: Text,
    #[serde(default)]
    pub landscape: bool,
    pub block: Vec<Block>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    Heading(Text),
    Paragraph(Text),
    Note(Text),
    Table(Table),
    Charts(Vec<Chart>),
    Headlines(Vec<Headline>),
    Special(Special),
    Signatures(Vec<Signature>),
}

/// Tables that are more than a choice of a figure's columns.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    Kpis,
    KpiMonths,
    Sheets,
    Variants,
    Definitions,
    StructureDonuts,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub id: String,
    pub figure: String,
    pub columns: Vec<String>,
    pub title: Text,
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    #[serde(default)]
    pub names: BTreeMap<String, Text>,
    #[serde(default)]
    pub notes: Vec<Text>,
}

impl Template {
    pub fn named(name: &str) -> Result<Self, Invalid> {
        let file = format!("{name}.toml");
        let text = Files::get(&file).ok_or_else(|| {
            let known: Vec<String> = Files::iter().map(|f| f.trim_end_matches(".toml").to_owned()).collect();
            Invalid::new("template", name, "is not a template", format!("use one of: {}", known.join(", ")))
        })?;
        toml::from_str(&String::from_utf8_lossy(&text.data)).map_err(|e| {
            let problem = format!("cannot be read ({})", e.message());
            Invalid::new("template", file, problem, "compare it with schemas/documents/README.md")
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for file in Files::iter() {
            Template::named(file.trim_end_matches(".toml")).unwrap();
        }
        assert!(Template::named("weekly").unwrap_err().remedy.contains("annual"));
    }
}
