//! The lake as people see it: a read-only SQL session over every table, always at the newest version.

use crate::{dictionary, error::LakeError, figures::Figures, log::TableLog, reference, root::LakeRoot, views::{self, Window}};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    catalog::TableProvider,
    common::ParamValues,
    dataframe::DataFrame,
    datasource::empty::EmptyTable,
    execution::context::SQLOptions,
    prelude::{SessionConfig, SessionContext},
};
use deltalake::DeltaTable;
use meyar_schemas::Subject;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tokio::sync::Mutex;

#[derive(Debug, Clone, Default)]
pub struct LakeOptions {
    /// Replaces reference files, whole file by whole file.
    pub reference_dir: Option<PathBuf>,
    /// Replaces or adds figures.
    pub figures_dir: Option<PathBuf>,
    /// Threads of one query; 0 takes the machine's.
    pub partitions: usize,
}

/// Reads a lake. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    root: LakeRoot,
    options: LakeOptions,
    pub(crate) figures: Arc<Figures>,
    tables: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    open: BTreeMap<Subject, Open>,
    /// The session over exactly these versions.
    session: Option<SessionContext>,
}

struct Open {
    table: DeltaTable,
    provider: Arc<dyn TableProvider>,
}

impl Lake {
    /// `place` as in [`LakeRoot::parse`]. A lake that nothing has landed in yet answers every query, with empty tables.
    pub fn open(place: &str, options: LakeOptions) -> Result<Self, LakeError> {
        Self::at(LakeRoot::parse(place)?, options)
    }

    pub fn at(root: LakeRoot, options: LakeOptions) -> Result<Self, LakeError> {
        let figures = Arc::new(Figures::load(options.figures_dir.as_deref())?);
        Ok(Self { root, options, figures, tables: Arc::default() })
    }

    pub fn root(&self) -> &LakeRoot {
        &self.root
    }

    /// A session over the newest version of every table. `<table>_all` has every revision, `<table>` the latest one of each event; the
    /// views of `schemas/views` and the reference tables `ref_…` stand beside them.
    pub async fn session(&self) -> Result<SessionContext, LakeError> {
        let mut state = self.tables.lock().await;
        let changed = state.refresh(&self.root).await?;
        if let (false, Some(session)) = (changed, &state.session) {
            return Ok(session.clone());
        }
        let session = self.build(&state, None).await?;
        state.session = Some(session.clone());
        Ok(session)
    }

    /// A session whose `call_events` holds a window only.
    pub(crate) async fn session_within(&self, window: Window<'_>) -> Result<SessionContext, LakeError> {
        let mut state = self.tables.lock().await;
        if state.refresh(&self.root).await? {
            state.session = None;
        }
        self.build(&state, Some(window)).await
    }

    async fn build(&self, state: &State, window: Option<Window<'_>>) -> Result<SessionContext, LakeError> {
        let mut config = SessionConfig::new().with_information_schema(true);
        if self.options.partitions > 0 {
            config = config.with_target_partitions(self.options.partitions);
        }
        config.options_mut().execution.parquet.pushdown_filters = true;
        let session = SessionContext::new_with_config(config);
        reference::register(&session, self.options.reference_dir.as_deref())?;
        for (subject, table) in dictionary::tables() {
            let provider = match state.open.get(&subject) {
                Some(open) => open.provider.clone(),
                None => empty(table.schema()),
            };
            session.register_table(format!("{}_all", table.name), provider)?;
        }
        views::register(&session, window).await?;
        Ok(session)
    }

    /// The version of every table that has one: what a frozen report writes down (P9).
    pub async fn versions(&self) -> Result<BTreeMap<&'static str, u64>, LakeError> {
        let mut state = self.tables.lock().await;
        state.refresh(&self.root).await?;
        Ok(state.open.iter().map(|(s, open)| (s.table(), open.table.version().unwrap_or_default())).collect())
    }

    /// Answers a query; `params` fill `$name` in it. Anything that would write is refused.
    pub async fn sql(&self, query: &str, params: impl Into<ParamValues>) -> Result<Vec<RecordBatch>, LakeError> {
        Ok(self.frame(query, params).await?.1)
    }

    /// The answer with its schema, which an answer without rows has too.
    pub async fn frame(
        &self,
        query: &str,
        params: impl Into<ParamValues>,
    ) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
        let frame = read_only(&self.session().await?, query).await?.with_param_values(params)?;
        collect(frame).await
    }
}

/// The rows of a frame. An answer without rows is one empty batch, so that its columns can be told.
pub(crate) async fn collect(frame: DataFrame) -> Result<(SchemaRef, Vec<RecordBatch>), LakeError> {
    let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
    let mut batches = frame.collect().await?;
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema.clone()));
    }
    Ok((schema, batches))
}

/// Plans a query that can only read.
pub async fn read_only(session: &SessionContext, query: &str) -> Result<DataFrame, LakeError> {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    Ok(session.sql_with_options(query, options).await?)
}

fn empty(schema: SchemaRef) -> Arc<dyn TableProvider> {
    Arc::new(EmptyTable::new(schema))
}

impl State {
    /// Brings every table to its newest version; tells whether anything changed.
    async fn refresh(&mut self, root: &LakeRoot) -> Result<bool, LakeError> {
        let mut changed = self.session.is_none();
        for (subject, dictionary) in dictionary::tables() {
            let failed = |e: deltalake::DeltaTableError| LakeError::storage(root.to_string(), &e);
            match self.open.get_mut(&subject) {
                Some(open) => {
                    let before = open.table.version();
                    open.table.update_incremental(None).await.map_err(failed)?;
                    if open.table.version() != before {
                        open.provider = open.table.table_provider().await?;
                        changed = true;
                    }
                }
                None => {
                    let store = root.table(&dictionary.name)?;
                    if let Some(table) = TableLog::read(store, dictionary, root.to_string()).await? {
                        let provider = table.table_provider().await?;
                        self.open.insert(subject, Open { table, provider });
                        changed = true;
                    }
                }
            }
        }
        Ok(changed)
    }
}
