//! Who may do what. Default deny: a role has a right only where the table says so. Pure.

use crate::error::{Result, WorkError};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    num::NonZeroU32,
    path::Path,
};

/// Writes an enum whose names are also written in files and in the store.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident: $what:literal { $($(#[$item_doc:meta])* $item:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$item_doc])* #[serde(rename = $text)] $item,)* }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$item,)*];

            pub const fn name(self) -> &'static str {
                match self { $($name::$item => $text,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::WorkError;
            fn from_str(text: &str) -> $crate::Result<Self> {
                $name::ALL.iter().copied().find(|one| one.name() == text).ok_or_else(|| {
                    let known: Vec<&str> = $name::ALL.iter().map(|one| one.name()).collect();
                    $crate::WorkError::invalid($what, text, concat!("is no ", $what), format!("use one of: {}", known.join(", ")))
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// What a person is to the centre.
    Role: "role" {
        /// Təmsilçi: answers calls, sees what was published of their own.
        Representative = "representative",
        /// KT sektorunun əməkdaşı.
        Assessor = "assessor",
        /// KT sektorunun müdiri.
        Lead = "lead",
        /// A sector's head, or the head of the centre.
        Head = "head",
        Management = "management",
        Analyst = "analyst",
        /// Keeps accounts; sees no content of calls.
        Administrator = "administrator",
    }
}

named! {
    /// What may be done; the words stand in `data/permissions.toml`.
    Right: "right" {
        Figures = "figures",
        /// Figures whose rows are single people or calls.
        PeopleFigures = "people_figures",
        Rows = "rows",
        Dictionary = "dictionary",
        Reconciliation = "reconciliation",
        Calls = "calls",
        OwnCalls = "own_calls",
        Assess = "assess",
        Assessments = "assessments",
        Plan = "plan",
        Plans = "plans",
        OwnResults = "own_results",
        Decide = "decide",
        Improve = "improve",
        ProposalsDecide = "proposals_decide",
        Calibrate = "calibrate",
        Calibration = "calibration",
        /// The section of calibration: the sets that one takes part in.
        Calibrations = "calibrations",
        Forms = "forms",
        FormsEdit = "forms_edit",
        FormsApprove = "forms_approve",
        Cards = "cards",
        CardsApprove = "cards_approve",
        /// Approved cards about oneself.
        OwnCards = "own_cards",
        Live = "live",
        /// Orders of management: one's own; giving them, and taking what was done.
        Tasks = "tasks",
        TasksGive = "tasks_give",
        /// Opinions, analyses, notes on practice.
        Studies = "studies",
        /// Reading the question-answer base; taking part in it; keeping it.
        Answers = "answers",
        /// Drafting an entry; saying what is wrong with one.
        AnswersSuggest = "answers_suggest",
        AnswersEdit = "answers_edit",
        Complaints = "complaints",
        Surveys = "surveys",
        /// Answering the surveys that representatives are asked.
        OwnSurveys = "own_surveys",
        Estimates = "estimates",
        Accounts = "accounts",
        AccessLog = "access_log",
    }
}

/// How much one session may ask of the pages: so many requests at once, and then so many a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    pub burst: NonZeroU32,
    pub per_second: NonZeroU32,
}

/// The table of rights, and how much who has them may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    rights: BTreeMap<Right, BTreeSet<Role>>,
    pub requests: Requests,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[allow(dead_code, reason = "every file of data says where it is from")]
    source: String,
    #[allow(dead_code, reason = "the centre has yet to confirm it")]
    unconfirmed: bool,
    rights: BTreeMap<String, Vec<String>>,
    requests: Requests,
}

const NAME: &str = "permissions.toml";

impl Permissions {
    /// What Meyar ships, or the file of that name in the folder of the reference data.
    pub fn load(reference: Option<&Path>) -> Result<Permissions> {
        let path = reference.map(|folder| folder.join(NAME)).filter(|path| path.is_file());
        let Some(path) = path else { return Permissions::parse(include_str!("../data/permissions.toml")) };
        let text = fs::read_to_string(&path).map_err(|e| {
            WorkError::invalid(
                NAME,
                path.display().to_string(),
                format!("cannot be read ({e})"),
                "make it readable, or take it away",
            )
        })?;
        Permissions::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Permissions> {
        let file: File = toml::from_str(text).map_err(|e| {
            WorkError::invalid(NAME, "", e.message().replace('\n', " "), "compare it with the file Meyar ships")
        })?;
        let mut table = BTreeMap::new();
        for (right, roles) in file.rights {
            let roles = roles.iter().map(|role| role.parse()).collect::<Result<BTreeSet<Role>>>()?;
            table.insert(right.parse::<Right>()?, roles);
        }
        // Somebody must be able to let others in, or nobody ever can again.
        if table.get(&Right::Accounts).is_none_or(BTreeSet::is_empty) {
            return Err(WorkError::invalid(NAME, "accounts", "is given to no role", "give it to administrator"));
        }
        Ok(Permissions { rights: table, requests: file.requests })
    }

    pub fn may(&self, role: Role, right: Right) -> bool {
        self.rights.get(&right).is_some_and(|roles| roles.contains(&role))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_whole_and_keeps_its_promises() {
        let table = Permissions::load(None).unwrap();
        for right in Right::ALL {
            assert!(table.rights.contains_key(right), "{right} is given to nobody, and no line says so");
        }
        for right in
            [Right::Calls, Right::Rows, Right::PeopleFigures, Right::Assess, Right::Assessments, Right::OwnCalls]
        {
            assert!(!table.may(Role::Administrator, right), "an administrator sees no content of calls");
        }
        for right in [Right::Calls, Right::Rows, Right::PeopleFigures, Right::Assessments] {
            assert!(!table.may(Role::Management, right), "management sees aggregates");
            assert!(!table.may(Role::Representative, right), "a representative sees their own");
        }
    }

    /// A file with these rights; what comes after them is the test's.
    fn file(rights: &str) -> String {
        format!("source = \"test\"\nunconfirmed = false\n[requests]\nburst = 9\nper_second = 3\n[rights]\n{rights}")
    }

    #[test]
    fn what_is_not_said_is_refused() {
        let table = Permissions::parse(&file("accounts = [\"administrator\"]")).unwrap();
        for role in Role::ALL {
            for right in Right::ALL {
                assert_eq!(table.may(*role, *right), (*role, *right) == (Role::Administrator, Right::Accounts));
            }
        }
    }

    #[test]
    fn a_table_that_is_wrong_is_refused_by_name() {
        let told = |text: &str| Permissions::parse(text).unwrap_err().to_string();
        assert!(told(&file("fly = [\"head\"]")).contains("`fly`"), "{}", told(&file("fly = [\"head\"]")));
        assert!(told(&file("accounts = [\"king\"]")).contains("`king`"));
        assert!(told(&file("accounts = []")).contains("administrator"));
        let good = file("accounts = [\"administrator\"]");
        assert!(told(&good.replace("per_second = 3", "per_second = 0")).contains("nonzero"));
        assert!(told(&good.replace("[requests]\nburst = 9\nper_second = 3\n", "")).contains("`requests`"));
    }
}
