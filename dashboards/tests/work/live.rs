//! The live page through the whole site, over a real store and a small lake: who may open it, what it says and does not, and what is logged.

use crate::office::{Office, says};
use crate::{registers, rows};
use axum::http::StatusCode;
use meyar_work::access::{Action, Asked};
use meyar_work::{Person, Role};

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
