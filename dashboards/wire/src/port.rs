//! What all sessions of the port share: the lake, the limits, the engine's functions, and what was told about tables once.

use crate::{
    bind,
    catalog::{Catalog, DATABASE, PG_CATALOG, PUBLIC},
    engine::Engine,
    fault,
    figure::Figures,
    function,
    limits::Limits,
    role::Role,
    setting::Settings,
    shelf::{Listings, Shelf},
    tries::Tries,
    witness::Log,
    words::{self, Book, DICTIONARY, FIGURES},
};
use datafusion::{
    catalog::{
        CatalogProvider as _, MemoryCatalogProvider, MemoryCatalogProviderList, SchemaProvider, TableFunctionImpl,
    },
    error::{DataFusionError, Result},
    execution::{
        SessionState, SessionStateBuilder,
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        runtime_env::RuntimeEnvBuilder,
    },
    logical_expr::LogicalPlan,
    prelude::{SessionConfig, SessionContext},
    sql::sqlparser::ast::Statement,
};
use datafusion_postgres::{
    DfSessionService,
    datafusion_pg_catalog::{
        pg_catalog::{PgCatalogStaticTables, context::EmptyContextProvider, setup_pg_catalog},
        sql::PostgresCompatibilityParser,
    },
    pgwire::{
        api::{ConnectionManager, Type, query::ExtendedQueryHandler as _, stmt::QueryParser as _},
        error::PgWireResult,
    },
};
use meyar_lake::Lake;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tokio::sync::{OnceCell, Semaphore};

pub struct Port {
    pub lake: Lake,
    pub limits: Limits,
    pub accounts: PathBuf,
    /// Plain connections are refused.
    pub tls_only: bool,
    pub parser: PostgresCompatibilityParser,
    pub engine: Engine,
    /// Knows the parameters of plans, and no table.
    teller: DfSessionService,
    pub running: Arc<ConnectionManager>,
    pub slots: Arc<Semaphore>,
    pub log: Log,
    pub tries: Mutex<Tries>,
    /// Behind the salts of people who do not exist.
    pub secret: [u8; 32],
    template: SessionState,
    fixed: Arc<PgCatalogStaticTables>,
    /// The figures, and what everything means.
    known: OnceCell<(Arc<Figures>, Book)>,
    shelves: [OnceCell<Arc<Told>>; Role::ALL.len()],
}

/// What a role is told about its tables.
struct Told {
    catalog: Arc<Catalog>,
    listings: Listings,
}

