//! The day's half hours as bars: answered and lost on top of one another, and a line for what was offered. Pure.

use crate::data::Row;
use crate::format;
use serde_json::Value;

pub const WIDTH: f64 = 720.0;
pub const HEIGHT: f64 = 150.0;
/// What is left for words on the left and below.
const LEFT: f64 = 34.0;
const BELOW: f64 = 20.0;
const ABOVE: f64 = 8.0;
/// So many words fit below.
const WORDS: usize = 12;

pub struct Bar {
    pub class: &'static str,
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
}

pub struct Word {
    pub at: String,
    pub text: String,
}

#[derive(Default)]
pub struct Drawing {
    pub bars: Vec<Bar>,
    /// Points of the line.
    pub offered: String,
    /// Below the bars.
    pub hours: Vec<Word>,
    /// Beside the lines that go across.
    pub levels: Vec<Word>,
}

fn count(row: &Row, column: &str) -> f64 {
    row.get(column).and_then(Value::as_f64).unwrap_or_default()
}

pub fn drawing(rows: &[Row], name: impl Fn(f64) -> String) -> Drawing {
    if rows.is_empty() {
        return Drawing::default();
    }
    let most = rows.iter().map(|row| count(row, "offered")).fold(1.0, f64::max);
    let top = format::round_up(most);
    let step = (WIDTH - LEFT) / rows.len() as f64;
    let floor = HEIGHT - BELOW;
    let high = |value: f64| (floor - ABOVE) * value / top;
    let mut drawing = Drawing::default();
    let every = rows.len().div_ceil(WORDS).next_multiple_of(2);
    for (place, row) in rows.iter().enumerate() {
        let left = LEFT + step * place as f64;
        let mut base = floor;
        for class in ["answered", "lost"] {
            let height = high(count(row, class));
            if height > 0.0 {
                base -= height;
                let bar = |v: f64| format!("{v:.1}");
                drawing.bars.push(Bar {
                    class,
                    x: bar(left + step * 0.14),
                    y: bar(base),
                    width: bar(step * 0.72),
                    height: bar(height),
                });
            }
        }
        let point = format!("{:.1},{:.1} ", left + step / 2.0, floor - high(count(row, "offered")));
        drawing.offered.push_str(&point);
        let text = row.get("half_hour").and_then(Value::as_str).unwrap_or_default();
        if text.ends_with(":00") && place % every <= 1 && (place == 0 || rows.len() - place > 1) {
            drawing.hours.push(Word { at: format!("{:.1}", left + step / 2.0), text: text.to_owned() });
        }
    }
    for level in [0.0, top / 2.0, top] {
        drawing.levels.push(Word { at: format!("{:.1}", floor - high(level)), text: name(level) });
    }
    drawing
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bars_stand_on_one_another_and_inside_the_picture() {
        let row = |at: &str, offered: u32, answered: u32, lost: u32| {
            json!({ "half_hour": at, "offered": offered, "answered": answered, "lost": lost })
                .as_object()
                .unwrap()
                .clone()
        };
        let rows = [row("09:00", 10, 7, 3), row("09:30", 0, 0, 0), row("10:00", 4, 4, 0)];
        let drawn = drawing(&rows, |n| n.to_string());
        let classes: Vec<_> = drawn.bars.iter().map(|bar| bar.class).collect();
        assert_eq!(classes, ["answered", "lost", "answered"], "what is not there is not drawn");
        let number = |text: &str| text.parse::<f64>().unwrap();
        let (below, above) = (&drawn.bars[0], &drawn.bars[1]);
        assert!((number(&above.y) + number(&above.height) - number(&below.y)).abs() < 0.2);
        assert!(drawn.bars.iter().all(|bar| number(&bar.x) + number(&bar.width) <= WIDTH && number(&bar.y) >= 0.0));
        assert_eq!(drawn.levels.iter().map(|level| level.text.as_str()).collect::<Vec<_>>(), ["0", "5", "10"]);
        assert!(drawing(&[], |n| n.to_string()).bars.is_empty());
    }

    #[test]
    fn a_scale_ends_at_a_number_that_people_read() {
        assert_eq!(
            [0.0, 1.0, 3.0, 10.0, 76.0, 101.0, 520.0].map(format::round_up),
            [1.0, 1.0, 5.0, 10.0, 100.0, 200.0, 1000.0]
        );
    }
}
