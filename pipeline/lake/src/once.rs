//! A part of a question that stands in it more than once is worked out once: totals beside their rows, one figure inside another twice.
//!
//! The engine puts a `WITH` query's plan wherever its name stands. Only parts that end in groups are taken out: their rows are few, and
//! nothing that the rest of the question asks for could have made them cheaper.

use crate::kept::Kept;
use datafusion::{
    common::{
        Result,
        tree_node::{Transformed, TreeNodeRecursion},
    },
    dataframe::DataFrame,
    datasource::provider_as_source,
    execution::SessionState,
    logical_expr::{LogicalPlan, LogicalPlanBuilder},
};
use std::{collections::HashMap, sync::Arc};

pub fn once(frame: DataFrame) -> Result<DataFrame> {
    let (state, plan) = frame.into_parts();
    let plan = Parts::default().rewritten(&state, plan)?;
    Ok(DataFrame::new(state, plan))
}

#[derive(Default)]
struct Parts(HashMap<LogicalPlan, Arc<Kept>>);

impl Parts {
    fn rewritten(&mut self, state: &SessionState, plan: LogicalPlan) -> Result<LogicalPlan> {
        let mut times: HashMap<LogicalPlan, usize> = HashMap::new();
        plan.apply_with_subqueries(|node| {
            if let LogicalPlan::SubqueryAlias(_) = node
                && is_grouped(node)
            {
                *times.entry(node.clone()).or_default() += 1;
            }
            Ok(TreeNodeRecursion::Continue)
        })?;
        let rewritten = plan.transform_down_with_subqueries(|node| {
            if times.get(&node).is_none_or(|times| *times < 2) {
                return Ok(Transformed::no(node));
            }
            let LogicalPlan::SubqueryAlias(part) = &node else { return Ok(Transformed::no(node)) };
            let kept = match self.0.get(&node) {
                Some(kept) => kept.clone(),
                None => {
                    let inner = self.rewritten(state, part.input.as_ref().clone())?;
                    let kept = Arc::new(Kept::new(&DataFrame::new(state.clone(), inner)));
                    self.0.insert(node.clone(), kept.clone());
                    kept
                }
            };
            let scan = LogicalPlanBuilder::scan(part.alias.clone(), provider_as_source(kept), None)?.build()?;
            Ok(Transformed::new(scan, true, TreeNodeRecursion::Jump))
        })?;
        Ok(rewritten.data)
    }
}

/// Whether its rows are groups, however they are then named, filtered or put together.
fn is_grouped(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(_) | LogicalPlan::Distinct(_) => true,
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Union(_) => plan.inputs().into_iter().all(is_grouped),
        _ => false,
    }
}
