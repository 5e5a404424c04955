//! The three numbers of the centre: the machine's alone, people's random sample, and the machine's corrected by that sample.

use super::super::results::CONFIDENCE;
use super::{Limits, count, number};
use crate::chart::{self, Scale, Tick};
use crate::data::Row;
use crate::format;
use crate::text::Texts;
use meyar_statistics::Interval;
use meyar_statistics::correct::{MachineAll, prediction_powered_mean_of_groups};
use meyar_statistics::interval::normal_mean;
use meyar_statistics::sample::{Drawn, hajek_mean_of_groups};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    pub value: f64,
    pub interval: Interval,
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refused {
    /// So many random calls more are needed, of so many.
    Few { more: u64, needed: u64 },
    /// Nothing varies, or nothing was scored: there is no interval.
    Nothing,
}

pub type Known = Result<Number, Refused>;

#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    pub evaluated: u64,
    pub scored: u64,
    pub labelled: u64,
    pub paired: u64,
    /// Random calls whose chance is not known; they are in no number.
    pub unknown: u64,
    /// Labels of calls that another label counts for already: plans overlapped.
    pub left_out: u64,
    /// No call has a known chance: then all are taken as equally likely.
    pub all_unknown: bool,
    /// Calls were picked with different chances, and are weighted.
    pub weighted: bool,
    pub machine: Known,
    pub people: Known,
    pub corrected: Known,
}

/// One of the three, in the table.
pub struct Line {
    pub code: &'static str,
    pub name: &'static str,
    pub value: String,
    pub interval: String,
    pub n: String,
    pub means: &'static str,
    pub refused: String,
}

/// Dots with whiskers on one axis.
pub struct Whiskers {
    pub ticks: Vec<Tick>,
    pub rows: Vec<Whisker>,
}

pub struct Whisker {
    pub name: &'static str,
    pub y: String,
    pub x: String,
    pub low: String,
    pub high: String,
    /// Its name ends where the line does, so that it has room on a telephone.
    pub leftwards: bool,
    pub title: String,
    pub value: String,
}

/// The random calls by their chance, as (chance, n, mean, variance) of one of the two values.
fn groups(rows: &[Row], fields: [&str; 3], all_unknown: bool) -> Vec<Drawn> {
    let group = |row: &Row| {
        let inclusion = number(row, "probability").or(all_unknown.then_some(1.0))?;
        let n = count(row, fields[0]);
        // A single call has no variance.
        let variance = number(row, fields[2]).unwrap_or(0.0);
        (n > 0).then_some(Drawn { inclusion, n, mean: number(row, fields[1])?, variance })
    };
    rows.iter().filter_map(group).collect()
}

fn number_of(groups: &[Drawn], limits: Limits, of: impl Fn(&[Drawn]) -> Option<Number>) -> Known {
    let n: u64 = groups.iter().map(|group| group.n).sum();
    if n < limits.calls {
        return Err(Refused::Few { more: limits.calls - n, needed: limits.calls });
    }
    // An interval of no width would claim to know all.
    of(groups).filter(|number| number.interval.width() > 0.0).ok_or(Refused::Nothing)
}

impl Centre {
    /// `machine`: the row of `estimate_machine_all`; `labelled`: those of `estimate_labelled`.
    pub fn of(machine: Option<&Row>, labelled: &[Row], limits: Limits) -> Centre {
        let sum = |name: &str| labelled.iter().map(|row| count(row, name)).sum::<u64>();
        let without: u64 =
            labelled.iter().filter(|row| number(row, "probability").is_none()).map(|row| count(row, "labelled")).sum();
        let all_unknown = without > 0 && without == sum("labelled");
        let scores = groups(labelled, ["labelled", "mean_score", "score_variance"], all_unknown);
        let misses = groups(labelled, ["paired", "miss_mean", "miss_variance"], all_unknown);
        let all = machine.and_then(|row| {
            let (n, mean) = (count(row, "scored"), number(row, "mean_score")?);
            Some(MachineAll { n, mean, variance: number(row, "score_variance")? })
        });
        let alone = all.and_then(|all| {
            let interval = normal_mean(all.mean, all.variance.sqrt(), all.n, CONFIDENCE).ok()?;
            Some(Number { value: all.mean, interval })
        });
        let people = |groups: &[Drawn]| {
            let found = hajek_mean_of_groups(groups, CONFIDENCE).ok()?.estimate;
            Some(Number { value: found.value, interval: found.interval })
        };
        let corrected = |groups: &[Drawn]| {
            let found = prediction_powered_mean_of_groups(&all?, groups, CONFIDENCE).ok()?;
            Some(Number { value: found.value, interval: found.interval })
        };
        let chances = |groups: &[Drawn]| groups.iter().any(|group| group.inclusion != groups[0].inclusion);
        Centre {
            evaluated: machine.map_or(0, |row| count(row, "evaluated")),
            scored: machine.map_or(0, |row| count(row, "scored")),
            labelled: scores.iter().map(|group| group.n).sum(),
            paired: misses.iter().map(|group| group.n).sum(),
            unknown: if all_unknown { 0 } else { without },
            left_out: sum("repeated"),
            all_unknown,
            weighted: chances(&scores),
            machine: alone.ok_or(Refused::Nothing),
            people: number_of(&scores, limits, people),
            corrected: number_of(&misses, limits, corrected),
        }
    }

