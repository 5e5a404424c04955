//! Every role over every route: who is let in is what the table of rights says, and nothing else.
#![allow(clippy::unwrap_used)]

use super::Work;
use super::guard::{COOKIE_NAME, Need};
use crate::{Config, LakeSource};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::Utc;
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_work::access::{Action, Actor, Asked};
use meyar_work::rights::Requests;
use meyar_work::{Account, Desk, Permissions, Person, Right, Role, Store};
use std::sync::Arc;
use tower::ServiceExt as _;

struct House {
    _folder: tempfile::TempDir,
    desk: Desk,
    router: axum::Router,
}

async fn house() -> House {
    house_with(Permissions::load(None).unwrap()).await
}

async fn house_with(permissions: Permissions) -> House {
    house_of(permissions, false).await
}

async fn house_of(permissions: Permissions, secure_cookies: bool) -> House {
    let folder = tempfile::tempdir().unwrap();
    let lake = LakeRoot::parse(&folder.path().join("lake").display().to_string()).unwrap();
    let desk = Desk {
        store: Store::open(&folder.path().join("work.db").display().to_string()).await.unwrap(),
        permissions: Arc::new(permissions),
        forms: Arc::new(meyar_scoring::Forms::embedded().unwrap()),
        reference: Arc::new(meyar_schemas::reference::Reference::load(None).unwrap()),
    };
    let router = crate::router(&Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        source: Arc::new(LakeSource::new(Lake::at(lake, LakeOptions::default()).unwrap())),
        recordings: Arc::new(object_store::memory::InMemory::new()),
        metrics_handle: None,
        health: Arc::new(|| Box::pin(async { Vec::new() })),
        work: Some(Work { desk: desk.clone(), secure_cookies }),
        shutdown: tokio_util::sync::CancellationToken::new(),
    });
    House { _folder: folder, desk, router }
}

impl House {
    async fn comes_in(&self, role: Role) -> (Person, String) {
        let account = Account {
            login: format!("the-{role}"),
            name: format!("{role}"),
            role,
            representative: (role == Role::Representative).then(|| "T-01".to_owned()),
            sector: None,
            active: true,
        };
        let person = self.desk.store.add_person(&account, None, &Actor::system(), Utc::now()).await.unwrap();
        let opened = self.desk.store.open_session(person.clone(), "test", Utc::now()).await.unwrap();
        (person, format!("{COOKIE_NAME}={}", opened.cookie))
    }

