//! One table on one sheet.

use super::style::{self, Styles};
use super::{A4, absolute};
use crate::format::{Format, NOTHING};
use crate::measure;
use crate::table::{Cell, Datum, Row, RowKind, Table};
use crate::text::Lang;
use crate::words::words;
use chrono::NaiveDate;
use rust_xlsxwriter::{ExcelDateTime, Url, Worksheet, XlsxError};

const MS_OF_A_DAY: f64 = 86_400_000.0;
/// The title, the way back, an empty line.
const ABOVE: u32 = 3;
/// Columns are no wider than this, in Excel's characters.
const WIDEST: f64 = 46.0;
/// Excel's characters in an em, and pixels in a character and in a column of no width of its own.
const IN_EM: f64 = 2.1;
const PIXELS: f64 = 7.0;
const PLAIN: u32 = 64;
/// A line of text, in points.
const LINE: f64 = 15.0;

/// The number as Excel counts.
pub fn raw(format: Format, value: f64) -> f64 {
    if format == Format::Duration { value / MS_OF_A_DAY } else { value }
}

pub struct Sheet<'a> {
    pub table: &'a Table,
    pub name: &'a str,
    pub lang: Lang,
    landscape: bool,
}

impl<'a> Sheet<'a> {
    pub fn new(table: &'a Table, name: &'a str, landscape: bool, lang: Lang) -> Self {
        Self { table, name, lang, landscape: landscape || table.columns.len() > 7 }
    }

    fn deep(&self) -> bool {
        self.table.columns.iter().any(|column| column.group.is_some())
    }

    /// The line of the columns' names.
    fn head(&self) -> u32 {
        ABOVE + u32::from(self.deep())
    }

    /// The line of a row of the table.
    pub fn line(&self, row: usize) -> u32 {
        self.head() + 1 + row as u32
    }

    pub fn last_column(&self) -> u16 {
        self.table.columns.len().saturating_sub(1) as u16
    }

    fn last_line(&self) -> u32 {
        self.head() + self.table.rows.len().max(1) as u32
    }

    /// The key to the signs, and the notes.
    fn below(&self) -> Vec<String> {
        let key = style::key(self.table, self.lang).join("   ");
        let notes = self.table.notes.iter().map(|note| match (note.marker.as_str(), note.text.get(self.lang)) {
            ("", text) => format!("{}: {text}", words(self.lang).note),
            (marker, text) => format!("({marker}) {text}"),
        });
        Some(key).filter(|key| !key.is_empty()).into_iter().chain(notes).collect()
    }

    /// The line after the notes.
    pub fn end(&self) -> u32 {
        self.last_line() + 1 + self.below().len() as u32
    }

    /// `calls-by-line` is no name in Excel, `calls_by_line` is.
    pub fn defined_name(&self) -> String {
        format!("t_{}", self.table.id.replace('-', "_"))
    }

    /// Heads and rows.
    pub fn reference(&self) -> String {
        format!("={}", self.range(self.head(), 0, self.last_line(), self.last_column()))
    }

    pub fn range(&self, line: u32, column: u16, last_line: u32, last_column: u16) -> String {
        format!("'{}'!{}:{}", self.name, absolute(line, column), absolute(last_line, last_column))
    }

    pub fn cell(&self, line: u32, column: u16) -> String {
        format!("'{}'!{}", self.name, absolute(line, column))
    }

    /// The line of a column's name, which charts take their series' names from.
    pub fn head_of(&self, column: usize) -> u32 {
        let alone = self.deep() && self.table.columns.get(column).is_some_and(|c| c.group.is_none());
        if alone { ABOVE } else { self.head() }
    }

    pub fn write(&self, worksheet: &mut Worksheet) -> Result<(), XlsxError> {
        let styles = Styles::default();
        let words = words(self.lang);
        worksheet.set_name(self.name)?;
        worksheet.write_with_format(0, 0, self.table.title.get(self.lang), &styles.title)?;
        worksheet.write_url(1, 0, Url::new(format!("internal:'{}'!A1", words.contents)).set_text(words.back))?;
        self.write_heads(worksheet, &styles)?;
        for (place, row) in self.table.rows.iter().enumerate() {
            self.write_row(worksheet, self.line(place), row)?;
        }
        if self.table.rows.is_empty() {
            self.across(worksheet, self.line(0), words.empty, &styles.note)?;
        }
        for (place, text) in self.below().iter().enumerate() {
            self.across(worksheet, self.last_line() + 1 + place as u32, text, &styles.note)?;
        }
        self.set_sizes(worksheet)?;
        worksheet.set_freeze_panes(self.head() + 1, 1)?;
        Ok(())
    }

