//! A correction is a revision of the same event: figures use the newest in whatever order they came, and the older is told as of its time (P4).
#![allow(clippy::unwrap_used)]

mod common;

use common::{Call, Home, january, next, row};
use datafusion::scalar::ScalarValue;
use meyar_lake::{
    Lake, LakeOptions, Period, Row,
    output::{Format, text},
};
use meyar_schemas::{Subject, revision};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;

const NONE: Vec<(&str, ScalarValue)> = vec![];

/// What is revised, each with what shows it.
const KINDS: [(&str, &str); 6] = [
    ("an amended call record", "call_times"),
    ("a late survey", "satisfaction"),
    ("a corrected sheet", "sheets_by_month"),
    (
        "a transcript redone by a better model",
        "SELECT call_id, transcript_id, model_id, party, text FROM segments ORDER BY call_id, position",
    ),
    ("a form's new version", "evaluation_by_criterion"),
    (
        "a record's next step",
        "SELECT record_id, state, closed, is_due, steps, action, outcome, content FROM qa_records ORDER BY 1",
    ),
];

type Event = (Subject, Row);

/// Events as they were told first, and as they were told again.
fn told_twice() -> (Vec<Event>, Vec<Event>) {
    let mut first = january();
    let sheet = json!({"sheet_id": "mv-1", "at": "2026-01-14T09:35:00+04:00", "line": "195-1-1", "class": "complex_question", "kind": "opened", "origin": "live"});
    first.push((Subject::ApplicationSheets, row(Subject::ApplicationSheets, "mv/1", sheet)));
    let mut again = Vec::new();
    let mut amend = |subject: Subject, id: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let (_, known) = first.iter().find(|(s, row)| *s == subject && row.envelope.id == id).unwrap();
        let mut known = known.clone();
        known.envelope.revision = 1;
        change(&mut known.data);
        again.push((subject, known));
    };
    amend(Subject::CallEvents, "c1/ended/144", &|data| data["wrap_up_ms"] = json!(70_000));
    amend(Subject::SurveyResponses, "s/0/a", &|data| data["score"] = json!(1));
    amend(Subject::ApplicationSheets, "mv/1", &|data| data["class"] = json!("body_complaint"));
    amend(Subject::CallTranscripts, "tr/c1", &|data| {
        data["model"] = json!({"id": "whisper-large"});
        data["segments"][0]["text"] = json!("Salam, buyurun, eşidirəm.");
    });
    amend(Subject::CallEvaluations, "eval/c1", &|data| {
        data["form"]["version"] = json!("2");
        data["raw_score"] = json!(50.0);
        data["verdicts"][0]["mark"] = json!(0.5);
    });
    amend(Subject::Records, "r2", &|data| {
        data["at"] = json!("2026-01-26T18:00:00+04:00");
        (data["state"], data["action"]) = (json!("done"), json!("finish"));
        data["content"]["done"] = json!({"by": "p-3"});
    });
    (first, again)
}

