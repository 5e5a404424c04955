//! `pg_catalog` of one role: what psql, drivers and BI tools ask to list tables, columns and comments. Made once and kept, so that the
//! numbers (OIDs) which a client has read go on meaning the same table.

use crate::{setting::Settings, words::Book};
use arrow::{
    array::{AsArray as _, Int32Array, RecordBatch, StringArray},
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::SchemaProvider,
    datasource::{MemTable, TableProvider, TableType},
    error::{DataFusionError, Result},
    prelude::{SessionContext, lit},
    scalar::ScalarValue,
};
use datafusion_postgres::datafusion_pg_catalog::pg_catalog::{
    PgCatalogSchemaProvider, PgCatalogStaticTables, catalog_info::CatalogInfo, context::EmptyContextProvider,
};
use std::{collections::BTreeMap, sync::Arc};

pub const DATABASE: &str = "meyar";
pub const PUBLIC: &str = "public";
pub const PG_CATALOG: &str = "pg_catalog";
/// The number of `pg_class` itself: comments on tables and columns refer to it.
const PG_CLASS: i32 = 1259;
/// Numbers that are the same in every PostgreSQL.
const FIXED: [(&str, i32); 5] =
    [("pg_class", PG_CLASS), ("pg_constraint", 2606), ("pg_namespace", 2615), ("pg_proc", 1255), ("pg_type", 1247)];

/// What the role sees, in a fixed order.
#[derive(Debug, Clone)]
struct Sights(Arc<BTreeMap<String, (SchemaRef, TableType)>>);

#[async_trait]
impl CatalogInfo for Sights {
    async fn catalog_names(&self) -> Result<Vec<String>, DataFusionError> {
        Ok(vec![DATABASE.to_owned()])
    }

    async fn schema_names(&self, _: &str) -> Result<Option<Vec<String>>, DataFusionError> {
        Ok(Some([PUBLIC, PG_CATALOG, "information_schema"].map(str::to_owned).to_vec()))
    }

    async fn table_names(&self, _: &str, schema: &str) -> Result<Option<Vec<String>>, DataFusionError> {
        Ok(Some(if schema == PUBLIC { self.0.keys().cloned().collect() } else { vec![] }))
    }

    async fn table_schema(&self, _: &str, schema: &str, table: &str) -> Result<Option<SchemaRef>, DataFusionError> {
        Ok(self.0.get(table).filter(|_| schema == PUBLIC).map(|(columns, _)| columns.clone()))
    }

    async fn table_type(&self, _: &str, schema: &str, table: &str) -> Result<Option<TableType>, DataFusionError> {
        Ok(self.0.get(table).filter(|_| schema == PUBLIC).map(|(_, kind)| *kind))
    }
}

/// Comments by the number of the table and of the column (column 0 is the table itself), and the numbers by name.
#[derive(Debug, Default)]
pub struct Comments {
    texts: BTreeMap<(i32, i32), String>,
    numbers: BTreeMap<String, i32>,
}

impl Comments {
    pub fn get(&self, table: i64, column: i64) -> Option<&str> {
        let key = (i32::try_from(table).ok()?, i32::try_from(column).ok()?);
        self.texts.get(&key).map(String::as_str)
    }

    /// The number of a table, as `'calls'::regclass` has it.
    pub fn number(&self, name: &str) -> Option<i32> {
        let name = name.rsplit('.').next().unwrap_or(name).trim_matches('"');
        let fixed = FIXED.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        fixed.or_else(|| self.numbers.get(name).copied())
    }
}

#[derive(Debug)]
pub struct Catalog {
    inner: PgCatalogSchemaProvider<Sights, EmptyContextProvider>,
    /// Tables that differ from upstream's.
    own: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    pub comments: Arc<Comments>,
}

impl Catalog {
    pub async fn of(
        tables: BTreeMap<String, (SchemaRef, TableType)>,
        fixed: Arc<PgCatalogStaticTables>,
        book: &Book,
    ) -> Result<Self> {
        let sights = Sights(Arc::new(tables));
        let inner = PgCatalogSchemaProvider::try_new(sights.clone(), fixed, EmptyContextProvider)?;
        let mut comments = Comments::default();
        for (name, number) in numbers(&inner).await? {
            let Some((schema, _)) = sights.0.get(&name) else { continue };
            comments.numbers.insert(name.clone(), number);
            let columns = schema.fields().iter().map(|field| Some(field.name().as_str()));
            for (place, column) in std::iter::once(None).chain(columns).enumerate() {
                if let Some(comment) = book.comment(&name, column) {
                    comments.texts.insert((number, place as i32), comment);
                }
            }
        }
        let own = [
            ("pg_class", class(&inner).await?),
            ("pg_index", emptied(&inner, "pg_index", &INDEX_LISTS).await?),
            ("pg_constraint", emptied(&inner, "pg_constraint", &CONSTRAINT_LISTS).await?),
            ("pg_settings", settings()?),
            ("pg_description", description(&comments)?),
        ];
        Ok(Self { inner, own: own.into(), comments: Arc::new(comments) })
    }
}

