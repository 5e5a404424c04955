//! Recommendations to a representative about one criterion (ST 6.7.1), measured again on later random calls.
//!
//! given → seen → done → measured
//!      └──────┴→ withdrawn

pub mod effect;

use crate::assessment::{Assessment, Purpose, State as Stands};
use crate::desk::{Desk, not_own};
use crate::error::{Result, WorkError};
use crate::labels;
use crate::people::Person;
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record};
use crate::terms;
use crate::told::Told;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use effect::{Effect, Material};
use meyar_schemas::evaluations::FormRef;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// As long as any text of the sector is.
pub const LONGEST_TEXT: usize = 4000;
const LONGEST_LINE: usize = 200;
/// A day further away is a slip of the hand.
const FURTHEST_DAYS: i64 = 366;

named! {
    State: "state" {
        Given = "given",
        Seen = "seen",
        Done = "done",
        Measured = "measured",
        Withdrawn = "withdrawn",
    }
}

/// A step that somebody took, with what they wrote of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// A person's id.
    pub by: String,
    pub at: DateTime<Utc>,
    pub text: String,
}

/// What was found when somebody measured it; later calls change nothing of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub by: String,
    pub at: DateTime<Utc>,
    /// What that person concludes.
    pub text: String,
    pub effect: Effect,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    pub recommendation_id: String,
    pub representative: String,
    pub form: FormRef,
    pub criterion: String,
    /// What to do.
    pub text: String,
    /// The assessment that it rests on, and its call.
    pub assessment_id: String,
    pub call_id: String,
    pub given_by: String,
    pub given_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub state: State,
    #[serde(default)]
    pub seen_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub done: Option<Remark>,
    #[serde(default)]
    pub measured: Option<Measured>,
    #[serde(default)]
    pub withdrawn: Option<Remark>,
}

impl Kept for Recommendation {
    const KIND: &'static str = "recommendation";
    fn id(&self) -> &str {
        &self.recommendation_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.given_by)
    }
    fn about(&self) -> Option<&str> {
        Some(&self.representative)
    }
    fn call_id(&self) -> Option<&str> {
        Some(&self.call_id)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.assessment_id)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}

impl Told for Recommendation {
    fn title(&self) -> Option<&str> {
        Some(&self.text)
    }
    fn criterion(&self) -> Option<&str> {
        Some(&self.criterion)
    }
    fn outcome(&self) -> Option<&str> {
        self.measured.as_ref().map(|measured| measured.effect.found.name())
    }
    fn value(&self) -> Option<f64> {
        self.measured.as_ref().map(|measured| measured.effect.own.difference.value)
    }
}

/// A text that must be there.
pub(crate) fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(WorkError::invalid(field, "", "is missing", "write it"));
    }
    fitting(field, text)
}

/// A text that must be there, and fit a line.
pub(crate) fn line(field: &str, text: &str) -> Result<String> {
    let text = words(field, text)?;
    if text.chars().count() > LONGEST_LINE {
        let remedy = format!("keep it under {LONGEST_LINE} characters");
        return Err(WorkError::invalid(field, text, "is too long", remedy));
    }
    Ok(text)
}

/// A text that may be missing.
pub(crate) fn fitting(field: &str, text: &str) -> Result<String> {
    let long = text.trim().chars().count();
    if long > LONGEST_TEXT {
        let remedy = format!("keep it under {LONGEST_TEXT}");
        return Err(WorkError::invalid(field, text, format!("has {long} characters"), remedy));
    }
    Ok(text.trim().to_owned())
}

/// The first moment after a day: when what is due on it is late.
pub(crate) fn due_on(desk: &Desk, day: NaiveDate, now: DateTime<Utc>) -> Result<DateTime<Utc>> {
    let today = terms::day(now);
    if day < today || day - today > Duration::days(FURTHEST_DAYS) {
        let remedy = "name a day from today on, within a year";
        return Err(WorkError::invalid("due_on", day.to_string(), "cannot be the last day", remedy));
    }
    // Noon is on the same day in Baku.
    let noon = day.and_time(NaiveTime::MIN).and_utc() + Duration::hours(12);
    terms::working_days_after(&desk.reference, noon, 0)
}

impl Recommendation {
    fn must_be(&self, states: &[State], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the recommendation", state: self.state.name().to_owned(), remedy })
    }

