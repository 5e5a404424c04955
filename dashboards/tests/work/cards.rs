//! Result cards and surveys through the whole site, over a real store and a small lake: values come from the figures and from work, machine
//! verdicts are refused, few answers are withheld, and who may do what.

use crate::office::{Office, says};
use crate::rows;
use axum::http::StatusCode;
use chrono::{DateTime, TimeZone as _, Utc};
use meyar_lake::LakeOptions;
use meyar_schemas::Subject;
use meyar_work::access::{Action, Asked, Logged};
use meyar_work::cards::Card;
use meyar_work::plans::{Pick, PickState};
use meyar_work::store::{Filter, Record};
use meyar_work::surveys::Draw;
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

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
[[card]]
position = "assessor"
name_az = "Əməkdaş"
name_en = "Employee"
role = "assessor"
version = "t-1"
valid_from = "2026-01-01"
least_weight = 50
[[card.indicator]]
code = "plan_done"
name_az = "Plan"
name_en = "Plan"
from = "work"
measure = "plan_done"
unit = "percent"
weight = 60
worst = 50
best = 100
least = 3
[[card.indicator]]
code = "agreement"
name_az = "Razılıq"
name_en = "Agreement"
from = "work"
measure = "agreement"
unit = "percent"
weight = 40
worst = 50
best = 100
least = 20
"#;

/// An office, and the folder with the forms of its cards.
async fn office() -> (Office, TempDir) {
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
    let reference = tempfile::tempdir().unwrap();
    std::fs::write(reference.path().join("result_cards.toml"), CARDS).unwrap();
    let options = LakeOptions { reference_dir: Some(reference.path().to_owned()), ..LakeOptions::default() };
    (Office::open(rows, Arc::default(), options).await, reference)
}

