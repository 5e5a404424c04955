//! The two ways of asking: a text (simple), or a statement that is parsed, bound and executed (extended).

use crate::{
    allow,
    bind::bind,
    command,
    fault::{self, Refusal},
    login::{Connection, not_logged_in},
    rows::Stop,
    session::Session,
};
use async_trait::async_trait;
use datafusion::{logical_expr::LogicalPlan, sql::sqlparser::ast::Statement};
use datafusion_postgres::{
    arrow_pg::datatypes::arrow_schema_to_pg_fields,
    pgwire::{
        api::{
            ClientInfo, ClientPortalStore, Type,
            portal::{Format, Portal},
            query::{ExtendedQueryHandler, SimpleQueryHandler},
            results::{FieldInfo, QueryResponse, Response},
            stmt::QueryParser,
            store::PortalStore,
        },
        error::{PgWireError, PgWireResult},
        messages::PgWireBackendMessage,
    },
};
use futures::{Sink, StreamExt as _};
use std::sync::Arc;

/// A statement in the engine's own form: the state of the lake that it was planned over, its tree and its plan.
type Prepared = (String, Option<(Statement, LogicalPlan)>);

#[async_trait]
impl SimpleQueryHandler for Connection {
    async fn do_query<C>(&self, client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let session = self.session()?;
        let statements = session.parse(query)?;
        if statements.is_empty() {
            return Ok(vec![Response::EmptyQuery]);
        }
        let stop = session.stop().await;
        let mut answers = Vec::new();
        for statement in &statements {
            let allowed = allow::judge(statement)?;
            command::alive(allowed, client.transaction_status())?;
            let answer = match command::answer(&session, client, allowed)? {
                Some(done) => done,
                None => {
                    let stop = stop.again(session.limit_ms());
                    let rows = stop.bound(async {
                        let view = session.view().await?;
                        let plan = session.plan(&view, statement).await?;
                        session.tell(statement, &plan, &[]).await?;
                        session.port.engine.answer(view.context.clone(), plan, Format::UnifiedText).await
                    });
                    Response::Query(stopping(rows.await?, &stop, &session))
                }
            };
            answers.push(answer);
        }
        Ok(answers)
    }
}

fn stopping(mut answer: QueryResponse, stop: &Stop, session: &Session) -> QueryResponse {
    let rows = std::mem::replace(&mut answer.data_rows, futures::stream::empty().boxed());
    answer.data_rows = stop.clone().rows(rows, session.port.limits.rows).boxed();
    answer
}

#[async_trait]
impl ExtendedQueryHandler for Connection {
    type Statement = Prepared;
    type QueryParser = Parser;

    fn query_parser(&self) -> Arc<Parser> {
        Arc::new(Parser(self.session()))
    }

    async fn do_query<C>(&self, client: &mut C, portal: &Portal<Prepared>, _: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + ClientPortalStore + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::PortalStore: PortalStore<Statement = Prepared>,
        C::Error: std::fmt::Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        let session = self.session()?;
        let (planned_over, Some((statement, plan))) = &portal.statement.statement else {
            return Ok(Response::EmptyQuery);
        };
        let allowed = allow::judge(statement)?;
        command::alive(allowed, client.transaction_status())?;
        if let Some(done) = command::answer(&session, client, allowed)? {
            return Ok(done);
        }
        let stop = session.stop().await;
        let answer = stop.bound(async {
            let view = session.view().await?;
            // Data may have landed since the statement was parsed.
            let newer = match view.id == *planned_over {
                true => None,
                false => Some(session.plan(&view, statement).await?),
            };
            let plan = newer.as_ref().unwrap_or(plan);
            let (plan, values) = bind(portal, plan, &session.port.wire_types(statement, plan)?)?;
            session.tell(statement, &plan, &values).await?;
            session.port.engine.answer(view.context.clone(), plan, portal.result_column_format.clone()).await
        });
        Ok(Response::Query(stopping(answer.await?, &stop, &session)))
    }
}

/// Plans for a session; for none, before a login.
pub struct Parser(PgWireResult<Arc<Session>>);

#[async_trait]
impl QueryParser for Parser {
    type Statement = Prepared;

    async fn parse_sql<C>(&self, client: &C, sql: &str, _: &[Option<Type>]) -> PgWireResult<Option<Prepared>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let session = self.0.as_ref().map_err(|_| not_logged_in())?;
        let mut statements = session.parse(sql)?;
        if statements.len() > 1 {
            let message = "cannot insert multiple commands into a prepared statement: send them one by one";
            return Err(Refusal::new(fault::SYNTAX, message).into());
        }
        let Some(statement) = statements.pop() else { return Ok(None) };
        command::alive(allow::judge(&statement)?, client.transaction_status())?;
        let stop = session.stop().await;
        let planned = stop.bound(async {
            let view = session.view().await?;
            let plan = session.plan(&view, &statement).await?;
            Ok((view.id.clone(), plan))
        });
        let (planned_over, plan) = planned.await?;
        Ok(Some((planned_over, Some((statement, plan)))))
    }

    fn get_parameter_types(&self, (_, planned): &Prepared) -> PgWireResult<Vec<Type>> {
        let Some((statement, plan)) = planned else { return Ok(vec![]) };
        self.0.as_ref().map_err(|_| not_logged_in())?.port.wire_types(statement, plan)
    }

    fn get_result_schema(&self, (_, planned): &Prepared, format: Option<&Format>) -> PgWireResult<Vec<FieldInfo>> {
        let Some((_, plan)) = planned else { return Ok(vec![]) };
        arrow_schema_to_pg_fields(plan.schema().as_arrow(), format.unwrap_or(&Format::UnifiedText), None)
    }
}
