//! However dirty the telling, the figures are those of what happened.

use super::story::{Story, Told};
use crate::events::Dice;
use crate::second::{Events, Reader, Year};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const LINES: [&str; 4] = ["195-1-1", "195-1-2", "195-1-3", "195-1-4"];
const CLASSES: [&str; 3] = ["complex_question", "e_service_error", "body_complaint"];

/// A moment of a few weeks around Novruz 2024: few enough that callers, days and midnights meet.
fn clock(dice: &mut Dice) -> String {
    let first = NaiveDate::from_ymd_opt(2024, 3, 1).expect("a day").and_time(chrono::NaiveTime::MIN);
    (first + TimeDelta::milliseconds(dice.roll(30 * 86_400_000) as i64)).format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

fn one_of<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    of[dice.roll(of.len() as u64) as usize]
}

fn invented(dice: &mut Dice) -> Story {
    let mut story = Story::default();
    for n in 0..60 {
        let (call, line, when) = (format!("c{n}"), one_of(dice, &LINES), clock(dice));
        let caller = one_of(dice, &["anna", "beka", "cem", "dana", ""]);
        match dice.roll(6) {
            0 => {
                story.returning(&call, line, &when, caller, &format!("c{}", dice.roll(60)));
            }
            1 => {
                story.outbound(&call, line, &when, caller).answered(&call, &when);
            }
            2 => {
                story.inbound(&call, line, &when, caller).ordered(&call, &when);
            }
            3 => {
                story.taken(&call, line, &when, caller);
            }
            _ => {
                let reason = one_of(dice, &["abandoned_in_queue", "abandoned_in_ivr", "system_error", "refused"]);
                story.inbound(&call, line, &when, caller).lost(&call, &when, reason, dice.roll(30) * 1_000);
            }
        }
        story.appeal(&format!("a{n}"), &call, &when, one_of(dice, &["other", "operation_support"]), "immediate");
    }
    for n in 0..20 {
        let (sheet, class) = (format!("s{n}"), one_of(dice, &CLASSES));
        story.opened(&sheet, class, &clock(dice), &format!("c{}", dice.roll(60)));
        for kind in ["answered", "reopened", "answered", "opinion_received", "result_returned"] {
            if dice.roll(2) == 0 {
                story.sheet(&sheet, class, &clock(dice), json!({"kind": kind}));
            }
        }
        let (survey, score) = (format!("v{n}"), dice.roll(6));
        story.survey(&survey, &clock(dice), json!({"kind": "invited"}));
        let answer = json!({"kind": "answered", "question": "overall", "score": score, "scale_max": 5});
        story.survey(&survey, &clock(dice), answer);
        for kind in ["started", "paused", "resumed", "ended"] {
            story.session(&format!("w{}", n % 7), &format!("R{}", n % 7 % 3), "hall", &clock(dice), kind);
        }
        let phase = one_of(dice, &["started", "ended"]);
        story.outage(&format!("i{}", n % 4), &clock(dice), phase, "outage");
    }
    story
}

/// The same told wrongly at first, amended, repeated, and in any order.
fn dirtied(story: &Story, dice: &mut Dice) -> Vec<Told> {
    let mut told = Vec::new();
    for event in &story.told {
        let mut last = event.clone();
        for revision in 0..dice.roll(3) as u32 {
            let other = &story.told[dice.roll(story.told.len() as u64) as usize];
            let mut data: Value = event.data.clone();
            data["at"] = other.data["at"].clone();
            told.push(Told { revision, data, ..event.clone() });
            last.revision = revision + 1;
        }
        told.extend(std::iter::repeat_n(last, 1 + dice.roll(3) as usize));
    }
    dice.shuffle(&mut told);
    told
}

