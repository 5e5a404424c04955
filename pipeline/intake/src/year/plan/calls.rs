//! Answered calls in time and late; lost calls by part.

use super::{Cell, LinePlan, Lost, fit_kpi, percentages};
use crate::year::{
    apportion,
    marginals::{Marginals, STRUCTURES},
    means::Curves,
    printed::Band,
};
use meyar_schemas::Invalid;

/// Per cent of the answered calls that are in time where nothing is printed: what is usual, then others, nearest first.
const IN_TIME_PCT: [u64; 19] = [60, 65, 55, 70, 50, 75, 45, 80, 40, 85, 35, 90, 30, 95, 20, 99, 10, 100, 0];

pub(super) fn plan(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let in_time = in_time(m)?;
    let lost = lost(m)?;
    for (line, plan) in lines.iter_mut().enumerate() {
        plan.in_time = in_time[line];
        plan.late = m.answered[line] - in_time[line];
        plan.lost = lost[line];
        plan.off_hours = m.incoming(line) * 6 / 100;
    }
    Ok(())
}

/// Answered within 30 s, by line: as printed, and where nothing is, so many that the mean wait can be the published one.
fn in_time(m: &Marginals) -> Result<[u64; 4], Invalid> {
    let with = |pct: u64| {
        let cells = [0, 1, 2, 3].map(|line| Cell {
            of: m.incoming(line),
            can: Band { lo: 0, hi: m.answered[line] },
            usual: m.answered[line] * pct / 100,
        });
        fit_kpi("accept_30s", &m.kpis.accept_30s, &cells, 100)
    };
    let usual = with(IN_TIME_PCT[0])?;
    let waits = |in_time: &[u64; 4]| {
        let late = [0, 1, 2, 3].map(|line| m.answered[line] - in_time[line]);
        Curves::wait(m, in_time, &late)
    };
    let Err(refused) = waits(&usual) else { return Ok(usual) };
    let found = IN_TIME_PCT[1..].iter().filter_map(|pct| with(*pct).ok()).find(|in_time| waits(in_time).is_ok());
    // No share does: the range that is told is that of all which the file leaves open.
    found.ok_or_else(|| match (with(100), with(0)) {
        (Ok(most), Ok(least)) if most != least => {
            let late = |in_time: [u64; 4]| [0, 1, 2, 3].map(|line| m.answered[line] - in_time[line]);
            let (lowest, highest) = (Curves::waits(&most, &late(most)).0, Curves::waits(&least, &late(least)).1);
            Invalid {
                problem: "cannot be the mean wait of answered calls".into(),
                remedy: format!("it can be {lowest:.0} to {highest:.0}; write whole seconds"),
                ..refused
            }
        }
        _ => refused,
    })
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::year::marginals::Kpi;

    fn year(wait: u64) -> Marginals {
        let mut m = Marginals::of(2024).unwrap();
        m.kpis.accept_30s = Kpi::default();
        m.avg_wait_answered_s = Some(wait);
        m
    }

    #[test]
    fn without_printed_shares_in_time_any_mean_wait_that_calls_can_have_is_met() {
        assert_eq!(in_time(&year(66)).unwrap(), year(66).answered.map(|n| n * 60 / 100), "the usual where it fits");
        for wait in [1, 5, 20, 120, 300] {
            let m = year(wait);
            let in_time = in_time(&m).unwrap();
            let late = [0, 1, 2, 3].map(|line| m.answered[line] - in_time[line]);
            assert!(Curves::wait(&m, &in_time, &late).is_ok(), "{wait}");
        }
    }

    #[test]
    fn a_wait_that_no_calls_have_does_not_blame_a_key_that_is_not_in_the_file() {
        let refused = in_time(&year(100_000)).unwrap_err();
        assert_eq!(refused.field, "call_notes.avg_wait_answered_s");
        assert!(
            refused.remedy.starts_with("it can be 1 to ") && !refused.to_string().contains("accept_30s"),
            "{refused}"
        );
    }
}
