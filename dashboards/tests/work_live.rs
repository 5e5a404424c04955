//! The live page through the whole site, over a real store and a small lake: who may open it, what it says and does not, and what is logged.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/fixture/registers.rs"]
mod registers;
#[allow(dead_code)]
#[path = "../examples/fixture/rows.rs"]
mod rows;
#[allow(dead_code)]
#[path = "../examples/fixture/sound.rs"]
mod sound;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::Utc;
use meyar_dashboards::{Config, LakeSource, Work, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::{Action, Actor, Asked};
use meyar_work::{Account, Desk, Permissions, Person, Role, Store};
use object_store::memory::InMemory;
use std::sync::Arc;
use tower::ServiceExt;

struct Office {
    _folder: tempfile::TempDir,
    desk: Desk,
    router: Router,
}

impl Office {
    async fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let root = LakeRoot::parse(folder.path().join("lake").to_str().unwrap()).unwrap();
        let mut rows = rows::month(9, 40);
        registers::add(&mut rows);
        rows.land(&root).await;
        let desk = Desk {
            store: Store::open(folder.path().join("work.db").to_str().unwrap()).await.unwrap(),
            permissions: Arc::new(Permissions::load(None).unwrap()),
            forms: Arc::new(Forms::embedded().unwrap()),
            reference: Arc::new(Reference::load(None).unwrap()),
        };
        let router = router(&Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            source: Arc::new(LakeSource::new(Lake::at(root, LakeOptions::default()).unwrap())),
            recordings: Arc::new(InMemory::new()),
            metrics_handle: None,
            health: Arc::new(|| Box::pin(async { Vec::new() })),
            work: Some(Work { desk: desk.clone(), secure_cookies: false }),
            shutdown: tokio_util::sync::CancellationToken::new(),
        });
        Office { _folder: folder, desk, router }
    }

    async fn person(&self, login: &str, role: Role) -> Person {
        let account = Account {
            login: login.to_owned(),
            name: format!("Şəxs {login}"),
            role,
            representative: (role == Role::Representative).then(|| "Aysel N.".to_owned()),
            sector: None,
            active: true,
        };
        self.desk.store.add_person(&account, None, &Actor::system(), Utc::now()).await.unwrap()
    }

    async fn ask(&self, who: &Person, path: &str) -> (StatusCode, String) {
        let opened = self.desk.store.open_session(who.clone(), "test", Utc::now()).await.unwrap();
        let request = Request::builder().uri(path).header(header::COOKIE, format!("meyar-session={}", opened.cookie));
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status();
        let text = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8_lossy(&text).into_owned())
    }

    async fn page(&self, who: &Person, path: &str) -> String {
        let (status, text) = self.ask(who, path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    async fn looks(&self, who: &Person) -> usize {
        let asked = Asked { person_id: Some(&who.person_id), ..Asked::default() };
        let log = self.desk.store.access_log(&asked).await.unwrap();
        log.iter().filter(|logged| logged.entry.action == Action::Read).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_of_a_day_is_shown_to_whom_it_is_for_and_every_look_is_logged() {
    let office = Office::new().await;
    let lead = office.person("orxan", Role::Lead).await;
    let management = office.person("rehber", Role::Management).await;
    let representative = office.person("aysel", Role::Representative).await;
    let analyst = office.person("analitik", Role::Analyst).await;
    for stranger in [&representative, &analyst] {
        for path in ["/live", "/live/part"] {
            assert_eq!(office.ask(stranger, path).await.0, StatusCode::FORBIDDEN, "{} {path}", stranger.login);
        }
    }

    let now = office.page(&lead, "/live").await;
    for words in [
        "Bu gün hələ heç bir zəng daxil olmayıb",
        "Son zənglərin gününə bax",
        "data-refresh-s=\"10\"",
        "http-equiv=\"refresh\"",
    ] {
        assert!(now.contains(words), "no {words:?} in {now}");
    }

    // The thirteenth: an urgent appeal at 11:01, flagged on two lines; one call of each was transferred.
    let then = office.page(&lead, "/live?at=2026-01-13T11:30").await;
    for words in [
        "Bu, indi deyil: 13.01.2026 11:30:00",
        "hədəf yerinə",
        "data-urgent=\"urgent-0\"",
        "href=\"/calls/urgent-0\"",
        "dəq. sonra ötürülüb",
        "<svg class=\"live-chart\"",
    ] {
        assert!(then.contains(words), "no {words:?} in {then}");
    }
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
    let head = office.person("rauf", Role::Head).await;
    office.page(&head, "/live/part").await;
    assert_eq!(office.looks(&head).await, 1, "but nobody looks without a trace");

    for (at, line) in [("2999-01-01T00:00", "2999-01-01T00:00"), ("nonsense", "nonsense")] {
        let (status, text) = office.ask(&lead, &format!("/live?at={at}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(text.contains(line) && text.contains("2026-01-14T15:00"), "{text}");
    }
}

/// Fifty screens at once are one question.
#[tokio::test(flavor = "multi_thread")]
async fn many_screens_take_one_answer() {
    let office = Office::new().await;
    let lead = office.person("orxan", Role::Lead).await;
    let asked = (0..50).map(|_| office.page(&lead, "/live/part"));
    let answers = futures::future::join_all(asked).await;
    let moment = |text: &str| text.split("Hesablanma anı: ").nth(1).unwrap()[..19].to_owned();
    let first = moment(&answers[0]);
    assert!(answers.iter().all(|answer| moment(answer) == first), "worked out at one moment");
}
