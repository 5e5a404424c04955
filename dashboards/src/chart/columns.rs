//! Columns on one another: one path for each part, however many columns there are.

use super::{BOX, Scale, short};
use std::fmt::Write;

/// The room of a column in its box: the box is so many times as wide, and stretched over the plot.
const ROOM: f64 = 100.0;
/// Of its room a column takes so much …
const WIDTH: f64 = 0.72;
/// … and of the whole plot no more than that: the only day of a period is a column and no wall.
const WIDEST: f64 = 0.05;

/// One part of all columns.
pub struct Part {
    pub class: &'static str,
    pub path: String,
}

/// How wide the box of so many columns is.
pub fn band(columns: usize) -> f64 {
    ROOM * columns.max(1) as f64
}

/// Parts stand on one another in this order, from below. What is nothing, or not known, is not drawn; a part that is nowhere is left out.
pub fn stacked(parts: &[(&'static str, Vec<f64>)], scale: &Scale) -> Vec<Part> {
    let columns = parts.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    let width = (ROOM * WIDTH).min(band(columns) * WIDEST);
    let mut base = vec![0.0; columns];
    let drawn = parts.iter().map(|(class, values)| {
        let mut path = String::new();
        for (place, (value, base)) in values.iter().zip(&mut base).enumerate() {
            if *value > 0.0 && value.is_finite() {
                let left = ROOM * place as f64 + (ROOM - width) / 2.0;
                let (below, above) = (BOX * scale.down(*base), BOX * scale.down(*base + value));
                *base += value;
                let (left, below, above, width) = (short(left), short(below), short(above), short(width));
                // To write to a string cannot fail.
                let _ = write!(path, "M{left} {below}V{above}h{width}V{below}z");
            }
        }
        Part { class, path }
    });
    drawn.filter(|part| !part.path.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(answered: &[f64], lost: &[f64]) -> Vec<Part> {
        let most = answered.iter().zip(lost).map(|(a, b)| a + b).fold(0.0, f64::max);
        stacked(&[("answered", answered.to_vec()), ("lost", lost.to_vec())], &Scale::new(0.0, most))
    }

    #[test]
    fn parts_stand_on_one_another() {
        let drawn = parts(&[50.0; 20], &[50.0; 20]);
        assert_eq!(drawn.len(), 2);
        assert!(drawn[0].path.starts_with("M14 1000V500h72V1000z"), "{}", drawn[0].path);
        assert!(drawn[1].path.starts_with("M14 500V0h72V500z"), "{}", drawn[1].path);
    }

    #[test]
    fn one_day_is_a_column_in_the_middle() {
        let drawn = parts(&[3.0], &[1.0]);
        assert_eq!(drawn[0].path, "M47.5 1000V250h5V1000z");
        assert_eq!(band(1), 100.0);
    }

    #[test]
    fn no_data_and_nothing_but_zeros_draw_nothing() {
        assert!(parts(&[], &[]).is_empty());
        assert!(parts(&[0.0, 0.0], &[0.0, 0.0]).is_empty());
        assert!(parts(&[f64::NAN], &[f64::INFINITY]).is_empty());
        assert!(stacked(&[], &Scale::of_counts(0.0)).is_empty());
        assert_eq!(band(0), 100.0, "a box without a width is drawn nowhere");
    }

    #[test]
    fn a_day_that_is_missing_leaves_its_place() {
        let drawn = parts(&[4.0, 0.0, 4.0], &[0.0, 0.0, 1.0]);
        assert_eq!(drawn[0].path.matches('M').count(), 2);
        assert!(drawn[0].path.contains("zM242.5 "), "the third place: {}", drawn[0].path);
        assert!(drawn[1].path.starts_with("M242.5 "), "{}", drawn[1].path);
    }

    #[test]
    fn a_year_of_days_is_a_path_a_part() {
        let days: Vec<f64> = (0..366).map(|day| 700.0 + f64::from(day % 7)).collect();
        let drawn = parts(&days, &days);
        assert_eq!(drawn.len(), 2);
        assert!(drawn.iter().all(|part| part.path.matches('M').count() == 366));
        let size: usize = drawn.iter().map(|part| part.path.len()).sum();
        assert!(size < 32_000, "{size} bytes");
    }
}
