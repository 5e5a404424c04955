use super::story::{DVX, HIDDEN, Story};
use serde_json::json;

const QUESTION: &str = "complex_question";
const COMPLAINT: &str = "body_complaint";

fn balance(story: &Story, under: &str, expected: [f64; 6]) {
    let [carried_in, compiled, reopened, answered, forwarded, carried_out] = expected;
    let cells = [
        ("carried_in", carried_in),
        ("compiled", compiled),
        ("reopened", reopened),
        ("answered", answered),
        ("forwarded", forwarded),
        ("carried_out", carried_out),
        ("residual", 0.0),
    ];
    story.says(under, &cells);
}

#[test]
fn what_a_month_carries_out_the_next_carries_in() {
    let mut story = Story::default();
    story.opened("m1", QUESTION, "2024-01-31 23:59:59", "c1");
    story.sheet("m1", QUESTION, "2024-02-01 00:00:00", json!({"kind": "carried", "into_month": "2024-02"}));
    story.sheet("m1", QUESTION, "2024-03-01 00:00:00", json!({"kind": "answered"}));
    balance(&story, "sheets_by_month/2024-01/195-1-1/complex_question", [0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    balance(&story, "sheets_by_month/2024-02/195-1-1/complex_question", [1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    balance(&story, "sheets_by_month/2024-03/195-1-1/complex_question", [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    balance(&story, "sheets/total/all", [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn a_reopened_sheet_is_open_until_it_is_closed_again_and_a_second_answer_changes_nothing() {
    let mut story = Story::default();
    story.opened("m1", QUESTION, "2024-01-10 10:00:00", "c1");
    story.sheet("m1", QUESTION, "2024-01-11 10:00:00", json!({"kind": "answered"}));
    story.sheet("m1", QUESTION, "2024-01-12 10:00:00", json!({"kind": "answered"}));
    story.sheet("m1", QUESTION, "2024-02-10 10:00:00", json!({"kind": "reopened"}));
    story.sheet("m1", QUESTION, "2024-02-11 10:00:00", json!({"kind": "reopened"}));
    story.sheet("m1", QUESTION, "2024-03-10 10:00:00", json!({"kind": "forwarded", "to_unit": "Şöbə"}));
    balance(&story, "sheets_by_month/2024-01/195-1-1/all", [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
    balance(&story, "sheets_by_month/2024-02/195-1-1/all", [0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
    balance(&story, "sheets_by_month/2024-03/195-1-1/all", [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    balance(&story, "sheets/195-1-1/all", [0.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
}

#[test]
fn a_sheet_that_was_never_opened_was_open_from_before_the_records() {
    let mut story = Story::default();
    story.sheet("m1", QUESTION, "2024-05-10 10:00:00", json!({"kind": "answered"}));
    story.sheet("m2", QUESTION, "2025-01-10 10:00:00", json!({"kind": "answered"}));
    story.sheet("m3", QUESTION, "2023-01-10 10:00:00", json!({"kind": "answered"}));
    balance(&story, "sheets/195-1-1/complex_question", [2.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!(story.kpi(DVX, "mv_days"), (0.0, 0.0), "the day it was opened is not known");
}

#[test]
fn sheet_days_are_working_days_without_the_first_and_with_the_last() {
    let mut story = Story::default();
    story.opened("m1", QUESTION, "2024-03-07 10:00:00", "c1"); // a Thursday before a holiday and a weekend
    story.sheet("m1", QUESTION, "2024-03-12 10:00:00", json!({"kind": "answered"}));
    story.opened("m2", "e_service_error", "2024-03-12 09:00:00", "c1");
    story.sheet("m2", "e_service_error", "2024-03-12 17:00:00", json!({"kind": "answered"}));
    story.opened("m3", COMPLAINT, "2024-03-07 10:00:00", "c1");
    story.sheet("m3", COMPLAINT, "2024-03-12 10:00:00", json!({"kind": "answered"}));
    assert_eq!(story.kpi(DVX, "mv_days"), (2.0, 2.0));
    assert_eq!(story.kpi(DVX, "mv_calendar_days"), (5.0, 2.0));
}

#[test]
fn the_share_of_query_sheets_is_of_answered_calls() {
    let mut story = Story::default();
    story.taken("c1", DVX, "2024-03-04 10:00:00", HIDDEN).taken("c2", DVX, "2024-03-04 11:00:00", HIDDEN);
    story.opened("m1", QUESTION, "2024-03-04 10:05:00", "c1").opened("m2", COMPLAINT, "2024-03-04 10:05:00", "c1");
    assert_eq!(story.kpi(DVX, "mv_query_share"), (1.0, 2.0));
}

#[test]
fn a_forwarded_complaint_is_outstanding_until_its_result_returns() {
    let mut story = Story::default();
    for sheet in ["m1", "m2", "m3"] {
        story.opened(sheet, COMPLAINT, "2024-11-10 10:00:00", "c1");
        story.sheet(sheet, COMPLAINT, "2024-11-11 10:00:00", json!({"kind": "forwarded", "to_unit": "Şöbə"}));
    }
    story.sheet("m2", COMPLAINT, "2024-12-31 23:59:59", json!({"kind": "result_returned"}));
    story.sheet("m3", COMPLAINT, "2025-01-01 00:00:00", json!({"kind": "result_returned"}));
    story.opened("m4", QUESTION, "2024-11-10 10:00:00", "c1");
    story.sheet("m4", QUESTION, "2024-11-11 10:00:00", json!({"kind": "forwarded", "to_unit": "Şöbə"}));
    story.says("complaint_results_outstanding/195-1-1", &[(COMPLAINT, 2.0), ("third_party_complaint", 0.0)]);
}

#[test]
fn an_opinion_is_in_one_of_five_states_at_the_end_of_the_year() {
    let mut story = Story::default();
    let ask = |story: &mut Story, sheet: &str, due_on: &str| {
        story.opened(sheet, QUESTION, "2024-12-10 10:00:00", "c1");
        let request =
            json!({"kind": "opinion_requested", "to_unit": "Şöbə", "term_working_days": 10, "due_on": due_on});
        story.sheet(sheet, QUESTION, "2024-12-11 10:00:00", request);
    };
    ask(&mut story, "in_time", "2024-12-25");
    story.sheet("in_time", QUESTION, "2024-12-25 23:59:59", json!({"kind": "opinion_received"}));
    ask(&mut story, "late", "2024-12-25");
    story.sheet("late", QUESTION, "2024-12-26 00:00:00", json!({"kind": "opinion_received"}));
    ask(&mut story, "deemed", "2024-12-25");
    story.sheet("deemed", QUESTION, "2024-12-26 09:00:00", json!({"kind": "deemed_agreed"}));
    ask(&mut story, "silent", "2024-12-31");
    ask(&mut story, "waiting", "2025-01-06");
    story.sheet("waiting", QUESTION, "2025-01-03 09:00:00", json!({"kind": "opinion_received"}));
    let states =
        [("received_in_time", 1.0), ("received_late", 1.0), ("deemed_agreed", 1.0), ("silent", 1.0), ("waiting", 1.0)];
    story.says("opinions/195-1-1", &states);
}
