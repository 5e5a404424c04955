//! Effective-dated reference data: lines, targets, thresholds, live hours, calendar, topics, published figures (`schemas/reference/*.toml`).
//!
//! What the rules may fix is data, never code: every row has its first and last day, its source, and a mark where
//! the source is not confirmed. A directory may override any of the embedded files, whole file by whole file.

use crate::{Invalid, deletions::What};
use chrono::{Datelike as _, NaiveDate, NaiveTime};
use rust_embed::RustEmbed;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fs, path::Path};

mod retention;
mod table;
pub use table::{Row, Table};

#[derive(RustEmbed)]
#[folder = "reference/"]
#[include = "*.toml"]
struct Embedded;

/// The columns that every reference row has, added to its own.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident: $file:literal, key($self:ident) $key:expr; { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            pub valid_from: NaiveDate,
            #[serde(default)]
            pub valid_to: Option<NaiveDate>,
            pub source: String,
            /// The centre has yet to confirm it.
            pub unconfirmed: bool,
        }

        impl Row for $name {
            const NAME: &'static str = $file;
            fn key(&$self) -> String { $key }
            fn valid_from(&self) -> NaiveDate { self.valid_from }
            fn valid_to(&self) -> Option<NaiveDate> { self.valid_to }
            const OPTIONAL: bool = <Self as Check>::OPTIONAL;
            fn check(&self) -> Result<(), Invalid> { Check::check(self) }
        }
    )*};
}

