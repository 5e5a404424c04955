//! `meyar`: one program, one file a job.

mod accounts;
mod args;
mod connect;
mod deadletters;
mod demo;
mod dictionary;
mod explain;
mod forms;
mod health;
mod import;
mod looks;
mod maintain;
mod model;
mod oidc;
mod outbox;
mod publish;
mod rebuild;
mod reconcile;
mod report;
mod retain;
mod run;
mod serve;
mod simulate;
mod sql;
mod sqlport;
mod topics;
mod watch;
mod work;

use clap::Parser;
use std::process::ExitCode;

/// Every message is many small allocations that one thread makes and another frees: glibc's allocator took a fifth of the landing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(
    name = "meyar",
    version,
    about = "Quality assurance for a call centre: calls and audio in through Kafka, verdicts with evidence and reports out"
)]
struct Meyar {
    #[command(flatten)]
    common: args::Common,
    #[command(subcommand)]
    job: Job,
}

#[derive(clap::Subcommand)]
enum Job {
    /// Shows the whole thing on real input: from calls to a report and a web page
    Demo(demo::Args),
    /// Runs the stages (all, or one of them) and, with --listen, the web pages
    Run(run::Args),
    /// Serves the web pages over a lake
    Serve(serve::Args),
    /// Sends events (JSON Lines) or a call's audio to their topic, judged line by line
    Publish(publish::Args),
    /// Reads an exchange's export through a mapping file and sends its calls
    Import(import::Args),
    /// Makes a year of events that counts to published numbers
    Simulate(simulate::Args),
    /// Asks the lake
    Sql(sql::Args),
    /// Adds, lists and removes accounts of the SQL port
    Accounts(accounts::Args),
    /// People: who may come in to the pages, and the log of who looked at what
    Work(work::Args),
    /// Prints reports: the first tables, the annual report, the daily information, memos; keeps and freezes them
    Report(report::Args),
    /// Holds what was read against what is in the lake, and tells the laws that are broken; it ends with 3 when one is
    Reconcile(reconcile::Args),
    /// Tells what a figure means, and shows the rows behind a cell of it
    Explain(explain::Args),
    /// Writes the data dictionary: tables, views, figures, reference tables and their columns
    Dictionary(dictionary::Args),
    /// Fetches, converts and lists speech models
    Model(model::Args),
    /// Lists, shows and replays what could not be accepted
    Deadletters(deadletters::Args),
    /// Makes transcripts or evaluations anew, beside the running stream
    Rebuild(rebuild::Args),
    /// Joins small files of the lake and deletes what nothing needs any more
    Maintain(maintain::Args),
    /// Deletes what the retention rules no longer keep, and records that it did
    Retain(retain::Args),
    /// Makes the topics on a broker
    Topics(topics::Args),
    /// Asks a running Meyar whether it is well; for health checks
    Health(health::Args),
}

/// The whole program.
pub fn main() -> ExitCode {
    let Meyar { common, job } = Meyar::parse();
    if common.parse_only {
        println!("ok");
        return ExitCode::SUCCESS;
    }
    args::log(&common);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("meyar: the threads cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match job {
            Job::Demo(args) => demo::run(&common, args).await,
            Job::Run(args) => run::run(&common, args).await,
            Job::Serve(args) => serve::run(&common, args).await,
            Job::Publish(args) => publish::run(&common, args).await,
            Job::Import(args) => import::run(&common, args).await,
            Job::Simulate(args) => simulate::run(&common, args).await,
            Job::Sql(args) => sql::run(&common, args).await,
            Job::Accounts(args) => accounts::run(&common, args),
            Job::Work(args) => work::run(&common, args).await,
            Job::Report(args) => report::run(&common, args).await,
            Job::Reconcile(args) => reconcile::run(&common, args).await,
            Job::Explain(args) => explain::run(&common, args).await,
            Job::Dictionary(args) => dictionary::run(&common, args).await,
            Job::Model(args) => model::run(&common, args).await,
            Job::Deadletters(args) => deadletters::run(&common, args).await,
            Job::Rebuild(args) => rebuild::run(&common, args).await,
            Job::Maintain(args) => maintain::run(&common, args).await,
            Job::Retain(args) => retain::run(&common, args).await,
            Job::Topics(args) => topics::run(&common, args).await,
            Job::Health(args) => health::run(&args).await,
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("meyar: {}", one_line(&error));
            if error.is::<reconcile::Broken>() {
                ExitCode::from(reconcile::Broken::CODE)
            } else if error.is::<work::Broken>() {
                ExitCode::from(work::Broken::CODE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// The error and its causes on one line, without a cause that the line above it has already told.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain() {
        let text = cause.to_string().replace('\n', " ");
        if !line.contains(&text) {
            line = if line.is_empty() { text } else { format!("{line}: {text}") };
        }
    }
    line
}
