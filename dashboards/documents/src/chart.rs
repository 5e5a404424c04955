//! A chart: which cells of which table it draws. It has no numbers of its own.

use crate::text::Text;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    pub id: String,
    pub kind: ChartKind,
    pub title: Text,
    /// The id of the table whose cells it draws.
    pub table: String,
    pub data: Data,
    /// What stands in the middle of a donut, or beside the axis: zəng, %.
    #[serde(default)]
    pub unit: Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Parts of a whole.
    Donut,
    /// Upright bars; they lie down when their names have no room below them.
    Bar,
    /// Upright bars of several series side by side.
    GroupedBar,
    /// Lying bars, for long names.
    HorizontalBar,
    Line,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Data {
    /// Each row is a part, a bar or a point; each column of `values` is a series.
    Rows {
        label: String,
        values: Vec<String>,
        /// The column that says each part's percentage, shown beside its number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<String>,
        /// Ids of the rows; empty: all normal rows.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<String>,
    },
    /// Each of the columns is a part or a bar, of one row.
    Columns {
        row: String,
        values: Vec<String>,
        /// The columns that say the percentages, in the same order; or none.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        shares: Vec<String>,
    },
}
