//! The data teams' door: the lake over PostgreSQL's wire protocol, read-only.
//!
//! `meyar serve --sql-listen 127.0.0.1:5433` opens it; psql, psycopg, SQLAlchemy and BI tools come in (README.md). What it keeps to:
//! - One comes in with SCRAM-SHA-256 only; the file of accounts holds verifiers, never passwords (`account`, `scram`, `login`). Without
//!   TLS only this machine can connect; with TLS nobody can without it (`door`, `tls`).
//! - Nothing is written: a statement is answered only if it is named in `allow`, and its plan is looked at again before it runs. There
//!   are no files, no COPY, and only the settings of `setting`.
//! - Refused logins are counted by account and by address, and the next try waits longer each time (`tries`).
//! - Time, rows, memory and connections are limited (`limits`); a running statement can be cancelled (`rows`).
//! - A role sees its tables only (`role`): what it does not see is not in its session at all, so no query finds it. What analysts see
//!   behind a mask is masked at the bottom of every plan (`mask`), by a list in which each column was judged (`judged`, `data/sight.toml`).
//! - Who came in, and every statement that reads what may hold people's traces, is told to the access log before it is answered (`witness`).
//! - Every statement sees the newest data (`session`); figures are the lake's own SQL (`figure`).
//!
//! | role | sees |
//! |---|---|
//! | `steward` | every table, view, reference table and figure, as they are |
//! | `analyst` | the same, with masks over what people said or wrote, what points at people outside the centre, and what leads to sound; a column that is new is masked until `data/sight.toml` names it |
//! | `reader` | every figure and reference table; `calls` without `caller_key`; `surveys`, `incidents`, `recording_reconciliation`. Not: words and sounds (`transcripts`, `segments`, `evaluations`, `call_evaluations`, `verdicts`, `recordings`, `audio_chunks`), survey comments (`survey_responses`), raw events, sessions of the staff, people's assessments and marks (`assessments`, `qa_assessments`, `qa_marks`), records of quality work (`records`, `qa_records` and the views over it), the access log (`access_log`), dead letters; nor any table that is new, until `role` names it |

mod account;
mod allow;
mod bind;
mod catalog;
mod command;
mod dialect;
mod door;
mod engine;
mod fault;
mod figure;
mod function;
mod judged;
pub mod limits;
mod login;
mod mask;
#[doc(hidden)]
pub mod outside;
mod port;
mod query;
mod role;
mod rows;
mod scram;
mod session;
mod setting;
mod shelf;
mod tls;
mod tries;
mod witness;
mod words;

pub use account::Accounts;
pub use door::{Door, DoorError, Options, bind};
pub use limits::Limits;
pub use role::Role;
pub use tls::TlsFiles;
pub use witness::{Look, Witness};
