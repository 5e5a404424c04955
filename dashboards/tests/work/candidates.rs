//! What a plan is drawn from: every join of `candidates.sql`, over a small lake in which each call has one thing of its own.

use crate::office::{Office, form, says};
use crate::rows::Rows;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, NaiveDate, TimeZone as _, Utc};
use meyar_schemas::Subject;
use meyar_work::plans::Plan;
use meyar_work::sampling::{Candidate, Risk};
use meyar_work::store::{Filter, Record};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 10, 6, 0, 0).unwrap() + Duration::minutes(minute)
}

/// An answered call with sound; `held` seconds of it on hold.
fn heard(rows: &mut Rows, id: &str, minute: i64, held: i64) {
    let (line, start) = ("195-1-1", at(minute));
    rows.event(id, line, start, json!({"kind": "offered", "direction": "inbound"}));
    let answered = json!({"kind": "answered", "representative": "Aysel N.", "location": "remote"});
    rows.event(id, line, start + Duration::seconds(5), answered);
    if held > 0 {
        rows.event(id, line, start + Duration::seconds(20), json!({"kind": "hold", "phase": "started"}));
        rows.event(id, line, start + Duration::seconds(20 + held), json!({"kind": "hold", "phase": "ended"}));
    }
    let ended = json!({"kind": "ended", "ended_by": "caller", "recorded": true, "wrap_up_ms": 9000});
    rows.event(id, line, start + Duration::seconds(400), ended);
}

fn recorded(rows: &mut Rows, id: &str, minute: i64, path: Option<&str>) {
    let mut data = json!({"recording_id": format!("rec-{id}"), "call_id": id, "sha256": "00", "codec": "mulaw", "rate_hz": 8000,
        "channels": 2, "parties": ["representative", "caller"], "started_at": at(minute).to_rfc3339(), "duration_ms": 395_000,
        "chunks": 9, "gaps": [], "flags": []});
    if let Some(path) = path {
        data["path"] = json!(path);
    }
    rows.add(Subject::CallRecordings, data);
}

fn judged(rows: &mut Rows, id: &str, evaluation: &str, hours: i64, outcome: &str, score: Value) {
    rows.add(Subject::CallEvaluations, json!({
        "evaluation_id": evaluation, "call_id": id, "created_at": (at(0) + Duration::hours(hours)).to_rfc3339(),
        "form": {"id": "default-call-form", "version": "0.1", "language": "az"}, "transcript_id": format!("t-{evaluation}"),
        "line": "195-1-1", "representative": "Aysel N.", "outcome": outcome, "raw_score": score, "coverage": 0.5,
        "verdicts": [{"criterion": "K01", "state": "marked", "mark": 1.0, "confidence": 0.9, "reason": "x", "evidence": []}],
    }));
}

fn appeal(rows: &mut Rows, id: &str, appeal: &str, minute: i64, topic: &str, urgent: bool) {
    rows.add(Subject::Appeals, json!({"appeal_id": appeal, "at": at(minute).to_rfc3339(), "call_id": id, "line": "195-1-1",
        "nature": "question", "topics": [topic], "direction": "immediate", "urgent": urgent, "representative": "Aysel N."}));
}

fn sheet(rows: &mut Rows, id: &str, class: &str) {
    rows.add(
        Subject::ApplicationSheets,
        json!({"sheet_id": format!("mv-{id}"), "at": at(90).to_rfc3339(), "line": "195-1-1",
        "class": class, "kind": "opened", "origin": "live", "call_id": id}),
    );
}

/// A complaint that a person noted; `state` is where it stands now.
fn complaint(rows: &mut Rows, id: &str, call: Option<&str>, states: &[&str]) {
    for (revision, state) in states.iter().enumerate() {
        let told = (at(120) + Duration::hours(revision as i64)).to_rfc3339();
        let mut data = json!({"record_id": id, "kind": "complaint", "at": told, "made_at": at(120).to_rfc3339(), "state": state,
            "action": "make", "by": "p-2", "about": "Aysel N.", "title": "conduct", "content": {"wish": "üzr"}});
        if let Some(call) = call {
            data["call_id"] = json!(call);
        }
        rows.told(Subject::Records, "meyar/fixture", id, revision as u32, data);
    }
}

