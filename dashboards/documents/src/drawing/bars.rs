//! Upright bars, of one series or of several side by side.

use super::axis::frame;
use super::shape::{Anchor, Drawing};
use super::{INK, Plot, color, text_width};

fn bar_of(plot: &Plot, band: f64) -> f64 {
    (band * 0.72 / plot.series.len().max(1) as f64).min(46.0)
}

/// Numbers stand over the bars when all of them have room; else the scale has to do.
pub fn numbers_fit(plot: &Plot, width: f64) -> bool {
    let band = (width - 8.0) / plot.categories.len().max(1) as f64;
    let step = if plot.series.len() > 1 { bar_of(plot, band) } else { band };
    plot.series.iter().flat_map(|series| &series.shown).all(|shown| text_width(shown) <= step)
}

pub fn draw(plot: &Plot, width: f64) -> Drawing {
    let several = plot.series.len() as f64;
    let numbers = numbers_fit(plot, width);
    let (mut drawing, frame) = frame(plot, width, !numbers);
    let band = frame.band(plot);
    let bar = bar_of(plot, band);
    for (which, series) in plot.series.iter().enumerate() {
        for (place, value) in series.values.iter().enumerate() {
            let x = frame.left + band * (place as f64 + 0.5) + bar * (which as f64 - several / 2.0);
            let value = value.unwrap_or(0.0);
            let (from, to) = (frame.y(0.0), frame.y(value));
            drawing.bar(color(which), x + 0.4, from.min(to), bar - 0.8, (from - to).abs());
            if numbers {
                let y = if value < 0.0 { to + 6.0 } else { to - 6.0 };
                drawing.text(x + bar / 2.0, y, Anchor::Middle, &series.shown[place], INK);
            }
        }
    }
    drawing
}
