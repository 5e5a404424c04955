//! Records: one thing that people work on, whole, with a version. Whoever saves says which version they saw; if it is not the newest,
//! nothing is saved and they are told (two tabs, two people).

use super::{Store, Tx, micros, moment, sql::Sql};
use crate::error::{Result, WorkError};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Row as _, any::AnyRow};
use std::ops::{Deref, DerefMut};

/// A kind of record. The methods say what lists are made by.
pub trait Kept: Serialize + DeserializeOwned + Send + Sync {
    /// As stored; never changed once there are records of it.
    const KIND: &'static str;
    fn id(&self) -> &str;
    fn state(&self) -> &str;
    /// Whose turn it is: a person's id.
    fn owner(&self) -> Option<&str> {
        None
    }
    /// The representative it is about.
    fn about(&self) -> Option<&str> {
        None
    }
    fn call_id(&self) -> Option<&str> {
        None
    }
    fn parent(&self) -> Option<&str> {
        None
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        None
    }
}

/// A record as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    pub version: i64,
    pub made_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub content: T,
}

impl<T> Deref for Record<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.content
    }
}

impl<T> DerefMut for Record<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.content
    }
}

/// A version that a record once had.
#[derive(Debug, Clone, PartialEq)]
pub struct Version<T> {
    pub version: i64,
    pub person_id: String,
    pub action: String,
    pub at: DateTime<Utc>,
    pub content: T,
}

/// What a list is asked for; whatever is absent does not narrow it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'a> {
    pub states: &'a [&'a str],
    pub owner: Option<&'a str>,
    pub about: Option<&'a str>,
    pub call_id: Option<&'a str>,
    pub parent: Option<&'a str>,
    pub due_from: Option<DateTime<Utc>>,
    pub due_before: Option<DateTime<Utc>>,
    /// Newest first by its last change; else by when it is due, then by when it was made.
    pub newest_first: bool,
    pub offset: i64,
    /// 0 means all.
    pub limit: i64,
}

fn shape<T: Kept>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|cause| WorkError::Shape { what: T::KIND.to_owned(), cause: cause.to_string() })
}

fn record<T: Kept>(row: &AnyRow) -> Result<Record<T>> {
    Ok(Record {
        version: row.try_get("version")?,
        made_at: moment(row.try_get("made_at")?),
        changed_at: moment(row.try_get("changed_at")?),
        content: shape(row.try_get("content")?)?,
    })
}

fn text<T: Kept>(content: &T) -> Result<String> {
    serde_json::to_string(content).map_err(|e| WorkError::Shape { what: T::KIND.to_owned(), cause: e.to_string() })
}

impl Store {
    pub async fn find<T: Kept>(&self, id: &str) -> Result<Option<Record<T>>> {
        let sql = "SELECT version, made_at, changed_at, content FROM records WHERE kind = $1 AND id = $2";
        let row = sqlx::query(sql).bind(T::KIND).bind(id).fetch_optional(self.pool()).await?;
        row.as_ref().map(record).transpose()
    }

    pub async fn get<T: Kept>(&self, id: &str) -> Result<Record<T>> {
        self.find(id).await?.ok_or_else(|| WorkError::NotFound { what: T::KIND, id: id.to_owned() })
    }

    pub async fn list<T: Kept>(&self, filter: &Filter<'_>) -> Result<Vec<Record<T>>> {
        let mut sql = Sql::new("SELECT version, made_at, changed_at, content FROM records");
        narrow::<T>(&mut sql, filter)?;
        sql.push(if filter.newest_first {
            " ORDER BY changed_at DESC, id"
        } else {
            // Where nothing is due it comes last in both stores.
            " ORDER BY due_at IS NULL, due_at, made_at, id"
        });
        if filter.limit > 0 {
            sql.push(" LIMIT ").bind(filter.limit)?.push(" OFFSET ").bind(filter.offset)?;
        }
        sql.fetch_all(self.pool()).await?.iter().map(record).collect()
    }

    pub async fn count<T: Kept>(&self, filter: &Filter<'_>) -> Result<i64> {
        let mut sql = Sql::new("SELECT count(*) AS n FROM records");
        narrow::<T>(&mut sql, filter)?;
        let rows = sql.fetch_all(self.pool()).await?;
        rows.first().map_or(Ok(0), |row| Ok(row.try_get("n")?))
    }

    /// Every version, the oldest first.
    pub async fn versions<T: Kept>(&self, id: &str) -> Result<Vec<Version<T>>> {
        let sql =
            "SELECT version, person_id, action, at, content FROM history WHERE kind = $1 AND id = $2 ORDER BY version";
        let rows = sqlx::query(sql).bind(T::KIND).bind(id).fetch_all(self.pool()).await?;
        rows.iter()
            .map(|row| {
                Ok(Version {
                    version: row.try_get("version")?,
                    person_id: row.try_get("person_id")?,
                    action: row.try_get("action")?,
                    at: moment(row.try_get("at")?),
                    content: shape(row.try_get("content")?)?,
                })
            })
            .collect()
    }
}

