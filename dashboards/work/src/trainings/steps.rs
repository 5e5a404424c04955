//! Who does what of trainings: the steps, each one commit of the training and of the needs that it answers.

use super::{Attendance, Need, NewNeed, NewTraining, Training};
use crate::access::{Actor, Entry};
use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Filter, Kept, Record, Tx};
use crate::terms;
use crate::told::{self, Told};
use chrono::{DateTime, Utc};

/// What a step needs to write itself down.
#[derive(Clone, Copy)]
struct By<'a> {
    person: &'a Person,
    action: &'a str,
    at: DateTime<Utc>,
}

impl By<'_> {
    async fn save<T: Told>(self, tx: &mut Tx, record: &mut Record<T>) -> Result<()> {
        tx.save(record, &self.person.person_id, self.action, self.at).await?;
        tx.log(&Actor::from(self.person), &Entry::change(T::KIND, record.id(), self.action), self.at).await?;
        told::record(tx, record, self.person, self.action, self.at).await
    }
}

impl Desk {
    pub async fn note_need(&self, person: &Person, new: NewNeed, at: DateTime<Utc>) -> Result<Record<Need>> {
        self.must(person, Right::Improve)?;
        self.known_criterion(new.criterion.as_deref())?;
        let id = uuid::Uuid::now_v7().to_string();
        let need = Need::open(id, new, &person.person_id, terms::day(at))?;
        self.make(person, &need, "open", at).await
    }

    pub async fn drop_need(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Need>> {
        self.must(person, Right::Improve)?;
        let mut need = self.seen::<Need>(id, seen).await?;
        need.content.drop(reason)?;
        self.step(person, need, "drop", at).await
    }

    /// A criterion of any version of a form that there is.
    pub(crate) fn known_criterion(&self, code: Option<&str>) -> Result<()> {
        match code {
            Some(code) if !self.forms.iter().any(|form| form.criterion(code).is_some()) => {
                Err(WorkError::invalid("criterion", code, "is none of any form's", "choose one from the list"))
            }
            _ => Ok(()),
        }
    }

    pub async fn plan_training(
        &self,
        person: &Person,
        new: NewTraining,
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let training = Training::plan(uuid::Uuid::now_v7().to_string(), new, &person.person_id)?;
        let by = By { person, action: "plan", at };
        let mut needs = Vec::new();
        for id in &training.needs {
            let mut need = self.store.get::<Need>(id).await?;
            need.content.plan(&training.training_id)?;
            needs.push(need);
        }
        let mut tx = self.store.begin().await?;
        let record = tx.insert(&training, &person.person_id, "plan", at).await?;
        tx.log(&Actor::from(person), &Entry::change(Training::KIND, record.id(), "plan"), at).await?;
        told::record(&mut tx, &record, person, "plan", at).await?;
        for need in &mut needs {
            by.save(&mut tx, need).await?;
        }
        tx.commit().await?;
        Ok(record)
    }

    /// Another time, place, trainer, participants, or other needs: what it leaves is open again.
    pub async fn change_training(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        new: NewTraining,
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let mut training = self.seen::<Training>(id, seen).await?;
        let before = training.needs.clone();
        training.content.change(new)?;
        let by = By { person, action: "change", at };
        let mut needs = Vec::new();
        for need_id in before.iter().filter(|need| !training.needs.contains(need)) {
            let mut need = self.store.get::<Need>(need_id).await?;
            need.content.release()?;
            needs.push(need);
        }
        for need_id in training.needs.iter().filter(|need| !before.contains(need)) {
            let mut need = self.store.get::<Need>(need_id).await?;
            need.content.plan(id)?;
            needs.push(need);
        }
        self.with_needs(by, training, needs).await
    }

    async fn with_needs(
        &self,
        by: By<'_>,
        mut training: Record<Training>,
        mut needs: Vec<Record<Need>>,
    ) -> Result<Record<Training>> {
        let mut tx = self.store.begin().await?;
        by.save(&mut tx, &mut training).await?;
        for need in &mut needs {
            by.save(&mut tx, need).await?;
        }
        tx.commit().await?;
        Ok(training)
    }

    pub async fn hold_training(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        attendance: &[(String, Attendance, String)],
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let mut training = self.seen::<Training>(id, seen).await?;
        training.content.hold(attendance, at)?;
        self.step(person, training, "hold", at).await
    }

    pub async fn test_training(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        scores: &[(String, f64)],
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let mut training = self.seen::<Training>(id, seen).await?;
        training.content.test(scores)?;
        self.step(person, training, "test", at).await
    }

    /// Closes it: the needs that are named are met, the others are open again.
    pub async fn close_training(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        met: &[String],
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let mut training = self.seen::<Training>(id, seen).await?;
        training.content.close()?;
        let mut needs = Vec::new();
        for need_id in &training.needs {
            let mut need = self.store.get::<Need>(need_id).await?;
            if met.contains(need_id) {
                need.content.meet()?
            } else {
                need.content.release()?
            }
            needs.push(need);
        }
        self.with_needs(By { person, action: "close", at }, training, needs).await
    }

    pub async fn cancel_training(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Training>> {
        self.must(person, Right::Improve)?;
        let mut training = self.seen::<Training>(id, seen).await?;
        training.content.cancel(reason)?;
        let mut needs = Vec::new();
        for need_id in &training.needs {
            let mut need = self.store.get::<Need>(need_id).await?;
            need.content.release()?;
            needs.push(need);
        }
        self.with_needs(By { person, action: "cancel", at }, training, needs).await
    }

    /// Trainings that a representative is a participant of, the newest first; of the others who take part nothing is left in them.
    pub async fn own_trainings(&self, person: &Person) -> Result<Vec<Record<Training>>> {
        self.must(person, Right::OwnResults)?;
        let Some(own) = person.representative.as_deref() else { return Ok(Vec::new()) };
        let mut all = self.store.list::<Training>(&Filter::default()).await?;
        all.retain(|training| training.participant(own).is_some());
        for training in &mut all {
            training.content.participants.retain(|one| one.representative == own);
        }
        all.reverse();
        Ok(all)
    }
}
