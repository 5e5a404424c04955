//! `meyar sql`: read-only questions to the lake.

use crate::{args::Common, looks};
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use meyar_lake::LakeError;
use meyar_lake::output::{self, Format};
use meyar_work::access::Action;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// The question, e.g. "SELECT line, count(*) FROM calls GROUP BY line"
    #[arg(conflicts_with = "file")]
    query: Option<String>,
    /// A file with the question
    #[arg(short, long)]
    file: Option<PathBuf>,
    #[arg(long, default_value = "table", value_parser = ["table", "csv", "json"])]
    format: String,
    /// As the lake knew it at this moment, e.g. 2026-11-20T18:00:00+04:00: later corrections are left out
    #[arg(long)]
    as_of: Option<DateTime<Utc>>,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let query = match (args.query, args.file) {
        (Some(query), _) => query,
        (None, Some(file)) => {
            std::fs::read_to_string(&file).with_context(|| format!("--file: {} cannot be read", file.display()))?
        }
        (None, None) => bail!("there is no question; write meyar sql \"SELECT …\", or -f file.sql"),
    };
    let format: Format = args.format.parse()?;
    let lake = common.open_lake_as_of(args.as_of)?;
    let statement = match args.as_of {
        Some(then) => format!("{query}\n-- as of {then}"),
        None => query.clone(),
    };
    looks::written(common, Action::Query, "sql", "", statement).await?;
    let batches = lake.sql(&query, Vec::<(&str, meyar_lake::ScalarValue)>::new()).await.map_err(with_remedy)?;
    println!("{}", output::text(&batches, format)?.trim_end());
    Ok(())
}

fn with_remedy(error: LakeError) -> anyhow::Error {
    match error {
        LakeError::Query(problem) => anyhow::anyhow!(
            "query: {problem}; `meyar sql \"SELECT table_name, column_name FROM information_schema.columns\"` lists what can be asked"
        ),
        other => other.into(),
    }
}
