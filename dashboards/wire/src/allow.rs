//! Which statements are answered at all. What is not named here is refused; the plan is looked at once more before it runs.

use crate::fault::{self, Refusal};
use datafusion::sql::sqlparser::ast::{
    Ident, Query, Reset, Set, SetExpr, Statement, TableFactor, TransactionAccessMode, TransactionMode, Visit as _,
    Visitor,
};
use std::ops::ControlFlow;

/// What a statement is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed<'a> {
    /// Rows come out of the lake: `SELECT`, `WITH`, `VALUES`, and the explanation of one.
    Query,
    Set(&'a Set),
    Reset(&'a Reset),
    /// The setting's words.
    Show(&'a [Ident]),
    Begin,
    Commit,
    Rollback,
    /// Savepoints exist as far as nothing can be written: to go back to one only ends an error.
    Savepoint,
    Release,
    RollbackToSavepoint,
    Discard,
    Deallocate(&'a str),
    /// `CLOSE ALL`, `UNLISTEN *`: what pools say when a connection comes back.
    Nothing(&'static str),
}

const WRITES: &str = "nothing can be written here: ask with SELECT; data enters the lake through Kafka only";

pub fn judge(statement: &Statement) -> Result<Allowed<'_>, Refusal> {
    use Statement as S;
    Ok(match statement {
        S::Query(_) => {
            reads_only(statement)?;
            Allowed::Query
        }
        S::Explain { statement: explained, .. } => match **explained {
            S::Query(_) => {
                reads_only(statement)?;
                Allowed::Query
            }
            _ => return Err(Refusal::new(fault::READ_ONLY, format!("only queries can be explained: {WRITES}"))),
        },
        S::Set(set) => Allowed::Set(set),
        S::Reset(reset) => Allowed::Reset(&reset.reset),
        S::ShowVariable { variable } => Allowed::Show(variable),
        S::StartTransaction { modes, .. } => {
            modes.iter().try_for_each(mode)?;
            Allowed::Begin
        }
        S::Commit { .. } => Allowed::Commit,
        S::Rollback { savepoint: Some(_), .. } => Allowed::RollbackToSavepoint,
        S::Rollback { .. } => Allowed::Rollback,
        S::Savepoint { .. } => Allowed::Savepoint,
        S::ReleaseSavepoint { .. } => Allowed::Release,
        S::Discard { .. } => Allowed::Discard,
        S::Deallocate { name, .. } => Allowed::Deallocate(&name.value),
        S::Close { .. } => Allowed::Nothing("CLOSE CURSOR"),
        S::UNLISTEN { .. } => Allowed::Nothing("UNLISTEN"),
        S::Copy { .. } => {
            return Err(Refusal::new(
                fault::NOT_ALLOWED,
                "COPY is not answered here: run the query itself, for example psql --csv -c 'SELECT …' > file.csv",
            ));
        }
        S::Declare { .. } | S::Fetch { .. } | S::Open(_) => {
            let remedy = "read the rows as they come (they are streamed), or use LIMIT and OFFSET";
            return Err(Refusal::new(fault::NOT_SUPPORTED, format!("server-side cursors are not there: {remedy}")));
        }
        S::Prepare { .. } | S::Execute { .. } => {
            let remedy = "let the driver prepare (the extended protocol), or send the query as it is";
            return Err(Refusal::new(fault::NOT_SUPPORTED, format!("PREPARE and EXECUTE are not there: {remedy}")));
        }
        other => {
            let text = other.to_string();
            let word = text.split_whitespace().next().unwrap_or_default().to_uppercase();
            return Err(Refusal::new(fault::READ_ONLY, format!("{word}: {WRITES}")));
        }
    })
}

/// A transaction may be asked for in any manner but for writing.
pub fn mode(mode: &TransactionMode) -> Result<(), Refusal> {
    match mode {
        TransactionMode::AccessMode(TransactionAccessMode::ReadWrite) => {
            Err(Refusal::new(fault::READ_ONLY, format!("a transaction is READ ONLY: {WRITES}")))
        }
        _ => Ok(()),
    }
}

fn reads_only(statement: &Statement) -> Result<(), Refusal> {
    match statement.visit(&mut Looker) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

struct Looker;

impl Visitor for Looker {
    type Break = Refusal;

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<Refusal> {
        match statement {
            Statement::Query(_) | Statement::Explain { .. } => ControlFlow::Continue(()),
            _ => ControlFlow::Break(Refusal::new(fault::READ_ONLY, WRITES)),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Refusal> {
        if !query.locks.is_empty() {
            return ControlFlow::Break(Refusal::new(fault::READ_ONLY, "rows cannot be locked: leave FOR UPDATE out"));
        }
        body(&query.body)
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<Refusal> {
        let TableFactor::Table { name, .. } = table else { return ControlFlow::Continue(()) };
        let text = name.to_string();
        // No table or schema of ours has these; a file or an address has.
        if text.contains(['/', '\\', '~']) || text.contains("://") {
            let message = format!("{text}: files cannot be read here; \\d lists tables and views");
            return ControlFlow::Break(Refusal::new(fault::NOT_ALLOWED, message));
        }
        ControlFlow::Continue(())
    }
}

fn body(expression: &SetExpr) -> ControlFlow<Refusal> {
    match expression {
        SetExpr::Select(select) if select.into.is_some() => {
            ControlFlow::Break(Refusal::new(fault::READ_ONLY, format!("SELECT INTO: {WRITES}")))
        }
        SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Table(_) | SetExpr::Query(_) => ControlFlow::Continue(()),
        SetExpr::SetOperation { left, right, .. } => {
            body(left)?;
            body(right)
        }
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => {
            ControlFlow::Break(Refusal::new(fault::READ_ONLY, WRITES))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use datafusion::sql::sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
    use proptest::prelude::*;

    fn parsed(sql: &str) -> Vec<Statement> {
        Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    #[track_caller]
    fn refused(sql: &str, code: &str) {
        let statement = parsed(sql).remove(0);
        let refusal = judge(&statement).unwrap_err();
        assert_eq!(refusal.code, code, "{sql}: {}", refusal.message);
        assert!(!refusal.message.contains('\n'));
    }

    #[test]
    fn whatever_writes_is_refused_wherever_it_hides() {
        for sql in [
            "INSERT INTO calls VALUES (1)",
            "UPDATE calls SET line = ''",
            "DELETE FROM calls",
            "TRUNCATE calls",
            "DROP TABLE calls",
            "CREATE TABLE t AS SELECT 1",
            "CREATE VIEW v AS SELECT 1",
            "ALTER TABLE calls ADD COLUMN x INT",
            "GRANT ALL ON calls TO x",
            "CREATE EXTERNAL TABLE t (a INT)",
            "VACUUM",
            "LISTEN x",
            "CALL x()",
            "EXPLAIN INSERT INTO calls VALUES (1)",
            "EXPLAIN ANALYZE INSERT INTO calls VALUES (1)",
            "EXPLAIN ANALYZE DELETE FROM calls",
            "WITH x AS (INSERT INTO calls VALUES (1) RETURNING 1) SELECT 1",
            "WITH x AS (DELETE FROM calls RETURNING 1) SELECT 1",
            "SELECT * INTO t FROM calls",
            "SELECT 1 UNION SELECT * INTO t FROM calls",
            "SELECT * FROM (SELECT * INTO t FROM calls) x",
            "SELECT * FROM calls FOR UPDATE",
            "BEGIN READ WRITE",
        ] {
            let Ok(mut statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else { continue };
            let statement = statements.remove(0);
            let refusal = judge(&statement).map(|a| format!("{a:?}")).unwrap_err();
            assert_eq!(refusal.code, fault::READ_ONLY, "{sql}: {}", refusal.message);
        }
        refused("COPY calls TO STDOUT", fault::NOT_ALLOWED);
        refused("COPY calls FROM '/etc/passwd'", fault::NOT_ALLOWED);
        refused("DECLARE c CURSOR FOR SELECT 1", fault::NOT_SUPPORTED);
        refused("PREPARE p AS SELECT 1", fault::NOT_SUPPORTED);
    }

    #[test]
    fn files_and_addresses_are_no_tables() {
        for name in ["'/etc/passwd'", "\"/etc/passwd\"", "\"s3://bucket/x.parquet\"", "\"~/x.csv\""] {
            refused(&format!("SELECT * FROM {name}"), fault::NOT_ALLOWED);
            refused(&format!("SELECT (SELECT count(*) FROM {name})"), fault::NOT_ALLOWED);
        }
    }

    #[test]
    fn what_readers_and_their_drivers_say_is_allowed() {
        for sql in [
            "SELECT 1",
            "VALUES (1), (2)",
            "WITH a AS (SELECT 1) SELECT * FROM a UNION ALL SELECT 2",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SELECT * FROM figure('calls_by_line', '2024')",
        ] {
            assert_eq!(judge(&parsed(sql)[0]).unwrap(), Allowed::Query, "{sql}");
        }
        assert_eq!(judge(&parsed("BEGIN READ ONLY")[0]).unwrap(), Allowed::Begin);
        assert_eq!(judge(&parsed("BEGIN ISOLATION LEVEL SERIALIZABLE")[0]).unwrap(), Allowed::Begin);
        assert_eq!(judge(&parsed("COMMIT")[0]).unwrap(), Allowed::Commit);
        assert_eq!(judge(&parsed("ROLLBACK")[0]).unwrap(), Allowed::Rollback);
        assert_eq!(judge(&parsed("ROLLBACK TO SAVEPOINT a")[0]).unwrap(), Allowed::RollbackToSavepoint);
        assert_eq!(judge(&parsed("DISCARD ALL")[0]).unwrap(), Allowed::Discard);
        assert_eq!(judge(&parsed("DEALLOCATE ALL")[0]).unwrap(), Allowed::Deallocate("ALL"));
    }

    proptest! {
        #[test]
        fn a_write_is_refused_however_deep_it_is_wrapped(depth in 0usize..6, explain in any::<bool>(), write in 0usize..3) {
            let write = ["INSERT INTO calls VALUES (1) RETURNING 1", "DELETE FROM calls RETURNING 1", "SELECT * INTO t FROM calls"][write];
            let mut sql = format!("WITH w AS ({write}) SELECT 1 AS a");
            for _ in 0..depth {
                sql = format!("SELECT a FROM ({sql}) x WHERE a IN (SELECT 1)");
            }
            if explain {
                sql = format!("EXPLAIN ANALYZE {sql}");
            }
            if let Ok(statements) = Parser::parse_sql(&PostgreSqlDialect {}, &sql) {
                prop_assert!(statements.iter().all(|s| judge(s).is_err()), "{}", sql);
            }
        }
    }
}
