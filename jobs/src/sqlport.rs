//! The flags of the SQL port, and its opening.

use crate::{accounts, args::Common};
use anyhow::Result;
use meyar_schemas::Invalid;
use meyar_wire::{Door, Limits, Options, TlsFiles, limits};
use std::{net::SocketAddr, path::PathBuf};
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
    /// The open port, if one is asked for.
    pub async fn open(&self, common: &Common, shutdown: CancellationToken) -> Result<Option<Door>> {
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
        Ok(Some(meyar_wire::bind(options, common.open_lake()?, shutdown).await?))
    }
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
