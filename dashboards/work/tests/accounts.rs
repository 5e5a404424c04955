//! Accounts, sessions, and the log of who looked at what; on every store.
#![allow(clippy::unwrap_used)]

mod common;

use chrono::Duration;
use common::{at, person, stores};
use meyar_work::access::{Action, Actor, Asked, Entry};
use meyar_work::{Account, NotIn, Role, WorkError};

#[tokio::test]
async fn one_comes_in_by_the_password_and_stays_for_a_shift() {
    for place in stores().await {
        let store = &place.store;
        let leyla = person(store, "leyla", Role::Assessor, None).await;
        let now = at("2026-11-30T05:00:00Z");
        let refused = store.log_in("leyla", "başqa gizli söz", "10.0.0.1", now).await.unwrap();
        assert_eq!(refused.err(), Some(NotIn::Wrong));
        assert_eq!(store.log_in("kimsə", "uzun gizli söz", "10.0.0.1", now).await.unwrap().err(), Some(NotIn::Wrong));
        let opened = store.log_in(" Leyla ", "uzun gizli söz", "10.0.0.1", now).await.unwrap().ok().unwrap();
        let seen = store.session(&opened.cookie, now + Duration::minutes(90)).await.unwrap().unwrap();
        assert_eq!(seen.person, leyla);
        // Used every hour it lives on, but no longer than half a day; unused it ends.
        let mut when = now + Duration::minutes(90);
        while when < now + Duration::hours(12) {
            assert!(store.session(&opened.cookie, when).await.unwrap().is_some(), "{when}");
            when += Duration::minutes(90);
        }
        assert!(store.session(&opened.cookie, now + Duration::hours(12)).await.unwrap().is_none());
        let second = store.log_in("leyla", "uzun gizli söz", "10.0.0.1", now).await.unwrap().ok().unwrap();
        assert!(store.session(&second.cookie, now + Duration::hours(3)).await.unwrap().is_none(), "two hours unused");
        let third = store.log_in("leyla", "uzun gizli söz", "10.0.0.1", now).await.unwrap().ok().unwrap();
        store.log_out(&third.cookie, &leyla, now).await.unwrap();
        assert!(store.session(&third.cookie, now).await.unwrap().is_none());
        assert!(store.session("made up", now).await.unwrap().is_none());
        // The store knows no cookie and no password.
        for secret in [&second.cookie, "uzun gizli söz"] {
            let found: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions WHERE token = $1")
                .bind(secret)
                .fetch_one(store.pool())
                .await
                .unwrap();
            assert_eq!(found, 0);
        }
    }
}

#[tokio::test]
async fn tries_are_limited_and_the_limit_passes() {
    for place in stores().await {
        let store = &place.store;
        person(store, "orxan", Role::Lead, None).await;
        let now = at("2026-11-30T05:00:00Z");
        for n in 0..8 {
            let tried = store.log_in("orxan", "səhv səhv səhv", &format!("10.0.1.{n}"), now).await.unwrap();
            assert_eq!(tried.err(), Some(NotIn::Wrong), "try {n}");
        }
        // Even the right password waits now, from any address.
        assert_eq!(
            store.log_in("orxan", "uzun gizli söz", "10.9.9.9", now).await.unwrap().err(),
            Some(NotIn::TooManyTries)
        );
        let later = now + Duration::minutes(16);
        assert!(store.log_in("orxan", "uzun gizli söz", "10.9.9.9", later).await.unwrap().is_ok());
        let refused = store.access_log(&Asked { person_id: Some("orxan"), ..Asked::default() }).await.unwrap();
        assert_eq!(refused.iter().filter(|logged| logged.entry.action == Action::LoginRefused).count(), 9);
    }
}

