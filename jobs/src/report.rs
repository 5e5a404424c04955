//! `meyar report`: the first tables of a period, and documents: drawn, kept, checked, approved, shown again.

mod summary;

pub use summary::summary;

use crate::{
    args::Common,
    looks::{self, asked},
};
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use meyar_dashboards::reports::{
    self, Wanted,
    editions::{Edition, Store},
};
use meyar_documents::{Lang, Output, State};
use meyar_lake::{Lake, Period, output};
use meyar_work::access::Action;
use serde_json::Map;
use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    report: Report,
    /// Where documents are kept [default: <data>/documents]
    #[arg(long, global = true, env = "MEYAR_DOCUMENTS")]
    documents: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum Report {
    /// The first tables: calls, waits, service level, evaluation, satisfaction
    Summary(summary::Args),
    /// Every figure of a period, or those that are named, as JSON; what is told of the stream as it is now only when named
    Figures {
        /// 2026, 2026-01, 2026-W03, 2026-01-14, or from..to
        #[arg(long)]
        period: Period,
        /// Only this line: 195-1-1, or its structure: DVX
        #[arg(long, visible_alias = "structure")]
        line: Option<String>,
        /// As the lake knew it at this moment, e.g. 2026-11-20T18:00:00+04:00: later corrections are left out
        #[arg(long)]
        as_of: Option<DateTime<Utc>>,
        names: Vec<String>,
    },
    /// Annual report (Hesabat)
    Annual {
        /// 2024
        #[arg(long)]
        year: String,
        #[command(flatten)]
        draw: Draw,
    },
    /// Daily information (gündəlik fəaliyyət haqqında məlumat)
    Daily {
        /// 2024-03-14
        #[arg(long)]
        day: String,
        #[command(flatten)]
        draw: Draw,
    },
    /// Periodic memo (arayış)
    Memo {
        /// 2026, 2026-01, 2026-W03, 2026-01-14, or from..to
        #[arg(long)]
        period: Period,
        /// Whom it is about
        #[arg(long, default_value = "centre", value_parser = ["centre", "sector", "representative"])]
        about: String,
        /// With --about representative: the code
        #[arg(long)]
        representative: Option<String>,
        #[command(flatten)]
        draw: Draw,
    },
    /// The documents that are kept, with their editions and states
    List,
    /// Marks the newest edition of a document as checked
    Check(Advance),
    /// Approves the newest edition of a document, and freezes it
    Approve(Advance),
    /// Draws a document that is kept
    Show {
        id: String,
        /// [default: the newest]
        #[arg(long)]
        edition: Option<u32>,
        #[command(flatten)]
        form: Form,
    },
    /// Asks every figure of a kept document again, by its own SQL and at its own version of the lake
    Verify {
        id: String,
        #[arg(long)]
        edition: Option<u32>,
    },
}

#[derive(clap::Args)]
struct Advance {
    id: String,
    /// Who does it
    #[arg(long)]
    by: String,
}

#[derive(clap::Args)]
struct Draw {
    /// Only this line: 195-1-1, or its structure: DVX
    #[arg(long, visible_alias = "structure")]
    line: Option<String>,
    #[command(flatten)]
    form: Form,
    /// Keep it as a draft, so that it can be checked and approved
    #[arg(long)]
    save: bool,
    /// With --save: who made it
    #[arg(long, requires = "save", default_value = "")]
    by: String,
    /// When it was made, as it is printed [default: now]
    #[arg(long)]
    made_at: Option<DateTime<Utc>>,
}

#[derive(clap::Args)]
struct Form {
    #[arg(long, default_value = "pdf", value_parser = form)]
    format: Output,
    #[arg(long, default_value = "az", value_parser = lang)]
    lang: Lang,
    /// The file to write; `-` is standard output [default: standard output, or a file named after the document on a terminal]
    #[arg(long)]
    out: Option<PathBuf>,
}

fn form(text: &str) -> Result<Output, String> {
    Output::ALL
        .into_iter()
        .find(|form| form.extension() == text)
        .ok_or_else(|| format!("`{text}` is not a format; use pdf, xlsx, html or json"))
}

pub fn lang(text: &str) -> Result<Lang, String> {
    Lang::ALL.into_iter().find(|l| l.code() == text).ok_or_else(|| format!("`{text}` is not a language; use az or en"))
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let store = Store::new(args.documents.unwrap_or_else(|| common.data.join("documents")));
    match args.report {
        Report::Summary(args) => summary::run(common, args).await,
        Report::Figures { period, line, as_of, names } => {
            looks::written(common, Action::Read, "figure", &named(&names), asked(&period, line.as_deref())).await?;
            figures(&common.open_lake_as_of(as_of)?, &period, line.as_deref(), names).await
        }
        Report::Annual { year, draw } => {
            if year.len() != 4 || year.parse::<u16>().is_err() {
                bail!("--year: `{year}` is not a year; write it as 2024");
            }
            drawn(common, &store, "annual", year.parse()?, None, draw).await
        }
        Report::Daily { day, draw } => {
            let period: Period = day.parse()?;
            if period.first != period.last {
                bail!("--day: `{day}` is not a day; write it as 2024-03-14");
            }
            drawn(common, &store, "daily", period, None, draw).await
        }
        Report::Memo { period, about, representative, draw } => {
            drawn(common, &store, &format!("memo-{about}"), period, representative, draw).await
        }
        Report::List => list(&store),
        Report::Check(advance) => moved(&store, &advance, State::Checked),
        Report::Approve(advance) => moved(&store, &advance, State::Approved),
        Report::Show { id, edition, form } => {
            let kept = store.get(&id, edition)?;
            looks::written(
                common,
                Action::Export,
                "figure",
                &kept.document.id,
                format!("edition={}", kept.document.edition),
            )
            .await?;
            written(&kept.document.id, &kept.render(form.lang, form.format)?, &form)
        }
        Report::Verify { id, edition } => verified(common, store.get(&id, edition)?).await,
    }
}

