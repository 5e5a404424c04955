//! What charts are drawn with: scales, levels, names, columns and curves. Pure.
//!
//! Places are percentages of the plot and not points of a picture: the plot is as wide as the panel around it, on a screen as on a telephone,
//! while letters and dots keep their size. What many numbers make is one path in a box of its own that is stretched over the plot.

mod columns;
mod names;
mod scale;

pub use columns::{Part, band, stacked};
pub use names::{Name, Room, names};
pub use scale::Scale;

/// The side of the box that curves are drawn in, and the height of that of columns.
pub const BOX: f64 = 1000.0;

/// A line across, or a mark below, with what is written beside it.
pub struct Tick {
    pub at: String,
    pub text: String,
}

/// A place as templates write it.
pub fn percent(share: f64) -> String {
    short(100.0 * share)
}

/// A hundredth of a point is nothing that anybody sees.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Lines across, at round numbers.
pub fn levels(scale: &Scale, numbers: &[f64], say: impl Fn(f64) -> String) -> Vec<Tick> {
    numbers.iter().map(|number| Tick { at: percent(scale.down(*number)), text: say(*number) }).collect()
}

/// Marks below, at round numbers.
pub fn marks(scale: &Scale, numbers: &[f64], say: impl Fn(f64) -> String) -> Vec<Tick> {
    numbers.iter().map(|number| Tick { at: percent(scale.along(*number)), text: say(*number) }).collect()
}

/// The points of a line in the stretched box, from shares of the way along and down.
pub fn curve(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let points = points.into_iter().map(|(along, down)| format!("{},{}", short(BOX * along), short(BOX * down)));
    points.collect::<Vec<_>>().join(" ")
}

/// The middle of one place among so many, as a share of the way along.
pub fn middle(place: usize, of: usize) -> f64 {
    (place as f64 + 0.5) / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_short_and_curves_stay_in_their_box() {
        assert_eq!([0.0, 1.0, 0.5, 1.0 / 3.0].map(percent), ["0", "100", "50", "33.33"]);
        assert_eq!(curve([(0.0, 1.0), (0.25, 0.5), (1.0, 0.0)]), "0,1000 250,500 1000,0");
        assert_eq!(curve([]), "");
    }

    #[test]
    fn the_only_one_stands_in_the_middle() {
        assert_eq!(middle(0, 1), 0.5);
        assert_eq!(middle(0, 0), 0.5, "nothing is drawn there, and nothing breaks");
        assert_eq!([middle(0, 4), middle(3, 4)], [0.125, 0.875]);
    }

    #[test]
    fn levels_count_from_above_and_marks_from_the_left() {
        let scale = Scale::new(0.0, 10.0);
        let at = |ticks: Vec<Tick>| ticks.into_iter().map(|tick| (tick.at, tick.text)).collect::<Vec<_>>();
        let say = |number: f64| format!("{number}!");
        assert_eq!(at(levels(&scale, &[0.0, 5.0], say)), [("100".into(), "0!".into()), ("50".into(), "5!".into())]);
        assert_eq!(at(marks(&scale, &[2.0], say)), [("20".into(), "2!".into())]);
    }
}
