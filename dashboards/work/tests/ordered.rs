//! Orders of management, opinions and studies, and who stands in for whom: every step and every refusal, on every store.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::NaiveDate;
use common::{at, desk, person, stores};
use meyar_work::access::Actor;
use meyar_work::employments::{Employment, Typed};
use meyar_work::standins::{self, StandIn};
use meyar_work::store::Kept as _;
use meyar_work::studies::{self, Nature, Study};
use meyar_work::tasks::{self, State, Task};
use meyar_work::told::Told as _;
use meyar_work::{Person, Right, Role, WorkError};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn field<T>(result: Result<T, WorkError>) -> String {
    match result {
        Err(WorkError::Invalid(invalid)) => invalid.field,
        Err(error) => format!("{error:?}"),
        Ok(_) => "taken".to_owned(),
    }
}

fn refused<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::Refused(_)))
}

fn stands<T>(result: Result<T, WorkError>) -> bool {
    matches!(result, Err(WorkError::State { .. }))
}

fn order(responsible: &Person) -> tasks::Wording {
    tasks::Wording {
        title: "Rüblük arayış".into(),
        text: "Rüb üzrə müraciətlərin təhlili".into(),
        ordered_by: "Nazirin müavini, 25.11.2026, № 14".into(),
        form: "arayış".into(),
        responsible: responsible.person_id.clone(),
        due_on: day("2026-12-04"),
    }
}

#[tokio::test]
async fn an_order_is_handed_over_by_whose_it_is_and_taken_by_another() {
    for place in stores().await {
        let desk = desk(&place.store);
        let head = person(&place.store, "rauf", Role::Head, None).await;
        let lead = person(&place.store, "orxan", Role::Lead, None).await;
        let leyla = person(&place.store, "leyla", Role::Assessor, None).await;
        let other = person(&place.store, "kamran", Role::Assessor, None).await;
        let nigar = person(&place.store, "nigar", Role::Representative, Some("T-01")).await;
        let now = at("2026-11-30T08:00:00Z");

        assert!(refused(desk.give_task(&leyla, order(&leyla), now).await), "an assessor gives no orders");
        let give = async |wording| field(desk.give_task(&head, wording, now).await);
        assert_eq!(give(tasks::Wording { title: " ".into(), ..order(&leyla) }).await, "title");
        assert_eq!(give(tasks::Wording { form: String::new(), ..order(&leyla) }).await, "form");
        assert_eq!(give(tasks::Wording { ordered_by: "ə".repeat(201), ..order(&leyla) }).await, "ordered_by");
        assert_eq!(give(tasks::Wording { due_on: day("2026-11-29"), ..order(&leyla) }).await, "due_on");
        assert_eq!(give(order(&nigar)).await, "responsible", "a representative cannot open it");

        let task = desk.give_task(&head, order(&leyla), now).await.unwrap();
        let id = task.task_id.clone();
        assert!(
            task.is_open() && !task.is_late(at("2026-12-04T19:59:59Z")) && task.is_late(at("2026-12-04T20:00:00Z"))
        );
        assert_eq!(desk.tasks(&leyla).await.unwrap().len(), 1);
        assert_eq!(desk.tasks(&other).await.unwrap().len(), 0, "others see their own");
        assert!(matches!(desk.task(&other, &id).await, Err(WorkError::NotFound { .. })));
        assert!(refused(desk.tasks(&nigar).await));

        assert!(stands(desk.judge_task(&lead, &id, 1, true, "yaxşı", now).await), "nothing was handed over");
        assert!(refused(desk.hand_over_task(&lead, &id, 1, "hazırdır", now).await), "it is somebody else's");
        assert_eq!(field(desk.hand_over_task(&leyla, &id, 1, " ", now).await), "result");
        let handed =
            desk.hand_over_task(&leyla, &id, 1, "arayış qovluqdadır", at("2026-12-03T08:00:00Z")).await.unwrap();
        assert!(
            handed.state == State::HandedOver && !handed.is_late(at("2026-12-10T08:00:00Z")),
            "it waits for others"
        );
        assert!(stands(desk.reword_task(&head, &id, 2, order(&leyla), now).await));

        assert_eq!(field(desk.judge_task(&lead, &id, 2, false, "", now).await), "judgement");
        let back = desk.judge_task(&lead, &id, 2, false, "cədvəl yoxdur", at("2026-12-03T10:00:00Z")).await.unwrap();
        assert_eq!((back.state, back.given_back.len()), (State::GivenBack, 1));
        let again = desk.hand_over_task(&leyla, &id, 3, "cədvəllə", at("2026-12-07T08:00:00Z")).await.unwrap();
        assert_eq!((again.handed_over.len(), again.outcome()), (2, None));
        let taken = desk.judge_task(&head, &id, 4, true, "qəbuldur", at("2026-12-07T09:00:00Z")).await.unwrap();
        assert_eq!((taken.state, taken.outcome(), taken.is_open()), (State::Taken, Some("late"), false));
        assert!(stands(desk.withdraw_task(&head, &id, 5, "lazım deyil", now).await));

        // Whoever gives orders may have one too, and does not take it over themselves.
        let own = desk.give_task(&head, order(&lead), now).await.unwrap();
        desk.hand_over_task(&lead, &own.task_id, 1, "hazırdır", now).await.unwrap();
        assert!(refused(desk.judge_task(&lead, &own.task_id, 2, true, "yaxşı", now).await));
        let taken = desk.judge_task(&head, &own.task_id, 2, true, "yaxşı", now).await.unwrap();
        assert_eq!(taken.outcome(), Some("in_time"));

        let dropped = desk.give_task(&head, order(&other), now).await.unwrap();
        assert_eq!(field(desk.withdraw_task(&head, &dropped.task_id, 1, " ", now).await), "why");
        let dropped = desk.withdraw_task(&head, &dropped.task_id, 1, "sərəncam ləğv edilib", now).await.unwrap();
        assert_eq!((dropped.state, dropped.is_open()), (State::Withdrawn, false));
        let old = desk.seen::<Task>(&id, 1).await;
        assert!(matches!(old, Err(WorkError::Changed { now: 5, .. })), "steps were counted");
    }
}

