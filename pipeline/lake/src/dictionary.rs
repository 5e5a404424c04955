//! The data dictionary: `schemas/tables/*.toml` as Arrow schemas, one table a subject.

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use meyar_schemas::Subject;
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

/// The column that files are laid out by.
pub const PARTITION: &str = "month";

#[derive(RustEmbed)]
#[folder = "../../schemas/tables/"]
#[include = "*.toml"]
struct Files;

/// One column, with its words for people.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub shape: Shape,
    /// What a list is made of.
    #[serde(default)]
    pub item: Option<Item>,
    /// Where the value stands in the message: members joined by dots, or `@…` for the envelope, place and time.
    pub path: String,
    #[serde(default)]
    pub required: bool,
    /// What was said or written: what goes when only the content of a row is deleted.
    #[serde(default)]
    pub content: bool,
    #[serde(default)]
    pub unit: Option<String>,
    pub az: String,
    pub en: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    String,
    Int,
    Float,
    Bool,
    Timestamp,
    Date,
    Binary,
    /// Whatever stands there, as JSON text.
    Json,
    List,
    Struct,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    #[serde(rename = "type")]
    pub shape: Shape,
    #[serde(default)]
    pub field: Vec<Column>,
}

/// One table of the dictionary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    #[serde(rename = "table")]
    pub name: String,
    pub az: String,
    pub en: String,
    /// Of rows that have these columns in common only the one that was made last stands, whatever their ids: what it is about has had
    /// another id before.
    #[serde(default)]
    pub one_of_each: Vec<String>,
    /// The common columns first; `month` is among them.
    pub column: Vec<Column>,
}

#[derive(Deserialize)]
struct Common {
    column: Vec<Column>,
}

/// The text of a file of `schemas/tables`.
pub(crate) fn file(name: &str) -> String {
    let file = Files::get(name).unwrap_or_else(|| panic!("schemas/tables/{name} is part of the program"));
    String::from_utf8(file.data.into_owned()).expect("a dictionary file is UTF-8")
}

static TABLES: LazyLock<HashMap<&'static str, Table>> = LazyLock::new(|| {
    let common: Common = toml::from_str(&file("_common.toml")).expect("_common.toml is a dictionary");
    Subject::ALL
        .into_iter()
        .map(|subject| {
            let name = format!("{}.toml", subject.table());
            let mut table: Table =
                toml::from_str(&file(&name)).unwrap_or_else(|e| panic!("schemas/tables/{name}: {e}"));
            table.column.splice(0..0, common.column.clone());
            (subject.table(), table)
        })
        .collect()
});

/// The table that a subject's rows land in.
pub fn table(subject: Subject) -> &'static Table {
    &TABLES[subject.table()]
}

/// All tables, by subject.
pub fn tables() -> impl Iterator<Item = (Subject, &'static Table)> {
    Subject::ALL.into_iter().map(|s| (s, table(s)))
}

impl Table {
    pub fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(self.column.iter().map(Column::field).collect::<Vec<_>>()))
    }

    /// Where its content stands: a column's name, and the names of what a list's items hold.
    pub fn content(&self) -> Vec<Vec<&str>> {
        self.column.iter().flat_map(Column::content).collect()
    }

    /// What stands inside the files: everything but the partition column, whose value is the folder's.
    pub fn file_columns(&self) -> impl Iterator<Item = &Column> {
        self.column.iter().filter(|c| c.name != PARTITION)
    }
}

impl Column {
    fn content(&self) -> Vec<Vec<&str>> {
        let within = self.item.iter().flat_map(|item| &item.field).flat_map(Column::content);
        let mut found: Vec<_> = within.map(|path| [vec![self.name.as_str()], path].concat()).collect();
        if self.content {
            found.push(vec![&self.name]);
        }
        found
    }

    pub fn field(&self) -> Field {
        Field::new(&self.name, self.data_type(), !self.required)
    }

    pub fn data_type(&self) -> DataType {
        match (self.shape, &self.item) {
            (Shape::List, Some(item)) => DataType::List(Arc::new(item.element())),
            (shape, _) => shape.data_type(),
        }
    }
}

impl Item {
    /// The name that Delta gives to a list's element.
    pub fn element(&self) -> Field {
        let data_type = match self.shape {
            Shape::Struct => DataType::Struct(self.fields()),
            shape => shape.data_type(),
        };
        Field::new("element", data_type, true)
    }

    pub fn fields(&self) -> Fields {
        self.field.iter().map(|c| Field::new(&c.name, c.data_type(), true)).collect()
    }
}

impl Shape {
    fn data_type(self) -> DataType {
        match self {
            Shape::String | Shape::Json => DataType::Utf8,
            Shape::Int => DataType::Int64,
            Shape::Float => DataType::Float64,
            Shape::Bool => DataType::Boolean,
            Shape::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Shape::Date => DataType::Date32,
            Shape::Binary => DataType::Binary,
            Shape::List => DataType::List(Arc::new(Field::new("element", DataType::Utf8, true))),
            Shape::Struct => DataType::Struct(Fields::empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subject_has_a_table_whose_columns_are_named_once_and_told_in_both_languages() {
        for (subject, table) in tables() {
            assert_eq!(table.name, subject.table());
            let mut names: Vec<_> = table.column.iter().map(|c| c.name.as_str()).collect();
            names.sort_unstable();
            let all = names.len();
            names.dedup();
            assert_eq!(names.len(), all, "{}: a column is named twice", table.name);
            let mut paths: Vec<_> = table.column.iter().map(|c| c.path.as_str()).collect();
            paths.sort_unstable();
            assert!(paths.windows(2).all(|two| two[0] != two[1]), "{}: two columns take the same member", table.name);
            for column in &table.column {
                assert!(!column.az.is_empty() && !column.en.is_empty(), "{}.{}", table.name, column.name);
                assert!(!(column.content && column.required), "{}.{} cannot be emptied", table.name, column.name);
                assert_eq!(column.shape == Shape::List, column.item.is_some(), "{}.{}", table.name, column.name);
            }
        }
    }
}
