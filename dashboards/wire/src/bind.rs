//! Parameters of a prepared statement, put into its plan by their numbers.

use crate::fault::{self, Refusal};
use datafusion::{arrow::datatypes::DataType, common::ParamValues, logical_expr::LogicalPlan};
use datafusion_postgres::{
    arrow_pg::datatypes::df::deserialize_parameters_with_server_types,
    pgwire::{
        api::{
            Type,
            portal::{Format, Portal},
        },
        error::PgWireResult,
    },
};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What the plan expects of each parameter: `$3` is number 3. Numbers may be missing where a part of the statement was left out.
fn expected(plan: &LogicalPlan) -> PgWireResult<BTreeMap<usize, Option<DataType>>> {
    let types = plan.get_parameter_types().map_err(fault::of_query)?;
    Ok(types.into_iter().filter_map(|(name, kind)| Some((name.strip_prefix('$')?.parse().ok()?, kind))).collect())
}

/// The types that a client is told, or uses if it sends none: by number, without gaps.
pub fn wire_types(plan: &LogicalPlan, in_order: Vec<Type>) -> PgWireResult<Vec<Type>> {
    let mut types = vec![Type::UNKNOWN; expected(plan)?.keys().max().copied().unwrap_or_default()];
    for (number, told) in expected(plan)?.keys().zip(in_order) {
        if let Some(place) = number.checked_sub(1).and_then(|place| types.get_mut(place)) {
            *place = told;
        }
    }
    Ok(types)
}

/// The plan with the portal's values in it, and the values as people read them.
pub fn bind<S: Clone>(
    portal: &Portal<S>,
    plan: &LogicalPlan,
    wire: &[Type],
) -> PgWireResult<(LogicalPlan, Vec<String>)> {
    formats(&portal.result_column_format, plan.schema().fields().len())?;
    formats(&portal.parameter_format, portal.parameters.len())?;
    if portal.parameters.len() < wire.len() {
        let message = format!("{} parameters were given, {} are needed", portal.parameters.len(), wire.len());
        return Err(Refusal::new(fault::PROTOCOL, message).into());
    }
    if portal.parameters.is_empty() {
        return Ok((plan.clone(), Vec::new()));
    }
    let mut inferred = vec![None; portal.parameters.len()];
    for (number, kind) in expected(plan)? {
        if let Some(place) = number.checked_sub(1).and_then(|place| inferred.get_mut(place)) {
            *place = kind;
        }
    }
    let inferred: Vec<_> = inferred.iter().map(Option::as_ref).collect();
    let wire: Vec<_> = wire.iter().map(Some).collect();
    // Upstream panics at a binary number that has more digits than it can hold.
    let read = || deserialize_parameters_with_server_types(portal, &inferred, &wire);
    let values = catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        let message =
            "a parameter cannot be read: its bytes are no value of its type, or a number of more than 28 digits";
        Refusal::new(fault::BAD_VALUE, format!("{message}; send it as text"))
    })??;
    let told = match &values {
        ParamValues::List(list) => list.iter().map(|value| value.value().to_string()).collect(),
        ParamValues::Map(_) => Vec::new(),
    };
    Ok((plan.clone().replace_params_with_values(&values).map_err(fault::of_query)?, told))
}

/// One format for all, or one for each.
fn formats(format: &Format, length: usize) -> PgWireResult<()> {
    match format {
        Format::Individual(codes) if codes.len() != length => {
            let message = format!("{} formats were given for {length} values", codes.len());
            Err(Refusal::new(fault::PROTOCOL, message).into())
        }
        _ => Ok(()),
    }
}
