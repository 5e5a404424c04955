//! Proposals to raise the quality of services (ST 6.7.5): to whom, on what ground, what was decided, and what came of it.
//! Nobody decides a proposal of their own.
//!
//! drafted → sent → accepted → effect noted
//!               └→ refused

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{Remark, due_on, line, words};
use crate::rights::{Right, named};
use crate::store::{Kept, Record};
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

const MOST_GROUNDS: usize = 20;

named! {
    State: "state" {
        Drafted = "drafted",
        Sent = "sent",
        Accepted = "accepted",
        Refused = "refused",
        EffectNoted = "effect_noted",
    }
}

/// What is proposed; it can be changed until it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub title: String,
    pub text: String,
    /// Free references: codes of figures, addresses of pages, ids of assessments.
    #[serde(default)]
    pub based_on: Vec<String>,
    pub addressee: String,
    pub due_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub proposal_id: String,
    #[serde(flatten)]
    pub wording: Wording,
    pub due_at: DateTime<Utc>,
    pub made_by: String,
    /// Whoever changed the wording since.
    #[serde(default)]
    pub reworded_by: Vec<String>,
    pub state: State,
    #[serde(default)]
    pub sent_by: Option<String>,
    #[serde(default)]
    pub sent_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub decision: Option<Remark>,
    #[serde(default)]
    pub effect: Option<Remark>,
}

impl Kept for Proposal {
    const KIND: &'static str = "proposal";
    fn id(&self) -> &str {
        &self.proposal_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}

impl Told for Proposal {
    fn title(&self) -> Option<&str> {
        Some(&self.wording.title)
    }
    fn outcome(&self) -> Option<&str> {
        match self.state {
            State::Accepted | State::EffectNoted => Some(State::Accepted.name()),
            State::Refused => Some(State::Refused.name()),
            State::Drafted | State::Sent => None,
        }
    }
}

impl Wording {
    fn checked(self) -> Result<Wording> {
        let grounds: Vec<String> =
            self.based_on.iter().map(|one| one.trim()).filter(|one| !one.is_empty()).map(str::to_owned).collect();
        if grounds.is_empty() || grounds.len() > MOST_GROUNDS {
            let remedy = format!("name 1 to {MOST_GROUNDS} figures, assessments or pages, one a line");
            return Err(WorkError::invalid("based_on", grounds.len().to_string(), "grounds cannot be kept", remedy));
        }
        for ground in &grounds {
            line("based_on", ground)?;
        }
        Ok(Wording {
            title: line("title", &self.title)?,
            text: words("text", &self.text)?,
            based_on: grounds,
            addressee: line("addressee", &self.addressee)?,
            due_on: self.due_on,
        })
    }
}

impl Proposal {
    fn must_be(&self, state: State, remedy: &'static str) -> Result<()> {
        if self.state == state {
            return Ok(());
        }
        Err(WorkError::State { what: "the proposal", state: self.state.name().to_owned(), remedy })
    }

    /// Whether somebody has still to send it or to decide it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Drafted | State::Sent)
    }

    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.is_open() && self.due_at <= now
    }

    pub fn reword(&mut self, by: &str, wording: Wording, due_at: DateTime<Utc>) -> Result<()> {
        self.must_be(State::Drafted, "what was sent stays as it was")?;
        (self.wording, self.due_at) = (wording.checked()?, due_at);
        if !self.is_of(by) {
            self.reworded_by.push(by.to_owned());
        }
        Ok(())
    }

    pub fn send(&mut self, by: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(State::Drafted, "it was sent before")?;
        (self.sent_by, self.sent_at) = (Some(by.to_owned()), Some(at));
        self.state = State::Sent;
        Ok(())
    }

    /// Whether this person had a hand in it.
    pub fn is_of(&self, person_id: &str) -> bool {
        self.made_by == person_id
            || self.sent_by.as_deref() == Some(person_id)
            || self.reworded_by.iter().any(|one| one == person_id)
    }

    pub fn decide(&mut self, by: &str, accepted: bool, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(State::Sent, "only what was sent, and not decided before, can be decided")?;
        if self.is_of(by) {
            return Err(WorkError::Refused("deciding a proposal of one's own"));
        }
        let text = words("decision_text", text)?;
        self.decision = Some(Remark { by: by.to_owned(), at, text });
        self.state = if accepted { State::Accepted } else { State::Refused };
        Ok(())
    }

    pub fn note_effect(&mut self, by: &str, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(State::Accepted, "only what was accepted has an effect, noted once")?;
        let text = words("effect", text)?;
        self.effect = Some(Remark { by: by.to_owned(), at, text });
        self.state = State::EffectNoted;
        Ok(())
    }
}

impl Desk {
    pub async fn propose(&self, person: &Person, wording: Wording, at: DateTime<Utc>) -> Result<Record<Proposal>> {
        self.must(person, Right::Improve)?;
        let wording = wording.checked()?;
        let proposal = Proposal {
            proposal_id: uuid::Uuid::now_v7().to_string(),
            due_at: due_on(self, wording.due_on, at)?,
            wording,
            made_by: person.person_id.clone(),
            reworded_by: Vec::new(),
            state: State::Drafted,
            sent_by: None,
            sent_at: None,
            decision: None,
            effect: None,
        };
        self.make(person, &proposal, "draft", at).await
    }

    pub async fn reword_proposal(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        wording: Wording,
        at: DateTime<Utc>,
    ) -> Result<Record<Proposal>> {
        self.must(person, Right::Improve)?;
        let mut record = self.seen::<Proposal>(id, seen).await?;
        let due_at = due_on(self, wording.due_on, at)?;
        record.reword(&person.person_id, wording, due_at)?;
        self.step(person, record, "reword", at).await
    }

    pub async fn send_proposal(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Proposal>> {
        self.must(person, Right::Improve)?;
        let mut record = self.seen::<Proposal>(id, seen).await?;
        record.send(&person.person_id, at)?;
        self.step(person, record, "send", at).await
    }

    pub async fn decide_proposal(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        accepted: bool,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Proposal>> {
        self.must(person, Right::ProposalsDecide)?;
        let mut record = self.seen::<Proposal>(id, seen).await?;
        record.decide(&person.person_id, accepted, text, at)?;
        self.step(person, record, if accepted { "accept" } else { "refuse" }, at).await
    }

    pub async fn note_effect(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Proposal>> {
        self.must(person, Right::Improve)?;
        let mut record = self.seen::<Proposal>(id, seen).await?;
        record.note_effect(&person.person_id, text, at)?;
        self.step(person, record, "note_effect", at).await
    }
}
