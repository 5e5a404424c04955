//! What drawings are made of: paths and words.

use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Serialize)]
pub struct Drawing {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    Path { segments: Vec<Segment>, fill: Option<&'static str>, stroke: Option<&'static str>, thickness: f64 },
    Text { x: f64, y: f64, anchor: Anchor, text: String, size: f64, bold: bool, fill: &'static str },
}

/// Where a text's `x` is; its `y` is the middle of its letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A letter of SVG's path language and its points: `["C", [x1, y1, x2, y2, x, y]]`.
#[derive(Debug, Clone, Serialize)]
pub struct Segment(pub char, pub Vec<f64>);

/// A hundredth of a point is finer than any printer.
fn short(value: f64) -> f64 {
    let value = (value * 100.0).round() / 100.0;
    if value == 0.0 { 0.0 } else { value }
}

impl Segment {
    pub fn new<const N: usize>(letter: char, points: [f64; N]) -> Self {
        Self(letter, points.into_iter().map(short).collect())
    }
}

impl Anchor {
    pub fn svg(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

impl Shape {
    /// The `d` of an SVG path; empty for words.
    pub fn svg_path(&self) -> String {
        let Shape::Path { segments, .. } = self else { return String::new() };
        let mut d = String::new();
        for Segment(letter, points) in segments {
            d.push(*letter);
            for (place, point) in points.iter().enumerate() {
                let _ = write!(d, "{}{point}", if place > 0 { " " } else { "" });
            }
        }
        d
    }
}

impl Drawing {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width: short(width), height: short(height), shapes: Vec::new() }
    }

    pub fn fill(&mut self, color: &'static str, segments: Vec<Segment>) {
        self.shapes.push(Shape::Path { segments, fill: Some(color), stroke: None, thickness: 0.0 });
    }

    pub fn stroke(&mut self, color: &'static str, thickness: f64, segments: Vec<Segment>) {
        self.shapes.push(Shape::Path { segments, fill: None, stroke: Some(color), thickness });
    }

    pub fn line(&mut self, color: &'static str, thickness: f64, from: (f64, f64), to: (f64, f64)) {
        let segments = vec![Segment::new('M', [from.0, from.1]), Segment::new('L', [to.0, to.1])];
        self.stroke(color, thickness, segments);
    }

    pub fn polygon(&mut self, color: &'static str, points: &[(f64, f64)]) {
        let letter = |place: usize| if place == 0 { 'M' } else { 'L' };
        let mut segments: Vec<Segment> =
            points.iter().enumerate().map(|(place, (x, y))| Segment::new(letter(place), [*x, *y])).collect();
        segments.push(Segment::new('Z', []));
        self.fill(color, segments);
    }

    pub fn bar(&mut self, color: &'static str, x: f64, y: f64, width: f64, height: f64) {
        self.polygon(color, &[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]);
    }

    pub fn text(&mut self, x: f64, y: f64, anchor: Anchor, text: &str, fill: &'static str) {
        self.words(x, y, anchor, text, super::SIZE, false, fill);
    }

    #[expect(clippy::too_many_arguments, reason = "a text has this many properties")]
    pub fn words(&mut self, x: f64, y: f64, anchor: Anchor, text: &str, size: f64, bold: bool, fill: &'static str) {
        self.shapes.push(Shape::Text { x: short(x), y: short(y), anchor, text: text.to_owned(), size, bold, fill });
    }
}
