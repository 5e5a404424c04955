//! Trainings, the question-answer base and complaints, as people of different roles meet them: through the whole site, over a real store
//! and a small lake.

use crate::office::{OWN, Office, encoded, form, says};
use crate::rows;
use axum::http::StatusCode;
use chrono::{Days, NaiveDate, Utc};
use meyar_work::access::{Action, Actor, Asked};
use meyar_work::answers::Answer;
use meyar_work::assessment::{Assessment, Judged, Purpose, State};
use meyar_work::complaints::Complaint;
use meyar_work::store::{Filter, Kept, Record};
use meyar_work::trainings::{Attendance, Need, NewNeed, NewTraining, Origin, Training};
use meyar_work::{Account, Person, Role};

async fn office() -> Office {
    // Some days of calls that nobody heard, beside those with sound and words.
    Office::with_stories(rows::month(6, 20)).await
}

impl Office {
    async fn only<T: Kept>(&self) -> Record<T> {
        let mut all = self.desk.store.list::<T>(&Filter::default()).await.unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    async fn seen<T: Kept>(&self) -> String {
        self.only::<T>().await.version.to_string()
    }
}

fn day(days_ago: i64) -> NaiveDate {
    let today = meyar_work::terms::day(Utc::now());
    if days_ago >= 0 {
        today.checked_sub_days(Days::new(days_ago.unsigned_abs())).unwrap()
    } else {
        today.checked_add_days(Days::new(days_ago.unsigned_abs())).unwrap()
    }
}

async fn trainings(office: &Office, lead: &Person, aysel: &Person) {
    let bare = office.send(lead, "/trainings/needs", &form(&[("topic", ""), ("origin", "expected_change")])).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&bare.text, &["Yadda saxlanılmadı", "Aktın qüvvəyə mindiyi günü yazın"]);
    let in_force = day(-3).to_string();
    let need = [
        ("topic", "Vergi Məcəlləsinə dəyişiklik"),
        ("origin", "expected_change"),
        ("in_force_on", in_force.as_str()),
        ("criterion", "K05"),
        ("representatives", "Aysel N."),
    ];
    assert_eq!(office.done(lead, "/trainings/needs", &form(&need)).await, "/trainings");
    let id = office.only::<Need>().await.need_id.clone();
    says(
        &office.page(lead, "/trainings").await,
        &["Vergi Məcəlləsinə dəyişiklik", "Gözlənilən dəyişiklik", "Aysel N.", "name=\"needs\""],
    );
    // The form of a training that answers it has its topic, and who needs it.
    let html = office.page(lead, &format!("/trainings/new?needs={id}")).await;
    says(&html, &["value=\"Vergi Məcəlləsinə dəyişiklik\"", "value=\"Aysel N.\" checked"]);
    let late = format!("{}T10:00", day(-3));
    let plan = [
        ("topic", "Yeni maddələr"),
        ("begins_at", late.as_str()),
        ("place", "204-cü otaq"),
        ("trainer", "Rauf"),
        ("pass_mark", "70,5"),
        ("needs", id.as_str()),
        ("participants", "Aysel N."),
        ("participants", "Tural H."),
    ];
    let place = office.done(lead, "/trainings", &form(&plan)).await;
    // On the very day on which the act takes force: told, and not refused.
    says(&office.page(lead, &place).await, &["Diqqət", "Təlim akt qüvvəyə minənədək keçirilməlidir", "70,5"]);
    says(&office.page(lead, "/trainings").await, &["gecikir"]);
    let seen = office.seen::<Training>().await;
    let held = format!("{}T10:00", day(1));
    let moved: Vec<(&str, &str)> = plan
        .iter()
        .map(|(name, value)| if *name == "begins_at" { (*name, held.as_str()) } else { (*name, *value) })
        .chain([("seen", seen.as_str())])
        .collect();
    office.done(lead, &place, &form(&moved)).await;
    let html = office.page(lead, &place).await;
    assert!(!html.contains("Diqqət"), "in time: {html}");
    let stale = office.send(lead, &place, &form(&moved)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    says(&stale.text, &["Bu arada başqası bunu dəyişib", "value=\"Yeni maddələr\""]);

    let seen = office.seen::<Training>().await;
    let hold = format!("{place}/hold");
    let half = [("seen", seen.as_str()), ("attendance-Aysel N.", "present"), ("attendance-Tural H.", "absent")];
    let answer = office.send(lead, &hold, &form(&half)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["Gəlməmə səbəbini yazın"]);
    let all = [&half[..], &[("reason-Tural H.", "xəstəlik")]].concat();
    office.done(lead, &hold, &form(&all)).await;
    let seen = office.seen::<Training>().await;
    let bad =
        office.send(lead, &format!("{place}/test"), &form(&[("seen", seen.as_str()), ("score-Aysel N.", "yüz")])).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    office.done(lead, &format!("{place}/test"), &form(&[("seen", seen.as_str()), ("score-Aysel N.", "88,5")])).await;
    let html = office.page(lead, &place).await;
    says(&html, &["88,5", "keçib", "xəstəlik", "Təlimin təsiri", "Zəng azdır", "Ödənilib: Vergi"]);
    let seen = office.seen::<Training>().await;
    office.done(lead, &format!("{place}/close"), &form(&[("seen", seen.as_str()), ("met", id.as_str())])).await;
    says(&office.page(lead, &format!("/trainings/needs/{id}")).await, &["Ödənilib", "Bu ehtiyaca cavab verən təlim"]);

    // Their own line, and nobody else's.
    let html = office.page(aysel, "/my/trainings").await;
    says(&html, &["Yeni maddələr", "88,5", "keçib"]);
    assert!(!html.contains("Tural") && !html.contains("xəstəlik"), "{html}");
    assert_eq!(office.ask(aysel, &place).await.status, StatusCode::FORBIDDEN);
    says(&office.page(lead, &format!("{place}?lang=en")).await, &["Too few calls", "Those present", "Scores written"]);
}

async fn answers(office: &Office, leyla: &Person, aysel: &Person) {
    let today = day(0).to_string();
    let owner = leyla.person_id.clone();
    let mut entry = vec![
        ("question", "ƏDV qeydiyyatı necə ləğv edilir?"),
        ("answer", "Elektron kabinetdən müraciət göndərilir."),
        ("law", "Vergi Məcəlləsi"),
        ("clause", "158"),
        ("valid_from", today.as_str()),
        ("owner", owner.as_str()),
        ("topics", "law_explanation"),
        ("errors", "K05"),
        ("calls", "yox-belə-zəng"),
    ];
    let unknown = office.send(leyla, "/answers", &form(&entry)).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&unknown.text, &["«yox-belə-zəng» nömrəli zəng tapılmadı", "Elektron kabinetdən"]);
    entry.pop();
    entry.push(("calls", OWN));
    let place = office.done(leyla, "/answers", &form(&entry)).await;
    let search = format!("/answers?q={}", encoded("ədv"));
    says(&office.page(aysel, &search).await, &["Heç nə tapılmadı"]);
    assert_eq!(office.ask(aysel, &place).await.status, StatusCode::NOT_FOUND, "a draft does not exist");
    let seen = office.seen::<Answer>().await;
    office.done(leyla, &format!("{place}/force"), &form(&[("seen", &seen)])).await;
    says(&office.page(aysel, &search).await, &["<mark>ƏDV</mark>", "Vergi Məcəlləsi, 158"]);
    let html = office.page(aysel, &place).await;
    says(&html, &["Elektron kabinetdən", "Qanunvericiliyin izahı"]);
    assert!(!html.contains(OWN) && !html.contains("/edit"), "calls and edits are nobody's business here: {html}");
    says(&office.page(leyla, &place).await, &[&format!("/calls/{}", "z%C9%99ng-yax%C5%9F%C4%B1-01"), "/edit"]);

