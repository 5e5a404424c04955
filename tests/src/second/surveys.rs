//! Satisfaction surveys.

use super::cells::{Cells, Sums};
use super::day::{self, Period};
use super::events::{SurveyEvent, SurveyStep};
use super::{line::ALL, line::Line, names::Name, rules::Rules};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The normal distribution's 97.5th percentile.
const Z95: f64 = 1.959_963_984_540_054;

#[derive(Debug)]
pub struct Survey {
    pub day: NaiveDate,
    pub line: Line,
    pub invited: bool,
    /// The answer to `overall`, if there is one: satisfied or not.
    pub overall: Option<bool>,
    /// The answer to `resolved`. Reading: it says yes as `overall` says satisfied, by its share of the scale.
    pub resolved: Option<bool>,
}

impl Survey {
    /// Reading: of several answers to one question the latest counts; all answers belong to the day of the survey's first event.
    fn of(mut events: Vec<&SurveyEvent>, rules: &Rules) -> Option<Self> {
        events.sort();
        let first = events.first()?;
        let answer = |to: &str| {
            events.iter().rev().find_map(|event| match &event.step {
                SurveyStep::Answered { question, score, scale_max } if question.as_ref() == to => {
                    Some(f64::from(*score) / f64::from(*scale_max) >= rules.satisfied_min_share)
                }
                _ => None,
            })
        };
        Some(Self {
            day: day::day(first.at),
            line: first.line,
            invited: events.iter().any(|event| event.step == SurveyStep::Invited),
            overall: answer("overall"),
            resolved: answer("resolved"),
        })
    }
}

pub fn surveys(events: &[SurveyEvent], rules: &Rules) -> Vec<Survey> {
    let mut told: BTreeMap<&Name, Vec<&SurveyEvent>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.caller) {
        told.entry(&event.survey).or_default().push(event);
    }
    told.into_values().filter_map(|events| Survey::of(events, rules)).collect()
}

pub fn put(cells: &mut Cells, surveys: &[Survey], period: Period) {
    const FIGURE: &str = "satisfaction";
    let mut sums = Sums::default();
    for survey in surveys.iter().filter(|survey| period.holds(survey.day)) {
        sums.add("invited", survey.line, f64::from(u8::from(survey.invited)));
        sums.add("answered", survey.line, f64::from(u8::from(survey.overall.is_some())));
        sums.add("satisfied", survey.line, f64::from(u8::from(survey.overall == Some(true))));
    }
    sums.put(cells, FIGURE, &["invited", "answered", "satisfied"]);
    for whose in ALL {
        let [invited, answered, satisfied] = ["invited", "answered", "satisfied"].map(|what| sums.of(what, whose));
        cells.put_quotient(FIGURE, whose, "response_rate", answered, invited);
        cells.put_quotient(FIGURE, whose, "worst_case_low", satisfied, invited);
        cells.put_quotient(FIGURE, whose, "worst_case_high", satisfied + (invited - answered), invited);
        if answered > 0.0 {
            let (low, high) = wilson(satisfied, answered);
            cells.put(FIGURE, whose, "share", satisfied / answered);
            cells.put(FIGURE, whose, "wilson_low", low);
            cells.put(FIGURE, whose, "wilson_high", high);
        }
    }
}

/// Wilson's interval of a share, 95 %.
pub fn wilson(successes: f64, n: f64) -> (f64, f64) {
    let (share, z2) = (successes / n, Z95 * Z95);
    let centre = share + z2 / (2.0 * n);
    let spread = Z95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    ((centre - spread) / scale, (centre + spread) / scale)
}
