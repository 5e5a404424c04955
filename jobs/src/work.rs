//! `meyar work`: who may come in to the pages, and the log of who looked at what.

use crate::{accounts::password, args::Common, looks};
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use meyar_work::{
    Account, Person, Role, Store, WorkError,
    access::{Action, Actor, Asked, Logged},
};
use serde_json::{Value, json};
use std::{collections::HashMap, fmt};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Adds, lists and changes those who may come in
    People {
        #[command(subcommand)]
        job: People,
    },
    /// Shows who looked at what and changed what, the newest first
    Log(Log),
    /// Holds the access log against its own hashes; it ends with 3 when an entry was altered or taken out
    Check,
}

#[derive(clap::Subcommand)]
enum People {
    /// Adds a person; the password is MEYAR_PASSWORD, or a line on standard input
    Add {
        login: String,
        #[arg(long)]
        name: String,
        /// representative, assessor, lead, head, management, analyst or administrator
        #[arg(long)]
        role: Role,
        /// Who they are in the call records (a representative must be somebody there)
        #[arg(long)]
        representative: Option<String>,
        #[arg(long)]
        sector: Option<String>,
        /// For those who come in through a provider of identities alone
        #[arg(long)]
        without_password: bool,
    },
    /// Lists people and their roles
    List {
        #[arg(long, default_value = "table", value_parser = ["table", "json"])]
        format: String,
    },
    /// Changes what is given and leaves the rest; another role, and --inactive, end their sessions at once
    Change {
        login: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        role: Option<Role>,
        /// An empty text takes it away
        #[arg(long)]
        representative: Option<String>,
        /// An empty text takes it away
        #[arg(long)]
        sector: Option<String>,
        /// May come in again
        #[arg(long, conflicts_with = "inactive")]
        active: bool,
        /// Cannot come in any more; what they did stays
        #[arg(long)]
        inactive: bool,
    },
    /// Gives a new password and ends their sessions; it is MEYAR_PASSWORD, or a line on standard input
    Password { login: String },
    /// Takes the identity of the provider off an account: the next one that comes in under its login is bound to it
    Free { login: String },
}

#[derive(clap::Args)]
struct Log {
    /// Only what this person did: a login, or a person's id
    #[arg(long)]
    person: Option<String>,
    /// Only what was done with this: a kind (call, audio, account, …), or kind/id
    #[arg(long)]
    object: Option<String>,
    /// Only from then on: 2026-01-14 (Baku), or a time with its offset
    #[arg(long, value_parser = moment)]
    since: Option<DateTime<Utc>>,
    /// So many entries at most; 0 shows all
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(i64).range(0..))]
    limit: i64,
    #[arg(long, default_value = "table", value_parser = ["table", "json"])]
    format: String,
}

/// The log is not whole: the command has done its work, and ends with a code of its own.
#[derive(Debug)]
pub struct Broken(String);

impl Broken {
    pub const CODE: u8 = 3;
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the access log is broken: {}; the lake's table access_log and a backup tell what stood there, and the store's own \
             logs who wrote to it",
            self.0
        )
    }
}

impl std::error::Error for Broken {}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    let midnight = text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN));
    midnight
        .and_then(|midnight| Baku.from_local_datetime(&midnight).earliest())
        .map(|at| at.with_timezone(&Utc))
        .ok_or_else(|| format!("`{text}` is no moment; write 2026-01-14, or 2026-01-14T09:30:00+04:00"))
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let makes = matches!(args.job, Job::People { job: People::Add { .. } });
    // Looking at a place where nothing is must not make it: more often than not it is the wrong one.
    if !makes && !common.work_is_there() {
        bail!(
            "--work: nobody's work is kept there yet; is --data (MEYAR_DATA) or --work (MEYAR_WORK) right? The first person is added by \
             `meyar work people add`"
        );
    }
    match args.job {
        Job::People { job } => people(common, job).await,
        Job::Log(log) => {
            let asked =
                [log.person.as_deref(), log.object.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            looks::written(common, Action::Read, "page", "access", asked).await?;
            show(&common.open_work().await?, log).await
        }
        Job::Check => check(&common.open_work().await?).await,
    }
}

async fn people(common: &Common, job: People) -> Result<()> {
    let (by, now) = (Actor::system(), Utc::now());
    match job {
        People::Add { login, name, role, representative, sector, without_password } => {
            let store = common.open_work().await?;
            // Before a password is asked for.
            if store.person_of_login(&login).await?.is_some() {
                bail!("login: `{login}` belongs to somebody already; `meyar work people change {login}` changes them");
            }
            let password = if without_password { None } else { Some(password()?) };
            let account = Account { login, name, role, representative, sector, active: true };
            let person = store.add_person(&account, password.as_deref(), &by, now).await?;
            println!("{}: {}, added", person.login, person.role);
        }
        People::List { format } => {
            looks::written(common, Action::Read, "page", "people", String::new()).await?;
            let all = common.open_work().await?.people().await?;
            if format == "json" {
                println!("{}", serde_json::to_string_pretty(&all.iter().map(told).collect::<Vec<_>>())?);
            } else {
                let head = ["login", "name", "role", "representative", "sector", "active"];
                print!(
                    "{}",
                    table(
                        &head,
                        all.iter().map(|person| {
                            let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
                            let active = if person.active { "yes" } else { "no" };
                            vec![
                                person.login.clone(),
                                person.name.clone(),
                                person.role.to_string(),
                                or_none(&person.representative),
                                or_none(&person.sector),
                                active.to_owned(),
                            ]
                        })
                    )
                );
            }
        }
        People::Change { login, name, role, representative, sector, active, inactive } => {
            let given = name.is_some() || role.is_some() || representative.is_some() || sector.is_some();
            if !given && !active && !inactive {
                bail!(
                    "{login}: nothing is to be changed; give --name, --role, --representative, --sector, --active or --inactive"
                );
            }
            let store = common.open_work().await?;
            let seen = known(&store, &login).await?;
            let or_as_it_was = |given: Option<String>, was: &Option<String>| match given {
                Some(text) => Some(text).filter(|text| !text.is_empty()),
                None => was.clone(),
            };
            let account = Account {
                login,
                name: name.unwrap_or_else(|| seen.name.clone()),
                role: role.unwrap_or(seen.role),
                representative: or_as_it_was(representative, &seen.representative),
                sector: or_as_it_was(sector, &seen.sector),
                active: active || (seen.active && !inactive),
            };
            let person = store.change_person(&seen, &account, &by, now).await?;
            println!("{}: {}{}, changed", person.login, person.role, if person.active { "" } else { ", inactive" });
        }
        People::Password { login } => {
            let store = common.open_work().await?;
            let person = known(&store, &login).await?;
            store.set_password(&person, &password()?, &by, now).await?;
            println!("{login}: has a new password; who was in with the old one is out");
        }
        People::Free { login } => {
            let store = common.open_work().await?;
            let person = known(&store, &login).await?;
            store.forget_subject(&person, &by, now).await?;
            println!("{login}: is bound to no identity any more; who was in is out");
        }
    }
    Ok(())
}

