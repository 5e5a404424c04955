//! Application sheets: what is opened in live calls and in callbacks, what is carried, how long answers take.

use super::{Cell, Forwarded, LinePlan, Queries, fit_kpi};
use crate::year::{
    apportion,
    marginals::{Marginals, STRUCTURES},
    means::callbacks,
    printed::Band,
};
use meyar_schemas::Invalid;

/// No query sheet takes longer in the mean: the answers of a year's end would not fit.
const LONGEST_MEAN_DAYS: u64 = 30;

pub(super) fn plan(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let wanted = m.callback_sheets().unwrap_or(0);
    let all = |line: usize| m.forwarded.iter().map(|class| class[line]).sum::<u64>();
    let room: Vec<u64> = (0..STRUCTURES.len()).map(|line| callbacks(lines[line].lost.reached).min(all(line))).collect();
    if wanted > room.iter().sum() {
        let most = room.iter().sum::<u64>();
        return Err(Invalid::new(
            "directions.immediate",
            m.directions.immediate.to_string(),
            format!("means {wanted} sheets opened in callbacks, but only {most} people were reached"),
            format!("it should be at most {}", m.directions.immediate.saturating_sub(wanted - most)),
        ));
    }
    let by_line = if wanted == 0 { vec![0; 4] } else { apportion::shares(wanted, &room) };
    for (line, plan) in lines.iter_mut().enumerate() {
        let compiled: Vec<u64> = m.forwarded.iter().map(|class| class[line]).collect();
        let callback = if by_line[line] == 0 { vec![0; 4] } else { apportion::shares(by_line[line], &compiled) };
        for (class, cell) in plan.forwarded.iter_mut().enumerate() {
            *cell = Forwarded { live: compiled[class] - callback[class], callback: callback[class] };
        }
        for (query, cells) in m.queries.iter().zip(&mut plan.queries) {
            let old_answered = query.carried_in[line].min(query.answered[line]);
            let old_forwarded = (query.carried_in[line] - old_answered).min(query.forwarded[line]);
            let old_left = query.carried_in[line] - old_answered - old_forwarded;
            *cells = Queries {
                old_answered,
                old_forwarded,
                old_left,
                new_answered: query.answered[line] - old_answered,
                new_forwarded: query.forwarded[line] - old_forwarded,
                new_left: query.carried_out[line] - old_left,
            };
        }
    }
    answer_days(m, lines)
}

fn answer_days(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let cells = [0, 1, 2, 3].map(|line| {
        let of = lines[line].answered_queries();
        // What was opened in the year before has at least the first working day of this one behind it.
        let least = lines[line].queries.iter().map(|q| q.old_answered).sum();
        Cell { of, can: Band { lo: least, hi: of * LONGEST_MEAN_DAYS }, usual: (of * 4).max(least) }
    });
    let days = fit_kpi("mv_avg_days", &m.kpis.mv_avg_days, &cells, 1)?;
    lines.iter_mut().zip(days).for_each(|(line, days)| line.answer_days = days);
    Ok(())
}