#[tokio::test]
async fn a_study_is_written_finished_and_kept_in_all_its_versions() {
    for place in stores().await {
        let desk = desk(&place.store);
        let lead = person(&place.store, "orxan", Role::Lead, None).await;
        let nigar = person(&place.store, "nigar", Role::Representative, Some("T-01")).await;
        let now = at("2026-11-30T08:00:00Z");
        let wording = || studies::Wording {
            nature: Nature::Practice,
            title: "Zəng mərkəzlərində təkrar zənglər".into(),
            text: "Başqa ölkələrdə yeddi gün götürülür.".into(),
            source: "COPC CX Standard 7.0".into(),
            link: "https://example.org/standard".into(),
            due_on: Some(day("2026-12-04")),
        };
        assert!(refused(desk.write_study(&nigar, wording(), now).await));
        let write = async |wording| field(desk.write_study(&lead, wording, now).await);
        assert_eq!(write(studies::Wording { source: String::new(), ..wording() }).await, "source");
        assert_eq!(write(studies::Wording { due_on: Some(day("2026-11-01")), ..wording() }).await, "due_on");
        for link in ["javascript:alert(1)", "http://example.org", "https://a b"] {
            assert_eq!(write(studies::Wording { link: link.into(), ..wording() }).await, "link", "{link}");
        }

        let study = desk.write_study(&lead, wording(), now).await.unwrap();
        let id = study.study_id.clone();
        assert!(study.is_late(at("2026-12-04T20:00:00Z")));
        let shorter = studies::Wording { title: "Təkrar zənglər".into(), ..wording() };
        desk.rewrite_study(&lead, &id, 1, shorter.clone(), at("2026-12-09T08:00:00Z")).await.unwrap();
        let done = desk.finish_study(&lead, &id, 2, at("2026-12-09T09:00:00Z")).await.unwrap();
        assert_eq!(
            (done.state, done.outcome(), done.is_late(at("2027-01-01T00:00:00Z"))),
            (studies::State::Finished, Some("practice"), false)
        );
        assert!(stands(desk.finish_study(&lead, &id, 3, now).await));
        // What is finished may be mended; the day that has gone by is no hindrance.
        desk.rewrite_study(
            &lead,
            &id,
            3,
            studies::Wording { text: "Beş gün.".into(), ..shorter.clone() },
            at("2026-12-20T08:00:00Z"),
        )
        .await
        .unwrap();
        desk.withdraw_study(&lead, &id, 4, now).await.unwrap();
        assert!(stands(desk.rewrite_study(&lead, &id, 5, shorter, now).await));
        let texts: Vec<String> =
            desk.store.versions::<Study>(&id).await.unwrap().into_iter().map(|old| old.content.wording.text).collect();
        assert_eq!(texts.len(), 5);
        assert_eq!((texts[0].as_str(), texts[4].as_str()), ("Başqa ölkələrdə yeddi gün götürülür.", "Beş gün."));
    }
}

