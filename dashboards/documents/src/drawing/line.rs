//! Lines over time; each series has a mark of its own shape, for who cannot tell the colours.

use super::axis::frame;
use super::shape::{Anchor, Drawing, Segment};
use super::{INK, Plot, color, text_width};

const MARK: f64 = 2.6;

pub fn draw(plot: &Plot, width: f64) -> Drawing {
    let band = (width - 8.0) / plot.categories.len().max(1) as f64;
    let shown = || plot.series.iter().flat_map(|series| &series.shown);
    let numbers = plot.series.len() == 1 && shown().all(|shown| text_width(shown) <= band);
    let (mut drawing, frame) = frame(plot, width, !numbers);
    let band = frame.band(plot);
    for (which, series) in plot.series.iter().enumerate() {
        let at = |place: usize, value: f64| (frame.left + band * (place as f64 + 0.5), frame.y(value));
        let mut segments = Vec::new();
        let mut broken = true;
        for (place, value) in series.values.iter().enumerate() {
            match value {
                Some(value) => {
                    let (x, y) = at(place, *value);
                    segments.push(Segment::new(if broken { 'M' } else { 'L' }, [x, y]));
                    broken = false;
                }
                None => broken = true,
            }
        }
        drawing.stroke(color(which), 1.4, segments);
        for (place, value) in series.values.iter().enumerate() {
            let Some(value) = value else { continue };
            let (x, y) = at(place, *value);
            drawing.polygon(color(which), &mark(which, x, y));
            if numbers {
                drawing.text(x, y - 9.0, Anchor::Middle, &series.shown[place], INK);
            }
        }
    }
    drawing
}

fn mark(which: usize, x: f64, y: f64) -> Vec<(f64, f64)> {
    let m = MARK;
    match which % 4 {
        0 => vec![(x - m, y - m), (x + m, y - m), (x + m, y + m), (x - m, y + m)],
        1 => vec![(x, y - m * 1.4), (x + m * 1.4, y), (x, y + m * 1.4), (x - m * 1.4, y)],
        2 => vec![(x, y - m * 1.3), (x + m * 1.3, y + m), (x - m * 1.3, y + m)],
        _ => vec![(x - m * 1.3, y - m), (x + m * 1.3, y - m), (x, y + m * 1.3)],
    }
}
