//! Who asked what: told to whoever keeps the access log, before the answer begins. What cannot be told is not answered.
//!
//! A statement is told when it reads anything in which people's traces may stand, behind a mask or not (keys and times are traces): whatever is not reference data, a list of what there is, the
//! catalogs of clients, or a figure without a column that names a person or a call.

use crate::{
    fault::{self, Refusal},
    figure::PREFIX,
    role::Role,
    words::{DICTIONARY, FIGURES},
};
use async_trait::async_trait;
use datafusion::{
    common::tree_node::TreeNodeRecursion,
    error::Result,
    logical_expr::{LogicalPlan, TableScan},
};
use std::sync::Arc;

/// So much of a statement is kept.
const KEPT: usize = 2_000;

/// What happened at the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    CameIn,
    Refused,
    /// Not looked at, since too many were refused before; told once of each wait.
    Held,
    /// The tables and views as the statement names them, and its text with the values that were bound to it.
    Asked {
        relations: Vec<String>,
        statement: String,
    },
}

/// Keeps the access log.
#[async_trait]
pub trait Witness: Send + Sync {
    /// `role` is absent where nobody came in. An error means that it was not written down.
    async fn saw(&self, account: &str, role: Option<Role>, look: &Look) -> std::result::Result<(), String>;
}

/// What the port writes down, where it writes at all.
#[derive(Clone)]
pub struct Log(pub Option<Arc<dyn Witness>>);

impl Log {
    pub async fn saw(&self, account: &str, role: Option<Role>, look: &Look) -> std::result::Result<(), Refusal> {
        let Some(witness) = &self.0 else { return Ok(()) };
        witness.saw(account, role, look).await.map_err(|error| {
            tracing::error!("sql: nothing is answered, since the access log cannot be written: {error}");
            Refusal::new(
                fault::STORAGE,
                "the access log cannot be written, so nothing is answered: see the server's log",
            )
        })
    }
}

/// Columns that name a person or a call; a figure that has none tells sums.
const NAMING: [&str; 7] = ["representative", "person", "caller", "caller_key", "call_id", "first_call", "assessor"];

/// Told of nobody, beside `ref_…`.
const PLAIN: [&str; 8] =
    [DICTIONARY, FIGURES, "generate_series", "range", "days", "live_days", "incidents", "incidents_all"];

/// Whether a plan reads anything that must be told.
pub fn reads_traces(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_with_subqueries(|node| {
        // A catalog's table may be a view: what it is made of stands below its name, which no query can give itself.
        if matches!(node, LogicalPlan::SubqueryAlias(named) if named.alias.schema().is_some_and(is_catalog)) {
            return Ok(TreeNodeRecursion::Jump);
        }
        found |= matches!(node, LogicalPlan::TableScan(scan) if has_traces(scan));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(found)
}

fn has_traces(scan: &TableScan) -> bool {
    if scan.table_name.schema().is_some_and(is_catalog) {
        return false;
    }
    // A function stands with its parentheses.
    let name = scan.table_name.table().trim_end_matches("()");
    if name == "figure" || name.starts_with(PREFIX) {
        return scan.source.schema().fields().iter().any(|field| NAMING.contains(&field.name().as_str()));
    }
    !name.starts_with("ref_") && !PLAIN.contains(&name)
}

/// Whether clients look up there what tables there are.
pub fn is_catalog(schema: &str) -> bool {
    ["pg_catalog", "information_schema"].contains(&schema)
}

/// A statement as it is kept: with the values that were bound to it, and not endless.
pub fn told(statement: &str, values: &[String]) -> String {
    let mut text = statement.to_owned();
    for (place, value) in values.iter().enumerate() {
        text.push_str(if place == 0 { " -- " } else { ", " });
        text.push_str(&format!("${} = {value}", place + 1));
    }
    let length = text.chars().count();
    if length <= KEPT {
        return text;
    }
    let kept: String = text.chars().take(KEPT).collect();
    format!("{kept}… ({length} characters)")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow::{
        array::RecordBatch,
        datatypes::{DataType, Field, Schema},
    };
    use datafusion::{datasource::MemTable, prelude::SessionContext};

    async fn reads(sql: &str) -> bool {
        let context = SessionContext::new();
        let tables = [
            ("calls", "call_id"),
            ("ref_lines", "line"),
            ("figure_calls_by_line", "line"),
            ("figure_representatives", "representative"),
        ];
        for (name, column) in tables {
            let schema = Arc::new(Schema::new(vec![Field::new(column, DataType::Utf8, true)]));
            let table = MemTable::try_new(schema.clone(), vec![vec![RecordBatch::new_empty(schema)]]).unwrap();
            context.register_table(name, Arc::new(table)).unwrap();
        }
        reads_traces(&context.state().create_logical_plan(sql).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn what_names_nobody_is_not_told_and_what_may_is_wherever_it_hides() {
        for sql in [
            "SELECT 1",
            "SELECT * FROM ref_lines",
            "SELECT * FROM figure_calls_by_line",
            "SELECT * FROM generate_series(1, 3)",
        ] {
            assert!(!reads(sql).await, "{sql}");
        }
        for sql in [
            "SELECT * FROM calls",
            "EXPLAIN SELECT * FROM calls",
            "SELECT (SELECT count(*) FROM calls)",
            "SELECT line FROM ref_lines WHERE line IN (SELECT call_id FROM calls)",
            "WITH x AS (SELECT * FROM calls) SELECT 1 FROM x",
            "SELECT * FROM figure_representatives",
        ] {
            assert!(reads(sql).await, "{sql}");
        }
    }

    #[test]
    fn a_statement_is_kept_with_its_values_and_not_for_ever() {
        assert_eq!(told("SELECT $1", &["c-1".into()]), "SELECT $1 -- $1 = c-1");
        let long = told(&"ə".repeat(3_000), &[]);
        assert_eq!(long.chars().filter(|c| *c == 'ə').count(), KEPT);
        assert!(long.ends_with("… (3000 characters)"), "{long}");
    }
}
