//! Orders of management, opinions and studies, and how other sectors take part in the question-answer base: through the whole site.

use crate::office::{Office, form, says};
use crate::rows::Rows;
use axum::http::StatusCode;
use chrono::{Days, Utc};
use meyar_work::terms;

#[tokio::test]
async fn an_order_goes_to_whose_it_is_and_back() {
    let office = Office::over(Rows::default()).await;
    let (head, lead, leyla) = (&office.head().await, &office.lead().await, &office.assessor().await);
    let (nigar, other) = (&office.aysel().await, &office.person("kamran", meyar_work::Role::Assessor, None).await);
    says(&office.page(head, "/tasks").await, &["Hələ heç bir tapşırıq", "Yeni tapşırıq"]);
    assert!(!office.page(leyla, "/tasks").await.contains("/tasks/new"), "an assessor gives no orders");
    assert_eq!(office.ask(nigar, "/tasks").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask(leyla, "/tasks/new").await.status, StatusCode::FORBIDDEN);

    let blank = office.page(head, "/tasks/new").await;
    says(
        &blank,
        &["Leyla", "Nəticə hansı formada"].map(|text| if text == "Leyla" { leyla.name.as_str() } else { text }),
    );
    assert!(!blank.contains(nigar.name.as_str()), "a representative cannot answer for a task");
    let day = terms::day(Utc::now()).checked_add_days(Days::new(9)).unwrap().to_string();
    let whole = [
        ("title", "Rüblük arayış"),
        ("text", "Rüb üzrə təhlil"),
        ("ordered_by", "Nazirin müavini"),
        ("form", "arayış"),
        ("responsible", leyla.person_id.as_str()),
        ("due_on", day.as_str()),
    ];
    let mut hollow = whole;
    hollow[3].1 = " ";
    let refused = office.send(head, "/tasks", &form(&hollow)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused.text, &["Nəticənin formasını yazın", "Rüb üzrə təhlil"]);
    let place = office.done(head, "/tasks", &form(&whole)).await;

    says(&office.page(leyla, "/tasks").await, &["Rüblük arayış", "1 açıq"]);
    assert!(!office.page(other, "/tasks").await.contains("Rüblük arayış"), "it is somebody else's");
    assert_eq!(office.ask(other, &place).await.status, StatusCode::NOT_FOUND);
    let peeped = office.send(other, &format!("{place}/hand-over"), "version=1&result=a").await;
    assert_eq!(peeped.status, StatusCode::NOT_FOUND);

    let html = office.page(leyla, &place).await;
    assert!(html.contains("id=\"hand-over\"") && !html.contains("id=\"withdraw\""), "{html}");
    office.done(leyla, &format!("{place}/hand-over"), &form(&[("version", "1"), ("result", "qovluqdadır")])).await;
    let html = office.page(lead, &place).await;
    says(&html, &["qovluqdadır", "id=\"judge\""]);
    let back = form(&[("version", "2"), ("judgement", "cədvəl yoxdur"), ("decision", "given_back")]);
    office.done(lead, &format!("{place}/judge"), &back).await;
    says(&office.page(leyla, &place).await, &["cədvəl yoxdur", "Geri qaytarılıb", "id=\"hand-over\""]);
    office.done(leyla, &format!("{place}/hand-over"), &form(&[("version", "3"), ("result", "cədvəllə")])).await;
    let taken = form(&[("version", "4"), ("judgement", "qəbuldur"), ("decision", "taken")]);
    office.done(head, &format!("{place}/judge"), &taken).await;
    says(&office.page(head, &format!("{place}?lang=en")).await, &["Taken", "Handed over", "cədvəllə"]);
    says(&office.page(head, "/tasks?state=taken").await, &["Rüblük arayış", "0 açıq"]);
}

#[tokio::test]
async fn a_study_is_written_and_finished() {
    let office = Office::over(Rows::default()).await;
    let (lead, management) = (&office.lead().await, &office.management().await);
    says(&office.page(lead, "/studies").await, &["Hələ heç nə yazılmayıb"]);
    assert_eq!(office.ask(management, "/studies").await.status, StatusCode::FORBIDDEN);
    let whole = [
        ("nature", "practice"),
        ("title", "Təkrar zənglər"),
        ("text", "Yeddi gün götürülür"),
        ("source", "COPC"),
        ("link", "https://example.org/a"),
        ("due_on", ""),
    ];
    let mut scripted = whole;
    scripted[4].1 = "javascript:alert(1)";
    let refused = office.send(lead, "/studies", &form(&scripted)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused.text, &["https:// ilə yazın", "Yeddi gün götürülür"]);
    let place = office.done(lead, "/studies", &form(&whole)).await;
    says(&office.page(lead, &place).await, &["Beynəlxalq təcrübə", "href=\"https://example.org/a\"", "Qaralama"]);
    office.done(lead, &format!("{place}/finish"), "version=1").await;
    let mut mended = form(&whole).replace("Yeddi", "Be%C5%9F");
    mended.push_str("&version=2");
    office.done(lead, &place, &mended).await;
    says(&office.page(lead, &place).await, &["Beş gün götürülür", "Tamamlanıb", "Mətn dəyişdirilib"]);
    office.done(lead, &format!("{place}/withdraw"), "version=3").await;
    assert!(!office.page(lead, &place).await.contains("id=\"rewrite\""));
}

