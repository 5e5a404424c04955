//! Where people's work is kept: SQLite in one file, or PostgreSQL. One SQL text serves both (`$1` is understood by either), so there
//! is one repository layer and the tests run over both.

mod outbox;
mod records;
mod sql;

pub use outbox::Waiting;
pub use records::{Filter, Kept, Record, Version};
pub(crate) use sql::Sql;

use crate::error::{Result, WorkError};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions as _, Transaction};
use std::{path::Path, str::FromStr as _, sync::Once, time::Duration};

/// How long one waits for another one's commit.
const WAIT_FOR_LOCK: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A pool of connections; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    kind: Kind,
}

/// A unit of work: all of it is kept, or nothing.
pub struct Tx(Transaction<'static, Any>);

impl Store {
    /// `postgres://…`, `sqlite://…`, or the path of a file, which is made when it is not there.
    pub fn open<'a>(place: &'a str) -> BoxFuture<'a, Result<Store>> {
        Box::pin(async move {
            static DRIVERS: Once = Once::new();
            DRIVERS.call_once(sqlx::any::install_default_drivers);
            let kind = if place.starts_with("postgres:") || place.starts_with("postgresql:") {
                Kind::Postgres
            } else {
                Kind::Sqlite
            };
            let url = match kind {
                Kind::Postgres => place.to_owned(),
                Kind::Sqlite => sqlite_url(place)?,
            };
            let bad = |cause: String| {
                // Never the address itself: it may hold a password.
                WorkError::invalid(
                    "--work",
                    "",
                    format!("cannot be opened ({cause})"),
                    "give a file's path or postgres://user:password@host/database",
                )
            };
            let options =
                AnyConnectOptions::from_str(&url).map_err(|e| bad(e.to_string()))?.disable_statement_logging();
            let pool = AnyPoolOptions::new()
                .max_connections(CONNECTIONS)
                // A server that is away is told before a person has gone away from the page.
                .acquire_timeout(WAIT_FOR_LOCK)
                .after_connect(move |connection, _| {
                    Box::pin(async move {
                        if kind == Kind::Sqlite {
                            // FULL: a mark that was answered as kept is still there after the power fails.
                            let settings =
                                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
                            sqlx::raw_sql(settings).execute(&mut *connection).await?;
                            let wait = format!("PRAGMA busy_timeout = {}", WAIT_FOR_LOCK.as_millis());
                            sqlx::raw_sql(sqlx::AssertSqlSafe(wait)).execute(&mut *connection).await?;
                        }
                        Ok(())
                    })
                })
                .connect_with(options)
                .await
                .map_err(|e| bad(e.to_string()))?;
            let store = Store { pool, kind };
            store.lay().await?;
            Ok(store)
        })
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Tables and triggers; nothing happens where they are there.
    async fn lay(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        if self.kind == Kind::Postgres {
            // Two programs that start at once would both make the same table.
            sqlx::query("SELECT pg_advisory_xact_lock(7017)").execute(&mut *tx.0).await?;
        }
        sqlx::raw_sql(include_str!("schema.sql")).execute(&mut *tx.0).await?;
        let triggers = match self.kind {
            Kind::Sqlite => include_str!("append_only.sqlite.sql"),
            Kind::Postgres => include_str!("append_only.postgres.sql"),
        };
        sqlx::raw_sql(triggers).execute(&mut *tx.0).await?;
        tx.commit().await
    }

    /// Begins a unit of work that will write. SQLite takes its one writer's turn at once: taken later it could be refused.
    pub fn begin<'a>(&'a self) -> BoxFuture<'a, Result<Tx>> {
        Box::pin(async move {
            Ok(Tx(match self.kind {
                Kind::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
                Kind::Postgres => self.pool.begin().await?,
            }))
        })
    }

    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    pub fn commit(self) -> BoxFuture<'static, Result<()>> {
        Box::pin(async move { Ok(self.0.commit().await?) })
    }

    pub(crate) fn on(&mut self) -> &mut sqlx::AnyConnection {
        &mut self.0
    }

    /// The next of numbers without gaps, and the mark that the one before left.
    pub(crate) fn next<'a>(&'a mut self, counter: &'static str) -> BoxFuture<'a, Result<(i64, String)>> {
        Box::pin(async move {
            let next = "UPDATE counters SET value = value + 1 WHERE name = $1 RETURNING value, mark";
            Ok(sqlx::query_as(next).bind(counter).fetch_one(self.on()).await?)
        })
    }
}

fn sqlite_url(place: &str) -> Result<String> {
    let path = place.strip_prefix("sqlite://").unwrap_or(place);
    if let Some(folder) = Path::new(path).parent() {
        std::fs::create_dir_all(folder).map_err(|e| {
            WorkError::invalid(
                "--work",
                place,
                format!("its folder cannot be made ({e})"),
                "give a path that can be written",
            )
        })?;
    }
    // The path may hold characters that mean something in a URL.
    let escaped: String = path
        .bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(b).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    Ok(format!("sqlite://{escaped}?mode=rwc"))
}

/// Microseconds, as the store keeps moments.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

pub(crate) fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
