//! Calibration step by step: the pure decision, then one commit of the set, what was scored, the log and what is told.

use super::{Calibration, MasterMark, Participant, SetCall, SetState, Source, judges};
use crate::access::{Actor, Entry};
use crate::assessment::{Assessment, Purpose, State};
use crate::desk::{Desk, not_own, save_and_tell};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::Right;
use crate::store::{Filter, Kept as _, Record, Tx};
use crate::told;
use chrono::{DateTime, Utc};
use meyar_schemas::envelope::derived_id;
use meyar_scoring::Form;
use std::collections::BTreeSet;

/// More calls are no session any more; a round table gets through three to five.
pub const MOST_CALLS: usize = 30;

/// How often handing in is tried again when others hand in at the same moment.
const TRIES: usize = 20;

/// What a set is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCalibration {
    pub name: String,
    pub source: Source,
    pub seed: Option<String>,
    pub calls: Vec<SetCall>,
    pub participants: Vec<Person>,
    /// The first moment that is too late.
    pub due_at: DateTime<Utc>,
}

fn missing(what: &str) -> WorkError {
    WorkError::NotFound { what: Calibration::KIND, id: what.to_owned() }
}

impl Desk {
    pub async fn make_calibration(
        &self,
        person: &Person,
        new: NewCalibration,
        at: DateTime<Utc>,
    ) -> Result<Record<Calibration>> {
        self.must(person, Right::Calibration)?;
        let name = new.name.trim();
        if name.is_empty() {
            return Err(WorkError::invalid("name", "", "is missing", "give the set a name"));
        }
        if new.calls.is_empty() || new.calls.len() > MOST_CALLS {
            let count = new.calls.len().to_string();
            return Err(WorkError::invalid("calls", count, "make no set", format!("choose 1 to {MOST_CALLS}")));
        }
        for (at, call) in new.calls.iter().enumerate() {
            if new.calls[..at].iter().any(|before| before.call_id == call.call_id) {
                return Err(WorkError::invalid("calls", &call.call_id, "is there twice", "name each call once"));
            }
            if self.forms.named(&call.form).is_none() {
                let form = format!("{} {}", call.form.id, call.form.version);
                return Err(WorkError::invalid("form", form, "is not known", "choose a call with a known form"));
            }
        }
        for (at, one) in new.participants.iter().enumerate() {
            if !one.active || !self.may(one, Right::Calibrate) {
                return Err(WorkError::invalid(
                    "participants",
                    &one.name,
                    "does not score",
                    "choose an active assessor",
                ));
            }
            if new.participants[..at].iter().any(|before| before.person_id == one.person_id) {
                return Err(WorkError::invalid("participants", &one.name, "is there twice", "choose each once"));
            }
        }
        if new.due_at <= at {
            return Err(WorkError::invalid("due_at", new.due_at.to_string(), "is over", "choose a later day"));
        }
        let mut calls = new.calls;
        for call in &mut calls {
            let filter = Filter { call_id: Some(&call.call_id), ..Filter::default() };
            let judged: Vec<Record<Assessment>> = self.store.list(&filter).await?;
            let by = judges(judged.iter().map(|one| &one.content)).into_values().flatten();
            call.judged_by = by.map(str::to_owned).collect();
        }
        let set = Calibration {
            calibration_id: uuid::Uuid::now_v7().to_string(),
            name: name.to_owned(),
            source: new.source,
            seed: new.seed,
            calls,
            participants: new.participants.iter().map(Participant::of).collect(),
            state: SetState::Open,
            made_by: person.person_id.clone(),
            due_at: new.due_at,
            handed: Vec::new(),
            compared_at: None,
        };
        // One alone has nobody to agree with.
        if let Some(call) = set.calls.iter().find(|call| set.scorers(call).count() < 2) {
            let problem = "would be scored by fewer than two people";
            return Err(WorkError::invalid(
                "participants",
                &call.call_id,
                problem,
                "choose more people, or another call",
            ));
        }
        self.make(person, &set, "make", at).await
    }

    /// The sets that a person may know of, the newest first.
    pub async fn calibrations(&self, person: &Person) -> Result<Vec<Record<Calibration>>> {
        self.must(person, Right::Calibrations)?;
        let mut all: Vec<Record<Calibration>> =
            self.store.list(&Filter { newest_first: true, ..Filter::default() }).await?;
        all.retain(|set| self.may_see(person, set));
        Ok(all)
    }

    async fn open_sets(&self) -> Result<Vec<Record<Calibration>>> {
        self.store.list(&Filter { states: &[SetState::Open.name()], ..Filter::default() }).await
    }

    /// The open sets in which a person has still calls to score, the most urgent first.
    pub async fn calibrations_left(&self, person: &Person) -> Result<Vec<Record<Calibration>>> {
        self.must(person, Right::Calibrations)?;
        let mut open = self.open_sets().await?;
        open.retain(|set| set.left_to(&person.person_id) > 0);
        Ok(open)
    }

