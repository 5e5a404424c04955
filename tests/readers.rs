//! What docs/lake.md tells the data teams is true: its snippets for DuckDB, pandas and Polars read the lake, corrections included, as Meyar does.

#![allow(clippy::unwrap_used)]

use meyar_tests::{
    World,
    world::{python, repository, text},
    year,
};
use serde_json::{Value, json};
use std::process::Command;

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