    /// Whether something is still to be done about it.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Given | State::Seen)
    }

    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.is_open() && self.due_at <= now
    }

    /// The representative has read it. Seen again, nothing changes.
    pub fn see(&mut self, at: DateTime<Utc>) -> bool {
        let first = self.state == State::Given;
        if first {
            (self.state, self.seen_at) = (State::Seen, Some(at));
        }
        first
    }

    pub fn finish(&mut self, by: &str, note: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Seen], "only what the representative has seen, and nobody closed, can be done")?;
        let text = words("note", note)?;
        self.done = Some(Remark { by: by.to_owned(), at, text });
        self.state = State::Done;
        Ok(())
    }

    pub fn measure(&mut self, by: &str, conclusion: &str, effect: Effect, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Done], "only what is done, and was not measured before, can be measured")?;
        let text = words("conclusion", conclusion)?;
        self.measured = Some(Measured { by: by.to_owned(), at, text, effect });
        self.state = State::Measured;
        Ok(())
    }

    pub fn withdraw(&mut self, by: &str, reason: &str, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[State::Given, State::Seen], "what is done stays as it is")?;
        let text = words("reason", reason)?;
        self.withdrawn = Some(Remark { by: by.to_owned(), at, text });
        self.state = State::Withdrawn;
        Ok(())
    }
}

/// Whether an assessment is something to speak about with the representative: a draft is nobody's business but its assessor's, and
/// by calibration assessors compare themselves.
pub fn is_about_somebody(assessment: &Assessment) -> bool {
    assessment.state != Stands::Draft && assessment.purpose != Purpose::Calibration
}

/// What a recommendation is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub assessment_id: String,
    pub criterion: String,
    pub text: String,
    /// The last day; absent: the term of the reference data.
    pub due_on: Option<NaiveDate>,
}

impl Desk {
    /// The assessment that a recommendation may rest on: published, not voided, about somebody.
    pub async fn advisable(&self, person: &Person, assessment_id: &str) -> Result<(Record<Assessment>, String)> {
        self.must(person, Right::Improve)?;
        let assessment = self.store.find::<Assessment>(assessment_id).await?;
        let assessment = assessment
            .filter(|one| is_about_somebody(one))
            .ok_or_else(|| WorkError::NotFound { what: "assessment", id: assessment_id.to_owned() })?;
        not_own(person, assessment.representative.as_deref())?;
        self.not_blind(person, &assessment.call_id).await?;
        let whose = assessment.representative.clone().filter(|_| assessment.state != Stands::Voided);
        let whose = whose.ok_or_else(|| {
            let problem = "is voided, or names no representative";
            WorkError::invalid("assessment", assessment_id, problem, "choose another one")
        })?;
        Ok((assessment, whose))
    }

    pub async fn recommend(&self, person: &Person, new: New, at: DateTime<Utc>) -> Result<Record<Recommendation>> {
        let (assessment, representative) = self.advisable(person, &new.assessment_id).await?;
        if self.form_of(&assessment)?.criterion(&new.criterion).is_none() {
            let problem = "is none of the assessment's form";
            return Err(WorkError::invalid("criterion", new.criterion, problem, "choose one of the form"));
        }
        let text = words("text", &new.text)?;
        let due_at = match new.due_on {
            Some(day) => due_on(self, day, at)?,
            None => terms::until(&self.reference, "recommendation_due_days", at)?,
        };
        let open = Filter {
            states: &[State::Given.name(), State::Seen.name()],
            parent: Some(&new.assessment_id),
            ..Filter::default()
        };
        let alike: Vec<Record<Recommendation>> = self.store.list(&open).await?;
        if alike.iter().any(|other| other.criterion == new.criterion) {
            let problem = "has an open recommendation from this assessment";
            return Err(WorkError::invalid("criterion", new.criterion, problem, "close that one first"));
        }
        let recommendation = Recommendation {
            recommendation_id: uuid::Uuid::now_v7().to_string(),
            representative,
            form: assessment.form.clone(),
            criterion: new.criterion,
            text,
            assessment_id: new.assessment_id,
            call_id: assessment.call_id.clone(),
            given_by: person.person_id.clone(),
            given_at: at,
            due_at,
            state: State::Given,
            seen_at: None,
            done: None,
            measured: None,
            withdrawn: None,
        };
        self.make(person, &recommendation, "give", at).await
    }

