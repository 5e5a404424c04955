//! Calibration: several people judge the same calls blind, compare themselves, and agree on a master mark with the rule that decides it.
//!
//! open → compared → agreed → closed
//! Blind to one another: until everybody has handed in, or scoring is closed, nobody sees a mark of anybody else. Blind to the machine too:
//! what it proposed is kept beside the call and shown afterwards, so that agreement is measured and not suggested.
//! This file is pure; `steps` saves what comes of it, `agreement` and `severity` say what it means.

pub mod agreement;
pub mod severity;
mod steps;

pub use steps::NewCalibration;

use crate::assessment::{self, Assessment, Judged, Mark, Proposed, Purpose, State, raw_score, text};
use crate::error::{Result, WorkError};
use crate::people::Person;
use crate::rights::named;
use crate::store::{Kept, Record};
use crate::told::Told;
use chrono::{DateTime, Utc};
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::Form;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

named! {
    SetState: "state" {
        Open = "open",
        Compared = "compared",
        Agreed = "agreed",
        Closed = "closed",
    }
}

named! {
    /// How its calls were found.
    Source: "source" {
        Ids = "ids",
        /// At random among calls that assessments were published of.
        Published = "published",
        /// At random among all calls that can be heard.
        Lake = "lake",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetCall {
    pub call_id: String,
    #[serde(default)]
    pub line: Option<String>,
    #[serde(default)]
    pub representative: Option<String>,
    /// Everybody judges it by this form.
    pub form: FormRef,
    #[serde(default)]
    pub evaluation_id: Option<String>,
    /// What the machine proposed when the set was made, by criterion; nobody who scores sees it.
    #[serde(default)]
    pub proposed: BTreeMap<String, Proposed>,
    /// What was agreed, by criterion.
    #[serde(default)]
    pub master: BTreeMap<String, Agreed>,
    /// Who had judged the call when the set was made, and so knows its marks and the machine's: they do not score it. People's ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub judged_by: Vec<String>,
}

/// The agreed mark of one criterion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agreed {
    pub judged: Judged,
    #[serde(default)]
    pub critical: bool,
    /// The rule that decides cases like this one.
    #[serde(default)]
    pub rule: String,
    #[serde(default)]
    pub reason: String,
    /// A person's id.
    pub by: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub person_id: String,
    /// Calls of this representative are their own: they do not score those.
    #[serde(default)]
    pub representative: Option<String>,
}

/// Somebody has scored a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handed {
    pub call_id: String,
    pub person_id: String,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub calibration_id: String,
    pub name: String,
    pub source: Source,
    /// The word by which calls were drawn.
    #[serde(default)]
    pub seed: Option<String>,
    pub calls: Vec<SetCall>,
    pub participants: Vec<Participant>,
    pub state: SetState,
    /// A person's id.
    pub made_by: String,
    pub due_at: DateTime<Utc>,
    #[serde(default)]
    pub handed: Vec<Handed>,
    /// From when on marks are shown.
    #[serde(default)]
    pub compared_at: Option<DateTime<Utc>>,
}

impl Kept for Calibration {
    const KIND: &'static str = "calibration";
    fn id(&self) -> &str {
        &self.calibration_id
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

impl Told for Calibration {
    fn title(&self) -> Option<&str> {
        Some(&self.name)
    }
}

/// What the master mark of one criterion is to be.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MasterMark {
    /// Absent: not agreed (again).
    pub judged: Option<Judged>,
    pub critical: bool,
    pub rule: String,
    pub reason: String,
}

/// Who has judged each call in daily work, or decided a dispute about it; who has only begun has seen the proposals. What was scored in an
/// earlier calibration does not count: the same calls may be scored again, to see whether one judges them as before.
pub fn judges<'a>(assessments: impl IntoIterator<Item = &'a Assessment>) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in assessments.into_iter().filter(|one| one.purpose != Purpose::Calibration) {
        let reviewer = one.dispute.as_ref().and_then(|dispute| dispute.decided_by.as_deref());
        all.entry(&one.call_id).or_default().extend([Some(one.assessor.as_str()), reviewer].into_iter().flatten());
    }
    all
}

