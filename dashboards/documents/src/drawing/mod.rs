//! Charts as paths and words in points, the same for the PDF and the page. Nothing here knows of either.

mod axis;
mod bars;
mod donut;
mod line;
mod lying;
mod shape;

use shape::Anchor;
pub use shape::{Drawing, Shape};

use crate::chart::ChartKind;
use crate::format::Format;
use crate::measure;
use crate::text::Lang;
use crate::words::words;

/// Each at least 3 : 1 against white; neighbours differ in lightness too, so that grey print tells them apart.
const COLORS: [&str; 8] = ["#17456b", "#c77a1a", "#1f8a70", "#8c2f39", "#6f93b5", "#5f4b8b", "#7d8471", "#3b3b3b"];
const INK: &str = "#22282e";
const GREY: &str = "#5b646d";
const RULE: &str = "#d5dae0";
/// Letters of a chart, in points.
const SIZE: f64 = 8.0;
const LINE: f64 = 10.0;
/// A page's own font may be wider than the PDF's, which is the one that is measured.
const WIDER: f64 = 1.12;

pub fn color(place: usize) -> &'static str {
    COLORS[place % COLORS.len()]
}

/// What a chart draws. Series are as long as the categories are many.
#[derive(Debug)]
pub struct Plot {
    pub kind: ChartKind,
    pub categories: Vec<String>,
    pub series: Vec<Series>,
    pub unit: String,
    pub format: Format,
    pub lang: Lang,
}

#[derive(Debug)]
pub struct Series {
    pub name: String,
    /// None where there is none, or it is withheld.
    pub values: Vec<Option<f64>>,
    pub shown: Vec<String>,
    /// Percentages beside the numbers, or empty.
    pub shares: Vec<String>,
}

pub fn draw(plot: &Plot, width: f64) -> Drawing {
    let some = plot.series.iter().flat_map(|series| &series.values).flatten().any(|value| *value != 0.0);
    let upright = || axis::names_fit(plot, width, !bars::numbers_fit(plot, width));
    match plot.kind {
        _ if !some => empty(plot, width),
        ChartKind::Donut => donut::draw(plot, width),
        ChartKind::HorizontalBar => lying::draw(plot, width),
        ChartKind::Line => line::draw(plot, width),
        ChartKind::Bar | ChartKind::GroupedBar if upright() => bars::draw(plot, width),
        ChartKind::Bar | ChartKind::GroupedBar => lying::draw(plot, width),
    }
}

fn empty(plot: &Plot, width: f64) -> Drawing {
    let mut drawing = Drawing::new(width, 40.0);
    drawing.text(width / 2.0, 20.0, Anchor::Middle, words(plot.lang).empty, GREY);
    drawing
}

/// The width of a chart's letters, in points.
fn text_width(text: &str) -> f64 {
    measure::width(text, false) * SIZE * WIDER
}
