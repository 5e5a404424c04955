//! Accounts: who comes in, with which role.

use crate::error::{Result, WorkError};
use crate::rights::Role;
use crate::store::{Store, micros};
use crate::{access, password};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::{Row as _, any::AnyRow};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub person_id: String,
    pub login: String,
    pub name: String,
    pub role: Role,
    /// The representative of the call records that they are.
    pub representative: Option<String>,
    pub sector: Option<String>,
    pub active: bool,
    pub version: i64,
    /// Roles beside their own, for whom the person stands in today. Known of whoever is in; elsewhere it is left empty.
    pub stands_in_as: Vec<Role>,
}

impl Person {
    pub fn roles(&self) -> impl Iterator<Item = Role> {
        std::iter::once(self.role).chain(self.stands_in_as.iter().copied())
    }
}

/// What an account is made or changed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub representative: Option<String>,
    pub sector: Option<String>,
    pub active: bool,
}

impl Account {
    fn check(&self) -> Result<()> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_' | '@');
        if self.login.len() < 2 || self.login.len() > 64 || !self.login.chars().all(plain) {
            return Err(WorkError::invalid("login", &self.login, "cannot be used", "use 2 to 64 of a–z, 0–9, . - _ @"));
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 120 {
            return Err(WorkError::invalid("name", &self.name, "is no name", "write one of 1 to 120 characters"));
        }
        if self.role == Role::Representative && self.representative.is_none() {
            return Err(WorkError::invalid(
                "representative",
                "",
                "is missing",
                "name who they are in the call records, else nothing is theirs",
            ));
        }
        Ok(())
    }
}

const COLUMNS: &str = "person_id, login, name, role, representative, sector, active, version";

fn person(row: &AnyRow) -> Result<Person> {
    Ok(Person {
        person_id: row.try_get("person_id")?,
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        role: row.try_get::<String, _>("role")?.parse()?,
        representative: row.try_get("representative")?,
        sector: row.try_get("sector")?,
        active: row.try_get::<i64, _>("active")? != 0,
        version: row.try_get("version")?,
        stands_in_as: Vec::new(),
    })
}

