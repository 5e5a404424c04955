//! The one error: what was refused, its value, and the remedy. Every refusal is about the caller's input; a retry never helps.

/// What all functions of this crate return.
pub type Result<T> = std::result::Result<T, StatisticsError>;

/// Why no number was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatisticsError {
    /// A value that the formula has no meaning for.
    #[error("{field}: {value} {problem}; {remedy}")]
    Refused {
        /// The argument, with its place if it is one of a list.
        field: String,
        /// As it was given.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
        /// What to give instead.
        remedy: &'static str,
    },
    /// Two lists that belong together, item by item, and do not match.
    #[error("{field}: {length} items, but {other} has {other_length}; give one for each")]
    LengthsDiffer {
        /// The list that does not match.
        field: &'static str,
        /// Its items.
        length: usize,
        /// The list that it belongs to.
        other: &'static str,
        /// The items of that one.
        other_length: usize,
    },
    /// Too little to say anything. It is not an accident but an answer: show "too few", and how many are missing.
    #[error("{field}: {have} are too few to say anything; at least {needed} are needed")]
    TooFew {
        /// What is counted.
        field: &'static str,
        /// How many there are.
        have: u64,
        /// How many there must be.
        needed: u64,
    },
    /// The data are in order, but the measure divides by their variation and there is none.
    #[error("{measure}: not defined, because {reason}; {remedy}")]
    Undefined {
        /// The measure that has no value.
        measure: &'static str,
        /// What is missing in the data.
        reason: &'static str,
        /// What to show instead.
        remedy: &'static str,
    },
}

impl StatisticsError {
    pub(crate) fn refused(
        field: impl Into<String>,
        value: impl ToString,
        problem: &'static str,
        remedy: &'static str,
    ) -> Self {
        Self::Refused { field: field.into(), value: value.to_string(), problem, remedy }
    }
}