fn narrow<T: Kept>(sql: &mut Sql, filter: &Filter<'_>) -> Result<()> {
    sql.push(" WHERE kind = ").bind(T::KIND)?;
    if !filter.states.is_empty() {
        for (n, state) in filter.states.iter().enumerate() {
            sql.push(if n == 0 { " AND state IN (" } else { ", " }).bind((*state).to_owned())?;
        }
        sql.push(")");
    }
    for (column, value) in
        [("owner", filter.owner), ("about", filter.about), ("call_id", filter.call_id), ("parent", filter.parent)]
    {
        if let Some(value) = value {
            sql.push(&format!(" AND {column} = ")).bind(value.to_owned())?;
        }
    }
    if let Some(from) = filter.due_from {
        sql.push(" AND due_at >= ").bind(micros(from))?;
    }
    if let Some(before) = filter.due_before {
        sql.push(" AND due_at < ").bind(micros(before))?;
    }
    Ok(())
}

impl Tx {
    /// A new record. An id that is taken is a conflict, told as a change by somebody else.
    pub async fn insert<T: Kept + Clone>(
        &mut self,
        content: &T,
        by: &str,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<Record<T>> {
        let body = text(content)?;
        let sql = "INSERT INTO records (kind, id, version, state, owner, about, call_id, parent, due_at, made_at, changed_at, content)
            VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $9, $10) ON CONFLICT (kind, id) DO NOTHING";
        let done = sqlx::query(sql)
            .bind(T::KIND)
            .bind(content.id())
            .bind(content.state())
            .bind(content.owner())
            .bind(content.about())
            .bind(content.call_id())
            .bind(content.parent())
            .bind(content.due_at().map(micros))
            .bind(micros(at))
            .bind(&body)
            .execute(self.on())
            .await?;
        if done.rows_affected() == 0 {
            return Err(WorkError::Changed { what: T::KIND, id: content.id().to_owned(), seen: 0, now: 1 });
        }
        self.remember::<T>(content, 1, by, action, at, &body).await?;
        let at = moment(micros(at));
        Ok(Record { version: 1, made_at: at, changed_at: at, content: content.clone() })
    }

    /// Saves over the version that was read; its number goes up by one.
    pub async fn save<T: Kept>(
        &mut self,
        record: &mut Record<T>,
        by: &str,
        action: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let content = &record.content;
        let body = text(content)?;
        let sql =
            "UPDATE records SET version = version + 1, state = $3, owner = $4, about = $5, call_id = $6, parent = $7,
            due_at = $8, changed_at = $9, content = $10 WHERE kind = $1 AND id = $2 AND version = $11";
        let done = sqlx::query(sql)
            .bind(T::KIND)
            .bind(content.id())
            .bind(content.state())
            .bind(content.owner())
            .bind(content.about())
            .bind(content.call_id())
            .bind(content.parent())
            .bind(content.due_at().map(micros))
            .bind(micros(at))
            .bind(&body)
            .bind(record.version)
            .execute(self.on())
            .await?;
        if done.rows_affected() == 0 {
            let now = self.version_of::<T>(content.id()).await?;
            return Err(match now {
                Some(now) => {
                    WorkError::Changed { what: T::KIND, id: content.id().to_owned(), seen: record.version, now }
                }
                None => WorkError::NotFound { what: T::KIND, id: content.id().to_owned() },
            });
        }
        self.remember::<T>(content, record.version + 1, by, action, at, &body).await?;
        record.version += 1;
        record.changed_at = moment(micros(at));
        Ok(())
    }

    async fn version_of<T: Kept>(&mut self, id: &str) -> Result<Option<i64>> {
        let sql = "SELECT version FROM records WHERE kind = $1 AND id = $2";
        Ok(sqlx::query_scalar(sql).bind(T::KIND).bind(id).fetch_optional(self.on()).await?)
    }

    async fn remember<T: Kept>(
        &mut self,
        content: &T,
        version: i64,
        by: &str,
        action: &str,
        at: DateTime<Utc>,
        body: &str,
    ) -> Result<()> {
        let sql = "INSERT INTO history (kind, id, version, person_id, action, at, state, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(T::KIND)
            .bind(content.id())
            .bind(version)
            .bind(by)
            .bind(action)
            .bind(micros(at))
            .bind(content.state())
            .bind(body)
            .execute(self.on())
            .await?;
        Ok(())
    }
}
