//! `meyar rebuild`: makes results anew that newer rules, records or a newer model would make otherwise, beside the running stream.

use crate::{args::Common, connect::Connection, forms, run};
use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Asia::Baku;
use indicatif::{ProgressBar, ProgressStyle};
use meyar_schemas::Subject;
use meyar_stages::{
    Context, Settings,
    rebuild::{Evaluations, Remake, Scope, Tally, Transcripts, rebuild},
};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

const TELL_EVERY: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub struct Args {
    /// evaluations, or transcripts
    table: String,
    /// Of what was recorded (a text without a recording: written) since then: 2026-01-14, a day in Baku, or a time like 2026-01-14T09:30:00+04:00
    #[arg(long, value_parser = moment)]
    since: Option<DateTime<Utc>>,
    /// And before then
    #[arg(long, value_parser = moment)]
    until: Option<DateTime<Utc>>,
    /// Only this call; may be given again
    #[arg(long)]
    call: Vec<String>,
    /// Tell what would be made anew, and make nothing
    #[arg(long)]
    dry_run: bool,
    /// Transcripts: speech model [default: the best in the model folder]
    #[arg(long, env = "MEYAR_MODEL")]
    model: Option<PathBuf>,
    /// Transcripts: threads for speech [default: all cores]
    #[arg(long, env = "MEYAR_SPEECH_THREADS")]
    speech_threads: Option<usize>,
    /// Transcripts: language spoken; detected for each call when not given
    #[arg(long, env = "MEYAR_LANGUAGE")]
    language: Option<String>,
    /// Transcripts: hear also what this model has heard before, e.g. with another --language; what comes out the same is left alone
    #[arg(long)]
    again: bool,
    /// How long to wait for the lander at the end while nothing lands
    #[arg(long, default_value_t = 60_000)]
    landing_wait_ms: u64,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let subject = made(&args.table)?;
    let scope = Scope {
        since: args.since,
        until: args.until,
        calls: args.call,
        dry_run: args.dry_run,
        patience: Duration::from_millis(args.landing_wait_ms),
    };
    scope.check()?;
    let models = crate::model::installed(&common.models());
    let settings = Settings {
        model: args.model.or(models.0),
        vad_model: models.1,
        speech_threads: args.speech_threads,
        language: args.language,
        forms: if subject == Subject::CallEvaluations { Some(forms::all(common).await?) } else { None },
        ..Settings::default()
    };
    let connection = Connection::open(common).await?;
    let shutdown = CancellationToken::new();
    run::on_signal(shutdown.clone());
    let context =
        Context { settings: Arc::new(settings), ..run::context(common, &connection, Settings::default(), shutdown)? };
    let tally = match subject {
        Subject::CallTranscripts => {
            with_progress(&context, &Transcripts::open(&context, args.again).await?, &scope).await?
        }
        _ => with_progress(&context, &Evaluations::open(&context)?, &scope).await?,
    };
    print(&tally, args.dry_run);
    Ok(())
}

/// What is made of other tables of the lake. The rest comes from outside.
fn made(table: &str) -> Result<Subject> {
    let known = || Subject::ALL.map(Subject::table).join(", ");
    let subject = Subject::ALL.into_iter().find(|subject| subject.table() == table);
    match subject {
        Some(subject @ (Subject::CallTranscripts | Subject::CallEvaluations)) => Ok(subject),
        Some(_) => bail!(
            "table: {table} is not made of other tables; to fill it from Kafka again, stop the lander, move the folder {table} out of the \
             lake and start the lander: it reads the topic from its first message"
        ),
        None => bail!(
            "table: `{table}` is not a table of the lake; of {} only transcripts and evaluations are made anew",
            known()
        ),
    }
}

async fn with_progress<R: Remake>(context: &Context, remake: &R, scope: &Scope) -> Result<Tally> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}, {msg}, {eta} to go") {
        bar.set_style(style);
    }
    let mut told = Instant::now();
    let tally = rebuild(context, remake, scope, |tally| {
        bar.set_length(tally.found as u64);
        bar.set_position(tally.looked_at as u64);
        bar.set_message(format!("{} remade", tally.remade));
        // Nobody looks at a bar in a log.
        if bar.is_hidden() && told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            tracing::info!(looked_at = tally.looked_at, of = tally.found, remade = tally.remade, "rebuilding");
        }
    })
    .await;
    bar.finish_and_clear();
    tally
}

fn print(tally: &Tally, dry_run: bool) {
    let not_possible: usize = tally.not_possible.values().map(|(count, _)| count).sum();
    let remade = if dry_run { "would be remade" } else { "remade" };
    println!(
        "{} looked at: {} {remade}, {} unchanged, {not_possible} not possible",
        tally.looked_at, tally.remade, tally.unchanged
    );
    for (why, (count, example)) in &tally.not_possible {
        println!("  {count} not possible, e.g. {example}: {why}");
    }
    if tally.stopped {
        println!("stopped before its end, {} were not looked at; run it again to go on", tally.found - tally.looked_at);
    }
}

/// A day in Baku, or a time.
fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        let midnight = Baku.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
        return midnight
            .map(|at| at.with_timezone(&Utc))
            .ok_or_else(|| format!("{text} has no midnight in Baku; give a time"));
    }
    let time = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    time.map_err(|_| "write it as 2026-01-14, or as 2026-01-14T09:30:00+04:00".into())
}
