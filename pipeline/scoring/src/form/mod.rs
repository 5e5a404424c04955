//! The call evaluation form as it is written down. A form is data: this file says what may stand in it.

mod rule;

pub use rule::*;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    pub form: Head,
    #[serde(default)]
    pub bands: Vec<Band>,
    pub answer: Answer,
    #[serde(default)]
    pub snippets: BTreeMap<String, String>,
    #[serde(rename = "criterion")]
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub id: String,
    pub version: String,
    pub language: Language,
    pub status: Status,
    /// Calls of this day and later are judged by this version, until a later one begins.
    pub valid_from: NaiveDate,
    pub clause: String,
    pub name_az: String,
    pub name_en: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    Az,
    En,
}

impl Language {
    pub const fn code(self) -> &'static str {
        match self {
            Language::Az => "az",
            Language::En => "en",
        }
    }

    /// Of a BCP 47 tag: `az`, `az-Latn-AZ`.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "az" => Some(Language::Az),
            "en" => Some(Language::En),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Layihə: not yet approved by the Head of the Call Centre (ST 5.7.4).
    Draft,
    Approved,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub name_az: String,
    pub name_en: String,
    /// The lowest score of the band.
    pub min: f64,
}

/// How the first substantive answer is recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// A segment of the representative, after the caller has spoken, with at least so many words …
    pub min_words: usize,
    /// … or showing one of these parts (`K05/legal_reference`) …
    #[serde(default)]
    pub shown_by: Vec<String>,
    /// … and none of these.
    #[serde(default)]
    pub except: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub code: String,
    pub name_az: String,
    pub name_en: String,
    pub weight: f64,
    pub scale: Vec<f64>,
    pub severity: Severity,
    pub judged_by: JudgedBy,
    /// A confirmed error here fails the whole call.
    #[serde(default)]
    pub gate: bool,
    /// The clause of the statute or rules that it rests on.
    pub clause: String,
    pub how_az: String,
    pub how_en: String,
    #[serde(default)]
    pub not_applicable: Vec<Condition>,
    /// Its phrases are said by representatives only, so hearing them on a one-channel recording is evidence enough.
    #[serde(default)]
    pub one_channel: bool,
    pub rule: Rule,
    #[serde(default, rename = "part")]
    pub parts: Vec<Part>,
}

impl Criterion {
    /// Whether the form names a case in which it does not apply, in its conditions or by its rule. Where it names none, whoever judges gives a
    /// mark: otherwise "does not apply" would be a way around any criterion, and around a gate without a trace in the score.
    pub fn may_not_apply(&self) -> bool {
        let by_rule = match &self.rule {
            // No personal data, no hold, no redirect, no sheet due.
            Rule::Order { .. } | Rule::Holds { .. } | Rule::Redirect { .. } | Rule::Records { .. } => true,
            Rule::Gate { without_trigger, .. } => *without_trigger == WithoutTrigger::NotApplicable,
            Rule::PartsPresent { .. } | Rule::TalkOver { .. } | Rule::Suspicion { .. } | Rule::Person { .. } => false,
        };
        by_rule || !self.not_applicable.is_empty()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    NonCritical,
    CustomerCritical,
    ProcessCritical,
    ComplianceCritical,
}

impl Severity {
    pub const fn is_critical(self) -> bool {
        !matches!(self, Severity::NonCritical)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Severity::NonCritical => "non_critical",
            Severity::CustomerCritical => "customer_critical",
            Severity::ProcessCritical => "process_critical",
            Severity::ComplianceCritical => "compliance_critical",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgedBy {
    Auto,
    AutoAndPerson,
    Person,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The call fell before the representative could speak.
    DroppedBeforeSpeech,
    /// The caller spoke too little to be listened to (10 s in all).
    CallerSpokeLittle,
    /// By the records every appeal of the call was redirected: no answer was due.
    NoAnswerDue,
    /// The caller hung up before the representative could close.
    CallerCutOff,
}

/// Phrases that show one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub code: String,
    pub name_az: String,
    pub name_en: String,
    pub party: Speaker,
    pub patterns: Vec<String>,
    /// A segment that shows one of these does not show the part.
    #[serde(default)]
    pub except: Vec<String>,
    /// It counts against the representative.
    #[serde(default)]
    pub negative: bool,
    /// Never match it with letters made ASCII: other words would become it.
    #[serde(default)]
    pub exact: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Representative,
    Caller,
}