fn survey(rows: &mut Rows, id: &str, question: &str, score: u8, low: u8, high: u8) {
    let base = json!({"survey_id": format!("s-{id}"), "call_id": id, "line": "195-1-1", "channel": "sms", "respondent": "caller"});
    let mut told = |more: Value| {
        let mut data = base.clone();
        data["at"] = json!(at(60).to_rfc3339());
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rows.add(Subject::SurveyResponses, data);
    };
    told(json!({"kind": "invited"}));
    told(json!({"kind": "answered", "question": question, "score": score, "scale_min": low, "scale_max": high}));
}

const HEARD: [&str; 12] = [
    "plain",
    "held",
    "suspected",
    "low",
    "sheet",
    "noted",
    "taken-back",
    "third",
    "urgent",
    "unhappy",
    "unresolved",
    "deleted",
];

fn lake() -> Rows {
    let mut rows = Rows::default();
    for (minute, id) in HEARD.iter().enumerate() {
        heard(&mut rows, id, minute as i64, if *id == "held" { 120 } else { 0 });
        let path = (*id != "deleted").then(|| format!("2026/03/10/{id}.wav"));
        recorded(&mut rows, id, minute as i64, path.as_deref());
    }
    heard(&mut rows, "silent", 20, 0);
    // Neither lost calls nor those of other days or lines are there to be drawn.
    rows.event("lost", "195-1-1", at(30), json!({"kind": "offered", "direction": "inbound"}));
    rows.event("lost", "195-1-1", at(31), json!({"kind": "lost", "reason": "abandoned_in_queue", "waited_ms": 60_000}));
    heard(&mut rows, "later", 3 * 24 * 60, 0);
    // What was judged last counts.
    judged(&mut rows, "suspected", "e-1", 1, "proposed", json!(95.0));
    judged(&mut rows, "suspected", "e-2", 2, "critical_suspected", json!(90.0));
    judged(&mut rows, "low", "e-3", 1, "critical_suspected", json!(80.0));
    judged(&mut rows, "low", "e-4", 2, "proposed", json!(31.5));
    sheet(&mut rows, "sheet", "body_complaint");
    sheet(&mut rows, "third", "third_party_complaint");
    complaint(&mut rows, "com-1", Some("noted"), &["received", "investigated"]);
    complaint(&mut rows, "com-2", Some("noted"), &["received"]);
    complaint(&mut rows, "com-3", Some("taken-back"), &["received", "withdrawn"]);
    complaint(&mut rows, "com-4", None, &["received"]);
    appeal(&mut rows, "urgent", "m-1", 8, "law_explanation", false);
    appeal(&mut rows, "urgent", "m-2", 9, "operation_support", true);
    survey(&mut rows, "unhappy", "overall", 2, 1, 5);
    survey(&mut rows, "unresolved", "resolved", 0, 0, 1);
    rows
}

