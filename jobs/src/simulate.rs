//! `meyar simulate`: a year of every subject's events that comes to published numbers, to Kafka, to files, or straight into a lake.

use crate::{
    args::{Common, readable},
    connect::Connection,
};
use anyhow::{Context as _, Result, bail};
use chrono::SecondsFormat;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use meyar_broker::publisher::{Burst, Outgoing};
use meyar_intake::year::{Days, Dirty, Fact, Marginals, Plan, Told, Year};
use meyar_lake::{Bulk, Place, Row};
use meyar_schemas::{Subject, reference::Reference};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Tells a year of calls, appeals, sheets, surveys, shifts and incidents that counts to that year's published numbers
    Year(YearArgs),
}

#[derive(clap::Args)]
struct YearArgs {
    /// The year, e.g. 2024
    year: i32,
    /// Another seed tells other events with the same sums
    #[arg(long, default_value_t = 195)]
    seed: u64,
    /// How many times the published counts: 0.01 is a sample, 10 a load; above 0, at most 10000
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Published numbers of another year, in the shape of schemas/marginals/2024.json
    #[arg(long)]
    marginals: Option<PathBuf>,
    /// With repeats, late and disordered events, and corrections, as real sources tell
    #[arg(long)]
    dirty: bool,
    /// Writes JSON Lines for `meyar publish SUBJECT --file` into this folder, a file a subject, instead of sending them
    #[arg(long)]
    out: Option<PathBuf>,
    /// Writes straight into a lake that is empty yet, past the broker and the lander: for lakes of many million calls. Each event once, so
    /// without --dirty, and to no files, so without --out
    #[arg(long)]
    straight: bool,
}

pub async fn run(common: &Common, args: Args) -> Result<()> {
    let What::Year(args) = args.what;
    possible(&args)?;
    let stream = stream(&args, common.reference.as_deref())?;
    let counted = match &args.out {
        Some(folder) => write(stream, folder)?,
        None if args.straight => lay(stream, Bulk::new(&common.lake_root()?)).await?,
        None => {
            let connection = Connection::open(common).await?;
            send(stream, Burst::new(&connection.publisher()?)).await?
        }
    };
    for (subject, events) in &counted.by_subject {
        println!("{:>24} {events}", subject.name());
    }
    let seconds = counted.begun.elapsed().as_secs_f64();
    let total: u64 = counted.by_subject.values().sum();
    println!("{:>24} {total} in {seconds:.1} s ({:.0} events/s)", "events", total as f64 / seconds.max(0.001));
    Ok(())
}

/// Two ways at once are refused before a year is made, with the reason.
fn possible(args: &YearArgs) -> Result<()> {
    if args.straight && args.dirty {
        bail!(
            "--straight: lays each event once, past the broker, so it cannot be --dirty; leave --straight out to have dirty events"
        );
    }
    if args.straight && args.out.is_some() {
        bail!("--straight: writes into the lake, --out into files; give one of the two");
    }
    Ok(())
}

enum Stream {
    Clean(Box<Year>),
    Dirty(Box<Dirty<Year>>),
}

impl Stream {
    fn next(&mut self) -> Option<Told> {
        match self {
            Stream::Clean(year) => year.next(),
            Stream::Dirty(dirty) => dirty.next(),
        }
    }

    fn progress(&self) -> (usize, usize) {
        match self {
            Stream::Clean(year) => year.progress(),
            Stream::Dirty(dirty) => dirty.clean().progress(),
        }
    }
}

fn stream(args: &YearArgs, reference: Option<&Path>) -> Result<Stream> {
    let marginals = match &args.marginals {
        None => Marginals::of(args.year)?,
        Some(file) => {
            readable("--marginals", file)?;
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("--marginals: {} cannot be read; give a UTF-8 text file", file.display()))?;
            Marginals::parse(&text, args.year)?
        }
    };
    let days = Days::of(args.year, &Reference::load(reference)?)?;
    let plan = Plan::new(&marginals, &days, args.scale)?;
    let year = Year::new(plan, days, args.seed)?;
    Ok(if args.dirty { Stream::Dirty(Box::new(Dirty::new(year, args.seed))) } else { Stream::Clean(Box::new(year)) })
}

/// Events by subject, and how far the year is.
struct Counted {
    by_subject: BTreeMap<Subject, u64>,
    begun: Instant,
    events: u64,
    bar: ProgressBar,
}

impl Counted {
    fn new(stream: &Stream) -> Self {
        let bar = ProgressBar::new(stream.progress().1 as u64);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} days {msg}") {
            bar.set_style(style);
        }
        Self { by_subject: BTreeMap::new(), begun: Instant::now(), events: 0, bar }
    }

    fn one(&mut self, subject: Subject, stream: &Stream) {
        *self.by_subject.entry(subject).or_default() += 1;
        self.events += 1;
        if self.events.is_multiple_of(20_000) {
            let rate = self.events as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
            self.bar.set_position(stream.progress().0 as u64);
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            self.bar.set_message(format!("{} events, {}/s", HumanCount(self.events), HumanCount(rate as u64)));
        }
    }
}

async fn send(mut stream: Stream, mut burst: Burst) -> Result<Counted> {
    let mut counted = Counted::new(&stream);
    let mut value = Vec::new();
    while let Some(told) = stream.next() {
        let subject = told.fact.subject();
        value.clear();
        serde_json::to_writer(&mut value, &told.fact).context("an event cannot be written")?;
        burst.send(&Outgoing::event(subject, told.fact.key(), &told.envelope, &value)).await?;
        counted.one(subject, &stream);
    }
    burst.finish().await?;
    counted.bar.finish_and_clear();
    Ok(counted)
}

