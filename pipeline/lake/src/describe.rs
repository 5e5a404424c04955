//! What views and reference tables tell about themselves: a view at the head of its SQL, a reference table in `schemas/tables/_reference.toml`.

use crate::dictionary;
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "../../schemas/views/"]
#[include = "*.sql"]
struct Files;

/// One column in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnWords {
    pub name: String,
    #[serde(default)]
    pub unit: Option<String>,
    pub az: String,
    pub en: String,
}

/// The words at the head of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewWords {
    pub name: String,
    /// Where it stands in `schemas/views`.
    pub file: String,
    pub az: String,
    pub en: String,
    /// `-- column: name | Azerbaijani | English`, and a unit behind them where there is one.
    pub columns: Vec<ColumnWords>,
    /// `-- columns_of: calls, recordings`: other columns have their words there, the first that knows one.
    pub columns_of: Vec<String>,
}

/// Every view of `schemas/views` that has words, in the order in which they are made.
pub fn views() -> Vec<ViewWords> {
    let mut files: Vec<_> = Files::iter().collect();
    files.sort();
    files.iter().filter_map(|file| view(file)).collect()
}

fn view(file: &str) -> Option<ViewWords> {
    let text = String::from_utf8(Files::get(file)?.data.into_owned()).ok()?;
    let heads = |key: &str| {
        let prefix = format!("-- {key}: ");
        text.lines().filter_map(|line| line.strip_prefix(&prefix)).map(str::trim).map(str::to_owned).collect::<Vec<_>>()
    };
    let head = |key: &str| heads(key).into_iter().next();
    let list = |line: String| line.split(',').map(|name| name.trim().to_owned()).collect();
    Some(ViewWords {
        name: head("view")?,
        file: file.to_owned(),
        az: head("az")?,
        en: head("en")?,
        columns: heads("column").iter().filter_map(|line| column(line)).collect(),
        columns_of: head("columns_of").map(list).unwrap_or_default(),
    })
}

fn column(line: &str) -> Option<ColumnWords> {
    let mut parts = line.split('|').map(|part| part.trim().to_owned());
    let (name, az, en, unit) = (parts.next()?, parts.next()?, parts.next()?, parts.next());
    Some(ColumnWords { name, unit, az, en })
}

/// The words of a reference table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceWords {
    #[serde(rename = "table")]
    pub name: String,
    pub az: String,
    pub en: String,
    /// Its own columns first, then those that every reference table may have.
    pub column: Vec<ColumnWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceFile {
    common: Vec<ColumnWords>,
    table: Vec<ReferenceWords>,
}

static REFERENCE: LazyLock<Vec<ReferenceWords>> = LazyLock::new(|| {
    let ReferenceFile { common, mut table } = toml::from_str(&dictionary::file("_reference.toml"))
        .expect("_reference.toml has the words of reference tables");
    table.iter_mut().for_each(|words| words.column.extend_from_slice(&common));
    table
});

pub fn reference() -> &'static [ReferenceWords] {
    &REFERENCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_tells_what_it_is_in_both_languages() {
        let views = views();
        assert_eq!(views.len(), Files::iter().count());
        assert!(views.iter().any(|view| view.name == "calls" && view.az.contains("Zənglər")));
        for view in views {
            assert!(view.file.ends_with(&format!("_{}.sql", view.name)), "{}", view.file);
            let told =
                Files::get(&view.file).map(|file| String::from_utf8_lossy(&file.data).matches("-- column: ").count());
            assert_eq!(told, Some(view.columns.len()), "{}: a line is not name | Azerbaijani | English", view.file);
        }
    }

    #[test]
    fn a_column_is_told_with_or_without_its_unit() {
        let words = |unit: Option<&str>| {
            Some(ColumnWords { name: "a".into(), unit: unit.map(str::to_owned), az: "b".into(), en: "c".into() })
        };
        assert_eq!(column("a | b | c"), words(None));
        assert_eq!(column("a | b | c | ms"), words(Some("ms")));
        assert_eq!(column("a | b"), None);
    }
}
