//! A scripted call of the demo, and the events that an exchange and the registers would tell of it.

use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};
use meyar_schemas::{
    Envelope, Subject,
    appeals::{AnswerDirection, Appeal, Nature},
    caller::CallerKey,
    calls::{CallEvent, CallStep, Direction, Location, Phase, Side, TransferKind},
    envelope::derived_id,
    sheets::{SheetClass, SheetEvent, SheetOrigin, SheetStep},
    staff::{StaffEvent, StaffStep},
    surveys::{Respondent, SurveyChannel, SurveyEvent, SurveyStep},
    transcripts::Transcript,
};
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Deserialize)]
pub struct Conversation {
    pub call_id: String,
    pub language: String,
    pub line: String,
    pub started_at: DateTime<Utc>,
    pub representative: Representative,
    pub caller_number: String,
    pub call_ms: i64,
    pub ended_by: Side,
    #[serde(default)]
    pub holds: Vec<Hold>,
    #[serde(default)]
    pub turns: Vec<Turn>,
    #[serde(default)]
    pub expect: Vec<Expectation>,
    #[serde(default = "yes")]
    last_chunk: bool,
    #[serde(default)]
    audio_ms: i64,
    transfer: Option<Transfer>,
    appeal: Option<AppealTold>,
    sheet: Option<SheetTold>,
    survey: Option<SurveyTold>,
    /// Only in calls whose transcript is given instead of spoken.
    data: Option<Transcript>,
}

#[derive(Debug, Deserialize)]
pub struct Representative {
    pub id: String,
}

#[derive(Debug, Deserialize)]
pub struct Hold {
    start_ms: i64,
    end_ms: i64,
}

#[derive(Debug, Deserialize)]
pub struct Turn {
    pub party: meyar_schemas::audio::Party,
    #[serde(default)]
    pub words: Vec<String>,
}

/// What a person who wrote the script expects of the evaluation.
#[derive(Debug, Deserialize)]
pub struct Expectation {
    pub criterion: String,
    pub state: Option<String>,
    pub not_state: Option<String>,
    pub mark: Option<f64>,
    pub mark_at_least: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Transfer {
    to_kind: TransferKind,
    to: String,
}

#[derive(Debug, Deserialize)]
struct AppealTold {
    nature: Nature,
    topics: Vec<String>,
    direction: AnswerDirection,
    #[serde(default)]
    urgent: bool,
}

#[derive(Debug, Deserialize)]
struct SheetTold {
    sheet_id: String,
    class: SheetClass,
}

#[derive(Debug, Deserialize)]
struct SurveyTold {
    score: u8,
    scale_max: u8,
}

fn yes() -> bool {
    true
}

/// Subject, Kafka key, attributes, value.
pub type Told = (Subject, String, Envelope, Vec<u8>);

impl Conversation {
    /// The calls that were spoken into `folder`.
    pub fn load(folder: &Path) -> Result<Vec<Self>> {
        Self::read(folder, ".reference.json")
    }

    /// The calls that come as transcripts.
    pub fn load_written(folder: &Path) -> Result<Vec<Self>> {
        Self::read(folder, ".json")
    }

    fn read(folder: &Path, ending: &str) -> Result<Vec<Self>> {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .with_context(|| format!("{} cannot be read", folder.display()))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .collect();
        files.sort();
        files
            .iter()
            .map(|path| {
                let bytes = std::fs::read(path)?;
                serde_json::from_slice(&bytes).with_context(|| format!("{} is not a call of the demo", path.display()))
            })
            .collect()
    }

    /// For the call that breaks off: the chunks that still come.
    pub fn stop_after(&self) -> Option<usize> {
        (!self.last_chunk).then(|| usize::try_from(self.audio_ms / 1_000).unwrap_or(1).max(1))
    }

    pub fn transcript(&self) -> Result<Option<(Envelope, Vec<u8>)>> {
        let Some(data) = &self.data else { return Ok(None) };
        let envelope = Envelope::new(Subject::CallTranscripts, "demo", &data.transcript_id, data.created_at);
        Ok(Some((envelope, serde_json::to_vec(data)?)))
    }

