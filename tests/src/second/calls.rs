//! Calls put together from their steps.

use super::cells::{Cells, Sums};
use super::day::{self, Period};
use super::events::{CallEvent, CallStep, LostReason};
use super::{line::ALL, line::Line, names::Name, rules::Rules};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

#[derive(Debug)]
pub struct Call {
    pub id: Name,
    /// The line that was dialled.
    pub line: Line,
    pub caller: Option<Name>,
    pub offered: DateTime<Utc>,
    pub day: NaiveDate,
    pub kind: Kind,
    pub outcome: Outcome,
    pub returns: Option<Name>,
    pub zero_pressed: bool,
    pub transferred: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Incoming (live).
    Live,
    /// Inbound, but the voice menu dealt with it alone outside the live hours.
    OffHours,
    Outbound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Answered {
        at: DateTime<Utc>,
        wait_ms: i64,
        handle_ms: Option<i64>,
    },
    Lost {
        reason: LostReason,
        waited_ms: i64,
    },
    /// Not answered, but an order to be called back was left.
    Ordered,
    /// Its end has not been told.
    Unfinished,
}

impl Call {
    /// Reading: a call whose `offered` was never told belongs to no day and is not counted.
    fn of(steps: &[&CallEvent], rules: &Rules) -> Option<Self> {
        let (offer, outbound, returns) = steps.iter().find_map(|event| match &event.step {
            CallStep::Offered { outbound, returns } => Some((*event, *outbound, returns.clone())),
            _ => None,
        })?;
        let first = |step: CallStep| steps.iter().find(|event| event.step == step).map(|event| event.at);
        let (queued, answered) = (first(CallStep::Queued), first(CallStep::Answered));
        let lost = steps.iter().find_map(|event| match event.step {
            CallStep::Lost { reason, waited_ms } => Some(Outcome::Lost { reason, waited_ms }),
            _ => None,
        });
        let ended = steps.iter().rev().find_map(|event| match event.step {
            CallStep::Ended { wrap_up_ms } => Some((event.at, wrap_up_ms)),
            _ => None,
        });
        let outcome = match answered {
            Some(at) => {
                // A queue entered after the answer belongs to a transfer, not to the wait.
                let from = queued.filter(|queued| *queued <= at).unwrap_or(offer.at);
                // Reading: talk and hold together last from the answer to the end; unmeasured after-call work adds nothing.
                let handle_ms = ended.map(|(end, wrap_up)| (end - at).num_milliseconds() + wrap_up.unwrap_or(0));
                Outcome::Answered { at, wait_ms: (at - from).num_milliseconds(), handle_ms }
            }
            None => match first(CallStep::Ordered) {
                Some(_) => Outcome::Ordered,
                None => lost.unwrap_or(Outcome::Unfinished),
            },
        };
        let day = day::day(offer.at);
        let by_menu = match outcome {
            Outcome::Ordered => true,
            Outcome::Lost { reason, .. } => !matches!(reason, LostReason::AbandonedInQueue | LostReason::SystemError),
            Outcome::Answered { .. } | Outcome::Unfinished => false,
        };
        let alone = queued.is_none() && by_menu;
        let live = rules.live(offer.line, day).is_some_and(|(opens, closes)| opens <= offer.at && offer.at < closes);
        let kind = match (outbound, alone && !live) {
            (true, _) => Kind::Outbound,
            (false, true) => Kind::OffHours,
            (false, false) => Kind::Live,
        };
        Some(Self {
            id: offer.call.clone(),
            line: offer.line,
            caller: offer.caller.clone().or_else(|| steps.iter().find_map(|event| event.caller.clone())),
            offered: offer.at,
            day,
            kind,
            outcome,
            returns,
            zero_pressed: first(CallStep::ZeroPressed).is_some(),
            transferred: first(CallStep::Transferred),
        })
    }

