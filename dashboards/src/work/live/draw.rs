//! The day's half hours as columns: answered and lost on top of one another, and a line for what was offered. Pure.

use crate::chart::{self, Name, Part, Room, Scale, Tick};
use crate::data::Row;
use serde_json::Value;

const ROOM: Room = Room { wide: 12, narrow: 6 };

#[derive(Default)]
pub struct Drawing {
    /// How wide the box of the parts is.
    pub width: f64,
    pub parts: Vec<Part>,
    /// Points of the line.
    pub offered: String,
    pub names: Vec<Name>,
    pub levels: Vec<Tick>,
}

pub fn drawing(rows: &[Row], say: impl Fn(f64) -> String) -> Drawing {
    let series = |column: &str| {
        rows.iter().map(|row| row.get(column).and_then(Value::as_f64).unwrap_or_default()).collect::<Vec<_>>()
    };
    let offered = series("offered");
    let scale = Scale::of_counts(offered.iter().copied().fold(0.0, f64::max));
    let names = rows.iter().map(|row| row.get("half_hour").and_then(Value::as_str).unwrap_or_default());
    let point = |(place, count): (usize, &f64)| (chart::middle(place, rows.len()), scale.down(*count));
    Drawing {
        width: chart::band(rows.len()),
        parts: chart::stacked(&[("answered", series("answered")), ("lost", series("lost"))], &scale),
        offered: chart::curve(offered.iter().enumerate().map(point)),
        names: chart::names(names, ROOM),
        levels: chart::levels(&scale, &scale.round(4, 1.0), say),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_and_the_line_are_of_one_scale() {
        let row = |at: &str, offered: u32, answered: u32, lost: u32| {
            json!({ "half_hour": at, "offered": offered, "answered": answered, "lost": lost })
                .as_object()
                .unwrap()
                .clone()
        };
        let rows = [row("09:00", 10, 7, 3), row("09:30", 0, 0, 0), row("10:00", 4, 4, 0)];
        let drawn = drawing(&rows, |n| n.to_string());
        assert_eq!(drawn.parts.iter().map(|part| part.class).collect::<Vec<_>>(), ["answered", "lost"]);
        assert_eq!(drawn.parts[1].path.matches('M').count(), 1, "what is not there is not drawn");
        // The lost end where the line is.
        let top = drawn.offered.split([',', ' ']).nth(1).unwrap();
        assert!(drawn.parts[1].path.contains(&format!("V{top}h")), "{} {}", drawn.parts[1].path, drawn.offered);
        assert_eq!(drawn.offered.split(' ').count(), 3);
        assert_eq!(drawn.levels.iter().map(|level| level.text.as_str()).collect::<Vec<_>>(), ["0", "5", "10"]);
        assert_eq!(drawn.names.len(), 3);
        assert!(drawing(&[], |n| n.to_string()).parts.is_empty());
    }
}
