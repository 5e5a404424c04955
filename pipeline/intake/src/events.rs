//! One row an event (queue_log): what happened to a call, step by step, joined by the call's key.

use crate::{
    calls::milliseconds,
    clock::{self, Calendar, Shift},
    interpret::{Interpreted, Notes},
    mapping::{EventRules, EventStep, StepRule, Times},
    sheet::{Row, Sheet, identifier},
    story::{MAX_SPAN_MS, Story, Told},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use meyar_schemas::{
    Invalid,
    calls::{CallStep, LostReason, Phase, Side, TransferKind},
};

struct Happened<'m> {
    row: Row,
    rule: &'m StepRule,
    local: NaiveDateTime,
    /// Epoch times need no zone.
    exact: Option<DateTime<Utc>>,
}

pub fn interpret(sheet: &Sheet, calendar: &mut Calendar, call_id: String, mut rows: Vec<Row>) -> Interpreted {
    let mut done = Interpreted::default();
    let Some(rules) = &sheet.mapping.events else { return done };
    let mut seen: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        if seen.iter().any(|earlier| earlier.raw == row.raw) {
            done.repeats += 1;
        } else {
            seen.push(row);
        }
    }
    let mut happened = Vec::new();
    for row in seen {
        match read(sheet, calendar, rules, &row) {
            Ok((rule, _, _)) if rule.step == EventStep::Ignore => done.ignored += 1,
            Ok((rule, local, exact)) => happened.push(Happened { row, rule, local, exact }),
            Err(invalid) => done.bad.push(row.bad(invalid)),
        }
    }
    if happened.is_empty() {
        return done;
    }
    happened.sort_by_key(|h| h.local);
    match tell(sheet, calendar, rules, call_id, &happened) {
        Ok(told) => {
            done.used = happened.len() as u64;
            done.story = Some(told);
        }
        Err(invalid) => done.bad.extend(happened.into_iter().map(|h| h.row.bad(invalid.clone()))),
    }
    done
}

/// The rule for an event's name; also used for rows that belong to no call.
pub fn rule<'m>(sheet: &Sheet, rules: &'m EventRules, row: &Row) -> Result<&'m StepRule, Invalid> {
    let name = sheet.cell(row, &rules.column);
    rules.steps.get(name).ok_or_else(|| {
        let remedy =
            "add it to [events.steps] of the mapping, as { step = \"ignore\" } if it tells nothing about calls";
        Invalid::new(&rules.column, name, "is not a known event", remedy)
    })
}

type Moment<'m> = (&'m StepRule, NaiveDateTime, Option<DateTime<Utc>>);

fn read<'m>(sheet: &Sheet, calendar: &Calendar, rules: &'m EventRules, row: &Row) -> Result<Moment<'m>, Invalid> {
    let rule = rule(sheet, rules, row)?;
    let clock = &sheet.mapping.clock;
    let text = sheet.cell(row, &rules.time);
    if clock.times != Times::Epoch {
        return Ok((rule, clock::datetime(&rules.time, text, &clock.formats)?, None));
    }
    #[allow(clippy::cast_possible_truncation)] // checked to lie between 1970 and 2099
    let at = text
        .parse::<f64>()
        .ok()
        .map(|number| number * clock.unit.in_ms())
        .filter(|ms| (0.0..4_102_444_800_000.0).contains(ms))
        .and_then(|ms| DateTime::from_timestamp_millis(ms.round() as i64))
        .ok_or_else(|| {
            Invalid::new(&rules.time, text, "is not an epoch time", "check clock.unit, or correct the number")
        })?;
    Ok((rule, at.with_timezone(&calendar.zone()).naive_local(), Some(at)))
}

struct Teller<'a> {
    sheet: &'a Sheet,
    rules: &'a EventRules,
    shift: Shift,
    steps: Vec<Told>,
}

impl Teller<'_> {
    fn at(&self, h: &Happened) -> Result<DateTime<Utc>, Invalid> {
        match h.exact {
            Some(at) if !self.shift.redated => Ok(at),
            _ => self.shift.utc(&self.rules.time, h.local),
        }
    }

    /// The row's own text makes the id, so that a longer copy of the same log tells the same events.
    fn add(&mut self, h: &Happened, kind: &str, step: CallStep) -> Result<(), Invalid> {
        let at = self.at(h)?;
        self.steps.push(Told { at, step, id_part: format!("{kind}\u{1f}{}", String::from_utf8_lossy(&h.row.raw)) });
        Ok(())
    }

    fn cell<'r>(&self, h: &'r Happened, column: Option<&String>) -> &'r str {
        self.sheet.optional_cell(&h.row, column)
    }

    /// Line, queue, representative or outside number, whichever the target is known as.
    fn target(&self, h: &Happened) -> (TransferKind, String) {
        let to = self.cell(h, h.rule.to.as_ref());
        if let Some(line) = self.sheet.mapping.line.of_value(to) {
            return (TransferKind::Line, line.to_owned());
        }
        if let Some(code) = self.sheet.mapping.representative.values.get(to) {
            return (TransferKind::Representative, code.clone());
        }
        let to = if to.is_empty() { "unknown" } else { to };
        (h.rule.to_kind.unwrap_or(TransferKind::External), identifier(to))
    }
}

