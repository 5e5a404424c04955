//! What docs/lake.md tells the data teams is true: its snippets for DuckDB, pandas and Polars read the lake, corrections included, as Meyar does.

#![allow(clippy::unwrap_used)]

use meyar_lake::{LakeRoot, Landing, LandingOptions, Place, Row};
use meyar_schemas::{Envelope, Subject};
use meyar_tests::{
    World,
    world::{python, repository, text},
    year,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path, process::Command};

#[test]
fn duckdb_pandas_and_polars_read_the_lake_by_the_written_snippets() {
    let world = World::new();
    year::landed(&world, &["simulate", "year", "2024", "--scale", "0.005", "--dirty"]);
    let rows = world.sql(
        "SELECT line, count(*) AS lost FROM calls WHERE outcome = 'lost' AND direction = 'inbound' GROUP BY line ORDER BY line",
    );
    let lost: Vec<Value> = rows.iter().map(|row| json!([text(row, "line"), row["lost"]])).collect();
    assert_eq!(lost.len(), 4, "{lost:?}");
    let told = Command::new(python("tests/readers"))
        .arg(repository("tests/readers/snippets.py"))
        .env("MEYAR_LAKE", world.data().join("lake"))
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let found: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(found, json!({ "duckdb": lost, "pandas": lost, "polars": lost }));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A new version of a contract brings columns that older files lack (P5).
#[test]
fn old_files_beside_new_ones_are_read_by_the_same_ways() {
    let lake = tempfile::tempdir().unwrap();
    let subject = Subject::SurveyResponses;
    copy(&repository("pipeline/lake/tests/lakes/v1/survey_responses"), &lake.path().join("survey_responses"));
    let data = json!({"survey_id": "n-1", "at": "2026-01-20T12:00:00+04:00", "line": "195-1-1", "channel": "web",
        "respondent": "representative", "kind": "answered", "question": "overall", "score": 4, "scale_min": 1, "scale_max": 5});
    let envelope = Envelope::new(subject, "register", "n-1", "2026-01-20T08:00:00Z".parse().unwrap());
    let row = Row { envelope, data, payload: None, place: Place { topic: "t".into(), partition: 0, offset: 0 } };
    let root = LakeRoot::parse(lake.path().to_str().unwrap()).unwrap();
    let landed = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut landing = Landing::open(&root, subject, LandingOptions::new("t")).await.unwrap();
        landing.land(&[row], &BTreeMap::from([(("t".to_owned(), 0), 1)])).await.unwrap()
    });
    assert_eq!(landed.rows, 1);
    let told = Command::new(python("tests/readers"))
        .arg(repository("tests/readers/versions.py"))
        .env("MEYAR_LAKE", lake.path())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let found: Value = serde_json::from_slice(&told.stdout).unwrap();
    let rows = found["duckdb"].as_array().unwrap();
    assert!(found["files"].as_u64().unwrap() >= 3 && rows.len() == 10, "{found}");
    let (new, old): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row[0] == "n-1");
    assert_eq!(new, [&json!(["n-1", 0, "representative", 1])]);
    assert!(old.iter().all(|row| row[2].is_null() && row[3].is_null()), "{found}");
    assert_eq!((&found["pandas"], &found["polars"]), (&found["duckdb"], &found["duckdb"]));
}
