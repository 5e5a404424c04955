//! One row a call: arrival and menu, queue, conversation, each with entry, exit and duration.

use crate::{
    clock::{self, Calendar},
    interpret::{Interpreted, Notes},
    mapping::{Outcome, Stay, Times, WhenAbsent},
    sheet::{Row, Sheet},
    story::{Fate, MAX_SPAN_MS, PlainCall, Story},
};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use meyar_schemas::{Invalid, calls::LostReason};

pub fn interpret(sheet: &Sheet, calendar: &mut Calendar, call_id: String, rows: Vec<Row>) -> Interpreted {
    let mut done = Interpreted::default();
    for row in rows {
        match tell(sheet, calendar, &call_id, &row) {
            Ok(Some(told)) => {
                done.used += 1;
                done.story = Some(told);
            }
            Ok(None) => done.ignored += 1,
            Err(invalid) => done.bad.push(row.bad(invalid)),
        }
    }
    done
}

/// The outcome that the row's value stands for.
pub fn outcome(sheet: &Sheet, row: &Row) -> Result<Outcome, Invalid> {
    let Some(rules) = &sheet.mapping.outcome else { return Ok(Outcome::Ignore) };
    let value = sheet.cell(row, &rules.column);
    rules.values.get(value).copied().ok_or_else(|| {
        let known = rules.values.keys().cloned().collect::<Vec<_>>().join(", ");
        let remedy = format!("correct the row (known: {known}), or add the value to [outcome.values] of the mapping");
        Invalid::new(&rules.column, value, "is not a known outcome", remedy)
    })
}

#[derive(Debug, Clone, Copy)]
struct Span {
    enter: NaiveDateTime,
    leave: NaiveDateTime,
}

/// `Ok(None)`: a row to pass over.
fn tell(sheet: &Sheet, calendar: &mut Calendar, call_id: &str, row: &Row) -> Result<Option<(Story, Notes)>, Invalid> {
    let mapping = &sheet.mapping;
    let outcome = outcome(sheet, row)?;
    let (Some(menu_rules), Some(service_rules)) = (&mapping.menu, &mapping.service) else { return Ok(None) };
    if outcome == Outcome::Ignore {
        return Ok(None);
    }
    let line = sheet.line(row)?;
    let reader = Reader { sheet, row, day: reader_day(sheet, row, menu_rules)? };
    let menu = reader.span(menu_rules, None)?;
    let queue = match &mapping.queue {
        Some(rules) if !reader.is_absent(rules) => Some((rules, reader.span(rules, Some(menu.leave))?)),
        _ => None,
    };
    let ready = queue.map_or(menu.leave, |(_, span)| span.leave);
    let service = match reader.is_absent(service_rules) {
        true => None,
        false => Some(reader.span(service_rules, Some(ready))?),
    };

    let caller = sheet.caller(sheet.optional_cell(row, mapping.caller.column.as_ref()));
    let queue_name = |rules: &Stay| {
        let told = sheet.optional_cell(row, rules.name_column.as_ref());
        let name = if told.is_empty() { rules.name.as_deref().unwrap_or("queue") } else { told };
        crate::sheet::identifier(name)
    };
    let mut queued = queue.map(|(rules, span)| (span.enter, queue_name(rules)));
    let mut notes = Notes {
        unidentified: caller.key.is_none(),
        damaged: caller.damaged,
        zero_times: u64::from(mapping.queue.is_some() && queue.is_none()) + u64::from(service.is_none()),
        ..Notes::default()
    };
    let fate = if outcome == Outcome::Answered {
        // Two clocks, a second or two apart, write the queue's exit and the conversation's start. The wait and the
        // conversation are kept as long as they were: the answer is the queue's exit, the end is that plus the talk.
        let at = match (queue, service) {
            (Some((_, span)), _) => span.leave,
            (None, Some(service)) => service.enter,
            (None, None) => menu.leave,
        };
        if let (None, Some(rules)) = (&queued, mapping.queue.as_ref().filter(|q| q.when_absent == WhenAbsent::ZeroWait))
        {
            queued = Some((at, queue_name(rules)));
        }
        let named = sheet.representative(sheet.cell(row, &mapping.representative.column));
        notes.answered_by_unknown = named.is_none();
        notes.answered_without_end = service.is_none();
        let representative = named.unwrap_or_else(|| mapping.representative.unknown.clone());
        let location = sheet.location(&representative);
        let talk = service.map(|span| span.leave - span.enter);
        Fate::Answered {
            at,
            representative,
            location,
            talk,
            ended_by: mapping.call.ended_by,
            recorded: sheet.recorded(row),
        }
    } else {
        notes.lost_with_service = service.is_some();
        let reason = match outcome {
            Outcome::SystemError => LostReason::SystemError,
            Outcome::Refused => LostReason::Refused,
            _ if queue.is_some() => LostReason::AbandonedInQueue,
            _ => LostReason::AbandonedInIvr,
        };
        Fate::Lost { at: ready.max(menu.enter), reason }
    };
    let first_step = match (&queued, &fate) {
        (Some((at, _)), _) | (None, Fate::Answered { at, .. } | Fate::Lost { at, .. }) => *at,
    };
    let offered = menu.enter.min(first_step);
    notes.clock_disagreement = offered < menu.enter;
    notes.night = clock::is_night(offered);
    let last = service.map_or(ready, |span| span.leave).max(ready);
    notes.past_midnight = last.date() > menu.enter.date();

    let shift = calendar.shift(mapping.clock.date.as_deref().unwrap_or(&menu_rules.enter), menu.enter.date())?;
    let call = PlainCall {
        call_id: call_id.to_owned(),
        line,
        caller_key: caller.key,
        direction: sheet.direction(row),
        offered,
        menu: (menu.leave != menu.enter).then(|| menu_rules.name.clone().unwrap_or_else(|| "menu".into())),
        queued,
        fate,
    };
    Ok(Some((call.into_story(&menu_rules.enter, shift)?, notes)))
}

