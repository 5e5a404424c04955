//! As many names below a chart as have room.

use super::{middle, percent};

/// How many names fit side by side.
#[derive(Clone, Copy)]
pub struct Room {
    pub wide: usize,
    /// On a telephone.
    pub narrow: usize,
}

pub struct Name {
    pub at: String,
    pub text: String,
    /// Shown only where there is room; style.css leaves it out on a telephone.
    pub wide: bool,
}

/// Each stands below the middle of its column; always the first one, then each second, third …
pub fn names<'a>(texts: impl ExactSizeIterator<Item = &'a str>, room: Room) -> Vec<Name> {
    let of = texts.len();
    let step = of.div_ceil(room.wide.max(1)).max(1);
    // A telephone leaves out some of those that a screen has, so nothing has to be written twice.
    let narrow = of.div_ceil(room.narrow.max(1)).next_multiple_of(step).max(1);
    texts
        .enumerate()
        .step_by(step)
        .map(|(place, text)| Name {
            at: percent(middle(place, of)),
            text: text.to_owned(),
            wide: !place.is_multiple_of(narrow),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { wide: 16, narrow: 6 };

    fn shown(of: usize) -> (usize, usize) {
        let texts: Vec<String> = (1..=of).map(|day| day.to_string()).collect();
        let names = names(texts.iter().map(String::as_str), ROOM);
        assert!(names.first().is_none_or(|first| first.text == "1" && !first.wide));
        (names.len(), names.iter().filter(|name| !name.wide).count())
    }

    #[test]
    fn names_are_thinned_to_the_room() {
        assert_eq!(shown(0), (0, 0));
        assert_eq!(shown(1), (1, 1));
        assert_eq!(shown(6), (6, 6));
        assert_eq!(shown(12), (12, 6));
        assert_eq!(shown(31), (16, 6));
        assert_eq!(shown(92), (16, 6));
        assert_eq!(shown(366), (16, 6));
    }

    #[test]
    fn a_name_stands_below_its_column() {
        let places: Vec<String> = names(["a", "b"].into_iter(), ROOM).into_iter().map(|name| name.at).collect();
        assert_eq!(places, ["25", "75"]);
    }
}
