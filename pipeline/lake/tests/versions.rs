//! A lake that was landed by the rules of an older version of a contract goes on under the newest one (P5): it is read, what it knows is recognised in
//! whichever version it is told again, and its old files stand beside new ones.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Home, next, row};
use datafusion::scalar::ScalarValue;
use meyar_lake::{
    CommitReport, Lake, LakeOptions, Row, Upkeep, maintain,
    output::{Format, text},
};
use meyar_schemas::{Envelope, Subject, contract};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

const SURVEYS: Subject = Subject::SurveyResponses;
const SHEETS: Subject = Subject::ApplicationSheets;

fn kept() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lakes/v1")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy of the lake that the older build left.
fn older() -> Home {
    let home = Home::new();
    for subject in [SURVEYS, SHEETS] {
        copy(&kept().join(subject.table()), &home.dir.path().join(subject.table()));
    }
    home
}

/// The messages that it was landed from.
fn messages(subject: Subject) -> Vec<(Envelope, Value)> {
    let told = fs::read_to_string(kept().join(format!("{}.jsonl", subject.name()))).unwrap();
    told.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let get = |name: &str| line.get(name.trim_start_matches("ce_")).and_then(Value::as_str);
            let mut envelope = Envelope::from_headers(subject, get).unwrap();
            envelope.revision = line["revision"].as_u64().unwrap() as u32;
            (envelope, line["data"].clone())
        })
        .collect()
}

/// As the lander reads a message.
fn read(subject: Subject, envelope: Envelope, data: &Value) -> Row {
    let data =
        contract::read(subject, &envelope, data.to_string().as_bytes()).unwrap_or_else(|e| panic!("{e}: {data}"));
    let id = envelope.id.clone();
    Row { envelope, ..row(subject, &id, data) }
}

fn in_v1(subject: Subject) -> Vec<Row> {
    messages(subject).into_iter().map(|(envelope, data)| read(subject, envelope, &data)).collect()
}

/// The same, told by a sender that was updated.
fn in_v2(subject: Subject) -> Vec<Row> {
    let newer = |(envelope, mut data): (Envelope, Value)| {
        if subject == SURVEYS {
            data["respondent"] = json!("caller");
        }
        match data["kind"].as_str().unwrap() {
            "answered" if subject == SURVEYS => data["scale_min"] = json!(0),
            "opinion_requested" => data["basis"] = json!("draft_answer"),
            _ => {}
        }
        read(subject, envelope.of_version(subject, 2), &data)
    };
    messages(subject).into_iter().map(newer).collect()
}

async fn land(home: &Home, subject: Subject, rows: &[Row]) -> CommitReport {
    home.landing(subject).await.land(rows, &next(subject, 0, 1_000)).await.unwrap()
}

