//! The rows of one call → its story; the three kinds of rows share this frame.

use crate::{
    calls,
    clock::Calendar,
    events, legs,
    mapping::Rows,
    sheet::{Row, Sheet},
    story::Story,
    summary::{BadRow, Summary},
};
use meyar_schemas::calls::{CallStep, LostReason};

/// What the rows of one call gave.
#[derive(Debug, Default)]
pub struct Interpreted {
    pub story: Option<(Story, Notes)>,
    pub bad: Vec<BadRow>,
    pub ignored: u64,
    pub repeats: u64,
    /// Rows that the story was made of.
    pub used: u64,
}

/// What was remarkable about a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    pub night: bool,
    pub past_midnight: bool,
    pub unidentified: bool,
    pub damaged: bool,
    pub zero_times: u64,
    pub answered_by_unknown: bool,
    pub answered_without_end: bool,
    pub lost_with_service: bool,
    pub clock_disagreement: bool,
    pub without_beginning: bool,
    pub unfinished: bool,
}

pub fn interpret(sheet: &Sheet, calendar: &mut Calendar, call_id: String, rows: Vec<Row>) -> Interpreted {
    match sheet.mapping.rows {
        Rows::Calls => calls::interpret(sheet, calendar, call_id, rows),
        Rows::Legs => legs::interpret(sheet, calendar, call_id, rows),
        Rows::Events => events::interpret(sheet, calendar, call_id, rows),
    }
}

impl Summary {
    pub(crate) fn take(&mut self, interpreted: &Interpreted) {
        self.bad += interpreted.bad.len() as u64;
        self.ignored += interpreted.ignored;
        self.repeats += interpreted.repeats;
        self.rows_of_calls += interpreted.used;
        if let Some((story, notes)) = &interpreted.story {
            self.calls += 1;
            self.events += story.steps.len() as u64;
            self.take_fate(story);
            self.take_notes(notes);
        }
    }

    fn take_fate(&mut self, story: &Story) {
        let lost = story.steps.iter().find_map(|told| match told.step {
            CallStep::Lost { reason, .. } => Some(reason),
            _ => None,
        });
        let answered = story.steps.iter().any(|told| matches!(told.step, CallStep::Answered { .. }));
        match (answered, lost) {
            (true, _) => self.answered += 1,
            (false, Some(LostReason::AbandonedInQueue)) => self.lost_in_queue += 1,
            (false, Some(LostReason::AbandonedInIvr)) => self.lost_in_menu += 1,
            (false, Some(_)) => self.lost_otherwise += 1,
            (false, None) => {}
        }
    }

    fn take_notes(&mut self, notes: &Notes) {
        self.zero_times += notes.zero_times;
        for (counter, noted) in [
            (&mut self.night, notes.night),
            (&mut self.past_midnight, notes.past_midnight),
            (&mut self.unidentified_callers, notes.unidentified),
            (&mut self.damaged_callers, notes.damaged),
            (&mut self.answered_by_unknown, notes.answered_by_unknown),
            (&mut self.answered_without_end, notes.answered_without_end),
            (&mut self.lost_with_service, notes.lost_with_service),
            (&mut self.clock_disagreements, notes.clock_disagreement),
            (&mut self.without_beginning, notes.without_beginning),
            (&mut self.unfinished, notes.unfinished),
        ] {
            *counter += u64::from(noted);
        }
    }
}