async fn known(store: &Store, login: &str) -> Result<Person> {
    let found = store.person_of_login(login).await?;
    found.with_context(|| format!("login: `{login}` belongs to nobody; see `meyar work people list`"))
}

fn told(person: &Person) -> Value {
    json!({
        "person_id": person.person_id,
        "login": person.login,
        "name": person.name,
        "role": person.role.name(),
        "representative": person.representative,
        "sector": person.sector,
        "active": person.active,
    })
}

async fn show(store: &Store, log: Log) -> Result<()> {
    // Also those who are gone: names come from the people, the log has ids alone.
    let logins: HashMap<String, String> =
        store.people().await?.into_iter().map(|person| (person.person_id, person.login)).collect();
    let person_id = log.person.map(|person| {
        let id = logins.iter().find(|(_, login)| **login == person).map(|(id, _)| id.clone());
        id.unwrap_or(person)
    });
    let (kind, id) = match log.object.as_deref().map(|object| object.split_once('/').unwrap_or((object, ""))) {
        Some((kind, id)) => (Some(kind), Some(id).filter(|id| !id.is_empty())),
        None => (None, None),
    };
    let asked = Asked {
        person_id: person_id.as_deref(),
        object_kind: kind,
        object_id: id,
        from: log.since,
        limit: log.limit,
        ..Asked::default()
    };
    let entries = store.access_log(&asked).await?;
    let login = |logged: &Logged| logins.get(&logged.actor.person_id).unwrap_or(&logged.actor.person_id).clone();
    if log.format == "json" {
        let rows: Vec<Value> = entries.iter().map(|logged| row(logged, &login(logged))).collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
        return Ok(());
    }
    let head = ["number", "at", "who", "role", "action", "object", "detail"];
    let rows = entries.iter().map(|logged| {
        let object = [Some(logged.entry.object_kind.as_str()), logged.entry.object_id.as_deref()];
        vec![
            logged.number.to_string(),
            logged.at.with_timezone(&Baku).to_rfc3339_opts(SecondsFormat::Secs, false),
            login(logged),
            logged.actor.role.clone(),
            logged.entry.action.to_string(),
            object.into_iter().flatten().collect::<Vec<_>>().join("/"),
            logged.entry.detail.clone().unwrap_or_default(),
        ]
    });
    print!("{}", table(&head, rows));
    if log.limit > 0 && entries.len() as i64 == log.limit {
        eprintln!("note: there may be more; --limit 0 shows all");
    }
    Ok(())
}

fn row(logged: &Logged, login: &str) -> Value {
    json!({
        "number": logged.number,
        "at": logged.at,
        "person": logged.actor.person_id,
        "login": login,
        "role": logged.actor.role,
        "action": logged.entry.action.name(),
        "object_kind": logged.entry.object_kind,
        "object_id": logged.entry.object_id,
        "detail": logged.entry.detail,
        "chain": logged.chain,
    })
}

async fn check(store: &Store) -> Result<()> {
    let checked = store.check_access_log().await;
    let (waiting, untold) = (store.how_many_wait().await?, store.how_much_access_is_untold().await?);
    let stream = format!("waiting to be told to the stream: {waiting} messages, {untold} entries of the access log");
    match checked {
        Ok(entries) => {
            println!("the access log is whole: {entries} entries\n{stream}");
            Ok(())
        }
        Err(WorkError::Shape { cause, .. }) => {
            println!("{stream}");
            Err(Broken(cause).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Left-aligned columns. What people typed may hold control characters: they must not reach the terminal.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let plain = |cell: String| cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|name| (*name).to_owned()).collect()];
    lines.extend(rows.map(|cells| cells.into_iter().map(plain).collect()));
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let padded =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())));
        text.push_str(padded.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_baku() {
        assert_eq!(moment("2026-01-14").unwrap().to_rfc3339(), "2026-01-13T20:00:00+00:00");
        assert_eq!(moment("2026-01-14T09:30:00+04:00").unwrap().to_rfc3339(), "2026-01-14T05:30:00+00:00");
        assert!(moment("yesterday").unwrap_err().contains("`yesterday`"));
    }

    #[test]
    fn what_was_typed_does_not_reach_the_terminal_as_it_is() {
        let shown = table(&["who"], [vec!["a\u{1b}[2Jb\nc".to_owned()]].into_iter());
        assert_eq!(shown, "who\na [2Jb c\n");
    }
}
