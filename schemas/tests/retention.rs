//! Retention rules: what they order on a day, and which of them are refused.
#![allow(clippy::unwrap_used)]

use chrono::{Days, Months, NaiveDate};
use meyar_schemas::{
    Subject,
    deletions::{Deletion, What},
    reference::Reference,
};
use proptest::prelude::*;
use std::{fs, path::PathBuf};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(table: &str, what: &str, keep: &str, from: &str, to: &str) -> String {
    let to = if to.is_empty() { String::new() } else { format!("valid_to = \"{to}\"\n") };
    format!(
        "[[row]]\ntable_name = \"{table}\"\nwhat = \"{what}\"\npurpose = \"p\"\nname_az = \"a\"\nname_en = \"e\"\n{keep}\nvalid_from = \"{from}\"\n{to}source = \"x\"\nunconfirmed = true\n"
    )
}

fn reference(file: &str, rules: &str) -> Result<Reference, String> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(file), rules).unwrap();
    Reference::load(Some(dir.path())).map_err(|e| e.to_string())
}

fn with(rules: &str) -> Result<Reference, String> {
    reference("retention.toml", rules)
}

#[test]
fn recordings_are_kept_for_the_caller_s_right_to_a_copy_and_a_shorter_rule_is_refused_in_one_line() {
    let shipped = Reference::load(None).unwrap();
    let today = day("2026-11-29");
    let recordings = shipped.orders(today).unwrap().into_iter().find(|order| order.table == "recordings").unwrap();
    assert!(recordings.before < day("2026-08-29"), "{recordings:?}");
    assert!(shipped.retention.rows().iter().all(|rule| rule.unconfirmed), "no source fixes a term");

    for short in ["keep_months = 2", "keep_days = 89", "keep_days = 92"] {
        let refused = with(&rule("recordings", "content", short, "1970-01-01", "")).unwrap_err();
        for word in ["retention.toml recordings content", "shorter", "3 months", "retention_minimums.toml"] {
            assert!(refused.contains(word) && !refused.contains('\n'), "{refused}");
        }
    }
    for long in ["keep_months = 3", "keep_days = 93", "keep_days = 400"] {
        with(&rule("recordings", "content", long, "1970-01-01", "")).unwrap();
    }
    // A rule that was in force for a while only is held against the law of then.
    let later = rule("recordings", "row", "keep_months = 3", "2020-01-01", "");
    assert!(with(&(rule("recordings", "row", "keep_days = 1", "1990-01-01", "2019-12-31") + &later)).is_err());
    // What must be kept is data, too: a centre that learns the Rules' own term writes it down.
    let longer = "[[row]]\ntable_name = \"transcripts\"\nname_az = \"a\"\nname_en = \"e\"\nkeep_days = 4000\nvalid_from = \"1970-01-01\"\nsource = \"x\"\nunconfirmed = false\n";
    assert!(reference("retention_minimums.toml", longer).unwrap_err().contains("transcripts"));
}

#[test]
fn the_access_log_is_kept_longest_and_what_people_wrote_of_one_another_longer_than_a_dispute() {
    let shipped = Reference::load(None).unwrap();
    let orders = shipped.orders(day("2026-11-29")).unwrap();
    let first = orders.iter().min_by_key(|order| order.before).unwrap();
    assert_eq!((first.table.as_str(), first.what), (Subject::Access.table(), What::Content));
    assert!(orders.iter().all(|order| order.what == What::Content), "numbers, states and the chain stay");
    for (table, short) in
        [("assessments", "keep_months = 11"), ("records", "keep_months = 11"), ("access_log", "keep_months = 35")]
    {
        let refused = with(&rule(table, "content", short, "1970-01-01", "")).unwrap_err();
        assert!(refused.contains("shorter") && refused.contains(table), "{refused}");
    }
}

#[test]
fn a_rule_that_names_no_table_or_no_period_is_refused_with_what_to_write() {
    let refused = |table: &str, keep: &str| with(&rule(table, "row", keep, "1970-01-01", "")).unwrap_err();
    assert!(refused("transcrpts", "keep_days = 90").contains("transcripts"));
    assert!(refused("deletions", "keep_days = 90").contains("record of what was deleted"));
    let letters = refused("dead_letters", "keep_days = 400");
    assert!(letters.contains("P3") && letters.contains("content"), "{letters}");
    for keep in ["", "keep_days = 0", "keep_months = 3\nkeep_days = 90", "keep_days = 99999"] {
        assert!(refused("transcripts", keep).contains("either keep_days"), "{keep}");
    }
    assert!(with(&rule("transcripts", "words", "keep_days = 9", "1970-01-01", "")).is_err());
    assert_eq!(with("").unwrap().orders(day("2026-11-29")).unwrap(), [], "a centre may keep everything");
}

