//! The lake as people see it: a read-only SQL session over every table, always at the newest version.

use crate::{
    census::Census,
    dictionary,
    error::LakeError,
    figures::Figures,
    kept::Place,
    log::TableLog,
    once::once,
    parts::{self, Parts},
    period::Period,
    planned::Planned,
    reference,
    root::LakeRoot,
    sink::days,
    spans::{self, Span},
    stream::Positions,
    views::{self, Ground, Keeping, Places, Shared, Window},
};
use arrow::{array::RecordBatch, datatypes::SchemaRef};
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::{
    catalog::TableProvider,
    common::ParamValues,
    dataframe::DataFrame,
    datasource::empty::EmptyTable,
    execution::context::SQLOptions,
    logical_expr::Expr,
    prelude::{SessionConfig, SessionContext, col, lit},
    scalar::ScalarValue,
};
use deltalake::DeltaTable;
use futures::future::BoxFuture;
use meyar_schemas::Subject;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{Mutex, MutexGuard, OnceCell, Semaphore};

#[derive(Debug, Clone, Default)]
pub struct LakeOptions {
    /// Replaces reference files, whole file by whole file.
    pub reference_dir: Option<PathBuf>,
    /// Replaces or adds figures.
    pub figures_dir: Option<PathBuf>,
    /// Where calls that were put together, and their appeals, are kept for the next program. Without it, or where it cannot be written, they go with this one.
    pub kept_dir: Option<PathBuf>,
    /// Threads of one query; 0 takes the machine's.
    pub partitions: usize,
    /// Figures that can be told month by month are, when a period has more call events than this.
    pub heavy_events: Option<u64>,
    /// Only what had landed by then: corrections that came later are as if they had not been told.
    pub as_of: Option<DateTime<Utc>>,
    /// Only what had happened by then, whenever it landed; figures take that moment for now. For looking at a day again as it was at an hour.
    pub until: Option<DateTime<Utc>>,
    /// The moment that figures take for now; the clock's, where none is given.
    pub now: Option<DateTime<Utc>>,
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
    parts: Arc<OnceCell<Arc<Parts>>>,
}

#[derive(Default)]
struct State {
    open: BTreeMap<Subject, Open>,
    /// Goes up whenever a table is another one than before.
    edition: u64,
    /// The session over exactly these versions, and what was planned in it.
    session: Option<(SessionContext, Plans)>,
    /// What windows over them share, and the session of figures that no window narrows.
    shared: Arc<OnceCell<Shared>>,
    whole: Arc<OnceCell<SessionContext>>,
    /// Over the events alone.
    events: Option<SessionContext>,
    /// Sessions over windows of them, the latest last: a page asks for many figures of one period.
    windows: Vec<(Key, Arc<OnceCell<SessionContext>>)>,
}

/// Questions that are asked again and again, planned.
type Plans = Arc<Mutex<HashMap<&'static str, Planned>>>;

/// Every table that there is, at one version.
pub(crate) type Tables = BTreeMap<Subject, Ready>;

#[derive(Clone)]
pub(crate) struct Ready {
    provider: Arc<dyn TableProvider>,
    pub(crate) census: Arc<Census>,
    version: u64,
}

type Key = (NaiveDate, NaiveDate, u64);

/// Each holds the calls of its period in memory, unless they are very many.
const WINDOWS: usize = 4;

/// Some four million calls: half a minute of reading, and several gigabytes where a figure holds calls against one another.
const HEAVY_EVENTS: u64 = 20_000_000;

/// The days around a period that most figures look at: who asks for as many finds their session.
const AS_FIGURES: u64 = 2;

