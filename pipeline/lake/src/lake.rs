//! The lake as people see it: a read-only SQL session over every table, always at the newest version.

use crate::{
    dictionary,
    error::LakeError,
    figures::Figures,
    log::TableLog,
    reference,
    root::LakeRoot,
    views::{self, Window},
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use chrono::NaiveDate;
use datafusion::{
    catalog::TableProvider,
    common::ParamValues,
    dataframe::DataFrame,
    datasource::empty::EmptyTable,
    execution::context::SQLOptions,
    prelude::{SessionConfig, SessionContext, lit},
    scalar::ScalarValue,
};
use deltalake::DeltaTable;
use meyar_schemas::Subject;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{Mutex, OnceCell, Semaphore};

#[derive(Debug, Clone, Default)]
pub struct LakeOptions {
    /// Replaces reference files, whole file by whole file.
    pub reference_dir: Option<PathBuf>,
    /// Replaces or adds figures.
    pub figures_dir: Option<PathBuf>,
    /// Threads of one query; 0 takes the machine's.
    pub partitions: usize,
    /// Reads every table as it was at these versions, and a table that is not among them as empty: how a frozen report is shown again (P9).
    pub versions: Option<Versions>,
}

/// Version of each table, by its name.
pub type Versions = BTreeMap<String, u64>;

/// Reads a lake. Cheap to clone.
#[derive(Clone)]
pub struct Lake {
    root: LakeRoot,
    options: LakeOptions,
    pub(crate) figures: Arc<Figures>,
    tables: Arc<Mutex<State>>,
    /// Windows are put together one after the other: each takes memory and all cores.
    building: Arc<Semaphore>,
    /// What is made of reference data alone.
    settled: Arc<OnceCell<views::Settled>>,
}

#[derive(Default)]
struct State {
    open: BTreeMap<Subject, Open>,
    /// The session over exactly these versions.
    session: Option<SessionContext>,
    /// Sessions over windows of them, the latest last: a page asks for many figures of one period.
    windows: Vec<(Key, Arc<OnceCell<SessionContext>>)>,
}

type Providers = BTreeMap<Subject, Arc<dyn TableProvider>>;

type Key = (NaiveDate, NaiveDate, u64);

/// Each holds the calls of its period in memory, about a quarter of a kilobyte a call.
const WINDOWS: usize = 4;

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
        Ok(Self {
            root,
            options,
            figures,
            tables: Arc::default(),
            building: Arc::new(Semaphore::new(1)),
            settled: Arc::default(),
        })
    }

    pub(crate) fn reference_dir(&self) -> Option<&Path> {
        self.options.reference_dir.as_deref()
    }

    pub fn root(&self) -> &LakeRoot {
        &self.root
    }

    /// A session over the newest version of every table. `<table>_all` has every revision, `<table>` the latest one of each event; the
    /// views of `schemas/views` and the reference tables `ref_…` stand beside them.
    pub async fn session(&self) -> Result<SessionContext, LakeError> {
        let mut state = self.tables.lock().await;
        if state.refresh(&self.root, self.options.versions.as_ref()).await? {
            state.forget();
        }
        if let Some(session) = &state.session {
            return Ok(session.clone());
        }
        let session = self.build(state.providers(), None).await?;
        state.session = Some(session.clone());
        Ok(session)
    }

    /// A session whose `call_events` holds a window only, and whose `calls` are put together already.
    pub(crate) async fn session_within(&self, window: Window<'_>) -> Result<SessionContext, LakeError> {
        let mut state = self.tables.lock().await;
        if state.refresh(&self.root, self.options.versions.as_ref()).await? {
            state.forget();
        }
        let key = (window.period.first, window.period.last, window.days);
        let cell = state.window(key);
        let providers = state.providers();
        // The calls of a year take a while: nobody who asks for something else waits for them.
        drop(state);
        let build = async || {
            let _turn = self.building.acquire().await;
            self.build(providers, Some(window)).await
        };
        Ok(cell.get_or_try_init(build).await?.clone())
    }

    async fn build(&self, providers: Providers, window: Option<Window<'_>>) -> Result<SessionContext, LakeError> {
        let mut config = SessionConfig::new().with_information_schema(true);
        if self.options.partitions > 0 {
            config = config.with_target_partitions(self.options.partitions);
        }
        config.options_mut().execution.parquet.pushdown_filters = true;
        let session = SessionContext::new_with_config(config);
        reference::register(&session, self.options.reference_dir.as_deref())?;
        for (subject, table) in dictionary::tables() {
            let provider = providers.get(&subject).cloned().unwrap_or_else(|| empty(table.schema()));
            let name = format!("{}_all", table.name);
            register(&session, &name, provider, &table.schema())?;
        }
        let settled = self.settled.get_or_try_init(|| async {
            let alone = SessionContext::new();
            reference::register(&alone, self.options.reference_dir.as_deref())?;
            views::settle(&alone).await
        });
        views::register(&session, settled.await?, window).await?;
        Ok(session)
    }

    /// The version of every table that has one: what a frozen report writes down (P9).
    pub async fn versions(&self) -> Result<Versions, LakeError> {
        let mut state = self.tables.lock().await;
        if state.refresh(&self.root, self.options.versions.as_ref()).await? {
            state.forget();
        }
        Ok(state
            .open
            .iter()
            .map(|(s, open)| (s.table().to_owned(), open.table.version().unwrap_or_default()))
            .collect())
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

/// A table that was made by an older dictionary, and that no lander of the newer one has opened yet, gets the missing columns as empty
/// ones (P5).
fn register(
    session: &SessionContext,
    name: &str,
    provider: Arc<dyn TableProvider>,
    dictionary: &SchemaRef,
) -> Result<(), LakeError> {
    let known = provider.schema();
    let missing: Vec<_> = dictionary.fields().iter().filter(|f| known.field_with_name(f.name()).is_err()).collect();
    if missing.is_empty() {
        session.register_table(name, provider)?;
        return Ok(());
    }
    let mut frame = session.read_table(provider)?;
    for field in missing {
        frame = frame.with_column(field.name(), lit(ScalarValue::try_from(field.data_type())?))?;
    }
    session.register_table(name, frame.into_view())?;
    Ok(())
}

fn empty(schema: SchemaRef) -> Arc<dyn TableProvider> {
    Arc::new(EmptyTable::new(schema))
}

impl Open {
    /// Whether the commit that was read is still there: a folder may be emptied while it is read (a demonstration begun again).
    fn stands(&self) -> bool {
        let url = self.table.table_url();
        let folder = (url.scheme() == "file").then(|| url.to_file_path().ok()).flatten();
        let commit = format!("_delta_log/{:020}.json", self.table.version().unwrap_or_default());
        folder.is_none_or(|folder| folder.join(commit).exists())
    }
}

impl State {
    fn providers(&self) -> Providers {
        self.open.iter().map(|(subject, open)| (*subject, open.provider.clone())).collect()
    }

    fn window(&mut self, key: Key) -> Arc<OnceCell<SessionContext>> {
        // A wider window of the same period serves as well.
        let (first, last, days) = key;
        if let Some((_, cell)) = self.windows.iter().find(|((f, l, d), _)| (*f, *l) == (first, last) && *d >= days) {
            return cell.clone();
        }
        if self.windows.len() == WINDOWS {
            self.windows.remove(0);
        }
        let cell = Arc::<OnceCell<_>>::default();
        self.windows.push((key, cell.clone()));
        cell
    }

    /// Sessions over versions that are no longer the newest.
    fn forget(&mut self) {
        self.session = None;
        self.windows.clear();
    }

    /// Brings every table to its newest version; tells whether anything changed.
    async fn refresh(&mut self, root: &LakeRoot, frozen: Option<&Versions>) -> Result<bool, LakeError> {
        let mut changed = false;
        for (subject, dictionary) in dictionary::tables() {
            if let Some(open) = self.open.get_mut(&subject) {
                let before = open.table.version();
                let same = frozen.is_some()
                    || (open.stands()
                        && open.table.update_incremental(None).await.is_ok()
                        && open.table.version() == before);
                if same {
                    continue;
                }
            }
            // A table that cannot be brought forward may have been emptied and made anew: it is opened again.
            changed |= self.open.remove(&subject).is_some();
            let version = frozen.map(|versions| versions.get(dictionary.name.as_str()).copied());
            if version == Some(None) {
                continue;
            }
            let store = root.table(&dictionary.name)?;
            let Some(mut table) = TableLog::read(store, dictionary, root.to_string()).await? else { continue };
            if let Some(Some(version)) = version {
                table.load_version(version).await.map_err(|e| LakeError::storage(root.to_string(), &e))?;
            }
            let provider = table.table_provider().await?;
            self.open.insert(subject, Open { table, provider });
            changed = true;
        }
        Ok(changed)
    }
}
