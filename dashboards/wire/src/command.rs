//! What is answered without a plan: settings, transactions (nothing can be written, so they only count errors), and what pools say.

use crate::{
    allow::{self, Allowed},
    fault::{self, Refusal},
    session::Session,
};
use datafusion::sql::sqlparser::ast::{ContextModifier, Expr, Reset, Set};
use datafusion_postgres::pgwire::{
    api::{
        ClientInfo, ClientPortalStore,
        results::{Response, Tag},
        store::PortalStore,
    },
    error::PgWireResult,
    messages::response::TransactionStatus,
};

/// After an error a transaction only ends; drivers rely on it.
pub fn alive(allowed: Allowed<'_>, status: TransactionStatus) -> Result<(), Refusal> {
    let ends = matches!(allowed, Allowed::Commit | Allowed::Rollback | Allowed::RollbackToSavepoint);
    if status == TransactionStatus::Error && !ends {
        let message = "current transaction is aborted, commands ignored until end of transaction block: send ROLLBACK";
        return Err(Refusal::new(fault::ABORTED, message));
    }
    Ok(())
}

/// `None` for what has rows.
pub fn answer<C>(session: &Session, client: &C, allowed: Allowed<'_>) -> PgWireResult<Option<Response>>
where
    C: ClientInfo + ClientPortalStore,
    C::PortalStore: PortalStore,
{
    let done = |tag: &str| Response::Execution(Tag::new(tag));
    let status = client.transaction_status();
    Ok(Some(match allowed {
        Allowed::Query | Allowed::Show(_) => return Ok(None),
        Allowed::Set(change) => {
            set(session, change)?;
            done("SET")
        }
        Allowed::Reset(Reset::ALL) => {
            session.settings.reset_all();
            done("RESET")
        }
        Allowed::Reset(Reset::ConfigurationParameter(name)) => {
            session.settings.reset(&name.to_string())?;
            done("RESET")
        }
        Allowed::Begin if status == TransactionStatus::Idle => Response::TransactionStart(Tag::new("BEGIN")),
        Allowed::Begin => done("BEGIN"),
        Allowed::Commit if status == TransactionStatus::Error => Response::TransactionEnd(Tag::new("ROLLBACK")),
        Allowed::Commit => Response::TransactionEnd(Tag::new("COMMIT")),
        Allowed::Rollback => Response::TransactionEnd(Tag::new("ROLLBACK")),
        Allowed::RollbackToSavepoint => Response::TransactionStart(Tag::new("ROLLBACK")),
        Allowed::Savepoint => done("SAVEPOINT"),
        Allowed::Release => done("RELEASE"),
        Allowed::Discard => {
            session.settings.reset_all();
            done("DISCARD ALL")
        }
        Allowed::Deallocate(name) => {
            client.portal_store().rm_statement(name);
            done("DEALLOCATE")
        }
        Allowed::Nothing(tag) => done(tag),
    }))
}

fn set(session: &Session, change: &Set) -> Result<(), Refusal> {
    let not_here =
        |what: &str| Refusal::new(fault::NOT_ALLOWED, format!("{what} cannot be set; SHOW ALL lists what can"));
    match change {
        Set::SingleAssignment { scope: Some(ContextModifier::Local), .. } | Set::SetTimeZone { local: true, .. } => {
            Err(Refusal::new(fault::NOT_SUPPORTED, "SET LOCAL is not there: use SET, and RESET afterwards"))
        }
        Set::SingleAssignment { variable, values, .. } => {
            let value = values.iter().map(value).collect::<Vec<_>>().join(", ");
            session.settings.set(&variable.to_string(), &value).map(drop)
        }
        Set::SetTimeZone { value: zone, .. } => session.settings.set("timezone", &value(zone)).map(drop),
        Set::SetNames { charset_name, .. } => session.settings.set("client_encoding", &charset_name.value).map(drop),
        Set::SetTransaction { modes, .. } => modes.iter().try_for_each(allow::mode),
        Set::SetSessionAuthorization(_) => Err(not_here("SESSION AUTHORIZATION")),
        Set::SetRole { .. } => Err(not_here("ROLE")),
        other => Err(not_here(&other.to_string())),
    }
}

/// The text of `'2024'`, `2024` and `on` alike.
fn value(expression: &Expr) -> String {
    match expression {
        Expr::Value(value) => value.value.clone().into_string().unwrap_or_else(|| value.to_string()),
        Expr::Identifier(name) => name.value.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn after_an_error_a_transaction_can_only_be_ended() {
        assert!(alive(Allowed::Query, TransactionStatus::Transaction).is_ok());
        assert!(alive(Allowed::Query, TransactionStatus::Idle).is_ok());
        assert_eq!(alive(Allowed::Query, TransactionStatus::Error).unwrap_err().code, fault::ABORTED);
        assert!(alive(Allowed::Rollback, TransactionStatus::Error).is_ok());
    }
}
