//! Lying bars: the name above, the number behind the bar. Names may be as long as they like.

use super::shape::{Anchor, Drawing};
use super::{INK, LINE, Plot, SIZE, WIDER, axis, color, text_width};
use crate::measure;

const BAR: f64 = 10.0;
const BETWEEN: f64 = 7.0;

pub fn draw(plot: &Plot, width: f64) -> Drawing {
    let longest = plot.series.iter().flat_map(|s| &s.shown).map(|shown| text_width(shown)).fold(0.0, f64::max);
    let (low, high) = axis::extent(plot);
    let room = width - longest - 10.0;
    let zero = room * -low / (high - low);
    let names: Vec<Vec<String>> =
        plot.categories.iter().map(|name| measure::wrap(name, width / (SIZE * WIDER))).collect();
    let bars = plot.series.len() as f64 * BAR;
    let height = names.iter().map(|lines| lines.len() as f64 * LINE + bars + BETWEEN).sum();
    let mut drawing = Drawing::new(width, height);
    let mut y = LINE / 2.0;
    for (place, lines) in names.iter().enumerate() {
        for line in lines {
            drawing.text(0.0, y, Anchor::Start, line, INK);
            y += LINE;
        }
        y -= LINE / 2.0 - 1.0;
        for (which, series) in plot.series.iter().enumerate() {
            let value = series.values[place].unwrap_or(0.0);
            let length = room * value / (high - low);
            drawing.bar(color(which), (zero + length).min(zero), y, length.abs(), BAR - 1.0);
            drawing.text(zero + length.max(0.0) + 4.0, y + BAR / 2.0 - 0.5, Anchor::Start, &series.shown[place], INK);
            y += BAR;
        }
        y += BETWEEN + LINE / 2.0 - 1.0;
    }
    drawing
}