    /// Of the representative who is in; somebody else's looks as if it did not exist.
    pub async fn own_recommendation(&self, person: &Person, id: &str) -> Result<Record<Recommendation>> {
        self.must(person, Right::OwnResults)?;
        let own = |record: &Record<Recommendation>| person.representative.as_ref() == Some(&record.representative);
        let record = self.store.find::<Recommendation>(id).await?.filter(own);
        record.ok_or_else(|| WorkError::NotFound { what: "recommendation", id: id.to_owned() })
    }

    pub async fn own_recommendations(&self, person: &Person) -> Result<Vec<Record<Recommendation>>> {
        self.must(person, Right::OwnResults)?;
        match person.representative.as_deref() {
            Some(own) => self.store.list(&Filter { about: Some(own), ..Filter::default() }).await,
            None => Ok(Vec::new()),
        }
    }

    /// The representative says that it was read.
    pub async fn see_recommendation(
        &self,
        person: &Person,
        id: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Recommendation>> {
        let mut record = self.own_recommendation(person, id).await?;
        if !record.see(at) {
            return Ok(record);
        }
        self.step(person, record, "see", at).await
    }

    async fn advised(&self, person: &Person, id: &str, seen: i64) -> Result<Record<Recommendation>> {
        self.must(person, Right::Improve)?;
        let record = self.seen::<Recommendation>(id, seen).await?;
        not_own(person, Some(&record.representative))?;
        Ok(record)
    }

    pub async fn finish_recommendation(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        note: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Recommendation>> {
        let mut record = self.advised(person, id, seen).await?;
        record.finish(&person.person_id, note, at)?;
        self.step(person, record, "finish", at).await
    }

    pub async fn withdraw_recommendation(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Recommendation>> {
        let mut record = self.advised(person, id, seen).await?;
        record.withdraw(&person.person_id, reason, at)?;
        self.step(person, record, "withdraw", at).await
    }

    /// What the effect of a recommendation is counted from.
    pub async fn material(&self, recommendation: &Recommendation, now: DateTime<Utc>) -> Result<Material> {
        let published: Vec<&str> =
            Stands::ALL.iter().filter(|state| **state != Stands::Draft).map(|state| state.name()).collect();
        let all: Vec<Record<Assessment>> = self.store.list(&Filter { states: &published, ..Filter::default() }).await?;
        let given: Vec<Record<Recommendation>> = self.store.list(&Filter::default()).await?;
        let alike = |other: &&Record<Recommendation>| {
            other.form.id == recommendation.form.id && other.criterion == recommendation.criterion
        };
        let criterion =
            self.forms.named(&recommendation.form).and_then(|form| form.criterion(&recommendation.criterion));
        let scale = criterion.map_or(&[][..], |criterion| &criterion.scale);
        let needed = self.reference.threshold("recommendation_min_calls", terms::day(now))?;
        Ok(Material {
            // Plans that overlap may draw a call twice: the second judgement says nothing of another call.
            assessments: labels::first_of_each_call(
                all.into_iter()
                    .map(|record| record.content)
                    .filter(|one| effect::counts(one, recommendation))
                    .collect(),
            ),
            advised: given.iter().filter(alike).map(|other| other.representative.clone()).collect(),
            full: scale.iter().copied().reduce(f64::max).unwrap_or(1.0),
            needed: needed.max(1.0) as u64,
        })
    }

    /// Writes down what is found now, and what the person concludes. `called`: when the calls of [`Material::undecided`] were.
    pub async fn measure_recommendation(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        conclusion: &str,
        called: &HashMap<String, DateTime<Utc>>,
        at: DateTime<Utc>,
    ) -> Result<Record<Recommendation>> {
        let mut record = self.advised(person, id, seen).await?;
        let found = self.material(&record, at).await?.effect(&record, called).map_err(|few| {
            let calls = format!("{} before, {} after", few.before, few.after);
            let remedy = format!("wait until there are {} on either side", few.needed);
            WorkError::invalid("calls", calls, "are too few to show an effect", remedy)
        })?;
        record.measure(&person.person_id, conclusion, found, at)?;
        self.step(person, record, "measure", at).await
    }
}
