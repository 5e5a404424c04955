//! The figures that a document asks for: each once, with what was asked.

use super::error::ReportError;
use meyar_lake::{Figure, Lake, Period, output};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub type Row = Map<String, Value>;

/// A figure as it was asked: its SQL and what filled it. With the lake's versions it can be asked again (P9).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub figure: String,
    pub period: String,
    pub line: Option<String>,
    pub sql: String,
    pub rows: Vec<Row>,
}

pub struct Facts<'a> {
    pub lake: &'a Lake,
    pub period: Period,
    pub line: Option<String>,
    asked: BTreeMap<(String, String), Asked>,
}

impl<'a> Facts<'a> {
    pub fn new(lake: &'a Lake, period: Period, line: Option<String>) -> Self {
        Self { lake, period, line, asked: BTreeMap::new() }
    }

    pub fn figure(&self, name: &str) -> Result<Figure, ReportError> {
        Ok(self.lake.figure_named(name)?.clone())
    }

    pub async fn rows(&mut self, name: &str) -> Result<Vec<Row>, ReportError> {
        let period = self.period.clone();
        self.rows_of(name, &period).await
    }

    pub async fn rows_of(&mut self, name: &str, period: &Period) -> Result<Vec<Row>, ReportError> {
        let key = (name.to_owned(), period.to_string());
        if let Some(asked) = self.asked.get(&key) {
            return Ok(asked.rows.clone());
        }
        let rows = output::rows(&self.lake.figure(name, period, self.line.as_deref()).await?)?;
        let sql = self.lake.figure_named(name)?.sql.clone();
        let asked = Asked { figure: name.into(), period: period.to_string(), line: self.line.clone(), sql, rows };
        Ok(self.asked.entry(key).or_insert(asked).rows.clone())
    }

    /// A value of the row of all, or of the only row.
    pub async fn of_all(&mut self, name: &str, column: &str) -> Result<Value, ReportError> {
        let figure = self.figure(name)?;
        let rows = self.rows(name).await?;
        let is_total = |row: &&Row| figure.total.as_ref().is_none_or(|key| row.get(key).is_none_or(Value::is_null));
        Ok(rows.iter().find(is_total).and_then(|row| row.get(column)).cloned().unwrap_or_default())
    }

    pub fn into_asked(self) -> Vec<Asked> {
        self.asked.into_values().collect()
    }
}