rows! {
    /// A line of the centre and the structure behind it.
    Line: "lines", key(self) self.line.clone(); {
        line: String,
        code: String,
        short: String,
        name_az: String,
        name_en: String,
        sort: u16,
    }
    /// The target of a key figure, for one line or (without `line`) for all.
    Target: "targets", key(self) format!("{} {}", self.target, self.line.as_deref().unwrap_or("*")); {
        /// Name of the figure.
        target: String,
        #[serde(default)]
        line: Option<String>,
        name_az: String,
        name_en: String,
        comparison: Comparison,
        value: f64,
        unit: String,
        sort: u16,
    }
    Threshold: "thresholds", key(self) self.threshold.clone(); {
        threshold: String,
        name_az: String,
        name_en: String,
        value: f64,
        unit: String,
    }
    /// Hours of live service of one line on one weekday (1 is Monday), Asia/Baku.
    LiveHours: "live_hours", key(self) format!("{} {}", self.line, self.weekday); {
        line: String,
        weekday: u8,
        #[serde(with = "minutes")]
        opens: NaiveTime,
        /// The first moment outside.
        #[serde(with = "minutes")]
        closes: NaiveTime,
    }
    /// Days that differ from the plain week; `valid_from … valid_to` are the days themselves.
    CalendarDay: "calendar", key(self) self.valid_from.to_string(); {
        kind: DayKind,
        name_az: String,
        name_en: String,
    }
    /// A key figure of a year before Meyar, as the centre's own report printed it.
    Published: "published", key(self) format!("{} {} {}", self.kpi, self.line.as_deref().unwrap_or("*"), self.year); {
        kpi: String,
        #[serde(default)]
        line: Option<String>,
        year: i32,
        value: f64,
        unit: String,
    }
    /// How long what a table holds is kept.
    Retention: "retention", key(self) format!("{} {}", self.table_name, self.what.name()); {
        table_name: String,
        what: What,
        purpose: String,
        name_az: String,
        name_en: String,
        #[serde(default)]
        keep_days: Option<u32>,
        #[serde(default)]
        keep_months: Option<u32>,
    }
    /// What a rule may not go below.
    RetentionMinimum: "retention_minimums", key(self) self.table_name.clone(); {
        table_name: String,
        name_az: String,
        name_en: String,
        #[serde(default)]
        keep_days: Option<u32>,
        #[serde(default)]
        keep_months: Option<u32>,
    }
    Topic: "topics", key(self) self.topic.clone(); {
        topic: String,
        #[serde(default)]
        parent: Option<String>,
        level: u8,
        name_az: String,
        name_en: String,
        /// Stays in the denominator of first-contact resolution.
        serviceable: bool,
        sort: u16,
    }
    /// A criterion of a form that says whether an urgent matter was heard.
    UrgentCriterion: "urgent_criteria", key(self) format!("{} {}", self.form_id, self.criterion); {
        form_id: String,
        criterion: String,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    AtLeast,
    AtMost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    Holiday,
    /// A working day made free.
    RestDay,
    /// A weekend day that is worked.
    WorkingDay,
}

trait Check {
    const OPTIONAL: bool = false;
    fn check(&self) -> Result<(), Invalid>;
}

impl Check for Line {
    fn check(&self) -> Result<(), Invalid> {
        a_line(&self.line)
    }
}

impl Check for Target {
    fn check(&self) -> Result<(), Invalid> {
        a_value(self.value, &self.unit)?;
        self.line.as_deref().map_or(Ok(()), a_line)
    }
}

impl Check for Threshold {
    fn check(&self) -> Result<(), Invalid> {
        a_value(self.value, &self.unit)
    }
}

impl Check for LiveHours {
    fn check(&self) -> Result<(), Invalid> {
        a_line(&self.line)?;
        if !(1..=7).contains(&self.weekday) {
            return Err(Invalid::new(
                "weekdays",
                self.weekday.to_string(),
                "is not a weekday",
                "use 1 (Monday) to 7 (Sunday)",
            ));
        }
        if self.closes <= self.opens {
            let found = self.closes.format("%H:%M").to_string();
            return Err(Invalid::new("closes", found, "is not after opens", "write both as HH:MM of the same day"));
        }
        Ok(())
    }
}

impl Check for CalendarDay {
    fn check(&self) -> Result<(), Invalid> {
        match self.valid_to {
            Some(last) if last.year() == self.valid_from.year() => Ok(()),
            _ => Err(Invalid::new(
                "valid_to",
                self.valid_to.map(|day| day.to_string()).unwrap_or_default(),
                "does not end in the year in which the days begin",
                "write the last of the days; give a new row to the days of the next year",
            )),
        }
    }
}

impl Check for Published {
    /// Without an earlier year a report has no year to compare with.
    const OPTIONAL: bool = true;

    fn check(&self) -> Result<(), Invalid> {
        a_value(self.value, &self.unit)?;
        self.line.as_deref().map_or(Ok(()), a_line)
    }
}

impl Table<CalendarDay> {
    /// Whether people work on a day. A year that nobody has entered is refused: counted as plain weeks it would look like a fact.
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, Invalid> {
        if !self.rows().iter().any(|row| row.valid_from.year() == day.year()) {
            return Err(Invalid::new(
                "calendar.toml",
                day.year().to_string(),
                "is a year without holidays",
                "add the year's holidays and moved days to calendar.toml",
            ));
        }
        let weekday = day.weekday().number_from_monday() <= 5;
        Ok(self.all_on(day).next().map_or(weekday, |row| row.kind == DayKind::WorkingDay))
    }

    fn shares_no_day(&self) -> Result<(), Invalid> {
        let mut rows: Vec<_> = self.rows().iter().collect();
        rows.sort_by_key(|row| row.valid_from);
        match rows.windows(2).find(|pair| pair[0].valid_to >= Some(pair[1].valid_from)) {
            None => Ok(()),
            Some(pair) => Err(Invalid::new(
                "calendar.toml",
                pair[1].valid_from.to_string(),
                format!("stands in two rows ({} and {})", pair[0].name_en, pair[1].name_en),
                "leave the day in one of them",
            )),
        }
    }
}

impl Check for Topic {
    fn check(&self) -> Result<(), Invalid> {
        if self.parent.is_some() != (self.level > 1) {
            let found = self.parent.clone().unwrap_or_default();
            return Err(Invalid::new(
                "parent",
                found,
                "does not fit level",
                "level 1 has no parent, every other level has one",
            ));
        }
        Ok(())
    }
}

impl Check for UrgentCriterion {
    const OPTIONAL: bool = true;
    fn check(&self) -> Result<(), Invalid> {
        let empty = [("form_id", &self.form_id), ("criterion", &self.criterion)]
            .into_iter()
            .find(|(_, text)| text.trim().is_empty());
        empty.map_or(Ok(()), |(field, _)| {
            Err(Invalid::new(field, "", "is empty", "name the form, and the criterion's code in it"))
        })
    }
}

fn a_line(line: &str) -> Result<(), Invalid> {
    match line.strip_prefix("195-1-") {
        Some("1" | "2" | "3" | "4") => Ok(()),
        _ => Err(Invalid::new("line", line, "is not a line of the centre", "write it as 195-1-1 … 195-1-4")),
    }
}

fn a_value(value: f64, unit: &str) -> Result<(), Invalid> {
    let most = match unit {
        "percent" => 100.0,
        "share" => 1.0,
        _ => f64::MAX,
    };
    let problem = match value {
        _ if !(value.is_finite() && value >= 0.0) => "is not a number from 0".to_owned(),
        _ if value > most => format!("is more than {most}, and its unit is {unit}"),
        _ => return Ok(()),
    };
    Err(Invalid::new("value", value.to_string(), problem, "write a number from 0 in the row's unit"))
}

/// Times of day as `09:00`.
mod minutes {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &NaiveTime, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(d)?;
        NaiveTime::parse_from_str(&text, "%H:%M")
            .map_err(|_| D::Error::custom(format!("`{text}` is not a time of day such as 09:00")))
    }
}