/// Rows that are handed over at once.
const SHARE: usize = 20_000;

/// One thread makes events, another lays them out and writes them.
async fn lay(mut stream: Stream, mut bulk: Bulk) -> Result<Counted> {
    let (send, mut receive) = tokio::sync::mpsc::channel::<(Subject, Vec<Row>)>(4);
    let maker = tokio::task::spawn_blocking(move || -> Result<Counted> {
        let mut counted = Counted::new(&stream);
        let topic: Arc<str> = "simulate".into();
        let mut waiting: BTreeMap<Subject, Vec<Row>> = BTreeMap::new();
        while let Some(told) = stream.next() {
            let subject = told.fact.subject();
            let data = serde_json::to_value(&told.fact).context("an event cannot be written")?;
            let place = Place { topic: topic.clone(), partition: -1, offset: counted.events.cast_signed() };
            let rows = waiting.entry(subject).or_default();
            rows.push(Row { envelope: told.envelope, data, payload: None, place });
            if rows.len() == SHARE && send.blocking_send((subject, std::mem::take(rows))).is_err() {
                break;
            }
            counted.one(subject, &stream);
        }
        for (subject, rows) in waiting {
            // Nobody receives any more: what stopped the writing is told there.
            let _ = send.blocking_send((subject, rows));
        }
        Ok(counted)
    });
    while let Some((subject, rows)) = receive.recv().await {
        bulk.take(subject, &rows).await?;
    }
    bulk.finish().await?;
    let counted = maker.await??;
    counted.bar.finish_and_clear();
    Ok(counted)
}

fn write(mut stream: Stream, folder: &Path) -> Result<Counted> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("--out: `{}` cannot be made; give a folder that can be written", folder.display()))?;
    let mut counted = Counted::new(&stream);
    let mut files: BTreeMap<Subject, BufWriter<File>> = BTreeMap::new();
    while let Some(told) = stream.next() {
        let subject = told.fact.subject();
        let path = folder.join(format!("{}.jsonl", subject.name()));
        let told_why = || format!("--out: {} cannot be written; is there room, and a right to write?", path.display());
        let file = match files.entry(subject) {
            std::collections::btree_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(BufWriter::with_capacity(1 << 20, File::create(&path).with_context(told_why)?))
            }
        };
        line(file, &told).with_context(told_why)?;
        counted.one(subject, &stream);
    }
    for (subject, mut file) in files {
        file.flush().with_context(|| format!("--out: {}.jsonl cannot be written to its end", subject.name()))?;
    }
    counted.bar.finish_and_clear();
    Ok(counted)
}

/// A CloudEvent in structured mode, as `meyar publish` reads it.
#[derive(Serialize)]
struct Structured<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    time: String,
    dataschema: &'a str,
    revision: u32,
    data: &'a Fact,
}

fn line(out: &mut impl Write, told: &Told) -> std::io::Result<()> {
    let envelope = &told.envelope;
    let structured = Structured {
        specversion: "1.0",
        id: &envelope.id,
        source: &envelope.source,
        event_type: &envelope.event_type,
        time: envelope.time.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        dataschema: &envelope.dataschema,
        revision: envelope.revision,
        data: &told.fact,
    };
    serde_json::to_writer(&mut *out, &structured)?;
    out.write_all(b"\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use meyar_stages::publish;

    fn args(scale: f64, dirty: bool) -> YearArgs {
        YearArgs { year: 2024, seed: 1, scale, marginals: None, dirty, out: None, straight: false }
    }

    #[test]
    fn a_written_line_is_read_back_as_the_very_event_that_would_be_sent() {
        let mut stream = stream(&args(0.002, true), None).unwrap();
        let mut subjects = std::collections::HashSet::new();
        while let Some(told) = stream.next() {
            let mut written = Vec::new();
            line(&mut written, &told).unwrap();
            let subject = told.fact.subject();
            subjects.insert(subject);
            let judged = publish::judge(subject, "file", std::str::from_utf8(&written).unwrap()).unwrap();
            assert_eq!(judged.envelope, told.envelope);
            assert_eq!(judged.key, told.fact.key());
            assert_eq!(judged.data, serde_json::to_vec(&told.fact).unwrap());
        }
        assert_eq!(subjects.len(), 6);
    }

    #[test]
    fn straight_with_dirty_or_out_is_refused_with_the_reason_and_what_to_do() {
        let straight = YearArgs { straight: true, ..args(1.0, false) };
        assert!(possible(&straight).is_ok());
        let told = possible(&YearArgs { dirty: true, ..straight }).unwrap_err().to_string();
        assert!(told.contains("each event once") && told.contains("leave --straight out"), "{told}");
        let told = possible(&YearArgs { out: Some("x".into()), straight: true, ..args(1.0, false) }).unwrap_err();
        assert!(told.to_string().contains("give one of the two"), "{told}");
    }

    #[test]
    fn a_scale_that_no_year_has_is_refused_with_the_limit() {
        for scale in [1e9, 0.0, -1.0, f64::NAN] {
            let told = stream(&args(scale, false), None).err().unwrap().to_string();
            assert!(told.contains("above 0 and not above 10000"), "{told}");
        }
    }

    #[test]
    fn a_year_without_published_numbers_is_refused_with_the_years_that_are_known() {
        let told = stream(&YearArgs { year: 1999, ..args(1.0, false) }, None).err().unwrap().to_string();
        assert!(told.contains("1999") && told.contains("2024") && told.contains("--marginals"), "{told}");
    }
}