    // Edited: the new text is found, the old one is read by those who keep the base.
    let seen = office.seen::<Answer>().await;
    entry[1].1 = "ASAN xidmətdən müraciət göndərilir.";
    entry.push(("seen", &seen));
    office.done(leyla, &place, &form(&entry)).await;
    says(&office.page(aysel, &search).await, &["ASAN xidmətdən"]);
    says(&office.page(leyla, &format!("{place}/versions/2")).await, &["Elektron kabinetdən", "əvvəlki halıdır"]);
    assert_eq!(office.ask(aysel, &format!("{place}/versions/2")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.ask(leyla, &format!("{place}/versions/9")).await.status, StatusCode::NOT_FOUND);
    let stale = office.send(leyla, &place, &form(&entry)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);

    // Its review is over: the owner is told.
    let mut record = office.only::<Answer>().await;
    record.content.review_on = Some(day(1));
    let mut tx = office.desk.store.begin().await.unwrap();
    tx.save(&mut record, "test", "late", Utc::now()).await.unwrap();
    tx.commit().await.unwrap();
    says(&office.page(leyla, "/answers").await, &["Baxılma vaxtı keçmiş yazılar", "sizin"]);
    let seen = office.seen::<Answer>().await;
    office.done(leyla, &format!("{place}/keep"), &form(&[("seen", &seen)])).await;
    assert!(!office.page(leyla, "/answers").await.contains("Baxılma vaxtı keçmiş"));
    let seen = office.seen::<Answer>().await;
    let bare = office.send(leyla, &format!("{place}/withdraw"), &form(&[("seen", &seen)])).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&bare.text, &["Səbəbi yazın"]);
    let why = [("seen", seen.as_str()), ("withdraw_reason", "maddə ləğv edilib")];
    office.done(leyla, &format!("{place}/withdraw"), &form(&why)).await;
    says(&office.page(aysel, &search).await, &["Heç nə tapılmadı"]);
    assert_eq!(office.ask(aysel, &place).await.status, StatusCode::NOT_FOUND);
    says(&office.page(leyla, "/answers?list=withdrawn&lang=en").await, &["1 entry", "Withdrawn"]);
    assert_eq!(office.ask(leyla, "/answers?list=flying").await.status, StatusCode::BAD_REQUEST);
}