impl Port {
    pub fn new(
        lake: Lake,
        limits: Limits,
        accounts: PathBuf,
        tls_only: bool,
        log: Log,
    ) -> Result<Self, DataFusionError> {
        let mut secret = [0; 32];
        secret[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        secret[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        Ok(Self {
            lake,
            limits,
            accounts,
            tls_only,
            parser: PostgresCompatibilityParser::new(),
            engine: Engine::start()?,
            teller: DfSessionService::new_with_hooks(Arc::new(SessionContext::new()), vec![]),
            running: Arc::new(ConnectionManager::new()),
            slots: Arc::new(Semaphore::new(limits.connections)),
            log,
            tries: Mutex::default(),
            secret,
            template: template(&limits)?,
            fixed: Arc::new(PgCatalogStaticTables::try_new()?),
            known: OnceCell::new(),
            shelves: Default::default(),
        })
    }

    /// The types of a plan's parameters as clients send them.
    pub fn wire_types(&self, statement: &Statement, plan: &LogicalPlan) -> PgWireResult<Vec<Type>> {
        let told = (String::new(), Some((statement.clone(), plan.clone())));
        bind::wire_types(plan, self.teller.query_parser().get_parameter_types(&told)?)
    }

    async fn known(&self) -> PgWireResult<&(Arc<Figures>, Book)> {
        let tell = async || {
            let lexicon = self.lake.lexicon().await.map_err(fault::of_lake)?;
            Ok((Arc::new(Figures::of(&self.lake, &lexicon)), Book(Arc::new(lexicon))))
        };
        self.known.get_or_try_init(tell).await
    }

    /// A session over this state of the lake, as the role sees it.
    pub async fn context(
        &self,
        lake: &SessionContext,
        role: Role,
        user: &str,
        settings: &Arc<Settings>,
    ) -> PgWireResult<SessionContext> {
        let (figures, book) = self.known().await?;
        let told = &self.shelves[role as usize];
        let told = told.get_or_try_init(async || self.tell(lake, role, figures, book).await.map(Arc::new)).await;
        let told = told.map_err(fault::of_query)?.clone();
        self.put_together(lake, role, user, settings, figures, &told).map_err(fault::of_query)
    }

    fn put_together(
        &self,
        lake: &SessionContext,
        role: Role,
        user: &str,
        settings: &Arc<Settings>,
        figures: &Arc<Figures>,
        told: &Told,
    ) -> Result<SessionContext> {
        let catalog = Arc::new(MemoryCatalogProvider::new());
        let shelf = shelf(lake, role, figures, settings, Some(told.listings.clone()))?;
        catalog.register_schema(PUBLIC, Arc::new(shelf))?;
        catalog.register_schema(PG_CATALOG, told.catalog.clone())?;
        let state = SessionStateBuilder::new_from_existing(self.template.clone())
            .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
            .build();
        let context = SessionContext::new_with_state(state);
        context.register_catalog(DATABASE, catalog);
        for function in function::own(&told.catalog.comments, user, settings) {
            context.register_udf(function);
        }
        let function = |name: Option<&str>| -> Arc<dyn TableFunctionImpl> {
            let (figures, settings, planner) = (figures.clone(), settings.clone(), lake.clone());
            Arc::new(crate::figure::Function { figures, settings, name: name.map(str::to_owned), role, planner })
        };
        context.register_udtf("figure", function(None));
        for name in figures.names() {
            context.register_udtf(&format!("{}{name}", crate::figure::PREFIX), function(Some(name)));
        }
        Ok(context)
    }

    /// The columns of tables stay the same while the program runs, so they are listed once.
    async fn tell(&self, lake: &SessionContext, role: Role, figures: &Arc<Figures>, book: &Book) -> Result<Told> {
        let shelf = shelf(lake, role, figures, &Arc::default(), None)?;
        let (mut columns, mut kinds) = (BTreeMap::new(), BTreeMap::new());
        for name in shelf.table_names() {
            let Some(table) = shelf.table(&name).await? else { continue };
            columns.insert(name.clone(), table.schema());
            let kind = shelf.table_type(&name).await?.unwrap_or(table.table_type());
            kinds.insert(name, (table.schema(), kind));
        }
        let listings = Listings { dictionary: book.table(&columns)?, figures: words::figures(&self.lake)? };
        for (name, table) in [(DICTIONARY, &listings.dictionary), (FIGURES, &listings.figures)] {
            kinds.insert(name.to_owned(), (table.schema(), table.table_type()));
        }
        Ok(Told { catalog: Arc::new(Catalog::of(kinds, self.fixed.clone(), book).await?), listings })
    }
}

fn shelf(
    lake: &SessionContext,
    role: Role,
    figures: &Arc<Figures>,
    settings: &Arc<Settings>,
    listings: Option<Listings>,
) -> Result<Shelf> {
    let options = lake.state().config_options().catalog.clone();
    let schema = lake.catalog(&options.default_catalog).and_then(|catalog| catalog.schema(&options.default_schema));
    let schema = schema.ok_or_else(|| DataFusionError::Internal("the lake's session has no schema".into()))?;
    Ok(Shelf {
        role,
        lake: schema,
        figures: figures.clone(),
        settings: settings.clone(),
        listings,
        planner: lake.clone(),
    })
}

/// An engine that has all functions and no tables. Its memory is limited, and it may not write to the disk, not even to sort.
fn template(limits: &Limits) -> Result<SessionState> {
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(limits.memory_mb.saturating_mul(1024 * 1024), 1.0)
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let mut config =
        SessionConfig::new().with_information_schema(true).with_default_catalog_and_schema(DATABASE, PUBLIC);
    config.options_mut().execution.parquet.pushdown_filters = true;
    let context = SessionContext::new_with_config_rt(config, runtime);
    setup_pg_catalog(&context, DATABASE, EmptyContextProvider).map_err(|error| *error)?;
    for function in function::common() {
        context.register_udf(function);
    }
    Ok(context.state())
}
