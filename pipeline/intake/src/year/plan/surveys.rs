//! Answered surveys and satisfied answers. No report tells how many answers each line got, so they are chosen: the usual
//! number where that gives what is printed, else such numbers that every line and the whole are printed as they were.

use super::{Cell, LinePlan, Surveys, fit_kpi};
use crate::year::{
    marginals::{Kpi, Marginals, STRUCTURES},
    printed::{Band, Printed},
};
use meyar_schemas::Invalid;

/// One in forty answered calls has an answered survey, one in five invitations is answered.
const ANSWERS_OF_CALLS: u64 = 40;
const INVITED_OF_ANSWERS: u64 = 5;
const USUAL_LEAST: u64 = 40;
/// A line with fewer answers is not printed (`schemas/reference/thresholds.toml`).
const LEAST: u64 = 30;
/// How far a number of answers is looked for of which the printed percentage exists.
const FAR: u64 = 20_000;
/// Steps between the usual numbers of answers and those that lean to the total most.
const STEPS: u32 = 64;
/// Numbers of answers a line that are tried in every combination at last.
const CHOICES: usize = 16;

/// Percentages repeat their pattern from here on: what is best among so many numbers at an end is best of all.
const PERIOD: u64 = 2_000;

pub(super) fn plan(m: &Marginals, lines: &mut [LinePlan; 4]) -> Result<(), Invalid> {
    let (answers, satisfied) = choose(&m.answered, &m.kpis.satisfaction)?;
    for (line, plan) in lines.iter_mut().enumerate() {
        let invited = (answers[line] * INVITED_OF_ANSWERS).min(m.answered[line]);
        plan.surveys = Surveys { invited, answered: answers[line], satisfied: satisfied[line] };
    }
    Ok(())
}

/// Answers and satisfied ones by line.
fn choose(calls: &[u64; 4], kpi: &Kpi) -> Result<([u64; 4], [u64; 4]), Invalid> {
    let mix = Mix::new(calls, kpi)?;
    let answers = mix.leaning().or_else(|| mix.combined()).ok_or_else(|| mix.refused())?;
    let cells = [0, 1, 2, 3].map(|line| Cell {
        of: answers[line],
        can: Band { lo: 0, hi: answers[line] },
        usual: answers[line] * 9 / 10,
    });
    Ok((answers, fit_kpi("satisfaction", kpi, &cells, 100)?))
}

#[derive(Debug, Clone, Copy)]
struct Line {
    printed: Option<Printed>,
    least: u64,
    most: u64,
    usual: u64,
}

impl Line {
    fn new(line: usize, calls: u64, printed: Option<Printed>) -> Result<Self, Invalid> {
        let mut own = Self { printed, least: 1.min(calls), most: calls, usual: 0 };
        let start = (calls / ANSWERS_OF_CALLS).max(USUAL_LEAST).min(calls);
        own.usual = own.near(start).ok_or_else(|| {
            Invalid::new(
                &format!("kpis.satisfaction.{}", STRUCTURES[line]),
                printed.map(|printed| printed.to_string()).unwrap_or_default(),
                format!("is printed of no number of answers up to {calls}"),
                "write the percentage of 0 to 100 that was printed",
            )
        })?;
        if own.usual >= LEAST {
            own.least = LEAST;
        }
        Ok(own)
    }

    /// The satisfied answers that are printed so.
    fn band(&self, answers: u64) -> Band {
        let all = Band { lo: 0, hi: answers };
        self.printed.filter(|_| answers > 0).map_or(all, |printed| printed.band(100, answers).within(0, answers))
    }

    fn exists(&self, answers: u64) -> bool {
        !self.band(answers).is_empty()
    }

    /// A number of answers of which the printed value exists, from `start` upwards, else downwards.
    fn near(&self, start: u64) -> Option<u64> {
        let upwards = (start..=self.most.min(start + FAR)).find(|n| self.exists(*n));
        upwards.or_else(|| (self.least..start).rev().take(usize::try_from(FAR).unwrap_or(0)).find(|n| self.exists(*n)))
    }

    /// Numbers of answers at both ends of what can be.
    fn ends(&self) -> impl Iterator<Item = u64> {
        let (low, high) = (self.least + PERIOD, self.most.saturating_sub(PERIOD));
        (self.least..=self.most.min(low)).chain(high.max(low + 1)..=self.most).filter(|n| self.exists(*n))
    }

