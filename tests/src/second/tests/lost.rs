use super::story::{DVX, EMDX, HIDDEN, Story};

/// The part of the one lost call of a line.
fn part(story: &Story, line: &str) -> String {
    let year = story.year();
    let prefix = format!("lost_parts/{line}/");
    let found = year.iter().filter(|(address, count)| address.starts_with(&prefix) && **count > 0.0);
    let names: Vec<_> = found.map(|(address, count)| format!("{} {count}", &address[prefix.len()..])).collect();
    names.join(", ")
}

#[test]
fn a_redial_at_midnight_is_of_another_day() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 23:59:00", "anna").taken("c2", DVX, "2024-03-05 00:01:00", "anna");
    assert_eq!(part(&story, DVX), "not_called_back 1");
    story.taken("c3", DVX, "2024-03-04 23:59:59.999", "anna");
    assert_eq!(part(&story, DVX), "redialled_answered 1");
}

#[test]
fn a_redial_on_another_line_counts_and_the_lost_call_keeps_its_line() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", "anna").taken("c2", EMDX, "2024-03-04 10:05:00", "anna");
    assert_eq!(part(&story, DVX), "redialled_answered 1");
    assert_eq!(part(&story, EMDX), "");
}

#[test]
fn a_redial_must_be_later_of_the_same_caller_and_answered() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", "anna");
    story.taken("before", DVX, "2024-03-04 09:30:00", "anna");
    story.taken("same_moment", DVX, "2024-03-04 10:00:00", "anna");
    story.taken("another", DVX, "2024-03-04 11:00:00", "beka");
    story.inbound("unanswered", DVX, "2024-03-04 11:00:00", "anna");
    assert_eq!(part(&story, DVX), "not_called_back 1");
}

#[test]
fn one_redial_settles_every_lost_call_before_it_and_none_after_it() {
    let mut story = Story::default();
    for (call, clock) in [("c1", "10:00"), ("c2", "10:10"), ("c4", "12:00")] {
        story.abandoned(call, DVX, &format!("2024-03-04 {clock}:00"), "anna");
    }
    story.taken("c3", DVX, "2024-03-04 11:00:00", "anna");
    assert_eq!(part(&story, DVX), "not_called_back 1, redialled_answered 2");
}

#[test]
fn one_callback_settles_every_lost_call_before_it_and_none_after_it() {
    let mut story = Story::default();
    for (call, clock) in [("c1", "10:00"), ("c2", "10:10"), ("c4", "12:00")] {
        story.abandoned(call, DVX, &format!("2024-03-04 {clock}:00"), "anna");
    }
    story.outbound("back", DVX, "2024-03-04 11:00:00", "anna").lost("back", "2024-03-04 11:01:00", "no_answer", 30_000);
    assert_eq!(part(&story, DVX), "called_back 2, not_called_back 1");
    story.outbound("again", DVX, "2024-03-04 11:30:00", "anna").answered("again", "2024-03-04 11:30:10");
    assert_eq!(part(&story, DVX), "called_back 2, called_back_reached 2, not_called_back 1");
}

#[test]
fn a_redial_goes_before_a_callback_and_a_callback_before_a_system_error() {
    let mut story = Story::default();
    story.inbound("c1", DVX, "2024-03-04 10:00:00", "anna").lost("c1", "2024-03-04 10:01:00", "system_error", 20_000);
    assert_eq!(part(&story, DVX), "system_error 1");
    story.outbound("c2", EMDX, "2024-03-04 11:00:00", "anna");
    assert_eq!(part(&story, DVX), "called_back 1");
    story.taken("c3", DVX, "2024-03-04 12:00:00", "anna");
    assert_eq!(part(&story, DVX), "redialled_answered 1");
}

#[test]
fn a_short_call_stays_short_even_when_it_was_redialled_or_cut_by_the_system() {
    let mut story = Story::default();
    story.inbound("c1", DVX, "2024-03-04 10:00:00", "anna").lost("c1", "2024-03-04 10:00:04", "system_error", 4_000);
    story.taken("c2", DVX, "2024-03-04 10:01:00", "anna");
    assert_eq!(part(&story, DVX), "waited_under_10s 1");
}

#[test]
fn a_caller_without_a_key_is_called_back_only_by_the_calls_id() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", HIDDEN).taken("c2", DVX, "2024-03-04 10:10:00", HIDDEN);
    story.outbound("c3", DVX, "2024-03-04 11:00:00", HIDDEN);
    assert_eq!(part(&story, DVX), "not_called_back 1");
    story.returning("c4", DVX, "2024-03-04 12:00:00", HIDDEN, "c1").answered("c4", "2024-03-04 12:00:09");
    assert_eq!(part(&story, DVX), "called_back 1, called_back_reached 1");
}

#[test]
fn a_callback_of_the_next_day_or_from_before_does_not_count() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", "anna");
    story.outbound("before", DVX, "2024-03-04 09:00:00", "anna").outbound(
        "at_once",
        DVX,
        "2024-03-04 10:00:00",
        "anna",
    );
    story.returning("next", DVX, "2024-03-05 09:00:00", "anna", "c1").answered("next", "2024-03-05 09:00:09");
    assert_eq!(part(&story, DVX), "not_called_back 1");
}