#[tokio::test]
async fn whoever_stands_in_has_the_role_for_those_days_and_no_longer() {
    for place in stores().await {
        let desk = desk(&place.store);
        let admin = person(&place.store, "admin", Role::Administrator, None).await;
        let lead = person(&place.store, "orxan", Role::Lead, None).await;
        let nigar = person(&place.store, "nigar", Role::Representative, Some("T-01")).await;
        let new = || standins::New {
            person_id: lead.person_id.clone(),
            role: Role::Head,
            from: day("2026-12-01"),
            until: day("2026-12-03"),
            ground: "Əmr № 12".into(),
        };
        let now = at("2026-11-30T08:00:00Z");
        assert!(refused(desk.order_stand_in(&lead, new(), now).await), "only who keeps accounts");
        let order = async |new| field(desk.order_stand_in(&admin, new, now).await);
        assert!(
            refused(
                desk.order_stand_in(&admin, standins::New { person_id: admin.person_id.clone(), ..new() }, now).await
            ),
            "nobody gives themselves a role"
        );
        assert_eq!(order(standins::New { person_id: nigar.person_id.clone(), ..new() }).await, "person");
        assert_eq!(order(standins::New { role: Role::Administrator, ..new() }).await, "role");
        assert_eq!(order(standins::New { role: Role::Lead, ..new() }).await, "role");
        assert_eq!(order(standins::New { until: day("2026-11-30"), ..new() }).await, "until");
        assert_eq!(order(standins::New { until: day("2028-01-01"), ..new() }).await, "until");
        assert_eq!(order(standins::New { ground: " ".into(), ..new() }).await, "ground");
        let made = desk.order_stand_in(&admin, new(), now).await.unwrap();

        // A session that was opened before sees it begin and end at midnight in Baku.
        let opened = desk.store.open_session(lead.clone(), "test", at("2026-11-30T19:00:00Z")).await.unwrap();
        let may = async |cookie: &str, moment: &str| {
            let session = desk.store.session(cookie, at(moment)).await.unwrap().unwrap();
            desk.may(&session.person, Right::FormsApprove)
        };
        assert!(!may(&opened.cookie, "2026-11-30T19:59:59Z").await);
        assert!(may(&opened.cookie, "2026-11-30T20:00:00Z").await);
        let later = desk.store.open_session(lead.clone(), "test", at("2026-12-03T19:00:00Z")).await.unwrap();
        assert!(may(&later.cookie, "2026-12-03T19:59:59Z").await);
        assert!(!may(&later.cookie, "2026-12-03T20:00:00Z").await);

        // For those days they may be given the work of that role, and no longer.
        let able = async |moment: &str| {
            let able = desk.able(Right::FormsApprove, at(moment)).await.unwrap();
            able.into_iter().map(|one| one.login).collect::<Vec<_>>()
        };
        assert_eq!(able("2026-11-30T19:59:59Z").await, [""; 0]);
        assert_eq!(able("2026-12-01T08:00:00Z").await, ["orxan"]);

        assert_eq!(field(desk.end_stand_in(&admin, made.id(), 1, " ", now).await), "why");
        desk.end_stand_in(&admin, made.id(), 1, "qayıtdı", at("2026-12-02T08:00:00Z")).await.unwrap();
        assert!(stands(desk.end_stand_in(&admin, made.id(), 2, "yenə", now).await));
        let third = desk.store.open_session(lead.clone(), "test", at("2026-12-02T09:00:00Z")).await.unwrap();
        assert!(!may(&third.cookie, "2026-12-02T09:00:01Z").await);
        assert_eq!(desk.stand_ins(&admin, &lead.person_id).await.unwrap().len(), 1);

        // Whoever became something else meanwhile does not keep both.
        desk.order_stand_in(&admin, standins::New { from: day("2026-12-05"), until: day("2026-12-09"), ..new() }, now)
            .await
            .unwrap();
        let on = "2026-12-06T09:00:00Z";
        assert_eq!(able(on).await, ["orxan"]);
        let keeper = meyar_work::Account {
            login: lead.login.clone(),
            name: lead.name.clone(),
            role: Role::Administrator,
            representative: None,
            sector: None,
            active: true,
        };
        let keeper = desk.store.change_person(&lead, &keeper, &Actor::system(), at(on)).await.unwrap();
        assert_eq!(able(on).await, [""; 0]);
        let opened = desk.store.open_session(keeper, "test", at(on)).await.unwrap();
        assert!(!may(&opened.cookie, on).await, "accounts, and what a head may besides");
        assert!(matches!(desk.seen::<StandIn>(made.id(), 1).await, Err(WorkError::Changed { .. })));
    }
}

