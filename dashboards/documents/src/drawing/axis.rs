//! The frame of bars and lines: a scale of round numbers from zero, names below.

use super::shape::{Anchor, Drawing};
use super::{GREY, INK, LINE, Plot, RULE, SIZE, WIDER, text_width};
use crate::measure;
use crate::table::Datum;

/// Of the plot without names and numbers.
const HEIGHT: f64 = 150.0;
/// Letters of names that are many.
const SMALL: f64 = 7.0;
/// Left and right of the plot.
const EDGE: f64 = 4.0;

pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    low: f64,
    high: f64,
}

impl Frame {
    /// The place of a value on the upright scale.
    pub fn y(&self, value: f64) -> f64 {
        self.top + self.height * (self.high - value) / (self.high - self.low)
    }

    /// The room of each category.
    pub fn band(&self, plot: &Plot) -> f64 {
        self.width / plot.categories.len().max(1) as f64
    }
}

/// Round steps of 1, 2 or 5, about four of them.
pub fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(f64::MIN_POSITIVE);
    let rough = span / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough).unwrap_or(span);
    let (first, last) = ((low / step).floor() as i64, (high / step - 1e-9).ceil() as i64);
    (first..=last).map(|place| place as f64 * step).collect()
}

pub fn extent(plot: &Plot) -> (f64, f64) {
    let values = || plot.series.iter().flat_map(|series| &series.values).flatten().copied();
    (values().fold(0.0, f64::min), values().fold(0.0, f64::max))
}

/// Whether every word of every name fits below its bar.
pub fn names_fit(plot: &Plot, width: f64, scaled: bool) -> bool {
    let left = if scaled { Scale::new(plot).left() } else { EDGE };
    longest_word(plot) * SMALL / SIZE <= (width - left - EDGE) / plot.categories.len().max(1) as f64 - 2.0
}

fn longest_word(plot: &Plot) -> f64 {
    plot.categories.iter().flat_map(|name| name.split(' ')).map(text_width).fold(0.0, f64::max)
}

struct Scale {
    ticks: Vec<(f64, String)>,
}

impl Scale {
    fn new(plot: &Plot) -> Self {
        let (low, high) = extent(plot);
        let ticks = ticks(low, high);
        let whole = ticks.iter().all(|tick| tick.fract() == 0.0);
        let format = if whole { plot.format.without_places() } else { plot.format };
        let label = |tick: f64| format.show(plot.lang, &Datum::Number(tick)).unwrap_or_default();
        Scale { ticks: ticks.into_iter().map(|tick| (tick, label(tick))).collect() }
    }

    fn left(&self) -> f64 {
        self.ticks.iter().map(|(_, label)| text_width(label)).fold(0.0, f64::max) + 8.0
    }

    fn end(&self, last: bool) -> f64 {
        let tick = if last { self.ticks.last() } else { self.ticks.first() };
        tick.map_or(0.0, |(tick, _)| *tick)
    }
}

/// Draws scale and names; what is drawn into it comes after. Where every number is written beside its bar or point,
/// `scaled` is false: lines across the numbers would only make them harder to read.
pub fn frame(plot: &Plot, width: f64, scaled: bool) -> (Drawing, Frame) {
    let scale = Scale::new(plot);
    let left = if scaled { scale.left() } else { EDGE };
    let top = if plot.unit.is_empty() { 12.0 } else { 24.0 };
    let (low, high) = (scale.end(false), scale.end(true));
    let frame = Frame { left, top, width: (width - left - EDGE).max(1.0), height: HEIGHT, low, high };
    let band = frame.band(plot);
    let size = if longest_word(plot) <= band - 2.0 { SIZE } else { SMALL };
    // Of days, each second or third is named, when not all have room.
    let step = (longest_word(plot) * size / SIZE / (band - 2.0)).ceil().max(1.0);
    let room = (band * step - 2.0) / (size * WIDER);
    let names: Vec<Vec<String>> = plot.categories.iter().map(|name| measure::wrap(name, room)).collect();
    let deepest = names.iter().map(Vec::len).max().unwrap_or(0) as f64;
    let mut drawing = Drawing::new(width, top + HEIGHT + 8.0 + deepest * LINE);
    if !plot.unit.is_empty() {
        drawing.text(0.0, 6.0, Anchor::Start, &plot.unit, GREY);
    }
    for (tick, label) in scale.ticks.iter().filter(|(tick, _)| scaled || *tick == 0.0) {
        let y = frame.y(*tick);
        drawing.line(if *tick == 0.0 { GREY } else { RULE }, 0.6, (left, y), (width - EDGE, y));
        if scaled {
            drawing.text(left - 5.0, y, Anchor::End, label, GREY);
        }
    }
    for (place, lines) in names.iter().enumerate().step_by(step as usize) {
        let x = left + band * (place as f64 + 0.5);
        for (line, text) in lines.iter().enumerate() {
            let y = top + HEIGHT + 9.0 + line as f64 * LINE;
            drawing.words(x, y, Anchor::Middle, text, size, false, INK);
        }
    }
    (drawing, frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_reach_past_every_value() {
        assert_eq!(ticks(0.0, 100.0), [0.0, 50.0, 100.0]);
        assert_eq!(ticks(0.0, 386_871.0), [0.0, 100_000.0, 200_000.0, 300_000.0, 400_000.0]);
        assert_eq!(ticks(-3.0, 4.0), [-4.0, -2.0, 0.0, 2.0, 4.0]);
    }
}
