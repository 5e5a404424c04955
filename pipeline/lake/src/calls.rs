//! Calls put together from their events, span by span: kept for the next program, and read from where they are kept already.

use crate::{
    error::LakeError,
    kept::as_told,
    lake::{Lake, Ready, Tables, day, empty},
    parts::{self, Parts},
    spans::{self, Span},
    views::{Keeping, Window},
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    catalog::TableProvider,
    dataframe::DataFrame,
    datasource::MemTable,
    prelude::{SessionContext, col},
};
use meyar_schemas::Subject;
use std::sync::Arc;

/// To write a span takes one core, to put it together takes all: two at a time keep them busy.
const AT_ONCE: usize = 2;

/// A call has six, a lost one three.
const EVENTS_A_CALL: u64 = 4;

impl Lake {
    /// The calls of a window: those that are not kept yet are put together, and written down.
    pub(crate) async fn calls(
        &self,
        session: &SessionContext,
        tables: &Tables,
        window: Window,
        spans: &[Span],
    ) -> Result<Arc<dyn TableProvider>, LakeError> {
        let planned = self.bare(tables)?;
        self.register(&planned, tables, None, Keeping::OnlyCalls).await?;
        let schema: SchemaRef = Arc::new(planned.table("calls").await?.schema().as_arrow().clone());
        if spans.is_empty() {
            return Ok(empty(schema));
        }
        let parts = self.parts().await?;
        // What this program is still writing is not put together again.
        parts.written().await;
        let (kept, missing): (Vec<Span>, Vec<Span>) = spans.iter().cloned().partition(|span| parts.has(span));
        let events = |events: &Ready| events.census.events(window.first, window.last);
        let few = tables.get(&Subject::CallEvents).map_or(0, events) / EVENTS_A_CALL <= parts::IN_MEMORY;
        let table: Arc<dyn TableProvider> = if few && !missing.is_empty() {
            let mut rows = parts.rows(session, &kept, &schema).await?;
            for span in &missing {
                let fresh = self.put_together(tables, span, &schema).await?;
                parts.write_beside(span, schema.clone(), fresh.iter().flatten().cloned().collect());
                rows.resize(rows.len().max(fresh.len()), Vec::new());
                rows.iter_mut().zip(fresh).for_each(|(rows, fresh)| rows.extend(fresh));
            }
            Arc::new(MemTable::try_new(schema, rows)?)
        } else {
            self.write(tables, &missing, &parts).await?;
            parts.table(session, spans, &schema).await?
        };
        let within = col("day").between(day(window.first), day(window.last));
        Ok(session.read_table(table)?.filter(within)?.into_view())
    }

    /// A span's calls, as many partitions as the session has.
    async fn put_together(
        &self,
        tables: &Tables,
        span: &Span,
        schema: &SchemaRef,
    ) -> Result<Vec<Vec<RecordBatch>>, LakeError> {
        let mut partitions = self.of_span(tables, span).await?.collect_partitioned().await?;
        for batch in partitions.iter_mut().flatten() {
            *batch = as_told(batch, schema)?;
        }
        Ok(partitions)
    }

    /// Calls that are too many to hold: written as they come.
    async fn write(&self, tables: &Tables, missing: &[Span], parts: &Arc<Parts>) -> Result<(), LakeError> {
        for some in missing.chunks(AT_ONCE) {
            let keep = |span: &Span| {
                let (lake, tables, span, parts) = (self.clone(), tables.clone(), span.clone(), parts.clone());
                tokio::spawn(async move {
                    let rows = lake.of_span(&tables, &span).await?.execute_stream().await?;
                    parts.write(&span, rows).await
                })
            };
            for done in some.iter().map(keep).collect::<Vec<_>>() {
                done.await.map_err(|e| LakeError::Bug(e.to_string()))??;
            }
        }
        Ok(())
    }

    async fn of_span(&self, tables: &Tables, span: &Span) -> Result<DataFrame, LakeError> {
        let session = self.bare(tables)?;
        let window = Window { first: span.first - spans::REACH, last: span.last + spans::REACH };
        self.register(&session, tables, Some(window), Keeping::OnlyCalls).await?;
        let calls = format!("SELECT * FROM calls WHERE day BETWEEN DATE '{}' AND DATE '{}'", span.first, span.last);
        Ok(session.sql(&calls).await?)
    }
}
