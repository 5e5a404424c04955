//! Parts of a whole: a ring, and beside each part its number.

use super::shape::{Anchor, Drawing, Segment};
use super::{GREY, INK, LINE, Plot, color, text_width};
use std::f64::consts::{FRAC_PI_2, TAU};

/// The hole, as a share of the radius.
const HOLE: f64 = 0.58;
/// From the ring to a number.
const LEADER: f64 = 12.0;
/// Between parts, in points.
const GAP: f64 = 1.2;

struct Label {
    lines: Vec<String>,
    /// Where the part's middle points to, on the unit circle.
    to: (f64, f64),
    /// The height its middle stands at.
    y: f64,
}

impl Label {
    fn height(&self) -> f64 {
        self.lines.len() as f64 * LINE + 3.0
    }
}

pub fn draw(plot: &Plot, width: f64) -> Drawing {
    let Some(series) = plot.series.first() else { return Drawing::new(width, 0.0) };
    let values: Vec<f64> = series.values.iter().map(|value| value.unwrap_or(0.0).max(0.0)).collect();
    let total: f64 = values.iter().sum();
    let wide = width > 300.0;
    let radius = if wide { 78.0 } else { 50.0 };

    let mut angles = Vec::new();
    let mut from = 0.0;
    for value in &values {
        let to = from + value / total * TAU;
        angles.push((from, to));
        from = to;
    }
    let labels = angles.iter().enumerate().filter(|(place, _)| values[*place] > 0.0).map(|(place, (from, to))| {
        let shown = series.shown[place].clone();
        let lines = match series.shares.get(place) {
            Some(share) if wide => vec![format!("{shown} · {share}")],
            Some(share) => vec![shown, share.clone()],
            None => vec![shown],
        };
        let to = point((from + to) / 2.0);
        Label { lines, to, y: to.1 * (radius + LEADER) }
    });
    let (mut right, mut left): (Vec<Label>, Vec<Label>) = labels.partition(|label| label.to.0 >= 0.0);
    let limit = radius + LEADER + LINE * 1.5;
    let half = [spread(&mut right, limit), spread(&mut left, limit), radius + 6.0].into_iter().fold(0.0, f64::max);

    let (x, y) = (width / 2.0, half);
    let mut drawing = Drawing::new(width, half * 2.0);
    for (place, (from, to)) in angles.iter().enumerate().filter(|(place, _)| values[*place] > 0.0) {
        drawing.fill(color(place), ring((x, y), radius, *from, *to));
    }
    if !plot.unit.is_empty() && text_width(&plot.unit) < radius * HOLE * 1.8 {
        drawing.text(x, y, Anchor::Middle, &plot.unit, GREY);
    }
    for (side, labels) in [(1.0, right), (-1.0, left)] {
        for label in labels {
            write(&mut drawing, (x, y), radius, side, &label);
        }
    }
    drawing
}

/// Clockwise from the top.
fn point(angle: f64) -> (f64, f64) {
    ((angle - FRAC_PI_2).cos(), (angle - FRAC_PI_2).sin())
}

/// Moves the labels of one side apart until none touches another, down first and up again from `limit`; gives the height
/// they need above and below the middle.
fn spread(labels: &mut [Label], limit: f64) -> f64 {
    labels.sort_by(|a, b| a.y.total_cmp(&b.y));
    for place in 1..labels.len() {
        let room = (labels[place - 1].height() + labels[place].height()) / 2.0;
        labels[place].y = labels[place].y.max(labels[place - 1].y + room);
    }
    let mut floor = limit;
    for label in labels.iter_mut().rev() {
        label.y = label.y.min(floor - label.height() / 2.0);
        floor = label.y - label.height() / 2.0;
    }
    labels.iter().map(|label| label.y.abs() + label.height() / 2.0).fold(0.0, f64::max)
}

