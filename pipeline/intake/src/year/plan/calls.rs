//! Answered calls in time and late; lost calls by part.

use super::{Cell, LinePlan, Lost, fit_kpi, percentages};
use crate::year::{
    apportion,
    marginals::{Marginals, STRUCTURES},
    printed::Band,
};
use meyar_schemas::Invalid;

pub(super) fn plan(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let cells = [0, 1, 2, 3].map(|line| Cell {
        of: m.incoming(line),
        can: Band { lo: 0, hi: m.answered[line] },
        usual: m.answered[line] * 6 / 10,
    });
    let in_time = fit_kpi("accept_30s", &m.kpis.accept_30s, &cells, 100)?;
    let lost = lost(m)?;
    for (line, plan) in lines.iter_mut().enumerate() {
        plan.in_time = in_time[line];
        plan.late = m.answered[line] - in_time[line];
        plan.lost = lost[line];
        plan.off_hours = m.incoming(line) * 6 / 100;
    }
    Ok(())
}

fn lost(m: &Marginals) -> Result<[Lost; 4], Invalid> {
    let parts = &m.lost_parts;
    let (all, over) = (m.lost.iter().sum::<u64>(), m.lost.iter().sum::<u64>() - parts.waited_under_10s);
    let incoming: u64 = (0..STRUCTURES.len()).map(|line| m.incoming(line)).sum();
    // The total is exact already: all lost calls but the short ones.
    if let Some(printed) = m.kpis.lost_over_10s.total.filter(|_| incoming > 0)
        && !printed.band(100, incoming).holds(over)
    {
        return Err(Invalid::new(
            "kpis.lost_over_10s.TOTAL",
            printed.to_string(),
            format!("is not {all} lost calls without the {} short ones, of {incoming}", parts.waited_under_10s),
            percentages(Band { lo: over, hi: over }, 100, incoming),
        ));
    }
    let usual = apportion::shares(over, &m.lost);
    let cells = [0, 1, 2, 3].map(|line| Cell {
        of: m.incoming(line),
        can: Band { lo: 0, hi: m.lost[line] },
        usual: usual[line],
    });
    let free = super::Kpi { total: None, ..m.kpis.lost_over_10s };
    let near = fit_kpi("lost_over_10s", &free, &cells, 100)?;
    let bands = [0, 1, 2, 3].map(|line| {
        let printed = free.lines[line].filter(|_| cells[line].of > 0);
        printed.map_or(cells[line].can, |printed| printed.band(100, cells[line].of).within(0, m.lost[line]))
    });
    let exactly = Band { lo: over, hi: over };
    let long = apportion::fit(&near, &bands, exactly).ok_or_else(|| {
        let (lo, hi) = (bands.iter().map(|b| b.lo).sum::<u64>(), bands.iter().map(|b| b.hi).sum::<u64>());
        Invalid::new(
            "lost_breakdown.waited_under_10s",
            parts.waited_under_10s.to_string(),
            format!("contradicts kpis.lost_over_10s: the lines come to {lo} to {hi} lost calls over 10 s, this leaves {over}"),
            format!("it can be {} to {}", all.saturating_sub(hi), all - lo.min(all)),
        )
    })?;
    let unreached = m.unreached().unwrap_or(0);
    let reached = parts.called_back - unreached;
    let columns = [parts.redialled_answered, reached, unreached, parts.system_error, parts.not_called_back];
    let table = apportion::table(&long, &columns);
    let mut lost = [Lost::default(); 4];
    for (line, lost) in lost.iter_mut().enumerate() {
        let row = &table[line];
        *lost = Lost {
            redialled: row[0],
            reached: row[1],
            unreached: row[2],
            system_error: row[3],
            not_called_back: row[4],
            short: m.lost[line] - long[line],
        };
    }
    Ok(lost)
}
