//! The log of who looked at what (ST 4.0.1, H6): numbered without a gap, each entry with a hash over the one before it, so that an
//! entry that was altered or taken out shows. The store refuses to change it; the lake has it too (`qa.access`).

use crate::WorkError;
use crate::error::Result;
use crate::people::Person;
use crate::rights::{Role, named};
use crate::store::{Sql, Store, Tx, micros, moment};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

named! {
    Action: "action" {
        Login = "login",
        LoginRefused = "login_refused",
        Logout = "logout",
        Read = "read",
        Play = "play",
        Export = "export",
        Query = "query",
        Change = "change",
        Refused = "refused",
    }
}

/// Who does it. Before a login nobody is known: then the person is what was typed as login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person_id: String,
    /// A role's name (of whoever stands in for others, all of them with dots between), or `none`, or `system` for the program itself.
    pub role: String,
}

impl From<&Person> for Actor {
    fn from(person: &Person) -> Actor {
        let roles: Vec<&str> = person.roles().map(Role::name).collect();
        Actor { person_id: person.person_id.clone(), role: roles.join(".") }
    }
}

impl Actor {
    /// The program's own command line: whoever may run it on that machine.
    pub fn system() -> Actor {
        Actor { person_id: "system".to_owned(), role: "system".to_owned() }
    }

    /// Who reads on the command line: `system:NAME` where the machine tells the name, for it alone has let them in.
    pub fn at_the_machine(name: Option<&str>) -> Actor {
        match name.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => Actor { person_id: Actor::unknown(&format!("system:{name}")).person_id, ..Actor::system() },
            None => Actor::system(),
        }
    }

    /// Whatever was typed becomes what the contract calls an id, and what PostgreSQL keeps: no blanks, no control characters.
    pub fn unknown(login: &str) -> Actor {
        let typed: String = login.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(64).collect();
        Actor { person_id: if typed.is_empty() { "unknown".to_owned() } else { typed }, role: "none".to_owned() }
    }
}

/// What is done with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub action: Action,
    /// `call`, `audio`, `transcript`, `assessment`, `figure`, `rows`, `sql`, `account`, `form`, `plan`, `page`, `session`.
    pub object_kind: String,
    pub object_id: Option<String>,
    pub detail: Option<String>,
}

impl Entry {
    pub fn new(action: Action, object_kind: &str, object_id: &str) -> Entry {
        Entry { action, object_kind: object_kind.to_owned(), object_id: Some(object_id.to_owned()), detail: None }
    }

    pub fn change(object_kind: &str, object_id: &str, detail: &str) -> Entry {
        Entry { detail: Some(detail.to_owned()), ..Entry::new(Action::Change, object_kind, object_id) }
    }
}

/// An entry as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub number: i64,
    pub at: DateTime<Utc>,
    pub actor: Actor,
    pub entry: Entry,
    pub chain: String,
}

/// What the log is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub person_id: Option<&'a str>,
    pub object_kind: Option<&'a str>,
    pub object_id: Option<&'a str>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    pub offset: i64,
    /// 0 means all.
    pub limit: i64,
}

/// The hash that an entry carries. Lengths stand before the texts, so that no two entries look alike. Pure.
pub fn chain(before: &str, number: i64, at: DateTime<Utc>, actor: &Actor, entry: &Entry) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    part(before);
    part(&number.to_string());
    part(&micros(at).to_string());
    part(&actor.person_id);
    part(&actor.role);
    part(entry.action.name());
    part(&entry.object_kind);
    part(entry.object_id.as_deref().unwrap_or("\u{0}"));
    part(entry.detail.as_deref().unwrap_or("\u{0}"));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Entry {
    /// As the contract has it: no empty texts, no control characters in an id, no NUL (which PostgreSQL does not keep), nothing endless.
    fn fitting(&self) -> Entry {
        let kept = |text: &Option<String>, most: usize, keep: fn(&char) -> bool| {
            let kept: Option<String> = text.as_ref().map(|text| text.chars().filter(keep).take(most).collect());
            kept.filter(|text| !text.is_empty())
        };
        Entry {
            object_id: kept(&self.object_id, 500, |c| !c.is_control()),
            detail: kept(&self.detail, 100_000, |c| *c != '\0'),
            ..self.clone()
        }
    }
}