async fn told(lake: &Lake, query: &str) -> String {
    text(&lake.sql(query, Vec::<(&str, ScalarValue)>::new()).await.unwrap(), Format::Csv).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_what_an_older_build_landed_is_a_repeat_in_whichever_version_it_is_told_again() {
    for subject in [SURVEYS, SHEETS] {
        let home = older();
        let all = messages(subject).len();
        for rows in [in_v1(subject), in_v2(subject), in_v1(subject)] {
            let report = land(&home, subject, &rows).await;
            assert_eq!((report.rows, report.repeats, report.refused), (0, all, vec![]), "{subject}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_a_version_is_recognised_by_the_other_one_in_a_new_lake_too() {
    for subject in [SURVEYS, SHEETS] {
        for (first, second) in [(in_v1(subject), in_v2(subject)), (in_v2(subject), in_v1(subject))] {
            let home = Home::new();
            let all = first.len();
            assert_eq!(land(&home, subject, &first).await.rows, all);
            let report = land(&home, subject, &second).await;
            assert_eq!((report.rows, report.repeats, report.refused), (0, all, vec![]), "{subject}");
        }
        // And they are the same rows, but for the version that they name and the time at which they came.
        let (one, other) = (Home::new(), Home::new());
        land(&one, subject, &in_v1(subject)).await;
        land(&other, subject, &in_v2(subject)).await;
        let query =
            format!("SELECT * EXCEPT (event_type, landed_at) FROM {}_all ORDER BY event_id, revision", subject.table());
        let rows = told(&one.lake(), &query).await;
        assert!(rows.lines().count() > 8 && rows == told(&other.lake(), &query).await, "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_the_same_event_with_more_than_the_older_version_could_say_is_a_contradiction() {
    let home = older();
    let answer = messages(SURVEYS).into_iter().find(|(envelope, _)| envelope.id == "s-1/a").unwrap();
    let changes = [json!({"respondent": "representative"}), json!({"scale_min": 1}), json!({"questionnaire": "q-1"})];
    for change in changes {
        let (envelope, mut data) = answer.clone();
        data["respondent"] = json!("caller");
        data["scale_min"] = json!(0);
        data.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let row = read(SURVEYS, envelope.clone().of_version(SURVEYS, 2), &data);
        let report = land(&home, SURVEYS, &[row]).await;
        let codes: Vec<_> = report.refused.iter().map(|refused| refused.error.code.as_str()).collect();
        assert_eq!((report.rows, report.repeats, codes), (0, 0, vec!["conflict"]), "{change}");
        // As a correction it is taken.
        let revised = Envelope { revision: 7, ..envelope.of_version(SURVEYS, 2) };
        let corrected = land(&older(), SURVEYS, &[read(SURVEYS, revised, &data)]).await;
        assert_eq!((corrected.rows, corrected.refused), (1, vec![]), "{change}");
    }
}

const ANSWERS: &str =
    "SELECT survey_id, score, scale_min, scale_max, resolved_score, questionnaire FROM surveys ORDER BY survey_id";
const BASES: &str = "SELECT sheet_id, basis, term_working_days, response FROM opinions ORDER BY sheet_id";

#[tokio::test(flavor = "multi_thread")]
async fn p5_an_older_lake_is_read_as_it_is_and_its_old_rows_stand_beside_new_ones() {
    let home = older();
    let before = "survey_id,score,scale_min,scale_max,resolved_score,questionnaire\n\
                  s-1,5,0,5,1,\ns-2,3,0,5,,\ns-3,4,0,5,,\ns-4,,,,,\n";
    let asked =
        "sheet_id,basis,term_working_days,response\nmv-1,draft_answer,10,deemed_agreed\nmv-2,draft_answer,15,\n";
    // Nothing of the newer dictionary has been landed yet.
    assert_eq!(told(&home.lake(), ANSWERS).await, before);
    assert_eq!(told(&home.lake(), BASES).await, asked);
    let versions = home.lake().versions().await.unwrap();
    let figure = async |home: &Home| {
        let figure = home.lake().figure("kpi_satisfaction", &"2026".parse().unwrap(), Some("195-1-1")).await.unwrap();
        text(&figure, Format::Csv).unwrap()
    };
    let of_callers = figure(&home).await;

    let head = |id: &str, subject| Envelope::new(subject, "register", id, common::time("2026-01-20T08:00:00Z"));
    let answer = |n: u32, who: &str| {
        json!({"survey_id": format!("n-{n}"), "at": "2026-01-20T12:00:00+04:00", "line": "195-1-1", "channel": "web", "respondent": who,
            "questionnaire": "q-1", "kind": "answered", "question": "overall", "score": 1, "scale_min": 1, "scale_max": 10})
    };
    let new = [read(SURVEYS, head("n-1", SURVEYS), &answer(1, "representative"))];
    assert_eq!(land(&home, SURVEYS, &new).await.rows, 1);
    assert_eq!(figure(&home).await, of_callers, "what a representative says is not told as a caller's");
    assert_eq!(told(&home.lake(), ANSWERS).await, before);
    let new = [read(SURVEYS, head("n-2", SURVEYS), &answer(2, "caller"))];
    assert_eq!(land(&home, SURVEYS, &new).await.rows, 1);
    let after = format!(
        "{}n-2,1,1,10,,q-1\n{}",
        &before[..before.find("s-1").unwrap()],
        &before[before.find("s-1").unwrap()..]
    );
    assert_eq!(told(&home.lake(), ANSWERS).await, after);
    assert_ne!(figure(&home).await, of_callers);

    let help = json!({"sheet_id": "mv-4", "at": "2026-01-20T12:00:00+04:00", "line": "195-1-1", "class": "e_service_error",
        "kind": "opinion_requested", "to_unit": "Elektron xidmətlər idarəsi", "basis": "e_service_help", "term_working_days": 10,
        "due_on": "2026-02-03"});
    assert_eq!(land(&home, SHEETS, &[read(SHEETS, head("mv-4/q", SHEETS), &help)]).await.rows, 1);
    assert_eq!(told(&home.lake(), BASES).await, format!("{asked}mv-4,e_service_help,10,\n"));

    // Old files, without the new columns, and new ones become one; what they hold is still recognised.
    for subject in [SURVEYS, SHEETS] {
        let rows =
            told(&home.lake(), &format!("SELECT * FROM {}_all ORDER BY event_id, revision", subject.table())).await;
        let report = maintain(&home.root(), subject, &Upkeep::default()).await.unwrap();
        assert!(report.files_joined >= 2, "{report:?}");
        let joined =
            told(&home.lake(), &format!("SELECT * FROM {}_all ORDER BY event_id, revision", subject.table())).await;
        assert_eq!(joined, rows);
        assert_eq!(land(&home, subject, &in_v1(subject)).await.repeats, messages(subject).len());
        assert_eq!(land(&home, subject, &in_v2(subject)).await.repeats, messages(subject).len());
    }
    // A document that was frozen before the update shows what it showed.
    let frozen = Lake::at(home.root(), LakeOptions { versions: Some(versions), ..LakeOptions::default() }).unwrap();
    assert_eq!(told(&frozen, ANSWERS).await, before);
    assert_eq!(told(&frozen, BASES).await, asked);
}