/// Whether marks of one criterion are not all the same.
pub fn differ(mut marks: impl Iterator<Item = Judged>) -> bool {
    let first = marks.next();
    marks.any(|mark| Some(mark) != first)
}

impl SetCall {
    /// The criteria that nothing was agreed on yet.
    pub fn open_criteria(&self, form: &Form) -> usize {
        form.criteria().iter().filter(|criterion| !self.master.contains_key(&criterion.code)).count()
    }

    /// The score of the master marks; `None` while one is missing.
    pub fn master_score(&self, form: &Form) -> Option<f64> {
        if self.open_criteria(form) > 0 {
            return None;
        }
        let mark = |(criterion, agreed): (&String, &Agreed)| Mark {
            criterion: criterion.clone(),
            proposed: None,
            judged: Some(agreed.judged),
            critical: agreed.critical,
            reason: String::new(),
            comment: String::new(),
        };
        raw_score(form, &self.master.iter().map(mark).collect::<Vec<_>>())
    }
}

impl Calibration {
    fn must_be(&self, states: &[SetState], remedy: &'static str) -> Result<()> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(WorkError::State { what: "the calibration", state: self.state.name().to_owned(), remedy })
    }

    pub fn call(&self, call_id: &str) -> Result<&SetCall> {
        let found = self.calls.iter().find(|call| call.call_id == call_id);
        found.ok_or_else(|| WorkError::NotFound { what: "call", id: call_id.to_owned() })
    }

    pub fn takes_part(&self, person_id: &str) -> bool {
        self.participants.iter().any(|participant| participant.person_id == person_id)
    }

    /// Who is to score a call: everybody but whoever answered it, and whoever judged it before.
    pub fn scorers<'a>(&'a self, call: &'a SetCall) -> impl Iterator<Item = &'a Participant> {
        self.participants.iter().filter(|participant| participant.scores(call))
    }

    /// The calls that somebody is to score.
    pub fn work_of<'a>(&'a self, person_id: &'a str) -> impl Iterator<Item = &'a SetCall> {
        let participant = self.participants.iter().find(move |participant| participant.person_id == person_id);
        let own = move |call: &&SetCall| participant.is_some_and(|participant| participant.scores(call));
        self.calls.iter().filter(own)
    }

    /// How many calls somebody has still to score; none once scoring is closed.
    pub fn left_to(&self, person_id: &str) -> usize {
        if self.state != SetState::Open {
            return 0;
        }
        self.work_of(person_id).filter(|call| !self.has_handed(&call.call_id, person_id)).count()
    }

    /// Whether somebody has still to score a call, so that what the machine and others said of it is kept from them.
    pub fn is_blind_to(&self, call_id: &str, person_id: &str) -> bool {
        self.state == SetState::Open
            && self.work_of(person_id).any(|call| call.call_id == call_id)
            && !self.has_handed(call_id, person_id)
    }

    /// How many scorings there are to be in all.
    pub fn expected(&self) -> usize {
        self.calls.iter().map(|call| self.scorers(call).count()).sum()
    }

    pub fn has_handed(&self, call_id: &str, person_id: &str) -> bool {
        self.handed.iter().any(|handed| handed.call_id == call_id && handed.person_id == person_id)
    }

    /// Whether marks of others are shown.
    pub fn shows_marks(&self) -> bool {
        self.compared_at.is_some()
    }

    /// Whether its master marks are whole.
    pub fn has_master(&self) -> bool {
        self.compared_at.is_some() && matches!(self.state, SetState::Agreed | SetState::Closed)
    }

    /// One has scored a call; the last one opens the comparison. Tells whether it is open now.
    pub fn hand_in(&mut self, call_id: &str, person_id: &str, at: DateTime<Utc>) -> Result<bool> {
        self.must_be(&[SetState::Open], "scoring is closed; what was not handed in does not count")?;
        let call = self.call(call_id)?;
        if !self.scorers(call).any(|participant| participant.person_id == person_id) {
            return Err(WorkError::Refused("scoring a call that one is not to score"));
        }
        if self.has_handed(call_id, person_id) {
            let state = "handed in".to_owned();
            return Err(WorkError::State { what: "the call", state, remedy: "it is scored once" });
        }
        self.handed.push(Handed { call_id: call_id.to_owned(), person_id: person_id.to_owned(), at });
        let whole = self.handed.len() == self.expected();
        if whole {
            (self.state, self.compared_at) = (SetState::Compared, Some(at));
        }
        Ok(whole)
    }

