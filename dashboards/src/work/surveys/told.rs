//! What the lake tells of surveys: the calls that invitations are drawn from, and what callers answered.

use crate::Shared;
use crate::data::{DataError, LakeSource, Row};
use crate::error::PageError;
use chrono::NaiveDate;
use datafusion::common::ScalarValue;
use meyar_lake::{LakeError, Period};
use meyar_statistics::{interval, survey};
use meyar_work::surveys::{Called, Question, Survey, days_near};
use serde_json::Value;
use std::collections::BTreeMap;

const CONFIDENCE: f64 = 0.95;

fn days(first: NaiveDate, last: NaiveDate) -> Result<Period, DataError> {
    Ok(format!("{first}..{last}").parse().map_err(LakeError::Invalid)?)
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some("UTC".into()))
}

impl LakeSource {
    /// The calls of a day that a survey may be about, and what is known of earlier invitations of their callers.
    pub async fn survey_calls(&self, day: NaiveDate, again_after_days: u32) -> Result<Vec<Called>, DataError> {
        let (first, last) = days_near(day, again_after_days);
        let (near, own) = (days(first, last)?, days(day, day)?);
        let params = vec![
            ("from", moment(near.from())),
            ("to", moment(near.to())),
            ("day_from", moment(own.from())),
            ("day_to", moment(own.to())),
        ];
        let mut calls = Vec::new();
        for batch in self.lake.sql(include_str!("../../../queries/survey_calls.sql"), params).await? {
            for row in meyar_lake::output::rows(&[batch])? {
                let call = serde_json::from_value(Value::Object(row));
                calls.push(call.map_err(|cause| DataError::Shape { what: "calls of a survey", cause })?);
            }
        }
        Ok(calls)
    }

    async fn survey_answers(&self, code: &str) -> Result<Vec<Row>, DataError> {
        let params = vec![("questionnaire", ScalarValue::Utf8(Some(code.to_owned())))];
        let batches = self.lake.sql(include_str!("../../../queries/survey_answers.sql"), params).await?;
        Ok(meyar_lake::output::rows(&batches)?)
    }
}

/// What may be said of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub question: Question,
    pub answers: u64,
    /// Answers of each step from the lowest; empty where there are too few to print.
    pub counts: Vec<u64>,
    /// Answers on another scale than the question's: counted in nothing.
    pub strange: u64,
    pub top: Option<Top>,
}

/// The share of the best answers: of all answers, and whatever those who did not answer would have said. Shares 0 … 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Top {
    /// The lowest score that counts.
    pub from: u8,
    pub share: f64,
    pub low: f64,
    pub high: f64,
    /// Absent where nobody is known to have been invited.
    pub worst: Option<(f64, f64)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Callers {
    pub invited: u64,
    pub answered: u64,
    pub declined: u64,
    pub response: Option<f64>,
    pub questions: Vec<Told>,
    pub least: u64,
}

/// The best steps of a scale: those whose score is at least that share of the highest, as in the figure `satisfaction`.
pub fn top_steps(low: u8, high: u8, least_share: f64) -> usize {
    (low..=high).filter(|score| f64::from(*score) / f64::from(high.max(1)) >= least_share - 1e-6).count()
}

pub fn top(question: &Question, counts: &[u64], least_share: f64, least: u64, response: Option<f64>) -> Option<Top> {
    let (low, high) = question.scale.bounds()?;
    let steps = top_steps(low, high, least_share);
    let best = survey::top_box(counts, steps, least, CONFIDENCE).ok()?;
    let answers = best.answers as f64;
    let bounds = |rate: f64| interval::worst_case(best.share, rate).ok().map(|bounds| (bounds.low, bounds.high));
    debug_assert!(answers > 0.0);
    Some(Top {
        from: high - u8::try_from(steps).unwrap_or(1) + 1,
        share: best.share,
        low: best.interval.low,
        high: best.interval.high,
        worst: response.and_then(bounds),
    })
}

pub async fn callers(shared: &Shared, record: &Survey) -> Result<Callers, PageError> {
    let rows = shared.data.survey_answers(&record.code).await?;
    let last = record.definition.last_day;
    let threshold = async |name: &str, otherwise: f64| -> Result<f64, PageError> {
        Ok(shared.data.threshold(name, last).await?.unwrap_or(otherwise))
    };
    // Without the reference nothing is printed.
    let least = threshold("survey_min_answers", f64::from(u32::MAX)).await? as u64;
    let least_share = threshold("satisfied_min_share", 1.0).await?;
    Ok(counted(&rows, &record.definition.questions, least, least_share))
}

