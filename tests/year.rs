//! The year 2024, to the digit: its events go through Kafka into the lake, and the figures say what the annual report printed.
//! `MEYAR_TEST_BROKERS=host:port` names the broker; 3.7 million events take the embedded one some minutes.

#![allow(clippy::unwrap_used)]

use meyar_tests::{
    World,
    published::{Comparison, Verdict},
    year,
};
use serde_json::Value;

#[test]
fn the_published_year_comes_out_of_its_events_to_the_digit() {
    let world = World::new();
    year::landed(&world, &["simulate", "year", "2024"]);
    let figures = year::figures(&world, "2024");
    let marginals: Value = serde_json::from_str(include_str!("../schemas/marginals/2024.json")).unwrap();
    let comparison = Comparison::of(&marginals, &figures);
    println!("{comparison}");
    assert!(comparison.lines.len() > 190, "only {} numbers were compared", comparison.lines.len());
    let unequal: Vec<_> = comparison.lines.iter().filter(|line| matches!(line.verdict, Verdict::Differs)).collect();
    assert!(unequal.is_empty(), "{unequal:#?}");
    let open = comparison.lines.iter().filter(|line| matches!(line.verdict, Verdict::NotDetermined(_)));
    assert_eq!(open.count(), 10, "first contact and callback level, of four structures and the centre");
    let misprinted = comparison.lines.iter().filter(|line| matches!(line.verdict, Verdict::Misprinted));
    assert_eq!(misprinted.count(), 3, "the report's own rounding of Aparat, and nothing else");
}
