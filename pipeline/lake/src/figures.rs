//! Figures: one SQL file each, with a head that tells people what is counted and against what.

use crate::{
    content,
    error::LakeError,
    head::Figure,
    kept::Kept,
    lake::{Lake, collect, read_only},
    once::once,
    period::Period,
    sink::days,
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use chrono::{DateTime, Utc};
use datafusion::{common::ParamValues, prelude::SessionContext, scalar::ScalarValue};
use futures::future::BoxFuture;
use meyar_schemas::{
    Invalid,
    reference::{Line, Reference, Table},
};
use rust_embed::RustEmbed;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::Arc,
};

#[derive(RustEmbed)]
#[folder = "../../schemas/figures/"]
#[include = "*.sql"]
struct Files;

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
        let Some(dir) = dir else { return figures.expand() };
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
        figures.expand()
    }

    fn expand(mut self) -> Result<Self, LakeError> {
        let names: Vec<String> = self.0.keys().cloned().collect();
        let sql: Vec<String> =
            names.iter().map(|name| expanded(name, &self.0, &mut vec![])).collect::<Result<_, _>>()?;
        for (figure, sql) in self.0.values_mut().zip(sql) {
            figure.sql = sql;
        }
        Ok(self)
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

    /// Whether another figure is made of it.
    fn is_part(&self, name: &str) -> bool {
        self.0
            .values()
            .any(|figure| words(&figure.text, &self.0).any(|word| matches!(word, Word::Figure(n) if n == name)))
    }
}

/// A figure's text, cut where another figure stands in it.
enum Word<'a> {
    Text(&'a str),
    Figure(&'a str),
}

fn words<'a>(text: &'a str, all: &'a BTreeMap<String, Figure>) -> impl Iterator<Item = Word<'a>> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = text;
    let mut found = None;
    std::iter::from_fn(move || {
        if let Some(name) = found.take() {
            return Some(Word::Figure(name));
        }
        let mut from = 0;
        while let Some(at) = rest[from..].find("figure_").map(|at| from + at) {
            let end = rest[at..].find(|c| !part(c)).map_or(rest.len(), |length| at + length);
            let name = &rest[at + "figure_".len()..end];
            if !rest[..at].ends_with(part) && all.contains_key(name) {
                let before = &rest[..at];
                (found, rest) = (Some(name), &rest[end..]);
                return Some(Word::Text(before));
            }
            from = end;
        }
        let last = std::mem::take(&mut rest);
        (!last.is_empty()).then_some(Word::Text(last))
    })
}

/// A table name `figure_<name>` stands for that figure's own SQL, so that a figure made of others says nothing twice.
fn expanded(name: &str, all: &BTreeMap<String, Figure>, inside: &mut Vec<String>) -> Result<String, Invalid> {
    let figure = &all[name];
    if inside.iter().any(|outer| outer == name) {
        let circle = inside.join(" → ");
        return Err(Invalid::new("figure", name, format!("is made of itself ({circle})"), "take one of them out"));
    }
    inside.push(name.to_owned());
    let mut sql = String::with_capacity(figure.text.len());
    for word in words(&figure.text, all) {
        match word {
            Word::Text(text) => sql.push_str(text),
            Word::Figure(inner) => {
                sql.push_str("(\n");
                sql.push_str(expanded(inner, all, inside)?.trim_end());
                sql.push_str("\n)");
            }
        }
    }
    inside.pop();
    Ok(sql)
}

/// What a figure's SQL is given; one that also asks for `$now` is given that by [`Lake::params`].
pub fn params(period: &Period, line: Option<&str>) -> ParamValues {
    ParamValues::from(given(period, line))
}

fn given(period: &Period, line: Option<&str>) -> Vec<(&'static str, ScalarValue)> {
    vec![
        ("from", instant(period.from())),
        ("to", instant(period.to())),
        ("first", ScalarValue::Date32(Some(days(period.first)))),
        ("last", ScalarValue::Date32(Some(days(period.last)))),
        ("line", ScalarValue::Utf8(line.map(str::to_owned))),
    ]
}

