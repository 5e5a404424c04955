//! Accounts, the access log and plans, through the whole site: over a real store and a small lake.

use crate::office::{Office, form, says};
use axum::http::StatusCode;
use meyar_work::access::{Action, Asked};
use meyar_work::plans::{Pick, Plan};
use meyar_work::store::{Filter, Record};
use meyar_work::{Person, Role, sampling};

#[tokio::test]
async fn an_administrator_adds_a_person_who_then_comes_in() {
    let office = Office::of_stories().await;
    let admin = office.person("inzibatci", Role::Administrator, None).await;
    says(&office.page(&admin, "/people").await, &["İstifadəçilər", "inzibatci", "1 istifadəçi"]);

    // What was typed stays beside what is wrong, but a password is never shown again.
    let short = "login=sevda&name=Sevda+Q.&role=assessor&password=gizli&active=on";
    let refused = office.send(&admin, "/people", short).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &refused.text,
        &["value=\"sevda\"", "value=\"Sevda Q.\"", "id=\"wrong-password\"", "<option value=\"assessor\" selected>"],
    );
    assert!(!refused.text.contains("gizli"), "{}", refused.text);
    let nobody = office.send(&admin, "/people", "login=nigar&name=Nigar&role=representative&active=on").await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&nobody.text, &["id=\"wrong-representative\""]);
    let no_role = office.send(&admin, "/people", "login=nigar&name=Nigar&role=&active=on").await;
    says(&no_role.text, &["id=\"wrong-role\""]);

    let fields = "login=sevda&name=Sevda+Q.&role=assessor&password=uzun+gizli+s%C3%B6z&active=on";
    let made = office.send(&admin, "/people", fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let taken = office.send(&admin, "/people", fields).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&taken.text, &["id=\"wrong-login\""]);
    let come_in = "login=sevda&password=uzun+gizli+s%C3%B6z&next=";
    let inside = office.sign_in(come_in).await;
    assert_eq!((inside.status, inside.place.as_str()), (StatusCode::SEE_OTHER, "/queue"));

    // A new password takes the place of the old one.
    let sevda = office.desk.store.person_of_login("sevda").await.unwrap().unwrap();
    let path = format!("/people/{}", sevda.person_id);
    let short = office.send(&admin, &format!("{path}/password"), "password=sevda").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&short.text, &["id=\"wrong-password\""]);
    let set = office.send(&admin, &format!("{path}/password"), "password=ba%C5%9Fqa+uzun+s%C3%B6z").await;
    assert_eq!(set.status, StatusCode::SEE_OTHER);
    says(&office.page(&admin, &set.place).await, &["Yeni parol təyin edildi"]);
    let old = office.sign_in(come_in).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);

    // Two tabs: the second is told what the account is now, and keeps what was typed.
    let fields = |name: &str| format!("version={}&name={name}&role=lead&sector=KT&active=on", sevda.version);
    let changed = office.send(&admin, &path, &fields("Sevda+Quliyeva")).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    let late = office.send(&admin, &path, &fields("Sevda+Q2")).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late.text, &["id=\"changed\"", "<dd>Sevda Quliyeva</dd>", "value=\"Sevda Q2\""]);
    assert_eq!(office.desk.store.person(&sevda.person_id).await.unwrap().role, Role::Lead);
    // Whoever keeps accounts cannot shut themselves out.
    let own = office.send(&admin, &format!("/people/{}", admin.person_id), "version=1&name=X&role=administrator").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(office.desk.store.person(&admin.person_id).await.unwrap().active);

    for (role, login) in [(Role::Lead, "orxan"), (Role::Assessor, "leyla"), (Role::Head, "rauf")] {
        let other = office.person(login, role, None).await;
        for path in ["/people", path.as_str()] {
            assert_eq!(office.ask(&other, path).await.status, StatusCode::FORBIDDEN, "{role} {path}");
        }
        let sent = office.send(&other, "/people", "login=x1&name=X&role=head").await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{role}");
    }
    assert_eq!(office.ask(&admin, "/people/no-such").await.status, StatusCode::NOT_FOUND);
    says(&office.page(&admin, "/people?lang=en").await, &["New person", "May sign in"]);
}

