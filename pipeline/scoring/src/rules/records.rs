//! `records`: a sheet that is due must be opened, rightly classed, and its registration and term told.

use super::{Finding, Judge, evidence};
use crate::{
    facts::AppealFact,
    form::{Speaker, Window},
    reasons::{Missing, Reason},
    talk::Hit,
};
use meyar_schemas::{appeals::AnswerDirection, sheets::SheetClass};
use serde::Serialize;
use std::collections::BTreeMap;

type Expected = BTreeMap<String, Vec<String>>;

pub fn judge(judge: &Judge, told: &[String], term: &[String], expected: &Expected) -> Finding {
    let (told, term) = (judge.hits(told), judge.hits(term));
    let Some(sheets) = &judge.facts.sheets else {
        return Finding::abstained(Reason::RecordsUnknown).with(evidence(&told));
    };
    let mut hits: Vec<Hit> = told.iter().take(1).chain(term.iter().take(1)).cloned().collect();
    hits.sort_by_key(|hit| hit.at);
    if sheets.is_empty() {
        let due = due_by_appeals(judge, expected).unwrap_or(false);
        return match (due || !told.is_empty(), &judge.facts.appeals) {
            (true, _) => Finding::suspected(judge.weigh(0.9), Reason::SheetNotOpened, evidence(&hits)),
            (false, None) => Finding::abstained(Reason::RecordsUnknown),
            (false, Some(_)) => Finding::not_applicable(0.9, Reason::NoSheetDue),
        };
    }
    let gaps = [
        (Missing::Class, !class_fits(judge, sheets, expected)),
        (Missing::Told, told.is_empty()),
        (Missing::Term, term.is_empty()),
    ];
    let missing: Vec<Missing> = gaps.into_iter().filter(|(_, gap)| *gap).map(|(missing, _)| missing).collect();
    if missing.is_empty() {
        return Finding::marked(1.0, judge.sure(&hits), Reason::SheetComplete, evidence(&hits));
    }
    let rests_on_words = missing != [Missing::Class];
    match judge.absence(Speaker::Representative, &Window::default()) {
        Err(reason) if rests_on_words => Finding::abstained(reason).with(evidence(&hits)),
        Ok(confidence) => Finding::marked(0.5, confidence, Reason::SheetPartly { missing }, evidence(&hits)),
        Err(_) => Finding::marked(0.5, judge.weigh(0.7), Reason::SheetPartly { missing }, evidence(&hits)),
    }
}

/// By the records every appeal was answered at once and nothing was opened. (What the representative promised is looked at
/// only where the transcript can be read.)
pub fn not_due(judge: &Judge, expected: &Expected) -> Option<Finding> {
    let none_opened = judge.facts.sheets.as_ref()?.is_empty();
    let due = due_by_appeals(judge, expected)?;
    let unreadable = judge.talk.transcript.confidence < judge.settings.confidence_floor;
    (none_opened && !due && unreadable).then(|| Finding::not_applicable(0.8, Reason::NoSheetDue))
}

fn due_by_appeals(judge: &Judge, expected: &Expected) -> Option<bool> {
    let sheet = |appeal: &AppealFact| {
        matches!(appeal.direction, AnswerDirection::SheetAnswered | AnswerDirection::SheetForwarded)
            || expected.contains_key(&name(&appeal.nature))
    };
    Some(judge.facts.appeals.as_ref()?.iter().any(sheet))
}

/// Every appeal whose nature asks for certain classes has a sheet of one of them.
fn class_fits(judge: &Judge, sheets: &[SheetClass], expected: &Expected) -> bool {
    let appeals = judge.facts.appeals.iter().flatten();
    appeals
        .filter_map(|appeal| expected.get(&name(&appeal.nature)))
        .all(|classes| sheets.iter().any(|sheet| classes.contains(&name(sheet))))
}

/// The contract's spelling of a value.
fn name<T: Serialize>(value: &T) -> String {
    toml::Value::try_from(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