async fn shown(lake: &Lake) -> Vec<String> {
    let year: Period = "2026".parse().unwrap();
    let mut shown = Vec::new();
    for (_, what) in KINDS {
        let answer = match what.contains(' ') {
            true => lake.sql(what, NONE).await,
            false => lake.figure(what, &year, None).await,
        };
        shown.push(text(&answer.unwrap(), Format::Csv).unwrap());
    }
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn p4_of_each_kind_of_revision_the_newest_is_told_and_as_of_before_the_older() {
    let home = Home::new();
    let (first, again) = told_twice();
    assert_eq!(again.len(), KINDS.len());
    home.land(&first).await;
    let before = shown(&home.lake()).await;
    let then = chrono::Utc::now();
    home.land(&again).await;
    let after = shown(&home.lake()).await;
    let as_of = |then| Lake::at(home.root(), LakeOptions { as_of: Some(then), ..LakeOptions::default() }).unwrap();
    let (old, new) = (shown(&as_of(then)).await, shown(&as_of(chrono::Utc::now())).await);
    for (n, (kind, _)) in KINDS.iter().enumerate() {
        assert_ne!(before[n], after[n], "{kind}: the revision changes what is told");
        assert_eq!(before[n], old[n], "{kind}: as of before it came");
        assert_eq!(after[n], new[n], "{kind}: as of now");
    }
    for (subject, again) in &again {
        let query =
            format!("SELECT revision FROM {}_all WHERE event_id = '{}' ORDER BY 1", subject.table(), again.envelope.id);
        let told = text(&home.lake().sql(&query, NONE).await.unwrap(), Format::Csv).unwrap();
        assert_eq!(told, "revision\n0\n1\n", "{subject}: the history is kept");
    }
}

/// A score says by which version of a form it was made, and no mean is over two of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_two_versions_of_a_form_gave_is_never_in_one_mean() {
    let home = Home::new();
    let mut events = january();
    let mut evaluations: Vec<_> =
        events.iter_mut().filter(|(subject, _)| *subject == Subject::CallEvaluations).collect();
    for (_, row) in &mut evaluations {
        row.data["representative"] = json!("R1");
    }
    evaluations[0].1.data["form"]["version"] = json!("2");
    let both = evaluations.len() as u64;
    // The call's own record names the representative; without its steps the evaluation does.
    events.retain(|(subject, _)| *subject != Subject::CallEvents);
    home.land(&events).await;
    let year: Period = "2026".parse().unwrap();
    for (figure, counted) in [("evaluation_by_representative", "evaluated"), ("evaluation_by_criterion", "verdicts")] {
        let answer = home.lake().figure(figure, &year, None).await.unwrap();
        let rows = meyar_lake::output::rows(&answer).unwrap();
        let mut versions: Vec<&str> = rows.iter().filter_map(|row| row["form_version"].as_str()).collect();
        versions.sort_unstable();
        versions.dedup();
        assert_eq!(versions, ["1", "2"], "{figure}");
        let most = rows.iter().filter_map(|row| row[counted].as_u64()).max();
        assert!(
            most.is_some_and(|most| most < both),
            "{figure}: a row counts {most:?} of {both} evaluations: {rows:?}"
        );
    }
}

#[test]
fn p4_revisions_may_come_in_any_order_and_again() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (first, again) = told_twice();
    let revised = |event: &Event| again.iter().any(|(s, row)| *s == event.0 && row.envelope.id == event.1.envelope.id);
    let (told, rest): (Vec<Event>, Vec<Event>) = first.into_iter().partition(revised);
    let expected = runtime.block_on(async {
        let home = Home::new();
        home.land(&[&rest[..], &told, &again].concat()).await;
        shown(&home.lake()).await
    });
    // Each of them once, and three of them once more.
    let events = [&told[..], &again].concat();
    let order = prop::collection::vec(0..events.len(), 3).prop_flat_map(move |more| {
        Just((0..events.len()).chain(more).map(|n| events[n].clone()).collect::<Vec<_>>()).prop_shuffle()
    });
    let config =
        ProptestConfig { cases: 8, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&order, |order| {
            let found = runtime.block_on(async {
                let home = Home::new();
                home.land(&rest).await;
                for event in &order {
                    home.land(std::slice::from_ref(event)).await;
                }
                shown(&home.lake()).await
            });
            prop_assert_eq!(&found, &expected);
            Ok(())
        })
        .unwrap();
}

