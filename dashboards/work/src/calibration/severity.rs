//! Each assessor against the agreed master: how severe, how exact, and whether it drifts from one calibration to the next. Pure.

use super::Calibration;
use crate::assessment::{Assessment, raw_score};
use crate::store::Record;
use chrono::{DateTime, Utc};
use meyar_schemas::evaluations::FormRef;
use meyar_scoring::Form;
use meyar_statistics::StatisticsError;
use meyar_statistics::compare::{ChartPoint, ewma_mean_chart};
use meyar_statistics::drift::{Severity, severity};
use std::collections::BTreeMap;

/// One call that an assessor scored, beside its master.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    pub calibration_id: String,
    pub name: String,
    /// When the set was compared.
    pub at: DateTime<Utc>,
    pub call_id: String,
    /// The version of the form that both judged by.
    pub form: FormRef,
    pub person_id: String,
    /// Raw scores, 0 … 100: a call in which nothing could be scored has none and is not here.
    pub assessor: f64,
    pub master: f64,
    /// Criteria that were marked exactly as the master is, of all.
    pub exact: usize,
    pub criteria: usize,
}

/// Every scored call with a whole master, in the order in which the sets were compared.
pub fn against_master<'f>(
    forms: impl Fn(&FormRef) -> Option<&'f Form>,
    assessments: &[Record<Assessment>],
    sets: &[Record<Calibration>],
) -> Vec<Against> {
    let mut all = Vec::new();
    for set in sets.iter().filter(|set| set.has_master()) {
        for call in &set.calls {
            let Some(form) = forms(&call.form) else { continue };
            let Some(master) = call.master_score(form) else { continue };
            for one in set.scored(assessments, &call.call_id) {
                let Some(assessor) = raw_score(form, one.given()) else { continue };
                let agreed = |code: &str| call.master.get(code).map(|agreed| agreed.judged);
                let exact = |mark: &&crate::assessment::Mark| mark.judged == agreed(&mark.criterion);
                all.push(Against {
                    calibration_id: set.calibration_id.clone(),
                    name: set.name.clone(),
                    at: set.compared_at.unwrap_or(set.made_at),
                    call_id: call.call_id.clone(),
                    form: call.form.clone(),
                    person_id: one.assessor.clone(),
                    assessor,
                    master,
                    exact: one.given().iter().filter(exact).count(),
                    criteria: one.given().len(),
                });
            }
        }
    }
    all.sort_by(|one, other| {
        (one.at, &one.calibration_id, &one.call_id).cmp(&(other.at, &other.calibration_id, &other.call_id))
    });
    all
}

/// What was judged by one version of a form: a point of one version is not a point of another.
pub fn of_version(all: Vec<Against>, form: &FormRef) -> Vec<Against> {
    all.into_iter().filter(|one| one.form == *form).collect()
}

impl Against {
    /// Below 0 is severe, above 0 is mild.
    pub fn difference(&self) -> f64 {
        self.assessor - self.master
    }
}

/// What all calls of one assessor say.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub calls: usize,
    pub mean: f64,
    /// Refused for a single call.
    pub severity: Option<Severity>,
    /// Criteria that were marked exactly as the master is, of all.
    pub exact: usize,
    pub criteria: usize,
}

pub fn standing(own: &[&Against], confidence: f64) -> Option<Standing> {
    if own.is_empty() {
        return None;
    }
    let assessor: Vec<f64> = own.iter().map(|one| one.assessor).collect();
    let master: Vec<f64> = own.iter().map(|one| one.master).collect();
    Some(Standing {
        calls: own.len(),
        mean: own.iter().map(|one| one.difference()).sum::<f64>() / own.len() as f64,
        // An interval of differences that are all alike would claim to know all.
        severity: severity(&assessor, &master, confidence).ok().filter(|found| found.interval.width() > 0.0),
        exact: own.iter().map(|one| one.exact).sum(),
        criteria: own.iter().map(|one| one.criteria).sum(),
    })
}

/// One calibration of an assessor, in the chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    pub name: String,
    pub at: DateTime<Utc>,
    pub n: u64,
    pub mean: f64,
    pub point: ChartPoint,
}

/// How single calls vary around what their assessor does in that set: pooled over everybody, so that neither severity nor drift
/// widens the limits. `None` where no set has two calls of one assessor, or nothing varies.
pub fn pooled_deviation(all: &[Against]) -> Option<f64> {
    let mut groups: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for one in all {
        groups.entry((&one.calibration_id, &one.person_id)).or_default().push(one.difference());
    }
    let (mut squares, mut freedom) = (0.0, 0.0);
    for group in groups.values() {
        let mean = group.iter().sum::<f64>() / group.len() as f64;
        squares += group.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        freedom += group.len() as f64 - 1.0;
    }
    let deviation = if freedom > 0.0 { (squares / freedom).sqrt() } else { 0.0 };
    (deviation > 0.0).then_some(deviation)
}

/// The drift of one assessor around the master, from set to set (EWMA).
pub fn drift(own: &[&Against], deviation: f64, weight: f64, width: f64) -> Result<Vec<Period>, StatisticsError> {
    let mut sets: Vec<(&Against, Vec<f64>)> = Vec::new();
    for one in own {
        match sets.last_mut().filter(|(set, _)| set.calibration_id == one.calibration_id) {
            Some((_, values)) => values.push(one.difference()),
            None => sets.push((one, vec![one.difference()])),
        }
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let periods: Vec<(f64, u64)> = sets.iter().map(|(_, values)| (mean(values), values.len() as u64)).collect();
    let points = ewma_mean_chart(&periods, 0.0, deviation, weight, width)?;
    let named = sets.into_iter().zip(periods).zip(points);
    let period =
        named.map(|(((set, _), (mean, n)), point)| Period { name: set.name.clone(), at: set.at, n, mean, point });
    Ok(period.collect())
}
