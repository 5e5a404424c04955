//! Training needs and trainings (ST 6.7.2): a need is noted, answered by a training, and met when the training closes. Before a draft act
//! takes force its training is over (ST 4.0.23): where it is not, that is told, and nothing is refused.
//!
//! need: open → planned → met | dropped; training: planned → held → tested → closed | cancelled.

pub mod effect;
mod steps;

use crate::error::{Result, WorkError};
use crate::rights::named;
use crate::store::Kept;
use crate::{terms, told::Told};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    /// Where a need comes from.
    Origin: "origin" {
        Results = "results",
        Question = "question",
        /// What somebody says who helps with method.
        Opinion = "opinion",
        Change = "change",
        ExpectedChange = "expected_change",
    }
}

impl Origin {
    /// Whether it is of an act that has a day of force.
    pub fn is_of_law(self) -> bool {
        matches!(self, Origin::Change | Origin::ExpectedChange)
    }
}

named! {
    NeedState: "state" {
        Open = "open",
        Planned = "planned",
        Met = "met",
        Dropped = "dropped",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Need {
    pub need_id: String,
    pub topic: String,
    pub origin: Origin,
    /// The day from which the act holds.
    #[serde(default)]
    pub in_force_on: Option<NaiveDate>,
    /// Whose opinion it is.
    #[serde(default)]
    pub opinion_of: String,
    /// Criterion of the form, by its code.
    #[serde(default)]
    pub criterion: Option<String>,
    #[serde(default)]
    pub representatives: Vec<String>,
    #[serde(default)]
    pub reference: String,
    pub state: NeedState,
    #[serde(default)]
    pub training_id: Option<String>,
    /// Why it was dropped.
    #[serde(default)]
    pub reason: String,
    /// A person's id.
    pub made_by: String,
}

/// What a need is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewNeed {
    pub topic: String,
    pub origin: Origin,
    pub in_force_on: Option<NaiveDate>,
    pub opinion_of: String,
    pub criterion: Option<String>,
    pub representatives: Vec<String>,
    pub reference: String,
}

impl Kept for Need {
    const KIND: &'static str = "training_need";
    fn id(&self) -> &str {
        &self.need_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn parent(&self) -> Option<&str> {
        self.training_id.as_deref()
    }
}

impl Told for Need {
    fn title(&self) -> Option<&str> {
        Some(&self.topic)
    }
    fn criterion(&self) -> Option<&str> {
        self.criterion.as_deref()
    }
    fn outcome(&self) -> Option<&str> {
        Some(self.origin.name())
    }
}

const SHORT: usize = 200;
const LONG: usize = 4000;

/// A text as it is kept; too long a one is refused.
pub(crate) fn words(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    let long = text.chars().count();
    if long > most {
        return Err(WorkError::invalid(
            field,
            text,
            format!("has {long} characters"),
            format!("keep it within {most}"),
        ));
    }
    Ok(text.to_owned())
}

/// A text that must be there.
pub(crate) fn needed(field: &str, text: &str, most: usize) -> Result<String> {
    let text = words(field, text, most)?;
    if text.is_empty() { Err(WorkError::invalid(field, "", "is missing", "write it")) } else { Ok(text) }
}

/// Each once, in order.
fn each_once(field: &str, mut names: Vec<String>) -> Result<Vec<String>> {
    for name in &mut names {
        *name = needed(field, name, SHORT)?;
    }
    names.sort();
    names.dedup();
    Ok(names)
}

impl Need {
    pub fn open(need_id: String, new: NewNeed, by: &str, today: NaiveDate) -> Result<Need> {
        if new.origin.is_of_law() && new.in_force_on.is_none() {
            return Err(WorkError::invalid("in_force_on", "", "is missing", "write the day from which the act holds"));
        }
        if let Some(day) = new.in_force_on.filter(|day| new.origin == Origin::ExpectedChange && *day <= today) {
            let remedy = "write a day to come, or note it as a change that has happened";
            return Err(WorkError::invalid("in_force_on", day.to_string(), "is not to come any more", remedy));
        }
        let opinion_of = match new.origin {
            Origin::Opinion => needed("opinion_of", &new.opinion_of, SHORT)?,
            _ => String::new(),
        };
        Ok(Need {
            need_id,
            topic: needed("topic", &new.topic, SHORT)?,
            origin: new.origin,
            in_force_on: new.in_force_on.filter(|_| new.origin.is_of_law()),
            opinion_of,
            criterion: new.criterion,
            representatives: each_once("representatives", new.representatives)?,
            reference: words("reference", &new.reference, LONG)?,
            state: NeedState::Open,
            training_id: None,
            reason: String::new(),
            made_by: by.to_owned(),
        })
    }

    fn must_be(&self, state: NeedState, remedy: &'static str) -> Result<()> {
        if self.state == state {
            return Ok(());
        }
        Err(WorkError::State { what: "the training need", state: self.state.name().to_owned(), remedy })
    }

    fn plan(&mut self, training_id: &str) -> Result<()> {
        self.must_be(NeedState::Open, "only an open one can be answered by a training")?;
        (self.state, self.training_id) = (NeedState::Planned, Some(training_id.to_owned()));
        Ok(())
    }

    /// Open again: its training does not answer it any more.
    fn release(&mut self) -> Result<()> {
        self.must_be(NeedState::Planned, "only a planned one can be opened again")?;
        (self.state, self.training_id) = (NeedState::Open, None);
        Ok(())
    }

    fn meet(&mut self) -> Result<()> {
        self.must_be(NeedState::Planned, "only a planned one can be met")?;
        self.state = NeedState::Met;
        Ok(())
    }

    pub fn drop(&mut self, reason: &str) -> Result<()> {
        self.must_be(NeedState::Open, "only an open one can be dropped: change or cancel its training first")?;
        self.reason = needed("reason", reason, LONG)?;
        self.state = NeedState::Dropped;
        Ok(())
    }
}

named! {
    TrainingState: "state" {
        Planned = "planned",
        Held = "held",
        Tested = "tested",
        Closed = "closed",
        Cancelled = "cancelled",
    }
}

named! {
    Attendance: "attendance" {
        Present = "present",
        Absent = "absent",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    pub representative: String,
    /// Absent until the training was held.
    #[serde(default)]
    pub attendance: Option<Attendance>,
    #[serde(default)]
    pub absent_reason: String,
    /// Of the test, 0 to 100.
    #[serde(default)]
    pub score: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub training_id: String,
    pub topic: String,
    pub begins_at: DateTime<Utc>,
    pub place: String,
    pub trainer: String,
    /// Ids of the needs that it answers.
    #[serde(default)]
    pub needs: Vec<String>,
    pub participants: Vec<Participant>,
    /// The score from which the test is passed.
    pub pass_mark: f64,
    pub state: TrainingState,
    /// Why it was cancelled.
    #[serde(default)]
    pub reason: String,
    /// A person's id.
    pub made_by: String,
}

/// What a training is planned as.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTraining {
    pub topic: String,
    pub begins_at: DateTime<Utc>,
    pub place: String,
    pub trainer: String,
    pub needs: Vec<String>,
    pub participants: Vec<String>,
    pub pass_mark: f64,
}

impl Kept for Training {
    const KIND: &'static str = "training";
    fn id(&self) -> &str {
        &self.training_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.begins_at)
    }
}

impl Told for Training {
    fn title(&self) -> Option<&str> {
        Some(&self.topic)
    }
    /// The mean score of the test.
    fn value(&self) -> Option<f64> {
        let scores: Vec<f64> = self.participants.iter().filter_map(|one| one.score).collect();
        (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
    }
}

impl Training {
    pub fn plan(training_id: String, new: NewTraining, by: &str) -> Result<Training> {
        let mut training = Training {
            training_id,
            topic: String::new(),
            begins_at: new.begins_at,
            place: String::new(),
            trainer: String::new(),
            needs: Vec::new(),
            participants: Vec::new(),
            pass_mark: new.pass_mark,
            state: TrainingState::Planned,
            reason: String::new(),
            made_by: by.to_owned(),
        };
        training.change(new)?;
        Ok(training)
    }

    fn must_be(&self, states: &[TrainingState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the training", state: self.state.name().to_owned(), remedy })
    }

    /// Everything of it anew, until it is held.
    pub fn change(&mut self, new: NewTraining) -> Result<()> {
        self.must_be(&[TrainingState::Planned], "only a planned one can be changed")?;
        score("pass_mark", new.pass_mark)?;
        let participants = each_once("participants", new.participants)?;
        if participants.is_empty() {
            return Err(WorkError::invalid("participants", "", "are missing", "choose who takes part"));
        }
        let participant = |representative| Participant {
            representative,
            attendance: None,
            absent_reason: String::new(),
            score: None,
        };
        (self.topic, self.place) = (needed("topic", &new.topic, SHORT)?, needed("place", &new.place, SHORT)?);
        (self.trainer, self.needs) = (needed("trainer", &new.trainer, SHORT)?, each_once("needs", new.needs)?);
        (self.begins_at, self.pass_mark) = (new.begins_at, new.pass_mark);
        self.participants = participants.into_iter().map(participant).collect();
        Ok(())
    }

    /// Who came: each participant is told of once; who did not come, with the reason. Again, it is put right until the test.
    pub fn hold(&mut self, attendance: &[(String, Attendance, String)], at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[TrainingState::Planned, TrainingState::Held], "attendance is noted before the test")?;
        if at < self.begins_at {
            let day = self.begins_at.to_rfc3339();
            return Err(WorkError::invalid("begins_at", day, "is still to come", "note attendance when it was held"));
        }
        let mut next = self.participants.clone();
        for participant in &mut next {
            let Some((_, attended, reason)) = attendance.iter().find(|(who, ..)| *who == participant.representative)
            else {
                return Err(WorkError::invalid(
                    "attendance",
                    &participant.representative,
                    "is missing",
                    "say of everybody whether they came",
                ));
            };
            participant.attendance = Some(*attended);
            participant.absent_reason = match attended {
                Attendance::Present => String::new(),
                Attendance::Absent => words("absent_reason", reason, LONG)?,
            };
            if *attended == Attendance::Absent && participant.absent_reason.is_empty() {
                let who = &participant.representative;
                return Err(WorkError::invalid("absent_reason", who, "has no reason", "write why they did not come"));
            }
        }
        (self.participants, self.state) = (next, TrainingState::Held);
        Ok(())
    }

    /// Scores of who came; who was present and took no test has none. Again, it is put right until the training closes.
    pub fn test(&mut self, scores: &[(String, f64)]) -> Result<()> {
        self.must_be(&[TrainingState::Held, TrainingState::Tested], "first note who came")?;
        let mut next = self.participants.clone();
        next.iter_mut().for_each(|participant| participant.score = None);
        for (who, value) in scores {
            let known = next.iter_mut().find(|one| one.representative == *who);
            let Some(one) = known.filter(|one| one.attendance == Some(Attendance::Present)) else {
                return Err(WorkError::invalid("score", who, "was not at the training", "take the score out"));
            };
            one.score = Some(score("score", *value)?);
        }
        if next.iter().all(|one| one.score.is_none())
            && next.iter().any(|one| one.attendance == Some(Attendance::Present))
        {
            return Err(WorkError::invalid(
                "score",
                "",
                "nobody has one",
                "write the scores of those who took the test",
            ));
        }
        (self.participants, self.state) = (next, TrainingState::Tested);
        Ok(())
    }

    pub fn close(&mut self) -> Result<()> {
        self.must_be(&[TrainingState::Tested], "it closes after its test")?;
        self.state = TrainingState::Closed;
        Ok(())
    }

    pub fn cancel(&mut self, reason: &str) -> Result<()> {
        self.must_be(&[TrainingState::Planned], "what was held cannot be cancelled")?;
        self.reason = needed("reason", reason, LONG)?;
        self.state = TrainingState::Cancelled;
        Ok(())
    }

    /// The day of the training, in Baku.
    pub fn day(&self) -> NaiveDate {
        terms::day(self.begins_at)
    }

    /// Whether it comes too late for what a need was noted for: an act that was expected holds by then.
    pub fn is_late_for(&self, need: &Need) -> bool {
        need.origin == Origin::ExpectedChange && need.in_force_on.is_some_and(|day| self.day() >= day)
    }

    pub fn participant(&self, representative: &str) -> Option<&Participant> {
        self.participants.iter().find(|one| one.representative == representative)
    }

    /// Whether a participant passed the test; absent where there is no score.
    pub fn passed(&self, participant: &Participant) -> Option<bool> {
        participant.score.map(|score| score >= self.pass_mark)
    }
}

fn score(field: &str, value: f64) -> Result<f64> {
    if (0.0..=100.0).contains(&value) {
        return Ok(value);
    }
    Err(WorkError::invalid(field, value.to_string(), "is no score", "write a number from 0 to 100"))
}
