//! What the sector works out in writing beside judging calls: opinions on draft acts, drafts of its own, analyses of legislation, notes on
//! the practice of others, and on what makes the centre efficient (ST 3.0.4, 3.0.7, 4.0.5, 4.0.6, 6.7.4, 6.7.12, 6.8.2, 6.8.9).
//!
//! drafted → finished → withdrawn. What is finished can be written anew: the next version, and the old ones stay.

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{due_on, line, words};
use crate::rights::{Right, named};
use crate::store::{Kept, Record};
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    State: "state" {
        Drafted = "drafted",
        Finished = "finished",
        Withdrawn = "withdrawn",
    }
}

named! {
    Nature: "nature" {
        /// On a draft act that somebody sent.
        Opinion = "opinion",
        /// A legal act that the centre proposes itself.
        DraftAct = "draft_act",
        /// Of legislation.
        Analysis = "analysis",
        /// How others do it, at home and abroad; what research found.
        Practice = "practice",
        /// What makes the work quicker or better.
        Efficiency = "efficiency",
    }
}

const LONGEST_LINK: usize = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub nature: Nature,
    pub title: String,
    pub text: String,
    /// The act, the letter or the publication that it is about.
    pub source: String,
    /// Where that can be read.
    #[serde(default)]
    pub link: String,
    /// The day for which it was asked, where somebody asked.
    #[serde(default)]
    pub due_on: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    pub study_id: String,
    #[serde(flatten)]
    pub wording: Wording,
    #[serde(default)]
    pub due_at: Option<DateTime<Utc>>,
    pub made_by: String,
    pub state: State,
    #[serde(default)]
    pub finished_at: Option<DateTime<Utc>>,
}

impl Kept for Study {
    const KIND: &'static str = "study";
    fn id(&self) -> &str {
        &self.study_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        self.due_at
    }
}

impl Told for Study {
    fn title(&self) -> Option<&str> {
        Some(&self.wording.title)
    }
    fn outcome(&self) -> Option<&str> {
        Some(self.wording.nature.name())
    }
}

impl Wording {
    fn checked(self) -> Result<Wording> {
        let link = self.link.trim().to_owned();
        // A page makes a link of it: nothing else may be one.
        let address = link.starts_with("https://") && link.len() <= LONGEST_LINK && !link.contains(char::is_whitespace);
        if !link.is_empty() && !address {
            return Err(WorkError::invalid("link", link, "is no address", "write https://… or leave it out"));
        }
        Ok(Wording {
            title: line("title", &self.title)?,
            text: words("text", &self.text)?,
            source: line("source", &self.source)?,
            link,
            ..self
        })
    }
}

impl Study {
    pub fn is_open(&self) -> bool {
        self.state == State::Drafted
    }

    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.is_open() && self.due_at.is_some_and(|due| due <= now)
    }

    fn must_be(&self, states: &[State], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the study", state: self.state.name().to_owned(), remedy })
    }
}

impl Desk {
    pub async fn write_study(&self, person: &Person, wording: Wording, at: DateTime<Utc>) -> Result<Record<Study>> {
        self.must(person, Right::Studies)?;
        let wording = wording.checked()?;
        let study = Study {
            study_id: uuid::Uuid::now_v7().to_string(),
            due_at: wording.due_on.map(|day| due_on(self, day, at)).transpose()?,
            wording,
            made_by: person.person_id.clone(),
            state: State::Drafted,
            finished_at: None,
        };
        self.make(person, &study, "write", at).await
    }

    pub async fn rewrite_study(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        wording: Wording,
        at: DateTime<Utc>,
    ) -> Result<Record<Study>> {
        self.must(person, Right::Studies)?;
        let wording = wording.checked()?;
        let mut record = self.seen::<Study>(id, seen).await?;
        record.must_be(&[State::Drafted, State::Finished], "what was withdrawn stays as it was")?;
        // A day that has gone by stays as it is; another one must be to come.
        if wording.due_on != record.wording.due_on {
            record.due_at = wording.due_on.map(|day| due_on(self, day, at)).transpose()?;
        }
        record.wording = wording;
        self.step(person, record, "rewrite", at).await
    }

    pub async fn finish_study(&self, person: &Person, id: &str, seen: i64, at: DateTime<Utc>) -> Result<Record<Study>> {
        self.must(person, Right::Studies)?;
        let mut record = self.seen::<Study>(id, seen).await?;
        record.must_be(&[State::Drafted], "it was finished or withdrawn before")?;
        (record.state, record.finished_at) = (State::Finished, Some(at));
        self.step(person, record, "finish", at).await
    }

    pub async fn withdraw_study(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Study>> {
        self.must(person, Right::Studies)?;
        let mut record = self.seen::<Study>(id, seen).await?;
        record.must_be(&[State::Drafted, State::Finished], "it was withdrawn before")?;
        record.state = State::Withdrawn;
        self.step(person, record, "withdraw", at).await
    }
}
