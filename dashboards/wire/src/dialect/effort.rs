//! How much a text may cost to read. The parser tries one reading after another, and again at each level that is nested: each level more
//! of `f(f(…` or `CASE -CASE -…` doubles what it costs. So a text is read once by a parser that counts, and gives up.

use datafusion::sql::sqlparser::{
    ast::Expr,
    dialect::{Dialect, PostgreSqlDialect, Precedence},
    keywords::Keyword,
    parser::{Parser, ParserError},
    tokenizer::Tokenizer,
};
use std::{any::TypeId, cell::Cell};

/// What a short text may cost. One expression that is begun is one step.
const STEPS: usize = 50_000;

/// A list of values costs a step or two each, and may be long.
const STEPS_A_TOKEN: usize = 8;

/// Whether the parser comes to an end with this text, whatever that end is, within a reasonable number of steps.
pub fn is_reasonable(sql: &str) -> bool {
    let counting = Counting { dialect: PostgreSqlDialect {}, left: Cell::new(0) };
    // What is no SQL at all the parser tells in its own words.
    let Ok(tokens) = Tokenizer::new(&counting, sql).tokenize_with_location() else { return true };
    counting.left.set(STEPS + STEPS_A_TOKEN * tokens.len());
    let _ = Parser::new(&counting).with_tokens_with_locations(tokens).parse_statements();
    counting.left.get() > 0
}

/// PostgreSQL's dialect, which counts the expressions that are begun.
#[derive(Debug)]
struct Counting {
    dialect: PostgreSqlDialect,
    left: Cell<usize>,
}

/// What PostgreSQL's dialect says otherwise than any.
macro_rules! same {
    ($($name:ident)*) => { $(fn $name(&self) -> bool { self.dialect.$name() })* };
}

impl Dialect for Counting {
    fn dialect(&self) -> TypeId {
        self.dialect.dialect()
    }

    fn parse_prefix(&self, _: &mut Parser) -> Option<Result<Expr, ParserError>> {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        // Every reading that is still tried ends here at once.
        (left == 0).then_some(Err(ParserError::RecursionLimitExceeded))
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        self.dialect.identifier_quote_style(identifier)
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        self.dialect.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        self.dialect.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        self.dialect.is_identifier_part(ch)
    }

    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        self.dialect.is_reserved_for_identifier(keyword)
    }

    fn is_custom_operator_part(&self, ch: char) -> bool {
        self.dialect.is_custom_operator_part(ch)
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        self.dialect.get_next_precedence(parser)
    }

    fn prec_value(&self, precedence: Precedence) -> u8 {
        self.dialect.prec_value(precedence)
    }

    same! {
        supports_unicode_string_literal supports_filter_during_aggregation supports_group_by_expr
        allow_extract_custom allow_extract_single_quotes supports_create_index_with_clause
        supports_explain_with_utility_options supports_listen_notify supports_factorial_operator
        supports_bitwise_shift_operators supports_comment_on supports_load_extension
        supports_named_fn_args_with_colon_operator supports_named_fn_args_with_expr_name
        supports_empty_projections supports_nested_comments supports_string_escape_constant
        supports_numeric_literal_underscores supports_array_typedef_with_brackets supports_geometric_types
        supports_set_names supports_alter_column_type_using supports_notnull_operator supports_interval_options
        supports_insert_table_alias supports_create_table_like_parenthesized supports_select_wildcard_with_alias
        supports_comma_separated_trim supports_xml_expressions supports_comment_optimizer_hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_parser_comes_to_an_end_with_is_given_up() {
        let deep = |begin: &str, end: &str| format!("SELECT {}1{}", begin.repeat(40), end.repeat(40));
        for (begin, end) in [("f(", ")"), ("CASE -", "")] {
            assert!(!is_reasonable(&deep(begin, end)), "{begin}");
        }
        assert!(!is_reasonable(&"CASE -".repeat(60)));
    }

    #[test]
    fn what_people_write_is_read() {
        let nested = |depth: usize| format!("SELECT {}1{}", "coalesce(".repeat(depth), ")".repeat(depth));
        let ids = |many: usize| (0..many).map(|n| format!("'call-{n}'")).collect::<Vec<_>>().join(",");
        for sql in [nested(12), format!("SELECT count(*) FROM calls WHERE call_id IN ({})", ids(50_000))] {
            assert!(is_reasonable(&sql), "{}", &sql[..40]);
        }
        assert!(is_reasonable("SELECT 'no end") && is_reasonable("this is no SQL") && is_reasonable(""));
    }

    /// Another reading than PostgreSQL's would count other steps.
    #[test]
    fn it_reads_as_postgresqls_dialect_does() {
        let counting = Counting { dialect: PostgreSqlDialect {}, left: Cell::new(usize::MAX) };
        for sql in [
            "SELECT count(*) FILTER (WHERE a @> b), x::int[], U&'\\0041', E'\\x', 1_000, a << 2, a NOTNULL FROM t",
            "SELECT extract('day' FROM x), trim('a', 'b'), f(a => 1, b := 2), line, point '(1,2)' /* /* */ */",
            "EXPLAIN (ANALYZE, VERBOSE true) SELECT * AS all FROM t GROUP BY ()",
            "SELECT \"a\".b COLLATE \"C\", c -> 'd' #>> '{e}', interval '1 day', xml '<a/>'; SELECT; SET NAMES 'UTF8'",
            "INSERT INTO t AS u VALUES (1); COMMENT ON TABLE t IS 'x'; LISTEN a; SELECT 5 !, @ -1, |/ 4, a ? b",
        ] {
            for part in sql.split(';') {
                let theirs = Parser::parse_sql(&PostgreSqlDialect {}, part);
                assert_eq!(Parser::parse_sql(&counting, part), theirs, "{part}");
            }
        }
    }
}
