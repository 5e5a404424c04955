//! The mapping file: what an exchange's columns mean. `schemas/mappings/README.md` explains every field with examples.

use crate::text::Encoding;
use meyar_schemas::calls::{Direction, LostReason, Side, TransferKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A mapping that was read and checked ([`Mapping::load`]).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub name: String,
    #[serde(default)]
    pub about: String,
    pub rows: Rows,
    #[serde(default)]
    pub file: FileFormat,
    pub clock: ClockFormat,
    pub call: CallRules,
    #[serde(default)]
    pub caller: CallerRules,
    pub line: LineRules,
    pub representative: RepresentativeRules,
    #[serde(default)]
    pub recording: RecordingRules,
    pub outcome: Option<OutcomeRules>,
    /// `rows = "calls"`: the voice menu; its entry is the call's arrival.
    pub menu: Option<Stay>,
    /// `rows = "calls"`: the wait for a representative.
    pub queue: Option<Stay>,
    /// `rows = "calls"`: the conversation.
    pub service: Option<Stay>,
    /// `rows = "legs"`.
    pub legs: Option<LegRules>,
    /// `rows = "events"`.
    pub events: Option<EventRules>,
}

/// What one row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// A whole call.
    Calls,
    /// A part of a call (a phone that rang, a conversation); the call's key joins them.
    Legs,
    /// One thing that happened to a call; the call's key joins them.
    Events,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileFormat {
    pub delimiter: char,
    /// The first line names the columns.
    pub header: bool,
    /// Names by position, when there is no header.
    pub columns: Vec<String>,
    /// Columns that may be missing; they then read as empty.
    pub optional: Vec<String>,
    /// Rows may have fewer or more cells than there are columns.
    pub ragged: bool,
    pub quotes: bool,
    pub encoding: Encoding,
    /// Cells that stand for nothing, e.g. `\N`.
    pub null: Vec<String>,
}

