//! `meyar deadletters`: what could not be accepted, why, and how to send it again once it is mended.

use crate::{args::Common, connect::Connection};
use anyhow::{Context as _, Result, bail};
use meyar_broker::publisher::Outgoing;
use meyar_lake::{Lake, output};
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
    /// Sends a letter's message to its topic again
    Replay {
        id: String,
        /// The mended message; without it the original bytes go again
        #[arg(long)]
        with: Option<PathBuf>,
    },
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let lake = common.open_lake()?;
    match args.action {
        Action::List { topic, error, limit, format } => {
            let mut wheres = vec!["true".to_owned()];
            if let Some(topic) = topic {
                wheres.push(format!(
                    "(origin_topic = {0} OR origin_topic LIKE {1})",
                    text(&topic),
                    text(&format!("%{topic}"))
                ));
            }
            if let Some(error) = error {
                wheres.push(format!("error_code = {}", text(&error)));
            }
            let query = format!(
                "SELECT event_id AS id, event_time AS at, stage, origin_topic AS topic, origin_partition AS \"partition\", \
                 origin_offset AS \"offset\", error_code AS error, error_field AS field, error_value AS value, \
                 error_problem AS problem, error_remedy AS remedy \
                 FROM dead_letters WHERE {} ORDER BY event_time DESC, event_id LIMIT {limit}",
                wheres.join(" AND ")
            );
            let batches = lake.sql(&query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await?;
            println!("{}", output::text(&batches, format.parse()?)?.trim_end());
        }
        Action::Show { id, bytes } => {
            let letter = find(&lake, &id).await?;
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
        Action::Replay { id, with } => {
            let letter = find(&lake, &id).await?;
            let bytes = match with {
                Some(file) => {
                    std::fs::read(&file).with_context(|| format!("--with: {} cannot be read", file.display()))?
                }
                None => payload(&letter)?,
            };
            replay(common, &letter, &bytes).await?;
        }
    }
    Ok(())
}

/// A message that came from a topic goes back with its own headers; a line of a file is judged like any line.
async fn replay(common: &Common, letter: &Map<String, Value>, bytes: &[u8]) -> Result<()> {
    let connection = Connection::open(common).await?;
    let publisher = connection.publisher()?;
    let topic = letter.get("origin_topic").and_then(Value::as_str).unwrap_or_default();
    let subject = connection.config.subject(topic).or_else(|| topic.parse().ok()).with_context(|| {
        format!("the letter's topic `{topic}` is not one of ours; give --topic-prefix as it was then")
    })?;
    let headers: Vec<(String, String)> = letter
        .get("headers")
        .and_then(Value::as_array)
        .map(|list| {
            list.iter()
                .filter_map(|h| Some((h.get("name")?.as_str()?.into(), h.get("value")?.as_str()?.into())))
                .collect()
        })
        .unwrap_or_default();
    if letter.get("stage").and_then(Value::as_str) == Some("import") {
        bail!(
            "this is a row of an exchange's export: correct the file and import it again; what was accepted before is recognised and changes nothing"
        );
    }
    if headers.is_empty() {
        let line = String::from_utf8_lossy(bytes);
        let judged = meyar_stages::publish::judge(subject, "meyar/replay", line.trim())
            .map_err(|refusal| anyhow::anyhow!("{refusal}"))
            .context("the message is still not valid; mend it and give it with --with")?;
        publisher.event(subject, &judged.key, &judged.envelope, &judged.data).await?;
    } else {
        let key = letter.get("key").and_then(Value::as_str).unwrap_or_default();
        publisher.send(&Outgoing { subject, key, headers, value: bytes }).await?;
    }
    println!("sent to {}", connection.config.topic(subject));
    Ok(())
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
