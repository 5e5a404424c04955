//! Which days' calls are put together at a time, and by what the result is known again. Pure.

use crate::{census::Census, content};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Events of a span: enough that the days beside it weigh little, few enough that its calls fit into memory many times.
const EVENTS: u64 = 20_000_000;

/// A call's events lie within this many days of the one it was offered on, on either side: it may cross midnight.
pub const REACH: Days = Days::new(1);

/// Days, and what is worked out of them. The same `key` means the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The view whose rows they are.
    pub view: &'static str,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub key: String,
}

/// The spans that hold `from` to `to`: months, or equal parts of a month with many events. Days that no file speaks of have none. `rules` is
/// what else the calls are made by: the views' SQL, the reference data.
pub fn spans(from: NaiveDate, to: NaiveDate, census: &Census, rules: &str) -> Vec<Span> {
    let first = from.with_day(1).unwrap_or(from);
    let months = (0..).map_while(|n| first.checked_add_months(Months::new(n))).take_while(|month| *month <= to);
    months.flat_map(|month| of_month(month, census, rules)).collect()
}

fn of_month(first: NaiveDate, census: &Census, rules: &str) -> Vec<Span> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let days = next.signed_duration_since(first).num_days().unsigned_abs();
    let last = first + Days::new(days - 1);
    let parts = census.events(first, last).div_ceil(EVENTS).clamp(1, days);
    (0..parts)
        .filter_map(|part| {
            let (first, last) =
                (first + Days::new(days * part / parts), first + Days::new(days * (part + 1) / parts - 1));
            let mut files: Vec<&str> = census
                .0
                .iter()
                .filter(|file| file.overlaps(first - REACH, last + REACH))
                .map(|file| file.path.as_str())
                .collect();
            files.sort_unstable();
            (!files.is_empty()).then(|| Span { view: "calls", first, last, key: key(rules, &files) })
        })
        .collect()
}

/// A view over the calls of these days and one more table, whose files `census` tells.
pub fn over(
    view: &'static str,
    first: NaiveDate,
    last: NaiveDate,
    calls: &[Span],
    census: &Census,
    rules: &str,
) -> Span {
    let mut files: Vec<&str> =
        census.0.iter().filter(|file| file.overlaps(first, last)).map(|file| file.path.as_str()).collect();
    files.sort_unstable();
    let made_of: Vec<&str> = calls.iter().map(|span| span.key.as_str()).chain(files).collect();
    Span { view, first, last, key: key(rules, &made_of) }
}

fn key(rules: &str, files: &[&str]) -> String {
    let [a, b] = content::key(rules, &files.join("\n"), 0);
    format!("{a:016x}{b:016x}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::census::FileFacts;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + Days::new(n)
    }

    fn file(number: usize, first: u64, days: u64, rows: u64) -> FileFacts {
        FileFacts {
            path: format!("f{number}"),
            rows,
            first: day(first),
            last: day(first + days),
            revised: false,
            blank: false,
        }
    }

    proptest! {
        #[test]
        fn spans_follow_one_another_and_hold_every_day_that_is_asked_for_and_told_of(
            files in prop::collection::vec((0u64..700, 0u64..5, 0u64..9_000_000), 1..40), from in 0u64..600, length in 0u64..90
        ) {
            let census = Census(files.iter().enumerate().map(|(n, (first, days, rows))| file(n, *first, *days, *rows)).collect());
            let spans = spans(day(from), day(from + length), &census, "");
            for (a, b) in spans.iter().zip(spans.iter().skip(1)) {
                prop_assert!(a.last < b.first);
            }
            for n in from..=from + length {
                let told = census.0.iter().any(|file| file.overlaps(day(n), day(n)));
                let held = spans.iter().any(|span| span.first <= day(n) && day(n) <= span.last);
                prop_assert!(held || !told, "{}", day(n));
            }
            prop_assert!(spans.iter().all(|span| span.first <= span.last && span.first.month() == span.last.month()));
        }

        #[test]
        fn a_span_is_another_one_exactly_when_a_file_within_its_reach_is(
            files in prop::collection::vec((0u64..90, 0u64..3), 1..12), (first, days) in (0u64..90, 0u64..3)
        ) {
            let before = Census(files.iter().enumerate().map(|(n, (first, days))| file(n, *first, *days, 5)).collect());
            let mut after = before.clone();
            after.0.push(file(99, first, days, 5));
            let spans = |census| spans(day(0), day(90), census, "");
            for span in spans(&after) {
                let near = after.0[after.0.len() - 1].overlaps(span.first - REACH, span.last + REACH);
                prop_assert_eq!(spans(&before).contains(&span), !near);
            }
        }
    }

    #[test]
    fn a_heavy_month_is_cut_into_equal_parts() {
        let census = Census(vec![file(1, 0, 30, 4 * EVENTS - 1)]);
        let found = spans(day(0), day(30), &census, "");
        let lengths: Vec<_> = found.iter().map(|s| s.last.signed_duration_since(s.first).num_days() + 1).collect();
        assert_eq!(lengths, [7, 8, 8, 8]);
    }
}
