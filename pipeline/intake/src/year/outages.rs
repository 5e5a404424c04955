//! When the service could not be used: outages that come to the published availability.

use super::{
    days::{Days, LINES, Window},
    random::{Permutation, mix, unit},
};

const MINUTE: i64 = 60_000;
/// Lengths of a usual outage, and of the longest that leaves room in a day.
const USUAL_MS: i64 = 40 * MINUTE;
const LONGEST_MS: i64 = 150 * MINUTE;
/// From opening to the earliest start, and from the latest end to closing.
pub const AFTER_OPENING_MIN: i64 = 60;
pub const BEFORE_CLOSING_MIN: i64 = 75;
const AFTER_OPENING_MS: i64 = AFTER_OPENING_MIN * MINUTE;
const BEFORE_CLOSING_MS: i64 = BEFORE_CLOSING_MIN * MINUTE;

/// The largest share of its live time that a line is down in a year of usual outages; with more, every outage is long.
const MOST_USUAL: f64 = 0.15;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    pub day: usize,
    pub window: Window,
    pub lines: [bool; 4],
}

/// What a day of a line has room for, next to what it may share with others.
fn room(days: &Days, day: usize, line: usize) -> i64 {
    let Some(own) = days.days[day].live[line] else { return 0 };
    let common = days.days[day].live.iter().flatten().fold(own, |a, b| a.common(*b));
    (common.to - BEFORE_CLOSING_MS - common.from - AFTER_OPENING_MS).max(0)
}

/// The time that outages of no more than `longest` can take together; one of them may end a run of shared ones early.
fn capacity(days: &Days, line: usize, longest: i64) -> i64 {
    let rooms = (0..days.days.len()).map(|day| room(days, day, line).min(longest));
    (rooms.sum::<i64>() - longest).max(0)
}

/// The most seconds that a line can be down in the year here.
pub fn most_down_s(days: &Days, line: usize) -> u64 {
    let longest = (0..days.days.len()).map(|day| room(days, day, line)).max().unwrap_or(0);
    u64::try_from(capacity(days, line, longest) / 1_000).unwrap_or(0)
}

/// How long every outage is in a year of many: as short as gives the time. `None` for a year of usual ones.
fn all_long(days: &Days, down_ms: &[i64; 4]) -> Option<i64> {
    let usual = |line: usize| down_ms[line] as f64 <= days.live_s(line) as f64 * 1_000.0 * MOST_USUAL;
    if (0..LINES.len()).all(usual) {
        return None;
    }
    let most = (0..days.days.len()).flat_map(|day| (0..LINES.len()).map(move |line| room(days, day, line))).max();
    let most = most.unwrap_or(0);
    let fits = |longest: &i64| (0..LINES.len()).all(|line| capacity(days, line, *longest) >= down_ms[line]);
    (1..).map(|tries| (LONGEST_MS + (tries - 1) * 15 * MINUTE).min(most)).find(|long| fits(long) || *long == most)
}

/// Outages with exactly these milliseconds a line; one a line and day.
pub fn place(days: &Days, down_ms: &[i64; 4], seed: u64) -> Vec<Outage> {
    let live: Vec<usize> = (0..days.days.len()).filter(|day| days.days[*day].is_live()).collect();
    let order = Permutation::new(live.len() as u64, mix(seed, 0x0074, 0));
    let mut places = (0..live.len() as u64).map(|n| live[usize::try_from(order.at(n)).unwrap_or(0)]);
    let suffering = down_ms.map(|down| down > 0);
    let several = suffering.iter().filter(|down| **down).count() > 1;
    let least = down_ms.iter().filter(|down| **down > 0).min().copied().unwrap_or(0);
    let mut outages = Vec::new();
    let mut left = *down_ms;
    // What several lines share first: the exchange itself fails more often than one line of it.
    let long = all_long(days, down_ms);
    if several {
        let shared = if long.is_some() { least } else { least * 3 / 5_000 * 1_000 };
        let told = fill(days, &mut places, suffering, shared, seed, long);
        for outage in &told {
            for line in (0..LINES.len()).filter(|line| outage.lines[*line]) {
                left[line] -= outage.window.to - outage.window.from;
            }
        }
        outages.extend(told);
    }
    for line in 0..LINES.len() {
        let mut lines = [false; 4];
        lines[line] = true;
        // Days run out only where lines are down for most of the year: then they share days, not hours.
        let again = live.iter().copied().filter(|day| !outages.iter().any(|o: &Outage| o.day == *day && o.lines[line]));
        let spare: Vec<usize> = again.collect();
        let mut own = places.by_ref().chain(spare);
        let told = fill(days, &mut own, lines, left[line], mix(seed, line as u64, 1), long);
        outages.extend(told);
    }
    outages.sort_by_key(|outage| (outage.window.from, outage.lines));
    outages
}