async fn complaints(office: &Office, lead: &Person, head: &Person, answering: &Person) {
    let yesterday = day(1).to_string();
    let new = |call: &'static str| {
        [
            ("received_on", yesterday.clone()),
            ("channel", "call".to_owned()),
            ("kind", "conduct".to_owned()),
            ("wish", "Üzr istənilsin.".to_owned()),
            ("call_id", call.to_owned()),
        ]
    };
    let sent = new("yox-belə-zəng");
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let unknown = office.send(lead, "/complaints", &form(&sent)).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&unknown.text, &["«yox-belə-zəng» nömrəli zəng tapılmadı", "Üzr istənilsin."]);
    let sent = new(OWN);
    let mut sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // Whom it is about is whoever answered the call.
    sent.push(("representative", "Tural H."));
    let other = office.send(lead, "/complaints", &form(&sent)).await;
    says(&other.text, &["Həmin zəngi Aysel N. cavablandırıb"]);
    sent.pop();
    let place = office.done(lead, "/complaints", &form(&sent)).await;
    says(&office.page(lead, &place).await, &["Aysel N.", OWN, "Təmsilçinin davranışı", "Son gün"]);
    let call = format!("/calls/{}", "z%C9%99ng-yax%C5%9F%C4%B1-01");
    says(&office.page(lead, &call).await, &[place.as_str(), "Şikayət qeydə al"]);

    // Whoever it is about is a lead, and it does not exist for them: on its page, in the list, on the call's page, at any step.
    assert!(!office.page(answering, "/complaints").await.contains(&place));
    assert!(!office.page(answering, &call).await.contains(&place));
    let seen = office.seen::<Complaint>().await;
    assert_eq!(office.ask(answering, &place).await.status, StatusCode::NOT_FOUND);
    for (step, sent) in [("investigate", ("finding", "not_confirmed")), ("withdraw", ("reason", "x"))] {
        let answer = office.send(answering, &format!("{place}/{step}"), &form(&[("seen", &seen), sent])).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{step}");
    }
    let html = office.page(lead, &place).await;
    let option = format!("value=\"{}\"", answering.person_id);
    assert!(!html.contains(&option), "they cannot be chosen as the investigator: {html}");
    let own = [
        ("seen", seen.as_str()),
        ("finding", "confirmed"),
        ("text", "dinlənildi"),
        ("investigator", answering.person_id.as_str()),
    ];
    let refused = office.send(lead, &format!("{place}/investigate"), &form(&own)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused.text, &["Şikayət edilən şəxs ola bilməz", "dinlənildi"]);
    let by = [&own[..3], &[("investigator", head.person_id.as_str()), ("specialist", "Psixoloq")]].concat();
    office.done(lead, &format!("{place}/investigate"), &form(&by)).await;
    let html = office.page(lead, &place).await;
    says(&html, &["Təsdiqlənib", "Psixoloq", "Təlim ehtiyacı qeyd et", "id=\"act\""]);
    assert!(!html.contains("id=\"answer-form\""), "what was confirmed is acted on first: {html}");
    let seen = office.seen::<Complaint>().await;
    let measure = [("seen", seen.as_str()), ("act", "measure"), ("measure", "söhbət aparıldı")];
    office.done(lead, &format!("{place}/act"), &form(&measure)).await;
    let seen = office.seen::<Complaint>().await;
    let future = day(-1).to_string();
    let answer = [("seen", seen.as_str()), ("answered_on", future.as_str()), ("answer", "üzr istənildi")];
    let refused = office.send(lead, &format!("{place}/answer"), &form(&answer)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&refused.text, &["ilə bu gün arasında bir gün seçin"]);
    let today = day(0).to_string();
    let answer = [answer[0], ("answered_on", today.as_str()), answer[2]];
    office.done(lead, &format!("{place}/answer"), &form(&answer)).await;
    says(&office.page(lead, "/complaints?list=closed&lang=en").await, &["1 complaint", "Answered", "Confirmed"]);
    // Opening it was written down.
    let asked = Asked { object_kind: Some("complaint"), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    assert!(log.iter().any(|line| line.entry.action == Action::Read), "{log:?}");
    office.desk.store.check_access_log().await.unwrap();
}

