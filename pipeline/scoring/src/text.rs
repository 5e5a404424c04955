//! Text as it is compared: one Unicode form, one case, no punctuation; every character knows where it came from.
//!
//! Azerbaijani has four i's where the Unicode default has two pairs: I lower-cases to ı, İ to i. The default rules break every
//! match on the commonest letter, so the case rule follows the form's language.

use crate::form::Language;
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Where one byte of the folded text came from: a piece (segment) and the byte range of its character there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    piece: usize,
    start: usize,
    end: usize,
}

/// A run of pieces, folded and joined by single spaces.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    text: String,
    origins: Vec<Origin>,
}

impl Folded {
    pub fn new(pieces: &[&str], language: Language) -> Self {
        let mut folded = Folded::default();
        for (piece, text) in pieces.iter().enumerate() {
            folded.space(Origin { piece, start: 0, end: 0 });
            folded.push_piece(piece, text, language);
        }
        if folded.text.ends_with(' ') {
            folded.text.pop();
            folded.origins.pop();
        }
        folded
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same text with Azerbaijani letters written as their nearest ASCII ones: poor transcripts lose the marks.
    pub fn to_ascii(&self) -> Folded {
        let mut plain = Folded::default();
        for (at, letter) in self.text.char_indices() {
            plain.push(ascii_letter(letter), self.origins[at]);
        }
        plain
    }

    /// Byte ranges of the original pieces that a range of the folded text covers, one per piece.
    pub fn original(&self, range: Range<usize>) -> Vec<(usize, Range<usize>)> {
        let mut spans: Vec<(usize, Range<usize>)> = Vec::new();
        for origin in self.origins[range].iter().filter(|origin| origin.end > 0) {
            match spans.last_mut() {
                Some((piece, span)) if *piece == origin.piece => span.end = span.end.max(origin.end),
                _ => spans.push((origin.piece, origin.start..origin.end)),
            }
        }
        spans
    }

    fn push_piece(&mut self, piece: usize, text: &str, language: Language) {
        let mut letters = text.char_indices().peekable();
        while let Some((start, letter)) = letters.next() {
            // A letter and the combining marks behind it are one unit, however the transcriber composed them.
            let mut end = start + letter.len_utf8();
            while let Some(&(at, mark)) = letters.peek() {
                if canonical_combining_class(mark) == 0 {
                    break;
                }
                end = at + mark.len_utf8();
                letters.next();
            }
            let origin = Origin { piece, start, end };
            let unit = &text[start..end];
            for letter in lower(unit, language) {
                if letter.is_alphanumeric() {
                    self.push(letter, origin);
                } else if !is_inside_a_word(letter) {
                    self.space(origin);
                }
            }
        }
    }

    fn push(&mut self, letter: char, origin: Origin) {
        self.text.push(letter);
        self.origins.extend(std::iter::repeat_n(origin, letter.len_utf8()));
    }

    fn space(&mut self, origin: Origin) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            // A space never carries its own place: evidence starts and ends at letters.
            self.push(' ', Origin { start: 0, end: 0, ..origin });
        }
    }
}

/// The folded form of one text.
pub fn fold(text: &str, language: Language) -> String {
    Folded::new(&[text], language).text
}

/// Azerbaijani letters as their nearest ASCII ones; everything else unchanged.
pub fn ascii(text: &str) -> String {
    text.chars().map(ascii_letter).collect()
}

/// How many words a folded text has.
pub fn words(folded: &str) -> usize {
    folded.split(' ').filter(|word| !word.is_empty()).count()
}

/// Syllables of a folded text. In Azerbaijani every vowel is one; in English a run of vowels is, which is near enough for pace.
pub fn syllables(folded: &str, language: Language) -> usize {
    match language {
        Language::Az => folded.chars().filter(|letter| "aeəıioöuü".contains(*letter)).count(),
        Language::En => {
            let vowel = |letter: char| "aeiouy".contains(letter);
            folded.split(|letter| !vowel(letter)).filter(|run| !run.is_empty()).count()
        }
    }
}

fn lower(unit: &str, language: Language) -> Vec<char> {
    let lowered: String = unit
        .nfc()
        .flat_map(|letter| match (letter, language) {
            ('I', Language::Az) => vec!['ı'],
            ('İ', _) => vec!['i'],
            _ => letter.to_lowercase().collect(),
        })
        .collect();
    lowered.nfc().collect()
}

