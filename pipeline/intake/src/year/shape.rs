//! Which call has what, known for each from its number alone.

use super::{
    answering::Answering,
    days::Days,
    marginals::STRUCTURES,
    outages::{self, Outage},
    plan::{LinePlan, Plan},
    random::{Permutation, mix},
    spread::{ByDay, Groups, Spread},
};
use meyar_schemas::Invalid;

/// What becomes of a sheet; the number is its class among those of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Forwarded(usize),
    QueryAnswered(usize),
    QueryForwarded(usize),
    QueryLeft(usize),
}

/// People of one part of the lost calls.
#[derive(Debug, Clone)]
pub struct People {
    pub groups: Groups,
    pub days: ByDay,
}

impl People {
    fn new(calls: u64, weights: impl Iterator<Item = u64>, key: u64) -> Self {
        let groups = Groups::new(calls);
        Self { groups, days: ByDay::new(groups.count(), weights, key) }
    }
}

#[derive(Debug, Clone)]
pub struct LineShape {
    pub answered: ByDay,
    pub off_hours: ByDay,
    pub waits: Permutation,
    pub handles: Permutation,
    pub appeals: Spread,
    topic_order: Permutation,
    topic_ends: Vec<u64>,
    pub sheets: Spread,
    sheet_order: Permutation,
    courses: Vec<(Course, u64)>,
    /// From this sheet on they are left for the next year.
    left_from: u64,
    left_ends: Vec<(Course, u64)>,
    pub answering: Answering,
    pub callback_sheets: Spread,
    callback_ends: Vec<(Course, u64)>,
    pub surveys: Spread,
    pub survey_order: Permutation,
    /// Whose answered calls the redialled lost calls of this line come before.
    pub host: usize,
    pub redials: Groups,
    pub redials_at: Spread,
    pub reached: People,
    pub unreached: People,
    pub system_error: People,
    pub not_called_back: People,
    pub short: People,
}

/// Running ends of counts.
fn ends<T: Copy>(counts: impl IntoIterator<Item = (T, u64)>) -> Vec<(T, u64)> {
    let mut sum = 0;
    counts
        .into_iter()
        .map(|(what, count)| {
            sum += count;
            (what, sum)
        })
        .collect()
}

fn found(ends: &[(Course, u64)], number: u64) -> Course {
    ends.iter().find(|(_, end)| number < *end).map_or(Course::Forwarded(0), |(course, _)| *course)
}

pub fn shape(plan: &Plan, days: &Days, seed: u64) -> Result<([LineShape; 4], Vec<Outage>), Invalid> {
    let carried: u64 = plan.lines.iter().flat_map(|line| &line.queries).map(|q| q.old_answered).sum();
    if carried > 0 && days.before.is_empty() {
        let problem = format!("has no working days, but {carried} sheets were carried out of it");
        let remedy = "add that year's holidays to calendar.toml, or carry no sheets into the year";
        return Err(Invalid::new("calendar.toml", (days.year - 1).to_string(), problem, remedy));
    }
    let outages = outages::place(days, &plan.lines.each_ref().map(|line| line.down_ms), seed);
    let most = (0..STRUCTURES.len()).max_by_key(|line| plan.lines[*line].answered()).unwrap_or(0);
    let one = |line: usize| {
        let host = if plan.lines[line].answered() > 0 { line } else { most };
        let hosts = plan.lines[host].answered();
        // Where the days to answers cannot be shared out, another choice of the calls with sheets may do.
        (0..200)
            .find_map(|try_| {
                LineShape::new(&plan.lines[line], days, line, (host, hosts), &outages, mix(seed, line as u64, try_))
            })
            .ok_or_else(|| {
                Invalid::new(
                    &format!("kpis.mv_avg_days.{}", STRUCTURES[line]),
                    format!("{} working days", plan.lines[line].answer_days),
                    format!(
                        "cannot be what {} query sheets took, answered inside {}",
                        plan.lines[line].answered_queries(),
                        days.year
                    ),
                    "lower it, or carry more sheets into the next year",
                )
            })
    };
    Ok(([one(0)?, one(1)?, one(2)?, one(3)?], outages))
}

