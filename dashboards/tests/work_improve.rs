//! Recommendations with their effect, discussions and proposals, as the lead, the head and the representative meet them: through the
//! whole site, over a real store and a small lake.
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
use chrono::{DateTime, Duration, NaiveDate, Utc};
use meyar_dashboards::{Config, LakeSource, Work, router};
use meyar_lake::{Lake, LakeOptions, LakeRoot};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::{Action, Actor, Asked};
use meyar_work::assessment::{Assessment, Judged, Purpose, State};
use meyar_work::proposals::Wording;
use meyar_work::recommendations::{self, New};
use meyar_work::{Account, Desk, Permissions, Person, Role, Store, terms};
use object_store::memory::InMemory;
use std::sync::Arc;
use tower::ServiceExt;

const GIVEN: &str = "2026-01-12T08:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

struct Office {
    _folder: tempfile::TempDir,
    desk: Desk,
    router: Router,
    lead: Person,
    head: Person,
    aysel: Person,
    tural: Person,
}

struct Answer {
    status: StatusCode,
    place: String,
    text: String,
}

async fn office() -> Office {
    let folder = tempfile::tempdir().unwrap();
    let root = LakeRoot::parse(folder.path().join("lake").to_str().unwrap()).unwrap();
    let mut rows = rows::Rows::default();
    // The calls after the recommendation; of the tenth of Aysel's nobody knows when it was.
    for n in 0..13 {
        for who in ["aysel", "tural"] {
            if (who, n) != ("aysel", 12) {
                let step = serde_json::json!({"kind": "offered", "direction": "inbound"});
                rows.event(&format!("after-{who}-{n}"), "195-1-1", at(GIVEN) + Duration::days(1), step);
            }
        }
    }
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
        _folder: folder,
        desk,
        router,
    }
}

