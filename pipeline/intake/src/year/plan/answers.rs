//! What people said and when the service worked: appeals by topic, surveys, time without outages, days to answers.

use super::{Cell, LinePlan, Surveys, fit_kpi};
use crate::year::{
    apportion,
    days::Days,
    marginals::{Kpi, Marginals, STRUCTURES},
    outages::MOST_DOWN,
    printed::Band,
};
use meyar_schemas::Invalid;

/// One in forty answered calls has an answered survey, one in five invitations is answered.
const ANSWERS_OF_CALLS: u64 = 40;
const INVITED_OF_ANSWERS: u64 = 5;
const FEWEST_ANSWERS: u64 = 40;

pub(super) fn plan(m: &Marginals, days: &Days, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    topics(m, lines)?;
    availability(m, days, lines)?;
    surveys(m, lines)
}

/// Every answered call has an appeal, as long as there are enough.
fn topics(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let counts: Vec<u64> = m.topics.iter().map(|(_, count)| *count).collect();
    let (appeals, answered) = (counts.iter().sum::<u64>(), m.answered.iter().sum::<u64>());
    if answered == 0 && appeals > 0 {
        let remedy = "it should be 0: appeals are made in answered calls";
        return Err(Invalid::new("topics", appeals.to_string(), "appeals cannot be: no call was answered", remedy));
    }
    let more = appeals.saturating_sub(answered);
    let mut by_line = apportion::shares(if more > 0 { more } else { appeals }, &m.answered);
    if more > 0 {
        by_line.iter_mut().zip(&m.answered).for_each(|(appeals, calls)| *appeals += calls);
    }
    let table = apportion::table(&by_line, &counts);
    lines.iter_mut().zip(table).for_each(|(line, topics)| line.topics = topics);
    Ok(())
}

fn availability(m: &Marginals, days: &Days, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let least = |live: u64| live - (live as f64 * MOST_DOWN) as u64;
    let cells = [0, 1, 2, 3].map(|line| {
        let of = days.live_s(line);
        Cell { of, can: Band { lo: least(of), hi: of }, usual: of - of / 500 }
    });
    let up = fit_kpi("availability", &m.kpis.availability, &cells, 100)?;
    for (line, plan) in lines.iter_mut().enumerate() {
        plan.down_ms = i64::try_from((cells[line].of - up[line]) * 1_000).unwrap_or(0);
    }
    Ok(())
}

fn surveys(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let kpi = &m.kpis.satisfaction;
    // A total that the usual numbers of answers do not give is approached by more answers of lines on its side.
    let mut refused = None;
    for times in [1, 2, 4, 8, 16, 32, 40] {
        let answers = answers(m, kpi, times)?;
        let cells = [0, 1, 2, 3].map(|line| Cell {
            of: answers[line],
            can: Band { lo: 0, hi: answers[line] },
            usual: answers[line] * 9 / 10,
        });
        match fit_kpi("satisfaction", kpi, &cells, 100) {
            Err(invalid) => refused = Some(invalid),
            Ok(satisfied) => {
                for (line, plan) in lines.iter_mut().enumerate() {
                    let invited = (answers[line] * INVITED_OF_ANSWERS).min(m.answered[line]);
                    plan.surveys = Surveys { invited, answered: answers[line], satisfied: satisfied[line] };
                }
                return Ok(());
            }
        }
    }
    refused.map_or(Ok(()), Err)
}

/// Answers by line: so many that the printed percentage exists.
fn answers(m: &Marginals, kpi: &Kpi, times: u64) -> Result<[u64; 4], Invalid> {
    let usual = |line: usize| (m.answered[line] / ANSWERS_OF_CALLS).max(FEWEST_ANSWERS).min(m.answered[line]);
    let share = |line: usize| kpi.lines[line].map(|printed| printed.aim(100, 1_000_000_000));
    let all: u64 = (0..STRUCTURES.len()).map(usual).sum();
    let mean = (0..STRUCTURES.len()).map(|line| share(line).unwrap_or(0) as f64 * usual(line) as f64).sum::<f64>()
        / all.max(1) as f64;
    let wanted = kpi.total.map(|printed| printed.aim(100, 1_000_000_000) as f64);
    let mut answers = [0; 4];
    for line in 0..STRUCTURES.len() {
        let printed = kpi.lines[line];
        let helps = wanted.zip(share(line)).is_some_and(|(wanted, own)| (own as f64 > mean) == (wanted > mean));
        let start = (usual(line) * if helps { times } else { 1 }).min(m.answered[line]);
        let exists = |n: &u64| printed.is_none_or(|printed| !printed.band(100, *n).within(0, *n).is_empty());
        let upwards = (start..=m.answered[line].min(start + 20_000)).find(exists);
        answers[line] = upwards
            .or_else(|| (1..start).rev().find(exists))
            .or((m.answered[line] == 0).then_some(0))
            .ok_or_else(|| {
                Invalid::new(
                    &format!("kpis.satisfaction.{}", STRUCTURES[line]),
                    printed.map(|printed| printed.to_string()).unwrap_or_default(),
                    format!("is printed of no number of answers up to {}", m.answered[line]),
                    "write the percentage of 0 to 100 that was printed",
                )
            })?;
    }
    Ok(answers)
}
