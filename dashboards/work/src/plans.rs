//! Plans of whom to listen to, and the picks that they gave. A plan is drawn once; its seed, its rules and the number of calls that it
//! was drawn from stay with it, so that anybody can draw it again.

use crate::rights::named;
use crate::sampling::{Design, Risk, Short};
use crate::store::Kept;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

named! {
    PlanState: "state" {
        Drawn = "drawn",
        Closed = "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub plan_id: String,
    pub name: String,
    /// Days of the calls, both included, in Baku.
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    #[serde(default)]
    pub line: Option<String>,
    pub design: Design,
    pub state: PlanState,
    /// A person's id.
    pub made_by: String,
    /// Calls of those days that there were, and that could be drawn.
    pub calls: usize,
    pub audible: usize,
    pub short: Vec<Short>,
    /// Picks that nobody could be given.
    pub unassigned: usize,
    pub due_at: DateTime<Utc>,
}

impl Kept for Plan {
    const KIND: &'static str = "plan";
    fn id(&self) -> &str {
        &self.plan_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        Some(&self.made_by)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}

named! {
    PickState: "state" {
        Waiting = "waiting",
        Begun = "begun",
        Done = "done",
        /// It cannot be judged: no words, wrong call; with a reason.
        Impossible = "impossible",
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pick {
    pub pick_id: String,
    pub plan_id: String,
    pub call_id: String,
    #[serde(default)]
    pub representative: Option<String>,
    #[serde(default)]
    pub line: Option<String>,
    pub stratum: String,
    #[serde(default)]
    pub risk: Option<Risk>,
    #[serde(default)]
    pub probability: Option<f64>,
    /// A person's id; absent where nobody could be given it.
    #[serde(default)]
    pub assignee: Option<String>,
    /// Who had it when its last day was over, where it was given to somebody else afterwards.
    #[serde(default)]
    pub lapsed_with: Option<String>,
    pub state: PickState,
    #[serde(default)]
    pub assessment_id: Option<String>,
    pub due_at: DateTime<Utc>,
    /// Why it cannot be judged.
    #[serde(default)]
    pub note: String,
}

impl Kept for Pick {
    const KIND: &'static str = "pick";
    fn id(&self) -> &str {
        &self.pick_id
    }
    fn state(&self) -> &str {
        self.state.name()
    }
    fn owner(&self) -> Option<&str> {
        self.assignee.as_deref()
    }
    fn about(&self) -> Option<&str> {
        self.representative.as_deref()
    }
    fn call_id(&self) -> Option<&str> {
        Some(&self.call_id)
    }
    fn parent(&self) -> Option<&str> {
        Some(&self.plan_id)
    }
    fn due_at(&self) -> Option<DateTime<Utc>> {
        Some(self.due_at)
    }
}
