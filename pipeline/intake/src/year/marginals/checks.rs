//! Numbers that contradict one another are refused, with what they should be.

use super::{ByLine, FORWARDED, Kpi, Marginals, Printed, QUERIES, Query, STRUCTURES};
use meyar_schemas::Invalid;

pub(super) fn check(marginals: &Marginals) -> Result<(), Invalid> {
    lost(marginals)?;
    sheets(marginals)?;
    directions(marginals)?;
    accepted(marginals)?;
    query_share(marginals)
}

fn should_be(field: &str, value: u64, problem: impl Into<String>, right: impl std::fmt::Display) -> Invalid {
    Invalid::new(
        field,
        value.to_string(),
        problem,
        format!("it should be {right}; mend it or the numbers it follows from"),
    )
}

fn lost(m: &Marginals) -> Result<(), Invalid> {
    let (parts, lost) = (m.lost_parts.sum(), m.lost.iter().sum::<u64>());
    if parts != lost {
        return Err(should_be(
            "lost_breakdown",
            parts,
            "is the sum of the five parts, but not of the lost calls",
            lost,
        ));
    }
    if m.lost_parts.redialled_answered > 0 && m.answered.iter().all(|n| *n == 0) {
        let problem = "cannot have been answered later: no call was answered";
        return Err(should_be("lost_breakdown.redialled_answered", m.lost_parts.redialled_answered, problem, 0));
    }
    Ok(())
}

fn sheets(m: &Marginals) -> Result<(), Invalid> {
    for (query, class) in m.queries.iter().zip(QUERIES) {
        for (line, structure) in STRUCTURES.iter().enumerate() {
            let in_hand = query.carried_in[line] + query.compiled[line];
            let done = query.answered[line] + query.forwarded[line];
            let field = format!("application_sheets.{class}.carried_out.{structure}");
            let told = query.carried_out[line];
            if done > in_hand {
                let field = format!("application_sheets.{class}.answered_by_cc.{structure}");
                let problem = "is, with those forwarded, more than what was carried in and compiled";
                let most = in_hand.saturating_sub(query.forwarded[line]);
                return Err(should_be(&field, query.answered[line], problem, format!("at most {most}")));
            }
            if in_hand - done != told {
                let problem = "does not close the balance (carried in + compiled − answered − forwarded)";
                return Err(should_be(&field, told, problem, in_hand - done));
            }
        }
    }
    Ok(())
}

fn directions(m: &Marginals) -> Result<(), Invalid> {
    let sum = |of: fn(&Query) -> &ByLine| m.queries.iter().flat_map(of).sum::<u64>();
    let answered = sum(|query| &query.answered);
    if m.directions.mv_answered != answered {
        let problem = "is not the number of query sheets answered by the centre";
        return Err(should_be("directions.mv_answered_by_cc", m.directions.mv_answered, problem, answered));
    }
    let forwarded = m.forwarded.iter().flatten().sum::<u64>() + sum(|query| &query.forwarded);
    if m.directions.mv_forwarded != forwarded {
        let problem = "is not the number of sheets forwarded";
        return Err(should_be("directions.mv_forwarded", m.directions.mv_forwarded, problem, forwarded));
    }
    let parts = &m.lost_parts;
    let without = parts.system_error + parts.waited_under_10s + parts.not_called_back;
    if m.unreached().is_none() {
        let problem = "cannot be the lost calls without contact";
        let right = format!(
            "{without} (no contact was tried or possible) to {} (nobody called back was reached)",
            without + parts.called_back
        );
        return Err(should_be("directions.lost_no_contact", m.directions.lost_no_contact, problem, right));
    }
    let least = (m.answered.iter().sum::<u64>() + sum(|q| &q.carried_in))
        .saturating_sub(m.directions.mv_answered + m.directions.mv_forwarded + sum(|q| &q.carried_out));
    // As many sheets can have been opened in callbacks as people were reached; here only such that are sent on.
    let reached = parts.called_back - m.unreached().unwrap_or(0);
    let by_line = |line: usize| m.forwarded.iter().map(|class| class[line]).sum::<u64>();
    let most = reached.min((0..FORWARDED.len()).map(by_line).sum());
    match m.callback_sheets() {
        Some(sheets) if sheets <= most => {}
        _ => {
            let problem = "does not fit the answered calls and the sheets (answered − sheets opened in live calls)";
            let right = format!("{least} to {}", least + most);
            return Err(should_be("directions.immediate", m.directions.immediate, problem, right));
        }
    }
    for (line, structure) in STRUCTURES.iter().enumerate() {
        let live = m.compiled(line).saturating_sub(m.callback_sheets().unwrap_or(0).min(by_line(line)));
        if live > m.answered[line] {
            let field = format!("application_sheets.compiled_total.{structure}");
            let problem = format!("is more than the calls in which sheets were opened ({} answered)", m.answered[line]);
            return Err(should_be(&field, m.compiled(line), problem, format!("at most {}", m.answered[line])));
        }
    }
    Ok(())
}

/// What a value is printed of, by line and for all: (name, printed, numerator, denominator).
fn printed_of(kpi: Kpi, counts: [(u64, u64); 4]) -> impl Iterator<Item = (&'static str, Printed, u64, u64)> {
    let all = counts.iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    let names = STRUCTURES.into_iter().chain(["TOTAL"]);
    let printed = kpi.lines.into_iter().chain([kpi.total]);
    names.zip(printed).zip(counts.into_iter().chain([all])).filter_map(|((name, printed), (numerator, of))| {
        // Nothing of nothing has no percentage.
        printed.filter(|_| of > 0).map(|printed| (name, printed, numerator, of))
    })
}

/// Answered of incoming. The report of 2024 prints 99.153 as 99.1: a unit of the last decimal is nobody's contradiction.
fn accepted(m: &Marginals) -> Result<(), Invalid> {
    let counts = [0, 1, 2, 3].map(|line| (m.answered[line], m.incoming(line)));
    fits("accept_total", "incoming calls were answered", m.kpis.accept_total, counts, |printed, n, of| {
        printed.nearly(100, n, of)
    })
}

/// The one key figure that exact counts already fix to the digit.
fn query_share(m: &Marginals) -> Result<(), Invalid> {
    let counts = [0, 1, 2, 3].map(|line| (m.queries_compiled(line), m.answered[line]));
    let exactly = |printed: Printed, n, of| printed.band(100, of).holds(n);
    fits("mv_query_share", "answered calls, in query sheets compiled", m.kpis.mv_query_share, counts, exactly)
}

fn fits(
    id: &str,
    what: &str,
    kpi: Kpi,
    counts: [(u64, u64); 4],
    holds: impl Fn(Printed, u64, u64) -> bool,
) -> Result<(), Invalid> {
    match printed_of(kpi, counts).find(|(_, printed, n, of)| !holds(*printed, *n, *of)) {
        None => Ok(()),
        Some((name, printed, n, of)) => Err(Invalid::new(
            &format!("kpis.{id}.{name}"),
            printed.to_string(),
            format!("is not what the counts give ({n} of {of} {what})"),
            format!("it should be {:.4} rounded; mend it or the numbers it follows from", 100.0 * n as f64 / of as f64),
        )),
    }
}
