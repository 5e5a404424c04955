//! What tables, columns and figures mean, as the lake's lexicon tells it: the tables `meyar_dictionary` and `meyar_figures`, and the comments
//! that clients show.

use arrow::datatypes::SchemaRef;
use datafusion::{
    datasource::{MemTable, TableProvider},
    error::{DataFusionError, Result},
};
use meyar_lake::{
    Lake, LakeError,
    lexicon::{Language, Lexicon, Words, heads, texts},
};
use std::{collections::BTreeMap, sync::Arc};

pub const DICTIONARY: &str = "meyar_dictionary";
pub const FIGURES: &str = "meyar_figures";

/// The lexicon as comments and rows.
#[derive(Debug, Clone)]
pub struct Book(pub Arc<Lexicon>);

impl Book {
    /// A comment of a table (no column) or a column. It has no language of its own.
    pub fn comment(&self, table: &str, column: Option<&str>) -> Option<String> {
        match table {
            DICTIONARY => {
                return column
                    .is_none()
                    .then(|| "Cədvəllərin və sütunların izahı · What tables and columns mean".into());
            }
            FIGURES => {
                return column.is_none().then(|| "Göstəricilər və düsturları · The figures and their formulas".into());
            }
            _ => {}
        }
        let entry = self.0.entry(table)?;
        if let Some(column) = column {
            let column = entry.column(column)?;
            return Some(both(column.words.as_ref()?, None, column.unit.as_deref()));
        }
        let formula = entry.definition.as_ref().map(|told| told.formula.as_str());
        Some(both(&self.0.words(table)?, formula, entry.definition.as_ref().map(|told| told.unit.as_str())))
    }

    /// `meyar_dictionary` of these tables: a row a table, and a row a column.
    pub fn table(&self, tables: &BTreeMap<String, SchemaRef>) -> Result<Arc<dyn TableProvider>> {
        let rows = tables.iter().flat_map(|(name, schema)| self.0.rows(name, schema, &Language::ALL));
        listing(&heads(&Language::ALL), &rows.collect::<Vec<_>>())
    }
}

fn both(words: &Words, formula: Option<&str>, unit: Option<&str>) -> String {
    let formula = formula.map_or_else(String::new, |formula| format!(": {formula}"));
    let unit = unit.map_or_else(String::new, |unit| format!(" [{unit}]"));
    format!("{} · {}{formula}{unit}", words.az, words.en)
}

/// `meyar_figures`.
pub fn figures(lake: &Lake) -> Result<Arc<dyn TableProvider>> {
    let rows = lake.figures().map(|f| {
        let told =
            [&f.name, &f.name_az, &f.name_en, &f.formula, &f.denominator, &f.unit, &f.source, &f.params.join(", ")];
        told.map(|text| Some(text.clone())).to_vec()
    });
    let heads = ["name", "name_az", "name_en", "formula", "denominator", "unit", "source", "params"];
    listing(&heads.map(str::to_owned), &rows.collect::<Vec<_>>())
}

fn listing(heads: &[String], rows: &[Vec<Option<String>>]) -> Result<Arc<dyn TableProvider>> {
    let batch = texts(heads, rows).map_err(|e: LakeError| DataFusionError::External(Box::new(e)))?;
    Ok(Arc::new(MemTable::try_new(batch.schema(), vec![vec![batch]])?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use datafusion_postgres::arrow_pg::datatypes::into_pg_type;
    use meyar_lake::{LakeOptions, lexicon::Column};

    #[tokio::test]
    async fn types_are_told_as_the_port_sends_them() {
        let dir = tempfile::tempdir().unwrap();
        let lake = Lake::open(dir.path().to_str().unwrap(), LakeOptions::default()).unwrap();
        let lexicon = lake.lexicon().await.unwrap();
        let sent = |column: &Column| {
            let sent = into_pg_type(&column.data_type).unwrap();
            sent.name().strip_prefix('_').map_or_else(|| sent.name().to_owned(), |element| format!("{element}[]"))
        };
        for (entry, column) in lexicon.entries.iter().flat_map(|e| e.columns.iter().map(move |c| (e, c))) {
            assert_eq!(column.sql_type(), sent(column), "{}.{}", entry.name, column.name);
        }
        let book = Book(Arc::new(lexicon));
        let comment = |table: &str, column: Option<&str>| book.comment(table, column).unwrap_or_default();
        assert_eq!(
            comment("orders", Some("due_on")),
            "Son icra günü: növbəti iş günü · Last day to call back: the next working day"
        );
        assert_eq!(comment("calls", Some("hold_ms")), "Xətdə saxlama · Time on hold [ms]");
        assert!(comment("call_events_all", None).ends_with("(every revision)"));
        assert!(comment("figure_calls_by_line", None).contains(": ") && !comment(DICTIONARY, None).is_empty());
    }
}
