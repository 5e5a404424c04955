//! The shipped mappings against small exports written for this test, with the answer beside them.

mod common;

use common::{assert_contract, assert_golden, import, importer, sample};
use std::collections::BTreeSet;

#[test]
fn a_queue_log_becomes_calls_and_what_cannot_be_used_is_told() {
    let outcome = import(&importer("asterisk-queue-log", None), &sample("queue_log"));
    assert_contract(&outcome.calls, 1);
    assert_golden("queue_log.expected", &outcome);
}

#[test]
fn a_cdr_table_becomes_calls_and_what_cannot_be_used_is_told() {
    let outcome = import(&importer("asterisk-cdr", None), &sample("cdr.csv"));
    assert_contract(&outcome.calls, 1);
    assert_golden("cdr.expected", &outcome);
}

#[test]
fn the_banks_oddities_are_each_treated_on_purpose() {
    let outcome = import(&importer("anonymous-bank-1999", Some("2026-01")), &sample("bank.tsv"));
    assert_contract(&outcome.calls, 1);
    assert_golden("bank.expected", &outcome);
}

#[test]
fn rows_in_any_order_give_the_same_events() {
    for (mapping, file, header) in
        [("asterisk-cdr", "cdr.csv", 1), ("anonymous-bank-1999", "bank.tsv", 1), ("asterisk-queue-log", "queue_log", 0)]
    {
        let text = String::from_utf8(sample(file)).expect("samples are UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        let (head, rows) = lines.split_at(header);
        let events = |rows: Vec<&str>| {
            let text = [head.to_vec(), rows].concat().join("\n");
            let outcome = import(&importer(mapping, None), text.as_bytes());
            let events = outcome.calls.into_iter().flatten();
            let events: BTreeSet<String> = events
                .map(|(envelope, event)| {
                    format!("{} {}", envelope.id, serde_json::to_string(&event).unwrap_or_default())
                })
                .collect();
            (events, outcome.summary)
        };
        let straight = events(rows.to_vec());
        // Logs are ordered within one second; calls may be interleaved in any way.
        let mut shuffled = rows.to_vec();
        if header == 0 {
            shuffled.sort_by_key(|row| row.split('|').nth(1).map(|id| id.chars().rev().collect::<String>()));
        } else {
            shuffled.reverse();
        }
        assert_ne!(shuffled, rows);
        assert_eq!(straight, events(shuffled), "{file}");
        let mut other = rows.to_vec();
        other.rotate_left(rows.len() / 3);
        if header == 1 {
            assert_eq!(straight, events(other), "{file}");
        }
    }
}

#[test]
fn a_log_that_grew_tells_the_old_events_under_their_old_ids() {
    let text = String::from_utf8(sample("queue_log")).expect("samples are UTF-8");
    let importer = importer("asterisk-queue-log", None);
    let ids = |text: &str| -> BTreeSet<String> {
        import(&importer, text.as_bytes()).calls.into_iter().flatten().map(|(envelope, _)| envelope.id).collect()
    };
    let whole = ids(&text);
    // Cut in the middle of the first call, after CONNECT.
    let part = ids(&text.lines().take(5).collect::<Vec<_>>().join("\n"));
    assert_eq!(part.len(), 3);
    assert!(part.is_subset(&whole));
}
