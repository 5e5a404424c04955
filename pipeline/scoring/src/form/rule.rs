//! The declarative rules of a criterion.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How parts, timing and records become a mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// The share of due groups that were heard in the window decides the mark.
    PartsPresent {
        groups: Vec<Group>,
        marks: Vec<ShareMark>,
        #[serde(default)]
        window: Window,
        /// Nothing heard: a mark of 0, or (where silence may be right) nothing is said.
        #[serde(default)]
        when_absent: WhenAbsent,
    },
    /// Something must come before something else, with the caller's reply between them.
    Order { before: Vec<String>, partly: Vec<String>, event: Vec<String> },
    /// Speaking over the caller.
    TalkOver { min_ms: u64, backchannel_max_ms: u64, backchannel: Vec<String>, marks: Vec<CountMark> },
    /// Words that only a person may call an error; without them, courtesy is marked.
    Suspicion { suspect: Vec<String>, courtesy: Vec<String>, without_courtesy: f64 },
    /// For each hold: permission before, thanks after, not too long. The share of what was due decides the mark.
    Holds {
        permission: Vec<String>,
        thanks: Vec<String>,
        permission_within_s: u64,
        thanks_within_s: u64,
        hold_max_s: u64,
        hold_total_max_s: u64,
        dead_air_max_s: u64,
        marks: Vec<ShareMark>,
    },
    /// A redirect must name where to and say why.
    Redirect { target: Vec<String>, why: Vec<String> },
    /// A sheet that is due must be opened, rightly classed, and its number and term told.
    Records {
        told: Vec<String>,
        term: Vec<String>,
        #[serde(default)]
        expected_class: BTreeMap<String, Vec<String>>,
    },
    /// A gate: a trigger that nothing clears is a suspicion.
    Gate {
        trigger: Vec<String>,
        /// Suspected whatever came before or after.
        #[serde(default)]
        always: Vec<String>,
        cleared_by: Vec<String>,
        order: ClearOrder,
        /// The records' own urgency flag is a trigger, a transfer clears it.
        #[serde(default)]
        urgent_records: bool,
        without_trigger: WithoutTrigger,
    },
    /// A person judges; the machine lays out what helps.
    Person {
        assists: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pace: Option<Pace>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Any of these parts makes the group heard.
    pub any: Vec<String>,
    #[serde(default)]
    pub due: Due,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    #[default]
    Always,
    /// Not of a call that went on with somebody else.
    UnlessTransferred,
    /// Only when a sheet was opened or the call redirected: the next step must be told.
    SheetOrRedirect,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareMark {
    pub share: f64,
    pub mark: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountMark {
    pub at_most: usize,
    pub mark: f64,
}

/// Where in the representative's speech to look; all that is given must hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Begun within so many seconds of the representative's first word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_s: Option<u64>,
    /// Ended within so many seconds of the representative's last word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_s: Option<u64>,
    /// In the representative's first so many turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turns: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Side>,
}

/// Relative to the first substantive answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenAbsent {
    #[default]
    Mark,
    Abstain,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearOrder {
    BeforeTrigger,
    AfterTrigger,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithoutTrigger {
    Clear,
    NotApplicable,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    pub syllables_per_s_max: f64,
    pub monologue_max_s: u64,
}

impl Rule {
    /// Every part that the rule names: `greeting` of its own criterion, or `K12/disclosure` of another.
    pub fn parts(&self) -> Vec<&String> {
        match self {
            Rule::PartsPresent { groups, .. } => groups.iter().flat_map(|group| &group.any).collect(),
            Rule::Order { before, partly, event } => before.iter().chain(partly).chain(event).collect(),
            Rule::TalkOver { backchannel, .. } => backchannel.iter().collect(),
            Rule::Suspicion { suspect, courtesy, .. } => suspect.iter().chain(courtesy).collect(),
            Rule::Holds { permission, thanks, .. } => permission.iter().chain(thanks).collect(),
            Rule::Redirect { target, why } => target.iter().chain(why).collect(),
            Rule::Records { told, term, .. } => told.iter().chain(term).collect(),
            Rule::Gate { trigger, always, cleared_by, .. } => trigger.iter().chain(always).chain(cleared_by).collect(),
            Rule::Person { assists, .. } => assists.iter().collect(),
        }
    }

    /// The marks that the rule can give.
    pub fn marks(&self) -> Vec<f64> {
        match self {
            Rule::PartsPresent { marks, .. } | Rule::Holds { marks, .. } => marks.iter().map(|row| row.mark).collect(),
            Rule::TalkOver { marks, .. } => marks.iter().map(|row| row.mark).collect(),
            Rule::Suspicion { without_courtesy, .. } => vec![*without_courtesy],
            _ => vec![],
        }
    }
}
