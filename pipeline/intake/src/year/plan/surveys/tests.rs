#![allow(clippy::unwrap_used)]

use super::*;
use crate::year::random::mix;

fn printed(tenths: u64) -> Option<Printed> {
    Printed::read(&serde_json::from_str(&format!("{}.{}", tenths / 10, tenths % 10)).unwrap(), 1)
}

fn kpi(lines: [Option<u64>; 4], total: Option<u64>) -> Kpi {
    Kpi { lines: lines.map(|tenths| tenths.and_then(printed)), total: total.and_then(printed) }
}

/// Every line and the whole print what they should, of no more answers than calls and of no fewer than are printed.
fn comes_out(calls: &[u64; 4], kpi: &Kpi) {
    let (answers, satisfied) = choose(calls, kpi).unwrap_or_else(|e| panic!("{calls:?} {kpi:?}: {e}"));
    for line in 0..4 {
        assert!(answers[line] <= calls[line] && satisfied[line] <= answers[line], "{answers:?} of {calls:?}");
        if let Some(told) = kpi.lines[line].filter(|_| calls[line] > 0) {
            assert!(answers[line] >= LEAST && told.like(100, satisfied[line], answers[line]) == told, "{told}");
        }
    }
    if let Some(told) = kpi.total.filter(|_| calls.iter().any(|n| *n > 0)) {
        assert_eq!(told.like(100, satisfied.iter().sum(), answers.iter().sum()), told, "{answers:?} {satisfied:?}");
    }
}

#[test]
fn any_total_between_the_least_and_the_greatest_line_comes_out_as_printed() {
    let years = [
        [386_871, 25_877, 84_830, 15_845],
        [9_137, 613, 2_411, 0],
        [12_000, 900, 5_000, 777],
        [60_000, 1_200, 1_100, 50_000],
    ];
    for n in 0..200u64 {
        let calls = years[usize::try_from(n % 4).unwrap()];
        let lines = [0, 1, 2, 3].map(|line| 500 + mix(195, n, line) % 501);
        let told = || (0..4).filter(|line| calls[*line] > 0).map(|line| lines[line]);
        let (lo, hi) = (told().min().unwrap(), told().max().unwrap());
        // A line of few calls cannot outweigh the others' least answers by all it has.
        let room = (hi - lo) / 5;
        let total = lo + room + mix(195, n, 9) % (hi - lo - 2 * room + 1);
        comes_out(&calls, &kpi(lines.map(Some), Some(total)));
    }
}

#[test]
fn the_mean_weighted_by_calls_comes_out_and_so_does_what_is_given_in_part() {
    let calls = [9_137, 613, 2_411, 0];
    for total in [779, 785, 788, 950] {
        comes_out(&calls, &kpi([Some(713), Some(900), Some(1000), None], Some(total)));
    }
    comes_out(&calls, &kpi([Some(713), None, None, None], Some(985)));
    comes_out(&calls, &kpi([Some(713), None, Some(1000), None], None));
    comes_out(&calls, &kpi([None; 4], Some(123)));
    comes_out(&calls, &kpi([None; 4], None));
    comes_out(&[0; 4], &kpi([Some(713); 4], Some(500)));
}

#[test]
fn a_total_that_no_answers_give_is_refused_with_the_true_range() {
    let calls = [9_137, 613, 2_411, 0];
    let lines = [Some(713), Some(900), Some(1000), None];
    let refused = choose(&calls, &kpi(lines, Some(400))).unwrap_err();
    assert_eq!((refused.field.as_str(), refused.value.as_str()), ("kpis.satisfaction.TOTAL", "40.0"));
    assert!(refused.remedy.starts_with("it can be 71.4 to 99."), "{refused}");
    let (lo, hi) = refused.remedy["it can be ".len()..].split_once(" to ").unwrap();
    let tenths = |text: &str| text[..4].replace('.', "").parse::<u64>().unwrap();
    for (edge, beyond) in [(tenths(lo), tenths(lo) - 1), (tenths(hi), tenths(hi) + 1)] {
        comes_out(&calls, &kpi(lines, Some(edge)));
        assert!(choose(&calls, &kpi(lines, Some(beyond))).is_err(), "{beyond} is outside {lo} to {hi}");
    }
}
