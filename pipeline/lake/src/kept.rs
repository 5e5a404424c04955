//! A view whose rows are worked out when the first query reads them, and kept for the queries that follow.

use crate::{error::LakeError, parts::Parts, spans::Span};
use arrow::{
    array::{ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::SchemaRef,
    error::ArrowError,
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{DataFusionError, Result},
    dataframe::DataFrame,
    datasource::MemTable,
    logical_expr::{Expr, LogicalPlan, TableType},
    physical_plan::{ExecutionPlan, collect_partitioned, execute_stream, stream::RecordBatchStreamAdapter},
    prelude::SessionContext,
};
use futures::StreamExt as _;
use std::{fmt, sync::Arc};
use tokio::sync::OnceCell;

pub struct Kept {
    schema: SchemaRef,
    plan: LogicalPlan,
    place: Option<Place>,
    rows: OnceCell<Arc<dyn TableProvider>>,
}

/// Where rows are written down, for programs to come.
#[derive(Clone)]
pub struct Place {
    pub parts: Arc<Parts>,
    pub span: Span,
    /// So many that they are written as they come, and read from there.
    pub many: bool,
}

impl Kept {
    /// In memory.
    pub fn new(view: &DataFrame) -> Self {
        Self::at(None, view)
    }

    pub fn at(place: Option<Place>, view: &DataFrame) -> Self {
        let schema = Arc::new(view.schema().as_arrow().clone());
        Self { schema, plan: view.logical_plan().clone(), place, rows: OnceCell::new() }
    }

    async fn in_memory(&self, state: &dyn Session) -> Result<MemTable> {
        let plan = state.create_physical_plan(&self.plan).await?;
        let mut partitions = collect_partitioned(plan, state.task_ctx()).await?;
        // A physical plan may know that a column has no empty value, or few different ones; those who planned over the view were told otherwise.
        for batch in partitions.iter_mut().flatten() {
            *batch = as_told(batch, &self.schema)?;
        }
        MemTable::try_new(self.schema.clone(), partitions)
    }

    async fn written(&self, state: &dyn Session, place: &Place) -> Result<Arc<dyn TableProvider>> {
        let Place { parts, span, many } = place;
        let outside = |e: LakeError| DataFusionError::External(Box::new(e));
        if !parts.has(span) && !many {
            let rows = self.in_memory(state).await?;
            let mut batches = Vec::new();
            for partition in &rows.batches {
                batches.extend(partition.read().await.iter().cloned());
            }
            Parts::write_beside(parts, span, self.schema.clone(), batches);
            return Ok(Arc::new(rows));
        }
        if !parts.has(span) {
            let rows = execute_stream(state.create_physical_plan(&self.plan).await?, state.task_ctx())?;
            let schema = self.schema.clone();
            let rows = rows.map(move |batch| Ok(as_told(&batch?, &schema)?));
            let rows = Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), rows));
            parts.write(span, rows).await.map_err(outside)?;
        }
        parts.table(&SessionContext::new(), std::slice::from_ref(span), &self.schema).await.map_err(outside)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({})", if self.rows.initialized() { "worked out" } else { "not read yet" })
    }
}

/// The same rows with exactly the columns of `schema`, and nothing beside them: a batch of texts also holds the memory of all texts that were
/// worked out with them, and every join of such batches would multiply it.
pub fn as_told(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let typed = typed(batch, schema)?;
    let alone = |column: &ArrayRef| column.as_string_view_opt().map_or(column.clone(), |texts| Arc::new(texts.gc()));
    RecordBatch::try_new(schema.clone(), typed.columns().iter().map(alone).collect())
}

/// The same rows with exactly the columns of `schema`. Of a file that is read as a whole every text is one of the rows'.
pub fn typed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(schema.fields());
    let same = columns.map(|(column, field)| match column.data_type() == field.data_type() {
        true => Ok(column.clone()),
        false => cast(column, field.data_type()),
    });
    RecordBatch::try_new(schema.clone(), same.collect::<Result<_, ArrowError>>()?)
}

#[async_trait]
impl TableProvider for Kept {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let work_out = || async {
            match &self.place {
                Some(place) => self.written(state, place).await,
                None => Ok(Arc::new(self.in_memory(state).await?) as Arc<dyn TableProvider>),
            }
        };
        self.rows.get_or_try_init(work_out).await?.scan(state, projection, filters, limit).await
    }
}