fn counted(rows: &[Row], questions: &[Question], least: u64, least_share: f64) -> Callers {
    let number = |row: &Row, name: &str| row.get(name).and_then(Value::as_u64);
    let is = |row: &Row, name: &str, what: &str| row.get(name).and_then(Value::as_str) == Some(what);
    let of = |what: &str| rows.iter().find(|row| is(row, "what", what)).and_then(|row| number(row, "n")).unwrap_or(0);
    let (invited, answered) = (of("invited"), of("answered"));
    let response = survey::response_rate(answered, invited).ok();
    let told = |question: &Question| {
        let (low, high) = question.scale.bounds().unwrap_or((0, 0));
        let scale = (Some(u64::from(low)), Some(u64::from(high)));
        let mut by_score: BTreeMap<u64, u64> = (low..=high).map(|score| (u64::from(score), 0)).collect();
        let (mut answers, mut strange) = (0, 0);
        for row in rows.iter().filter(|row| is(row, "what", "answer") && is(row, "question", &question.code)) {
            let n = number(row, "n").unwrap_or(0);
            let same = (number(row, "scale_min"), number(row, "scale_max")) == scale;
            match number(row, "score").and_then(|score| by_score.get_mut(&score)).filter(|_| same) {
                Some(count) => {
                    *count += n;
                    answers += n;
                }
                None => strange += n,
            }
        }
        let counts: Vec<u64> = if answers >= least.max(1) { by_score.into_values().collect() } else { Vec::new() };
        // Of those who were invited, how many answered this one.
        let rate = survey::response_rate(answers, invited).ok();
        let top = if counts.is_empty() { None } else { top(question, &counts, least_share, least, rate) };
        Told { question: question.clone(), answers, counts, strange, top }
    };
    Callers {
        invited,
        answered,
        declined: of("declined"),
        response,
        questions: questions.iter().map(told).collect(),
        least,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_work::surveys::Scale;
    use serde_json::json;

    fn row(what: &str, question: Option<&str>, score: Option<u8>, scale: Option<(u8, u8)>, n: u64) -> Row {
        let row = json!({ "what": what, "question": question, "score": score, "scale_min": scale.map(|scale| scale.0), "scale_max": scale.map(|scale| scale.1), "n": n });
        row.as_object().unwrap().clone()
    }

    fn overall() -> Question {
        Question { code: "overall".into(), az: "?".into(), en: "?".into(), scale: Scale::OneToFive }
    }

    #[test]
    fn under_thirty_nothing_is_printed_and_another_scale_counts_in_nothing() {
        let rows = |n: u64| {
            vec![
                row("invited", None, None, None, 200),
                row("answered", None, None, None, n + 20),
                row("declined", None, None, None, 3),
                row("answer", Some("overall"), Some(5), Some((1, 5)), n),
                row("answer", Some("overall"), Some(2), Some((1, 5)), 20),
                row("answer", Some("overall"), Some(9), Some((0, 10)), 7),
                row("answer", Some("other"), Some(5), Some((1, 5)), 50),
            ]
        };
        let few = counted(&rows(9), &[overall()], 30, 0.8);
        assert_eq!((few.questions[0].answers, few.questions[0].counts.len(), few.questions[0].top), (29, 0, None));
        let enough = counted(&rows(20), &[overall()], 30, 0.8);
        let told = &enough.questions[0];
        assert_eq!((told.answers, told.strange, told.counts.as_slice()), (40, 7, [0, 20, 0, 0, 20].as_slice()));
        let top = told.top.unwrap();
        assert_eq!((top.from, top.share, enough.response), (4, 0.5, Some(0.2)));
        // 40 of 200 answered and half were satisfied: 10 % if nobody else was, 90 % if everybody else was.
        let (low, high) = top.worst.unwrap();
        assert!((low - 0.1).abs() < 1e-12 && (high - 0.9).abs() < 1e-12, "{low} {high}");
        assert!(top.low < 0.5 && 0.5 < top.high);
    }

    #[test]
    fn the_best_steps_are_those_of_the_figure() {
        assert_eq!([(1, 5), (0, 10), (0, 1)].map(|(low, high)| top_steps(low, high, 0.8)), [2, 3, 1]);
    }
}
