//! What people said about the month's calls: invented surveys, appeals and sheets, chosen by the call's id alone,
//! so that a second run tells the same.

use anyhow::Result;
use chrono::TimeDelta;
use meyar_broker::publisher::Burst;
use meyar_intake::Call;
use meyar_schemas::{
    Subject,
    appeals::{AnswerDirection, Appeal, Nature},
    calls::{CallStep, Phase},
    sheets::{SheetClass, SheetEvent, SheetOrigin, SheetStep},
    surveys::{Respondent, SurveyChannel, SurveyEvent, SurveyStep},
    systems::{IncidentEvent, Severity},
};

const TOPICS: [&str; 6] =
    ["law_explanation", "operation_support", "redirected", "not_serviceable", "outside_remit", "other"];

/// Every tenth answered call is invited to a survey and has its appeal told; some open a sheet.
pub async fn events(burst: &mut Burst, call: &Call) -> Result<()> {
    let Some((_, first)) = call.first() else { return Ok(()) };
    let Some((representative, ended)) = call.iter().find_map(|(_, e)| match &e.step {
        CallStep::Answered { representative, .. } => {
            Some((representative.clone(), call.last().map_or(e.at, |(_, l)| l.at)))
        }
        _ => None,
    }) else {
        return Ok(());
    };
    let dice = Dice::of(&first.call_id);
    if dice.side(0, 10) != 0 {
        return Ok(());
    }
    let (call_id, line) = (first.call_id.clone(), first.line.clone());
    let survey = |at, step| SurveyEvent {
        survey_id: format!("s-{call_id}"),
        at,
        call_id: Some(call_id.clone()),
        line: line.clone(),
        channel: SurveyChannel::Ivr,
        respondent: Respondent::Caller,
        questionnaire: None,
        step,
    };
    let invited = survey(ended, SurveyStep::Invited);
    super::send(burst, Subject::SurveyResponses, &invited.survey_id, invited.at, &invited).await?;
    if dice.side(1, 100) < 40 {
        let score = [5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 1, 5][dice.side(2, 12)];
        let step =
            SurveyStep::Answered { question: "overall".into(), score, scale_min: 0, scale_max: 5, comment: None };
        let answered = survey(ended + TimeDelta::seconds(25), step);
        super::send(burst, Subject::SurveyResponses, &answered.survey_id, answered.at, &answered).await?;
    }
    let sheet = dice.side(3, 30) == 0;
    let appeal = Appeal {
        appeal_id: format!("a-{call_id}"),
        at: ended,
        call_id: call_id.clone(),
        line: line.clone(),
        nature: if sheet { Nature::Complaint } else { Nature::Question },
        topics: vec![TOPICS[dice.side(4, 6)].into()],
        direction: if sheet { AnswerDirection::SheetForwarded } else { AnswerDirection::Immediate },
        urgent: false,
        representative: Some(representative.clone()),
    };
    super::send(burst, Subject::Appeals, &appeal.appeal_id, appeal.at, &appeal).await?;
    if sheet {
        let told = |at, step| SheetEvent {
            sheet_id: format!("mv-{call_id}"),
            at,
            line: line.clone(),
            class: SheetClass::BodyComplaint,
            step,
        };
        let opened = SheetStep::Opened {
            origin: SheetOrigin::Live,
            call_id: Some(call_id.clone()),
            representative: Some(representative),
        };
        let forwarded = SheetStep::Forwarded { to_unit: "DVX".into() };
        for event in [told(ended, opened), told(ended + TimeDelta::hours(3), forwarded)] {
            super::send(burst, Subject::ApplicationSheets, &event.sheet_id, event.at, &event).await?;
        }
    }
    Ok(())
}

/// The month's one outage and one slow afternoon.
pub fn incidents() -> Result<Vec<IncidentEvent>> {
    let told = |id: &str, at: &str, phase, component: &str, severity, lines: &[&str]| -> Result<IncidentEvent> {
        Ok(IncidentEvent {
            incident_id: id.into(),
            at: at.parse()?,
            phase,
            component: component.into(),
            lines: lines.iter().map(|l| (*l).to_owned()).collect(),
            severity,
            description: None,
        })
    };
    let all = ["195-1-1", "195-1-2", "195-1-3", "195-1-4"];
    Ok(vec![
        told("inc-demo-1", "2026-01-13T11:05:00+04:00", Phase::Started, "telephony", Severity::Outage, &all)?,
        told("inc-demo-1", "2026-01-13T11:32:00+04:00", Phase::Ended, "telephony", Severity::Outage, &all)?,
        told("inc-demo-2", "2026-01-20T15:00:00+04:00", Phase::Started, "crm", Severity::Degraded, &all[..1])?,
        told("inc-demo-2", "2026-01-20T17:10:00+04:00", Phase::Ended, "crm", Severity::Degraded, &all[..1])?,
    ])
}

/// Throws that depend on a text only.
struct Dice(u64);

impl Dice {
    fn of(text: &str) -> Self {
        Self(text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn side(&self, throw: u64, sides: usize) -> usize {
        let mut x = self.0 ^ throw.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x ^= x >> 30;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 27;
        x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % sides as u64) as usize
    }
}
