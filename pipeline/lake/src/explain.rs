//! From a cell of a figure's table to the rows that it counts, or is computed over.

use crate::{
    cell::Cell,
    error::LakeError,
    head::{Figure, Rule},
    lake::{Lake, collect, read_only},
    period::Period,
};
use arrow::{
    array::{Int64Array, RecordBatch},
    datatypes::SchemaRef,
};
use chrono::{DateTime, SecondsFormat};
use datafusion::{
    common::ParamValues, dataframe::DataFrame, execution::SendableRecordBatchStream, prelude::SessionContext,
    scalar::ScalarValue,
};
use futures::future::BoxFuture;
use meyar_schemas::Invalid;

/// The rows behind a cell, and how they were found.
#[derive(Debug, Clone)]
pub struct Behind {
    /// The figure that the cell's row comes from: of a table made of others, the one that made the row.
    pub figure: String,
    /// What was asked for the rows, without its page.
    pub sql: String,
    /// What stood for each `$name` in it.
    pub values: Vec<(String, String)>,
    pub total: i64,
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}

/// `limit` rows from `offset` on; without a limit all of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    pub offset: usize,
    pub limit: Option<usize>,
}

impl Figure {
    /// The most particular rule for a cell.
    fn rule(&self, cell: &Cell) -> Option<&Rule> {
        let fits = |rule: &&Rule| {
            rule.column == cell.column
                && rule.only.iter().all(|(key, value)| cell.key(key).unwrap_or_default() == value)
        };
        self.drill.rules.iter().filter(fits).max_by_key(|rule| rule.only.len())
    }

    /// Whether there are rows to show for a cell. It looks at the head alone.
    pub fn has_rows(&self, cell: &Cell) -> bool {
        self.rule(cell).is_some()
    }

    /// The cell of a column in a row of the table; `value` reads the row. In a table with a row of all, a key without a
    /// value stands for all of its values; in others it is a value like any other.
    pub fn cell(&self, column: &str, value: impl Fn(&str) -> Option<String>) -> Cell {
        let keys = self.drill.keys.iter().filter_map(|key| match value(key) {
            None if self.total.is_some() => None,
            told => Some((key.clone(), told.unwrap_or_default())),
        });
        Cell { column: column.to_owned(), keys: keys.collect() }
    }

    fn knows(&self, cell: &Cell) -> Result<(), Invalid> {
        if !self.columns.iter().any(|c| c.name == cell.column) {
            let known: Vec<_> = self.columns.iter().map(|c| c.name.as_str()).collect();
            let problem = format!("is not a column of {}", self.name);
            return Err(Invalid::new(
                "cell",
                cell.column.as_str(),
                problem,
                format!("use one of: {}", known.join(", ")),
            ));
        }
        match cell.keys.iter().find(|(key, _)| !self.drill.keys.contains(key)) {
            Some((key, _)) => {
                let known = &self.drill.keys;
                let remedy =
                    if known.is_empty() { "leave it out".into() } else { format!("use: {}", known.join(", ")) };
                Err(Invalid::new("cell", key.as_str(), format!("does not tell a row of {}", self.name), remedy))
            }
            None => Ok(()),
        }
    }

    fn ruled(&self, cell: &Cell) -> Result<&Rule, Invalid> {
        self.knows(cell)?;
        self.rule(cell).ok_or_else(|| {
            let told = |rule: &Rule| Cell { column: rule.column.clone(), keys: rule.only.clone() }.to_string();
            let mut with: Vec<String> = self.drill.rules.iter().map(told).collect();
            with.dedup();
            let (problem, remedy) = match with.is_empty() {
                true => {
                    ("it is put together from other figures", "ask for a cell of one that its SQL names".to_owned())
                }
                false => ("no rows are counted there", format!("rows stand behind: {}", with.join(" · "))),
            };
            Invalid::new("cell", cell.to_string(), format!("has no rows behind it in {}: {problem}", self.name), remedy)
        })
    }

    /// The figure that made a row, and the cell as that figure calls it.
    fn maker(&self, cell: &Cell) -> Result<Option<(String, Cell)>, Invalid> {
        let Some((column, prefix)) = &self.drill.through else { return Ok(None) };
        let rule = self.ruled(cell)?;
        let Some(value) = cell.key(column) else {
            let problem = format!("does not say which {column}");
            return Err(Invalid::new(
                "cell",
                cell.to_string(),
                problem,
                format!("add {column}=…, as the table writes it"),
            ));
        };
        let keys = cell.keys.iter().filter(|(key, _)| key != column).cloned().collect();
        Ok(Some((format!("{prefix}{value}"), Cell { column: rule.condition.clone(), keys })))
    }

    /// The rows behind a cell as SQL; `$key0` … are the values that tell the row.
    fn rows_sql(&self, cell: &Cell) -> Result<String, Invalid> {
        let rule = self.ruled(cell)?;
        let base = rule.base.as_ref().or(self.drill.base.as_ref());
        let base = base.ok_or_else(|| Invalid::new("cell", cell.to_string(), "has no base", "give its figure one"))?;
        let mut sql = format!("SELECT *\nFROM (SELECT * FROM {base}) AS behind\nWHERE ({})", rule.condition);
        for (i, (key, value)) in cell.keys.iter().enumerate() {
            match value.as_str() {
                _ if rule.only.iter().any(|(only, _)| only == key) => {}
                "" => sql.push_str(&format!("\n  AND {key} IS NULL")),
                _ => sql.push_str(&format!("\n  AND CAST({key} AS VARCHAR) = $key{i}")),
            }
        }
        Ok(sql)
    }
}

