//! What is kept, narrowed or laid straight, so that a report is quick, changes no figure.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Home, january, row};
use meyar_lake::{
    Bulk, Lake, LakeOptions, LakeRoot, Period, Row,
    output::{Format, text},
};
use meyar_schemas::Subject;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

fn year() -> Period {
    "2026".parse().unwrap()
}

fn keeping(home: &Home, folder: &Path) -> Lake {
    Lake::at(home.root(), LakeOptions { kept_dir: Some(folder.to_owned()), ..LakeOptions::default() }).unwrap()
}

/// Everything that any figure says of the year, by figure.
async fn told(lake: &Lake) -> BTreeMap<String, String> {
    let mut told = BTreeMap::new();
    // The stream itself differs: rows that were laid straight came through none.
    for figure in lake.figures().filter(|figure| !figure.tells_ages()) {
        let answer = lake.figure(&figure.name, &year(), None).await.unwrap();
        told.insert(figure.name.clone(), text(&answer, Format::Csv).unwrap());
    }
    lake.written().await;
    told
}

fn files(folder: &Path) -> BTreeMap<String, std::time::SystemTime> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|f| (f.file_name().into_string().unwrap(), f.metadata().unwrap().modified().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_kept_by_one_program_serve_the_next_and_are_never_out_of_date() {
    let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    let january = january();
    for landed in january.chunks(january.len().div_ceil(3)) {
        home.land(landed).await;
        let expected = told(&home.lake()).await;
        assert_eq!(told(&keeping(&home, folder.path())).await, expected);
        let kept = files(folder.path());
        assert_eq!(told(&keeping(&home, folder.path())).await, expected);
        assert_eq!(files(folder.path()), kept, "nothing is put together twice");
    }
}

/// What the registers of sheets and of shifts tell of a day.
fn registers(day: &str) -> Vec<(Subject, Row)> {
    let sheet = |at: &str, kind: Value| {
        let mut told = json!({"sheet_id": format!("mv-{day}"), "at": format!("{day}T{at}:00+04:00"), "line": "195-1-1", "class": "complex_question"});
        told.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        (Subject::ApplicationSheets, row(Subject::ApplicationSheets, &format!("mv-{day}/{at}"), told))
    };
    let shift = |at: &str, kind: &str| {
        let told = json!({"session_id": format!("w-{day}"), "at": format!("{day}T{at}:00+04:00"), "representative": "R01", "location": "hall", "kind": kind, "lines": ["195-1-1"]});
        (Subject::StaffSessions, row(Subject::StaffSessions, &format!("w-{day}/{at}"), told))
    };
    vec![
        sheet("10:00", json!({"kind": "opened", "origin": "live"})),
        sheet(
            "11:00",
            json!({"kind": "opinion_requested", "to_unit": "DVX", "term_working_days": 10, "due_on": "2026-01-30", "basis": "draft_answer"}),
        ),
        sheet("12:00", json!({"kind": "answered"})),
        shift("09:00", "started"),
        shift("18:00", "ended"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn views_over_long_tables_are_kept_as_well_and_never_out_of_date() {
    let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    let long = || {
        let options =
            LakeOptions { kept_dir: Some(folder.path().to_owned()), heavy_events: Some(0), ..LakeOptions::default() };
        Lake::at(home.root(), options).unwrap()
    };
    for landed in [[january(), registers("2026-01-14")].concat(), registers("2026-01-15")] {
        home.land(&landed).await;
        let expected = told(&home.lake()).await;
        assert_eq!(told(&long()).await, expected);
        let kept = files(folder.path());
        for view in ["sheets", "sheet_moves", "opinions", "live_stretches", "surveys"] {
            assert!(kept.keys().any(|name| name.starts_with(&format!("{view}-"))), "{view} among {kept:?}");
        }
        assert_eq!(told(&long()).await, expected);
        assert_eq!(files(folder.path()), kept, "nothing is worked out twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_file_that_is_not_whole_is_made_again() {
    let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    home.land(&january()).await;
    let expected = told(&keeping(&home, folder.path())).await;
    for name in files(folder.path()).keys() {
        let file = folder.path().join(name);
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    }
    assert_eq!(told(&keeping(&home, folder.path())).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_changes_nothing_but_the_time_it_takes() {
    let home = Home::new();
    home.land(&january()).await;
    let file = home.dir.path().join("a-file");
    fs::write(&file, "").unwrap();
    assert_eq!(told(&keeping(&home, &file.join("below"))).await, told(&home.lake()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heavy_period_is_told_month_by_month_with_the_same_rows() {
    let home = Home::new();
    home.land(&january()).await;
    let heavy = Lake::at(home.root(), LakeOptions { heavy_events: Some(0), ..LakeOptions::default() }).unwrap();
    let by_month: Vec<String> = heavy.figures().filter(|f| f.by_month).map(|f| f.name.clone()).collect();
    assert!(by_month.contains(&"kpi_by_month".to_owned()));
    for period in ["2026", "2025-12-15..2026-02-03", "2026-01-05..2026-01-20"] {
        let period: Period = period.parse().unwrap();
        for name in &by_month {
            for line in [None, Some("195-1-1")] {
                let told =
                    async |lake: &Lake| text(&lake.figure(name, &period, line).await.unwrap(), Format::Csv).unwrap();
                assert_eq!(told(&heavy).await, told(&home.lake()).await, "{name} of {period}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_laid_straight_into_a_lake_are_those_that_land_and_only_an_empty_lake_takes_them() {
    let (home, place) = (Home::new(), tempfile::tempdir().unwrap());
    // A straight lake is told every event once, in its newest state.
    let rows: Vec<_> = january().into_iter().filter(|(_, row)| row.envelope.revision == 0).collect();
    home.land(&rows).await;
    let root = LakeRoot::parse(place.path().to_str().unwrap()).unwrap();
    let mut bulk = Bulk::new(&root);
    let mut subjects: BTreeMap<Subject, Vec<Row>> = BTreeMap::new();
    rows.iter().for_each(|(subject, row)| subjects.entry(*subject).or_default().push(row.clone()));
    for (subject, rows) in &subjects {
        bulk.take(*subject, rows).await.unwrap();
    }
    bulk.finish().await.unwrap();
    let straight = Lake::at(root.clone(), LakeOptions::default()).unwrap();
    assert_eq!(told(&straight).await, told(&home.lake()).await);
    let refused = Bulk::new(&root).take(Subject::CallEvents, &subjects[&Subject::CallEvents]).await.unwrap_err();
    assert!(refused.to_string().contains("call_events") && refused.to_string().contains("without a lake"), "{refused}");
}