/// The day that times of day count from.
fn reader_day(sheet: &Sheet, row: &Row, menu: &Stay) -> Result<NaiveDate, Invalid> {
    let clock = &sheet.mapping.clock;
    match &clock.date {
        Some(column) => clock::date(column, sheet.cell(row, column), &clock.date_formats),
        None => Ok(clock::datetime(&menu.enter, sheet.cell(row, &menu.enter), &clock.formats)?.date()),
    }
}

struct Reader<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
    day: NaiveDate,
}

impl Reader<'_> {
    /// Empty, or all zeros where zeros mean none.
    fn is_absent(&self, stay: &Stay) -> bool {
        let zero_is_none = self.sheet.mapping.clock.zero_means_none;
        [Some(&stay.enter), stay.leave.as_ref(), stay.duration.as_ref()]
            .into_iter()
            .flatten()
            .map(|column| self.sheet.cell(self.row, column))
            .all(|cell| cell.is_empty() || (zero_is_none && cell.chars().all(|c| !c.is_alphanumeric() || c == '0')))
    }

    /// `previous` is the time that the stay follows; the menu follows nothing, and alone may run backwards.
    fn span(&self, stay: &Stay, previous: Option<NaiveDateTime>) -> Result<Span, Invalid> {
        let enter = self.time(&stay.enter, previous)?;
        let told_ms = match &stay.duration {
            Some(column) if !self.sheet.cell(self.row, column).is_empty() => {
                let unit = self.sheet.mapping.clock.duration_unit.in_ms();
                Some((column, milliseconds(column, self.sheet.cell(self.row, column), unit)?))
            }
            _ => None,
        };
        let leave = match (&stay.leave, told_ms) {
            (Some(column), _) => self.time(column, Some(enter))?,
            (None, Some((_, ms))) => enter + TimeDelta::milliseconds(ms),
            (None, None) => enter,
        };
        let ms = (leave - enter).num_milliseconds();
        if let Some((column, told)) = told_ms
            && (told - ms).abs() > 1_000
        {
            let problem =
                format!("does not agree with {} and {}", stay.enter, stay.leave.as_deref().unwrap_or("its end"));
            return Err(Invalid::new(
                column,
                self.sheet.cell(self.row, column),
                problem,
                "correct the times or the duration",
            ));
        }
        if ms > MAX_SPAN_MS || (ms < 0 && previous.is_some()) {
            let column = stay.leave.as_ref().unwrap_or(&stay.enter);
            let problem = if ms < 0 { "is before its beginning" } else { "is more than a day after its beginning" };
            return Err(Invalid::new(
                column,
                self.sheet.cell(self.row, column),
                problem,
                format!("correct it or {}", stay.enter),
            ));
        }
        Ok(Span { enter, leave })
    }

    fn time(&self, column: &str, previous: Option<NaiveDateTime>) -> Result<NaiveDateTime, Invalid> {
        let clock = &self.sheet.mapping.clock;
        let text = self.sheet.cell(self.row, column);
        if clock.times == Times::Datetime {
            return clock::datetime(column, text, &clock.formats);
        }
        let seconds = clock::time_of_day(column, text)?;
        let previous = previous.unwrap_or_else(|| self.day.into());
        Ok(clock::following(previous, self.day, seconds, clock.rollover_hours))
    }
}

/// A duration: a number of units, or `h:mm:ss`.
pub fn milliseconds(column: &str, text: &str, unit_ms: f64) -> Result<i64, Invalid> {
    if text.contains(':') {
        return clock::time_of_day(column, text).map(|seconds| i64::from(seconds) * 1_000);
    }
    let ms = text.parse::<f64>().ok().map(|number| (number * unit_ms).round());
    match ms.filter(|ms| ms.is_finite() && ms.abs() <= MAX_SPAN_MS as f64) {
        #[allow(clippy::cast_possible_truncation)] // at most a day
        Some(ms) => Ok(ms as i64),
        None => Err(Invalid::new(
            column,
            text,
            "is not a duration of at most a day",
            "write a number in the mapping's unit",
        )),
    }
}
