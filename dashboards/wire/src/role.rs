//! Which role sees which table.

use crate::figure::PREFIX;
use meyar_schemas::Invalid;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Whoever counts: every table, view and figure, words of people masked (`mask`). Accounts that were made when analysts saw everything are masked too.
    Analyst,
    /// Reports and dashboards: figures, views and reference data without a caller's traces.
    Reader,
    /// Who answers for the data: everything, as it is.
    Steward,
}

/// How much of a table is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Whole,
    /// Every row and column, but words behind a mask.
    Masked,
    Without(&'static [&'static str]),
    Hidden,
}

/// Tables and views that a reader sees; whatever the lake gets later is hidden from readers until it is named here. Left out are words
/// and sounds of people (transcripts, segments, verdicts with their evidence, survey comments, dead letters), raw events, sessions of the
/// staff, what people judged and wrote of one another (assessments, their marks, records of quality work), and who looked at what (the access log).
const READABLE: &[(&str, Sight)] = &[
    ("calls", Sight::Without(&["caller_key"])),
    ("incidents", Sight::Whole),
    ("recording_reconciliation", Sight::Whole),
    ("surveys", Sight::Whole),
];

impl Role {
    pub const ALL: [Self; 3] = [Self::Analyst, Self::Reader, Self::Steward];

    pub fn sees(self, table: &str) -> Sight {
        match self {
            Self::Steward => return Sight::Whole,
            _ if table.starts_with("ref_") => return Sight::Whole,
            Self::Analyst => return Sight::Masked,
            Self::Reader if table.starts_with(PREFIX) => return Sight::Whole,
            Self::Reader => {}
        }
        READABLE.iter().find(|(name, _)| *name == table).map_or(Sight::Hidden, |(_, sight)| *sight)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Analyst => "analyst",
            Self::Reader => "reader",
            Self::Steward => "steward",
        })
    }
}

impl FromStr for Role {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let known = Self::ALL.into_iter().find(|role| role.to_string() == text);
        known.ok_or_else(|| Invalid::new("role", text, "is not a role", "use steward, analyst or reader"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_reader_sees_no_words_no_sounds_and_no_raw_events() {
        for table in [
            "call_events",
            "call_events_all",
            "calls_all",
            "transcripts",
            "segments",
            "verdicts",
            "survey_responses",
            "assessments",
            "assessments_all",
            "qa_assessments",
            "qa_marks",
            "records",
            "records_all",
            "qa_records",
            "qa_recommendations",
            "qa_trainings",
            "qa_complaints",
            "qa_result_cards",
            "access_log",
            "access_log_all",
            "dead_letters",
        ] {
            assert_eq!(Role::Reader.sees(table), Sight::Hidden, "{table}");
            assert_eq!(Role::Analyst.sees(table), Sight::Masked, "{table}");
            assert_eq!(Role::Steward.sees(table), Sight::Whole, "{table}");
        }
        assert_eq!(Role::Reader.sees("calls"), Sight::Without(&["caller_key"]));
        assert_eq!(Role::Reader.sees("ref_targets"), Sight::Whole);
        assert_eq!(Role::Analyst.sees("ref_targets"), Sight::Whole);
    }

    proptest! {
        #[test]
        fn a_table_that_nobody_named_is_hidden_from_readers(table in "[a-z_]{1,30}") {
            prop_assume!(!table.starts_with("ref_") && !table.starts_with(PREFIX) && READABLE.iter().all(|(name, _)| *name != table));
            prop_assert_eq!(Role::Reader.sees(&table), Sight::Hidden);
            prop_assert_eq!(Role::Analyst.sees(&table), Sight::Masked);
        }
    }

    #[test]
    fn roles_are_written_as_they_are_read() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
        }
        assert!("root".parse::<Role>().unwrap_err().to_string().contains("analyst or reader"));
        // Accounts that were made before there were stewards go on.
        assert_eq!("analyst".parse::<Role>().unwrap(), Role::Analyst);
    }
}
