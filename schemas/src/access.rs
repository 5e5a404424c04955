//! `qa.access/v1`: who looked at what, changed what, was refused what. Entries of a log are numbered without gaps, and each carries a hash over the
//! one before it: one that was altered or taken out shows. An entry is never told otherwise.

use crate::{Envelope, Subject, envelope::derived_id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    pub access_id: String,
    pub at: DateTime<Utc>,
    /// Its place in the log, from 1.
    pub number: u64,
    /// A person's id, never a name; `system` is the program itself.
    pub person: String,
    /// What the person was at that moment.
    pub role: String,
    pub action: Action,
    pub object_kind: ObjectKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What [`Access::chained`] says.
    pub chain: String,
}

impl Access {
    /// An entry is known by its log and its number there.
    pub fn id_of(log: &str, number: u64) -> String {
        derived_id(&["access", log, &number.to_string()])
    }

    /// What it is told in: once, and never again otherwise.
    pub fn envelope(&self, source: &str) -> Envelope {
        Envelope::new(Subject::Access, source, &self.access_id, self.at)
    }

    /// The hash over the entry before and this one; nothing stands before the first. Lengths stand before the texts, so that no two entries
    /// look alike.
    pub fn chained(&self, before: &str) -> String {
        let mut hash = Sha256::new();
        let mut part = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        part(before);
        part(&self.number.to_string());
        part(&self.at.timestamp_micros().to_string());
        part(&self.person);
        part(&self.role);
        part(self.action.name());
        part(self.object_kind.name());
        part(self.object_id.as_deref().unwrap_or(ABSENT));
        part(self.detail.as_deref().unwrap_or(ABSENT));
        hex::encode(hash.finalize())
    }
}

/// No text of the contract's that may be absent is this.
const ABSENT: &str = "\u{0}";

/// Writes an enum whose names are those of the contract.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name { $($(#[$item_doc])* #[serde(rename = $text)] $item,)* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$item,)*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$item => $text,)* }
            }
        }
    };
}

named! {
    /// What was done.
    Action {
        Login = "login",
        LoginRefused = "login_refused",
        Logout = "logout",
        Read = "read",
        /// Sound was listened to.
        Play = "play",
        Export = "export",
        /// SQL of one's own.
        Query = "query",
        Change = "change",
        /// There was no right to it.
        Refused = "refused",
    }
}

named! {
    /// With what.
    ObjectKind {
        Call = "call",
        Audio = "audio",
        Transcript = "transcript",
        Assessment = "assessment",
        Figure = "figure",
        Rows = "rows",
        Sql = "sql",
        Account = "account",
        Form = "form",
        Plan = "plan",
        Page = "page",
        Session = "session",
        Recommendation = "recommendation",
        Discussion = "discussion",
        Proposal = "proposal",
        TrainingNeed = "training_need",
        Training = "training",
        Answer = "answer",
        Complaint = "complaint",
        Calibration = "calibration",
        Card = "card",
        Survey = "survey",
        SurveyDraw = "survey_draw",
        SurveyParticipation = "survey_participation",
        FormDraft = "form_draft",
        Correction = "correction",
        Task = "task",
        Study = "study",
        StandIn = "stand_in",
        Employment = "employment",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry() -> Access {
        Access {
            access_id: Access::id_of("meyar/work", 2),
            at: "2026-01-14T09:30:00.000001+04:00".parse().unwrap(),
            number: 2,
            person: "p-7c1e".into(),
            role: "assessor".into(),
            action: Action::Play,
            object_kind: ObjectKind::Audio,
            object_id: Some("c-1".into()),
            detail: None,
            chain: String::new(),
        }
    }

    #[test]
    fn names_are_those_that_are_written() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
        }
        for kind in ObjectKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    /// Computed by Python's hashlib from the words of the contract.
    #[test]
    fn the_chain_is_what_the_contract_says() {
        assert_eq!(entry().chained(""), "dc9e9ae37303955fc86198d44166233c2b90230f5a4802d39bef557ec62b2f37");
        assert_eq!(entry().chained("ab"), "18ceee087231daa70a7d1d6a4ff13b7467aac41166e878f05f52f447fd60838c");
    }

    #[test]
    fn whatever_is_altered_shows() {
        let told = entry().chained("ab");
        let altered: [&dyn Fn(&mut Access); 7] = [
            &|e| e.at += chrono::Duration::microseconds(1),
            &|e| e.number += 1,
            &|e| e.person.push('x'),
            &|e| e.role = "lead".into(),
            &|e| e.action = Action::Read,
            &|e| e.object_id = None,
            &|e| e.detail = Some("x".into()),
        ];
        for alter in altered {
            let mut entry = entry();
            alter(&mut entry);
            assert_ne!(entry.chained("ab"), told);
        }
        // What moves from one text to the next is another entry.
        let mut moved = entry();
        (moved.person, moved.role) = ("p-7c1".into(), "eassessor".into());
        assert_ne!(moved.chained("ab"), told);
        assert_ne!(entry().chained("a"), told);
    }
}