    /// A text over the whole width of the table, with as high a line as it needs.
    fn across(
        &self,
        sheet: &mut Worksheet,
        line: u32,
        text: &str,
        look: &rust_xlsxwriter::Format,
    ) -> Result<(), XlsxError> {
        let width: f64 = self.widths().iter().sum();
        let lines = (measure::width(text, false) * IN_EM / width).ceil().max(1.0);
        sheet.set_row_height(line, LINE * lines)?;
        if self.last_column() == 0 {
            sheet.write_with_format(line, 0, text, look)?;
        } else {
            sheet.merge_range(line, 0, line, self.last_column(), text, look)?;
        }
        Ok(())
    }

    fn write_heads(&self, worksheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
        let name = |place: usize| {
            let column = &self.table.columns[place];
            format!("{}{}", column.name.get(self.lang), style::raised(&column.notes))
        };
        let look = |place: usize| match self.table.columns[place].format {
            format if format.is_number() || format == Format::ByRow => &styles.number_head,
            _ => &styles.head,
        };
        let mut place = 0;
        while place < self.table.columns.len() {
            let group = self.table.columns[place].group.as_ref();
            let like = |column: &&crate::table::Column| group.is_some() && column.group.as_ref() == group;
            let span = self.table.columns[place..].iter().take_while(like).count().max(1);
            let (first, last) = (place as u16, (place + span - 1) as u16);
            match group {
                Some(group) if span > 1 => {
                    worksheet.merge_range(ABOVE, first, ABOVE, last, group.get(self.lang), &styles.group)?;
                }
                Some(group) => {
                    worksheet.write_with_format(ABOVE, first, group.get(self.lang), &styles.group)?;
                }
                None if self.deep() => {
                    worksheet.merge_range(ABOVE, first, ABOVE + 1, first, &name(place), look(place))?;
                }
                None => {}
            }
            for column in place..place + span {
                if group.is_some() || !self.deep() {
                    worksheet.write_with_format(self.head(), column as u16, name(column), look(column))?;
                }
            }
            place += span;
        }
        Ok(())
    }

    fn write_row(&self, worksheet: &mut Worksheet, line: u32, row: &Row) -> Result<(), XlsxError> {
        if row.kind == RowKind::Subhead {
            let title = match row.cells.first().map(|cell| &cell.value) {
                Some(Datum::Words(title)) => title.get(self.lang),
                Some(Datum::Word(title)) => title,
                _ => "",
            };
            return self.across(worksheet, line, title, &style::look(row.kind, 0, Format::Text));
        }
        for (place, (cell, column)) in row.cells.iter().zip(&self.table.columns).enumerate() {
            let indent = if place == 0 { row.indent } else { 0 };
            self.write_cell(worksheet, (line, place as u16), row, cell, self.table.format_of(row, column), indent)?;
        }
        Ok(())
    }

    fn write_cell(
        &self,
        worksheet: &mut Worksheet,
        (line, column): (u32, u16),
        row: &Row,
        cell: &Cell,
        format: Format,
        indent: u8,
    ) -> Result<(), XlsxError> {
        let look = style::look(row.kind, indent, format);
        if let Some(word) = &cell.withheld {
            let text = format!("{}{}", word.get(self.lang), style::signs(cell));
            worksheet.write_with_format(line, column, text, &style::withheld(look))?;
            return Ok(());
        }
        match (&cell.value, cell.value.number()) {
            (Datum::Nothing, _) => {
                worksheet.write_with_format(line, column, format!("{NOTHING}{}", style::signs(cell)), &look)?;
            }
            (_, Some(value)) => {
                let look = look.set_num_format(style::number_format(format, value, cell, self.lang));
                worksheet.write_number_with_format(line, column, raw(format, value), &look)?;
            }
            (Datum::Word(day), _) if format == Format::Date => {
                let look = look.set_num_format(style::number_format(format, 0.0, cell, self.lang));
                let day = day.parse::<NaiveDate>().unwrap_or_default().format("%Y-%m-%d").to_string();
                worksheet.write_datetime_with_format(line, column, &ExcelDateTime::parse_from_str(&day)?, &look)?;
            }
            (value, _) => {
                let text = format.show(self.lang, value).unwrap_or_default();
                worksheet.write_with_format(line, column, format!("{text}{}", style::signs(cell)), &look)?;
            }
        }
        Ok(())
    }