async fn figures(lake: &Lake, period: &Period, line: Option<&str>, names: Vec<String>) -> Result<()> {
    let names = if names.is_empty() {
        lake.figures().filter(|f| !f.tells_ages()).map(|f| f.name.clone()).collect()
    } else {
        names
    };
    lake.prepare(period, names.iter().map(String::as_str)).await?;
    tell_if_empty(lake, period).await;
    // To plan a figure takes one core, to answer it takes all: two at a time keep them busy.
    let asked = futures::stream::iter(names).map(|name| {
        let (lake, period, line) = (lake.clone(), period.clone(), line.map(str::to_owned));
        tokio::spawn(async move {
            let rows = output::rows(&lake.figure(&name, &period, line.as_deref()).await?)?;
            anyhow::Ok((name, serde_json::to_value(rows)?))
        })
    });
    let told: Map<_, _> = asked.buffered(2).map(|answer| answer?).try_collect().await?;
    println!("{}", serde_json::to_string_pretty(&told)?);
    Ok(())
}

fn named(names: &[String]) -> String {
    if names.is_empty() { "every figure".to_owned() } else { names.join(", ") }
}

/// Figures of nothing are zeros, which a program may want; a person is told.
async fn tell_if_empty(lake: &Lake, period: &Period) {
    if let Err(empty) = reports::has_calls(lake, period).await {
        eprintln!("note: {empty}");
    }
}

async fn drawn(
    common: &Common,
    store: &Store,
    template: &str,
    period: Period,
    representative: Option<String>,
    draw: Draw,
) -> Result<()> {
    let lake = common.open_lake()?;
    let made_at = draw.made_at.unwrap_or_else(Utc::now);
    let whose = representative.as_ref().map_or_else(String::new, |code| format!("&representative={code}"));
    let detail = format!("{}{whose}", asked(&period, draw.line.as_deref()));
    looks::written(common, Action::Export, "figure", template, detail).await?;
    let wanted = Wanted { template: template.into(), period, line: draw.line.clone(), representative, made_at };
    let versions = lake.versions().await?;
    let draft = reports::draft(&lake, &wanted).await?;
    if !draw.save {
        let bytes = meyar_documents::render(&draft.document, draw.form.lang, draw.form.format)?;
        return written(&draft.document.id, &bytes, &draw.form);
    }
    if lake.versions().await? != versions {
        bail!("the lake moved on while the figures were asked; try again, or stop the landing for a moment");
    }
    let kept = store.save(draft, versions, &draw.by)?;
    written(&kept.document.id, &kept.render(draw.form.lang, draw.form.format)?, &draw.form)?;
    eprintln!("{}, edition {} is kept as a draft", kept.document.id, kept.document.edition);
    Ok(())
}

fn written(id: &str, bytes: &[u8], form: &Form) -> Result<()> {
    let binary = matches!(form.format, Output::Pdf | Output::Excel);
    let to_terminal = std::io::stdout().is_terminal();
    let file = match &form.out {
        Some(path) if path.as_os_str() == "-" => None,
        Some(path) => Some(path.clone()),
        None if binary && to_terminal => {
            Some(PathBuf::from(format!("{id}.{}.{}", form.lang.code(), form.format.extension())))
        }
        None => None,
    };
    match file {
        Some(path) => {
            std::fs::write(&path, bytes).with_context(|| {
                format!("--out: {} cannot be written; name a file in a folder that is there", path.display())
            })?;
            eprintln!("{} written, {} bytes", path.display(), bytes.len());
        }
        None => std::io::stdout().write_all(bytes).context("standard output cannot be written")?,
    }
    Ok(())
}

fn list(store: &Store) -> Result<()> {
    let told = |s: &meyar_documents::Step| {
        let state = format!("{:?}", s.state).to_lowercase();
        format!("{state} {} {}", s.at.format("%Y-%m-%d %H:%M"), s.by).trim_end().to_owned()
    };
    for id in store.ids()? {
        for edition in store.editions(&id)? {
            let kept = store.get(&id, Some(edition))?;
            let steps = kept.document.steps.iter();
            let steps: Vec<String> = steps.map(told).collect();
            println!("{id}\tedition {edition}\t{}", steps.join(" · "));
        }
    }
    Ok(())
}

fn moved(store: &Store, advance: &Advance, to: State) -> Result<()> {
    let kept = store.advance(&advance.id, to, &advance.by, Utc::now())?;
    println!("{}, edition {}: {to:?} by {}", kept.document.id, kept.document.edition, advance.by);
    Ok(())
}

async fn verified(common: &Common, kept: Edition) -> Result<()> {
    let options = common.lake_options();
    let verified = kept.verify(common.lake_root()?, options).await?;
    let name = format!("{}, edition {}", kept.document.id, kept.document.edition);
    if !verified.differing.is_empty() {
        bail!("{name}: these figures answer otherwise than they did: {}", verified.differing.join(", "));
    }
    let asked = kept.asked.len() - verified.deleted.len();
    println!("{name}: {asked} figures answer as they did, at the lake's versions of then");
    if !verified.deleted.is_empty() {
        let named = verified.deleted.join(", ");
        println!(
            "{name}: these cannot be asked again, rows of theirs have been deleted since (see the table deletions); what the document tells stands: {named}"
        );
    }
    Ok(())
}
