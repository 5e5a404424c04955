//! Native charts, below their table, that refer to its cells.

use super::sheet::{Sheet, raw};
use super::style;
use crate::chart::{Chart, ChartKind, Data};
use crate::drawing::{self, Plot};
use crate::table::{Cell, RowKind};
use crate::view::{chosen, plot};
use crate::words::words;
use rust_xlsxwriter::{
    Chart as Native, ChartDataLabel, ChartLine, ChartPoint, ChartSolidFill, ChartType, Color, Worksheet, XlsxError,
};

/// Of a line of a sheet, in pixels.
const LINE: u32 = 20;
/// Width and height of a chart that stands alone, and of one of several, in pixels.
const ALONE: (u32, u32) = (640, 340);
const ONE_OF_SEVERAL: (u32, u32) = (460, 300);

/// Where the names and the numbers of a chart's series stand.
struct Ranges {
    labels: String,
    /// The cell of the name, the cells of the numbers.
    series: Vec<(String, String)>,
    points: usize,
}

/// Gives the last line and column that a chart reaches.
pub fn insert(worksheet: &mut Worksheet, charts: &[&Chart], sheet: &Sheet) -> Result<(u32, u16), XlsxError> {
    let several = charts.len() > 1;
    let (width, height) = if several { ONE_OF_SEVERAL } else { ALONE };
    let mut line = sheet.end() + 1;
    let mut last = (0, 0);
    let right = sheet.column_at(width + 10);
    let beside = sheet.column_at(sheet.left_of(if several { right } else { 0 }) + width).max(sheet.last_column() + 1);
    let mut copies = (line, beside + 1);
    for (place, chart) in charts.iter().enumerate() {
        let column = if several && place % 2 == 1 { right } else { 0 };
        let plot = plot(sheet.table, chart, sheet.lang);
        if plot.categories.is_empty() {
            continue;
        }
        let ranges = match neighbours(chart, sheet) {
            Some(ranges) => ranges,
            None => copied(worksheet, &plot, sheet, &mut copies)?,
        };
        let mut native = native(chart, &ranges, &plot, sheet);
        native.set_width(width).set_height(height).set_name(&chart.id);
        native.set_alt_text(described(chart, sheet));
        worksheet.insert_chart(line, column, &native)?;
        last = (line + height / LINE, sheet.column_at(sheet.left_of(column) + width).max(last.1));
        if !several || place % 2 == 1 {
            line += height / LINE + 2;
        }
    }
    Ok(last)
}

/// The table's own cells, if those of each series stand in a row or a column without a gap: Excel does not take the names
/// of a chart's parts from scattered cells.
fn neighbours(chart: &Chart, sheet: &Sheet) -> Option<Ranges> {
    let one_by_one = |places: &[usize]| places.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match &chart.data {
        Data::Rows { label, values, rows, .. } => {
            let rows: Vec<usize> = chosen(sheet.table, rows).into_iter().map(|(place, _)| place).collect();
            let (first, last) = (*rows.first()?, *rows.last()?);
            let down = |column: usize| sheet.range(sheet.line(first), column as u16, sheet.line(last), column as u16);
            let series = values.iter().filter_map(|id| sheet.table.column(id));
            let series = series.map(|column| (sheet.cell(sheet.head_of(column), column as u16), down(column)));
            let ranges =
                Ranges { labels: down(sheet.table.column(label)?), series: series.collect(), points: rows.len() };
            one_by_one(&rows).then_some(ranges)
        }
        Data::Columns { row, values, .. } => {
            let columns: Vec<usize> = values.iter().filter_map(|id| sheet.table.column(id)).collect();
            let (first, last) = (*columns.first()?, *columns.last()?);
            let across = |line: u32| sheet.range(line, first as u16, line, last as u16);
            let heads: Vec<u32> = columns.iter().map(|column| sheet.head_of(*column)).collect();
            let ranges = Ranges {
                labels: across(*heads.first()?),
                series: vec![(sheet.cell(0, 0), across(sheet.line(sheet.table.row(row)?)))],
                points: columns.len(),
            };
            (one_by_one(&columns) && heads.windows(2).all(|pair| pair[0] == pair[1])).then_some(ranges)
        }
    }
}

