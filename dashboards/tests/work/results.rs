//! What was judged, as the representative, the lead and everybody else meet it: through the whole site, over a real store and a small lake.

use crate::office::{OTHER, OWN, Office, form, says};
use axum::http::StatusCode;
use chrono::{Duration, NaiveDate, Utc};
use meyar_work::access::{Action, Asked};
use meyar_work::assessment::{Assessment, Judged, Judgement, State};
use meyar_work::plans::Pick;
use meyar_work::sampling::{Candidate, Design, Worker};
use meyar_work::store::{Filter, Record};
use meyar_work::{NewPlan, Person, Role};
use serde_json::json;

impl Office {
    /// Two drafts of which everything is decided: of Aysel's call and of Tural's.
    async fn drafts(&self, lead: &Person, assessor: &Person) -> [Record<Assessment>; 2] {
        let calls = [(OWN, "Aysel N."), (OTHER, "Tural H.")].map(|(call_id, who)| Candidate {
            call_id: call_id.into(),
            representative: Some(who.into()),
            has_recording: true,
            ..Candidate::default()
        });
        let day = NaiveDate::from_ymd_opt(2026, 1, 30).unwrap();
        let design = Design { seed: "yanvar".into(), each: 1, risk_most: 0, ..Design::default() };
        let new = NewPlan { name: "Yanvar".into(), first_day: day, last_day: day, line: None, design, due_days: 5 };
        let workers = [Worker { person_id: assessor.person_id.clone(), representative: None, quota: None }];
        let now = Utc::now();
        self.desk.draw(lead, new, &calls, &workers, now).await.unwrap();
        let picks: Vec<Record<Pick>> = self.desk.store.list(&Filter::default()).await.unwrap();
        let mut drafts = Vec::new();
        for call_id in [OWN, OTHER] {
            let pick = picks.iter().find(|pick| pick.call_id == call_id).unwrap();
            let evaluation = self.source.call(call_id).await.unwrap().unwrap().evaluation.unwrap();
            let form = self.desk.forms.named(&evaluation.form).unwrap();
            let mut draft = self.desk.begin(assessor, &pick.pick_id, form, Some(&evaluation), now).await.unwrap();
            for mark in draft.marks.clone() {
                let judged = if mark.criterion == "K05" {
                    Judged::Marked(0.5)
                } else {
                    mark.proposal().unwrap_or(Judged::Marked(1.0))
                };
                let judgement = Judgement {
                    judged: Some(judged),
                    critical: false,
                    reason: "dinlədim".into(),
                    comment: "qeydim".into(),
                };
                draft = self
                    .desk
                    .judge(assessor, &draft.assessment_id, draft.version, &mark.criterion, &judgement, now)
                    .await
                    .unwrap();
            }
            drafts.push(draft);
        }
        drafts.try_into().unwrap()
    }

    async fn publish(&self, assessor: &Person, draft: &Record<Assessment>) -> Record<Assessment> {
        self.desk.publish(assessor, &draft.assessment_id, draft.version, Utc::now()).await.unwrap()
    }

    async fn now(&self, id: &str) -> Record<Assessment> {
        self.desk.store.get(id).await.unwrap()
    }
}