#[test]
fn the_rule_of_the_day_counts_and_a_person_s_choice_is_one_of_their_own() {
    let rules = rule("transcripts", "content", "keep_months = 12", "2020-01-01", "2026-06-30")
        + &rule("transcripts", "content", "keep_days = 100", "2026-07-01", "")
        + &rule("dead_letters", "content", "keep_days = 180", "2020-01-01", "");
    let reference = with(&rules).unwrap();
    let before = |on: &str| reference.orders(day(on)).unwrap()[0].before;
    assert_eq!(before("2026-06-30"), day("2025-06-30"));
    assert_eq!(before("2026-07-01"), day("2026-03-23"));

    let own = reference.order_by("dead_letters", 30, day("2026-11-29"), " Aysel N. ").unwrap();
    assert_eq!((own.before, own.what, own.by.as_deref()), (day("2026-10-30"), What::Content, Some("Aysel N.")));
    assert!(reference.order_by("dead_letters", 30, day("2026-11-29"), " ").unwrap_err().to_string().contains("by"));
    assert!(reference.order_by("appeals", 30, day("2026-11-29"), "A").unwrap_err().to_string().contains("appeals"));
}

#[test]
fn every_rule_that_is_shipped_is_of_a_table_and_names_its_purpose() {
    let text = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reference/retention.toml")).unwrap();
    let rules = Reference::load(None).unwrap().retention;
    assert_eq!(rules.rows().len(), text.matches("[[row]]").count());
    assert!(rules.rows().iter().all(|rule| Subject::of_table(&rule.table_name).is_ok() && !rule.purpose.is_empty()));
}

proptest! {
    /// Whatever the months' lengths, a row goes only when its period is over.
    #[test]
    fn nothing_goes_a_day_too_soon(today in 0u64..40_000, months in 1u32..40) {
        let today = day("1975-01-01") + Days::new(today);
        let rules = rule("transcripts", "content", &format!("keep_months = {months}"), "1970-01-01", "");
        let before = with(&rules).unwrap().orders(today).unwrap()[0].before;
        let last = before.pred_opt().unwrap();
        prop_assert!(last.checked_add_months(Months::new(months)).unwrap() < today, "{last} goes on {today}");
        // And not much later: a day after its period at most, for each day that its month is longer.
        prop_assert!((before + Days::new(3)).checked_add_months(Months::new(months)).unwrap() >= today);
    }
}

#[test]
fn what_was_begun_by_a_rule_that_was_mended_does_not_go_on() {
    let today = day("2026-11-29");
    let begun = |reference: &Reference, by: Option<&str>| -> Deletion {
        let mut order = reference.orders(today).unwrap().remove(0);
        order.by = by.map(str::to_owned);
        let mut told = serde_json::to_value(order).unwrap();
        let found = serde_json::json!({"deletion_id": "d1", "at": "2026-11-29T05:00:00Z", "phase": "begun", "rows": 1, "first_day": "2026-01-01",
            "last_day": "2026-01-01", "files": 1, "bytes": 1, "objects": 0, "object_bytes": 0, "ids_sha256": "0".repeat(64)});
        told.as_object_mut().unwrap().extend(found.as_object().unwrap().clone());
        serde_json::from_value(told).unwrap()
    };
    let with_months = |months: u32| {
        with(&rule("transcripts", "content", &format!("keep_months = {months}"), "1970-01-01", "")).unwrap()
    };
    let (mistyped, mended) = (with_months(1), with_months(12));
    mistyped.still_orders(&begun(&mistyped, None), today).unwrap();
    mistyped.still_orders(&begun(&mended, None), today).unwrap();
    let refused = mended.still_orders(&begun(&mistyped, None), today).unwrap_err().to_string();
    assert!(refused.contains("transcripts/_deleting/d1.json") && refused.contains("2026-10-29"), "{refused}");
    assert!(with("").unwrap().still_orders(&begun(&mistyped, None), today).is_err(), "the rule is gone");
    // A person's own choice is held against what must be kept alone.
    mended.still_orders(&begun(&mistyped, Some("Aysel N.")), today).unwrap();
    let least = "[[row]]\ntable_name = \"transcripts\"\nname_az = \"a\"\nname_en = \"e\"\nkeep_days = 90\nvalid_from = \"1970-01-01\"\nsource = \"x\"\nunconfirmed = false\n";
    let raised = reference("retention_minimums.toml", least).unwrap();
    assert!(raised.still_orders(&begun(&mistyped, Some("Aysel N.")), today).is_err());
}