fn instant(at: DateTime<Utc>) -> ScalarValue {
    ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some("UTC".into()))
}

impl Lake {
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter()
    }

    pub(crate) fn params(&self, period: &Period, line: Option<&str>) -> ParamValues {
        let mut given = given(period, line);
        given.push(("now", instant(self.now())));
        ParamValues::from(given)
    }

    pub fn figure_named(&self, name: &str) -> Result<&Figure, LakeError> {
        Ok(self.figures.get(name)?)
    }

    /// The line that people name by its number, or by its structure's short name or code. A line that the centre never had would give a
    /// table of nothing, and look like a fact.
    pub fn line_named(&self, name: &str) -> Result<String, Invalid> {
        let lines = Table::<Line>::load(self.reference_dir())?;
        let folded = name.trim().to_lowercase();
        let is =
            |row: &&Line| row.line == folded || row.code.to_lowercase() == folded || row.short.to_lowercase() == folded;
        if let Some(row) = lines.rows().iter().find(is) {
            return Ok(row.line.clone());
        }
        let known = |of: fn(&Line) -> &String| {
            let known: BTreeSet<&str> = lines.rows().iter().map(|row| of(row).as_str()).collect();
            known.into_iter().collect::<Vec<_>>().join(", ")
        };
        let remedy = format!("use one of: {}; or a structure: {}", known(|row| &row.line), known(|row| &row.short));
        Err(Invalid::new("line", name, "is not a line of the centre", remedy))
    }

    /// Refuses a period for which reference data is missing.
    fn has_what_it_needs(&self, figure: &Figure, period: &Period) -> Result<(), Invalid> {
        if figure.needs.is_empty() {
            return Ok(());
        }
        let reference = Reference::load(self.reference_dir())?;
        if figure.needs.iter().any(|need| need == "calendar") {
            for day in [period.first, period.last] {
                reference.calendar.is_working(day)?;
            }
        }
        if figure.needs.iter().any(|need| need == "targets") {
            for target in self.figures.iter().filter(|f| f.name.starts_with("kpi_")).filter_map(|f| f.target.as_deref())
            {
                reference.targets.of(target, None, period.last)?;
            }
        }
        Ok(())
    }

    /// Puts the calls of a period together once for all of these figures: who asks for many begins with the one that looks widest.
    pub async fn prepare(&self, period: &Period, names: impl Iterator<Item = &str>) -> Result<(), LakeError> {
        let windows = names.filter_map(|name| self.figures.get(name).ok()?.window_days);
        if let Some(days) = windows.max() {
            self.session_within(period, days).await?;
        }
        Ok(())
    }

    /// A figure of a period, for one line or for all.
    pub async fn figure(&self, name: &str, period: &Period, line: Option<&str>) -> Result<Vec<RecordBatch>, LakeError> {
        Ok(self.figure_with_schema(name, period, line).await?.1)
    }

    pub fn figure_with_schema<'a>(
        &'a self,
        name: &'a str,
        period: &'a Period,
        line: Option<&'a str>,
    ) -> BoxFuture<'a, Result<(SchemaRef, Vec<RecordBatch>), LakeError>> {
        Box::pin(async move {
            let figure = self.figures.get(name)?;
            if let Some(days) = figure.window_days.filter(|_| figure.by_month)
                && self.is_heavy(period).await?
            {
                return self.month_by_month(figure, period, line, days).await;
            }
            let (session, line) = self.session_for(figure, period, line).await?;
            if figure.window_days.is_none() {
                // This session is for every period.
                let frame =
                    read_only(&session, &figure.sql).await?.with_param_values(self.params(period, line.as_deref()))?;
                return collect(frame).await;
            }
            self.told_within(&session, figure, period, line.as_deref()).await
        })
    }

    /// A figure in a period's own session. What several figures are made of is worked out once there.
    async fn told_within(
        &self,
        session: &SessionContext,
        figure: &Figure,
        period: &Period,
        line: Option<&str>,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
        if figure.tells_ages() {
            // What is worked out once would stay as old as it was then.
            return collect(read_only(session, &figure.sql).await?.with_param_values(self.params(period, line))?).await;
        }
        let sql = match self.figures.is_part(&figure.name) {
            true => format!("SELECT * FROM {}", self.part(session, figure, period, line).await?),
            false => self.over_parts(session, figure, period, line).await?,
        };
        collect(read_only(session, &sql).await?.with_param_values(self.params(period, line))?).await
    }

    /// The figure's SQL over tables of the figures that it is made of.
    async fn over_parts(
        &self,
        session: &SessionContext,
        figure: &Figure,
        period: &Period,
        line: Option<&str>,
    ) -> Result<String, LakeError> {
        let mut sql = String::with_capacity(figure.text.len());
        for word in words(&figure.text, &self.figures.0) {
            match word {
                Word::Text(text) => sql.push_str(text),
                Word::Figure(name) => {
                    let part = Box::pin(self.part(session, self.figures.get(name)?, period, line));
                    sql.push_str(&part.await?);
                }
            }
        }
        Ok(sql)
    }

    /// The name of a table that has a figure's rows: they are worked out when it is first read.
    async fn part(
        &self,
        session: &SessionContext,
        figure: &Figure,
        period: &Period,
        line: Option<&str>,
    ) -> Result<String, LakeError> {
        let [asked, _] = content::key(&period.to_string(), line.unwrap_or_default(), 0);
        let table = format!("part_{}_{asked:016x}", figure.name);
        if !session.table_exist(table.as_str())? {
            let sql = self.over_parts(session, figure, period, line).await?;
            let frame = read_only(session, &sql).await?.with_param_values(self.params(period, line))?;
            let made = session.register_table(table.as_str(), Arc::new(Kept::new(&once(frame)?)));
            // Who asks at the same time may have been faster, and theirs serves as well.
            if !session.table_exist(table.as_str())? {
                made?;
            }
        }
        Ok(table)
    }

    /// So that the memory it takes is that of a month, whatever the period. A month's session is left when the month is told.
    async fn month_by_month(
        &self,
        figure: &Figure,
        period: &Period,
        line: Option<&str>,
        days: u64,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
        let line = line.map(|line| self.line_named(line)).transpose()?;
        self.has_what_it_needs(figure, period)?;
        let mut told: Option<(SchemaRef, Vec<RecordBatch>)> = None;
        for month in period.months() {
            let session = self.passing_session(&month, days).await?;
            let (schema, batches) = self.told_within(&session, figure, &month, line.as_deref()).await?;
            told.get_or_insert_with(|| (schema, Vec::new())).1.extend(batches);
        }
        told.ok_or_else(|| LakeError::Bug(format!("{period} has no month")))
    }

    /// A figure's SQL as it was kept, over this lake: what a frozen document said, said again (P9).
    pub async fn ask_again(
        &self,
        figure: &str,
        sql: &str,
        period: &Period,
        params: impl Into<ParamValues>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let window = self.figures.get(figure).ok().and_then(|figure| figure.window_days);
        let frame = read_only(&self.session_over(window, period).await?, sql).await?.with_param_values(params)?;
        Ok(collect(frame).await?.1)
    }

    async fn session_over(&self, window_days: Option<u64>, period: &Period) -> Result<SessionContext, LakeError> {
        match window_days {
            Some(days) => self.session_within(period, days).await,
            None => self.session_for_all_periods().await,
        }
    }

    /// The session that a figure of a period is asked in, and the line as the tables write it.
    pub(crate) async fn session_for(
        &self,
        figure: &Figure,
        period: &Period,
        line: Option<&str>,
    ) -> Result<(SessionContext, Option<String>), LakeError> {
        let line = line.map(|line| self.line_named(line)).transpose()?;
        self.has_what_it_needs(figure, period)?;
        Ok((self.session_over(figure.window_days, period).await?, line))
    }
}
