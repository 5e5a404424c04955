//! Calibration and the centre's quality, as the lead, assessors, a representative and management meet them: through the whole site, over a
//! real store and a small lake.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/fixture/rows.rs"]
mod rows;
#[path = "../examples/fixture/sound.rs"]
mod sound;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::{Duration, TimeZone, Utc};
use meyar_dashboards::{Config, LakeSource, Work, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::Subject;
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::Actor;
use meyar_work::assessment::{Assessment, Judged, Judgement};
use meyar_work::calibration::{Calibration, SetState};
use meyar_work::store::{Filter, Record};
use meyar_work::{Account, Desk, Permissions, Person, Role, Store};
use object_store::memory::InMemory;
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt;

const OWN: &str = "zəng-yaxşı-01";
const OTHER: &str = "zəng-kobud-02";

struct Office {
    _folder: tempfile::TempDir,
    desk: Desk,
    router: Router,
    lead: Person,
    head: Person,
    leyla: Person,
    samir: Person,
    aysel: Person,
    manager: Person,
}

struct Answer {
    status: StatusCode,
    place: String,
    text: String,
}

async fn office(more: impl FnOnce(&mut rows::Rows)) -> Office {
    let folder = tempfile::tempdir().unwrap();
    let root = LakeRoot::parse(folder.path().join("lake").to_str().unwrap()).unwrap();
    let recordings = Arc::new(InMemory::new());
    let mut rows = rows::Rows::default();
    rows::stories(&mut rows, recordings.as_ref()).await;
    more(&mut rows);
    rows.land(&root).await;
    let desk = Desk {
        store: Store::open(folder.path().join("work.db").to_str().unwrap()).await.unwrap(),
        permissions: Arc::new(Permissions::load(None).unwrap()),
        forms: Arc::new(Forms::embedded().unwrap()),
        reference: Arc::new(Reference::load(None).unwrap()),
    };
    let source = Arc::new(LakeSource::new(Lake::at(root, LakeOptions::default()).unwrap()));
    let router = router(&Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        source,
        recordings,
        metrics_handle: None,
        health: Arc::new(|| Box::pin(async { Vec::new() })),
        work: Some(Work { desk: desk.clone(), secure_cookies: false }),
        shutdown: tokio_util::sync::CancellationToken::new(),
    });
    let person = async |login: &str, role, representative: Option<&str>| {
        let account = Account {
            login: login.to_owned(),
            name: format!("Şəxs {login}"),
            role,
            representative: representative.map(str::to_owned),
            sector: None,
            active: true,
        };
        desk.store.add_person(&account, None, &Actor::system(), Utc::now()).await.unwrap()
    };
    Office {
        lead: person("orxan", Role::Lead, None).await,
        head: person("rauf", Role::Head, None).await,
        leyla: person("leyla", Role::Assessor, None).await,
        // Answers calls too: the second one is theirs.
        samir: person("samir", Role::Assessor, Some("Tural H.")).await,
        aysel: person("aysel", Role::Representative, Some("Aysel N.")).await,
        manager: person("rehber", Role::Management, None).await,
        _folder: folder,
        desk,
        router,
    }
}

