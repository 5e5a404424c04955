//! `meyar deadletters`: what could not be accepted, why, and how to send it again once it is mended.

use crate::{
    args::Common,
    connect::Connection,
    looks,
    retain::{self, Readers},
};
use anyhow::{Context as _, Result, bail};
use meyar_broker::{BrokerConfig, Publisher, deadletters::MOST_BYTES, publisher::Outgoing};
use meyar_lake::{DELETED, Lake, output};
use meyar_schemas::{Envelope, Subject, contract, deletions::Order, reference::Reference};
use meyar_work::access::Action as Act;
use serde_json::{Map, Value};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Newest first
    List {
        /// Only of this topic or subject
        #[arg(long)]
        topic: Option<String>,
        /// Only with this error code, e.g. invalid
        #[arg(long)]
        error: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[arg(long, default_value = "table", value_parser = ["table", "csv", "json"])]
        format: String,
    },
    /// One letter whole, with its bytes
    Show {
        id: String,
        /// Write only the original bytes, to be mended
        #[arg(long)]
        bytes: bool,
    },
    /// Sends a letter's message to its topic again, as the event that it was: sent twice, it is still one row
    Replay {
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        /// The mended message; without it the original bytes go again
        #[arg(long, conflicts_with = "all")]
        with: Option<PathBuf>,
        /// Sends it as this revision: how a contradiction of what was told before becomes its correction
        #[arg(long, conflicts_with = "all")]
        revision: Option<u32>,
        /// Every letter that can be accepted now, e.g. after the files it spoke of are back
        #[arg(long)]
        all: bool,
        /// With --all: only of this topic or subject
        #[arg(long, requires = "all")]
        topic: Option<String>,
        /// With --all: only with this error code, e.g. missing_audio
        #[arg(long, requires = "all")]
        error: Option<String>,
    },
    /// Deletes the bytes, keys and headers of old letters; that they came, from where and why they were refused, stays
    Expire {
        /// Letters of the last so many days stay
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=40_000))]
        older_than_days: u32,
        /// Only with this error code, e.g. invalid
        #[arg(long)]
        error: Option<String>,
        /// Who answers for it
        #[arg(long, required_unless_present = "dry_run")]
        by: Option<String>,
        /// Only show what would go
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        readers: Readers,
    },
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let lake = common.open_lake()?;
    match args.action {
        Action::List { topic, error, limit, format } => {
            let query = format!(
                "SELECT event_id AS id, event_time AS at, stage, origin_topic AS topic, origin_partition AS \"partition\", \
                 origin_offset AS \"offset\", error_code AS error, error_field AS field, error_value AS value, \
                 error_problem AS problem, error_remedy AS remedy \
                 FROM dead_letters WHERE {} ORDER BY event_time DESC, event_id LIMIT {limit}",
                chosen(topic.as_deref(), error.as_deref())
            );
            looks::written(common, Act::Query, "sql", "dead_letters", query.clone()).await?;
            let batches = lake.sql(&query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await?;
            println!("{}", output::text(&batches, format.parse()?)?.trim_end());
        }
        Action::Show { id, bytes } => {
            let letter = find(&lake, &id).await?;
            looks::written(common, Act::Read, "rows", &format!("dead_letters/{id}"), String::new()).await?;
            let payload = payload(&letter)?;
            if bytes {
                use std::io::Write as _;
                std::io::stdout().write_all(&payload)?;
                return Ok(());
            }
            for (name, value) in letter.iter().filter(|(name, value)| !value.is_null() && *name != "payload") {
                println!("{name:>18} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
            println!("{:>18} {}", "payload", String::from_utf8_lossy(&payload));
        }
        Action::Replay { id: Some(id), with, revision, .. } => {
            let letter = find(&lake, &id).await?;
            let with = with
                .map(|file| std::fs::read(&file).with_context(|| format!("--with: {} cannot be read", file.display())));
            let connection = Connection::open(common).await?;
            let out = mended(&connection.config, &letter, with.transpose()?, revision)?;
            let topic = connection.config.topic(out.subject);
            out.send(&connection.publisher()?).await?;
            println!("sent to {topic}");
        }
        Action::Replay { topic, error, .. } => {
            let connection = Connection::open(common).await?;
            replay_all(&lake, &connection, &chosen(topic.as_deref(), error.as_deref())).await?;
        }
        Action::Expire { older_than_days, error, by, dry_run, readers } => {
            let reference = Reference::load(common.reference.as_deref())?;
            let by = by.unwrap_or_else(|| if dry_run { "nobody yet".into() } else { String::new() });
            let letters = Subject::DeadLetters.table();
            let order = reference.order_by(letters, older_than_days, retain::today(), &by)?;
            let orders = [Order { error_code: error, ..order }];
            if dry_run {
                retain::show(common, &orders).await?;
            } else {
                retain::carry_out(common, &orders, readers).await?;
            }
        }
    }
    Ok(())
}

fn chosen(topic: Option<&str>, error: Option<&str>) -> String {
    let topic =
        topic.map(|t| format!("(origin_topic = {0} OR origin_topic LIKE {1})", text(t), text(&format!("%{t}"))));
    let error = error.map(|e| format!("error_code = {}", text(e)));
    // Of an expired letter nothing is left to be sent.
    let left = format!("content_hash <> {DELETED}");
    [left].into_iter().chain(topic).chain(error).collect::<Vec<_>>().join(" AND ")
}

async fn replay_all(lake: &Lake, connection: &Connection, chosen: &str) -> Result<()> {
    let query = format!("SELECT event_id FROM dead_letters WHERE {chosen} ORDER BY event_time, event_id");
    let ids = output::rows(&lake.sql(&query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await?)?;
    let publisher = connection.publisher()?;
    let (mut sent, mut left) = (0, 0);
    for id in ids.iter().filter_map(|row| row.get("event_id")?.as_str()) {
        // One letter at a time: a million of them need not fit into memory.
        match mended(&connection.config, &find(lake, id).await?, None, None) {
            Ok(out) => {
                out.send(&publisher).await?;
                sent += 1;
            }
            Err(error) => {
                eprintln!("{id} stays: {error:#}");
                left += 1;
            }
        }
    }
    println!("{sent} sent again, {left} stay");
    Ok(())
}

/// A message on its way back.
struct Again {
    subject: Subject,
    key: String,
    headers: Vec<(String, String)>,
    value: Vec<u8>,
}

impl Again {
    async fn send(&self, publisher: &Publisher) -> Result<()> {
        let Self { subject, key, headers, value } = self;
        publisher.send(&Outgoing { subject: *subject, key, headers: headers.clone(), value }).await?;
        Ok(())
    }
}

/// The event that a letter is about, as it would be accepted now: with its own source and id, so that it lands once however often it is sent.
/// What would only come back as the next letter is not sent.
fn mended(
    config: &BrokerConfig,
    letter: &Map<String, Value>,
    with: Option<Vec<u8>>,
    revision: Option<u32>,
) -> Result<Again> {
    let told = |name: &str| letter.get(name).and_then(Value::as_str).unwrap_or_default();
    let topic = told("origin_topic");
    let subject = config.subject(topic).or_else(|| topic.parse().ok()).with_context(|| {
        format!("the letter's topic `{topic}` is not one of ours; give --topic-prefix as it was then")
    })?;
    if letter.get("content_hash").and_then(Value::as_i64) == Some(DELETED) {
        bail!("the letter has expired: its bytes were deleted; send the event again from where it came from");
    }
    if told("stage") == "import" {
        bail!(
            "this is a row of an exchange's export: correct the file and import it again; what was accepted before is recognised and changes nothing"
        );
    }
    let original = payload(letter)?;
    if with.is_none() && original.len() >= MOST_BYTES {
        bail!(
            "the letter keeps only the first {MOST_BYTES} bytes of the message; send it again from where it came from"
        );
    }
    let value = with.unwrap_or(original);
    let still = "the message is still not valid; mend it and give it with --with";
    let mut headers = headers(letter);
    if letter.get("file").is_some_and(Value::is_string) {
        let line = String::from_utf8_lossy(&value);
        let source = meyar_stages::publish::source(told("file"));
        let mut judged = meyar_stages::publish::judge(subject, &source, line.trim())
            .map_err(|refusal| anyhow::anyhow!("{refusal}"))
            .context(still)?;
        judged.envelope.revision = revision.unwrap_or(judged.envelope.revision);
        let headers = judged.envelope.to_headers("application/json");
        return Ok(Again { subject, key: judged.key, headers, value: judged.data });
    }
    if headers.is_empty() {
        bail!("the letter has none of the message's headers; send it again from where it came from");
    }
    if let Some(revision) = revision {
        headers.retain(|(name, _)| name != "ce_revision");
        headers.push(("ce_revision".into(), revision.to_string()));
    } else if told("error_code") == "conflict" {
        bail!(
            "the event was told before with other content; if this is its correction, send it with a higher --revision"
        );
    }
    let header = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let envelope = Envelope::from_headers(subject, header).map_err(|e| anyhow::anyhow!("{e}")).context(still)?;
    // A chunk of sound has no contract of its own; the recorder judges it.
    if header("ce_sequence").is_none() {
        contract::read(subject, &envelope, &value).map_err(|refusal| anyhow::anyhow!("{refusal}")).context(still)?;
    }
    Ok(Again { subject, key: told("key").to_owned(), headers, value })
}

fn headers(letter: &Map<String, Value>) -> Vec<(String, String)> {
    let list = letter.get("headers").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|h| Some((h.get("name")?.as_str()?.into(), h.get("value")?.as_str()?.into())))
        .collect()
}

async fn find(lake: &Lake, id: &str) -> Result<Map<String, Value>> {
    let query = format!("SELECT * FROM dead_letters WHERE event_id LIKE {} LIMIT 2", text(&format!("{id}%")));
    let mut rows = output::rows(&lake.sql(&query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await?)?;
    match (rows.pop(), rows.pop()) {
        (Some(letter), None) => Ok(letter),
        (Some(_), Some(_)) => bail!("id: `{id}` fits several letters; give more of it"),
        _ => bail!("id: `{id}` is not a dead letter; see `meyar deadletters list`"),
    }
}

/// The lake's answers carry bytes as hex digits.
fn payload(letter: &Map<String, Value>) -> Result<Vec<u8>> {
    let digits = letter.get("payload").and_then(Value::as_str).unwrap_or_default();
    (0..digits.len() / 2)
        .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).context("the payload in the lake is damaged"))
        .collect()
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
