use super::story::{APARAT, DVX, HIDDEN, Story, at};
use serde_json::json;

/// Calls and sheets of every kind that the reconciliation lists.
fn everything() -> Story {
    let mut story = Story::default();
    let day = "2024-03-04 10:00:00";
    for call in ["plain", "one_sheet", "three_sheets", "later_sheet"] {
        story.taken(call, DVX, day, call);
    }
    story.opened("s1", "proposal", day, "one_sheet");
    for sheet in ["s2", "s3", "s4"] {
        story.opened(sheet, "complex_question", day, "three_sheets");
    }
    story.opened("s5", "proposal", "2025-01-02 10:00:00", "later_sheet");
    story.sheet("s1", "proposal", day, json!({"kind": "forwarded", "to_unit": "Şöbə"}));
    story.sheet("s2", "complex_question", day, json!({"kind": "answered"}));
    story.sheet("s2", "complex_question", "2024-04-04 10:00:00", json!({"kind": "reopened"}));
    story.sheet("s2", "complex_question", "2024-04-05 10:00:00", json!({"kind": "answered"}));
    story.sheet("old", "complex_question", "2024-01-04 10:00:00", json!({"kind": "answered"}));
    story.sheet("back", "proposal", day, json!({"kind": "opened", "origin": "callback", "call_id": "reached_by"}));
    story.sheet("order", "proposal", day, json!({"kind": "opened", "origin": "order"}));
    story.opened("nowhere", "proposal", day, "unknown");
    story.inbound("unfinished", DVX, day, "u").inbound("ordered", DVX, day, "o").ordered("ordered", day);
    story.abandoned("redialled", DVX, day, "r").taken("redial", APARAT, "2024-03-04 10:30:00", "r");
    story.abandoned("reached", DVX, day, "x").outbound("reached_by", DVX, "2024-03-04 11:00:00", "x");
    story.answered("reached_by", "2024-03-04 11:00:10");
    story.abandoned("tried", DVX, day, "y").outbound("tried_by", DVX, "2024-03-04 11:00:00", "y");
    story.abandoned("forgotten", DVX, day, HIDDEN);
    story.inbound("cut", DVX, day, HIDDEN).lost("cut", day, "system_error", 60_000);
    story.inbound("short", DVX, day, HIDDEN).lost("short", day, "abandoned_in_queue", 1_000);
    story
}

#[test]
fn directions_are_of_four_kinds() {
    let directions =
        [("immediate", 1.0), ("sheets_answered", 3.0), ("sheets_forwarded", 1.0), ("lost_no_contact", 4.0)];
    everything().says("directions/195-1-1", &directions);
    everything().says("directions/195-1-2", &[("immediate", 1.0), ("sum", 1.0)]);
    everything().says("directions/total", &[("sum", 10.0)]);
}

#[test]
fn the_reconciliation_explains_the_whole_difference() {
    let items = [
        ("incoming", 12.0),
        ("unfinished", 1.0),
        ("ordered", 1.0),
        ("redialled", 1.0),
        ("reached", 1.0),
        ("sheets_carried_in", 1.0),
        ("sheets_carried_out", 5.0),
        ("sheets_reopened", 1.0),
        ("sheets_in_callbacks_and_orders", 2.0),
        ("further_sheets_of_a_call", 2.0),
        ("sheets_without_a_call", 1.0),
        ("calls_with_sheets_of_another_period", 1.0),
        ("residual", 0.0),
    ];
    everything().says("reconciliation/195-1-1", &items);
    everything().says("reconciliation/total", &[("incoming", 13.0), ("residual", 0.0)]);
}

#[test]
fn a_sheet_of_another_line_than_its_call_is_told_as_such() {
    let mut story = Story::default();
    story.taken("c1", APARAT, "2024-03-04 10:00:00", "anna");
    story.opened("s1", "proposal", "2024-03-04 10:00:00", "c1");
    story.says("reconciliation/195-1-1", &[("sheets_of_another_line", 1.0), ("residual", 0.0)]);
    story.says("reconciliation/195-1-2", &[("sheets_of_another_line", -1.0), ("residual", 0.0)]);
    story.says("reconciliation/total", &[("sheets_of_another_line", 0.0), ("residual", 0.0)]);
}

#[test]
fn a_topic_is_the_first_of_an_appeals_topics() {
    let mut story = Story::default();
    story.taken("c1", DVX, "2024-03-04 10:00:00", "anna");
    story.appeal("a1", "c1", "2024-03-04 10:01:00", "law_explanation", "immediate");
    story.appeal("a2", "c1", "2024-03-04 10:02:00", "operation_support", "immediate");
    story.appeal("a3", "c1", "2024-03-04 10:03:00", "operation_support", "redirected");
    story.says("appeals_by_topic/195-1-1", &[("law_explanation", 1.0), ("operation_support", 2.0), ("other", 0.0)]);
    story.says("appeals/total", &[("count", 3.0)]);
}

#[test]
fn an_urgent_appeal_is_escalated_by_the_first_transfer_or_forwarded_sheet() {
    let mut story = Story::default();
    for (call, appeal) in [("c1", "a1"), ("c2", "a2"), ("c3", "a3")] {
        story.taken(call, DVX, "2024-03-04 10:00:00", call);
        let data = json!({"appeal_id": appeal, "at": at("2024-03-04 10:01:00"), "call_id": call, "line": DVX,
            "nature": "complaint", "topics": ["other"], "direction": "sheet_forwarded", "urgent": true});
        story.tell("appeals.events", data);
    }
    story.step("c1", "2024-03-04 10:04:00", json!({"kind": "transferred", "to_kind": "external", "to": "112"}));
    for call in ["c1", "c2"] {
        let sheet = format!("s-{call}");
        story.opened(&sheet, "body_complaint", "2024-03-04 10:02:00", call);
        let forwarded = json!({"kind": "forwarded", "to_unit": "Şöbə"});
        story.sheet(&sheet, "body_complaint", "2024-03-04 10:10:00", forwarded);
    }
    story.says("urgent/195-1-1", &[("urgent", 3.0), ("escalated", 2.0), ("mean_minutes", 7.0)]);
}