impl Store {
    pub fn people<'a>(&'a self) -> BoxFuture<'a, Result<Vec<Person>>> {
        Box::pin(async move {
            let sql = format!("SELECT {COLUMNS} FROM people ORDER BY name, person_id");
            sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.pool()).await?.iter().map(person).collect()
        })
    }

    pub fn person<'a>(&'a self, person_id: &'a str) -> BoxFuture<'a, Result<Person>> {
        Box::pin(async move {
            self.one_person("person_id", person_id)
                .await?
                .ok_or_else(|| WorkError::NotFound { what: "person", id: person_id.to_owned() })
        })
    }

    pub fn person_of_login<'a>(&'a self, login: &'a str) -> BoxFuture<'a, Result<Option<Person>>> {
        Box::pin(async move { self.one_person("login", login).await })
    }

    pub fn person_of_representative<'a>(&'a self, representative: &'a str) -> BoxFuture<'a, Result<Option<Person>>> {
        Box::pin(async move { self.one_person("representative", representative).await })
    }

    pub async fn person_of_subject(&self, subject: &str) -> Result<Option<Person>> {
        self.one_person("oidc_subject", subject).await
    }

    /// Whether the account is this identity's; one that is nobody's yet becomes theirs.
    pub(crate) async fn bind_subject(&self, person: &Person, subject: &str, at: DateTime<Utc>) -> Result<bool> {
        let bound = async || -> Result<Option<String>> {
            let sql = "SELECT oidc_subject FROM people WHERE person_id = $1";
            Ok(sqlx::query_scalar(sql).bind(&person.person_id).fetch_optional(self.pool()).await?.flatten())
        };
        if let Some(known) = bound().await? {
            return Ok(known == subject);
        }
        let mut tx = self.begin().await?;
        let sql = "UPDATE people SET oidc_subject = $2, changed_at = $3 WHERE person_id = $1 AND oidc_subject IS NULL";
        let done = sqlx::query(sql).bind(&person.person_id).bind(subject).bind(micros(at)).execute(tx.on()).await;
        match done {
            Ok(done) if done.rows_affected() == 1 => {
                let entry = access::Entry::change("account", &person.person_id, "bound to an identity");
                tx.log(&access::Actor::from(person), &entry, at).await?;
                tx.commit().await?;
                Ok(true)
            }
            // Somebody came in at the same moment: theirs counts.
            Ok(_) => Ok(bound().await?.as_deref() == Some(subject)),
            Err(sqlx::Error::Database(e)) if e.is_unique_violation() => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    /// Takes the identity off an account: the next that is proved under its login is bound anew. Its sessions end.
    pub async fn forget_subject(&self, person: &Person, by: &access::Actor, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        for sql in
            ["UPDATE people SET oidc_subject = NULL WHERE person_id = $1", "DELETE FROM sessions WHERE person_id = $1"]
        {
            sqlx::query(sql).bind(&person.person_id).execute(tx.on()).await?;
        }
        tx.log(by, &access::Entry::change("account", &person.person_id, "freed of its identity"), at).await?;
        tx.commit().await
    }

    async fn one_person(&self, column: &'static str, value: &str) -> Result<Option<Person>> {
        let sql = format!("SELECT {COLUMNS} FROM people WHERE {column} = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_optional(self.pool()).await?;
        row.as_ref().map(person).transpose()
    }

    pub(crate) async fn password_of(&self, person_id: &str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar("SELECT password FROM people WHERE person_id = $1")
            .bind(person_id)
            .fetch_optional(self.pool())
            .await?
            .flatten())
    }

    /// A new account; `password` may be absent where people come in through OIDC.
    pub fn add_person<'a>(
        &'a self,
        account: &'a Account,
        password: Option<&'a str>,
        by: &'a access::Actor,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Person>> {
        Box::pin(async move {
            account.check()?;
            if let Some(password) = password {
                password::check(password, &account.login)?;
            }
            let hash = match password {
                Some(password) => Some(password::hash(password).await?),
                None => None,
            };
            let person_id = uuid::Uuid::now_v7().to_string();
            let sql = "INSERT INTO people (person_id, login, name, role, representative, sector, password, active, version, made_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9)";
            let mut tx = self.begin().await?;
            let done = sqlx::query(sql)
                .bind(&person_id)
                .bind(&account.login)
                .bind(&account.name)
                .bind(account.role.name())
                .bind(account.representative.as_deref())
                .bind(account.sector.as_deref())
                .bind(hash)
                .bind(i64::from(account.active))
                .bind(micros(at))
                .execute(tx.on())
                .await;
            taken(done, account)?;
            let told = format!("added {} as {}", account.login, account.role);
            tx.log(by, &access::Entry::change("account", &person_id, &told), at).await?;
            tx.commit().await?;
            self.person(&person_id).await
        })
    }

    /// Changes an account over the version that was seen. Whoever is made inactive is out at once.
    pub fn change_person<'a>(
        &'a self,
        seen: &'a Person,
        account: &'a Account,
        by: &'a access::Actor,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<Person>> {
        Box::pin(async move {
            account.check()?;
            let sql =
                "UPDATE people SET login = $2, name = $3, role = $4, representative = $5, sector = $6, active = $7,
            version = version + 1, changed_at = $8 WHERE person_id = $1 AND version = $9";
            let mut tx = self.begin().await?;
            let done = sqlx::query(sql)
                .bind(&seen.person_id)
                .bind(&account.login)
                .bind(&account.name)
                .bind(account.role.name())
                .bind(account.representative.as_deref())
                .bind(account.sector.as_deref())
                .bind(i64::from(account.active))
                .bind(micros(at))
                .bind(seen.version)
                .execute(tx.on())
                .await;
            if taken(done, account)? == 0 {
                let now = self.person(&seen.person_id).await?.version;
                let (what, id) = ("account", account.login.clone());
                return Err(WorkError::Changed { what, id, seen: seen.version, now });
            }
            // Rights are asked of the store at each request, but a session of another role has no business going on.
            if !account.active || account.role != seen.role {
                sqlx::query("DELETE FROM sessions WHERE person_id = $1").bind(&seen.person_id).execute(tx.on()).await?;
            }
            let told =
                format!("{} is {}{}", account.login, account.role, if account.active { "" } else { ", inactive" });
            tx.log(by, &access::Entry::change("account", &seen.person_id, &told), at).await?;
            tx.commit().await?;
            self.person(&seen.person_id).await
        })
    }

    /// A new password; all sessions of the person end.
    pub fn set_password<'a>(
        &'a self,
        person: &'a Person,
        password: &'a str,
        by: &'a access::Actor,
        at: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            password::check(password, &person.login)?;
            let hash = password::hash(password).await?;
            let mut tx = self.begin().await?;
            sqlx::query("UPDATE people SET password = $2, changed_at = $3 WHERE person_id = $1")
                .bind(&person.person_id)
                .bind(hash)
                .bind(micros(at))
                .execute(tx.on())
                .await?;
            sqlx::query("DELETE FROM sessions WHERE person_id = $1").bind(&person.person_id).execute(tx.on()).await?;
            tx.log(by, &access::Entry::change("account", &person.person_id, "password"), at).await?;
            tx.commit().await
        })
    }
}

fn taken(done: Result<sqlx::any::AnyQueryResult, sqlx::Error>, account: &Account) -> Result<u64> {
    match done {
        Ok(done) => Ok(done.rows_affected()),
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            let (field, value) = if e.message().contains("representative") {
                ("representative", account.representative.as_deref().unwrap_or_default())
            } else {
                ("login", account.login.as_str())
            };
            Err(WorkError::invalid(field, value, "belongs to somebody else", "choose another, or change that account"))
        }
        Err(e) => Err(e.into()),
    }
}
