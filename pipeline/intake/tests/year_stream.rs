//! The events of a year, counted by the rules of the figures, come to what was planned.
#![allow(clippy::unwrap_used)]

#[path = "common/counted.rs"]
mod counted;
#[path = "common/invented.rs"]
mod invented;

use counted::{Counted, Parts, class};
use meyar_intake::year::{Days, Fact, Marginals, Plan, Year};
use meyar_schemas::{
    Subject,
    calls::{CallStep, Direction, LostReason},
    contract, migrate,
    reference::Reference,
    sheets::{SheetClass, SheetStep},
    systems::Severity,
};
use proptest::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

static DAYS: LazyLock<Days> = LazyLock::new(|| Days::of(2024, &Reference::load(None).unwrap()).unwrap());

const FORWARDED: [SheetClass; 4] =
    [SheetClass::ThirdPartyComplaint, SheetClass::BodyComplaint, SheetClass::ReceptionBooking, SheetClass::Proposal];
const QUERIES: [SheetClass; 2] = [SheetClass::ComplexQuestion, SheetClass::EServiceError];

fn year(marginals: &Marginals, scale: f64, seed: u64) -> (Plan, Year) {
    let plan = Plan::new(marginals, &DAYS, scale).unwrap();
    (plan.clone(), Year::new(plan, DAYS.clone(), seed).unwrap())
}

/// Everything that was planned is what is counted.
fn as_planned(plan: &Plan, counted: &Counted) {
    for (l, line) in plan.lines.iter().enumerate() {
        assert_eq!(counted.answered[l], line.answered(), "answered on line {l}");
        assert_eq!(counted.in_time[l], line.in_time, "in time on line {l}");
        assert_eq!(counted.lost[l], line.lost.all(), "lost on line {l}");
        let lost = &line.lost;
        let parts = Parts {
            short: lost.short,
            redialled: lost.redialled,
            reached: lost.reached,
            unreached: lost.unreached,
            system_error: lost.system_error,
            not_called_back: lost.not_called_back,
        };
        assert_eq!(counted.parts[l], parts, "parts of line {l}");
        assert_eq!(counted.surveys[l], (line.surveys.answered, line.surveys.satisfied), "surveys of line {l}");
        assert_eq!(counted.down_ms[l], line.down_ms, "outages of line {l}");
        assert_eq!(counted.days[l], line.answer_days, "days to answers on line {l}");
        let told = |map: &HashMap<_, u64>, c| map.get(&(l, class(c))).copied().unwrap_or(0);
        for (cell, c) in line.forwarded.iter().zip(FORWARDED) {
            assert_eq!(told(&counted.compiled, c), cell.live + cell.callback, "{c:?} compiled on line {l}");
            assert_eq!(told(&counted.sheets_forwarded, c), cell.live + cell.callback, "{c:?} forwarded on line {l}");
        }
        for (cell, c) in line.queries.iter().zip(QUERIES) {
            assert_eq!(told(&counted.compiled, c), cell.new_answered + cell.new_forwarded + cell.new_left);
            assert_eq!(
                told(&counted.sheets_answered, c),
                cell.old_answered + cell.new_answered,
                "{c:?} answered on line {l}"
            );
            assert_eq!(told(&counted.sheets_forwarded, c), cell.old_forwarded + cell.new_forwarded);
        }
    }
    for (topic, code) in plan.topics.iter().enumerate() {
        let planned: u64 = plan.lines.iter().map(|line| line.topics[topic]).sum();
        assert_eq!(counted.topics.get(code).copied().unwrap_or(0), planned, "{code}");
    }
    assert_eq!(counted.invited, plan.lines.iter().map(|line| line.surveys.invited).sum::<u64>());
    assert_eq!(counted.person_days, plan.person_days);
    assert_eq!(counted.exactly_10_s, 0);
}

#[test]
fn the_year_2024_counts_to_the_published_numbers() {
    let begun = std::time::Instant::now();
    let (plan, year) = year(&Marginals::of(2024).unwrap(), 1.0, 195);
    let counted = Counted::of(2024, year);
    println!("{} events counted in {:?}", counted.events, begun.elapsed());
    as_planned(&plan, &counted);
    // The report's own words, not the plan's.
    assert_eq!((counted.answered.iter().sum::<u64>(), counted.lost.iter().sum::<u64>()), (513_423, 48_571));
    let parts = |of: fn(&Parts) -> u64| counted.parts.iter().map(of).sum::<u64>();
    assert_eq!((parts(|p| p.redialled), parts(|p| p.reached + p.unreached)), (26_622, 4_773));
    assert_eq!((parts(|p| p.system_error), parts(|p| p.short), parts(|p| p.not_called_back)), (2_434, 3_201, 11_541));
    assert_eq!(counted.topics["operation_support"], 236_196);
    let mean_s = |ms: u64, of: u64| ms as f64 / of as f64 / 1_000.0;
    let (wait, handle) = (mean_s(counted.wait_ms, 513_423), mean_s(counted.handle_ms, 513_423));
    assert!((wait - 66.0).abs() < 0.1 && (handle - 220.0).abs() < 0.1, "wait {wait}, handle {handle}");
    let short = mean_s(counted.short_wait_ms, 3_201);
    assert!((3.5..4.5).contains(&short), "short lost calls wait {short}");
    assert_eq!(counted.carried["2024-01"], 52);
    assert_eq!(counted.carried["2025-01"], 13);
    assert_eq!(counted.person_days, 8_150);
    assert!((30_000..36_000).contains(&counted.off_hours), "{} off-hours", counted.off_hours);
    let returned = counted.orders_returned_in_time as f64 / counted.ordered as f64;
    assert!((0.93..0.97).contains(&returned), "{returned} of the orders are returned in time");
    assert!((800..1_500).contains(&counted.urgent), "{} urgent", counted.urgent);
}

