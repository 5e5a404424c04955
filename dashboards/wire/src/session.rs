//! One login: its role, its settings, and the lake as it sees it. Every statement looks for newer data first.

use crate::{
    account::Account,
    allow::{self, Allowed},
    dialect,
    fault::{self, Refusal},
    port::Port,
    role::{Role, Sight},
    rows::Stop,
    setting::Settings,
    witness::{self, Look},
};
use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::{DataType, Field, Schema},
};
use datafusion::{
    common::DFSchema,
    execution::context::SQLOptions,
    logical_expr::{EmptyRelation, LogicalPlan},
    prelude::SessionContext,
    sql::{
        parser::Statement as Parsed,
        resolve::resolve_table_references,
        sqlparser::ast::{Ident, Statement},
    },
};
use datafusion_postgres::pgwire::{
    api::{ConnectionGuard, ConnectionHandle},
    error::{PgWireError, PgWireResult},
};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedSemaphorePermit};

pub struct Session {
    pub port: Arc<Port>,
    pub user: String,
    pub role: Role,
    pub settings: Arc<Settings>,
    handle: Arc<ConnectionHandle>,
    view: Mutex<Option<Arc<View>>>,
    _guard: ConnectionGuard,
    _slot: OwnedSemaphorePermit,
}

/// The lake at one state.
pub struct View {
    pub id: String,
    pub context: SessionContext,
}

