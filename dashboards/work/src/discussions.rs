//! Discussions of results with a representative (ST 6.7.1, 6.8.1): what each side said, and what came of it in the representative's own
//! words. Nobody but the representative confirms it.
//!
//! held → confirmed | objected → closed

use crate::assessment::Assessment;
use crate::desk::{Desk, not_own};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{Recommendation, Remark, fitting, is_about_somebody, words};
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record};
use crate::terms;
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    State: "state" {
        /// The meeting was held; the representative has yet to confirm its record.
        Held = "held",
        Confirmed = "confirmed",
        Objected = "objected",
        Closed = "closed",
    }
}

named! {
    /// Whether the representative agreed: at the meeting, and then with its record.
    Outcome: "outcome" {
        Agreed = "agreed",
        Objected = "objected",
    }
}

/// What the representative said of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
    #[serde(default)]
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discussion {
    pub discussion_id: String,
    pub representative: String,
    pub held_on: NaiveDate,
    /// Ids of what was discussed.
    #[serde(default)]
    pub assessments: Vec<String>,
    #[serde(default)]
    pub recommendations: Vec<String>,
    /// Persons' ids, beside the representative.
    pub attended: Vec<String>,
    pub said_by_sector: String,
    pub said_by_representative: String,
    pub outcome: Outcome,
    pub made_by: String,
    pub state: State,
    #[serde(default)]
    pub answer: Option<Answer>,
    #[serde(default)]
    pub closed: Option<Remark>,
}

impl Kept for Discussion {
    const KIND: &'static str = "discussion";
    fn id(&self) -> &str {
        &self.discussion_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn about(&self) -> Option<&str> {
        Some(&self.representative)
    }
}

impl Told for Discussion {
    /// The representative's last word, where there is one.
    fn outcome(&self) -> Option<&str> {
        Some(self.answer.as_ref().map_or(self.outcome, |answer| answer.outcome).name())
    }
}

impl Discussion {
    fn must_be(&self, states: &[State], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the discussion", state: self.state.name().to_owned(), remedy })
    }

    pub fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    /// The representative's word, once.
    pub fn answer(&mut self, outcome: Outcome, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Held], "it was answered before")?;
        let text = match outcome {
            Outcome::Agreed => fitting("answer", text)?,
            Outcome::Objected => words("answer", text)?,
        };
        self.answer = Some(Answer { at, outcome, text });
        self.state = match outcome {
            Outcome::Agreed => State::Confirmed,
            Outcome::Objected => State::Objected,
        };
        Ok(())
    }

    /// An objection is not closed without a word on it.
    pub fn close(&mut self, by: &str, note: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(
            &[State::Confirmed, State::Objected],
            "the representative has to answer first, and it is closed once",
        )?;
        let text = if self.state == State::Objected { words("note", note)? } else { fitting("note", note)? };
        self.closed = Some(Remark { by: by.to_owned(), at, text });
        self.state = State::Closed;
        Ok(())
    }
}

/// What a record of a meeting is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub representative: String,
    pub held_on: NaiveDate,
    pub assessments: Vec<String>,
    pub recommendations: Vec<String>,
    pub attended: Vec<String>,
    pub said_by_sector: String,
    pub said_by_representative: String,
    pub outcome: Outcome,
}

impl Desk {
    /// Whether a representative is known here: by an account, or by what was published.
    async fn is_known(&self, representative: &str) -> Result<bool> {
        if self.store.person_of_representative(representative).await?.is_some() {
            return Ok(true);
        }
        Ok(self.store.count::<Assessment>(&Filter { about: Some(representative), ..Filter::default() }).await? > 0)
    }

    pub async fn hold_discussion(&self, person: &Person, new: New, at: DateTime<Utc>) -> Result<Record<Discussion>> {
        self.must(person, Right::Improve)?;
        not_own(person, Some(&new.representative))?;
        if !self.is_known(&new.representative).await? {
            let remedy = "choose one who has an account or results";
            return Err(WorkError::invalid("representative", new.representative, "is known to nobody here", remedy));
        }
        if new.held_on > terms::day(at) {
            let day = new.held_on.to_string();
            return Err(WorkError::invalid("held_on", day, "is still to come", "write of a meeting that was held"));
        }
        for id in &new.assessments {
            let found = self.store.find::<Assessment>(id).await?;
            let about = found.filter(|one| is_about_somebody(one)).and_then(|one| one.representative.clone());
            if about.as_ref() != Some(&new.representative) {
                let problem = "is no published assessment of that representative";
                return Err(WorkError::invalid("assessments", id, problem, "choose from the list"));
            }
        }
        for id in &new.recommendations {
            let found = self.store.find::<Recommendation>(id).await?;
            if found.is_none_or(|one| one.representative != new.representative) {
                let problem = "is no recommendation to that representative";
                return Err(WorkError::invalid("recommendations", id, problem, "choose from the list"));
            }
        }
        if new.assessments.is_empty() && new.recommendations.is_empty() {
            let remedy = "choose an assessment or a recommendation";
            return Err(WorkError::invalid("assessments", "", "names nothing that was discussed", remedy));
        }
        let people = self.store.people().await?;
        if new.attended.is_empty() || new.attended.iter().any(|id| people.iter().all(|one| one.person_id != *id)) {
            let attended = new.attended.join(", ");
            return Err(WorkError::invalid("attended", attended, "names nobody who was there", "choose from the list"));
        }
        let discussion = Discussion {
            discussion_id: uuid::Uuid::now_v7().to_string(),
            representative: new.representative,
            held_on: new.held_on,
            assessments: new.assessments,
            recommendations: new.recommendations,
            attended: new.attended,
            said_by_sector: words("said_by_sector", &new.said_by_sector)?,
            said_by_representative: words("said_by_representative", &new.said_by_representative)?,
            outcome: new.outcome,
            made_by: person.person_id.clone(),
            state: State::Held,
            answer: None,
            closed: None,
        };
        self.make(person, &discussion, "hold", at).await
    }

    pub async fn own_discussions(&self, person: &Person) -> Result<Vec<Record<Discussion>>> {
        self.must(person, Right::OwnResults)?;
        match person.representative.as_deref() {
            Some(own) => self.store.list(&Filter { about: Some(own), ..Filter::default() }).await,
            None => Ok(Vec::new()),
        }
    }

    /// The representative's own word; somebody else's record looks as if it did not exist.
    pub async fn answer_discussion(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        outcome: Outcome,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Discussion>> {
        self.must(person, Right::OwnResults)?;
        let found = self.store.find::<Discussion>(id).await?;
        if found.is_none_or(|one| person.representative.as_ref() != Some(&one.representative)) {
            return Err(WorkError::NotFound { what: "discussion", id: id.to_owned() });
        }
        let mut record = self.seen::<Discussion>(id, seen).await?;
        record.answer(outcome, text, at)?;
        let action = match outcome {
            Outcome::Agreed => "confirm",
            Outcome::Objected => "object",
        };
        self.step(person, record, action, at).await
    }

    pub async fn close_discussion(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        note: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Discussion>> {
        self.must(person, Right::Improve)?;
        let mut record = self.seen::<Discussion>(id, seen).await?;
        not_own(person, Some(&record.representative))?;
        record.close(&person.person_id, note, at)?;
        self.step(person, record, "close", at).await
    }
}
