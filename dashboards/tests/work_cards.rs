//! Result cards and surveys through the whole site, over a real store and a small lake: values come from the figures, machine verdicts are
//! refused, few answers are withheld, and who may do what.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/fixture/rows.rs"]
mod rows;
#[allow(dead_code)]
#[path = "../examples/fixture/sound.rs"]
mod sound;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::{TimeZone as _, Utc};
use meyar_dashboards::{Config, LakeSource, Work, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::Subject;
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::{Action, Actor, Asked};
use meyar_work::cards::Card;
use meyar_work::store::{Filter, Record};
use meyar_work::surveys::Draw;
use meyar_work::{Account, Desk, Permissions, Person, Role, Store};
use object_store::memory::InMemory;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt;

const CARDS: &str = r#"
source = "test"
source_az = "sınaq"
unconfirmed = false
[[card]]
position = "representative"
name_az = "Təmsilçi"
name_en = "Representative"
role = "representative"
version = "t-1"
valid_from = "2026-01-01"
least_weight = 50
[[card.indicator]]
code = "handle_time"
name_az = "Orta xidmət müddəti"
name_en = "Mean handle time"
from = "figure"
figure = "representatives"
value = "mean_handle_s"
count = "answered"
unit = "seconds"
weight = 60
worst = 1000
best = 0
least = 1
[[card.indicator]]
code = "discipline"
name_az = "Əmək intizamı"
name_en = "Discipline"
from = "hand"
unit = "points"
weight = 40
worst = 0
best = 100
"#;

struct Office {
    folder: tempfile::TempDir,
    desk: Desk,
    source: Arc<LakeSource>,
    router: Router,
    lead: Person,
    head: Person,
    aysel: Person,
    tural: Person,
}

fn site(root: &LakeRoot, desk: &Desk, reference: &Path) -> (Arc<LakeSource>, Router) {
    let options = LakeOptions { reference_dir: Some(reference.to_owned()), ..LakeOptions::default() };
    let source = Arc::new(LakeSource::new(Lake::at(root.clone(), options).unwrap()));
    let router = router(&Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        source: source.clone(),
        recordings: Arc::new(InMemory::new()),
        metrics_handle: None,
        health: Arc::new(|| Box::pin(async { Vec::new() })),
        work: Some(Work { desk: desk.clone(), secure_cookies: false }),
        shutdown: tokio_util::sync::CancellationToken::new(),
    });
    (source, router)
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let root = LakeRoot::parse(folder.path().join("lake").to_str().unwrap()).unwrap();
    let mut rows = rows::month(5, 60);
    // Forty of fifty who were invited answered `overall`, twelve `resolved`.
    for n in 0..50 {
        let survey = |kind: &str| {
            json!({
                "survey_id": format!("own-{n}"), "at": "2026-01-08T09:00:00+04:00", "line": "195-1-1", "channel": "sms",
                "respondent": "caller", "questionnaire": "callers-t", "kind": kind,
            })
        };
        rows.add(Subject::SurveyResponses, survey("invited"));
        let mut answer = |question: &str, score: u8, low: u8, high: u8| {
            let mut told = survey("answered");
            for (name, value) in [
                ("question", json!(question)),
                ("score", json!(score)),
                ("scale_min", json!(low)),
                ("scale_max", json!(high)),
            ] {
                told[name] = value;
            }
            rows.add(Subject::SurveyResponses, told);
        };
        if n < 40 {
            answer("overall", if n < 30 { 5 } else { 2 }, 1, 5);
        }
        if n < 12 {
            answer("resolved", 1, 0, 1);
        }
    }
    // Calls whose number is known: somebody to whom something can be sent.
    for n in 0..30 {
        let at = Utc.with_ymd_and_hms(2026, 1, 6, 6, n, 0).unwrap();
        let key = format!("{:032x}", n / 2);
        let call = format!("bəlli-{n}");
        for (kind, more) in [
            ("offered", json!({"direction": "inbound"})),
            ("answered", json!({"representative": "Elçin Ş."})),
            ("ended", json!({"ended_by": "caller", "recorded": false})),
        ] {
            let mut step = more;
            (step["kind"], step["caller_key"]) = (json!(kind), json!(key));
            rows.event(&call, "195-1-1", at, step);
        }
    }
    rows.land(&root).await;
    std::fs::create_dir(folder.path().join("reference")).unwrap();
    std::fs::write(folder.path().join("reference/result_cards.toml"), CARDS).unwrap();
    let desk = Desk {
        store: Store::open(folder.path().join("work.db").to_str().unwrap()).await.unwrap(),
        permissions: Arc::new(Permissions::load(None).unwrap()),
        forms: Arc::new(Forms::embedded().unwrap()),
        reference: Arc::new(Reference::load(None).unwrap()),
    };
    let (source, router) = site(&root, &desk, &folder.path().join("reference"));
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
        aysel: person("aysel", Role::Representative, Some("Aysel N.")).await,
        tural: person("tural", Role::Representative, Some("Tural H.")).await,
        folder,
        desk,
        source,
        router,
    }
}

