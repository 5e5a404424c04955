//! The figures of the live page, at moments of one day: what had not happened yet is not known.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Home, row, time};
use meyar_lake::{Lake, Row, output};
use meyar_schemas::Subject;
use serde_json::{Map, Value, json};

const DAY: &str = "2026-01-14";

fn at(day: &str, clock: &str) -> String {
    format!("{day}T{clock}+04:00")
}

/// One step of a call; `more` is what the kind of step carries.
fn step(call: &str, when: &str, caller: &str, more: Value) -> (Subject, Row) {
    let mut data = json!({ "call_id": call, "line": "195-1-1", "at": when, "caller_key": format!("{:0<32}", caller) });
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (Subject::CallEvents, row(Subject::CallEvents, &format!("{call}/{when}/{}", data["kind"]), data))
}

/// A morning: answered in time, lost after 45 seconds, answered late, never told of again; an order of the day before; calls back.
fn morning() -> Vec<(Subject, Row)> {
    let offered = json!({ "kind": "offered", "direction": "inbound" });
    let queued = json!({ "kind": "queued", "queue": "q" });
    let taken = json!({ "kind": "answered", "representative": "R01", "location": "hall" });
    let ended = json!({ "kind": "ended", "ended_by": "caller", "recorded": true, "wrap_up_ms": 0 });
    let back = |of: &str| json!({ "kind": "offered", "direction": "outbound", "returns": of });
    let lost = json!({ "kind": "lost", "reason": "abandoned_in_queue", "waited_ms": 45_000 });
    let clock = |text: &str| at(DAY, text);
    vec![
        step("quick", &clock("10:00:00"), "aaaaaaaaaa", offered.clone()),
        step("quick", &clock("10:00:02"), "aaaaaaaaaa", queued.clone()),
        step("quick", &clock("10:00:20"), "aaaaaaaaaa", taken.clone()),
        step("quick", &clock("10:03:20"), "aaaaaaaaaa", ended.clone()),
        step("gone", &clock("10:01:00"), "bbbbbbbbbb", offered.clone()),
        step("gone", &clock("10:01:01"), "bbbbbbbbbb", queued.clone()),
        step("gone", &clock("10:01:46"), "bbbbbbbbbb", lost),
        step("slow", &clock("10:05:00"), "cccccccccc", offered.clone()),
        step("slow", &clock("10:05:01"), "cccccccccc", queued),
        step("slow", &clock("10:06:31"), "cccccccccc", taken.clone()),
        step("slow", &clock("10:09:00"), "cccccccccc", ended),
        step("untold", &clock("10:08:00"), "dddddddddd", offered.clone()),
        step("returned", &clock("11:00:00"), "bbbbbbbbbb", back("gone")),
        step("returned", &clock("11:00:10"), "bbbbbbbbbb", taken),
        step("order", &at("2026-01-13", "20:00:00"), "eeeeeeeeee", offered),
        step("order", &at("2026-01-13", "20:01:00"), "eeeeeeeeee", json!({ "kind": "ordered" })),
        step("ordered", &at("2026-01-15", "12:00:00"), "eeeeeeeeee", back("order")),
    ]
}

struct Day(Home);

impl Day {
    async fn new() -> Day {
        let home = Home::new();
        home.land(&morning()).await;
        Day(home)
    }

    fn lake(&self, day: &str, clock: &str) -> Lake {
        self.0.lake().until(time(&at(day, clock)))
    }

    async fn of(&self, figure: &str, day: &str, clock: &str) -> Vec<Map<String, Value>> {
        output::rows(&self.lake(day, clock).figure(figure, &day.parse().unwrap(), None).await.unwrap()).unwrap()
    }

    /// The row of all lines.
    async fn all(&self, clock: &str) -> Map<String, Value> {
        self.of("live_lines", DAY, clock).await.pop().unwrap()
    }

    async fn level(&self, span: &str, kpi: &str, clock: &str) -> (Value, Value, Value) {
        let rows = self.of("live_level", DAY, clock).await;
        let row = rows.into_iter().find(|row| row["span"] == span && row["kpi"] == kpi).unwrap();
        (row["numerator"].clone(), row["denominator"].clone(), row["met"].clone())
    }
}

