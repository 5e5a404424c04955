//! The real call records of January 1999, row by row. They are not in the repository: without them the tests say so and pass.
//! The numbers were counted from the file with awk, not with this code.

mod common;

use common::{answered, assert_contract, ended, importer, queued};
use meyar_intake::{Call, Summary};
use meyar_schemas::calls::{CallStep, LostReason};
use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
};

fn file(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("MEYAR_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = shared.join("data/anonymous_bank_1999").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {name} is not there; set MEYAR_SHARED to the folder that holds data/anonymous_bank_1999");
    None
}

fn all(name: &str, redate: Option<&str>) -> Option<(Vec<Call>, Summary, Vec<String>)> {
    let mut import = importer("anonymous-bank-1999", redate).open(&file(name)?).expect("the file opens");
    let mut bad = Vec::new();
    let calls = import.by_ref().filter_map(|item| item.map_err(|row| bad.push(row.to_string())).ok()).collect();
    let summary = import.summary().clone();
    assert!(summary.is_accounted());
    Some((calls, summary, bad))
}

#[test]
fn every_row_of_january_is_accounted_for() {
    let Some((calls, summary, bad)) = all("january.tsv.gz", None) else { return };
    let expected = Summary {
        rows: 31_599,
        rows_of_calls: 31_357,
        bad: 2,
        ignored: 240,
        repeats: 0,
        calls: 31_357,
        events: 150_646,
        answered: 27_060,
        lost_in_queue: 3_101,
        lost_in_menu: 1_196,
        lost_otherwise: 0,
        repeated_ids: 0,
        night: 223,
        past_midnight: 24,
        unidentified_callers: 18_157,
        damaged_callers: 24,
        zero_times: 18_927,
        answered_by_unknown: 490,
        answered_without_end: 42,
        lost_with_service: 83,
        clock_disagreements: 32,
        without_beginning: 0,
        unfinished: 0,
    };
    assert_eq!(summary, expected);
    assert!(bad.iter().all(|row| row.contains("type: `AA`") && row.contains("[line.values]")), "{bad:?}");
    let ids: HashSet<_> = calls.iter().flatten().map(|(envelope, _)| envelope.id.as_str()).collect();
    assert_eq!(ids.len(), 150_646, "every event has an id of its own");
    assert_contract(&calls, 20);
}

#[test]
fn waits_conversations_and_losses_of_january_are_those_of_its_columns() {
    let Some((calls, ..)) = all("january.tsv.gz", Some("2026-01")) else { return };
    let (mut wait_s, mut within_30, mut talk_s) = (0, 0, 0);
    let (mut queue_lost_s, mut queue_lost_gt_10, mut menu_lost_s) = (0, 0, 0);
    let mut lines: BTreeMap<(String, bool), u32> = BTreeMap::new();
    for call in &calls {
        let is_answered = answered(call).is_some();
        *lines.entry((call[0].1.line.clone(), is_answered)).or_default() += 1;
        if let Some(answered) = answered(call) {
            let wait = (answered.at - queued(call).expect("an answered call tells its wait").at).num_seconds();
            wait_s += wait;
            within_30 += u32::from(wait <= 30);
            talk_s += ended(call).map_or(0, |ended| (ended.at - answered.at).num_seconds());
        }
        match call.last().map(|(_, event)| &event.step) {
            Some(CallStep::Lost { reason: LostReason::AbandonedInQueue, waited_ms }) => {
                queue_lost_s += waited_ms / 1000;
                queue_lost_gt_10 += u32::from(*waited_ms > 10_000);
            }
            Some(CallStep::Lost { waited_ms, .. }) => menu_lost_s += waited_ms / 1000,
            _ => {}
        }
        assert!(matches!(call[0].1.step, CallStep::Offered { .. }), "a call begins with its arrival: {call:?}");
    }
    assert_eq!((wait_s, within_30, talk_s), (947_857, 17_987, 4_964_204));
    assert_eq!((queue_lost_s, queue_lost_gt_10, menu_lost_s), (188_305, 2_582, 52_394));
    let count = |line: &str, answered| lines[&(line.to_owned(), answered)];
    assert_eq!((count("195-1-1", true), count("195-1-1", false)), (20_508, 2_483));
    assert_eq!((count("195-1-2", true), count("195-1-2", false)), (1_476, 107));
    assert_eq!((count("195-1-3", true), count("195-1-3", false)), (4_017, 1_547));
    assert_eq!((count("195-1-4", true), count("195-1-4", false)), (1_059, 160));
}

#[test]
fn the_same_file_twice_gives_the_same_ids_and_a_redating_others() {
    let Some((first, ..)) = all("january.tsv.gz", None) else { return };
    let Some((again, ..)) = all("january.tsv.gz", None) else { return };
    assert_eq!(first, again);
    let Some((moved, ..)) = all("january.tsv.gz", Some("2026-01")) else { return };
    assert_ne!(first[0][0].0.id, moved[0][0].0.id);
    // 00:00:31 of the first of January, in Baku.
    assert_eq!(moved[0][0].1.at.to_rfc3339(), "2025-12-31T20:00:31+00:00");
    assert_eq!(first[0][0].1.at.to_rfc3339(), "1998-12-31T22:00:31+00:00");
}

#[test]
fn february_is_read_with_its_own_oddities() {
    let Some((_, summary, bad)) = all("february.tsv.gz", Some("2026-02")) else { return };
    assert_eq!((summary.rows, summary.calls, summary.bad, summary.ignored), (33_344, 33_066, 0, 278), "{bad:?}");
    assert_eq!((summary.answered, summary.lost()), (27_162, 5_904));
}