    /// Closes scoring although somebody has not handed in.
    pub fn compare(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.must_be(&[SetState::Open], "scoring was closed before")?;
        if self.handed.is_empty() {
            return Err(WorkError::invalid("scorings", "0", "were handed in", "wait for one, or close the whole set"));
        }
        (self.state, self.compared_at) = (SetState::Compared, Some(at));
        Ok(())
    }

    /// Agrees on marks of one call. Where those who scored differ, or it is otherwise than they all said, the rule and the reason are asked for.
    pub fn agree(
        &mut self,
        form: &Form,
        call_id: &str,
        marks: &[(String, MasterMark)],
        scored: &[&Assessment],
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.must_be(&[SetState::Compared, SetState::Agreed], "marks are agreed after scoring and before closing")?;
        let mut next = self.clone();
        let found = next.calls.iter_mut().find(|call| call.call_id == call_id);
        let call = found.ok_or_else(|| WorkError::NotFound { what: "call", id: call_id.to_owned() })?;
        for (criterion, mark) in marks {
            assessment::check(form, criterion, mark.judged, mark.critical)?;
            let (rule, reason) = (text("rule", &mark.rule)?, text("reason", &mark.reason)?);
            let Some(judged) = mark.judged else {
                call.master.remove(criterion);
                continue;
            };
            let said = scored.iter().filter_map(|one| one.mark(criterion)?.judged);
            if differ(said.chain([judged])) {
                for (field, value) in [("rule", &rule), ("reason", &reason)] {
                    if value.is_empty() {
                        let problem = "is missing, though not everybody gave this mark";
                        return Err(WorkError::invalid(
                            field,
                            criterion,
                            problem,
                            "write which rule decides it, and why",
                        ));
                    }
                }
            }
            let agreed = Agreed { judged, critical: mark.critical, rule, reason, by: by.to_owned(), at };
            call.master.insert(criterion.clone(), agreed);
        }
        *self = next;
        Ok(())
    }

    /// After marks were agreed on: whether that was the last of them. `forms` finds the form of a call.
    pub fn settle<'f>(&mut self, forms: impl Fn(&FormRef) -> Option<&'f Form>) {
        let whole = self.calls.iter().all(|call| forms(&call.form).is_some_and(|form| call.open_criteria(form) == 0));
        self.state = if whole { SetState::Agreed } else { SetState::Compared };
    }

    /// Closes it for good: when everything is agreed; or, withdrawn, when nobody has handed anything in.
    pub fn close(&mut self) -> Result<()> {
        let withdrawn = self.state == SetState::Open && self.handed.is_empty();
        if !withdrawn {
            self.must_be(&[SetState::Agreed], "it is closed when every master mark is agreed")?;
        }
        self.state = SetState::Closed;
        Ok(())
    }

    /// Of what was scored, what was handed in of one call of this set; nothing while it is hidden.
    pub fn scored<'a>(
        &'a self,
        all: &'a [Record<Assessment>],
        call_id: &'a str,
    ) -> impl Iterator<Item = &'a Assessment> {
        let own = move |one: &&Assessment| {
            self.shows_marks()
                && one.calibration_id.as_deref() == Some(&self.calibration_id)
                && one.call_id == call_id
                && one.state != State::Draft
        };
        all.iter().map(|record| &record.content).filter(own)
    }
}

impl Participant {
    pub fn of(person: &Person) -> Participant {
        Participant { person_id: person.person_id.clone(), representative: person.representative.clone() }
    }

    fn scores(&self, call: &SetCall) -> bool {
        let own = self.representative.is_some() && self.representative == call.representative;
        !own && !call.judged_by.contains(&self.person_id)
    }
}
