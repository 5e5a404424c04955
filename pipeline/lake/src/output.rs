//! Answers as text: a table for people, CSV and JSON for programs.

use crate::error::LakeError;
use arrow::{
    array::RecordBatch,
    csv, json,
    util::{display::FormatOptions, pretty::pretty_format_batches_with_options},
};
use meyar_schemas::Invalid;
use serde_json::{Map, Value};
use std::str::FromStr;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    #[default]
    Table,
    Csv,
    /// An array of objects; a column without a value is null.
    Json,
}

impl FromStr for Format {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "table" => Ok(Format::Table),
            "csv" => Ok(Format::Csv),
            "json" => Ok(Format::Json),
            _ => Err(Invalid::new("format", text, "is not a format", "use table, csv or json")),
        }
    }
}

pub fn text(batches: &[RecordBatch], format: Format) -> Result<String, LakeError> {
    match format {
        Format::Table => {
            let options = FormatOptions::default().with_null("–");
            Ok(pretty_format_batches_with_options(batches, &options)?.to_string())
        }
        Format::Csv => {
            let mut bytes = Vec::new();
            let mut writer = csv::Writer::new(&mut bytes);
            for batch in batches {
                writer.write(batch)?;
            }
            drop(writer);
            String::from_utf8(bytes).map_err(|e| LakeError::Bug(e.to_string()))
        }
        Format::Json => {
            let rows = rows(batches)?;
            serde_json::to_string_pretty(&rows).map_err(|e| LakeError::Bug(e.to_string()))
        }
    }
}

/// Rows as JSON objects, in the columns' order; what templates and reports read.
pub fn rows(batches: &[RecordBatch]) -> Result<Vec<Map<String, Value>>, LakeError> {
    let mut writer =
        json::WriterBuilder::new().with_explicit_nulls(true).build::<_, json::writer::JsonArray>(Vec::new());
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    let bytes = writer.into_inner();
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&bytes).map_err(|e| LakeError::Bug(e.to_string()))
}