#[tokio::test]
async fn who_is_made_inactive_is_out_at_once() {
    for place in stores().await {
        let store = &place.store;
        let now = at("2026-11-30T05:00:00Z");
        let admin = Actor::from(&person(store, "admin", Role::Administrator, None).await);
        let nigar = person(store, "nigar", Role::Representative, Some("T-07")).await;
        let opened = store.log_in("nigar", "uzun gizli söz", "10.0.0.2", now).await.unwrap().ok().unwrap();
        let account = Account {
            login: "nigar".into(),
            name: nigar.name.clone(),
            role: Role::Representative,
            representative: Some("T-07".into()),
            sector: None,
            active: false,
        };
        let changed = store.change_person(&nigar, &account, &admin, now).await.unwrap();
        assert!(!changed.active && store.session(&opened.cookie, now).await.unwrap().is_none());
        assert_eq!(store.log_in("nigar", "uzun gizli söz", "10.0.0.2", now).await.unwrap().err(), Some(NotIn::Wrong));
        // Over an older version nothing is changed.
        let late =
            store.change_person(&nigar, &Account { active: true, ..account.clone() }, &admin, now).await.unwrap_err();
        assert!(matches!(late, WorkError::Changed { seen: 1, now: 2, .. }), "{late}");
        let taken = store
            .add_person(&Account { login: "nigar2".into(), ..account.clone() }, None, &admin, now)
            .await
            .unwrap_err();
        assert!(taken.to_string().contains("representative") && taken.to_string().contains("T-07"), "{taken}");
        let nobody = store
            .add_person(&Account { representative: None, login: "x1".into(), ..account }, None, &admin, now)
            .await
            .unwrap_err();
        assert!(nobody.to_string().contains("representative"), "{nobody}");
    }
}

#[tokio::test]
async fn the_log_shows_whatever_was_done_to_it() {
    for place in stores().await {
        let store = &place.store;
        let now = at("2026-11-30T05:00:00Z");
        let rauf = Actor::from(&person(store, "rauf", Role::Head, None).await);
        let mut all = tokio::task::JoinSet::new();
        for n in 0..40 {
            let (store, rauf) = (store.clone(), rauf.clone());
            all.spawn(async move {
                store.log(&rauf, &Entry::new(Action::Play, "audio", &format!("c{n}")), now).await.unwrap()
            });
        }
        all.join_all().await;
        // One for the account, and none lost between the forty that wrote at once.
        assert_eq!(store.check_access_log().await.unwrap(), 41);
        for forbidden in
            ["UPDATE access_log SET detail = 'x' WHERE number = 3", "DELETE FROM access_log WHERE number = 3"]
        {
            let told = sqlx::query(forbidden).execute(store.pool()).await.unwrap_err().to_string();
            assert!(told.contains("never changed"), "{told}");
        }
        // Somebody with the file in hand can take the guard away; the hashes still tell.
        let (off, altered) = match store.kind() {
            meyar_work::store::Kind::Sqlite => {
                ("DROP TRIGGER access_log_stays_u", "UPDATE access_log SET person_id = 'other' WHERE number = 17")
            }
            meyar_work::store::Kind::Postgres => (
                "ALTER TABLE access_log DISABLE TRIGGER ALL",
                "UPDATE access_log SET person_id = 'other' WHERE number = 17",
            ),
        };
        sqlx::query(off).execute(store.pool()).await.unwrap();
        sqlx::query(altered).execute(store.pool()).await.unwrap();
        let told = store.check_access_log().await.unwrap_err().to_string();
        assert!(told.contains("entry 17"), "{told}");
    }
}

#[tokio::test]
async fn a_store_is_opened_again_as_it_was() {
    for place in stores().await {
        let made = person(&place.store, "sona", Role::Analyst, None).await;
        let again = meyar_work::Store::open(&place.place).await.unwrap();
        assert_eq!(again.person_of_login("sona").await.unwrap(), Some(made));
        assert_eq!(again.check_access_log().await.unwrap(), 1);
    }
    let told = meyar_work::Store::open("postgres://leyla:gizli@127.0.0.1:1/none").await.unwrap_err().to_string();
    assert!(told.contains("--work") && !told.contains("gizli"), "{told}");
}