impl Default for FileFormat {
    fn default() -> Self {
        Self {
            delimiter: ',',
            header: true,
            columns: Vec::new(),
            optional: Vec::new(),
            ragged: false,
            quotes: true,
            encoding: Encoding::Utf8,
            null: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockFormat {
    /// IANA name, e.g. `Asia/Baku`: the exchange's wall clock.
    pub zone: String,
    pub times: Times,
    /// The day of a row whose times are times of day.
    pub date: Option<String>,
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// For full dates with time.
    #[serde(default)]
    pub formats: Vec<String>,
    /// For epoch numbers.
    #[serde(default)]
    pub unit: Unit,
    /// The unit of every duration column.
    #[serde(default)]
    pub duration_unit: Unit,
    /// A time of day that lies this many hours before the one it follows belongs to the next day; less is two clocks
    /// that disagree.
    #[serde(default = "twelve")]
    pub rollover_hours: u32,
    /// A stay whose entry, exit and duration are all zero did not happen.
    #[serde(default)]
    pub zero_means_none: bool,
}

const fn twelve() -> u32 {
    12
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// `h:mm:ss` beside a date column; hours from 24 on belong to the next day.
    TimeOfDay,
    Datetime,
    Epoch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Unit {
    #[default]
    #[serde(rename = "s")]
    Seconds,
    #[serde(rename = "ms")]
    Milliseconds,
    #[serde(rename = "min")]
    Minutes,
}

impl Unit {
    pub const fn in_ms(self) -> f64 {
        match self {
            Unit::Seconds => 1_000.0,
            Unit::Milliseconds => 1.0,
            Unit::Minutes => 60_000.0,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallRules {
    /// Begins every call id, so that two exchanges cannot make the same one.
    pub prefix: String,
    /// The columns that together name a call.
    pub key: Vec<String>,
    /// Keys of rows that belong to no call.
    #[serde(default)]
    pub none: Vec<String>,
    /// Who is said to have ended an answered call, when the export does not tell.
    #[serde(default = "caller_side")]
    pub ended_by: Side,
    #[serde(default)]
    pub direction: Option<DirectionRules>,
}

const fn caller_side() -> Side {
    Side::Caller
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectionRules {
    pub column: String,
    pub values: BTreeMap<String, Direction>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerRules {
    pub column: Option<String>,
    /// Values of a caller who is not known.
    #[serde(default)]
    pub none: Vec<String>,
    /// Patterns of numbers that were spoilt on the way: nobody can be identified by those.
    #[serde(default)]
    pub damaged: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRules {
    /// The first column whose value is listed decides.
    pub columns: Vec<String>,
    /// Value (with `*` and `?`) → 195-1-1 … 195-1-4; the exact value wins over a pattern.
    pub values: BTreeMap<String, String>,
    /// Without it, a row whose line is not listed is refused: a call must not be counted for the wrong body.
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepresentativeRules {
    pub column: String,
    #[serde(default)]
    pub none: Vec<String>,
    /// The code of an answered call whose representative the export does not name.
    pub unknown: String,
    /// What stands before the code, e.g. `/` in `PJSIP/201-0000001f`.
    pub after: Option<String>,
    /// What ends the code, e.g. `-` and `@`.
    #[serde(default)]
    pub before: Vec<String>,
    /// The exchange's code → the centre's code; codes that are not listed stay.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// The column holds names of people: a code made with the deployment's key stands for each name that `values` does not list.
    #[serde(default)]
    pub names: bool,
    /// Patterns of codes that answer from elsewhere than the hall.
    #[serde(default)]
    pub remote: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingRules {
    /// Not empty: the call was recorded.
    pub column: Option<String>,
    /// For exchanges whose export does not tell.
    #[serde(default)]
    pub always: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRules {
    pub column: String,
    /// A value that is not listed makes the row a bad one.
    pub values: BTreeMap<String, Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Answered,
    /// Hung up: in the queue if the call was there, else in the voice menu.
    HungUp,
    SystemError,
    Refused,
    /// Not a call at all; counted, and nothing more.
    Ignore,
}

/// A part of a call's life in a row that tells the whole call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    pub enter: String,
    pub leave: Option<String>,
    pub duration: Option<String>,
    /// Menu: the node. Queue: the queue's name.
    pub name: Option<String>,
    pub name_column: Option<String>,
    /// Queue: a call answered without a stay in the queue waited for nothing there.
    #[serde(default)]
    pub when_absent: WhenAbsent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenAbsent {
    #[default]
    Nothing,
    /// Tell it as entering and leaving the queue at the moment of the answer: a wait of 0.
    ZeroWait,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegRules {
    pub start: String,
    /// From the leg's start to its end.
    pub duration: String,
    /// From the leg's answer to its end.
    pub talk: String,
    /// Legs in which the call waited for a representative.
    pub queue: Option<LegQueue>,
    /// Patterns of the representative column: a phone (`PJSIP/*`).
    pub phones: Vec<String>,
    /// The same, used only when no phone's leg is there (`Local/*`).
    #[serde(default)]
    pub stand_ins: Vec<String>,
    /// The first leg of what is no call to the centre: internal and outgoing calls.
    pub ignore: Option<LegMatch>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegQueue {
    pub column: String,
    pub values: Vec<String>,
    pub name_column: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegMatch {
    pub column: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRules {
    /// The column with the event's name.
    pub column: String,
    /// The column with the event's time.
    pub time: String,
    /// The column with the queue's name.
    pub queue: String,
    pub steps: BTreeMap<String, StepRule>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    pub step: EventStep,
    /// The column with the caller's number.
    pub caller: Option<String>,
    /// `ended`: who hung up.
    pub by: Option<Side>,
    /// `lost`, `left_queue`.
    pub reason: Option<LostReason>,
    /// The column with the time waited; used when the beginning of the call is in another file.
    pub waited: Option<String>,
    /// `transferred`: the column with the target.
    pub to: Option<String>,
    pub to_kind: Option<TransferKind>,
    /// `menu`: the column with the node, and the one with the key that was pressed.
    pub node: Option<String>,
    pub key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStep {
    Offered,
    Menu,
    Queued,
    Answered,
    HoldStarted,
    HoldEnded,
    Transferred,
    /// Out of the queue without an answer: lost, unless the call enters a queue again.
    LeftQueue,
    Lost,
    Ended,
    Ignore,
}
