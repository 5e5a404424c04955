//! Coming in and staying in. The cookie is random; the store has its hash only. Tries are limited by login and by address.

use crate::access::{Action, Actor, Entry};
use crate::error::{Result, WorkError};
use crate::password;
use crate::people::Person;
use crate::store::{Store, micros};
use crate::terms;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

/// How long a session lives without being used, and at all: a shift and its breaks.
const IDLE: Duration = Duration::hours(2);
const LONGEST: Duration = Duration::hours(12);
/// How often "seen" is written down: not at each request.
const SEEN_EVERY: Duration = Duration::minutes(1);
/// Failed tries within the window after which a login or an address waits for it to pass.
const TRIES_WITHIN: Duration = Duration::minutes(15);
const TRIES_OF_A_LOGIN: i64 = 8;
const TRIES_OF_AN_ADDRESS: i64 = 40;

/// Who is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub person: Person,
}

/// A new session: the cookie is told once and never again.
pub struct Opened {
    pub cookie: String,
    pub session: Session,
    pub ends_at: DateTime<Utc>,
}

/// Why somebody was not let in. Which of login and password was wrong is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotIn {
    Wrong,
    TooManyTries,
    /// A provider proved who it is, and no active account is theirs.
    Unknown,
    /// The account is another identity's.
    OtherIdentity,
}

fn random() -> String {
    // Two v4 UUIDs: 244 bits from the operating system.
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    bytes[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hashed(cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(cookie.as_bytes()))
}

impl Store {
    /// By login and password.
    pub async fn log_in(
        &self,
        login: &str,
        password: &str,
        address: &str,
        at: DateTime<Utc>,
    ) -> Result<Result<Opened, NotIn>> {
        // PostgreSQL keeps no NUL in a text; no login has one.
        let login = login.trim().to_lowercase().replace('\0', "");
        let (by_login, by_address) = (format!("login {login}"), format!("address {address}"));
        let tries = self.tries(&by_login, at).await?;
        if tries >= TRIES_OF_A_LOGIN || self.tries(&by_address, at).await? >= TRIES_OF_AN_ADDRESS {
            return self.refuse(&login, "too many tries", at).await.map(|()| Err(NotIn::TooManyTries));
        }
        let person = self.person_of_login(&login).await?;
        let hash = match &person {
            Some(person) => self.password_of(&person.person_id).await?,
            None => None,
        };
        let right = password::matches(password, hash.as_deref()).await?;
        match person.filter(|person| right && person.active) {
            Some(person) => {
                self.forget_tries(&by_login).await?;
                self.open_session(person, "password", at).await.map(Ok)
            }
            None => {
                let sql = "INSERT INTO tries (about, tried_at) VALUES ($1, $3), ($2, $3)";
                sqlx::query(sql).bind(by_login).bind(by_address).bind(micros(at)).execute(self.pool()).await?;
                self.refuse(&login, "wrong login or password", at).await.map(|()| Err(NotIn::Wrong))
            }
        }
    }

    /// For somebody whom a provider of identities proved: `subject` is the provider's own name for them, which is bound to the account at
    /// the first coming in and asked for ever after; `login` is what they are called there. No account is made.
    pub async fn log_in_proved(&self, login: &str, subject: &str, at: DateTime<Utc>) -> Result<Result<Opened, NotIn>> {
        let login = login.trim().to_lowercase().replace('\0', "");
        let person = match self.person_of_subject(subject).await? {
            Some(person) => Some(person),
            None => self.person_of_login(&login).await?,
        };
        let Some(person) = person.filter(|person| person.active) else {
            return self.refuse(&login, "oidc: no active account", at).await.map(|()| Err(NotIn::Unknown));
        };
        if !self.bind_subject(&person, subject, at).await? {
            return self.refuse(&login, "oidc: another identity", at).await.map(|()| Err(NotIn::OtherIdentity));
        }
        self.open_session(person, "oidc", at).await.map(Ok)
    }

    async fn refuse(&self, login: &str, why: &str, at: DateTime<Utc>) -> Result<()> {
        let entry = Entry { detail: Some(why.to_owned()), ..Entry::new(Action::LoginRefused, "session", "") };
        self.log(&Actor::unknown(login), &Entry { object_id: None, ..entry }, at).await
    }

    async fn tries(&self, about: &str, at: DateTime<Utc>) -> Result<i64> {
        let sql = "SELECT count(*) FROM tries WHERE about = $1 AND tried_at > $2";
        Ok(sqlx::query_scalar(sql).bind(about).bind(micros(at - TRIES_WITHIN)).fetch_one(self.pool()).await?)
    }

    async fn forget_tries(&self, about: &str) -> Result<()> {
        sqlx::query("DELETE FROM tries WHERE about = $1").bind(about).execute(self.pool()).await?;
        Ok(())
    }

    /// For somebody whose identity was proved: by a password, or by a provider of identities.
    pub async fn open_session(&self, person: Person, how: &str, at: DateTime<Utc>) -> Result<Opened> {
        if !person.active {
            return Err(WorkError::Refused("coming in"));
        }
        let cookie = random();
        let ends_at = at + LONGEST;
        let mut tx = self.begin().await?;
        // What is over is swept by whoever comes in next.
        sqlx::query("DELETE FROM sessions WHERE ends_at < $1 OR seen_at < $2")
            .bind(micros(at))
            .bind(micros(at - IDLE))
            .execute(tx.on())
            .await?;
        sqlx::query("DELETE FROM tries WHERE tried_at < $1").bind(micros(at - TRIES_WITHIN)).execute(tx.on()).await?;
        sqlx::query("INSERT INTO sessions (token, person_id, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $3, $4)")
            .bind(hashed(&cookie))
            .bind(&person.person_id)
            .bind(micros(at))
            .bind(micros(ends_at))
            .execute(tx.on())
            .await?;
        let entry = Entry { object_id: None, detail: Some(how.to_owned()), ..Entry::new(Action::Login, "session", "") };
        tx.log(&Actor::from(&person), &entry, at).await?;
        tx.commit().await?;
        Ok(Opened { cookie, session: Session { person }, ends_at })
    }

    /// Whose cookie it is, if the session still lives and the person may still come in.
    pub async fn session(&self, cookie: &str, at: DateTime<Utc>) -> Result<Option<Session>> {
        let token = hashed(cookie);
        let sql = "SELECT person_id, seen_at FROM sessions WHERE token = $1 AND ends_at > $2 AND seen_at > $3";
        let row =
            sqlx::query(sql).bind(&token).bind(micros(at)).bind(micros(at - IDLE)).fetch_optional(self.pool()).await?;
        let Some(row) = row else { return Ok(None) };
        let mut person = self.person(row.try_get("person_id")?).await?;
        if !person.active {
            return Ok(None);
        }
        person.stands_in_as = self.stands_in_as(&person, terms::day(at)).await?;
        if row.try_get::<i64, _>("seen_at")? < micros(at - SEEN_EVERY) {
            let sql = "UPDATE sessions SET seen_at = $2 WHERE token = $1";
            sqlx::query(sql).bind(&token).bind(micros(at)).execute(self.pool()).await?;
        }
        Ok(Some(Session { person }))
    }

    pub async fn log_out(&self, cookie: &str, person: &Person, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE token = $1").bind(hashed(cookie)).execute(tx.on()).await?;
        let entry = Entry { object_id: None, ..Entry::new(Action::Logout, "session", "") };
        tx.log(&Actor::from(person), &entry, at).await?;
        tx.commit().await
    }
}
