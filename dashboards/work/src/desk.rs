//! What people do, step by step: the pure decision, then one commit of the record, its history, the log and what is told.

use crate::access::{Actor, Entry};
use crate::assessment::{Assessment, Decision, Judged, Judgement, Method, Purpose, State};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::plans::{Pick, PickState, Plan, PlanState};
use crate::rights::{Permissions, Right};
use crate::sampling::{self, Candidate, Design, Worker};
use crate::store::{Filter, Kept, Record, Store, Tx};
use crate::told::Told;
use crate::{terms, told};
use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;
use meyar_schemas::evaluations::Evaluation;
use meyar_schemas::{envelope::derived_id, reference::Reference};
use meyar_scoring::{Form, Forms};
use std::sync::Arc;

/// What every step needs; cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    pub store: Store,
    pub permissions: Arc<Permissions>,
    pub forms: Arc<Forms>,
    pub reference: Arc<Reference>,
}

/// What a plan is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPlan {
    pub name: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub line: Option<String>,
    pub design: Design,
    /// Working days until the work is due.
    pub due_days: u32,
}

/// What a reviewer says of one point: the criterion, the decision, the mark it is changed to, and why.
pub type PointDecision = (String, Decision, Option<Judged>, String);

impl Desk {
    pub fn may(&self, person: &Person, right: Right) -> bool {
        person.roles().any(|role| self.permissions.may(role, right))
    }

    pub fn must(&self, person: &Person, right: Right) -> Result<()> {
        if self.may(person, right) { Ok(()) } else { Err(WorkError::Refused(right.name())) }
    }

