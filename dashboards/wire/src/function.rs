//! Functions that clients call and the query engine lacks.

use crate::{
    catalog::{Comments, DATABASE},
    fault::{self, Refusal},
    setting::{SERVER_VERSION, Settings},
};
use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, BooleanArray, Int32Array, StringArray, new_null_array},
    compute::cast,
    datatypes::{DataType, Field, Int64Type},
};
use datafusion::{
    error::Result,
    logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

type Work = Arc<dyn Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync>;

/// A function of any arguments, told by its name.
struct Plain {
    name: &'static str,
    signature: Signature,
    gives: DataType,
    work: Work,
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Plain {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.work, &other.work)
    }
}

impl Eq for Plain {}

impl Hash for Plain {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Plain {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.gives.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let arrays = args.args.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<_>>>()?;
        Ok(ColumnarValue::Array((self.work)(&arrays, rows)?))
    }
}

fn plain(
    name: &'static str,
    gives: DataType,
    volatility: Volatility,
    work: impl Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    let signature = Signature::one_of(
        vec![datafusion::logical_expr::TypeSignature::VariadicAny, datafusion::logical_expr::TypeSignature::Nullary],
        volatility,
    );
    ScalarUDF::from(Plain { name, signature, gives, work: Arc::new(work) })
}

fn text(name: &'static str, value: impl Into<String>) -> ScalarUDF {
    let value = value.into();
    plain(name, DataType::Utf8, Volatility::Stable, move |_, rows| {
        Ok(Arc::new(StringArray::from(vec![value.as_str(); rows])))
    })
}

fn truth(name: &'static str, value: bool) -> ScalarUDF {
    plain(name, DataType::Boolean, Volatility::Stable, move |_, rows| {
        Ok(Arc::new(BooleanArray::from(vec![value; rows])))
    })
}

fn nothing(name: &'static str, gives: DataType) -> ScalarUDF {
    let kind = gives.clone();
    plain(name, gives, Volatility::Stable, move |_, rows| Ok(new_null_array(&kind, rows)))
}

/// The same in every session.
pub fn common() -> Vec<ScalarUDF> {
    let engine = format!("PostgreSQL {SERVER_VERSION} (Meyar {}, read-only)", env!("CARGO_PKG_VERSION"));
    vec![
        text("version", engine),
        text("pg_get_userbyid", DATABASE),
        nothing("to_regtype", DataType::Int32),
        nothing("json_build_object", DataType::Utf8),
        nothing("pg_table_size", DataType::Int64),
        nothing("pg_size_pretty", DataType::Utf8),
        nothing("shobj_description", DataType::Utf8),
        nothing("pg_get_serial_sequence", DataType::Utf8),
        nothing("pg_advisory_unlock_all", DataType::Utf8),
        nothing("inet_server_addr", DataType::Utf8),
        nothing("inet_server_port", DataType::Int32),
        nothing("pg_get_indexdef", DataType::Utf8),
        nothing("pg_get_ruledef", DataType::Utf8),
        nothing("pg_get_viewdef", DataType::Utf8),
        // JDBC asks it for the columns of indexes.
        nothing(
            "_pg_expandarray",
            DataType::Struct(["x", "n"].map(|name| Field::new(name, DataType::Int32, true)).to_vec().into()),
        ),
        truth("pg_is_in_recovery", false),
        truth("pg_collation_is_visible", true),
        truth("pg_type_is_visible", true),
        truth("pg_function_is_visible", true),
        // Asked of indexes, of which there are none: it would have to make rows.
        plain("generate_subscripts", DataType::Int64, Volatility::Stable, |_, rows| match rows {
            0 => Ok(new_null_array(&DataType::Int64, 0)),
            _ => Err(Refusal::new(
                fault::NOT_SUPPORTED,
                "generate_subscripts is not there: use unnest or generate_series",
            )
            .into()),
        }),
    ]
}

/// Those that know the role's comments, the account's name and the session's settings.
pub fn own(comments: &Arc<Comments>, user: &str, settings: &Arc<Settings>) -> Vec<ScalarUDF> {
    let comment = |name: &'static str, column: bool| {
        let comments = comments.clone();
        plain(name, DataType::Utf8, Volatility::Stable, move |args, rows| {
            let numbers = |place: usize| args.get(place).map(|array| cast(array, &DataType::Int64)).transpose();
            let (tables, columns) = (numbers(0)?, if column { numbers(1)? } else { None });
            let number = |array: &Option<ArrayRef>, row: usize| {
                let array = array.as_ref()?.as_primitive::<Int64Type>();
                array.is_valid(row).then(|| array.value(row))
            };
            let told = |row: usize| {
                let place = if column { number(&columns, row)? } else { 0 };
                comments.get(number(&tables, row)?, place).map(str::to_owned)
            };
            Ok(Arc::new((0..rows).map(told).collect::<StringArray>()))
        })
    };
    let (setter, getter, known) = (settings.clone(), settings.clone(), comments.clone());
    vec![
        comment("obj_description", false),
        comment("col_description", true),
        plain("to_regclass", DataType::Int32, Volatility::Stable, move |args, rows| {
            let names = args.first().map(|array| cast(array, &DataType::Utf8)).transpose()?;
            let number = |row: usize| {
                let names = names.as_ref()?.as_string::<i32>();
                names.is_valid(row).then(|| known.number(names.value(row)))?
            };
            Ok(Arc::new((0..rows).map(number).collect::<Int32Array>()))
        }),
        text("session_user", user),
        plain("set_config", DataType::Utf8, Volatility::Volatile, move |args, rows| {
            each(args, rows, |name, value| {
                setter.set(name.unwrap_or_default(), value.unwrap_or_default())?;
                Ok(value.map(str::to_owned))
            })
        }),
        plain("current_setting", DataType::Utf8, Volatility::Volatile, move |args, rows| {
            let quiet = args.len() > 1;
            each(args, rows, |name, _| match getter.show(name.unwrap_or_default()) {
                Ok((_, value)) => Ok(Some(value)),
                Err(_) if quiet => Ok(None),
                Err(refusal) => Err(refusal),
            })
        }),
    ]
}

/// Calls for the first two texts of each row.
fn each(
    args: &[ArrayRef],
    rows: usize,
    call: impl Fn(Option<&str>, Option<&str>) -> Result<Option<String>, Refusal>,
) -> Result<ArrayRef> {
    let texts = |place: usize| args.get(place).map(|array| cast(array, &DataType::Utf8)).transpose();
    let (first, second) = (texts(0)?, texts(1)?);
    if first.is_none() {
        return Err(Refusal::new(fault::BAD_VALUE, "the name of a setting is missing; SHOW ALL lists them").into());
    }
    fn at(array: &Option<ArrayRef>, row: usize) -> Option<&str> {
        let array = array.as_ref()?.as_string::<i32>();
        array.is_valid(row).then(|| array.value(row))
    }
    let told: Result<Vec<_>, Refusal> = (0..rows).map(|row| call(at(&first, row), at(&second, row))).collect();
    Ok(Arc::new(StringArray::from(told?)))
}
