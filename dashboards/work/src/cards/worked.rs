//! What is read of the store for the measures of a form: once, for everybody whom cards are made about.

use super::measure::{self, Measure};
use super::{About, CardForm, CardPeriod, Measured};
use crate::assessment::{Assessment, State};
use crate::calibration::severity::{Against, against_master};
use crate::calibration::{Calibration, SetState};
use crate::desk::Desk;
use crate::error::Result;
use crate::plans::Pick;
use crate::store::{Filter, Kept, Record};
use crate::trainings::Training;
use chrono::{DateTime, Days, NaiveTime, Utc};
use std::collections::BTreeMap;

/// Of a period; what no measure of the form asks for is empty.
#[derive(Debug, Clone, Default)]
pub struct Worked {
    trainings: Vec<Record<Training>>,
    picks: Vec<Record<Pick>>,
    against: Vec<Against>,
    disputed: Vec<Record<Assessment>>,
}

impl Worked {
    /// By indicator, what it says of one of them.
    pub fn says(&self, form: &CardForm, period: CardPeriod, about: &About) -> BTreeMap<String, Measured> {
        let of = |measure: Measure| {
            let (representative, person_id) = (about.representative.as_deref(), about.person_id.as_deref());
            match measure {
                Measure::Tests => measure::tests(&self.trainings, representative?, period),
                Measure::Attendance => measure::attendance(&self.trainings, representative?, period),
                Measure::PlanDone => measure::plan_done(&self.picks, person_id?, period),
                Measure::Agreement => measure::agreement(&self.against, person_id?),
                Measure::Upheld => measure::upheld(&self.disputed, person_id?, period),
            }
        };
        form.indicators.iter().filter_map(|one| Some((one.code.clone(), of(one.measure?)?))).collect()
    }
}

/// Moments around a period, wider than any time zone: the measures themselves look at the day.
fn around(period: CardPeriod) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = period.first.checked_sub_days(Days::new(2)).unwrap_or(period.first);
    let last = period.last().checked_add_days(Days::new(3)).unwrap_or(period.last());
    (first.and_time(NaiveTime::MIN).and_utc(), last.and_time(NaiveTime::MIN).and_utc())
}

impl Desk {
    /// Whoever makes cards of it is asked for the right there.
    pub async fn worked(&self, form: &CardForm, period: CardPeriod) -> Result<Worked> {
        let asks = |any: &[Measure]| {
            form.indicators.iter().any(|one| one.measure.is_some_and(|measure| any.contains(&measure)))
        };
        let mut worked = Worked::default();
        if asks(&[Measure::Tests, Measure::Attendance]) {
            worked.trainings = self.due_around(period).await?;
        }
        if asks(&[Measure::PlanDone]) {
            worked.picks = self.due_around(period).await?;
        }
        if asks(&[Measure::Agreement]) {
            worked.against = self.against_agreed(period).await?;
        }
        if asks(&[Measure::Upheld]) {
            let states = [State::Upheld.name(), State::Changed.name(), State::Voided.name()];
            worked.disputed = self.store.list(&Filter { states: &states, ..Filter::default() }).await?;
        }
        Ok(worked)
    }

    async fn due_around<T: Kept>(&self, period: CardPeriod) -> Result<Vec<Record<T>>> {
        let (from, before) = around(period);
        self.store.list(&Filter { due_from: Some(from), due_before: Some(before), ..Filter::default() }).await
    }

    /// Everybody's calls of the sets that were closed in a period, beside the agreed marks.
    async fn against_agreed(&self, period: CardPeriod) -> Result<Vec<Against>> {
        let states = [SetState::Closed.name()];
        let mut sets: Vec<Record<Calibration>> =
            self.store.list(&Filter { states: &states, ..Filter::default() }).await?;
        sets.retain(|set| measure::closed_in(set, period));
        let mut scored = Vec::new();
        for set in &sets {
            scored.extend(self.scores_of(set).await?);
        }
        Ok(against_master(|form| self.forms.named(form), &scored, &sets))
    }
}
