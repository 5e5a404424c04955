//! The events as JSON carries them; only what the figures need is read.

use super::events::{
    AppealEvent, CallEvent, CallStep, Class, IncidentEvent, LostReason, Origin, SessionEvent, SessionStep, SheetEvent,
    SheetStep, SurveyEvent, SurveyStep,
};
use super::{line::Line, names::Names};
use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::borrow::Cow;

/// A structured CloudEvent.
#[derive(Deserialize)]
#[serde(bound(deserialize = "D: Deserialize<'de>"))]
pub struct Told<'a, D> {
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    #[serde(borrow)]
    pub source: Cow<'a, str>,
    #[serde(default)]
    pub revision: u32,
    pub data: D,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CallKind {
    Offered,
    IvrStep,
    Queued,
    Ordered,
    Answered,
    Hold,
    Transferred,
    Ended,
    Lost,
}

#[derive(Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Direction {
    #[default]
    Inbound,
    Outbound,
}

#[derive(Deserialize)]
pub struct Call<'a> {
    #[serde(borrow)]
    call_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    line: Line,
    caller_key: Option<Cow<'a, str>>,
    kind: CallKind,
    #[serde(default)]
    direction: Direction,
    returns: Option<Cow<'a, str>>,
    key: Option<Cow<'a, str>>,
    reason: Option<LostReason>,
    // A whole number may be written `1000.0`.
    waited_ms: Option<f64>,
    wrap_up_ms: Option<f64>,
}

impl Call<'_> {
    pub fn event(self, names: &mut Names) -> Result<CallEvent> {
        let step = match self.kind {
            CallKind::Offered => CallStep::Offered {
                outbound: self.direction == Direction::Outbound,
                returns: self.returns.map(|call| names.name(&call)),
            },
            CallKind::IvrStep if self.key.as_deref() == Some("0") => CallStep::ZeroPressed,
            CallKind::IvrStep | CallKind::Hold => CallStep::Other,
            CallKind::Queued => CallStep::Queued,
            CallKind::Ordered => CallStep::Ordered,
            CallKind::Answered => CallStep::Answered,
            CallKind::Transferred => CallStep::Transferred,
            CallKind::Ended => CallStep::Ended { wrap_up_ms: self.wrap_up_ms.map(|ms| ms as i64) },
            CallKind::Lost => CallStep::Lost {
                reason: self.reason.context("reason is missing")?,
                waited_ms: self.waited_ms.context("waited_ms is missing")? as i64,
            },
        };
        let (call, caller) = (names.name(&self.call_id), self.caller_key.map(|key| names.name(&key)));
        Ok(CallEvent { at: moment(&self.at)?, step, call, line: self.line, caller })
    }
}

#[derive(Deserialize)]
pub struct Appeal<'a> {
    #[serde(borrow)]
    appeal_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    call_id: Cow<'a, str>,
    line: Line,
    topics: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    direction: Cow<'a, str>,
    #[serde(default)]
    urgent: bool,
}

impl Appeal<'_> {
    pub fn event(self, names: &mut Names) -> Result<AppealEvent> {
        Ok(AppealEvent {
            at: moment(&self.at)?,
            appeal: names.name(&self.appeal_id),
            call: names.name(&self.call_id),
            line: self.line,
            topic: names.name(self.topics.first().context("topics is empty")?),
            immediate: self.direction == "immediate",
            urgent: self.urgent,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SheetKind {
    Opened,
    Answered,
    Forwarded,
    ResultReturned,
    OpinionRequested,
    OpinionReceived,
    DeemedAgreed,
    Reopened,
    Carried,
}

#[derive(Deserialize)]
pub struct Sheet<'a> {
    #[serde(borrow)]
    sheet_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    line: Line,
    class: Class,
    kind: SheetKind,
    origin: Option<Origin>,
    call_id: Option<Cow<'a, str>>,
    due_on: Option<NaiveDate>,
}

impl Sheet<'_> {
    pub fn event(self, names: &mut Names) -> Result<SheetEvent> {
        let step = match self.kind {
            SheetKind::Opened => SheetStep::Opened {
                origin: self.origin.context("origin is missing")?,
                call: self.call_id.map(|call| names.name(&call)),
            },
            SheetKind::Answered => SheetStep::Answered,
            SheetKind::Forwarded => SheetStep::Forwarded,
            SheetKind::ResultReturned => SheetStep::ResultReturned,
            SheetKind::OpinionRequested => {
                SheetStep::OpinionRequested { due_on: self.due_on.context("due_on is missing")? }
            }
            SheetKind::OpinionReceived => SheetStep::OpinionReceived,
            SheetKind::DeemedAgreed => SheetStep::DeemedAgreed,
            SheetKind::Reopened => SheetStep::Reopened,
            SheetKind::Carried => SheetStep::Carried,
        };
        let sheet = names.name(&self.sheet_id);
        Ok(SheetEvent { at: moment(&self.at)?, step, sheet, line: self.line, class: self.class })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SurveyKind {
    Invited,
    Declined,
    Answered,
}

#[derive(Deserialize)]
pub struct Survey<'a> {
    #[serde(borrow)]
    survey_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    line: Line,
    kind: SurveyKind,
    /// v1 of the contract asked callers alone.
    respondent: Option<Cow<'a, str>>,
    question: Option<Cow<'a, str>>,
    score: Option<f64>,
    scale_max: Option<f64>,
}

impl Survey<'_> {
    pub fn event(self, names: &mut Names) -> Result<SurveyEvent> {
        let step = match self.kind {
            SurveyKind::Invited => SurveyStep::Invited,
            SurveyKind::Declined => SurveyStep::Declined,
            SurveyKind::Answered => SurveyStep::Answered {
                question: names.name(&self.question.context("question is missing")?),
                score: self.score.context("score is missing")? as u32,
                scale_max: self.scale_max.context("scale_max is missing")? as u32,
            },
        };
        let caller = self.respondent.is_none_or(|respondent| respondent == "caller");
        Ok(SurveyEvent { at: moment(&self.at)?, step, survey: names.name(&self.survey_id), line: self.line, caller })
    }
}

#[derive(Deserialize)]
pub struct Incident<'a> {
    #[serde(borrow)]
    incident_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    phase: Cow<'a, str>,
    lines: Vec<Line>,
    #[serde(borrow)]
    severity: Cow<'a, str>,
}

impl Incident<'_> {
    pub fn event(self, names: &mut Names) -> Result<IncidentEvent> {
        Ok(IncidentEvent {
            at: moment(&self.at)?,
            started: self.phase == "started",
            incident: names.name(&self.incident_id),
            outage: self.severity == "outage",
            lines: self.lines,
        })
    }
}

#[derive(Deserialize)]
pub struct Session<'a> {
    #[serde(borrow)]
    session_id: Cow<'a, str>,
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    representative: Cow<'a, str>,
    #[serde(borrow)]
    location: Cow<'a, str>,
    kind: SessionStep,
}

impl Session<'_> {
    pub fn event(self, names: &mut Names) -> Result<SessionEvent> {
        Ok(SessionEvent {
            at: moment(&self.at)?,
            step: self.kind,
            session: names.name(&self.session_id),
            representative: names.name(&self.representative),
            remote: self.location == "remote",
        })
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text).with_context(|| format!("at: `{text}` is not an RFC 3339 time"))?;
    Ok(moment.to_utc())
}