    fn choices(&self) -> Vec<u64> {
        let few: Vec<u64> = (self.least..=self.most.min(self.least + FAR)).filter(|n| self.exists(*n)).collect();
        if few.len() <= CHOICES {
            return few;
        }
        let mut choices = few[..CHOICES / 2].to_vec();
        choices.extend(
            (1..=CHOICES / 2).filter_map(|step| {
                self.near(between(self.least.max(1), self.most, step as f64 / (CHOICES / 2) as f64))
            }),
        );
        choices.dedup();
        choices
    }
}

/// From one number to another in steps of the same ratio.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn between(from: u64, to: u64, share: f64) -> u64 {
    if from == 0 || to == 0 {
        return from;
    }
    (from as f64 * (to as f64 / from as f64).powf(share)).round() as u64
}

struct Mix {
    lines: [Line; 4],
    total: Option<Printed>,
}

impl Mix {
    fn new(calls: &[u64; 4], kpi: &Kpi) -> Result<Self, Invalid> {
        let line = |line: usize| Line::new(line, calls[line], kpi.lines[line].filter(|_| calls[line] > 0));
        Ok(Self { lines: [line(0)?, line(1)?, line(2)?, line(3)?], total: kpi.total })
    }

    /// Satisfied answers of all lines together.
    fn sums(&self, answers: &[u64; 4]) -> Option<Band> {
        self.lines.iter().zip(answers).try_fold(Band { lo: 0, hi: 0 }, |all, (line, n)| {
            let own = line.band(*n);
            (!own.is_empty()).then(|| Band { lo: all.lo + own.lo, hi: all.hi + own.hi })
        })
    }

    fn fits(&self, answers: &[u64; 4]) -> bool {
        let (Some(sums), all) = (self.sums(answers), answers.iter().sum::<u64>()) else { return false };
        let wanted = self.total.filter(|_| all > 0).map(|printed| printed.band(100, all));
        wanted.is_none_or(|wanted| !wanted.within(sums.lo, sums.hi).is_empty())
    }

    /// From the usual numbers of answers towards more of the lines on the total's side and fewer of the others.
    fn leaning(&self) -> Option<[u64; 4]> {
        let usual = self.lines.map(|line| line.usual);
        let Some(total) = self.total.filter(|_| !self.fits(&usual)) else { return self.fits(&usual).then_some(usual) };
        let all = usual.iter().sum::<u64>();
        let upwards = self.sums(&usual).is_some_and(|sums| sums.hi < total.band(100, all).lo);
        let helps = self.lines.map(|line| {
            line.printed.is_none_or(|own| {
                let (own, wanted) = (own.aim(100, 1_000_000_000), total.aim(100, 1_000_000_000));
                if upwards { own >= wanted } else { own <= wanted }
            })
        });
        (0..=STEPS).find_map(|step| {
            let share = f64::from(step) / f64::from(STEPS);
            let mut answers = usual;
            for (line, own) in self.lines.iter().enumerate() {
                let to = if helps[line] { own.most } else { own.least };
                answers[line] = own.near(between(own.usual, to, share))?;
            }
            self.with_one_free(&answers)
        })
    }

    /// Every combination of a few numbers of answers, one line's being free.
    fn combined(&self) -> Option<[u64; 4]> {
        let total = self.total?;
        let (lowest, highest) = self.range(total);
        if !(lowest.units()..=highest.units()).contains(&total.units()) {
            return None;
        }
        let choices = self.lines.each_ref().map(Line::choices);
        (0..self.lines.len()).rev().find_map(|free| {
            let others: Vec<usize> = (0..self.lines.len()).filter(|line| *line != free).collect();
            let mut answers = self.lines.map(|line| line.usual);
            let [a, b, c] = others[..] else { return None };
            choices[a].iter().find_map(|first| {
                choices[b].iter().find_map(|second| {
                    choices[c].iter().find_map(|third| {
                        (answers[a], answers[b], answers[c]) = (*first, *second, *third);
                        self.free(&answers, free, 400)
                    })
                })
            })
        })
    }

    fn with_one_free(&self, answers: &[u64; 4]) -> Option<[u64; 4]> {
        if self.fits(answers) {
            return Some(*answers);
        }
        (0..self.lines.len()).find_map(|line| self.free(answers, line, PERIOD))
    }