impl Table<Target> {
    /// The target of a figure for a line: the line's own, or the one that holds for every line.
    pub fn of(&self, figure: &str, line: Option<&str>, day: NaiveDate) -> Result<&Target, Invalid> {
        let own = line.and_then(|line| self.on(&format!("{figure} {line}"), day).ok());
        own.map_or_else(|| self.on(&format!("{figure} *"), day), Ok)
    }
}

/// Everything at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    pub lines: Table<Line>,
    pub targets: Table<Target>,
    pub thresholds: Table<Threshold>,
    pub live_hours: Table<LiveHours>,
    pub topics: Table<Topic>,
    pub calendar: Table<CalendarDay>,
    pub published: Table<Published>,
    pub retention: Table<Retention>,
    pub retention_minimums: Table<RetentionMinimum>,
    pub urgent_criteria: Table<UrgentCriterion>,
}

/// What a row of an overriding file is called and counted in is Meyar's, because the figures' SQL counts so; its value is the centre's.
fn as_shipped(file: &str, name: &str, fields: &[(&str, &str, Option<&str>)]) -> Result<(), Invalid> {
    for (field, found, shipped) in fields {
        let Some(shipped) = shipped else {
            let remedy = format!("use a name that stands in the {file} Meyar ships");
            return Err(Invalid::new(file, name, "is counted by nothing", remedy));
        };
        if found != shipped {
            let field = format!("{file} {name} {field}");
            let remedy = format!("write {shipped}, and the value to fit it");
            return Err(Invalid::new(&field, *found, format!("contradicts the figure, which has {shipped}"), remedy));
        }
    }
    Ok(())
}

impl Comparison {
    fn word(self) -> &'static str {
        match self {
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
        }
    }
}

impl Reference {
    fn fits_the_figures(&self) -> Result<(), Invalid> {
        let targets = Table::<Target>::load(None)?;
        for row in self.targets.rows() {
            let shipped = targets.rows().iter().find(|own| own.target == row.target);
            let unit = ("unit", row.unit.as_str(), shipped.map(|own| own.unit.as_str()));
            let comparison = ("comparison", row.comparison.word(), shipped.map(|own| own.comparison.word()));
            as_shipped("targets.toml", &row.target, &[unit, comparison])?;
        }
        let thresholds = Table::<Threshold>::load(None)?;
        for row in self.thresholds.rows() {
            let shipped = thresholds.rows().iter().find(|own| own.threshold == row.threshold);
            let unit = ("unit", row.unit.as_str(), shipped.map(|own| own.unit.as_str()));
            as_shipped("thresholds.toml", &row.threshold, &[unit])?;
        }
        for own in thresholds.rows() {
            if !self.thresholds.rows().iter().any(|row| row.threshold == own.threshold) {
                let problem = "has no row, and figures count by it";
                return Err(Invalid::new(
                    "thresholds.toml",
                    &own.threshold,
                    problem,
                    "add the threshold with its value",
                ));
            }
        }
        for own in Table::<Line>::load(None)?.rows() {
            if !self.lines.rows().iter().any(|row| row.line == own.line) {
                let remedy = "add the line and the structure behind it";
                return Err(Invalid::new("lines.toml", &own.line, "is a line of the centre and has no row", remedy));
            }
        }
        Ok(())
    }