    pub fn events(&self, callers: &CallerKey) -> Result<Vec<Told>> {
        let ended = self.started_at + TimeDelta::milliseconds(self.call_ms);
        let mut told = Vec::new();
        for (at, step) in self.steps(ended) {
            let event = CallEvent {
                call_id: self.call_id.clone(),
                at,
                line: self.line.clone(),
                caller_key: callers.of(&self.caller_number),
                step,
            };
            told.push(self.tell(Subject::CallEvents, &self.call_id, at, &event)?);
        }
        if let Some(appeal) = &self.appeal {
            let event = Appeal {
                appeal_id: format!("a-{}", self.call_id),
                at: ended,
                call_id: self.call_id.clone(),
                line: self.line.clone(),
                nature: appeal.nature,
                topics: appeal.topics.clone(),
                direction: appeal.direction,
                urgent: appeal.urgent,
                representative: Some(self.representative.id.clone()),
            };
            told.push(self.tell(Subject::Appeals, &event.appeal_id, ended, &event)?);
        }
        if let Some(sheet) = &self.sheet {
            let step = SheetStep::Opened {
                origin: SheetOrigin::Live,
                call_id: Some(self.call_id.clone()),
                representative: Some(self.representative.id.clone()),
            };
            let event = SheetEvent {
                sheet_id: sheet.sheet_id.clone(),
                at: ended,
                line: self.line.clone(),
                class: sheet.class,
                step,
            };
            told.push(self.tell(Subject::ApplicationSheets, &sheet.sheet_id, ended, &event)?);
        }
        if let Some(survey) = &self.survey {
            let event = |at, step| SurveyEvent {
                survey_id: format!("s-{}", self.call_id),
                at,
                call_id: Some(self.call_id.clone()),
                line: self.line.clone(),
                channel: SurveyChannel::Ivr,
                respondent: Respondent::Caller,
                questionnaire: None,
                step,
            };
            let (score, scale_max) = (survey.score, survey.scale_max);
            let question = "overall".into();
            let answer = SurveyStep::Answered { question, score, scale_min: 0, scale_max, comment: None };
            for event in [event(ended, SurveyStep::Invited), event(ended + TimeDelta::seconds(20), answer)] {
                told.push(self.tell(Subject::SurveyResponses, &event.survey_id, event.at, &event)?);
            }
        }
        let session = format!("st-{}-{}", self.representative.id, self.started_at.format("%Y%m%d"));
        for (kind, at) in [
            (StaffStep::Started, self.started_at - TimeDelta::hours(1)),
            (StaffStep::Ended, ended + TimeDelta::hours(2)),
        ] {
            let event = StaffEvent {
                session_id: session.clone(),
                at,
                representative: self.representative.id.clone(),
                location: Location::Hall,
                kind,
                lines: vec![self.line.clone()],
                reason: None,
            };
            told.push(self.tell(Subject::StaffSessions, &session, at, &event)?);
        }
        Ok(told)
    }

    fn steps(&self, ended: DateTime<Utc>) -> Vec<(DateTime<Utc>, CallStep)> {
        let before = |s| self.started_at - TimeDelta::seconds(s);
        let within = |ms| self.started_at + TimeDelta::milliseconds(ms);
        let representative = self.representative.id.clone();
        let mut steps = vec![
            (before(30), CallStep::Offered { direction: Direction::Inbound, returns: None }),
            (before(28), CallStep::IvrStep { node: "main".into(), key: Some("0".into()) }),
            (before(12), CallStep::Queued { queue: self.line.clone() }),
            (self.started_at, CallStep::Answered { representative, location: Location::Hall }),
        ];
        for hold in &self.holds {
            steps.push((within(hold.start_ms), CallStep::Hold { phase: Phase::Started }));
            steps.push((within(hold.end_ms), CallStep::Hold { phase: Phase::Ended }));
        }
        if let Some(transfer) = &self.transfer {
            let step = CallStep::Transferred { to_kind: transfer.to_kind, to: transfer.to.clone() };
            steps.push((ended - TimeDelta::milliseconds(500), step));
        }
        let recorded = self.data.is_none();
        steps.push((ended, CallStep::Ended { ended_by: self.ended_by, recorded, wrap_up_ms: Some(15_000) }));
        steps
    }

    fn tell<T: serde::Serialize>(&self, subject: Subject, key: &str, at: DateTime<Utc>, data: &T) -> Result<Told> {
        let value = serde_json::to_vec(data)?;
        let id = derived_id(&["demo", subject.name(), &String::from_utf8_lossy(&value)]);
        Ok((subject, key.to_owned(), Envelope::new(subject, "demo", id, at), value))
    }
}
