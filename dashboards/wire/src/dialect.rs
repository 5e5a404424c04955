//! PostgreSQL's words that the planner does not know, said in words that it does. What upstream rewrites already is not repeated here.

mod effort;

use crate::fault::{self, Refusal};
use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident,
    ObjectName, Query, SetExpr, Statement, TableFactor, Value, VisitMut as _, VisitorMut,
};
use datafusion::sql::sqlparser::{dialect::PostgreSqlDialect, parser::Parser};
use datafusion_postgres::{datafusion_pg_catalog::sql::PostgresCompatibilityParser, pgwire::error::PgWireResult};
use std::{borrow::Cow, ops::ControlFlow};

/// Tables of the catalogue that can have no row of ours: no defaults, no sequences, one collation.
const EMPTY: [&str; 3] = ["pg_attrdef", "pg_sequence", "pg_collation"];

/// A client's text → statements that the planner understands.
pub fn parse(parser: &PostgresCompatibilityParser, sql: &str) -> PgWireResult<Vec<Statement>> {
    if !effort::is_reasonable(sql) {
        let message =
            "calls, CASE, NOT or subqueries are nested too deep to be read: name parts of the query with WITH … AS (…)";
        return Err(Refusal::new(fault::SYNTAX, message).into());
    }
    let parsed = parser.parse(&prepare(sql)).map_err(|error| {
        let told = error.to_string();
        Refusal::new(fault::SYNTAX, told.strip_prefix("sql parser error: ").unwrap_or(&told))
    })?;
    Ok(parsed.into_iter().map(rewrite).collect())
}

/// Before upstream's own rewriting, which looks for a name where a parameter stands.
pub fn prepare(sql: &str) -> Cow<'_, str> {
    if !sql.contains('$') || !sql.to_lowercase().contains("regclass") {
        return sql.into();
    }
    let Ok(mut statements) = Parser::parse_sql(&PostgreSqlDialect {}, sql) else { return sql.into() };
    let _ = statements.visit(&mut Names);
    statements.iter().map(Statement::to_string).collect::<Vec<_>>().join("; ").into()
}

/// Names are turned into numbers at run time: a bound parameter is not known before.
struct Names;

impl VisitorMut for Names {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Cast { expr, data_type, .. } = expression
            && data_type.to_string().to_lowercase().ends_with("regclass")
            && is_parameter(expr)
        {
            *expression = call("to_regclass", vec![(**expr).clone()]);
        }
        ControlFlow::Continue(())
    }
}

pub fn rewrite(mut statement: Statement) -> Statement {
    let _ = statement.visit(&mut Rewriter);
    statement
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        let better = match expression {
            Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } => {
                if let Some(escape) = escape_char.take() {
                    let escape = Value::from(escape).into_string().filter(|escape| escape != "\\");
                    if let Some(escape) = escape {
                        **pattern = escaped((**pattern).clone(), &escape);
                    }
                }
                None
            }
            Expr::CompoundFieldAccess { root, access_chain } => {
                fields(root, access_chain);
                None
            }
            // A query for each row, about things that are not there.
            Expr::Subquery(query) if only_reads(query, &EMPTY) || asks_collation(query) => Some(null()),
            Expr::Subquery(query) if asks_composite(query) => Some(Expr::value(Value::Boolean(false))),
            Expr::Function(function) if is_array_of_options(function) => Some(null()),
            _ => None,
        };
        if let Some(better) = better {
            *expression = better;
        }
        ControlFlow::Continue(())
    }
}

/// `(i.keys).n`, `segments[1].text`: the planner takes the name of a field as a text only. In `c.flags[1]` the dot is the table's.
fn fields(root: &Expr, chain: &mut [AccessExpr]) {
    let mut of_table = matches!(root, Expr::Identifier(_));
    for access in chain {
        match access {
            AccessExpr::Dot(Expr::Identifier(field)) if !of_table => *access = AccessExpr::Dot(text(&field.value)),
            AccessExpr::Dot(_) => {}
            AccessExpr::Subscript(_) => of_table = false,
        }
    }
}

