//! The question-answer base (ST 6.7.3): what is said to callers, by which act, for how long, and whose it is to keep it current.
//!
//! draft → in force → under review → in force … → withdrawn. An edit makes a new version; the old ones stay readable.

pub mod search;

use crate::desk::Desk;
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::recommendations::Remark;
use crate::rights::{Right, named};
use crate::store::{Filter, Kept, Record, Version};
use crate::terms;
use crate::told::Told;
use crate::trainings::{needed, words};
use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use serde::{Deserialize, Serialize};

named! {
    AnswerState: "state" {
        Draft = "draft",
        InForce = "in_force",
        UnderReview = "under_review",
        Withdrawn = "withdrawn",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub answer_id: String,
    pub question: String,
    pub answer: String,
    /// The act it rests on, and the place in it.
    #[serde(default)]
    pub law: String,
    #[serde(default)]
    pub clause: String,
    pub valid_from: NaiveDate,
    /// The last day.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// A person's id: who keeps it current.
    pub owner: String,
    /// The day by which it is to be looked at again.
    #[serde(default)]
    pub review_on: Option<NaiveDate>,
    /// Codes of the taxonomy of topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Calls that asked it, or were answered wrongly.
    #[serde(default)]
    pub calls: Vec<String>,
    /// Criteria of the form that the errors were of.
    #[serde(default)]
    pub errors: Vec<String>,
    pub state: AnswerState,
    /// Why it is looked at again, or why it was withdrawn.
    #[serde(default)]
    pub reason: String,
    /// What readers said of it since it was last looked at.
    #[serde(default)]
    pub remarks: Vec<Remark>,
}

/// What an entry is written as.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAnswer {
    pub question: String,
    pub answer: String,
    pub law: String,
    pub clause: String,
    pub valid_from: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub owner: String,
    pub review_on: Option<NaiveDate>,
    pub topics: Vec<String>,
    pub calls: Vec<String>,
    pub errors: Vec<String>,
}

impl Kept for Answer {
    const KIND: &'static str = "answer";
    fn id(&self) -> &str {
        &self.answer_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.owner)
    }
    fn call_id(&self) -> Option<&str> {
        self.calls.first().map(String::as_str)
    }
    /// The first moment after the day of the review, while there is something to look at.
    fn due_at(&self) -> Option<DateTime<Utc>> {
        let live = matches!(self.state, AnswerState::InForce | AnswerState::UnderReview);
        let next = self.review_on.filter(|_| live)?.succ_opt()?;
        Some(Baku.from_local_datetime(&next.and_time(NaiveTime::MIN)).earliest()?.with_timezone(&Utc))
    }
}

impl Told for Answer {
    fn title(&self) -> Option<&str> {
        Some(&self.question)
    }
    fn criterion(&self) -> Option<&str> {
        self.errors.first().map(String::as_str)
    }
    fn outcome(&self) -> Option<&str> {
        self.topics.first().map(String::as_str)
    }
}

const QUESTION: usize = 500;
const SHORT: usize = 200;
const LONG: usize = 8000;
const MOST_LINKS: usize = 50;
const MOST_REMARKS: usize = 20;

fn each_once(field: &str, mut codes: Vec<String>) -> Result<Vec<String>> {
    codes.retain(|code| !code.trim().is_empty());
    codes.sort();
    codes.dedup();
    if codes.len() > MOST_LINKS {
        let n = codes.len().to_string();
        return Err(WorkError::invalid(field, n, "are too many", format!("name at most {MOST_LINKS}")));
    }
    Ok(codes)
}

impl Answer {
    pub fn draft(answer_id: String, new: NewAnswer) -> Result<Answer> {
        let mut answer = Answer {
            answer_id,
            question: String::new(),
            answer: String::new(),
            law: String::new(),
            clause: String::new(),
            valid_from: new.valid_from,
            valid_until: None,
            owner: new.owner.clone(),
            review_on: None,
            topics: Vec::new(),
            calls: Vec::new(),
            errors: Vec::new(),
            state: AnswerState::Draft,
            reason: String::new(),
            remarks: Vec::new(),
        };
        answer.change(new)?;
        Ok(answer)
    }