/// The number that each table has got.
async fn numbers(catalog: &PgCatalogSchemaProvider<Sights, EmptyContextProvider>) -> Result<Vec<(String, i32)>> {
    let Some(table) = catalog.table("pg_class").await? else { return Ok(vec![]) };
    let rows = SessionContext::new().read_table(table)?.select_columns(&["relname", "oid"])?.collect().await?;
    let mut found = Vec::new();
    for batch in rows {
        let (names, numbers) = (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Int32Type>());
        found.extend(names.iter().zip(numbers).filter_map(|(name, number)| Some((name?.to_owned(), number?))));
    }
    Ok(found)
}

/// psql and SQLAlchemy ask for storage options.
async fn class(
    catalog: &PgCatalogSchemaProvider<Sights, EmptyContextProvider>,
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let missing = || DataFusionError::Internal("pg_class is not there".into());
    let table = catalog.table("pg_class").await?.ok_or_else(missing)?;
    let none = ScalarValue::try_from(&list(DataType::Utf8))?;
    Ok(SessionContext::new().read_table(table)?.with_column("reloptions", lit(none))?.into_view())
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("item", of, true)))
}

/// A table without rows (there are no indexes and no constraints), whose lists are lists: upstream has them as text, and questions about
/// them are not even planned.
async fn emptied(
    catalog: &PgCatalogSchemaProvider<Sights, EmptyContextProvider>,
    name: &str,
    lists: &[&str],
) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let missing = || DataFusionError::Internal(format!("{name} is not there"));
    let known = catalog.table(name).await?.ok_or_else(missing)?.schema();
    let fields = known.fields().iter().map(|field| match lists.contains(&field.name().as_str()) {
        true => Arc::new(Field::new(field.name(), list(DataType::Int16), true)),
        false => field.clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    Ok(Arc::new(MemTable::try_new(schema.clone(), vec![vec![RecordBatch::new_empty(schema)]])?))
}

const INDEX_LISTS: [&str; 4] = ["indkey", "indoption", "indcollation", "indclass"];
const CONSTRAINT_LISTS: [&str; 6] = ["conkey", "confkey", "conpfeqop", "conppeqop", "conffeqop", "conexclop"];

/// As they are at first; `SHOW` and `current_setting` tell the session's own.
fn settings() -> Result<Arc<dyn TableProvider>> {
    let mut known = Settings::default().all();
    known.push(("max_index_keys", "32".into(), "there are no indexes"));
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let schema =
        Arc::new(Schema::new(["name", "setting", "unit", "short_desc", "context", "vartype"].map(text).to_vec()));
    let all = |value: &'static str| Arc::new(StringArray::from(vec![value; known.len()])) as _;
    let batch = RecordBatch::try_new(
        schema.clone(),
        vec![
            Arc::new(known.iter().map(|(name, ..)| Some(*name)).collect::<StringArray>()),
            Arc::new(known.iter().map(|(_, value, _)| Some(value.as_str())).collect::<StringArray>()),
            Arc::new(StringArray::new_null(known.len())),
            Arc::new(known.iter().map(|(.., words)| Some(*words)).collect::<StringArray>()),
            all("user"),
            all("string"),
        ],
    )?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
}

fn description(comments: &Comments) -> Result<Arc<dyn TableProvider>> {
    let number = |name| Field::new(name, DataType::Int32, false);
    let text = Field::new("description", DataType::Utf8, false);
    let schema = Arc::new(Schema::new(vec![number("objoid"), number("classoid"), number("objsubid"), text]));
    let rows = &comments.texts;
    let batch = RecordBatch::try_new(
        schema.clone(),
        vec![
            Arc::new(rows.keys().map(|(table, _)| *table).collect::<Int32Array>()),
            Arc::new(rows.keys().map(|_| PG_CLASS).collect::<Int32Array>()),
            Arc::new(rows.keys().map(|(_, column)| *column).collect::<Int32Array>()),
            Arc::new(rows.values().map(|text| Some(text.as_str())).collect::<StringArray>()),
        ],
    )?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
}

#[async_trait]
impl SchemaProvider for Catalog {
    fn table_names(&self) -> Vec<String> {
        self.inner.table_names()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        let name = name.to_ascii_lowercase();
        match self.own.get(name.as_str()) {
            Some(table) => Ok(Some(table.clone())),
            None => self.inner.table(&name).await,
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.inner.table_exist(name)
    }
}
