//! What callers answered, and how many did.

use crate::{
    Interval, check,
    error::{Result, StatisticsError},
    interval::wilson,
    normal,
};

/// The share of the best answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopBox {
    /// Valid answers.
    pub answers: u64,
    /// 0 … 1.
    pub share: f64,
    /// Wilson's.
    pub interval: Interval,
}

/// Net promoter score, in points −100 … 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nps {
    /// Valid answers.
    pub answers: u64,
    /// 100·(p − d), in points.
    pub score: f64,
    /// In points.
    pub standard_error: f64,
    /// score ± z·se, cut to −100 … 100.
    pub interval: Interval,
}

/// CSAT as top-box: the answers in the best `top` steps of the scale over all valid answers.
///
/// Source: the usual definition of practice, no one paper; the interval is Wilson 1927. Shares 0 … 1. `counts` has the answers of each step from worst to best: for 4 and 5
/// of 5, five counts and `top` 2. `publish_from` is the house's limit of answers below which nothing is published.
///
/// # Errors
/// [`TooFew`](crate::StatisticsError::TooFew) below `publish_from` or without an answer; `top` is 0 or the whole scale; `confidence` not between 0 and 1.
pub fn top_box(counts: &[u64], top: usize, publish_from: u64, confidence: f64) -> Result<TopBox> {
    if top == 0 || top >= counts.len() {
        return Err(StatisticsError::refused(
            "top",
            top,
            "is not a part of the scale",
            "give at least 1 and less than the steps of the scale",
        ));
    }
    let answers = published(counts, publish_from)?;
    let best = check::total("counts", &counts[counts.len() - top..])?;
    let interval = wilson(best, answers, confidence)?;
    Ok(TopBox { answers, share: best as f64 / answers as f64, interval })
}

/// NPS = 100·(p − d), SE = 100·√((p + d − (p−d)²)/n), p the share of 9–10 and d that of 0–6.
///
/// Source: Reichheld 2003; SE from the variance of a value of +1, 0, −1. Points. `publish_from` as in [`top_box`].
///
/// # Errors
/// [`TooFew`](crate::StatisticsError::TooFew) below `publish_from` or without an answer, or `confidence` not between 0 and 1.
pub fn nps(promoters: u64, passives: u64, detractors: u64, publish_from: u64, confidence: f64) -> Result<Nps> {
    let answers = published(&[promoters, passives, detractors], publish_from)?;
    let n = answers as f64;
    let (up, down) = (promoters as f64 / n, detractors as f64 / n);
    let variance = (up + down - (up - down).powi(2)).max(0.0);
    let (score, standard_error) = (100.0 * (up - down), 100.0 * (variance / n).sqrt());
    let half = normal::z(confidence)? * standard_error;
    let interval = Interval { low: score - half, high: score + half }.within(-100.0, 100.0);
    Ok(Nps { answers, score, standard_error, interval })
}

/// [`nps`] from the answers to 0, 1, … 10.
///
/// # Errors
/// As [`nps`].
pub fn nps_of_answers(counts: &[u64; 11], publish_from: u64, confidence: f64) -> Result<Nps> {
    let part = |from: usize, to: usize| check::total("counts", &counts[from..to]);
    nps(part(9, 11)?, part(7, 9)?, part(0, 7)?, publish_from, confidence)
}

/// RR1: complete answers over all who were invited and could answer, also those who could not be reached. A share 0 … 1.
///
/// Source: AAPOR Standard Definitions 2023. Put it into [`worst_case`](crate::interval::worst_case) beside every result.
///
/// # Errors
/// Nobody was invited, or there are more answers than invitations.
pub fn response_rate(completes: u64, invited: u64) -> Result<f64> {
    let (completes, invited) = check::part_of("completes", completes, "invited", invited)?;
    Ok(completes / invited)
}

fn published(counts: &[u64], publish_from: u64) -> Result<u64> {
    let answers = check::total("counts", counts)?;
    check::enough_units("answers", answers, publish_from.max(1))?;
    Ok(answers)
}
