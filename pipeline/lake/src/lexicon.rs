//! Everything that can be asked of the lake, in one list: tables, views, figures and reference tables, each with its columns, their types
//! and their words in both languages. The page, the file (`meyar dictionary`) and the comments of the SQL port are made of it.

mod write;

pub use write::{Format, Language, heads, text, texts};

use crate::{
    describe::{self, ReferenceWords, ViewWords},
    dictionary::{self, Table},
    error::LakeError,
    head::{Figure, GROUPS},
    lake::{Lake, read_only},
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use futures::future::BoxFuture;
use meyar_schemas::Subject;
use std::sync::Arc;

/// Stands before a figure's name where it is asked for as a table.
pub const FIGURE: &str = "figure_";
/// Behind a table's name: the rows that corrections have replaced are there too.
const EVERY_REVISION: &str = "_all";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Table,
    View,
    Figure,
    Reference,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Table, Self::View, Self::Figure, Self::Reference];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Figure => "figure",
            Self::Reference => "reference",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub az: String,
    pub en: String,
}

impl Words {
    fn new(az: &str, en: &str) -> Self {
        Self { az: az.to_owned(), en: en.to_owned() }
    }
}

/// One table, view, figure or reference table.
#[derive(Debug, Clone)]
pub struct Entry {
    pub kind: Kind,
    pub name: String,
    pub words: Words,
    /// The file it is told in, from the repository's root.
    pub file: String,
    /// Whose events land in it.
    pub subject: Option<Subject>,
    pub definition: Option<Definition>,
    pub columns: Vec<Column>,
}

/// What a figure counts, and against what.
#[derive(Debug, Clone)]
pub struct Definition {
    pub group: String,
    pub formula: String,
    pub formula_az: Option<String>,
    pub denominator: String,
    pub unit: String,
    pub source: String,
    pub params: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub data_type: DataType,
    /// Of a figure's column: how it is printed.
    pub unit: Option<String>,
    /// A table refuses events without it.
    pub required: bool,
    /// Missing only where somebody's own figure does not tell.
    pub words: Option<Words>,
    /// What the elements of a list hold.
    pub fields: Vec<Column>,
}

#[derive(Debug, Clone)]
pub struct Lexicon {
    pub entries: Vec<Entry>,
}

impl Lexicon {
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// What stands behind a name in SQL: `calls`, `call_events_all`, `figure_calls_by_line`.
    pub fn entry(&self, table: &str) -> Option<&Entry> {
        let whole = table.strip_suffix(EVERY_REVISION);
        self.entries.iter().find(|entry| {
            entry.table() == table || (entry.kind == Kind::Table && whole.is_some_and(|name| entry.name == name))
        })
    }

    /// The words of a name in SQL.
    pub fn words(&self, table: &str) -> Option<Words> {
        let entry = self.entry(table)?;
        let Words { az, en } = entry.words.clone();
        if entry.kind == Kind::Table && entry.name != table {
            return Some(Words { az: az + " (bütün düzəlişlər)", en: en + " (every revision)" });
        }
        Some(Words { az, en })
    }
}

impl Entry {
    /// Its name in SQL.
    pub fn table(&self) -> String {
        let prefix = if self.kind == Kind::Figure { FIGURE } else { "" };
        format!("{prefix}{}", self.name)
    }

    /// The table that holds every revision of its rows.
    pub fn every_revision(&self) -> Option<String> {
        (self.kind == Kind::Table).then(|| format!("{}{EVERY_REVISION}", self.name))
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether a column may be empty depends on the rows; nobody must rely on it.
    pub fn schema(&self) -> SchemaRef {
        let field = |column: &Column| Field::new(&column.name, column.data_type.clone(), true);
        Arc::new(Schema::new(self.columns.iter().map(field).collect::<Vec<_>>()))
    }
}

impl Column {
    /// The type as PostgreSQL's clients know it.
    pub fn sql_type(&self) -> String {
        sql_type(&self.data_type)
    }

