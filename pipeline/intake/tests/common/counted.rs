//! A year counted in plain Rust by the rules of `schemas/figures/README.md`, for what the SQL is not here to count.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc, Weekday};
use meyar_intake::year::{Fact, Told};
use meyar_schemas::{
    appeals::AnswerDirection,
    calls::{CallStep, Direction, LostReason, Phase},
    reference::Reference,
    sheets::{SheetClass, SheetStep},
    staff::StaffStep,
    surveys::SurveyStep,
    systems::Severity,
};
use std::collections::{BTreeMap, HashMap, HashSet};

pub fn line(text: &str) -> usize {
    text.as_bytes()[6] as usize - b'1' as usize
}

pub fn day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&chrono_tz::Asia::Baku).date_naive()
}

#[derive(Debug, Default)]
struct Row {
    id: String,
    line: usize,
    key: Option<String>,
    outbound: bool,
    returns: Option<String>,
    offered: DateTime<Utc>,
    queued: Option<DateTime<Utc>>,
    answered: Option<DateTime<Utc>>,
    lost: Option<(LostReason, u64)>,
    ordered: bool,
}

/// Lost calls in the order of the rules, called back in reached and unreached.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub short: u64,
    pub redialled: u64,
    pub reached: u64,
    pub unreached: u64,
    pub system_error: u64,
    pub not_called_back: u64,
}

#[derive(Debug, Default)]
pub struct Counted {
    pub year: i32,
    pub events: u64,
    pub answered: [u64; 4],
    pub in_time: [u64; 4],
    pub lost: [u64; 4],
    pub exactly_10_s: u64,
    pub parts: [Parts; 4],
    pub wait_ms: u64,
    pub handle_ms: u64,
    pub short_wait_ms: u64,
    pub ordered: u64,
    pub orders_returned_in_time: u64,
    pub off_hours: u64,
    pub topics: BTreeMap<String, u64>,
    pub directions: BTreeMap<&'static str, u64>,
    pub urgent: u64,
    pub calls_without_appeal: u64,
    /// By line and class: compiled, answered, forwarded; days to answers.
    pub compiled: HashMap<(usize, SheetClass_), u64>,
    pub sheets_answered: HashMap<(usize, SheetClass_), u64>,
    pub sheets_forwarded: HashMap<(usize, SheetClass_), u64>,
    pub carried: BTreeMap<String, u64>,
    pub days: [u64; 4],
    pub surveys: [(u64, u64); 4],
    pub invited: u64,
    pub person_days: u64,
    pub down_ms: [i64; 4],
    rows: Vec<Row>,
    today: Option<NaiveDate>,
    opened: HashMap<String, NaiveDate>,
    open: HashSet<String>,
    sessions: HashSet<String>,
    outages: BTreeMap<String, (DateTime<Utc>, Vec<usize>)>,
    windows: Vec<(i64, i64, usize)>,
    orders: HashMap<String, NaiveDate>,
    sheet_calls: HashSet<String>,
    appeals_of_call: Option<String>,
    working: HashSet<NaiveDate>,
}

/// Hashable.
pub type SheetClass_ = u8;

pub fn class(class: SheetClass) -> SheetClass_ {
    class as u8
}

impl Counted {
    pub fn of(year: i32, stream: impl Iterator<Item = Told>) -> Self {
        let reference = Reference::load(None).unwrap();
        let from = NaiveDate::from_ymd_opt(year - 1, 11, 1).unwrap();
        let working =
            from.iter_days().take(500).filter(|d| reference.calendar.is_working(*d).unwrap_or(false)).collect();
        let mut counted = Self { year, working, ..Self::default() };
        for told in stream {
            counted.events += 1;
            counted.one(told);
        }
        counted.close_day();
        let windows = std::mem::take(&mut counted.windows);
        for line in 0..4 {
            let mut own: Vec<(i64, i64)> = windows.iter().filter(|w| w.2 == line).map(|w| (w.0, w.1)).collect();
            own.sort_unstable();
            let mut until = i64::MIN;
            for (from, to) in own {
                counted.down_ms[line] += (to - from.max(until)).max(0);
                until = until.max(to);
            }
        }
        counted
    }

