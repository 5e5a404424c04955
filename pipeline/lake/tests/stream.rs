//! The equation of P3 is kept in the lake itself, and ages are told against a moment.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Call, Home, next, placed, row};
use meyar_lake::{Handled, Landing, LandingOptions, Messages, Reconciliation, Row, lay_out, output};
use meyar_schemas::Subject;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const CALLS: Subject = Subject::CallEvents;

type Line = Map<String, Value>;

fn call_rows(range: std::ops::Range<i64>) -> Vec<Row> {
    let told = |n: i64| {
        let data = json!({"call_id": format!("c-{n}"), "line": "195-1-1", "kind": "offered", "at": "2026-01-14T09:00:00+04:00"});
        row(CALLS, &format!("e-{n}"), data)
    };
    placed(range.clone().map(told).collect(), 0, range.start)
}

/// Lands rows as the lander does that also read messages it had to refuse.
async fn landed(landing: &mut Landing, rows: &[Row], letters: &[i64], to: i64) {
    let laid = lay_out(CALLS, rows).unwrap();
    loop {
        let batch = landing.prepare(std::slice::from_ref(&laid)).await.unwrap();
        let offsets = |at: &[usize]| at.iter().map(|at| rows[*at].place.offset).collect::<Vec<_>>();
        let mut read: Vec<i64> = rows.iter().map(|row| row.place.offset).chain(letters.iter().copied()).collect();
        read.sort_unstable();
        let messages = Messages { read, repeats: offsets(&batch.repeated), letters: letters.to_vec() };
        let handled = Handled::from([(0, messages)]);
        match landing.commit(batch, &next(CALLS, 0, to), &BTreeMap::new(), &handled).await {
            Err(error) if error.retry() => continue,
            done => break drop(done.unwrap()),
        }
    }
}

async fn reconciled(home: &Home, now: &str) -> Reconciliation {
    home.lake_at(now).reconciliation(&"2026-01".parse().unwrap()).await.unwrap()
}

async fn balance(home: &Home) -> Line {
    let told = reconciled(home, "2026-12-31T00:00:00Z").await.balance;
    told.into_iter().find(|row| row["topic"] == "calls.events" && !row["kafka_partition"].is_null()).unwrap()
}

fn numbers<const N: usize>(row: &Line, names: [&str; N]) -> [i64; N] {
    names.map(|name| row[name].as_i64().unwrap_or(-1))
}

const PARTS: [&str; 6] = ["messages", "rows", "repeats", "dead_letters", "unread", "rows_missing"];