/// Scattered cells are written once more, beside the charts and outside of what is printed.
fn copied(worksheet: &mut Worksheet, plot: &Plot, sheet: &Sheet, at: &mut (u32, u16)) -> Result<Ranges, XlsxError> {
    let (line, column) = *at;
    let last = line + plot.categories.len() as u32;
    for (place, name) in plot.categories.iter().enumerate() {
        worksheet.write(line + 1 + place as u32, column, name)?;
    }
    let mut series = Vec::new();
    for (which, one) in plot.series.iter().enumerate() {
        let column = column + 1 + which as u16;
        worksheet.write(line, column, &one.name)?;
        for (place, value) in one.values.iter().enumerate() {
            let Some(value) = *value else { continue };
            let digits = style::number_format(plot.format, value, &Cell::default(), sheet.lang);
            let look = style::look(RowKind::Normal, 0, plot.format).set_num_format(digits);
            worksheet.write_with_format(line + 1 + place as u32, column, raw(plot.format, value), &look)?;
        }
        series.push((sheet.cell(line, column), sheet.range(line + 1, column, last, column)));
    }
    let labels = sheet.range(line + 1, column, last, column);
    at.0 = last + 2;
    Ok(Ranges { labels, series, points: plot.categories.len() })
}

fn native(chart: &Chart, ranges: &Ranges, plot: &Plot, sheet: &Sheet) -> Native {
    let kind = match chart.kind {
        ChartKind::Donut => ChartType::Doughnut,
        ChartKind::Bar | ChartKind::GroupedBar => ChartType::Column,
        ChartKind::HorizontalBar => ChartType::Bar,
        ChartKind::Line => ChartType::Line,
    };
    let mut native = Native::new(kind);
    native.title().set_name(chart.title.get(sheet.lang)).set_font(rust_xlsxwriter::ChartFont::new().set_size(12));
    for (place, (name, numbers)) in ranges.series.iter().enumerate() {
        let color = fill(place);
        let series = native.add_series();
        series.set_name(format!("={name}").as_str());
        series.set_categories(format!("={}", ranges.labels).as_str()).set_values(format!("={numbers}").as_str());
        if ranges.series.len() == 1 || chart.kind != ChartKind::Line {
            series.set_data_label(ChartDataLabel::new().show_value());
        }
        match chart.kind {
            ChartKind::Donut => {
                let point = |place| ChartPoint::new().set_format(ChartSolidFill::new().set_color(fill(place)));
                series.set_points(&(0..ranges.points).map(point).collect::<Vec<_>>())
            }
            ChartKind::Line => series.set_format(ChartLine::new().set_color(color)),
            _ => series.set_format(ChartSolidFill::new().set_color(color)),
        };
    }
    if chart.kind == ChartKind::Donut {
        native.set_hole_size(58);
        return native;
    }
    if ranges.series.len() == 1 {
        native.legend().set_hidden();
    }
    // A scale that does not begin at zero makes small differences look large.
    let from_zero = plot.series.iter().flat_map(|series| &series.values).flatten().all(|value| *value >= 0.0);
    let scale = if chart.kind == ChartKind::HorizontalBar {
        native.y_axis().set_reverse();
        native.x_axis()
    } else {
        native.y_axis()
    };
    if from_zero {
        scale.set_min(0);
    }
    native
}

/// Excel takes 255 characters; the numbers stand in the cells.
fn described(chart: &Chart, sheet: &Sheet) -> String {
    let text = format!("{}: {}", words(sheet.lang).chart(chart.kind), chart.title.get(sheet.lang));
    text.chars().take(255).collect()
}

fn fill(place: usize) -> Color {
    Color::from(drawing::color(place))
}
