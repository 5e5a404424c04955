//! Appeals: what people called about.

use super::{Fact, LINES, Year, calls::Steps, mix};
use crate::year::{days::at, shape::Course};
use meyar_schemas::appeals::{AnswerDirection, Appeal, Nature};

/// One appeal in so many is urgent.
const URGENT_OF: u64 = 500;

impl Year {
    /// Whether the call's first appeal is urgent.
    pub(super) fn is_urgent(&self, line: usize, rank: u64) -> bool {
        !self.shapes[line].appeals.at(rank).is_empty()
            && mix(self.seed ^ line as u64, rank, 0x112).is_multiple_of(URGENT_OF)
    }

    pub(super) fn appeals(
        &mut self,
        steps: &Steps,
        rank: u64,
        end: i64,
        representative: &str,
        sheet: Option<u64>,
        urgent: bool,
    ) {
        let course = sheet.map(|sheet| self.shapes[steps.line].course(sheet));
        for (place, appeal) in self.shapes[steps.line].appeals.at(rank).enumerate() {
            let shape = &self.shapes[steps.line];
            let topic = self.plan.topics[shape.topic(appeal)].clone();
            let course = course.filter(|_| place == 0);
            let direction = match course {
                Some(Course::Forwarded(_) | Course::QueryForwarded(_)) => AnswerDirection::SheetForwarded,
                Some(Course::QueryAnswered(_) | Course::QueryLeft(_)) => AnswerDirection::SheetAnswered,
                None if matches!(topic.as_str(), "redirected" | "outside_remit") => AnswerDirection::Redirected,
                None => AnswerDirection::Immediate,
            };
            let draw = mix(self.seed ^ steps.line as u64, appeal, 0xa99);
            let nature = match course {
                Some(Course::Forwarded(0 | 1)) => Nature::Complaint,
                Some(Course::Forwarded(2)) => Nature::Application,
                Some(Course::Forwarded(_)) => Nature::Proposal,
                Some(_) => Nature::Question,
                None => match draw % 100 {
                    0..=61 => Nature::Question,
                    62..=87 => Nature::Enquiry,
                    88..=94 => Nature::Information,
                    95..=97 => Nature::Application,
                    _ => Nature::Complaint,
                },
            };
            let mut appeal_id = String::with_capacity(steps.call_id.len() + 3);
            appeal_id.push_str(&steps.call_id);
            appeal_id.push_str("-p");
            appeal_id.push(char::from(b'1' + u8::try_from(place.min(8)).unwrap_or(8)));
            if place > 8 {
                appeal_id.push_str(&(place - 8).to_string());
            }
            let fact = Fact::Appeal(Appeal {
                appeal_id,
                at: at(end + i64::try_from(place).unwrap_or(0)),
                call_id: steps.call_id.clone(),
                line: LINES[steps.line].to_owned(),
                nature,
                topics: vec![topic],
                direction,
                urgent: urgent && place == 0,
                representative: Some(representative.to_owned()),
            });
            self.now(fact, "");
        }
    }
}