    fn must_be(&self, states: &[AnswerState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the entry", state: self.state.name().to_owned(), remedy })
    }

    /// Everything of it anew; what is in force stays in force, so it must stay whole.
    pub fn change(&mut self, new: NewAnswer) -> Result<()> {
        let open = [AnswerState::Draft, AnswerState::InForce, AnswerState::UnderReview];
        self.must_be(&open, "what was withdrawn is not changed any more: write a new entry")?;
        if let Some(until) = new.valid_until.filter(|until| *until < new.valid_from) {
            let remedy = "write a day that is not before the first one";
            return Err(WorkError::invalid("valid_until", until.to_string(), "is before the first day", remedy));
        }
        let next = Answer {
            answer_id: self.answer_id.clone(),
            question: needed("question", &new.question, QUESTION)?,
            answer: words("answer", &new.answer, LONG)?,
            law: words("law", &new.law, SHORT)?,
            clause: words("clause", &new.clause, SHORT)?,
            valid_from: new.valid_from,
            valid_until: new.valid_until,
            owner: needed("owner", &new.owner, SHORT)?,
            // What is in force is never without a day on which it is looked at again.
            review_on: new.review_on.or(self.review_on),
            topics: each_once("topics", new.topics)?,
            calls: each_once("calls", new.calls)?,
            errors: each_once("errors", new.errors)?,
            state: self.state,
            reason: self.reason.clone(),
            remarks: Vec::new(),
        };
        if self.state == AnswerState::InForce {
            next.must_be_whole()?;
        }
        *self = next;
        Ok(())
    }

    /// What callers are told has an answer and an act.
    fn must_be_whole(&self) -> Result<()> {
        for (field, text) in [("answer", &self.answer), ("law", &self.law)] {
            if text.is_empty() {
                return Err(WorkError::invalid(field, "", "is missing", "write it before callers are told"));
            }
        }
        Ok(())
    }

    /// From now on representatives find it, within its days. `review_on`: when it is looked at again, unless a day to come is written.
    pub fn put_in_force(&mut self, today: NaiveDate, review_on: NaiveDate) -> Result<()> {
        self.must_be(&[AnswerState::Draft, AnswerState::UnderReview], "it is in force, or was withdrawn")?;
        self.must_be_whole()?;
        if let Some(until) = self.valid_until.filter(|until| *until < today) {
            let remedy = "write a later last day, or withdraw it";
            return Err(WorkError::invalid("valid_until", until.to_string(), "is over", remedy));
        }
        if self.review_on.is_none_or(|day| day <= today) {
            self.review_on = Some(review_on);
        }
        (self.state, self.reason, self.remarks) = (AnswerState::InForce, String::new(), Vec::new());
        Ok(())
    }

    /// Doubtful: it is not shown to representatives until it is in force again.
    pub fn review(&mut self, reason: &str) -> Result<()> {
        self.must_be(&[AnswerState::InForce], "only what is in force is taken under review")?;
        (self.reason, self.state) = (needed("reason", reason, LONG)?, AnswerState::UnderReview);
        Ok(())
    }

    /// Looked at and left as it is: the next review is due later.
    pub fn keep(&mut self, review_on: NaiveDate) -> Result<()> {
        self.must_be(&[AnswerState::InForce], "only what is in force is confirmed")?;
        (self.review_on, self.remarks) = (Some(review_on), Vec::new());
        Ok(())
    }

    /// A reader found something wrong, or something missing. Callers are told as before until whoever keeps the base has looked.
    pub fn remark(&mut self, remark: Remark) -> Result<()> {
        self.must_be(&[AnswerState::InForce], "only what is in force is remarked on")?;
        if self.remarks.len() >= MOST_REMARKS {
            let n = self.remarks.len().to_string();
            return Err(WorkError::invalid("remark", n, "are waiting already", "wait until they are looked at"));
        }
        self.remarks.push(Remark { text: needed("remark", &remark.text, LONG)?, ..remark });
        Ok(())
    }

    pub fn withdraw(&mut self, reason: &str) -> Result<()> {
        let open = [AnswerState::Draft, AnswerState::InForce, AnswerState::UnderReview];
        self.must_be(&open, "it was withdrawn before")?;
        (self.reason, self.state) = (needed("reason", reason, LONG)?, AnswerState::Withdrawn);
        Ok(())
    }

    pub fn is_in_force_on(&self, day: NaiveDate) -> bool {
        self.state == AnswerState::InForce
            && self.valid_from <= day
            && self.valid_until.is_none_or(|until| day <= until)
    }

    /// The day of its review is over, or its last day, after which nobody finds it any more.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        matches!(self.state, AnswerState::InForce | AnswerState::UnderReview)
            && self.review_on.into_iter().chain(self.valid_until).any(|day| day < today)
    }
}