    /// The open set in which a person has still to score a call: until then they see no mark of it, of nobody.
    pub async fn blind_in(&self, person: &Person, call_id: &str) -> Result<Option<Record<Calibration>>> {
        let open = self.open_sets().await?;
        Ok(open.into_iter().find(|set| set.is_blind_to(call_id, &person.person_id)))
    }

    /// Refused where that holds.
    pub async fn not_blind(&self, person: &Person, call_id: &str) -> Result<()> {
        match self.blind_in(person, call_id).await? {
            None => Ok(()),
            Some(_) => Err(in_an_open_set("the call")),
        }
    }

    /// Refused while anything is left that the person has to score blind: for what shows marks of many calls at once.
    pub async fn not_blind_at_all(&self, person: &Person) -> Result<()> {
        if self.blind_to(person).await?.is_empty() { Ok(()) } else { Err(in_an_open_set("a call")) }
    }

    /// All calls of which that holds.
    pub async fn blind_to(&self, person: &Person) -> Result<BTreeSet<String>> {
        let open = self.open_sets().await?;
        let own = |set: &Record<Calibration>| -> Vec<String> {
            let left = set.work_of(&person.person_id).filter(|call| !set.has_handed(&call.call_id, &person.person_id));
            left.map(|call| call.call_id.clone()).collect()
        };
        Ok(open.iter().flat_map(own).collect())
    }

    fn may_see(&self, person: &Person, set: &Calibration) -> bool {
        self.may(person, Right::Calibration) || set.takes_part(&person.person_id)
    }

    /// A set of which one is no part looks as if it did not exist.
    pub async fn calibration(&self, person: &Person, id: &str) -> Result<Record<Calibration>> {
        self.must(person, Right::Calibrations)?;
        let set = self.store.get::<Calibration>(id).await?;
        if self.may_see(person, &set) { Ok(set) } else { Err(missing(id)) }
    }

    /// What was scored in a set, as far as a person may see it: one's own always, that of others once it is compared and handed in.
    pub async fn calibration_scores(&self, person: &Person, set: &Calibration) -> Result<Vec<Record<Assessment>>> {
        if !self.may_see(person, set) {
            return Err(missing(&set.calibration_id));
        }
        let mut all = self.scores_of(set).await?;
        all.retain(|one| one.assessor == person.person_id || (set.shows_marks() && one.state != State::Draft));
        Ok(all)
    }

    pub(crate) async fn scores_of(&self, set: &Calibration) -> Result<Vec<Record<Assessment>>> {
        let mut all: Vec<Record<Assessment>> =
            self.store.list(&Filter { parent: Some(&set.calibration_id), ..Filter::default() }).await?;
        all.retain(|one| one.calibration_id.as_deref() == Some(&set.calibration_id));
        Ok(all)
    }

