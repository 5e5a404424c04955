//! What reads a client's bytes, each part alone and without a connection: `tests/fuzz` holds anything at all against it.

use crate::{allow, bind, dialect, fault, login, scram, setting::Settings};
use bytes::BytesMut;
use datafusion::{logical_expr::LogicalPlan, prelude::SessionContext};
use datafusion_postgres::{
    datafusion_pg_catalog::sql::PostgresCompatibilityParser,
    pgwire::{
        api::{Type, portal::Portal, stmt::StoredStatement},
        error::{PgWireError, PgWireResult},
        messages::{DecodeContext, Message as _, PgWireFrontendMessage, ProtocolVersion, extendedquery::Bind},
    },
};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
};

static PARSER: LazyLock<PostgresCompatibilityParser> = LazyLock::new(PostgresCompatibilityParser::new);

fn told(mut error: PgWireError) -> String {
    fault::told(&mut error);
    error.to_string()
}

/// As in `door`: upstream panics where a message's lengths are wrong, and the connection ends.
fn read<T>(message: impl FnOnce() -> PgWireResult<T>) -> Result<T, String> {
    let read = catch_unwind(AssertUnwindSafe(message)).map_err(|_| "a message could not be read".to_owned())?;
    read.map_err(told)
}

/// A text with statements: each as it would be planned, or why it is not answered.
pub fn statements(sql: &str) -> Result<Vec<Result<String, String>>, String> {
    let parsed = dialect::parse(&PARSER, sql).map_err(told)?;
    let judge = |statement| match allow::judge(&statement) {
        Ok(_) => Ok(statement.to_string()),
        Err(refusal) => Err(told(refusal.into())),
    };
    Ok(parsed.into_iter().map(judge).collect())
}

/// The messages of a client, as long as they can be read; before `started` the first ones of a connection.
pub fn messages(bytes: &[u8], started: bool) -> Result<Vec<String>, String> {
    let mut context = DecodeContext::new(ProtocolVersion::default());
    (context.awaiting_frontend_ssl, context.awaiting_frontend_startup) = (!started, !started);
    let mut buffer = BytesMut::from(bytes);
    let mut all = Vec::new();
    while let Some(message) = read(|| PgWireFrontendMessage::decode(&mut buffer, &context))? {
        let unchanged = buffer.len() == bytes.len();
        match message {
            // The next look at the same bytes takes them for a startup message.
            PgWireFrontendMessage::SslNegotiation(_) if unchanged && context.awaiting_frontend_ssl => {}
            PgWireFrontendMessage::Startup(_) => context.awaiting_frontend_startup = false,
            _ => {}
        }
        context.awaiting_frontend_ssl = false;
        all.push(format!("{message:?}"));
    }
    Ok(all)
}

/// A statement with a parameter of each type that the lake's columns have.
static PLAN: LazyLock<Result<LogicalPlan, String>> = LazyLock::new(|| {
    let types = ["BIGINT", "VARCHAR", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL(12,3)", "INT", "SMALLINT"];
    let columns: Vec<_> = types.iter().enumerate().map(|(i, kind)| format!("CAST(NULL AS {kind}) AS c{i}")).collect();
    let wanted: Vec<_> = (0..types.len()).map(|i| format!("c{i} = ${}", i + 1)).collect();
    let sql = format!("SELECT * FROM (SELECT {}) AS t WHERE {}", columns.join(", "), wanted.join(" AND "));
    let state = SessionContext::new().state();
    futures::executor::block_on(state.create_logical_plan(&sql)).map_err(|error| error.to_string())
});

/// The body of a Bind message, put into a statement; `oids` are the types that the client named when it parsed it.
pub fn bound(body: &[u8], oids: &[u32]) -> Result<String, String> {
    let plan = PLAN.as_ref().map_err(String::clone)?;
    let context = DecodeContext::new(ProtocolVersion::default());
    let message = read(|| Bind::decode_body(&mut BytesMut::from(body), body.len(), &context))?;
    let types = oids.iter().map(|oid| Type::from_oid(*oid)).collect();
    let statement = StoredStatement::new(String::new(), (), types);
    let portal = Portal::try_new(&message, statement.into()).map_err(told)?;
    let wire = bind::wire_types(plan, Vec::new()).map_err(told)?;
    bind::bind(&portal, plan, &wire).map(|(plan, _)| plan.display_indent().to_string()).map_err(told)
}

/// The words of a startup message.
pub fn startup(words: HashMap<String, String>) -> Result<(), String> {
    login::wishes(&words, &Settings::default()).map_err(told)
}

/// A setting, and what it is then.
pub fn setting(name: &str, value: &str) -> Result<String, String> {
    let settings = Settings::default();
    settings.set(name, value).and_then(|name| settings.show(name)).map(|(_, now)| now).map_err(|e| told(e.into()))
}

/// Both messages of a login against a known verifier; `true` would be a proof without the password.
pub fn login(first: &[u8], last: &[u8]) -> Result<bool, scram::Malformed> {
    let verifier = scram::Verifier::pretended("fuzz", b"secret");
    Ok(scram::Exchange::begin_with(first, verifier, "nonce")?.finish(last)?.is_some())
}

/// A verifier as it stands in the file of accounts.
pub fn verifier(text: &str) -> Result<String, scram::Malformed> {
    text.parse::<scram::Verifier>().map(|verifier| verifier.to_string())
}