#[tokio::test]
async fn what_an_employee_is_has_a_history_and_stands_beside_the_names_of_those_who_are_given_work() {
    for place in stores().await {
        let desk = desk(&place.store);
        let admin = person(&place.store, "admin", Role::Administrator, None).await;
        let lead = person(&place.store, "orxan", Role::Lead, None).await;
        let leyla = person(&place.store, "leyla", Role::Assessor, None).await;
        let now = at("2026-11-30T08:00:00Z");
        let typed = |position: &str, since: &str| Typed {
            position: position.into(),
            level: "2-ci dərəcə".into(),
            serves_since: since.into(),
            skills: "DVX".into(),
        };
        let keep = async |who: &Person, seen, typed: Typed| {
            desk.keep_employment(who, &leyla.person_id, seen, &typed, now).await
        };
        assert!(refused(keep(&lead, 0, typed("aparıcı mütəxəssis", "2021-03-15")).await), "only who keeps accounts");
        assert_eq!(field(keep(&admin, 0, typed(" ", "2021-03-15")).await), "position");
        assert_eq!(field(keep(&admin, 0, typed("mütəxəssis", "dünən")).await), "serves_since");
        assert_eq!(field(keep(&admin, 0, typed("mütəxəssis", "2026-12-01")).await), "serves_since");
        let nobody = desk.keep_employment(&admin, "nobody", 0, &typed("mütəxəssis", "2021-03-15"), now).await;
        assert!(matches!(nobody, Err(WorkError::NotFound { .. })), "{nobody:?}");
        keep(&admin, 0, typed("mütəxəssis", "2021-03-15")).await.unwrap();
        let changed = |done| matches!(done, Err(WorkError::Changed { .. }));
        assert!(changed(keep(&admin, 0, typed("mütəxəssis", "2021-03-15")).await), "somebody else kept it meanwhile");
        keep(&admin, 1, typed("aparıcı mütəxəssis", "2021-03-15")).await.unwrap();
        assert!(changed(keep(&admin, 1, typed("mütəxəssis", "2021-03-15")).await));

        let seen = desk.employments(&lead).await.unwrap();
        let one = &seen[&leyla.person_id];
        assert_eq!((one.position.as_str(), one.served_on(day("2026-11-30"))), ("aparıcı mütəxəssis", (5, 8)));
        assert!(refused(desk.employments(&leyla).await), "of others, only who divides work or keeps accounts");
        let positions: Vec<String> = desk
            .store
            .versions::<Employment>(one.id())
            .await
            .unwrap()
            .into_iter()
            .map(|old| old.content.position)
            .collect();
        assert_eq!(positions, ["mütəxəssis", "aparıcı mütəxəssis"]);
    }
}
