//! Small files are joined and replaced ones swept beside a lander and a reader: nobody notices (P1).
#![allow(clippy::unwrap_used)]

mod common;

use arrow::{array::AsArray, datatypes::Int64Type};
use common::{Call, Home, next};
use meyar_lake::{Lake, Sweep, Upkeep, maintain};
use meyar_schemas::Subject;
use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicBool, AtomicI64, Ordering},
    time::{Duration, Instant},
};

const CALLS: Subject = Subject::CallEvents;
/// Longer than a read takes, however busy the machine is.
const KEEP: Duration = Duration::from_secs(4);
/// What the table must have gone through before the test is over, and how long that may take.
const SWEPT: i64 = 30;
const READS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// Rows, and how many names they have.
async fn read(lake: &Lake) -> (i64, i64) {
    let session = lake.session().await.unwrap();
    let query = "SELECT count(*) AS n, count(DISTINCT event_id) AS names FROM call_events_all";
    let frame = session.sql(query).await.unwrap();
    // A reader takes its time between the list of the files and the files.
    tokio::time::sleep(KEEP / 8).await;
    let found = frame.collect().await.unwrap();
    let number = |column: usize| found[0].column(column).as_primitive::<Int64Type>().value(0);
    (number(0), number(1))
}

/// Lands two rows a commit, a dozen commits a second, until it is told to stop.
async fn land(home: &Home, landed: &AtomicI64, over: &AtomicBool) {
    let mut landing = home.landing(CALLS).await;
    let mut commit = 0;
    while !over.load(Ordering::Relaxed) {
        let mut call = Call::new(&format!("c-{commit}"), "195-1-1", "2026-01-14T09:00:00+04:00");
        call.queued(4.0);
        let rows: Vec<_> = call.rows.into_iter().map(|(_, row)| row).collect();
        commit += 1;
        let report = landing.land(&rows, &next(CALLS, 0, commit)).await.unwrap();
        assert_eq!((report.rows, report.repeats), (2, 0));
        landed.fetch_add(2, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(80)).await;
    }
}

/// The table's files as they lie there; what upkeep reports as swept holds those of earlier sweeps, too.
fn stored(home: &Home) -> BTreeSet<PathBuf> {
    let months = fs::read_dir(home.dir.path().join(CALLS.table())).into_iter().flatten().flatten();
    let files = months.filter(|month| month.file_name() != "_delta_log").flat_map(|month| fs::read_dir(month.path()));
    files.flatten().flatten().map(|file| file.path()).collect()
}

async fn keep_up(home: &Home, swept: &AtomicI64, over: &AtomicBool) {
    let upkeep = Upkeep { sweep: Some(Sweep { keep: KEEP, ..Sweep::default() }), ..Upkeep::default() };
    while !over.load(Ordering::Relaxed) {
        let before = stored(home);
        match maintain(&home.root(), CALLS, &upkeep).await {
            // The lander was faster, again and again: upkeep gives way, and is tried again.
            Err(error) if error.retry() => {}
            done => drop(done.unwrap()),
        }
        swept.fetch_add(before.difference(&stored(home)).count() as i64, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_joined_and_swept_while_rows_land_in_it_and_it_is_read() {
    let home = Home::new();
    home.landing(CALLS).await;
    let (landed, swept, over) = (AtomicI64::new(0), AtomicI64::new(0), AtomicBool::new(false));
    let reading = async {
        let (lake, root, begun, mut reads, mut before) = (home.lake(), home.root(), Instant::now(), 0, 0);
        while swept.load(Ordering::Relaxed) < SWEPT || reads < READS {
            assert!(begun.elapsed() < PATIENCE, "{swept:?} swept, {reads} reads of {root}");
            let least = landed.load(Ordering::Relaxed).max(before);
            let (rows, names) = read(&lake).await;
            assert_eq!(rows, names, "a row stands twice");
            assert!(rows >= least, "{rows} rows are read after {least}");
            (before, reads) = (rows, reads + 1);
        }
        over.store(true, Ordering::Relaxed);
    };
    tokio::join!(reading, land(&home, &landed, &over), keep_up(&home, &swept, &over));
    assert_eq!(read(&home.lake()).await, (landed.load(Ordering::Relaxed), landed.load(Ordering::Relaxed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_two_join_at_once_are_joined_once() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    let mut landed = 0;
    for round in 0..8 {
        for _ in 0..3 {
            let mut call = Call::new(&format!("c-{landed}"), "195-1-1", "2026-01-14T09:00:00+04:00");
            call.queued(4.0);
            let rows: Vec<_> = call.rows.into_iter().map(|(_, row)| row).collect();
            landing.land(&rows, &next(CALLS, 0, landed / 2 + 1)).await.unwrap();
            landed += 2;
        }
        // As a lander's own upkeep and `meyar maintain` may: who is later gives way, or finds nothing to join.
        let (root, upkeep) = (home.root(), Upkeep::default());
        let (one, two) = tokio::join!(maintain(&root, CALLS, &upkeep), maintain(&root, CALLS, &upkeep));
        assert!(one.is_ok() || two.is_ok(), "{one:?} {two:?}");
        assert_eq!(read(&home.lake()).await, (landed, landed), "round {round}: {one:?} {two:?}");
    }
}
