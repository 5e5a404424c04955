use super::story::{DVX, Story};
use crate::second::{Events, Year};

const HOUR_MS: f64 = 3_600_000.0;

fn down_hours(story: &Story) -> f64 {
    story.year()["availability/195-1-1/down_ms"] / HOUR_MS
}

#[test]
fn live_time_is_the_live_hours_of_working_days() {
    let year = Story::default().year();
    // Nine hours a day. March 2024 has 21 weekdays, of which 8 and 20 to 22 were holidays, and 25 and 26 rest days.
    assert_eq!(year["kpi_by_month/2024-03/195-1-1/availability/denominator"], 15.0 * 9.0 * HOUR_MS);
    assert_eq!(year["kpi_by_month/2024-03/total/availability/denominator"], 4.0 * 15.0 * 9.0 * HOUR_MS);
}

#[test]
fn outages_that_overlap_count_once() {
    let mut story = Story::default();
    story.outage("i1", "2024-03-04 10:00:00", "started", "outage").outage(
        "i1",
        "2024-03-04 12:00:00",
        "ended",
        "outage",
    );
    story.outage("i2", "2024-03-04 11:00:00", "started", "outage").outage(
        "i2",
        "2024-03-04 13:00:00",
        "ended",
        "outage",
    );
    story.outage("i3", "2024-03-04 11:30:00", "started", "outage").outage(
        "i3",
        "2024-03-04 11:45:00",
        "ended",
        "outage",
    );
    assert_eq!(down_hours(&story), 3.0);
    assert_eq!(story.year()["availability/195-1-2/down_ms"], 0.0);
}

#[test]
fn an_outage_over_a_weekend_counts_only_its_live_hours() {
    let mut story = Story::default();
    story.outage("i1", "2024-03-01 17:00:00", "started", "outage").outage(
        "i1",
        "2024-03-04 10:30:00",
        "ended",
        "outage",
    );
    assert_eq!(down_hours(&story), 2.5);
    let year = story.year();
    let down = |month: &str| {
        let part = |part| year[&format!("kpi_by_month/{month}/195-1-1/availability/{part}")];
        part("denominator") - part("numerator")
    };
    assert_eq!(down("2024-03"), 2.5 * HOUR_MS);
    assert_eq!(down("2024-02"), 0.0);
}

#[test]
fn an_outage_without_an_end_lasts_to_the_end_of_the_records() {
    let mut story = Story::default();
    story.outage("i1", "2024-03-04 17:00:00", "started", "outage");
    assert_eq!(down_hours(&story), 0.0);
    story.session("w1", "R001", "hall", "2024-03-05 11:00:00", "started");
    assert_eq!(down_hours(&story), 3.0);
}

#[test]
fn what_is_only_degraded_or_has_no_start_is_no_outage() {
    let mut story = Story::default();
    story.outage("i1", "2024-03-04 10:00:00", "started", "degraded");
    story.outage("i1", "2024-03-04 12:00:00", "ended", "degraded");
    story.outage("i2", "2024-03-04 12:00:00", "ended", "outage");
    assert_eq!(down_hours(&story), 0.0);
}

#[test]
fn a_person_day_is_a_representative_on_a_day_with_a_session() {
    let mut story = Story::default();
    story.session("w1", "R001", "hall", "2024-03-04 09:00:00", "started");
    story.session("w2", "R001", "remote", "2024-03-04 14:00:00", "started");
    story.session("w3", "R002", "hall", "2024-03-04 09:00:00", "started");
    for call in ["c1", "c2", "c3"] {
        story.taken(call, DVX, "2024-03-04 10:00:00", call);
    }
    story.says("staff/total", &[("person_days", 2.0), ("calls_per_person_day", 1.5)]);
}

#[test]
fn live_service_of_a_week_leaves_pauses_out_and_is_split_at_midnight_of_sunday() {
    let mut story = Story::default();
    story.session("w1", "R001", "hall", "2024-03-04 09:00:00", "started");
    story.session("w1", "R001", "hall", "2024-03-04 13:00:00", "paused");
    story.session("w1", "R001", "hall", "2024-03-04 14:00:00", "resumed");
    story.session("w1", "R001", "hall", "2024-03-04 18:00:00", "ended");
    story.session("w2", "R001", "remote", "2024-03-10 22:00:00", "started");
    story.session("w2", "R001", "remote", "2024-03-11 01:00:00", "ended");
    story.session("w3", "R001", "remote", "2024-03-12 09:00:00", "started"); // its end was never told
    story.says(
        "staff_weeks/2024-W10/R001",
        &[("hall_ms", 8.0 * HOUR_MS), ("remote_ms", 2.0 * HOUR_MS), ("exceeds", 0.0)],
    );
    story.says("staff_weeks/2024-W11/R001", &[("hall_ms", 0.0), ("remote_ms", HOUR_MS)]);
}

#[test]
fn thirty_six_hours_a_week_are_allowed_and_not_a_second_more() {
    let mut story = Story::default();
    for day in 4..8 {
        let (session, location) = (format!("w{day}"), if day % 2 == 0 { "hall" } else { "remote" });
        story.session(&session, "R001", location, &format!("2024-03-0{day} 09:00:00"), "started");
        story.session(&session, "R001", location, &format!("2024-03-0{day} 18:00:00"), "ended");
    }
    story.says("staff_weeks/2024-W10/R001", &[("exceeds", 0.0)]);
    story.session("w9", "R001", "hall", "2024-03-08 09:00:00", "started");
    story.session("w9", "R001", "hall", "2024-03-08 09:00:01", "ended");
    story.says("staff_weeks/2024-W10/R001", &[("exceeds", 1.0)]);
    story.says("staff/total", &[("weeks_over_limit", 1.0)]);
}

#[test]
fn a_year_that_nobody_entered_into_the_calendar_is_refused() {
    assert!(Year::of(&Events::default(), 1999).is_err());
}
