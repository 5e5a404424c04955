//! Words behind a mask. It is a projection at the very bottom of a plan, over each table, view and figure as the session finds it: whatever
//! stands above (a condition, a join, a cast, an order) is computed from the masks, so that nothing can be learnt by asking in another way.
//! Views and figures themselves are worked out beneath it from the words, and so come to the same sums as for everybody.
//!
//! NULL stays NULL and anything else becomes one text, so that what is there can still be counted. Inside of lists and structures the members
//! are masked, each by its own judgement.

use crate::judged;
use arrow::{
    array::{Array, ArrayRef, AsArray as _, GenericListArray, OffsetSizeTrait, StringArray, StructArray},
    buffer::OffsetBuffer,
    compute::cast,
    datatypes::{DataType, Schema},
};
use datafusion::{
    datasource::TableProvider,
    error::Result,
    logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility},
    prelude::SessionContext,
};
use std::sync::Arc;

/// What stands where words stood.
pub const MASK: &str = "•••";

/// How a column passes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sieve {
    Whole,
    Masked,
    Items(Box<Sieve>),
    Members(Vec<Sieve>),
}

/// Whether words can stand in a value of this type; one that is not known here may hold any.
pub fn holds_words(kind: &DataType) -> bool {
    !(kind.is_numeric() || kind.is_temporal() || matches!(kind, DataType::Boolean | DataType::Null))
}

/// A mask of this type can be made.
fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, of) => is_text(of),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        _ => false,
    }
}

/// Where the members of a list's structures stand: `segments[].text`; what a list of texts holds has the list's own name.
fn within(path: &str, item: &DataType) -> String {
    if matches!(item, DataType::Struct(_)) { format!("{path}[]") } else { path.to_owned() }
}

impl Sieve {
    /// How a column of this type passes by what was judged of its members; `None` where it can be neither shown nor masked.
    fn of(path: &str, kind: &DataType, shown: &impl Fn(&str) -> Option<bool>) -> Option<Self> {
        match kind {
            DataType::List(item) | DataType::LargeList(item) => {
                let inner = Self::of(&within(path, item.data_type()), item.data_type(), shown)?;
                Some(if inner == Self::Whole { inner } else { Self::Items(inner.into()) })
            }
            DataType::Struct(members) => {
                let inner = members.iter().map(|m| Self::of(&format!("{path}.{}", m.name()), m.data_type(), shown));
                let inner: Vec<_> = inner.collect::<Option<_>>()?;
                Some(if inner.iter().all(|sieve| *sieve == Self::Whole) { Self::Whole } else { Self::Members(inner) })
            }
            _ if shown(path).unwrap_or(!holds_words(kind)) => Some(Self::Whole),
            _ => is_text(kind).then_some(Self::Masked),
        }
    }
}

/// How each column of a relation passes.
fn sieves(relation: &str, schema: &Schema) -> Vec<Option<Sieve>> {
    let shown = |path: &str| judged::shown(relation, path);
    schema.fields().iter().map(|field| Sieve::of(field.name(), field.data_type(), &shown)).collect()
}

/// What stands in a column, member by member, each with its path.
#[cfg(test)]
pub fn leaves(path: &str, kind: &DataType) -> Vec<(String, DataType)> {
    match kind {
        DataType::List(item) | DataType::LargeList(item) => leaves(&within(path, item.data_type()), item.data_type()),
        DataType::Struct(members) => {
            members.iter().flat_map(|m| leaves(&format!("{path}.{}", m.name()), m.data_type())).collect()
        }
        _ => vec![(path.to_owned(), kind.clone())],
    }
}

