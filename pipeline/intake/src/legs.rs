//! Several rows a call (the cdr table): one leg for each phone that rang, joined by the call's key.

use crate::{
    calls::{milliseconds, outcome},
    clock::{self, Calendar},
    interpret::{Interpreted, Notes},
    mapping::{LegRules, Outcome},
    sheet::{Row, Sheet},
    story::{MAX_SPAN_MS, Story, Told},
    text,
};
use chrono::{NaiveDateTime, TimeDelta};
use meyar_schemas::{
    Invalid,
    calls::{CallStep, LostReason, TransferKind},
};

struct Leg {
    row: Row,
    start: NaiveDateTime,
    end: NaiveDateTime,
    /// When the leg was answered, if it was.
    answered: NaiveDateTime,
    outcome: Outcome,
}

pub fn interpret(sheet: &Sheet, calendar: &mut Calendar, call_id: String, mut rows: Vec<Row>) -> Interpreted {
    let mut done = Interpreted::default();
    let Some(rules) = &sheet.mapping.legs else { return done };
    // The order of the file must not matter: legs are ordered by their time, then by their text.
    rows.sort_by(|a, b| a.raw.cmp(&b.raw));
    let before = rows.len();
    rows.dedup_by(|a, b| a.raw == b.raw);
    done.repeats = (before - rows.len()) as u64;
    let mut legs = Vec::new();
    for row in rows {
        match read(sheet, rules, &row) {
            Ok((start, end, answered, outcome)) => legs.push(Leg { row, start, end, answered, outcome }),
            Err(invalid) => done.bad.push(row.bad(invalid)),
        }
    }
    legs.sort_by_key(|leg| (leg.start, leg.end));
    let Some(first) = legs.first() else { return done };
    let ignored =
        rules.ignore.as_ref().is_some_and(|i| text::matches_any(&i.values, sheet.cell(&first.row, &i.column)))
            || legs.iter().all(|leg| leg.outcome == Outcome::Ignore);
    if ignored {
        done.ignored = legs.len() as u64;
        return done;
    }
    match tell(sheet, calendar, rules, call_id, &legs) {
        Ok(told) => {
            done.used = legs.len() as u64;
            done.story = Some(told);
        }
        Err(invalid) => done.bad.extend(legs.into_iter().map(|leg| leg.row.bad(invalid.clone()))),
    }
    done
}

type Times = (NaiveDateTime, NaiveDateTime, NaiveDateTime, Outcome);

fn read(sheet: &Sheet, rules: &LegRules, row: &Row) -> Result<Times, Invalid> {
    let clock = &sheet.mapping.clock;
    let start = clock::datetime(&rules.start, sheet.cell(row, &rules.start), &clock.formats)?;
    let span = |column: &str| match milliseconds(column, sheet.cell(row, column), clock.duration_unit.in_ms())? {
        ms @ 0.. => Ok(TimeDelta::milliseconds(ms)),
        _ => Err(Invalid::new(column, sheet.cell(row, column), "is negative", "correct the duration")),
    };
    let (length, talk) = (span(&rules.duration)?, span(&rules.talk)?);
    if talk > length {
        let problem = format!("is longer than {}", rules.duration);
        return Err(Invalid::new(&rules.talk, sheet.cell(row, &rules.talk), problem, "correct one of the two"));
    }
    Ok((start, start + length, start + length - talk, outcome(sheet, row)?))
}