    /// Reads the embedded files, each replaced by the file of the same name in `dir` where there is one.
    pub fn load(dir: Option<&Path>) -> Result<Self, Invalid> {
        refuse_strangers(dir)?;
        let calendar = Table::<CalendarDay>::load(dir)?;
        calendar.shares_no_day()?;
        let reference = Self {
            calendar,
            published: Table::load(dir)?,
            lines: Table::load(dir)?,
            targets: Table::load(dir)?,
            thresholds: Table::load(dir)?,
            live_hours: Table::load(dir)?,
            topics: Table::load(dir)?,
            retention: Table::load(dir)?,
            retention_minimums: Table::load(dir)?,
            urgent_criteria: Table::load(dir)?,
        };
        reference.fits_the_figures()?;
        reference.keeps_long_enough()?;
        Ok(reference)
    }

    /// The value of a threshold on a day, in its own unit.
    pub fn threshold(&self, name: &str, day: NaiveDate) -> Result<f64, Invalid> {
        self.thresholds.on(name, day).map(|row| row.value)
    }
}

/// Flat rows by SQL table name (`ref_lines` …); every row of a table has the same columns, dates as `2026-01-14`.
pub fn tables(dir: Option<&Path>) -> Result<BTreeMap<String, Vec<Map<String, Value>>>, Invalid> {
    let reference = Reference::load(dir)?;
    let named = |name: &str, rows| (format!("ref_{name}"), rows);
    Ok(BTreeMap::from([
        named(Line::NAME, reference.lines.flat()),
        named(Target::NAME, reference.targets.flat()),
        named(Threshold::NAME, reference.thresholds.flat()),
        named(LiveHours::NAME, reference.live_hours.flat()),
        named(Topic::NAME, reference.topics.flat()),
        named(CalendarDay::NAME, reference.calendar.flat()),
        named(Published::NAME, reference.published.flat()),
        named(Retention::NAME, reference.retention.flat()),
        named(RetentionMinimum::NAME, reference.retention_minimums.flat()),
        named(UrgentCriterion::NAME, reference.urgent_criteria.flat()),
    ]))
}

/// Files that lie in the same directory and are read by the workbench.
const OF_THE_WORKBENCH: [&str; 2] = ["permissions.toml", "result_cards.toml"];

/// A misnamed file in an overriding directory would otherwise change nothing, silently.
fn refuse_strangers(dir: Option<&Path>) -> Result<(), Invalid> {
    let Some(dir) = dir else { return Ok(()) };
    let shown = dir.display().to_string();
    let unreadable = |e: std::io::Error| {
        Invalid::new(
            "MEYAR_REFERENCE",
            shown.as_str(),
            format!("cannot be read ({e})"),
            "name a directory of reference files, or unset it",
        )
    };
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name().to_string_lossy().into_owned();
        let is_known = Embedded::get(&name).is_some() || OF_THE_WORKBENCH.contains(&name.as_str());
        if name.ends_with(".toml") && !is_known {
            let ours = Embedded::iter().map(|f| f.to_string());
            let known: Vec<_> = ours.chain(OF_THE_WORKBENCH.map(str::to_owned)).collect();
            return Err(Invalid::new(
                "MEYAR_REFERENCE",
                name,
                "is not a reference file",
                format!("name it one of: {}", known.join(", ")),
            ));
        }
    }
    Ok(())
}