    /// When a representative took it.
    pub fn answered(&self) -> Option<DateTime<Utc>> {
        match self.outcome {
            Outcome::Answered { at, .. } => Some(at),
            _ => None,
        }
    }

    pub fn is_live(&self) -> bool {
        self.kind == Kind::Live
    }
}

/// Every call that was told, also of the days around a period.
pub struct Calls {
    /// By the time of `offered`.
    pub all: Vec<Call>,
    places: HashMap<Name, usize>,
}

impl Calls {
    pub fn of(events: &[CallEvent], rules: &Rules) -> Self {
        let mut steps: HashMap<&Name, Vec<&CallEvent>> = HashMap::new();
        for event in events {
            steps.entry(&event.call).or_default().push(event);
        }
        let mut all: Vec<Call> = steps
            .into_values()
            .filter_map(|mut steps| {
                steps.sort();
                Call::of(&steps, rules)
            })
            .collect();
        all.sort_by(|a, b| (a.offered, &a.id).cmp(&(b.offered, &b.id)));
        let places = all.iter().enumerate().map(|(place, call)| (call.id.clone(), place)).collect();
        Self { all, places }
    }

    pub fn get(&self, id: &str) -> Option<&Call> {
        self.places.get(id).map(|place| &self.all[*place])
    }

    /// Incoming (live) calls of a period.
    pub fn live(&self, period: Period) -> impl Iterator<Item = &Call> {
        self.all.iter().filter(move |call| call.is_live() && period.holds(call.day))
    }

    pub fn put(&self, cells: &mut Cells, period: Period, rules: &Rules) {
        let (mut sums, mut zero) = (Sums::default(), Sums::default());
        for call in self.all.iter().filter(|call| period.holds(call.day)) {
            match call.kind {
                Kind::Outbound => sums.count("outbound", call.line),
                Kind::OffHours => sums.count("off_hours", call.line),
                Kind::Live => count_live(&mut sums, call, rules),
            }
            match call.kind {
                Kind::Live if call.zero_pressed => {
                    zero.count("pressed", call.line);
                    zero.add("answered", call.line, f64::from(u8::from(call.answered().is_some())));
                }
                Kind::OffHours if call.zero_pressed => zero.count("pressed_off_hours", call.line),
                _ => {}
            }
        }
        let counts =
            ["offered", "answered", "lost", "ordered", "unfinished", "off_hours", "outbound", "lost_exactly_10s"];
        sums.put(cells, "calls_by_line", &counts);
        zero.put(cells, "ivr_zero", &["pressed", "answered", "pressed_off_hours"]);
        for whose in ALL {
            let of = |what| sums.of(what, whose);
            let mut mean = |what, sum_ms, count| {
                cells.put_quotient("calls_by_line", whose, what, of(sum_ms) / 1_000.0, of(count));
            };
            mean("mean_wait_s", "wait_ms", "answered");
            mean("mean_handle_s", "handle_ms", "handled");
            mean("mean_wait_short_s", "short_ms", "short");
        }
    }
}

fn count_live(sums: &mut Sums, call: &Call, rules: &Rules) {
    let line = call.line;
    sums.count("offered", line);
    match call.outcome {
        Outcome::Answered { wait_ms, handle_ms, .. } => {
            sums.count("answered", line);
            sums.add("wait_ms", line, wait_ms as f64);
            if let Some(ms) = handle_ms {
                sums.count("handled", line);
                sums.add("handle_ms", line, ms as f64);
            }
        }
        Outcome::Lost { waited_ms, .. } => {
            sums.count("lost", line);
            if waited_ms == rules.lost_short_ms {
                sums.count("lost_exactly_10s", line);
            }
            if waited_ms <= rules.lost_short_ms {
                sums.count("short", line);
                sums.add("short_ms", line, waited_ms as f64);
            }
        }
        Outcome::Ordered => sums.count("ordered", line),
        Outcome::Unfinished => sums.count("unfinished", line),
    }
}