/// A cell on its way to its rows.
struct Drilled {
    figure: String,
    sql: String,
    session: SessionContext,
    given: Vec<(String, ScalarValue)>,
}

impl Drilled {
    async fn ask(&self, sql: &str) -> Result<DataFrame, LakeError> {
        let given = ParamValues::from(self.given.clone());
        Ok(read_only(&self.session, sql).await?.with_param_values(given)?)
    }

    async fn total(&self) -> Result<i64, LakeError> {
        let counted = self.ask(&format!("SELECT count(*) AS n FROM ({})", self.sql)).await?;
        let counted = collect(counted).await?.1.into_iter().find(|batch| batch.num_rows() > 0);
        let count = counted.and_then(|batch| Some(batch.column(0).as_any().downcast_ref::<Int64Array>()?.value(0)));
        count.ok_or_else(|| LakeError::Bug("a count without a row".into()))
    }

    /// Ordered by every column that can be: pages must neither repeat a row nor leave one out. Columns that are held to
    /// one value order nothing, and DataFusion (55) does not always plan them.
    async fn page(&self, page: Page) -> Result<DataFrame, LakeError> {
        let all = self.ask(&self.sql).await?;
        let order = all.schema().fields().iter().enumerate();
        let order = order.filter(|(_, f)| !f.data_type().is_nested() && !held(&self.sql, f.name()));
        let order = order.map(|(i, _)| (i + 1).to_string()).collect::<Vec<_>>().join(", ");
        let order = if order.is_empty() { order } else { format!("\nORDER BY {order}") };
        let limit = page.limit.map(|n| format!(" LIMIT {n}")).unwrap_or_default();
        self.ask(&format!("{}{order}{limit} OFFSET {}", self.sql, page.offset)).await
    }
}

impl Lake {
    async fn drilled(
        &self,
        name: &str,
        period: &Period,
        line: Option<&str>,
        cell: &Cell,
    ) -> Result<Drilled, LakeError> {
        let mut figure = self.figures.get(name)?;
        let mut cell = cell.clone();
        while let Some((maker, inner)) = figure.maker(&cell)? {
            (figure, cell) = (self.figures.get(&maker)?, inner);
        }
        let sql = figure.rows_sql(&cell)?;
        let (session, line) = self.session_for(figure, period, line).await?;
        let mut given: Vec<(String, ScalarValue)> = match self.params(period, line.as_deref()) {
            ParamValues::Map(map) => map.into_iter().map(|(name, value)| (name, value.value().clone())).collect(),
            ParamValues::List(_) => vec![],
        };
        let keys = cell.keys.into_iter().enumerate();
        given.extend(keys.map(|(i, (_, value))| (format!("key{i}"), ScalarValue::Utf8(Some(value)))));
        given.sort_by(|a, b| a.0.cmp(&b.0));
        given.retain(|(name, _)| names(&sql, name));
        Ok(Drilled { figure: figure.name.clone(), sql, session, given })
    }

    /// The rows behind a cell of a figure.
    pub fn behind<'a>(
        &'a self,
        name: &'a str,
        period: &'a Period,
        line: Option<&'a str>,
        cell: &'a Cell,
        page: Page,
    ) -> BoxFuture<'a, Result<Behind, LakeError>> {
        Box::pin(async move {
            let drilled = self.drilled(name, period, line, cell).await?;
            let total = drilled.total().await?;
            let (schema, batches) = collect(drilled.page(page).await?).await?;
            let Drilled { figure, sql, given, .. } = drilled;
            let values = given.into_iter().map(|(name, value)| (format!("${name}"), shown(value))).collect();
            Ok(Behind { figure, sql, values, total, schema, batches })
        })
    }

    /// The same rows one batch after the other, for those who want all of them.
    pub fn stream_behind<'a>(
        &'a self,
        name: &'a str,
        period: &'a Period,
        line: Option<&'a str>,
        cell: &'a Cell,
        page: Page,
    ) -> BoxFuture<'a, Result<SendableRecordBatchStream, LakeError>> {
        Box::pin(async move {
            let drilled = self.drilled(name, period, line, cell).await?;
            Ok(drilled.page(page).await?.execute_stream().await?)
        })
    }
}

/// A value as people write it in SQL, without its quotes.
fn shown(value: ScalarValue) -> String {
    match value {
        value if value.is_null() => "NULL".to_owned(),
        ScalarValue::TimestampMicrosecond(Some(micros), _) => DateTime::from_timestamp_micros(micros)
            .map_or_else(|| micros.to_string(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
        value => value.to_string(),
    }
}

/// Whether SQL holds a column to one value.
fn held(sql: &str, column: &str) -> bool {
    sql.contains(&format!("{column} = ")) || sql.contains(&format!("CAST({column} AS VARCHAR) = "))
}

/// Whether SQL asks for a parameter.
fn names(sql: &str, param: &str) -> bool {
    sql.split('$').skip(1).any(|rest| {
        rest.strip_prefix(param).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}
