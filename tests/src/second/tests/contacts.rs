use super::story::{APARAT, DVX, HIDDEN, Story};
use serde_json::json;

const TOPIC: &str = "operation_support";
const FIRST: &str = "2024-03-04 10:00:00";

/// An immediate appeal of anna, and a second one of a caller on a line about a topic at a time.
fn after(line: &str, clock: &str, caller: &str, topic: &str) -> Story {
    let mut story = Story::default();
    story.taken("c1", DVX, FIRST, "anna").appeal("a1", "c1", FIRST, TOPIC, "immediate");
    story.inbound("c2", line, clock, caller).appeal("a2", "c2", clock, topic, "immediate");
    story
}

#[test]
fn a_repeat_at_exactly_seven_days_is_a_repeat_and_a_millisecond_later_is_not() {
    assert_eq!(after(DVX, "2024-03-11 10:00:00", "anna", TOPIC).kpi(DVX, "fcr"), (0.0, 1.0));
    assert_eq!(after(DVX, "2024-03-11 10:00:00.001", "anna", TOPIC).kpi(DVX, "fcr"), (1.0, 1.0));
}

#[test]
fn only_the_same_caller_line_and_topic_from_another_call_is_a_repeat() {
    let soon = "2024-03-05 10:00:00";
    assert_eq!(after(DVX, soon, "anna", TOPIC).kpi(DVX, "fcr"), (0.0, 1.0));
    assert_eq!(after(DVX, soon, "beka", TOPIC).kpi(DVX, "fcr"), (1.0, 1.0));
    assert_eq!(after(DVX, soon, HIDDEN, TOPIC).kpi(DVX, "fcr"), (1.0, 1.0));
    assert_eq!(after(APARAT, soon, "anna", TOPIC).kpi(DVX, "fcr"), (1.0, 1.0));
    assert_eq!(after(DVX, soon, "anna", "law_explanation").kpi(DVX, "fcr"), (1.0, 1.0));
    let mut same_call = after(DVX, soon, "beka", TOPIC);
    same_call.appeal("a3", "c1", "2024-03-04 10:05:00", TOPIC, "immediate");
    assert_eq!(same_call.kpi(DVX, "fcr"), (2.0, 2.0));
}

#[test]
fn sheets_redirections_and_topics_that_cannot_be_served_are_told_apart() {
    let mut story = Story::default();
    story.taken("c1", DVX, FIRST, HIDDEN);
    let appeals = [
        (TOPIC, "immediate"),
        (TOPIC, "sheet_answered"),
        (TOPIC, "sheet_forwarded"),
        (TOPIC, "redirected"),
        ("outside_remit", "immediate"),
        ("unlisted", "immediate"),
    ];
    for (n, (topic, direction)) in appeals.into_iter().enumerate() {
        story.appeal(&format!("a{n}"), "c1", FIRST, topic, direction);
    }
    story.inbound("c2", DVX, FIRST, HIDDEN).appeal("b", "c2", FIRST, TOPIC, "immediate"); // its call was not answered
    assert_eq!(story.kpi(DVX, "fcr"), (1.0, 4.0));
    assert_eq!(story.kpi(DVX, "fcr_no_repeat_rule"), (1.0, 4.0));
}

#[test]
fn a_repeat_of_the_next_year_counts_against_the_appeal_of_this_one() {
    let mut story = Story::default();
    story.taken("c1", DVX, "2024-12-30 10:00:00", "anna").appeal("a1", "c1", "2024-12-30 10:00:00", TOPIC, "immediate");
    story.taken("c2", DVX, "2025-01-03 10:00:00", "anna").appeal("a2", "c2", "2025-01-03 10:00:00", TOPIC, "immediate");
    assert_eq!(story.kpi(DVX, "fcr"), (0.0, 1.0));
    assert_eq!(story.kpi(DVX, "fcr_no_repeat_rule"), (1.0, 1.0));
}

fn answer(question: &str, score: u32, scale_max: u32) -> serde_json::Value {
    json!({"kind": "answered", "question": question, "score": score, "scale_max": scale_max})
}

#[test]
fn what_a_representative_answers_is_not_counted_with_what_callers_say() {
    let mut story = Story::default();
    let by = |respondent: &str, score: u32| json!({"kind": "answered", "question": "overall", "score": score, "scale_min": 1, "scale_max": 5, "respondent": respondent});
    story.survey("s1", "2024-03-04 09:00:00", by("caller", 5));
    story.survey("s2", "2024-03-04 09:00:00", by("representative", 1));
    story.survey("s3", "2024-03-04 09:00:00", answer("overall", 4, 5));
    story.says("satisfaction/195-1-1", &[("answered", 2.0), ("satisfied", 2.0)]);
}

#[test]
fn a_survey_belongs_to_the_day_of_its_first_event() {
    let mut story = Story::default();
    story.survey("s1", "2024-12-31 20:00:00", json!({"kind": "invited"}));
    story.survey("s1", "2025-01-01 09:00:00", answer("overall", 5, 5));
    story.survey("s2", "2023-12-31 20:00:00", json!({"kind": "invited"}));
    story.survey("s2", "2024-01-01 09:00:00", answer("overall", 1, 5));
    story.says("satisfaction/195-1-1", &[("invited", 1.0), ("answered", 1.0), ("satisfied", 1.0)]);
}

#[test]
fn four_of_five_is_satisfied_and_bounds_count_the_silent() {
    let mut story = Story::default();
    for (n, (score, scale)) in [(4, 5), (8, 10), (7, 10), (3, 5)].into_iter().enumerate() {
        let survey = format!("s{n}");
        story.survey(&survey, FIRST, json!({"kind": "invited"})).survey(
            &survey,
            FIRST,
            answer("overall", score, scale),
        );
        story.survey(&survey, FIRST, answer("resolved", u32::from(n == 0), 1));
    }
    story.survey("s4", FIRST, json!({"kind": "invited"})).survey("s4", FIRST, json!({"kind": "declined"}));
    let cells = [
        ("invited", 5.0),
        ("answered", 4.0),
        ("satisfied", 2.0),
        ("response_rate", 0.8),
        ("worst_case_low", 0.4),
        ("worst_case_high", 0.6),
    ];
    story.says("satisfaction/total", &cells);
    assert_eq!(story.kpi(DVX, "satisfaction"), (2.0, 4.0));
    assert_eq!(story.kpi(DVX, "fcr_survey"), (1.0, 4.0));
}

#[test]
fn wilsons_interval_is_the_published_one() {
    // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29; printed to four places.
    for (n, r, low, high) in [
        (263.0, 81.0, 0.2553, 0.3662),
        (148.0, 15.0, 0.0624, 0.1605),
        (20.0, 0.0, 0.0, 0.1611),
        (29.0, 1.0, 0.0061, 0.1718),
    ] {
        let found = crate::second::surveys::wilson(r, n);
        assert!((found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5, "{r} of {n}: {found:?}");
    }
}