impl LineShape {
    fn new(
        plan: &LinePlan,
        days: &Days,
        line: usize,
        host: (usize, u64),
        outages: &[Outage],
        seed: u64,
    ) -> Option<Self> {
        let key = |what: u64| mix(seed, what, 0x5a9e);
        let answered = plan.answered();
        let weights = || days.days.iter().map(|day| if day.live[line].is_some() { u64::from(day.weight) } else { 0 });
        let answered_by_day = ByDay::new(answered, weights(), key(1));
        let queries = |of: fn(usize) -> Course, count: fn(&super::plan::Queries) -> u64| {
            plan.queries.iter().enumerate().map(move |(class, q)| (of(class), count(q))).collect::<Vec<_>>()
        };
        let mut courses: Vec<(Course, u64)> =
            plan.forwarded.iter().enumerate().map(|(class, cell)| (Course::Forwarded(class), cell.live)).collect();
        courses.extend(queries(Course::QueryAnswered, |q| q.new_answered));
        courses.extend(queries(Course::QueryForwarded, |q| q.new_forwarded));
        let courses = ends(courses);
        let left_from = courses.last().map_or(0, |(_, end)| *end);
        let sheets = Spread::new(plan.live_sheets(), answered, key(2));
        let sheet_order = Permutation::new(left_from.max(1), key(3));
        let late = |cap: usize| {
            let day = (0..days.days.len()).find(|day| days.left_after(*day) < cap).unwrap_or(0);
            let first = sheets.before(answered_by_day.before(day));
            let numbers =
                (first..left_from).filter(|s| matches!(found(&courses, sheet_order.at(*s)), Course::QueryAnswered(_)));
            numbers
                .map(|s| (s, days.left_after(answered_by_day.day_of(sheets.host_of(s)))))
                .filter(|(_, left)| *left < cap)
                .collect()
        };
        let answering = Answering::new(plan, days, key(4), late)?;
        let down = |day: usize| {
            let own = outages.iter().filter(|outage| outage.day == day && outage.lines[line]);
            own.map(|outage| u64::try_from((outage.window.to - outage.window.from) / 1_000).unwrap_or(0)).sum::<u64>()
        };
        let down: Vec<u64> = (0..days.days.len()).map(down).collect();
        let cut_off = if down.iter().any(|down| *down > 0) { down } else { weights().collect() };
        let redials = Groups::new(plan.lost.redialled);
        let callbacks: Vec<(Course, u64)> =
            plan.forwarded.iter().enumerate().map(|(class, cell)| (Course::Forwarded(class), cell.callback)).collect();
        let reached = People::new(plan.lost.reached, weights(), key(8));
        let invited = plan.surveys.invited;
        Some(Self {
            off_hours: ByDay::new(plan.off_hours, days.days.iter().map(|day| u64::from(day.off_weight)), key(5)),
            waits: Permutation::new(answered.max(1), key(6)),
            handles: Permutation::new(answered.max(1), key(7)),
            appeals: Spread::new(plan.appeals(), answered, key(14)),
            topic_order: Permutation::new(plan.appeals().max(1), key(15)),
            topic_ends: ends(plan.topics.iter().map(|count| ((), *count))).into_iter().map(|(_, end)| end).collect(),
            left_ends: ends(queries(Course::QueryLeft, |q| q.new_left)),
            callback_sheets: Spread::new(plan.callback_sheets(), reached.groups.count(), key(16)),
            callback_ends: ends(callbacks),
            surveys: Spread::new(invited, answered, key(17)),
            survey_order: Permutation::new(invited.max(1), key(18)),
            host: host.0,
            redials,
            redials_at: Spread::new(redials.count(), host.1, key(9)),
            unreached: People::new(plan.lost.unreached, weights(), key(10)),
            system_error: People::new(plan.lost.system_error, cut_off.into_iter(), key(11)),
            not_called_back: People::new(plan.lost.not_called_back, weights(), key(12)),
            short: People { groups: Groups::new(0), days: ByDay::new(plan.lost.short, weights(), key(13)) },
            answered: answered_by_day,
            reached,
            sheets,
            sheet_order,
            courses,
            left_from,
            answering,
        })
    }

    pub fn topic(&self, appeal: u64) -> usize {
        let place = self.topic_order.at(appeal);
        self.topic_ends.iter().position(|end| place < *end).unwrap_or(0)
    }

    /// The last sheets of the year are those that are left for the next.
    pub fn course(&self, sheet: u64) -> Course {
        match sheet.checked_sub(self.left_from) {
            Some(left) => found(&self.left_ends, left),
            None => found(&self.courses, self.sheet_order.at(sheet)),
        }
    }

    pub fn callback_course(&self, sheet: u64) -> Course {
        found(&self.callback_ends, sheet)
    }
}
