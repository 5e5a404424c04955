//! Figures against their answers in `tests/figures/*.slt`; `UPDATE=1` writes the answers anew.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Utc;
use chrono_tz::Asia::Baku;
use common::{Home, january};
use datafusion::scalar::ScalarValue;
use meyar_lake::{
    Lake, LakeError, LakeOptions, LakeRoot, Landing, LandingOptions, Period, Row,
    output::{Format, text},
};
use meyar_schemas::Subject;
use proptest::{prelude::*, test_runner::TestRunner};
use std::{fs, path::Path};

const NONE: Vec<(&str, ScalarValue)> = vec![];

/// `figure <name> <period> [line]`, or `query` and SQL below it; then `----` and the answer; an empty line ends it.
async fn answer(lake: &Lake, question: &str) -> String {
    let (head, body) = question.split_once('\n').unwrap_or((question, ""));
    let answered = match *head.split_whitespace().collect::<Vec<_>>() {
        ["figure", name, period] => lake.figure(name, &period.parse().unwrap(), None).await,
        ["figure", name, period, line] => lake.figure(name, &period.parse().unwrap(), Some(line)).await,
        ["query"] => lake.sql(body, NONE).await,
        _ => panic!("not a question: {head}"),
    };
    match answered {
        // The day on which the test runs is in no written answer.
        Ok(batches) => text(&batches, Format::Table).unwrap().replace(&today(), "(today)   "),
        Err(error) => format!("error: {error}"),
    }
}

fn today() -> String {
    Utc::now().with_timezone(&Baku).date_naive().to_string()
}