    /// Keeps a new record, writes the step into the log and tells it, in one commit.
    pub async fn make<T: Told + Clone>(
        &self,
        person: &Person,
        content: &T,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<T>> {
        let mut tx = self.store.begin().await?;
        let record = tx.insert(content, &person.person_id, action, at).await?;
        tx.log(&Actor::from(person), &Entry::change(T::KIND, content.id(), action), at).await?;
        told::record(&mut tx, &record, person, action, at).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Saves what a step made of a record, over the version that was read; logged and told in the same commit.
    pub async fn step<T: Told>(
        &self,
        person: &Person,
        mut record: Record<T>,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<T>> {
        let mut tx = self.store.begin().await?;
        tx.save(&mut record, &person.person_id, action, at).await?;
        tx.log(&Actor::from(person), &Entry::change(T::KIND, record.id(), action), at).await?;
        told::record(&mut tx, &record, person, action, at).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// The record at the version that its page was made of.
    pub async fn seen<T: Kept>(&self, id: &str, seen: i64) -> Result<Record<T>> {
        let record = self.store.get::<T>(id).await?;
        if record.version != seen {
            return Err(WorkError::Changed { what: T::KIND, id: id.to_owned(), seen, now: record.version });
        }
        Ok(record)
    }

    pub fn form_of(&self, assessment: &Assessment) -> Result<&Form> {
        self.forms.named(&assessment.form).ok_or_else(|| {
            let name = format!("{} {}", assessment.form.id, assessment.form.version);
            WorkError::invalid(
                "form",
                name,
                "is not among the forms of this program",
                "put the file back into the folder of forms",
            )
        })
    }

    /// Draws a plan of the calls that are given, and gives the picks out.
    pub fn draw<'a>(
        &'a self,
        person: &'a Person,
        new: NewPlan,
        calls: &'a [Candidate],
        workers: &'a [Worker],
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Plan>>> {
        Box::pin(async move {
            self.must(person, Right::Plan)?;
            if new.name.trim().is_empty() {
                return Err(WorkError::invalid("name", "", "is missing", "give the plan a name"));
            }
            if new.last_day < new.first_day {
                let last = new.last_day.to_string();
                return Err(WorkError::invalid("last_day", last, "is before the first day", "swap them"));
            }
            if new.design.seed.trim().is_empty() {
                return Err(WorkError::invalid(
                    "seed",
                    "",
                    "is missing",
                    "write any word: the draw can be checked by it",
                ));
            }
            let drawn = sampling::draw(&new.design, calls);
            if drawn.picks.is_empty() {
                let days = format!("{} – {}", new.first_day, new.last_day);
                return Err(WorkError::invalid(
                    "days",
                    days,
                    "have no answered call with a recording",
                    "choose other days or another line",
                ));
            }
            let given = sampling::assign(&drawn.picks, workers);
            let due_at = terms::working_days_after(&self.reference, at, new.due_days)?;
            let plan_id = uuid::Uuid::now_v7().to_string();
            let plan = Plan {
                plan_id: plan_id.clone(),
                name: new.name.trim().to_owned(),
                first_day: new.first_day,
                last_day: new.last_day,
                line: new.line,
                design: new.design,
                state: PlanState::Drawn,
                made_by: person.person_id.clone(),
                calls: calls.len(),
                audible: calls.iter().filter(|call| call.has_recording && call.representative.is_some()).count(),
                short: drawn.short,
                unassigned: given.iter().filter(|given| given.is_none()).count(),
                due_at,
            };
            let mut tx = self.store.begin().await?;
            let record = tx.insert(&plan, &person.person_id, "draw", at).await?;
            for (picked, assignee) in drawn.picks.into_iter().zip(given) {
                let pick = Pick {
                    pick_id: derived_id(&["pick", &plan_id, &picked.call_id]),
                    plan_id: plan_id.clone(),
                    call_id: picked.call_id,
                    representative: picked.representative,
                    line: picked.line,
                    stratum: picked.stratum,
                    risk: picked.risk,
                    probability: picked.probability,
                    assignee,
                    lapsed_with: None,
                    state: PickState::Waiting,
                    assessment_id: None,
                    due_at,
                    note: String::new(),
                };
                tx.insert(&pick, &person.person_id, "draw", at).await?;
            }
            tx.log(&Actor::from(person), &Entry::change("plan", &plan_id, "drawn"), at).await?;
            tx.commit().await?;
            Ok(record)
        })
    }

    /// Gives a pick that nobody has begun to somebody else, or one whose assessor begun it and assesses no longer: then it is judged anew.
    /// Whoever answered the call cannot be given it.
    pub fn reassign<'a>(
        &'a self,
        person: &'a Person,
        pick_id: &'a str,
        seen: i64,
        to: &'a Person,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Pick>>> {
        Box::pin(async move {
            self.must(person, Right::Plan)?;
            let mut pick = self.store.get::<Pick>(pick_id).await?;
            if pick.version != seen {
                return Err(WorkError::Changed { what: "pick", id: pick_id.to_owned(), seen, now: pick.version });
            }
            let left = async || -> Result<bool> {
                let able = self.able(Right::Assess, at).await?;
                Ok(!able.iter().any(|one| Some(&one.person_id) == pick.assignee.as_ref()))
            };
            if !(pick.state == PickState::Waiting || pick.state == PickState::Begun && left().await?) {
                let state = pick.state.name().to_owned();
                return Err(WorkError::State {
                    what: "the pick",
                    state,
                    remedy: "only one that was not begun can be given to somebody else",
                });
            }
            if !to.active || !self.may(to, Right::Assess) {
                return Err(WorkError::invalid(
                    "person_id",
                    &to.name,
                    "does not assess calls",
                    "choose an active assessor",
                ));
            }
            if not_own(to, pick.representative.as_deref()).is_err() {
                return Err(WorkError::invalid("person_id", &to.name, "answered that call", "choose somebody else"));
            }
            if at >= pick.due_at && pick.lapsed_with.is_none() {
                pick.lapsed_with = pick.assignee.clone();
            }
            let mut begun = None;
            if let Some(id) = pick.assessment_id.as_deref() {
                self.not_blind(to, &pick.call_id).await?;
                let mut draft = self.store.get::<Assessment>(id).await?;
                let form = self.form_of(&draft)?;
                draft.content.hand_over(form, &to.person_id)?;
                begun = Some(draft);
            }
            pick.assignee = Some(to.person_id.clone());
            let mut tx = self.store.begin().await?;
            tx.save(&mut pick, &person.person_id, "reassign", at).await?;
            if let Some(draft) = &mut begun {
                tx.save(draft, &person.person_id, "reassign", at).await?;
            }
            let told = format!("{pick_id} is given to {}", to.login);
            tx.log(&Actor::from(person), &Entry::change("plan", &pick.plan_id, &told), at).await?;
            tx.commit().await?;
            Ok(pick)
        })
    }

    /// What waits for a person, the most urgent first.
    pub fn queue<'a>(&'a self, person: &'a Person) -> BoxFuture<'a, Result<Vec<Record<Pick>>>> {
        Box::pin(async move {
            self.must(person, Right::Assess)?;
            let states = [PickState::Waiting.name(), PickState::Begun.name()];
            self.store.list(&Filter { states: &states, owner: Some(&person.person_id), ..Filter::default() }).await
        })
    }

    /// Begins the assessment of a pick, or goes on with the one that was begun.
    pub fn begin<'a>(
        &'a self,
        person: &'a Person,
        pick_id: &'a str,
        form: &'a Form,
        evaluation: Option<&'a Evaluation>,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            self.must(person, Right::Assess)?;
            let mut pick = self.store.get::<Pick>(pick_id).await?;
            if pick.assignee.as_deref() != Some(&person.person_id) {
                return Err(WorkError::Refused("work that was given to somebody else"));
            }
            not_own(person, pick.representative.as_deref())?;
            if let Some(id) = &pick.assessment_id {
                return self.store.get(id).await;
            }
            if pick.state != PickState::Waiting {
                let state = pick.state.name().to_owned();
                return Err(WorkError::State { what: "the pick", state, remedy: "choose another one from the queue" });
            }
            // The screen of a pick shows what the machine proposed.
            self.not_blind(person, &pick.call_id).await?;
            // The id says what it is of, so that two tabs cannot begin it twice.
            let id = derived_id(&["assessment", pick_id]);
            let purpose = if pick.risk.is_some() { Purpose::Risk } else { Purpose::Random };
            let mut assessment = Assessment::begin(id, &pick.call_id, form, evaluation, &person.person_id, purpose);
            assessment.representative = pick.representative.clone().or(assessment.representative);
            assessment.line = pick.line.clone().or(assessment.line);
            assessment.plan_id = Some(pick.plan_id.clone());
            assessment.pick_id = Some(pick_id.to_owned());
            assessment.probability = pick.probability;
            pick.state = PickState::Begun;
            pick.assessment_id = Some(assessment.assessment_id.clone());
            let begin = async {
                let mut tx = self.store.begin().await?;
                let record = tx.insert(&assessment, &person.person_id, "begin", at).await?;
                tx.save(&mut pick, &person.person_id, "begin", at).await?;
                tx.commit().await?;
                Ok(record)
            };
            match begin.await {
                // The other tab was quicker.
                Err(changed @ WorkError::Changed { .. }) => {
                    match self.store.find::<Assessment>(&assessment.assessment_id).await? {
                        Some(record) if record.assessor == person.person_id => Ok(record),
                        _ => Err(changed),
                    }
                }
                begun => begun,
            }
        })
    }