#[tokio::test]
async fn representatives_suggest_entries_and_remark_on_them() {
    let office = Office::over(Rows::default()).await;
    let (leyla, nigar, management) = (&office.assessor().await, &office.aysel().await, &office.management().await);
    let day = terms::day(Utc::now()).to_string();
    let entry = form(&[
        ("question", "ƏDV nə vaxt ödənilir?"),
        ("answer", "Ayın iyirmisinə qədər"),
        ("law", "Vergi Məcəlləsi"),
        ("clause", ""),
        ("valid_from", &day),
        ("owner", &leyla.person_id),
    ]);
    says(&office.page(nigar, "/answers").await, &["Yazı təklif et"]);
    assert!(!office.page(management, "/answers").await.contains("/answers/new"));
    assert_eq!(office.ask(management, "/answers/new").await.status, StatusCode::FORBIDDEN);
    says(&office.page(nigar, "/answers/new").await, &[leyla.name.as_str()]);
    let place = office.done(nigar, "/answers", &entry).await;
    assert_eq!(place, "/answers?sent=on");
    says(&office.page(nigar, &place).await, &["göndərildi"]);
    assert!(!office.page(nigar, "/answers").await.contains("ƏDV nə vaxt"), "a draft is not told to callers");

    let drafts = office.page(leyla, "/answers?list=draft").await;
    let link =
        drafts.split("href=\"/answers/").find_map(|rest| rest.split('"').next().filter(|id| id.len() == 36)).unwrap();
    let place = format!("/answers/{link}");
    office.done(leyla, &format!("{place}/force"), "seen=1").await;
    says(&office.page(nigar, &place).await, &["ƏDV nə vaxt", "id=\"remark\""]);
    let empty = office.send(nigar, &format!("{place}/remark"), "seen=2&remark=+").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&empty.text, &["Qeydi yazın"]);
    office.done(nigar, &format!("{place}/remark"), &form(&[("seen", "2"), ("remark", "müddət dəyişib")])).await;
    says(&office.page(leyla, "/answers").await, &["1 qeyd"]);
    let html = office.page(leyla, &place).await;
    says(&html, &["müddət dəyişib", nigar.name.as_str()]);
    assert!(!html.contains("id=\"remark\""), "who keeps the base changes it");
    assert!(!office.page(nigar, &place).await.contains("müddət dəyişib"), "what readers say is for who keeps the base");
    office.done(leyla, &format!("{place}/keep"), "seen=3").await;
    assert!(!office.page(leyla, &place).await.contains("müddət dəyişib"));
}

#[tokio::test]
async fn a_deputy_has_the_heads_pages_for_some_days() {
    let office = Office::over(Rows::default()).await;
    let (admin, lead) = (&office.person("admin", meyar_work::Role::Administrator, None).await, &office.lead().await);
    let path = format!("/people/{}", lead.person_id);
    let account = office.page(admin, &path).await;
    says(&account, &["Əvəzetmə", "id=\"stand-in\""]);
    assert!(!account.contains("<option value=\"administrator\" selected"), "{account}");
    assert!(
        !office.page(admin, &format!("/people/{}", admin.person_id)).await.contains("id=\"stand-in\""),
        "not oneself"
    );
    assert_eq!(office.ask(lead, "/access").await.status, StatusCode::FORBIDDEN);

    let today = terms::day(Utc::now()).to_string();
    let order = |role: &str, ground: &str| {
        form(&[("stand_role", role), ("from", &today), ("until", &today), ("ground", ground)])
    };
    let refused = office.send(admin, &format!("{path}/stand-ins"), &order("head", " ")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused.text, &["Əsası yazın"]);
    let refused = office.send(admin, &format!("{path}/stand-ins"), &order("administrator", "Əmr")).await;
    says(&refused.text, &["şəxsin öz vəzifəsi olmasın"]);
    assert_eq!(
        office.send(lead, &format!("{path}/stand-ins"), &order("head", "Əmr")).await.status,
        StatusCode::FORBIDDEN
    );
    office.done(admin, &format!("{path}/stand-ins"), &order("head", "Əmr № 12")).await;
    // The head's page; both roles by the name, and in the log beside what is done with them.
    let page = office.page(lead, "/access").await;
    assert_eq!(page.matches(" + ").count(), 2, "{page}");
    let account = office.page(admin, &path).await;
    says(&account, &["Əmr № 12", "Qüvvədədir"]);
    let id = account.split("/stand-ins/").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    office.done(admin, &format!("{path}/stand-ins/{id}/end"), &form(&[("version", "1"), ("why", "qayıtdı")])).await;
    assert_eq!(office.ask(lead, "/access").await.status, StatusCode::FORBIDDEN);
}
