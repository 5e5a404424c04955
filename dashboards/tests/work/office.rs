//! What every test opens for itself: a small lake, a store with nobody in it yet, and the site over both, asked as a browser asks it.

use crate::rows::{self, Rows};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::Utc;
use meyar_dashboards::{Config, LakeSource, Work, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::Actor;
use meyar_work::{Account, Desk, Permissions, Person, Role, Store};
use object_store::memory::InMemory;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use url::form_urlencoded::{Serializer, byte_serialize};

/// The calls with sound and words: Aysel's, and Tural's.
pub const OWN: &str = "zəng-yaxşı-01";
pub const OTHER: &str = "zəng-kobud-02";

pub struct Office {
    folder: TempDir,
    pub desk: Desk,
    pub source: Arc<LakeSource>,
    router: Router,
}

const FORM: &str = "application/x-www-form-urlencoded";

pub struct Answer {
    pub status: StatusCode,
    /// Where it leads.
    pub place: String,
    pub text: String,
}

/// SQLite; PostgreSQL where `MEYAR_TEST_POSTGRES` tells its address (tests/postgres/with).
async fn store(folder: &TempDir) -> Store {
    let Ok(server) = std::env::var("MEYAR_TEST_POSTGRES") else {
        return Store::open(folder.path().join("work.db").to_str().unwrap()).await.unwrap();
    };
    // A database of its own for each test.
    let name = format!("meyar_{}", uuid::Uuid::new_v4().simple());
    let postgres = Store::open(&format!("{server}/postgres")).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(postgres.pool()).await.unwrap();
    Store::open(&format!("{server}/{name}")).await.unwrap()
}

impl Office {
    /// Over the calls with sound and words.
    pub async fn of_stories() -> Office {
        Office::with_stories(Rows::default()).await
    }

    /// Over calls that nobody heard.
    pub async fn over(rows: Rows) -> Office {
        Office::open(rows, Arc::default(), LakeOptions::default()).await
    }

    /// Over these calls and those with sound and words.
    pub async fn with_stories(mut rows: Rows) -> Office {
        let recordings = Arc::new(InMemory::new());
        rows::stories(&mut rows, recordings.as_ref()).await;
        Office::open(rows, recordings, LakeOptions::default()).await
    }

    pub async fn open(rows: Rows, recordings: Arc<InMemory>, options: LakeOptions) -> Office {
        let folder = tempfile::tempdir().unwrap();
        rows.land(&root(&folder)).await;
        let desk = Desk {
            store: store(&folder).await,
            permissions: Arc::new(Permissions::load(None).unwrap()),
            forms: Arc::new(Forms::embedded().unwrap()),
            reference: Arc::new(Reference::load(None).unwrap()),
        };
        let source = Arc::new(LakeSource::new(Lake::at(root(&folder), options).unwrap()));
        let router = router(&Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            source: source.clone(),
            recordings,
            metrics_handle: None,
            health: Arc::new(|| Box::pin(async { Vec::new() })),
            work: Some(Work { desk: desk.clone(), secure_cookies: false }),
            shutdown: CancellationToken::new(),
        });
        Office { folder, desk, source, router }
    }

    /// The lake below the site, opened anew.
    pub fn lake(&self) -> Lake {
        Lake::at(root(&self.folder), LakeOptions::default()).unwrap()
    }

    pub async fn person(&self, login: &str, role: Role, representative: Option<&str>) -> Person {
        let account = Account {
            login: login.to_owned(),
            name: format!("Şəxs {login}"),
            role,
            representative: representative.map(str::to_owned),
            sector: None,
            active: true,
        };
        self.desk.store.add_person(&account, None, &Actor::system(), Utc::now()).await.unwrap()
    }

    pub async fn lead(&self) -> Person {
        self.person("orxan", Role::Lead, None).await
    }

    pub async fn head(&self) -> Person {
        self.person("rauf", Role::Head, None).await
    }

    pub async fn assessor(&self) -> Person {
        self.person("leyla", Role::Assessor, None).await
    }

    pub async fn management(&self) -> Person {
        self.person("rehber", Role::Management, None).await
    }

    pub async fn aysel(&self) -> Person {
        self.person("aysel", Role::Representative, Some("Aysel N.")).await
    }

    pub async fn tural(&self) -> Person {
        self.person("tural", Role::Representative, Some("Tural H.")).await
    }

    /// Somebody who is not signed in yet fills in the page of that.
    pub async fn sign_in(&self, sent: &str) -> Answer {
        self.request(None, "/login", Some(("POST", FORM, sent))).await
    }

    pub async fn ask(&self, who: &Person, path: &str) -> Answer {
        self.request(Some(who), path, None).await
    }

    pub async fn send(&self, who: &Person, path: &str, sent: &str) -> Answer {
        self.request(Some(who), path, Some(("POST", FORM, sent))).await
    }

    /// As a script keeps what is judged.
    pub async fn put(&self, who: &Person, path: &str, sent: &serde_json::Value) -> Answer {
        self.request(Some(who), path, Some(("PUT", "application/json", &sent.to_string()))).await
    }

    /// A page that is shown.
    pub async fn page(&self, who: &Person, path: &str) -> String {
        let answer = self.ask(who, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    /// Sends what is taken, and gives where it leads.
    pub async fn done(&self, who: &Person, path: &str, sent: &str) -> String {
        let answer = self.send(who, path, sent).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        answer.place
    }

    async fn request(&self, who: Option<&Person>, path: &str, sent: Option<(&str, &str, &str)>) -> Answer {
        let mut request =
            Request::builder().uri(path).header(header::ACCEPT, "text/html").header(header::HOST, "meyar");
        if let Some(who) = who {
            let opened = self.desk.store.open_session(who.clone(), "test", Utc::now()).await.unwrap();
            request = request.header(header::COOKIE, format!("meyar-session={}", opened.cookie));
        }
        let request = match sent {
            None => request.body(Body::empty()),
            Some((method, kind, sent)) => {
                request.method(method).header(header::CONTENT_TYPE, kind).body(Body::from(sent.to_owned()))
            }
        };
        let (parts, body) = self.router.clone().oneshot(request.unwrap()).await.unwrap().into_parts();
        let place = parts.headers.get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: parts.status, place: place.unwrap_or_default(), text }
    }
}

fn root(folder: &TempDir) -> LakeRoot {
    LakeRoot::parse(folder.path().join("lake").to_str().unwrap()).unwrap()
}

/// As a browser sends what stands in the fields.
pub fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// As one piece of an address.
pub fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

pub fn says(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "no {word:?} in {html}");
    }
}

/// A score as Azerbaijani pages write it.
pub fn shown(score: f64) -> String {
    format!("{score:.1}").replace('.', ",")
}
