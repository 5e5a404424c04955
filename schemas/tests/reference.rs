//! Reference data: what holds on a day, and what a wrong file is told.
#![allow(clippy::unwrap_used)]

use chrono::NaiveDate;
use meyar_schemas::reference::{Line, LiveHours, Reference, Row, Table, Target, Threshold, tables};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn threshold(rows: &[(&str, &str, Option<&str>, f64)]) -> String {
    let row = |(name, from, to, value): &(&str, &str, Option<&str>, f64)| {
        let to = to.map(|to| format!("valid_to = \"{to}\"\n")).unwrap_or_default();
        format!(
            "[[row]]\nthreshold = \"{name}\"\nname_az = \"a\"\nname_en = \"e\"\nvalue = {value}\nunit = \"s\"\nvalid_from = \"{from}\"\n{to}source = \"x\"\nunconfirmed = true\n"
        )
    };
    rows.iter().map(row).collect()
}

#[test]
fn the_shipped_files_load_and_hold_what_the_annual_report_says() {
    let reference = Reference::load(None).unwrap();
    let on = day("2026-01-14");
    let lines: Vec<_> = reference.lines.all_on(on).map(|l| (l.line.as_str(), l.short.as_str())).collect();
    assert_eq!(lines, [("195-1-1", "DVX"), ("195-1-2", "Aparat"), ("195-1-3", "ƏMDX"), ("195-1-4", "AİBNDX")]);
    let targets: Vec<_> = reference.targets.all_on(on).map(|t| t.value).collect();
    assert_eq!(targets, [80.0, 90.0, 5.0, 30.0, 7.0, 97.0, 75.0, 85.0, 90.0]);
    assert_eq!(reference.threshold("accept_s", on).unwrap(), 30.0);
    assert_eq!(reference.threshold("lost_short_s", on).unwrap(), 10.0);
    assert!(reference.thresholds.on("satisfied_min_share", on).unwrap().unconfirmed);
    assert!(reference.targets.of("callback_due_done", Some("195-1-1"), on).unwrap().unconfirmed);
    assert_eq!(reference.topics.all_on(on).filter(|t| t.level == 1).count(), 6);
    assert_eq!(reference.live_hours.all_on(on).count(), 4 * 5);
    let monday = reference.live_hours.on("195-1-3 1", on).unwrap();
    assert_eq!((monday.opens.to_string().as_str(), monday.closes.to_string().as_str()), ("09:00:00", "18:00:00"));
}

#[test]
fn a_new_target_leaves_the_days_before_it_as_they_were() {
    let table = Table::<Threshold>::parse(&threshold(&[
        ("accept_s", "2020-01-01", Some("2025-12-31"), 30.0),
        ("accept_s", "2026-01-01", None, 20.0),
    ]))
    .unwrap();
    assert_eq!(table.on("accept_s", day("2025-12-31")).unwrap().value, 30.0);
    assert_eq!(table.on("accept_s", day("2026-01-01")).unwrap().value, 20.0);
}

#[test]
fn a_day_without_a_valid_row_is_an_error_that_says_which() {
    let table = Table::<Threshold>::parse(&threshold(&[("accept_s", "2020-01-01", None, 30.0)])).unwrap();
    let early = table.on("accept_s", day("2019-12-31")).unwrap_err();
    assert_eq!((early.value.as_str(), early.problem.as_str()), ("accept_s", "has no row valid on 2019-12-31"));
    assert_eq!(table.on("accept", day("2021-01-01")).unwrap_err().problem, "is not in the table");
}

#[test]
fn overlaps_and_gaps_are_refused() {
    let overlap = threshold(&[("a", "2020-01-01", Some("2026-01-01"), 1.0), ("a", "2026-01-01", None, 2.0)]);
    assert!(Table::<Threshold>::parse(&overlap).unwrap_err().problem.contains("overlaps"));
    let open_twice = threshold(&[("a", "2020-01-01", None, 1.0), ("a", "2026-01-01", None, 2.0)]);
    assert!(Table::<Threshold>::parse(&open_twice).unwrap_err().problem.contains("overlaps"));
    let gap = threshold(&[("a", "2020-01-01", Some("2025-12-30"), 1.0), ("a", "2026-01-01", None, 2.0)]);
    assert!(Table::<Threshold>::parse(&gap).unwrap_err().problem.contains("without a row"));
    let backwards = threshold(&[("a", "2020-01-01", Some("2019-01-01"), 1.0)]);
    assert!(Table::<Threshold>::parse(&backwards).unwrap_err().problem.contains("ends before"));
    let two_keys = threshold(&[("a", "2020-01-01", None, 1.0), ("b", "2020-01-01", None, 2.0)]);
    assert!(Table::<Threshold>::parse(&two_keys).is_ok());
}

#[test]
fn a_line_s_own_target_goes_before_the_one_for_all() {
    let row = |line: &str, value: u8| {
        format!(
            "[[row]]\ntarget = \"fcr\"\n{line}name_az = \"a\"\nname_en = \"e\"\ncomparison = \"at_least\"\nvalue = {value}\nunit = \"percent\"\nsort = 1\nvalid_from = \"2020-01-01\"\nsource = \"x\"\nunconfirmed = true\n"
        )
    };
    let table = Table::<Target>::parse(&(row("", 75) + &row("line = \"195-1-3\"\n", 70))).unwrap();
    let value = |line| table.of("fcr", line, day("2026-01-01")).unwrap().value;
    assert_eq!((value(None), value(Some("195-1-1")), value(Some("195-1-3"))), (75.0, 75.0, 70.0));
}