    fn one(&mut self, told: Told) {
        match told.fact {
            Fact::Call(event) => {
                let date = day(event.at);
                if let CallStep::Offered { direction, returns } = event.step {
                    if self.today != Some(date) {
                        self.close_day();
                        self.today = Some(date);
                    }
                    self.rows.push(Row {
                        id: event.call_id,
                        line: line(&event.line),
                        key: event.caller_key,
                        outbound: direction == Direction::Outbound,
                        returns,
                        offered: event.at,
                        ..Row::default()
                    });
                    return;
                }
                let row = self.rows.last_mut().unwrap();
                assert_eq!(row.id, event.call_id, "a call's steps follow one another");
                match event.step {
                    CallStep::Queued { .. } => row.queued = Some(event.at),
                    CallStep::Answered { .. } => row.answered = Some(event.at),
                    CallStep::Ended { wrap_up_ms, .. } if row.answered.is_some() && !row.outbound => {
                        let talk = (event.at - row.answered.unwrap()).num_milliseconds() as u64;
                        self.handle_ms += talk + wrap_up_ms.unwrap_or(0);
                    }
                    CallStep::Lost { reason, waited_ms } => {
                        let from = row.queued.unwrap_or(row.offered);
                        assert_eq!((event.at - from).num_milliseconds() as u64, waited_ms);
                        row.lost = Some((reason, waited_ms));
                    }
                    CallStep::Ordered => row.ordered = true,
                    _ => {}
                }
            }
            Fact::Appeal(appeal) => {
                *self.topics.entry(appeal.topics[0].clone()).or_default() += 1;
                self.urgent += u64::from(appeal.urgent);
                let name = match appeal.direction {
                    AnswerDirection::Immediate => "immediate",
                    AnswerDirection::Redirected => "redirected",
                    AnswerDirection::SheetAnswered => "sheet_answered",
                    AnswerDirection::SheetForwarded => "sheet_forwarded",
                };
                *self.directions.entry(name).or_default() += 1;
                if self.appeals_of_call.as_ref() != Some(&appeal.call_id) {
                    self.calls_without_appeal += 1;
                }
                self.appeals_of_call = Some(appeal.call_id);
            }
            Fact::Sheet(sheet) => {
                let (l, c, date) = (line(&sheet.line), class(sheet.class), day(sheet.at));
                let own_year = date.year() == self.year;
                match sheet.step {
                    SheetStep::Opened { call_id, .. } => {
                        assert!(self.open.insert(sheet.sheet_id.clone()));
                        self.opened.insert(sheet.sheet_id, date);
                        if own_year {
                            *self.compiled.entry((l, c)).or_default() += 1;
                            assert!(self.sheet_calls.insert(call_id.unwrap()), "no two sheets on one call");
                        }
                    }
                    SheetStep::Answered => {
                        assert!(self.open.remove(&sheet.sheet_id));
                        if own_year {
                            *self.sheets_answered.entry((l, c)).or_default() += 1;
                            let from = self.opened[&sheet.sheet_id];
                            let took = from.iter_days().skip(1).take_while(|d| *d <= date);
                            self.days[l] += took.filter(|d| self.working.contains(d)).count() as u64;
                        }
                    }
                    SheetStep::Forwarded { .. } => {
                        assert!(self.open.remove(&sheet.sheet_id));
                        assert!(own_year);
                        *self.sheets_forwarded.entry((l, c)).or_default() += 1;
                    }
                    SheetStep::Carried { into_month } => {
                        assert!(self.open.contains(&sheet.sheet_id));
                        *self.carried.entry(into_month).or_default() += 1;
                    }
                    _ => {}
                }
            }
            Fact::Survey(survey) => match survey.step {
                SurveyStep::Invited => self.invited += 1,
                SurveyStep::Answered { question, score, scale_max, .. } if question == "overall" => {
                    let cell = &mut self.surveys[line(&survey.line)];
                    cell.0 += 1;
                    cell.1 += u64::from(f64::from(score) / f64::from(scale_max) >= 0.8);
                }
                _ => {}
            },
            Fact::Staff(session) if session.kind == StaffStep::Started => {
                assert!(self.sessions.insert(format!("{} {}", session.representative, day(session.at))));
                self.person_days += 1;
            }
            Fact::Staff(_) => {}
            Fact::Incident(incident) if incident.severity == Severity::Outage => {
                if incident.phase == Phase::Started {
                    let lines = incident.lines.iter().map(|l| line(l)).collect();
                    self.outages.insert(incident.incident_id, (incident.at, lines));
                } else {
                    let (from, lines) = self.outages.remove(&incident.incident_id).unwrap();
                    for l in lines {
                        self.windows.push((from.timestamp_millis(), incident.at.timestamp_millis(), l));
                    }
                }
            }
            Fact::Incident(_) => {}
        }
    }