impl Session {
    pub fn new(
        port: Arc<Port>,
        user: &str,
        account: &Account,
        (handle, guard): (Arc<ConnectionHandle>, ConnectionGuard),
        slot: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            port,
            user: user.to_owned(),
            role: account.role,
            settings: Arc::default(),
            handle,
            view: Mutex::default(),
            _guard: guard,
            _slot: slot,
        }
    }

    /// The newest state of the lake.
    pub async fn view(&self) -> PgWireResult<Arc<View>> {
        let lake = self.port.lake.session().await.map_err(fault::of_lake)?;
        let mut view = self.view.lock().await;
        if let Some(known) = view.as_ref().filter(|known| known.id == lake.session_id()) {
            return Ok(known.clone());
        }
        let context = self.port.context(&lake, self.role, &self.user, &self.settings).await?;
        let made = Arc::new(View { id: lake.session_id(), context });
        *view = Some(made.clone());
        Ok(made)
    }

    pub fn limit_ms(&self) -> u64 {
        self.settings.statement_ms(self.port.limits.statement_ms)
    }

    /// From now on a request to cancel means the statement that begins.
    pub async fn stop(&self) -> Stop {
        // Not its text, in which people's data may stand.
        tracing::debug!(user = self.user, "sql: a statement begins");
        Stop::new(self.limit_ms(), &self.handle).await
    }

    pub fn parse(&self, sql: &str) -> PgWireResult<Vec<Statement>> {
        dialect::parse(&self.port.parser, sql)
    }

    /// How a statement that may be answered is to be answered; commands have no rows.
    pub async fn plan(&self, view: &View, statement: &Statement) -> PgWireResult<LogicalPlan> {
        match allow::judge(statement)? {
            Allowed::Query => self.plan_query(view, statement).await,
            Allowed::Show(words) => self.plan_show(view, words),
            _ => {
                let schema = Arc::new(DFSchema::empty());
                Ok(LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema }))
            }
        }
    }

    /// Writes down what is about to be answered, where people's traces may stand in it.
    pub async fn tell(&self, statement: &Statement, plan: &LogicalPlan, values: &[String]) -> PgWireResult<()> {
        let asks = matches!(allow::judge(statement)?, Allowed::Query);
        if !asks || !witness::reads_traces(plan).map_err(fault::of_query)? {
            return Ok(());
        }
        let parsed = Parsed::Statement(Box::new(statement.clone()));
        let (tables, _) = resolve_table_references(&parsed, true).map_err(fault::of_query)?;
        let named = tables.iter().filter(|table| !table.schema().is_some_and(witness::is_catalog));
        let mut relations: Vec<String> = named.map(|table| table.table().to_owned()).collect();
        relations.sort_unstable();
        relations.dedup();
        // Settings, and what clients ask of their catalogs alone: the lists there hold no rows of people.
        let of_catalogs = !tables.is_empty() && relations.is_empty();
        if of_catalogs || matches!(statement, Statement::ShowVariable { .. }) {
            return Ok(());
        }
        let look = Look::Asked { relations, statement: witness::told(&statement.to_string(), values) };
        Ok(self.port.log.saw(&self.user, Some(self.role), &look).await?)
    }

    async fn plan_query(&self, view: &View, statement: &Statement) -> PgWireResult<LogicalPlan> {
        let parsed = Parsed::Statement(Box::new(statement.clone()));
        let (tables, _) = resolve_table_references(&parsed, true).map_err(fault::of_query)?;
        for table in tables {
            let name = table.table();
            let there = || async {
                matches!(self.port.lake.session().await, Ok(lake) if lake.table_exist(name).unwrap_or(false))
            };
            if table.schema().is_none_or(|s| s == crate::catalog::PUBLIC)
                && self.role.sees(name) == Sight::Hidden
                && there().await
            {
                let remedy = "\\d lists what you may read; ask for the role analyst if you need this one";
                let message = format!("permission denied for table {name} (role {}): {remedy}", self.role);
                return Err(Refusal::new(fault::NOT_ALLOWED, message).into());
            }
        }
        let plan = view.context.state().statement_to_plan(parsed).await.map_err(fault::of_query)?;
        // The statement was looked at already; this looks at what the planner made of it.
        let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        options.verify_plan(&plan).map_err(|_| Refusal::new(fault::READ_ONLY, "nothing can be written here"))?;
        if self.role != Role::Steward && tells_statistics(&plan) {
            let remedy = "leave VERBOSE out; it is for the role steward";
            let message =
                format!("statistics tell the least and the greatest value of masked and hidden columns: {remedy}");
            return Err(Refusal::new(fault::NOT_ALLOWED, message).into());
        }
        Ok(plan)
    }

    fn plan_show(&self, view: &View, words: &[Ident]) -> PgWireResult<LogicalPlan> {
        let name = words.iter().map(|word| word.value.to_lowercase()).collect::<Vec<_>>();
        let name = match name.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["all"] => {
                let all = self.settings.all();
                let columns = [
                    ("name", all.iter().map(|(name, ..)| Some(*name)).collect::<StringArray>()),
                    ("setting", all.iter().map(|(_, value, _)| Some(value.as_str())).collect()),
                    ("description", all.iter().map(|(.., words)| Some(*words)).collect()),
                ];
                return texts(view, columns.into());
            }
            ["time", "zone"] => "timezone".to_owned(),
            ["transaction", "isolation", "level"] => "transaction_isolation".to_owned(),
            _ => name.join("."),
        };
        let (name, value) = self.settings.show(&name)?;
        texts(view, vec![(name, StringArray::from(vec![value]))])
    }
}

/// Whether an explanation shows the statistics of files, which lie beneath every mask.
fn tells_statistics(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Explain(explained) => explained.verbose || explained.show_statistics.unwrap_or_default(),
        LogicalPlan::Analyze(analyzed) => analyzed.verbose,
        _ => false,
    }
}

fn texts(view: &View, columns: Vec<(&str, StringArray)>) -> PgWireResult<LogicalPlan> {
    let fields: Vec<_> = columns.iter().map(|(name, _)| Field::new(*name, DataType::Utf8, true)).collect();
    let arrays = columns.into_iter().map(|(_, array)| Arc::new(array) as _).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    let batch = batch.map_err(|error| PgWireError::ApiError(Box::new(error)))?;
    let frame = view.context.read_batch(batch).map_err(fault::of_query)?;
    Ok(frame.into_parts().1)
}
