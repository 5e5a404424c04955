//! Every store that is at hand: SQLite always; PostgreSQL where `MEYAR_TEST_POSTGRES` tells its address (tests/postgres/with).
#![allow(dead_code, clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use meyar_schemas::reference::Reference;
use meyar_scoring::Forms;
use meyar_work::access::Actor;
use meyar_work::{Account, Desk, Permissions, Person, Role, Store};
use std::sync::Arc;
use tempfile::TempDir;

pub struct At {
    pub store: Store,
    pub place: String,
    _folder: Option<TempDir>,
}

pub async fn stores() -> Vec<At> {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("work.db").display().to_string();
    let mut all = vec![At { store: Store::open(&place).await.unwrap(), place, _folder: Some(folder) }];
    if let Ok(server) = std::env::var("MEYAR_TEST_POSTGRES") {
        // A database of its own for each test.
        let name = format!("meyar_{}", uuid::Uuid::new_v4().simple());
        let postgres = Store::open(&format!("{server}/postgres")).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(postgres.pool()).await.unwrap();
        let place = format!("{server}/{name}");
        all.push(At { store: Store::open(&place).await.unwrap(), place, _folder: None });
    }
    all
}

pub fn desk(store: &Store) -> Desk {
    Desk {
        store: store.clone(),
        permissions: Arc::new(Permissions::load(None).unwrap()),
        forms: Arc::new(Forms::embedded().unwrap()),
        reference: Arc::new(Reference::load(None).unwrap()),
    }
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub async fn person(store: &Store, login: &str, role: Role, representative: Option<&str>) -> Person {
    let account = Account {
        login: login.to_owned(),
        name: format!("Şəxs {login}"),
        role,
        representative: representative.map(str::to_owned),
        sector: None,
        active: true,
    };
    store.add_person(&account, Some("uzun gizli söz"), &Actor::system(), at("2026-11-02T08:00:00Z")).await.unwrap()
}
