//! Calibration and the centre's quality, as the lead, assessors, a representative and management meet them: through the whole site, over a
//! real store and a small lake.

use crate::office::{OTHER, OWN, Office, encoded, form, says};
use crate::rows::Rows;
use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use meyar_schemas::Subject;
use meyar_work::assessment::{Assessment, Judged, Judgement};
use meyar_work::calibration::{Calibration, SetState};
use meyar_work::store::{Filter, Record};
use meyar_work::{Person, Role};
use serde_json::json;

impl Office {
    async fn set(&self, id: &str) -> Record<Calibration> {
        self.desk.store.get(id).await.unwrap()
    }

    /// Begins a call on the page, judges it at the desk, hands it in on the page.
    async fn score(&self, who: &Person, set: &str, call: &str, low: &[&str], why: &str) -> String {
        let begun = self.send(who, &format!("/calibration/{set}/calls/{}/begin", encoded(call)), "").await;
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
        let handed = self.send(who, &format!("/assess/{id}/publish"), &form(&[("version", &version)])).await;
        assert_eq!((handed.status, handed.place), (StatusCode::SEE_OTHER, format!("/calibration/{set}")));
        id
    }
}

fn main_of(html: &str) -> &str {
    html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_scored_blind_compared_and_agreed() {
    let office = Office::of_stories().await;
    let (lead, head, leyla, aysel) =
        (office.lead().await, office.head().await, office.assessor().await, office.aysel().await);
    // Answers calls too: the second one is theirs.
    let samir = office.person("samir", Role::Assessor, Some("Tural H.")).await;
    let due = (meyar_work::terms::day(Utc::now()) + Duration::days(3)).to_string();
    let hands = [&leyla, &samir, &lead].map(|person| format!("takes-{}", person.person_id));
    let ids = format!("{OWN}\n{OTHER}");
    let mut sent = vec![("name", "Yanvar"), ("due_day", due.as_str()), ("source", "ids"), ("ids", ids.as_str())];
    sent.extend(hands.iter().map(|hand| (hand.as_str(), "on")));
    // What is wrong stands beside its field, and what was typed stays.
    let mut wrong = sent.clone();
    wrong[3] = ("ids", "yoxdur-1");
    let told = office.send(&lead, "/calibration", &form(&wrong)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&told.text, &["yoxdur-1: belə zəng yoxdur", "value=\"Yanvar\""]);
    let told = office.send(&lead, "/calibration", &form(&sent[..6])).await;
    says(&told.text, &["zəngini iki nəfər qiymətləndirə bilmir"]);
    assert_eq!(office.send(&leyla, "/calibration", &form(&sent)).await.status, StatusCode::FORBIDDEN);
    let made = office.send(&lead, "/calibration", &form(&sent)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let id = made.place.rsplit('/').next().unwrap().to_owned();
    let page = format!("/calibration/{id}");

    says(&office.page(&leyla, "/calibration").await, &["Yanvar", "2 zəng qalıb"]);
    says(&office.page(&samir, "/calibration").await, &["1 zəng qalıb"]);
    // It stands in the queue too, beside the calls of plans: of these there are none.
    let queue = office.page(&leyla, "/queue").await;
    says(main_of(&queue), &["Yanvar", "2 zəng qalıb", &format!("href=\"{page}\"")]);
    assert!(!queue.contains("Sizə verilmiş iş yoxdur"), "there is work");
    assert!(!main_of(&office.page(&samir, &page).await).contains(&format!("{OTHER}</th>")), "a call of one's own");
    let own = format!("{page}/calls/{}/begin", encoded(OTHER));
    assert_eq!(office.send(&samir, &own, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask(&aysel, &page).await.status, StatusCode::FORBIDDEN);

    // Who has still to score it does not read the machine's marks on the call's page; whoever takes no part, does.
    let call = format!("/calls/{}", encoded(OWN));
    for who in [&leyla, &lead] {
        let html = office.page(who, &call).await;
        says(main_of(&html), &["id=\"blind\"", "maşının nə təklif etdiyi göstərilmir", &page]);
        assert!(!html.contains("id=\"v-K01\"") && !html.contains("<mark"), "{}: {html}", who.login);
    }
    says(main_of(&office.page(&head, &call).await), &["id=\"v-K01\""]);
    // Nor in the list of calls.
    let listed = async |who| {
        let html = office.page(who, "/calls").await;
        let row = html.split("<tr").find(|row| row.contains(&call)).unwrap();
        row.split("</tr>").next().unwrap_or_default().to_owned()
    };
    let (whole, blind) = (listed(&head).await, listed(&leyla).await);
    assert!(whole.len() > blind.len(), "{whole} {blind}");
    // Nor by choosing what was assessed, nor by the rows of a figure, nor by a figure of single calls.
    let chosen = async |who| main_of(&office.page(who, "/calls?assessed=yes").await).contains(&call);
    assert!(chosen(&head).await && !chosen(&leyla).await);
    for path in [
        "/figures/evaluation_by_criterion/rows.csv?period=2026-01&cell=verdicts",
        "/figures/live_urgent_heard?period=2026-01",
    ] {
        assert_eq!(office.ask(&lead, path).await.status, StatusCode::CONFLICT, "{path}");
        assert_eq!(office.ask(&head, path).await.status, StatusCode::OK, "{path}");
    }
    assert_eq!(
        office.ask(&lead, "/figures/evaluation_by_criterion?period=2026-01").await.status,
        StatusCode::OK,
        "sums"
    );
    let assessment = office.score(&leyla, &id, OWN, &["K01"], "leylanın gizli sözü").await;
    says(main_of(&office.page(&leyla, &call).await), &["id=\"v-K01\""]);
    assert_eq!(listed(&leyla).await, whole);
    assert!(!office.page(&leyla, &format!("/calls/{}", encoded(OTHER))).await.contains("id=\"v-K01\""));
    office.score(&leyla, &id, OTHER, &[], "").await;
    let queue = office.page(&leyla, "/queue").await;
    assert!(!main_of(&queue).contains("Yanvar") && queue.contains("Sizə verilmiş iş yoxdur"), "{queue}");
    says(main_of(&office.page(&samir, "/queue").await), &["Yanvar", "1 zəng qalıb"]);
    office.score(&samir, &id, OWN, &[], "").await;
    office.score(&lead, &id, OWN, &[], "").await;
    // One is missing: nobody sees more than who has handed in how much, wherever they look.
    let compare = format!("{page}/calls/{}", encoded(OWN));
    for who in [&samir, &lead, &head] {
        let html = office.page(who, &page).await;
        says(main_of(&html), &["bağlayanadək heç kim başqasının qiymətini görmür", "4 / 5"]);
        assert!(!html.contains("gizli sözü"), "{html}");
        let matrix = office.ask(who, &compare).await;
        assert_eq!((matrix.status, matrix.place.as_str()), (StatusCode::SEE_OTHER, page.as_str()));
    }
    for place in ["/assessments", "/assessments?purpose=calibration"] {
        assert!(!main_of(&office.page(&lead, place).await).contains(&assessment), "{place}");
    }
    let single = office.ask(&lead, &format!("/assessments/{assessment}")).await;
    assert_eq!(single.status, StatusCode::NOT_FOUND);
    says(&office.page(&aysel, "/my").await, &["hələ heç bir qiymətləndirmə dərc edilməyib"]);
    assert_eq!(office.ask(&aysel, &format!("/my/{assessment}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.ask(&aysel, "/audio/2026/01/30/call-1.wav").await.status, StatusCode::NOT_FOUND);

    office.score(&lead, &id, OTHER, &[], "").await;
    assert_eq!(office.set(&id).await.state, SetState::Compared);
    let html = office.page(&samir, &compare).await;
    says(main_of(&html), &["leylanın gizli sözü", "Şəxs leyla", "Şəxs orxan", "fərqli", "Maşının təklifi"]);
    assert!(!html.contains("id=\"master\""), "who takes part reads; the lead writes");
    assert_eq!(office.send(&samir, &compare, "").await.status, StatusCode::FORBIDDEN);
    // The representative of the call still sees nothing of it.
    assert_eq!(office.ask(&aysel, &format!("/my/{assessment}")).await.status, StatusCode::NOT_FOUND);

    let codes: Vec<String> = office.set(&id).await.calls[0].proposed.keys().cloned().collect();
    let marks: Vec<String> = codes.iter().map(|code| format!("mark-{code}")).collect();
    let seen = office.set(&id).await.version.to_string();
    let mut sent: Vec<(&str, &str)> = vec![("seen", seen.as_str())];
    sent.extend(marks.iter().map(|mark| (mark.as_str(), "1")));
    let told = office.send(&lead, &compare, &form(&sent)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&told.text, &["Hansı qaydanın bunu müəyyən etdiyini yazın", "Saxlanılmadı"]);
    sent.extend([("rule-K01", "Ad ilk 10 saniyədə deyilir"), ("reason-K01", "yazıda eşidilir")]);
    let agreed = office.send(&lead, &compare, &form(&sent)).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER, "{}", agreed.text);
    // A second tab that still shows the old version changes nothing, and shows what stands.
    let late = office.send(&head, &compare, &form(&sent)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late.text, &["Ad ilk 10 saniyədə deyilir"]);
    let seen = office.set(&id).await.version.to_string();
    sent[0] = ("seen", seen.as_str());
    let second = format!("{page}/calls/{}", encoded(OTHER));
    assert_eq!(office.send(&head, &second, &form(&sent)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.set(&id).await.state, SetState::Agreed);
    says(main_of(&office.page(&leyla, &page).await), &["Razılaşdırılmış baldan fərq", "−2,5"]);

    let agreement = office.page(&head, "/calibration/agreement").await;
    says(&agreement, &["ən azı 20 zəng lazımdır, daha 18 zəng çatışmır", "İnsan – insan", "Şəxs leyla"]);
    assert_eq!(office.ask(&leyla, "/calibration/agreement").await.status, StatusCode::FORBIDDEN);
    let seen = office.set(&id).await.version.to_string();
    let closed = office.send(&lead, &format!("{page}/close"), &form(&[("seen", &seen)])).await;
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
        let made = office.send(&lead, "/calibration", &form(&sent)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    }
    let sets: Vec<Record<Calibration>> = office.desk.store.list(&Filter::default()).await.unwrap();
    let drawn: Vec<&str> =
        sets.iter().filter(|set| set.seed.is_some()).map(|set| set.calls[0].call_id.as_str()).collect();
    assert!(drawn.len() == 2 && drawn[0] == drawn[1], "{drawn:?}");
}

/// 60 calls that the machine scored 80 on average, `random` of which people heard and gave 5 points less; and, if asked, others that chance
/// did not pick, with nothing but zeros; `again` calls an overlapping plan drew once more, and whoever heard them then gave nothing.
fn estimates(rows: &mut Rows, random: usize, others: bool, again: usize) {
    let day = Utc.with_ymd_and_hms(2026, 3, 10, 6, 0, 0).unwrap();
    let assessed = |rows: &mut Rows, n: usize, purpose: &str, state: &str, score: f64| {
        // What another plan brought was published later.
        let told = (day + Duration::days(if state == "seen" { 3 } else { 2 })).to_rfc3339();
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
    for n in 0..again {
        assessed(rows, n, "random", "seen", 0.0);
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

/// An office over these estimates, and who may look at them.
pub async fn estimated(random: usize, others: bool, again: usize) -> (Office, Person) {
    let mut rows = Rows::default();
    estimates(&mut rows, random, others, again);
    let office = Office::with_stories(rows).await;
    let manager = office.management().await;
    (office, manager)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_centres_quality_comes_from_all_verdicts_and_the_random_sample_alone() {
    let path = "/estimates?period=2026-03";
    let (plain, manager) = estimated(40, false, 0).await;
    let html = plain.page(&manager, path).await;
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
    says(&plain.page(&plain.lead().await, path).await, &["href=\"/assessments\""]);
    assert_eq!(plain.ask(&plain.assessor().await, path).await.status, StatusCode::FORBIDDEN);
    says(&plain.page(&manager, "/estimates?period=2025-01").await, &["qiymətləndirilmiş zəng yoxdur"]);
    let unknown = plain.ask(&manager, "/estimates?period=2026-03&form=x").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);

    // What risk, a complaint, a review, calibration brought, and what was voided, changes nothing at all.
    let (picked, manager) = estimated(40, true, 0).await;
    assert_eq!(main_of(&picked.page(&manager, path).await), main_of(&html));

    let (few, manager) = estimated(19, true, 0).await;
    let html = few.page(&manager, path).await;
    says(&html, &["ən azı 20 təsadüfi zəng lazımdır, daha 1 zəng çatışmır"]);
    let row = html.split_once("<tr id=\"corrected\"").unwrap().1.split_once("</tr>").unwrap().0;
    assert!(!row.contains("75,0"), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_two_plans_drew_is_one_label_and_the_page_says_how_many_were_left_out() {
    let path = "/estimates?period=2026-03";
    let row = |html: &str, code: &str| {
        let (_, rest) = html.split_once(&format!("<tr id=\"{code}\"")).unwrap();
        rest.split_once("</tr>").unwrap().0.to_owned()
    };
    let criteria = |html: &str| html.split_once("24 / 60").unwrap().1.split_once("</tr>").unwrap().0.to_owned();
    let (once, manager) = estimated(40, false, 0).await;
    let before = once.page(&manager, path).await;
    assert!(!before.contains("təkrar qiymətləndirməsi"));
    let (twice, manager) = estimated(40, false, 7).await;
    let after = twice.page(&manager, path).await;
    says(&after, &["iki dəfə seçilmiş zənglərin 7 təkrar qiymətləndirməsi hesaba daxil edilməyib"]);
    for code in ["machine", "people", "corrected"] {
        assert_eq!(row(&before, code), row(&after, code));
    }
    assert_eq!(criteria(&before), criteria(&after));
    // Published the other way round, the later one is left out, whatever it says: 40 labels, not 47.
    let figure = twice.page(&manager, "/figures/estimate_labelled?period=2026-03").await;
    says(&figure, &["Təkrar, hesaba daxil olmayan", ">40<", ">7<"]);
}
