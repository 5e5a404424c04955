//! The parsers of outside bytes, each under a name: examples to begin with, words that mean something to it, and how it is called.

mod audio;
mod events;
mod files;
mod intake;
mod models;
mod sql;

use crate::mutate::Form;
use std::{
    fmt::{Debug, Display},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// Tells what came of the bytes: inputs that are answered in a new way are built upon.
type Run = Box<dyn Fn(&[u8]) -> u64 + Send + Sync>;

pub struct Target {
    pub name: String,
    pub form: Form,
    pub examples: Vec<Vec<u8>>,
    pub words: Vec<String>,
    pub run: Run,
    /// Inputs of the quick run in the ordinary tests.
    pub quick: u64,
}

impl Target {
    fn new(name: &str, form: Form, examples: Vec<Vec<u8>>, run: impl Fn(&[u8]) -> u64 + Send + Sync + 'static) -> Self {
        Self { name: name.to_owned(), form, examples, words: Vec::new(), run: Box::new(run), quick: 2_000 }
    }

    fn words<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.words = words.into_iter().map(str::to_owned).collect();
        self
    }

    /// For what takes long: the quick run must stay quick.
    fn quick(mut self, inputs: u64) -> Self {
        self.quick = inputs;
        self
    }
}

pub fn all() -> Vec<Target> {
    let mut all = Vec::new();
    for of in [events::targets, audio::targets, models::targets, intake::targets, files::targets, sql::targets] {
        all.extend(of());
    }
    all
}

/// The way in which something was answered: an error's words without what it quotes and counts.
fn answer<T, E: Display>(result: &Result<T, E>) -> u64 {
    match result {
        Ok(_) => 1,
        Err(error) => way(&error.to_string()),
    }
}

fn way(told: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut quoted = false;
    for letter in told.chars().take(160) {
        quoted ^= matches!(letter, '`' | '"');
        if !quoted && !letter.is_ascii_digit() {
            letter.hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// So that nothing is left out because its result is not looked at.
fn shown(value: &impl Debug) -> u64 {
    std::hint::black_box(format!("{value:?}")).len() as u64
}

/// The first line as words, and everything behind it.
fn head_and_rest(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes.get(end + 1..).unwrap_or_default())
}
