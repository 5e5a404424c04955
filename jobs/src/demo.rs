//! `meyar demo`: the whole thing on real input, on one machine, with nothing computed beforehand.

mod audience;
mod conversation;
mod outcome;

use crate::{
    args::{Common, cache},
    connect::Connection,
    forms, import, model, publish, report, run,
};
use anyhow::{Context as _, Result, bail};
use conversation::Conversation;
use indicatif::{ProgressBar, ProgressStyle};
use meyar_broker::{
    BrokerConfig, Publisher,
    publisher::{Burst, Outgoing},
    topics,
};
use meyar_intake::{Importer, Mapping, Options, Speed, generate};
use meyar_lake::{Lake, output};
use meyar_schemas::{Subject, audio::Party, caller::CallerKey};
use meyar_stages::{Settings, Stage};
use std::{
    collections::HashSet,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The month that the demo's calls are put into.
pub const PERIOD: &str = "2026-01";

#[derive(clap::Args)]
pub struct Args {
    /// Exit when everything is in the lake, instead of serving pages until Ctrl-C
    #[arg(long)]
    once: bool,
    #[arg(long, env = "MEYAR_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The demo's scripts
    #[arg(long, default_value = "jobs/demo")]
    assets: PathBuf,
    /// Call records to replay; where they are not, a month of the same shape is generated
    #[arg(long, env = "MEYAR_DEMO_RECORDS", default_value = "../shared/data/anonymous_bank_1999/january.tsv.gz")]
    records: PathBuf,
    /// Only so many of the recorded calls, for a quick look
    #[arg(long, hide = true)]
    calls: Option<usize>,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    if !args.assets.join("voices.py").is_file() {
        bail!(
            "--assets: `{}` has no voices.py; run from the project's folder, or give the path of its jobs/demo",
            args.assets.display()
        );
    }
    let begun = Instant::now();
    let step = |text: &str| println!("[{:>4.0} s] {text}", begun.elapsed().as_secs_f64());

    step("speech model");
    let models = common.models();
    tokio::task::spawn_blocking(move || model::fetch("base", &models)).await??;
    step("voices: the demo's calls are spoken");
    let spoken = speak(&args.assets).await?;

    step("broker, stages and pages");
    let shutdown = CancellationToken::new();
    run::on_signal(shutdown.clone());
    run::metrics_handle();
    let connection = Connection::open(common).await?;
    let forms = forms::of_folder(common)?;
    let settings = Settings {
        // The truncated call of the demo is waited for only briefly.
        audio_idle: Duration::from_secs(6),
        // Every call's records are sent, behind those of a whole month: a busy machine may take minutes to land them.
        facts_wait: Duration::from_secs(600),
        forms: Some(forms.clone()),
        ..tuning().settings(common)?
    };
    let context = run::context(common, &connection, settings, shutdown.clone())?;
    let mut running = JoinSet::new();
    for stage in Stage::ALL {
        let context = context.clone();
        running.spawn(async move { meyar_stages::run(stage, context).await.with_context(|| format!("stage {stage}")) });
    }
    let (sign_in, health) = (run::SignIn { open: true, ..run::SignIn::default() }, run::health(&connection));
    let site = run::site(common, args.listen, sign_in, forms, health, shutdown.clone()).await?;
    let address = site.address;
    running.spawn(site.run());

    let work = play(common, &args, &connection, &spoken, &step);
    tokio::select! {
        done = work => done?,
        ended = running.join_next() => {
            if let Some(ended) = ended { ended??; }
            if !shutdown.is_cancelled() { bail!("a stage ended before the demo did"); }
        }
        () = shutdown.cancelled() => {}
    }
    if args.once || shutdown.is_cancelled() {
        shutdown.cancel();
    } else {
        println!("\nhttp://{address}   (Ctrl-C ends)");
    }
    run::settle(running, &shutdown).await
}

fn tuning() -> run::Tuning {
    #[derive(clap::Parser)]
    struct Defaults {
        #[command(flatten)]
        tuning: run::Tuning,
    }
    <Defaults as clap::Parser>::parse_from(["meyar"]).tuning
}

/// Input in, everything through every stage, results out.
async fn play(
    common: &Common,
    args: &Args,
    connection: &Connection,
    spoken: &Path,
    step: &impl Fn(&str),
) -> Result<()> {
    let lake = common.open_lake()?;
    let publisher = connection.publisher()?;
    let callers = common.caller_key()?;
    let mut calls = Conversation::load(spoken)?;
    calls.truncate(args.calls.unwrap_or(usize::MAX));
    let written = Conversation::load_written(&args.assets.join("transcripts"))?;

    step("call records");
    records(common, &publisher, args, callers.clone()).await?;

    step("audio of the demo's calls, in chunks; their surveys, appeals and sheets");
    let known = ids(&lake, "SELECT DISTINCT call_id FROM recordings").await?;
    for call in &calls {
        for (subject, key, envelope, value) in call.events(&callers)? {
            publisher.event(subject, &key, &envelope, &value).await?;
        }
        // A second run finds the recording there: the same sound would only give the same row again.
        if !known.contains(&call.call_id) {
            let recording = spoken.join(format!("{}.wav", call.call_id));
            let audio = publish::Audio {
                call_id: &call.call_id,
                parties: vec![Party::Representative, Party::Caller],
                started_at: call.started_at,
                speed: 0.0,
                stop_after: call.stop_after(),
            };
            publish::audio(&publisher, &recording, audio).await?;
        }
    }
    for call in &written {
        for (subject, key, envelope, value) in call.events(&callers)? {
            publisher.event(subject, &key, &envelope, &value).await?;
        }
        if let Some((envelope, value)) = call.transcript()? {
            publisher.event(Subject::CallTranscripts, &call.call_id, &envelope, &value).await?;
        }
    }

    step("speech to text, evaluation, landing");
    settled(&connection.config).await?;

    println!("\n{}", report::summary(&*forms::of_folder(common)?, &lake, &PERIOD.parse()?, None).await?);
    println!("{}", outcome::table(&lake, calls.iter().chain(&written)).await?);
    step("done: the lake is filled");
    Ok(())
}

/// January 1999 moved to the demo's month, or a generated month of the same shape.
async fn records(common: &Common, publisher: &Publisher, args: &Args, callers: CallerKey) -> Result<()> {
    let redate = PERIOD.parse()?;
    let real = args.records.is_file();
    let source = if real { "anonymous-bank-1999" } else { "generated-month" };
    // The broker has acknowledged all of them; a demo that was cut before that sends everything again, which changes nothing (P1).
    let sent = common.data.join("demo-records.sent");
    if std::fs::read_to_string(&sent).is_ok_and(|of| of == source) {
        println!("         already sent");
        return Ok(());
    }
    let mut burst = Burst::new(publisher);
    if real {
        println!("         {} as {PERIOD}", args.records.display());
        let options = Options { redate: Some(redate), ..Options::default() };
        let importer = Importer::new(Mapping::load(source)?, source, callers, options);
        let summary = import::file(publisher, &importer, &args.records, Speed::AsFastAsPossible).await?;
        println!(
            "         {} rows: {} calls, {} events, {} refused, {} ignored",
            summary.rows, summary.calls, summary.events, summary.bad, summary.ignored
        );
        for call in importer.open(&args.records)?.flatten() {
            audience::events(&mut burst, &call).await?;
        }
    } else {
        println!("         {} is not here: a month of the same shape is generated", args.records.display());
        let bar = publish::counter("calls");
        for call in generate::month(generate::Month::default(), source, &callers) {
            for (envelope, event) in &call {
                import::send(&mut burst, envelope, event).await?;
            }
            audience::events(&mut burst, &call).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    for incident in audience::incidents()? {
        send(&mut burst, Subject::SystemIncidents, &incident.incident_id, incident.at, &incident).await?;
    }
    let others = burst.finish().await?;
    println!("         {others} surveys, appeals and other events for them");
    std::fs::write(&sent, source).with_context(|| format!("{} cannot be written", sent.display()))?;
    Ok(())
}

fn no_params() -> Vec<(&'static str, meyar_lake::ScalarValue)> {
    Vec::new()
}

async fn ids(lake: &Lake, query: &str) -> Result<HashSet<String>> {
    let rows = output::rows(&lake.sql(query, no_params()).await?)?;
    Ok(rows.iter().filter_map(|row| Some(row.values().next()?.as_str()?.to_owned())).collect())
}

/// The scripts are spoken into recordings, once; progress goes to the terminal.
async fn speak(assets: &Path) -> Result<PathBuf> {
    let out = cache().join("demo-calls");
    let status = tokio::process::Command::new("python3")
        .arg(assets.join("voices.py"))
        .arg("--out")
        .arg(&out)
        .status()
        .await
        .context("python3 cannot be started; install it (Debian: apt-get install python3 python3-venv)")?;
    if !status.success() {
        bail!("the demo's voices could not be made (see above)");
    }
    Ok(out)
}

/// Waits until every stage has read everything. Upstream first: when a stage is done and those before it were, nothing more can come.
pub async fn settled(config: &BrokerConfig) -> Result<()> {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let mut told = Instant::now();
    loop {
        let config = config.clone();
        let lags = tokio::task::spawn_blocking(move || -> Result<Vec<(Stage, i64)>> {
            let read = |stage: Stage, subjects: &[Subject]| -> Result<(Stage, i64)> {
                Ok((stage, topics::lag(&config, stage.name(), subjects)?))
            };
            Ok(vec![
                read(Stage::Recorder, &[Subject::CallAudio])?,
                read(Stage::Transcriber, &[Subject::CallRecordings])?,
                read(Stage::Evaluator, &[Subject::CallTranscripts])?,
                read(Stage::Lander, &Subject::ALL)?,
            ])
        })
        .await??;
        let text: Vec<String> = lags.iter().map(|(stage, lag)| format!("{stage} {lag}")).collect();
        bar.set_message(format!("waiting for: {}", text.join(" · ")));
        if bar.is_hidden() && told.elapsed() > Duration::from_secs(10) {
            println!("         waiting for: {}", text.join(" · "));
            told = Instant::now();
        }
        if lags.iter().all(|(_, lag)| *lag == 0) {
            bar.finish_and_clear();
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Sends one JSON event.
async fn send<T: serde::Serialize>(
    burst: &mut Burst,
    subject: Subject,
    key: &str,
    at: chrono::DateTime<chrono::Utc>,
    data: &T,
) -> Result<()> {
    let value = serde_json::to_vec(data)?;
    let id = meyar_schemas::envelope::derived_id(&["demo", subject.name(), &String::from_utf8_lossy(&value)]);
    let envelope = meyar_schemas::Envelope::new(subject, "demo", id, at);
    burst.send(&Outgoing::event(subject, key, &envelope, &value)).await?;
    Ok(())
}
