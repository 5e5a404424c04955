use super::story::{APARAT, DVX, EMDX, HIDDEN, Story};
use serde_json::json;

#[test]
fn an_answered_call_waits_from_its_queue_and_without_one_from_being_offered() {
    let mut story = Story::default();
    story.inbound("c1", DVX, "2024-03-04 10:00:00", "anna").queued("c1", "2024-03-04 10:00:20");
    story.answered("c1", "2024-03-04 10:00:30");
    story.inbound("c2", DVX, "2024-03-04 11:00:00", "beka").answered("c2", "2024-03-04 11:00:05");
    story.queued("c2", "2024-03-04 11:01:00"); // transferred to a queue later: not a wait
    story.says("calls_by_line/195-1-1", &[("offered", 2.0), ("answered", 2.0), ("mean_wait_s", 7.5)]);
}

#[test]
fn thirty_seconds_are_in_time_and_a_millisecond_more_is_not() {
    let mut story = Story::default();
    story.inbound("c1", DVX, "2024-03-04 10:00:00", "anna").answered("c1", "2024-03-04 10:00:30");
    story.inbound("c2", DVX, "2024-03-04 11:00:00", "beka").answered("c2", "2024-03-04 11:00:30.001");
    assert_eq!(story.kpi(DVX, "accept_30s"), (1.0, 2.0));
    assert_eq!(story.kpi("total", "accept_total"), (2.0, 2.0));
}

#[test]
fn handling_is_talk_hold_and_after_call_work() {
    let mut story = Story::default();
    story.taken("c1", DVX, "2024-03-04 10:00:00", "anna");
    story.step("c1", "2024-03-04 10:01:00", json!({"kind": "hold", "phase": "started"}));
    story.step("c1", "2024-03-04 10:02:00", json!({"kind": "hold", "phase": "ended"}));
    let ended = json!({"kind": "ended", "ended_by": "caller", "recorded": true, "wrap_up_ms": 15_000});
    story.step("c1", "2024-03-04 10:03:00", ended);
    story.taken("c2", DVX, "2024-03-04 11:00:00", "beka"); // its end was never told
    story.says("calls_by_line/195-1-1", &[("mean_handle_s", 195.0), ("answered", 2.0)]);
}

#[test]
fn exactly_ten_seconds_is_short_and_is_shown() {
    let mut story = Story::default();
    for (call, waited_ms) in [("c1", 9_999), ("c2", 10_000), ("c3", 10_001)] {
        story.inbound(call, DVX, "2024-03-04 10:00:00", call);
        story.lost(call, "2024-03-04 10:00:10", "abandoned_in_queue", waited_ms);
    }
    story.says("calls_by_line/195-1-1", &[("lost", 3.0), ("lost_exactly_10s", 1.0), ("mean_wait_short_s", 9.9995)]);
    story.says("lost_parts/195-1-1", &[("waited_under_10s", 2.0), ("not_called_back", 1.0)]);
    assert_eq!(story.kpi(DVX, "lost_gt10"), (1.0, 3.0));
    assert_eq!(story.kpi(DVX, "lost_gt10_excl_short"), (1.0, 1.0));
}

#[test]
fn off_hours_is_what_the_menu_dealt_with_alone() {
    let mut story = Story::default();
    let night = "2024-03-04 20:00:00";
    story.inbound("silent", DVX, night, "a");
    story.inbound("refused", DVX, night, "b").lost("refused", night, "refused", 12_000);
    story.inbound("hung_up", DVX, night, "c").lost("hung_up", night, "abandoned_in_ivr", 12_000);
    story.inbound("order", DVX, night, "d").ordered("order", night);
    // Nobody was told how the silent one ended.
    let told = [("off_hours", 3.0), ("offered", 1.0), ("unfinished", 1.0), ("lost", 0.0), ("ordered", 0.0)];
    story.says("calls_by_line/195-1-1", &told);

    story.inbound("queued", DVX, night, "e").queued("queued", night);
    story.taken("answered", DVX, night, "f");
    story.abandoned("abandoned", DVX, night, "g");
    story.inbound("cut", DVX, night, "h").lost("cut", night, "system_error", 12_000);
    let live = [("off_hours", 3.0), ("offered", 5.0), ("unfinished", 2.0), ("answered", 1.0), ("lost", 2.0)];
    story.says("calls_by_line/195-1-1", &live);
}