/// The relation as analysts see it.
pub fn over(planner: &SessionContext, relation: &str, table: Arc<dyn TableProvider>) -> Result<Arc<dyn TableProvider>> {
    let sieves = sieves(relation, &table.schema());
    if sieves.iter().all(|sieve| *sieve == Some(Sieve::Whole)) {
        return Ok(table);
    }
    let frame = planner.read_table(table)?;
    let columns = frame.schema().columns().into_iter().zip(sieves);
    let passed = columns.filter_map(|(column, sieve)| {
        let name = column.name.clone();
        let column = Expr::Column(column);
        Some(match sieve? {
            Sieve::Whole => column,
            sieve => ScalarUDF::from(Mask::by(sieve)).call(vec![column]).alias(name),
        })
    });
    let passed: Vec<Expr> = passed.collect();
    Ok(frame.select(passed)?.into_view())
}

/// The mask as the engine's function; no session knows its name.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Mask {
    sieve: Sieve,
    signature: Signature,
}

impl Mask {
    fn by(sieve: Sieve) -> Self {
        Self { sieve, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Mask {
    fn name(&self) -> &str {
        "masked"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        Ok(given.first().cloned().unwrap_or(DataType::Null))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        arrays
            .iter()
            .map(|array| masked(array, &self.sieve))
            .next()
            .unwrap_or_else(|| datafusion::common::internal_err!("a mask is of one column"))
            .map(ColumnarValue::Array)
    }
}

fn masked(array: &ArrayRef, sieve: &Sieve) -> Result<ArrayRef> {
    Ok(match sieve {
        Sieve::Whole => array.clone(),
        Sieve::Masked => {
            let nulls = array.logical_nulls();
            let is_there = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
            let masks: StringArray = (0..array.len()).map(|row| is_there(row).then_some(MASK)).collect();
            cast(&masks, array.data_type())?
        }
        Sieve::Items(inner) => match array.data_type() {
            DataType::LargeList(_) => items(array.as_list::<i64>(), inner)?,
            _ => items(array.as_list::<i32>(), inner)?,
        },
        Sieve::Members(inner) => {
            let (fields, members, nulls) = array.as_struct().clone().into_parts();
            let members = members.iter().zip(inner).map(|(member, sieve)| masked(member, sieve));
            Arc::new(StructArray::try_new(fields, members.collect::<Result<_>>()?, nulls)?)
        }
    })
}

/// A part of a list has the offsets of its own rows and the items of all: only its own are masked.
fn items<O: OffsetSizeTrait>(list: &GenericListArray<O>, inner: &Sieve) -> Result<ArrayRef> {
    let (field, offsets, values, nulls) = list.clone().into_parts();
    let (begin, end) = offsets.first().zip(offsets.last()).map_or_else(Default::default, |(b, e)| (*b, *e));
    let own = values.slice(begin.as_usize(), end.as_usize() - begin.as_usize());
    let offsets = OffsetBuffer::new(offsets.iter().map(|offset| *offset - begin).collect());
    Ok(Arc::new(GenericListArray::<O>::try_new(field, offsets, masked(&own, inner)?, nulls)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use arrow::{
        array::{BinaryArray, Int64Array, RecordBatch},
        datatypes::Field,
        util::pretty::pretty_format_batches,
    };
    use datafusion::datasource::MemTable;
    use proptest::prelude::*;

    const SECRET: &str = "gizli";

    fn field(name: &str, kind: DataType) -> Field {
        Field::new(name, kind, true)
    }

    /// Types as lakes have them, and as they may have them some day.
    fn kinds() -> impl Strategy<Value = DataType> {
        let leaf = prop_oneof![
            Just(DataType::Utf8),
            Just(DataType::Utf8View),
            Just(DataType::LargeUtf8),
            Just(DataType::Binary),
            Just(DataType::BinaryView),
            Just(DataType::Int64),
            Just(DataType::Date32),
            Just(DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                inner.clone().prop_map(|kind| DataType::List(Arc::new(field("item", kind)))),
                prop::collection::vec(inner, 1..3).prop_map(|kinds| {
                    let members = kinds.into_iter().enumerate().map(|(n, kind)| field(&format!("m{n}"), kind));
                    DataType::Struct(members.collect())
                }),
            ]
        })
    }

    /// Three rows: something, nothing, something. Keys say nothing secret.
    fn filled(name: &str, kind: &DataType) -> ArrayRef {
        let told = if ["call_id", "party"].contains(&name) { "k" } else { SECRET };
        match kind {
            DataType::List(item) => {
                let offsets = OffsetBuffer::from_lengths([3, 0, 0]);
                let nulls = Some(vec![true, false, true].into());
                let values = filled(name, item.data_type());
                Arc::new(arrow::array::ListArray::new(item.clone(), offsets, values, nulls))
            }
            DataType::Struct(members) => {
                let inner = members.iter().map(|m| filled(m.name(), m.data_type())).collect();
                Arc::new(StructArray::new(members.clone(), inner, Some(vec![true, false, true].into())))
            }
            DataType::Int64 => Arc::new(Int64Array::from(vec![Some(1), None, Some(3)])),
            DataType::Date32 => cast(&arrow::array::Int32Array::from(vec![Some(1), None, Some(3)]), kind).unwrap(),
            _ => cast(&StringArray::from(vec![Some(told), None, Some(told)]), kind).unwrap(),
        }
    }

    fn printed(array: &ArrayRef) -> String {
        format!("{array:?}")
    }

    proptest! {
        #[test]
        fn a_mask_keeps_type_and_nothings_and_no_word(kind in kinds()) {
            let array = filled("x", &kind);
            let sieve = Sieve::of("x", &kind, &|_| None).unwrap();
            let kept = masked(&array, &sieve).unwrap();
            prop_assert_eq!(kept.data_type(), array.data_type());
            prop_assert_eq!(kept.logical_nulls(), array.logical_nulls());
            let told = printed(&cast(&kept, &kind).unwrap());
            prop_assert!(!told.contains(SECRET) && !told.contains(&format!("{:?}", SECRET.as_bytes())), "{}", told);
            // Of a part of it as well.
            prop_assert_eq!(&masked(&array.slice(1, 2), &sieve).unwrap(), &kept.slice(1, 2));
            // What was judged to be shown passes as it is.
            prop_assert_eq!(Sieve::of("x", &kind, &|_| Some(true)), Some(Sieve::Whole));
        }
    }

    #[test]
    fn bytes_become_the_masks_bytes() {
        let bytes: ArrayRef = Arc::new(BinaryArray::from(vec![Some(SECRET.as_bytes()), None]));
        let kept = masked(&bytes, &Sieve::Masked).unwrap();
        assert_eq!(kept.as_binary::<i32>(), &BinaryArray::from(vec![Some(MASK.as_bytes()), None]));
    }

    #[test]
    fn of_a_part_of_a_list_only_its_own_items_are_masked() {
        let texts = StringArray::from(vec![Some(SECRET), Some(SECRET), None, Some(SECRET), Some(SECRET), Some(SECRET)]);
        let item = Arc::new(field("item", DataType::Utf8));
        let short = GenericListArray::<i32>::new(
            item.clone(),
            OffsetBuffer::from_lengths([1, 0, 2, 3]),
            Arc::new(texts.clone()),
            None,
        );
        let long = GenericListArray::<i64>::new(item, OffsetBuffer::from_lengths([1, 0, 2, 3]), Arc::new(texts), None);
        let sieve = Sieve::Items(Sieve::Masked.into());
        let lists: [ArrayRef; 2] = [Arc::new(short), Arc::new(long)];
        for list in lists {
            let whole = masked(&list, &sieve).unwrap();
            for (begin, rows, own) in [(0, 4, 6), (1, 2, 2), (2, 2, 5), (1, 1, 0), (2, 0, 0)] {
                let part = masked(&list.slice(begin, rows), &sieve).unwrap();
                assert_eq!(&part, &whole.slice(begin, rows));
                let items = match part.as_list_opt::<i32>() {
                    Some(part) => part.values().len(),
                    None => part.as_list::<i64>().values().len(),
                };
                assert_eq!(items, own, "{begin}, {rows}");
            }
        }
    }

    #[test]
    fn what_can_be_neither_shown_nor_masked_is_left_out() {
        let hidden = |_: &str| Some(false);
        assert_eq!(Sieve::of("n", &DataType::Int64, &hidden), None);
        let pair = DataType::Struct(vec![field("key", DataType::Utf8), field("value", DataType::Utf8)].into());
        let map = DataType::Map(Arc::new(field("entries", pair)), false);
        assert_eq!(Sieve::of("m", &map, &|_| None), None);
        assert_eq!(Sieve::of("l", &DataType::List(Arc::new(field("item", map))), &|_| None), None);
    }

    /// `transcripts` with words, as an analyst's session finds it.
    fn asked() -> SessionContext {
        let segment = vec![field("party", DataType::Utf8), field("text", DataType::Utf8View)];
        let segments = DataType::List(Arc::new(field("item", DataType::Struct(segment.into()))));
        let fields = vec![
            field("call_id", DataType::Utf8),
            field("content_hash", DataType::Int64),
            field("segments", segments),
            field("note", DataType::Utf8),
        ];
        let columns = fields.iter().map(|field| filled(field.name(), field.data_type())).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(schema.clone(), columns).unwrap();
        let table = Arc::new(MemTable::try_new(schema, vec![vec![batch]]).unwrap());
        let (lake, session) = (SessionContext::new(), SessionContext::new());
        lake.register_table("transcripts", table.clone()).unwrap();
        session.register_table("transcripts", over(&lake, "transcripts", table).unwrap()).unwrap();
        session
    }

    async fn answer(sql: &str) -> String {
        let rows = asked().sql(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}")).collect().await.unwrap();
        pretty_format_batches(&rows).unwrap().to_string()
    }

    #[tokio::test]
    async fn no_way_of_asking_comes_to_the_words() {
        for sql in [
            "SELECT * FROM transcripts",
            "SELECT segments[1]['text'], segments FROM transcripts",
            "SELECT s['text'] FROM (SELECT unnest(segments) AS s FROM transcripts)",
            "SELECT min(note), max(note), array_agg(note), string_agg(note, ',') FROM transcripts",
            "SELECT arrow_cast(note, 'Binary'), note || '', upper(note), reverse(note), md5(note) FROM transcripts",
            "SELECT a.note FROM transcripts a JOIN transcripts b ON a.note = b.note ORDER BY b.note",
            "WITH x AS (SELECT note FROM transcripts) SELECT (SELECT max(note) FROM x) UNION SELECT note FROM x",
            "EXPLAIN SELECT note FROM transcripts WHERE note LIKE 'g%'",
            "EXPLAIN ANALYZE SELECT note FROM transcripts ORDER BY note LIMIT 1",
        ] {
            let told = answer(sql).await;
            assert!(
                !told.contains(SECRET)
                    && !told.contains("67697a6c69")
                    && !told.contains("GIZLI")
                    && !told.contains("ilzig"),
                "{sql}: {told}"
            );
        }
    }

    #[tokio::test]
    async fn a_condition_sees_the_mask() {
        for condition in [
            "note LIKE '%gizli%'",
            "note = 'gizli'",
            "note ~ 'giz'",
            "note > 'f' AND note < 'h'",
            "length(note) = 5",
            "md5(note) = md5('gizli')",
            "segments[1]['text'] = 'gizli'",
            "note IN (SELECT 'gizli')",
        ] {
            let told = answer(&format!("SELECT count(*) AS n FROM transcripts WHERE {condition}")).await;
            assert!(told.contains("| 0 |"), "{condition}: {told}");
        }
        let there = answer("SELECT count(note) AS n, count(segments) AS m FROM transcripts WHERE note = '•••'").await;
        assert!(there.contains("| 2 | 2 |"), "{there}");
    }

    #[tokio::test]
    async fn a_column_that_cannot_be_masked_is_not_there() {
        assert!(asked().sql("SELECT content_hash FROM transcripts").await.is_err());
    }
}
