//! A view whose rows are worked out when the first query reads them, and kept for the queries that follow.

use arrow::{
    array::{AsArray, RecordBatch},
    compute::cast,
    datatypes::SchemaRef,
    error::ArrowError,
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::Result,
    dataframe::DataFrame,
    datasource::MemTable,
    logical_expr::{Expr, LogicalPlan, TableType},
    physical_plan::{ExecutionPlan, collect_partitioned},
};
use std::{fmt, sync::Arc};
use tokio::sync::OnceCell;

pub struct Kept {
    schema: SchemaRef,
    plan: LogicalPlan,
    rows: OnceCell<MemTable>,
}

impl Kept {
    pub fn new(view: &DataFrame) -> Self {
        let schema = Arc::new(view.schema().as_arrow().clone());
        Self { schema, plan: view.logical_plan().clone(), rows: OnceCell::new() }
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
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| {
        let column =
            if column.data_type() == field.data_type() { column.clone() } else { cast(column, field.data_type())? };
        Ok(column.as_string_view_opt().map_or(column.clone(), |texts| Arc::new(texts.gc())))
    });
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, ArrowError>>()?)
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
            let plan = state.create_physical_plan(&self.plan).await?;
            let mut partitions = collect_partitioned(plan, state.task_ctx()).await?;
            // A physical plan may know that a column has no empty value, or few different ones; those who planned over the view were told otherwise.
            for batch in partitions.iter_mut().flatten() {
                *batch = as_told(batch, &self.schema)?;
            }
            MemTable::try_new(self.schema.clone(), partitions)
        };
        self.rows.get_or_try_init(work_out).await?.scan(state, projection, filters, limit).await
    }
}
