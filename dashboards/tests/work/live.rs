//! The live page through the whole site, over a real store and a small lake: who may open it, what it says and does not, and what is logged.

use crate::office::{Office, form, says};
use crate::{registers, rows};
use axum::http::StatusCode;
use chrono::{Duration, TimeZone as _, Utc};
use meyar_schemas::Subject;
use meyar_work::access::{Action, Asked};
use meyar_work::{Person, Role};
use serde_json::json;

async fn office() -> Office {
    let mut rows = rows::month(9, 40);
    registers::add(&mut rows);
    Office::over(rows).await
}

impl Office {
    async fn looks(&self, who: &Person) -> usize {
        let asked = Asked { person_id: Some(&who.person_id), ..Asked::default() };
        let log = self.desk.store.access_log(&asked).await.unwrap();
        log.iter().filter(|logged| logged.entry.action == Action::Read).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_of_a_day_is_shown_to_whom_it_is_for_and_every_look_is_logged() {
    let office = office().await;
    let lead = office.lead().await;
    let management = office.management().await;
    let representative = office.aysel().await;
    let analyst = office.person("analitik", Role::Analyst, None).await;
    for stranger in [&representative, &analyst] {
        for path in ["/live", "/live/part"] {
            assert_eq!(office.ask(stranger, path).await.status, StatusCode::FORBIDDEN, "{} {path}", stranger.login);
        }
    }

    let now = office.page(&lead, "/live").await;
    says(
        &now,
        &[
            "Bu gün hələ heç bir zəng daxil olmayıb",
            "Son zənglərin gününə bax",
            "data-refresh-s=\"10\"",
            "http-equiv=\"refresh\"",
        ],
    );

    // The thirteenth: an urgent appeal at 11:01, flagged on two lines; one call of each was transferred.
    let then = office.page(&lead, "/live?at=2026-01-13T11:30").await;
    says(
        &then,
        &[
            "Bu, indi deyil: 13.01.2026 11:30:00",
            "hədəf yerinə",
            "data-urgent=\"urgent-0\"",
            "href=\"/calls/urgent-0\"",
            "dəq. sonra ötürülüb",
            "<svg class=\"chart columns short\"",
        ],
    );
    assert!(!then.contains("data-refresh-s") && !then.contains("http-equiv"), "the past does not change");
    let before = office.page(&lead, "/live?at=2026-01-13T10:59").await;
    assert!(!before.contains("data-urgent"), "what had not happened is not known");

    // Who lost a call on the twelfth is owed one until called back; nobody's key is told whole.
    let noon = office.page(&lead, "/live?at=2026-01-12T14:00").await;
    assert!(noon.contains("href=\"/calls/missed-0\"") && noon.contains("gizli nömrə"), "{noon}");
    assert!(!noon.contains(&format!("{:032x}", 103)), "a caller's whole key");
    let evening = office.page(&lead, "/live?at=2026-01-12T16:00").await;
    assert!(!evening.contains("href=\"/calls/missed-0\"") && evening.contains("href=\"/calls/broken-0\""), "{evening}");

    // Management sees the centre, and no way to a call.
    let seen = office.page(&management, "/live?at=2026-01-12T14:00").await;
    assert!(seen.contains("Əks əlaqə gözləyən") && !seen.contains("href=\"/calls/"), "{seen}");

    let logged = office.looks(&lead).await;
    assert_eq!(logged, 5, "each page that was opened");
    for _ in 0..3 {
        let part = office.page(&lead, "/live/part").await;
        assert!(part.contains("id=\"live-tiles\"") && !part.contains("<html"));
    }
    assert_eq!(office.looks(&lead).await, logged, "a screen that stays open is not logged each time");
    let head = office.head().await;
    office.page(&head, "/live/part").await;
    assert_eq!(office.looks(&head).await, 1, "but nobody looks without a trace");

    for (at, line) in [("2999-01-01T00:00", "2999-01-01T00:00"), ("nonsense", "nonsense")] {
        let refused = office.ask(&lead, &format!("/live?at={at}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        says(&refused.text, &[line, "2026-01-14T15:00"]);
    }
}

/// Fifty screens at once are one question.
#[tokio::test(flavor = "multi_thread")]
async fn many_screens_take_one_answer() {
    let office = office().await;
    let lead = office.lead().await;
    let asked = (0..50).map(|_| office.page(&lead, "/live/part"));
    let answers = futures::future::join_all(asked).await;
    let moment = |text: &str| text.split("Hesablanma anı: ").nth(1).unwrap()[..19].to_owned();
    let first = moment(&answers[0]);
    assert!(answers.iter().all(|answer| moment(answer) == first), "worked out at one moment");
}

/// A call of which nobody registered anything, and in which the machine heard a word of urgency.
fn heard(rows: &mut rows::Rows, id: &str, state: &str) {
    let at = |second: i64| Utc.with_ymd_and_hms(2026, 1, 13, 7, 10, 0).unwrap() + Duration::seconds(second);
    rows.event(id, "195-1-1", at(0), json!({"kind": "offered", "direction": "inbound"}));
    rows.event(id, "195-1-1", at(5), json!({"kind": "answered", "representative": "Aysel N.", "location": "hall"}));
    rows.event(id, "195-1-1", at(60), json!({"kind": "ended", "ended_by": "caller", "recorded": true}));
    rows.add(
        Subject::CallRecordings,
        json!({"recording_id": format!("rec-{id}"), "call_id": id, "path": format!("2026/{id}.wav"),
        "sha256": "00", "codec": "mulaw", "rate_hz": 8000, "channels": 2, "parties": ["representative", "caller"],
        "started_at": at(5).to_rfc3339(), "duration_ms": 55_000, "chunks": 9, "gaps": [], "flags": []}),
    );
    let words = json!([{"party": "caller", "start_ms": 0, "end_ms": 900, "quote": "gizli yanğın", "segment": 0, "part": "urgent"}]);
    rows.add(Subject::CallEvaluations, json!({"evaluation_id": format!("ev-{id}"), "call_id": id, "created_at": at(90).to_rfc3339(),
        "transcript_id": format!("tr-{id}"), "form": {"id": "default-call-form", "version": "0.1", "language": "az"},
        "outcome": "critical_suspected", "coverage": 0.1,
        "verdicts": [{"criterion": "K13", "state": state, "confidence": 0.8, "reason": "eşidildi", "evidence": words}]}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_machine_heard_stands_among_the_urgent_but_for_whom_is_to_score_it_blind() {
    let mut rows = rows::month(9, 40);
    registers::add(&mut rows);
    heard(&mut rows, "heard-suspected", "suspected");
    heard(&mut rows, "heard-unsure", "abstained");
    let office = Office::over(rows).await;
    let (lead, leyla, management) = (office.lead().await, office.assessor().await, office.management().await);
    let path = "/live?at=2026-01-13T11:30";
    let row = |html: &str, call: &str| -> Option<String> {
        let at = html.find(&format!("data-urgent=\"{call}\""))?;
        Some(html[at..].split("</tr>").next().unwrap().to_owned())
    };
    let seen = office.page(&lead, path).await;
    let suspected = row(&seen, "heard-suspected").unwrap();
    says(
        &suspected,
        &["maşın eşidib, müraciət qeyd edilməyib", "dərhal ötürülmə eşidilməyib", "href=\"/calls/heard-suspected\""],
    );
    says(&row(&seen, "heard-unsure").unwrap(), &["ötürülüb-ötürülmədiyi eşidilmir"]);
    says(&seen, &["maşın eşidib, qeyd edilməyib: 2"]);
    let place = |call: &str| seen.find(&format!("data-urgent=\"{call}\"")).unwrap();
    assert!(place("heard-suspected") < place("urgent-0"), "what was passed on waits for nobody");
    assert!(!seen.contains("gizli yanğın"), "nobody's words");
    let seen = office.page(&management, path).await;
    assert!(row(&seen, "heard-suspected").is_some_and(|row| !row.contains("href")), "and no way to the call");
    let before = office.page(&lead, "/live?at=2026-01-13T11:11").await;
    assert!(row(&before, "heard-suspected").is_none(), "it was not evaluated yet");

    // In an open set whoever takes part does not learn here what the machine said.
    let due = (meyar_work::terms::day(Utc::now()) + Duration::days(3)).to_string();
    let hands = [&leyla, &lead].map(|person| format!("takes-{}", person.person_id));
    let mut sent = vec![("name", "Yanvar"), ("due_day", due.as_str()), ("source", "ids"), ("ids", "heard-suspected")];
    sent.extend(hands.iter().map(|hand| (hand.as_str(), "on")));
    office.done(&lead, "/calibration", &form(&sent)).await;
    let seen = office.page(&lead, path).await;
    assert!(row(&seen, "heard-suspected").is_none() && row(&seen, "heard-unsure").is_some());
    says(&seen, &["maşın eşidib, qeyd edilməyib: 1"]);
    assert!(row(&office.page(&management, path).await, "heard-suspected").is_some());
}
