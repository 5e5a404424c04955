//! The same events make the same tables, however often, in whatever order, in whatever pieces and through whichever lander they came (P1, P4).
#![allow(clippy::unwrap_used)]

mod common;

use common::{Home, january, next};
use datafusion::scalar::ScalarValue;
use meyar_lake::{
    Landing, Row,
    output::{Format, text},
};
use meyar_schemas::Subject;
use proptest::{prelude::*, test_runner::TestRunner};
use std::collections::BTreeMap;

const NONE: Vec<(&str, ScalarValue)> = vec![];

/// Every table as text, without the columns that tell when and from where a row came.
async fn tables(home: &Home) -> BTreeMap<&'static str, String> {
    let lake = home.lake();
    let mut told = BTreeMap::new();
    for subject in Subject::ALL {
        let table = subject.table();
        let query = format!(
            "SELECT * EXCEPT (landed_at, kafka_partition, kafka_offset) FROM {table}_all ORDER BY source, event_id, revision"
        );
        told.insert(table, text(&lake.sql(&query, NONE).await.unwrap(), Format::Json).unwrap());
    }
    told
}

/// A piece of what comes, and who lands it: the first lander, the second, or one that has just been started.
type Piece = (Vec<(Subject, Row)>, u8);

async fn landed(pieces: &[Piece]) -> BTreeMap<&'static str, String> {
    let home = Home::new();
    let mut landers: BTreeMap<(Subject, u8), Landing> = BTreeMap::new();
    let mut offset = 0;
    for (events, lander) in pieces {
        let mut subjects: BTreeMap<Subject, Vec<Row>> = BTreeMap::new();
        events.iter().for_each(|(subject, row)| subjects.entry(*subject).or_default().push(row.clone()));
        for (subject, rows) in subjects {
            offset += rows.len() as i64;
            if *lander == 2 || !landers.contains_key(&(subject, *lander)) {
                landers.insert((subject, *lander), home.landing(subject).await);
            }
            let landing = landers.get_mut(&(subject, *lander)).unwrap();
            let report = landing.land(&rows, &next(subject, i32::from(*lander), offset)).await.unwrap();
            assert_eq!(report.refused, vec![], "{subject}");
        }
    }
    tables(&home).await
}

#[test]
fn p4_tables_are_the_same_however_often_and_in_whatever_pieces_the_events_came() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let january = january();
    let expected = runtime.block_on(landed(&[(january.clone(), 0)]));
    assert!(expected["call_events"].lines().count() > 20 && expected["survey_responses"].contains("overall"));
    let events = january.len();
    let pieces = (
        // Each event, and some of them again.
        prop::collection::vec(0..events, 0..events / 2)
            .prop_flat_map(move |again| Just((0..events).chain(again).collect::<Vec<_>>()).prop_shuffle()),
        prop::collection::vec((1usize..200, 0u8..3), 1..12),
    )
        .prop_map(move |(order, cuts)| {
            let mut left = order.as_slice();
            let mut pieces: Vec<Piece> = Vec::new();
            for (length, lander) in cuts.iter().cycle() {
                let (piece, rest) = left.split_at((*length).min(left.len()));
                pieces.push((piece.iter().map(|n| january[*n].clone()).collect(), *lander));
                left = rest;
                if left.is_empty() {
                    break;
                }
            }
            pieces
        });
    let config =
        ProptestConfig { cases: 20, failure_persistence: None, max_shrink_iters: 0, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&pieces, |pieces| {
            prop_assert_eq!(&runtime.block_on(landed(&pieces)), &expected);
            Ok(())
        })
        .unwrap();
}
