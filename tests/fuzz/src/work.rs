//! A child process: one target, one input after another. What it is at stands in a file, for the parent to find if it ends here.

use crate::{
    corpus, guard,
    mutate::{self, Material},
    random::Random,
    targets::Target,
};
use anyhow::{Context as _, Result};
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::Write as _,
    os::unix::fs::FileExt as _,
    path::Path,
    time::{Duration, Instant},
};

/// Longer is a finding: a message that takes a second holds everything behind it up.
const SLOW: Duration = Duration::from_secs(1);

/// Inputs that are built upon, beside the examples.
const MOST_NEW: usize = 1_000;

/// A worker thread's stack is what parsers have in the program.
pub const STACK_BYTES: usize = 2 << 20;

/// Inputs of a target in their order. What the earlier ones came to decides what the later ones are made of.
pub struct Inputs<'a> {
    target: &'a Target,
    words: Vec<&'a str>,
    pool: Vec<Vec<u8>>,
    ways: HashSet<u64>,
    seed: u64,
}

impl<'a> Inputs<'a> {
    pub fn new(target: &'a Target, seed: u64) -> Self {
        let words = target.words.iter().map(String::as_str).collect();
        Self { target, words, pool: target.examples.clone(), ways: HashSet::new(), seed }
    }

    /// The examples as they are come first.
    pub fn make(&self, number: u64) -> Vec<u8> {
        if let Some(example) = self.target.examples.get(number as usize) {
            return example.clone();
        }
        let material = Material { pool: &self.pool, words: &self.words, form: self.target.form };
        mutate::input(&mut Random::of(self.seed, &self.target.name, number), &material)
    }

    pub fn learn(&mut self, way: u64, bytes: Vec<u8>) {
        if self.ways.len() < MOST_NEW && bytes.len() < 16_000 && self.ways.insert(way) {
            self.pool.push(bytes);
        }
    }
}

/// Number and input as they stand in the parent's file.
pub fn written(file: &Path) -> Option<(u64, Vec<u8>)> {
    let bytes = std::fs::read(file).ok()?;
    let (head, rest) = bytes.split_first_chunk::<16>()?;
    let number = |at: usize| head[at..at + 8].try_into().map(u64::from_le_bytes).unwrap_or(0);
    Some((number(0), rest.get(..number(8) as usize)?.to_vec()))
}

pub fn run(target: &Target, seed: u64, from: u64, to: u64, file: &Path) -> Result<()> {
    guard::silence();
    let file = File::create(file).with_context(|| format!("{} cannot be made", file.display()))?;
    let mut inputs = Inputs::new(target, seed);
    let mut found: HashMap<String, u64> = HashMap::new();
    let mut record = Vec::new();
    for number in from..to {
        let bytes = inputs.make(number);
        record.clear();
        record.extend_from_slice(&number.to_le_bytes());
        record.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        record.extend_from_slice(&bytes);
        file.write_all_at(&record, 0)?;
        let begun = Instant::now();
        match guard::run(target, &bytes) {
            Err(told) => finding(target, &bytes, &told, &mut found)?,
            Ok(_) if begun.elapsed() > SLOW && number > 0 && slow(target, &bytes) => {
                finding(target, &bytes, "slow: takes more than a second", &mut found)?;
            }
            Ok(way) => inputs.learn(way, bytes),
        }
    }
    Ok(())
}

/// Three times in a row: what else a machine does makes anything slow once.
fn slow(target: &Target, bytes: &[u8]) -> bool {
    (0..3).all(|_| {
        let watch = Watch::start();
        let _ = guard::run(target, bytes);
        watch.spent() > SLOW
    })
}

/// What a thread has of a processor: on a busy machine the clock says nothing.
pub struct Watch {
    begun: Instant,
    worked: Option<Duration>,
}

impl Watch {
    pub fn start() -> Self {
        Self { begun: Instant::now(), worked: Self::worked() }
    }

    /// Where the system does not tell it, by the clock.
    pub fn spent(&self) -> Duration {
        let worked = Self::worked().zip(self.worked).map(|(now, then)| now.saturating_sub(then));
        worked.unwrap_or_else(|| self.begun.elapsed())
    }

    fn worked() -> Option<Duration> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// One input for each place; the rest are only counted.
fn finding(target: &Target, bytes: &[u8], told: &str, found: &mut HashMap<String, u64>) -> Result<()> {
    let times = found.entry(guard::place(told).to_owned()).or_default();
    *times += 1;
    if *times > 1 {
        return Ok(());
    }
    let short = if told.starts_with("slow") { bytes.to_vec() } else { guard::shortened(target, bytes, told) };
    let path = corpus::keep(&target.name, &short)?;
    // A line for the parent.
    println!("{}\t{}", path.display(), told.replace(['\n', '\t'], " "));
    std::io::stdout().flush()?;
    Ok(())
}