impl Office {
    async fn ask(&self, who: &Person, path: &str, sent: Option<&[(&str, &str)]>) -> Answer {
        let opened = self.desk.store.open_session(who.clone(), "test", Utc::now()).await.unwrap();
        let request = Request::builder().uri(path).header(header::COOKIE, format!("meyar-session={}", opened.cookie));
        let request = match sent {
            None => request.body(Body::empty()),
            Some(sent) => {
                let pairs: Vec<String> =
                    sent.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
                request
                    .method("POST")
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(pairs.join("&")))
            }
        };
        let (parts, body) = self.router.clone().oneshot(request.unwrap()).await.unwrap().into_parts();
        let place = parts.headers.get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: parts.status, place: place.unwrap_or_default(), text }
    }

    async fn page(&self, who: &Person, path: &str) -> String {
        let answer = self.ask(who, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    async fn set(&self, id: &str) -> Record<Calibration> {
        self.desk.store.get(id).await.unwrap()
    }

    /// Begins a call on the page, judges it at the desk, hands it in on the page.
    async fn score(&self, who: &Person, set: &str, call: &str, low: &[&str], why: &str) -> String {
        let begun = self.ask(who, &format!("/calibration/{set}/calls/{}/begin", encoded(call)), Some(&[])).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let id = begun.place.rsplit('/').next().unwrap().to_owned();
        let screen = self.page(who, &begun.place).await;
        says(&screen, &["Təhvil ver", "Təklif yoxdur"]);
        assert!(!screen.contains("Dərc et"), "nobody publishes it");
        let mut draft: Record<Assessment> = self.desk.store.get(&id).await.unwrap();
        for mark in draft.marks.clone() {
            let value = if low.contains(&mark.criterion.as_str()) { 0.0 } else { 1.0 };
            let judgement = Judgement {
                judged: Some(Judged::Marked(value)),
                critical: false,
                reason: why.into(),
                comment: String::new(),
            };
            draft = self.desk.judge(who, &id, draft.version, &mark.criterion, &judgement, Utc::now()).await.unwrap();
        }
        let version = draft.version.to_string();
        let handed = self.ask(who, &format!("/assess/{id}/publish"), Some(&[("version", &version)])).await;
        assert_eq!((handed.status, handed.place), (StatusCode::SEE_OTHER, format!("/calibration/{set}")));
        id
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'-' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn says(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "no {word:?} in {html}");
    }
}

fn main_of(html: &str) -> &str {
    html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_scored_blind_compared_and_agreed() {
    let office = office(|_| {}).await;
    let due = (meyar_work::terms::day(Utc::now()) + Duration::days(3)).to_string();
    let hands = [&office.leyla, &office.samir, &office.lead].map(|person| format!("takes-{}", person.person_id));
    let ids = format!("{OWN}\n{OTHER}");
    let mut sent = vec![("name", "Yanvar"), ("due_day", due.as_str()), ("source", "ids"), ("ids", ids.as_str())];
    sent.extend(hands.iter().map(|hand| (hand.as_str(), "on")));
    // What is wrong stands beside its field, and what was typed stays.
    let mut wrong = sent.clone();
    wrong[3] = ("ids", "yoxdur-1");
    let told = office.ask(&office.lead, "/calibration", Some(&wrong)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&told.text, &["yoxdur-1: belə zəng yoxdur", "value=\"Yanvar\""]);
    let told = office.ask(&office.lead, "/calibration", Some(&sent[..6])).await;
    says(&told.text, &["zəngini iki nəfər qiymətləndirə bilmir"]);
    assert_eq!(office.ask(&office.leyla, "/calibration", Some(&sent)).await.status, StatusCode::FORBIDDEN);
    let made = office.ask(&office.lead, "/calibration", Some(&sent)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let id = made.place.rsplit('/').next().unwrap().to_owned();
    let page = format!("/calibration/{id}");

    says(&office.page(&office.leyla, "/calibration").await, &["Yanvar", "2 zəng qalıb"]);
    says(&office.page(&office.samir, "/calibration").await, &["1 zəng qalıb"]);
    assert!(
        !main_of(&office.page(&office.samir, &page).await).contains(&format!("{OTHER}</th>")),
        "a call of one's own"
    );
    let own = format!("{page}/calls/{}/begin", encoded(OTHER));
    assert_eq!(office.ask(&office.samir, &own, Some(&[])).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask(&office.aysel, &page, None).await.status, StatusCode::FORBIDDEN);

    let assessment = office.score(&office.leyla, &id, OWN, &["K01"], "leylanın gizli sözü").await;
    office.score(&office.leyla, &id, OTHER, &[], "").await;
    office.score(&office.samir, &id, OWN, &[], "").await;
    office.score(&office.lead, &id, OWN, &[], "").await;
    // One is missing: nobody sees more than who has handed in how much, wherever they look.
    let compare = format!("{page}/calls/{}", encoded(OWN));
    for who in [&office.samir, &office.lead, &office.head] {
        let html = office.page(who, &page).await;
        says(main_of(&html), &["bağlayanadək heç kim başqasının qiymətini görmür", "4 / 5"]);
        assert!(!html.contains("gizli sözü"), "{html}");
        let matrix = office.ask(who, &compare, None).await;
        assert_eq!((matrix.status, matrix.place.as_str()), (StatusCode::SEE_OTHER, page.as_str()));
    }
    for place in ["/assessments", "/assessments?purpose=calibration"] {
        assert!(!main_of(&office.page(&office.lead, place).await).contains(&assessment), "{place}");
    }
    let single = office.ask(&office.lead, &format!("/assessments/{assessment}"), None).await;
    assert_eq!(single.status, StatusCode::NOT_FOUND);
    says(&office.page(&office.aysel, "/my").await, &["hələ heç bir qiymətləndirmə dərc edilməyib"]);
    assert_eq!(office.ask(&office.aysel, &format!("/my/{assessment}"), None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.ask(&office.aysel, "/audio/2026/01/30/call-1.wav", None).await.status, StatusCode::NOT_FOUND);

    office.score(&office.lead, &id, OTHER, &[], "").await;
    assert_eq!(office.set(&id).await.state, SetState::Compared);
    let html = office.page(&office.samir, &compare).await;
    says(main_of(&html), &["leylanın gizli sözü", "Şəxs leyla", "Şəxs orxan", "fərqli", "Maşının təklifi"]);
    assert!(!html.contains("id=\"master\""), "who takes part reads; the lead writes");
    assert_eq!(office.ask(&office.samir, &compare, Some(&[])).await.status, StatusCode::FORBIDDEN);
    // The representative of the call still sees nothing of it.
    assert_eq!(office.ask(&office.aysel, &format!("/my/{assessment}"), None).await.status, StatusCode::NOT_FOUND);

    let codes: Vec<String> = office.set(&id).await.calls[0].proposed.keys().cloned().collect();
    let marks: Vec<String> = codes.iter().map(|code| format!("mark-{code}")).collect();
    let seen = office.set(&id).await.version.to_string();
    let mut sent: Vec<(&str, &str)> = vec![("seen", seen.as_str())];
    sent.extend(marks.iter().map(|mark| (mark.as_str(), "1")));
    let told = office.ask(&office.lead, &compare, Some(&sent)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&told.text, &["Hansı qaydanın bunu müəyyən etdiyini yazın", "Saxlanılmadı"]);
    sent.extend([("rule-K01", "Ad ilk 10 saniyədə deyilir"), ("reason-K01", "yazıda eşidilir")]);
    let agreed = office.ask(&office.lead, &compare, Some(&sent)).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text);
    // A second tab that still shows the old version changes nothing, and shows what stands.
    let late = office.ask(&office.head, &compare, Some(&sent)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late.text, &["Ad ilk 10 saniyədə deyilir"]);
    let seen = office.set(&id).await.version.to_string();
    sent[0] = ("seen", seen.as_str());
    let second = format!("{page}/calls/{}", encoded(OTHER));
    assert_eq!(office.ask(&office.head, &second, Some(&sent)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.set(&id).await.state, SetState::Agreed);
    says(main_of(&office.page(&office.leyla, &page).await), &["Razılaşdırılmış baldan fərq", "−2,5"]);

    let agreement = office.page(&office.head, "/calibration/agreement").await;
    says(&agreement, &["ən azı 20 zəng lazımdır, daha 18 zəng çatışmır", "İnsan – insan", "Şəxs leyla"]);
    assert_eq!(office.ask(&office.leyla, "/calibration/agreement", None).await.status, StatusCode::FORBIDDEN);
    let seen = office.set(&id).await.version.to_string();
    let closed = office.ask(&office.lead, &format!("{page}/close"), Some(&[("seen", &seen)])).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    assert_eq!(office.set(&id).await.state, SetState::Closed);
    // A random draw is the same for the same word.
    let draw = |name: &'static str| {
        let mut sent: Vec<(String, String)> = hands.iter().map(|hand| (hand.clone(), "on".into())).collect();
        for (field, value) in [
            ("name", name),
            ("due_day", due.as_str()),
            ("source", "lake"),
            ("first_day", "2026-01-30"),
            ("last_day", "2026-01-30"),
            ("count", "1"),
            ("seed", "söz"),
            ("line", ""),
        ] {
            sent.push((field.into(), value.into()));
        }
        sent
    };
    for name in ["bir", "iki"] {
        let sent = draw(name);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let made = office.ask(&office.lead, "/calibration", Some(&sent)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    }
    let sets: Vec<Record<Calibration>> = office.desk.store.list(&Filter::default()).await.unwrap();
    let drawn: Vec<&str> =
        sets.iter().filter(|set| set.seed.is_some()).map(|set| set.calls[0].call_id.as_str()).collect();
    assert!(drawn.len() == 2 && drawn[0] == drawn[1], "{drawn:?}");
}

/// 60 calls that the machine scored 80 on average, `random` of which people heard and gave 5 points less; and, if asked, others that chance
/// did not pick, with nothing but zeros.
fn estimates(rows: &mut rows::Rows, random: usize, others: bool) {
    let day = Utc.with_ymd_and_hms(2026, 3, 10, 6, 0, 0).unwrap();
    let assessed = |rows: &mut rows::Rows, n: usize, purpose: &str, state: &str, score: f64| {
        let told = (day + Duration::days(2)).to_rfc3339();
        let mark = if n.is_multiple_of(2) { 1.0 } else { 0.0 };
        let mut data = json!({
            "assessment_id": format!("a-{purpose}-{state}-{n}"), "at": told, "call_id": format!("mart-{n}"), "line": "195-1-1",
            "representative": "Aysel N.", "form": {"id": "default-call-form", "version": "0.1"}, "purpose": purpose,
            "assessor": "p-1", "state": state, "outcome": "scored", "raw_score": score, "effective_score": score, "gates": [],
            "marks": [{"criterion": "K01", "state": "marked", "mark": mark, "changed": false, "critical": false}],
            "assessed_at": told, "published_at": told,
        });
        if purpose == "random" {
            data["probability"] = json!(0.25);
        }
        let id = data["assessment_id"].as_str().unwrap().to_owned();
        rows.told(Subject::Assessments, "meyar/fixture", &id, 0, data);
    };
    for n in 0..60 {
        let (id, at) = (format!("mart-{n}"), day + Duration::minutes(n as i64));
        rows.event(&id, "195-1-1", at, json!({"kind": "offered", "direction": "inbound"}));
        let who = json!({"kind": "answered", "representative": "Aysel N.", "location": "hall"});
        rows.event(&id, "195-1-1", at + Duration::seconds(5), who);
        let score = if n < 40 { 90.0 } else { 60.0 };
        // It misses each tenth error, and invents none.
        let found = n % 2 == 1 && n % 10 != 1;
        rows.add(Subject::CallEvaluations, json!({
            "evaluation_id": format!("e-{n}"), "call_id": id, "created_at": (at + Duration::hours(1)).to_rfc3339(),
            "form": {"id": "default-call-form", "version": "0.1", "language": "az"}, "transcript_id": format!("t-{n}"),
            "line": "195-1-1", "representative": "Aysel N.", "outcome": "proposed", "raw_score": score, "coverage": 0.5,
            "verdicts": [{"criterion": "K01", "state": "marked", "mark": if found { 0.0 } else { 1.0 }, "confidence": 0.9,
                "reason": "x", "evidence": []}],
        }));
    }
    for n in 0..random {
        assessed(rows, n, "random", "published", 85.0 + if n.is_multiple_of(2) { 2.0 } else { -2.0 });
    }
    if others {
        for n in 0..60 {
            for (purpose, state) in [
                ("risk", "published"),
                ("complaint", "seen"),
                ("review", "published"),
                ("calibration", "published"),
                ("random", "voided"),
            ] {
                assessed(rows, n, purpose, state, 0.0);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_centres_quality_comes_from_all_verdicts_and_the_random_sample_alone() {
    let path = "/estimates?period=2026-03";
    let plain = office(|rows| estimates(rows, 40, false)).await;
    let html = plain.page(&plain.manager, path).await;
    // The machine alone, people alone, and 80 − 5.
    for (code, value) in [("machine", "80,0"), ("people", "85,0"), ("corrected", "75,0")] {
        let row = html.split_once(&format!("<tr id=\"{code}\"")).unwrap().1.split_once("</tr>").unwrap().0;
        says(row, &[&format!("<b>{value}</b>"), " – "]);
    }
    says(&html, &["60 zəngin balı var, 60 qiymətləndirilib", "40 təsadüfi zəng", "<svg"]);
    // 20 errors among the 40, of which 4 were missed: 80 % found, all sound ones left alone; 24 of 60 reported.
    says(&html, &["24 / 60", "80,0", "50,0"]);
    assert!(!html.contains("Aysel"), "no representative is named");
    assert!(!html.contains("href=\"/assessments\""), "management reads aggregates");
    says(&plain.page(&plain.lead, path).await, &["href=\"/assessments\""]);
    assert_eq!(plain.ask(&plain.leyla, path, None).await.status, StatusCode::FORBIDDEN);
    says(&plain.page(&plain.manager, "/estimates?period=2025-01").await, &["qiymətləndirilmiş zəng yoxdur"]);
    let unknown = plain.ask(&plain.manager, "/estimates?period=2026-03&form=x", None).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);

    // What risk, a complaint, a review, calibration brought, and what was voided, changes nothing at all.
    let picked = office(|rows| estimates(rows, 40, true)).await;
    assert_eq!(main_of(&picked.page(&picked.manager, path).await), main_of(&html));

    let few = office(|rows| estimates(rows, 19, true)).await;
    let html = few.page(&few.manager, path).await;
    says(&html, &["ən azı 20 təsadüfi zəng lazımdır, daha 1 zəng çatışmır"]);
    let row = html.split_once("<tr id=\"corrected\"").unwrap().1.split_once("</tr>").unwrap().0;
    assert!(!row.contains("75,0"), "{row}");
}