struct Answer {
    status: StatusCode,
    place: String,
    text: String,
}

impl Office {
    async fn ask(&self, who: &Person, path: &str, sent: Option<&str>) -> Answer {
        let opened = self.desk.store.open_session(who.clone(), "test", Utc::now()).await.unwrap();
        let request = Request::builder().uri(path).header(header::COOKIE, format!("meyar-session={}", opened.cookie));
        let request = match sent {
            None => request.body(Body::empty()),
            Some(sent) => request
                .method("POST")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(sent.to_owned())),
        };
        let (parts, body) = self.router.clone().oneshot(request.unwrap()).await.unwrap().into_parts();
        let place = parts.headers.get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
        Answer { status: parts.status, place: place.unwrap_or_default(), text }
    }

    async fn done(&self, who: &Person, path: &str, sent: &str) -> String {
        let answer = self.ask(who, path, Some(sent)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        answer.place
    }

    async fn page(&self, who: &Person, path: &str) -> String {
        let answer = self.ask(who, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    async fn card(&self, representative: &str) -> Record<Card> {
        let all: Vec<Record<Card>> =
            self.desk.store.list(&Filter { about: Some(representative), ..Filter::default() }).await.unwrap();
        all.into_iter().max_by_key(|card| card.edition).unwrap()
    }
}

fn says(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "no {word:?} in {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_take_their_values_from_the_figures_and_none_from_the_machine() {
    let office = office().await;
    let place = office.done(&office.lead, "/cards", "position=representative&period=2026-01").await;
    let list = office.page(&office.lead, &place).await;
    says(&list, &["Şəxs aysel · Aysel N.", "Tural H.", "Hazırlandı: 6. Əvvəldən var idi: 0."]);
    let card = office.card("Aysel N.").await;
    assert_eq!(card.person_id.as_ref(), Some(&office.aysel.person_id));
    // The very number of the figure.
    let january = "2026-01".parse().unwrap();
    let rows =
        meyar_lake::output::rows(&office.lake().figure("representatives", &january, None).await.unwrap()).unwrap();
    let row = rows.iter().find(|row| row.get("representative").is_some_and(|name| name == "Aysel N.")).unwrap();
    let part = &card.parts[0];
    assert_eq!((part.value, part.n), (row["mean_handle_s"].as_f64(), row["answered"].as_u64()));
    assert!(part.sql.len() == 64 && card.lake.contains_key("call_events"), "{:?}", card.lake);

    let path = format!("/cards/{}", card.card_id);
    let wrong = office.ask(&office.lead, &format!("{path}/entries"), Some("seen=1&value-discipline=bir")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong.text, &["«bir» ədəd deyil", "value=\"bir\""]);
    office
        .done(&office.lead, &format!("{path}/entries"), "seen=1&value-discipline=90%2C5&note-discipline=%C9%99mr")
        .await;
    assert_eq!(office.card("Aysel N.").await.parts[1].value, Some(90.5), "a comma is a comma");
    let stale = office.ask(&office.lead, &format!("{path}/submit"), Some("seen=1")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    office.done(&office.lead, &format!("{path}/submit"), "seen=2").await;
    assert_eq!(
        office.ask(&office.lead, &format!("{path}/approve"), Some("seen=3")).await.status,
        StatusCode::FORBIDDEN
    );
    let own = format!("/my{path}");
    assert_eq!(office.ask(&office.aysel, &own, None).await.status, StatusCode::NOT_FOUND, "not approved yet");
    let no_reason = office.ask(&office.head, &format!("{path}/return"), Some("seen=3&reason=")).await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&no_reason.text, &["Səbəbini yazın."]);
    // Two are ticked, of which one cannot be approved: the other goes on.
    let other = office.card("Tural H.").await;
    let ticked = format!("position=representative&period=2026-01&pick-{}=3&pick-{}=1", card.card_id, other.card_id);
    let place = office.done(&office.head, "/cards/approve", &ticked).await;
    says(&office.page(&office.head, &place).await, &["Təsdiq edildi: 1. Təsdiq edilmədi: 1."]);
    says(&office.page(&office.aysel, &own).await, &["Yekun bal", "Tanış oldum", "əmr"]);
    assert_eq!(office.ask(&office.tural, &own, None).await.status, StatusCode::NOT_FOUND);
    office.done(&office.aysel, &format!("{own}/acknowledge"), "").await;
    let place = office.done(&office.lead, &format!("{path}/correct"), "seen=5&reason=s%C9%99hv").await;
    says(&office.page(&office.lead, &place).await, &["2-ci nəşr", "səhv", "Əvvəlki nəşr"]);

    // A form that names machine verdicts is refused wherever cards are met, and told why.
    let machine = CARDS.replace("figure = \"representatives\"", "figure = \"evaluation_by_representative\"");
    std::fs::write(office.folder.path().join("reference/result_cards.toml"), machine).unwrap();
    for path in ["/cards", "/cards/forms"] {
        let refused = office.ask(&office.lead, path, None).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        says(&refused.text, &["nobody is rated by what a machine alone has said"]);
    }
}

impl Office {
    fn lake(&self) -> Lake {
        let root = LakeRoot::parse(self.folder.path().join("lake").to_str().unwrap()).unwrap();
        Lake::at(root, LakeOptions::default()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_answers_are_withheld_and_invitations_are_drawn_exported_and_logged() {
    let office = office().await;
    let form = "name=Sor%C4%9Fu&code=callers-t&audience=caller&channel=sms&first_day=2026-01-01&last_day=2026-01-31&share=50&again=30\
        &seed=toxum&q-code-0=overall&q-az-0=Raz%C4%B1&q-en-0=Happy&q-scale-0=1-5&q-code-1=resolved&q-az-1=H%C9%99ll&q-en-1=Solved&q-scale-1=yes_no";
    let path = office.done(&office.lead, "/surveys", form).await;
    let taken = office.ask(&office.lead, "/surveys", Some(form)).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&taken.text, &["Bu kod başqa sorğunundur"]);
    for (from, to, why) in [
        ("share=50", "share=x", "0-dan böyük"),
        ("q-scale-1=yes_no", "q-scale-1=text", "Zəng edənlərdən mətn soruşulmur"),
        ("q-code-0=overall", "q-code-0=resolved", "təkrarlanmamalıdır"),
        ("last_day=2026-01-31", "last_day=2025-01-31", "son gün ilk gündən əvvəl"),
        ("again=30", "again=0", "1 ilə 365"),
    ] {
        let sent = form.replace(from, to).replace("code=callers-t", "code=callers-u");
        let wrong = office.ask(&office.lead, "/surveys", Some(&sent)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        says(&wrong.text, &[why]);
    }
    office.done(&office.lead, &format!("{path}/open"), "seen=1").await;
    let edited = office.ask(&office.lead, &path, Some(&format!("seen=2&{form}"))).await;
    assert_eq!(edited.status, StatusCode::CONFLICT, "what is in force is never edited");
    // 30 of 40 gave 5; with the 10 who did not answer it is 60 to 80 percent. Twelve answers are not thirty.
    let page = office.page(&office.lead, &path).await;
    says(
        &page,
        &[
            "75,0\u{a0}% (bal 4 və yuxarı)",
            "60,0\u{a0}% – 80,0\u{a0}%",
            "80,0\u{a0}%",
            "n = 12",
            "Faiz göstərilmir: ən azı 30 cavab lazımdır",
        ],
    );
    assert_eq!(page.matches("class=\"spread\"").count(), 1, "twelve answers are not spread out");

    let calls = office.source.survey_calls("2026-01-06".parse().unwrap(), 30).await.unwrap();
    let of_the_day = calls.iter().filter(|call| call.of_the_day).count();
    assert!(of_the_day > 20, "{of_the_day} calls");
    let place = office.done(&office.lead, &format!("{path}/draw"), "day=2026-01-06").await;
    let draws: Vec<Record<Draw>> = office.desk.store.list(&Filter::default()).await.unwrap();
    assert_eq!(draws[0].counts.values().sum::<usize>(), of_the_day);
    says(&office.page(&office.lead, &place).await, &["toxum", &draws[0].invitations[0].call_id]);
    let csv_path = place.replace("/draws/", "/invitations/");
    let csv = office.page(&office.lead, &csv_path).await;
    assert_eq!(csv.lines().count(), 1 + draws[0].invitations.len());
    assert_eq!(office.ask(&office.aysel, &csv_path, None).await.status, StatusCode::FORBIDDEN);
    let log = office.desk.store.access_log(&Asked::default()).await.unwrap();
    let exported = |logged: &&meyar_work::access::Logged| logged.entry.action == Action::Export;
    assert_eq!(
        log.iter().filter(exported).map(|logged| logged.actor.person_id.as_str()).collect::<Vec<_>>(),
        [office.lead.person_id.as_str()]
    );
    for (day, why) in
        [("2026-01-06", "artıq çəkilib"), ("2026-02-06", "sorğunun günlərindən deyil"), ("", "Günü seçin")]
    {
        let again = office.ask(&office.lead, &format!("{path}/draw"), Some(&format!("day={day}"))).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        says(&again.text, &[why]);
    }
    // Another survey's draw is not found under this one.
    let other = office.done(&office.lead, "/surveys", &form.replace("callers-t", "callers-v")).await;
    let strange = place.replace(&path, &other);
    assert_eq!(office.ask(&office.lead, &strange, None).await.status, StatusCode::NOT_FOUND);
}