impl Tx {
    /// Logged with whatever else is committed.
    pub fn log<'a>(&'a mut self, actor: &'a Actor, entry: &'a Entry, at: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let entry = &entry.fitting();
            let (number, before) = self.next("access").await?;
            let chain = chain(&before, number, moment(micros(at)), actor, entry);
            sqlx::query("UPDATE counters SET mark = $1 WHERE name = 'access'").bind(&chain).execute(self.on()).await?;
            let sql =
                "INSERT INTO access_log (number, at, person_id, role, action, object_kind, object_id, detail, chain)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            sqlx::query(sql)
                .bind(number)
                .bind(micros(at))
                .bind(&actor.person_id)
                .bind(&actor.role)
                .bind(entry.action.name())
                .bind(&entry.object_kind)
                .bind(entry.object_id.as_deref())
                .bind(entry.detail.as_deref())
                .bind(&chain)
                .execute(self.on())
                .await?;
            Ok(())
        })
    }
}

impl Store {
    /// Logged by itself: before what is looked at is shown.
    pub fn log<'a>(&'a self, actor: &'a Actor, entry: &'a Entry, at: DateTime<Utc>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            tx.log(actor, entry, at).await?;
            tx.commit().await
        })
    }

    /// The newest first.
    pub fn access_log<'a>(&'a self, asked: &'a Asked<'a>) -> BoxFuture<'a, Result<Vec<Logged>>> {
        Box::pin(async move {
            let mut sql = Sql::new("SELECT * FROM access_log WHERE 1 = 1");
            for (column, value) in
                [("person_id", asked.person_id), ("object_kind", asked.object_kind), ("object_id", asked.object_id)]
            {
                if let Some(value) = value {
                    sql.push(&format!(" AND {column} = ")).bind(value.to_owned())?;
                }
            }
            if let Some(from) = asked.from {
                sql.push(" AND at >= ").bind(micros(from))?;
            }
            if let Some(to) = asked.to {
                sql.push(" AND at < ").bind(micros(to))?;
            }
            sql.push(" ORDER BY number DESC");
            if asked.limit > 0 {
                sql.push(" LIMIT ").bind(asked.limit)?.push(" OFFSET ").bind(asked.offset)?;
            }
            sql.fetch_all(self.pool()).await?.iter().map(logged).collect()
        })
    }

    /// Whether the log is whole: numbers without a gap, and every hash that of its entry and the one before.
    pub fn check_access_log<'a>(&'a self) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            const AT_ONCE: i64 = 10_000;
            let (mut before, mut number) = (String::new(), 0);
            loop {
                let sql = "SELECT * FROM access_log WHERE number > $1 ORDER BY number LIMIT $2";
                let rows = sqlx::query(sql).bind(number).bind(AT_ONCE).fetch_all(self.pool()).await?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    let entry = logged(row)?;
                    number += 1;
                    let broken = |why: &str| WorkError::Shape {
                        what: "the access log".to_owned(),
                        cause: format!("entry {number}: {why}"),
                    };
                    if entry.number != number {
                        return Err(broken("is missing"));
                    }
                    if entry.chain != chain(&before, number, entry.at, &entry.actor, &entry.entry) {
                        return Err(broken("was altered, or the one before it"));
                    }
                    before = entry.chain;
                }
            }
            let (value, mark): (i64, String) =
                sqlx::query_as("SELECT value, mark FROM counters WHERE name = 'access'").fetch_one(self.pool()).await?;
            // An entry that was logged since the last page was read is no gap.
            if value < number || (value == number && mark != before) {
                return Err(WorkError::Shape {
                    what: "the access log".to_owned(),
                    cause: format!("it ends at {number}, but {value} entries were made"),
                });
            }
            Ok(number)
        })
    }
}

pub(crate) fn logged(row: &sqlx::any::AnyRow) -> Result<Logged> {
    Ok(Logged {
        number: row.try_get("number")?,
        at: moment(row.try_get("at")?),
        actor: Actor { person_id: row.try_get("person_id")?, role: row.try_get("role")? },
        entry: Entry {
            action: row.try_get::<String, _>("action")?.parse()?,
            object_kind: row.try_get("object_kind")?,
            object_id: row.try_get("object_id")?,
            detail: row.try_get("detail")?,
        },
        chain: row.try_get("chain")?,
    })
}
