//! Every accepted event is one row, and its position is in the same commit (P1, P2).
#![allow(clippy::unwrap_used)]

mod common;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use common::{Home, january, next, placed, row};
use meyar_lake::{
    Handled, Kind, Lake, LakeError, LakeOptions, LakeRoot, Landing, LandingOptions, Row, Sweep, Upkeep, Watermark,
    lay_out, maintain,
};
use meyar_schemas::Subject;
use serde_json::json;

const CALLS: Subject = Subject::CallEvents;
const NONE: Vec<(&str, datafusion::scalar::ScalarValue)> = vec![];

fn call_rows() -> Vec<Row> {
    let rows = january().into_iter().filter(|(s, _)| *s == CALLS).map(|(_, r)| r).collect();
    placed(rows, 0, 100)
}

fn number(batches: &[RecordBatch]) -> i64 {
    batches[0].column(0).as_primitive::<Int64Type>().value(0)
}

async fn count(home: &Home, table: &str) -> i64 {
    number(
        &home
            .lake()
            .sql(&format!("SELECT count(*) FROM {table}"), vec![] as Vec<(&str, datafusion::scalar::ScalarValue)>)
            .await
            .unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_repeat_changes_nothing_in_a_batch_in_the_next_batch_and_after_a_restart() {
    let home = Home::new();
    let rows = call_rows();
    let all = rows.len();
    let mut landing = home.landing(CALLS).await;

    let twice: Vec<_> = rows.iter().chain(&rows).cloned().collect();
    let report = landing.land(&twice, &next(CALLS, 0, 200)).await.unwrap();
    assert_eq!((report.rows, report.repeats), (all, all));
    let report = landing.land(&rows, &next(CALLS, 0, 300)).await.unwrap();
    assert_eq!((report.rows, report.repeats), (0, all));
    let mut reopened = home.landing(CALLS).await;
    let report = reopened.land(&rows, &next(CALLS, 0, 400)).await.unwrap();
    assert_eq!((report.rows, report.repeats, report.refused), (0, all, vec![]));
    assert_eq!(count(&home, "call_events_all").await, all as i64);
    assert_eq!(reopened.positions()[&("calls.events".into(), 0)], 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_the_same_id_with_other_content_is_refused_and_the_first_telling_stands() {
    let home = Home::new();
    let mut rows = call_rows();
    let mut landing = home.landing(CALLS).await;
    landing.land(&rows, &next(CALLS, 0, 200)).await.unwrap();

    let mut contradiction = rows.remove(3);
    contradiction.data["line"] = json!("195-1-4");
    // Another time of another month must not hide it.
    contradiction.data["at"] = json!("2026-05-01T00:00:00+04:00");
    let report = home.landing(CALLS).await.land(&[rows.remove(0), contradiction], &next(CALLS, 0, 201)).await.unwrap();
    assert_eq!((report.rows, report.repeats), (0, 1));
    assert_eq!(report.refused[0].index, 1);
    assert_eq!(report.refused[0].error.code, "conflict");
    assert!(report.refused[0].error.remedy.contains("ce_revision"));
    assert_eq!(count(&home, "call_events_all WHERE line = '195-1-4'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_a_result_made_again_after_a_crash_is_a_repeat_whenever_it_was_made() {
    let home = Home::new();
    let subject = Subject::CallTranscripts;
    let made = |at: &str| {
        row(
            subject,
            "t-1",
            json!({"transcript_id": "t-1", "call_id": "c", "created_at": at, "language": "az", "model": {"id": "m"},
            "duration_ms": 1, "confidence": 0.5, "segments": [], "flags": []}),
        )
    };
    let mut landing = home.landing(subject).await;
    landing.land(&[made("2026-01-14T09:00:00Z")], &next(subject, 0, 1)).await.unwrap();
    let report = landing.land(&[made("2026-02-14T10:00:00Z")], &next(subject, 0, 2)).await.unwrap();
    assert_eq!((report.rows, report.repeats, report.refused.len()), (0, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_a_crash_before_the_commit_leaves_neither_rows_nor_position() {
    let home = Home::new();
    let rows = call_rows();
    let mut landing = home.landing(CALLS).await;
    landing.land(&rows[..10], &next(CALLS, 0, 110)).await.unwrap();
    // Everything is judged and laid out, and then the process dies.
    drop(landing.prepare(&[lay_out(CALLS, &rows[10..]).unwrap()]).await.unwrap());
    drop(landing);
    // What a kill may leave behind: a file that no commit tells of, a commit that was not finished.
    let table = home.dir.path().join("call_events");
    std::fs::write(table.join("month=2026-01/part-left.zstd.parquet"), "PAR1").unwrap();
    std::fs::write(table.join("_delta_log/00000000000000000002.json#1"), "{\"add\":").unwrap();

    let mut reopened = home.landing(CALLS).await;
    assert_eq!(reopened.positions(), next(CALLS, 0, 110));
    assert_eq!(count(&home, "call_events_all").await, 10);
    // Reading goes on from the lake's position, and a batch that overlaps does no harm.
    let report = reopened.land(&rows[5..], &next(CALLS, 0, 100 + rows.len() as i64)).await.unwrap();
    assert_eq!((report.rows, report.repeats), (rows.len() - 10, 5));
    assert_eq!(count(&home, "call_events_all").await, rows.len() as i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_positions_move_past_messages_that_made_no_row_and_never_move_back() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    let before = landing.version();
    landing.land(&[], &next(CALLS, 3, 50)).await.unwrap();
    assert_eq!(landing.version(), before + 1);
    landing.land(&[], &next(CALLS, 3, 50)).await.unwrap();
    landing.land(&[], &next(CALLS, 3, 40)).await.unwrap();
    assert_eq!(landing.version(), before + 1, "nothing new is no commit");
    assert_eq!(home.landing(CALLS).await.positions(), next(CALLS, 3, 50));
}

#[tokio::test(flavor = "multi_thread")]
async fn p1_two_landers_of_one_table_lose_nothing_and_double_nothing() {
    let home = Home::new();
    let rows: Vec<Row> = (0..40)
        .map(|n| row(CALLS, &format!("e{n}"), json!({"call_id": format!("c{n}"), "at": "2026-01-14T09:00:00+04:00", "line": "195-1-1", "kind": "offered"})))
        .collect();
    // Each reads its own partition; one event in four came over both.
    let (left, right) = (placed(rows[..25].to_vec(), 0, 0), placed(rows[15..].to_vec(), 1, 0));
    let mut landings = [home.landing(CALLS).await, home.landing(CALLS).await];
    let [a, b] = &mut landings;
    let work = |landing: &'static str, rows: Vec<Row>| (landing, rows);
    let (left, right) = (work("left", left), work("right", right));
    let run = async |landing: &mut Landing, rows: &[Row], partition| {
        for (at, chunk) in rows.chunks(5).enumerate() {
            landing.land(chunk, &next(CALLS, partition, 5 * (at as i64 + 1))).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(run(a, &left.1, 0), run(b, &right.1, 1));

    assert_eq!(count(&home, "call_events_all").await, 40);
    assert_eq!(count(&home, "(SELECT DISTINCT event_id FROM call_events_all)").await, 40);
    let mut positions = next(CALLS, 0, 25);
    positions.extend(next(CALLS, 1, 25));
    assert_eq!(home.landing(CALLS).await.positions(), positions);
    assert_eq!(a.refresh().await.unwrap(), positions);
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_a_recreated_topic_is_refused_and_can_be_adopted() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    landing.check_topic_identity("3gk1").unwrap();
    landing.land(&call_rows(), &next(CALLS, 0, 500)).await.unwrap();

    let mut reopened = home.landing(CALLS).await;
    reopened.check_topic_identity("3gk1").unwrap();
    assert_eq!(reopened.check_watermarks(0, 0, 500).unwrap(), Watermark::Fits);
    assert_eq!(reopened.check_watermarks(0, 510, 600).unwrap(), Watermark::Missed(10));
    assert_eq!(reopened.check_watermarks(1, 0, 9).unwrap(), Watermark::Fits);
    for refused in
        [reopened.check_topic_identity("9zz9").unwrap_err(), reopened.check_watermarks(0, 0, 499).unwrap_err()]
    {
        assert!(matches!(refused, LakeError::Recreated { .. }), "{refused}");
        assert!(!refused.retry() && refused.to_string().contains("calls.events was recreated"), "{refused}");
    }
    reopened.adopt_topic(Some("9zz9")).await.unwrap();
    let mut again = home.landing(CALLS).await;
    again.check_topic_identity("9zz9").unwrap();
    assert_eq!(again.positions(), next(CALLS, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_value_that_does_not_fit_its_column_is_refused_alone() {
    let home = Home::new();
    let mut rows = call_rows();
    rows[0].data["at"] = json!("2026-01-14T09:00:00+04:00");
    rows[1].data["wrap_up_ms"] = json!("ten");
    rows[2].data.as_object_mut().unwrap().remove("kind");
    let report = home.landing(CALLS).await.land(&rows, &next(CALLS, 0, 1)).await.unwrap();
    assert_eq!(report.rows, rows.len() - 2);
    let refused: Vec<_> = report.refused.iter().map(|r| (r.index, r.error.field.as_str())).collect();
    assert_eq!(refused, [(1, "wrap_up_ms"), (2, "kind")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p3_a_dead_letter_keeps_its_bytes_and_is_never_refused_itself() {
    let home = Home::new();
    let subject = Subject::DeadLetters;
    let letter = |at: &str| {
        let mut row = row(
            subject,
            "d-1",
            json!({"id": "d-1", "at": at, "stage": "lander", "topic": "calls.events", "partition": 2,
            "offset": 77, "headers": [["ce_id", "x"], ["ce_source", "pbx"]],
            "error": {"code": "unreadable", "field": "message", "value": "", "problem": "is not JSON", "remedy": "send UTF-8 JSON"}}),
        );
        row.payload = Some(bytes::Bytes::from_static(b"\x00\xff{not json"));
        row
    };
    let mut landing = home.landing(subject).await;
    landing.land(&[letter("2026-01-14T09:00:00Z")], &next(subject, 0, 1)).await.unwrap();
    let mut other = letter("2026-01-14T10:00:00Z");
    other.payload = None;
    let report = landing.land(&[other], &next(subject, 0, 2)).await.unwrap();
    assert_eq!((report.repeats, report.refused.len()), (1, 0));
    let query = "SELECT CAST(origin_offset AS BIGINT) FROM dead_letters WHERE payload = X'00ff7b6e6f74206a736f6e' AND headers[2]['value'] = 'pbx'";
    let found = home.lake().sql(query, vec![] as Vec<(&str, datafusion::scalar::ScalarValue)>).await.unwrap();
    assert_eq!(number(&found), 77);
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_small_files_changes_no_row_and_landing_goes_on() {
    let home = Home::new();
    let rows = call_rows();
    let mut landing = home.landing(CALLS).await;
    for (at, chunk) in rows.chunks(4).enumerate() {
        landing.land(chunk, &next(CALLS, 0, at as i64 + 1)).await.unwrap();
    }
    let upkeep = Upkeep { sweep: Some(Sweep::default()), ..Upkeep::default() };
    let report = maintain(&home.root(), CALLS, &upkeep).await.unwrap();
    assert!(report.files_joined > 2 && report.files_made >= 1, "{report:?}");
    assert!(report.files_swept >= report.files_joined as usize, "{report:?}");
    assert_eq!(count(&home, "call_events_all").await, rows.len() as i64);
    let positions = landing.positions();
    let report = landing.land(&rows, &next(CALLS, 0, 999)).await.unwrap();
    assert_eq!((report.rows, report.repeats), (0, rows.len()));
    assert_ne!(landing.positions(), positions);
    assert_eq!(home.landing(CALLS).await.land(&rows, &next(CALLS, 0, 999)).await.unwrap().repeats, rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn p9_a_version_that_is_kept_outlives_the_sweep() {
    for keeps in [true, false] {
        let home = Home::new();
        let rows = call_rows();
        let mut landing = home.landing(CALLS).await;
        let mut then = (0, 0);
        for (at, chunk) in rows.chunks(4).enumerate() {
            let report = landing.land(chunk, &next(CALLS, 0, at as i64 + 1)).await.unwrap();
            if at == 2 {
                then = (report.version, count(&home, "call_events_all").await);
            }
        }
        assert!(0 < then.1 && then.1 < rows.len() as i64);
        let keep_versions = if keeps { vec![then.0] } else { vec![] };
        let sweep = Some(Sweep { keep_versions, ..Sweep::default() });
        maintain(&home.root(), CALLS, &Upkeep { sweep, ..Upkeep::default() }).await.unwrap();
        let versions = Some([("call_events".to_owned(), then.0)].into());
        let frozen = Lake::at(home.root(), LakeOptions { versions, ..LakeOptions::default() }).unwrap();
        let told = frozen.sql("SELECT sum(length(event_id)) AS n, count(*) AS rows FROM call_events_all", NONE).await;
        assert_eq!(told.is_ok(), keeps, "a version is readable exactly when it was kept: {told:?}");
        let rows_then = told.ok().map(|batches| batches[0].column(1).as_primitive::<Int64Type>().value(0));
        assert_eq!(rows_then, keeps.then_some(then.1));
        assert_eq!(count(&home, "call_events_all").await, rows.len() as i64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p5_a_table_of_an_older_dictionary_is_read_and_then_widened() {
    use deltalake::{
        DeltaTable,
        kernel::{StructField, engine::arrow_conversion::TryIntoKernel},
        protocol::SaveMode,
    };
    let home = Home::new();
    let older: Vec<StructField> = meyar_lake::dictionary::table(CALLS)
        .schema()
        .fields()
        .iter()
        .filter(|f| !["wrap_up_ms", "returns"].contains(&f.name().as_str()))
        .map(|f| f.as_ref().try_into_kernel().unwrap())
        .collect();
    let place = home.dir.path().join("call_events");
    std::fs::create_dir_all(&place).unwrap();
    let url = url::Url::from_directory_path(&place).unwrap();
    let table = DeltaTable::try_from_url(url).await.unwrap();
    table
        .create()
        .with_columns(older)
        .with_partition_columns(["month"])
        .with_save_mode(SaveMode::ErrorIfExists)
        .await
        .unwrap();

    assert_eq!(count(&home, "calls WHERE wrap_up_ms IS NULL").await, 0);
    let rows = call_rows();
    assert_eq!(home.landing(CALLS).await.land(&rows, &next(CALLS, 0, 1)).await.unwrap().rows, rows.len());
    assert_eq!(count(&home, "calls WHERE wrap_up_ms = 10000").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p7_an_anchor_stands_with_its_position_and_falls_when_the_next_one_is_not_told() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    let commit = async |landing: &mut Landing, next_offset, anchor: Option<i64>| {
        let batch = landing.prepare(&[]).await.unwrap();
        landing
            .commit(batch, &next(CALLS, 0, next_offset), &anchor.map(|a| (0, a)).into_iter().collect(), &Handled::new())
            .await
            .unwrap();
    };
    commit(&mut landing, 5, Some(77)).await;
    let mut other = home.landing(CALLS).await;
    assert_eq!(other.anchor(0), Some(77));
    commit(&mut landing, 6, None).await;
    assert_eq!((landing.anchor(0), home.landing(CALLS).await.anchor(0)), (None, None));
    commit(&mut landing, 7, Some(88)).await;
    other.refresh().await.unwrap();
    assert_eq!((other.anchor(0), other.positions()), (Some(88), next(CALLS, 0, 7)));
    // A lander that lags moves neither back.
    let mut late = Landing::open(&home.root(), CALLS, LandingOptions::new("calls.events")).await.unwrap();
    commit(&mut late, 3, Some(11)).await;
    assert_eq!(home.landing(CALLS).await.anchor(0), Some(88));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lake_that_cannot_be_written_is_one_clear_line() {
    // A file where the folder should be stops even a superuser.
    let home = Home::new();
    let file = home.dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let root = LakeRoot::parse(file.join("lake").to_str().unwrap()).unwrap();
    let Err(error) = Landing::open(&root, CALLS, LandingOptions::new("calls.events")).await else { panic!("opened") };
    let line = error.to_string();
    assert!(
        line.contains("cannot be written") && line.contains(file.to_str().unwrap()) && !line.contains('\n'),
        "{line}"
    );
    assert_eq!((error.kind(), error.retry()), (Kind::Outside, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_does_not_have_a_call_is_not_read_for_it() {
    let home = Home::new();
    let mut landing = home.landing(CALLS).await;
    let rows = call_rows();
    let call_id = rows[0].data["call_id"].as_str().unwrap().to_owned();
    landing.land(&rows, &next(CALLS, 0, 200)).await.unwrap();
    let lake = home.lake();
    let passed_over = async |call_id: &str| {
        let asked = format!("EXPLAIN ANALYZE SELECT event_time FROM call_events WHERE call_id = '{call_id}'");
        let told =
            arrow::util::pretty::pretty_format_batches(&lake.sql(&asked, NONE).await.unwrap()).unwrap().to_string();
        let found = told.split("row_groups_pruned_bloom_filter=").nth(1).unwrap_or_else(|| panic!("{told}"));
        found.split([',', ']']).next().unwrap().to_owned()
    };
    // An id between the least and the greatest of the file, so that these alone would not keep it from being read.
    let between = format!("{call_id}-");
    let (mine, nobodys) = (passed_over(&call_id).await, passed_over(&between).await);
    assert!(mine.ends_with("1 matched"), "{mine}");
    assert!(nobodys.ends_with("0 matched"), "{nobodys}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_question_is_answered_as_one_that_was_not_and_sees_what_has_landed_since() {
    const QUESTION: &str = "SELECT kind, CAST(count(*) AS BIGINT) AS n FROM call_events WHERE call_id = $call_id AND ($kind IS NULL OR kind = $kind) GROUP BY kind ORDER BY kind";
    let home = Home::new();
    let lake = home.lake();
    let call_of = |row: &Row| row.data["call_id"].as_str().unwrap().to_owned();
    let rows = call_rows();
    let (early, late) = (call_of(&rows[0]), call_of(&rows[rows.len() - 1]));
    let (later, first): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| call_of(row) == late);
    let text = |value: Option<&str>| datafusion::scalar::ScalarValue::Utf8(value.map(str::to_owned));
    let same = async |call_id: &str, kind: Option<&str>| {
        let params = || vec![("call_id", text(Some(call_id))), ("kind", text(kind))];
        let shown =
            |batches: Vec<RecordBatch>| arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
        let planned = lake.asked(QUESTION, params()).await.unwrap();
        let rows = planned.iter().map(RecordBatch::num_rows).sum::<usize>();
        if rows > 0 {
            assert_eq!(shown(planned), shown(lake.sql(QUESTION, params()).await.unwrap()));
        }
        rows
    };
    let mut landing = home.landing(CALLS).await;
    landing.land(&first, &next(CALLS, 0, 200)).await.unwrap();
    assert!(same(&early, None).await > 0);
    assert_eq!(same(&early, Some("offered")).await, 1);
    assert_eq!(same(&late, None).await, 0);
    landing.land(&later, &next(CALLS, 0, 400)).await.unwrap();
    assert!(same(&late, None).await > 0);
    assert_eq!(same("nobody", None).await, 0);
}
