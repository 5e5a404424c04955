//! How many call events a second a lander can take, without reading or validating them, and how long figures over them take: `cargo run -p meyar-lake --example landing_rate [batch] [batches]`.

use chrono::{DateTime, Duration, Utc};
use meyar_lake::{Lake, LakeError, LakeOptions, LakeRoot, Landing, LandingOptions, Place, Positions, Row, lay_out};
use meyar_schemas::{Envelope, Subject};
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc, time::Instant};

const SUBJECT: Subject = Subject::CallEvents;

fn rows(first: usize, count: usize, topic: &Arc<str>) -> Vec<Row> {
    let start: DateTime<Utc> = DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    (first..first + count)
        .map(|n| {
            let (call, step) = (n / 5, n % 5);
            let at = start + Duration::milliseconds((call * 400 + step * 9_000) as i64);
            let mut data = json!({"call_id": format!("call-{call:09}"), "at": at.to_rfc3339(), "line": format!("195-1-{}", call % 4 + 1),
                "caller_key": format!("{:032x}", call * 7919 % 100_003)});
            let kind = match step {
                0 => json!({"kind": "offered", "direction": "inbound"}),
                1 => json!({"kind": "ivr_step", "node": "menu", "key": "2"}),
                2 => json!({"kind": "queued", "queue": "general"}),
                3 => json!({"kind": "answered", "representative": format!("agent-{:03}", call % 60), "location": "hall"}),
                _ => json!({"kind": "ended", "ended_by": "caller", "recorded": true, "wrap_up_ms": 12_000}),
            };
            if let (Some(data), Some(kind)) = (data.as_object_mut(), kind.as_object()) {
                data.extend(kind.clone());
            }
            let envelope = Envelope::new(SUBJECT, "pbx/rate", format!("e-{n:012}"), at);
            Row { envelope, data, payload: None, place: Place { topic: topic.clone(), partition: 0, offset: n as i64 } }
        })
        .collect()
}

#[tokio::main]
async fn main() -> Result<(), LakeError> {
    let argument = |n, default| std::env::args().nth(n).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (batch, batches): (usize, usize) = (argument(1, 20_000), argument(2, 20));
    let place = std::env::temp_dir().join(format!("meyar-rate-{}", std::process::id()));
    let root = LakeRoot::parse(&place.to_string_lossy())?;
    let topic: Arc<str> = Arc::from(SUBJECT.name());
    let mut landing = Landing::open(&root, SUBJECT, LandingOptions::new(&*topic)).await?;
    let (mut judging, mut writing, mut landed) = (0.0, 0.0, 0);
    for n in 0..batches {
        let rows = rows(n * batch, batch, &topic);
        let positions = Positions::from([((topic.to_string(), 0), ((n + 1) * batch) as i64)]);
        let start = Instant::now();
        let prepared = landing.prepare(&[lay_out(SUBJECT, &rows)?]).await?;
        judging += start.elapsed().as_secs_f64();
        let start = Instant::now();
        landed += landing.commit(prepared, &positions, &BTreeMap::new(), &BTreeMap::new()).await?.rows;
        writing += start.elapsed().as_secs_f64();
    }
    let rate = |seconds: f64| landed as f64 / seconds;
    println!("{landed} events in {batches} commits: {:.0} events/s", rate(judging + writing));
    println!(
        "judging and encoding {:.0} events/s, committing {:.1} ms each",
        rate(judging),
        1000.0 * writing / batches as f64
    );
    let start = Instant::now();
    let mut again = Landing::open(&root, SUBJECT, LandingOptions::new(&*topic)).await?;
    again.prepare(&[]).await?;
    println!("reopening with all keys: {:.2} s", start.elapsed().as_secs_f64());
    let lake = Lake::at(root, LakeOptions::default())?;
    for name in ["calls_by_line", "calls_by_line", "call_times", "answered_within_30s", "calls_by_hour"] {
        let start = Instant::now();
        lake.figure(name, &"2026-01".parse()?, None).await?;
        println!("{name}: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    }
    println!("lake at {}", place.display());
    Ok(())
}