impl Office {
    async fn published(&self, id: &str, call_id: &str, whose: &str, published: DateTime<Utc>, mark: f64) {
        let form = self.desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 1, 12).unwrap()).unwrap();
        let mut one = Assessment::begin(id.into(), call_id, form, None, &self.head.person_id, Purpose::Random);
        (one.representative, one.state, one.published_at) = (Some(whose.into()), State::Published, Some(published));
        for own in &mut one.marks {
            own.judged = Some(Judged::Marked(if own.criterion == "K05" { mark } else { 1.0 }));
        }
        let mut tx = self.desk.store.begin().await.unwrap();
        tx.insert(&one, &self.head.person_id, "publish", published).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Twelve calls of each before and thirteen after; Aysel's rise from 2 of 12 to 11 of 12 with a known time, Tural's stay at 6.
    async fn calls(&self) {
        for n in 0..13 {
            let full = |few: usize| if n < few { 1.0 } else { 0.0 };
            for (who, name, before, after) in [("aysel", "Aysel N.", 2, 11), ("tural", "Tural H.", 6, 6)] {
                if n < 12 {
                    let (id, earlier) = (format!("before-{who}-{n}"), at(GIVEN) - Duration::days(3));
                    self.published(&id, &id, name, earlier, full(before)).await;
                }
                let (id, later) = (format!("after-{who}-{n}"), at(GIVEN) + Duration::days(2));
                self.published(&id, &id, name, later, full(after)).await;
            }
        }
    }

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

    async fn page(&self, who: &Person, path: &str) -> String {
        let answer = self.ask(who, path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    /// What was sent is taken; where the page then leads.
    async fn taken(&self, who: &Person, path: &str, sent: &str) -> String {
        let answer = self.ask(who, path, Some(sent)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text);
        answer.place
    }
}

fn says(html: &str, words: &[&str]) {
    for word in words {
        assert!(html.contains(word), "no {word:?} in {html}");
    }
}

#[tokio::test]
async fn a_recommendation_is_given_read_done_and_measured() {
    let office = office().await;
    let (lead, aysel) = (&office.lead, &office.aysel);
    says(&office.page(lead, "/recommendations").await, &["Hələ heç bir tövsiyə verilməyib"]);
    says(&office.page(aysel, "/my/recommendations").await, &["Sizə hələ tövsiyə verilməyib"]);
    says(&office.page(lead, "/recommendations/new").await, &["Əvvəlcə tövsiyənin əsaslandığı"]);
    office.published("ground", "call-ground", "Aysel N.", at(GIVEN) - Duration::days(1), 0.0).await;
    office.calls().await;

    // From the assessment's page, with the criterion chosen.
    says(
        &office.page(lead, "/assessments/ground").await,
        &["/recommendations/new?assessment=ground&amp;criterion=K05"],
    );
    assert!(!office.page(aysel, "/my/ground").await.contains("/recommendations/new"));
    let form = office.page(lead, "/recommendations/new?assessment=ground&criterion=K05").await;
    says(&form, &["call-ground", "<option value=\"K05\" selected>", "Aysel N."]);
    let day = terms::day(Utc::now());
    for (sent, says_so) in [
        ("assessment=ground&criterion=K05&text=+&due_on=", "Mətni yazın"),
        ("assessment=ground&criterion=&text=a&due_on=", "meyarını seçin"),
        ("assessment=ground&criterion=K05&text=yava%C5%9F&due_on=2020-01-01", "bir il içində"),
        ("assessment=ground&criterion=K05&text=yava%C5%9F&due_on=sabah", "bir il içində"),
    ] {
        let answer = office.ask(lead, "/recommendations", Some(sent)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sent}");
        says(&answer.text, &[says_so, "Yadda saxlanılmadı"]);
    }
    let sent = format!("assessment=ground&criterion=K05&text=%3Cb%3Eyava%C5%9F%3C%2Fb%3E&due_on={day}");
    let place = office.taken(lead, "/recommendations", &sent).await;
    let html = office.page(lead, &place).await;
    says(&html, &["&#60;b&#62;yavaş", "Verilib", "hələ oxumayıb", "əvvəl 25, sonra 0", "ən azı 10 zəng"]);
    assert!(!html.contains("id=\"finish\""), "nobody has read it");

    let own = office.page(aysel, "/my/recommendations").await;
    says(&own, &["1 oxunmamış tövsiyə", "K05", "/my/ground"]);
    assert!(!office.page(&office.tural, "/my/recommendations").await.contains("K05"));
    let see = format!("/my{place}/seen");
    assert_eq!(office.ask(&office.tural, &see, Some("")).await.status, StatusCode::NOT_FOUND);
    office.taken(aysel, &see, "").await;
    let stale = office.ask(lead, &format!("{place}/finish"), Some("version=1&note=etdi")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    says(&stale.text, &["Bu arada başqası bunu dəyişib", "etdi"]);
    office.taken(lead, &format!("{place}/finish"), "version=2&note=m%C9%99%C5%9Fq").await;
    let early = office.ask(lead, &format!("{place}/measure"), Some("version=3&conclusion=yax%C5%9F%C4%B1")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&early.text, &["Təsiri ölçmək üçün zənglər hələ azdır"]);
    assert_eq!(office.ask(aysel, &place, None).await.status, StatusCode::FORBIDDEN);
    let asked = Asked { person_id: Some(&lead.person_id), object_kind: Some("recommendation"), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    assert!(log.iter().any(|line| line.entry.action == Action::Read), "{log:?}");

    // One that was given in January, with calls on both sides.
    let new = New { assessment_id: "ground".into(), criterion: "K05".into(), text: "Yavaş".into(), due_on: None };
    let old = office.desk.recommend(lead, new, at(GIVEN)).await.unwrap().content;
    let id = old.recommendation_id.clone();
    let list = office.page(lead, "/recommendations").await;
    says(&list, &["1 açıq", "1 gecikib", "İcra edilib"]);
    let late = office.page(lead, "/recommendations?late=on").await;
    assert!(late.contains(&id) && !late.contains(place.rsplit('/').next().unwrap()), "{late}");
    says(&office.page(lead, "/recommendations?representative=Tural+H.").await, &["Bu seçimə uyğun heç nə yoxdur"]);
    assert_eq!(office.ask(lead, "/recommendations?state=odd", None).await.status, StatusCode::BAD_REQUEST);
    office.desk.see_recommendation(aysel, &id, at(GIVEN)).await.unwrap();
    office.desk.finish_recommendation(lead, &id, 2, "məşq", at(GIVEN)).await.unwrap();
    let path = format!("/recommendations/{id}");
    let html = office.page(lead, &path).await;
    // 2 of 12 and 11 of 12 of Aysel, 6 of 12 and 6 of 13 of Tural; the call without a time is told of.
    let numbers = [
        "16,7\u{a0}% (2 / 12)",
        "91,7\u{a0}% (11 / 12)",
        "+75,0",
        "50,0\u{a0}% (6 / 12)",
        "46,2\u{a0}% (6 / 13)",
        "+78,8",
    ];
    says(&html, &numbers);
    says(
        &html,
        &[
            "təsadüf izah etmir",
            "Vaxtı bilinməyən 1 zəng",
            "1 təmsilçi",
            "daha 1 tövsiyə",
            "<svg",
            "orta səviyyəyə qayıdır",
        ],
    );
    office.taken(lead, &format!("{path}/measure"), "version=3&conclusion=art%C4%B1b").await;
    says(
        &office.page(lead, &format!("{path}?lang=en")).await,
        &["Effect measured", "+75.0", "artıb", "Effect recorded"],
    );
    says(&office.page(aysel, "/my/recommendations").await, &["artıb"]);
    let kept = office.desk.store.get::<recommendations::Recommendation>(&id).await.unwrap();
    assert_eq!(kept.measured.as_ref().unwrap().effect.own.after.full, 11);
}

#[tokio::test]
async fn meetings_are_confirmed_and_proposals_are_decided_by_others() {
    let office = office().await;
    let (lead, head, aysel) = (&office.lead, &office.head, &office.aysel);
    office.published("ground", "call-ground", "Aysel N.", at(GIVEN), 0.0).await;
    says(&office.page(lead, "/discussions").await, &["Hələ heç bir müzakirə"]);
    says(&office.page(lead, "/discussions/new").await, &["Əvvəlcə təmsilçini seçin", "Tural H."]);
    says(&office.page(lead, "/discussions/new?representative=Tural+H.").await, &["müzakirə ediləcək nəticə yoxdur"]);
    let form = office.page(lead, "/discussions/new?representative=Aysel+N.&assessment=ground").await;
    says(&form, &["value=\"ground\" checked", &format!("value=\"{}\" checked", lead.person_id)]);
    let day = terms::day(Utc::now());
    let whole = format!(
        "representative=Aysel+N.&held_on={day}&assessments=ground&attended={}&said_by_sector=dinl%C9%99dik&outcome=objected",
        lead.person_id
    );
    let answer = office.ask(lead, "/discussions", Some(&whole)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["Təmsilçinin dediklərini yazın", "dinlədik", "value=\"ground\" checked"]);
    let answer = office.ask(lead, "/discussions", Some(&whole.replace("assessments=ground&", ""))).await;
    says(&answer.text, &["siyahıdan seçin"]);
    let place = office.taken(lead, "/discussions", &format!("{whole}&said_by_representative=t%C9%99l%C9%99sdim")).await;
    says(&office.page(lead, &place).await, &["tələsdim", "hələ cavab verməyib", "/assessments/ground", "Razılaşmayıb"]);

    let my = office.page(aysel, "/my/discussions").await;
    says(&my, &["1 qeyd cavabınızı gözləyir", "tələsdim", "/my/ground"]);
    let answers = format!("/my{place}");
    assert_eq!(
        office.ask(&office.tural, &answers, Some("version=1&outcome=agreed")).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!office.page(&office.tural, "/my/discussions").await.contains("tələsdim"));
    let wordless = office.ask(aysel, &answers, Some("version=1&outcome=objected&answer=")).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wordless.text, &["Niyə razı olmadığınızı yazın"]);
    office.taken(aysel, &answers, "version=1&outcome=objected&answer=bel%C9%99+dem%C9%99mi%C5%9F%C9%99m").await;
    let html = office.page(lead, &place).await;
    says(&html, &["belə deməmişəm", "Etiraz üzrə nə edilib"]);
    let silent = office.ask(lead, &format!("{place}/close"), Some("version=2&note=")).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.taken(lead, &format!("{place}/close"), "version=2&note=d%C3%BCz%C9%99ldildi").await;
    says(&office.page(aysel, "/my/discussions").await, &["düzəldildi", "0 qeyd cavabınızı gözləyir"]);
    says(&office.page(lead, "/discussions?state=closed").await, &["Aysel N.", "0 açıq"]);

    // A proposal, from the draft to its effect.
    says(&office.page(lead, "/proposals").await, &["Hələ heç bir təklif"]);
    let worded = format!(
        "title=N%C3%B6vb%C9%99&text=Yer+deyilsin&based_on=service_level%0D%0Aground%0D%0A%2Fcalls%3Foutcome%3Dlost%0D%0A%2F%2Fevil.example&addressee=%C4%B0T&due_on={day}"
    );
    let nameless = office.ask(lead, "/proposals", Some(&worded.replace("title=N", "title=&x=N"))).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&nameless.text, &["Təklifin adını yazın", "Yer deyilsin"]);
    let place = office.taken(lead, "/proposals", &worded).await;
    let html = office.page(lead, &place).await;
    says(&html, &["/assessments/ground", "href=\"/calls?outcome=lost\"", "<li>//evil.example</li>", "Qaralama"]);
    office.taken(lead, &place, &format!("version=1&{}", worded.replace("deyilsin", "elan+edilsin"))).await;
    office.taken(lead, &format!("{place}/send"), "version=2").await;
    let html = office.page(lead, &place).await;
    says(&html, &["Yer elan edilsin", "qərar gözləyir"]);
    assert!(!html.contains("id=\"decide\""), "a lead decides nothing");
    let sent = "version=3&decision=accepted&decision_text=raz%C4%B1yam";
    assert_eq!(office.ask(lead, &format!("{place}/decide"), Some(sent)).await.status, StatusCode::FORBIDDEN);
    let odd = office.ask(head, &format!("{place}/decide"), Some("version=3&decision=maybe&decision_text=a")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.taken(head, &format!("{place}/decide"), sent).await;
    office.taken(lead, &format!("{place}/effect"), "version=4&effect=imtinalar+azald%C4%B1").await;
    says(&office.page(head, &place).await, &["razıyam", "imtinalar azaldı", "Nəticəsi qeyd edilib"]);

    // The head's own waits for another head, and says so in the reader's language.
    let wording = Wording {
        title: "Öz təklifi".into(),
        text: "Mətn".into(),
        based_on: vec!["söz".into()],
        addressee: "Rəis".into(),
        due_on: NaiveDate::from_ymd_opt(2026, 1, 13).unwrap(),
    };
    let own = office.desk.propose(head, wording, at(GIVEN)).await.unwrap();
    let path = format!("/proposals/{}", own.proposal_id);
    office.taken(head, &format!("{path}/send"), "version=1").await;
    let html = office.page(head, &path).await;
    says(&html, &["qərarı başqa şəxs verməlidir", "gecikib"]);
    assert!(!html.contains("id=\"decide\""), "{html}");
    let refused =
        office.ask(head, &format!("{path}/decide"), Some("version=2&decision=accepted&decision_text=a")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    says(&refused.text, &["öz işinizdir"]);
    says(&office.page(head, "/proposals?late=on").await, &["Öz təklifi", "1 açıq", "1 gecikib"]);
    let closed = office.page(head, "/proposals?state=effect_noted").await;
    assert!(closed.contains("Növbə") && !closed.contains("Öz təklifi"), "{closed}");
}