    /// The nearest number of answers of one line with which the total comes out, the others having theirs.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn free(&self, answers: &[u64; 4], free: usize, far: u64) -> Option<[u64; 4]> {
        let line = self.lines[free];
        let with = |n: u64| {
            let mut answers = *answers;
            answers[free] = n;
            answers
        };
        let total = self.total?;
        let others = self.sums(&with(0))?;
        let all = answers.iter().sum::<u64>() - answers[free];
        // Two linear bounds tell where it can be at all; the whole numbers there are tried, the nearest first.
        let edges = |printed: Option<Printed>| printed.map_or((0.0, 1.0), Printed::edges);
        let ((own_lo, own_hi), (lo, hi)) = (edges(line.printed), edges(Some(total)));
        let (mut from, mut to) = (line.least as f64, line.most as f64);
        let bounds =
            [(own_lo - hi, hi * all as f64 - others.lo as f64), (lo - own_hi, others.hi as f64 - lo * all as f64)];
        for (factor, room) in bounds {
            // factor × n ≤ room, but for the last digits of the arithmetic.
            if factor > 1e-12 {
                to = to.min(room / factor + 1.0);
            } else if factor < -1e-12 {
                from = from.max(room / factor - 1.0);
            } else if room < -1.0 {
                return None;
            }
        }
        if from > to {
            return None;
        }
        let (from, to) = ((from.ceil() as u64).max(line.least), (to.floor() as u64).min(line.most));
        let near = answers[free].max(from).min(to);
        let both = |off: u64| [near.checked_sub(off), (off > 0).then_some(near + off)];
        let tried = (0..=far.min(to.saturating_sub(from))).flat_map(both).flatten();
        tried.filter(|n| (from..=to).contains(n)).map(with).find(|answers| self.fits(answers))
    }

    /// The least and the most that the whole can be printed as.
    fn range(&self, total: Printed) -> (Printed, Printed) {
        let [low, high] = [false, true].map(|high| {
            let (satisfied, answers) = self.extreme(high);
            total.like(100, satisfied, answers)
        });
        (low, high)
    }

    /// The least or the most ratio of satisfied answers: lines are chosen for the best ratio yet until that is the best of all.
    fn extreme(&self, high: bool) -> (u64, u64) {
        let ends = self.lines.map(|line| {
            let satisfied = |n: u64| if high { line.band(n).hi } else { line.band(n).lo };
            line.ends().map(|n| (satisfied(n), n)).collect::<Vec<_>>()
        });
        let usual = self.lines.map(|line| line.usual);
        let all = usual.iter().sum::<u64>().max(1);
        let mut best = self.sums(&usual).map_or((0, all), |sums| (if high { sums.hi } else { sums.lo }, all));
        for _ in 0..50 {
            let gain = |(satisfied, n): &(u64, u64)| {
                let gain = i128::from(*satisfied) * i128::from(best.1) - i128::from(best.0) * i128::from(*n);
                if high { gain } else { -gain }
            };
            let chosen = ends.iter().filter_map(|ends| ends.iter().copied().max_by_key(gain));
            let next = chosen.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
            if next.1 == 0 || u128::from(next.0) * u128::from(best.1) == u128::from(best.0) * u128::from(next.1) {
                break;
            }
            best = next;
        }
        best
    }

    fn refused(&self) -> Invalid {
        let Some(total) = self.total else {
            return Invalid::new("kpis.satisfaction", "", "cannot be printed of any answers", "leave it out");
        };
        let (lowest, highest) = self.range(total);
        let inside = (lowest.units()..=highest.units()).contains(&total.units());
        let problem = if inside {
            "is printed of no numbers of answers with which the lines are printed as they are (too few calls)"
        } else {
            "cannot be the whole of these lines, whatever number of answers each got"
        };
        let with = |units: u64| Self { total: Some(total.with_units(units)), ..*self }.leaning().is_some();
        let below = (lowest.units()..total.units()).rev().take(20).find(|units| with(*units));
        let above = (total.units() + 1..=highest.units()).take(20).find(|units| with(*units));
        let near: Vec<String> =
            below.into_iter().chain(above).map(|units| total.with_units(units).to_string()).collect();
        let remedy = if inside && !near.is_empty() {
            format!("it can be {}; mend it or the lines", near.join(" or "))
        } else {
            format!("it can be {lowest} to {highest}; mend it or the lines")
        };
        Invalid::new("kpis.satisfaction.TOTAL", total.to_string(), problem, remedy)
    }
}

#[cfg(test)]
mod tests;
