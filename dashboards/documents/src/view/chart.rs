//! A chart in one language: the numbers taken from its table, the drawing, the legend, the words for who cannot see it.

use super::table::shown;
use crate::chart::{Chart, ChartKind, Data};
use crate::document::Document;
use crate::drawing::{self, Drawing, Plot, Series};
use crate::format::Format;
use crate::table::{Row, RowKind, Table};
use crate::text::Lang;
use crate::words::words;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct ChartView {
    pub id: String,
    pub number: usize,
    pub title: String,
    pub alt: String,
    pub drawing: Drawing,
    pub legend: Vec<LegendItem>,
}

#[derive(Debug, Clone, Serialize)]
pub struct LegendItem {
    pub color: &'static str,
    pub name: String,
    pub value: String,
}

impl ChartView {
    /// None only for a chart whose table is missing, which the check refuses.
    pub fn new(document: &Document, chart: &Chart, lang: Lang, number: usize, width: f64) -> Option<Self> {
        let table = document.table(&chart.table)?;
        let plot = plot(table, chart, lang);
        let title = chart.title.get(lang).to_owned();
        Some(ChartView {
            id: chart.id.clone(),
            number,
            alt: alt(chart, &plot, lang),
            title,
            legend: legend(&plot),
            drawing: drawing::draw(&plot, width),
        })
    }
}

/// The rows a chart draws: those it names, or all normal ones.
pub fn chosen<'a>(table: &'a Table, rows: &[String]) -> Vec<(usize, &'a Row)> {
    let all = table.rows.iter().enumerate();
    if rows.is_empty() {
        return all.filter(|(_, row)| row.kind == RowKind::Normal).collect();
    }
    rows.iter().filter_map(|id| table.row(id)).filter_map(|i| Some((i, table.rows.get(i)?))).collect()
}

pub fn plot(table: &Table, chart: &Chart, lang: Lang) -> Plot {
    let number = |row: &Row, column: usize| {
        let cell = row.cells.get(column)?;
        cell.withheld.is_none().then(|| cell.value.number()).flatten()
    };
    let name = |column: usize| table.columns[column].name.get(lang).to_owned();
    let (categories, series, format) = match &chart.data {
        Data::Rows { label, values, share, rows } => {
            let rows: Vec<&Row> = chosen(table, rows).into_iter().map(|(_, row)| row).collect();
            let column = |id: &String| table.column(id);
            let label = column(label).unwrap_or(0);
            let share = share.as_ref().and_then(column);
            let series = values.iter().filter_map(column).map(|value| Series {
                name: name(value),
                values: rows.iter().map(|row| number(row, value)).collect(),
                shown: rows.iter().map(|row| shown(table, row, value, lang)).collect(),
                shares: share.map(|s| rows.iter().map(|row| shown(table, row, s, lang)).collect()).unwrap_or_default(),
            });
            let format = rows.first().zip(values.first().and_then(column)).map(|(row, value)| (*row, value));
            (rows.iter().map(|row| shown(table, row, label, lang)).collect(), series.collect::<Vec<_>>(), format)
        }
        Data::Columns { row, values, shares } => {
            let row = table.row(row).and_then(|place| table.rows.get(place));
            let columns: Vec<usize> = values.iter().filter_map(|id| table.column(id)).collect();
            let shares: Vec<usize> = shares.iter().filter_map(|id| table.column(id)).collect();
            let all = |columns: &[usize]| {
                let one = |row: &Row| columns.iter().map(|c| shown(table, row, *c, lang)).collect();
                row.map(one).unwrap_or_default()
            };
            let series = Series {
                name: table.title.get(lang).to_owned(),
                values: columns.iter().map(|column| row.and_then(|row| number(row, *column))).collect(),
                shown: all(&columns),
                shares: all(&shares),
            };
            (columns.iter().map(|c| name(*c)).collect(), vec![series], row.zip(columns.first().copied()))
        }
    };
    let format = format.map_or(Format::Count, |(row, column)| table.format_of(row, &table.columns[column]));
    Plot { kind: chart.kind, categories, series, unit: chart.unit.get(lang).to_owned(), format, lang }
}

fn with_share(series: &Series, place: usize) -> String {
    match series.shares.get(place) {
        Some(share) => format!("{} ({share})", series.shown[place]),
        None => series.shown[place].clone(),
    }
}

fn legend(plot: &Plot) -> Vec<LegendItem> {
    let color = |place: usize| drawing::color(place);
    match plot.kind {
        ChartKind::Donut => plot
            .categories
            .iter()
            .enumerate()
            .map(|(place, name)| LegendItem {
                color: color(place),
                name: name.clone(),
                value: plot.series.first().map(|series| with_share(series, place)).unwrap_or_default(),
            })
            .collect(),
        _ if plot.series.len() > 1 => plot
            .series
            .iter()
            .enumerate()
            .map(|(place, series)| LegendItem { color: color(place), name: series.name.clone(), value: String::new() })
            .collect(),
        _ => Vec::new(),
    }
}

/// The chart for who cannot see it.
fn alt(chart: &Chart, plot: &Plot, lang: Lang) -> String {
    format!("{}: {}. {}", words(lang).chart(chart.kind), chart.title.get(lang), told(plot))
}

/// Every number of the chart in words.
fn told(plot: &Plot) -> String {
    let several = plot.series.len() > 1;
    let part = |place: usize, name: &String| {
        let values = plot.series.iter().map(|series| match several {
            true => format!("{} {}", series.name, series.shown[place]),
            false => with_share(series, place),
        });
        format!("{name}: {}", values.collect::<Vec<_>>().join(", "))
    };
    let parts: Vec<String> = plot.categories.iter().enumerate().map(|(place, name)| part(place, name)).collect();
    match parts.is_empty() {
        true => words(plot.lang).empty.to_owned(),
        false => format!("{}.", parts.join("; ")),
    }
}