    pub fn told(&self, t: Texts) -> (Vec<Line>, Option<Whiskers>, Vec<String>) {
        let whole = |value: u64| format::count(t.0, value as i64);
        let point = |value: f64| format::decimal(t.0, value, 1);
        let all = [
            (
                "machine",
                "estimates.machine",
                "estimates.machine_means",
                self.machine,
                t.fill("estimates.of_all", &[&whole(self.scored), &whole(self.evaluated)]),
            ),
            (
                "people",
                "estimates.people",
                "estimates.people_means",
                self.people,
                t.fill("estimates.of_random", &[&whole(self.labelled)]),
            ),
            (
                "corrected",
                "estimates.corrected",
                "estimates.corrected_means",
                self.corrected,
                t.fill("estimates.of_both", &[&whole(self.paired), &whole(self.scored)]),
            ),
        ];
        let lines = all.iter().map(|(code, name, means, known, n)| Line {
            code,
            name: t.find(name).unwrap_or_default(),
            value: known.map_or_else(|_| format::NONE.to_owned(), |known| point(known.value)),
            interval: known.map_or_else(
                |_| String::new(),
                // A score is nowhere else than 0 … 100.
                |known| {
                    let known = known.interval.within(0.0, 100.0);
                    format!("{} – {}", point(known.low), point(known.high))
                },
            ),
            n: n.clone(),
            means: t.find(means).unwrap_or_default(),
            refused: match known {
                Ok(_) => String::new(),
                Err(Refused::Few { more, needed }) => {
                    t.say("estimates.few", &[("more", (*more as i64).into()), ("needed", (*needed as i64).into())])
                }
                Err(Refused::Nothing) => t.get("estimates.nothing").to_owned(),
            },
        });
        let mut notes = Vec::new();
        if self.weighted {
            notes.push(t.get("estimates.weighted").to_owned());
        }
        if self.all_unknown {
            notes.push(t.get("estimates.all_unknown").to_owned());
        }
        if self.unknown > 0 {
            notes.push(t.say("estimates.unknown", &[("n", (self.unknown as i64).into())]));
        }
        if self.left_out > 0 {
            notes.push(t.say("estimates.left_out", &[("n", (self.left_out as i64).into())]));
        }
        let known: Vec<(&'static str, Number)> = all
            .iter()
            .filter_map(|(_, name, _, known, _)| Some((t.find(name).unwrap_or_default(), known.ok()?)))
            .collect();
        (lines.collect(), whiskers(t, &known), notes)
    }
}

fn whiskers(t: Texts, known: &[(&'static str, Number)]) -> Option<Whiskers> {
    let inside = |interval: Interval| interval.within(0.0, 100.0);
    let lowest = known.iter().map(|(_, number)| inside(number.interval).low).reduce(f64::min)?;
    let highest = known.iter().map(|(_, number)| inside(number.interval).high).reduce(f64::max)?;
    // Round numbers on the axis; fives where all is close together.
    let step = if highest - lowest > 30.0 { 10.0 } else { 5.0 };
    let low = ((lowest - 1.0) / step).floor().max(0.0) * step;
    let high = (((highest + 1.0) / step).ceil() * step).min(100.0);
    let scale = Scale::new(low, if high > low { high } else { low + step });
    let x = |score: f64| chart::percent(scale.along(score));
    let point = |value: f64| format::decimal(t.0, value, 1);
    let row = |(at, (name, number)): (usize, &(&'static str, Number))| {
        let interval = inside(number.interval);
        Whisker {
            name,
            y: chart::percent(chart::middle(at, known.len())),
            x: x(number.value),
            low: x(interval.low),
            high: x(interval.high),
            leftwards: scale.along(number.value) > 0.5,
            title: format!("{name}: {} ({} – {})", point(number.value), point(interval.low), point(interval.high)),
            value: point(number.value),
        }
    };
    Some(Whiskers {
        ticks: chart::marks(&scale, &scale.every(step), |score| format::decimal(t.0, score, 0)),
        rows: known.iter().enumerate().map(row).collect(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const LIMITS: Limits = Limits { calls: 20, errors: 10 };

    fn row(value: Value) -> Row {
        value.as_object().unwrap().clone()
    }

    fn machine() -> Row {
        row(json!({"evaluated": 1000, "scored": 900, "mean_score": 85.0, "score_variance": 100.0}))
    }

    fn labelled(probability: Option<f64>, n: u64, mean: f64, miss: f64) -> Row {
        row(json!({
            "probability": probability, "labelled": n, "mean_score": mean, "score_variance": 120.0,
            "paired": n, "miss_mean": miss, "miss_variance": 30.0,
        }))
    }

    #[test]
    fn three_numbers_as_the_statistics_have_them() {
        let centre = Centre::of(Some(&machine()), &[labelled(Some(0.05), 40, 70.0, -12.0)], LIMITS);
        let (machine, people, corrected) = (centre.machine.unwrap(), centre.people.unwrap(), centre.corrected.unwrap());
        assert_eq!((machine.value, people.value, corrected.value), (85.0, 70.0, 73.0));
        let half = |number: Number| number.interval.width() / 2.0;
        assert!((half(machine) - 1.959_964 * 10.0 / 30.0).abs() < 1e-5);
        assert!((half(people) - 1.959_964 * (120.0_f64 / 40.0).sqrt()).abs() < 1e-5);
        assert!((half(corrected) - 1.959_964 * (100.0_f64 / 900.0 + 30.0 / 40.0).sqrt()).abs() < 1e-5);
        assert!(!centre.weighted && half(corrected) < half(people), "a good machine makes it narrow");
    }

    #[test]
    fn a_rarer_call_weighs_more() {
        // 30 of a stratum drawn at 1 in 10, 10 of one drawn at 1 in 100: these stand for 1000 calls, those for 300.
        let rows = [labelled(Some(0.1), 30, 60.0, -20.0), labelled(Some(0.01), 10, 90.0, 0.0)];
        let centre = Centre::of(Some(&machine()), &rows, LIMITS);
        assert!(centre.weighted);
        assert!((centre.people.unwrap().value - (300.0 * 60.0 + 1000.0 * 90.0) / 1300.0).abs() < 1e-9);
        assert!((centre.corrected.unwrap().value - (85.0 - 300.0 * 20.0 / 1300.0)).abs() < 1e-9);
    }

    #[test]
    fn too_few_random_calls_give_no_number_and_say_how_many_are_missing() {
        let centre = Centre::of(Some(&machine()), &[labelled(Some(0.05), 19, 70.0, -12.0)], LIMITS);
        assert_eq!(centre.people, Err(Refused::Few { more: 1, needed: 20 }));
        assert_eq!(centre.corrected, centre.people);
        assert!(centre.machine.is_ok(), "the machine's own number stands, as what it is");
        let centre = Centre::of(None, &[], LIMITS);
        assert_eq!(
            (centre.machine, centre.people),
            (Err(Refused::Nothing), Err(Refused::Few { more: 20, needed: 20 }))
        );
    }

    #[test]
    fn labels_that_count_for_no_call_of_their_own_are_told() {
        let mut again = labelled(Some(0.05), 40, 70.0, -12.0);
        again.insert("repeated".into(), json!(3));
        // A chance of which nothing counts but what was repeated.
        let only = row(json!({"probability": 0.5, "labelled": 0, "repeated": 2, "paired": 0}));
        let centre = Centre::of(Some(&machine()), &[again, only], LIMITS);
        assert_eq!((centre.left_out, centre.labelled, centre.weighted), (5, 40, false));
        let (_, _, notes) = centre.told(Texts(crate::text::Lang::En));
        assert!(notes.iter().any(|note| note.starts_with('5')), "{notes:?}");
    }

    #[test]
    fn a_call_without_a_known_chance_is_left_out_and_told() {
        let rows = [labelled(Some(0.05), 40, 70.0, -12.0), labelled(None, 7, 0.0, -80.0)];
        let centre = Centre::of(Some(&machine()), &rows, LIMITS);
        assert_eq!((centre.unknown, centre.labelled, centre.people.unwrap().value), (7, 40, 70.0));
        // Where no chance is known at all, all are taken as equally likely, and that is told.
        let centre = Centre::of(Some(&machine()), &[labelled(None, 40, 70.0, -12.0)], LIMITS);
        assert_eq!((centre.unknown, centre.all_unknown, centre.people.unwrap().value), (0, true, 70.0));
    }
}