#[tokio::test]
async fn what_an_employee_is_stands_beside_their_name_where_work_is_divided() {
    let office = Office::of_stories().await;
    let admin = office.person("inzibatci", Role::Administrator, None).await;
    let (lead, leyla) = (office.lead().await, office.assessor().await);
    let path = format!("/people/{}", leyla.person_id);
    says(&office.page(&admin, &path).await, &["Əmək məlumatı", "name=\"version\" value=\"0\""]);
    let keep = async |version: i64, position: &str, since: &str| {
        let version = version.to_string();
        let sent = form(&[
            ("version", &version),
            ("position", position),
            ("level", "2-ci dərəcə"),
            ("serves_since", since),
            ("skills", "DVX"),
        ]);
        office.send(&admin, &format!("{path}/employment"), &sent).await
    };
    let wrong = keep(0, "mütəxəssis", "2999-01-01").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&wrong.text, &["bu gündən sonra olmasın", "value=\"mütəxəssis\"", "value=\"2999-01-01\""]);
    // The page that came back with the fault was a look at the account.
    let of = Asked { object_id: Some(&leyla.person_id), ..Asked::default() };
    let log = office.desk.store.access_log(&of).await.unwrap();
    let again =
        log.iter().filter(|logged| logged.entry.detail.as_deref().is_some_and(|at| at.ends_with("/employment")));
    let again: Vec<_> = again.map(|logged| (logged.entry.action, logged.entry.object_kind.as_str())).collect();
    assert_eq!(again, [(Action::Read, "account")]);
    let since = (chrono::Utc::now() - chrono::Duration::days(800)).format("%Y-%m-01").to_string();
    let kept = keep(0, "mütəxəssis", &since).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    says(&office.page(&admin, &kept.place).await, &["value=\"mütəxəssis\"", "<dd>2 il "]);
    let late = keep(0, "baş mütəxəssis", &since).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    says(&late.text, &["value=\"baş mütəxəssis\"", "name=\"version\" value=\"1\"", "<dd>mütəxəssis</dd>"]);
    says(&office.page(&admin, "/people").await, &["mütəxəssis", "2-ci dərəcə", "2 il "]);
    // Whoever divides the work reads it, and cannot change it.
    says(&office.page(&lead, "/plans/new").await, &["2-ci dərəcə", "2 il "]);
    let refused =
        office.send(&lead, &format!("{path}/employment"), "version=1&position=x&serves_since=2020-01-01").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_access_log_is_read_narrowed_checked_and_taken_away() {
    let office = Office::of_stories().await;
    let admin = office.person("inzibatci", Role::Administrator, None).await;
    let lead = office.lead().await;
    let head = office.head().await;
    assert_eq!(office.ask(&lead, "/access").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask(&lead, "/access.csv").await.status, StatusCode::FORBIDDEN);
    // A login that is whatever somebody typed.
    office.sign_in("login=%3Dcmd%7Ccalc&password=x&next=").await;

    let html = office.page(&head, "/access").await;
    says(&html, &["Jurnal bütövdür", "Şəxs orxan (orxan)", "Buraxılmayıb", "Proqramın özü", "=cmd|calc"]);
    // Opening it was written down before it was shown.
    says(&html, &["Şəxs rauf (rauf)"]);
    let asked = Asked { person_id: Some(&head.person_id), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    let opened = log.iter().any(|line| line.entry.action == Action::Read && line.entry.object_kind == "page");
    assert!(opened, "{log:?}");

    // What is taken away is told by its name.
    let rows = "/figures/calls_by_line/rows.csv?period=2026-01&cell=lost";
    assert_eq!(office.ask(&lead, rows).await.status, StatusCode::OK);
    let asked = Asked { object_kind: Some("rows"), object_id: Some("calls_by_line"), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].entry.detail.as_deref(), Some("period=2026-01&cell=lost"));

    let path = format!("/access?person={}&kind=page&from=2020-01-01&to=2099-01-01", lead.person_id);
    let narrowed = office.page(&admin, &path).await;
    let rows = narrowed.split("<tbody>").nth(1).unwrap();
    assert!(rows.contains("orxan") && !rows.contains("rauf"), "{rows}");
    says(&office.page(&admin, "/access?to=2020-01-01").await, &["uyğun yazı yoxdur"]);
    assert_eq!(
        office.ask(&admin, "/access?from=dünən".replace('ü', "%C3%BC").replace('ə', "%C9%99").as_str()).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(office.ask(&admin, "/access?page=0").await.status, StatusCode::BAD_REQUEST);

    let csv = office.page(&admin, "/access.csv").await;
    let (first, rest) = csv.split_once("\r\n").unwrap();
    assert_eq!(first, "number,at,person_id,role,action,object_kind,object_id,detail,chain");
    assert!(rest.contains(",'=cmd|calc,none,login_refused,"), "{csv}");
    let asked = Asked { person_id: Some(&admin.person_id), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    assert!(log.iter().any(|line| line.entry.action == Action::Export), "{log:?}");
    says(&office.page(&admin, "/access?lang=en").await, &["The log is whole", "Exported"]);
}

#[tokio::test]
async fn a_lead_draws_a_plan_that_anybody_can_draw_again() {
    let office = Office::of_stories().await;
    let lead = office.lead().await;
    let leyla = office.assessor().await;
    // She answers calls too, and is not to hear what she answered herself.
    let aysel = office.person("aysel", Role::Assessor, Some("Aysel N.")).await;
    let (first, last) = office.source.choices().await.map(|choices| choices.days.unwrap()).unwrap();
    says(&office.page(&lead, "/plans").await, &["Hələ plan yoxdur", "/plans/new"]);
    let html = office.page(&lead, "/plans/new").await;
    says(
        &html,
        &[
            "name=\"seed\"",
            &first.to_string()[..7],
            "name=\"stratum-representative\" value=\"on\" checked",
            "Şəxs leyla",
        ],
    );

    let hands = format!("takes-{}=on&quota-{}=50&takes-{}=on", leyla.person_id, leyla.person_id, aysel.person_id);
    let rules = "each=2&risk_most=5&long_hold=90&low_survey=40&due_days=5&line=&stratum-representative=on";
    let send = |days: &str, seed: &str| format!("name=Yanvar&{days}&seed={seed}&{rules}&{hands}");
    let all = format!("first_day={first}&last_day={last}");
    let turned = office.send(&lead, "/plans", &send("first_day=2026-02-02&last_day=2026-02-01", "lavanda")).await;
    assert_eq!(turned.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&turned.text, &["value=\"lavanda\"", "Son gün ilk gündən əvvəldir", "value=\"Yanvar\""]);
    let silent = office.send(&lead, "/plans", &send("first_day=2019-01-01&last_day=2019-01-02", "lavanda")).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&silent.text, &["Bu günlərdə 0 cavablandırılmış zəng var"]);
    let nobody = format!("name=Yanvar&{all}&seed=lavanda&{rules}");
    says(&office.send(&lead, "/plans", &nobody).await.text, &["Ən azı bir əməkdaş seçin"]);
    let bad = send(&all, "lavanda").replace("each=2", "each=0");
    says(&office.send(&lead, "/plans", &bad).await.text, &["1 ilə 500 arasında tam ədəd"]);

    for refused in [&leyla, &office.head().await] {
        let answer = office.send(refused, "/plans", &send(&all, "lavanda")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(office.ask(refused, "/plans/new").await.status, StatusCode::FORBIDDEN);
        office.page(refused, "/plans").await;
    }
    let representative = office.tural().await;
    assert_eq!(office.ask(&representative, "/plans").await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.desk.store.count::<Plan>(&Filter::default()).await.unwrap(), 0);

    let drawn = office.send(&lead, "/plans", &send(&all, "lavanda")).await;
    assert_eq!(drawn.status, StatusCode::SEE_OTHER, "{}", drawn.text);
    let html = office.page(&lead, &drawn.place).await;
    says(&html, &["lavanda", "Yanvar", "Təsadüfi, ehtimal", "/calls/", "Başqasına ver"]);
    says(&office.page(&leyla, "/plans").await, &["Yanvar", "Tamamlanıb 0"]);
    assert!(!office.page(&leyla, &drawn.place).await.contains("Başqasına ver"));

    // Anybody draws the same again.
    let plan = office.desk.store.list::<Plan>(&Filter::default()).await.unwrap().remove(0);
    let calls = office.source.candidates(first, last, None).await.unwrap();
    assert_eq!((plan.calls, plan.design.long_hold_ms), (calls.len(), 90_000));
    let picks: Vec<Record<Pick>> = office.desk.store.list(&Filter::default()).await.unwrap();
    let mut ids: Vec<&str> = picks.iter().map(|pick| pick.call_id.as_str()).collect();
    let again = sampling::draw(&plan.design, &calls);
    let mut same: Vec<&str> = again.picks.iter().map(|pick| pick.call_id.as_str()).collect();
    ids.sort_unstable();
    same.sort_unstable();
    assert_eq!(ids, same);
    let own = |pick: &&Record<Pick>| pick.representative.as_deref() == Some("Aysel N.");
    assert!(picks.iter().filter(own).all(|pick| pick.assignee.as_ref() != Some(&aysel.person_id)), "{picks:?}");

    // A pick goes to somebody else, but not to whoever answered the call.
    let pick = picks.iter().find(own).unwrap();
    let give = format!("{}/picks/{}", drawn.place, pick.pick_id);
    let to = |person: &Person, version: i64| format!("person_id={}&version={version}&page=1", person.person_id);
    let conflict = office.send(&lead, &give, &to(&aysel, pick.version)).await;
    assert_eq!(conflict.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&conflict.text, &["bu zəngi özü cavablandırıb"]);
    assert_eq!(office.send(&leyla, &give, &to(&lead, pick.version)).await.status, StatusCode::FORBIDDEN);
    let given = office.send(&lead, &give, &to(&lead, pick.version)).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    let now = office.desk.store.get::<Pick>(&pick.pick_id).await.unwrap();
    assert_eq!(now.assignee.as_ref(), Some(&lead.person_id));
    let stale = office.send(&lead, &give, &to(&leyla, pick.version)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let elsewhere = office.send(&lead, &format!("/plans/x/picks/{}", pick.pick_id), &to(&leyla, now.version)).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    says(&office.page(&lead, &format!("{}?lang=en", drawn.place)).await, &["Random, probability", "Rules of the draw"]);
}
