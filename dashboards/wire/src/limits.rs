//! How much one may ask of the port. The defaults stand here and nowhere else.

/// What a deployment allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One statement, from its planning to its last row.
    pub statement_ms: u64,
    /// All statements that run at the same moment, together. A figure's own work is not counted.
    pub memory_mb: usize,
    /// Rows of one answer.
    pub rows: usize,
    /// People and programs that are logged in.
    pub connections: usize,
}

/// A year's figure takes seconds: what runs for a minute has forgotten its condition.
pub const STATEMENT_MS: u64 = 60_000;
/// The pages and the stages of the same machine must live as well.
pub const MEMORY_MB: usize = 1_024;
/// A year of this centre has about as many calls; more is an export, which the Parquet files themselves serve better.
pub const ROWS: usize = 1_000_000;
/// A pool or two of a BI tool, and the data team.
pub const CONNECTIONS: usize = 20;

/// Who has not logged in by then is sent away, so that strangers cannot keep sockets busy.
pub const LOGIN_MS: u64 = 10_000;
/// Sockets beyond the connections: logins under way and requests to cancel.
pub const SPARE_SOCKETS: usize = 64;

impl Default for Limits {
    fn default() -> Self {
        Self { statement_ms: STATEMENT_MS, memory_mb: MEMORY_MB, rows: ROWS, connections: CONNECTIONS }
    }
}