#[test]
fn a_wrong_file_is_told_its_row_and_field() {
    let shipped = fs::read_to_string(shipped_dir().join("lines.toml")).unwrap();
    let wrong = |from: &str, to: &str| Table::<Line>::parse(&shipped.replacen(from, to, 1)).unwrap_err().to_string();
    assert!(
        wrong("195-1-2", "195-1-9").starts_with("lines.toml row 2 line: `195-1-9` is not a line"),
        "{}",
        wrong("195-1-2", "195-1-9")
    );
    assert!(wrong("sort = 3", "srot = 3").contains("row 3"), "{}", wrong("sort = 3", "srot = 3"));
    assert!(wrong("\"1970-01-01\"", "\"01.01.1970\"").contains("row 1"));
    assert!(wrong("[[row]]", "[[rows]]").contains("[[row]]"));
    assert!(wrong("line = ", "line ").contains("near line"));
    let hours = fs::read_to_string(shipped_dir().join("live_hours.toml")).unwrap();
    let closed = Table::<LiveHours>::parse(&hours.replace("18:00", "08:00")).unwrap_err();
    assert_eq!(closed.field, "live_hours.toml row 1 closes");
}

#[test]
fn a_directory_overrides_file_by_file_and_a_misnamed_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let thresholds = fs::read_to_string(shipped_dir().join("thresholds.toml")).unwrap();
    fs::write(dir.path().join("thresholds.toml"), thresholds.replacen("value = 30", "value = 20", 1)).unwrap();
    let reference = Reference::load(Some(dir.path())).unwrap();
    assert_eq!(reference.threshold("accept_s", day("2026-01-14")).unwrap(), 20.0);
    assert_eq!(reference.lines.rows().len(), 4);
    fs::write(dir.path().join("treshold.toml"), "").unwrap();
    let stranger = Reference::load(Some(dir.path())).unwrap_err();
    assert_eq!(stranger.value, "treshold.toml");
    assert!(Reference::load(Some(&dir.path().join("absent"))).is_err());
}

#[test]
fn tables_are_flat_and_every_row_has_the_same_columns() {
    let tables = tables(None).unwrap();
    let names: Vec<_> = tables.keys().map(String::as_str).collect();
    let known = [
        "calendar",
        "lines",
        "live_hours",
        "published",
        "retention",
        "retention_minimums",
        "targets",
        "thresholds",
        "topics",
        "urgent_criteria",
    ];
    assert_eq!(names, known.map(|name| format!("ref_{name}")));
    for (name, rows) in &tables {
        let columns: BTreeSet<Vec<_>> = rows.iter().map(|row| row.keys().cloned().collect()).collect();
        assert_eq!(columns.len(), 1, "{name}");
        let columns = columns.first().unwrap();
        assert!(
            ["valid_from", "valid_to", "source", "unconfirmed"].iter().all(|c| columns.contains(&c.to_string())),
            "{name}"
        );
        assert!(rows.iter().all(|row| row.values().all(|v| !v.is_object() && !v.is_array())), "{name}");
    }
}

#[test]
fn every_shipped_row_names_its_source() {
    fn sourced<T: Row>(rows: &[T], source: impl Fn(&T) -> &str) {
        assert!(rows.iter().all(|row| !source(row).is_empty()), "{}", T::NAME);
    }
    let r = Reference::load(None).unwrap();
    sourced(r.lines.rows(), |x| &x.source);
    sourced(r.targets.rows(), |x| &x.source);
    sourced(r.thresholds.rows(), |x| &x.source);
    sourced(r.live_hours.rows(), |x| &x.source);
    sourced(r.topics.rows(), |x| &x.source);
    sourced(r.calendar.rows(), |x| &x.source);
    sourced(r.published.rows(), |x| &x.source);
    sourced(r.retention.rows(), |x| &x.source);
    sourced(r.retention_minimums.rows(), |x| &x.source);
    sourced(r.urgent_criteria.rows(), |x| &x.source);
}

#[test]
fn a_day_is_worked_unless_the_calendar_says_otherwise_and_a_year_that_nobody_entered_is_refused() {
    let calendar = Reference::load(None).unwrap().calendar;
    let works = |text: &str| calendar.is_working(day(text)).unwrap();
    assert!(works("2024-03-14") && !works("2024-03-16"), "a Thursday and a Saturday");
    assert!(!works("2024-03-20") && !works("2024-03-25"), "Novruz, and the rest day that it moved");
    let refused = calendar.is_working(day("2050-01-04")).unwrap_err();
    assert_eq!((refused.value.as_str(), refused.remedy.contains("calendar.toml")), ("2050", true));
}

#[test]
fn a_day_in_two_rows_of_the_calendar_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = fs::read_to_string(shipped_dir().join("calendar.toml")).unwrap();
    let again = "[[row]]\nkind = \"working_day\"\nname_az = \"a\"\nname_en = \"e\"\nvalid_from = \"2024-03-21\"\nvalid_to = \"2024-03-21\"\nsource = \"x\"\nunconfirmed = true\n";
    fs::write(dir.path().join("calendar.toml"), format!("{shipped}\n{again}")).unwrap();
    let refused = Reference::load(Some(dir.path())).unwrap_err();
    assert!(refused.problem.contains("two rows"), "{refused}");
    assert_eq!(refused.value, "2024-03-21");
}

fn shipped_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("reference")
}