    /// A pick that cannot be judged, with the reason.
    pub fn give_up<'a>(
        &'a self,
        person: &'a Person,
        pick_id: &'a str,
        why: &'a str,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.must(person, Right::Assess)?;
            let mut pick = self.store.get::<Pick>(pick_id).await?;
            if pick.assignee.as_deref() != Some(&person.person_id) {
                return Err(WorkError::Refused("work that was given to somebody else"));
            }
            if why.trim().is_empty() {
                return Err(WorkError::invalid("reason", "", "is missing", "write why the call cannot be judged"));
            }
            if pick.state != PickState::Waiting {
                let state = pick.state.name().to_owned();
                return Err(WorkError::State {
                    what: "the pick",
                    state,
                    remedy: "only one that was not begun can be given up",
                });
            }
            (pick.state, pick.note) = (PickState::Impossible, why.trim().to_owned());
            let mut tx = self.store.begin().await?;
            tx.save(&mut pick, &person.person_id, "give_up", at).await?;
            tx.commit().await
        })
    }

    fn own_assessment<'a>(&'a self, person: &'a Person, id: &'a str) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            self.must(person, Right::Assess)?;
            let record = self.store.get::<Assessment>(id).await?;
            if record.assessor != person.person_id {
                return Err(WorkError::Refused("an assessment of somebody else"));
            }
            Ok(record)
        })
    }

    /// The draft of its own assessor.
    async fn own_draft(&self, person: &Person, id: &str, seen: i64) -> Result<Record<Assessment>> {
        let record = self.own_assessment(person, id).await?;
        if record.version != seen {
            return Err(WorkError::Changed { what: "assessment", id: id.to_owned(), seen, now: record.version });
        }
        Ok(record)
    }

    /// Decides one criterion over the version that was seen.
    pub fn judge<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        seen: i64,
        criterion: &'a str,
        judgement: &'a Judgement,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            if let Some(kept) = self.kept_before(person, id, seen, |draft| draft.says(criterion, judgement)).await? {
                return Ok(kept);
            }
            let mut record = self.own_draft(person, id, seen).await?;
            let form = self.form_of(&record)?;
            record.content.judge(form, criterion, judgement)?;
            self.keep(record, person, "judge", at).await
        })
    }

    pub fn remark<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        seen: i64,
        comment: &'a str,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            if let Some(kept) = self.kept_before(person, id, seen, |draft| draft.comment == comment.trim()).await? {
                return Ok(kept);
            }
            let mut record = self.own_draft(person, id, seen).await?;
            record.content.remark(comment)?;
            self.keep(record, person, "remark", at).await
        })
    }

    /// Who was not answered sends again; if it was kept the first time it stands in the next version, and is no conflict.
    async fn kept_before(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        stands: impl Fn(&Assessment) -> bool,
    ) -> Result<Option<Record<Assessment>>> {
        let record = self.own_assessment(person, id).await?;
        let kept = record.state == State::Draft && record.version == seen + 1 && stands(&record);
        Ok(kept.then_some(record))
    }

    async fn keep(
        &self,
        mut record: Record<Assessment>,
        person: &Person,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Assessment>> {
        let mut tx = self.store.begin().await?;
        tx.save(&mut record, &person.person_id, action, at).await?;
        tx.commit().await?;
        Ok(record)
    }

    /// Publishes: the representative can see it from now on, and the stream is told.
    pub fn publish<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        self.publish_judged_by(person, id, seen, Method::Recording, at)
    }

    /// The same of a call that was not (only) heard from its recording.
    pub fn publish_judged_by<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        seen: i64,
        method: Method,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            let mut record = self.own_draft(person, id, seen).await?;
            record.content.method = method;
            if record.purpose == Purpose::Calibration {
                return self.hand_in(person, record, at).await;
            }
            let form = self.form_of(&record)?;
            let until = terms::until(&self.reference, "dispute_within_days", at)?;
            record.content.publish(form, at, until)?;
            let mut tx = self.store.begin().await?;
            save_and_tell(&mut tx, &mut record, person, "publish", at).await?;
            if let Some(pick_id) = record.pick_id.clone() {
                let mut pick = self.store.get::<Pick>(&pick_id).await?;
                pick.state = PickState::Done;
                tx.save(&mut pick, &person.person_id, "publish", at).await?;
            }
            tx.commit().await?;
            Ok(record)
        })
    }

    /// What was published about a representative, for that person alone.
    pub fn own_result<'a>(&'a self, person: &'a Person, id: &'a str) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            self.must(person, Right::OwnResults)?;
            let record = self.store.find::<Assessment>(id).await?;
            // What is somebody else's, or not yet published, looks as if it did not exist.
            let own = |record: &Record<Assessment>| {
                record.state != State::Draft
                    && record.purpose != Purpose::Calibration
                    && record.representative.is_some()
                    && record.representative == person.representative
            };
            record.filter(own).ok_or_else(|| WorkError::NotFound { what: "assessment", id: id.to_owned() })
        })
    }

    /// The representative opened it.
    pub fn see<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            let mut record = self.own_result(person, id).await?;
            if record.content.see() {
                match self.tell(&mut record, person, "see", at).await {
                    // Two tabs were opened at once: it was seen in the other.
                    Err(WorkError::Changed { .. }) => return self.own_result(person, id).await,
                    told => told?,
                }
            }
            Ok(record)
        })
    }

    pub fn acknowledge<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            let mut record = self.own_result(person, id).await?;
            record.content.acknowledge()?;
            self.tell(&mut record, person, "acknowledge", at).await?;
            Ok(record)
        })
    }

    pub fn dispute<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        points: Vec<(String, String)>,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            let mut record = self.own_result(person, id).await?;
            let due_at = terms::until(&self.reference, "dispute_decided_days", at)?;
            record.content.open_dispute(points, at, due_at)?;
            self.tell(&mut record, person, "dispute", at).await?;
            Ok(record)
        })
    }

    /// Disputes that a person may decide: those of assessments that others made.
    pub fn disputes<'a>(&'a self, person: &'a Person) -> BoxFuture<'a, Result<Vec<Record<Assessment>>>> {
        Box::pin(async move {
            self.must(person, Right::Decide)?;
            let all = self.store.list(&Filter { states: &[State::Disputed.name()], ..Filter::default() }).await?;
            Ok(all.into_iter().filter(|record: &Record<Assessment>| record.assessor != person.person_id).collect())
        })
    }

    pub fn decide<'a>(
        &'a self,
        person: &'a Person,
        id: &'a str,
        seen: i64,
        decisions: &'a [PointDecision],
        void_all: bool,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Record<Assessment>>> {
        Box::pin(async move {
            self.must(person, Right::Decide)?;
            let mut record = self.store.get::<Assessment>(id).await?;
            not_own(person, record.representative.as_deref())?;
            if record.version != seen {
                return Err(WorkError::Changed { what: "assessment", id: id.to_owned(), seen, now: record.version });
            }
            let form = self.form_of(&record)?;
            record.content.decide(form, &person.person_id, decisions, void_all, at)?;
            self.tell(&mut record, person, "decide", at).await?;
            Ok(record)
        })
    }

    async fn tell(
        &self,
        record: &mut Record<Assessment>,
        person: &Person,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let mut tx = self.store.begin().await?;
        save_and_tell(&mut tx, record, person, action, at).await?;
        tx.commit().await
    }
}

pub(crate) async fn save_and_tell(
    tx: &mut Tx,
    record: &mut Record<Assessment>,
    person: &Person,
    action: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let revision = record.told;
    record.told += 1;
    tx.save(record, &person.person_id, action, at).await?;
    tx.log(&Actor::from(person), &Entry::change("assessment", &record.assessment_id, action), at).await?;
    told::assessment(tx, record, revision, at).await
}

/// Nobody judges a call of their own.
pub fn not_own(person: &Person, representative: Option<&str>) -> Result<()> {
    if representative.is_some() && person.representative.as_deref() == representative {
        return Err(WorkError::Refused("judging a call of one's own"));
    }
    Ok(())
}