#[test]
fn live_hours_begin_with_nine_and_end_before_eighteen_on_working_days() {
    let offered = |clock: &str| {
        let mut story = Story::default();
        story.inbound("c1", DVX, clock, "anna").lost("c1", clock, "abandoned_in_ivr", 1_000);
        story.year()["calls_by_line/195-1-1/offered"]
    };
    assert_eq!(offered("2024-03-04 08:59:59.999"), 0.0);
    assert_eq!(offered("2024-03-04 09:00:00"), 1.0);
    assert_eq!(offered("2024-03-04 17:59:59.999"), 1.0);
    assert_eq!(offered("2024-03-04 18:00:00"), 0.0);
    assert_eq!(offered("2024-03-08 12:00:00"), 0.0, "Women's Day");
    assert_eq!(offered("2024-03-09 12:00:00"), 0.0, "Saturday");
    assert_eq!(offered("2024-03-25 12:00:00"), 0.0, "a rest day in place of another");
}

#[test]
fn an_unanswered_order_in_live_hours_is_ordered_and_an_untold_end_is_unfinished() {
    let mut story = Story::default();
    story.inbound("c1", EMDX, "2024-03-04 10:00:00", "anna").ordered("c1", "2024-03-04 10:01:00");
    story.inbound("c2", EMDX, "2024-03-04 10:00:00", "beka").queued("c2", "2024-03-04 10:00:02");
    story.taken("c3", EMDX, "2024-03-04 10:00:00", "cem").ordered("c3", "2024-03-04 10:01:00");
    story.says("calls_by_line/total", &[("offered", 3.0), ("ordered", 1.0), ("unfinished", 1.0), ("answered", 1.0)]);
}

#[test]
fn a_call_belongs_to_the_day_and_line_of_its_offer_in_baku() {
    let mut story = Story::default();
    story.abandoned("last_year", DVX, "2023-12-31 23:59:59", "anna");
    story.abandoned("this_year", APARAT, "2024-01-01 00:00:00", "beka");
    story.abandoned("next_year", DVX, "2025-01-01 00:00:00", "cem");
    story.says("calls_by_line/total", &[("lost", 1.0)]);
    story.says("calls_by_line/195-1-2", &[("lost", 1.0)]);
    story.says("kpi_by_month/2024-01/total/lost_gt10", &[("numerator", 1.0), ("denominator", 1.0)]);
    story.says("kpi_by_month/2024-12/total/lost_gt10", &[("denominator", 0.0)]);
}

#[test]
fn a_call_that_was_never_offered_and_a_call_of_the_centre_are_not_incoming() {
    let mut story = Story::default();
    story.taken("c1", DVX, "2024-03-04 10:00:00", "anna");
    story.told.remove(0);
    story.outbound("c2", DVX, "2024-03-04 11:00:00", "anna").answered("c2", "2024-03-04 11:00:10");
    story.says("calls_by_line/195-1-1", &[("offered", 0.0), ("answered", 0.0), ("outbound", 1.0)]);
}

#[test]
fn zero_in_the_menu_is_counted_once_a_call() {
    let mut story = Story::default();
    let zero = |key: &str| json!({"kind": "ivr_step", "node": "main", "key": key});
    story.taken("c1", DVX, "2024-03-04 10:00:00", "anna").step("c1", "2024-03-04 10:00:00", zero("0"));
    story.step("c1", "2024-03-04 10:00:00", zero("0"));
    story.abandoned("c2", DVX, "2024-03-04 10:00:00", "beka").step("c2", "2024-03-04 10:00:00", zero("0"));
    story.taken("c3", DVX, "2024-03-04 10:00:00", "cem").step("c3", "2024-03-04 10:00:00", zero("10"));
    story.inbound("c4", DVX, "2024-03-04 22:00:00", HIDDEN).step("c4", "2024-03-04 22:00:01", zero("0"));
    story.lost("c4", "2024-03-04 22:00:02", "abandoned_in_ivr", 2_000);
    story.says("ivr_zero/195-1-1", &[("pressed", 2.0), ("answered", 1.0), ("pressed_off_hours", 1.0)]);
}