fn fill(
    days: &Days,
    places: &mut dyn Iterator<Item = usize>,
    lines: [bool; 4],
    down_ms: i64,
    seed: u64,
    long: Option<i64>,
) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    let live_days = days.days.iter().filter(|day| day.is_live()).count() as i64;
    // Where there is much to fill, each is longer.
    let usual = USUAL_MS.max(down_ms / (live_days / 3).max(1)).min(LONGEST_MS);
    let mut left = down_ms;
    let mut used = Vec::new();
    while left > 0 {
        let Some(day) = places.next() else { break };
        if used.contains(&day) {
            continue;
        }
        let windows = (0..LINES.len()).filter(|line| lines[*line]).map(|line| days.days[day].live[line]);
        let Some(common) = windows.reduce(|a, b| {
            let (a, b) = (a?, b?);
            Some(a.common(b))
        }) else {
            break;
        };
        let Some(common) = common else { continue };
        let room = (common.to - BEFORE_CLOSING_MS - common.from - AFTER_OPENING_MS).min(long.unwrap_or(LONGEST_MS));
        let drawn = long.unwrap_or_else(|| scaled(usual, 0.7 + 0.6 * unit(seed, day as u64)));
        // The last one takes what is left rather than leave a few seconds for another.
        let length = if left <= drawn + drawn / 2 { left.min(room) } else { drawn.min(room) };
        if length <= 0 {
            continue;
        }
        let slack = common.to - BEFORE_CLOSING_MS - common.from - AFTER_OPENING_MS - length;
        let from = common.from + AFTER_OPENING_MS + scaled(slack, unit(seed, day as u64 ^ 0xff00)) / 1_000 * 1_000;
        outages.push(Outage { day, window: Window { from, to: from + length }, lines });
        used.push(day);
        left -= length;
    }
    outages
}

#[allow(clippy::cast_possible_truncation)]
fn scaled(ms: i64, share: f64) -> i64 {
    (ms as f64 * share) as i64 / 1_000 * 1_000
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_schemas::reference::Reference;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static DAYS: LazyLock<Days> = LazyLock::new(|| Days::of(2024, &Reference::load(None).unwrap()).unwrap());

    proptest! {
        #[test]
        fn outages_have_exactly_the_time_they_were_given(
            usual in prop::array::uniform4(0.0..MOST_USUAL), many in prop::array::uniform4(0.0..=1.0f64), heavy: bool,
            seed: u64
        ) {
            let ms = |seconds: u64, share: f64| scaled(i64::try_from(seconds).unwrap() * 1_000, share);
            let down = [0, 1, 2, 3].map(|line| match heavy {
                true => ms(most_down_s(&DAYS, line), many[line]),
                false => ms(DAYS.live_s(line), usual[line]),
            });
            let outages = place(&DAYS, &down, seed);
            for (line, down) in down.into_iter().enumerate() {
                let own: Vec<&Outage> = outages.iter().filter(|outage| outage.lines[line]).collect();
                prop_assert_eq!(own.iter().map(|o| o.window.to - o.window.from).sum::<i64>(), down);
                let mut days: Vec<usize> = own.iter().map(|o| o.day).collect();
                days.dedup();
                prop_assert_eq!(days.len(), own.len(), "one a day");
                for outage in own {
                    let live = DAYS.days[outage.day].live[line].unwrap();
                    prop_assert!(outage.window.from >= live.from + AFTER_OPENING_MS);
                    prop_assert!(outage.window.to <= live.to - BEFORE_CLOSING_MS);
                }
            }
        }
    }

    #[test]
    fn a_year_that_is_down_as_long_as_can_be_has_every_second_of_it() {
        let down = [0, 1, 2, 3].map(|line| i64::try_from(most_down_s(&DAYS, line)).unwrap() * 1_000);
        let outages = place(&DAYS, &down, 7);
        for (line, down) in down.into_iter().enumerate() {
            let own = outages.iter().filter(|outage| outage.lines[line]);
            assert_eq!(own.map(|o| o.window.to - o.window.from).sum::<i64>(), down);
            assert!(down as f64 > 0.7 * 1_000.0 * DAYS.live_s(line) as f64, "{down}");
        }
    }
}