    /// Itself, then what the elements of its list hold, as `segments[].party`.
    pub fn unfolded(&self) -> Vec<(String, &Column)> {
        let below = self.fields.iter().flat_map(Column::unfolded);
        let below = below.map(|(name, field)| (format!("{}[].{name}", self.name), field));
        std::iter::once((self.name.clone(), self)).chain(below).collect()
    }
}

pub fn sql_type(data_type: &DataType) -> String {
    let name = match data_type {
        DataType::Boolean => "bool",
        DataType::Int8 | DataType::Int16 | DataType::UInt8 => "int2",
        DataType::Int32 | DataType::UInt16 => "int4",
        DataType::Int64 | DataType::UInt32 => "int8",
        DataType::Float16 | DataType::Float32 => "float4",
        DataType::Float64 => "float8",
        DataType::UInt64 | DataType::Decimal128(..) => "numeric",
        DataType::Timestamp(_, Some(_)) => "timestamptz",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => "bytea",
        DataType::Struct(_) => "record",
        DataType::Dictionary(_, of) => return sql_type(of),
        DataType::List(of) | DataType::LargeList(of) | DataType::FixedSizeList(of, _) => {
            return format!("{}[]", sql_type(of.data_type()));
        }
        _ => "text",
    };
    name.to_owned()
}

impl Lake {
    pub fn lexicon<'a>(&'a self) -> BoxFuture<'a, Result<Lexicon, LakeError>> {
        Box::pin(async move {
            let session = self.session().await?;
            let mut entries: Vec<Entry> =
                dictionary::tables().map(|(subject, table)| of_table(subject, table)).collect();
            for view in describe::views() {
                let schema = session.table_provider(view.name.as_str()).await?.schema();
                entries.push(of_view(view, &schema, &entries));
            }
            let mut figures: Vec<&Figure> = self.figures().collect();
            figures.sort_by_key(|figure| GROUPS.iter().position(|group| *group == figure.group));
            for figure in figures {
                let frame =
                    read_only(&session, &figure.sql).await?.with_param_values(self.params(&"2024".parse()?, None))?;
                entries.push(of_figure(figure, frame.schema().as_arrow()));
            }
            for words in describe::reference() {
                let schema = session.table_provider(words.name.as_str()).await?.schema();
                entries.push(of_reference(words, &schema));
            }
            Ok(Lexicon { entries })
        })
    }
}

fn of_table(subject: Subject, table: &Table) -> Entry {
    Entry {
        kind: Kind::Table,
        name: table.name.clone(),
        words: Words::new(&table.az, &table.en),
        file: format!("schemas/tables/{}.toml", table.name),
        subject: Some(subject),
        definition: None,
        columns: table.column.iter().map(of_column).collect(),
    }
}

fn of_column(column: &dictionary::Column) -> Column {
    let fields = column.item.iter().flat_map(|item| &item.field);
    Column {
        name: column.name.clone(),
        data_type: column.data_type(),
        unit: column.unit.clone(),
        required: column.required,
        words: Some(Words::new(&column.az, &column.en)),
        fields: fields.map(of_column).collect(),
    }
}

/// A column of a schema, as far as that tells it.
fn bare(field: &Field) -> Column {
    Column {
        name: field.name().clone(),
        data_type: field.data_type().clone(),
        unit: None,
        required: false,
        words: None,
        fields: vec![],
    }
}

fn of_view(view: ViewWords, schema: &Schema, known: &[Entry]) -> Entry {
    let others: Vec<&Entry> =
        view.columns_of.iter().filter_map(|name| known.iter().find(|entry| entry.name == *name)).collect();
    let column = |field: &Arc<Field>| {
        let column = bare(field);
        if let Some(own) = view.columns.iter().find(|own| own.name == column.name) {
            return Column { unit: own.unit.clone(), words: Some(Words::new(&own.az, &own.en)), ..column };
        }
        let Some(other) = others.iter().find_map(|other| other.column(&column.name)) else { return column };
        Column { unit: other.unit.clone(), words: other.words.clone(), fields: other.fields.clone(), ..column }
    };
    Entry {
        kind: Kind::View,
        columns: schema.fields().iter().map(column).collect(),
        words: Words::new(&view.az, &view.en),
        file: format!("schemas/views/{}", view.file),
        subject: None,
        definition: None,
        name: view.name,
    }
}

fn of_figure(figure: &Figure, schema: &Schema) -> Entry {
    let column = |field: &Arc<Field>| {
        let told = figure.columns.iter().find(|told| told.name == *field.name());
        Column {
            unit: told.map(|told| told.format.clone()),
            words: told.map(|told| Words::new(&told.az, &told.en)),
            ..bare(field)
        }
    };
    Entry {
        kind: Kind::Figure,
        name: figure.name.clone(),
        words: Words::new(&figure.name_az, &figure.name_en),
        file: format!("schemas/figures/{}.sql", figure.name),
        subject: None,
        definition: Some(Definition {
            group: figure.group.clone(),
            formula: figure.formula.clone(),
            formula_az: figure.formula_az.clone(),
            denominator: figure.denominator.clone(),
            unit: figure.unit.clone(),
            source: figure.source.clone(),
            params: figure.params.clone(),
        }),
        columns: schema.fields().iter().map(column).collect(),
    }
}

fn of_reference(words: &ReferenceWords, schema: &Schema) -> Entry {
    let column = |field: &Arc<Field>| {
        let told = words.column.iter().find(|told| told.name == *field.name());
        Column {
            unit: told.and_then(|told| told.unit.clone()),
            words: told.map(|told| Words::new(&told.az, &told.en)),
            ..bare(field)
        }
    };
    Entry {
        kind: Kind::Reference,
        name: words.name.clone(),
        words: Words::new(&words.az, &words.en),
        file: format!("schemas/reference/{}.toml", words.name.trim_start_matches("ref_")),
        subject: None,
        definition: None,
        columns: schema.fields().iter().map(column).collect(),
    }
}

#[cfg(test)]
#[path = "lexicon/tests.rs"]
mod tests;