impl Desk {
    /// What the types cannot know: the owner, the topics, the criteria.
    async fn check_answer(&self, new: &NewAnswer, at: DateTime<Utc>) -> Result<()> {
        let able = self.able(Right::AnswersEdit, at).await?;
        if !able.iter().any(|one| one.person_id == new.owner) {
            let remedy = "choose an active person who may keep the base";
            return Err(WorkError::invalid("owner", &new.owner, "does not keep the base", remedy));
        }
        let day = terms::day(at);
        for topic in &new.topics {
            self.reference.topics.on(topic, day)?;
        }
        new.errors.iter().try_for_each(|code| self.known_criterion(Some(code)))
    }

    /// The day on which what is confirmed today is looked at again.
    fn next_review(&self, today: NaiveDate) -> Result<NaiveDate> {
        let months = self.reference.threshold("answer_review_months", today)?.clamp(1.0, 120.0) as u32;
        today
            .checked_add_months(Months::new(months))
            .ok_or_else(|| WorkError::invalid("day", today.to_string(), "lies beyond the calendar", "check the clock"))
    }

    /// Whoever takes part may draft; only who keeps the base sees drafts, and puts them in force.
    pub async fn draft_answer(&self, person: &Person, new: NewAnswer, at: DateTime<Utc>) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersSuggest)?;
        self.check_answer(&new, at).await?;
        let answer = Answer::draft(uuid::Uuid::now_v7().to_string(), new)?;
        self.make(person, &answer, "draft", at).await
    }

    pub async fn change_answer(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        new: NewAnswer,
        at: DateTime<Utc>,
    ) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersEdit)?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        self.check_answer(&new, at).await?;
        answer.content.change(new)?;
        self.step(person, answer, "change", at).await
    }

    pub async fn put_answer_in_force(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersEdit)?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        let today = terms::day(at);
        answer.content.put_in_force(today, self.next_review(today)?)?;
        self.step(person, answer, "put_in_force", at).await
    }

    pub async fn keep_answer(&self, person: &Person, id: &str, seen: i64, at: DateTime<Utc>) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersEdit)?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        answer.content.keep(self.next_review(terms::day(at))?)?;
        self.step(person, answer, "keep", at).await
    }

    pub async fn review_answer(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersEdit)?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        answer.content.review(reason)?;
        self.step(person, answer, "review", at).await
    }

    pub async fn remark_on_answer(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersSuggest)?;
        self.answer(person, id, terms::day(at)).await?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        answer.content.remark(Remark { by: person.person_id.clone(), at, text: text.to_owned() })?;
        self.step(person, answer, "remark", at).await
    }

    pub async fn withdraw_answer(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        reason: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Answer>> {
        self.must(person, Right::AnswersEdit)?;
        let mut answer = self.seen::<Answer>(id, seen).await?;
        answer.content.withdraw(reason)?;
        self.step(person, answer, "withdraw", at).await
    }

    /// One entry; whoever does not keep the base sees what is in force, and nothing else exists for them.
    pub async fn answer(&self, person: &Person, id: &str, today: NaiveDate) -> Result<Record<Answer>> {
        self.must(person, Right::Answers)?;
        let found = self.store.find::<Answer>(id).await?;
        let seen = |answer: &Record<Answer>| self.may(person, Right::AnswersEdit) || answer.is_in_force_on(today);
        found.filter(seen).ok_or_else(|| WorkError::NotFound { what: Answer::KIND, id: id.to_owned() })
    }

    /// Every version of an entry, the oldest first, for whoever keeps the base.
    pub async fn answer_versions(&self, person: &Person, id: &str) -> Result<Vec<Version<Answer>>> {
        self.must(person, Right::AnswersEdit)?;
        self.store.versions::<Answer>(id).await
    }

    /// Entries whose review is overdue, the longest first.
    pub async fn overdue_answers(&self, person: &Person, at: DateTime<Utc>) -> Result<Vec<Record<Answer>>> {
        self.must(person, Right::AnswersEdit)?;
        let states = [AnswerState::InForce.name(), AnswerState::UnderReview.name()];
        // A due moment is the first one that is too late.
        let now = at + chrono::Duration::microseconds(1);
        let due = Filter { states: &states, due_before: Some(now), ..Filter::default() };
        let today = terms::day(at);
        let mut due = self.store.list::<Answer>(&due).await?;
        due.retain(|answer| answer.is_overdue(today));
        Ok(due)
    }
}
