//! A question with parameters, planned once and answered many times.

use crate::{error::LakeError, lake::read_only};
use arrow::{array::RecordBatch, datatypes::DataType};
use datafusion::{
    common::{ParamValues, metadata::ScalarAndMetadata},
    logical_expr::LogicalPlan,
    physical_plan,
    prelude::SessionContext,
    scalar::ScalarValue,
};
use std::{collections::HashMap, sync::Arc};

/// The optimised plan, its parameters still open, and what each of them is compared with.
#[derive(Debug, Clone)]
pub struct Planned {
    plan: Arc<LogicalPlan>,
    types: Arc<HashMap<String, Option<DataType>>>,
}

impl Planned {
    pub async fn of(session: &SessionContext, query: &str) -> Result<Self, LakeError> {
        let frame = read_only(session, query).await?;
        let types = frame.logical_plan().get_parameter_types()?;
        let plan = session.state().optimize(frame.logical_plan())?;
        Ok(Self { plan: Arc::new(plan), types: Arc::new(types) })
    }

    pub async fn answer(
        &self,
        session: &SessionContext,
        params: Vec<(&'static str, ScalarValue)>,
    ) -> Result<Vec<RecordBatch>, LakeError> {
        let mut given = HashMap::new();
        for (name, value) in params {
            // Whoever planned it made both sides of one type, and will not look at them again.
            let value = match self.types.get(&format!("${name}")) {
                Some(Some(kind)) => value.cast_to(kind)?,
                _ => value,
            };
            given.insert(name.to_owned(), ScalarAndMetadata::from(value));
        }
        let plan = self.plan.as_ref().clone().with_param_values(ParamValues::Map(given))?;
        let state = session.state();
        let ready = state.query_planner().create_physical_plan(&plan, &state).await?;
        Ok(physical_plan::collect(ready, session.task_ctx()).await?)
    }
}
