//! How far a transcript can be trusted. A model that does not know a language still writes fluent nonsense with
//! probabilities that look good one by one, so several signs are put together and the weakest counts.

/// What was observed of one recognised span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signs {
    /// Geometric mean of the tokens' probabilities.
    pub token: f64,
    /// Probability that this span is in the language it was decoded in.
    pub language: f64,
    /// Probability that this is no speech at all.
    pub no_speech: f64,
    /// How much of the text is new: 1 for plain speech, towards 0 for a loop.
    pub novelty: f64,
}

/// Below this novelty the text goes round in circles.
pub const LOOP_NOVELTY: f64 = 0.4;

/// Text with these signs was invented on noise: it is not kept. A loop is kept, its confidence shows what it is.
pub fn invented(signs: &Signs) -> bool {
    signs.no_speech > 0.9 && signs.token < 0.25
}

/// 0 … 1.
pub fn confidence(signs: &Signs) -> f64 {
    let heard = signs.token * (1.0 - signs.no_speech.powi(2));
    let looped = (signs.novelty / LOOP_NOVELTY).min(1.0);
    (heard * signs.language.sqrt() * looped).clamp(0.0, 1.0)
}

/// The share of word triples that occur for the first time; long runs of one letter count as a loop too.
pub fn novelty(text: &str) -> f64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let by_word = distinct_share(&words, 3);
    let letters: Vec<char> = text.chars().collect();
    // Natural text repeats letter runs of eight seldom; loops inside one long word show here.
    let by_letter = distinct_share(&letters, 8);
    by_word.min(by_letter)
}

fn distinct_share<T: Ord>(items: &[T], run: usize) -> f64 {
    if items.len() < run * 2 {
        return 1.0;
    }
    let runs: Vec<&[T]> = items.windows(run).collect();
    let distinct: std::collections::BTreeSet<&[T]> = runs.iter().copied().collect();
    distinct.len() as f64 / runs.len() as f64
}
