//! What `tests/bench/run` needs in Rust: a filled topic, the landing's rival, and our side of the speech benchmark.

mod desk;
mod fill;
mod land;
mod report;
mod speech;

use anyhow::Result;
use clap::Parser;

/// As in `meyar`, so that the rival has no worse start.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
enum Job {
    /// Makes a store of people's work over calls of a lake
    Desk(desk::Args),
    /// Fills a topic with generated call events
    Fill(fill::Args),
    /// The landing's rival: reads a topic to its end and writes one Parquet file
    Land(land::Args),
    /// Recognises recordings on one thread; tells text, spans and CPU time
    Hear(speech::HearArgs),
    /// Times the figures of a period from within
    Report(report::Args),
    /// Counts word errors of {"reference", "heard"} lines on standard input
    Wer,
}

fn main() -> Result<()> {
    match Job::parse() {
        Job::Desk(args) => desk::run(&args),
        Job::Fill(args) => fill::run(args),
        Job::Land(args) => land::run(&args),
        Job::Hear(args) => speech::hear(&args),
        Job::Report(args) => report::run(&args),
        Job::Wer => speech::wer(),
    }
}
