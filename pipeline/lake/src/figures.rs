//! Figures: one SQL file each, with a head that tells people what is counted and against what.

use crate::{
    error::LakeError,
    lake::{Lake, collect, read_only},
    period::Period,
    views::Window,
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::{common::ParamValues, scalar::ScalarValue};
use meyar_schemas::{
    Invalid,
    reference::{Line, Table},
};
use rust_embed::RustEmbed;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

#[derive(RustEmbed)]
#[folder = "../../schemas/figures/"]
#[include = "*.sql"]
struct Files;

/// One figure: its words and its SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    pub name: String,
    pub name_az: String,
    pub name_en: String,
    pub formula: String,
    pub denominator: String,
    pub unit: String,
    pub source: String,
    pub params: Vec<String>,
    /// The column whose empty value marks the row of all.
    pub total: Option<String>,
    /// Its row in `ref_targets`.
    pub target: Option<String>,
    /// It needs only the call events of the period's days, and of so many days on either side.
    pub window_days: Option<u64>,
    /// The column along the axis, and those that are drawn.
    pub chart: Option<(String, Vec<String>)>,
    pub columns: Vec<FigureColumn>,
    pub sql: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureColumn {
    pub name: String,
    pub az: String,
    pub en: String,
    /// `text`, `count`, `percent`, `seconds`, `score`, `date`, `yes`.
    pub format: String,
}

/// The figures that this deployment knows, by name.
#[derive(Debug, Default)]
pub struct Figures(BTreeMap<String, Figure>);

impl Figures {
    /// The embedded files, each replaced by the file of the same name in `dir`.
    pub fn load(dir: Option<&Path>) -> Result<Self, LakeError> {
        let mut figures = Self::default();
        for file in Files::iter() {
            let text = Files::get(&file).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
            figures.add(&file, text)?;
        }
        let Some(dir) = dir else { return Ok(figures) };
        let shown = dir.display().to_string();
        let unreadable = |e: std::io::Error| {
            Invalid::new("figures", shown.as_str(), format!("cannot be read ({e})"), "name a folder of .sql files")
        };
        for entry in fs::read_dir(dir).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|e| e == "sql") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                figures.add(&name, fs::read_to_string(&path).map_err(unreadable)?)?;
            }
        }
        Ok(figures)
    }

    fn add(&mut self, file: &str, text: String) -> Result<(), LakeError> {
        let figure = Figure::read(file, text)?;
        self.0.insert(figure.name.clone(), figure);
        Ok(())
    }

    pub fn get(&self, name: &str) -> Result<&Figure, Invalid> {
        self.0.get(name).ok_or_else(|| {
            let known: Vec<_> = self.0.keys().map(String::as_str).collect();
            Invalid::new("figure", name, "is not a figure", format!("use one of: {}", known.join(", ")))
        })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.0.values()
    }
}

impl Figure {
    fn read(file: &str, sql: String) -> Result<Self, Invalid> {
        let head = |key: &str| {
            let prefix = format!("-- {key}: ");
            sql.lines().filter_map(|l| l.strip_prefix(&prefix)).map(|v| v.trim().to_owned()).collect::<Vec<_>>()
        };
        let one = |key: &str| head(key).into_iter().next();
        let need = |key: &str| {
            one(key).ok_or_else(|| {
                Invalid::new(
                    file,
                    "",
                    format!("has no line `-- {key}: …` at its head"),
                    "add it; schemas/figures has examples",
                )
            })
        };
        let column = |line: &String| {
            let bad =
                || Invalid::new(file, line.as_str(), "is not a column", "write name | Azerbaijani | English | format");
            match *line.split('|').map(str::trim).collect::<Vec<_>>() {
                [name, az, en, format] => {
                    let (az, en) = (az.to_owned(), en.to_owned());
                    Ok(FigureColumn { name: name.to_owned(), az, en, format: format.to_owned() })
                }
                _ => Err(bad()),
            }
        };
        let list = |text: &str| text.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>();
        let figure = Self {
            name: need("figure")?,
            name_az: need("name_az")?,
            name_en: need("name_en")?,
            formula: need("formula")?,
            denominator: need("denominator")?,
            unit: need("unit")?,
            source: need("source")?,
            params: list(&need("params")?),
            total: one("total"),
            target: one("target"),
            window_days: one("window_days").and_then(|d| d.parse().ok()),
            chart: one("chart").and_then(|c| c.split_once('|').map(|(x, y)| (x.trim().to_owned(), list(y)))),
            columns: head("column").iter().map(column).collect::<Result<_, _>>()?,
            sql,
        };
        if file.trim_end_matches(".sql") != figure.name {
            return Err(Invalid::new(file, figure.name, "is not the file's name", "name the file <figure>.sql"));
        }
        Ok(figure)
    }
}

/// What a figure's SQL is given.
pub fn params(period: &Period, line: Option<&str>) -> ParamValues {
    let instant = |t: DateTime<Utc>| ScalarValue::TimestampMicrosecond(Some(t.timestamp_micros()), Some("UTC".into()));
    ParamValues::from(vec![
        ("from", instant(period.from())),
        ("to", instant(period.to())),
        ("line", ScalarValue::Utf8(line.map(str::to_owned))),
    ])
}

impl Lake {
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter()
    }

    pub fn figure_named(&self, name: &str) -> Result<&Figure, LakeError> {
        Ok(self.figures.get(name)?)
    }

    /// A line that the centre never had would give a table of nothing, and look like a fact.
    fn is_a_line(&self, line: &str) -> Result<(), Invalid> {
        let lines = Table::<Line>::load(self.reference_dir())?;
        let known: BTreeSet<&str> = lines.rows().iter().map(|row| row.line.as_str()).collect();
        if known.contains(line) {
            return Ok(());
        }
        let known: Vec<&str> = known.into_iter().collect();
        Err(Invalid::new("line", line, "is not a line of the centre", format!("use one of: {}", known.join(", "))))
    }

    /// A figure of a period, for one line or for all.
    pub async fn figure(&self, name: &str, period: &Period, line: Option<&str>) -> Result<Vec<RecordBatch>, LakeError> {
        Ok(self.figure_with_schema(name, period, line).await?.1)
    }

    pub async fn figure_with_schema(
        &self,
        name: &str,
        period: &Period,
        line: Option<&str>,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
        let figure = self.figures.get(name)?;
        if let Some(line) = line {
            self.is_a_line(line)?;
        }
        let session = match figure.window_days {
            Some(days) => self.session_within(Window { period, days }).await?,
            None => self.session().await?,
        };
        let frame = read_only(&session, &figure.sql).await?.with_param_values(params(period, line))?;
        collect(frame).await
    }
}