struct Open {
    table: DeltaTable,
    provider: Arc<dyn TableProvider>,
    census: Arc<Census>,
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
            parts: Arc::default(),
        })
    }

    /// The folder whose files replace those of the reference data that Meyar ships.
    pub fn reference_dir(&self) -> Option<&Path> {
        self.options.reference_dir.as_deref()
    }

    /// What is now for figures: the moment that was chosen, or the clock's.
    pub fn now(&self) -> DateTime<Utc> {
        self.options.until.or(self.options.as_of).or(self.options.now).unwrap_or_else(Utc::now)
    }

    pub fn root(&self) -> &LakeRoot {
        &self.root
    }

    /// The same lake, as if nothing had happened after this moment. What is made of it is kept nowhere.
    pub fn until(&self, moment: DateTime<Utc>) -> Lake {
        Lake {
            options: LakeOptions { until: Some(moment), kept_dir: None, ..self.options.clone() },
            tables: Arc::default(),
            parts: Arc::default(),
            ..self.clone()
        }
    }

    /// Every table at its newest version; what was made of older ones is forgotten.
    fn newest<'a>(&'a self) -> BoxFuture<'a, Result<MutexGuard<'a, State>, LakeError>> {
        Box::pin(async move {
            let mut state = self.tables.lock().await;
            if state.refresh(&self.root, self.options.versions.as_ref()).await? {
                state.forget();
            }
            Ok(state)
        })
    }

    /// A session over the newest version of every table. `<table>_all` has every revision, `<table>` the latest one of each event; the
    /// views of `schemas/views` and the reference tables `ref_…` stand beside them.
    pub fn session<'a>(&'a self) -> BoxFuture<'a, Result<SessionContext, LakeError>> {
        Box::pin(async move { Ok(self.session_and_plans().await?.0) })
    }

    async fn session_and_plans(&self) -> Result<(SessionContext, Plans), LakeError> {
        let mut state = self.newest().await?;
        if let Some(session) = &state.session {
            return Ok(session.clone());
        }
        let session = self.bare(&state.tables())?;
        self.register(&session, &state.tables(), None, Keeping::Nothing).await?;
        let both = (session, Plans::default());
        state.session = Some(both.clone());
        Ok(both)
    }

    /// The same for figures that no window narrows: what all figures share is worked out once, and kept as long as the tables stay as they are.
    pub(crate) fn session_for_all_periods<'a>(&'a self) -> BoxFuture<'a, Result<SessionContext, LakeError>> {
        Box::pin(async move {
            let state = self.newest().await?;
            let (tables, shared, whole) = (state.tables(), state.shared.clone(), state.whole.clone());
            drop(state);
            let make = || async {
                let shared = self.shared(&tables, &shared).await?;
                let session = self.bare(&tables)?;
                self.register(&session, &tables, None, Keeping::Whole(shared)).await?;
                Ok(session)
            };
            whole.get_or_try_init(make).await.cloned()
        })
    }

    /// A session whose call events and appeals are a window only, and whose calls are put together already. What else figures share is kept in
    /// memory, where it is not too much.
    pub(crate) fn session_within<'a>(
        &'a self,
        period: &'a Period,
        days: u64,
    ) -> BoxFuture<'a, Result<SessionContext, LakeError>> {
        Box::pin(async move {
            let mut state = self.newest().await?;
            let cell = state.window((period.first, period.last, days));
            let (tables, shared, keep) = (state.tables(), state.shared.clone(), !self.heavy(&state, period));
            // The calls of a year take a while: nobody who asks for something else waits for them.
            drop(state);
            Ok(cell.get_or_try_init(|| self.within(tables, shared, period, days, keep)).await?.clone())
        })
    }

    /// The same for one question: what was worked out for it is not kept in memory.
    pub(crate) fn passing_session<'a>(
        &'a self,
        period: &'a Period,
        days: u64,
    ) -> BoxFuture<'a, Result<SessionContext, LakeError>> {
        Box::pin(async move {
            let state = self.newest().await?;
            let (tables, shared) = (state.tables(), state.shared.clone());
            drop(state);
            self.within(tables, shared, period, days, false).await
        })
    }

    async fn within(
        &self,
        tables: Tables,
        shared: Arc<OnceCell<Shared>>,
        period: &Period,
        days: u64,
        keep: bool,
    ) -> Result<SessionContext, LakeError> {
        let _turn = self.building.acquire().await;
        let window = Window::around(period, days);
        let shared = self.shared(&tables, &shared).await?;
        let session = self.bare(&tables)?;
        let spans = self.spans(&tables, window)?;
        let calls = self.calls(&session, &tables, window, &spans).await?;
        let appeals = self.place_of_appeals(&tables, period, window, &spans).await?;
        self.register(&session, &tables, Some(window), Keeping::Within { shared, calls, appeals, keep }).await?;
        Ok(session)
    }

    /// What figures of any period read: worked out when the first of them does.
    async fn shared<'a>(&self, tables: &Tables, cell: &'a OnceCell<Shared>) -> Result<&'a Shared, LakeError> {
        let share = || async {
            let session = self.bare(tables)?;
            let places = self.places_of_shared(tables).await?;
            self.register(&session, tables, None, Keeping::Shared(places)).await
        };
        cell.get_or_try_init(share).await
    }

    fn spans(&self, tables: &Tables, window: Window) -> Result<Vec<Span>, LakeError> {
        let census = tables.get(&Subject::CallEvents).map(|events| events.census.clone()).unwrap_or_default();
        Ok(spans::spans(window.first, window.last, &census, &self.rules()?))
    }

    /// Where the appeals of a long period are written down. A day's are made in no time, and a day that is not over is another one each second.
    async fn place_of_appeals(
        &self,
        tables: &Tables,
        period: &Period,
        window: Window,
        calls: &[Span],
    ) -> Result<Option<Place>, LakeError> {
        const LONG_DAYS: i64 = 28;
        let long = period.last.signed_duration_since(period.first).num_days() + 1 >= LONG_DAYS;
        let Some(appeals) = tables.get(&Subject::Appeals) else { return Ok(None) };
        if !long || self.options.kept_dir.is_none() {
            return Ok(None);
        }
        let rules = self.rules()? + &views::rules_of_appeals();
        let span = spans::over(views::APPEALS, window.first, window.last, calls, &appeals.census, &rules);
        let many = appeals.census.events(window.first, window.last) > parts::IN_MEMORY;
        Ok(Some(Place { parts: self.parts().await?, span, many }))
    }

    /// Where the views that no period narrows are written down, of tables so long that it takes a while to work them out. A shorter one is worked out
    /// as quickly as it is read.
    async fn places_of_shared(&self, tables: &Tables) -> Result<Places, LakeError> {
        let mut places = Places::new();
        if self.options.kept_dir.is_none() {
            return Ok(places);
        }
        let rules = self.rules()?;
        let (first, last) = (NaiveDate::MIN, NaiveDate::MAX);
        for (view, subject) in views::SHARED {
            let Some(Ready { census, .. }) = tables.get(&subject) else { continue };
            if census.events(first, last) > self.options.heavy_events.unwrap_or(HEAVY_EVENTS) / 10 {
                let rules = rules.clone() + &views::rules_of_shared(subject);
                let span = spans::over(view, first, last, &[], census, &rules);
                places.insert(view, Place { parts: self.parts().await?, span, many: true });
            }
        }
        Ok(places)
    }

    /// Waits until all that is kept for the next program is written.
    pub async fn written(&self) {
        if let Some(parts) = self.parts.get() {
            parts.written().await;
        }
    }

    pub(crate) async fn parts(&self) -> Result<Arc<Parts>, LakeError> {
        let made = self.parts.get_or_try_init(async || Parts::at(self.options.kept_dir.as_deref()).map(Arc::new));
        Ok(made.await?.clone())
    }

    /// Whether so many call events lie in a period that it is better told month by month.
    pub(crate) async fn is_heavy(&self, period: &Period) -> Result<bool, LakeError> {
        Ok(self.heavy(&*self.newest().await?, period))
    }

    fn heavy(&self, state: &State, period: &Period) -> bool {
        let events =
            state.open.get(&Subject::CallEvents).map_or(0, |open| open.census.events(period.first, period.last));
        events > self.options.heavy_events.unwrap_or(HEAVY_EVENTS)
    }

    /// A session with the tables as they landed and the reference data, and no views yet.
    pub(crate) fn bare(&self, tables: &Tables) -> Result<SessionContext, LakeError> {
        let session = self.unread();
        reference::register(&session, self.options.reference_dir.as_deref())?;
        self.landed(&session, tables)?;
        // What the logs said at an earlier moment nobody knows.
        let told = tables.iter().filter(|_| self.options.as_of.is_none());
        let versions = told.map(|(subject, ready)| (*subject, ready.version)).collect();
        Positions::register(&session, &self.root, versions)?;
        Ok(session)
    }

    /// A session in which nothing stands.
    fn unread(&self) -> SessionContext {
        let mut config = SessionConfig::new().with_information_schema(true);
        if self.options.partitions > 0 {
            config = config.with_target_partitions(self.options.partitions);
        }
        config.options_mut().execution.parquet.pushdown_filters = true;
        SessionContext::new_with_config(config)
    }

    /// The tables as they landed.
    fn landed(&self, session: &SessionContext, tables: &Tables) -> Result<(), LakeError> {
        for (subject, table) in dictionary::tables() {
            let provider = tables.get(&subject).map_or_else(|| empty(table.schema()), |ready| ready.provider.clone());
            let name = format!("{}_all", table.name);
            let landed = self.options.as_of.map(|then| col("landed_at").lt_eq(instant(then)));
            let happened = self.options.until.map(|then| col("event_time").lt_eq(instant(then)));
            let provider = match landed.into_iter().chain(happened).reduce(Expr::and) {
                Some(known) => session.read_table(provider)?.filter(known)?.into_view(),
                None => provider,
            };
            register(session, &name, provider, &table.schema())?;
        }
        Ok(())
    }

    pub(crate) fn register<'a>(
        &'a self,
        session: &'a SessionContext,
        tables: &'a Tables,
        window: Option<Window>,
        keeping: Keeping<'a>,
    ) -> BoxFuture<'a, Result<Shared, LakeError>> {
        Box::pin(async move {
            let settled = self.settled.get_or_try_init(|| async {
                let alone = SessionContext::new();
                reference::register(&alone, self.options.reference_dir.as_deref())?;
                views::settle(&alone).await
            });
            let revised = revised(tables);
            views::register(session, Ground { settled: settled.await?, revised: &revised, window, keeping }).await
        })
    }

    /// Answers a query over the tables of events alone, each with the newest revisions: no views, figures or reference data stand there. For who asks
    /// again and again while others land, and each new version would plan all of those anew.
    pub fn events<'a>(&'a self, query: &'a str) -> BoxFuture<'a, Result<Vec<RecordBatch>, LakeError>> {
        Box::pin(async move {
            let mut state = self.newest().await?;
            let session = match &state.events {
                Some(session) => session.clone(),
                None => {
                    let session = self.unread();
                    let tables = state.tables();
                    self.landed(&session, &tables)?;
                    views::events(&session, &revised(&tables), None, |_| true).await?;
                    state.events = Some(session.clone());
                    session
                }
            };
            drop(state);
            Ok(collect(read_only(&session, query).await?).await?.1)
        })
    }

    /// All that calls are made by, beside their events.
    fn rules(&self) -> Result<String, LakeError> {
        let reference = meyar_schemas::reference::tables(self.options.reference_dir.as_deref())?;
        let reference = serde_json::to_string(&reference).unwrap_or_default();
        let then = |word: &str, at: Option<DateTime<Utc>>| {
            at.map(|at| format!("{word}{}", at.to_rfc3339())).unwrap_or_default()
        };
        let (as_of, until) = (then("", self.options.as_of), then(" until ", self.options.until));
        Ok(format!("{}\n{reference}{as_of}{until}", views::rules_of_calls()))
    }

    /// The version of every table that has one: what a frozen report writes down (P9).
    pub fn versions<'a>(&'a self) -> BoxFuture<'a, Result<Versions, LakeError>> {
        Box::pin(async move {
            let state = self.newest().await?;
            Ok(state
                .open
                .iter()
                .map(|(s, open)| (s.table().to_owned(), open.table.version().unwrap_or_default()))
                .collect())
        })
    }

    /// As long as it stays the same the same question has the same answer. Versions would not do: a lake that was emptied and filled anew counts from 0.
    pub async fn edition(&self) -> Result<u64, LakeError> {
        Ok(self.newest().await?.edition)
    }

    /// Answers a query; `params` fill `$name` in it. Anything that would write is refused.
    pub async fn sql(&self, query: &str, params: impl Into<ParamValues>) -> Result<Vec<RecordBatch>, LakeError> {
        Ok(self.frame(query, params).await?.1)
    }

    /// The same over the calls of the months that a period lies in, which are put together once for everybody who asks about those.
    pub async fn sql_within(
        &self,
        period: &Period,
        query: &str,
        params: impl Into<ParamValues>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let session = self.session_within(&period.in_months(), AS_FIGURES).await?;
        Ok(collect(read_only(&session, query).await?.with_param_values(params)?).await?.1)
    }

    /// The same for a question that pages ask again and again with other parameters: to plan it through all views takes longer than to answer it,
    /// so it is planned once for the tables as they are.
    pub fn asked<'a>(
        &'a self,
        query: &'static str,
        params: Vec<(&'static str, ScalarValue)>,
    ) -> BoxFuture<'a, Result<Vec<RecordBatch>, LakeError>> {
        Box::pin(async move {
            // A plan reads the tables as its session has them: the two go together, whatever lands meanwhile.
            let (session, plans) = self.session_and_plans().await?;
            let mut plans = plans.lock().await;
            let planned = match plans.get(query) {
                Some(planned) => planned.clone(),
                None => {
                    let planned = Planned::of(&session, query).await?;
                    plans.insert(query, planned.clone());
                    planned
                }
            };
            drop(plans);
            planned.answer(&session, params).await
        })
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

