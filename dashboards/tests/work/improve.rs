//! Recommendations with their effect, discussions and proposals, as the lead, the head and the representative meet them: through the
//! whole site, over a real store and a small lake.

use crate::office::{Office, says};
use crate::rows::Rows;
use axum::http::StatusCode;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use meyar_work::access::{Action, Asked};
use meyar_work::assessment::{Assessment, Judged, Purpose, State};
use meyar_work::proposals::Wording;
use meyar_work::recommendations::{self, New};
use meyar_work::{Person, terms};
use serde_json::json;

const GIVEN: &str = "2026-01-12T08:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn office() -> Office {
    let mut rows = Rows::default();
    // The calls after the recommendation; of the tenth of Aysel's nobody knows when it was.
    for n in 0..13 {
        for who in ["aysel", "tural"] {
            if (who, n) != ("aysel", 12) {
                let step = json!({"kind": "offered", "direction": "inbound"});
                rows.event(&format!("after-{who}-{n}"), "195-1-1", at(GIVEN) + Duration::days(1), step);
            }
        }
    }
    Office::over(rows).await
}

impl Office {
    async fn published(&self, by: &Person, id: &str, call_id: &str, whose: &str, published: DateTime<Utc>, mark: f64) {
        let form = self.desk.forms.form_for("az", NaiveDate::from_ymd_opt(2026, 1, 12).unwrap()).unwrap();
        let mut one = Assessment::begin(id.into(), call_id, form, None, &by.person_id, Purpose::Random);
        (one.representative, one.state, one.published_at) = (Some(whose.into()), State::Published, Some(published));
        for own in &mut one.marks {
            own.judged = Some(Judged::Marked(if own.criterion == "K05" { mark } else { 1.0 }));
        }
        let mut tx = self.desk.store.begin().await.unwrap();
        tx.insert(&one, &by.person_id, "publish", published).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Twelve calls of each before and thirteen after; Aysel's rise from 2 of 12 to 11 of 12 with a known time, Tural's stay at 6.
    async fn calls(&self, by: &Person) {
        for n in 0..13 {
            let full = |few: usize| if n < few { 1.0 } else { 0.0 };
            for (who, name, before, after) in [("aysel", "Aysel N.", 2, 11), ("tural", "Tural H.", 6, 6)] {
                if n < 12 {
                    let (id, earlier) = (format!("before-{who}-{n}"), at(GIVEN) - Duration::days(3));
                    self.published(by, &id, &id, name, earlier, full(before)).await;
                }
                let (id, later) = (format!("after-{who}-{n}"), at(GIVEN) + Duration::days(2));
                self.published(by, &id, &id, name, later, full(after)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_recommendation_is_given_read_done_and_measured() {
    let office = office().await;
    let (lead, aysel, tural) = (&office.lead().await, &office.aysel().await, &office.tural().await);
    says(&office.page(lead, "/recommendations").await, &["Hələ heç bir tövsiyə verilməyib"]);
    says(&office.page(aysel, "/my/recommendations").await, &["Sizə hələ tövsiyə verilməyib"]);
    says(&office.page(lead, "/recommendations/new").await, &["Əvvəlcə tövsiyənin əsaslandığı"]);
    let head = office.head().await;
    office.published(&head, "ground", "call-ground", "Aysel N.", at(GIVEN) - Duration::days(1), 0.0).await;
    office.calls(&head).await;

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
        let answer = office.send(lead, "/recommendations", sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sent}");
        says(&answer.text, &[says_so, "Yadda saxlanılmadı"]);
    }
    let sent = format!("assessment=ground&criterion=K05&text=%3Cb%3Eyava%C5%9F%3C%2Fb%3E&due_on={day}");
    let place = office.done(lead, "/recommendations", &sent).await;
    let html = office.page(lead, &place).await;
    says(&html, &["&#60;b&#62;yavaş", "Verilib", "hələ oxumayıb", "əvvəl 25, sonra 0", "ən azı 10 zəng"]);
    assert!(!html.contains("id=\"finish\""), "nobody has read it");

    let own = office.page(aysel, "/my/recommendations").await;
    says(&own, &["1 oxunmamış tövsiyə", "K05", "/my/ground"]);
    assert!(!office.page(tural, "/my/recommendations").await.contains("K05"));
    let see = format!("/my{place}/seen");
    assert_eq!(office.send(tural, &see, "").await.status, StatusCode::NOT_FOUND);
    office.done(aysel, &see, "").await;
    let stale = office.send(lead, &format!("{place}/finish"), "version=1&note=etdi").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    says(&stale.text, &["Bu arada başqası bunu dəyişib", "etdi"]);
    office.done(lead, &format!("{place}/finish"), "version=2&note=m%C9%99%C5%9Fq").await;
    let early = office.send(lead, &format!("{place}/measure"), "version=3&conclusion=yax%C5%9F%C4%B1").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&early.text, &["Təsiri ölçmək üçün zənglər hələ azdır"]);
    assert_eq!(office.ask(aysel, &place).await.status, StatusCode::FORBIDDEN);
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
    assert_eq!(office.ask(lead, "/recommendations?state=odd").await.status, StatusCode::BAD_REQUEST);
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
    office.done(lead, &format!("{path}/measure"), "version=3&conclusion=art%C4%B1b").await;
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
    let (lead, head) = (&office.lead().await, &office.head().await);
    let (aysel, tural) = (&office.aysel().await, &office.tural().await);
    office.published(head, "ground", "call-ground", "Aysel N.", at(GIVEN), 0.0).await;
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
    let answer = office.send(lead, "/discussions", &whole).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["Təmsilçinin dediklərini yazın", "dinlədik", "value=\"ground\" checked"]);
    let answer = office.send(lead, "/discussions", &whole.replace("assessments=ground&", "")).await;
    says(&answer.text, &["siyahıdan seçin"]);
    let place = office.done(lead, "/discussions", &format!("{whole}&said_by_representative=t%C9%99l%C9%99sdim")).await;
    says(&office.page(lead, &place).await, &["tələsdim", "hələ cavab verməyib", "/assessments/ground", "Razılaşmayıb"]);

    let my = office.page(aysel, "/my/discussions").await;
    says(&my, &["1 qeyd cavabınızı gözləyir", "tələsdim", "/my/ground"]);
    let answers = format!("/my{place}");
    assert_eq!(office.send(tural, &answers, "version=1&outcome=agreed").await.status, StatusCode::NOT_FOUND);
    assert!(!office.page(tural, "/my/discussions").await.contains("tələsdim"));
    let wordless = office.send(aysel, &answers, "version=1&outcome=objected&answer=").await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wordless.text, &["Niyə razı olmadığınızı yazın"]);
    office.done(aysel, &answers, "version=1&outcome=objected&answer=bel%C9%99+dem%C9%99mi%C5%9F%C9%99m").await;
    let html = office.page(lead, &place).await;
    says(&html, &["belə deməmişəm", "Etiraz üzrə nə edilib"]);
    let silent = office.send(lead, &format!("{place}/close"), "version=2&note=").await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.done(lead, &format!("{place}/close"), "version=2&note=d%C3%BCz%C9%99ldildi").await;
    says(&office.page(aysel, "/my/discussions").await, &["düzəldildi", "0 qeyd cavabınızı gözləyir"]);
    says(&office.page(lead, "/discussions?state=closed").await, &["Aysel N.", "0 açıq"]);

    // A proposal, from the draft to its effect.
    says(&office.page(lead, "/proposals").await, &["Hələ heç bir təklif"]);
    let worded = format!(
        "title=N%C3%B6vb%C9%99&text=Yer+deyilsin&based_on=service_level%0D%0Aground%0D%0A%2Fcalls%3Foutcome%3Dlost%0D%0A%2F%2Fevil.example&addressee=%C4%B0T&due_on={day}"
    );
    let nameless = office.send(lead, "/proposals", &worded.replace("title=N", "title=&x=N")).await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&nameless.text, &["Adını yazın, 200", "Yer deyilsin"]);
    let place = office.done(lead, "/proposals", &worded).await;
    let html = office.page(lead, &place).await;
    says(&html, &["/assessments/ground", "href=\"/calls?outcome=lost\"", "<li>//evil.example</li>", "Qaralama"]);
    office.done(lead, &place, &format!("version=1&{}", worded.replace("deyilsin", "elan+edilsin"))).await;
    office.done(lead, &format!("{place}/send"), "version=2").await;
    let html = office.page(lead, &place).await;
    says(&html, &["Yer elan edilsin", "qərar gözləyir"]);
    assert!(!html.contains("id=\"decide\""), "a lead decides nothing");
    let sent = "version=3&decision=accepted&decision_text=raz%C4%B1yam";
    assert_eq!(office.send(lead, &format!("{place}/decide"), sent).await.status, StatusCode::FORBIDDEN);
    let odd = office.send(head, &format!("{place}/decide"), "version=3&decision=maybe&decision_text=a").await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.done(head, &format!("{place}/decide"), sent).await;
    office.done(lead, &format!("{place}/effect"), "version=4&effect=imtinalar+azald%C4%B1").await;
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
    office.done(head, &format!("{path}/send"), "version=1").await;
    let html = office.page(head, &path).await;
    says(&html, &["qərarı başqa şəxs verməlidir", "gecikib"]);
    assert!(!html.contains("id=\"decide\""), "{html}");
    let refused = office.send(head, &format!("{path}/decide"), "version=2&decision=accepted&decision_text=a").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    says(&refused.text, &["öz işinizdir"]);
    says(&office.page(head, "/proposals?late=on").await, &["Öz təklifi", "1 açıq", "1 gecikib"]);
    let closed = office.page(head, "/proposals?state=effect_noted").await;
    assert!(closed.contains("Növbə") && !closed.contains("Öz təklifi"), "{closed}");
}