#[tokio::test]
async fn needs_are_taught_answers_are_found_and_complaints_are_answered() {
    let office = office().await;
    let (lead, head, leyla) = (office.lead().await, office.head().await, office.assessor().await);
    office.tural().await;
    let own = office.aysel().await;
    trainings(&office, &lead, &own).await;
    answers(&office, &leyla, &own).await;
    // The same person is made a lead: of their own calls they decide no complaint.
    let account = Account {
        login: own.login.clone(),
        name: "Şəxs answering".to_owned(),
        role: Role::Lead,
        representative: own.representative.clone(),
        sector: None,
        active: true,
    };
    let answering = office.desk.store.change_person(&own, &account, &Actor::system(), Utc::now()).await.unwrap();
    complaints(&office, &lead, &head, &answering).await;
}

/// Judged calls of a day of the small lake; every other one has the lower mark.
async fn judged(office: &Office, who: &str, day: &str, calls: u32, [low, high]: [f64; 2], purpose: Purpose) {
    let form = office.desk.forms.form_for("az", day.parse().unwrap()).unwrap();
    let mut tx = office.desk.store.begin().await.unwrap();
    for n in 0..calls {
        let call_id = format!("{day}-{n:04}");
        let id = format!("a-{who}-{call_id}-{purpose}");
        let mut one = Assessment::begin(id, &call_id, form, None, "leyla", purpose);
        one.representative = Some(who.to_owned());
        (one.state, one.published_at) = (State::Published, Some(Utc::now()));
        for mark in one.marks.iter_mut().filter(|mark| mark.criterion == "K05") {
            mark.judged = Some(Judged::Marked(if n % 2 == 0 { low } else { high }));
        }
        tx.insert(&one, "test", "publish", Utc::now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_effect_is_shown_of_random_calls_before_and_after_beside_the_others() {
    let office = office().await;
    let lead = office.lead().await;
    let (before, after, begins) = ("2026-01-06", "2026-01-09", "2026-01-07T06:00:00Z");
    let now: chrono::DateTime<Utc> = "2026-01-20T06:00:00Z".parse().unwrap();
    let need = NewNeed {
        topic: "Maddələr".into(),
        origin: Origin::Results,
        in_force_on: None,
        opinion_of: String::new(),
        criterion: Some("K05".into()),
        representatives: Vec::new(),
        reference: String::new(),
    };
    let need = office.desk.note_need(&lead, need, now).await.unwrap();
    let new = NewTraining {
        topic: "Maddələr üzrə təlim".into(),
        begins_at: begins.parse().unwrap(),
        place: "204".into(),
        trainer: "Rauf".into(),
        needs: vec![need.need_id.clone()],
        participants: vec!["Aysel N.".into(), "Tural H.".into(), "Nərmin A.".into()],
        pass_mark: 70.0,
    };
    let planned = office.desk.plan_training(&lead, new, now).await.unwrap();
    let came = |who: &str, attended| (who.to_owned(), attended, "xəstəlik".to_owned());
    let all = [
        came("Aysel N.", Attendance::Present),
        came("Tural H.", Attendance::Present),
        came("Nərmin A.", Attendance::Absent),
    ];
    let id = planned.training_id.clone();
    office.desk.hold_training(&lead, &id, planned.version, &all, now).await.unwrap();
    // Of those who were there: 0 and 0,5 before, 0,5 and 1 after.
    for (who, after_marks) in [("Aysel N.", [0.5, 1.0]), ("Tural H.", [1.0, 1.0])] {
        judged(&office, who, before, 6, [0.0, 0.5], Purpose::Random).await;
        judged(&office, who, after, 6, after_marks, Purpose::Random).await;
    }
    let path = format!("/trainings/{id}");
    let html = office.page(&lead, &path).await;
    // 0,25 → 0,75 and 0,25 → 1: 0,63 on the mean of two people; twelve calls on each side.
    says(&html, &["İştirak edənlər", ">0,25 (", ">0,88 (", "<td class=\"n\">12</td>", "+0,63 (", "n = 2"]);
    says(&html, &["Zəng azdır", "Təsadüfi seçilmiş"]);
    // Whoever was absent is one of the others; calls that somebody chose prove nothing.
    judged(&office, "Nərmin A.", before, 10, [0.5, 0.5], Purpose::Random).await;
    judged(&office, "Nərmin A.", after, 10, [0.5, 1.0], Purpose::Random).await;
    judged(&office, "Aysel N.", after, 9, [0.0, 0.0], Purpose::Risk).await;
    let html = office.page(&lead, &path).await;
    says(&html, &[">0,88 (", "+0,63 (", "+0,25, n = 1"]);
    assert!(!html.contains("Zəng azdır"), "{html}");
}
