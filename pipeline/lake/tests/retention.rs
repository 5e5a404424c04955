//! What a retention rule orders is deleted and nothing else is; it does not come back, and whoever is cut off goes on (docs/decisions/0009).
#![allow(clippy::unwrap_used)]

mod common;

use arrow::{
    array::{Array as _, ArrayRef},
    compute::cast,
    datatypes::DataType,
    util::display::{ArrayFormatter, FormatOptions},
};
use chrono::{NaiveDate, Utc};
use common::{Call, Home, assessments, next, placed, records, row};
use meyar_lake::{
    Erasure, Lake, LakeError, LakeOptions, LakeRoot, Row, Sweep, Upkeep, maintain, months, output, sweep,
};
use meyar_schemas::{
    Subject,
    deletions::{Deletion, Order, What},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
};

const TRANSCRIPTS: Subject = Subject::CallTranscripts;
const LETTERS: Subject = Subject::DeadLetters;
const BEFORE: &str = "2026-02-01";

fn order(subject: Subject, what: What) -> Order {
    Order {
        table: subject.table().into(),
        purpose: "test".into(),
        what,
        before: BEFORE.parse().unwrap(),
        keep_days: Some(1),
        keep_months: None,
        error_code: None,
        source: "test".into(),
        by: None,
    }
}

/// All that a run does to the lake; what the retainer adds is told in `tests/deleting.rs`.
async fn retain(root: &LakeRoot, order: &Order, kept: Option<&Path>) -> Vec<Deletion> {
    let mut erased = Erasure::pending(root).await.unwrap();
    // What was cut off first: what is planned next must not find its rows.
    for erasure in &mut erased {
        erasure.erase().await.unwrap();
    }
    for month in months(root, order).await.unwrap() {
        if let Some(planned) = Erasure::plan(root, order, month, Utc::now()).await.unwrap() {
            erased.push(planned.begin(0, 0).await.unwrap());
        }
    }
    for erasure in &mut erased {
        erasure.erase().await.unwrap();
    }
    sweep(root, order, kept).await.unwrap();
    let mut done = vec![];
    for mut erasure in erased {
        done.extend(erasure.finish(Utc::now()).await.unwrap());
        erasure.close().await.unwrap();
    }
    done
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn says(column: &ArrayRef, words: &str) -> bool {
    let bytes = *column.data_type() == DataType::Binary;
    let column = if bytes { &cast(column, &DataType::Utf8).unwrap() } else { column };
    let told = ArrayFormatter::try_new(column, &FormatOptions::default()).unwrap();
    (0..column.len()).any(|row| told.value(row).to_string().contains(words))
}

/// Files in which some words stand: as they lie there, or in the columns of Parquet, read without the lake.
fn holding(folder: &Path, words: &str) -> Vec<PathBuf> {
    let told = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        let raw = bytes.windows(words.len()).any(|window| window == words.as_bytes());
        raw || (path.extension().is_some_and(|e| e == "parquet") && {
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).unwrap().build().unwrap();
            reader.map(Result::unwrap).any(|batch| batch.columns().iter().any(|column| says(column, words)))
        })
    };
    files(folder).into_iter().filter(told).collect()
}

fn transcript(n: usize, month: u32) -> Row {
    let mut call =
        Call::new(&format!("c{n}-{month}"), "195-1-1", &format!("2026-{month:02}-{:02}T09:00:00+04:00", n % 28 + 1));
    call.transcribed(&[&format!("gizli söz {month}/{n}"), "Sağ olun."]);
    call.rows.pop().unwrap().1
}

/// January's and February's, landed in several commits, some of them joined.
async fn filled(home: &Home) -> Vec<Row> {
    let rows: Vec<Row> = (0..40).flat_map(|n| [transcript(n, 1), transcript(n, 2)]).collect();
    let mut landing = home.landing(TRANSCRIPTS).await;
    for (at, some) in rows.chunks(10).enumerate() {
        landing.land(some, &next(TRANSCRIPTS, 0, at as i64 + 1)).await.unwrap();
        if at == 3 {
            maintain(&home.root(), TRANSCRIPTS, &Upkeep::default()).await.unwrap();
        }
    }
    rows
}

