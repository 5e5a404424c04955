//! A simulated year in the lake, and what the figures say of it.

use crate::{World, eventually_within};
use meyar_schemas::Subject;
use serde_json::Value;
use std::{process::Stdio, time::Duration};

pub const SUBJECTS: [Subject; 6] = [
    Subject::CallEvents,
    Subject::Appeals,
    Subject::ApplicationSheets,
    Subject::SurveyResponses,
    Subject::SystemIncidents,
    Subject::StaffSessions,
];

/// Longer than the slowest broker takes for a whole year.
const LONG: Duration = Duration::from_secs(1_500);

/// Publishes what `simulate` makes, and lands everything.
#[track_caller]
pub fn landed(world: &World, simulate: &[&str]) {
    world.make_topics(&SUBJECTS);
    let lander = world.run(&["lander"], &["--commit-every-ms", "2000"]);
    let told = world.command(simulate).stdout(Stdio::piped()).output().expect("meyar starts");
    println!("{}", String::from_utf8_lossy(&told.stdout).trim_end());
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    eventually_within(LONG, "the year has landed", || (world.lag("lander", &SUBJECTS) == 0).then_some(()));
    lander.interrupt().succeeded();
}

/// Every figure of a period, by name, as rows.
#[track_caller]
pub fn figures(world: &World, period: &str) -> Value {
    let told = world.command(&["report", "figures", "--period", period]).output().expect("meyar starts");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("figures are JSON")
}
