//! What tables, columns and figures mean, in both languages: the tables `meyar_dictionary` and `meyar_figures`, and the comments that
//! clients show.

use crate::figure::PREFIX;
use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use datafusion::{
    datasource::{MemTable, TableProvider},
    error::Result,
};
use datafusion_postgres::arrow_pg::datatypes::into_pg_type;
use meyar_lake::{Lake, describe, dictionary};
use std::{collections::BTreeMap, sync::Arc};

pub const DICTIONARY: &str = "meyar_dictionary";
pub const FIGURES: &str = "meyar_figures";

/// One thing in two languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub az: String,
    pub en: String,
    pub unit: Option<String>,
}

impl Words {
    fn new(az: impl Into<String>, en: impl Into<String>, unit: Option<String>) -> Self {
        Self { az: az.into(), en: en.into(), unit }
    }

    /// As a comment, which has no language of its own.
    pub fn comment(&self) -> String {
        let unit = self.unit.as_ref().map_or_else(String::new, |unit| format!(" [{unit}]"));
        format!("{} · {}{unit}", self.az, self.en)
    }
}

/// The words of tables (no column) and columns.
#[derive(Debug, Default, Clone)]
pub struct Book {
    own: BTreeMap<(String, Option<String>), Words>,
    /// Of columns that mean the same in every table; views take theirs from here.
    shared: BTreeMap<String, Option<Words>>,
}

impl Book {
    pub fn of(lake: &Lake) -> Self {
        let mut book = Self::default();
        for (_, table) in dictionary::tables() {
            let every = (" (bütün düzəlişlər)", " (every revision)");
            for (name, (more_az, more_en)) in [(table.name.clone(), ("", "")), (format!("{}_all", table.name), every)] {
                let words = Words::new(format!("{}{more_az}", table.az), format!("{}{more_en}", table.en), None);
                book.put(&name, None, words);
                for column in &table.column {
                    let words = Words::new(&column.az, &column.en, column.unit.clone());
                    let shared = book.shared.entry(column.name.clone()).or_insert_with(|| Some(words.clone()));
                    if shared.as_ref().is_some_and(|known| *known != words) {
                        *shared = None;
                    }
                    book.put(&name, Some(&column.name), words);
                }
            }
        }
        for view in describe::views() {
            book.put(&view.name, None, Words::new(view.az, view.en, None));
        }
        for figure in lake.figures() {
            let name = format!("{PREFIX}{}", figure.name);
            let (az, en) = (&figure.name_az, format!("{}: {}", figure.name_en, figure.formula));
            book.put(&name, None, Words::new(az, en, Some(figure.unit.clone())));
            for column in &figure.columns {
                book.put(&name, Some(&column.name), Words::new(&column.az, &column.en, Some(column.format.clone())));
            }
        }
        book.put(DICTIONARY, None, Words::new("Cədvəllərin və sütunların izahı", "What tables and columns mean", None));
        book.put(FIGURES, None, Words::new("Göstəricilər və düsturları", "The figures and their formulas", None));
        book
    }

    fn put(&mut self, table: &str, column: Option<&str>, words: Words) {
        self.own.insert((table.to_owned(), column.map(str::to_owned)), words);
    }

    pub fn get(&self, table: &str, column: Option<&str>) -> Option<&Words> {
        let own = self.own.get(&(table.to_owned(), column.map(str::to_owned)));
        own.or_else(|| self.shared.get(column?)?.as_ref())
    }

    /// `meyar_dictionary` of these tables: a row a table, and a row a column.
    pub fn table(&self, tables: &BTreeMap<String, SchemaRef>) -> Result<Arc<dyn TableProvider>> {
        let mut rows: Vec<[Option<String>; 6]> = Vec::new();
        let mut row = |table: &str, column: Option<&Field>| {
            let words = self.get(table, column.map(|c| c.name().as_str()));
            let kind =
                column.map(|c| into_pg_type(c.data_type()).map_or_else(|_| "text".into(), |t| t.name().to_owned()));
            rows.push([
                Some(table.to_owned()),
                column.map(|c| c.name().clone()),
                kind,
                words.and_then(|w| w.unit.clone()),
                words.map(|w| w.az.clone()),
                words.map(|w| w.en.clone()),
            ]);
        };
        for (name, schema) in tables {
            row(name, None);
            schema.fields().iter().for_each(|field| row(name, Some(field)));
        }
        texts(["table_name", "column_name", "type", "unit", "comment_az", "comment_en"], rows)
    }
}

/// `meyar_figures`.
pub fn figures(lake: &Lake) -> Result<Arc<dyn TableProvider>> {
    let rows = lake.figures().map(|f| {
        let told =
            [&f.name, &f.name_az, &f.name_en, &f.formula, &f.denominator, &f.unit, &f.source, &f.params.join(", ")];
        told.map(|text| Some(text.clone()))
    });
    texts(["name", "name_az", "name_en", "formula", "denominator", "unit", "source", "params"], rows.collect())
}

fn texts<const N: usize>(names: [&str; N], rows: Vec<[Option<String>; N]>) -> Result<Arc<dyn TableProvider>> {
    let schema = Arc::new(Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec()));
    let column = |n: usize| Arc::new(rows.iter().map(|row| row[n].as_deref()).collect::<StringArray>()) as _;
    let batch = RecordBatch::try_new(schema.clone(), (0..N).map(column).collect())?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
}
