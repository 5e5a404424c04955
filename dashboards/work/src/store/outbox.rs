//! What is to be told to the stream: written in the same commit as what it tells of, sent afterwards in the order of the commits.

use super::{Sql, Store, Tx, micros, moment};
use crate::access::{Logged, logged};
use crate::error::Result;
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde::Serialize;

/// A message that was not sent yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub number: i64,
    /// Name of the subject, `qa.assessments`.
    pub subject: String,
    pub id: String,
    pub revision: u32,
    /// When what it tells of was done: the event's time.
    pub at: DateTime<Utc>,
    /// JSON, as the subject's contract has it.
    pub content: String,
}

impl Tx {
    /// To be told once this is committed.
    pub fn tell<'a>(
        &'a mut self,
        subject: &'static str,
        id: &'a str,
        revision: u32,
        at: DateTime<Utc>,
        content: &'a (impl Serialize + Sync),
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let body = serde_json::to_string(content)
                .map_err(|e| crate::WorkError::Shape { what: subject.to_owned(), cause: e.to_string() })?;
            let (number, _) = self.next("outbox").await?;
            sqlx::query(
                "INSERT INTO outbox (number, subject, id, revision, at, content) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(number)
            .bind(subject)
            .bind(id)
            .bind(i64::from(revision))
            .bind(micros(at))
            .bind(body)
            .execute(self.on())
            .await?;
            Ok(())
        })
    }
}

impl Store {
    /// The oldest that wait, in order.
    pub fn waiting<'a>(&'a self, most: i64) -> BoxFuture<'a, Result<Vec<Waiting>>> {
        Box::pin(async move {
            let sql = "SELECT number, subject, id, revision, at, content FROM outbox WHERE sent_at IS NULL ORDER BY number LIMIT $1";
            let rows: Vec<(i64, String, String, i64, i64, String)> =
                sqlx::query_as(sql).bind(most).fetch_all(self.pool()).await?;
            Ok(rows
                .into_iter()
                .map(|(number, subject, id, revision, at, content)| Waiting {
                    number,
                    subject,
                    id,
                    revision: u32::try_from(revision).unwrap_or_default(),
                    at: moment(at),
                    content,
                })
                .collect())
        })
    }

    pub fn how_many_wait<'a>(&'a self) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            Ok(sqlx::query_scalar("SELECT count(*) FROM outbox WHERE sent_at IS NULL").fetch_one(self.pool()).await?)
        })
    }

    /// The broker has acknowledged it. Told twice after a crash in between, it is the same event to the lake (P1).
    pub fn sent<'a>(&'a self, number: i64, at: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let sql = "UPDATE outbox SET sent_at = $2 WHERE number = $1";
            sqlx::query(sql).bind(number).bind(micros(at)).execute(self.pool()).await?;
            Ok(())
        })
    }

    /// The oldest entries of the access log that were not told. The log itself is never written again, so how far it was told stands beside it.
    pub fn untold_access<'a>(&'a self, most: i64) -> BoxFuture<'a, Result<Vec<Logged>>> {
        Box::pin(async move {
            let mut sql = Sql::new("SELECT * FROM access_log WHERE number > ");
            sql.bind(self.access_told_to().await?)?.push(" ORDER BY number LIMIT ").bind(most)?;
            sql.fetch_all(self.pool()).await?.iter().map(logged).collect()
        })
    }

    /// Of the access log, everything up to this entry is acknowledged.
    pub fn access_told<'a>(&'a self, number: i64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let sql = "INSERT INTO counters (name, value, mark) VALUES ('access_told', $1, '')
            ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counters.value < excluded.value";
            sqlx::query(sql).bind(number).execute(self.pool()).await?;
            Ok(())
        })
    }

    async fn access_told_to(&self) -> Result<i64> {
        let sql = "SELECT value FROM counters WHERE name = 'access_told'";
        Ok(sqlx::query_scalar(sql).fetch_optional(self.pool()).await?.unwrap_or(0))
    }

    pub async fn how_much_access_is_untold(&self) -> Result<i64> {
        let all: i64 =
            sqlx::query_scalar("SELECT value FROM counters WHERE name = 'access'").fetch_one(self.pool()).await?;
        Ok((all - self.access_told_to().await?).max(0))
    }

    /// Takes or keeps the turn to send: of several programs over one store one sends, else a later revision might overtake an earlier one.
    /// Whoever dies loses it at `until`.
    pub fn turn_to_send<'a>(
        &'a self,
        who: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let sql = "INSERT INTO counters (name, value, mark) VALUES ('sender', $1, $2) ON CONFLICT (name) DO UPDATE
            SET value = excluded.value, mark = excluded.mark WHERE counters.mark = excluded.mark OR counters.value < $3";
            let taken = sqlx::query(sql).bind(micros(until)).bind(who).bind(micros(now)).execute(self.pool()).await?;
            Ok(taken.rows_affected() > 0)
        })
    }

    /// Gives the turn back, so that the next one need not wait for its end.
    pub fn turn_is_over<'a>(&'a self, who: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let sql = "UPDATE counters SET value = 0, mark = '' WHERE name = 'sender' AND mark = $1";
            sqlx::query(sql).bind(who).execute(self.pool()).await?;
            Ok(())
        })
    }
}