#[tokio::test]
async fn a_representative_sees_what_is_their_own_and_published() {
    let office = Office::of_stories().await;
    let (lead, assessor) = (office.lead().await, office.assessor().await);
    let (aysel, tural) = (office.aysel().await, office.tural().await);
    let [own, other] = office.drafts(&lead, &assessor).await;
    let path = format!("/my/{}", own.assessment_id);
    says(&office.page(&aysel, "/my").await, &["hələ heç bir qiymətləndirmə dərc edilməyib"]);
    assert_eq!(office.ask(&aysel, &path).await.status, StatusCode::NOT_FOUND, "a draft does not exist");
    // Nor does the sound of a call that nothing was published of.
    let sound = "/audio/2026/01/30/call-1.wav";
    for sound in [sound, "/peaks/2026/01/30/call-1.wav"] {
        assert_eq!(office.ask(&aysel, sound).await.status, StatusCode::NOT_FOUND, "{sound}");
    }

    office.publish(&assessor, &own).await;
    office.publish(&assessor, &other).await;
    let list = office.page(&aysel, "/my").await;
    says(&list, &[OWN, "Dərc edilib", "1 zəng", "İnterval göstərilmir"]);
    assert!(!list.contains(OTHER), "{list}");
    let stranger = format!("/my/{}", other.assessment_id);
    assert_eq!(office.ask(&aysel, &stranger).await.status, StatusCode::NOT_FOUND);
    let refused = office.send(&aysel, &format!("{stranger}/acknowledge"), "").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    for sound in [sound, "/peaks/2026/01/30/call-1.wav"] {
        assert_eq!(office.ask(&aysel, sound).await.status, StatusCode::OK, "{sound}");
        assert_eq!(office.ask(&tural, sound).await.status, StatusCode::NOT_FOUND, "{sound}");
        assert_eq!(office.ask(&assessor, sound).await.status, StatusCode::OK, "{sound}");
    }

    // Opened, it is seen, and the opening is written down.
    let html = office.page(&aysel, &path).await;
    says(&html, &["K05", "qeydim", "<audio", "<q lang=\"az\">", "Oxudum, qəbul edirəm", "dispute-K05"]);
    assert!(!html.contains("/calls/"), "a representative opens no page of calls: {html}");
    assert_eq!(office.now(&own.assessment_id).await.state, State::Seen);
    let asked = Asked { person_id: Some(&aysel.person_id), object_kind: Some("assessment"), ..Asked::default() };
    let log = office.desk.store.access_log(&asked).await.unwrap();
    let read = |id: &str| {
        log.iter().any(|line| line.entry.action == Action::Read && line.entry.object_id.as_deref() == Some(id))
    };
    assert!(read(&own.assessment_id), "{log:?}");
    says(
        &office.page(&aysel, &format!("{path}?lang=en")).await,
        &["I have read and accept it", "Marks by criterion", "Drawn at random"],
    );

    let done = office.send(&aysel, &format!("{path}/acknowledge"), "").await;
    assert_eq!((done.status, done.place), (StatusCode::SEE_OTHER, path.clone()));
    let html = office.page(&aysel, &path).await;
    assert!(html.contains("Qəbul edilib") && !html.contains("dispute-K05"), "{html}");
    let again = office.send(&aysel, &format!("{path}/acknowledge"), "").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    says(&again.text, &["artıq qəbul edilib"]);
    // Nobody without results of their own comes here.
    assert_eq!(office.ask(&assessor, "/my").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_dispute_is_decided_by_somebody_else_and_both_marks_are_shown() {
    let office = Office::of_stories().await;
    let (lead, assessor, aysel) = (office.lead().await, office.assessor().await, office.aysel().await);
    let [own, _] = office.drafts(&lead, &assessor).await;
    let id = office.publish(&assessor, &own).await.assessment_id.clone();
    let (my, review) = (format!("/my/{id}"), format!("/reviews/{id}"));

    // What was typed is kept when something is missing.
    let send = format!("{my}/dispute");
    let answer = office.send(&aysel, &send, "dispute-K05=on&reason-K05=&reason-K02=amma+mən").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(
        &answer.text,
        &["name=\"dispute-K05\" value=\"on\" checked", "amma mən", "Niyə razı olmadığınızı yazın", "meyarı işarələyin"],
    );
    let answer = office.send(&aysel, &send, "reason-K05=").await;
    says(&answer.text, &["Ən azı bir meyarı işarələyin"]);
    assert_eq!(office.ask(&lead, &review).await.status, StatusCode::NOT_FOUND, "nothing is disputed yet");
    let answer = office.send(&aysel, &send, "dispute-K05=on&reason-K05=madd%C9%99+d%C3%BCzg%C3%BCn+idi").await;
    assert_eq!((answer.status, answer.place.as_str()), (StatusCode::SEE_OTHER, my.as_str()), "{}", answer.text);
    says(&office.page(&aysel, &my).await, &["Etirazınıza baxılır", "maddə düzgün idi"]);

    // The assessor neither sees nor decides disputes.
    for path in ["/reviews", review.as_str()] {
        assert_eq!(office.ask(&assessor, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(office.send(&assessor, &review, "version=1").await.status, StatusCode::FORBIDDEN);
    says(&office.page(&lead, "/reviews").await, &["1 etiraz qərar gözləyir", OWN, "Şəxs leyla"]);
    says(&office.page(&lead, &review).await, &["maddə düzgün idi", "decision-K05", "/calls/z%C9%99ng", "mark-K05"]);

    let version = office.now(&id).await.version;
    let answer = office
        .send(&lead, &review, &format!("version={version}&decision-K05=changed&reason-K05=218-ci+madd%C9%99"))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["Yeni qiyməti seçin", "218-ci maddə", "value=\"changed\" required checked"]);
    let decision = "decision-K05=changed&mark-K05=1&reason-K05=218-ci+madd%C9%99";
    let stale = office.send(&lead, &review, &format!("version={}&{decision}", version - 1)).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let off_scale = decision.replace("mark-K05=1", "mark-K05=7");
    let answer = office.send(&lead, &review, &format!("version={version}&{off_scale}")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = office.send(&lead, &review, &format!("version={version}&{decision}")).await;
    assert_eq!((answer.status, answer.place.as_str()), (StatusCode::SEE_OTHER, "/reviews"), "{}", answer.text);

    assert_eq!(office.now(&id).await.state, State::Changed);
    for (who, path) in [(&aysel, my.as_str()), (&lead, review.as_str())] {
        let html = office.page(who, path).await;
        says(&html, &["əvvəl: 0,5", "indi: 1", "218-ci maddə", "maddə düzgün idi", "Dəyişdirilir", "score-before"]);
        assert!(!html.contains("name=\"decision-K05\"") && !html.contains("name=\"dispute-K05\""), "{html}");
    }
    says(&office.page(&aysel, &format!("{my}?lang=en")).await, &["was: 0.5", "now: 1", "Changed"]);
    let list = office.page(&lead, "/reviews").await;
    says(&list, &["Qərar gözləyən etiraz yoxdur", "Dəyişdirilib", "Etirazdan sonra dəyişən qiymətlər", "K05"]);
    // One decided point gives counts, and no percentage.
    says(&list, &["<td class=\"n\">1</td><td class=\"n\">1</td><td class=\"n\">–</td>"]);
    let one = office.page(&lead, &format!("/assessments/{id}")).await;
    says(&one, &["id=\"history\"", "Etiraza qərar verilib", "Şəxs orxan", "Şəxs aysel", "Dərc edilib"]);
    office.desk.store.check_access_log().await.unwrap();
}

#[tokio::test]
async fn a_whole_assessment_is_voided_only_when_that_is_confirmed() {
    let office = Office::of_stories().await;
    let (lead, assessor, aysel) = (office.lead().await, office.assessor().await, office.aysel().await);
    let [own, _] = office.drafts(&lead, &assessor).await;
    let id = office.publish(&assessor, &own).await.assessment_id.clone();
    office.desk.dispute(&aysel, &id, vec![("K05".into(), "bu mənim zəngim deyil".into())], Utc::now()).await.unwrap();
    let (review, version) = (format!("/reviews/{id}"), office.now(&id).await.version);
    let answer = office.send(&lead, &review, &format!("version={version}&void=on&reason=s%C9%99hv+z%C9%99ng")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&answer.text, &["Ləğvi təsdiq edin", "səhv zəng"]);
    let answer = office.send(&lead, &review, &format!("version={version}&void=on&sure=on&reason=s%C9%99hv")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(office.now(&id).await.state, State::Voided);
    let list = office.page(&aysel, "/my").await;
    assert!(list.contains("Ləğv edilib") && !list.contains("id=\"mean\""), "what is voided is in no mean: {list}");
}

#[tokio::test]
async fn after_its_days_nothing_can_be_disputed() {
    let office = Office::of_stories().await;
    let (lead, assessor, aysel) = (office.lead().await, office.assessor().await, office.aysel().await);
    let [own, _] = office.drafts(&lead, &assessor).await;
    let mut record = office.publish(&assessor, &own).await;
    record.content.dispute_until = Some(Utc::now() - Duration::days(1));
    let mut tx = office.desk.store.begin().await.unwrap();
    tx.save(&mut record, "test", "late", Utc::now()).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/my/{}", record.assessment_id);
    let html = office.page(&aysel, &path).await;
    assert!(html.contains("Etiraz müddəti") && !html.contains("dispute-K05"), "{html}");
    let late = office.send(&aysel, &format!("{path}/dispute"), "dispute-K05=on&reason-K05=gec").await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.now(&record.assessment_id).await.state, State::Seen);
}

#[tokio::test]
async fn means_are_compared_only_where_there_is_enough_to_compare() {
    let office = Office::of_stories().await;
    let (lead, assessor) = (office.lead().await, office.assessor().await);
    let [own, other] = office.drafts(&lead, &assessor).await;
    let published = office.publish(&assessor, &own).await;
    let path = "/assessments";
    let html = office.page(&lead, path).await;
    says(&html, &["1 qiymətləndirmə", OWN, "ən azı iki təmsilçi"]);
    assert!(!html.contains(OTHER), "a draft is not listed: {html}");
    let draft = office.ask(&lead, &format!("{path}/{}", other.assessment_id)).await;
    assert_eq!(draft.status, StatusCode::NOT_FOUND);
    assert_eq!(office.ask(&assessor, path).await.status, StatusCode::FORBIDDEN);
    office.publish(&assessor, &other).await;
    says(&office.page(&lead, path).await, &["2 təsadüfi zəng azdır"]);

    let mut tx = office.desk.store.begin().await.unwrap();
    for n in 0..60_u32 {
        let mut one = published.content.clone();
        (one.assessment_id, one.call_id) = (format!("a-{n}"), format!("call-{n}"));
        one.representative = Some(format!("T-{}", n % 12));
        let score = if n % 12 == 11 { 60.0 } else { 80.0 } + f64::from(n / 12) * 4.0;
        (one.raw_score, one.effective_score) = (Some(score), Some(score));
        if n == 0 {
            one.form.version = "0.2".into();
        }
        tx.insert(&one, "test", "publish", Utc::now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let html = office.page(&lead, path).await;
    says(
        &html,
        &[
            "62 qiymətləndirmə",
            "1 – 50 / 62",
            "class=\"chart points\"",
            "99,8\u{20}% həddindən kənarda",
            "hədlərin içində",
            "rel=\"next\"",
        ],
    );
    assert_eq!(html.matches("class=\"panel part\"").count(), 2, "versions of the form are never mixed");
    assert!(!html.contains("style=\""), "the policy refuses styles in elements");
    says(&office.page(&lead, &format!("{path}?page=2")).await, &["51 – 62 / 62", "rel=\"prev\""]);
    let one = office.page(&lead, &format!("{path}?representative=T-11&purpose=random&state=published&lang=en")).await;
    says(&one, &["5 assessments", "95% interval", "at least two representatives"]);
    says(&office.page(&lead, &format!("{path}?to=2020-01-01")).await, &["Bu seçimə uyğun"]);
    // A call that counts already is in no mean once more; one that was rarely picked weighs more.
    assert!(!html.contains("Hájek") && !html.contains("təkrar qiymətləndirməsi"));
    let mut tx = office.desk.store.begin().await.unwrap();
    for (id, call, chance) in [("again", "call-1", published.probability), ("rare", "rare", Some(0.001))] {
        let mut one = published.content.clone();
        (one.assessment_id, one.call_id, one.probability) = (id.into(), call.into(), chance);
        (one.published_at, one.effective_score) = (Some(Utc::now()), Some(10.0));
        tx.insert(&one, "test", "publish", Utc::now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let html = office.page(&lead, path).await;
    says(
        &html,
        &[
            "64 qiymətləndirmə",
            "1 təkrar qiymətləndirməsi ortaya daxil deyil",
            "Hájek",
            "Hunidə hər zəng eyni çəkidədir",
        ],
    );
    for bad in ["state=flying", "purpose=fun", "from=dünən", "page=0"] {
        let bad = bad.replace("ü", "%C3%BC").replace("ə", "%C9%99");
        assert_eq!(office.ask(&lead, &format!("{path}?{bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

/// The last breath of a page: all that waits at once, each over the version that the one before it will leave.
#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_overtakes_the_one_before_it_waits_for_it_and_is_kept() {
    let office = Office::of_stories().await;
    let (lead, assessor) = (office.lead().await, office.assessor().await);
    let [draft, _] = office.drafts(&lead, &assessor).await;
    let mark = |place: u64, criterion: &str| {
        let path = format!("/assess/{}/marks/{criterion}", draft.assessment_id);
        let sent = json!({ "version": draft.version as u64 + place, "value": "1", "critical": false, "reason": format!("səbəb {place}"),
            "comment": "" });
        (path, sent)
    };
    let sent = [mark(2, "K03"), mark(1, "K02"), mark(0, "K01")];
    // The last is on its way before the first.
    let late = async |place: usize| {
        tokio::time::sleep(std::time::Duration::from_millis(150 * place as u64)).await;
        office.put(&assessor, &sent[place].0, &sent[place].1).await
    };
    let (third, second, first) = tokio::join!(late(0), late(1), late(2));
    for answer in [&first, &second, &third] {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let kept: Record<Assessment> = office.desk.store.get(&draft.assessment_id).await.unwrap();
    assert_eq!(kept.version, draft.version + 3);
    for (place, criterion) in ["K01", "K02", "K03"].into_iter().enumerate() {
        let own = kept.marks.iter().find(|mark| mark.criterion == criterion).unwrap();
        assert_eq!(own.reason, format!("səbəb {place}"), "{criterion}");
    }
    // What nobody sends any more is told after a while, and what somebody else was faster with at once.
    let (path, _) = mark(0, "K01");
    let own =
        |version: i64| json!({ "version": version, "value": "1", "critical": false, "reason": "", "comment": "" });
    assert_eq!(office.put(&assessor, &path, &own(draft.version + 9)).await.status, StatusCode::CONFLICT);
    assert_eq!(office.put(&assessor, &path, &own(draft.version)).await.status, StatusCode::CONFLICT);
}

/// Whoever has still to score a call blind meets its marks in no list, nor on the way to a recommendation.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_to_be_scored_blind_is_listed_without_its_marks() {
    let office = Office::of_stories().await;
    let (lead, head, assessor) = (office.lead().await, office.head().await, office.assessor().await);
    let samir = office.person("samir", Role::Assessor, None).await;
    let other = office.person("aydan", Role::Lead, None).await;
    let [draft, _] = office.drafts(&lead, &assessor).await;
    let published = office.publish(&assessor, &draft).await;
    let due = (meyar_work::terms::day(Utc::now()) + Duration::days(3)).to_string();
    let hands = [&lead, &samir].map(|person| format!("takes-{}", person.person_id));
    let mut sent = vec![("name", "Yanvar"), ("due_day", due.as_str()), ("source", "ids"), ("ids", OWN)];
    sent.extend(hands.iter().map(|hand| (hand.as_str(), "on")));
    office.done(&lead, "/calibration", &form(&sent)).await;
    let row = async |who: &Person| {
        let html = office.page(who, "/assessments").await;
        html.split("<tr").find(|row| row.contains(OWN)).unwrap().split("</tr>").next().unwrap().to_owned()
    };
    let score = crate::office::shown(published.effective_score.unwrap());
    assert!(row(&head).await.contains(&score), "{score}: {}", row(&head).await);
    assert!(!row(&lead).await.contains(&score), "{score}: {}", row(&lead).await);
    let advice = format!("/recommendations/new?assessment={}", published.assessment_id);
    assert_eq!(office.ask(&lead, &advice).await.status, StatusCode::CONFLICT);
    assert_eq!(office.ask(&other, &advice).await.status, StatusCode::OK);
    let shows = async |who: &Person, path: &str| office.page(who, path).await.contains(&score);
    let meeting = "/discussions/new?representative=Aysel+N.";
    assert!(shows(&other, meeting).await && !shows(&lead, meeting).await);

    // Nor in the record of a meeting about it, nor among disputes or in its own.
    let (id, today) = (&published.assessment_id, meyar_work::terms::day(Utc::now()));
    let held = format!(
        "representative=Aysel+N.&held_on={today}&assessments={id}&attended={}&said_by_sector=dinl%C9%99dik\
         &said_by_representative=t%C9%99l%C9%99sdim&outcome=agreed",
        other.person_id
    );
    let place = office.done(&other, "/discussions", &held).await;
    assert!(shows(&other, &place).await && !shows(&lead, &place).await);
    let aysel = office.aysel().await;
    office.desk.dispute(&aysel, id, vec![("K05".into(), "maddə düzgün idi".into())], Utc::now()).await.unwrap();
    assert!(shows(&other, "/reviews").await && !shows(&lead, "/reviews").await);
    says(&office.page(&lead, "/reviews").await, &[OWN]);
    for path in [format!("/reviews/{id}"), format!("/assessments/{id}")] {
        assert_eq!(office.ask(&other, &path).await.status, StatusCode::OK, "{path}");
        assert_eq!(office.ask(&lead, &path).await.status, StatusCode::CONFLICT, "{path}");
    }
}