/// A transcript of the recording of call c1, and an evaluation of it, under other ids than those before.
fn under(id: &str, minute: f64) -> Vec<Event> {
    let mut call = Call::new("c1", "195-1-1", "2026-01-14T09:00:00+04:00");
    call.rows.clear();
    call.transcribed(&[id]).evaluated("Aysel N.", "proposed", Some(90.0), &[("K01", "marked", Some(1.0))]);
    let at = call.at(minute * 60.0);
    for (_, row) in &mut call.rows {
        row.envelope.id = format!("{id}/{}", row.envelope.id);
        row.data["created_at"] = json!(at);
    }
    call.rows[0].1.data["transcript_id"] = json!(format!("t-{id}"));
    call.rows[0].1.data["recording_id"] = json!("r-c1");
    call.rows[1].1.data["evaluation_id"] = json!(format!("e-{id}"));
    call.rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_whose_text_once_had_another_id_has_one_text_and_one_evaluation() {
    // The same two things three times: two that older builds made of it, and the last, which was made anew.
    let mut events = [under("old", 10.0), under("older", 5.0), under("new", 20.0)].concat();
    let mut corrected = under("old", 1.0);
    // The highest revision of an id speaks for it, though it was told to have been made before.
    corrected.iter_mut().for_each(|(_, row)| row.envelope.revision = 3);
    events.extend(corrected);
    for turn in 0..events.len() {
        events.rotate_left(turn);
        let home = Home::new();
        for event in &events {
            home.land(std::slice::from_ref(event)).await;
        }
        let lake = home.lake();
        let csv = async |query: &str| text(&lake.sql(query, NONE).await.unwrap(), Format::Csv).unwrap();
        assert_eq!(csv("SELECT transcript_id, revision FROM transcripts").await, "transcript_id,revision\nt-new,0\n");
        assert_eq!(csv("SELECT text FROM segments").await, "text\nnew\n");
        assert_eq!(csv("SELECT evaluation_id FROM evaluations").await, "evaluation_id\ne-new\n");
        assert_eq!(csv("SELECT evaluation_id FROM call_evaluations").await, "evaluation_id\ne-new\n");
        assert_eq!(csv("SELECT count(*) AS n FROM transcripts_all").await, "n\n4\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_of_a_replaced_text_never_goes_before_that_of_the_text_that_stands() {
    let home = Home::new();
    let mut events = [under("replaced", 5.0), under("standing", 20.0)].concat();
    events[1].1.data["transcript_id"] = json!("t-replaced");
    events[3].1.data["transcript_id"] = json!("t-standing");
    // The older text was judged last.
    events[1].1.data["created_at"] = json!("2026-01-14T11:00:00+04:00");
    for (count, expected) in [(2, "replaced"), (3, "replaced"), (4, "standing")] {
        home.land(&events[..count]).await;
        let told = home.lake().sql("SELECT evaluation_id FROM call_evaluations", NONE).await.unwrap();
        assert_eq!(text(&told, Format::Csv).unwrap(), format!("evaluation_id\ne-{expected}\n"), "{count} events");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_names_the_revision_of_the_transcript_that_it_judged() {
    let home = Home::new();
    let mut events = under("one", 10.0);
    events[1].1.envelope.source = "meyar/evaluator".into();
    events[1].1.envelope.revision = revision::above(7, Some(703)).unwrap();
    home.land(&events).await;
    let told = home.lake().sql("SELECT transcript_revision FROM call_evaluations", NONE).await.unwrap();
    assert_eq!(text(&told, Format::Csv).unwrap(), "transcript_revision\n7\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_of_our_own_done_again_is_a_repeat_and_another_teller_contradicts_itself() {
    let home = Home::new();
    let subject = Subject::CallTranscripts;
    let told = |source: &str, words: &str| {
        let mut row = under(words, 10.0).remove(0).1;
        row.envelope.source = source.into();
        row.envelope.id = "t".into();
        row
    };
    let mut landing = home.landing(subject).await;
    landing.land(&[told("meyar/transcriber", "a"), told("partner", "a")], &next(subject, 0, 2)).await.unwrap();
    let again = [told("meyar/transcriber", "b"), told("partner", "b"), told("partner", "a")];
    let report = landing.land(&again, &next(subject, 0, 5)).await.unwrap();
    assert_eq!((report.rows, report.repeats, report.refused.len()), (0, 2, 1));
    assert_eq!((report.refused[0].index, report.refused[0].error.code.as_str()), (1, "conflict"));
}
