//! Where queries run: threads of their own, so that a heavy query takes nobody's login, cancel request or page hostage.

use crate::fault::{self, Refusal};
use datafusion::{logical_expr::LogicalPlan, prelude::SessionContext};
use datafusion_postgres::{
    arrow_pg::datatypes::df::encode_dataframe,
    pgwire::{
        api::{
            portal::Format,
            results::{FieldInfo, QueryResponse},
        },
        error::PgWireResult,
        messages::data::DataRow,
    },
};
use futures::{StreamExt as _, stream};
use std::sync::Arc;
use tokio::{
    runtime::{Builder, Runtime},
    sync::{mpsc, oneshot},
};
use tokio_util::task::AbortOnDropHandle;

/// Rows that are handed over at once, and how many such parcels wait for a client that reads slowly.
const PARCEL: usize = 512;
const WAITING: usize = 4;

pub struct Engine(Option<Runtime>);

impl Engine {
    pub fn start() -> std::io::Result<Self> {
        Ok(Self(Some(Builder::new_multi_thread().thread_name("meyar-sql").enable_all().build()?)))
    }

    /// Begins to answer. When the rows are dropped, the work behind them ends.
    pub async fn answer(
        &self,
        context: SessionContext,
        plan: LogicalPlan,
        format: Format,
    ) -> PgWireResult<QueryResponse> {
        let gone = || Refusal::new(fault::CANCELED, "the server is stopping: connect again").into();
        let Some(runtime) = &self.0 else { return Err(gone()) };
        let (tell, told) = oneshot::channel();
        let (send, receive) = mpsc::channel(WAITING);
        let work = runtime.spawn(work(context, plan, format, tell, send));
        let work = AbortOnDropHandle::new(work);
        let fields = told.await.unwrap_or_else(|_| Err(gone()))?;
        let parcels = stream::unfold((receive, work), async |(mut receive, work)| {
            let parcel: Vec<PgWireResult<DataRow>> = receive.recv().await?;
            Some((stream::iter(parcel), (receive, work)))
        });
        Ok(QueryResponse::new(fields, parcels.flatten()))
    }
}

type Fields = Arc<Vec<FieldInfo>>;

async fn work(
    context: SessionContext,
    plan: LogicalPlan,
    format: Format,
    tell: oneshot::Sender<PgWireResult<Fields>>,
    send: mpsc::Sender<Vec<PgWireResult<DataRow>>>,
) {
    let begun = async {
        let frame = context.execute_logical_plan(plan).await.map_err(fault::of_query)?;
        encode_dataframe(frame, &format, None).await
    };
    match begun.await {
        Err(error) => drop(tell.send(Err(error))),
        Ok(answer) => {
            if tell.send(Ok(answer.row_schema)).is_err() {
                return;
            }
            let mut parcels = answer.data_rows.ready_chunks(PARCEL);
            while let Some(parcel) = parcels.next().await {
                if send.send(parcel).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // A runtime may not be waited for inside of another.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