    /// Begins scoring a call of a set, or goes on with it.
    pub async fn begin_calibration(
        &self,
        person: &Person,
        id: &str,
        call_id: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<Assessment>> {
        self.must(person, Right::Calibrate)?;
        let set = self.store.get::<Calibration>(id).await?;
        if !set.takes_part(&person.person_id) {
            return Err(missing(id));
        }
        let call = set.call(call_id)?;
        // By the account as it is now, and by what was known when the set was made.
        not_own(person, call.representative.as_deref())?;
        if call.judged_by.contains(&person.person_id) {
            return Err(WorkError::Refused("scoring blind a call that one has judged before"));
        }
        if set.work_of(&person.person_id).all(|own| own.call_id != call_id) {
            return Err(WorkError::Refused("judging a call of one's own"));
        }
        // The id says what it is of, so that two tabs cannot begin it twice.
        let assessment_id = derived_id(&["assessment", "calibration", id, call_id, &person.person_id]);
        if let Some(begun) = self.store.find::<Assessment>(&assessment_id).await? {
            return Ok(begun);
        }
        set.must_be(&[SetState::Open], "scoring is closed")?;
        let form = self.named_form(call)?;
        // Without the evaluation: who scores blind does not see what the machine said either.
        let mut draft = Assessment::begin(assessment_id, call_id, form, None, &person.person_id, Purpose::Calibration);
        (draft.line, draft.representative) = (call.line.clone(), call.representative.clone());
        draft.calibration_id = Some(id.to_owned());
        let mut tx = self.store.begin().await?;
        match tx.insert(&draft, &person.person_id, "begin", at).await {
            Ok(record) => {
                tx.commit().await?;
                Ok(record)
            }
            // The other tab was quicker.
            Err(WorkError::Changed { .. }) => {
                drop(tx);
                self.store.get(&draft.assessment_id).await
            }
            Err(error) => Err(error),
        }
    }

    fn named_form(&self, call: &SetCall) -> Result<&Form> {
        self.forms.named(&call.form).ok_or_else(|| {
            let name = format!("{} {}", call.form.id, call.form.version);
            WorkError::invalid("form", name, "is not among the forms of this program", "put its file back")
        })
    }

    /// Hands a scored call in. No representative sees it, and the stream is told only when the set is compared: until then nobody,
    /// wherever they look, finds a mark of somebody else.
    pub(crate) async fn hand_in(
        &self,
        person: &Person,
        record: Record<Assessment>,
        at: DateTime<Utc>,
    ) -> Result<Record<Assessment>> {
        self.must(person, Right::Calibrate)?;
        let set_id = record.calibration_id.clone().ok_or_else(|| missing(&record.assessment_id))?;
        not_own(person, record.representative.as_deref())?;
        let mut scored = record;
        let form = self.form_of(&scored)?;
        scored.content.publish(form, at, at)?;
        // Nobody can dispute what nobody is shown.
        scored.content.dispute_until = None;
        for _ in 0..TRIES {
            let mut set = self.store.get::<Calibration>(&set_id).await?;
            let whole = set.content.hand_in(&scored.call_id, &person.person_id, at)?;
            let others = if whole { self.scores_of(&set).await? } else { Vec::new() };
            let (mut own, mut tx) = (scored.clone(), self.store.begin().await?);
            match tx.save(&mut set, &person.person_id, "hand_in", at).await {
                Ok(()) => {}
                // Somebody else handed in at the same moment: their turn counts, then this one.
                Err(WorkError::Changed { .. }) => continue,
                Err(error) => return Err(error),
            }
            told::record(&mut tx, &set, person, "hand_in", at).await?;
            if whole {
                save_and_tell(&mut tx, &mut own, person, "hand_in", at).await?;
                tell_others(&mut tx, others, &own.assessment_id, person, at).await?;
            } else {
                tx.save(&mut own, &person.person_id, "hand_in", at).await?;
                let entry = Entry::change("assessment", &own.assessment_id, "hand_in");
                tx.log(&Actor::from(person), &entry, at).await?;
            }
            tx.commit().await?;
            return Ok(own);
        }
        Err(WorkError::State {
            what: "the calibration",
            state: "being handed in by many at once".to_owned(),
            remedy: "hand in again in a moment",
        })
    }

    /// Closes scoring and opens the comparison, whoever is still missing.
    pub async fn compare_calibration(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Calibration>> {
        self.must(person, Right::Calibration)?;
        let mut set = self.seen::<Calibration>(id, seen).await?;
        set.content.compare(at)?;
        let scored = self.scores_of(&set).await?;
        let mut tx = self.store.begin().await?;
        tx.save(&mut set, &person.person_id, "compare", at).await?;
        tx.log(&Actor::from(person), &Entry::change(Calibration::KIND, id, "compare"), at).await?;
        told::record(&mut tx, &set, person, "compare", at).await?;
        tell_others(&mut tx, scored, "", person, at).await?;
        tx.commit().await?;
        Ok(set)
    }

    /// Records agreed marks of one call.
    pub async fn agree_calibration(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        call_id: &str,
        marks: &[(String, MasterMark)],
        at: DateTime<Utc>,
    ) -> Result<Record<Calibration>> {
        self.must(person, Right::Calibration)?;
        let mut set = self.seen::<Calibration>(id, seen).await?;
        let form = self.named_form(set.call(call_id)?)?;
        let all = self.scores_of(&set).await?;
        let scored: Vec<&Assessment> = set.content.scored(&all, call_id).collect();
        let mut next = set.content.clone();
        next.agree(form, call_id, marks, &scored, &person.person_id, at)?;
        next.settle(|form| self.forms.named(form));
        set.content = next;
        self.step(person, set, "agree", at).await
    }

    pub async fn close_calibration(
        &self,
        person: &Person,
        id: &str,
        seen: i64,
        at: DateTime<Utc>,
    ) -> Result<Record<Calibration>> {
        self.must(person, Right::Calibration)?;
        let mut set = self.seen::<Calibration>(id, seen).await?;
        set.content.close()?;
        self.step(person, set, "close", at).await
    }
}

/// What was handed in earlier is told when the comparison opens.
async fn tell_others(
    tx: &mut Tx,
    scored: Vec<Record<Assessment>>,
    but: &str,
    person: &Person,
    at: DateTime<Utc>,
) -> Result<()> {
    for mut one in scored {
        if one.state != State::Draft && one.told == 0 && one.assessment_id != but {
            save_and_tell(tx, &mut one, person, "compare", at).await?;
        }
    }
    Ok(())
}

fn in_an_open_set(what: &'static str) -> WorkError {
    WorkError::State { what, state: "in an open calibration of yours".to_owned(), remedy: "score it there first" }
}