#[tokio::test(flavor = "multi_thread")]
async fn p3_what_was_read_is_rows_repeats_and_letters_after_restarts_and_whoever_read_it() {
    let home = Home::new();
    let open = async || {
        let options = LandingOptions { checkpoint_every: 2, ..LandingOptions::new(CALLS.name()) };
        Landing::open(&home.root(), CALLS, options).await.unwrap()
    };
    // Retention had cut the first five hundred off.
    landed(&mut open().await, &call_rows(500..510), &[], 510).await;
    assert_eq!(numbers(&balance(&home).await, PARTS), [10, 10, 0, 0, 0, 0]);
    // Two landers read the same, and one of them more: every message is accounted for once.
    let mut both = [open().await, open().await];
    landed(&mut both[0], &call_rows(510..530), &[530], 531).await;
    let mut again = call_rows(510..530);
    again.extend(placed(call_rows(500..505), 0, 531));
    landed(&mut both[1], &again, &[530], 536).await;
    let told = balance(&home).await;
    assert_eq!(numbers(&told, PARTS), [36, 30, 5, 0, 0, 0]);
    assert_eq!((&told["letters_missing"], &told["state"]), (&json!(1), &json!("broken")), "no letter ever came");
    // The broker threw a hundred away before they were read.
    landed(&mut open().await, &call_rows(636..640), &[], 640).await;
    assert_eq!(numbers(&balance(&home).await, PARTS), [40, 34, 5, 0, 100, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_read_before_is_accounted_for_from_then_on() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    // As an older program did: nothing is told of the messages.
    let batch = landing.prepare(&[lay_out(CALLS, &call_rows(0..10)).unwrap()]).await.unwrap();
    landing.commit(batch, &next(CALLS, 0, 10), &BTreeMap::new(), &Handled::new()).await.unwrap();
    let told = balance(&home).await;
    assert_eq!((&told["messages"], &told["since_on"], &told["state"]), (&Value::Null, &Value::Null, &json!("since")));
    landed(&mut landing, &call_rows(10..14), &[], 14).await;
    let told = balance(&home).await;
    assert_eq!(numbers(&told, PARTS), [4, 4, 0, 0, 0, 0], "rows of before are not among them");
    assert!(told["since_on"].is_string() && told["state"] == "ok", "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_was_adopted_has_no_account() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    landed(&mut landing, &call_rows(0..10), &[], 10).await;
    landing.adopt_topic(None).await.unwrap();
    landed(&mut landing, &call_rows(20..24), &[], 24).await;
    assert_eq!(balance(&home).await["state"], "since", "two histories have the same offsets");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_as_it_was_is_held_against_the_positions_of_then() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    landed(&mut landing, &call_rows(0..10), &[], 10).await;
    let versions = home.lake().versions().await.unwrap();
    landed(&mut landing, &call_rows(10..30), &[], 30).await;
    let options = meyar_lake::LakeOptions { versions: Some(versions), ..Default::default() };
    let then = meyar_lake::Lake::at(home.root(), options).unwrap();
    let told = then.reconciliation(&"2026-01".parse().unwrap()).await.unwrap();
    assert_eq!(numbers(&told.balance[0], PARTS), [10, 10, 0, 0, 0, 0]);
    assert_eq!(told.broken().count(), 0, "{:?}", told.laws);
}

#[tokio::test(flavor = "multi_thread")]
async fn p8_a_gap_waits_until_it_is_due_and_is_told_with_its_age() {
    let home = Home::new();
    let mut call = Call::new("c", "195-1-1", "2026-01-14T09:00:00+04:00");
    call.answered(5.0, "R1").ended(60.0, 0);
    home.land(&call.rows).await;
    let at = async |now: &str| {
        let told = reconciled(&home, now).await;
        let gap = told.gaps.iter().find(|gap| gap["item"] == "calls_without_recording").unwrap().clone();
        let law = told.laws.iter().find(|law| law["law"] == "P8").unwrap().clone();
        (gap, law)
    };
    // The call ended a minute past nine; fifteen minutes are allowed.
    let (gap, law) = at("2026-01-14T09:16:00+04:00").await;
    assert_eq!((&gap["state"], &gap["age_ms"], &gap["overdue"]), (&json!("waiting"), &json!(900_000), &json!(0)));
    assert_eq!((&law["state"], &law["waiting"]), (&json!("waiting"), &json!(1)));
    let (gap, law) = at("2026-01-14T09:16:01+04:00").await;
    assert_eq!(
        (&gap["state"], &gap["overdue_age_ms"], &gap["overdue"]),
        (&json!("broken"), &json!(901_000), &json!(1))
    );
    assert_eq!((&law["state"], &law["broken"]), (&json!("broken"), &json!(1)));
    // The recording came; now it is the transcript that is waited for.
    home.land(&call.recording(55_000, &[]).rows[3..]).await;
    let (gap, law) = at("2026-01-14T09:30:00+04:00").await;
    assert_eq!((&gap["state"], &gap["rows"], &law["state"]), (&json!("ok"), &json!(0), &json!("waiting")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_every_table_are_counted() {
    let lake = Home::new().lake();
    let none: Vec<(&str, meyar_lake::ScalarValue)> = vec![];
    assert!(
        output::rows(&lake.sql("SELECT DISTINCT table_name FROM stream_rows", none).await.unwrap()).unwrap().is_empty()
    );
    let view = include_str!("../../../schemas/views/0_stream_rows.sql");
    for subject in Subject::ALL {
        assert_eq!(
            view.matches(&format!(
                "SELECT '{0}' AS table_name, topic, kafka_partition, kafka_offset, landed_at FROM {0}_all\n",
                subject.table()
            ))
            .count(),
            1
        );
    }
}
