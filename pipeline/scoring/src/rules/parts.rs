//! `parts_present`: the share of due groups that were heard in the window decides the mark.

use super::{Finding, Judge, evidence};
use crate::{
    form::{Condition, Due, Group, ShareMark, Side, Speaker, WhenAbsent, Window},
    reasons::Reason,
    talk::Hit,
};
use meyar_schemas::{appeals::AnswerDirection, calls};

/// The caller's last word or a cut word of the representative: no room was left for a close.
const NO_ROOM_MS: u64 = 2_000;

pub fn judge(
    judge: &Judge,
    groups: &[Group],
    marks: &[ShareMark],
    window: &Window,
    when_absent: WhenAbsent,
) -> Finding {
    let due: Vec<&Group> = groups.iter().filter(|group| is_due(judge, group.due)).collect();
    let mut heard: Vec<(&Group, Hit)> = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for group in &due {
        match judge.hits(&group.any).into_iter().find(|hit| judge.talk.within(hit, window)) {
            Some(hit) => heard.push((group, hit)),
            None => missing.push(judge.names(&group.any).join(" / ")),
        }
    }
    let names: Vec<String> = heard.iter().map(|(group, hit)| heard_name(judge, group, hit)).collect();
    let mut hits: Vec<Hit> = heard.into_iter().map(|(_, hit)| hit).collect();
    hits.sort_by_key(|hit| hit.at);

    let mark = share_mark(marks, hits.len(), due.len());
    if missing.is_empty() {
        return Finding::marked(mark, judge.sure(&hits), Reason::AllHeard { heard: names }, evidence(&hits));
    }
    if hits.is_empty() {
        if let Some(finding) = nothing_heard(judge, window, when_absent) {
            return finding;
        }
        return match judge.absence(Speaker::Representative, window) {
            Ok(confidence) => Finding::marked(mark, confidence, Reason::NothingHeard { missing }, Vec::new()),
            Err(reason) => Finding::abstained(reason),
        };
    }
    match judge.absence(Speaker::Representative, window) {
        Ok(confidence) => Finding::marked(
            mark,
            confidence.min(judge.sure(&hits)),
            Reason::SomeHeard { heard: names, missing },
            evidence(&hits),
        ),
        Err(reason) => Finding::abstained(Reason::But(Box::new(reason), names)).with(evidence(&hits)),
    }
}

/// The mark that a share of what was due makes.
pub fn share_mark(marks: &[ShareMark], kept: usize, due: usize) -> f64 {
    // Two of three is written 0.66 in a form.
    let share = if due == 0 { 1.0 } else { kept as f64 / due as f64 } + 1e-9;
    marks.iter().filter(|row| share >= row.share).max_by(|a, b| a.share.total_cmp(&b.share)).map_or(0.0, |row| row.mark)
}

fn nothing_heard(judge: &Judge, window: &Window, when_absent: WhenAbsent) -> Option<Finding> {
    if when_absent == WhenAbsent::Abstain {
        return Some(Finding::abstained(Reason::PersonJudgesAbsence));
    }
    if window.answer == Some(Side::After) && judge.talk.answer().is_none() {
        return Some(Finding::abstained(Reason::NoAnswerHeard));
    }
    if judge.criterion.not_applicable.contains(&Condition::CallerCutOff) {
        match judge.facts.telephony.as_ref().and_then(|telephony| telephony.ended_by) {
            None => return Some(Finding::abstained(Reason::HangUpUnknown)),
            Some(calls::Side::Caller) if no_room(judge) => {
                return Some(Finding::not_applicable(0.7, Reason::CutOff));
            }
            // Cut off by the system: nobody could close.
            Some(calls::Side::System) => return Some(Finding::not_applicable(0.9, Reason::CutOff)),
            Some(_) => {}
        }
    }
    None
}

/// The caller hung up on the last word, leaving no pause in which the representative could have closed.
fn no_room(judge: &Judge) -> bool {
    let last = judge.talk.segments().map(|(_, segment)| segment.end_ms).max().unwrap_or(0);
    judge.talk.transcript.duration_ms < last.saturating_add(NO_ROOM_MS)
}

fn is_due(judge: &Judge, due: Due) -> bool {
    let transferred = judge.facts.telephony.as_ref().is_some_and(|telephony| !telephony.transfers.is_empty());
    match due {
        Due::Always => true,
        Due::UnlessTransferred => !transferred,
        Due::SheetOrRedirect => {
            let sheet = judge.facts.sheets.as_ref().is_some_and(|sheets| !sheets.is_empty());
            let sent_on = |direction: AnswerDirection| direction != AnswerDirection::Immediate;
            sheet
                || transferred
                || judge
                    .facts
                    .appeals
                    .as_ref()
                    .is_some_and(|appeals| appeals.iter().any(|appeal| sent_on(appeal.direction)))
        }
    }
}

/// Of a group's alternatives, the one that was heard.
fn heard_name(judge: &Judge, group: &Group, hit: &Hit) -> String {
    let part = hit.evidence.first().map_or("", |piece| piece.part.as_str());
    let reference = group.any.iter().find(|reference| reference.rsplit('/').next() == Some(part));
    reference.map(|reference| judge.names(std::slice::from_ref(reference)).join("")).unwrap_or_default()
}
