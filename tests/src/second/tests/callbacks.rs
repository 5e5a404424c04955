use super::story::{APARAT, DVX, EMDX, HIDDEN, Story};

#[test]
fn a_caller_is_due_once_a_day_on_the_line_of_the_first_lost_call() {
    let mut story = Story::default();
    story.abandoned("c1", EMDX, "2024-03-04 10:00:00", "anna").abandoned("c2", DVX, "2024-03-04 11:00:00", "anna");
    story.abandoned("c3", DVX, "2024-03-05 11:00:00", "anna");
    story.says("callbacks/195-1-3", &[("due", 1.0), ("done", 0.0)]);
    story.says("callbacks/195-1-1", &[("due", 1.0)]);
    story.outbound("back", DVX, "2024-03-04 10:30:00", "anna").answered("back", "2024-03-04 10:30:10");
    story.says("callbacks/195-1-3", &[("due", 1.0), ("done", 1.0), ("reached", 1.0)]);
    // A later lost call, called back in vain, does not undo that the person was reached.
    story.outbound("in_vain", DVX, "2024-03-04 11:30:00", "anna");
    story.says("callbacks/195-1-3", &[("due", 1.0), ("done", 1.0), ("reached", 1.0)]);
    assert_eq!(story.kpi("total", "callback_due_done"), (1.0, 2.0));
    assert_eq!(story.kpi("total", "callback_reached"), (1.0, 2.0));
}

#[test]
fn who_was_short_or_redialled_is_not_due_and_does_not_set_the_line() {
    let mut story = Story::default();
    story.inbound("c1", APARAT, "2024-03-04 10:00:00", "anna").lost(
        "c1",
        "2024-03-04 10:00:04",
        "abandoned_in_queue",
        4_000,
    );
    story.abandoned("c2", EMDX, "2024-03-04 11:00:00", "anna").taken("c3", EMDX, "2024-03-04 11:10:00", "anna");
    story.says("callbacks/total", &[("due", 0.0)]);
    story.abandoned("c4", DVX, "2024-03-04 12:00:00", "anna");
    story.says("callbacks/195-1-1", &[("due", 1.0)]);
    story.says("callbacks/total", &[("due", 1.0)]);
}

#[test]
fn each_lost_call_without_a_key_is_a_person_of_its_own() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", HIDDEN).abandoned("c2", DVX, "2024-03-04 10:00:00", HIDDEN);
    story.returning("back", DVX, "2024-03-04 11:00:00", HIDDEN, "c2");
    story.says("callbacks/195-1-1", &[("due", 2.0), ("done", 1.0), ("reached", 0.0)]);
}

#[test]
fn recovered_calls_were_redialled_or_reached() {
    let mut story = Story::default();
    story.abandoned("c1", DVX, "2024-03-04 10:00:00", "anna").taken("c2", DVX, "2024-03-04 10:10:00", "anna");
    story.abandoned("c3", DVX, "2024-03-04 10:00:00", "beka").outbound("c4", DVX, "2024-03-04 10:10:00", "beka");
    story.abandoned("c5", DVX, "2024-03-04 10:00:00", "cem").outbound("c6", DVX, "2024-03-04 10:10:00", "cem");
    story.answered("c6", "2024-03-04 10:10:10");
    story.inbound("c7", DVX, "2024-03-04 10:00:00", "dana").lost(
        "c7",
        "2024-03-04 10:00:09",
        "abandoned_in_ivr",
        9_000,
    );
    assert_eq!(story.kpi(DVX, "recovered"), (2.0, 3.0));
}

#[test]
fn an_order_is_done_by_the_end_of_the_next_working_day() {
    let order = |back: &str| {
        let mut story = Story::default();
        story.inbound("c1", DVX, "2024-03-07 19:00:00", "anna").ordered("c1", "2024-03-07 19:01:00"); // a Thursday
        story.returning("c2", DVX, back, "anna", "c1");
        story.kpi(DVX, "callback_order_done")
    };
    assert_eq!(order("2024-03-07 18:00:00"), (0.0, 1.0), "before the order");
    assert_eq!(order("2024-03-08 10:00:00"), (1.0, 1.0), "on the holiday between");
    assert_eq!(order("2024-03-11 23:59:59"), (1.0, 1.0), "on Monday");
    assert_eq!(order("2024-03-12 00:00:00"), (0.0, 1.0), "a day late");
}

#[test]
fn an_order_without_a_key_is_done_by_naming_it() {
    let mut story = Story::default();
    story.inbound("c1", DVX, "2024-03-04 19:00:00", HIDDEN).ordered("c1", "2024-03-04 19:01:00");
    story.outbound("c2", DVX, "2024-03-05 10:00:00", HIDDEN);
    story.says("callbacks/195-1-1", &[("orders", 1.0), ("orders_done", 0.0)]);
    story.returning("c3", DVX, "2024-03-05 10:00:00", HIDDEN, "c1");
    story.says("callbacks/195-1-1", &[("orders", 1.0), ("orders_done", 1.0)]);
}
