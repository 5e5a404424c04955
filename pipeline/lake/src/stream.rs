//! How far each table has read its topics, and what became of the messages, as rows: `log.positions`, below the view `stream_positions`.

use crate::{
    account::{Account, CLOSED},
    clock::Local,
    dictionary,
    error::LakeError,
    log::TableLog,
    positions::Marks,
    root::LakeRoot,
    sink::days,
};
use arrow::{
    array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
};
use async_trait::async_trait;
use chrono::DateTime;
use datafusion::{
    catalog::{MemorySchemaProvider, Session, TableProvider},
    common::{DataFusionError, TableReference},
    datasource::MemTable,
    logical_expr::{Expr, TableType},
    physical_plan::ExecutionPlan,
    prelude::SessionContext,
};
use meyar_schemas::Subject;
use std::{fmt, sync::Arc};
use tokio::sync::OnceCell;

/// A schema of its own: what is in the main one has words for people, and they stand at the view.
const SCHEMA: &str = "log";

/// The positions of tables at exactly the versions whose rows are read: the logs are looked into when the first query needs them.
pub struct Positions {
    root: LakeRoot,
    tables: Vec<(Subject, u64)>,
    rows: OnceCell<MemTable>,
}

impl Positions {
    pub fn register(session: &SessionContext, root: &LakeRoot, tables: Vec<(Subject, u64)>) -> Result<(), LakeError> {
        let catalog =
            session.catalog("datafusion").ok_or_else(|| LakeError::Bug("a session without a catalog".into()))?;
        catalog.register_schema(SCHEMA, Arc::new(MemorySchemaProvider::new()))?;
        let positions = Self { root: root.clone(), tables, rows: OnceCell::new() };
        session.register_table(TableReference::partial(SCHEMA, "positions"), Arc::new(positions))?;
        Ok(())
    }

    async fn read(&self) -> Result<MemTable, LakeError> {
        let mut rows = Vec::new();
        for (subject, version) in &self.tables {
            let table = dictionary::table(*subject);
            let log = TableLog::at_version(self.root.table(&table.name)?, table, self.root.to_string(), *version);
            for (topic, marks) in Marks::all(&log.marks().await?) {
                let partitions = marks.next.iter();
                rows.extend(
                    partitions.map(|(partition, next)| Row::of(table.name.clone(), &topic, *partition, *next, &marks)),
                );
            }
        }
        Ok(MemTable::try_new(schema(), vec![vec![batch(&rows)?]])?)
    }
}

struct Row {
    table: String,
    topic: String,
    partition: i64,
    next: i64,
    /// None where nobody keeps one.
    account: Option<Account>,
    deleted: i64,
}

impl Row {
    fn of(table: String, topic: &str, partition: i32, next: i64, marks: &Marks) -> Self {
        let account = marks.accounts.get(&partition).filter(|account| account.since != CLOSED);
        let deleted = marks.deleted.get(&partition).copied().unwrap_or_default();
        Self { table, topic: topic.to_owned(), partition: partition.into(), next, account: account.copied(), deleted }
    }
}

fn schema() -> SchemaRef {
    let field = |name: &str, kind: DataType| Field::new(name, kind, true);
    let instant = || DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        field("table_name", DataType::Utf8),
        field("topic", DataType::Utf8),
        field("kafka_partition", DataType::Int64),
        field("next_offset", DataType::Int64),
        field("since_offset", DataType::Int64),
        field("since_on", DataType::Date32),
        field("repeats", DataType::Int64),
        field("refused", DataType::Int64),
        field("refused_at", instant()),
        field("unread", DataType::Int64),
        field("unread_at", instant()),
        field("deleted", DataType::Int64),
    ]))
}

fn batch(rows: &[Row]) -> Result<RecordBatch, LakeError> {
    let texts =
        |of: fn(&Row) -> &String| Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>()) as ArrayRef;
    let total = |of: fn(Account) -> i64| {
        Arc::new(rows.iter().map(|row| row.account.map(of)).collect::<Int64Array>()) as ArrayRef
    };
    // A time that was never told is zero.
    let time = |of: fn(Account) -> i64| {
        let times = rows.iter().map(|row| row.account.map(of).filter(|ms| *ms > 0));
        Arc::new(times.collect::<TimestampMillisecondArray>().with_timezone("UTC")) as ArrayRef
    };
    let day = |ms: i64| DateTime::from_timestamp_millis(ms).map(|at| days(Local::of(at).day));
    let since = rows.iter().map(|row| day(row.account?.since_ms)).collect::<Date32Array>();
    Ok(RecordBatch::try_new(
        schema(),
        vec![
            texts(|row| &row.table),
            texts(|row| &row.topic),
            Arc::new(rows.iter().map(|row| Some(row.partition)).collect::<Int64Array>()),
            Arc::new(rows.iter().map(|row| Some(row.next)).collect::<Int64Array>()),
            total(|account| account.since),
            Arc::new(since),
            total(|account| account.repeats),
            total(|account| account.letters),
            time(|account| account.letters_ms),
            total(|account| account.unread),
            time(|account| account.unread_ms),
            Arc::new(rows.iter().map(|row| row.account.map(|_| row.deleted)).collect::<Int64Array>()),
        ],
    )?)
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Positions of {} tables", self.tables.len())
    }
}

#[async_trait]
impl TableProvider for Positions {
    fn schema(&self) -> SchemaRef {
        schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> datafusion::common::Result<Arc<dyn ExecutionPlan>> {
        let read = async || self.read().await.map_err(|e| DataFusionError::External(Box::new(e)));
        self.rows.get_or_try_init(read).await?.scan(state, projection, filters, limit).await
    }
}
