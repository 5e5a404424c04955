//! How wide words are in the fonts that the PDF is set in, and what widths a table's columns get from that.

use std::sync::LazyLock;
use typst::layout::Abs;
use typst::text::{FontInstance, FontStretch, FontStyle, FontVariant, FontWeight};
use typst_kit::fonts::FontStore;

/// The family of all text; its lower-case name is the key of Typst's font book.
const FAMILY: &str = "libertinus serif";

pub static FONTS: LazyLock<FontStore> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    fonts
});

fn instance(weight: FontWeight) -> Option<FontInstance> {
    let variant = FontVariant::new(FontStyle::Normal, weight, FontStretch::NORMAL);
    let font = FONTS.font(FONTS.book().select(FAMILY, variant)?)?;
    Some(font.instantiate(variant, Abs::pt(10.0), &Default::default()))
}

static REGULAR: LazyLock<Option<FontInstance>> = LazyLock::new(|| instance(FontWeight::REGULAR));
static BOLD: LazyLock<Option<FontInstance>> = LazyLock::new(|| instance(FontWeight::BOLD));

/// In ems; a character that the font lacks counts as a whole one.
pub fn width(text: &str, bold: bool) -> f64 {
    let font = if bold { &*BOLD } else { &*REGULAR };
    let of = |c: char| font.as_ref().and_then(|f| f.x_advance(f.ttf().glyph_index(c)?.0)).map_or(1.0, |em| em.get());
    text.chars().map(of).sum()
}

/// The widest part that no line can be broken in.
pub fn longest_word(text: &str, bold: bool) -> f64 {
    text.split([' ', '\n']).map(|word| width(word, bold)).fold(0.0, f64::max)
}

/// Lines of whole words, none wider than `room` ems unless it is a single word.
pub fn wrap(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line, false) + width(" ", false) + width(word, false) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What one column of a table needs, in ems.
#[derive(Debug, Clone, Copy, Default)]
pub struct Need {
    /// Less, and a word or a number would be cut.
    pub least: f64,
    /// With this, no short text is broken in two.
    pub good: f64,
    /// With this, no line is broken.
    pub best: f64,
}

/// Widths of the columns and the size of the letters, so that nothing is cut. All in points.
pub fn columns(needs: &[Need], room: f64, size: f64, padding: f64) -> (Vec<f64>, f64) {
    let text_room = room - padding * needs.len() as f64;
    let sum = |of: fn(&Need) -> f64| needs.iter().map(of).sum::<f64>();
    let size = size.min(text_room / sum(|need| need.least).max(1.0));
    let floor: fn(&Need) -> f64 =
        if sum(|need| need.good) * size <= text_room { |need| need.good } else { |need| need.least };
    let spare = text_room / size - sum(floor);
    let wanted: f64 = needs.iter().map(|need| need.best - floor(need)).sum();
    let given = if wanted > 0.0 { (spare / wanted).min(1.0) } else { 0.0 };
    let left = (spare - wanted * given) / needs.len() as f64;
    let width = |need: &Need| (floor(need) + (need.best - floor(need)) * given + left) * size + padding;
    (needs.iter().map(width).collect(), size)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_azerbaijani_letter_is_in_the_font() {
        let font = REGULAR.as_ref().unwrap();
        for letter in "əƏğĞıIiİöÖüÜçÇşŞ–−№%".chars() {
            assert!(font.ttf().glyph_index(letter).is_some(), "{letter}");
        }
    }

    #[test]
    fn columns_fill_the_room_and_none_is_too_narrow() {
        let needs = [
            Need { least: 6.0, good: 6.0, best: 30.0 },
            Need { least: 4.0, good: 4.5, best: 5.0 },
            Need { least: 4.0, good: 4.5, best: 5.0 },
        ];
        let (widths, size) = columns(&needs, 400.0, 9.0, 8.0);
        assert_eq!(size, 9.0);
        assert!((widths.iter().sum::<f64>() - 400.0).abs() < 0.001);
        assert!(widths.iter().zip(&needs).all(|(width, need)| *width >= need.least * size + 8.0));
    }

    #[test]
    fn letters_shrink_when_the_columns_are_too_many() {
        let needs = [Need { least: 5.0, good: 5.0, best: 5.0 }; 20];
        let (widths, size) = columns(&needs, 470.0, 9.0, 6.0);
        assert!(size < 4.0, "{size}");
        assert!(widths.iter().all(|width| *width >= 5.0 * size));
    }

    #[test]
    fn lines_are_broken_between_words() {
        let lines = wrap("Çağrı Mərkəzi tərəfindən əks əlaqə", 8.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| width(line, false) <= 8.0));
        assert_eq!(lines.join(" "), "Çağrı Mərkəzi tərəfindən əks əlaqə");
    }
}