async fn rows(lake: &Lake, query: &str) -> Vec<Value> {
    let found = output::rows(&lake.sql(query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await.unwrap()).unwrap();
    found.into_iter().map(Value::Object).collect()
}

async fn everything(home: &Home, table: &str) -> Vec<Value> {
    rows(&home.lake(), &format!("SELECT * FROM {table}_all ORDER BY event_id, revision")).await
}

fn is_old(row: &Value) -> bool {
    row["day"].as_str().unwrap() < BEFORE
}

/// Two texts of the same elements of a list, and such lists beside a text of the row.
#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_in_an_assessment_goes_and_what_they_decided_stays() {
    let home = Home::new();
    home.land(&assessments()).await;
    let table = Subject::Assessments.table();
    assert!(!holding(&home.dir.path().join(table), "gizli").is_empty());
    let decided = "SELECT assessment_id, criterion, state, mark, agreed, reason, comment FROM qa_marks \
                   WHERE assessment_id IN ('a2', 'a3') ORDER BY 1, 2";
    let before = rows(&home.lake(), decided).await;
    retain(&home.root(), &order(Subject::Assessments, What::Content), None).await;
    for word in ["gizli səbəb", "gizli qeyd", "gizli qərar"] {
        let left = holding(&home.dir.path().join(table), word);
        // What was reached in February is not old enough.
        assert!(left.iter().all(|file| file.to_string_lossy().contains("month=2026-02")), "{word}: {left:?}");
    }
    let after = rows(&home.lake(), decided).await;
    assert_eq!(after.len(), before.len());
    for (before, after) in before.iter().zip(&after) {
        for kept in ["criterion", "state", "mark", "agreed"] {
            assert_eq!(before[kept], after[kept]);
        }
        let young = after["assessment_id"] == "a3";
        assert_eq!(after["comment"].is_null(), !young, "{after}");
    }
    let disputed = "SELECT dispute_points[1]['criterion'] AS criterion, dispute_points[1]['decision'] AS decision, \
                    dispute_points[1]['reason'] AS reason, comment FROM qa_assessments WHERE assessment_id = 'a2'";
    assert_eq!(
        rows(&home.lake(), disputed).await,
        [json!({"criterion": "K02", "decision": "voided", "reason": null, "comment": null})]
    );
}