/// Subjects of which an event may have been revised.
fn revised(tables: &Tables) -> BTreeSet<Subject> {
    tables.iter().filter(|(_, ready)| ready.census.revised()).map(|(subject, _)| *subject).collect()
}

/// The rows of a frame. An answer without rows is one empty batch, so that its columns can be told.
pub(crate) fn collect(frame: DataFrame) -> BoxFuture<'static, Result<(SchemaRef, Vec<RecordBatch>), LakeError>> {
    Box::pin(async move {
        let schema: SchemaRef = Arc::new(frame.schema().as_arrow().clone());
        let frame = once(frame)?;
        let mut batches = frame.collect().await?;
        if batches.is_empty() {
            batches.push(RecordBatch::new_empty(schema.clone()));
        }
        Ok((schema, batches))
    })
}

/// Plans a query that can only read.
pub fn read_only<'a>(session: &'a SessionContext, query: &'a str) -> BoxFuture<'a, Result<DataFrame, LakeError>> {
    Box::pin(async move {
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        Ok(session.sql_with_options(query, options).await?)
    })
}

fn instant(at: DateTime<Utc>) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.timestamp_micros()), Some("UTC".into())))
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

pub(crate) fn day(day: NaiveDate) -> Expr {
    lit(ScalarValue::Date32(Some(days(day))))
}

pub(crate) fn empty(schema: SchemaRef) -> Arc<dyn TableProvider> {
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
    fn tables(&self) -> Tables {
        let ready = |open: &Open| Ready {
            provider: open.provider.clone(),
            census: open.census.clone(),
            version: open.table.version().unwrap_or_default(),
        };
        self.open.iter().map(|(subject, open)| (*subject, ready(open))).collect()
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
        self.edition += 1;
        self.session = None;
        self.shared = Arc::default();
        self.whole = Arc::default();
        self.events = None;
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
            let census = Arc::new(Census::of(&table));
            self.open.insert(subject, Open { table, provider, census });
            changed = true;
        }
        Ok(changed)
    }
}