/// Marks that neither part nor join words: apostrophes (Bakı'da, don't), soft hyphens, stray combining marks.
fn is_inside_a_word(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | '`' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}')
        || canonical_combining_class(letter) != 0
}

const fn ascii_letter(letter: char) -> char {
    match letter {
        'ə' => 'e',
        'ı' => 'i',
        'ö' => 'o',
        'ü' => 'u',
        'ç' => 'c',
        'ş' => 's',
        'ğ' => 'g',
        other => other,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn upper(text: &str) -> String {
        text.chars()
            .flat_map(|letter| match letter {
                'i' => vec!['İ'],
                'ı' => vec!['I'],
                other => other.to_uppercase().collect(),
            })
            .collect()
    }

    #[test]
    fn azerbaijani_capitals_fold_to_their_own_letters() {
        assert_eq!(fold("İQTİSADİYYAT NAZİRLİYİ", Language::Az), "iqtisadiyyat nazirliyi");
        assert_eq!(fold("QIŞQIRMAYIN", Language::Az), "qışqırmayın");
        assert_eq!(fold("Vergi Məcəlləsinin 218-ci maddəsi", Language::Az), "vergi məcəlləsinin 218 ci maddəsi");
        assert_eq!(fold("I'M HERE", Language::En), "im here");
    }

    #[test]
    fn a_wrongly_lowered_capital_still_folds_to_i() {
        // What Python and JavaScript make of İ: i with a dot above it.
        assert_eq!(fold("i\u{307}qtisadiyyat", Language::Az), "iqtisadiyyat");
    }

    #[test]
    fn a_span_leads_back_to_the_exact_original() {
        let text = "  Salam!  VÖEN-inizi deyin, zəhmət olmasa.";
        let folded = Folded::new(&[text], Language::Az);
        let at = folded.text().find("vöen inizi").unwrap();
        let spans = folded.original(at..at + "vöen inizi".len());
        assert_eq!(spans.len(), 1);
        assert_eq!(&text[spans[0].1.clone()], "VÖEN-inizi");
    }

    #[test]
    fn a_span_over_two_segments_has_a_range_in_each() {
        let folded = Folded::new(&["Sizə necə ", " kömək edə bilərəm?"], Language::Az);
        assert_eq!(folded.text(), "sizə necə kömək edə bilərəm");
        let spans = folded.original(0..folded.text().len());
        assert_eq!(spans, vec![(0, 0.."Sizə necə".len()), (1, 1.." kömək edə bilərəm".len())]);
    }

    #[test]
    fn syllables_are_vowels_in_azerbaijani() {
        assert_eq!(syllables("sualınız aydındır", Language::Az), 7);
        assert_eq!(syllables("how can i help you", Language::En), 5);
    }

    const LETTERS: &str = "[a-zəıöüçşğA-ZƏİÖÜÇŞĞ0-9 .,!?'-]{0,60}";

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in any::<String>()) {
            for language in [Language::Az, Language::En] {
                let once = fold(&text, language);
                prop_assert_eq!(fold(&once, language), once);
            }
        }

        #[test]
        fn folding_does_not_see_how_letters_were_composed(text in LETTERS) {
            let decomposed: String = text.nfd().collect();
            let composed: String = text.nfc().collect();
            prop_assert_eq!(fold(&decomposed, Language::Az), fold(&composed, Language::Az));
        }

        #[test]
        fn folding_does_not_see_azerbaijani_capitals(text in LETTERS) {
            prop_assert_eq!(fold(&upper(&text), Language::Az), fold(&text, Language::Az));
        }

        #[test]
        fn every_span_is_a_part_of_the_original(text in any::<String>(), cut in 0usize..80) {
            let folded = Folded::new(&[text.as_str()], Language::Az);
            let bounds: Vec<usize> = folded.text().char_indices().map(|(at, _)| at).chain([folded.text().len()]).collect();
            let start = bounds[cut.min(bounds.len() - 1)];
            for (piece, range) in folded.original(start..folded.text().len()) {
                prop_assert_eq!(piece, 0);
                prop_assert!(text.get(range).is_some());
            }
        }

        #[test]
        fn the_ascii_form_is_as_long_in_letters(text in LETTERS) {
            let folded = Folded::new(&[text.as_str()], Language::Az);
            prop_assert_eq!(folded.to_ascii().text().chars().count(), folded.text().chars().count());
        }
    }
}
