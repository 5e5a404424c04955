//! What a table's log tells of its files, without opening one.

use crate::keys::DELETED;
use chrono::NaiveDate;
use deltalake::{DeltaTable, kernel::LogicalFileView};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    pub path: String,
    pub rows: u64,
    /// The days that its rows can have.
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Whether a row of it may be a revision.
    pub revised: bool,
    /// Whether the content of all its rows has been deleted.
    pub blank: bool,
}

impl FileFacts {
    /// Statistics that are missing, or written by somebody else, rule nothing out.
    fn of(view: &LogicalFileView) -> Self {
        let told = view.stats().and_then(|text| serde_json::from_str::<Value>(&text).ok()).unwrap_or_default();
        let day = |bound: &str| told[bound]["day"].as_str().and_then(|day| day.parse().ok());
        Self {
            path: view.path().into_owned(),
            rows: told["numRecords"].as_u64().unwrap_or_default(),
            first: day("minValues").unwrap_or(NaiveDate::MIN),
            last: day("maxValues").unwrap_or(NaiveDate::MAX),
            blank: ["minValues", "maxValues"]
                .iter()
                .all(|bound| told[*bound]["content_hash"].as_i64() == Some(DELETED)),
            revised: told["maxValues"]["revision"].as_i64() != Some(0),
        }
    }

    pub fn overlaps(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first <= last && first <= self.last
    }
}

/// Every file of a table's version.
#[derive(Debug, Clone, Default)]
pub struct Census(pub Vec<FileFacts>);

impl Census {
    pub fn of(table: &DeltaTable) -> Self {
        let Ok(state) = table.snapshot() else { return Self::default() };
        Self(state.log_data().iter().map(|view| FileFacts::of(&view)).collect())
    }

    /// Rows of the files that speak of these days.
    pub fn events(&self, first: NaiveDate, last: NaiveDate) -> u64 {
        self.0.iter().filter(|file| file.overlaps(first, last)).map(|file| file.rows).sum()
    }

    pub fn revised(&self) -> bool {
        self.0.iter().any(|file| file.revised)
    }
}
