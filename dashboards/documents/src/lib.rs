//! Documents: what is signed and printed. A model of tables, charts and notes, and its four formats.
//!
//! A [`Document`] says everything in both languages, with raw numbers and with the time it was made at, so that it can be
//! frozen as JSON and rendered again, years later, to the same bytes. Every number stands in a table; charts and
//! headlines point at a table's cells and have none of their own.

mod chart;
mod check;
mod document;
mod drawing;
mod error;
mod excel;
mod files;
mod format;
mod html;
mod json;
mod measure;
mod number;
mod pdf;
mod table;
mod text;
mod view;
mod words;

pub use chart::{Chart, ChartKind, Data};
pub use document::{
    Block, Definition, Document, Headline, Issuer, Kind, MODEL, Section, Signature, State, Step, TableRef,
};
pub use error::{Error, Invalid};
pub use format::{Format, decimal};
pub use table::{Cell, Column, Datum, Mark, Row, RowKind, Table, TableNote, Trend};
pub use text::{Lang, Text};

/// What a document can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Pdf,
    Excel,
    Html,
    /// The data: raw numbers, both languages at once.
    Json,
}

impl Output {
    pub const ALL: [Output; 4] = [Output::Pdf, Output::Excel, Output::Html, Output::Json];

    pub fn extension(self) -> &'static str {
        match self {
            Output::Pdf => "pdf",
            Output::Excel => "xlsx",
            Output::Html => "html",
            Output::Json => "json",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Output::Pdf => "application/pdf",
            Output::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Output::Html => "text/html; charset=utf-8",
            Output::Json => "application/json",
        }
    }
}

/// The same document gives the same bytes, every time.
pub fn render(document: &Document, lang: Lang, output: Output) -> Result<Vec<u8>, Error> {
    check::check(document)?;
    match output {
        Output::Pdf => pdf::pdf(document, lang),
        Output::Excel => excel::excel(document, lang),
        Output::Html => html::html(document, lang),
        Output::Json => json::json(document),
    }
}
