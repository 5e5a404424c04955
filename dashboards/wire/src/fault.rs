//! Errors as PostgreSQL's clients know them: a SQLSTATE and one line that says what to do.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion_postgres::pgwire::error::{ErrorInfo, PgWireError};
use meyar_lake::{Kind, LakeError};
use meyar_schemas::Invalid;
use std::error::Error;

pub const READ_ONLY: &str = "25006";
pub const NOT_ALLOWED: &str = "42501";
pub const NOT_SUPPORTED: &str = "0A000";
pub const SYNTAX: &str = "42601";
pub const BAD_VALUE: &str = "22023";
pub const PROTOCOL: &str = "08P01";
pub const LOGIN: &str = "28P01";
pub const LOGIN_WAY: &str = "28000";
pub const CANCELED: &str = "57014";
pub const TOO_LARGE: &str = "54000";
pub const NO_MEMORY: &str = "53200";
pub const TOO_MANY: &str = "53300";
pub const ABORTED: &str = "25P02";
const DEFECT: &str = "XX000";
pub const STORAGE: &str = "58030";

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The connection ends with it.
    pub fn fatal(self) -> PgWireError {
        info("FATAL", self.code, self.message)
    }
}

impl From<Refusal> for PgWireError {
    fn from(refusal: Refusal) -> Self {
        info("ERROR", refusal.code, refusal.message)
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(BAD_VALUE, invalid.to_string())
    }
}

fn info(severity: &str, code: &str, message: String) -> PgWireError {
    PgWireError::UserError(Box::new(ErrorInfo::new(severity.to_owned(), code.to_owned(), message)))
}

/// Nothing that goes wrong before a login is complete may leave the connection open.
pub fn fatal(error: PgWireError) -> PgWireError {
    let mut info = ErrorInfo::from(error);
    info.severity = "FATAL".to_owned();
    PgWireError::UserError(Box::new(info))
}

pub fn of_lake(error: LakeError) -> PgWireError {
    lake(&error).into()
}

pub fn of_query(error: DataFusionError) -> PgWireError {
    query(&error).into()
}

/// What the layers below wrapped without a SQLSTATE.
pub fn told(error: &mut PgWireError) {
    if let PgWireError::ApiError(wrapped) = error {
        let cause: &(dyn Error + 'static) = wrapped.as_ref();
        let refusal = match cause.downcast_ref::<DataFusionError>() {
            Some(cause) => query(cause),
            None => Refusal::new(DEFECT, one_line(&cause.to_string())),
        };
        *error = refusal.into();
    }
}

fn lake(error: &LakeError) -> Refusal {
    let code = match error.kind() {
        Kind::User => BAD_VALUE,
        Kind::Outside => STORAGE,
        Kind::Bug => DEFECT,
    };
    if error.kind() != Kind::User {
        tracing::warn!("sql: {error}");
    }
    Refusal::new(code, one_line(&error.to_string()))
}

fn query(error: &DataFusionError) -> Refusal {
    use DataFusionError as E;
    let root = error.find_root();
    let line = one_line(&root.strip_backtrace());
    let code = match root {
        E::External(cause) => {
            if let Some(cause) = cause.downcast_ref::<LakeError>() {
                return lake(cause);
            }
            if let Some(refusal) = cause.downcast_ref::<Given>() {
                return refusal.0.clone();
            }
            DEFECT
        }
        E::ResourcesExhausted(_) => {
            let remedy = "ask for fewer columns, groups or days, or raise --sql-memory-mb";
            return Refusal::new(
                NO_MEMORY,
                format!("the query needs more memory than the port has; {remedy} ({line})"),
            );
        }
        E::SQL(..) => SYNTAX,
        E::SchemaError(..) => "42703",
        E::NotImplemented(_) => NOT_SUPPORTED,
        E::ObjectStore(_) | E::IoError(_) => STORAGE,
        E::Plan(text) if text.contains("not found") && text.contains("table") => "42P01",
        E::Plan(text) if text.contains("Invalid function") => "42883",
        E::Plan(_) => "42000",
        E::ArrowError(cause, _) => match **cause {
            ArrowError::DivideByZero => "22012",
            ArrowError::CastError(_) | ArrowError::ParseError(_) => "22P02",
            _ => "22000",
        },
        E::Execution(_) | E::ParquetError(_) => "22000",
        _ => DEFECT,
    };
    Refusal::new(code, line)
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A refusal on its way through the query engine.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message)]
pub struct Given(pub Refusal);

impl From<Refusal> for DataFusionError {
    fn from(refusal: Refusal) -> Self {
        DataFusionError::External(Box::new(Given(refusal)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_wrong_below_has_a_sqlstate_and_one_line() {
        let cases = [
            (DataFusionError::ResourcesExhausted("x".into()), NO_MEMORY),
            (DataFusionError::Plan("table 'meyar.public.x' not found".into()), "42P01"),
            (DataFusionError::NotImplemented("two\nlines".into()), NOT_SUPPORTED),
            (Refusal::new(BAD_VALUE, "period").into(), BAD_VALUE),
            (DataFusionError::External(Box::new(LakeError::Query("x".into()))), BAD_VALUE),
            (
                DataFusionError::Context("planning".into(), Box::new(DataFusionError::NotImplemented("x".into()))),
                NOT_SUPPORTED,
            ),
        ];
        for (error, code) in cases {
            let refusal = query(&error);
            assert_eq!(refusal.code, code, "{error}");
            assert!(!refusal.message.contains('\n'), "{}", refusal.message);
        }
    }
}
