//! The flags of the SQL port, and its opening.

use crate::{accounts, args::Common};
use anyhow::Result;
use async_trait::async_trait;
use chrono::Utc;
use meyar_schemas::Invalid;
use meyar_wire::{Door, Limits, Look, Options, Role, TlsFiles, Witness, limits};
use meyar_work::{
    Store,
    access::{Action, Actor, Entry},
};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio_util::sync::CancellationToken;

#[derive(clap::Args, Debug, Clone)]
pub struct SqlPort {
    /// Serve the lake over PostgreSQL's wire protocol here, read-only; without it there is no such port
    #[arg(long, env = "MEYAR_SQL_LISTEN")]
    sql_listen: Option<SocketAddr>,
    #[command(flatten)]
    accounts: accounts::File,
    /// Certificate (PEM, with its chain); needed, with its key, to listen beyond this machine
    #[arg(long, env = "MEYAR_SQL_TLS_CERT")]
    sql_tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, env = "MEYAR_SQL_TLS_KEY")]
    sql_tls_key: Option<PathBuf>,
    /// A statement may take so long
    #[arg(long, env = "MEYAR_SQL_STATEMENT_MS", default_value_t = limits::STATEMENT_MS)]
    sql_statement_ms: u64,
    /// Memory for all statements that run at the same moment
    #[arg(long, env = "MEYAR_SQL_MEMORY_MB", default_value_t = limits::MEMORY_MB)]
    sql_memory_mb: usize,
    /// An answer may have so many rows
    #[arg(long, env = "MEYAR_SQL_ROWS", default_value_t = limits::ROWS)]
    sql_rows: usize,
    /// So many may be logged in
    #[arg(long, env = "MEYAR_SQL_CONNECTIONS", default_value_t = limits::CONNECTIONS)]
    sql_connections: usize,
}

impl SqlPort {
    /// The open port, if one is asked for. Where nobody signs in to the pages there is no access log either.
    pub async fn open(&self, common: &Common, signed: bool, shutdown: CancellationToken) -> Result<Option<Door>> {
        let Some(listen) = self.sql_listen else { return Ok(None) };
        let options = Options {
            listen,
            accounts: self.accounts.path(common),
            tls: tls(self.sql_tls_cert.clone(), self.sql_tls_key.clone())?,
            limits: Limits {
                statement_ms: self.sql_statement_ms,
                memory_mb: self.sql_memory_mb,
                rows: self.sql_rows,
                connections: self.sql_connections,
            },
        };
        let witness: Option<Arc<dyn Witness>> = match signed {
            true => Some(Arc::new(Keeper(common.open_work().await?))),
            false => {
                tracing::warn!("sql: --open has no access log, so nobody writes down who asks what over the SQL port");
                None
            }
        };
        Ok(Some(meyar_wire::bind(options, common.open_lake()?, witness, shutdown).await?))
    }
}

/// Writes into the access log of the workbench.
struct Keeper(Store);

#[async_trait]
impl Witness for Keeper {
    async fn saw(&self, account: &str, role: Option<Role>, look: &Look) -> Result<(), String> {
        let (actor, entry) = written(account, role, look);
        self.0.log(&actor, &entry, Utc::now()).await.map_err(|error| error.to_string())
    }
}

/// An account of the port is nobody of the workbench: it stands there as `sql:NAME`.
fn written(account: &str, role: Option<Role>, look: &Look) -> (Actor, Entry) {
    let person_id = Actor::unknown(&format!("sql:{account}")).person_id;
    let actor = Actor { person_id, role: role.map_or_else(|| "none".to_owned(), |role| role.to_string()) };
    let session = |action, detail: &str| Entry {
        detail: Some(detail.to_owned()),
        object_id: None,
        ..Entry::new(action, "session", "")
    };
    let entry = match look {
        Look::CameIn => session(Action::Login, "SQL port"),
        Look::Refused => session(Action::LoginRefused, "SQL port"),
        Look::Held => session(Action::LoginRefused, "SQL port: too many tries"),
        Look::Asked { relations, statement } => {
            Entry { detail: Some(statement.clone()), ..Entry::new(Action::Query, "sql", &relations.join(", ")) }
        }
    };
    (actor, entry)
}

/// Half a configuration must not mean none.
fn tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>, Invalid> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Invalid::new("--sql-tls-key", "", "is missing", "give the certificate's private key")),
        (None, Some(_)) => Err(Invalid::new("--sql-tls-cert", "", "is missing", "give the key's certificate")),
    }
}
