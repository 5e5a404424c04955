//! Judging one call by one form: forms as data, evidence, verdicts. Pure: no Kafka, no web, no lake, no clock.
//!
//! The machine proposes, people decide (P10): it marks what it can show with words of the transcript, it *suspects*
//! what only a person may confirm, and it abstains, with a reason, wherever the transcript or the records cannot carry a mark.
//!
//! ```no_run
//! # fn f(transcript: &meyar_schemas::transcripts::Transcript) -> Result<(), meyar_scoring::FormError> {
//! use meyar_scoring::{CallFacts, Forms, Settings, evaluate};
//! let forms = Forms::embedded()?;
//! if let Some(form) = forms.form_for(&transcript.language, transcript.created_at.date_naive()) {
//!     let assessment = evaluate(form, transcript, &CallFacts::default(), &Settings::default());
//!     println!("{:?} {:?}", assessment.outcome, assessment.raw_score);
//! }
//! # Ok(()) }
//! ```

mod check;
mod evaluate;
mod facts;
mod form;
mod forms;
mod pattern;
mod reasons;
mod rules;
mod talk;
pub mod text;

pub use evaluate::{Assessment, evaluate};
pub use facts::{AppealFact, CallFacts, Settings, Span, Telephony, TransferFact};
pub use form::{
    Band, ClearOrder, Condition, CountMark, Criterion, Due, FormSpec, Group, JudgedBy, Language, Pace, Part, Rule,
    Severity, ShareMark, Side, Speaker, Status, WhenAbsent, Window, WithoutTrigger,
};
pub use forms::{Form, FormError, Forms, Problem};
pub use pattern::{Fault, fault};
