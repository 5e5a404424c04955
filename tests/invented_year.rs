//! A year that nobody tuned to: random marginals, and events that come twice, late, corrected and in no order. What the SQL figures say of
//! it, a second computation in plain Rust over the events says too (`src/second`).
#![allow(clippy::unwrap_used)]

#[path = "../pipeline/intake/tests/common/invented.rs"]
#[allow(dead_code)]
mod invented;

use chrono::{Datelike as _, NaiveDate};
use meyar_schemas::reference::Reference;
use meyar_tests::{
    World,
    second::{Events, Year},
    two_ways::{Disagreement, compare},
    year,
};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Seconds of live service in 2024.
fn live_s() -> u64 {
    let reference = Reference::load(None).unwrap();
    let hours = |day: NaiveDate| -> i64 {
        let key = format!("195-1-1 {}", day.weekday().number_from_monday());
        let row = reference.live_hours.on(&key, day);
        if reference.calendar.is_working(day).unwrap() {
            row.map_or(0, |r| (r.closes - r.opens).num_seconds())
        } else {
            0
        }
    };
    let days = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap().iter_days().take_while(|day| day.year() == 2024);
    days.map(hours).sum::<i64>().unsigned_abs()
}

#[test]
fn an_invented_dirty_year_is_counted_alike_in_two_ways() {
    for seed in [7u8, 195] {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let truth = invented::truth(900..4_000).new_tree(&mut runner).unwrap().current();
        let world = World::new();
        let marginals = world.written("marginals.json", truth.file(live_s()));
        let seed = seed.to_string();
        let told = world.file("told").display().to_string();
        let simulate = ["simulate", "year", "2024", "--dirty", "--seed", &seed, "--marginals", &marginals];
        world.ask(&[&simulate[..], &["--out", &told]].concat()).succeeded();
        year::landed(&world, &simulate);
        let second = Year::of(&Events::read(world.file("told").as_path()).unwrap(), 2024).unwrap();
        let figures = year::figures(&world, "2024");
        let (compared, differing): (usize, Vec<Disagreement>) = compare(&second.cells(), &figures);
        println!("seed {seed}: {compared} cells compared, {} differ", differing.len());
        assert!(compared > 1_800, "only {compared} cells were compared");
        assert!(differing.is_empty(), "seed {seed}: {differing:#?}");
    }
}