fn tell(
    sheet: &Sheet,
    calendar: &mut Calendar,
    rules: &LegRules,
    call_id: String,
    legs: &[Leg],
) -> Result<(Story, Notes), Invalid> {
    let mapping = &sheet.mapping;
    let channel = |leg: &Leg| sheet.cell(&leg.row, &mapping.representative.column).to_owned();
    let mut line =
        Err(Invalid::new("line", "", "is not told by any row", "add a value to [line.values] of the mapping"));
    for leg in legs {
        line = line.or_else(|_| sheet.line(&leg.row));
    }
    // The error of the first leg is the one that names the number dialled.
    let line = line.or_else(|_| sheet.line(&legs[0].row))?;
    let caller = legs.iter().map(|leg| sheet.caller(sheet.optional_cell(&leg.row, mapping.caller.column.as_ref())));
    let caller = caller
        .reduce(|first, next| if first.key.is_some() || first.damaged { first } else { next })
        .unwrap_or_default();

    let rang = |patterns: &[String]| legs.iter().any(|leg| text::matches_any(patterns, &channel(leg)));
    let phones = if rang(&rules.phones) { &rules.phones } else { &rules.stand_ins };
    let mut talks: Vec<&Leg> = legs
        .iter()
        .filter(|leg| leg.outcome == Outcome::Answered && text::matches_any(phones, &channel(leg)))
        .collect();
    talks.sort_by_key(|leg| (leg.answered, leg.end));
    let queue = rules.queue.as_ref().and_then(|q| {
        let leg = legs.iter().find(|leg| text::matches_any(&q.values, sheet.cell(&leg.row, &q.column)))?;
        Some((leg, crate::sheet::identifier(sheet.cell(&leg.row, &q.name_column))))
    });

    let offered = legs[0].start;
    let end = legs.iter().map(|leg| leg.end).max().unwrap_or(offered);
    if end - offered > TimeDelta::milliseconds(MAX_SPAN_MS) {
        let problem = "lies more than a day before the end of its last leg";
        return Err(Invalid::new(
            &rules.start,
            offered.to_string(),
            problem,
            "check call.key: it joins different calls",
        ));
    }
    let shift = calendar.shift(&rules.start, offered.date())?;
    let utc = |at| shift.utc(&rules.start, at);
    let mut steps = Vec::new();
    let mut add = |at, id_part: &str, step| -> Result<(), Invalid> {
        steps.push(Told { at: utc(at)?, step, id_part: id_part.to_owned() });
        Ok(())
    };
    add(offered, "offered", CallStep::Offered { direction: sheet.direction(&legs[0].row), returns: None })?;
    let waiting_since = queue.as_ref().map_or(offered, |(leg, _)| leg.start);
    let mut notes = Notes {
        night: clock::is_night(offered),
        past_midnight: end.date() > offered.date(),
        unidentified: caller.key.is_none(),
        damaged: caller.damaged,
        ..Notes::default()
    };
    if let Some((leg, name)) = &queue {
        add(leg.start, "queued", CallStep::Queued { queue: name.clone() })?;
    }
    if let Some(first) = talks.first() {
        let name = |leg: &Leg| sheet.representative(&channel(leg));
        notes.answered_by_unknown = name(first).is_none();
        let representative = name(first).unwrap_or_else(|| mapping.representative.unknown.clone());
        let location = sheet.location(&representative);
        let mut speaking = representative.clone();
        add(first.answered.max(waiting_since), "answered", CallStep::Answered { representative, location })?;
        for (number, leg) in talks.iter().enumerate().skip(1) {
            let to = name(leg).unwrap_or_else(|| mapping.representative.unknown.clone());
            if to != speaking {
                speaking.clone_from(&to);
                let step = CallStep::Transferred { to_kind: TransferKind::Representative, to };
                add(leg.answered, &format!("transferred.{number}"), step)?;
            }
        }
        let last = talks.iter().map(|leg| leg.end).max().unwrap_or(end);
        let recorded = legs.iter().any(|leg| sheet.recorded(&leg.row));
        add(last, "ended", CallStep::Ended { ended_by: mapping.call.ended_by, recorded, wrap_up_ms: None })?;
    } else {
        let reason = match legs[0].outcome {
            Outcome::SystemError => LostReason::SystemError,
            Outcome::Refused => LostReason::Refused,
            _ if queue.is_some() || rang(&rules.phones) || rang(&rules.stand_ins) => LostReason::AbandonedInQueue,
            _ => LostReason::AbandonedInIvr,
        };
        let waited_ms = (end - waiting_since).num_milliseconds().clamp(0, MAX_SPAN_MS).unsigned_abs();
        add(end, "lost", CallStep::Lost { reason, waited_ms })?;
    }
    Ok((Story { call_id, line, caller_key: caller.key, steps }, notes))
}