fn null() -> Expr {
    Expr::value(Value::Null)
}

fn text(value: &str) -> Expr {
    Expr::value(Value::SingleQuotedString(value.to_owned()))
}

fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: vec![] }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: vec![],
    })
}

/// The same pattern with the backslash as its escape, which alone the planner knows.
fn escaped(pattern: Expr, escape: &str) -> Expr {
    call("replace", vec![call("replace", vec![pattern, text("\\"), text("\\\\")]), text(escape), text("\\")])
}

fn is_parameter(expression: &Expr) -> bool {
    match expression {
        Expr::Value(value) => matches!(value.value, Value::Placeholder(_)),
        Expr::Cast { expr, .. } | Expr::Nested(expr) => is_parameter(expr),
        _ => false,
    }
}

/// psql's `array(select … from unnest(tc.reloptions))`.
fn is_array_of_options(function: &Function) -> bool {
    function.name.to_string().eq_ignore_ascii_case("array")
        && matches!(&function.args, FunctionArguments::Subquery(query) if query.to_string().contains("reloptions"))
}

/// Whether a query's first table is one of these.
fn only_reads(query: &Query, tables: &[&str]) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    let first = select.from.first().map(|from| &from.relation);
    let Some(TableFactor::Table { name, .. }) = first else { return false };
    let name = name.to_string().to_lowercase();
    tables.iter().any(|table| name == *table || name == format!("pg_catalog.{table}"))
}

/// SQLAlchemy's `(SELECT typcollation FROM pg_type …)`: all text is compared in one way.
fn asks_collation(query: &Query) -> bool {
    projects(query, "typcollation")
}

/// `(SELECT c.relkind = 'c' FROM pg_class …)`: no type is made of a table.
fn asks_composite(query: &Query) -> bool {
    projects(query, "relkind = 'c'")
}

fn projects(query: &Query, end: &str) -> bool {
    let SetExpr::Select(select) = &*query.body else { return false };
    matches!(&select.projection[..], [one] if one.to_string().to_lowercase().ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(sql: &str, better: &str) {
        let statement =
            Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap_or_else(|e| panic!("{sql}: {e}")).remove(0);
        assert_eq!(rewrite(statement).to_string(), better);
    }

    #[test]
    fn another_escape_becomes_a_backslash() {
        becomes(
            "SELECT a NOT LIKE $1 || '%' ESCAPE '/'",
            "SELECT a NOT LIKE replace(replace($1 || '%', '\\', '\\\\'), '/', '\\')",
        );
        becomes("SELECT a LIKE 'b%'", "SELECT a LIKE 'b%'");
    }

    #[test]
    fn a_field_of_a_structure_is_named_by_a_text() {
        becomes("SELECT (f(a)).n", "SELECT (f(a)).'n'");
        becomes("SELECT segments[1].text", "SELECT segments[1].'text'");
        becomes("SELECT c.flags[1]", "SELECT c.flags[1]");
    }

    #[test]
    fn names_that_are_bound_become_numbers_at_run_time() {
        assert_eq!(prepare("SELECT CAST($1 AS REGCLASS)"), "SELECT to_regclass($1)");
        assert_eq!(prepare("SELECT $1::VARCHAR::regclass"), "SELECT to_regclass($1::VARCHAR)");
        assert_eq!(prepare("SELECT CAST(a AS REGCLASS)  "), "SELECT CAST(a AS REGCLASS)  ");
    }

    #[test]
    fn questions_about_what_is_not_there_are_answered_with_nothing() {
        becomes("SELECT (SELECT d.adbin FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.x)", "SELECT NULL");
        becomes("SELECT (SELECT c.relkind = 'c' FROM pg_class c WHERE c.oid = t.x)", "SELECT false");
        becomes("SELECT (SELECT max(x) FROM calls)", "SELECT (SELECT max(x) FROM calls)");
        becomes("SELECT array(SELECT 'toast.' || x FROM unnest(tc.reloptions) x)", "SELECT NULL");
    }
}