#[test]
fn every_event_keeps_its_contract_and_ids_are_told_once() {
    let (_, year) = year(&Marginals::of(2024).unwrap(), 0.01, 7);
    let mut ids = HashSet::new();
    let mut subjects: HashSet<Subject> = HashSet::new();
    for told in year {
        let subject = told.fact.subject();
        subjects.insert(subject);
        let value = serde_json::to_value(&told.fact).unwrap();
        contract::validate(subject, &told.envelope.dataschema, &value).unwrap_or_else(|e| panic!("{e}: {value}"));
        // A year that an older build has told is recognised when this one tells it again.
        let first = migrate::oldest(subject, &value);
        contract::validate(subject, &subject.dataschema_of(1), &first).unwrap_or_else(|e| panic!("{e}: {first}"));
        assert_eq!(told.fact.at(), told.envelope.time);
        assert!(ids.insert((subject, told.envelope.id.clone())), "{} is told twice", told.envelope.id);
    }
    assert_eq!(subjects.len(), 6);
}

#[test]
fn a_seed_tells_the_same_events_and_another_seed_others() {
    let m = Marginals::of(2024).unwrap();
    let some = |seed: u64| year(&m, 0.02, seed).1.take(40_000).collect::<Vec<_>>();
    let (one, again, other) = (some(1), some(1), some(2));
    assert!(one == again && one != other);
}

#[test]
fn nobody_gets_through_while_a_line_is_down_and_system_errors_happen_then() {
    let (mut down, mut calls) = (Vec::new(), Vec::new());
    let mut open = HashMap::new();
    let mut offered = None;
    for told in year(&Marginals::of(2024).unwrap(), 0.2, 5).1 {
        match told.fact {
            Fact::Incident(incident) if incident.severity == Severity::Outage => {
                if let Some(from) = open.remove(&incident.incident_id) {
                    down.extend(incident.lines.into_iter().map(|line| (line, from, incident.at)));
                } else {
                    open.insert(incident.incident_id, incident.at);
                }
            }
            Fact::Call(event) => match event.step {
                CallStep::Offered { direction: Direction::Inbound, .. } => offered = Some(event.at),
                CallStep::Offered { .. } => offered = None,
                CallStep::Answered { .. } | CallStep::Lost { .. } => {
                    let cut = matches!(event.step, CallStep::Lost { reason: LostReason::SystemError, .. });
                    calls.extend(offered.take().map(|at| (event.line, at, cut)));
                }
                _ => {}
            },
            _ => {}
        }
    }
    assert!(down.len() > 30 && calls.len() > 100_000);
    for (line, at, cut) in calls {
        let hit = down.iter().any(|(down, from, to)| *down == line && (*from..*to).contains(&at));
        assert_eq!(hit, cut, "{line} at {at}");
    }
}

#[test]
fn an_opinion_is_asked_for_by_the_calendar_and_comes_before_the_answer() {
    let days = Reference::load(None).unwrap().calendar;
    let (mut asked, mut ends) = (HashMap::new(), [0; 3]);
    for told in year(&Marginals::of(2024).unwrap(), 1.0, 3).1 {
        let Fact::Sheet(sheet) = told.fact else { continue };
        let on = counted::day(sheet.at);
        match sheet.step {
            SheetStep::OpinionRequested { term_working_days, due_on, .. } => {
                let term = on.iter_days().skip(1).take_while(|date| *date <= due_on);
                let worked = term.filter(|date| days.is_working(*date).unwrap()).count();
                assert_eq!((worked, days.is_working(due_on)), (usize::from(term_working_days), Ok(true)));
                assert!(asked.insert(sheet.sheet_id, due_on).is_none());
            }
            SheetStep::OpinionReceived => ends[usize::from(on > asked[&sheet.sheet_id])] += 1,
            SheetStep::DeemedAgreed => {
                assert!(on > asked[&sheet.sheet_id], "silence is agreement only after the term");
                ends[2] += 1;
            }
            SheetStep::Answered => drop(asked.remove(&sheet.sheet_id)),
            _ => {}
        }
    }
    assert!(asked.is_empty(), "every opinion that is asked for ends with the answer");
    assert!(ends[0] > 500 && ends[1] > 10 && ends[2] > 10, "in time, late, deemed: {ends:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_consistent_year_counts_to_its_plan(truth in invented::truth(0..6_000), seed: u64) {
        prop_assume!(truth.answered.iter().sum::<u64>() > 300);
        let file = truth.file(DAYS.live_s(0));
        let marginals = Marginals::parse(&file, 2024).map_err(|e| TestCaseError::fail(format!("{e}")))?;
        let plan = Plan::new(&marginals, &DAYS, 1.0).map_err(|e| TestCaseError::fail(format!("{e}")))?;
        let year = Year::new(plan.clone(), DAYS.clone(), seed).map_err(|e| TestCaseError::fail(format!("{e}")))?;
        as_planned(&plan, &Counted::of(2024, year));
    }

    #[test]
    fn any_scale_counts_to_its_plan(scale in 0.0005..0.03, seed: u64) {
        let (plan, year) = year(&Marginals::of(2024).unwrap(), scale, seed);
        as_planned(&plan, &Counted::of(2024, year));
    }
}
