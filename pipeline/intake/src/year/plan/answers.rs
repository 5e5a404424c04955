//! What people asked about and when the service worked: appeals by topic, time without outages.

use super::{Cell, LinePlan, fit_kpi};
use crate::year::{apportion, days::Days, marginals::Marginals, outages, printed::Band};
use meyar_schemas::Invalid;

pub(super) fn plan(m: &Marginals, days: &Days, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    topics(m, lines)?;
    availability(m, days, lines)
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
    let cells = [0, 1, 2, 3].map(|line| {
        let of = days.live_s(line);
        Cell { of, can: Band { lo: of - outages::most_down_s(days, line).min(of), hi: of }, usual: of - of / 500 }
    });
    let up = fit_kpi("availability", &m.kpis.availability, &cells, 100).map_err(|refused| Invalid {
        problem: format!(
            "{}: here the first {} and the last {} minutes of every day are free of outages, for the calls that are answered",
            refused.problem,
            outages::AFTER_OPENING_MIN,
            outages::BEFORE_CLOSING_MIN
        ),
        ..refused
    })?;
    for (line, plan) in lines.iter_mut().enumerate() {
        plan.down_ms = i64::try_from((cells[line].of - up[line]) * 1_000).unwrap_or(0);
    }
    Ok(())
}