impl Office {
    async fn card(&self, representative: &str) -> Record<Card> {
        let all: Vec<Record<Card>> =
            self.desk.store.list(&Filter { about: Some(representative), ..Filter::default() }).await.unwrap();
        all.into_iter().max_by_key(|card| card.edition).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_take_their_values_from_the_figures_and_none_from_the_machine() {
    let (office, reference) = office().await;
    let (lead, head, aysel, tural) =
        (office.lead().await, office.head().await, office.aysel().await, office.tural().await);
    let place = office.done(&lead, "/cards", "position=representative&period=2026-01").await;
    let list = office.page(&lead, &place).await;
    says(&list, &["Şəxs aysel · Aysel N.", "Tural H.", "Hazırlandı: 6. Əvvəldən var idi: 0."]);
    let card = office.card("Aysel N.").await;
    assert_eq!(card.person_id.as_ref(), Some(&aysel.person_id));
    // The very number of the figure.
    let january = "2026-01".parse().unwrap();
    let rows =
        meyar_lake::output::rows(&office.lake().figure("representatives", &january, None).await.unwrap()).unwrap();
    let row = rows.iter().find(|row| row.get("representative").is_some_and(|name| name == "Aysel N.")).unwrap();
    let part = &card.parts[0];
    assert_eq!((part.value, part.n), (row["mean_handle_s"].as_f64(), row["answered"].as_u64()));
    assert!(part.sql.len() == 64 && card.lake.contains_key("call_events"), "{:?}", card.lake);

    let path = format!("/cards/{}", card.card_id);
    let wrong = office.send(&lead, &format!("{path}/entries"), "seen=1&value-discipline=bir").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong.text, &["«bir» ədəd deyil", "value=\"bir\""]);
    office.done(&lead, &format!("{path}/entries"), "seen=1&value-discipline=90%2C5&note-discipline=%C9%99mr").await;
    assert_eq!(office.card("Aysel N.").await.parts[1].value, Some(90.5), "a comma is a comma");
    let stale = office.send(&lead, &format!("{path}/submit"), "seen=1").await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    office.done(&lead, &format!("{path}/submit"), "seen=2").await;
    assert_eq!(office.send(&lead, &format!("{path}/approve"), "seen=3").await.status, StatusCode::FORBIDDEN);
    let own = format!("/my{path}");
    assert_eq!(office.ask(&aysel, &own).await.status, StatusCode::NOT_FOUND, "not approved yet");
    let no_reason = office.send(&head, &format!("{path}/return"), "seen=3&reason=").await;
    assert_eq!(no_reason.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&no_reason.text, &["Səbəbini yazın."]);
    // Two are ticked, of which one cannot be approved: the other goes on.
    let other = office.card("Tural H.").await;
    let ticked = format!("position=representative&period=2026-01&pick-{}=3&pick-{}=1", card.card_id, other.card_id);
    let place = office.done(&head, "/cards/approve", &ticked).await;
    says(&office.page(&head, &place).await, &["Təsdiq edildi: 1. Təsdiq edilmədi: 1."]);
    says(&office.page(&aysel, &own).await, &["Yekun bal", "Tanış oldum", "əmr"]);
    assert_eq!(office.ask(&tural, &own).await.status, StatusCode::NOT_FOUND);
    office.done(&aysel, &format!("{own}/acknowledge"), "").await;
    let place = office.done(&lead, &format!("{path}/correct"), "seen=5&reason=s%C9%99hv").await;
    says(&office.page(&lead, &place).await, &["2-ci nəşr", "səhv", "Əvvəlki nəşr"]);

    // A form that names machine verdicts is refused wherever cards are met, and told why.
    let machine = CARDS.replace("figure = \"representatives\"", "figure = \"evaluation_by_representative\"");
    std::fs::write(reference.path().join("result_cards.toml"), machine).unwrap();
    for path in ["/cards", "/cards/forms"] {
        let refused = office.ask(&lead, path).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        says(&refused.text, &["nobody is rated by what a machine alone has said"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_stands_on_a_card_with_its_records_and_what_it_lacks_is_entered_with_a_basis() {
    let (office, _reference) = office().await;
    let (lead, leyla) = (office.lead().await, office.assessor().await);
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let mut tx = office.desk.store.begin().await.unwrap();
    for n in 0..4 {
        let pick = Pick {
            pick_id: format!("iş-{n}"),
            plan_id: "plan-yanvar".into(),
            call_id: format!("zəng-{n}"),
            representative: None,
            line: None,
            stratum: String::new(),
            risk: None,
            probability: None,
            assignee: Some(leyla.person_id.clone()),
            lapsed_with: None,
            state: if n < 3 { PickState::Done } else { PickState::Waiting },
            assessment_id: None,
            due_at: at("2026-01-30T20:00:00Z"),
            note: String::new(),
        };
        tx.insert(&pick, "test", "test", at("2026-01-20T08:00:00Z")).await.unwrap();
    }
    tx.commit().await.unwrap();
    office.done(&lead, "/cards", "position=assessor&period=2026-01").await;
    let path = format!("/cards/{}", office.card(&leyla.person_id).await.card_id);
    let page = office.page(&lead, &path).await;
    says(
        &page,
        &[
            "verilmiş zənglərdən son gününədək qiymətləndirilib dərc edilənlər",
            "75,0\u{a0}%",
            "href=\"/plans/plan-yanvar\"",
            "iş bazasının",
            "Razılıq (çəki 40): dövrdə məlumat yoxdur",
            "name=\"value-agreement\"",
            "əsasını mütləq yazın",
        ],
    );
    assert!(!page.contains("name=\"value-plan_done\""), "what is measured is nobody's to enter");
    let entries = format!("{path}/entries");
    let bare = office.send(&lead, &entries, "seen=1&value-agreement=80").await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&bare.text, &["Razılıq: qiymətin əsasını (sənəd, qeyd) yazın", "value=\"80\""]);
    office.done(&lead, &entries, "seen=1&value-agreement=80&note-agreement=protokol").await;
    let card = office.card(&leyla.person_id).await;
    assert_eq!((card.parts[1].counted(), card.parts[1].n), (Some(80.0), Some(0)));
    says(&office.page(&lead, &path).await, &["Əl ilə daxil edilib: Şəxs orxan", "protokol", "80,0\u{a0}%"]);
    let forms = office.page(&lead, "/cards/forms").await;
    says(&forms, &["Sistemdəki iş qeydləri", "kalibrləmədə razılaşdırılmış qiymətlə üst-üstə düşən qiymətlər"]);
    let english = office.page(&lead, "/cards/forms?lang=en").await;
    says(&english, &["Records of work in the system", "calibration marks that are as the agreed ones"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn few_answers_are_withheld_and_invitations_are_drawn_exported_and_logged() {
    let (office, _reference) = office().await;
    let (lead, aysel) = (office.lead().await, office.aysel().await);
    let form = "name=Sor%C4%9Fu&code=callers-t&audience=caller&channel=sms&first_day=2026-01-01&last_day=2026-01-31&share=50&again=30\
        &seed=toxum&q-code-0=overall&q-az-0=Raz%C4%B1&q-en-0=Happy&q-scale-0=1-5&q-code-1=resolved&q-az-1=H%C9%99ll&q-en-1=Solved&q-scale-1=yes_no";
    let path = office.done(&lead, "/surveys", form).await;
    let taken = office.send(&lead, "/surveys", form).await;
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
        let wrong = office.send(&lead, "/surveys", &sent).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        says(&wrong.text, &[why]);
    }
    office.done(&lead, &format!("{path}/open"), "seen=1").await;
    let edited = office.send(&lead, &path, &format!("seen=2&{form}")).await;
    assert_eq!(edited.status, StatusCode::CONFLICT, "what is in force is never edited");
    // 30 of 40 gave 5; with the 10 who did not answer it is 60 to 80 percent. Twelve answers are not thirty.
    let page = office.page(&lead, &path).await;
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
    let place = office.done(&lead, &format!("{path}/draw"), "day=2026-01-06").await;
    let draws: Vec<Record<Draw>> = office.desk.store.list(&Filter::default()).await.unwrap();
    assert_eq!(draws[0].counts.values().sum::<usize>(), of_the_day);
    says(&office.page(&lead, &place).await, &["toxum", &draws[0].invitations[0].call_id]);
    let csv_path = place.replace("/draws/", "/invitations/");
    let csv = office.page(&lead, &csv_path).await;
    assert_eq!(csv.lines().count(), 1 + draws[0].invitations.len());
    assert_eq!(office.ask(&aysel, &csv_path).await.status, StatusCode::FORBIDDEN);
    let log = office.desk.store.access_log(&Asked::default()).await.unwrap();
    let exported = |logged: &&Logged| logged.entry.action == Action::Export;
    assert_eq!(
        log.iter().filter(exported).map(|logged| logged.actor.person_id.as_str()).collect::<Vec<_>>(),
        [lead.person_id.as_str()]
    );
    for (day, why) in
        [("2026-01-06", "artıq çəkilib"), ("2026-02-06", "sorğunun günlərindən deyil"), ("", "Günü seçin")]
    {
        let again = office.send(&lead, &format!("{path}/draw"), &format!("day={day}")).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        says(&again.text, &[why]);
    }
    // Another survey's draw is not found under this one.
    let other = office.done(&lead, "/surveys", &form.replace("callers-t", "callers-v")).await;
    let strange = place.replace(&path, &other);
    assert_eq!(office.ask(&lead, &strange).await.status, StatusCode::NOT_FOUND);
}