fn numbers(row: &Map<String, Value>, columns: &[&str]) -> Vec<i64> {
    columns.iter().map(|column| row[*column].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_waits_until_it_is_answered_and_not_for_ever() {
    let day = Day::new().await;
    let columns = ["offered", "answered", "lost", "waiting", "in_queue", "untold"];
    assert_eq!(numbers(&day.all("09:59:59").await, &columns), [0, 0, 0, 0, 0, 0]);
    let early = day.all("10:05:30").await;
    assert_eq!(numbers(&early, &columns), [3, 1, 1, 1, 1, 0]);
    assert_eq!((&early["longest_ms"], &early["open"]), (&json!(29_000), &json!(true)), "from entering the queue");
    // The voice menu has it: offered, and in no queue yet.
    assert_eq!(numbers(&day.all("10:08:30").await, &columns), [4, 2, 1, 1, 0, 0]);
    let later = day.all("11:08:01").await;
    assert_eq!(numbers(&later, &columns), [4, 2, 1, 0, 0, 1], "after an hour its end was not told");
    assert!(later["longest_ms"].is_null());
    assert_eq!(day.all("18:00:00").await["open"], json!(false), "live hours end");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_can_still_be_answered_in_time_is_not_judged_yet() {
    let day = Day::new().await;
    let last = async |clock: &str| day.level("last", "accept_30s", clock).await;
    assert_eq!(last("10:05:30").await, (json!(1), json!(2), json!(false)));
    assert_eq!(last("10:05:32").await, (json!(1), json!(3), json!(false)), "31 seconds are too long, answered or not");
    assert_eq!(last("10:00:25").await, (json!(1), json!(1), json!(true)));
    assert_eq!(last("10:33:00").await, (json!(0), json!(2), json!(false)), "half an hour ago is no longer lately");
    // The day is the key figure: every incoming call counts.
    assert_eq!(day.level("day", "accept_30s", "10:05:30").await, (json!(1), json!(3), json!(false)));
    let (.., met) = day.level("last", "accept_30s", "12:00:00").await;
    assert!(met.is_null(), "of no calls nothing is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_a_call_waits_until_called_back_and_an_order_until_its_day() {
    let day = Day::new().await;
    let waiting = day.of("live_callbacks", DAY, "10:30:00").await;
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0]["first_call"], &waiting[0]["lost_at"]), (&json!("gone"), &json!("10:01")));
    assert_eq!(waiting[0]["caller"], json!("bbbbbbbb…"), "nobody is told by the whole key");
    assert!(day.of("live_callbacks", DAY, "11:05:00").await.is_empty());

    let orders = async |day_: &str, clock: &str| {
        let total = day.of("live_orders", day_, clock).await.pop().unwrap();
        (total["due_today"].clone(), total["overdue"].clone())
    };
    assert_eq!(orders("2026-01-13", "21:00:00").await, (json!(0), json!(0)), "it is due on the next working day");
    assert_eq!(orders(DAY, "09:00:00").await, (json!(1), json!(0)));
    assert_eq!(orders("2026-01-15", "09:00:00").await, (json!(0), json!(1)));
    assert_eq!(orders("2026-01-15", "12:00:01").await, (json!(0), json!(0)));
}

/// What the machine says of one call by the criterion of urgency.
fn heard(call: &str, when: &str, verdict: Value) -> (Subject, Row) {
    let mut verdict = verdict;
    verdict["criterion"] = json!("K13");
    verdict["confidence"] = json!(0.8);
    verdict["reason"] = json!("eşidildi");
    let data = json!({ "evaluation_id": format!("e-{call}"), "call_id": call, "created_at": when, "transcript_id": format!("t-{call}"),
        "form": { "id": "default-call-form", "version": "0.1", "language": "az" }, "outcome": "critical_suspected", "coverage": 0.5,
        "verdicts": [verdict] });
    (Subject::CallEvaluations, row(Subject::CallEvaluations, &format!("e-{call}"), data))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_machine_heard_as_urgent_is_told_until_somebody_registers_it() {
    let home = Home::new();
    let mut events = morning();
    let evaluated = at(DAY, "10:10:00");
    let words =
        json!([{ "party": "caller", "start_ms": 0, "end_ms": 900, "quote": "yanğın", "segment": 0, "part": "urgent" }]);
    events.push(heard("quick", &evaluated, json!({ "state": "suspected", "evidence": words })));
    events.push(heard("slow", &evaluated, json!({ "state": "marked", "mark": 1.0, "evidence": words })));
    events.push(heard("returned", &at(DAY, "11:10:00"), json!({ "state": "abstained", "evidence": words })));
    events.push(heard("gone", &evaluated, json!({ "state": "not_applicable", "evidence": [] })));
    events.push(heard("untold", &evaluated, json!({ "state": "abstained", "evidence": [] })));
    let registered = json!({ "appeal_id": "a-1", "call_id": "quick", "line": "195-1-1", "at": at(DAY, "10:30:00"),
        "topics": ["law_explanation"], "nature": "question", "direction": "sheet_forwarded", "urgent": true });
    events.push((Subject::Appeals, row(Subject::Appeals, "a-1", registered)));
    home.land(&events).await;
    let day = Day(home);
    let told = async |clock: &str| -> Vec<(String, Value, f64)> {
        let rows = day.of("live_urgent_heard", DAY, clock).await;
        let of = |row: &Map<String, Value>| {
            (row["call_id"].as_str().unwrap().to_owned(), row["escalated"].clone(), row["since_min"].as_f64().unwrap())
        };
        rows.iter().map(of).collect()
    };
    assert!(told("10:09:00").await.is_empty(), "it was not evaluated yet");
    let (slow, quick) = (("slow".to_owned(), json!(true)), ("quick".to_owned(), json!(false)));
    let early: Vec<_> = told("10:15:00").await.into_iter().map(|(call, passed, _)| (call, passed)).collect();
    assert_eq!(early, [slow, quick]);
    assert_eq!(
        told("11:15:00").await,
        [("returned".to_owned(), Value::Null, 15.0), ("slow".to_owned(), json!(true), 70.0)],
        "somebody registered the quick one; of the last nobody can tell whether it was passed on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_as_old_as_its_newest_event() {
    let day = Day::new().await;
    let told = async |when: &str, clock: &str| {
        let row = day.of("live_data", when, clock).await.remove(0);
        (row["state"].as_str().unwrap().to_owned(), row["age_ms"].as_i64())
    };
    assert_eq!(told(DAY, "10:05:31").await, ("fresh".into(), Some(30_000)));
    assert_eq!(told(DAY, "10:12:00").await, ("late".into(), Some(180_000)));
    assert_eq!(told(DAY, "10:45:00").await, ("stale".into(), Some(2_160_000)));
    assert_eq!(told("2026-03-02", "10:00:00").await, ("none".into(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_hours_without_calls_stand_between_those_with() {
    let day = Day::new().await;
    let home = Home::new();
    let mut calls = morning();
    calls.push(step("noon", &at(DAY, "11:45:00"), "ffffffffff", json!({ "kind": "offered", "direction": "inbound" })));
    home.land(&calls).await;
    let lake = home.lake().until(time(&at(DAY, "12:00:00")));
    let rows = output::rows(&lake.figure("live_half_hours", &DAY.parse().unwrap(), None).await.unwrap()).unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row["half_hour"].as_str().unwrap(), row["offered"].as_i64().unwrap())).collect();
    assert_eq!(told, [("10:00", 4), ("10:30", 0), ("11:00", 0), ("11:30", 1)]);
    assert!(day.of("live_half_hours", "2026-01-12", "12:00:00").await.is_empty());
}

/// Two looks at one moment, and a look at now beside them, do not change one another.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_past_leaves_the_lake_as_it_is() {
    let day = Day::new().await;
    let lake = day.0.lake();
    let count = async |lake: &Lake| {
        let rows =
            output::rows(&lake.sql("SELECT count(*) AS n FROM call_events", Vec::<(&str, _)>::new()).await.unwrap());
        rows.unwrap()[0]["n"].as_i64().unwrap()
    };
    assert_eq!(count(&lake.until(time(&at(DAY, "10:00:05")))).await, 4);
    assert_eq!(count(&lake).await, morning().len() as i64);
}