fn cells(told: &[Told]) -> BTreeMap<String, f64> {
    let mut reader = Reader::default();
    for event in told {
        reader.line(event.subject, &event.line()).expect("the event can be read");
    }
    Year::of(&reader.finish(), 2024).expect("2024 is in the calendar").cells()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn amended_repeated_and_shuffled_events_give_the_same_year(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let story = invented(&mut dice);
        let (clean, dirty) = (story.year(), cells(&dirtied(&story, &mut dice)));
        for (address, value) in &clean {
            // Sums of other order may differ in their last bit.
            let found = dirty.get(address).copied().unwrap_or(f64::NAN);
            prop_assert!((found - value).abs() <= 1e-9 * value.abs(), "{address}: {found}, not {value}");
        }
        prop_assert_eq!(clean.len(), dirty.len());
    }

    #[test]
    fn parts_add_up_and_balances_hold_whatever_happened(seed in any::<u64>()) {
        let year = invented(&mut Dice(seed)).year();
        for (address, value) in &year {
            prop_assert!(!address.ends_with("/residual") || *value == 0.0, "{address} is {value}");
        }
        for whose in LINES.iter().chain(&["total"]) {
            let call = |what: &str| year[&format!("calls_by_line/{whose}/{what}")];
            let part = |what: &str| year[&format!("lost_parts/{whose}/{what}")];
            prop_assert_eq!(call("offered"), call("answered") + call("lost") + call("ordered") + call("unfinished"));
            let parts = ["waited_under_10s", "redialled_answered", "called_back", "system_error", "not_called_back"];
            prop_assert_eq!(call("lost"), parts.map(part).iter().sum::<f64>());
        }
    }
}

#[test]
fn the_highest_revision_counts_even_when_it_arrives_first() {
    let mut story = Story::default();
    story.abandoned("c1", "195-1-1", "2024-03-04 10:00:00", "anna").amend(json!({"waited_ms": 3_000}));
    story.says("lost_parts/195-1-1", &[("waited_under_10s", 1.0), ("not_called_back", 0.0)]);
    story.told.reverse();
    story.says("lost_parts/195-1-1", &[("waited_under_10s", 1.0), ("not_called_back", 0.0)]);
}

#[test]
fn the_same_id_of_another_source_or_subject_is_another_event() {
    let mut reader = Reader::default();
    let mut story = Story::default();
    story.inbound("c1", "195-1-1", "2024-03-04 10:00:00", "anna").inbound(
        "c2",
        "195-1-1",
        "2024-03-04 10:00:00",
        "beka",
    );
    let (first, second) = (story.told[0].line(), story.told[1].line());
    reader.line("calls.events", &first).expect("can be read");
    let elsewhere = second.replace("\"id\":\"e1\"", "\"id\":\"e0\"").replace("\"exchange\"", "\"exchange-2\"");
    reader.line("calls.events", &elsewhere).expect("can be read");
    let year = Year::of(&reader.finish(), 2024).expect("2024 is in the calendar").cells();
    assert_eq!(year["calls_by_line/195-1-1/offered"], 2.0);
}

#[test]
fn the_same_identity_with_other_content_is_a_conflict_and_the_first_telling_stays() {
    let mut story = Story::default();
    story.abandoned("c1", "195-1-1", "2024-03-04 10:00:00", "anna").amend(json!({"waited_ms": 3_000}));
    story.told[2].revision = 0;
    story.says("lost_parts/195-1-1", &[("not_called_back", 1.0)]);
    story.says("input/total", &[("conflicts", 1.0)]);
}

#[test]
fn a_folder_is_read_file_by_file_and_a_bad_line_is_told_by_its_number() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut story = invented(&mut Dice(7));
    story.told.sort_by_key(|told| told.subject);
    let subjects = [
        "calls.events",
        "appeals.events",
        "appeals.sheets",
        "surveys.responses",
        "systems.incidents",
        "staff.sessions",
    ];
    for subject in subjects {
        let lines: Vec<_> = story.told.iter().filter(|told| told.subject == subject).map(Told::line).collect();
        std::fs::write(dir.path().join(format!("{subject}.jsonl")), lines.join("\n")).expect("a file");
    }
    let read = Events::read(dir.path()).expect("the folder can be read");
    assert_eq!(Year::of(&read, 2024).expect("2024 is in the calendar").cells(), story.year());

    std::fs::write(dir.path().join("staff.sessions.jsonl"), "\n{\"id\": 1}\n").expect("a file");
    let error = format!("{:#}", Events::read(dir.path()).expect_err("the line is bad"));
    assert!(error.contains("staff.sessions.jsonl line 2"), "{error}");
    std::fs::remove_file(dir.path().join("staff.sessions.jsonl")).expect("the file was there");
    let error = format!("{:#}", Events::read(dir.path()).expect_err("the file is missing"));
    assert!(error.contains("staff.sessions.jsonl cannot be opened"), "{error}");
}