    /// In Excel's characters, each about half an em.
    fn widths(&self) -> Vec<f64> {
        let of = |place: usize| {
            let column = &self.table.columns[place];
            let head = column.name.get(self.lang);
            let mut widest = measure::longest_word(head, true).max(measure::width(head, true) / 2.5);
            for row in self.table.rows.iter().filter(|row| row.kind != RowKind::Subhead) {
                widest = widest.max(self.width_of(row, place));
            }
            (widest * IN_EM + 3.0).clamp(9.0, WIDEST)
        };
        (0..self.table.columns.len()).map(of).collect()
    }

    /// In ems.
    fn width_of(&self, row: &Row, place: usize) -> f64 {
        let Some(cell) = row.cells.get(place) else { return 0.0 };
        let text = crate::view::shown(self.table, row, place, self.lang) + &style::signs(cell);
        measure::width(&text, row.kind == RowKind::Total) + f64::from(row.indent)
    }

    /// Wrapped cells get as many lines as they need: not every program that opens a workbook finds that out itself.
    fn set_sizes(&self, worksheet: &mut Worksheet) -> Result<(), XlsxError> {
        let widths = self.widths();
        for (place, width) in widths.iter().enumerate() {
            worksheet.set_column_width(place as u16, *width)?;
        }
        let lines = |em: f64, width: f64| (em * IN_EM / (width - 1.0)).ceil().max(1.0);
        let heads = self.table.columns.iter().map(|column| measure::width(column.name.get(self.lang), true));
        let highest = heads.zip(&widths).map(|(em, width)| lines(em * 1.1, *width)).fold(1.0, f64::max);
        worksheet.set_row_height(self.head(), LINE * highest + 2.0)?;
        for (place, row) in self.table.rows.iter().enumerate().filter(|(_, row)| row.kind != RowKind::Subhead) {
            let cells = widths.iter().enumerate().map(|(column, width)| lines(self.width_of(row, column), *width));
            let highest = cells.fold(1.0, f64::max);
            if highest > 1.0 {
                worksheet.set_row_height(self.line(place), LINE * highest)?;
            }
        }
        Ok(())
    }

    /// Pixels to the left of a column.
    pub fn left_of(&self, column: u16) -> u32 {
        let widths = self.widths();
        let pixels = |place| widths.get(usize::from(place)).map_or(PLAIN, |width| (width * PIXELS) as u32 + 5);
        (0..column).map(pixels).sum()
    }

    /// The first column that begins at or after so many pixels.
    pub fn column_at(&self, pixels: u32) -> u16 {
        (0..u16::MAX).find(|column| self.left_of(*column) >= pixels).unwrap_or(u16::MAX)
    }

    pub fn lay_out_for_print(&self, worksheet: &mut Worksheet, (line, column): (u32, u16)) -> Result<(), XlsxError> {
        worksheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
        if self.landscape {
            worksheet.set_landscape();
        }
        worksheet.set_repeat_rows(ABOVE, self.head())?;
        // The title is larger than the table's letters, and may be wider than the table.
        let title = measure::width(self.table.title.get(self.lang), true) * 19.0 * 1.2;
        let reached = column.max(self.column_at(title as u32)).saturating_sub(1).max(self.last_column());
        worksheet.set_print_area(0, 0, line.max(self.end() - 1), reached)?;
        worksheet.set_footer(format!("&L{}&R&P / &N", self.name.replace('&', "&&")));
        Ok(())
    }
}