/// Also where a later step of the same record is not old enough.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_record_says_goes_step_by_step_and_what_came_of_it_stays() {
    let home = Home::new();
    home.land(&records()).await;
    let table = home.dir.path().join(Subject::Records.table());
    let kept = "SELECT record_id, revision, kind, state, closed, about, due_at, outcome, value FROM \
                (SELECT r.*, s.closes AS closed FROM records_all r LEFT JOIN record_states s USING (kind, state)) ORDER BY 1, 2";
    let (before, written) =
        (rows(&home.lake(), kept).await, "SELECT record_id, revision, title, content, day FROM records_all");
    retain(&home.root(), &order(Subject::Records, What::Content), None).await;
    assert_eq!(rows(&home.lake(), kept).await, before);
    for word in ["gizli məzmun", "gizli tövsiyə", "gizli mövzu", "gizli sual"] {
        let left = holding(&table, word);
        assert!(left.iter().all(|file| file.to_string_lossy().contains("month=2026-02")), "{word}: {left:?}");
    }
    let after = rows(&home.lake(), written).await;
    assert_eq!(after.len(), before.len());
    for row in &after {
        assert_eq!(row["content"].is_null(), is_old(row), "{row}");
        assert!(row["title"].is_null() || !is_old(row), "{row}");
    }
    assert!(after.iter().any(|row| row["record_id"] == "r1" && !row["content"].is_null()), "measured in February");
    let told =
        rows(&home.lake(), "SELECT recommendation, finding, effect FROM qa_recommendations ORDER BY made_at").await;
    assert_eq!(
        told,
        [
            json!({"recommendation": "gizli tövsiyə", "finding": "rose", "effect": 0.25}),
            json!({"recommendation": null, "finding": null, "effect": null})
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn content_is_nowhere_any_more_and_numbers_and_other_rows_are_as_they_were() {
    let home = Home::new();
    filled(&home).await;
    let (before, positions) = (everything(&home, "transcripts").await, home.landing(TRANSCRIPTS).await.positions());
    assert!(holding(home.dir.path(), "gizli söz 1/").len() > 4, "joined files and what they replaced");
    let done = retain(&home.root(), &order(TRANSCRIPTS, What::Content), None).await;
    assert_eq!(
        done.iter().map(|d| (d.found.rows, d.found.first_day, d.found.last_day)).collect::<Vec<_>>(),
        [(40, "2026-01-01".parse::<NaiveDate>().unwrap(), "2026-01-28".parse().unwrap())]
    );
    assert_eq!(holding(home.dir.path(), "gizli söz 1/"), Vec::<PathBuf>::new());
    assert!(!holding(home.dir.path(), "gizli söz 2/").is_empty(), "another month's words stay");
    let after = everything(&home, "transcripts").await;
    assert_eq!(after.len(), before.len());
    for (mut was, is) in before.into_iter().zip(after) {
        if is_old(&was) {
            was["content_hash"] = json!(0);
            for segment in was["segments"].as_array_mut().unwrap() {
                segment["text"] = Value::Null;
            }
        }
        assert_eq!(was, is);
    }
    assert_eq!(home.landing(TRANSCRIPTS).await.positions(), positions, "reading goes on where it was (P2)");
    assert_eq!(retain(&home.root(), &order(TRANSCRIPTS, What::Content), None).await, [], "nothing is left to do");
    // What is blank is not read again, even when it was joined.
    maintain(&home.root(), TRANSCRIPTS, &Upkeep::default()).await.unwrap();
    assert_eq!(months(&home.root(), &order(TRANSCRIPTS, What::Content)).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_does_not_come_back_however_it_is_told_again() {
    let home = Home::new();
    let told = filled(&home).await;
    let old: Vec<Row> = told.iter().filter(|row| row.envelope.id.ends_with("-1")).cloned().collect();
    let otherwise = |row: &Row| {
        let mut row = row.clone();
        row.data["segments"][0]["text"] = json!("another hearing of it");
        row
    };
    let mut running = home.landing(TRANSCRIPTS).await;
    running.land(&[transcript(90, 2)], &next(TRANSCRIPTS, 1, 1)).await.unwrap();
    // Our own work may come out otherwise; of another system's, other words under a known name are a contradiction while the row is whole.
    let foreign = |n: usize| {
        let mut row = transcript(n, 1);
        row.envelope.source = "exchange".into();
        row
    };
    let foreign: Vec<Row> = (200..210).map(foreign).collect();
    running.land(&foreign, &next(TRANSCRIPTS, 1, 2)).await.unwrap();
    let differs = running.land(&[otherwise(&foreign[0])], &next(TRANSCRIPTS, 1, 3)).await.unwrap();
    assert_eq!(differs.refused.len(), 1);
    let old: Vec<Row> = old.into_iter().chain(foreign).collect();
    for (what, left) in [(What::Content, 50), (What::Row, 0)] {
        retain(&home.root(), &order(TRANSCRIPTS, what), None).await;
        let now = everything(&home, "transcripts").await;
        assert_eq!(now.iter().filter(|row| is_old(row)).count(), left);
        let again: Vec<Row> = old.iter().map(otherwise).collect();
        for rows in [&old, &again] {
            for landing in [&mut running, &mut home.landing(TRANSCRIPTS).await] {
                let report = landing.land(rows, &next(TRANSCRIPTS, 2, 1)).await.unwrap();
                assert_eq!((report.rows, report.repeats, report.refused.len()), (0, 50, 0), "{what:?}");
            }
        }
        assert_eq!(everything(&home, "transcripts").await, now);
    }
    assert_eq!(holding(home.dir.path(), "gizli söz 1/"), Vec::<PathBuf>::new());
    // One that was never told is no repeat: it lands, and goes with the next run.
    let late = home.landing(TRANSCRIPTS).await.land(&[transcript(77, 1)], &next(TRANSCRIPTS, 2, 2)).await.unwrap();
    assert_eq!(late.rows, 1);
    assert_eq!(retain(&home.root(), &order(TRANSCRIPTS, What::Row), None).await[0].found.rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_at_once_tell_the_same_and_each_of_it_once() {
    let home = Home::new();
    filled(&home).await;
    let (root, order) = (home.root(), order(TRANSCRIPTS, What::Row));
    let (one, other) = tokio::join!(retain(&root, &order, None), retain(&root, &order, None));
    let mut told: Vec<Deletion> = one.into_iter().chain(other).collect();
    told.dedup();
    assert_eq!(told.iter().map(|deletion| deletion.found.rows).collect::<Vec<_>>(), [40], "{told:?}");
    assert!(Erasure::pending(&root).await.unwrap().is_empty());
    assert_eq!(everything(&home, "transcripts").await.len(), 40);
    // One that finds the journal of another that has come to its end since has nothing to do and nothing to tell.
    filled(&home).await;
    home.landing(TRANSCRIPTS).await.land(&[transcript(50, 1)], &next(TRANSCRIPTS, 1, 1)).await.unwrap();
    let month = months(&root, &order).await.unwrap()[0];
    let planned = Erasure::plan(&root, &order, month, Utc::now()).await.unwrap().unwrap();
    drop(planned.begin(0, 0).await.unwrap());
    let mut late = Erasure::pending(&root).await.unwrap();
    assert_eq!(retain(&root, &order, None).await.len(), 1);
    late[0].erase().await.unwrap();
    assert_eq!(late[0].finish(Utc::now()).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_written_to_its_end_goes_too() {
    let home = Home::new();
    filled(&home).await;
    let month = home.dir.path().join("transcripts/month=2026-01");
    let (unfinished, torn, young) =
        (month.join("part-a.parquet#1"), month.join("part-b.parquet"), month.join("part-c.parquet#1"));
    for path in [&unfinished, &torn, &young] {
        fs::write(path, "gizli söz 1/ yarımçıq").unwrap();
    }
    let two_days_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
    for path in [&unfinished, &torn] {
        fs::File::options().write(true).open(path).unwrap().set_modified(two_days_ago).unwrap();
    }
    retain(&home.root(), &order(TRANSCRIPTS, What::Content), None).await;
    assert!(!unfinished.exists() && !torn.exists());
    assert!(young.exists(), "somebody may be writing it");
}

/// A run that is cut off after each of its steps: nothing is told as done, and the next run ends where one that was not cut off ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_off_anywhere_is_gone_on_with() {
    for what in [What::Content, What::Row] {
        let whole = Home::new();
        filled(&whole).await;
        let done = retain(&whole.root(), &order(TRANSCRIPTS, what), None).await;
        let visible = |rows: Vec<Value>| -> Vec<Value> {
            let mut rows = rows;
            rows.iter_mut().for_each(|row| row["landed_at"] = Value::Null);
            rows
        };
        let expected = visible(everything(&whole, "transcripts").await);
        for steps in 0..5 {
            let home = Home::new();
            filled(&home).await;
            let (root, order) = (home.root(), order(TRANSCRIPTS, what));
            let month = months(&root, &order).await.unwrap()[0];
            let planned = Erasure::plan(&root, &order, month, Utc::now()).await.unwrap().unwrap();
            let id = planned.erasure.begun().deletion_id.clone();
            if steps > 0 {
                let mut erasure = planned.begin(0, 0).await.unwrap();
                if steps > 1 {
                    erasure.erase().await.unwrap();
                }
                if steps > 2 {
                    sweep(&root, &order, None).await.unwrap();
                }
                if steps > 3 {
                    erasure.finish(Utc::now()).await.unwrap();
                }
            }
            // Rows of the same days that came meanwhile are none of what was begun.
            home.landing(TRANSCRIPTS).await.land(&[transcript(50, 1)], &next(TRANSCRIPTS, 1, 1)).await.unwrap();
            let told = retain(&root, &order, None).await;
            assert_eq!(holding(home.dir.path(), "gizli söz 1/"), Vec::<PathBuf>::new(), "{what:?} after {steps} steps");
            let without_late = |row: &Value| row["call_id"] != "c50-1";
            let found = visible(everything(&home, "transcripts").await);
            assert_eq!(
                found.into_iter().filter(without_late).collect::<Vec<_>>(),
                expected,
                "{what:?} after {steps} steps"
            );
            let rows: Vec<u64> = told.iter().map(|deletion| deletion.found.rows).collect();
            assert_eq!(rows, if steps == 0 { vec![41] } else { vec![40, 1] }, "{what:?} after {steps} steps");
            if steps > 0 {
                assert_eq!(told[0].deletion_id, id);
                assert_eq!(told[0].found.ids_sha256, done[0].found.ids_sha256, "the same rows, by their identities");
            }
            assert!(Erasure::pending(&root).await.unwrap().is_empty());
        }
    }
}

/// The equation of a table (P1, P3): what was deleted on purpose is neither lost nor doubled.
async fn balance(home: &Home) -> Value {
    let batches = home.lake().figure("stream_balance", &"2026".parse().unwrap(), None).await.unwrap();
    let all = output::rows(&batches).unwrap();
    let whole = all.into_iter().find(|row| row["kafka_partition"].is_null()).unwrap();
    ["messages", "rows", "deleted", "repeats", "rows_missing", "rows_twice", "state"]
        .map(|name| whole[name].clone())
        .into_iter()
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_deleted_on_purpose_are_told_so_and_never_as_lost() {
    let home = Home::new();
    let landed = |partition: i32| -> Vec<Row> {
        let of = |n: usize| [transcript(100 * partition as usize + n, 1), transcript(100 * partition as usize + n, 2)];
        placed((0..10).flat_map(of).collect(), partition, 500)
    };
    for partition in [0, 1] {
        for rows in landed(partition).chunks(5) {
            let to = rows.last().unwrap().place.offset + 1;
            home.landing(TRANSCRIPTS).await.land(rows, &next(TRANSCRIPTS, partition, to)).await.unwrap();
        }
    }
    assert_eq!(balance(&home).await, json!([40, 40, 0, 0, 0, 0, "ok"]));
    let rule = order(TRANSCRIPTS, What::Row);
    // Cut off behind the commit, and gone on with: counted once.
    let month = months(&home.root(), &rule).await.unwrap()[0];
    let planned = Erasure::plan(&home.root(), &rule, month, Utc::now()).await.unwrap().unwrap();
    planned.begin(0, 0).await.unwrap().erase().await.unwrap();
    assert_eq!(balance(&home).await, json!([40, 20, 20, 0, 0, 0, "ok"]));
    retain(&home.root(), &rule, None).await;
    assert_eq!(balance(&home).await, json!([40, 20, 20, 0, 0, 0, "ok"]));
    // What comes again is a repeat, what comes late lands and goes with the next run; joined files and a summed-up log change nothing.
    let mut landing = home.landing(TRANSCRIPTS).await;
    landing.land(&placed(landed(0), 0, 520), &next(TRANSCRIPTS, 0, 540)).await.unwrap();
    landing
        .land(&placed(vec![transcript(77, 1), transcript(77, 2)], 1, 520), &next(TRANSCRIPTS, 1, 522))
        .await
        .unwrap();
    assert_eq!(balance(&home).await, json!([62, 22, 20, 20, 0, 0, "ok"]));
    maintain(&home.root(), TRANSCRIPTS, &Upkeep::default()).await.unwrap();
    retain(&home.root(), &rule, None).await;
    assert_eq!(balance(&home).await, json!([62, 21, 21, 20, 0, 0, "ok"]));
    // The lander that ran all along, and a new one, go on from there.
    landing.land(&placed(vec![transcript(78, 2)], 1, 522), &next(TRANSCRIPTS, 1, 523)).await.unwrap();
    home.landing(TRANSCRIPTS)
        .await
        .land(&placed(vec![transcript(79, 2)], 0, 540), &next(TRANSCRIPTS, 0, 541))
        .await
        .unwrap();
    assert_eq!(balance(&home).await, json!([64, 23, 21, 20, 0, 0, "ok"]));
    // A row that somebody else takes away is missed all the same.
    let log = home.dir.path().join("transcripts/_delta_log");
    let last = files(&log).into_iter().filter(|path| path.extension().is_some_and(|e| e == "json")).max().unwrap();
    let commit = fs::read_to_string(&last).unwrap();
    let add: Value = commit
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .find(|line| !line["add"].is_null())
        .unwrap();
    let version: u64 = last.file_stem().unwrap().to_str().unwrap().parse().unwrap();
    let gone = json!({"remove": {"path": add["add"]["path"], "dataChange": true, "deletionTimestamp": 0}});
    fs::write(log.join(format!("{:020}.json", version + 1)), gone.to_string()).unwrap();
    assert_eq!(balance(&home).await, json!([64, 22, 21, 20, 1, 0, "broken"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn landers_and_upkeep_go_on_beside_it() {
    let home = Home::new();
    filled(&home).await;
    let (landed, over) = (AtomicI64::new(0), AtomicBool::new(false));
    let landing = async {
        let mut landing = home.landing(TRANSCRIPTS).await;
        while !over.load(Ordering::Relaxed) || landed.load(Ordering::Relaxed) < 20 {
            let n = landed.load(Ordering::Relaxed) as usize;
            // Old and new rows; the old ones may go or stay, by when they came.
            let rows = [transcript(1_000 + n, 2), transcript(1_000 + n, 1)];
            let report = landing.land(&rows, &next(TRANSCRIPTS, 3, n as i64 + 1)).await.unwrap();
            assert_eq!((report.rows, report.repeats), (2, 0));
            landed.fetch_add(1, Ordering::Relaxed);
        }
    };
    let retaining = async {
        for _ in 0..4 {
            retain(&home.root(), &order(TRANSCRIPTS, What::Row), None).await;
        }
        over.store(true, Ordering::Relaxed);
    };
    let upkeep = async {
        let sweep = Some(Sweep { keep: std::time::Duration::from_secs(3_600), keep_versions: vec![] });
        while !over.load(Ordering::Relaxed) {
            match maintain(&home.root(), TRANSCRIPTS, &Upkeep { sweep: sweep.clone(), ..Upkeep::default() }).await {
                Err(error) if error.retry() => {}
                done => drop(done.unwrap()),
            }
            // Nobody joins all the time: the others need a turn, too.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        }
    };
    tokio::join!(landing, retaining, upkeep);
    // A file that a joiner left behind because the other was faster is taken for one about to be committed until it is a day old.
    let two_days_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
    for path in files(home.dir.path()).iter().filter(|path| path.extension().is_some_and(|e| e == "parquet")) {
        fs::File::options().write(true).open(path).unwrap().set_modified(two_days_ago).unwrap();
    }
    retain(&home.root(), &order(TRANSCRIPTS, What::Row), None).await;
    let ids: Vec<String> =
        everything(&home, "transcripts").await.iter().map(|row| row["call_id"].as_str().unwrap().to_owned()).collect();
    let expected: BTreeSet<String> =
        (0..40).chain(1_000..1_000 + landed.load(Ordering::Relaxed) as usize).map(|n| format!("c{n}-2")).collect();
    assert_eq!(ids.len(), expected.len(), "no row stands twice");
    assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), expected);
    assert_eq!(holding(home.dir.path(), "gizli söz 1/"), Vec::<PathBuf>::new());
}

fn letter(n: usize, code: &str) -> Row {
    let data = json!({"id": format!("d{n}"), "at": format!("2026-01-{:02}T05:00:00Z", n % 28 + 1), "stage": "lander", "topic": "calls.events",
        "partition": 0, "offset": n, "key": format!("açar {n}"), "headers": [["ce_id", format!("başlıq {n}")]],
        "error": {"code": code, "field": "line", "value": format!("dəyər {n}"), "problem": "is not a line", "remedy": "write a line"}});
    let mut row = row(LETTERS, &format!("d{n}"), data);
    row.payload = Some(format!("yük {n} {code}").into_bytes().into());
    row
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_lose_their_bytes_and_keep_what_was_wrong_with_them() {
    let home = Home::new();
    let letters: Vec<Row> = (0..10).map(|n| letter(n, if n % 2 == 0 { "invalid" } else { "conflict" })).collect();
    home.landing(LETTERS).await.land(&letters, &next(LETTERS, 0, 10)).await.unwrap();
    let only = Order { error_code: Some("invalid".into()), ..order(LETTERS, What::Content) };
    assert_eq!(retain(&home.root(), &only, None).await[0].found.rows, 5);
    for gone in ["yük 2", "açar 2", "başlıq 2", "dəyər 2"] {
        assert_eq!(holding(home.dir.path(), gone), Vec::<PathBuf>::new());
        assert!(!holding(home.dir.path(), &gone.replace('2', "3")).is_empty(), "another error's letters stay");
    }
    let told = rows(&home.lake(), "SELECT error_code, count(*) AS n, count(error_problem) AS why, count(payload) AS bytes FROM dead_letters GROUP BY error_code ORDER BY error_code").await;
    let expected = json!([{"error_code": "conflict", "n": 5, "why": 5, "bytes": 5}, {"error_code": "invalid", "n": 5, "why": 5, "bytes": 0}]);
    assert_eq!(Value::Array(told), expected, "in = rows + dead letters (P3)");
}

/// A table of an earlier program: its log tells the least and greatest words of joined files.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_an_older_table_forgets_words_too() {
    let home = Home::new();
    drop(home.landing(LETTERS).await);
    let log = home.dir.path().join("dead_letters/_delta_log");
    let first = log.join("00000000000000000000.json");
    let made = fs::read_to_string(&first).unwrap();
    let older = made.replace(r#""delta.dataSkippingStatsColumns":"event_time,day,revision,content_hash""#, "");
    assert_ne!(made, older);
    fs::write(&first, older).unwrap();
    let mut landing = home.landing(LETTERS).await;
    for n in 0..6 {
        landing.land(&[letter(n, "invalid")], &next(LETTERS, 0, n as i64 + 1)).await.unwrap();
    }
    let upkeep = Upkeep {
        sweep: Some(Sweep { keep: std::time::Duration::from_secs(86_400), keep_versions: vec![1] }),
        ..Upkeep::default()
    };
    maintain(&home.root(), LETTERS, &upkeep).await.unwrap();
    assert!(holding(&log, "dəyər 5").len() >= 2, "a commit and a checkpoint tell it");
    let whole = everything(&home, "dead_letters").await;
    retain(&home.root(), &order(LETTERS, What::Content), None).await;
    assert_eq!(holding(home.dir.path(), "dəyər 5"), Vec::<PathBuf>::new());
    assert_eq!(everything(&home, "dead_letters").await.len(), whole.len());
    // Every version can still be opened; only those rows are gone from it.
    for version in 0..4 {
        let versions = Some([("dead_letters".to_owned(), version)].into());
        let lake = Lake::at(home.root(), LakeOptions { versions, ..LakeOptions::default() }).unwrap();
        lake.session().await.unwrap();
    }
    landing.land(&[letter(20, "invalid")], &next(LETTERS, 0, 20)).await.unwrap();
    maintain(&home.root(), LETTERS, &Upkeep::default()).await.unwrap();
    assert!(holding(&log, "dəyər").is_empty(), "and it is not told again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_whose_rows_were_deleted_says_so_and_others_answer_as_they_did() {
    let home = Home::new();
    filled(&home).await;
    let versions = home.lake().versions().await.unwrap();
    let frozen =
        || Lake::at(home.root(), LakeOptions { versions: Some(versions.clone()), ..LakeOptions::default() }).unwrap();
    let of = |month: &str| {
        format!("SELECT count(*) AS n FROM transcripts_all WHERE month = '{month}' AND segments IS NOT NULL")
    };
    assert_eq!(rows(&frozen(), &of("2026-01")).await, [json!({"n": 40})]);
    retain(&home.root(), &order(TRANSCRIPTS, What::Content), None).await;
    let gone = frozen().sql(&of("2026-01"), Vec::<(&str, meyar_lake::ScalarValue)>::new()).await.unwrap_err();
    assert!(matches!(gone, LakeError::Gone { .. }), "{gone:?}");
    assert_eq!(rows(&frozen(), &of("2026-02")).await, [json!({"n": 40})], "whose rows are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_together_from_deleted_rows_goes_too() {
    let home = Home::new();
    let kept = home.dir.path().join("kept");
    let mut call = Call::new("c1", "195-1-1", "2026-01-14T09:00:00+04:00");
    call.queued(4.0).answered(24.0, "R101").ended(144.0, 0);
    let mut later = Call::new("c2", "195-1-1", "2026-02-14T09:00:00+04:00");
    later.queued(4.0);
    for rows in [&mut later.rows, &mut call.rows] {
        rows.iter_mut().for_each(|(_, row)| row.data["caller_key"] = json!("a1".repeat(16)));
        home.land(rows).await;
    }
    let options = || LakeOptions { kept_dir: Some(kept.clone()), ..LakeOptions::default() };
    for period in ["2026-01", "2026-02"] {
        let lake = Lake::at(home.root(), options()).unwrap();
        lake.figure("calls_by_line", &period.parse().unwrap(), None).await.unwrap();
        lake.written().await;
    }
    // Somebody else's, in the same folder.
    fs::create_dir(kept.join("lost+found")).unwrap();
    fs::write(kept.join("notes"), "x").unwrap();
    let january = |path: &PathBuf| path.to_string_lossy().contains("calls-2026-01");
    assert!(files(&kept).iter().any(january));
    retain(&home.root(), &order(Subject::CallEvents, What::Content), Some(&kept)).await;
    assert!(!files(&kept).iter().any(january), "{:?}", files(&kept));
    assert!(kept.join("notes").exists());
    assert!(files(&kept).iter().any(|path| path.to_string_lossy().contains("calls-2026-02")), "{:?}", files(&kept));
    let lake = Lake::at(home.root(), options()).unwrap();
    assert_eq!(
        rows(&lake, "SELECT count(*) AS n, count(caller_key) AS keys FROM calls").await,
        [json!({"n": 2, "keys": 1})]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_lake_has_nothing_to_delete_and_an_order_that_means_nothing_is_refused() {
    let home = Home::new();
    for subject in [TRANSCRIPTS, LETTERS] {
        assert_eq!(retain(&home.root(), &order(subject, What::Content), None).await, []);
    }
    assert!(files(home.dir.path()).is_empty(), "nothing is made of nothing");
    let refused = months(&home.root(), &order(Subject::SystemIncidents, What::Content)).await.unwrap_err();
    assert!(refused.to_string().contains("incidents") && refused.to_string().contains("row"), "{refused}");
    let unknown = Order { table: "transcrpts".into(), ..order(TRANSCRIPTS, What::Row) };
    assert!(months(&home.root(), &unknown).await.unwrap_err().to_string().contains("transcripts"));
    let errors = Order { error_code: Some("invalid".into()), ..order(TRANSCRIPTS, What::Row) };
    assert!(months(&home.root(), &errors).await.unwrap_err().to_string().contains("dead_letters"));
}
