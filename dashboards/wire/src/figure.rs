//! Figures as SQL: the view `figure_<name>` over the session's period and line, and the functions `figure_<name>(period, line)` and
//! `figure(name, period, line)`. Their SQL stays the lake's own; here stand only their columns.

use crate::{
    fault::{self, Refusal},
    role::Role,
    setting::{PERIOD, Settings},
    shelf::seen,
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableFunctionArgs, TableFunctionImpl},
    datasource::{MemTable, TableProvider, TableType},
    error::{DataFusionError, Result},
    logical_expr::Expr,
    physical_plan::ExecutionPlan,
    prelude::SessionContext,
    scalar::ScalarValue,
};
use meyar_lake::{
    Lake, LakeError, Period,
    lexicon::{Kind, Lexicon},
};
use std::{collections::BTreeMap, fmt, sync::Arc};

pub use meyar_lake::lexicon::FIGURE as PREFIX;

/// Every figure with its columns.
pub struct Figures {
    pub lake: Lake,
    schemas: BTreeMap<String, SchemaRef>,
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.schemas.keys()).finish()
    }
}

impl Figures {
    pub fn of(lake: &Lake, lexicon: &Lexicon) -> Self {
        let schemas = lexicon.of_kind(Kind::Figure).map(|figure| (figure.name.clone(), figure.schema())).collect();
        Self { lake: lake.clone(), schemas }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.schemas.keys().map(String::as_str)
    }

    /// The figure as the session's settings ask for it.
    pub fn view(self: &Arc<Self>, name: &str, settings: &Arc<Settings>) -> Option<Arc<dyn TableProvider>> {
        self.table(name, settings, None, None)
    }

    fn table(
        self: &Arc<Self>,
        name: &str,
        settings: &Arc<Settings>,
        period: Option<Period>,
        line: Option<String>,
    ) -> Option<Arc<dyn TableProvider>> {
        let schema = self.schemas.get(name)?.clone();
        let (figures, settings, name) = (self.clone(), settings.clone(), name.to_owned());
        Some(Arc::new(Table { figures, settings, name, schema, period, line }))
    }

    /// The year of the newest call; this year, while there is none.
    async fn latest_year(&self) -> Result<Period, LakeError> {
        let answer =
            self.lake.sql("SELECT CAST(max(month) AS VARCHAR) FROM call_events_all", Vec::<ScalarValue>::new()).await?;
        let month = answer.first().and_then(|batch| ScalarValue::try_from_array(batch.column(0), 0).ok());
        let month = match month {
            Some(ScalarValue::Utf8(Some(month)) | ScalarValue::Utf8View(Some(month))) => month,
            _ => chrono::Utc::now().format("%Y").to_string(),
        };
        Ok(month.chars().take(4).collect::<String>().parse()?)
    }
}

/// One figure of one period, computed when it is read.
#[derive(Debug)]
struct Table {
    figures: Arc<Figures>,
    settings: Arc<Settings>,
    name: String,
    schema: SchemaRef,
    /// Those that were given; else the session's.
    period: Option<Period>,
    line: Option<String>,
}

#[async_trait]
impl TableProvider for Table {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let outside = |error: LakeError| DataFusionError::External(Box::new(error));
        let period = match self.period.clone().or_else(|| self.settings.period()) {
            Some(period) => period,
            None => self.figures.latest_year().await.map_err(outside)?,
        };
        // A period that was given stands for itself: only its own line counts then.
        let line = if self.period.is_some() { self.line.clone() } else { self.settings.line() };
        let rows = self.figures.lake.figure(&self.name, &period, line.as_deref()).await.map_err(outside)?;
        let fitted: Result<Vec<_>, _> =
            rows.into_iter().map(|batch| RecordBatch::try_new(self.schema.clone(), batch.columns().to_vec())).collect();
        MemTable::try_new(self.schema.clone(), vec![fitted?])?.scan(session, projection, filters, limit).await
    }
}

/// `figure(name, period, line)`, or without a name of its own `figure_<name>(period, line)`.
pub struct Function {
    pub figures: Arc<Figures>,
    pub settings: Arc<Settings>,
    pub name: Option<String>,
    pub role: Role,
    /// As a shelf's.
    pub planner: SessionContext,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function {:?} of a {}", self.name, self.role)
    }
}

impl TableFunctionImpl for Function {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let mut given = args.exprs().iter().map(text).collect::<Result<Vec<_>, _>>()?.into_iter();
        let name = match &self.name {
            Some(name) => name.clone(),
            None => given.next().flatten().unwrap_or_default(),
        };
        let period = given.next().flatten().map(|text| text.parse::<Period>()).transpose().map_err(Refusal::from)?;
        let line = given.next().flatten();
        if given.next().is_some() {
            let message = "a figure takes a period and a line: figure_calls_by_line('2024', '195-1-1')";
            return Err(Refusal::new(fault::BAD_VALUE, message).into());
        }
        if period.is_none() && line.is_some() {
            let message = format!("give the period before the line, or SET {PERIOD} and meyar.line");
            return Err(Refusal::new(fault::BAD_VALUE, message).into());
        }
        let figure = self.figures.table(&name, &self.settings, period, line).ok_or_else(|| {
            let known: Vec<_> = self.figures.names().collect();
            let message = format!("figure: `{name}` is not a figure; use one of: {}", known.join(", "));
            DataFusionError::from(Refusal::new(fault::BAD_VALUE, message))
        })?;
        let name = format!("{PREFIX}{name}");
        seen(self.role.sees(&name), &self.planner, &name, figure)
    }
}

/// Functions in FROM are made when the statement is planned, before any parameter is bound.
fn text(argument: &Expr) -> Result<Option<String>, Refusal> {
    match argument {
        Expr::Literal(ScalarValue::Utf8(text) | ScalarValue::Utf8View(text) | ScalarValue::LargeUtf8(text), _) => {
            Ok(text.clone().filter(|text| !text.is_empty()))
        }
        Expr::Literal(ScalarValue::Null, _) => Ok(None),
        Expr::Literal(ScalarValue::Int64(Some(year)), _) => Ok(Some(year.to_string())),
        other => {
            let remedy =
                format!("with a bound parameter call set_config('{PERIOD}', $1, false), then read the view figure_…");
            Err(Refusal::new(
                fault::BAD_VALUE,
                format!("`{other}` is not a text such as '2024-01' or '195-1-1'; {remedy}"),
            ))
        }
    }
}