async fn check(lake: &Lake, file: &Path) -> Result<(), String> {
    let (mut filled, mut wrong) = (vec![], vec![]);
    for block in fs::read_to_string(file).unwrap().split("\n\n").map(str::trim_end).filter(|b| !b.is_empty()) {
        let (comment, block): (Vec<_>, Vec<_>) = block.lines().partition(|line| line.starts_with('#'));
        let comment: String = comment.iter().map(|line| format!("{line}\n")).collect();
        let Some(line) = block.iter().position(|line| *line == "----") else {
            filled.push(comment.trim_end().to_owned());
            continue;
        };
        let (asked, expected) = (block[..line].join("\n"), block[line + 1..].join("\n"));
        let got = answer(lake, &asked).await;
        if got != expected {
            wrong.push(format!("{asked}\nexpected:\n{expected}\ngot:\n{got}"));
        }
        filled.push(format!("{comment}{asked}\n----\n{got}"));
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(file, filled.join("\n\n") + "\n").unwrap();
        return Ok(());
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}:\n{}", file.display(), wrong.join("\n\n"))) }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_gives_its_written_answer_on_january_and_on_an_empty_lake() {
    let (full, empty) = (Home::new(), Home::new());
    full.land(&january()).await;
    let mut files: Vec<_> = fs::read_dir("tests/figures").unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut wrong = vec![];
    for file in &files {
        let lake = if file.ends_with("empty.slt") { empty.lake() } else { full.lake() };
        wrong.extend(check(&lake, file).await.err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let asked: String = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
    for figure in full.lake().figures() {
        assert!(asked.matches(&format!("figure {} ", figure.name)).count() >= 2, "{} is not asked for", figure.name);
        let (schema, _) = empty.lake().figure_with_schema(&figure.name, &"2026".parse().unwrap(), None).await.unwrap();
        let columns: Vec<_> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let told: Vec<_> = figure.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(columns, told, "{}: the head names the columns", figure.name);
    }
}

/// Everything that any figure says of the year.
async fn all_figures(rows: &[(Subject, Row)]) -> String {
    let home = Home::new();
    home.land(rows).await;
    let (lake, year): (_, Period) = (home.lake(), "2026".parse().unwrap());
    let mut told = String::new();
    for figure in lake.figures() {
        told += &text(&lake.figure(&figure.name, &year, None).await.unwrap(), Format::Csv).unwrap();
    }
    told
}

#[test]
fn p4_figures_are_the_same_whatever_the_order_in_which_events_came() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let january: Vec<_> = january().into_iter().filter(|(s, _)| *s != Subject::SurveyResponses).collect();
    let expected = runtime.block_on(all_figures(&january));
    let shuffled = Just(january).prop_shuffle();
    let config =
        ProptestConfig { cases: 6, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&shuffled, |events| {
            prop_assert_eq!(&runtime.block_on(all_figures(&events)), &expected);
            Ok(())
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn figures_that_are_asked_for_at_once_answer_as_one_by_one() {
    let home = Home::new();
    home.land(&january()).await;
    let year: Period = "2026".parse().unwrap();
    let names: Vec<String> = home.lake().figures().map(|figure| figure.name.clone()).collect();
    let alone = home.lake();
    let mut expected = vec![];
    for name in &names {
        expected.push(text(&alone.figure(name, &year, None).await.unwrap(), Format::Csv).unwrap());
    }
    for _ in 0..3 {
        // Nothing is kept in a lake that was just opened, so all of them want the views at the same moment.
        let together = home.lake();
        let asked: Vec<_> = names
            .iter()
            .map(|name| {
                let (lake, name, year) = (together.clone(), name.clone(), year.clone());
                tokio::spawn(async move { text(&lake.figure(&name, &year, None).await.unwrap(), Format::Csv).unwrap() })
            })
            .collect();
        for ((name, answer), expected) in names.iter().zip(asked).zip(&expected) {
            assert_eq!(&answer.await.unwrap(), expected, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_sees_what_landed_after_it_was_opened() {
    let home = Home::new();
    let lake = home.lake();
    let count =
        async || text(&lake.sql("SELECT count(*) AS n FROM call_events", NONE).await.unwrap(), Format::Csv).unwrap();
    assert_eq!(count().await, "n\n0\n");
    let january = january();
    home.land(&january[..3]).await;
    assert_eq!(count().await, "n\n3\n");
    home.land(&january[3..6]).await;
    assert_eq!(count().await, "n\n6\n");
    assert_eq!(lake.versions().await.unwrap()["call_events"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_a_frozen_lake_answers_as_it_did_then() {
    let home = Home::new();
    let january = january();
    home.land(&january[..7]).await;
    let period: Period = "2026-01".parse().unwrap();
    let then = text(&home.lake().figure("calls_by_line", &period, None).await.unwrap(), Format::Csv).unwrap();
    let versions = home.lake().versions().await.unwrap();
    home.land(&january[7..]).await;
    let options = LakeOptions { versions: Some(versions), ..LakeOptions::default() };
    let frozen = Lake::at(home.root(), options).unwrap();
    for _ in 0..2 {
        let shown = text(&frozen.figure("calls_by_line", &period, None).await.unwrap(), Format::Csv).unwrap();
        assert_eq!(shown, then);
    }
    let now = text(&home.lake().figure("calls_by_line", &period, None).await.unwrap(), Format::Csv).unwrap();
    assert_ne!(now, then);
    let surveys = frozen.sql("SELECT count(*) AS n FROM surveys", NONE).await.unwrap();
    assert_eq!(text(&surveys, Format::Csv).unwrap(), "n\n0\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_in_an_object_store_is_the_same_lake() {
    let (home, root) = (Home::new(), LakeRoot::parse("memory:///bucket/lake").unwrap());
    let rows = january();
    home.land(&rows).await;
    let mut subjects: Vec<_> = rows.iter().map(|(s, _)| *s).collect();
    subjects.dedup();
    for subject in subjects {
        let rows: Vec<Row> = rows.iter().filter(|(s, _)| *s == subject).map(|(_, r)| r.clone()).collect();
        let mut landings = [
            Landing::open(&root, subject, LandingOptions::new(subject.name())).await.unwrap(),
            Landing::open(&root, subject, LandingOptions::new(subject.name())).await.unwrap(),
        ];
        for (n, chunk) in rows.chunks(rows.len().div_ceil(3)).enumerate() {
            let next = common::next(subject, n as i32 % 2, n as i64);
            landings[n % 2].land(chunk, &next).await.unwrap();
        }
    }
    let remote = Lake::at(root, LakeOptions::default()).unwrap();
    let year: Period = "2026".parse().unwrap();
    // The positions of this stream are others.
    for figure in remote.figures().filter(|figure| !figure.tells_ages()) {
        let told =
            async |lake: &Lake| text(&lake.figure(&figure.name, &year, None).await.unwrap(), Format::Csv).unwrap();
        assert_eq!(told(&remote).await, told(&home.lake()).await, "{}", figure.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_that_was_emptied_while_it_was_read_is_read_anew() {
    let home = Home::new();
    let lake = home.lake();
    let count =
        async || text(&lake.sql("SELECT count(*) AS n FROM call_events", NONE).await.unwrap(), Format::Csv).unwrap();
    let january = january();
    home.land(&january[..3]).await;
    home.land(&january[3..6]).await;
    assert_eq!(count().await, "n\n6\n");
    let (versions, edition) = (lake.versions().await.unwrap(), lake.edition().await.unwrap());
    assert_eq!(lake.edition().await.unwrap(), edition, "nothing has changed");
    fs::remove_dir_all(home.dir.path().join("call_events")).unwrap();
    assert_eq!(count().await, "n\n0\n");
    home.land(&january[1..3]).await;
    home.land(&january[3..6]).await;
    // The same versions of another lake: who keeps answers is told by its edition.
    assert_eq!(lake.versions().await.unwrap(), versions);
    assert_ne!(lake.edition().await.unwrap(), edition);
    assert_eq!(count().await, "n\n5\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_would_write_is_refused_and_a_wrong_one_is_told_in_one_line() {
    let home = Home::new();
    let lake = home.lake();
    let out = home.dir.path().join("stolen.csv");
    for query in [
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE call_events_all",
        "INSERT INTO call_events_all SELECT * FROM call_events_all",
        "EXPLAIN ANALYZE INSERT INTO call_events_all SELECT * FROM call_events_all",
        "DELETE FROM call_events_all",
        &format!("COPY (SELECT 1) TO '{}'", out.display()),
        "CREATE EXTERNAL TABLE p STORED AS CSV LOCATION '/etc/passwd'",
        "SET datafusion.execution.batch_size = 1",
        "SELECT * FROM '/etc/passwd'",
        "SELEC 1",
        "SELECT nothing FROM call_events",
    ] {
        let error = lake.sql(query, NONE).await.unwrap_err();
        assert!(matches!(error, LakeError::Query(_)), "{query}: {error:?}");
        assert!(!error.to_string().contains('\n'), "{query}: {error}");
    }
    assert!(!out.exists());
    lake.sql("SELECT 1 FROM call_events", NONE).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_figure_is_refused_with_the_known_ones() {
    let error = Home::new().lake().figure("calls", &"2026".parse().unwrap(), None).await.unwrap_err();
    assert!(error.to_string().contains("calls_by_line"), "{error}");
}

/// Without a window the calls of all years are put together for one question: seconds at the year's half a million, minutes at more.
#[test]
fn a_figure_over_calls_says_how_far_around_its_period_it_looks() {
    let views = ["calls", "incoming", "lost_calls", "call_events"];
    for figure in Home::new().lake().figures() {
        let words: Vec<&str> = figure.sql.split_whitespace().collect();
        let read = words.windows(2).find(|pair| ["FROM", "JOIN"].contains(&pair[0]) && views.contains(&pair[1]));
        assert!(
            read.is_none() || figure.window_days.is_some(),
            "{} reads {read:?} and has no window_days",
            figure.name
        );
    }
}

/// Who has still to score a call blind is refused the rows of these. A figure that joins them is one more that may tell what a machine gave.
#[test]
fn figures_behind_which_marks_of_single_calls_stand_are_known() {
    let lake = Home::new().lake();
    let shown: Vec<&str> =
        lake.figures().filter(|figure| figure.shows_marks()).map(|figure| figure.name.as_str()).collect();
    assert_eq!(
        shown,
        [
            "assessment_states",
            "assessments_by_criterion",
            "assessments_by_representative",
            "efficiency_factors",
            "estimate_labelled",
            "estimate_labelled_by_criterion",
            "estimate_machine_all",
            "estimate_machine_by_criterion",
            "evaluation_by_criterion",
            "evaluation_by_representative",
            "hall_and_remote",
            "live_urgent_heard",
        ]
    );
    let marks =
        ["verdicts", "call_evaluations", "qa_marks", "qa_assessments", "urgent_heard", "evaluations", "assessments"];
    for figure in lake.figures().filter(|figure| !figure.shows_marks()) {
        let read = figure.sql.split_whitespace().find(|word| marks.contains(word));
        assert!(
            read.is_none(),
            "{} reads {read:?}, and nothing in its head says that its rows show marks",
            figure.name
        );
    }
}
