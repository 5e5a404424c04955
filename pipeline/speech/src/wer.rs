//! Word error rate, the measure of a recogniser.

/// Edits against a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WordErrors {
    /// Substitutions, insertions and deletions together, the fewest that explain the difference.
    pub edits: usize,
    pub reference_words: usize,
}

impl WordErrors {
    /// Edits per word of the reference; can exceed 1. With no reference, 0 for no words and 1 for any.
    pub fn rate(self) -> f64 {
        match (self.edits, self.reference_words) {
            (0, 0) => 0.0,
            (_, 0) => 1.0,
            (edits, words) => edits as f64 / words as f64,
        }
    }
}

impl std::ops::Add for WordErrors {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { edits: self.edits + other.edits, reference_words: self.reference_words + other.reference_words }
    }
}

/// Words as they are compared: lower case (Azerbaijani dotted and dotless i folded together), without punctuation,
/// hyphens as spaces, English titles and digits of one figure spelled out.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .chars()
        .flat_map(|c| {
            let c = if matches!(c, 'İ' | 'I' | 'ı') { 'i' } else { c };
            c.to_lowercase()
        })
        .filter(|c| !matches!(c, '\'' | '’' | '\u{0307}'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    folded.split_whitespace().map(spelled).collect()
}

fn spelled(word: &str) -> String {
    let figures = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    match word {
        "mr" => "mister".into(),
        "mrs" => "missus".into(),
        "dr" => "doctor".into(),
        w => match w.parse::<usize>() {
            Ok(n) if w.len() == 1 => figures[n].into(),
            _ => w.into(),
        },
    }
}

/// Compares what was heard with what was said.
pub fn word_errors(reference: &str, heard: &str) -> WordErrors {
    let reference = words(reference);
    let heard = words(heard);
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, want) in reference.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, got) in heard.iter().enumerate() {
            let substituted = diagonal + usize::from(want != got);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    WordErrors { edits: row[heard.len()], reference_words: reference.len() }
}

/// [`word_errors`] as a rate.
pub fn wer(reference: &str, heard: &str) -> f64 {
    word_errors(reference, heard).rate()
}
