//! What people's own work in the store says of somebody in a card's period. Pure: each measure is one function over records.
//!
//! Nothing that a machine said can come in here, by construction: scores of tests, attendance, moments of publishing, marks that were given
//! blind, and decisions of disputes are all people's; no function below reads what was proposed.

use super::{CardPeriod, Measured, Unit};
use crate::assessment::{Assessment, Decision, State};
use crate::calibration::severity::Against;
use crate::calibration::{Calibration, SetState};
use crate::plans::{Pick, PickState};
use crate::rights::{Role, named};
use crate::store::{Kept as _, Record};
use crate::terms;
use crate::trainings::{Attendance, Participant, Training};
use std::collections::BTreeSet;

named! {
    Measure: "measure" {
        /// Mean score of the tests that a representative took.
        Tests = "tests",
        /// Of the trainings that a representative was invited to, those attended.
        Attendance = "attendance",
        /// Of the calls that an assessor was given, those published in time.
        PlanDone = "plan_done",
        /// Of an assessor's calibration marks, those that are as the agreed ones.
        Agreement = "agreement",
        /// Of an assessor's disputed criteria, those upheld.
        Upheld = "upheld",
    }
}

impl Measure {
    /// Whether such a role does that work.
    pub fn fits(self, role: Role) -> bool {
        let answers_calls = matches!(self, Measure::Tests | Measure::Attendance);
        answers_calls == (role == Role::Representative)
    }

    pub fn unit(self) -> Unit {
        if self == Measure::Tests { Unit::Points } else { Unit::Percent }
    }
}

/// Each once, in order.
fn ids<'a>(records: impl Iterator<Item = &'a str>) -> Vec<String> {
    records.collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}

/// The mean of what records say, and which these are; nothing where none says anything.
fn mean<'a>(said: impl Iterator<Item = (f64, &'a str)>) -> Option<Measured> {
    let (values, records): (Vec<f64>, Vec<&str>) = said.unzip();
    let n = values.len();
    let records = ids(records.into_iter());
    (n > 0).then(|| Measured { records, ..Measured::of_figure(values.iter().sum::<f64>() / n as f64, n as u64) })
}

fn percent(good: bool) -> f64 {
    if good { 100.0 } else { 0.0 }
}

/// What the trainings of a period keep of somebody. Its day is the one on which it began: a training lasts less than a day.
fn taken_part<'a>(
    trainings: &'a [Record<Training>],
    representative: &'a str,
    period: CardPeriod,
) -> impl Iterator<Item = (&'a Training, &'a Participant)> {
    let of_period = trainings.iter().filter(move |training| period.contains(training.day()));
    of_period.filter_map(|training| Some((&training.content, training.participant(representative)?)))
}

/// Counts tests. Whoever was there and took none has no score, and is missing in nothing.
pub fn tests(trainings: &[Record<Training>], representative: &str, period: CardPeriod) -> Option<Measured> {
    let taken = taken_part(trainings, representative, period);
    mean(taken.filter_map(|(training, one)| Some((one.score?, training.id()))))
}

/// Counts invitations to trainings that were held. Whoever was ill was absent too: reasons are words, and no measure weighs them.
pub fn attendance(trainings: &[Record<Training>], representative: &str, period: CardPeriod) -> Option<Measured> {
    let invited = taken_part(trainings, representative, period);
    let came = |attendance| percent(attendance == Attendance::Present);
    mean(invited.filter_map(|(training, one)| Some((came(one.attendance?), training.id()))))
}

/// Counts the calls that were due in the period, whichever days they are of: the last day for the work is what an assessor can keep. They are
/// counted for whoever had them on that day: who is given one later could not keep it. What could not be judged was no work, if that was said in
/// time; it was said why, and stands on the plan's page.
pub fn plan_done(picks: &[Record<Pick>], person_id: &str, period: CardPeriod) -> Option<Measured> {
    // Nothing changes a call that is done or given up, so its last change is its publication, or that step.
    let before = |pick: &Record<Pick>| pick.changed_at < pick.due_at;
    let due = picks.iter().filter(|pick| {
        pick.lapsed_with.as_deref().or(pick.assignee.as_deref()) == Some(person_id)
            && !(pick.state == PickState::Impossible && before(pick))
            && period.contains(terms::last_day(pick.due_at))
    });
    let in_time = |pick: &Record<Pick>| pick.state == PickState::Done && before(pick);
    mean(due.map(|pick| (percent(in_time(pick)), pick.plan_id.as_str())))
}

/// Whether a set was closed in the period. Nothing changes a closed one, so its last change is its closing.
pub fn closed_in(set: &Record<Calibration>, period: CardPeriod) -> bool {
    set.state == SetState::Closed && period.contains(terms::day(set.changed_at))
}

/// Counts marks, of one call after another as the calibration page has them ("exactly as agreed"). Raw: by chance alone some agree too.
pub fn agreement(against: &[Against], person_id: &str) -> Option<Measured> {
    let own: Vec<&Against> = against.iter().filter(|one| one.person_id == person_id).collect();
    let n: usize = own.iter().map(|one| one.criteria).sum();
    let exact: usize = own.iter().map(|one| one.exact).sum();
    let records = ids(own.iter().map(|one| one.calibration_id.as_str()));
    (n > 0).then(|| Measured { records, ..Measured::of_figure(100.0 * exact as f64 / n as f64, n as u64) })
}

/// Counts criteria, not disputes: of one assessment one mark may stand and another be changed. Of what was voided whole nothing stands.
pub fn upheld(assessments: &[Record<Assessment>], person_id: &str, period: CardPeriod) -> Option<Measured> {
    let decided = assessments.iter().filter_map(|one| {
        let dispute = one.dispute.as_ref().filter(|_| one.assessor == person_id)?;
        period.contains(terms::day(dispute.decided_at?)).then_some((one, dispute))
    });
    let points = decided.flat_map(|(one, dispute)| dispute.points.iter().map(move |point| (one, point)));
    let stands = |one: &Assessment, decision| one.state != State::Voided && decision == Some(Decision::Upheld);
    mean(points.map(|(one, point)| (percent(stands(one, point.decision)), one.id())))
}
