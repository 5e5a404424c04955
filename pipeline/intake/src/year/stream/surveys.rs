//! Surveys: who is asked, who answers, and how satisfied they are.

use super::{Fact, LINES, Year, calls::Steps, mix};
use crate::year::{days::at, random::unit};
use meyar_schemas::surveys::{Respondent, SurveyChannel, SurveyEvent, SurveyStep};

impl Year {
    pub(super) fn survey(&mut self, steps: &Steps, rank: u64, end: i64) {
        let shape = &self.shapes[steps.line];
        let Some(invited) = shape.surveys.at(rank).next() else { return };
        let planned = self.plan.lines[steps.line].surveys;
        let place = shape.survey_order.at(invited);
        let draw = mix(self.seed ^ steps.line as u64, invited, 0x5a);
        let channel = match draw % 10 {
            0..=6 => SurveyChannel::Sms,
            7 | 8 => SurveyChannel::Ivr,
            _ => SurveyChannel::Call,
        };
        let survey_id = format!("{}-s", steps.call_id);
        let event = |ms: i64, step: SurveyStep| {
            Fact::Survey(SurveyEvent {
                survey_id: survey_id.clone(),
                at: at(ms),
                call_id: Some(steps.call_id.clone()),
                line: LINES[steps.line].to_owned(),
                channel,
                respondent: Respondent::Caller,
                questionnaire: None,
                step,
            })
        };
        let asked = end + 5_000 + i64::try_from((draw >> 8) % 90_000).unwrap_or(0);
        self.now(event(asked, SurveyStep::Invited), "-i");
        let delay = unit(self.seed, draw);
        #[allow(clippy::cast_possible_truncation)]
        let replied = asked + 20_000 + (delay * delay * 5_400_000.0) as i64;
        if place >= planned.answered {
            if draw.is_multiple_of(11) {
                self.later(event(replied, SurveyStep::Declined), "-x");
            }
            return;
        }
        let answer = |question: &str, score: u8, scale_max: u8| SurveyStep::Answered {
            question: question.to_owned(),
            score,
            // As v1 told it: a year that was told then is recognised when it is told again.
            scale_min: 0,
            scale_max,
            comment: None,
        };
        let satisfied = place < planned.satisfied;
        let score = match (satisfied, (draw >> 40) % 10) {
            (true, 0..=7) => 5,
            (true, _) => 4,
            (false, 0..=4) => 3,
            (false, 5..=7) => 2,
            (false, _) => 1,
        };
        self.later(event(replied, answer("overall", score, 5)), "-n");
        if (draw >> 44).is_multiple_of(2) {
            let resolved = if satisfied { !(draw >> 48).is_multiple_of(8) } else { (draw >> 48).is_multiple_of(3) };
            self.later(event(replied + 7_000, answer("resolved", u8::from(resolved), 1)), "-r");
        }
    }
}
