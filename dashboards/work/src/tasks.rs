//! Orders of management, carried out in time and in the right form (ST 6.7.9): who gave one, what is asked for and as what, by when, who
//! answers for it, what was handed over, and whether it was taken. Nobody takes over what they handed over themselves.
//!
//! given → handed over → taken
//!   ↑        └→ given back (with what is missing)
//!   └→ withdrawn

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::{Remark, due_on, line, words};
use crate::rights::{Right, named};
use crate::store::{Kept, Record};
use crate::told::Told;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    State: "state" {
        Given = "given",
        HandedOver = "handed_over",
        GivenBack = "given_back",
        Taken = "taken",
        Withdrawn = "withdrawn",
    }
}

/// What is ordered; it can be changed until it is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub title: String,
    pub text: String,
    /// Whoever of the management gave the order, with its number and day where it has them.
    pub ordered_by: String,
    /// The form that the result must have: a memo, a table, slides.
    pub form: String,
    pub responsible: String,
    pub due_on: NaiveDate,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub task_id: String,
    #[serde(flatten)]
    pub wording: Wording,
    pub due_at: DateTime<Utc>,
    pub made_by: String,
    pub state: State,
    /// What was handed over, each time.
    #[serde(default)]
    pub handed_over: Vec<Remark>,
    /// What was missing, each time that it was given back.
    #[serde(default)]
    pub given_back: Vec<Remark>,
    /// That it was taken, or why it was withdrawn.
    #[serde(default)]
    pub closed: Option<Remark>,
}

impl Kept for Task {
    const KIND: &'static str = "task";
    fn id(&self) -> &str {
        &self.task_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.wording.responsible)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}

impl Told for Task {
    fn title(&self) -> Option<&str> {
        Some(&self.wording.title)
    }
    /// Whether what was taken in the end was handed over in time.
    fn outcome(&self) -> Option<&str> {
        let last = self.handed_over.last().filter(|_| self.state == State::Taken)?;
        Some(if last.at < self.due_at { "in_time" } else { "late" })
    }
}

impl Wording {
    fn checked(self) -> Result<Wording> {
        Ok(Wording {
            title: line("title", &self.title)?,
            text: words("text", &self.text)?,
            ordered_by: line("ordered_by", &self.ordered_by)?,
            form: line("form", &self.form)?,
            ..self
        })
    }
}

impl Task {
    fn must_be(&self, states: &[State], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the task", state: self.state.name().to_owned(), remedy })
    }

    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Given | State::GivenBack | State::HandedOver)
    }

    /// Whoever has to hand it over is late; what waits to be taken is not.
    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, State::Given | State::GivenBack) && self.due_at <= now
    }

    fn reword(&mut self, wording: Wording, due_at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Given, State::GivenBack], "what was handed over or closed stays as it was")?;
        (self.wording, self.due_at) = (wording, due_at);
        Ok(())
    }

    fn hand_over(&mut self, by: &str, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Given, State::GivenBack], "it was handed over or closed before")?;
        if self.wording.responsible != by {
            return Err(WorkError::Refused("handing over somebody else's task"));
        }
        self.handed_over.push(Remark { by: by.to_owned(), at, text: words("result", text)? });
        self.state = State::HandedOver;
        Ok(())
    }

    /// Taken, or given back with what is missing.
    fn judge(&mut self, by: &str, taken: bool, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::HandedOver], "only what was handed over can be taken or given back")?;
        if self.handed_over.last().is_some_and(|last| last.by == by) {
            return Err(WorkError::Refused("taking over a task of one's own"));
        }
        let remark = Remark { by: by.to_owned(), at, text: words("judgement", text)? };
        if taken {
            (self.state, self.closed) = (State::Taken, Some(remark));
        } else {
            self.state = State::GivenBack;
            self.given_back.push(remark);
        }
        Ok(())
    }

    fn withdraw(&mut self, by: &str, text: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Given, State::GivenBack, State::HandedOver], "it was closed before")?;
        self.closed = Some(Remark { by: by.to_owned(), at, text: words("why", text)? });
        self.state = State::Withdrawn;
        Ok(())
    }
}

impl Desk {
    /// The wording as it may be kept: whoever answers for it can open it.
    async fn task_wording(&self, wording: Wording, at: DateTime<Utc>) -> Result<Wording> {
        let wording = wording.checked()?;
        if self.able(Right::Tasks, at).await?.iter().any(|one| one.person_id == wording.responsible) {
            return Ok(wording);
        }
        let remedy = "choose somebody of the list";
        Err(WorkError::invalid("responsible", wording.responsible, "cannot answer for a task", remedy))
    }

    pub async fn give_task(&self, person: &Person, wording: Wording, at: DateTime<Utc>) -> Result<Record<Task>> {
        self.must(person, Right::TasksGive)?;
        let wording = self.task_wording(wording, at).await?;
        let task = Task {
            task_id: uuid::Uuid::now_v7().to_string(),
            due_at: due_on(self, wording.due_on, at)?,
            wording,
            made_by: person.person_id.clone(),
            state: State::Given,
            handed_over: Vec::new(),
            given_back: Vec::new(),
            closed: None,
        };
        self.make(person, &task, "give", at).await
    }

    pub async fn reword_task(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        wording: Wording,
        at: DateTime<Utc>,
    ) -> Result<Record<Task>> {
        self.must(person, Right::TasksGive)?;
        let wording = self.task_wording(wording, at).await?;
        let mut record = self.seen::<Task>(id, seen).await?;
        // A day that has gone by stays as it is; another one must be to come.
        let due_at =
            if wording.due_on == record.wording.due_on { record.due_at } else { due_on(self, wording.due_on, at)? };
        record.reword(wording, due_at)?;
        self.step(person, record, "reword", at).await
    }

    pub async fn hand_over_task(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Task>> {
        self.must(person, Right::Tasks)?;
        let mut record = self.seen::<Task>(id, seen).await?;
        record.hand_over(&person.person_id, text, at)?;
        self.step(person, record, "hand_over", at).await
    }

    pub async fn judge_task(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        taken: bool,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Task>> {
        self.must(person, Right::TasksGive)?;
        let mut record = self.seen::<Task>(id, seen).await?;
        record.judge(&person.person_id, taken, text, at)?;
        self.step(person, record, if taken { "take" } else { "give_back" }, at).await
    }

    pub async fn withdraw_task(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Task>> {
        self.must(person, Right::TasksGive)?;
        let mut record = self.seen::<Task>(id, seen).await?;
        record.withdraw(&person.person_id, text, at)?;
        self.step(person, record, "withdraw", at).await
    }

    /// One's own tasks; of those who give them, all.
    pub async fn tasks(&self, person: &Person) -> Result<Vec<Record<Task>>> {
        self.must(person, Right::Tasks)?;
        let all: Vec<Record<Task>> = self.store.list(&crate::store::Filter::default()).await?;
        let gives = self.may(person, Right::TasksGive);
        Ok(all.into_iter().filter(|task| gives || task.wording.responsible == person.person_id).collect())
    }

    /// One that the person may see; another is not found.
    pub async fn task(&self, person: &Person, id: &str) -> Result<Record<Task>> {
        self.must(person, Right::Tasks)?;
        let record = self.store.get::<Task>(id).await?;
        if self.may(person, Right::TasksGive) || record.wording.responsible == person.person_id {
            return Ok(record);
        }
        Err(WorkError::NotFound { what: Task::KIND, id: id.to_owned() })
    }
}