fn tell(
    sheet: &Sheet,
    calendar: &mut Calendar,
    rules: &EventRules,
    call_id: String,
    happened: &[Happened],
) -> Result<(Story, Notes), Invalid> {
    let mapping = &sheet.mapping;
    let first = &happened[0];
    let line = happened.iter().find_map(|h| sheet.line(&h.row).ok()).map_or_else(|| sheet.line(&first.row), Ok)?;
    let numbers =
        happened.iter().map(|h| sheet.optional_cell(&h.row, h.rule.caller.as_ref())).filter(|n| !n.is_empty());
    let caller = numbers.map(|n| sheet.caller(n)).next().unwrap_or_default();
    let shift = calendar.shift(&rules.time, first.local.date())?;
    let begins = matches!(first.rule.step, EventStep::Offered | EventStep::Menu | EventStep::Queued);
    let mut notes = Notes {
        night: clock::is_night(first.local),
        past_midnight: happened.iter().any(|h| h.local.date() > first.local.date()),
        unidentified: caller.key.is_none(),
        damaged: caller.damaged,
        without_beginning: !begins,
        ..Notes::default()
    };
    let mut teller = Teller { sheet, rules, shift, steps: Vec::new() };
    if begins {
        teller.add(first, "offered", CallStep::Offered { direction: sheet.direction(&first.row), returns: None })?;
    }
    let entered = happened.iter().find(|h| h.rule.step == EventStep::Queued).map_or(first.local, |h| h.local);
    let (mut answered, mut finished) = (false, false);
    for (number, h) in happened.iter().enumerate() {
        let later = &happened[number + 1..];
        let requeued = later.iter().any(|h| matches!(h.rule.step, EventStep::Queued | EventStep::Answered));
        match h.rule.step {
            EventStep::Offered | EventStep::Ignore => {}
            EventStep::Menu => {
                let key = teller.cell(h, h.rule.key.as_ref());
                let key = (!key.is_empty()).then(|| key.to_owned());
                let node = identifier(teller.cell(h, h.rule.node.as_ref()));
                teller.add(h, "ivr_step", CallStep::IvrStep { node, key })?;
            }
            EventStep::Queued => {
                let queue = identifier(sheet.cell(&h.row, &rules.queue));
                if number > 0 && !answered && happened[..number].iter().any(|h| h.rule.step == EventStep::LeftQueue) {
                    let step = CallStep::Transferred { to_kind: TransferKind::Queue, to: queue.clone() };
                    teller.add(h, "transferred", step)?;
                }
                teller.add(h, "queued", CallStep::Queued { queue })?;
            }
            EventStep::Answered => {
                let named = sheet.representative(sheet.cell(&h.row, &mapping.representative.column));
                notes.answered_by_unknown |= named.is_none();
                let representative = named.unwrap_or_else(|| mapping.representative.unknown.clone());
                let location = sheet.location(&representative);
                teller.add(h, "answered", CallStep::Answered { representative, location })?;
                answered = true;
            }
            EventStep::HoldStarted => teller.add(h, "hold", CallStep::Hold { phase: Phase::Started })?,
            EventStep::HoldEnded => teller.add(h, "hold", CallStep::Hold { phase: Phase::Ended })?,
            EventStep::Transferred => {
                let (to_kind, to) = teller.target(h);
                teller.add(h, "transferred", CallStep::Transferred { to_kind, to })?;
                // The log says no more of a call that left the queue's hands: the representative's part is over.
                if !later.iter().any(|h| matches!(h.rule.step, EventStep::Ended | EventStep::Queued)) {
                    teller.add(h, "ended", ended(Side::Representative, sheet.recorded(&h.row)))?;
                    finished = true;
                }
            }
            EventStep::Ended => {
                let by = h.rule.by.unwrap_or(mapping.call.ended_by);
                teller.add(h, "ended", ended(by, sheet.recorded(&h.row)))?;
                finished = true;
            }
            EventStep::LeftQueue if requeued => {}
            // Transferred to a queue after a conversation, and hung up there: an answered call that ended.
            EventStep::LeftQueue | EventStep::Lost if answered => {
                teller.add(h, "ended", ended(mapping.call.ended_by, sheet.recorded(&h.row)))?;
                finished = true;
            }
            EventStep::LeftQueue | EventStep::Lost => {
                let told = teller.cell(h, h.rule.waited.as_ref());
                let waited = match (&h.rule.waited, begins || told.is_empty()) {
                    (Some(column), false) => milliseconds(column, told, mapping.clock.duration_unit.in_ms())?,
                    _ => (h.local - entered).num_milliseconds(),
                };
                let reason = h.rule.reason.unwrap_or(LostReason::AbandonedInQueue);
                let waited_ms = waited.clamp(0, MAX_SPAN_MS).unsigned_abs();
                teller.add(h, "lost", CallStep::Lost { reason, waited_ms })?;
                finished = true;
            }
        }
    }
    notes.unfinished = !finished;
    notes.answered_without_end = answered && !finished;
    Ok((Story { call_id, line, caller_key: caller.key, steps: teller.steps }, notes))
}

const fn ended(ended_by: Side, recorded: bool) -> CallStep {
    CallStep::Ended { ended_by, recorded, wrap_up_ms: None }
}