    /// Judges the day's calls.
    fn close_day(&mut self) {
        let Some(date) = self.today else { return };
        let rows = std::mem::take(&mut self.rows);
        let worked = self.working.contains(&date) && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        let live_at = |at: DateTime<Utc>| {
            let local = at.with_timezone(&chrono_tz::Asia::Baku);
            worked && (9..18).contains(&local.hour())
        };
        let mut last_answer: HashMap<&str, DateTime<Utc>> = HashMap::new();
        let mut outbound: HashMap<&str, Vec<&Row>> = HashMap::new();
        let mut named: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in &rows {
            match (&row.key, row.outbound) {
                (Some(key), false) if row.answered.is_some() => {
                    let last = last_answer.entry(key).or_insert(row.offered);
                    *last = (*last).max(row.offered);
                }
                (Some(key), true) => outbound.entry(key).or_default().push(row),
                _ => {}
            }
            if let Some(returns) = &row.returns {
                named.entry(returns).or_default().push(row);
                if let Some(ordered) = self.orders.remove(returns) {
                    let due = ordered.iter_days().skip(1).find(|d| self.working.contains(d)).unwrap();
                    self.orders_returned_in_time += u64::from(date <= due);
                }
            }
        }
        for row in rows.iter().filter(|row| !row.outbound) {
            let queued_or_cut = row.queued.is_some()
                || row.answered.is_some()
                || matches!(row.lost, Some((LostReason::AbandonedInQueue | LostReason::SystemError, _)));
            if !live_at(row.offered) && !queued_or_cut {
                self.off_hours += 1;
                if row.ordered {
                    self.ordered += 1;
                }
                continue;
            }
            assert!(live_at(row.offered), "{} is offered outside the live hours", row.id);
            if let Some(answered) = row.answered {
                let wait = (answered - row.queued.unwrap_or(row.offered)).num_milliseconds() as u64;
                self.answered[row.line] += 1;
                self.in_time[row.line] += u64::from(wait <= 30_000);
                self.wait_ms += wait;
                continue;
            }
            let Some((reason, waited_ms)) = row.lost else { panic!("{} has no end", row.id) };
            self.lost[row.line] += 1;
            let parts = &mut self.parts[row.line];
            self.exactly_10_s += u64::from(waited_ms == 10_000);
            let key = row.key.as_deref();
            let after = |other: &&&Row| other.offered > row.offered;
            let backs: Vec<&&Row> = key
                .and_then(|key| outbound.get(key))
                .into_iter()
                .chain(named.get(row.id.as_str()))
                .flatten()
                .filter(after)
                .collect();
            if waited_ms <= 10_000 {
                parts.short += 1;
                self.short_wait_ms += waited_ms;
            } else if key.and_then(|key| last_answer.get(key)).is_some_and(|last| *last > row.offered) {
                parts.redialled += 1;
            } else if backs.iter().any(|back| back.answered.is_some()) {
                parts.reached += 1;
            } else if !backs.is_empty() {
                parts.unreached += 1;
            } else if reason == LostReason::SystemError {
                parts.system_error += 1;
            } else {
                parts.not_called_back += 1;
            }
        }
        for row in rows.iter().filter(|row| row.ordered) {
            self.orders.insert(row.id.clone(), date);
        }
    }
}