fn write(drawing: &mut Drawing, center: (f64, f64), radius: f64, side: f64, label: &Label) {
    let at = |length: f64| (center.0 + label.to.0 * length, center.1 + label.to.1 * length);
    let (start, bend) = (at(radius + 1.0), at(radius + 5.0));
    // A number that stands right above or below its part needs no long way around the ring.
    let straight = label.y.abs() > radius + 4.0 && (label.y - label.to.1 * (radius + LEADER)).abs() < 1.0;
    let reach = if straight { label.to.0.abs() * (radius + LEADER) + 4.0 } else { radius + LEADER };
    let end = (center.0 + side * reach, center.1 + label.y);
    let elbow = (end.0 - side * 3.0, end.1);
    let points = [start, bend, elbow, end];
    let letter = |place: usize| if place == 0 { 'M' } else { 'L' };
    let segments = points.iter().enumerate().map(|(place, (x, y))| Segment::new(letter(place), [*x, *y]));
    drawing.stroke(GREY, 0.6, segments.collect());
    let anchor = if side > 0.0 { Anchor::Start } else { Anchor::End };
    let top = end.1 - (label.lines.len() as f64 - 1.0) * LINE / 2.0;
    for (place, line) in label.lines.iter().enumerate() {
        drawing.text(end.0 + side * 3.0, top + place as f64 * LINE, anchor, line, INK);
    }
}

/// A part of the ring, each arc as cubics of at most a right angle.
fn ring(center: (f64, f64), radius: f64, from: f64, to: f64) -> Vec<Segment> {
    let whole = to - from > TAU - 1e-9;
    let trim = |r: f64| if whole { 0.0 } else { (GAP / 2.0 / r).min((to - from) / 4.0) };
    let inner = radius * HOLE;
    let mut segments = arc(center, radius, from + trim(radius), to - trim(radius), 'M');
    segments.extend(arc(center, inner, to - trim(inner), from + trim(inner), if whole { 'M' } else { 'L' }));
    segments.push(Segment::new('Z', []));
    segments
}

fn arc(center: (f64, f64), radius: f64, from: f64, to: f64, first: char) -> Vec<Segment> {
    let pieces = ((to - from).abs() / FRAC_PI_2).ceil().max(1.0);
    let step = (to - from) / pieces;
    let handle = 4.0 / 3.0 * (step / 4.0).tan() * radius;
    let on = |angle: f64| {
        let (x, y) = point(angle);
        ((center.0 + x * radius, center.1 + y * radius), (-y * handle, x * handle))
    };
    let ((x, y), _) = on(from);
    let mut segments = vec![Segment::new(first, [x, y])];
    for piece in 0..pieces as usize {
        let ((ax, ay), (adx, ady)) = on(from + step * piece as f64);
        let ((bx, by), (bdx, bdy)) = on(from + step * (piece + 1) as f64);
        segments.push(Segment::new('C', [ax + adx, ay + ady, bx - bdx, by - bdy, bx, by]));
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(y: f64) -> Label {
        Label { lines: vec!["1".into()], to: (1.0, 0.0), y }
    }

    #[test]
    fn numbers_of_small_neighbours_do_not_touch() {
        let mut labels = [label(10.0), label(11.0), label(9.0), label(-50.0)];
        let half = spread(&mut labels, 60.0);
        assert!(labels.windows(2).all(|pair| pair[1].y - pair[0].y >= pair[0].height() - 1e-9));
        assert!(labels.iter().all(|label| label.y.abs() + label.height() / 2.0 <= half + 1e-9));
    }

    #[test]
    fn a_number_with_room_stays_beside_its_part() {
        let mut labels = [label(50.0)];
        spread(&mut labels, 100.0);
        assert_eq!(labels[0].y, 50.0);
    }

    #[test]
    fn a_part_begins_where_the_one_before_it_ends() {
        let segments = arc((0.0, 0.0), 100.0, 0.0, TAU / 4.0, 'M');
        assert_eq!(segments[0].1, [0.0, -100.0]);
        assert_eq!(segments[1].1[4..], [100.0, 0.0]);
    }
}
