//! The rows of an answer on their way out: they stop at the time limit, at the row limit, or when somebody cancels.

use crate::fault::{self, Refusal};
use datafusion_postgres::pgwire::{
    api::ConnectionHandle,
    error::{PgWireError, PgWireResult},
    messages::data::DataRow,
};
use futures::{
    FutureExt as _, Stream, StreamExt as _,
    future::{BoxFuture, Shared},
    stream::BoxStream,
};
use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// When a statement has to stop.
#[derive(Clone)]
pub struct Stop {
    limit_ms: u64,
    deadline: Instant,
    /// Ready when somebody asks to cancel; never, when nobody does.
    canceled: Shared<BoxFuture<'static, ()>>,
}

impl Stop {
    /// From now on; a request to cancel means this statement.
    pub async fn new(limit_ms: u64, handle: &ConnectionHandle) -> Self {
        let asked = handle.start_query().await;
        let canceled = async {
            if asked.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        Self {
            limit_ms,
            deadline: Instant::now() + Duration::from_millis(limit_ms),
            canceled: canceled.boxed().shared(),
        }
    }

    /// The next statement of the same message has its whole time.
    pub fn again(&self, limit_ms: u64) -> Self {
        let deadline = Instant::now() + Duration::from_millis(limit_ms);
        Self { limit_ms, deadline, canceled: self.canceled.clone() }
    }

    fn late(&self) -> PgWireError {
        let remedy = "add a condition on day or month, or ask for a longer limit";
        Refusal::new(fault::CANCELED, format!("the statement took longer than {} ms: {remedy}", self.limit_ms)).into()
    }

    /// Work that stops in time.
    pub async fn bound<T>(&self, work: impl Future<Output = PgWireResult<T>>) -> PgWireResult<T> {
        tokio::select! {
            biased;
            () = self.canceled.clone() => Err(canceled()),
            () = sleep_until(self.deadline) => Err(self.late()),
            done = work => done,
        }
    }

    /// Rows that stop in time.
    pub fn rows(self, rows: BoxStream<'static, PgWireResult<DataRow>>, most: usize) -> Rows {
        Rows { rows, most, left: most, clock: Box::pin(sleep_until(self.deadline)), stop: self, ended: false }
    }
}

fn canceled() -> PgWireError {
    Refusal::new(fault::CANCELED, "canceling statement due to user request").into()
}

pub struct Rows {
    rows: BoxStream<'static, PgWireResult<DataRow>>,
    most: usize,
    left: usize,
    clock: Pin<Box<Sleep>>,
    stop: Stop,
    ended: bool,
}

impl Stream for Rows {
    type Item = PgWireResult<DataRow>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let end = |rows: &mut Self, error| {
            rows.ended = true;
            // The work behind it stops at once, and not when the client has read the error.
            rows.rows = futures::stream::empty().boxed();
            Poll::Ready(Some(Err(error)))
        };
        if self.stop.canceled.poll_unpin(context).is_ready() {
            return end(&mut self, canceled());
        }
        if self.clock.as_mut().poll(context).is_ready() {
            let error = self.stop.late();
            return end(&mut self, error);
        }
        match self.rows.poll_next_unpin(context) {
            Poll::Ready(Some(Ok(_))) if self.left == 0 => {
                let remedy = "add a LIMIT or a condition, or ask for several parts";
                let message = format!("the answer has more than {} rows: {remedy}", self.most);
                end(&mut self, Refusal::new(fault::TOO_LARGE, message).into())
            }
            Poll::Ready(Some(Ok(row))) => {
                self.left -= 1;
                Poll::Ready(Some(Ok(row)))
            }
            Poll::Ready(Some(Err(error))) => end(&mut self, error),
            Poll::Ready(None) => {
                self.ended = true;
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use futures::stream;

    fn row() -> PgWireResult<DataRow> {
        Ok(DataRow::default())
    }

    async fn code(rows: Rows) -> (usize, Option<String>) {
        let all: Vec<_> = rows.collect().await;
        let good = all.iter().filter(|row| row.is_ok()).count();
        let code = all.into_iter().find_map(Result::err).map(|error| match error {
            PgWireError::UserError(info) => info.code,
            other => other.to_string(),
        });
        (good, code)
    }

    #[tokio::test]
    async fn one_row_too_many_is_an_error_and_exactly_the_limit_is_not() {
        let handle = ConnectionHandle::new();
        let stop = Stop::new(60_000, &handle).await;
        let rows = |n: usize| stream::iter((0..n).map(|_| row())).boxed();
        assert_eq!(code(stop.again(60_000).rows(rows(3), 3)).await, (3, None));
        assert_eq!(code(stop.again(60_000).rows(rows(4), 3)).await, (3, Some(fault::TOO_LARGE.into())));
    }

    #[tokio::test]
    async fn rows_that_do_not_come_stop_at_the_deadline() {
        let handle = ConnectionHandle::new();
        let stop = Stop::new(50, &handle).await;
        assert_eq!(code(stop.clone().rows(stream::pending().boxed(), 3)).await, (0, Some(fault::CANCELED.into())));
        assert!(stop.bound(std::future::pending::<PgWireResult<()>>()).await.is_err());
    }

    #[tokio::test]
    async fn a_request_to_cancel_stops_the_statement_that_runs_and_not_the_next() {
        let handle = ConnectionHandle::new();
        let first = Stop::new(60_000, &handle).await;
        assert!(handle.cancel().await);
        assert_eq!(code(first.rows(stream::pending().boxed(), 3)).await, (0, Some(fault::CANCELED.into())));
        let second = Stop::new(60_000, &handle).await;
        assert_eq!(code(second.rows(stream::iter([row()]).boxed(), 3)).await, (1, None));
    }
}