async fn candidates(office: &Office) -> BTreeMap<String, Candidate> {
    let day = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
    let all = office.source.candidates(day, day, None).await.unwrap();
    let count = all.len();
    let by_id: BTreeMap<String, Candidate> = all.into_iter().map(|call| (call.call_id.clone(), call)).collect();
    assert_eq!(by_id.len(), count, "no join doubles a call");
    by_id
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_says_what_the_choice_may_rest_on_and_nothing_of_another_one() {
    let office = Office::over(lake()).await;
    let calls = candidates(&office).await;
    let mut expected: Vec<&str> = HEARD.to_vec();
    expected.push("silent");
    expected.sort_unstable();
    assert_eq!(calls.keys().map(String::as_str).collect::<Vec<_>>(), expected);

    let of = |is: fn(&Candidate) -> bool| -> Vec<&str> {
        calls.values().filter(|call| is(call)).map(|call| call.call_id.as_str()).collect()
    };
    assert!(calls.values().all(|call| call.representative.as_deref() == Some("Aysel N.")));
    assert!(calls.values().all(|call| call.line.as_deref() == Some("195-1-1")));
    assert!(calls.values().all(|call| call.location.as_deref() == Some("remote")));
    assert_eq!(of(|call| !call.has_recording), ["deleted", "silent"], "sound that is gone cannot be heard");
    assert_eq!(of(|call| call.hold_ms.is_some_and(|held| held >= 90_000)), ["held"]);
    assert_eq!(of(|call| call.suspected), ["suspected"], "an older verdict does not count");
    assert_eq!(calls["low"].raw_score, Some(31.5));
    assert_eq!(calls["suspected"].raw_score, Some(90.0));
    assert_eq!(of(|call| call.raw_score.is_some()), ["low", "suspected"]);
    assert_eq!(of(|call| call.complaint), ["noted", "sheet"], "noted by people, or a sheet about the body");
    assert_eq!(of(|call| call.urgent), ["urgent"]);
    assert_eq!(calls["urgent"].topic.as_deref(), Some("law_explanation"), "the first appeal names it");
    assert_eq!(of(|call| call.topic.is_some()), ["urgent"]);
    assert_eq!(calls["unhappy"].survey_share, Some(0.25));
    assert_eq!(calls["unresolved"].survey_share, Some(0.0));
    assert_eq!(of(|call| call.survey_share.is_some()), ["unhappy", "unresolved"]);
    let day = NaiveDate::from_ymd_opt(2026, 3, 10).unwrap();
    assert!(office.source.candidates(day, day, Some("195-1-4")).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_asks_for_the_machines_score_if_it_wants_to_and_says_so() {
    let office = Office::over(lake()).await;
    let (lead, leyla) = (office.lead().await, office.assessor().await);
    says(&office.page(&lead, "/plans/new").await, &["name=\"low_score\"", "value=\"50\""]);
    let draw = async |name: &str, low_score: &str| {
        let takes = format!("takes-{}", leyla.person_id);
        let sent = [
            ("name", name),
            ("first_day", "2026-03-10"),
            ("last_day", "2026-03-10"),
            ("line", ""),
            ("each", "1"),
            ("risk_most", "100"),
            ("long_hold", "90"),
            ("low_survey", "40"),
            ("low_score", low_score),
            ("seed", "söz"),
            ("due_days", "5"),
            (takes.as_str(), "on"),
        ];
        office.send(&lead, "/plans", &form(&sent)).await
    };
    let wrong = draw("Mart", "101").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong.text, &["1 ilə 100 arasında tam ədəd", "value=\"101\""]);
    let with = draw("Mart", "50").await;
    assert_eq!(with.status, StatusCode::SEE_OTHER, "{}", with.text);
    let page = office.page(&lead, &with.place).await;
    says(&page, &["Maşının aşağı balı: bu ədəddən az", "<dd>50</dd>"]);
    let without = draw("Mart, maşınsız", "").await;
    says(&office.page(&lead, &without.place).await, &["nəzərə alınmır"]);

    let plans: Vec<Record<Plan>> = office.desk.store.list(&Filter::default()).await.unwrap();
    let mut asked: Vec<Option<f64>> = plans.iter().map(|plan| plan.design.low_score).collect();
    asked.sort_by(|one, other| one.partial_cmp(other).unwrap());
    assert_eq!(asked, [None, Some(50.0)]);
    let calls: Vec<Candidate> = candidates(&office).await.into_values().collect();
    for plan in plans {
        let drawn = meyar_work::sampling::draw(&plan.design, &calls);
        let low = drawn.picks.iter().find(|pick| pick.call_id == "low").and_then(|pick| pick.risk);
        let chance = drawn.picks.iter().any(|pick| pick.call_id == "low" && pick.risk.is_none());
        assert!(chance || low == plan.design.low_score.map(|_| Risk::LowScore), "{:?}: {low:?}", plan.design);
    }
}