    async fn ask(
        &self,
        method: &Method,
        path: &str,
        cookie: Option<&str>,
        origin: Option<&str>,
    ) -> (StatusCode, Option<String>) {
        let path = path.replace("{*path}", "a/b.wav").replace("{name}", "kpi");
        let path: String =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, "text/html")
            .header(header::HOST, "meyar");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let to = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        (answer.status(), to)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_opens_what_the_table_gives_it_and_nothing_else() {
    let house = house().await;
    let table = crate::table(true);
    assert!(table.routes().len() > 25, "{} routes", table.routes().len());
    let (mut let_in, mut refused) = (0, 0);
    for role in Role::ALL {
        let (person, cookie) = house.comes_in(*role).await;
        for route in table.routes() {
            // Going out ends the session; it is asked last, below.
            if route.path == "/logout" {
                continue;
            }
            let may = match route.need {
                Need::Nothing | Need::In => true,
                Need::Any(rights) => rights.iter().any(|right| house.desk.may(&person, *right)),
            };
            let (status, to) = house.ask(&route.method, route.path, Some(&cookie), None).await;
            let told = format!("{role} {} {}: {status} {to:?}", route.method, route.path);
            if may {
                let_in += 1;
                assert!(status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED, "{told}");
                assert!(!to.is_some_and(|to| to.starts_with("/login")), "{told}");
            } else if route.path == "/" {
                assert_eq!(status, StatusCode::SEE_OTHER, "{told}");
            } else {
                refused += 1;
                assert_eq!(status, StatusCode::FORBIDDEN, "{told}");
            }
        }
        let (status, to) = house.ask(&Method::POST, "/logout", Some(&cookie), None).await;
        assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/login")));
        let (status, to) = house.ask(&Method::GET, "/dictionary", Some(&cookie), None).await;
        assert!(status == StatusCode::SEE_OTHER && to.unwrap().starts_with("/login"), "{role} is still in");
    }
    assert!(let_in > 60 && refused > 60, "{let_in} let in, {refused} refused");
    // Whoever was refused stands in the log, which is whole.
    let log = house.desk.store.access_log(&Asked::default()).await.unwrap();
    assert_eq!(log.iter().filter(|logged| logged.entry.action == Action::Refused).count(), refused);
    house.desk.store.check_access_log().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_in_comes_no_further_than_the_login() {
    let house = house().await;
    for route in crate::table(true).routes() {
        for cookie in [None, Some("meyar-session=made-up")] {
            let (status, to) = house.ask(&route.method, route.path, cookie, None).await;
            let told = format!("{} {}: {status} {to:?}", route.method, route.path);
            match (route.need, &route.method) {
                (Need::Nothing, _) => assert!(status != StatusCode::UNAUTHORIZED, "{told}"),
                (_, method) if *method == Method::GET => {
                    assert!(to.is_some_and(|to| to.starts_with("/login?next=")), "{told}")
                }
                _ => assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_changes_nothing() {
    let house = house().await;
    let (_, cookie) = house.comes_in(Role::Assessor).await;
    for route in crate::table(true).routes().iter().filter(|route| route.method != Method::GET) {
        let (status, _) = house.ask(&route.method, route.path, Some(&cookie), Some("https://evil.example")).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_looked_at_is_written_down_first() {
    let house = house().await;
    let (person, cookie) = house.comes_in(Role::Assessor).await;
    house.ask(&Method::GET, "/calls/{call_id}", Some(&cookie), None).await;
    house.ask(&Method::GET, "/audio/{*path}", Some(&cookie), None).await;
    let log =
        house.desk.store.access_log(&Asked { person_id: Some(&person.person_id), ..Asked::default() }).await.unwrap();
    let seen: Vec<(Action, &str)> =
        log.iter().map(|logged| (logged.entry.action, logged.entry.object_kind.as_str())).collect();
    assert!(seen.contains(&(Action::Read, "call")) && seen.contains(&(Action::Play, "audio")), "{seen:?}");
    assert!(house.desk.permissions.may(Role::Assessor, Right::Calls));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_everything_at_once_is_told_to_wait_and_others_are_not() {
    let mut permissions = Permissions::load(None).unwrap();
    permissions.requests = Requests { burst: 5.try_into().unwrap(), per_second: 1.try_into().unwrap() };
    let house = house_with(permissions).await;
    let (_, greedy) = house.comes_in(Role::Assessor).await;
    let mut told = Vec::new();
    for _ in 0..20 {
        told.push(house.ask(&Method::GET, "/plans", Some(&greedy), None).await.0);
    }
    assert_eq!(told[..5], [StatusCode::OK; 5]);
    // However slow the machine, not all twenty fit.
    assert!(told.contains(&StatusCode::TOO_MANY_REQUESTS), "{told:?}");
    for _ in 0..20 {
        let (status, _) = house.ask(&Method::GET, "/assets/{name}", Some(&greedy), None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "files of the site are not counted");
    }
    let (_, other) = house.comes_in(Role::Lead).await;
    assert_eq!(house.ask(&Method::GET, "/plans", Some(&other), None).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_is_kept_over_tls_alone_and_from_scripts() {
    for secure in [true, false] {
        let house = house_of(Permissions::load(None).unwrap(), secure).await;
        let account = Account {
            login: "aygun".into(),
            name: "A".into(),
            role: Role::Lead,
            representative: None,
            sector: None,
            active: true,
        };
        house.desk.store.add_person(&account, Some("uzun bir söz 12"), &Actor::system(), Utc::now()).await.unwrap();
        let request = Request::post("/login")
            .header(header::HOST, "meyar")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("login=aygun&password=uzun%20bir%20s%C3%B6z%2012"))
            .unwrap();
        let answer = house.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite="), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_piece_of_anything_is_had_without_an_entry_in_the_log() {
    let house = house().await;
    let (_, cookie) = house.comes_in(Role::Lead).await;
    let ask = async |path: &str, range: &str| {
        let request = Request::get(path).header(header::COOKIE, &cookie).header(header::RANGE, range);
        house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let log = house.desk.store.access_log(&Asked::default()).await.unwrap();
        log.iter().filter(|logged| matches!(logged.entry.action, Action::Play | Action::Read | Action::Export)).count()
    };
    // A page or a file is one look, whatever part of it is asked for.
    assert_eq!(ask("/calls/x", "bytes=1-").await, 1);
    assert_eq!(ask("/figures/evaluation_by_criterion/rows.csv", "bytes=5-").await, 2);
    // A sound is one listening from its first piece on, wherever that begins; from its beginning it is another.
    assert_eq!(ask("/audio/a.wav", "bytes=1-").await, 3);
    assert_eq!(ask("/audio/a.wav", "bytes=65536-").await, 3);
    assert_eq!(ask("/audio/b.wav", "bytes=65536-").await, 4);
    assert_eq!(ask("/audio/a.wav", "bytes=0-").await, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_single_people_are_for_few_and_each_look_is_logged() {
    let house = house().await;
    for role in Role::ALL {
        let (person, cookie) = house.comes_in(*role).await;
        let ask = async |path: &str| house.ask(&Method::GET, path, Some(&cookie), None).await.0;
        let (sums, people) = (ask("/figures/calls_by_line").await, ask("/figures/evaluation_by_representative").await);
        let may = house.desk.may(&person, Right::PeopleFigures);
        assert_eq!(people == StatusCode::OK, may, "{role}: {people}");
        assert_eq!(sums == StatusCode::OK, house.desk.may(&person, Right::Figures), "{role}: {sums}");
        let rows = ask("/figures/evaluation_by_representative/rows?cell=evaluated").await;
        assert_eq!(rows == StatusCode::FORBIDDEN, !house.desk.may(&person, Right::Rows), "{role}: {rows}");
        let log = house.desk.store.access_log(&Asked::default()).await.unwrap();
        let logged = log
            .iter()
            .filter(|logged| logged.actor.person_id == person.person_id && logged.entry.object_kind == "figure")
            .count();
        assert_eq!(logged, usize::from(may), "{role}");
    }
}
