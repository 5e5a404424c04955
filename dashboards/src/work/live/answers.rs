//! What the live page asks of the lake: once for everybody who looks at the same moment.

use crate::Shared;
use crate::data::{DataError, LakeSource, Row, Scope, of_lake};
use crate::error::PageError;
use crate::period::{Period, Span};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Asia::Baku;
use futures::future::join_all;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// The figures that the page is made of.
const FIGURES: [&str; 11] = [
    "live_data",
    "live_level",
    "live_lines",
    "live_half_hours",
    "live_urgent",
    "live_urgent_heard",
    "live_callbacks",
    "live_orders",
    "lost_parts",
    "callbacks",
    "urgent_escalations",
];

/// A moment of the past stays as it was, unless something of it lands late.
const PAST_KEPT: Duration = Duration::from_secs(60);
const PASTS: usize = 6;

/// What the figures said.
pub struct Answers {
    /// The moment that they are about.
    pub moment: DateTime<Utc>,
    /// It is another moment than now.
    pub past: bool,
    /// The day of the moment.
    pub scope: Scope,
    /// The day of the newest call, where the last days have none.
    pub newest_day: Option<NaiveDate>,
    /// The page asks again after so many seconds.
    pub refresh_s: u64,
    told: BTreeMap<&'static str, Result<Vec<Row>, DataError>>,
}

impl Answers {
    pub fn rows(&self, figure: &str) -> &[Row] {
        self.told.get(figure).and_then(|told| told.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    /// The row of all, of a figure whose row of all is told by the empty value of that column.
    pub fn total(&self, figure: &str, column: &str) -> Option<&Row> {
        self.rows(figure).iter().find(|row| row.get(column).is_none_or(serde_json::Value::is_null))
    }

    pub fn problems(&self) -> impl Iterator<Item = (&'static str, &DataError)> {
        self.told.iter().filter_map(|(name, told)| Some((*name, told.as_ref().err()?)))
    }
}

struct Kept {
    asked: Option<DateTime<Utc>>,
    since: Instant,
    answers: Arc<Answers>,
}

/// The latest answers. Whoever asks while they are being worked out waits for them and takes them too; a look at the past keeps nobody waiting
/// who looks at now.
#[derive(Default)]
pub struct Watched {
    now: Mutex<Vec<Kept>>,
    past: Mutex<Vec<Kept>>,
}

impl Watched {
    pub async fn answers(&self, shared: &Shared, moment: Option<DateTime<Utc>>) -> Result<Arc<Answers>, PageError> {
        let seat = if moment.is_some() { &self.past } else { &self.now };
        let mut kept = seat.lock().await;
        let lasts = |kept: &Kept| match moment {
            Some(_) => PAST_KEPT,
            // Half as old as a screen may become: nobody sees one much older than they asked for.
            None => Duration::from_secs(kept.answers.refresh_s.div_ceil(2)),
        };
        kept.retain(|kept| kept.since.elapsed() < lasts(kept));
        if let Some(found) = kept.iter().find(|kept| kept.asked == moment) {
            return Ok(found.answers.clone());
        }
        let answers = Arc::new(ask(shared, moment).await?);
        if kept.len() >= PASTS {
            kept.remove(0);
        }
        kept.push(Kept { asked: moment, since: Instant::now(), answers: answers.clone() });
        Ok(answers)
    }
}

async fn ask(shared: &Shared, asked: Option<DateTime<Utc>>) -> Result<Answers, PageError> {
    let until = asked.map(|moment| LakeSource::new(shared.data.lake.until(moment)));
    let data = until.as_ref().unwrap_or(&shared.data);
    let moment = data.now();
    let day = moment.with_timezone(&Baku).date_naive();
    let refresh = shared.work()?.desk.reference.threshold("live_refresh_s", day).map_err(PageError::internal)?;
    let scope = Scope { period: Period::around(Span::Day, day), line: None };
    // The widest window serves all of them.
    data.lake.prepare(&of_lake(&scope.period)?, FIGURES.into_iter()).await.map_err(DataError::from)?;
    let told = join_all(FIGURES.map(async |name| (name, data.figure(name, &scope).await))).await;
    let mut answers = Answers {
        moment,
        past: asked.is_some(),
        scope,
        newest_day: None,
        refresh_s: refresh.clamp(2.0, 600.0) as u64,
        told: told.into_iter().collect(),
    };
    let quiet = |row: &Row| row.get("state").and_then(serde_json::Value::as_str) == Some("none");
    if answers.rows("live_data").iter().any(quiet) {
        answers.newest_day = data.choices().await?.days.map(|(_, last)| last);
    }
    Ok(answers)
}
